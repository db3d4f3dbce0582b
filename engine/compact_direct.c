/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compact_direct.c - a request that compacts for itself, and when it does not bother.
 *
 * A zone where compaction did not help is passed over the next 2, 4, ... 64 times that a
 * block of that order or a larger one is wanted.
 *
 * While a request compacts, a block of just its order that comes together is kept for
 * it before it can merge on or be taken by another: but small blocks are not taken
 * out of MOVABLE page blocks, which would be spoilt for large ones.
 *
 * Kernel: mm/compaction.c try_to_compact_pages(), compact_zone_order(),
 * compaction_deferred(), defer_compaction(), compaction_defer_reset(); mm/page_alloc.c
 * compaction_capture() [5.1 .. 6.1].
 */
#include "compact.h"

static void defer(struct mm386 *m, struct zone *z, unsigned order)
{
	struct compact_marks *k = &z->compact;

	k->considered = 0;
	if (k->defer_shift < COMPACT_DEFER_MAX)
		k->defer_shift++;
	if (order < k->order_failed)
		k->order_failed = order;
	event_emit(m, MM386_EVENT_COMPACT_DEFER, z->id, order, k->defer_shift, k->order_failed, 0,
		   0);
}

/* Whether ${z} is passed over this time. */
static bool is_deferred(struct mm386 *m, struct zone *z, unsigned order)
{
	struct compact_marks *k = &z->compact;
	uint32_t limit = 1u << k->defer_shift;

	if (order < k->order_failed)
		return false;
	if (++k->considered >= limit) {
		k->considered = limit;
		return false;
	}
	event_emit(m, MM386_EVENT_COMPACT_DEFERRED, z->id, order, k->considered, limit, 0, 0);
	return true;
}

/* The block will be there (${allocated}: it was): larger ones alone are to be feared for now. */
static void defer_reset(struct mm386 *m, struct zone *z, unsigned order, bool allocated)
{
	struct compact_marks *k = &z->compact;

	if (allocated)
		k->considered = k->defer_shift = 0;
	if (order >= k->order_failed)
		k->order_failed = order + 1;
	event_emit(m, MM386_EVENT_COMPACT_DEFER_RESET, z->id, order, k->defer_shift,
		   k->order_failed, 0, 0);
}

void compact_succeeded(struct mm386 *m, struct zone *z, unsigned order)
{
	z->compact.flush = false;
	defer_reset(m, z, order, true);
}

bool compact_capture(struct mm386 *m, const struct zone *z, pfn_t pfn, unsigned order,
		     enum mm386_migratetype mt)
{
	const struct compact *c = m->capture;

	if (c->zone != z || m->captured != NO_PFN || order != (unsigned)c->order ||
	    mt == MM386_MIGRATE_ISOLATE)
		return false;
	if (order < m->s->info.pageblock_order && mt == MM386_MIGRATE_MOVABLE)
		return false;
	m->captured = pfn;
	event_emit(m, MM386_EVENT_COMPACT_CAPTURE, pfn, order, z->id, mt, 0, 0);
	return true;
}

static enum mm386_compact_result compact_for(struct mm386 *m, struct zone *z,
					     const struct compact_request *rq, pfn_t *captured)
{
	struct compact c = {
		.zone = z,
		.order = (int)rq->order,
		.search_order = (int)rq->order,
		.mt = rq->mt,
		.mode = rq->async ? COMPACT_ASYNC : COMPACT_SYNC_LIGHT,
		.direct = true,
		.cpu = rq->cpu,
		.highest = rq->highest,
		.rights = rq->rights,
	};
	enum mm386_compact_result ret;

	m->captured = NO_PFN;
	if (m->s->profile.compact_fast)
		m->capture = &c;
	ret = compact_zone(m, &c);
	m->capture = NULL;
	*captured = m->captured;
	return m->captured != NO_PFN ? MM386_COMPACT_SUCCESS : ret;
}

enum mm386_compact_result compact_direct(struct mm386 *m, const struct compact_request *rq,
					 pfn_t *captured)
{
	enum mm386_compact_result best = MM386_COMPACT_SKIPPED;

	*captured = NO_PFN;
	for (unsigned i = 0; i < rq->nr_list; i++) {
		struct zone *z = &m->s->zone[rq->list[i]];
		enum mm386_compact_result status;

		if (z->type > rq->highest)
			continue;
		if (is_deferred(m, z, rq->order)) {
			if (best < MM386_COMPACT_DEFERRED)
				best = MM386_COMPACT_DEFERRED;
			continue;
		}
		status = compact_for(m, z, rq, captured);
		if (status > best)
			best = status;
		if (status == MM386_COMPACT_SUCCESS) {
			defer_reset(m, z, rq->order, false);
			break;
		}
		if (!rq->async &&
		    (status == MM386_COMPACT_COMPLETE || status == MM386_COMPACT_PARTIAL_SKIPPED))
			defer(m, z, rq->order);
	}
	return best;
}
