/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watermark.h - whether a zone may give, by its free pages and a mark.
 *
 * In a header of its own because it is asked for every page that is handed out.
 */
#ifndef MM386_WATERMARK_H
#define MM386_WATERMARK_H

#include "internal.h"

/* Rights of a request below a mark; watermark_rights() has them by its flags. */
#define WMARK_HIGH_PRIO	 0x01 /* ALLOC_HIGH, ALLOC_MIN_RESERVE: __GFP_HIGH */
#define WMARK_HARDER	 0x02 /* ALLOC_HARDER, ALLOC_NON_BLOCK */
#define WMARK_HIGHATOMIC 0x04 /* may take blocks that are kept for atomic requests */
#define WMARK_OOM	 0x08 /* ALLOC_OOM: the task is being killed */
#define WMARK_NONE	 0x10 /* ALLOC_NO_WATERMARKS: PF_MEMALLOC */
#define WMARK_NO_WAIT	 0x20 /* no __GFP_WAIT: what up to 2.6.7 went by */
#define WMARK_NO_BOOST	 0x40 /* the boost does not bind it at the min mark */

/* One comparison of a zone's free pages with a mark, as it was made. */
struct wmark_test {
	long free;    /* pages left for this test */
	long mark;    /* after what the request's rights take off it, boost included */
	long reserve; /* lowmem_reserve; up to 2.6.5 marks of the zones passed; 2.4: and 2^order */
	long atomic;  /* of the pages that do not count: those kept for atomic requests */
	unsigned level; /* blocks of lower orders do not count in free; 0 is the first test */
	enum mm386_wmark which; /* the mark is a part of this one */
	bool ok;		/* free > mark + reserve */
	bool no_block;		/* that holds, but no block is large enough */
};

/* What a zone is asked. */
struct wmark_ask {
	unsigned order;
	enum mm386_wmark mark;
	unsigned highest; /* highest zone type that the request may use */
	unsigned rights;  /* WMARK_* */
	long carried;	  /* up to 2.6.5: the marks of the zones passed; 0 before the first */
};

/*
 * What is left of a mark for a request with ${rights}: GFP_ATOMIC goes down to 3/8 of min.
 * Kernel: __alloc_pages() [2.6.9], zone_watermark_ok() [2.6.32], __zone_watermark_ok()
 * [4.14, 6.1.176].
 */
static inline long mark_for(const struct profile *p, long mark, unsigned rights)
{
	if (rights == 0)
		return mark;
	if (rights & WMARK_HIGH_PRIO)
		mark = p->wm.test == WMARK_TEST_26_8 ? mark / 2 : mark - mark / 2;
	else if (p->wm.harder == HARDER_NO_BLOCK)
		rights &= ~(unsigned)WMARK_HARDER; /* not blocking alone gives nothing */
	if ((rights & WMARK_HARDER) && !((rights & WMARK_OOM) && p->wm.harder == HARDER_ATOMIC))
		mark -= mark / 4;
	if (rights & WMARK_OOM)
		mark -= mark / 2;
	return mark;
}

/* ---- the rules up to 2.6.7 -------------------------------------------------------------- */

/*
 * 2.4: marks add up on the way down, so that a lower zone keeps more for itself.  Who may not
 * wait digs to a quarter of min, __GFP_HIGH or not.  Kernel: __alloc_pages() [2.4.22].
 */
static inline struct wmark_test watermark_test_24(const struct zone *z, struct wmark_ask *ask)
{
	struct wmark_test t = {.free = (long)z->nr_free,
			       .mark = (long)z->watermark[ask->mark],
			       .reserve = ask->carried + (1L << ask->order),
			       .which = ask->mark};

	if (ask->mark == MM386_WMARK_MIN && (ask->rights & WMARK_NO_WAIT))
		t.mark /= 4;
	ask->carried += t.mark;
	t.ok = t.free > t.mark + t.reserve;
	return t;
}

