/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mobility.c - free blocks grouped by whether what will lie in them can be moved.
 *
 * Memory is cut into page blocks of 2^pageblock_order frames, and each has a migrate
 * type.  What is freed goes to the lists of its page block's type, so that what cannot
 * be moved stays together and large blocks come free elsewhere:
 *
 *	page block     0         1         2         3
 *	type           U         M         M         R
 *	               KK.K.KKK  A.AA.A.A  ........  G.G.....
 *
 * When the lists of a type are empty, a request takes from another's: the largest
 * block, and where that may be, all free frames of its page block, which changes its
 * type when half of it is then of use to the new one:
 *
 *	before   1: M  AA......   UNMOVABLE asks for one frame
 *	after    1: U  AAK.....   the free ones are on U's lists, the page block is U's
 *
 * Kernel: mm/page_alloc.c __rmqueue_fallback() [2.6.24 .. 6.1], try_to_steal_freepages()
 * [3.12], find_suitable_fallback(), steal_suitable_fallback(), boost_watermark() [6.1, 6.10],
 * __rmqueue_claim(), __rmqueue_steal() [6.15].
 * Left out: CMA, ISOLATE (nothing is taken off line), defrag_mode.
 */
#include "pageblock.h"

/* Types whose lists a request may turn to, in this order.  The same in all kernels. */
static const enum mm386_migratetype fallbacks[][2] = {
	[MM386_MIGRATE_UNMOVABLE] = {MM386_MIGRATE_RECLAIMABLE, MM386_MIGRATE_MOVABLE},
	[MM386_MIGRATE_MOVABLE] = {MM386_MIGRATE_RECLAIMABLE, MM386_MIGRATE_UNMOVABLE},
	[MM386_MIGRATE_RECLAIMABLE] = {MM386_MIGRATE_UNMOVABLE, MM386_MIGRATE_MOVABLE},
};

/* ---- names ------------------------------------------------------------------------- */

const char *mm386_migratetype_name(const struct mm386 *m, enum mm386_migratetype mt)
{
	static const char *const names[MM386_MIGRATETYPES] = {"Unmovable", "Movable", "Reclaimable",
							      "Reserve", "Isolate"};

	if (m->s->info.nr_migratetypes == 1)
		return NULL;
	if (mt == MM386_MIGRATE_RESERVED && m->s->profile.migrate_movable_2nd)
		return "HighAtomic";
	return names[mt];
}

int mm386_migratetype_number(const struct mm386 *m, enum mm386_migratetype mt)
{
	static const int old[MM386_MIGRATETYPES] = {0, 2, 1, 3, 4};

	if (m->s->info.nr_migratetypes == 1)
		return -1;
	return m->s->profile.migrate_movable_2nd ? (int)mt : old[mt];
}

/* ---- whose page block ------------------------------------------------------------------- */

/*
 * Frames of a page block that are of use to ${mt}, if ${movable} of it can be moved.  For MOVABLE
 * these are its like; for the others, what in a MOVABLE page block is not.
 */
static uint32_t useful(const struct mm386 *m, enum mm386_migratetype mt, enum mm386_migratetype old,
		       const struct pageblock_contents *c, uint32_t movable)
{
	if (!m->s->profile.count_movable)
		return c->free;
	if (mt == MM386_MIGRATE_MOVABLE)
		return c->free + movable;
	if (old == MM386_MIGRATE_MOVABLE)
		return (1u << m->s->info.pageblock_order) - movable;
	return c->free;
}

/*
 * Whether the page block becomes ${mt}'s: half of it must be of use.  Where that hangs on frames
 * of unknown use, what a trace told is believed; without a trace, that what was asked as
 * MOVABLE can be moved.
 */
static bool claims(struct mm386 *m, pfn_t pfn, enum mm386_migratetype mt,
		   enum mm386_migratetype old, const struct pageblock_contents *c, unsigned told)
{
	uint32_t half = 1u << (m->s->info.pageblock_order - 1);
	bool none = useful(m, mt, old, c, c->movable) >= half;
	bool all = useful(m, mt, old, c, c->movable + c->unknown) >= half;
	bool claim;

