/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replayer.h - the past, made anew: one thread that replays logs on copies.
 *
 * Owners hand it questions about moments that are gone; they go on meanwhile.
 * One question at a time, so that there is one more machine in memory at most.
 */
#ifndef MM386D_REPLAYER_H
#define MM386D_REPLAYER_H

#include "history.h"
#include "oplog.h"
#include "session.h"

#define REPLAY_QUEUE_MAX 256

struct replayer;

/* A question.  Who asks fills it in; it and what it refers to is given back by replay_free(). */
struct replay {
	struct replay *next;
	struct request *r;	 /* deferred; done() answers it */
	struct session *s;
	struct oplog *log;	 /* a reference */
	struct checkpoint *from; /* a reference; NULL: begin at boot */
	uint64_t to;		 /* the moment: after this operation */
	size_t bytes;		 /* of host memory that the machine takes */
	/*
	 * Events of operations after ${events_from}, up to ${to}: at most ${max_events},
	 * whole operations only, but for all of the first one, however many they are.
	 */
	bool want_events;
	uint64_t events_from;
	size_t max_events;
	/* The answer, for done(). */
	struct mm386_event *event;
	size_t nr_events;
	uint64_t events_next; /* go on after this one; 0: these were all */
	/* ${m} is the machine as it was, gone after the call; NULL: ${status} and ${detail} tell why. */
	void (*done)(struct replay *rp, struct mm386 *m);
	int status;
	const char *detail;
};

struct replayer *replayer_start(struct server *srv);
/* What waits is refused; then the thread ends. */
void replayer_stop(struct replayer *rr);

/* Ask ${ask} (copied).  0, or -EAGAIN (too many wait) or -ENOMEM; then the references are the caller's again. */
int replayer_submit(struct replayer *rr, const struct replay *ask);

#endif
