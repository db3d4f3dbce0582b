/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zone.c - which zones a request may use.
 *
 * Zones divide page frames: DMA up to 16 MiB, Normal up to the end of the direct
 * map, HighMem above it, Movable (6.1 and 2.6.32; empty unless asked for on the
 * command line).  A request walks down from the highest zone that its flags
 * allow, never up.
 */
#include "internal.h"

/* ---- which zones ------------------------------------------------------------ */

static unsigned zone_named(const struct state *s, const char *name, unsigned otherwise)
{
	for (unsigned i = 0; i < s->info.nr_zones; i++)
		if (strcmp(s->zone[i].name, name) == 0)
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
	unsigned dma = zone_named(s, "DMA", 0), normal = zone_named(s, "Normal", 0);
	unsigned high = zone_named(s, "HighMem", normal), movable = zone_named(s, "Movable", high);

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

/* From the highest zone down; an empty one is not asked.  Kernel: build_zonelists() [2.4.22, 2.6.32, 6.1]. */
void zone_setup_lists(struct mm386 *m)
{
	struct state *s = m->s;

	setup_gfp(m);
	s->nr_zonelist[0] = 0;
	for (unsigned i = s->info.nr_zones; i-- > 0;)
		if (s->zone[i].managed)
			s->zonelist[0][s->nr_zonelist[0]++] = (uint8_t)i;
}

struct zone *zone_of(const struct mm386 *m, pfn_t pfn)
{
	for (unsigned i = m->s->info.nr_zones; i-- > 0;) {
		struct zone *z = &m->s->zone[i];

		if (pfn >= z->start_pfn && pfn < z->end_pfn)
			return z;
	}
	return NULL;
}
