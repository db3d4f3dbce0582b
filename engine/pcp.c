/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcp.c - each CPU's own lists of free pages, in front of the buddy system.
 *
 * A page that was just freed may still be in the CPU's cache: it goes to the head of
 * the CPU's list and is the first to be handed out again.  An empty list takes a
 * batch of pages from the buddy system at once; one that has grown to `high` gives a
 * batch back from its tail, what lay there longest.  2.4 has no such lists, 2.6 has
 * them for single pages, 5.14 and later for orders 0..3 and whole page blocks too.
 *
 *	free 7    7 5 3 1            alloc -> 7    5 3 1
 *	free 9    9 7 5 3 1          high reached, batch 2: 9 7 5, and 1, 3 to the buddy system
 *
 * Pages on these lists are not free in the sense of the watermarks.
 *
 * Kernel: mm/page_alloc.c rmqueue_bulk(), buffered_rmqueue(), free_hot_cold_page()
 * [2.6.18, 2.6.32]; rmqueue_pcplist(), free_unref_page_commit(), nr_pcp_free(),
 * free_pcppages_bulk() [6.1].  Left out: a free that comes in an interrupt while the list is locked
 * goes to the buddy system [6.1]; reclaim holds high down; lists that a CPU
 * has of another node's zones are drained after some seconds.  Limits: pcp_setup.c.
 */
#include "page_list.h"
#include "pcp.h"

/* The count that list ${l} belongs to. */
BUILT_IN uint32_t *count_of(const struct mm386 *m, struct pcp *p, unsigned l)
{
	return pcp_list_is_cold(m, l) ? &p->cold_count : &p->count;
}

/*
 * Put ${pfn} behind ${prev} of list ${l}, or at its head if that is NO_PFN; its kind is the
 * caller's.
 */
BUILT_IN void put_on(struct mm386 *m, struct pcp *p, const struct zone *z, unsigned cpu, unsigned l,
		     pfn_t pfn, unsigned order, enum mm386_migratetype mt, pfn_t prev)
{
	struct page *page = &m->page[pfn];

	page_list_add(m, &p->list[l], pfn, prev,
		      prev == NO_PFN ? p->list[l].head : m->page[prev].next);
	page->flags = PF_PCP;
	page->order = (uint8_t)order;
	page->mt = (uint8_t)mt;
	page->zone = (uint8_t)z->id;
	page->cpu = (uint8_t)cpu;
	*count_of(m, p, l) += 1u << order;
}

/* Take ${pfn} off; its descriptor says "not in the buddy system" after that. */
BUILT_IN void take_from(struct mm386 *m, struct free_list *l, pfn_t pfn)
{
	assert(m->page[pfn].flags & PF_PCP);
	page_list_del(m, l, pfn);
	memset(&m->page[pfn], 0, sizeof(struct page));
}

/* ---- giving back ------------------------------------------------------------------- */

/* One block of list ${l} back to the lists of ${mt} of the buddy system.  Return its pages. */
static uint32_t drain_one(struct mm386 *m, struct zone *z, unsigned cpu, unsigned l, pfn_t pfn,
			  enum mm386_migratetype mt)
{
	struct pcp *p = pcp_of(m, z, cpu);
	unsigned order = m->page[pfn].order;

	take_from(m, &p->list[l], pfn);
	*count_of(m, p, l) -= 1u << order;
	frames_set_kind(m, pfn, 1u << order, MM386_KIND_FREE);
	event_emit(m, MM386_EVENT_PCP_DRAIN, pfn, order, z->id, cpu, mt, 0);
	buddy_free(m, z, pfn, order, mt);
	return 1u << order;
}

/* The block at the tail of list ${l}. */
static uint32_t drain_tail(struct mm386 *m, struct zone *z, unsigned cpu, unsigned l)
{
	pfn_t pfn = pcp_of(m, z, cpu)->list[l].tail;
	enum mm386_migratetype mt = (enum mm386_migratetype)m->page[pfn].mt;

	if (pcp_rules_of(m)->drain_by_block)
		mt = pageblock_mt(m, z, pfn);
	return drain_one(m, z, cpu, l, pfn, mt);
}

