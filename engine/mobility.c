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
 * [3.12], find_suitable_fallback(), steal_suitable_fallback(), boost_watermark() [6.1].
 * Left out: CMA, ISOLATE (nothing is taken off line), and that since 6.10 only whole page
 * blocks change lists, never a part of one.
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
	event_emit(m, MM386_EVENT_WATERMARKS, z->id, z->watermark[MM386_WMARK_MIN],
		   z->watermark[MM386_WMARK_LOW], z->watermark[MM386_WMARK_HIGH],
		   z->watermark_boost, 0);
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
	struct pageblock_contents c = {0};

	if (d->order >= m->s->info.pageblock_order) {
		own_whole(m, z, d->pfn, d->order, mt);
		return mt;
	}
	if (!d->steal)
		return ours ? mt : d->mt;
	pageblock_move_free(m, z, d->pfn, mt, &c);
	if (c.free >= half || m->s->mobility_disabled) {
		pageblock_retype(m, z, d->pfn, mt);
		return mt;
	}
	return ours || rule == FALLBACK_26 ? mt : d->mt;
}

/* 4.12 and later: the block, or all that is free in its page block, moves to our lists. */
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
	if (!d->steal || !pageblock_move_free(m, z, d->pfn, mt, &c)) {
		buddy_move(m, z, d->pfn, mt);
		return;
	}
	if (claims(m, d->pfn, mt, old, &c, told))
		pageblock_retype(m, z, d->pfn, mt);
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
