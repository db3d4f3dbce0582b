/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "owner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "journal.h"
#include "log.h"
#include "registry.h"
#include "request.h"
#include "rest.h"
#include "stream.h"
#include "ws.h"

#define NS_PER_S 1000000000ull
#define TURN_LOG_BYTES (4u << 20) /* of the log: then a turn ends, whoever waits */
#define HISTORY_SHARE 4 /* copies of the past may take this many times a machine, within the limit of all */

/* What owner_start() hands to the thread. */
struct birth {
	struct session *s; /* a reference */
	struct owner_start start;
	char *log_text; /* ours */
};

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static void owner_free(struct owner *own)
{
	owner_drop_machine(own);
	for (unsigned i = 0; i < STREAM_CHANNELS; i++)
		changes_clear(&own->channel[i].before);
	free(own->op_event);
	free(own->event);
	wbuf_free(&own->text);
	free(own);
}

static struct owner *owner_new(struct session *s)
{
	struct owner *own = calloc(1, sizeof(*own));

	if (!own)
		return NULL;
	own->s = s;
	own->cap_op_events = OWNER_OP_EVENTS;
	own->op_event = malloc(own->cap_op_events * sizeof(*own->op_event));
	own->event = malloc(OWNER_EVENTS * sizeof(*own->event));
	wbuf_init(&own->text, WS_MESSAGE_MAX);
	history_init(&own->history, s->srv->opt->max_machine_bytes / HISTORY_SHARE / s->srv->opt->max_machines);
	registry_dir(s->srv->registry, s->name, own->dir, sizeof(own->dir));
	snprintf(own->scene_state.name, sizeof(own->scene_state.name), "%s", SCENE_NAME);
	own->scene_state.rate = SCENE_RATE_DEFAULT;
	if (own->op_event && own->event)
		return own;
	owner_free(own);
	return NULL;
}

/* ---- a turn ---------------------------------------------------------------- */

/* When the thread has to wake up by itself; UINT64_MAX: not at all. */
static uint64_t next_due(const struct owner *own)
{
	uint64_t due = owner_publish_due(own);

	if (own->journal_err && own->journal && own->journal_tried_ns + NS_PER_S < due)
		due = own->journal_tried_ns + NS_PER_S;
	if (!own->scene_state.running)
		return due;
	if (scene_is_filling(own->scene))
		return 0;
	return own->scene_due_ns < due ? own->scene_due_ns : due;
}

/* Wait for something to do and take all jobs.  False: the machine ends and nothing is left. */
static bool wait_for_work(struct owner *own, struct job **jobs)
{
	struct session *s = own->s;
	uint64_t due = next_due(own);
	struct timespec until = { .tv_sec = (time_t)(due / NS_PER_S), .tv_nsec = (long)(due % NS_PER_S) };
	bool go_on;
	unsigned taken;

	pthread_mutex_lock(&s->lock);
	while (!s->first && !s->poked && !s->stopping) {
		if (due == UINT64_MAX)
			pthread_cond_wait(&s->wake, &s->lock);
		else if (pthread_cond_timedwait(&s->wake, &s->lock, &until))
			break;
	}
	*jobs = s->first;
	taken = s->queued;
	s->first = NULL;
	s->last = &s->first;
	s->queued = 0;
	s->poked = false;
	go_on = *jobs || !s->stopping;
	pthread_mutex_unlock(&s->lock);
	metrics_sub(&s->srv->metrics.queue_depth, taken);
	return go_on;
}

static bool turn_is_full(const struct owner *own)
{
	return own->journal && journal_lines(own->journal)->len >= TURN_LOG_BYTES;
}

/*
 * Run jobs from the front of ${jobs}, as many as a turn takes.  Return those that
 * are to be answered when the log is written, in order.
 */
static struct job *run_jobs(struct owner *own, struct job **jobs)
{
	struct job *done = NULL, **last = &done;

	while (*jobs && !turn_is_full(own)) {
		struct job *job = *jobs;

		*jobs = job->next;
		if (request_has_room(job->r) && job->run(own->s, job->r) == JOB_PASSED_ON)
			continue;
		request_count_answer(job->r);
		job->next = NULL;
		*last = job;
		last = &job->next;
	}
	return done;
}

/* The turn could not be written: undo it.  What cannot be undone nobody may see: the machine ends, its log stays. */
static void undo_turn(struct owner *own, int journal_err)
{
	int err;

	log_error("%s: its log cannot be written: %s", own->s->name, strerror(journal_err));
	own->journal_err = journal_err;
	own->journal_tried_ns = now_ns();
	err = owner_roll_back(own);
	if (!err)
		return;
	log_error("%s: ends, for it cannot go back to what its log has: %s", own->s->name, strerror(-err));
	own->scene_state.running = false;
	registry_retire(own->s->srv->registry, own->s);
	own->astray = true;
}