	if (m->s->mobility_disabled)
		return true;
	if (none == all)
		return none;
	claim = told != MOBILITY_NOT_TOLD ? told == MOBILITY_CHANGED
					  : useful(m, mt, old, c, c->movable + c->likely) >= half;
	event_emit(m, MM386_EVENT_OWNERSHIP_TOLD, pfn, c->free, c->movable, c->unknown,
		   told != MOBILITY_NOT_TOLD, claim);
	return claim;
}

/* A block of one or more whole page blocks takes them all along; before 2.6.32 one alone. */
static void own_whole(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order,
		      enum mm386_migratetype mt)
{
	uint32_t size = 1u << m->s->info.pageblock_order;

	for (pfn_t p = pfn; p < pfn + (1u << order); p += size) {
		pageblock_retype(m, z, p, mt);
		if (!m->s->profile.own_whole_block)
			break;
	}
}

/*
 * Types get mixed: until kswapd has been here the marks are higher, by a page block
 * each time and at most watermark_boost_factor of the high mark.
 * Kernel: boost_watermark() [6.1].
 */
static void boost(struct mm386 *m, struct zone *z)
{
	uint32_t size = 1u << m->s->info.pageblock_order;
	uint64_t most = (uint64_t)z->watermark[MM386_WMARK_HIGH] *
			m->s->sysctl.watermark_boost_factor / 10000;

	if (!m->s->profile.watermark_boost || !most)
		return;
	if (m->s->profile.boost_spares_small && size * 4 > z->managed)
		return;
	if (most < size)
		most = size;
	z->watermark_boost =
		z->watermark_boost + size < most ? z->watermark_boost + size : (uint32_t)most;
	m->boosted = true;
	m->dirty.zones |= 1u << z->id;
	watermark_tell(m, z);
}

/* ---- fallback --------------------------------------------------------------------------- */

/* A block that a request may have: where, and whether all of its page block may go with it. */
struct donor {
	pfn_t pfn;
	enum mm386_migratetype mt; /* list that it is on */
	unsigned order;
	bool steal;
};

/* Kernel: can_steal_fallback() [4.1 .. 6.1]; 2.6.24 has the same but for UNMOVABLE. */
static bool may_steal(const struct mm386 *m, unsigned order, enum mm386_migratetype mt)
{
	if (order >= m->s->info.pageblock_order / 2u || m->s->mobility_disabled)
		return true;
	return mt == MM386_MIGRATE_RECLAIMABLE ||
	       (mt == MM386_MIGRATE_UNMOVABLE && m->s->profile.fallback >= FALLBACK_ALWAYS);
}

/* The first block of ${order} on the lists that ${mt} may turn to. */
static bool donor_of_order(const struct zone *z, unsigned order, enum mm386_migratetype mt,
			   struct donor *d)
{
	for (unsigned i = 0; i < 2; i++) {
		d->mt = fallbacks[mt][i];
		d->order = order;
		d->pfn = z->free[order][d->mt].head;
		if (d->pfn != NO_PFN)
			return true;
	}
	return false;
}

/* The block that a request for ${mt} would get from its own lists; there is one. */
static pfn_t smallest_block(const struct mm386 *m, const struct zone *z, unsigned order,
			    enum mm386_migratetype mt)
{
	while (z->free[order][mt].head == NO_PFN) {
		order++;
		assert(order < m->s->info.orders);
	}
	return z->free[order][mt].head;
}

/* Kernel: find_suitable_fallback(), only_stealable [6.1]. */
bool mobility_would_steal(const struct mm386 *m, const struct zone *z, unsigned order,
			  enum mm386_migratetype mt)
{
	struct donor d;

	return may_steal(m, order, mt) && donor_of_order(z, order, mt, &d);
}

/*
 * The largest block; but where MOVABLE would only get a part of a page block, the smallest
 * that will do: what is left can be moved out again.
 */
