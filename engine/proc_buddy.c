/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc_buddy.c - /proc/buddyinfo and /proc/pagetypeinfo.
 *
 * Kernel: mm/vmstat.c frag_show_print(), pagetypeinfo_show() [2.6.24, 2.6.32, 4.19, 6.1].
 * Zones without pages are left out.  2.4 has neither file.  The "Number of mixed blocks"
 * need CONFIG_PAGE_OWNER and its boot option, which nobody gives here.
 */
#include "internal.h"

/* Blocks of one list that are counted at most: the zone's lock is held meanwhile. */
#define COUNT_LIMIT 100000

void proc_buddyinfo(const struct mm386 *m, struct text *t)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];

		if (z->present == 0)
			continue;
		text_add(t, "Node %u, zone %8s ", z->node, z->name);
		for (unsigned o = 0; o < m->s->info.orders; o++)
			text_add(t, "%6u ", z->nr_blocks[o]);
		text_add(t, "\n");
	}
}

/* Migrate type number ${n} of this kernel, by our own; they go from 0 without a gap. */
static enum mm386_migratetype type_numbered(const struct mm386 *m, int n)
{
	for (int mt = 0; mt < MM386_MIGRATETYPES; mt++)
		if (mm386_migratetype_number(m, (enum mm386_migratetype)mt) == n)
			return (enum mm386_migratetype)mt;
	return MM386_MIGRATETYPES;
}

/* printf() wrote "<NULL>" where there was no string. */
static const char *type_name(const struct mm386 *m, enum mm386_migratetype mt)
{
	if (mt == MM386_MIGRATE_ISOLATE && m->s->profile.proc.isolate_unnamed)
		return "<NULL>";
	return mm386_migratetype_name(m, mt);
}

static void print_count(const struct mm386 *m, uint32_t nr, struct text *t)
{
	if (m->s->profile.proc.count_limit)
		text_add(t, "%s%6u ", nr >= COUNT_LIMIT ? ">" : "", nr < COUNT_LIMIT ? nr : COUNT_LIMIT);
	else
		text_add(t, "%6u ", nr);
}

static void print_free_node(const struct mm386 *m, unsigned node, struct text *t)
{
	text_add(t, "%-43s ", "Free pages count per migrate type at order");
	for (unsigned o = 0; o < m->s->info.orders; o++)
		text_add(t, "%6u ", o);
	text_add(t, "\n");
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];

		for (int n = 0; n < m->s->info.nr_migratetypes && z->present && z->node == node; n++) {
			enum mm386_migratetype mt = type_numbered(m, n);

			text_add(t, "Node %4u, zone %8s, type %12s ", z->node, z->name, type_name(m, mt));
			for (unsigned o = 0; o < m->s->info.orders; o++)
				print_count(m, z->free[o][mt].nr, t);
			text_add(t, "\n");
		}
	}
}

/*
 * The types of page blocks, looked at from the zone's first frame in steps of a block: where
 * a zone starts inside of one, the last may be passed over, and so is a frame whose
 * descriptor is another zone's.
 */
static void count_blocks(const struct mm386 *m, const struct zone *z, uint32_t count[MM386_MIGRATETYPES])
{
	uint32_t step = 1u << m->s->info.pageblock_order;
	pfn_t next = 0;

	memset(count, 0, MM386_MIGRATETYPES * sizeof(*count));
	for (pfn_t pfn = z->start_pfn; pfn < z->end_pfn; pfn += step)
		if (pfn < m->s->info.max_mapnr && frame_page_zone(m, pfn, &next) == z)
			count[pageblock_mt(m, z, pfn)]++;
}

static void print_blocks_node(const struct mm386 *m, unsigned node, struct text *t)
{
	int nr_types = m->s->info.nr_migratetypes;

	text_add(t, "\n%-23s", "Number of blocks type ");
	for (int n = 0; n < nr_types; n++)
		text_add(t, "%12s ", type_name(m, type_numbered(m, n)));
	text_add(t, "\n");
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];
		uint32_t count[MM386_MIGRATETYPES];

		if (!z->present || z->node != node)
			continue;
		count_blocks(m, z, count);
		text_add(t, "Node %u, zone %8s ", z->node, z->name);
		for (int n = 0; n < nr_types; n++)
			text_add(t, "%12u ", count[type_numbered(m, n)]);
		text_add(t, "\n");
	}
}

void proc_pagetypeinfo(const struct mm386 *m, struct text *t)
{
	unsigned order = m->s->info.pageblock_order;

	for (unsigned node = 0; node < m->s->info.nr_nodes; node++) {
		text_add(t, "Page block order: %u\n", order);
		text_add(t, "Pages per block:  %u\n\n", 1u << order);
		print_free_node(m, node, t);
		print_blocks_node(m, node, t);
	}
}
