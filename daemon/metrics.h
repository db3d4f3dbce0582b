/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metrics.h - what the daemon counted since it started, as Prometheus reads it. */
#ifndef MM386D_METRICS_H
#define MM386D_METRICS_H

#include <stdatomic.h>

#include "wbuf.h"

#define METRICS_STATUS_CLASSES 6 /* 0: none, 1xx .. 5xx */
#define METRICS_ROUTES_MAX 40

/* name, help; monotonic, but for those that metrics_write() is told are gauges */
#define METRICS_COUNTERS(X)                                                                         \
	X(ops_applied, "Operations applied to machines")                                            \
	X(deltas, "Deltas made")                                                                    \
	X(snapshots, "Snapshots made for the stream")                                               \
	X(stream_messages, "Messages handed to viewers' sockets")                                   \
	X(stream_bytes, "Bytes of these messages")                                                  \
	X(viewers_skipped, "Times that a viewer was behind and got a snapshot instead of deltas")   \
	X(journal_syncs, "Times that a log was forced to disk")                                     \
	X(journal_bytes, "Bytes written to logs")                                                   \
	X(accepted, "Connections accepted")                                                         \
	X(head_timeouts, "Connections closed because their request head did not come in time")      \
	X(head_refused, "Connections closed because too many heads were awaited")                   \
	X(upgrades_taken_over, "Streams that began on a connection already used for REST")                  \
	X(library_complaints, "Errors that the library of the streams reported; a few a minute are logged")

/* name, help; go up and down */
#define METRICS_GAUGES(X)                                             \
	X(viewers, "Streams open now")                                \
	X(queue_depth, "Requests waiting for the owners of machines") \
	X(requests_open, "REST requests being worked on")             \
	X(body_bytes, "Bytes of request bodies in memory")            \
	X(answer_bytes, "Bytes of answers in memory")

struct metrics {
#define METRICS_MEMBER(name, help) atomic_ullong name;
	METRICS_COUNTERS(METRICS_MEMBER)
	METRICS_GAUGES(METRICS_MEMBER)
#undef METRICS_MEMBER
	atomic_ullong requests[METRICS_ROUTES_MAX][METRICS_STATUS_CLASSES]; /* by route and status / 100 */
};

static inline void metrics_add(atomic_ullong *counter, unsigned long long n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static inline void metrics_sub(atomic_ullong *gauge, unsigned long long n)
{
	atomic_fetch_sub_explicit(gauge, n, memory_order_relaxed);
}

static inline unsigned long long metrics_read(atomic_ullong *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

/* Counters and gauges above, and requests by route: ${route} gives the name of route i, NULL past the last. */
void metrics_write(struct wbuf *b, struct metrics *m, const char *(*route)(unsigned i));
/* One gauge with a value from elsewhere. */
void metrics_write_gauge(struct wbuf *b, const char *name, const char *help, unsigned long long value);

#endif
