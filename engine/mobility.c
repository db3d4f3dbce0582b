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
 * [3.12], find_suitable_fallback(), steal_suitable_fallback(), boost_watermark() [6.1],
 * move_freepages_block(), set_pageblock_migratetype(), memmap_init_zone().
 * Left out: CMA, ISOLATE (nothing is taken off line), and that since 6.10 only whole page
 * blocks change lists, never a part of one.
 */
#include "internal.h"

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

/* ---- boot ---------------------------------------------------------------------------- */

void mobility_layout(const struct profile *p, struct mm386_info *info)
{
	bool grouped = p->fallback != FALLBACK_NONE;

	info->nr_migratetypes = grouped ? MM386_MIGRATETYPES : 1;
	info->pageblock_order = grouped ? p->huge_page_order : 0;
}

/* Where the zone's page block 0 begins. */
static pfn_t first_pfn(const struct profile *p, const struct mm386_info *info, pfn_t start)
{
	return p->pageblock_from_zone ? start : start & ~((1u << info->pageblock_order) - 1);
}

uint32_t mobility_nr_pageblocks(const struct profile *p, const struct mm386_info *info, pfn_t start,
				pfn_t end)
{
	if (!info->pageblock_order || start == end)
		return 0;
	return (end - first_pfn(p, info, start) - 1) / (1u << info->pageblock_order) + 1;
}

/*
 * Frames that this kernel knows as RAM.  Holes, what the firmware keeps and RAM that the command
 * line hides have descriptors, but memblock.memory has them not.
 */
static bool is_memory(const struct mm386 *m, pfn_t pfn)
{
	return m->kind[pfn] != MM386_KIND_HOLE && m->kind[pfn] != MM386_KIND_RESERVED &&
	       m->kind[pfn] != MM386_KIND_LOST;
}

static void boot_types(struct mm386 *m, struct zone *z)
{
	enum pageblock_init_rule rule = m->s->profile.pageblock_init;
	uint32_t size = 1u << m->s->info.pageblock_order;

	if (rule == PAGEBLOCK_INIT_ALL) {
		memset(m->pageblock + z->first_pageblock, MM386_MIGRATE_MOVABLE, z->nr_pageblocks);
		return;
	}
	for (pfn_t pfn = (z->start_pfn + size - 1) & ~(size - 1); pfn < z->end_pfn; pfn += size)
		if (rule == PAGEBLOCK_INIT_ALIGNED || is_memory(m, pfn))
			*pageblock_of(m, z, pfn) = MM386_MIGRATE_MOVABLE;
}

/*
 * Grouping is off where memory is too small for a page block of each type.
 * Kernel: memmap_init_zone(), then build_all_zonelists() [2.6.24 .. 6.1].
 */
void mobility_boot(struct mm386 *m)
{
	struct state *s = m->s;
	uint32_t first = 0;

	if (!s->info.pageblock_order)
		return;
	s->mobility_disabled =
		s->boot.zonelist_pages < (uint32_t)MM386_MIGRATETYPES << s->info.pageblock_order;
	for (unsigned i = 0; i < s->info.nr_zones; i++) {
		struct zone *z = &s->zone[i];

		z->first_pageblock = first;
		z->pageblock_start = first_pfn(&s->profile, &s->info, z->start_pfn);
		z->nr_pageblocks =
			mobility_nr_pageblocks(&s->profile, &s->info, z->start_pfn, z->end_pfn);
		first += z->nr_pageblocks;
		if (!(s->mobility_disabled && s->profile.disabled_hides_types))
			boot_types(m, z);
	}
}

/* ---- page blocks ---------------------------------------------------------------------- */

/* set_pageblock_migratetype(): with grouping off there is UNMOVABLE alone. */
static void set_type(struct mm386 *m, struct zone *z, pfn_t pfn, enum mm386_migratetype mt)
{
	enum mm386_migratetype from = pageblock_mt(m, z, pfn);
	uint32_t mask = (1u << m->s->info.pageblock_order) - 1;

	if (m->s->mobility_disabled &&
	    (mt <= MM386_MIGRATE_RECLAIMABLE || !m->s->profile.disabled_has_special))
		mt = MM386_MIGRATE_UNMOVABLE;
	if (mt == from)
		return;
	pageblock_set_mt(m, z, pfn, mt);
	event_emit(m, MM386_EVENT_PAGEBLOCK, pfn - ((pfn - z->pageblock_start) & mask), z->id, from,
		   mt, 0, 0);
}

/*
 * The frames of a page block that are looked at when its free ones move.  These are
 * aligned, however page blocks are counted; at a zone's start it is from the block
 * asked for, and what reaches past the zone's end is not moved at all.
 */
static bool frames_of(const struct mm386 *m, const struct zone *z, pfn_t pfn, pfn_t *start,
		      pfn_t *end)
{
	uint32_t size = 1u << m->s->info.pageblock_order;

	*start = pfn & ~(size - 1);
	*end = *start + size;
	if (*start < z->start_pfn)
		*start = pfn;
	return *end <= z->end_pfn;
}

