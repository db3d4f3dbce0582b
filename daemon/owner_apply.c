/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "journal.h"
#include "owner.h"

/* What the scene may take of one turn: a slow host makes it slower, not the requests. */
#define SCENE_TURN_OPS 2000
#define SCENE_TURN_NS 20000000ull
#define SCENE_LOOK_OPS 16 /* operations from one look at the clock to the next */
#define NS_PER_S 1000000000ull

/* Keep the events of the operation just applied in the ring. */
static void keep_events(struct owner *own)
{
	size_t skip = own->nr_op_events > OWNER_EVENTS ? own->nr_op_events - OWNER_EVENTS : 0;

	own->nr_events += skip;
	for (size_t i = skip; i < own->nr_op_events; i++)
		own->event[own->nr_events++ % OWNER_EVENTS] = own->op_event[i];
}

static void keep_note(struct owner *own, const struct mm386_op *op, const struct mm386_result *res,
		      enum origin origin)
{
	struct wire_note *note = &own->note[res->seq % WIRE_DELTA_OPS];

	note->op = *op;
	note->seq = res->seq;
	note->ok = res->ok;
	note->err = res->err;
	snprintf(note->origin, sizeof(note->origin), "%s", origin_name(origin));
}

int owner_apply(struct owner *own, const struct mm386_op *op, enum origin origin, struct mm386_result *res,
		struct mm386_error *err)
{
	int bad;

	if (own->journal_err)
		return -EIO;
	if (mm386_seq(own->m) >= own->s->srv->opt->max_log_ops)
		return -ENOSPC;
	if (oplog_reserve(own->log))
		return -ENOMEM;
	own->nr_op_events = own->op_events_omitted = 0;
	bad = mm386_apply(own->m, op, res, err);
	if (bad)
		return bad;
	assert(res->seq == mm386_seq(own->m));
	bad = oplog_append(own->log, op, origin);
	assert(!bad);
	if (own->journal)
		wire_log_op(journal_lines(own->journal), op, res->seq, origin_name(origin), NULL);
	keep_events(own);
	keep_note(own, op, res, origin);
	if (origin == ORIGIN_SCENE)
		scene_note(own->scene, op, res);
	history_note(&own->history, own->m);
	metrics_add(&own->s->srv->metrics.ops_applied, 1);
	return 0;
}

int owner_log_problem(const struct owner *own, int err, struct mm386_error *out)
{
	memset(out, 0, sizeof(*out));
	if (err == -ENOSPC)
		snprintf(out->detail, sizeof(out->detail),
			 "the log of this machine has its %llu operations: reboot it to go on",
			 (unsigned long long)own->s->srv->opt->max_log_ops);
	else if (err == -ENOMEM)
		snprintf(out->detail, sizeof(out->detail), "this server is out of memory");
	else
		snprintf(out->detail, sizeof(out->detail),
			 "the log of this machine cannot be written (%s): nothing is changed until it can",
			 strerror(own->journal_err));
	return err == -ENOMEM ? 503 : 507;
}

void owner_scene_run(struct owner *own, uint64_t now)
{
	uint64_t period = NS_PER_S / own->scene_state.rate;

	for (unsigned i = 0; i < SCENE_TURN_OPS && own->scene_state.running; i++) {
		struct mm386_op op;
		struct mm386_result res;
		int err;

		if (i % SCENE_LOOK_OPS == SCENE_LOOK_OPS - 1 && now_ns() - now > SCENE_TURN_NS)
			return;
		if (!scene_is_filling(own->scene)) {
			if (own->scene_due_ns > now)
				return;
			/* What a busy host did not get to is left out, not made up for. */
			own->scene_due_ns = own->scene_due_ns + NS_PER_S / 4 < now ? now : own->scene_due_ns + period;
		}
		scene_next(own->scene, own->m, &op);
		err = owner_apply(own, &op, ORIGIN_SCENE, &res, NULL);
		assert(err != -EINVAL);
		if (err) {
			own->scene_state.running = false;
			own->presence_changed = true;
		}
	}
}

bool owner_events_since(const struct owner *own, uint64_t from, size_t max, struct mm386_event *out, size_t *nr,
			uint64_t *next)
{
	uint64_t oldest = own->nr_events > OWNER_EVENTS ? own->nr_events - OWNER_EVENTS : 0;
	uint64_t lo = oldest, hi = own->nr_events;

	if (from < own->events_from)
		return false;
	/* The oldest operation in a full ring may have lost its first events. */
	if (oldest && own->event[oldest % OWNER_EVENTS].seq > from)
		return false;
	while (lo < hi) { /* the first event after operation ${from} */
		uint64_t mid = (lo + hi) / 2;

		if (own->event[mid % OWNER_EVENTS].seq <= from)
			lo = mid + 1;
		else
			hi = mid;
	}
	*nr = 0;
	*next = 0;
	while (lo < own->nr_events) {
		uint64_t seq = own->event[lo % OWNER_EVENTS].seq;
		size_t before = *nr;

		for (; lo < own->nr_events && own->event[lo % OWNER_EVENTS].seq == seq; lo++)
			out[(*nr)++] = own->event[lo % OWNER_EVENTS];
		if (before && *nr > max) { /* this one did not fit */
			*nr = before;
			*next = out[before - 1].seq;
			return true;
		}
		if (*nr >= max && lo < own->nr_events) {
			*next = seq;
			return true;
		}
	}
	return true;
}
