/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replayer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "registry.h"

#define READ_OPS 4096 /* operations taken out of the log at a time */
#define LOOK_AHEAD 8    /* of them that the engine is told of in advance */

struct replayer {
	struct server *srv;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct replay *first, **last;
	unsigned queued;
	bool stopping;
};

/* Collects events for a question; the sink of the machine that replays it. */
struct collector {
	struct mm386_event *event;
	size_t nr, max, cap, nr_whole; /* nr_whole: of operations that are complete */
	bool on, full;
};

/* Room for one more event.  The first operation gets it beyond the limit, for else nobody would get past it. */
static bool has_room(struct collector *c)
{
	struct mm386_event *grown;

	if (c->nr < c->cap)
		return c->nr < c->max || !c->nr_whole;
	if (c->nr_whole || c->cap >= OWNER_OP_EVENTS)
		return false;
	grown = realloc(c->event, 2 * c->cap * sizeof(*grown));
	if (!grown)
		return false;
	c->event = grown;
	c->cap *= 2;
	return true;
}

static void collect(void *arg, const struct mm386_event *ev)
{
	struct collector *c = arg;

	if (!c->on)
		return;
	if (has_room(c))
		c->event[c->nr++] = *ev;
	else
		c->full = true;
}

static void replay_free(struct replay *rp)
{
	oplog_put(rp->log);
	checkpoint_put(rp->from);
	free(rp->event);
	free(rp);
}

/* Apply one operation of the log.  False: there is no room for its events. */
static bool step(struct replay *rp, struct mm386 *m, struct collector *c, const struct oplog_entry *e)
{
	struct mm386_result res;

	c->on = rp->want_events && e->seq > rp->events_from;
	if (mm386_apply(m, &e->op, &res, NULL))
		return false; /* it was applied once: cannot be */
	if (c->full) {
		rp->events_next = c->nr_whole ? e->seq - 1 : e->seq;
		c->nr = c->nr_whole ? c->nr_whole : c->nr;
		return false;
	}
	c->nr_whole = c->nr;
	return true;
}

static void advance(struct replay *rp, struct mm386 *m, struct collector *c)
{
	struct oplog_entry *entry = malloc(READ_OPS * sizeof(*entry));
	bool go_on = entry != NULL;

	while (go_on && mm386_seq(m) < rp->to) {
		size_t n = oplog_read(rp->log, mm386_seq(m) + 1, entry, READ_OPS);

		go_on = n > 0;
		for (size_t i = 0; go_on && i < n && entry[i].seq <= rp->to; i++) {
			if (i + LOOK_AHEAD < n)
				mm386_expect(m, &entry[i + LOOK_AHEAD].op);
			go_on = step(rp, m, c, &entry[i]);
		}
	}
	free(entry);
}

static void refuse(struct replay *rp, int status, const char *detail)
{
	rp->status = status;
	rp->detail = detail;
	rp->done(rp, NULL);
}

static void answer(struct replayer *rr, struct replay *rp)
{
	struct collector c = { .max = rp->want_events ? rp->max_events : 0 };
	struct registry *reg = rr->srv->registry;
	struct mm386 *m = NULL;
	int err;

	c.cap = c.max + 1;
	c.event = malloc(c.cap * sizeof(*c.event));
	rp->event = c.event;
	if (!c.event) {
		refuse(rp, 503, "this server is out of memory");
		return;
	}
	if (registry_reserve(reg, rp->bytes)) {
		refuse(rp, 503, "a machine as it was needs more memory than this server has left");
		return;
	}
	err = rp->from ? mm386_copy(rp->from->m, &m) : mm386_boot(oplog_config(rp->log), &m, NULL);
	if (err) {
		refuse(rp, 503, "this server is out of memory");
	} else {
		mm386_set_sink(m, collect, &c);
		advance(rp, m, &c);
		rp->event = c.event;
		rp->nr_events = c.nr;
		rp->done(rp, m);
		mm386_free(m);
	}
	registry_release(reg, rp->bytes);
}

static void *replayer_thread(void *arg)
{
	struct replayer *rr = arg;

	for (;;) {
		struct replay *rp;
		bool stopping;

		pthread_mutex_lock(&rr->lock);
		while (!rr->first && !rr->stopping)
			pthread_cond_wait(&rr->wake, &rr->lock);
		rp = rr->first;
		if (rp) {
			rr->first = rp->next;
			if (!rr->first)
				rr->last = &rr->first;
			rr->queued--;
		}
		stopping = rr->stopping;
		pthread_mutex_unlock(&rr->lock);
		if (!rp)
			return NULL;
		if (stopping)
			refuse(rp, 503, "the server is shutting down");
		else
			answer(rr, rp);
		replay_free(rp);
	}
}

struct replayer *replayer_start(struct server *srv)
{
	struct replayer *rr = calloc(1, sizeof(*rr));

	if (!rr)
		return NULL;
	rr->srv = srv;
	rr->last = &rr->first;
	pthread_mutex_init(&rr->lock, NULL);
	pthread_cond_init(&rr->wake, NULL);
	if (!pthread_create(&rr->thread, NULL, replayer_thread, rr))
		return rr;
	free(rr);
	return NULL;
}

void replayer_stop(struct replayer *rr)
{
	if (!rr)
		return;
	pthread_mutex_lock(&rr->lock);
	rr->stopping = true;
	pthread_mutex_unlock(&rr->lock);
	pthread_cond_signal(&rr->wake);
	pthread_join(rr->thread, NULL);
	pthread_cond_destroy(&rr->wake);
	pthread_mutex_destroy(&rr->lock);
	free(rr);
}

int replayer_submit(struct replayer *rr, const struct replay *ask)
{
	struct replay *rp = malloc(sizeof(*rp));

	if (!rp)
		return -ENOMEM;
	*rp = *ask;
	rp->next = NULL;
	pthread_mutex_lock(&rr->lock);
	if (rr->queued >= REPLAY_QUEUE_MAX) {
		pthread_mutex_unlock(&rr->lock);
		free(rp);
		return -EAGAIN;
	}
	*rr->last = rp;
	rr->last = &rp->next;
	rr->queued++;
	pthread_mutex_unlock(&rr->lock);
	pthread_cond_signal(&rr->wake);
	return 0;
}