/* What is in a page block, in frames. */
struct contents {
	uint32_t free;	  /* on the buddy lists */
	uint32_t movable; /* in use, can be moved */
	uint32_t unknown; /* in use, loaded or placed by a replay: nobody said what for */
	uint32_t likely;  /* of these, asked as MOVABLE */
};

/* Free frames of the page block around ${pfn} go to the lists of ${mt}; false: it cannot be moved. */
static bool move_free(struct mm386 *m, struct zone *z, pfn_t pfn, enum mm386_migratetype mt,
		      struct contents *c)
{
	pfn_t start, end;

	*c = (struct contents){0};
	if (!frames_of(m, z, pfn, &start, &end))
		return false;
	for (pfn_t p = start; p < end;) {
		const struct page *page = &m->page[p];
		uint32_t count = page->flags ? 1u << page->order : 1;
		uint32_t inside = count < end - p ? count : end - p;

		if (page->flags & PF_BUDDY) {
			c->free += count;
			buddy_move(m, z, p, mt);
		} else if (block_is_movable(m, p)) {
			c->movable += inside;
		} else if ((page->flags & PF_HEAD) && page->op == MM386_OP_RMQUEUE) {
			c->unknown += inside;
			c->likely += page->mt == MM386_MIGRATE_MOVABLE ? inside : 0;
		}
		p += count;
	}
	return c->free > 0;
}

/* ---- whose page block ------------------------------------------------------------------- */

/*
 * Frames of a page block that are of use to ${mt}, if ${movable} of it can be moved.  For MOVABLE
 * these are its like; for the others, what in a MOVABLE page block is not.
 */
static uint32_t useful(const struct mm386 *m, enum mm386_migratetype mt, enum mm386_migratetype old,
		       const struct contents *c, uint32_t movable)
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
static bool claims(struct mm386 *m, pfn_t pfn, enum mm386_migratetype mt, enum mm386_migratetype old,
		   const struct contents *c, unsigned told)
{
	uint32_t half = 1u << (m->s->info.pageblock_order - 1);
	bool none = useful(m, mt, old, c, c->movable) >= half;
	bool all = useful(m, mt, old, c, c->movable + c->unknown) >= half;
	bool claim;

	if (m->s->mobility_disabled)
		return true;
	if (none == all)
		return none;
	claim = told != MOBILITY_NOT_TOLD
			? told == MOBILITY_CHANGED
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
		set_type(m, z, p, mt);
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
	uint64_t most = (uint64_t)z->watermark[MM386_WMARK_HIGH] * m->s->sysctl.watermark_boost_factor /
			10000;

	if (!m->s->profile.watermark_boost || !most)
		return;
	if (m->s->profile.boost_spares_small && size * 4 > z->managed)
		return;
	if (most < size)
		most = size;
	z->watermark_boost = z->watermark_boost + size < most ? z->watermark_boost + size
							      : (uint32_t)most;
	m->dirty.zones |= 1u << z->id;
	event_emit(m, MM386_EVENT_WATERMARKS, z->id, z->watermark[MM386_WMARK_MIN],
		   z->watermark[MM386_WMARK_LOW], z->watermark[MM386_WMARK_HIGH], z->watermark_boost,
		   0);
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
	struct contents c = {0};

	if (d->order >= m->s->info.pageblock_order) {
		own_whole(m, z, d->pfn, d->order, mt);
		return mt;
	}
	if (!d->steal)
		return ours ? mt : d->mt;
	move_free(m, z, d->pfn, mt, &c);
	if (c.free >= half || m->s->mobility_disabled) {
		set_type(m, z, d->pfn, mt);
		return mt;
	}
	return ours || rule == FALLBACK_26 ? mt : d->mt;
}