/*
 * 2.4.23 and later keep a part by ratio, and a quarter of that too is enough for who may not wait.
 * Kernel: __alloc_pages(), zone_free_pages() [2.4.23].
 */
static inline struct wmark_test watermark_test_2423(const struct zone *z,
						    const struct wmark_ask *ask)
{
	struct wmark_test t = {.free = (long)z->nr_free - (1L << ask->order),
			       .mark = (long)z->watermark[ask->mark],
			       .reserve = (long)z->lowmem_reserve[ask->highest],
			       .which = ask->mark};

	if (ask->mark == MM386_WMARK_MIN && (ask->rights & WMARK_NO_WAIT)) {
		long whole = (t.mark + t.reserve) / 4;

		t.mark /= 4;
		t.reserve = whole - t.mark;
	}
	t.ok = t.free > t.mark + t.reserve;
	return t;
}

/* Up to 2.6.7 who may not wait also has what lies above the high mark. */
static inline bool above_high(const struct zone *z, const struct wmark_ask *ask)
{
	return (ask->rights & WMARK_NO_WAIT) && z->nr_free >= z->watermark[MM386_WMARK_HIGH];
}

/*
 * 2.6.0 .. 2.6.5: marks add up, times 1 + lower_zone_protection.
 * Kernel: __alloc_pages() [2.6.3].
 */
static inline struct wmark_test watermark_test_260(const struct mm386 *m, const struct zone *z,
						   struct wmark_ask *ask)
{
	struct wmark_test t = {.free = (long)z->nr_free - (1L << ask->order) + 1,
			       .mark = (long)z->watermark[ask->mark],
			       .reserve = ask->carried,
			       .which = ask->mark};

	if (ask->mark == MM386_WMARK_MIN && (ask->rights & WMARK_HIGH_PRIO))
		t.mark /= 4;
	ask->carried += t.mark * (1 + (long)m->s->sysctl.lower_zone_protection);
	t.ok = t.free > t.mark + t.reserve || above_high(z, ask);
	return t;
}

/*
 * 2.6.6, 2.6.7: the same sum worked out beforehand, from the low marks, for both walks.
 * Kernel: __alloc_pages() [2.6.7].
 */
static inline struct wmark_test watermark_test_266(const struct zone *z,
						   const struct wmark_ask *ask)
{
	long low = (long)z->watermark[MM386_WMARK_LOW];
	struct wmark_test t = {.free = (long)z->nr_free - (1L << ask->order) + 1,
			       .mark = low,
			       .reserve = (long)z->lowmem_reserve[ask->highest] - low,
			       .which = MM386_WMARK_LOW};

	if (ask->mark == MM386_WMARK_MIN && (ask->rights & WMARK_HIGH_PRIO))
		t.mark -= low / 4;
	t.ok = t.free > t.mark + t.reserve || above_high(z, ask);
	return t;
}

/* ---- 2.6.8 and later --------------------------------------------------------------------- */

/* Blocks smaller than the request do not help: each order passed halves the mark.  Up to 4.3. */
static inline void test_orders(const struct zone *z, unsigned order, struct wmark_test *t)
{
	for (unsigned o = 0; o < order && t->ok; o++) {
		t->free -= (long)z->nr_blocks[o] << o;
		t->mark >>= 1;
		t->reserve = 0;
		t->level = o + 1;
		t->ok = t->free > t->mark;
	}
}

/* 4.4 and later only ask whether the request may use a block that is large enough. */
static inline bool has_block(const struct mm386 *m, const struct zone *z, unsigned order,
			     unsigned rights)
{
	for (unsigned o = order; o < m->s->info.orders; o++) {
		if (!z->nr_blocks[o])
			continue;
		if (z->free[o][MM386_MIGRATE_UNMOVABLE].nr ||
		    z->free[o][MM386_MIGRATE_MOVABLE].nr ||
		    z->free[o][MM386_MIGRATE_RECLAIMABLE].nr)
			return true;
		if ((rights & (WMARK_HIGHATOMIC | WMARK_OOM)) &&
		    z->free[o][MM386_MIGRATE_RESERVED].nr)
			return true;
	}
	return false;
}

