/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * op_pages.c - the operations of the page allocator: alloc_pages,
 * __get_free_pages, get_zeroed_page, free_pages, drain_all_pages.
 *
 * Kernel: mm/page_alloc.c, the functions of these names [2.4.22, 2.6.32, 6.1].
 */
#include "internal.h"

/* Of the allocating operations; get_zeroed_page has no order, and what follows one place before. */
enum { ARG_GFP, ARG_ORDER, ARG_CPU, ARG_NODE, ARG_MEMALLOC, ARG_THISNODE };
enum { ARG_ADDR, ARG_PFN, ARG_FREE_ORDER, ARG_FREE_CPU }; /* of free_pages */
enum { ARG_DRAIN_CPU };					  /* of drain_all_pages */

/*
 * Whether what a request gets can be moved later.  With both flags the kernel would turn to a type
 * that is none of these two; the model takes it for movable.
 * Kernel: allocflags_to_migratetype() [2.6.32], gfp_migratetype() [6.1].
 */
static enum mm386_migratetype migratetype_of(const struct mm386 *m, uint32_t flags)
{
	if (m->s->mobility_disabled)
		return MM386_MIGRATE_UNMOVABLE;
	if (flags & GFP_BIT_MOVABLE)
		return MM386_MIGRATE_MOVABLE;
	return flags & GFP_BIT_RECLAIMABLE ? MM386_MIGRATE_RECLAIMABLE : MM386_MIGRATE_UNMOVABLE;
}

/* ${cpu_arg}: index of the first of cpu, node, memalloc, thisnode. */
static struct alloc_request request(const struct mm386 *m, const struct op_call *call,
				    unsigned order, unsigned cpu_arg)
{
	mm386_gfp_t gfp = (mm386_gfp_t)call->arg[ARG_GFP];
	uint32_t flags = gfp_expand(m->s->profile.kernel, gfp);

	return (struct alloc_request){
		.gfp = gfp,
		.flags = flags,
		.order = order,
		.op = call->id,
		.cpu = (uint8_t)call->arg[cpu_arg],
		.node = (uint8_t)call->arg[cpu_arg + 1],
		.memalloc = call->arg[cpu_arg + 2],
		.thisnode = call->arg[cpu_arg + 3] && m->s->profile.gfp_thisnode,
		.mt = migratetype_of(m, flags),
		.kind = gfp_is_user(gfp) ? MM386_KIND_USER : MM386_KIND_PAGES,
	};
}

void op_alloc_pages(struct mm386 *m, const struct op_call *call, struct mm386_result *res)
{
	struct alloc_request rq = request(m, call, (unsigned)call->arg[ARG_ORDER], ARG_CPU);

	page_alloc(m, &rq, res);
}

/*
 * A call that returns a linear address cannot use memory that has none.  2.6 has
 * a BUG_ON() for it; 2.4 would return a wrong address and 6.1 drops the flag
 * without a word.  Here it is refused in all of them, for it is a mistake in all.
 */
static void alloc_linear(struct mm386 *m, const struct alloc_request *rq, struct mm386_result *res)
{
	if (rq->flags & GFP_BIT_HIGHMEM) {
		event_emit(m, MM386_EVENT_ALLOC_FAIL, rq->order, rq->gfp, 0, 0, 0, 0);
		result_refuse(res, EINVAL, MM386_WHY_NOT_LINEAR, rq->gfp, 0, 0);
		return;
	}
	page_alloc(m, rq, res);
}

void op_get_free_pages(struct mm386 *m, const struct op_call *call, struct mm386_result *res)
{
	struct alloc_request rq = request(m, call, (unsigned)call->arg[ARG_ORDER], ARG_CPU);

	alloc_linear(m, &rq, res);
}

void op_get_zeroed_page(struct mm386 *m, const struct op_call *call, struct mm386_result *res)
{
	struct alloc_request rq = request(m, call, 0, ARG_CPU - 1);

	/* 2.4 has no __GFP_ZERO: it clears the page itself, after the allocation. */
	rq.flags |= GFP_BIT_ZERO;
	alloc_linear(m, &rq, res);
}

