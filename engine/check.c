/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check.c - what must always be true of a machine, as bookkeeping.
 *
 * Nothing here trusts what it checks: links are followed at most as often as there
 * are blocks, indices are tested before they are used.
 */
#include "internal.h"

/* Zones rise, do not overlap, and do not have more pages than they span. */
static bool zones_are_valid(const struct mm386 *m)
{
	pfn_t end = 0;

	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];

		if (z->id != i || z->start_pfn > z->end_pfn || z->end_pfn > m->s->nr_frames)
			return false;
		if (z->start_pfn == z->end_pfn)
			continue;
		if (z->start_pfn < end)
			return false;
		if (z->spanned != z->end_pfn - z->start_pfn || z->present > z->spanned)
			return false;
		end = z->end_pfn;
	}
	return true;
}

/* A block of ${order} could lie at ${pfn}: aligned from the zone's base, and wholly in it. */
static bool block_fits(const struct zone *z, pfn_t pfn, unsigned order)
{
	return ((pfn - z->buddy_base) & ((1u << order) - 1)) == 0 && pfn >= z->start_pfn &&
	       pfn < z->end_pfn && z->end_pfn - pfn >= 1u << order;
}

/* One list: links agree both ways, its blocks say they are on it, its count is right. */
static bool list_is_valid(const struct mm386 *m, const struct zone *z, unsigned order, unsigned mt)
{
	const struct free_list *l = &z->free[order][mt];
	uint32_t nr = 0;
	pfn_t prev = NO_PFN;

	for (pfn_t pfn = l->head; pfn != NO_PFN; prev = pfn, pfn = m->page[pfn].next) {
		if (nr++ == l->nr || !block_fits(z, pfn, order))
			return false;
		if (m->page[pfn].flags != PF_BUDDY || m->page[pfn].order != order ||
		    m->page[pfn].mt != mt)
			return false;
		if (m->page[pfn].prev != prev)
			return false;
	}
	return nr == l->nr && l->tail == prev;
}

/* Every list, and every free page counted once: nr_free = sum of blocks * 2^order. */
static bool lists_are_valid(const struct mm386 *m)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];
		uint64_t pages = 0;

		for (unsigned o = 0; o < MM386_ORDERS; o++) {
			uint32_t blocks = 0;

			if (o >= m->s->info.orders && z->nr_blocks[o])
				return false;
			for (unsigned mt = 0; mt < MM386_MIGRATETYPES; mt++) {
				if (!list_is_valid(m, z, o, mt))
					return false;
				blocks += z->free[o][mt].nr;
			}
			if (blocks != z->nr_blocks[o])
				return false;
			pages += (uint64_t)blocks << o;
		}
		if (pages != z->nr_free)
			return false;
	}
	return true;
}

/* The frames of a block have one kind, and only the first has a descriptor in use. */
static bool block_is_uniform(const struct mm386 *m, pfn_t pfn, unsigned order)
{
	for (pfn_t p = pfn + 1; p < pfn + (1u << order); p++)
		if (m->kind[p] != m->kind[pfn] || m->page[p].flags || m->page[p].refcount)
			return false;
	return true;
}

static bool is_allocated(uint8_t kind)
{
	return kind == MM386_KIND_PAGES || kind == MM386_KIND_USER;
}

/* The block that begins at ${pfn} of ${z}: kind, count and flags agree. */
static bool block_is_valid(const struct mm386 *m, const struct zone *z, pfn_t pfn)
{
	const struct page *p = &m->page[pfn];

	if (p->order >= m->s->info.orders || !block_fits(z, pfn, p->order))
		return false;
	if (p->flags == PF_BUDDY && (m->kind[pfn] != MM386_KIND_FREE || p->refcount))
		return false;
	if ((p->flags & PF_HEAD) &&
	    (!is_allocated(m->kind[pfn]) || p->refcount < 1 || p->zone != z->id))
		return false;
	if (p->flags == PF_PCP &&
	    (m->kind[pfn] != MM386_KIND_PCP || p->refcount || p->zone != z->id))
		return false;
	return block_is_uniform(m, pfn, p->order);
}

/* What a walk over all frames counted in one zone. */
struct tally {
	uint32_t free_blocks, free_pages, pcp_pages, allocated_pages;
};

/*
 * Step over the frames block by block.  A free or handed out frame is part of
 * exactly one block; every other frame has a descriptor of zeros.
 */
