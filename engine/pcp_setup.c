/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcp_setup.c - how long each CPU's lists may grow, and what goes to and fro at once.
 *
 *	zone of 512 MiB and more   2.6.18, 2.6.32: batch 31, high 186    6.1: batch 63
 *	zone of 16 MiB             batch 1; 2.6: high 0, nothing stays on the list
 *
 * Kernel: mm/page_alloc.c free_area_init_core() [2.6.0 .. 2.6.12], zone_batchsize(),
 * setup_pageset(), setup_pagelist_highmark() [2.6.18, 2.6.32], zone_highsize(),
 * zone_set_pageset_high_and_batch() [6.1, 6.12].
 */
#include "page_list.h"

#define LEAST_FRACTION 8 /* MIN_PERCPU_PAGELIST_HIGH_FRACTION */

/* Largest power of two that is not above ${v} > 0. */
static uint32_t power_below(uint32_t v)
{
	return 1u << (31 - __builtin_clz(v));
}

/*
 * A quarter of a thousandth of the zone, bounded; a power of two less one, so that
 * two tasks do not each get every second page colour.  Kernel: zone_batchsize().
 */
uint32_t pcp_batch_size(const struct mm386 *m, uint32_t zone_pages)
{
	const struct pcp_rules *r = &m->s->profile.pcp;
	uint32_t batch = zone_pages / 1024;

	if (batch > r->batch_most_pages)
		batch = r->batch_most_pages;
	batch /= 4;
	if (batch < 1)
		batch = 1;
	switch (r->batch) {
	case PCP_BATCH_PLAIN:
		return batch;
	case PCP_BATCH_UP:
		return 2 * power_below(batch + batch / 2) - 1;
	case PCP_BATCH_DOWN:
		break;
	}
	return power_below(batch + batch / 2) - 1;
}

static uint32_t at_least_1(uint32_t v)
{
	return v ? v : 1;
}

/* CPUs that share the zone's high: those of its node, dealt out in turns as QEMU does; else all. */
static uint32_t cpus_of(const struct mm386 *m, const struct zone *z)
{
	uint32_t cpus = m->s->info.cpus, nodes = m->s->info.nr_nodes;

	if (nodes < 2 || z->node >= cpus)
		return cpus;
	return (cpus - z->node + nodes - 1) / nodes;
}

/* Six batches, a cold list two; percpu_pagelist_fraction sets the hot list's alone. */
static void limits_26(const struct mm386 *m, const struct zone *z, struct pcp *p)
{
	const struct pcp_rules *r = &m->s->profile.pcp;
	uint32_t batch = pcp_batch_size(m, watermark_counted_pages(m, z)), fraction = m->s->sysctl.percpu_pagelist_fraction;

	p->high = 6 * batch;
	p->batch = at_least_1(batch);
	if (r->layout == PCP_HOT_COLD) {
		p->cold_high = 2 * batch;
		p->cold_batch = at_least_1(r->cold_half ? batch / 2 : batch);
	}
	if (fraction) {
		p->high = watermark_counted_pages(m, z) / fraction;
		p->batch = at_least_1(p->high / 4);
		if (p->batch > 8 * MM386_PAGE_SHIFT)
			p->batch = 8 * MM386_PAGE_SHIFT;
	}
}

/* A CPU's share of ${pages}, four batches at least. */
static uint32_t share_of(const struct mm386 *m, const struct zone *z, uint32_t pages, uint32_t batch)
{
	uint32_t share = pages / cpus_of(m, z);

	return share < 4 * batch ? 4 * batch : share;
}

/*
 * So many that kswapd does not wake while all lists are full: the low mark, or the fraction that
 * percpu_pagelist_high_fraction asks for, shared out to the CPUs.  Since 6.7 that is
 * the least, and high goes up to an eighth of the zone, unless there is such a fraction.
 */
static void limits_low_mark(const struct mm386 *m, const struct zone *z, struct pcp *p)
{
	uint32_t fraction = m->s->sysctl.percpu_pagelist_fraction;
	uint32_t size = watermark_counted_pages(m, z);
	uint32_t pages = fraction ? size / fraction
				  : z->watermark[MM386_WMARK_LOW] + z->watermark_boost;

	p->batch = at_least_1(pcp_batch_size(m, watermark_counted_pages(m, z)));
	p->high = share_of(m, z, pages, p->batch);
	if (!m->s->profile.pcp.tuned)
		return;
	p->tune.high_min = p->tune.high_max = p->high;
	if (!fraction)
		p->tune.high_max = share_of(m, z, size / LEAST_FRACTION, p->batch);
	p->high = pcp_of(m, z, 0)->high; /* the next request or free brings it between them */
}

static void set_limits(struct mm386 *m, struct zone *z, const struct pcp *to)
{
	const struct pcp *first = pcp_of(m, z, 0);

	if (first->high == to->high && first->batch == to->batch &&
	    first->cold_high == to->cold_high && first->cold_batch == to->cold_batch &&
	    first->tune.high_min == to->tune.high_min && first->tune.high_max == to->tune.high_max)
		return;
	for (unsigned cpu = 0; cpu < m->s->info.cpus; cpu++) {
		struct pcp *p = pcp_of(m, z, cpu);

		if (!m->s->profile.pcp.tuned)
			p->high = to->high;
		p->tune.high_min = to->tune.high_min;
		p->tune.high_max = to->tune.high_max;
		p->batch = to->batch;
		p->cold_high = to->cold_high;
		p->cold_batch = to->cold_batch;
	}
	m->dirty.zones |= 1u << z->id;
	/* Between its bounds each CPU has a high of its own. */
	event_emit(m, MM386_EVENT_PCP_LIMITS, z->id, m->s->profile.pcp.tuned ? to->tune.high_min : to->high,
		   to->batch, to->cold_high, to->cold_batch, to->tune.high_max);
}

void pcp_setup(struct mm386 *m)
{
	const struct pcp_rules *r = &m->s->profile.pcp;

	if (r->layout == PCP_NONE)
		return;
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		struct zone *z = &m->s->zone[i];
		struct pcp to = {0};

		if (r->high_from_low)
			limits_low_mark(m, z, &to);
		else
			limits_26(m, z, &to);
		set_limits(m, z, &to);
	}
}

/*
 * The pageset of boot keeps nothing: each page goes straight on.  Up to 2.6.33 only machines with
 * nodes have one; the others are set up before memory is handed over.
 */
void pcp_init(struct mm386 *m)
{
	const struct pcp_rules *r = &m->s->profile.pcp;

	for (unsigned i = 0; i < (unsigned)m->s->info.nr_zones * m->s->info.cpus; i++) {
		struct pcp *p = &m->pcp[i];

		p->batch = r->layout != PCP_NONE;
		p->cold_batch = r->layout == PCP_HOT_COLD;
		for (unsigned l = 0; l < PCP_LISTS; l++)
			page_list_init(&p->list[l]);
	}
	if (r->sized_at_boot && m->s->info.nr_nodes == 1)
		pcp_setup(m);
}
