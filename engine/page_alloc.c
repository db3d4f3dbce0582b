/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_alloc.c - the way of a request: the walk down the zones, and what happens
 * when every zone says no.
 *
 *	walk with the low mark -> wake kswapd -> walk with the min mark, less the request's
 *	rights -> compact a little -> a task that reclaims: walk without marks -> compact
 *	in earnest -> refuse
 *
 * A zone that may give does so from the list of the CPU that asks (pcp.c), or from the
 * buddy system, where an atomic request of higher order first turns to the page blocks
 * that are kept for its like.
 *
 * Kernel: __alloc_pages() [2.4.22, 2.6.18], __alloc_pages_nodemask(),
 * get_page_from_freelist(), buffered_rmqueue(), __alloc_pages_slowpath() [2.6.32];
 * rmqueue(), rmqueue_buddy(), free_unref_page(), __alloc_pages_slowpath(),
 * __alloc_pages_direct_compact() [6.1].
 * Left out: reclaim.  A kernel would now let a request that may block reclaim
 * pages itself and walk again; only if that freed some does it drain the CPUs' lists and give
 * up page blocks that are kept; in the end it calls the OOM killer, and for order <= 3
 * tries for ever.  There is nothing to reclaim yet, so such a request is refused as if
 * reclaim had found nothing.
 */
#include "internal.h"
#include "watermark.h"

/* A walk in progress. */
struct walk {
	const struct alloc_request *rq;
	const uint8_t *list; /* zones to ask */
	unsigned nr_list;
	struct wmark_ask ask;
};

static void walk_start(struct walk *w, enum mm386_wmark mark, unsigned rights)
{
	w->ask.mark = mark;
	w->ask.rights = rights;
	w->ask.carried = 0;
}

/* ---- taking a block ----------------------------------------------------------------- */

/*
 * Page blocks that are kept for atomic requests give to these first.  6.1 lets whoever may not
 * block have them when there is nothing else.
 */
__attribute__((noinline)) static pfn_t rmqueue_buddy(struct mm386 *m, const struct walk *w,
						     struct zone *z)
{
	const struct profile *p = &m->s->profile;
	unsigned order = w->rq->order;
	pfn_t pfn = NO_PFN;

	if (p->highatomic && order > 0 && (w->ask.rights & WMARK_HIGHATOMIC))
		pfn = buddy_alloc_smallest(m, z, order, MM386_MIGRATE_RESERVED);
	if (pfn == NO_PFN)
		pfn = buddy_alloc(m, z, order, w->rq->mt);
	if (pfn == NO_PFN && p->highatomic && p->wm.harder == HARDER_NO_BLOCK &&
	    (w->ask.rights & (WMARK_HARDER | WMARK_OOM)))
		pfn = buddy_alloc_smallest(m, z, order, MM386_MIGRATE_RESERVED);
	return pfn;
}

/* The marks were boosted for this block: kswapd is to reclaim so much that types need not be mixed.
 */
__attribute__((noinline)) static void wake_boosted(struct mm386 *m, const struct walk *w,
						   const struct zone *z)
{
	m->boosted = false;
	if (w->rq->flags & GFP_BIT_KSWAPD_RECLAIM)
		event_emit(m, MM386_EVENT_WAKE_KSWAPD, z->id, 0, 0, 0, 0, 0);
}

BUILT_IN pfn_t rmqueue(struct mm386 *m, const struct walk *w, struct zone *z)
{
	const struct alloc_request *rq = w->rq;
	pfn_t pfn = NO_PFN;

	if (pcp_takes(m, rq->order))
		pfn = pcp_alloc(m, z, rq->order, rq->mt, rq->cpu, rq->flags & GFP_BIT_COLD);
	if (pfn == NO_PFN)
		pfn = rmqueue_buddy(m, w, z);
	if (m->boosted)
		wake_boosted(m, w, z);
	return pfn;
}

/* The block is the caller's now: descriptor and kind. */
static void prep_new_page(struct mm386 *m, const struct alloc_request *rq, pfn_t pfn,
			  const struct zone *z)
{
	struct page *p = &m->page[pfn];

	p->flags = PF_HEAD;
	if ((rq->flags & GFP_BIT_COMP) && rq->order > 0)
		p->flags |= PF_COMP;
	p->order = (uint8_t)rq->order;
	p->owner = (uint32_t)m->cur_seq;
	p->op = rq->op;
	p->zone = (uint8_t)z->id;
	p->mt = (uint8_t)rq->mt;
	p->refcount = 1;
	frames_set_kind(m, pfn, 1u << rq->order, rq->kind);
	m->dirty.zones |= 1u << z->id;
	m->s->vm_event[VM_PGALLOC + z->type] += UINT64_C(1) << rq->order;
	if (rq->flags & GFP_BIT_ZERO)
		event_emit(m, MM386_EVENT_PAGE_ZERO, pfn, rq->order, 0, 0, 0, 0);
}

