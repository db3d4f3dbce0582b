/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * buddy.c - free blocks of 2^order frames, and how they split and merge.
 *
 * Each zone has a list of free blocks per order and migrate type, linked through the
 * descriptors of their first frames.  Two blocks of one order that differ only in bit
 * `order` of their pfn are buddies; free together they are one block of the next
 * order, which starts at the lower of the two:
 *
 *	pfn 0x1004 order 2  +  pfn 0x1000 order 2  ->  pfn 0x1000 order 3
 *
 * Old kernels number a zone's frames from its start for this (zone.buddy_base), so
 * in a zone that starts unaligned the blocks are unaligned too.
 *
 * Kernel: mm/page_alloc.c rmqueue(), expand(), __free_pages_ok() [2.4.22];
 * __rmqueue(), expand(), __free_one_page() [2.6.32, 6.1].  What is done when the
 * lists of a type are empty is mobility.c's.  2.4 keeps a bit per pair of buddies where later kernels
 * keep PG_buddy and the order in the descriptor; both decide the same merges.
 */
#include "page_list.h"
#include "pageblock.h"

/* Put ${pfn} on the list of free blocks of ${order}, at its head or its tail. */
BUILT_IN void list_add(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order,
		       enum mm386_migratetype mt, bool tail)
{
	struct free_list *l = &z->free[order][mt];
	struct page *p = &m->page[pfn];

	p->flags = PF_BUDDY;
	p->order = (uint8_t)order;
	p->mt = (uint8_t)mt;
	if (tail)
		page_list_add_tail(m, l, pfn);
	else
		page_list_add_head(m, l, pfn);
	z->nr_blocks[order]++;
}

/* Take ${pfn} off its list; its descriptor says "not in the buddy system" after that. */
BUILT_IN void list_del(struct mm386 *m, struct zone *z, pfn_t pfn)
{
	struct page *p = &m->page[pfn];

	assert(p->flags & PF_BUDDY);
	page_list_del(m, &z->free[p->order][p->mt], pfn);
	z->nr_blocks[p->order]--;
	p->next = p->prev = 0;
	p->flags = 0;
	p->order = 0;
	p->mt = 0;
}

/*
 * Halve the block at ${pfn} until it is as small as asked.  One half goes to the
 * head of its list, the other is halved on:
 *
 *	2.4           0123 -> 01 listed, 23 -> 2 listed, 3 handed out
 *	2.6 and later 0123 -> 23 listed, 01 -> 1 listed, 0 handed out
 */
BUILT_IN pfn_t expand(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned high, unsigned low,
		      enum mm386_migratetype mt)
{
	bool keep_upper = m->s->profile.split == SPLIT_KEEP_UPPER;

	while (high > low) {
		pfn_t lower = pfn, upper, listed;

		high--;
		upper = pfn + (1u << high);
		listed = keep_upper ? lower : upper;
		pfn = keep_upper ? upper : lower;
		list_add(m, z, listed, high, mt, false);
		event_emit(m, MM386_EVENT_BUDDY_SPLIT, lower, high + 1, pfn, listed, z->id, mt);
	}
	return pfn;
}

/*
 * percpu_refill says no more than that a CPU's list could take such a block: in kernels that
 * have the tracepoint order 0, in 6.1 all orders and types that CPUs have lists for.
 */
void buddy_tell_taken(struct mm386 *m, const struct zone *z, pfn_t pfn, unsigned order,
		      enum mm386_migratetype mt)
{
	bool refill = order == 0 && m->s->profile.pcp.layout != PCP_NONE;

	if (m->s->profile.pcp.layout == PCP_ORDERS)
		refill = (order <= 3 || order == m->s->info.pageblock_order) &&
			 mt <= MM386_MIGRATE_RECLAIMABLE;
	event_emit(m, MM386_EVENT_ALLOC_ZONE_LOCKED, pfn, order, z->id, mt, refill, 0);
}

/* Take the head of the first list that has one; the lists of ${mt} alone. */
BUILT_IN pfn_t alloc_smallest(struct mm386 *m, struct zone *z, unsigned order,
			      enum mm386_migratetype mt)
{
	unsigned orders = m->s->info.orders;

