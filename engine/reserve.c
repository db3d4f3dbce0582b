/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reserve.c - what a zone keeps back from requests that could have used a higher one.
 *
 * ZONE_DMA is small and the only memory that an ISA device reaches: requests that any frame
 * would serve must not eat it up.  Kernels before 2.6.11 did that by the marks of the zones
 * above; since then a zone keeps a part of the size of what lies above it, by its ratio.
 */
#include "internal.h"

/* The zone of ${type} on ${node}, or NULL. */
static struct zone *zone_at(const struct mm386 *m, unsigned node, unsigned type)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		if (m->s->zone[i].node == node && m->s->zone[i].type == type)
			return &m->s->zone[i];
	return NULL;
}

static void set_reserve(struct mm386 *m, struct zone *z, unsigned class, uint64_t pages)
{
	z->lowmem_reserve[class] = (uint32_t)pages;
	m->dirty.zones |= 1u << z->id;
	event_emit(m, MM386_EVENT_LOWMEM_RESERVE, z->id, class, (uint32_t)pages, 0, 0, 0);
}

/* ---- by ratio ------------------------------------------------------------------------- */

/* Whether ${z} keeps anything back.  Before 5.8 an empty zone did. */
static bool keeps(const struct mm386 *m, const struct zone *z)
{
	if (m->s->sysctl.lowmem_reserve_ratio[z->type] == 0)
		return false;
	return !m->s->profile.wm.empty_keeps_nothing || watermark_counted_pages(m, z) > 0;
}

/*
 * What ${z} keeps from a request that may use zones up to ${class}: the pages of the zones
 * above it up to that one, divided by its ratio.  5.8 to 5.10 forgot those between that keep
 * nothing themselves; 6.10 to 6.13 let a request in whose highest zone is empty.
 * Kernel: setup_per_zone_lowmem_reserve() [2.6.11, 2.6.32, 5.8, 6.1, 6.10], the class zones'
 * watermarks of free_area_init_core() [2.4.23].
 */
static uint64_t reserve_by_ratio(const struct mm386 *m, const struct zone *z, unsigned class)
{
	const struct profile *p = &m->s->profile;
	const struct zone *top = zone_at(m, z->node, class);
	uint64_t above = 0;

	if (!keeps(m, z))
		return 0;
	if (p->wm.empty_class_is_free && (!top || !watermark_counted_pages(m, top)))
		return 0;
	for (unsigned i = z->type + 1; i <= class; i++) {
		const struct zone *upper = zone_at(m, z->node, i);

		if (upper && (i == class || !p->wm.keepers_alone_count || keeps(m, upper)))
			above += watermark_counted_pages(m, upper);
	}
	return above / m->s->sysctl.lowmem_reserve_ratio[z->type];
}

/* ---- by marks, 2.6.6 .. 2.6.10 ---------------------------------------------------------- */

/*
 * The low marks of the zones above, as often as lower_zone_protection says; 2.6.6 and 2.6.7
 * count each zone's own mark once more.  Nothing by default.
 * Kernel: setup_per_zone_protection(), higherzone_val() [2.6.7, 2.6.9].
 */
static uint64_t protection(const struct mm386 *m, const struct zone *z, unsigned class)
{
	bool with_low = m->s->profile.wm.reserve == RESERVE_PROTECTION_AND_LOW;
	uint64_t pages = 0;

	if (z->type > class || !z->present || (!with_low && z->type == class))
		return 0;
	if (with_low)
		pages += z->watermark[MM386_WMARK_LOW];
	for (unsigned i = z->type + 1; i <= class; i++) {
		const struct zone *upper = zone_at(m, z->node, i);

		if (!upper || !upper->present)
			continue;
		pages += (uint64_t)upper->watermark[MM386_WMARK_LOW] *
			 (m->s->sysctl.lower_zone_protection + with_low);
	}
	return pages;
}

/* ---- all zones ----------------------------------------------------------------------------- */

static uint64_t reserve_of(const struct mm386 *m, const struct zone *z, unsigned class)
{
	switch (m->s->profile.wm.reserve) {
	case RESERVE_NONE:
		break;
	case RESERVE_PROTECTION_AND_LOW:
	case RESERVE_PROTECTION:
		return protection(m, z, class);
	case RESERVE_RATIO:
		return class > z->type ? reserve_by_ratio(m, z, class) : 0;
	}
	return 0;
}

/* Where nobody can switch a zone's reserve off, a ratio of 0 becomes 1. */
static void mend_ratios(struct mm386 *m)
{
	const struct profile *p = &m->s->profile;

	for (unsigned i = 0; i < p->wm.nr_ratios && p->wm.ratio_0_is_1; i++) {
		uint32_t *ratio = &m->s->sysctl.lowmem_reserve_ratio[i];

		if (*ratio > 0)
			continue;
		*ratio = 1;
		m->dirty.sysctl = true;
		event_emit(m, MM386_EVENT_SYSCTL, SYSCTL_LOWMEM_RESERVE_RATIO, i, 0, 1, 0, 0);
	}
}

void reserve_setup(struct mm386 *m)
{
	struct state *s = m->s;
	unsigned types = 0;

	mend_ratios(m);
	for (unsigned i = 0; i < s->info.nr_zones; i++)
		if (s->zone[i].type >= types)
			types = s->zone[i].type + 1;
	for (unsigned i = 0; i < s->info.nr_zones; i++) {
		struct zone *z = &s->zone[i];

		for (unsigned class = 0; class < types; class ++) {
			uint64_t pages = reserve_of(m, z, class);

			if (pages != z->lowmem_reserve[class])
				set_reserve(m, z, class, pages);
		}
	}
	reserve_count(m);
}

/*
 * The pages that cannot be promised to processes: each zone's high mark and the most it keeps
 * back, but not more than it has.  Kernel: calculate_totalreserve_pages() [2.6.17, 6.1].
 */
void reserve_count(struct mm386 *m)
{
	struct state *s = m->s;

	s->totalreserve_pages = 0;
	for (unsigned i = 0; i < s->info.nr_zones && s->profile.wm.counts_reserve; i++) {
		const struct zone *z = &s->zone[i];
		uint32_t pages = 0, size = watermark_counted_pages(m, z);

		for (unsigned class = z->type; class < MM386_ZONE_TYPES; class ++)
			if (z->lowmem_reserve[class] > pages)
				pages = z->lowmem_reserve[class];
		pages += z->watermark[MM386_WMARK_HIGH] + z->watermark_boost;
		s->totalreserve_pages += pages < size ? pages : size;
	}
}

uint32_t mm386_totalreserve_pages(const struct mm386 *m)
{
	return m->s->totalreserve_pages;
}