/*
 * Which node was asked first, and whose block it is.  Not built in: one node needs none of it.
 * Kernel: zone_statistics(), mm/vmstat.c [2.6.18], mm/page_alloc.c [6.1].
 */
__attribute__((noinline)) static void count_node(struct mm386 *m, const struct walk *w,
						 struct zone *z)
{
	struct zone *asked = z;

	for (unsigned i = w->nr_list; i-- > 0;)
		if (m->s->zone[w->list[i]].type <= w->ask.highest)
			asked = &m->s->zone[w->list[i]];
	if (z->node == asked->node) {
		z->numa_event[NUMA_HIT]++;
	} else {
		z->numa_event[NUMA_MISS]++;
		asked->numa_event[NUMA_FOREIGN]++;
	}
	z->numa_event[z->node == node_of_cpu(m, w->rq->cpu) ? NUMA_LOCAL : NUMA_OTHER]++;
}

/*
 * Ask each zone from the highest down; the first that may give has a block taken out.  Every
 * request goes this way, so all of it is one piece for the compiler.
 */
__attribute__((flatten)) static pfn_t walk_zones(struct mm386 *m, struct walk *w)
{
	for (unsigned i = 0; i < w->nr_list; i++) {
		struct zone *z = &m->s->zone[w->list[i]];
		struct wmark_test t;
		pfn_t pfn;

		if (z->type > w->ask.highest)
			continue;
		if (m->s->profile.pcp.tuned)
			pcp_tune_asked(m, z, w->rq->order, w->ask.highest, w->ask.rights);
		t = watermark_test(m, z, &w->ask);
		event_emit(m, MM386_EVENT_ZONE_TRY, z->id, w->rq->order,
			   t.free > 0 ? (uint32_t)t.free : 0, (uint32_t)t.mark, (uint32_t)t.reserve,
			   t.ok);
		if (!t.ok)
			continue;
		pfn = rmqueue(m, w, z);
		if (pfn == NO_PFN)
			continue;
		if (m->s->boot.numa)
			count_node(m, w, z);
		prep_new_page(m, w->rq, pfn, z);
		if (w->rq->order > 0 && (w->ask.rights & WMARK_HIGHATOMIC))
			kept_reserve_highatomic(m, z, pfn);
		return pfn;
	}
	return NO_PFN;
}

/* ---- why not -------------------------------------------------------------------------- */

/* What a test takes off a zone's free pages before it compares. */
static long counted_out(const struct mm386 *m, unsigned order)
{
	switch (m->s->profile.wm.test) {
	case WMARK_TEST_24:
		return 0;
	case WMARK_TEST_24_23:
		return 1L << order;
	default:
		return (1L << order) - 1;
	}
}

/* The walk that just failed, once more without taking: nothing changed since, so it says why. */
static void explain_walk(struct mm386 *m, struct walk *w, struct mm386_result *res)
{
	w->ask.carried = 0;
	for (unsigned i = 0; i < w->nr_list; i++) {
		const struct zone *z = &m->s->zone[w->list[i]];
		struct wmark_test t;
		struct mm386_why *why;

		if (z->type > w->ask.highest)
			continue;
		assert(res->nr_why < MM386_WHY_MAX);
		t = watermark_test(m, z, &w->ask);
		why = &res->why[res->nr_why++];
		*why = (struct mm386_why){.zone = (int16_t)z->id, .mark = (uint16_t)t.which};
		if (t.ok || t.no_block) {
			why->code = MM386_WHY_NO_BLOCK;
			why->a = w->rq->order;
			continue;
		}
		why->code = MM386_WHY_WATERMARK;
		why->level = (uint8_t)t.level;
		why->order = (uint8_t)w->rq->order;
		why->a = (uint64_t)(t.free + counted_out(m, w->rq->order) + t.atomic);
		why->d = (uint64_t)t.atomic;
		why->b = (uint64_t)t.mark;
		why->c = (uint64_t)t.reserve;
	}
	if (!res->nr_why)
		result_refuse(res, ENOMEM, MM386_WHY_NONE_TO_ASK, w->rq->node, w->rq->thisnode, 0);
}

/* ---- the slow path -------------------------------------------------------------------- */

/*
 * Who is woken: in 2.4 and 6.1 one kswapd a node, told of the zone to begin with; 2.6
 * asks for every zone of the list that is below its low mark.
 * Kernel: __alloc_pages() [2.4.22]; wake_all_kswapd(), wakeup_kswapd() [2.6.32];
 * wake_all_kswapds() [6.1], only with __GFP_KSWAPD_RECLAIM.
 */
