/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compact_fast.c - what the scanners of compaction find without scanning.
 *
 * A request for a block asks the free lists first.  For pages to move: a MOVABLE
 * free block low in the zone lies in a page block that is partly empty already.  For
 * room: a MOVABLE free block high in the zone, taken from the tail of its list, and what
 * is free around it.  The list is turned so that the next look sees other blocks first.
 * When a search fails, the next one looks at half as many.
 *
 * Kernel: mm/compaction.c fast_find_migrateblock(), fast_isolate_freepages(),
 * fast_isolate_around() [5.1 .. 6.1]; compact_memory does without.
 */
#include "compact.h"

/* How many free blocks a search looks at. */
static unsigned scan_limit(const struct compact *c)
{
	return (COMPACT_CLUSTER >> (c->fast_search_fail < 31 ? c->fast_search_fail : 31)) + 1;
}

static const struct free_list *movable_list(const struct compact *c, int order)
{
	return &c->zone->free[order][MM386_MIGRATE_MOVABLE];
}

/* ---- pages to move ------------------------------------------------------------------- */

/* Only large blocks, and only at the start of a page block: not in the middle of clearing one. */
static bool may_jump(const struct mm386 *m, const struct compact *c)
{
	if (!m->s->profile.compact_fast || c->ignore_skip_hint)
		return false;
	if (c->migrate_pfn != c->zone->start_pfn &&
	    c->migrate_pfn != block_start(m, c->migrate_pfn))
		return false;
	if (c->order <= (int)COSTLY_ORDER)
		return false;
	return !c->direct || c->mt == MM386_MIGRATE_MOVABLE;
}

/* The search found nothing: once, go back to the lowest place that one led to. */
static pfn_t jump_back(struct compact *c)
{
	c->fast_search_fail++;
	if (c->fast_start_pfn != 0 && c->fast_start_pfn != NO_PFN) {
		c->migrate_pfn = c->fast_start_pfn;
		c->fast_start_pfn = NO_PFN;
	}
	return c->migrate_pfn;
}

static pfn_t jump_to(struct mm386 *m, struct compact *c, pfn_t pfn)
{
	if (c->fast_start_pfn == 0 || (c->fast_start_pfn != NO_PFN && pfn < c->fast_start_pfn))
		c->fast_start_pfn = pfn;
	c->fast_search_fail = 0;
	block_set_skip(m, c->zone, pfn);
	return zone_first(m, c->zone, pfn);
}

pfn_t fast_find_migrate_block(struct mm386 *m, struct compact *c)
{
	unsigned limit = scan_limit(c), nr_scanned = 0;
	uint32_t distance = (c->free_pfn - c->migrate_pfn) >> 1;
	pfn_t high, found = NO_PFN;

	if (!may_jump(m, c))
		return c->migrate_pfn;
	if (c->migrate_pfn != c->zone->start_pfn)
		distance >>= 2;
	high = block_start(m, c->migrate_pfn + distance);
	for (int o = c->order - 1; o >= (int)COSTLY_ORDER && found == NO_PFN && nr_scanned < limit;
	     o--) {
		for (pfn_t p = movable_list(c, o)->head; p != NO_PFN; p = m->page[p].next) {
			if (nr_scanned++ >= limit) {
				buddy_turn(m, c->zone, p, true);
				break;
			}
			if (p >= high || block_skip(m, c->zone, p))
				continue;
			buddy_turn(m, c->zone, p, true);
			found = jump_to(m, c, p);
			break;
		}
	}
	c->migrate_scanned += nr_scanned;
	return found != NO_PFN ? found : jump_back(c);
}

/* ---- room ------------------------------------------------------------------------------ */

/* A search for room: preferred from ${low} up, well enough from ${min} up. */
struct search {
	pfn_t low, min;
	pfn_t highest; /* page block of the highest block seen */
	unsigned limit, nr_scanned;
};

/* The block of ${order} to take, NO_PFN if the list has none far enough up. */
static pfn_t search_list(struct mm386 *m, struct compact *c, struct search *s, int order)
{
	pfn_t found = NO_PFN, turn = NO_PFN, high = 0;
	unsigned seen = 0;

	for (pfn_t p = movable_list(c, order)->tail; p != NO_PFN; p = m->page[p].prev) {
		turn = p;
		seen++;
		if (p >= s->highest)
			s->highest = zone_first(m, c->zone, p);
		if (p >= s->low) {
			c->fast_search_fail = 0;
			c->search_order = order;
			found = p;
			break;
		}
		if (p >= s->min && p > high) {
			high = p;
			s->limit >>= 1;
		}
		if (seen >= s->limit)
			break;
		turn = NO_PFN; /* a list that was seen whole is not turned */
	}
	if (found == NO_PFN && high)
		found = turn = high;
	if (turn != NO_PFN)
		buddy_turn(m, c->zone, turn, false);
	s->nr_scanned += seen;
	return found;
}

