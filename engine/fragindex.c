/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fragindex.c - how badly a zone's free memory is cut up, in two figures per order.
 *
 * Unusable free space: which part of the free pages lies in blocks that are too
 * small.  Fragmentation index: a request that fails, fails for want of memory
 * (towards 0) or because what is free lies in pieces (towards 1000); -1000 says
 * that it would not fail.  Both are thousandths.  Of 16 free pages, wanted 4 in a row:
 *
 *	blocks of		unusable	index
 *	4 + 4 + 8 pages		   0		-1000
 *	2 + 2 + 4 + 8		 250		-1000
 *	8 times 2		1000		  375	1000 - (1000 + 16000 / 4) / 8
 *	16 times 1		1000		  688
 *
 * Kernel: mm/vmstat.c fill_contig_page_info(), unusable_free_index(),
 * __fragmentation_index(), unusable_show_print(), extfrag_show_print() [6.1]; they came
 * with compaction in 2.6.35 and are the same since.  As figures every machine here has
 * them, as files of debugfs (extfrag/) the kernels that do.
 */
#include "internal.h"

/* A zone's free memory as a request of one order sees it. */
struct contig {
	uint32_t pages;	   /* on the free lists */
	uint32_t blocks;   /* of any order */
	uint32_t suitable; /* requests that could be met without moving anything */
};

static struct contig contig_of(const struct mm386 *m, const struct zone *z, unsigned order)
{
	struct contig c = {0};

	for (unsigned o = 0; o < m->s->info.orders; o++) {
		c.blocks += z->nr_blocks[o];
		c.pages += z->nr_blocks[o] << o;
		if (o >= order)
			c.suitable += z->nr_blocks[o] << (o - order);
	}
	return c;
}

int fragindex_unusable(const struct mm386 *m, const struct zone *z, unsigned order)
{
	struct contig c = contig_of(m, z, order);

	if (c.pages == 0)
		return 1000; /* of nothing, nothing can be used */
	return (int)((uint64_t)(c.pages - (c.suitable << order)) * 1000 / c.pages);
}

/* Below 0 without being -1000 when fewer than two requests' worth of blocks is free. */
int fragindex_index(const struct mm386 *m, const struct zone *z, unsigned order)
{
	struct contig c = contig_of(m, z, order);
	uint64_t requests = (uint64_t)c.pages * 1000 >> order;

	if (c.blocks == 0)
		return 0;
	if (c.suitable)
		return -1000;
	return 1000 - (int)((1000 + requests) / c.blocks);
}

int mm386_unusable_index(const struct mm386 *m, unsigned zone, unsigned order)
{
	assert(zone < m->s->info.nr_zones);
	assert(order < m->s->info.orders);
	return fragindex_unusable(m, &m->s->zone[zone], order);
}

int mm386_fragmentation_index(const struct mm386 *m, unsigned zone, unsigned order)
{
	assert(zone < m->s->info.nr_zones);
	assert(order < m->s->info.orders);
	return fragindex_index(m, &m->s->zone[zone], order);
}

/* One line a zone that has pages, one figure an order; a negative fraction is printed as one. */
static void print_zones(const struct mm386 *m, struct text *t, int width,
			int (*figure)(const struct mm386 *, const struct zone *, unsigned))
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];

		if (z->present == 0)
			continue;
		text_add(t, "Node %u, zone %8s ", z->node, z->name);
		for (unsigned o = 0; o < m->s->info.orders; o++) {
			int n = figure(m, z, o);

			text_add(t, "%*d.%03d ", width, n / 1000, n % 1000);
		}
		text_add(t, "\n");
	}
}

void proc_unusable_index(const struct mm386 *m, struct text *t)
{
	print_zones(m, t, 1, fragindex_unusable);
}

void proc_extfrag_index(const struct mm386 *m, struct text *t)
{
	print_zones(m, t, 2, fragindex_index);
}
