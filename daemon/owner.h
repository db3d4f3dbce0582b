/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * owner.h - the one thread that touches a machine.
 *
 * It works in turns: take the jobs that wait and what the scene owes, apply
 * them, write and sync the log once, answer, and cut one delta if it is time.
 * When the log cannot be written the turn is undone before anybody has seen it.
 * Everything here runs on that thread, but for owner_start() and owner_stop().
 */
#ifndef MM386D_OWNER_H
#define MM386D_OWNER_H

#include "changes.h"
#include "history.h"
#include "oplog.h"
#include "scene.h"
#include "session.h"
#include "stream.h"
#include "wire.h"

#define OWNER_EVENTS 65536u	/* newest events that are kept for who asks */
#define OWNER_OP_EVENTS 65536u	/* of one operation */
#define OWNER_STREAM_HZ WIRE_RATE_MAX

struct journal;

/* What the viewers of one channel have been told. */
struct owner_channel {
	uint64_t seq, events, omitted; /* of the last message: owner.nr_events and .events_omitted then */
	uint64_t due_ns;       /* the next delta, not before */
	struct changes before; /* from then to the last cut */
	uint64_t snapped_ns;   /* its last snapshot, of this boot and for this use of the channel */
	unsigned snapped_boot, snapped_generation;
};

struct owner {
	struct session *s;
	struct mm386 *m;
	unsigned boot; /* from 1 */
	size_t host_bytes; /* accounted for with the registry */
	char dir[512];	   /* where its log is; "" without a state folder */

	struct oplog *log;
	struct history history;
	struct journal *journal; /* NULL: none */
	int journal_err;	 /* the last commit failed with it: nothing is changed until it can be written */
	uint64_t journal_tried_ns; /* when that was last found out */
	bool astray;		 /* ahead of its log for good: it ends, and nobody may see it */
	uint64_t kept_seq;	 /* the last operation that is in the journal, on disk */

	/* Events of the operation just applied, then the ring of the newest. */
	struct mm386_event *op_event;
	size_t nr_op_events, cap_op_events, op_events_omitted; /* omitted: it had more than there is room for */
	struct mm386_event *event; /* OWNER_EVENTS of them: event number i is at i % OWNER_EVENTS */
	uint64_t nr_events;
	uint64_t events_omitted; /* of operations that had too many */
	uint64_t events_from; /* those of operations up to here were never in it */
	struct wire_note note[WIRE_DELTA_OPS]; /* operation seq is at seq % WIRE_DELTA_OPS */

	struct scene *scene;
	struct wire_scene scene_state;
	uint64_t scene_due_ns; /* when it owes its next operation */

	/* The stream. */
	uint64_t cut_seq;	/* at the last cut */
	uint64_t publish_due_ns; /* the next cut, not before */
	uint64_t snapshot_due_ns; /* the next snapshot, not before */
	struct owner_channel channel[STREAM_CHANNELS];
	uint64_t presence_due_ns;
	unsigned presence_viewers; /* as last published */
	bool presence_changed;
	struct wbuf text; /* where messages are written */
};

/* How a machine comes up. */
struct owner_start {
	struct mm386_config config;
	bool resume;	       /* go on from the log in its folder instead */
	bool scene;	       /* with the churn running */
	struct request *r;     /* whom to answer; NULL: nobody */
	const char *log_text;  /* operations to apply, JSON lines after the first; NULL: none */
	size_t log_len;
};

/*
 * Start the owner of ${s}, which boots or resumes its machine.  With start->r
 * the request is answered when that is done; without, owner_wait_up() tells.
 * 0 or -errno.
 */
int owner_start(struct session *s, const struct owner_start *start);
/* Wait until the machine is up: 0, or why it is not (logged). */
int owner_wait_up(struct session *s);
/* End it: what waits is still answered and the log written; then join the thread. */
void owner_stop(struct session *s);

/* ---- owner_apply.c ---- */

/*
 * Apply ${op}, log it, keep its events.  0; -EINVAL with ${err}, nothing has
 * changed; -ENOSPC: the log is full; -EIO: the log cannot be written; -ENOMEM.  All
 * of them have changed nothing.
 */
int owner_apply(struct owner *own, const struct mm386_op *op, enum origin origin, struct mm386_result *res,
		struct mm386_error *err);
/* Why owner_apply() said -ENOSPC, -EIO or -ENOMEM, as a status and a sentence. */
int owner_log_problem(const struct owner *own, int err, struct mm386_error *out);
/* Apply what the scene owes at ${now}, at most a turn's worth. */
void owner_scene_run(struct owner *own, uint64_t now);
/*
 * Events with seq > ${from}, whole operations only, at most ${max} of them, but for all of
 * the first operation: ${out} has room for ${max} + OWNER_OP_EVENTS.  ${next}: go on after
 * that one, 0: these were all.  False: they are no longer all here.
 */
bool owner_events_since(const struct owner *own, uint64_t from, size_t max, struct mm386_event *out, size_t *nr,
			uint64_t *next);

/* ---- owner_boot.c ---- */

/*
 * Boot a machine of ${cfg}, apply the operations of ${log_text} (JSON lines,
 * may be NULL) and put it in the place of the one there is.  On failure that
 * one goes on as it was: return -EINVAL, -EBADMSG (${err}), -ENOMEM, -EDQUOT
 * (more memory than machines may have), or -EIO.
 */
int owner_boot(struct owner *own, const struct mm386_config *cfg, const char *log_text, size_t log_len,
	       struct mm386_error *err);
/* Go on from the log in own->dir.  0 or -errno, logged. */
int owner_resume(struct owner *own);
void owner_drop_machine(struct owner *own);
/*
 * Make the machine again as it was after operation own->kept_seq: what came later
 * could not be written.  0 or -errno; then it is as it was.
 */
int owner_roll_back(struct owner *own);
/* Keep ${state} of the scene over a restart.  0 or -errno, logged. */
int owner_save_scene(struct owner *own, const struct wire_scene *state);

/* ---- owner_publish.c ---- */

/* Publish what is due at ${now}. */
void owner_publish(struct owner *own, uint64_t now);
/* When there will be something to publish; UINT64_MAX: not before something happens. */
uint64_t owner_publish_due(const struct owner *own);

uint64_t now_ns(void);

#endif