static bool find_donor(const struct mm386 *m, const struct zone *z, unsigned order,
		       enum mm386_migratetype mt, struct donor *d)
{
	bool smallest = false;

	for (unsigned o = m->s->info.orders; o-- > order && !smallest;) {
		if (!donor_of_order(z, o, mt, d))
			continue;
		d->steal = may_steal(m, o, mt);
		smallest = !d->steal && mt == MM386_MIGRATE_MOVABLE && o > order &&
			   m->s->profile.movable_takes_smallest;
		if (!smallest)
			return true;
	}
	for (unsigned o = order; smallest && o < m->s->info.orders; o++)
		if (donor_of_order(z, o, mt, d))
			return true;
	return false;
}

/*
 * 2.6.24 .. 4.11: the block is taken where it is.  Return the lists that what is left of it
 * goes to.
 */
static enum mm386_migratetype steal_old(struct mm386 *m, struct zone *z, enum mm386_migratetype mt,
					const struct donor *d)
{
	enum fallback_rule rule = m->s->profile.fallback;
	bool ours = rule != FALLBACK_26 && rule != FALLBACK_CLAIMED;
	uint32_t half = 1u << (m->s->info.pageblock_order - 1);
	struct pageblock_contents c;

	if (d->order >= m->s->info.pageblock_order) {
		own_whole(m, z, d->pfn, d->order, mt);
		return mt;
	}
	if (!d->steal)
		return ours ? mt : d->mt;
	pageblock_look(m, z, d->pfn, &c);
	pageblock_move_free(m, z, d->pfn, mt);
	if (c.free >= half || m->s->mobility_disabled) {
		pageblock_retype(m, z, d->pfn, mt);
		return mt;
	}
	return ours || rule == FALLBACK_26 ? mt : d->mt;
}

/* 4.12 .. 6.9: the block, or all that is free in its page block, moves to our lists. */
static void steal_new(struct mm386 *m, struct zone *z, enum mm386_migratetype mt,
		      const struct donor *d, unsigned told)
{
	enum mm386_migratetype old = pageblock_mt(m, z, d->pfn);
	struct pageblock_contents c;

	if (old == MM386_MIGRATE_RESERVED) {
		buddy_move(m, z, d->pfn, mt);
		return;
	}
	if (d->order >= m->s->info.pageblock_order) {
		own_whole(m, z, d->pfn, d->order, mt);
		buddy_move(m, z, d->pfn, mt);
		return;
	}
	boost(m, z);
	if (!d->steal || !pageblock_look(m, z, d->pfn, &c)) {
		buddy_move(m, z, d->pfn, mt);
		return;
	}
	pageblock_move_free(m, z, d->pfn, mt);
	if (claims(m, d->pfn, mt, old, &c, told))
		pageblock_retype(m, z, d->pfn, mt);
}

/*
 * 6.10 and later: what is free is on the lists of its page block's type, always.  So all
 * of the page block becomes ours, or nothing: NO_PFN.
 * Kernel: steal_suitable_fallback() [6.10], try_to_claim_block() [6.15].
 */
static pfn_t claim_whole(struct mm386 *m, struct zone *z, unsigned order, enum mm386_migratetype mt,
			 const struct donor *d, unsigned told)
{
	enum mm386_migratetype old = pageblock_mt(m, z, d->pfn);
	struct pageblock_contents c;

	if (old == MM386_MIGRATE_RESERVED)
		return NO_PFN;
	if (d->order >= m->s->info.pageblock_order) {
		own_whole(m, z, d->pfn, d->order, mt);
		return buddy_take(m, z, d->pfn, order, mt);
	}
	boost(m, z);
	if (!d->steal || !pageblock_look(m, z, d->pfn, &c) || !c.whole ||
	    !claims(m, d->pfn, mt, old, &c, told))
		return NO_PFN;
	pageblock_move_free(m, z, d->pfn, mt);
	pageblock_retype(m, z, d->pfn, mt);
	return buddy_take(m, z, smallest_block(m, z, order, mt), order, mt);
}