static void wake_kswapd(struct mm386 *m, const struct walk *w)
{
	enum wmark_rule rule = m->s->profile.wmark;
	unsigned told = 0; /* bit n: node n */

	if (rule == WMARK_61 && !(w->rq->flags & GFP_BIT_KSWAPD_RECLAIM))
		return;
	for (unsigned i = 0; i < w->nr_list; i++) {
		const struct zone *z = &m->s->zone[w->list[i]];
		struct wmark_ask ask = {.order = w->rq->order, .mark = MM386_WMARK_LOW};

		if (z->type > w->ask.highest)
			continue;
		if (rule == WMARK_26 ? watermark_test(m, z, &ask).ok : told >> z->node & 1)
			continue;
		event_emit(m, MM386_EVENT_WAKE_KSWAPD, z->id, w->rq->order, 0, 0, 0, 0);
		told |= 1u << z->node;
	}
}

static void refuse(struct mm386 *m, const struct alloc_request *rq, struct mm386_result *res)
{
	event_emit(m, MM386_EVENT_ALLOC_FAIL, rq->order, rq->gfp, 0, 0, 0, 0);
	res->err = ENOMEM;
}

/* Whether no mark binds the request: its task is freeing memory for others. */
static bool is_memalloc(const struct alloc_request *rq)
{
	return rq->memalloc && !(rq->flags & GFP_BIT_NOMEMALLOC);
}

/* Whether the task may wait, and compaction could help it.  Kernel: try_to_compact_pages()
 * [4.9, 4.10]. */
static bool may_compact(const struct mm386 *m, const struct alloc_request *rq)
{
	const struct profile *p = &m->s->profile;

	return p->compaction && rq->order > 0 && (rq->flags & GFP_BIT_IO) &&
	       (!p->compact_needs_fs || (rq->flags & GFP_BIT_FS)) &&
	       (rq->flags & (GFP_BIT_WAIT | GFP_BIT_DIRECT_RECLAIM));
}

/* Whether it does so before it would reclaim. */
static bool compacts_first(const struct mm386 *m, const struct alloc_request *rq)
{
	if (!may_compact(m, rq) || is_memalloc(rq))
		return false;
	switch (m->s->profile.compact_first) {
	case COMPACT_FIRST_COSTLY:
		return rq->order > COSTLY_ORDER;
	case COMPACT_FIRST_UNMOVABLE:
		return rq->order > COSTLY_ORDER || rq->mt != MM386_MIGRATE_MOVABLE;
	default:
		return true;
	}
}

/* Compact, and walk the zones again.  *${status} is the best that came of it in any zone. */
static pfn_t alloc_compacting(struct mm386 *m, struct walk *w, bool async,
			      enum mm386_compact_result *status)
{
	const struct compact_request rq = {
		.order = w->rq->order,
		.mt = w->rq->mt,
		.cpu = w->rq->cpu,
		.list = w->list,
		.nr_list = w->nr_list,
		.highest = w->ask.highest,
		.rights = w->ask.rights,
		.async = async,
	};
	pfn_t pfn;

	*status = compact_direct(m, &rq, &pfn);
	if (*status == MM386_COMPACT_SKIPPED)
		return NO_PFN;
	m->s->vm_event[VM_COMPACT_STALL]++;
	if (pfn != NO_PFN)
		prep_new_page(m, w->rq, pfn, zone_of(m, pfn));
	else
		pfn = walk_zones(m, w);
	m->s->vm_event[pfn != NO_PFN ? VM_COMPACT_SUCCESS : VM_COMPACT_FAIL]++;
	if (pfn != NO_PFN)
		compact_succeeded(m, zone_of(m, pfn), w->rq->order);
	return pfn;
}

/*
 * Compaction before and after reclaim, and between them what a task may that reclaims
 * itself.  A large block that need not be tried for hard is given up early.
 */
static pfn_t alloc_hard(struct mm386 *m, struct walk *w, unsigned rights)
{
	const struct alloc_request *rq = w->rq;
	enum mm386_compact_result status = MM386_COMPACT_SKIPPED;
	bool async = false;
	pfn_t pfn = NO_PFN;

	if (compacts_first(m, rq)) {
		pfn = alloc_compacting(m, w, true, &status);
		async = rq->order > COSTLY_ORDER && (rq->flags & GFP_BIT_NORETRY);
		if (pfn == NO_PFN && async && status <= MM386_COMPACT_DEFERRED)
			return NO_PFN;
	}
	if (pfn == NO_PFN && is_memalloc(rq)) {
		walk_start(w, MM386_WMARK_MIN, WMARK_NONE);
		pfn = walk_zones(m, w);
	}
	/* Direct reclaim begins here, and has nothing to take.  Kernel: do_try_to_free_pages(). */
	if (pfn == NO_PFN && (rq->flags & (GFP_BIT_WAIT | GFP_BIT_DIRECT_RECLAIM)) && !rq->memalloc)
		m->s->vm_event[VM_ALLOCSTALL + w->ask.highest]++;
	if (pfn == NO_PFN && may_compact(m, rq) && !rq->memalloc) {
		walk_start(w, MM386_WMARK_MIN, rights);
		pfn = alloc_compacting(m, w, async, &status);
	}
	return pfn;
}

