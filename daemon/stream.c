/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream.h"

#include <pthread.h>
#include <stdlib.h>

#include "wire.h"

/*
 * A channel's deltas are numbered from 0; the ring has those of tail..head-1.
 *
 *	snap_at       tail             head
 *	   S            d  d  d  d  d    (next)
 *
 * The snapshot S holds what all deltas before snap_at made.  While snap_at >=
 * tail it serves any newcomer, together with the deltas after it.
 */
struct channel {
	unsigned sections, rate;
	unsigned generation; /* rises each time that it comes into use */
	unsigned viewers, deflaters;
	bool live, want_snapshot;
	uint64_t head, tail;
	size_t ring_bytes;
	struct msg *ring[STREAM_RING];
	struct msg *hello, *snapshot; /* of one moment; NULL: none */
	uint64_t snap_at;
};

struct stream {
	pthread_mutex_t lock;
	unsigned epoch; /* rises with each boot */
	unsigned viewers;
	bool ended;
	struct msg *presence;
	unsigned presence_version;
	struct channel channel[STREAM_CHANNELS];
};

struct stream *stream_new(void)
{
	struct stream *st = calloc(1, sizeof(*st));

	if (!st)
		return NULL;
	pthread_mutex_init(&st->lock, NULL);
	st->epoch = 1;
	return st;
}

static void channel_forget(struct channel *ch)
{
	for (; ch->tail < ch->head; ch->tail++)
		msg_put(ch->ring[ch->tail % STREAM_RING]);
	ch->ring_bytes = 0;
	msg_put(ch->hello);
	msg_put(ch->snapshot);
	ch->hello = ch->snapshot = NULL;
	ch->live = false;
}

void stream_free(struct stream *st)
{
	if (!st)
		return;
	for (unsigned i = 0; i < STREAM_CHANNELS; i++)
		channel_forget(&st->channel[i]);
	msg_put(st->presence);
	pthread_mutex_destroy(&st->lock);
	free(st);
}

static const unsigned rates[STREAM_RATES] = { WIRE_RATE_MAX, 10, 5, 2, 1 };

/* The channel for ${sections} at rates[${step}].  Those of all sections stand first, by rate. */
static struct channel *channel_for(struct stream *st, unsigned sections, unsigned step)
{
	struct channel *ch, *unused = NULL;

	if (sections == WIRE_ALL)
		return &st->channel[step];
	for (ch = &st->channel[STREAM_RATES]; ch < &st->channel[STREAM_CHANNELS]; ch++) {
		if (ch->viewers && ch->sections == sections && ch->rate == rates[step])
			return ch;
		if (!ch->viewers && !unused)
			unused = ch;
	}
	return unused ? unused : &st->channel[step];
}

static void enter(struct stream *st, unsigned sections, unsigned rate, bool deflate, struct stream_cursor *cur)
{
	unsigned step = 0;
	struct channel *ch;

	while (step < STREAM_RATES - 1 && rates[step] > rate)
		step++;
	ch = channel_for(st, sections, step);
	if (!ch->viewers) {
		ch->sections = ch < &st->channel[STREAM_RATES] ? WIRE_ALL : sections;
		ch->rate = rates[step];
		ch->generation++;
	}
	ch->viewers++;
	ch->deflaters += deflate;
	st->viewers++;
	cur->channel = (unsigned)(ch - st->channel);
	cur->synced = cur->asked = false;
}

static void leave(struct stream *st, bool deflate, const struct stream_cursor *cur)
{
	struct channel *ch = &st->channel[cur->channel];

	ch->viewers--;
	ch->deflaters -= deflate;
	st->viewers--;
	if (!ch->viewers) {
		channel_forget(ch);
		ch->want_snapshot = false;
	}
}

void stream_join(struct stream *st, unsigned sections, unsigned rate, bool deflate, struct stream_cursor *cur)
{
	pthread_mutex_lock(&st->lock);
	enter(st, sections, rate, deflate, cur);
	pthread_mutex_unlock(&st->lock);
}

void stream_move(struct stream *st, unsigned sections, unsigned rate, bool deflate, struct stream_cursor *cur)
{
	pthread_mutex_lock(&st->lock);
	leave(st, deflate, cur); /* first: its place may be the one that it gets */
	enter(st, sections, rate, deflate, cur);
	pthread_mutex_unlock(&st->lock);
}

void stream_leave(struct stream *st, bool deflate, const struct stream_cursor *cur)
{
	pthread_mutex_lock(&st->lock);
	leave(st, deflate, cur);
	pthread_mutex_unlock(&st->lock);
}

/* Is the delta that this viewer needs next still there, or not yet made? */
static bool can_follow(const struct channel *ch, const struct stream_cursor *cur)
{
	return cur->synced && cur->pos >= ch->tail;
}

/* Start the viewer anew: from the snapshot there is, or from one that has to be made. */
static enum stream_next take_snapshot(struct stream *st, struct channel *ch, struct stream_cursor *cur,
				      struct msg **out, bool *more)
{
	bool usable = ch->snapshot && ch->snap_at >= ch->tail && (!cur->asked || cur->pos <= ch->snap_at);

	if (!usable) {
		bool ask = !ch->want_snapshot;

		ch->want_snapshot = true;
		return ask ? STREAM_ASK : STREAM_NOTHING;
	}
	if (cur->epoch != st->epoch) {
		cur->epoch = st->epoch;
		*out = msg_get(ch->hello);
		*more = true;
		return STREAM_SEND;
	}
	cur->synced = true;
	cur->asked = false;
	cur->pos = ch->snap_at;
	*out = msg_get(ch->snapshot);
	*more = cur->pos < ch->head || cur->presence != st->presence_version;
	return STREAM_SEND;
}