/* 4.12 and later: the block, or all that is free in its page block, moves to our lists. */
static void steal_new(struct mm386 *m, struct zone *z, enum mm386_migratetype mt,
		      const struct donor *d, unsigned told)
{
	enum mm386_migratetype old = pageblock_mt(m, z, d->pfn);
	struct contents c;

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
	if (!d->steal || !move_free(m, z, d->pfn, mt, &c)) {
		buddy_move(m, z, d->pfn, mt);
		return;
	}
	if (claims(m, d->pfn, mt, old, &c, told))
		set_type(m, z, d->pfn, mt);
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

/* ---- MIGRATE_RESERVE ------------------------------------------------------------------- */

/* Frames that boot kept: PG_reserved. */
static bool is_reserved(const struct mm386 *m, pfn_t pfn)
{
	switch ((enum mm386_kind)m->kind[pfn]) {
	case MM386_KIND_FREE:
	case MM386_KIND_PCP:
	case MM386_KIND_PAGES:
	case MM386_KIND_USER:
		return false;
	default:
		return true;
	}
}

/* Whether the page block from ${pfn} on will never be free as a whole, as far as that kernel looks. */
static bool has_reserved(const struct mm386 *m, const struct zone *z, pfn_t pfn)
{
	pfn_t end = pfn + (1u << m->s->info.pageblock_order);

	if (!m->s->profile.migrate_reserve_whole)
		return is_reserved(m, pfn);
	for (end = end < z->end_pfn ? end : z->end_pfn; pfn < end; pfn++)
		if (is_reserved(m, pfn))
			return true;
	return false;
}

/* Whatever is in it, the page block is ${mt}'s now; false: no free frame went with it. */
static bool retype(struct mm386 *m, struct zone *z, pfn_t pfn, enum mm386_migratetype mt)
{
	struct contents c;

	set_type(m, z, pfn, mt);
	return move_free(m, z, pfn, mt, &c);
}

/*
 * As many page blocks as the min mark fills, the zone's first, are kept for requests that no
 * other list can serve.  Kernel: setup_zone_migrate_reserve() [2.6.24 .. 4.3], called
 * whenever the marks are set.
 */
void mobility_setup_reserve(struct mm386 *m, struct zone *z)
{
	const struct profile *p = &m->s->profile;
	uint32_t size = 1u << m->s->info.pageblock_order;
	uint32_t wanted = (z->watermark[MM386_WMARK_MIN] + size - 1) / size;
	pfn_t pfn = z->start_pfn;

	if (!p->migrate_reserve)
		return;
	if (p->migrate_reserve_most && wanted > p->migrate_reserve_most)
		wanted = p->migrate_reserve_most;
	if (p->migrate_reserve_aligned)
		pfn = (pfn + size - 1) & ~(size - 1);
	for (; pfn < z->end_pfn; pfn += size) {
		enum mm386_migratetype mt = pageblock_mt(m, z, pfn);

		if (wanted > 0 || !p->migrate_reserve_whole) {
			if (has_reserved(m, z, pfn))
				continue;
			if (wanted > 0 && mt == MM386_MIGRATE_RESERVED) {
				wanted--;
				continue;
			}
			if (wanted > 0 && mt == MM386_MIGRATE_MOVABLE) {
				retype(m, z, pfn, MM386_MIGRATE_RESERVED);
				wanted--;
				continue;
			}
		}
		if (mt == MM386_MIGRATE_RESERVED)
			retype(m, z, pfn, MM386_MIGRATE_MOVABLE);
	}
}

/* ---- HIGHATOMIC ------------------------------------------------------------------------ */

/* How much of a zone may be kept: a hundredth and a page block; since 6.8 in whole page blocks. */
static uint32_t highatomic_most(const struct mm386 *m, const struct zone *z)
{
	uint32_t size = 1u << m->s->info.pageblock_order, hundredth = z->managed / 100;

	if (!m->s->profile.highatomic_aligned)
		return hundredth + size;
	return hundredth < size ? 0 : (hundredth + size - 1) & ~(size - 1);
}

/* Kernel: reserve_highatomic_pageblock() [4.4 .. 6.1]. */
void mobility_reserve_highatomic(struct mm386 *m, struct zone *z, pfn_t pfn)
{
	uint32_t size = 1u << m->s->info.pageblock_order, most = highatomic_most(m, z);

	if (!m->s->profile.highatomic || z->nr_reserved_highatomic >= most)
		return;
	if (pageblock_mt(m, z, pfn) > MM386_MIGRATE_RECLAIMABLE)
		return;
	z->nr_reserved_highatomic += size;
	m->dirty.zones |= 1u << z->id;
	retype(m, z, pfn, MM386_MIGRATE_RESERVED);
	event_emit(m, MM386_EVENT_HIGHATOMIC, pfn, z->id, 1, z->nr_reserved_highatomic, 0, 0);
}

/* One of the page blocks that are kept in ${z} and have a free frame goes to ${mt}. */
static bool unreserve(struct mm386 *m, struct zone *z, enum mm386_migratetype mt)
{
	uint32_t size = 1u << m->s->info.pageblock_order;
	bool moved = false;

	for (unsigned o = 0; o < m->s->info.orders && !moved; o++) {
		pfn_t pfn = z->free[o][MM386_MIGRATE_RESERVED].head;
		uint32_t kept = z->nr_reserved_highatomic;

		if (pfn == NO_PFN)
			continue;
		if (pageblock_mt(m, z, pfn) == MM386_MIGRATE_RESERVED)
			z->nr_reserved_highatomic -= kept < size ? kept : size;
		m->dirty.zones |= 1u << z->id;
		moved = retype(m, z, pfn, mt);
		event_emit(m, MM386_EVENT_HIGHATOMIC, pfn, z->id, 0, z->nr_reserved_highatomic, 0, 0);
	}
	return moved;
}

/*
 * Kernel: unreserve_highatomic_pageblock() with force [6.8].  Before, and without force, it follows
 * on reclaim that got somewhere, which there is none of.
 */
bool mobility_unreserve_highatomic(struct mm386 *m, unsigned node, unsigned highest,
				   enum mm386_migratetype mt)
{
	if (!m->s->profile.highatomic_before_oom)
		return false;
	for (unsigned i = 0; i < m->s->nr_zonelist[node]; i++) {
		struct zone *z = &m->s->zone[m->s->zonelist[node][i]];

		if (z->type <= highest && unreserve(m, z, mt))
			return true;
	}
	return false;
}
