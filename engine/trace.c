/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace.c - the table of events, and who hears them.
 */
#include "internal.h"

/* Arguments before the first "" of a row. */
#define NR_ARGS(a, b, c, d, e, f)                                                                  \
	((sizeof(a) > 1) + (sizeof(b) > 1) + (sizeof(c) > 1) + (sizeof(d) > 1) + (sizeof(e) > 1) + \
	 (sizeof(f) > 1))
#define EVENT_DESC(id, wire_name, a, b, c, d, e, f)                                                \
	[MM386_EVENT_##id] = {.name = (wire_name),                                                 \
			      .arg = {(a), (b), (c), (d), (e), (f)},                               \
			      .nr_args = NR_ARGS(a, b, c, d, e, f)},

static const struct mm386_event_desc events[MM386_NR_EVENTS] = {MM386_EVENTS(EVENT_DESC)};

const struct mm386_event_desc *mm386_event_desc(enum mm386_event_type t)
{
	assert((unsigned)t < MM386_NR_EVENTS);
	return &events[t];
}

void mm386_set_sink(struct mm386 *m, void (*fn)(void *arg, const struct mm386_event *ev), void *arg)
{
	m->sink = fn;
	m->sink_arg = arg;
}

void mm386_boot_events(const struct mm386 *m, void (*fn)(void *arg, const struct mm386_event *ev),
		       void *arg)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];
		const struct mm386_event ev = {
			.seq = 0,
			.type = MM386_EVENT_BOOT_ZONE,
			.arg = {z->id, z->start_pfn, z->end_pfn, z->present, z->managed}};

		fn(arg, &ev);
	}
}