	for (unsigned o = order; o < orders; o++) {
		pfn_t pfn = z->free[o][mt].head;

		if (pfn == NO_PFN)
			continue;
		list_del(m, z, pfn);
		z->nr_free -= 1u << order;
		pfn = expand(m, z, pfn, o, order, mt);
		if (m->sink)
			buddy_tell_taken(m, z, pfn, order, mt);
		return pfn;
	}
	return NO_PFN;
}

pfn_t buddy_alloc_smallest(struct mm386 *m, struct zone *z, unsigned order,
			   enum mm386_migratetype mt)
{
	return alloc_smallest(m, z, order, mt);
}

pfn_t buddy_alloc(struct mm386 *m, struct zone *z, unsigned order, enum mm386_migratetype mt)
{
	pfn_t pfn = alloc_smallest(m, z, order, mt);

	return pfn != NO_PFN ? pfn : mobility_fallback(m, z, order, mt, MOBILITY_NOT_TOLD);
}

pfn_t buddy_take(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order,
		 enum mm386_migratetype rest)
{
	unsigned high = m->page[pfn].order;

	list_del(m, z, pfn);
	z->nr_free -= 1u << order;
	return expand(m, z, pfn, high, order, rest);
}

void buddy_carve(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order, enum mm386_migratetype mt)
{
	pfn_t part = buddy_find_block(m, pfn);
	unsigned high = m->page[part].order;
	enum mm386_migratetype rest = (enum mm386_migratetype)m->page[part].mt;

	assert(high >= order);
	list_del(m, z, part);
	z->nr_free -= 1u << order;
	while (high > order) {
		pfn_t lower = part, upper = part + (1u << --high);

		part = pfn < upper ? lower : upper;
		list_add(m, z, pfn < upper ? upper : lower, high, rest, false);
		event_emit(m, MM386_EVENT_BUDDY_SPLIT, lower, high + 1, part, pfn < upper ? upper : lower, z->id,
			   rest);
	}
	assert(part == pfn);
	buddy_tell_taken(m, z, pfn, order, mt);
}

void buddy_move(struct mm386 *m, struct zone *z, pfn_t pfn, enum mm386_migratetype mt)
{
	unsigned order = m->page[pfn].order, from = m->page[pfn].mt;
	bool tail = m->s->profile.move_to_tail;

	list_del(m, z, pfn);
	list_add(m, z, pfn, order, mt, tail);
	event_emit(m, MM386_EVENT_BUDDY_MOVE, pfn, order, z->id, from, mt, tail);
}

/*
 * Kernel: move_freelist_head(), move_freelist_tail() of mm/compaction.c [5.1 .. 6.1].
 */
void buddy_turn(struct mm386 *m, struct zone *z, pfn_t pfn, bool last)
{
	const struct page *p = &m->page[pfn];
	struct free_list *l = &z->free[p->order][p->mt];
	pfn_t head = last ? p->next : pfn, tail = last ? pfn : p->prev;

	if (head == NO_PFN || tail == NO_PFN)
		return; /* it is there already */
	m->page[l->tail].next = l->head;
	page_touch(m, l->tail);
	m->page[l->head].prev = l->tail;
	page_touch(m, l->head);
	m->page[tail].next = m->page[head].prev = NO_PFN;
	page_touch(m, tail);
	page_touch(m, head);
	l->head = head;
	l->tail = tail;
	event_emit(m, MM386_EVENT_TURN_LIST, pfn, p->order, z->id, p->mt, last, 0);
}

/* Whether a free block of exactly ${order} starts at ${pfn} in this zone. */
static bool is_free_block(const struct mm386 *m, const struct zone *z, pfn_t pfn, unsigned order)
{
	return pfn - z->start_pfn < z->spanned && (m->page[pfn].flags & PF_BUDDY) &&
	       m->page[pfn].order == order;
}

/*
 * 2.6.35 and later: a block whose parent's buddy is free will merge twice when its own buddy
 * comes back, so it waits at the tail.  Kernel: buddy_merge_likely() [6.1]; all
 * that have it number frames from 0.
 */
static bool merge_likely(const struct mm386 *m, const struct zone *z, pfn_t pfn, unsigned order)
{
	pfn_t parent = pfn & ~(1u << order);

	if (order + 2 >= m->s->info.orders)
		return false;
	return is_free_block(m, z, parent ^ (1u << (order + 1)), order + 1);
}

