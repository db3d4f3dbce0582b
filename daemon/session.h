/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session.h - one machine that is being served.
 *
 * Its owner thread alone touches the machine (owner.h).  Everybody else hands
 * it jobs through a bounded queue, or reads what it published for viewers
 * (stream.h).  Sessions are reference counted: a viewer or a request may keep
 * one a little longer than its machine lives.
 */
#ifndef MM386D_SESSION_H
#define MM386D_SESSION_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "auth.h"
#include "mm386.h"
#include "server.h"

#define SESSION_QUEUE_MAX 4096 /* jobs that may wait for one owner */

struct owner;
struct request;
struct session;
struct stream;

enum job_next {
	JOB_DONE,      /* the request's answer is complete; it is sent once the log is on disk */
	JOB_PASSED_ON, /* somebody else has the request now */
};
typedef enum job_next (*job_fn)(struct session *s, struct request *r);

struct job {
	struct job *next;
	job_fn run; /* on the owner's thread */
	struct request *r;
};

enum { SESSION_COMING, SESSION_UP };

struct session {
	struct server *srv;
	char name[MM386_NAME_MAX];
	char token[OWNER_TOKEN_LEN + 1]; /* of whoever made it over REST; "" for the command line's */
	atomic_uint refs;
	pthread_t thread;

	pthread_mutex_t lock; /* of the next five */
	pthread_cond_t wake; /* of the monotonic clock */
	struct job *first, **last;
	unsigned queued;
	bool poked;    /* look at the stream: somebody wants a snapshot */
	bool stopping; /* take no more jobs, finish those there are */

	atomic_int up; /* SESSION_COMING, SESSION_UP, or why it is not (-errno) */
	struct stream *stream;
	struct owner *own; /* the owner's thread only */
};

struct session *session_get(struct session *s);
void session_put(struct session *s);

/* Queue ${job}.  0, -EAGAIN (queue full) or -ESHUTDOWN (the machine ends); then nothing has happened. */
int session_submit(struct session *s, struct job *job);
/* Make the owner look at the stream. */
void session_poke(struct session *s);

#endif
