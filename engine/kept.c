/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kept.c - page blocks that are kept for who would else get nothing: MIGRATE_RESERVE
 * up to 4.3, MIGRATE_HIGHATOMIC since.
 *
 *	RESERVE      by the min mark, when marks are set; gives when all other lists are empty
 *	HIGHATOMIC   one with each block of higher order that an atomic request got, for others
 *
 * Kernel: mm/page_alloc.c setup_zone_migrate_reserve() [2.6.24 .. 4.3],
 * reserve_highatomic_pageblock(), unreserve_highatomic_pageblock() [4.4 .. 6.8].
 */
#include "pageblock.h"

/* ---- MIGRATE_RESERVE ------------------------------------------------------------------- */

/* Whether the page block from ${pfn} on will never be free as a whole, as far as that kernel looks.
 */
static bool has_reserved(const struct mm386 *m, const struct zone *z, pfn_t pfn)
{
	pfn_t end = pfn + (1u << m->s->info.pageblock_order);

	if (!m->s->profile.migrate_reserve_whole)
		return frame_is_reserved((enum mm386_kind)m->kind[pfn]);
	for (end = end < z->end_pfn ? end : z->end_pfn; pfn < end; pfn++)
		if (frame_is_reserved((enum mm386_kind)m->kind[pfn]))
			return true;
	return false;
}

/*
 * As many page blocks as the min mark fills, the zone's first, are kept for requests that no
 * other list can serve.  Kernel: setup_zone_migrate_reserve() [2.6.24 .. 4.3], called
 * whenever the marks are set.
 */
void kept_setup_reserve(struct mm386 *m, struct zone *z)
{
	const struct profile *p = &m->s->profile;
	uint32_t size = 1u << m->s->info.pageblock_order;
	uint32_t wanted = (z->watermark[MM386_WMARK_MIN] + size - 1) / size;
	pfn_t pfn = z->start_pfn;

	if (!p->migrate_reserve)
		return;
	if (p->migrate_reserve_most && wanted > p->migrate_reserve_most)
		wanted = p->migrate_reserve_most;
	if (p->migrate_reserve_aligned)
		pfn = (pfn + size - 1) & ~(size - 1);
	for (; pfn < z->end_pfn; pfn += size) {
		enum mm386_migratetype mt = pageblock_mt(m, z, pfn);

		if (wanted > 0 || !p->migrate_reserve_whole) {
			if (has_reserved(m, z, pfn))
				continue;
			if (wanted > 0 && mt == MM386_MIGRATE_RESERVED) {
				wanted--;
				continue;
			}
			if (wanted > 0 && mt == MM386_MIGRATE_MOVABLE) {
				pageblock_give(m, z, pfn, MM386_MIGRATE_RESERVED);
				wanted--;
				continue;
			}
		}
		if (mt == MM386_MIGRATE_RESERVED)
			pageblock_give(m, z, pfn, MM386_MIGRATE_MOVABLE);
	}
}

/* ---- HIGHATOMIC ------------------------------------------------------------------------ */

/* How much of a zone may be kept: a hundredth and a page block; since 6.8 in whole page blocks. */
static uint32_t highatomic_most(const struct mm386 *m, const struct zone *z)
{
	uint32_t size = 1u << m->s->info.pageblock_order, hundredth = z->managed / 100;

	if (!m->s->profile.highatomic_aligned)
		return hundredth + size;
	return hundredth < size ? 0 : (hundredth + size - 1) & ~(size - 1);
}

/* Kernel: reserve_highatomic_pageblock() [4.4 .. 6.1]. */
void kept_reserve_highatomic(struct mm386 *m, struct zone *z, pfn_t pfn)
{
	uint32_t size = 1u << m->s->info.pageblock_order, most = highatomic_most(m, z);

	if (!m->s->profile.highatomic || z->nr_reserved_highatomic >= most)
		return;
	if (pageblock_mt(m, z, pfn) > MM386_MIGRATE_RECLAIMABLE)
		return;
	z->nr_reserved_highatomic += size;
	m->dirty.zones |= 1u << z->id;
	pageblock_give(m, z, pfn, MM386_MIGRATE_RESERVED);
	event_emit(m, MM386_EVENT_HIGHATOMIC, pfn, z->id, 1, z->nr_reserved_highatomic, 0, 0);
}

/*
 * One of the page blocks that are kept in ${z} and have a free frame goes to ${mt}.  The frames of one
 * that reaches past the zone's end stay on their list, and are found again: its pages are given up once.
 */
static bool unreserve(struct mm386 *m, struct zone *z, enum mm386_migratetype mt)
{
	uint32_t size = 1u << m->s->info.pageblock_order;
	bool moved = false;

	for (unsigned o = 0; o < m->s->info.orders && !moved; o++) {
		pfn_t pfn = z->free[o][MM386_MIGRATE_RESERVED].head;
		uint32_t kept = z->nr_reserved_highatomic;

		if (pfn == NO_PFN)
			continue;
		if (pageblock_mt(m, z, pfn) == MM386_MIGRATE_RESERVED)
			z->nr_reserved_highatomic -= kept < size ? kept : size;
		m->dirty.zones |= 1u << z->id;
		moved = pageblock_give(m, z, pfn, mt);
		if (z->nr_reserved_highatomic != kept)
			event_emit(m, MM386_EVENT_HIGHATOMIC, pfn, z->id, 0,
				   z->nr_reserved_highatomic, 0, 0);
	}
	return moved;
}

/*
 * Kernel: unreserve_highatomic_pageblock() with force [6.8].  Before, and without force, it follows
 * on reclaim that got somewhere, which there is none of.
 */
bool kept_unreserve_highatomic(struct mm386 *m, unsigned node, unsigned highest,
			       enum mm386_migratetype mt)
{
	if (!m->s->profile.highatomic_before_oom)
		return false;
	for (unsigned i = 0; i < m->s->nr_zonelist[node]; i++) {
		struct zone *z = &m->s->zone[m->s->zonelist[node][i]];

		if (z->type <= highest && unreserve(m, z, mt))
			return true;
	}
	return false;
}