/*
 * Up to 5.17: lists give in turns, the second of them first.  Each list passed because it
 * is empty makes the next give one page more.
 * Kernel: free_pcppages_bulk() [2.6.32, 5.14].
 */
static void drain_in_turns(struct mm386 *m, struct zone *z, unsigned cpu, long count)
{
	struct pcp *p = pcp_of(m, z, cpu);
	unsigned lists = pcp_nr_lists(m), l = 0;
	long share = 0;

	while (count > 0) {
		do {
			share++;
			l = (l + 1) % lists;
		} while (p->list[l].nr == 0);
		if (pcp_rules_of(m)->only_list_gives_all && share == (long)lists)
			share = count;
		do
			count -= drain_tail(m, z, cpu, l);
		while (count > 0 && --share && p->list[l].nr);
	}
}

/*
 * From 5.18: a list gives all it has before the next does, that of the block just freed
 * first.  Lists found empty at either end are not looked at again.
 * Kernel: free_pcppages_bulk() [6.1].
 */
static void drain_from(struct mm386 *m, struct zone *z, unsigned cpu, long count, unsigned first)
{
	struct pcp *p = pcp_of(m, z, cpu);
	int low = 0, high = (int)pcp_nr_lists(m) - 1, l = (int)first - 1;

	while (count > 0) {
		for (;;) {
			if (++l > high)
				l = low;
			if (p->list[l].nr)
				break;
			if (l == high)
				high--;
			if (l == low)
				low++;
		}
		do
			count -= drain_tail(m, z, cpu, (unsigned)l);
		while (count > 0 && p->list[l].nr);
	}
}

/* Give ${count} pages back, or a few more where blocks are larger; ${l} is the list to begin with.
 */
static void drain(struct mm386 *m, struct zone *z, unsigned cpu, uint32_t count, unsigned l)
{
	const struct pcp_rules *r = pcp_rules_of(m);
	uint32_t have = *count_of(m, pcp_of(m, z, cpu), l);

	if (count > have)
		count = have;
	if (count == 0)
		return;
	m->dirty.zones |= 1u << z->id;
	if (r->freed_list_first)
		drain_from(m, z, cpu, count, l);
	else if (r->layout >= PCP_TYPES)
		drain_in_turns(m, z, cpu, count);
	else
		while (count--)
			drain_tail(m, z, cpu, l);
}

void pcp_drain(struct mm386 *m, struct zone *z, unsigned cpu)
{
	drain(m, z, cpu, UINT32_MAX, 0);
	if (pcp_rules_of(m)->layout == PCP_HOT_COLD)
		drain(m, z, cpu, UINT32_MAX, PCP_COLD);
}

void pcp_drain_cpu(struct mm386 *m, unsigned cpu)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		pcp_drain(m, &m->s->zone[i], cpu);
}

void pcp_drain_zone(struct mm386 *m, struct zone *z)
{
	for (unsigned cpu = 0; cpu < m->s->info.cpus; cpu++)
		pcp_drain(m, z, cpu);
}

void pcp_drain_all(struct mm386 *m)
{
	for (unsigned cpu = 0; cpu < m->s->info.cpus; cpu++)
		pcp_drain_cpu(m, cpu);
}

/*
 * How many pages a list that reached ${high} gives back.  From 5.14 twice as many each time
 * that nothing was allocated in between, but a batch stays.
 * Kernel: nr_pcp_free() [6.1].
 */
static uint32_t nr_to_free(const struct mm386 *m, struct pcp *p, uint32_t high, bool all)
{
	uint64_t batch = p->batch;

	if (pcp_rules_of(m)->layout != PCP_ORDERS)
		return p->batch;
	if (all)
		return p->count;
	if (high < p->batch) /* the pageset of boot */
		return 1;
	batch <<= p->free_factor;
	if (batch < high - p->batch && p->free_factor < pcp_rules_of(m)->scale_most)
		p->free_factor++;
	if (batch > high - p->batch)
		batch = high - p->batch;
	return batch < p->batch ? p->batch : (uint32_t)batch;
}

