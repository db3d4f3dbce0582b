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

static void boot_zone_events(const struct zone *z, void (*fn)(void *arg, const struct mm386_event *ev),
			     void *arg)
{
	const uint32_t *mark = z->watermark;
	const struct mm386_event zone = {
		.type = MM386_EVENT_BOOT_ZONE,
		.arg = {z->id, z->start_pfn, z->end_pfn, z->present, z->managed}};
	const struct mm386_event marks = {
		.type = MM386_EVENT_WATERMARKS,
		.arg = {z->id, mark[MM386_WMARK_MIN], mark[MM386_WMARK_LOW], mark[MM386_WMARK_HIGH],
			z->watermark_boost, mark[MM386_WMARK_PROMO]}};

	fn(arg, &zone);
	fn(arg, &marks);
	for (unsigned class = 0; class < MM386_ZONE_TYPES; class++) {
		const struct mm386_event reserve = {
			.type = MM386_EVENT_LOWMEM_RESERVE,
			.arg = {z->id, class, z->lowmem_reserve[class]}};

		if (z->lowmem_reserve[class])
			fn(arg, &reserve);
	}
}

void mm386_boot_events(const struct mm386 *m, void (*fn)(void *arg, const struct mm386_event *ev),
		       void *arg)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		boot_zone_events(&m->s->zone[i], fn, arg);
}
