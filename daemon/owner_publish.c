/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "owner.h"
#include "registry.h"
#include "stream.h"
#include "ws.h"

#define NS_PER_S 1000000000ull
#define PERIOD_NS (NS_PER_S / OWNER_STREAM_HZ)

static bool something_changed(const struct owner *own)
{
	return mm386_seq(own->m) != own->cut_seq;
}

static bool wanted(const struct owner *own, const struct stream_want *want)
{
	for (unsigned i = 0; i < STREAM_CHANNELS; i++)
		if (want[i].used && (want[i].snapshot || (want[i].live && something_changed(own))))
			return true;
	return false;
}

/* The message in own->text, and the buffer is free again.  NULL when there is none. */
static struct msg *finish(struct owner *own, bool deflate)
{
	struct msg *m = wbuf_ok(&own->text) ? msg_new(own->text.data, own->text.len, deflate) : NULL;

	wbuf_reset(&own->text);
	return m;
}

/* The newest operations and events since the last cut, oldest first. */
static void explain(const struct owner *own, struct wire_explain *ex, struct wire_note *note,
		    struct mm386_event *event)
{
	uint64_t seq = mm386_seq(own->m), first = own->cut_seq + 1;
	uint64_t ev = own->cut_events;

	*ex = (struct wire_explain){ .note = note, .event = event };
	if (seq - own->cut_seq > WIRE_DELTA_OPS)
		first = seq - WIRE_DELTA_OPS + 1;
	ex->note_omitted = first - own->cut_seq - 1;
	for (; first <= seq; first++)
		note[ex->nr_note++] = own->note[first % WIRE_DELTA_OPS];
	if (own->nr_events - ev > WIRE_DELTA_EVENTS)
		ev = own->nr_events - WIRE_DELTA_EVENTS;
	ex->event_omitted = ev - own->cut_events;
	for (; ev < own->nr_events; ev++)
		event[ex->nr_event++] = own->event[ev % OWNER_EVENTS];
}

static void publish_deltas(struct owner *own, const struct stream_want *want)
{
	struct wire_note note[WIRE_DELTA_OPS];
	struct mm386_event event[WIRE_DELTA_EVENTS];
	struct wire_explain ex;

	explain(own, &ex, note, event);
	for (unsigned i = 0; i < STREAM_CHANNELS; i++) {
		if (!want[i].used || !want[i].live)
			continue;
		wire_delta(&own->text, own->m, own->cut_seq, want[i].sections, &ex);
		stream_publish_delta(own->s->stream, i, finish(own, want[i].deflate));
		metrics_add(&own->s->srv->metrics.deltas, 1);
	}
	mm386_cut(own->m);
	own->cut_seq = mm386_seq(own->m);
	own->cut_events = own->nr_events;
}

static void publish_snapshots(struct owner *own, const struct stream_want *want)
{
	static const struct wire_limits limits = { WIRE_RATE_MAX, WS_MESSAGE_MAX };

	for (unsigned i = 0; i < STREAM_CHANNELS; i++) {
		struct msg *hello;

		if (!want[i].used || !want[i].snapshot)
			continue;
		wire_hello(&own->text, own->m, own->s->name, own->boot, SERVER_NAME, &limits);
		hello = finish(own, want[i].deflate);
		wire_snapshot(&own->text, own->m, want[i].sections);
		stream_publish_snapshot(own->s->stream, i, hello, finish(own, want[i].deflate));
		metrics_add(&own->s->srv->metrics.snapshots, 1);
	}
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

void owner_publish(struct owner *own, uint64_t now)
{
	struct stream_want want[STREAM_CHANNELS];
	bool news = publish_presence(own, now);

	if (stream_wants(own->s->stream, want) && now >= own->publish_due_ns && wanted(own, want)) {
		if (something_changed(own))
			publish_deltas(own, want);
		publish_snapshots(own, want);
		own->publish_due_ns = now + PERIOD_NS;
		news = true;
	}
	if (news)
		ws_wake(own->s->srv->ws);
}

uint64_t owner_publish_due(const struct owner *own)
{
	struct stream_want want[STREAM_CHANNELS];
	uint64_t due = UINT64_MAX;

	if (stream_wants(own->s->stream, want) && wanted(own, want))
		due = own->publish_due_ns;
	if ((own->presence_changed || stream_viewers(own->s->stream) != own->presence_viewers) &&
	    own->presence_due_ns < due)
		due = own->presence_due_ns;
	return due;
}