/* List ${l}, onto which a block of ${order} was or is to be freed, has too many. */
__attribute__((noinline)) static void drain_full(struct mm386 *m, struct zone *z, unsigned cpu,
						 unsigned l, uint32_t high, bool all)
{
	drain(m, z, cpu, nr_to_free(m, pcp_of(m, z, cpu), high, all), l);
}

/* The same where the limit moves with what the CPU does. */
__attribute__((noinline)) static void drain_tuned(struct mm386 *m, struct zone *z, unsigned cpu,
						  unsigned order, unsigned l)
{
	uint32_t pages = pcp_tune_freed(m, z, pcp_of(m, z, cpu), order);

	if (!pages)
		return;
	drain(m, z, cpu, pages, l);
	pcp_tune_drained(m, z);
}

BUILT_IN void drain_if_full(struct mm386 *m, const struct pcp *p, struct zone *z, unsigned cpu,
			    unsigned order, unsigned l)
{
	bool all = p->free_factor && order > 0 && order < PCP_LOW_ORDERS &&
		   pcp_rules_of(m)->drains_high_orders;
	uint32_t high = all ? 0 : p->high;

	if (pcp_rules_of(m)->tuned)
		drain_tuned(m, z, cpu, order, l);
	else if (p->count >= high)
		drain_full(m, z, cpu, l, high, all);
}

BUILT_IN void put_freed(struct mm386 *m, struct pcp *p, const struct zone *z, pfn_t pfn,
			unsigned order, enum mm386_migratetype mt, unsigned cpu, unsigned l)
{
	put_on(m, p, z, cpu, l, pfn, order, mt, NO_PFN);
	frames_set_kind(m, pfn, 1u << order, MM386_KIND_PCP);
	event_emit(m, MM386_EVENT_PCP_FREE, pfn, order, z->id, cpu, l, p->count);
}

void pcp_put_freed(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order,
		   enum mm386_migratetype mt, unsigned cpu)
{
	put_freed(m, pcp_of(m, z, cpu), z, pfn, order, mt, cpu, pcp_list_index(m, order, mt));
}

void pcp_free(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order, enum mm386_migratetype mt,
	      unsigned cpu)
{
	struct pcp *p = pcp_of(m, z, cpu);
	unsigned l = pcp_list_index(m, order, mt);
	bool first = pcp_rules_of(m)->drain_first;

	if (first)
		drain_if_full(m, p, z, cpu, order, l);
	put_freed(m, p, z, pfn, order, mt, cpu, l);
	if (!first)
		drain_if_full(m, p, z, cpu, order, l);
}

/* ---- handing out ------------------------------------------------------------------- */

/* Take the block at ${pfn} off list ${l} to be handed out. */
BUILT_IN void take_off(struct mm386 *m, struct pcp *p, const struct zone *z, unsigned cpu,
		       unsigned l, pfn_t pfn)
{
	unsigned order = m->page[pfn].order;
	uint32_t *count = count_of(m, p, l);

	take_from(m, &p->list[l], pfn);
	*count -= 1u << order;
	event_emit(m, MM386_EVENT_PCP_ALLOC, pfn, order, z->id, cpu, l, *count);
}

/* Blocks that a refill asks the buddy system for.  Kernel: __rmqueue_pcplist() [6.1]. */
static uint32_t refill_blocks(const struct mm386 *m, const struct pcp *p, unsigned order,
			      unsigned l)
{
	uint32_t batch = pcp_list_is_cold(m, l) ? p->cold_batch : p->batch;

	if (pcp_rules_of(m)->layout != PCP_ORDERS || batch <= 1)
		return batch;
	return batch >> order > 2 ? batch >> order : 2;
}

/*
 * Where blocks of a refill go.  2.6.0 .. 2.6.23 put each at the tail, later kernels before what is
 * there; so they are handed out in the order in which they came.  A cold one of 2.6.32 goes
 * before the others, for cold requests take from the tail.
 */
