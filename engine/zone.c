/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zone.c - which zones a request may use, and where each lies.
 *
 * Zones divide the page frames of a node: DMA up to 16 MiB, Normal up to the end of the direct
 * map, HighMem above it, Movable (2.6.23 and later; empty unless asked for on the
 * command line).  A request walks down from the highest zone type that its flags
 * allow, never up.
 */
#include "internal.h"

static unsigned type_named(const struct mm386 *m, const char *name, unsigned otherwise)
{
	for (unsigned i = 0; i < zones_per_node(m); i++)
		if (strcmp(m->s->zone[i].name, name) == 0)
			return i;
	return otherwise;
}

/*
 * __GFP_DMA wins over __GFP_HIGHMEM; __GFP_MOVABLE alone stays in Normal.
 * Kernel: build_zonelists() [2.4.22], gfp_zone() [2.6.32, 6.1].
 */
static void setup_gfp(struct mm386 *m)
{
	struct state *s = m->s;
	unsigned dma = type_named(m, "DMA", 0), normal = type_named(m, "Normal", 0);
	unsigned high = type_named(m, "HighMem", normal), movable = type_named(m, "Movable", high);

	for (unsigned bits = 0; bits <= GFP_ZONE_BITS; bits++) {
		unsigned zone = normal;

		if (bits & GFP_BIT_DMA)
			zone = dma;
		else if (bits & GFP_BIT_HIGHMEM)
			zone = bits & GFP_BIT_MOVABLE ? movable : high;
		s->gfp_zone[bits] = (uint8_t)zone;
	}
	s->zone_normal = (uint8_t)normal;
	s->zone_highmem = (uint8_t)high;
}

static void setup_nodes(struct mm386 *m)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];
		struct node *n = &m->s->node[z->node];

		if (!z->spanned)
			continue;
		if (n->end_pfn == 0 || z->start_pfn < n->start_pfn)
			n->start_pfn = z->start_pfn;
		if (z->end_pfn > n->end_pfn)
			n->end_pfn = z->end_pfn;
	}
}

void zone_setup(struct mm386 *m)
{
	setup_gfp(m);
	setup_nodes(m);
}

struct zone *zone_of(const struct mm386 *m, pfn_t pfn)
{
	const struct state *s = m->s;
	unsigned per_node = zones_per_node(m), node = 0;

	while (node + 1 < s->info.nr_nodes && pfn >= s->node[node].end_pfn)
		node++;
	for (unsigned i = (node + 1) * per_node; i-- > node * per_node;) {
		struct zone *z = &m->s->zone[i];

		if (pfn >= z->start_pfn && pfn < z->end_pfn)
			return z;
	}
	return NULL;
}

void mm386_node(const struct mm386 *m, unsigned i, struct mm386_node_view *out)
{
	const struct state *s = m->s;

	assert(i < s->info.nr_nodes);
	*out = (struct mm386_node_view){
		.start_pfn = s->node[i].start_pfn,
		.end_pfn = s->node[i].end_pfn,
		.nr_zonelist = s->nr_zonelist[i],
	};
	for (unsigned z = i * zones_per_node(m); z < (i + 1) * zones_per_node(m); z++) {
		out->present += s->zone[z].present;
		out->managed += s->zone[z].managed;
		out->free_pages += s->zone[z].nr_free;
	}
	for (unsigned cpu = 0; cpu < s->info.cpus; cpu++)
		if (node_of_cpu(m, cpu) == i)
			out->cpus |= 1u << cpu;
	memcpy(out->zonelist, s->zonelist[i], s->nr_zonelist[i]);
}