static inline long free_for_atomic(const struct zone *z)
{
	long pages = 0;

	for (unsigned o = 0; o < MM386_ORDERS; o++)
		pages += (long)z->free[o][MM386_MIGRATE_RESERVED].nr << o;
	return pages;
}

/*
 * Pages kept for atomic requests: what others must not count on.  4.7 to 5.8 forgot that for
 * single pages; up to 6.12 those that are in use are left out, too.
 * Kernel: __zone_watermark_unusable_free() [6.1, 6.13], zone_watermark_fast() [4.7].
 */
static inline long kept_for_atomic(const struct profile *p, const struct zone *z, unsigned order,
				   unsigned rights)
{
	unsigned spared = WMARK_HARDER | WMARK_HIGHATOMIC | WMARK_OOM;

	if (!z->nr_reserved_highatomic)
		return 0;
	if (p->wm.harder == HARDER_NO_BLOCK)
		spared |= WMARK_HIGH_PRIO;
	if ((rights & spared) ||
	    (order == 0 && p->wm.single_ignores_atomic))
		return 0;
	return p->wm.atomic_counts_free ? free_for_atomic(z) : (long)z->nr_reserved_highatomic;
}

/*
 * The request must leave more than mark and reserve.
 * Kernel: zone_watermark_ok() [2.6.11, 2.6.32], __zone_watermark_ok(), zone_watermark_fast() [6.1].
 */
static inline struct wmark_test watermark_test_268(const struct mm386 *m, const struct zone *z,
						   const struct wmark_ask *ask)
{
	const struct profile *p = &m->s->profile;
	struct wmark_test t = {
		.reserve = (long)z->lowmem_reserve[ask->highest],
		.atomic = kept_for_atomic(p, z, ask->order, ask->rights),
		.which = ask->mark,
	};

	t.free = (long)z->nr_free - (1L << ask->order) + 1 - t.atomic;
	t.mark = mark_for(p, (long)z->watermark[ask->mark] + (long)z->watermark_boost, ask->rights);
	t.ok = t.free > t.mark + t.reserve;
	if (!t.ok && z->watermark_boost && (ask->rights & WMARK_NO_BOOST) && !ask->order &&
	    ask->mark == MM386_WMARK_MIN) {
		t.mark = mark_for(p, (long)z->watermark[ask->mark], ask->rights);
		t.ok = t.free > t.mark + t.reserve;
	}
	if (!t.ok || ask->order == 0)
		return t;
	if (p->wm.test == WMARK_TEST_26_11) {
		test_orders(z, ask->order, &t);
	} else if (p->wm.test == WMARK_TEST_44) {
		t.no_block = !has_block(m, z, ask->order, ask->rights);
		t.ok = !t.no_block;
	}
	return t;
}

static inline struct wmark_test watermark_test_old(const struct mm386 *m, const struct zone *z,
						   struct wmark_ask *ask)
{
	switch (m->s->profile.wm.test) {
	case WMARK_TEST_24:
		return watermark_test_24(z, ask);
	case WMARK_TEST_24_23:
		return watermark_test_2423(z, ask);
	case WMARK_TEST_26_0:
		return watermark_test_260(m, z, ask);
	default:
		return watermark_test_266(z, ask);
	}
}

/* Whether ${z} may give by this kernel's rule; ${ask} is ready for the next zone of the walk. */
static inline struct wmark_test watermark_test(const struct mm386 *m, const struct zone *z,
					       struct wmark_ask *ask)
{
	struct wmark_test t = m->s->profile.wm.test >= WMARK_TEST_26_8
				      ? watermark_test_268(m, z, ask)
				      : watermark_test_old(m, z, ask);

	t.ok |= (ask->rights & WMARK_NONE) != 0;
	return t;
}

#endif
