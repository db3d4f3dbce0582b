/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "owner.h"
#include "registry.h"
#include "stream.h"
#include "ws.h"

#define NS_PER_S 1000000000ull
#define PERIOD_NS (NS_PER_S / OWNER_STREAM_HZ)
/*
 * Viewers may ask for snapshots as often as they like; they are made once a second a channel, one
 * a turn, and take a fifth of the owner's time: between two pass four times what the last one took.
 */
#define SNAPSHOT_NS NS_PER_S
#define SNAPSHOT_REST 4

static bool something_changed(const struct owner *own, const struct owner_channel *ch)
{
	return mm386_seq(own->m) != ch->seq;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* When channel ${i} needs a delta; UINT64_MAX: not before something happens. */
static uint64_t delta_due(const struct owner *own, const struct stream_want *want, unsigned i)
{
	if (!want[i].used || !want[i].live || !something_changed(own, &own->channel[i]))
		return UINT64_MAX;
	return later(own->channel[i].due_ns, own->publish_due_ns);
}

/* When channel ${i} gets the snapshot that it wants; UINT64_MAX: it wants none. */
static uint64_t snapshot_due(const struct owner *own, const struct stream_want *want, unsigned i)
{
	const struct owner_channel *ch = &own->channel[i];
	uint64_t due = own->publish_due_ns;

	if (!want[i].used || !want[i].snapshot)
		return UINT64_MAX;
	if (ch->snapped_boot != own->boot)
		return due;
	due = later(due, own->snapshot_due_ns);
	return ch->snapped_generation == want[i].generation ? later(due, ch->snapped_ns + SNAPSHOT_NS) : due;
}

/* The channel whose snapshot is due, and that has had none for the longest; STREAM_CHANNELS: none is. */
static unsigned pick_snapshot(const struct owner *own, const struct stream_want *want, uint64_t now)
{
	unsigned pick = STREAM_CHANNELS;

	for (unsigned i = 0; i < STREAM_CHANNELS; i++)
		if (snapshot_due(own, want, i) <= now &&
		    (pick == STREAM_CHANNELS || own->channel[i].snapped_ns < own->channel[pick].snapped_ns))
			pick = i;
	return pick;
}

/* Does the snapshot for channel ${pick} serve channel ${i} too? */
static bool is_served(const struct stream_want *want, unsigned i, unsigned pick)
{
	return pick < STREAM_CHANNELS && want[i].used && want[i].snapshot && want[i].sections == want[pick].sections;
}

/* The message in own->text, and the buffer is free again.  NULL when there is none. */
static struct msg *finish(struct owner *own, bool deflate)
{
	struct msg *m = wbuf_ok(&own->text) ? msg_new(own->text.data, own->text.len, deflate) : NULL;

	wbuf_reset(&own->text);
	return m;
}

/* The newest operations and events since ${ch} was told the last, oldest first. */
static void explain(const struct owner *own, const struct owner_channel *ch, struct wire_explain *ex,
		    struct wire_note *note, struct mm386_event *event)
{
	uint64_t seq = mm386_seq(own->m), first = ch->seq + 1;
	uint64_t ev = ch->events;

	*ex = (struct wire_explain){ .note = note, .event = event };
	if (seq - ch->seq > WIRE_DELTA_OPS)
		first = seq - WIRE_DELTA_OPS + 1;
	ex->note_omitted = first - ch->seq - 1;
	for (; first <= seq; first++)
		note[ex->nr_note++] = own->note[first % WIRE_DELTA_OPS];
	if (own->nr_events - ev > WIRE_DELTA_EVENTS)
		ev = own->nr_events - WIRE_DELTA_EVENTS;
	ex->event_omitted = ev - ch->events + own->events_omitted - ch->omitted;
	for (; ev < own->nr_events; ev++)
		event[ex->nr_event++] = own->event[ev % OWNER_EVENTS];
}

/* From now on this channel's viewers know the machine as it is. */
static void told(const struct owner *own, struct owner_channel *ch, const struct stream_want *want, uint64_t now)
{
	changes_clear(&ch->before);
	ch->seq = mm386_seq(own->m);
	ch->events = own->nr_events;
	ch->omitted = own->events_omitted;
	ch->due_ns = now + NS_PER_S / want->rate;
}

static void publish_delta(struct owner *own, unsigned i, const struct stream_want *want, uint64_t now)
{
	struct owner_channel *ch = &own->channel[i];
	struct wire_note note[WIRE_DELTA_OPS];
	struct mm386_event event[WIRE_DELTA_EVENTS];
	struct wire_explain ex;

	explain(own, ch, &ex, note, event);
	if (ch->seq == own->cut_seq) {
		wire_delta(&own->text, own->m, ch->seq, want->sections, &ex);
	} else {
		struct wire_changes changes;

		changes_add(&ch->before, own->m);
		changes = changes_of(&ch->before);
		if (!ch->before.lost)
			wire_delta_of(&own->text, own->m, ch->seq, want->sections, &ex, &changes);
	}
	/* Nothing written: its viewers are told to begin anew. */
	stream_publish_delta(own->s->stream, want, ch->before.lost ? NULL : finish(own, want->deflate));
	metrics_add(&own->s->srv->metrics.deltas, 1);
	told(own, ch, want, now);
}

/* Tell each channel whose time has come, or whom the snapshot for ${pick} serves; note the rest, and cut. */
static void publish_deltas(struct owner *own, const struct stream_want *want, unsigned pick, uint64_t now)
{
	for (unsigned i = 0; i < STREAM_CHANNELS; i++) {
		if (!want[i].used || !want[i].live || !something_changed(own, &own->channel[i]))
			continue;
		if (delta_due(own, want, i) <= now || is_served(want, i, pick))
			publish_delta(own, i, &want[i], now);
		else
			changes_add(&own->channel[i].before, own->m);
	}
	mm386_cut(own->m);
	own->cut_seq = mm386_seq(own->m);
}

static void publish_snapshot(struct owner *own, const struct stream_want *want, unsigned pick, uint64_t now)
{
	static const struct wire_limits limits = { WIRE_RATE_MAX, WS_MESSAGE_MAX };
	uint64_t begin = now_ns(), end;
	struct msg *hello, *snapshot;
	bool deflate = false;

	for (unsigned i = 0; i < STREAM_CHANNELS; i++)
		deflate = deflate || (is_served(want, i, pick) && want[i].deflate);
	wire_hello(&own->text, own->m, own->s->name, own->boot, SERVER_NAME, &limits);
	hello = finish(own, deflate);
	wire_snapshot(&own->text, own->m, want[pick].sections);
	snapshot = finish(own, deflate);
	for (unsigned i = 0; i < STREAM_CHANNELS; i++) {
		struct owner_channel *ch = &own->channel[i];

		if (!is_served(want, i, pick))
			continue;
		if (hello && snapshot)
			stream_publish_snapshot(own->s->stream, &want[i], msg_get(hello), msg_get(snapshot));
		told(own, ch, &want[i], now);
		ch->snapped_ns = now;
		ch->snapped_boot = own->boot;
		ch->snapped_generation = want[i].generation;
	}
	msg_put(hello);
	msg_put(snapshot);
	metrics_add(&own->s->srv->metrics.snapshots, 1);
	end = now_ns();
	own->snapshot_due_ns = end + SNAPSHOT_REST * (end - begin);
}

/* Viewers and scene, once a second at most. */
static bool publish_presence(struct owner *own, uint64_t now)
{
	unsigned viewers = stream_viewers(own->s->stream);

	if (now < own->presence_due_ns || (!own->presence_changed && viewers == own->presence_viewers))
		return false;
	own->presence_changed = false;
	own->presence_viewers = viewers;
	own->presence_due_ns = now + NS_PER_S;
	if (!viewers)
		return false;
	wire_presence(&own->text, viewers, &own->scene_state);
	stream_publish_presence(own->s->stream, finish(own, false));
	return true;
}

static uint64_t next_due(const struct owner *own, const struct stream_want *want)
{
	uint64_t due = UINT64_MAX;

	for (unsigned i = 0; i < STREAM_CHANNELS; i++) {
		uint64_t delta = delta_due(own, want, i), snapshot = snapshot_due(own, want, i);

		due = due < delta ? due : delta;
		due = due < snapshot ? due : snapshot;
	}
	return due;
}

void owner_publish(struct owner *own, uint64_t now)
{
	struct stream_want want[STREAM_CHANNELS];
	bool news = publish_presence(own, now);

	if (stream_wants(own->s->stream, want) && next_due(own, want) <= now) {
		unsigned pick = pick_snapshot(own, want, now);

		publish_deltas(own, want, pick, now);
		if (pick < STREAM_CHANNELS)
			publish_snapshot(own, want, pick, now);
		own->publish_due_ns = now + PERIOD_NS;
		news = true;
	}
	if (news)
		ws_wake(own->s->srv->ws);
}

uint64_t owner_publish_due(const struct owner *own)
{
	struct stream_want want[STREAM_CHANNELS];
	uint64_t due = stream_wants(own->s->stream, want) ? next_due(own, want) : UINT64_MAX;

	if ((own->presence_changed || stream_viewers(own->s->stream) != own->presence_viewers) &&
	    own->presence_due_ns < due)
		due = own->presence_due_ns;
	return due;
}
