/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc_zoneinfo.c - /proc/zoneinfo.
 *
 * Kernel: mm/vmstat.c zoneinfo_show_print() [2.6.32, 6.1].  Counters of what this
 * model does not have yet (LRU, page cache, slab) are zero, as in a kernel that
 * has used none of it.  Per-CPU lists are those of early boot: high 0, batch 1,
 * every page goes straight to the buddy system.
 */
#include "internal.h"

/* Per zone in 2.6; without NUMA.  The first counts free pages. */
static const char *const stats_26[] = {
	"nr_free_pages",
	"nr_inactive_anon",
	"nr_active_anon",
	"nr_inactive_file",
	"nr_active_file",
	"nr_unevictable",
	"nr_mlock",
	"nr_anon_pages",
	"nr_mapped",
	"nr_file_pages",
	"nr_dirty",
	"nr_writeback",
	"nr_slab_reclaimable",
	"nr_slab_unreclaimable",
	"nr_page_table_pages",
	"nr_kernel_stack",
	"nr_unstable",
	"nr_bounce",
	"nr_vmscan_write",
	"nr_writeback_temp",
	"nr_isolated_anon",
	"nr_isolated_file",
	"nr_shmem",
	NULL,
};

/* Per zone in 6.1 as Debian configures it. */
static const char *const stats_61[] = {
	"nr_free_pages",
	"nr_zone_inactive_anon",
	"nr_zone_active_anon",
	"nr_zone_inactive_file",
	"nr_zone_active_file",
	"nr_zone_unevictable",
	"nr_zone_write_pending",
	"nr_mlock",
	"nr_bounce",
	"nr_zspages",
	"nr_free_cma",
	NULL,
};

/* Per node in 6.1: printed with the first zone that has pages. */
static const char *const node_stats_61[] = {
	"nr_inactive_anon",
	"nr_active_anon",
	"nr_inactive_file",
	"nr_active_file",
	"nr_unevictable",
	"nr_slab_reclaimable",
	"nr_slab_unreclaimable",
	"nr_isolated_anon",
	"nr_isolated_file",
	"workingset_nodes",
	"workingset_refault_anon",
	"workingset_refault_file",
	"workingset_activate_anon",
	"workingset_activate_file",
	"workingset_restore_anon",
	"workingset_restore_file",
	"workingset_nodereclaim",
	"nr_anon_pages",
	"nr_mapped",
	"nr_file_pages",
	"nr_dirty",
	"nr_writeback",
	"nr_writeback_temp",
	"nr_shmem",
	"nr_shmem_hugepages",
	"nr_shmem_pmdmapped",
	"nr_file_hugepages",
	"nr_file_pmdmapped",
	"nr_anon_transparent_hugepages",
	"nr_vmscan_write",
	"nr_vmscan_immediate_reclaim",
	"nr_dirtied",
	"nr_written",
	"nr_throttled_written",
	"nr_kernel_misc_reclaimable",
	"nr_foll_pin_acquired",
	"nr_foll_pin_released",
	"nr_kernel_stack",
	"nr_page_table_pages",
	"nr_sec_page_table_pages",
	"nr_swapcached",
	NULL,
};

static void print_protection(const struct mm386 *m, const struct zone *z, struct text *t)
{
	text_add(t, "\n        protection: (%u", z->lowmem_reserve[0]);
	for (unsigned i = 1; i < m->s->info.nr_zones; i++)
		text_add(t, ", %u", z->lowmem_reserve[i]);
	text_add(t, ")");
}

static void print_pagesets(const struct mm386 *m, struct text *t)
{
	text_add(t, "\n  pagesets");
	for (unsigned cpu = 0; cpu < m->s->info.cpus; cpu++) {
		text_add(t, "\n    cpu: %u", cpu);
		text_add(t, "\n              count: %u", 0);
		text_add(t, "\n              high:  %u", 0);
		text_add(t, "\n              batch: %u", 1);
		if (m->s->info.nr_cpus > 1) /* CONFIG_SMP */
			text_add(t, "\n  vm stats threshold: %u", 0);
	}
}

static void print_stats(const struct zone *z, const char *const *names, const char *indent,
			struct text *t)
{
	for (unsigned i = 0; names[i]; i++)
		text_add(t, "\n%s%-12s %u", indent, names[i], i == 0 ? z->nr_free : 0);
}

/* Anonymous pages a zone may leave inactive: sqrt(10 * its GiB), at least 1. */
static unsigned inactive_ratio(const struct zone *z)
{
	uint32_t ten_gib = 10 * (z->present >> (30 - MM386_PAGE_SHIFT)), r = 1;

	while ((r + 1) * (r + 1) <= ten_gib)
		r++;
	return r;
}

static void zoneinfo_26(const struct mm386 *m, const struct zone *z, struct text *t)
{
	if (z->present == 0)
		return;
	text_add(t, "Node %u, zone %8s", z->node, z->name);
	text_add(t, "\n  pages free     %u", z->nr_free);
	text_add(t, "\n        min      %u", z->watermark[MM386_WMARK_MIN]);
	text_add(t, "\n        low      %u", z->watermark[MM386_WMARK_LOW]);
	text_add(t, "\n        high     %u", z->watermark[MM386_WMARK_HIGH]);
	text_add(t, "\n        scanned  %u", 0);
	text_add(t, "\n        spanned  %u", z->spanned);
	text_add(t, "\n        present  %u", z->present);
	print_stats(z, stats_26, "    ", t);
	print_protection(m, z, t);
	print_pagesets(m, t);
	text_add(t, "\n  all_unreclaimable: %u", 0);
	text_add(t, "\n  prev_priority:     %u", 12);
	text_add(t, "\n  start_pfn:         %u", z->start_pfn);
	text_add(t, "\n  inactive_ratio:    %u\n", inactive_ratio(z));
}

static void print_node_stats(struct text *t)
{
	text_add(t, "\n  per-node stats");
	for (unsigned i = 0; node_stats_61[i]; i++)
		text_add(t, "\n      %-12s %u", node_stats_61[i], 0);
}

/* Zones without pages get their sizes and marks, and nothing after that. */
static void zoneinfo_61(const struct mm386 *m, const struct zone *z, bool first, struct text *t)
{
	text_add(t, "Node %u, zone %8s", z->node, z->name);
	if (first)
		print_node_stats(t);
	text_add(t, "\n  pages free     %u", z->nr_free);
	text_add(t, "\n        boost    %u", 0);
	text_add(t, "\n        min      %u", z->watermark[MM386_WMARK_MIN]);
	text_add(t, "\n        low      %u", z->watermark[MM386_WMARK_LOW]);
	text_add(t, "\n        high     %u", z->watermark[MM386_WMARK_HIGH]);
	text_add(t, "\n        spanned  %u", z->spanned);
	text_add(t, "\n        present  %u", z->present);
	text_add(t, "\n        managed  %u", z->managed);
	text_add(t, "\n        cma      %u", 0);
	print_protection(m, z, t);
	if (z->present == 0) {
		text_add(t, "\n");
		return;
	}
	print_stats(z, stats_61, "      ", t);
	print_pagesets(m, t);
	text_add(t, "\n  node_unreclaimable:  %u", 0);
	text_add(t, "\n  start_pfn:           %u\n", z->start_pfn);
}

void proc_zoneinfo(const struct mm386 *m, struct text *t)
{
	bool first = true;

	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];

		if (m->s->profile.present != PRESENT_REAL) {
			zoneinfo_26(m, z, t);
			continue;
		}
		zoneinfo_61(m, z, first && z->present, t);
		first = first && !z->present;
	}
}
