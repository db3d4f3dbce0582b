/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc_buddy.c - /proc/buddyinfo and /proc/pagetypeinfo.
 *
 * Kernel: mm/vmstat.c frag_show_print(), pagetypeinfo_show() [2.6.32, 6.1].
 * Zones without pages are left out.  2.4 has neither file.
 */
#include "internal.h"

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

#define NR_MIGRATE_TYPES 5

static const char *const types_26[NR_MIGRATE_TYPES] = {"Unmovable", "Reclaimable", "Movable",
						       "Reserve", "Isolate"};
static const char *const types_61[NR_MIGRATE_TYPES] = {"Unmovable", "Movable", "Reclaimable",
						       "HighAtomic", "Isolate"};

static const char *const *type_names(const struct mm386 *m)
{
	return m->s->profile.migrate_movable_2nd ? types_61 : types_26;
}

/* What a huge page has: 4 MiB, with PAE 2 MiB. */
static unsigned pageblock_order(const struct mm386 *m)
{
	return m->s->info.pae ? 9 : 10;
}

static void print_free(const struct mm386 *m, struct text *t)
{
	text_add(t, "%-43s ", "Free pages count per migrate type at order");
	for (unsigned o = 0; o < m->s->info.orders; o++)
		text_add(t, "%6u ", o);
	text_add(t, "\n");
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];

		for (unsigned type = 0; type < NR_MIGRATE_TYPES && z->present; type++) {
			text_add(t, "Node %4u, zone %8s, type %12s ", z->node, z->name,
				 type_names(m)[type]);
			for (unsigned o = 0; o < m->s->info.orders; o++)
				text_add(t, "%6u ", type == 0 ? z->nr_blocks[o] : 0);
			text_add(t, "\n");
		}
	}
}

static void print_blocks(const struct mm386 *m, struct text *t)
{
	uint32_t pageblock = 1u << pageblock_order(m);

	text_add(t, "\n%-23s", "Number of blocks type ");
	for (unsigned type = 0; type < NR_MIGRATE_TYPES; type++)
		text_add(t, "%12s ", type_names(m)[type]);
	text_add(t, "\n");
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];

		if (z->present == 0)
			continue;
		text_add(t, "Node %u, zone %8s ", z->node, z->name);
		for (unsigned type = 0; type < NR_MIGRATE_TYPES; type++)
			text_add(t, "%12u ",
				 type == 0 ? (z->spanned + pageblock - 1) / pageblock : 0);
		text_add(t, "\n");
	}
}

/*
 * As a kernel prints it that does not group pages by mobility (it does not on
 * very small machines: page_group_by_mobility_disabled): all is unmovable.
 */
void proc_pagetypeinfo(const struct mm386 *m, struct text *t)
{
	text_add(t, "Page block order: %u\n", pageblock_order(m));
	text_add(t, "Pages per block:  %u\n\n", 1u << pageblock_order(m));
	print_free(m, t);
	print_blocks(m, t);
}
