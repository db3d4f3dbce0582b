/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_alloc.c - the way of a request: the walk down the zones, and what happens
 * when every zone says no.
 *
 *	fast walk with the low mark -> wake kswapd -> walk with the min mark -> refuse
 *
 * Kernel: __alloc_pages() [2.4.22], __alloc_pages_nodemask(),
 * get_page_from_freelist(), __alloc_pages_slowpath() [2.6.32, 6.1].
 * Left out: reclaim.  A kernel would now let a request that may block reclaim
 * pages itself (6.1: compact memory first) and walk again, in the end call the OOM
 * killer, and for order <= 3 try for ever; there is nothing to reclaim yet, so
 * such a request is refused where it would have begun to.
 */
#include "internal.h"
#include "watermark.h"

/* A walk in progress. */
struct walk {
	const struct alloc_request *rq;
	struct wmark_ask ask;
};

static void walk_start(struct walk *w, enum mm386_wmark mark, unsigned rights)
{
	w->ask.mark = mark;
	w->ask.rights = rights;
	w->ask.carried = 0;
}

/* Ask each zone from the highest down; the first that may give has a block taken out. */
BUILT_IN pfn_t walk_zones(struct mm386 *m, struct walk *w, struct zone **from)
{
	const uint8_t *list = m->s->zonelist[w->rq->node];

	for (unsigned i = 0; i < m->s->nr_zonelist[w->rq->node]; i++) {
		struct zone *z = &m->s->zone[list[i]];
		struct wmark_test t;
		pfn_t pfn;

		if (z->type > w->ask.highest)
			continue;
		t = watermark_test(m, z, &w->ask);
		event_emit(m, MM386_EVENT_ZONE_TRY, z->id, w->rq->order,
			   t.free > 0 ? (uint32_t)t.free : 0, (uint32_t)t.mark, (uint32_t)t.reserve,
			   t.ok);
		if (!t.ok)
			continue;
		pfn = buddy_alloc(m, z, w->rq->order, w->rq->mt);
		if (pfn != NO_PFN) {
			*from = z;
			return pfn;
		}
	}
	return NO_PFN;
}

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
	const uint8_t *list = m->s->zonelist[w->rq->node];

	for (unsigned i = 0; i < m->s->nr_zonelist[w->rq->node]; i++) {
		const struct zone *z = &m->s->zone[list[i]];
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
		why->a = (uint64_t)(t.free + counted_out(m, w->rq->order));
		why->b = (uint64_t)t.mark;
		why->c = (uint64_t)t.reserve;
	}
}

/*
 * Who is woken: in 2.4 and 6.1 one kswapd is told of the zone to begin with; 2.6
 * asks for every zone of the list that is below its low mark.
 * Kernel: __alloc_pages() [2.4.22]; wake_all_kswapd(), wakeup_kswapd() [2.6.32];
 * wake_all_kswapds() [6.1], only with __GFP_KSWAPD_RECLAIM.
 */
static void wake_kswapd(struct mm386 *m, const struct walk *w)
{
	enum wmark_rule rule = m->s->profile.wmark;

	if (rule == WMARK_61 && !(w->rq->flags & GFP_BIT_KSWAPD_RECLAIM))
		return;
	for (unsigned i = 0; i < m->s->nr_zonelist[w->rq->node]; i++) {
		const struct zone *z = &m->s->zone[m->s->zonelist[w->rq->node][i]];

		if (z->type > w->ask.highest)
			continue;
		if (rule == WMARK_26 &&
		    watermark_test(m, z, &(struct wmark_ask){.order = w->rq->order, .mark = MM386_WMARK_LOW}).ok)
			continue;
		event_emit(m, MM386_EVENT_WAKE_KSWAPD, z->id, w->rq->order, 0, 0, 0, 0);
		if (rule != WMARK_26)
			return;
	}
}