/*
 * With nothing to reclaim the OOM killer is next; before that, page blocks that are kept for atomic
 * requests are given up, one after the other.  Kernel: should_reclaim_retry() [6.8].
 */
static pfn_t alloc_unreserving(struct mm386 *m, struct walk *w, unsigned rights)
{
	const struct alloc_request *rq = w->rq;
	bool reclaims = (rq->flags & GFP_BIT_DIRECT_RECLAIM) && !(rq->flags & GFP_BIT_NORETRY);
	pfn_t pfn = NO_PFN;

	if (!reclaims || rq->memalloc || rq->order > COSTLY_ORDER)
		return NO_PFN;
	while (pfn == NO_PFN && kept_unreserve_highatomic(m, rq->node, w->ask.highest, rq->mt)) {
		walk_start(w, MM386_WMARK_MIN, rights);
		pfn = walk_zones(m, w);
	}
	return pfn;
}

/* Every zone is below its low mark: wake kswapd, dig as deep as the request may, else say why. */
static pfn_t alloc_slow(struct mm386 *m, struct walk *w, struct mm386_result *res)
{
	unsigned rights = watermark_rights(m, w->rq->flags, w->rq->order);
	pfn_t pfn;

	wake_kswapd(m, w);
	walk_start(w, MM386_WMARK_MIN, rights);
	pfn = walk_zones(m, w);
	if (pfn == NO_PFN)
		pfn = alloc_hard(m, w, rights);
	if (pfn == NO_PFN)
		pfn = alloc_unreserving(m, w, rights);
	if (pfn == NO_PFN) {
		explain_walk(m, w, res);
		refuse(m, w->rq, res);
	}
	return pfn;
}

/* What the caller is told of the block, and everybody. */
static void accept(struct mm386 *m, const struct alloc_request *rq, struct mm386_result *res,
		   pfn_t pfn)
{
	result_block(m, res, pfn, m->page[pfn].order, m->page[pfn].zone);
	event_emit(m, MM386_EVENT_PAGE_ALLOC, pfn, rq->order, rq->gfp, m->page[pfn].zone, rq->kind,
		   rq->mt);
}

void page_hand_out(struct mm386 *m, const struct alloc_request *rq, pfn_t pfn, const struct zone *z,
		   struct mm386_result *res)
{
	prep_new_page(m, rq, pfn, z);
	accept(m, rq, res, pfn);
}

void page_alloc(struct mm386 *m, const struct alloc_request *rq, struct mm386_result *res)
{
	struct walk w = {
		.rq = rq,
		.list = rq->thisnode ? m->s->zonelist_this[rq->node] : m->s->zonelist[rq->node],
		.nr_list = rq->thisnode ? m->s->nr_zonelist_this[rq->node] : m->s->nr_zonelist[rq->node],
		.ask = {.order = rq->order, .highest = m->s->gfp_zone[rq->flags & GFP_ZONE_BITS]},
	};
	pfn_t pfn;

	if (rq->order >= m->s->info.orders) {
		result_refuse(res, ENOMEM, MM386_WHY_ORDER, rq->order, m->s->info.orders, 0);
		refuse(m, rq, res);
		return;
	}
	walk_start(&w, MM386_WMARK_LOW, 0);
	pfn = walk_zones(m, &w);
	if (pfn == NO_PFN)
		pfn = alloc_slow(m, &w, res);
	if (pfn != NO_PFN)
		accept(m, rq, res, pfn);
}

/* ---- freeing --------------------------------------------------------------------------- */

struct zone *page_free(struct mm386 *m, pfn_t pfn, unsigned order, unsigned cpu)
{
	struct page *p = &m->page[pfn];
	struct zone *z = &m->s->zone[p->zone];
	enum mm386_migratetype mt = pageblock_mt(m, z, pfn);

	assert(p->flags & PF_HEAD);
	assert(p->order == order);
	event_emit(m, MM386_EVENT_PAGE_FREE, pfn, order, z->id, 0, 0, 0);
	memset(p, 0, sizeof(*p));
	m->dirty.zones |= 1u << z->id;
	m->s->vm_event[VM_PGFREE] += UINT64_C(1) << order;
	if (pcp_takes(m, order) && mt != MM386_MIGRATE_ISOLATE) {
		pcp_free(m, z, pfn, order, mt, cpu);
		return z;
	}
	frames_set_kind(m, pfn, 1u << order, MM386_KIND_FREE);
	buddy_free(m, z, pfn, order, mt);
	return z;
}