static bool blocks_are_valid(const struct mm386 *m, struct tally *tally)
{
	for (pfn_t pfn = 0; pfn < m->s->nr_frames;) {
		const struct page *p = &m->page[pfn];
		const struct zone *z;

		if (m->kind[pfn] >= MM386_NR_KINDS)
			return false;
		if (m->kind[pfn] != MM386_KIND_FREE && m->kind[pfn] != MM386_KIND_PCP &&
		    !is_allocated(m->kind[pfn])) {
			if (p->flags)
				return false;
			pfn++;
			continue;
		}
		z = zone_of(m, pfn);
		if (!z || (p->flags != PF_BUDDY && p->flags != PF_PCP && (p->flags & ~PF_COMP) != PF_HEAD) ||
		    !block_is_valid(m, z, pfn))
			return false;
		if (p->flags == PF_BUDDY) {
			tally[z->id].free_blocks++;
			tally[z->id].free_pages += 1u << p->order;
		} else if (p->flags == PF_PCP) {
			tally[z->id].pcp_pages += 1u << p->order;
		} else {
			tally[z->id].allocated_pages += 1u << p->order;
		}
		pfn += 1u << p->order;
	}
	return true;
}

/* Conservation: what boot gave to the buddy system is free, on a CPU's list, or handed out. */
static bool pages_are_conserved(const struct mm386 *m, const struct tally *tally)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];
		uint32_t blocks = 0;

		for (unsigned o = 0; o < MM386_ORDERS; o++)
			blocks += z->nr_blocks[o];
		if (tally[i].free_blocks != blocks || tally[i].free_pages != z->nr_free)
			return false;
		if (tally[i].pcp_pages != pcp_nr_pages(m, z))
			return false;
		if (z->managed != tally[i].free_pages + tally[i].pcp_pages + tally[i].allocated_pages)
			return false;
	}
	return true;
}

static bool list_is_merged(const struct mm386 *m, const struct zone *z, unsigned order, pfn_t head)
{
	for (pfn_t pfn = head; pfn != NO_PFN; pfn = m->page[pfn].next) {
		pfn_t buddy = buddy_of(z->buddy_base, pfn, order);

		if (buddy < z->start_pfn || buddy >= z->end_pfn)
			continue;
		if ((m->page[buddy].flags & PF_BUDDY) && m->page[buddy].order == order)
			return false;
	}
	return true;
}

/* No two free buddies of one order are left unmerged. */
static bool merges_are_done(const struct mm386 *m)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];

		for (unsigned o = 0; buddy_always_merges(m, o); o++)
			for (unsigned mt = 0; mt < MM386_MIGRATETYPES; mt++)
				if (!list_is_merged(m, z, o, z->free[o][mt].head))
					return false;
	}
	return true;
}

static bool marks_are_valid(const struct mm386 *m)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const uint32_t *w = m->s->zone[i].watermark;

		if (w[MM386_WMARK_MIN] > w[MM386_WMARK_LOW] ||
		    w[MM386_WMARK_LOW] > w[MM386_WMARK_HIGH])
			return false;
	}
	return true;
}

/* Page blocks lie zone behind zone, cover them, and have types that there are. */
static bool pageblocks_are_valid(const struct mm386 *m)
{
	uint32_t first = 0, size = 1u << m->s->info.pageblock_order;

	for (unsigned i = 0; i < m->s->info.nr_zones && m->s->info.pageblock_order; i++) {
		const struct zone *z = &m->s->zone[i];
		uint32_t frames = z->end_pfn - z->pageblock_start;

		if (z->first_pageblock != first || z->pageblock_start > z->start_pfn ||
		    z->start_pfn - z->pageblock_start >= size ||
		    z->nr_pageblocks != (z->spanned ? (frames + size - 1) / size : 0))
			return false;
		first += z->nr_pageblocks;
	}
	for (uint32_t i = 0; i < m->s->nr_pageblocks; i++)
		if ((m->pageblock[i] & PAGEBLOCK_MT) >= MM386_MIGRATETYPES)
			return false;
	return first == m->s->nr_pageblocks;
}

static bool recent_is_valid(const struct mm386 *m)
{
	for (uint32_t i = 0; i <= m->s->recent_mask; i++)
		if (m->recent[i] != NO_PFN && m->recent[i] >= m->s->nr_frames)
			return false;
	return true;
}

const char *mm386_check(const struct mm386 *m)
{
	struct tally tally[MM386_ZONES_MAX] = {{0}};

	if (!zones_are_valid(m))
		return "zones rise and do not overlap";
	if (!lists_are_valid(m))
		return "buddy lists are linked both ways and count their blocks";
	if (!pcp_is_valid(m))
		return "CPUs' lists are linked both ways and count their pages";
	if (!blocks_are_valid(m, tally))
		return "every frame of the buddy system is part of one block of its kind";
	if (!pages_are_conserved(m, tally))
		return "managed = free + on CPUs' lists + handed out";
	if (!merges_are_done(m))
		return "free buddies are merged";
	if (!pageblocks_are_valid(m))
		return "page blocks cover their zones and have a type";
	if (!marks_are_valid(m))
		return "min <= low <= high";
	if (!recent_is_valid(m))
		return "the index of recent allocations names frames";
	if (!digest_is_valid(m))
		return "what changed is marked for the digest";
	return NULL;
}