/* Page blocks from the largest block down.  Kernel: __rmqueue_claim() [6.15]. */
static pfn_t take_by_claim(struct mm386 *m, struct zone *z, unsigned order,
			   enum mm386_migratetype mt, struct donor *d, unsigned told)
{
	for (unsigned o = m->s->info.orders; o-- > order && may_steal(m, o, mt);) {
		pfn_t pfn;

		if (!donor_of_order(z, o, mt, d))
			continue;
		d->steal = true;
		pfn = claim_whole(m, z, order, mt, d, told);
		if (pfn != NO_PFN)
			return pfn;
	}
	return NO_PFN;
}

/*
 * If no page block can be claimed, a part of the smallest block; who takes many at once then tries
 * no more to claim any.  Kernel: __rmqueue(), __rmqueue_steal() [6.15].
 */
static pfn_t take_claiming_first(struct mm386 *m, struct zone *z, unsigned order,
				 enum mm386_migratetype mt, struct donor *d, unsigned told)
{
	pfn_t pfn = m->steals ? NO_PFN : take_by_claim(m, z, order, mt, d, told);

	if (pfn != NO_PFN)
		return pfn;
	for (unsigned o = order; o < m->s->info.orders; o++) {
		if (!donor_of_order(z, o, mt, d))
			continue;
		m->steals = m->in_bulk;
		return buddy_take(m, z, d->pfn, order, d->mt);
	}
	return NO_PFN;
}

/* 6.10 .. 6.14: the page block of the block that was found, or a part of that block. */
static pfn_t take_matching(struct mm386 *m, struct zone *z, unsigned order,
			   enum mm386_migratetype mt, struct donor *d, unsigned told)
{
	pfn_t pfn;

	if (m->s->profile.fallback == FALLBACK_CLAIM_FIRST)
		return take_claiming_first(m, z, order, mt, d, told);
	if (!find_donor(m, z, order, mt, d))
		return NO_PFN;
	pfn = claim_whole(m, z, order, mt, d, told);
	return pfn != NO_PFN ? pfn : buddy_take(m, z, d->pfn, order, d->mt);
}

static void tell_fallback(struct mm386 *m, const struct zone *z, unsigned order,
			  enum mm386_migratetype mt, const struct donor *d)
{
	event_emit(m, MM386_EVENT_ALLOC_EXTFRAG, d->pfn, order, d->order, mt, d->mt,
		   pageblock_mt(m, z, d->pfn) == mt);
}

pfn_t mobility_fallback(struct mm386 *m, struct zone *z, unsigned order, enum mm386_migratetype mt,
			unsigned told)
{
	enum mm386_migratetype rest;
	struct donor d;
	pfn_t pfn;

	if (m->s->profile.fallback == FALLBACK_NONE || mt > MM386_MIGRATE_RECLAIMABLE)
		return NO_PFN;
	if (m->s->profile.fallback >= FALLBACK_MATCHING) {
		pfn = take_matching(m, z, order, mt, &d, told);
		if (pfn == NO_PFN)
			return NO_PFN;
		d.pfn = pfn;
		tell_fallback(m, z, order, mt, &d);
		buddy_tell_taken(m, z, pfn, order, mt);
		return pfn;
	}
	if (!find_donor(m, z, order, mt, &d)) {
		if (!m->s->profile.migrate_reserve)
			return NO_PFN;
		return buddy_alloc_smallest(m, z, order, MM386_MIGRATE_RESERVED);
	}
	if (m->s->profile.fallback == FALLBACK_SMALLEST) {
		steal_new(m, z, mt, &d, told);
		tell_fallback(m, z, order, mt, &d);
		return buddy_alloc_smallest(m, z, order, mt);
	}
	rest = steal_old(m, z, mt, &d);
	pfn = buddy_take(m, z, d.pfn, order, rest);
	tell_fallback(m, z, order, mt, &d);
	buddy_tell_taken(m, z, pfn, order, mt);
	return pfn;
}