enum stream_next stream_take(struct stream *st, struct stream_cursor *cur, struct msg **out, bool *more,
			     bool *skipped)
{
	struct channel *ch = &st->channel[cur->channel];
	enum stream_next next = STREAM_NOTHING;

	*more = *skipped = false;
	pthread_mutex_lock(&st->lock);
	if (st->ended) {
		next = STREAM_ENDED;
	} else if (cur->epoch != st->epoch || !can_follow(ch, cur)) {
		*skipped = cur->synced && cur->epoch == st->epoch;
		cur->synced = false;
		next = take_snapshot(st, ch, cur, out, more);
	} else if (cur->pos < ch->head) {
		*out = msg_get(ch->ring[cur->pos++ % STREAM_RING]);
		*more = cur->pos < ch->head || cur->presence != st->presence_version;
		next = STREAM_SEND;
	} else if (cur->presence != st->presence_version) {
		cur->presence = st->presence_version;
		*out = msg_get(st->presence);
		next = STREAM_SEND;
	}
	pthread_mutex_unlock(&st->lock);
	return next;
}

bool stream_has(struct stream *st, const struct stream_cursor *cur)
{
	struct channel *ch = &st->channel[cur->channel];
	bool has;

	pthread_mutex_lock(&st->lock);
	has = st->ended || cur->epoch != st->epoch || !cur->synced || cur->pos < ch->head ||
	      cur->presence != st->presence_version;
	pthread_mutex_unlock(&st->lock);
	return has;
}

void stream_resync(struct stream_cursor *cur)
{
	/* pos stays: only a snapshot of that moment or later will do. */
	cur->synced = false;
	cur->asked = true;
}

unsigned stream_viewers(struct stream *st)
{
	unsigned n;

	pthread_mutex_lock(&st->lock);
	n = st->viewers;
	pthread_mutex_unlock(&st->lock);
	return n;
}

unsigned stream_wants(struct stream *st, struct stream_want want[STREAM_CHANNELS])
{
	unsigned used = 0;

	pthread_mutex_lock(&st->lock);
	for (unsigned i = 0; i < STREAM_CHANNELS; i++) {
		const struct channel *ch = &st->channel[i];

		want[i] = (struct stream_want){
			.channel = i,
			.generation = ch->generation,
			.sections = ch->sections,
			.rate = ch->rate,
			.used = ch->viewers > 0,
			.live = ch->live,
			.snapshot = ch->want_snapshot,
			.deflate = ch->deflaters > 0,
		};
		used += ch->viewers > 0;
	}
	pthread_mutex_unlock(&st->lock);
	return used;
}

static void drop_oldest(struct channel *ch)
{
	struct msg *m = ch->ring[ch->tail % STREAM_RING];

	ch->ring_bytes -= m->plain_len + m->deflated_len;
	ch->tail++;
	msg_put(m);
}

/* Is what was made for ${want} still what the channel's viewers want? */
static bool in_time(const struct channel *ch, const struct stream_want *want)
{
	return ch->viewers && ch->generation == want->generation;
}

void stream_publish_delta(struct stream *st, const struct stream_want *want, struct msg *delta)
{
	struct channel *ch = &st->channel[want->channel];

	pthread_mutex_lock(&st->lock);
	if (!in_time(ch, want)) {
		msg_put(delta);
	} else if (!delta) {
		channel_forget(ch);
		ch->tail = ++ch->head; /* nobody's cursor is there */
	} else {
		ch->ring_bytes += delta->plain_len + delta->deflated_len;
		if (ch->head - ch->tail == STREAM_RING)
			drop_oldest(ch);
		ch->ring[ch->head++ % STREAM_RING] = delta;
		while (ch->ring_bytes > STREAM_RING_BYTES && ch->head - ch->tail > 1)
			drop_oldest(ch);
	}
	pthread_mutex_unlock(&st->lock);
}

void stream_publish_snapshot(struct stream *st, const struct stream_want *want, struct msg *hello,
			     struct msg *snapshot)
{
	struct channel *ch = &st->channel[want->channel];

	pthread_mutex_lock(&st->lock);
	if (!in_time(ch, want)) {
		msg_put(hello);
		msg_put(snapshot);
	} else {
		msg_put(ch->hello);
		msg_put(ch->snapshot);
		ch->hello = hello;
		ch->snapshot = snapshot;
		ch->snap_at = ch->head;
		ch->live = true;
		ch->want_snapshot = false;
	}
	pthread_mutex_unlock(&st->lock);
}

void stream_publish_presence(struct stream *st, struct msg *presence)
{
	if (!presence)
		return;
	pthread_mutex_lock(&st->lock);
	msg_put(st->presence);
	st->presence = presence;
	st->presence_version++;
	pthread_mutex_unlock(&st->lock);
}

void stream_restart(struct stream *st)
{
	pthread_mutex_lock(&st->lock);
	st->epoch++;
	for (unsigned i = 0; i < STREAM_CHANNELS; i++) {
		channel_forget(&st->channel[i]);
		/* Viewers of a machine at rest would not ask: nothing wakes them. */
		st->channel[i].want_snapshot = st->channel[i].viewers > 0;
	}
	pthread_mutex_unlock(&st->lock);
}

void stream_end(struct stream *st)
{
	pthread_mutex_lock(&st->lock);
	st->ended = true;
	pthread_mutex_unlock(&st->lock);
}
