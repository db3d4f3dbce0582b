/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session.h"

#include <errno.h>
#include <stdlib.h>

#include "stream.h"

struct session *session_get(struct session *s)
{
	atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
	return s;
}

void session_put(struct session *s)
{
	if (!s || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
		return;
	stream_free(s->stream);
	pthread_cond_destroy(&s->wake);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

int session_submit(struct session *s, struct job *job)
{
	bool was_idle;

	/* Once queued the job may be done, and the reference that it keeps be gone, before this returns. */
	session_get(s);
	job->next = NULL;
	pthread_mutex_lock(&s->lock);
	if (s->stopping || s->queued >= SESSION_QUEUE_MAX) {
		int err = s->stopping ? -ESHUTDOWN : -EAGAIN;

		pthread_mutex_unlock(&s->lock);
		session_put(s);
		return err;
	}
	was_idle = !s->first;
	*s->last = job;
	s->last = &job->next;
	s->queued++;
	pthread_mutex_unlock(&s->lock);
	metrics_add(&s->srv->metrics.queue_depth, 1);
	if (was_idle)
		pthread_cond_signal(&s->wake);
	session_put(s);
	return 0;
}

void session_poke(struct session *s)
{
	pthread_mutex_lock(&s->lock);
	s->poked = true;
	pthread_mutex_unlock(&s->lock);
	pthread_cond_signal(&s->wake);
}
