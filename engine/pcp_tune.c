/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcp_tune.c - lists of 6.7 and later: how many pages a CPU keeps follows what it does.
 *
 *	high_min              high                          high_max
 *	the low mark's share  grows by each refill          an eighth of the zone
 *	                      and by long runs of frees     shared out to the CPUs
 *
 * A CPU that allocates again and again takes twice as much each time (alloc_factor), one
 * that frees gives back as much as it freed in a row (free_factor counts those pages here).
 * While a zone is below its high mark nothing grows, and what is freed goes back.
 *
 * Kernel: mm/page_alloc.c nr_pcp_alloc(), nr_pcp_high(), nr_pcp_free(), free_unref_page_commit(),
 * get_page_from_freelist() [6.12].  Left out: decay_pcp_high(), by which high falls
 * again from second to second, and what reclaim and a CPU's cache say to it.
 */
#include "pcp.h"
#include "watermark.h"

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t most(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* high within its bounds; those of boot's pageset are 0. */
static uint32_t clamp_high(struct pcp *p)
{
	p->high = least(most(p->high, p->tune.high_min), p->tune.high_max);
	return p->high;
}

/* a - b, but not less than ${bound}. */
static uint32_t less(uint32_t a, uint32_t b, uint32_t bound)
{
	return a > b ? most(a - b, bound) : bound;
}

/* What a zone that is short gives up at once: all that was freed in a row. */
static uint32_t freed_in_row(const struct pcp *p)
{
	return most(p->free_factor, p->batch);
}

uint32_t pcp_tune_refill(const struct mm386 *m, const struct zone *z, struct pcp *p, unsigned order)
{
	uint32_t high = clamp_high(p), batch = p->batch, room;

	if (high < p->batch) /* the pageset of boot */
		return 1;
	if (order == 0)
		batch <<= p->tune.alloc_factor;
	if (p->tune.high_min != p->tune.high_max && !z->below_high)
		high = p->high = least(high + batch, p->tune.high_max);
	if (order == 0) {
		room = less(high, p->count + p->batch, p->batch);
		if (batch <= room && p->tune.alloc_factor < pcp_rules_of(m)->scale_most)
			p->tune.alloc_factor++;
		batch = least(batch, room);
	}
	return batch > 1 ? most(batch >> order, 2) : batch;
}

/* The count from which on pages go back; 0: they do at once. */
static uint32_t high_for(const struct mm386 *m, const struct zone *z, struct pcp *p, bool free_high)
{
	uint32_t high = clamp_high(p), min = p->tune.high_min;

	if (high == 0)
		return 0;
	if (free_high) {
		p->high = less(high, p->batch << pcp_rules_of(m)->scale_most, min);
		return 0;
	}
	if (min == p->tune.high_max)
		return high;
	if (z->below_high) {
		p->high = less(high, freed_in_row(p), min);
		return most(p->count, min);
	}
	if (p->count >= high && p->high < p->free_factor + p->batch)
		p->high = least(most(p->free_factor + p->batch, min), p->tune.high_max);
	return high;
}

static uint32_t nr_to_free(const struct mm386 *m, const struct pcp *p, uint32_t high, bool free_high)
{
	if (free_high)
		return least(p->count, p->batch << pcp_rules_of(m)->scale_most);
	if (high < p->batch)
		return 1;
	return most(least(p->free_factor, high - p->batch), p->batch);
}

uint32_t pcp_tune_freed(const struct mm386 *m, const struct zone *z, struct pcp *p, unsigned order)
{
	uint32_t run = p->batch << pcp_rules_of(m)->scale_most, high;
	bool small = order > 0 && order < PCP_LOW_ORDERS, free_high;

	free_high = small && p->free_factor >= p->batch && p->tune.prev_small;
	p->tune.prev_small = small;
	p->tune.alloc_factor >>= 1;
	if (p->free_factor < run)
		p->free_factor += 1u << order;
	high = high_for(m, z, p, free_high);
	return p->count >= high ? nr_to_free(m, p, high, free_high) : 0;
}

void pcp_tune_drained(struct mm386 *m, struct zone *z)
{
	struct wmark_ask ask = {.mark = MM386_WMARK_HIGH,
				.highest = m->s->gfp_zone[GFP_BIT_HIGHMEM | GFP_BIT_MOVABLE]};

	if (z->below_high && watermark_test(m, z, &ask).ok)
		z->below_high = false;
}

void pcp_tune_asked(const struct mm386 *m, struct zone *z, unsigned order, unsigned highest,
		    unsigned rights)
{
	struct wmark_ask ask = {.order = order,
				.mark = MM386_WMARK_HIGH,
				.highest = highest,
				.rights = rights & ~(unsigned)WMARK_NONE};

	z->below_high = z->below_high || !watermark_test(m, z, &ask).ok;
}