/* The block is the caller's now: descriptor, kind, result. */
static void hand_out(struct mm386 *m, const struct alloc_request *rq, pfn_t pfn,
		     const struct zone *z, struct mm386_result *res)
{
	struct page *p = &m->page[pfn];

	p->flags = PF_HEAD;
	p->order = (uint8_t)rq->order;
	p->owner = (uint32_t)m->cur_seq;
	p->op = rq->op;
	p->zone = (uint8_t)z->id;
	p->mt = (uint8_t)rq->mt;
	p->refcount = 1;
	frames_set_kind(m, pfn, 1u << rq->order, rq->kind);
	m->dirty.zones |= 1u << z->id;
	if (rq->flags & GFP_BIT_ZERO)
		event_emit(m, MM386_EVENT_PAGE_ZERO, pfn, rq->order, 0, 0, 0, 0);
	event_emit(m, MM386_EVENT_PAGE_ALLOC, pfn, rq->order, rq->gfp, z->id, rq->kind, rq->mt);
	res->ok = true;
	res->pfn = pfn;
	res->order = (uint8_t)rq->order;
	res->zone = (int8_t)z->id;
	if (pfn < m->s->info.max_low_pfn)
		res->va = m->s->info.page_offset + (pfn << MM386_PAGE_SHIFT);
}

static void refuse(struct mm386 *m, const struct alloc_request *rq, struct mm386_result *res)
{
	event_emit(m, MM386_EVENT_ALLOC_FAIL, rq->order, rq->gfp, 0, 0, 0, 0);
	res->err = ENOMEM;
}

/* Every zone is below its low mark: wake kswapd, dig as deep as the request may, else say why. */
static pfn_t alloc_slow(struct mm386 *m, struct walk *w, struct zone **from,
			struct mm386_result *res)
{
	unsigned rights = watermark_rights(m, w->rq->flags, w->rq->order);
	pfn_t pfn;

	wake_kswapd(m, w);
	walk_start(w, MM386_WMARK_MIN, rights);
	pfn = walk_zones(m, w, from);
	if (pfn != NO_PFN)
		return pfn;
	walk_start(w, MM386_WMARK_MIN, rights);
	explain_walk(m, w, res);
	refuse(m, w->rq, res);
	return NO_PFN;
}

void page_alloc(struct mm386 *m, const struct alloc_request *rq, struct mm386_result *res)
{
	struct zone *z = NULL;
	struct walk w = {
		.rq = rq,
		.ask = {.order = rq->order, .highest = m->s->gfp_zone[rq->flags & GFP_ZONE_BITS]},
	};
	pfn_t pfn;

	if (rq->order >= m->s->info.orders) {
		result_refuse(res, ENOMEM, MM386_WHY_ORDER, rq->order, m->s->info.orders, 0);
		refuse(m, rq, res);
		return;
	}
	walk_start(&w, MM386_WMARK_LOW, 0);
	pfn = walk_zones(m, &w, &z);
	if (pfn == NO_PFN)
		pfn = alloc_slow(m, &w, &z, res);
	if (pfn != NO_PFN)
		hand_out(m, rq, pfn, z, res);
}

struct zone *page_free(struct mm386 *m, pfn_t pfn, unsigned order)
{
	struct page *p = &m->page[pfn];
	struct zone *z = &m->s->zone[p->zone];

	assert(p->flags & PF_HEAD);
	assert(p->order == order);
	event_emit(m, MM386_EVENT_PAGE_FREE, pfn, order, z->id, 0, 0, 0);
	p->flags = 0;
	p->order = 0;
	p->owner = 0;
	p->op = 0;
	p->zone = 0;
	p->mt = 0;
	p->refcount = 0;
	frames_set_kind(m, pfn, 1u << order, MM386_KIND_FREE);
	m->dirty.zones |= 1u << z->id;
	buddy_free(m, z, pfn, order, pageblock_mt(m, z, pfn));
	return z;
}