static enum mm386_pcp_place refill_place(const struct mm386 *m, bool from_tail)
{
	if (pcp_rules_of(m)->by_type)
		return MM386_PCP_BEFORE;
	return from_tail ? MM386_PCP_REVERSED : MM386_PCP_BEHIND;
}

/* A batch of blocks for ${mt}, one by one.  Kernel: rmqueue_bulk(). */
__attribute__((noinline)) static void refill(struct mm386 *m, struct zone *z, unsigned cpu,
					     unsigned order, enum mm386_migratetype mt, unsigned l,
					     bool from_tail)
{
	struct pcp *p = pcp_of(m, z, cpu);
	enum mm386_pcp_place place = refill_place(m, from_tail);
	uint32_t want = pcp_rules_of(m)->tuned ? pcp_tune_refill(m, z, p, order)
					       : refill_blocks(m, p, order, l);
	uint32_t got = 0;
	pfn_t prev = place == MM386_PCP_BEHIND ? p->list[l].tail : NO_PFN;

	if (pcp_rules_of(m)->tuned) /* high may be another, though nothing comes */
		m->dirty.zones |= 1u << z->id;
	m->in_bulk = true;
	while (got < want) {
		pfn_t pfn = buddy_alloc(m, z, order, mt);

		if (pfn == NO_PFN)
			break;
		put_on(m, p, z, cpu, l, pfn, order, mt, prev);
		frames_set_kind(m, pfn, 1u << order, MM386_KIND_PCP);
		if (place != MM386_PCP_REVERSED)
			prev = pfn;
		got++;
	}
	m->in_bulk = m->steals = false;
	if (got)
		event_emit(m, MM386_EVENT_PCP_REFILL, cpu, z->id, order, mt, got,
			   l | (uint32_t)place << MM386_PCP_PLACE_SHIFT);
}

/* The block of list ${l} that a request for ${mt} is given; NO_PFN: there is none. */
BUILT_IN pfn_t choose(const struct mm386 *m, const struct free_list *l, enum mm386_migratetype mt,
		      bool from_tail)
{
	pfn_t pfn = from_tail ? l->tail : l->head;

	if (!pcp_rules_of(m)->by_type)
		return pfn;
	while (pfn != NO_PFN && m->page[pfn].mt != mt)
		pfn = from_tail ? m->page[pfn].prev : m->page[pfn].next;
	return pfn;
}

pfn_t pcp_alloc(struct mm386 *m, struct zone *z, unsigned order, enum mm386_migratetype mt,
		unsigned cpu, bool cold)
{
	const struct pcp_rules *r = pcp_rules_of(m);
	struct pcp *p = pcp_of(m, z, cpu);
	bool cold_list = cold && r->layout == PCP_HOT_COLD;
	bool from_tail = cold && r->has_cold && !cold_list;
	unsigned n = cold_list ? PCP_COLD : pcp_list_index(m, order, mt);
	struct free_list *l = &p->list[n];
	pfn_t pfn;

	p->free_factor >>= 1;
	if (l->nr == 0 || (r->low_batches && !cold_list && l->nr <= r->low_batches * p->batch))
		refill(m, z, cpu, order, mt, n, from_tail);
	pfn = choose(m, l, mt, from_tail);
	if (pfn == NO_PFN &&
	    l->nr) { /* of other types alone; the next may be of one, if all fails */
		refill(m, z, cpu, order, mt, n, from_tail);
		pfn = l->head;
	}
	if (pfn != NO_PFN)
		take_off(m, p, z, cpu, n, pfn);
	return pfn;
}

/* ---- one block, as a trace tells ------------------------------------------------------ */

/* The list that the block at ${pfn} is on. */
static unsigned list_of(const struct mm386 *m, pfn_t pfn)
{
	const struct page *p = &m->page[pfn];
	unsigned l = pcp_list_index(m, p->order, (enum mm386_migratetype)p->mt);
	pfn_t first = pfn;

	if (pcp_rules_of(m)->layout != PCP_HOT_COLD)
		return l;
	while (m->page[first].prev != NO_PFN)
		first = m->page[first].prev;
	return pcp_of(m, &m->s->zone[p->zone], p->cpu)->list[PCP_HOT].head == first ? PCP_HOT
										    : PCP_COLD;
}