/* At least one block of a list is looked at; up to 5.13, which mistook min() for max(), at most one. */
static unsigned limit_bounded(const struct mm386 *m, unsigned limit)
{
	if (m->s->profile.compact_looks_at_one)
		return limit < 1 ? limit : 1;
	return limit > 1 ? limit : 1;
}

/* Halve what the next list may cost, if this one used it up. */
static void search_less(const struct mm386 *m, struct search *s, unsigned scanned_before)
{
	if (s->nr_scanned - scanned_before >= s->limit)
		s->limit = limit_bounded(m, s->limit >> 1);
}

/* Orders in turn, downwards and round; -1 after the one where the search began. */
static int next_order(struct compact *c, int order)
{
	if (--order < 0)
		order = c->order - 1;
	if (order != c->search_order)
		return order;
	if (--c->search_order < 0)
		c->search_order = c->order - 1;
	return -1;
}

static pfn_t search_room(struct mm386 *m, struct compact *c, struct search *s)
{
	pfn_t found = NO_PFN;

	if (c->search_order > c->order - 1)
		c->search_order = c->order - 1;
	for (int o = c->search_order; found == NO_PFN && o >= 0; o = next_order(c, o)) {
		unsigned before = s->nr_scanned;

		if (!c->zone->nr_blocks[o])
			continue;
		found = search_list(m, c, s, o);
		search_less(m, s, before);
		if (found == NO_PFN)
			continue;
		if (scan_take_block(m, c, found)) {
			s->nr_scanned += m->s->profile.compact_counts_frames ? (1u << o) - 1 : 0;
		} else { /* the zone is too low for any of them */
			found = NO_PFN;
			o = c->search_order + 1;
		}
	}
	return found;
}

/* The first search of a run that found nothing says where the linear one begins. */
static pfn_t begin_at(struct compact *c, const struct search *s)
{
	if (s->highest >= s->min)
		return c->free_pfn = s->highest;
	if (!c->direct || s->min < c->zone->start_pfn || s->min >= c->zone->end_pfn)
		return NO_PFN;
	return c->free_pfn = s->min;
}

/* Take what else is free in the page block of ${pfn}, unless that is enough already. */
static void isolate_around(struct mm386 *m, struct compact *c, pfn_t pfn)
{
	pfn_t first = zone_first(m, c->zone, pfn), start = first, end = block_end(m, pfn);

	if (c->nr_free >= c->nr_migrate || (c->direct && c->mode == COMPACT_ASYNC))
		return;
	if (end > c->zone->end_pfn)
		end = c->zone->end_pfn;
	scan_free_block(m, c, &start, end, 1);
	if (c->nr_free < c->nr_migrate)
		block_set_skip(m, c->zone, first);
}

void fast_isolate_free(struct mm386 *m, struct compact *c)
{
	const uint32_t block_pages = 1u << m->s->info.pageblock_order;
	bool first = c->free_pfn >= c->zone->compact.init_free_pfn;
	uint32_t distance = c->free_pfn - c->migrate_pfn;
	struct search s = {.limit = limit_bounded(m, scan_limit(c) >> 1)};
	pfn_t found;

	if (!m->s->profile.compact_fast || c->order <= 0)
		return;
	if (first)
		s.limit = block_pages >> 1;
	s.low = block_start(m, c->free_pfn - (distance >> 2));
	s.min = block_start(m, c->free_pfn - (distance >> 1));
	if (s.min > s.low)
		s.low = s.min;
	found = search_room(m, c, &s);
	if (found == NO_PFN) {
		c->fast_search_fail++;
		if (first)
			found = begin_at(c, &s);
	}
	if (s.highest && s.highest >= c->zone->compact.free_pfn)
		c->zone->compact.free_pfn = s.highest - block_pages;
	c->free_scanned += s.nr_scanned;
	if (found != NO_PFN)
		isolate_around(m, c, found);
}