/*
 * Whole page blocks that are kept for somebody merge with their like alone; since 6.10 the
 * others become of one type.  Smaller blocks have their buddy in the same page block.
 * Kernel: migratetype_is_mergeable() in __free_one_page() [6.1, 6.10].
 */
static bool merge_types(struct mm386 *m, struct zone *z, enum mm386_migratetype mt, pfn_t buddy)
{
	enum mm386_migratetype other = pageblock_mt(m, z, buddy);

	if (mt == other)
		return true;
	if (mt > MM386_MIGRATE_RECLAIMABLE || other > MM386_MIGRATE_RECLAIMABLE)
		return false;
	if (m->s->profile.merge_retypes)
		pageblock_retype(m, z, buddy, mt);
	return true;
}

/*
 * Merge the block at ${pfn}, which goes to the lists of ${own}, with its buddy for as long as
 * that is free, of the same order and in the same zone.  Return the order that came of
 * it, and the first frame in *${pfn}.
 */
BUILT_IN unsigned merge(struct mm386 *m, struct zone *z, pfn_t *pfn, unsigned order,
			enum mm386_migratetype own, bool tell)
{
	const pfn_t base = z->buddy_base;
	uint8_t mt;

	for (; order + 1 < m->s->info.orders; order++) {
		pfn_t buddy = buddy_of(base, *pfn, order);

		if (tell && m->capture && compact_capture(m, z, *pfn, order, own))
			break;
		if (!is_free_block(m, z, buddy, order))
			break;
		if (order >= m->s->info.pageblock_order && m->s->profile.merge_by_type &&
		    !merge_types(m, z, own, buddy))
			break;
		mt = m->page[buddy].mt;
		list_del(m, z, buddy);
		*pfn = *pfn < buddy ? *pfn : buddy;
		if (tell)
			event_emit(m, MM386_EVENT_BUDDY_MERGE, *pfn, order + 1, buddy, z->id, mt, 0);
	}
	return order;
}

void buddy_free(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order, enum mm386_migratetype mt)
{
	bool tail;

	assert(pfn >= z->start_pfn);
	assert(pfn + (1u << order) <= z->end_pfn);
	z->nr_free += 1u << order;
	order = merge(m, z, &pfn, order, mt, true);
	if (m->capture && m->captured == pfn) {
		z->nr_free -= 1u << order;
		return;
	}
	tail = m->s->profile.free_tail && merge_likely(m, z, pfn, order);
	list_add(m, z, pfn, order, mt, tail);
	event_emit(m, MM386_EVENT_BUDDY_FREE, pfn, order, z->id, tail, mt, 0);
}

/*
 * What boot gives to the buddy system.  2.4 and 2.6 free it like anything else;
 * from 5.10 low memory goes to the tail (FPI_TO_TAIL in __free_pages_core()), but
 * high memory goes through the ordinary free, page by page: the last page's type is the
 * block's, while low memory is freed by blocks, whose first page has the say.
 */
void buddy_free_boot(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order)
{
	bool low = z->start_pfn < m->s->info.max_low_pfn, low_tail = low && m->s->profile.boot_tail;
	enum mm386_migratetype mt = pageblock_mt(m, z, low ? pfn : pfn + (1u << order) - 1);

	assert(((pfn - z->buddy_base) & ((1u << order) - 1)) == 0);
	assert(pfn >= z->start_pfn);
	assert(pfn + (1u << order) <= z->end_pfn);
	z->nr_free += 1u << order;
	order = merge(m, z, &pfn, order, mt, false);
	list_add(m, z, pfn, order, mt,
		 low_tail || (m->s->profile.free_tail && merge_likely(m, z, pfn, order)));
}

pfn_t buddy_find_block(const struct mm386 *m, pfn_t pfn)
{
	const struct zone *z = zone_of(m, pfn);

	if (!z)
		return NO_PFN;
	for (unsigned o = 0; o < m->s->info.orders; o++) {
		pfn_t head = pfn - ((pfn - z->buddy_base) & ((1u << o) - 1));
		const struct page *p = &m->page[head];

		if ((p->flags & (PF_BUDDY | PF_HEAD | PF_PCP)) && pfn - head < 1u << p->order)
			return head;
	}
	return NO_PFN;
}
