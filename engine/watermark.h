/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watermark.h - whether a zone may give, by its free pages and a mark.
 *
 * In a header of its own because it is asked for every page that is handed out.
 */
#ifndef MM386_WATERMARK_H
#define MM386_WATERMARK_H

#include "internal.h"

/* Rights of a request below a mark. */
#define WMARK_HIGH_PRIO 0x1 /* ALLOC_HIGH: __GFP_HIGH */
#define WMARK_HARDER	0x2 /* ALLOC_HARDER, 6.1: ALLOC_NON_BLOCK */

/* One comparison of a zone's free pages with a mark, as it was made. */
struct wmark_test {
	long free;	/* pages left for this test */
	long mark;	/* after what the request's rights take off it */
	long reserve;	/* lowmem_reserve; 2.4: 2^order and the marks of the zones passed */
	unsigned level; /* blocks of lower orders do not count in free; 0 is the first test */
	bool ok;	/* free > mark + reserve */
	bool no_block;	/* that holds, but no block is large enough */
};
/* What is left of a mark for a request with ${rights}: ATOMIC goes down to 3/8 of min. */
static inline long mark_for(long mark, unsigned rights)
{
	if (rights & WMARK_HIGH_PRIO)
		mark -= mark / 2;
	if (rights & WMARK_HARDER)
		mark -= mark / 4;
	return mark;
}

/* Blocks smaller than the request do not help: each order passed halves the mark. */
static inline void test_orders_26(const struct zone *z, unsigned order, struct wmark_test *t)
{
	for (unsigned o = 0; o < order && t->ok; o++) {
		t->free -= (long)z->nr_blocks[o] << o;
		t->mark >>= 1;
		t->reserve = 0;
		t->level = o + 1;
		t->ok = t->free > t->mark;
	}
}

/* 6.1 only asks whether a block that is large enough exists. */
static inline bool has_block(const struct mm386 *m, const struct zone *z, unsigned order)
{
	for (unsigned o = order; o < m->s->info.orders; o++)
		if (z->nr_blocks[o])
			return true;
	return false;
}

/*
 * The request must leave more than mark and reserve.
 * Kernel: zone_watermark_ok() [2.6.32], __zone_watermark_ok() [6.1].  Left out:
 * the high-atomic reserve.  6.1 spares HARDER what HIGH does not have: a request
 * that may not block gets nothing extra unless it has __GFP_HIGH too.
 */
static inline struct wmark_test watermark_test(const struct mm386 *m, const struct zone *z,
					       unsigned order, enum mm386_wmark mark,
					       unsigned highest, unsigned rights)
{
	bool is_61 = m->s->profile.wmark == WMARK_61;
	struct wmark_test t = {
		.free = (long)z->nr_free - (1L << order) + 1,
		.reserve = (long)z->lowmem_reserve[highest],
	};

	if (is_61 && !(rights & WMARK_HIGH_PRIO))
		rights = 0;
	t.mark = mark_for((long)z->watermark[mark], rights);
	t.ok = t.free > t.mark + t.reserve;
	if (!t.ok || order == 0)
		return t;
	if (is_61) {
		t.no_block = !has_block(m, z, order);
		t.ok = !t.no_block;
	} else {
		test_orders_26(z, order, &t);
	}
	return t;
}

#endif