/* The frame that ${addr} of the direct map stands for; false when it was refused. */
static bool linear_to_pfn(struct mm386 *m, uint64_t addr, unsigned order, pfn_t *pfn,
			  struct mm386_result *res)
{
	const struct mm386_info *info = &m->s->info;

	if (addr % MM386_PAGE_SIZE) {
		result_refuse_free(m, res, NO_PFN, order, MM386_WHY_NOT_ALIGNED,
			    (uint64_t[3]){addr, 0, 0});
		return false;
	}
	*pfn = (pfn_t)((addr - info->page_offset) >> MM386_PAGE_SHIFT);
	if (addr < info->page_offset || *pfn >= info->max_low_pfn) {
		result_refuse_free(m, res, NO_PFN, order, MM386_WHY_NO_FRAME, (uint64_t[3]){addr, 0, 0});
		return false;
	}
	return true;
}

/*
 * A machine that was loaded from a kernel's lists has frames in use, and nobody told in which
 * blocks: mm386_load() leaves them single, of no owner.  Who frees several of them at once tells
 * it.
 */
static void join_loaded(struct mm386 *m, pfn_t pfn, unsigned order)
{
	const struct zone *z = zone_of(m, pfn);
	pfn_t end = pfn + (1u << order);

	if (order == 0 || order >= m->s->info.orders || !z || end > z->end_pfn ||
	    ((pfn - z->buddy_base) & ((1u << order) - 1)))
		return;
	for (pfn_t p = pfn; p < end; p++) {
		const struct page *page = &m->page[p];

		if (page->flags != PF_HEAD || page->order || page->owner ||
		    page->op != MM386_OP_RMQUEUE)
			return;
	}
	memset(&m->page[pfn + 1], 0, (end - pfn - 1) * sizeof(struct page));
	m->page[pfn].order = (uint8_t)order;
	frames_set_kind(m, pfn, end - pfn, (enum mm386_kind)m->kind[pfn]);
}

void op_free_pages(struct mm386 *m, const struct op_call *call, struct mm386_result *res)
{
	unsigned order = (unsigned)call->arg[ARG_FREE_ORDER];
	pfn_t pfn = (pfn_t)call->arg[ARG_PFN], head;
	const struct page *p;

	if ((call->given & 1u << ARG_ADDR) &&
	    !linear_to_pfn(m, call->arg[ARG_ADDR], order, &pfn, res))
		return;
	if (pfn >= m->s->info.max_mapnr) {
		result_refuse_free(m, res, pfn, order, MM386_WHY_NO_FRAME, (uint64_t[3]){pfn, 0, 0});
		return;
	}
	p = &m->page[pfn];
	if (p->op == MM386_OP_RMQUEUE && p->order < order)
		join_loaded(m, pfn, order);
	if ((p->flags & PF_HEAD) && p->order == order) {
		const struct zone *z = page_free(m, pfn, order, (unsigned)call->arg[ARG_FREE_CPU]);

		result_block(m, res, pfn, order, z->id);
		return;
	}
	head = buddy_find_block(m, pfn);
	if (head == NO_PFN) {
		result_refuse_free(m, res, pfn, order, MM386_WHY_FOREIGN,
			    (uint64_t[3]){pfn, m->kind[pfn], 0});
		return;
	}
	p = &m->page[head];
	if (p->flags & (PF_BUDDY | PF_PCP))
		result_refuse_free(m, res, pfn, order, MM386_WHY_DOUBLE_FREE,
			    (uint64_t[3]){pfn, p->order, head});
	else if (head == pfn)
		result_refuse_free(m, res, pfn, order, MM386_WHY_WRONG_ORDER,
			    (uint64_t[3]){pfn, p->order, order});
	else
		result_refuse_free(m, res, pfn, order, MM386_WHY_NOT_HEAD,
			    (uint64_t[3]){pfn, p->order, head});
}

void op_drain_all_pages(struct mm386 *m, const struct op_call *call, struct mm386_result *res)
{
	if (call->given & 1u << ARG_DRAIN_CPU)
		pcp_drain_cpu(m, (unsigned)call->arg[ARG_DRAIN_CPU]);
	else
		pcp_drain_all(m);
	res->ok = true;
}
