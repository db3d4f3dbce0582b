/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stream.h - what one machine's viewers get: a bounded ring of recent deltas,
 * and a snapshot for who joins or fell off it.
 *
 * Viewers that want the same sections at the same rate share a channel.  The owner publishes
 * each message once a channel; a viewer is a cursor into its channel.  There is a channel of
 * all sections at each rate, and room for some others; who comes when that room is taken gets
 * all sections, so that nobody can keep others out by asking for odd things.  Two
 * threads meet here, the owner and the one of the WebSocket library, under one
 * lock that neither holds while it calls a library.
 */
#ifndef MM386D_STREAM_H
#define MM386D_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"

#define STREAM_CHANNELS 16	      /* different subscriptions at a time */
#define STREAM_RATES 5		      /* deltas a second that are kept apart: 20, 10, 5, 2, 1 */
#define STREAM_RING 64		      /* deltas kept for who is a little behind */
#define STREAM_RING_BYTES (16u << 20) /* and their bytes at most */

struct stream;

struct stream *stream_new(void);
void stream_free(struct stream *st);

/* ---- the viewers' side ------------------------------------------------------- */

/* Where a viewer is.  All zero: at the beginning. */
struct stream_cursor {
	unsigned channel;
	unsigned epoch;	   /* the boot whose hello it has */
	bool synced;	   /* it has a state that the next delta goes on from */
	bool asked;	   /* it waits for a snapshot that was asked for after it lost track */
	uint64_t pos;	   /* next delta it needs */
	unsigned presence; /* version that it has */
};

/*
 * Enter a channel that has at least ${sections}, at ${rate} deltas a second or less;
 * ${deflate}: this viewer takes deflated messages.
 */
void stream_join(struct stream *st, unsigned sections, unsigned rate, bool deflate, struct stream_cursor *cur);
/* Change to other sections and rate, and get a snapshot of them: never counted twice, nor not at all. */
void stream_move(struct stream *st, unsigned sections, unsigned rate, bool deflate, struct stream_cursor *cur);
void stream_leave(struct stream *st, bool deflate, const struct stream_cursor *cur);

enum stream_next {
	STREAM_NOTHING, /* nothing to send */
	STREAM_ASK,	/* a snapshot is needed: poke the owner */
	STREAM_SEND,	/* *out is a reference to send; *more: and there is more after it */
	STREAM_ENDED,	/* the machine is gone */
};
/* What the viewer at ${cur} gets next; moves the cursor.  ${skipped}: it was behind and its deltas were given up. */
enum stream_next stream_take(struct stream *st, struct stream_cursor *cur, struct msg **out, bool *more,
			     bool *skipped);
/* Is there anything for the viewer at ${cur}?  Cheap. */
bool stream_has(struct stream *st, const struct stream_cursor *cur);
/* The viewer asked for a fresh snapshot. */
void stream_resync(struct stream_cursor *cur);
unsigned stream_viewers(struct stream *st);

/* ---- the owner's side --------------------------------------------------------- */

struct stream_want {
	unsigned channel;
	unsigned generation; /* of its use: it may be given up and used for something else at any moment */
	unsigned sections, rate;
	bool used;     /* somebody watches: else skip it */
	bool live;     /* somebody has a state: make deltas */
	bool snapshot; /* somebody waits for a snapshot */
	bool deflate;  /* somebody takes deflated messages */
};
/* What each channel needs now.  Return how many are used. */
unsigned stream_wants(struct stream *st, struct stream_want want[STREAM_CHANNELS]);
/*
 * Publish what ${want} said that the channel needs; dropped when the channel has another use by
 * now.  Takes over a reference; NULL (out of memory) makes the channel's viewers lose track and
 * ask for a snapshot.  Of a snapshot both must be there.
 */
void stream_publish_delta(struct stream *st, const struct stream_want *want, struct msg *delta);
void stream_publish_snapshot(struct stream *st, const struct stream_want *want, struct msg *hello,
			     struct msg *snapshot);
void stream_publish_presence(struct stream *st, struct msg *presence);
/* The machine was booted anew: what was published is of another one. */
void stream_restart(struct stream *st);
/* The machine is gone. */
void stream_end(struct stream *st);

#endif