void pcp_put(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order, enum mm386_migratetype mt,
	     unsigned cpu)
{
	struct pcp *p = pcp_of(m, z, cpu);
	unsigned l = pcp_list_index(m, order, mt);

	put_on(m, p, z, cpu, l, pfn, order, mt, p->list[l].tail);
	frames_set_kind(m, pfn, 1u << order, MM386_KIND_PCP);
	event_emit(m, MM386_EVENT_PCP_REFILL, cpu, z->id, order, mt, 1,
		   l | (uint32_t)MM386_PCP_BEHIND << MM386_PCP_PLACE_SHIFT);
}

void pcp_remove(struct mm386 *m, pfn_t pfn)
{
	const struct zone *z = &m->s->zone[m->page[pfn].zone];

	unsigned cpu = m->page[pfn].cpu;

	take_off(m, pcp_of(m, z, cpu), z, cpu, list_of(m, pfn), pfn);
}

void pcp_drain_block(struct mm386 *m, pfn_t pfn, enum mm386_migratetype mt)
{
	struct zone *z = &m->s->zone[m->page[pfn].zone];

	m->dirty.zones |= 1u << z->id;
	drain_one(m, z, m->page[pfn].cpu, list_of(m, pfn), pfn, mt);
}

/* ---- boot ---------------------------------------------------------------------------- */

/* Pages on a list of ${count} after ${n} more came, each drained of as the rules say. */
static uint32_t count_after(const struct mm386 *m, const struct pcp *p, uint32_t n)
{
	uint32_t full = p->high + pcp_rules_of(m)->drain_first, all = p->count + n;

	if (p->high == 0)
		return 0;
	if (all < full)
		return all;
	return full - p->batch + (all - full) % p->batch;
}

/*
 * The lists work as a queue while nothing is taken: the first that came go on to the
 * buddy system.  So of many frames for one list most may go there at once.
 */
static void free_boot_run(struct mm386 *m, struct zone *z, pfn_t start, pfn_t end, unsigned l)
{
	struct pcp *p = pcp_of(m, z, 0);
	uint32_t out = p->count + (end - start) - count_after(m, p, end - start);
	enum mm386_migratetype mt = pageblock_mt(m, z, start);

	for (; p->count && out; out--)
		drain_tail(m, z, 0, l);
	boot_free_rising(m, z, start, start + out);
	for (pfn_t pfn = start + out; pfn < end; pfn++) {
		put_on(m, p, z, 0, l, pfn, 0, mt, NO_PFN);
		m->kind[pfn] = MM386_KIND_PCP;
	}
}

/* First frame from ${pfn} on whose page block has another type than ${pfn}'s, or ${end}. */
static pfn_t end_of_type(const struct mm386 *m, const struct zone *z, pfn_t pfn, pfn_t end)
{
	uint32_t pages = 1u << m->s->info.pageblock_order;
	enum mm386_migratetype mt = pageblock_mt(m, z, pfn);

	if (m->s->info.pageblock_order == 0)
		return end;
	for (pfn += pages - (pfn - z->pageblock_start) % pages; pfn < end; pfn += pages)
		if (pageblock_mt(m, z, pfn) != mt)
			return pfn;
	return end;
}

void pcp_free_boot(struct mm386 *m, struct zone *z, pfn_t start, pfn_t end)
{
	const struct pcp *p = pcp_of(m, z, 0);

	while (start < end) {
		enum mm386_migratetype mt = pageblock_mt(m, z, start);
		pfn_t next = end_of_type(m, z, start, end);
		unsigned l = pcp_list_index(m, 0, mt);

		if (p->list[l].nr == p->count) {
			free_boot_run(m, z, start, next, l);
			start = next;
		} else {
			pcp_free(m, z, start++, 0, mt, 0);
		}
	}
}