/* Write what the turn did.  False: it was undone. */
static bool commit(struct owner *own)
{
	struct metrics *metrics = &own->s->srv->metrics;
	long n;

	if (!own->journal || mm386_seq(own->m) == own->kept_seq)
		return true;
	n = journal_commit(own->journal);
	if (n < 0) {
		undo_turn(own, (int)-n);
		return false;
	}
	own->kept_seq = mm386_seq(own->m);
	metrics_add(&metrics->journal_syncs, 1);
	metrics_add(&metrics->journal_bytes, (unsigned long long)n);
	return true;
}

/* A log that could not be written is looked at once a second. */
static void try_journal(struct owner *own)
{
	if (!own->journal_err || !own->journal || now_ns() - own->journal_tried_ns < NS_PER_S)
		return;
	own->journal_tried_ns = now_ns();
	if (journal_probe(own->journal))
		return;
	log_note("%s: its log can be written again", own->s->name);
	own->journal_err = 0;
}

/*
 * Answer them.  If the turn was ${undone} none of its operations happened, and what
 * was looked at meanwhile was not so.
 */
static void answer(struct owner *own, struct job *done, bool undone)
{
	struct mm386_error err;

	while (done) {
		struct job *job = done;

		done = job->next;
		if (undone && rest_changes(job->r) && !job->r->answer.lasting)
			request_problem(job->r, owner_log_problem(own, -EIO, &err), &err);
		else if (undone && !rest_changes(job->r))
			request_refuse(job->r, 503, "", "this machine has just gone back to what its log has: ask again");
		request_finish(job->r);
	}
}

static void live(struct owner *own)
{
	struct job *jobs;

	while (wait_for_work(own, &jobs)) {
		do {
			struct job *done;
			bool kept;

			try_journal(own);
			done = run_jobs(own, &jobs);
			owner_scene_run(own, now_ns());
			kept = commit(own);
			answer(own, done, !kept || own->astray);
			if (!own->astray)
				owner_publish(own, now_ns());
		} while (jobs);
	}
}

/* ---- life --------------------------------------------------------------------- */

static int come_up(struct owner *own, const struct birth *b, struct mm386_error *err)
{
	int bad;

	if (b->start.resume)
		bad = owner_resume(own);
	else
		bad = owner_boot(own, &b->start.config, b->log_text, b->start.log_len, err);
	if (bad || b->start.resume)
		return bad;
	own->scene_state.running = b->start.scene;
	if (own->dir[0]) {
		journal_put_file(own->dir, "owner", own->s->token[0] ? own->s->token : NULL,
				 strlen(own->s->token));
		owner_save_scene(own, &own->scene_state);
	}
	return 0;
}

static void set_up(struct session *s, int state)
{
	pthread_mutex_lock(&s->lock);
	atomic_store(&s->up, state);
	pthread_cond_broadcast(&s->wake);
	pthread_mutex_unlock(&s->lock);
}

static void *owner_thread(void *arg)
{
	struct birth *b = arg;
	struct session *s = b->s;
	struct owner *own = owner_new(s);
	struct mm386_error err = { 0 };
	int bad = own ? come_up(own, b, &err) : -ENOMEM;

	s->own = own;
	if (bad) {
		if (!b->start.r)
			log_error("%s: %s%s%s", s->name, err.pointer, err.pointer[0] ? ": " : "",
				  err.detail[0] ? err.detail : strerror(-bad));
		registry_retire(s->srv->registry, s);
	}
	set_up(s, bad ? bad : SESSION_UP);
	if (b->start.r)
		rest_machine_made(own, b->start.r, bad, &err);
	if (!bad)
		live(own);
	stream_end(s->stream);
	ws_wake(s->srv->ws);
	if (own)
		owner_free(own);
	free(b->log_text);
	free(b);
	session_put(s);
	return NULL;
}

int owner_start(struct session *s, const struct owner_start *start)
{
	struct birth *b = calloc(1, sizeof(*b));
	int err;

	if (!b)
		return -ENOMEM;
	b->start = *start;
	if (start->log_text) {
		b->log_text = malloc(start->log_len + 1);
		if (!b->log_text) {
			free(b);
			return -ENOMEM;
		}
		memcpy(b->log_text, start->log_text, start->log_len);
	}
	b->s = session_get(s);
	err = pthread_create(&s->thread, NULL, owner_thread, b);
	if (!err)
		return 0;
	session_put(s);
	free(b->log_text);
	free(b);
	return -err;
}

int owner_wait_up(struct session *s)
{
	int state;

	pthread_mutex_lock(&s->lock);
	while ((state = atomic_load(&s->up)) == SESSION_COMING)
		pthread_cond_wait(&s->wake, &s->lock);
	pthread_mutex_unlock(&s->lock);
	return state == SESSION_UP ? 0 : state;
}

void owner_stop(struct session *s)
{
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_broadcast(&s->wake);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
}
