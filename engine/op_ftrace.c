/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * op_ftrace.c - what a real kernel's trace says of a block, done to this machine: the
 * kernel chose the frames, nothing is chosen here.
 *
 *	mm_page_alloc_zone_locked  a block leaves the free lists for a CPU's list
 *	mm_page_alloc              it is handed out, from that list or else from the free lists
 *	mm_page_free               it comes back: to the CPU's list, or if that takes none of this
 *order to the free lists mm_page_pcpu_drain         it goes from the CPU's list to the free lists
 *	mm_page_alloc_extfrag      a free block moves to the lists of another type
 *	set_pageblock_migratetype  the page blocks go to that type, their free blocks too
 *	page_allocation_failure    a request got nothing
 *
 * A trace does not tell everything: what was there before it began, what got lost, what the
 * kernel does without a tracepoint (compaction takes free pages so, and in 6.1 vmalloc takes
 * pages in bulk off a CPU's list).  Where this machine has a frame in another state than the
 * event needs, it is brought there first, as the kernel would have, and the result's why
 * says what was taken for granted (MM386_WHY_ASSUMED_*).  Watermarks are not asked, full CPU
 * lists are not drained: the trace says when.
 *
 * Kernel: include/trace/events/kmem.h, and where mm/page_alloc.c calls them [2.6.32, 6.1].
 */
#include "pageblock.h"

enum { ARG_EVENT, ARG_PFN, ARG_ORDER, ARG_MT, ARG_GFP, ARG_CPU };

/* A block that an event names. */
struct block {
	struct zone *z;
	pfn_t pfn, end;
	unsigned order;
	enum mm386_migratetype mt;
	unsigned cpu;
	const struct op_call *call;
	struct mm386_result *res;
};

/* ---- what is taken for granted ------------------------------------------------------- */

/* Note that ${pages} frames from ${pfn} on were not as the event has them; one line a reason. */
static void assume(struct block *b, enum mm386_why_code code, pfn_t pfn, uint32_t pages)
{
	struct mm386_result *res = b->res;

	for (unsigned i = 0; i < res->nr_why; i++) {
		if (res->why[i].code == code) {
			res->why[i].b += pages;
			return;
		}
	}
	assert(res->nr_why < MM386_WHY_MAX);
	res->why[res->nr_why++] =
		(struct mm386_why){.zone = -1, .code = (uint16_t)code, .a = pfn, .b = pages};
}

static void refuse(struct mm386 *m, struct block *b, enum mm386_why_code code, uint64_t x,
		   uint64_t y)
{
	result_refuse_free(m, b->res, b->pfn, b->order, code, (uint64_t[3]){x, y, 0});
}

static void succeed(const struct mm386 *m, struct block *b)
{
	result_block(m, b->res, b->pfn, b->order, b->z->id);
}

/* ---- frames, brought to where an event needs them ------------------------------------- */

/* What boot kept for the kernel, and the kernel may give back: its init sections, an initrd. */
static bool is_kept(const struct mm386 *m, pfn_t pfn)
{
	return m->kind[pfn] == MM386_KIND_KERNEL || m->kind[pfn] == MM386_KIND_BOOT;
}

/*
 * Every frame of the block is the buddy system's, or could be given to it.  Else the first
 * that is not is named, and nothing has changed.
 */
static bool block_is_ours(struct mm386 *m, struct block *b)
{
	if (b->order >= m->s->info.orders) {
		refuse(m, b, MM386_WHY_ORDER, b->order, m->s->info.orders);
		return false;
	}
	if (!b->z) {
		refuse(m, b, MM386_WHY_NO_FRAME, b->pfn, 0);
		return false;
	}
	if (((b->pfn - b->z->buddy_base) & ((1u << b->order) - 1)) ||
	    b->z->end_pfn - b->pfn < 1u << b->order) {
		refuse(m, b, MM386_WHY_MISALIGNED, b->pfn, b->order);
		return false;
	}
	for (pfn_t pfn = b->pfn; pfn < b->end; pfn++) {
		if (buddy_find_block(m, pfn) == NO_PFN && !is_kept(m, pfn)) {
			refuse(m, b, MM386_WHY_FOREIGN, pfn, m->kind[pfn]);
			return false;
		}
	}
	return true;
}

/* A frame that boot kept becomes the zone's, as free_reserved_page() does; nobody has it yet. */
static void give_back(struct mm386 *m, struct block *b, pfn_t pfn)
{
	assume(b, MM386_WHY_ASSUMED_GIVEN_BACK, pfn, 1);
	b->z->managed++;
	m->s->totalram_pages++;
	if (pfn >= m->s->info.max_low_pfn)
		m->s->totalhigh_pages++;
	m->page[pfn] = (struct page){0};
	frames_set_kind(m, pfn, 1, MM386_KIND_FREE);
	event_emit(m, MM386_EVENT_FREE_RESERVED, pfn, b->z->id, b->z->managed, 0, 0, 0);
}

/* The handed out block at ${head} is nobody's any more, and on no list yet. */
static void take_back(struct mm386 *m, struct zone *z, pfn_t head)
{
	unsigned order = m->page[head].order;

	event_emit(m, MM386_EVENT_PAGE_FREE, head, order, z->id, 0, 0, 0);
	m->s->vm_event[VM_PGFREE] += UINT64_C(1) << order;
	m->page[head] = (struct page){0};
	frames_set_kind(m, head, 1u << order, MM386_KIND_FREE);
}

/* A handed out block that reaches beyond this one falls into single frames, as by split_page(). */
static void split_if_larger(struct mm386 *m, struct block *b, pfn_t head)
{
	if (head == NO_PFN || !(m->page[head].flags & PF_HEAD) || m->page[head].order <= b->order)
		return;
	assume(b, MM386_WHY_ASSUMED_SPLIT, head, 1u << m->page[head].order);
	op_split_page(m, head);
}

/* The frame at ${pfn} or the block it is in goes to the free lists, if it is not there. */
static void make_one_free(struct mm386 *m, struct block *b, pfn_t pfn)
{
	pfn_t head = buddy_find_block(m, pfn);
	unsigned order;

	if (head == NO_PFN) {
		give_back(m, b, pfn);
		buddy_free(m, b->z, pfn, 0, pageblock_mt(m, b->z, pfn));
		return;
	}
	order = m->page[head].order;
	if (m->page[head].flags & PF_HEAD) {
		assume(b, MM386_WHY_ASSUMED_FREED, head, 1u << order);
		take_back(m, b->z, head);
		buddy_free(m, b->z, head, order, pageblock_mt(m, b->z, head));
	} else if (m->page[head].flags & PF_PCP) {
		assume(b, MM386_WHY_ASSUMED_DRAINED, head, 1u << order);
		pcp_drain_block(m, head, pageblock_mt(m, b->z, head));
	}
}

/* Everything that is not on the free lists yet goes there, as if it had been freed before. */
static void make_free(struct mm386 *m, struct block *b)
{
	split_if_larger(m, b, buddy_find_block(m, b->pfn));
	for (pfn_t pfn = b->pfn; pfn < b->end; pfn++)
		make_one_free(m, b, pfn);
}

/*
 * Free blocks that together are this one did not merge if they are page blocks of types that must
 * not: in the traced kernel they were of one type, so here they become so, and merge.
 */
static void join(struct mm386 *m, struct block *b)
{
	const uint32_t size = 1u << m->s->info.pageblock_order;
	pfn_t pfn, head = buddy_find_block(m, b->pfn);
	enum mm386_migratetype mt;

	for (pfn = b->pfn; m->page[head].order < b->order && pfn < b->end; pfn += size)
		pageblock_retype(m, b->z, pfn, pageblock_mt(m, b->z, b->pfn));
	mt = pageblock_mt(m, b->z, b->pfn);
	while (m->page[head].order < b->order) {
		for (pfn = b->pfn; pfn < b->end; pfn = head + (1u << m->page[head].order)) {
			unsigned order = m->page[pfn].order;

			event_emit(m, MM386_EVENT_ISOLATE_FREE_PAGE, pfn, order, b->z->id,
				   m->page[pfn].mt, 0, 0);
			buddy_take(m, b->z, pfn, order, mt);
			buddy_free(m, b->z, pfn, order, mt);
			head = buddy_find_block(m, pfn);
		}
		head = buddy_find_block(m, b->pfn);
	}
}

/* The block leaves the free lists, wherever it was. */
static void take_out(struct mm386 *m, struct block *b)
{
	make_free(m, b);
	join(m, b);
	buddy_carve(m, b->z, b->pfn, b->order, b->mt);
}

/* ---- the events ------------------------------------------------------------------------- */

static bool is_on_cpu_list(const struct mm386 *m, const struct block *b)
{
	return (m->page[b->pfn].flags & PF_PCP) && m->page[b->pfn].order == b->order;
}

static void zone_locked(struct mm386 *m, struct block *b)
{
	if (!pcp_takes(m, b->order)) {
		refuse(m, b, MM386_WHY_NO_CPU_LIST, b->order, 0);
		return;
	}
	take_out(m, b);
	pcp_put(m, b->z, b->pfn, b->order, b->mt, b->cpu);
	succeed(m, b);
}

/* What a process uses: its own pages, and those of files that it reads. */
static enum mm386_kind kind_of(const struct mm386 *m, mm386_gfp_t gfp)
{
	uint32_t flags = gfp_expand(m->s->profile.kernel, gfp);

	return gfp_is_user(gfp) || (flags & (GFP_BIT_MOVABLE | GFP_BIT_HARDWALL))
		       ? MM386_KIND_USER
		       : MM386_KIND_PAGES;
}

static void page_allocated(struct mm386 *m, struct block *b)
{
	mm386_gfp_t gfp = (mm386_gfp_t)b->call->arg[ARG_GFP];
	const struct alloc_request rq = {
		.gfp = gfp,
		.flags = gfp_expand(m->s->profile.kernel, gfp),
		.order = b->order,
		.op = b->call->id,
		.mt = b->mt,
		.kind = kind_of(m, gfp),
	};

	if (is_on_cpu_list(m, b)) {
		pcp_remove(m, b->pfn);
	} else {
		take_out(m, b);
	}
	page_hand_out(m, &rq, b->pfn, b->z, b->res);
}

/*
 * Whether frames of the block are handed out still; if not, the trace frees what it gave out before
 * it began, and here that is free.
 */
static bool is_free_already(const struct mm386 *m, const struct block *b)
{
	for (pfn_t pfn = b->pfn; pfn < b->end; pfn++) {
		pfn_t head = buddy_find_block(m, pfn);

		if (head == NO_PFN || (m->page[head].flags & PF_HEAD))
			return false;
	}
	return true;
}

/* To the CPU's list, or past it. */
static void put_freed(struct mm386 *m, struct block *b)
{
	enum mm386_migratetype mt = pageblock_mt(m, b->z, b->pfn);

	if (pcp_takes(m, b->order))
		pcp_put_freed(m, b->z, b->pfn, b->order, mt, b->cpu);
	else
		buddy_free(m, b->z, b->pfn, b->order, mt);
}

static void page_freed(struct mm386 *m, struct block *b)
{
	const struct page *p = &m->page[b->pfn];

	split_if_larger(m, b, buddy_find_block(m, b->pfn));
	if ((p->flags & PF_HEAD) && p->order == b->order) {
		take_back(m, b->z, b->pfn);
		put_freed(m, b);
	} else if (b->order == 0 && is_kept(m, b->pfn)) {
		give_back(m, b, b->pfn);
		put_freed(m, b);
	} else if (is_free_already(m, b)) {
		assume(b, MM386_WHY_ASSUMED_FREE, b->pfn, 1u << b->order);
	} else {
		make_free(m, b);
	}
	succeed(m, b);
}

static void drained(struct mm386 *m, struct block *b)
{
	if (is_on_cpu_list(m, b)) {
		pcp_drain_block(m, b->pfn, b->mt);
	} else {
		if (is_free_already(m, b))
			assume(b, MM386_WHY_ASSUMED_FREE, b->pfn, 1u << b->order);
		make_free(m, b);
	}
	succeed(m, b);
}

/* The free block at or around ${pfn} goes to the lists of ${mt}. */
static void fallback(struct mm386 *m, struct block *b)
{
	pfn_t head;

	make_free(m, b);
	head = buddy_find_block(m, b->pfn);
	assert(head != NO_PFN);
	if (m->page[head].mt != b->mt)
		buddy_move(m, b->z, head, b->mt);
	succeed(m, b);
}

/* Page blocks from the one with ${pfn} on, as many as the block of ${order} covers. */
static void change_type(struct mm386 *m, struct block *b)
{
	const unsigned order = m->s->info.pageblock_order;

	if (!order) {
		refuse(m, b, MM386_WHY_NO_GROUPING, 0, 0);
		return;
	}
	for (pfn_t block = b->pfn >> order; block << order < b->end; block++) {
		pfn_t pfn = block << order, end = (block + 1) << order;

		pfn = pfn < b->z->start_pfn ? b->z->start_pfn : pfn;
		end = end > b->z->end_pfn ? b->z->end_pfn : end;
		pageblock_retype(m, b->z, pfn, b->mt);
		for (; pfn < end; pfn++)
			if ((m->page[pfn].flags & PF_BUDDY) && m->page[pfn].mt != b->mt)
				buddy_move(m, b->z, pfn, b->mt);
	}
	succeed(m, b);
}

static void failed(struct mm386 *m, struct block *b)
{
	event_emit(m, MM386_EVENT_ALLOC_FAIL, b->order, (uint32_t)b->call->arg[ARG_GFP], 0, 0, 0,
		   0);
	result_refuse(b->res, ENOMEM, MM386_WHY_TOLD, 0, 0, 0);
}

/* By the words of ARG_EVENT in op.c. */
static const struct {
	void (*run)(struct mm386 *m, struct block *b);
	bool no_block;
} events[] = {
	{zone_locked, false}, {page_allocated, false}, {page_freed, false}, {drained, false},
	{fallback, false},    {change_type, false},    {failed, true},
};

void op_ftrace(struct mm386 *m, const struct op_call *call, struct mm386_result *res)
{
	pfn_t pfn = (pfn_t)call->arg[ARG_PFN];
	struct block b = {
		.z = zone_of(m, pfn),
		.pfn = pfn,
		.order = (unsigned)call->arg[ARG_ORDER],
		.cpu = (unsigned)call->arg[ARG_CPU],
		.call = call,
		.res = res,
	};

	b.end = b.order < m->s->info.orders ? pfn + (1u << b.order) : pfn;
	if (b.z)
		b.mt = call->given & 1u << ARG_MT ? op_migratetype(m, call->arg[ARG_MT])
						  : pageblock_mt(m, b.z, pfn);
	if (!events[call->arg[ARG_EVENT]].no_block && !block_is_ours(m, &b))
		return;
	if (b.z)
		m->dirty.zones |= 1u << b.z->id;
	events[call->arg[ARG_EVENT]].run(m, &b);
}
