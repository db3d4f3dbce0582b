/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * profile_vmstat.c - the counters of /proc/vmstat and /proc/zoneinfo, in the order of print,
 * and the releases in which each stood at that place.
 *
 * A counter that moved has a row at each of its places.  Kernel: mm/page_alloc.c vmstat_text
 * [2.6.16], mm/vmstat.c vmstat_text [2.6.18, 2.6.24, 2.6.32, 3.10, 4.19, 6.1, 6.12], built for i386
 * with swap, huge pages, compaction and balloon, without CMA areas.  Between these
 * releases a row has the date at which its change was merged.
 */
#include "boot.h"

#define EVER UINT32_MAX
#define R(a, b) KVER(a, b, 0)
#define R6(c) KVER(2, 6, c)

/* One counter: SCOPE, name, first release, first release without it. */
#define ROW(scope, name, since, until)  {{name, COUNTER_##scope, COUNTER_TOLD, 0, NULL, false}, since, until}
/* One that only kernels with some option have. */
#define OPTION(scope, name, since, until) {{name, COUNTER_##scope, COUNTER_TOLD, 0, NULL, true}, since, until}
/* One that the engine keeps. */
#define OWN(event, name, since, until)  {{name, COUNTER_TOTAL, COUNTER_VM_EVENT, VM_##event, NULL, false}, since, until}
/* One name of a family that has one a zone type. */
#define OF_ZONE(name, tail, source, event, zone, since, until)                                    \
	{{name tail, COUNTER_TOTAL, COUNTER_##source, event, zone, false}, since, until}
#define ZONES_(name, source, event, since, until)                                                 \
	OF_ZONE(name, "_dma", source, event, "DMA", since, until),                                \
	OF_ZONE(name, "_dma32", source, event, "DMA32", since, until),                            \
	OF_ZONE(name, "_normal", source, event, "Normal", since, until),                          \
	OF_ZONE(name, "_high", source, event, "HighMem", since, until),                           \
	OF_ZONE(name, "_movable", source, event, "Movable", since, until)
#define ZONES(name, since, until) ZONES_(name, TOLD, 0, since, until)
#define OWN_ZONES(event, name, since, until) ZONES_(name, ZONE_EVENT, VM_##event, since, until)
/* What a kernel for several nodes counts besides. */
#define NUMA_ROW(event, name, since, until)                                                       \
	{{name, COUNTER_ZONE, COUNTER_NUMA_EVENT, NUMA_##event, NULL, false}, since, until}
#define NUMA_ROWS(since, until)                                                                   \
	NUMA_ROW(HIT, "numa_hit", since, until), NUMA_ROW(MISS, "numa_miss", since, until),       \
	NUMA_ROW(FOREIGN, "numa_foreign", since, until),                                          \
	NUMA_ROW(INTERLEAVE, "numa_interleave", since, until),                                    \
	NUMA_ROW(LOCAL, "numa_local", since, until), NUMA_ROW(OTHER, "numa_other", since, until)
/* Up to 2.6.17 the highest zone came first. */
#define DOWN_(name, source, event, since)                                                         \
	OF_ZONE(name, "_high", source, event, "HighMem", since, R6(18)),                          \
	OF_ZONE(name, "_normal", source, event, "Normal", since, R6(18)),                         \
	OF_ZONE(name, "_dma32", source, event, "DMA32", since, R6(18)),                           \
	OF_ZONE(name, "_dma", source, event, "DMA", since, R6(18))
#define DOWN(name, since) DOWN_(name, TOLD, 0, since)

// clang-format off
static const struct dated_counter {
	struct counter_desc desc;
	uint32_t since, until;
} counters[] = {
	/* 2.6.0 .. 2.6.17: all of them totals. */
	ROW(TOTAL, "nr_dirty", R6(0), R6(18)),
	ROW(TOTAL, "nr_writeback", R6(0), R6(18)),
	ROW(TOTAL, "nr_unstable", R6(0), R6(18)),
	ROW(TOTAL, "nr_page_table_pages", R6(0), R6(18)),
	ROW(TOTAL, "nr_mapped", R6(0), R6(18)),
	ROW(TOTAL, "nr_slab", R6(0), R6(18)),

	/* 2.6.18 .. 2.6.20: of each zone; free pages and LRU lists not among them. */
	ROW(ZONE, "nr_anon_pages", R6(18), R6(21)),
	ROW(ZONE, "nr_mapped", R6(18), R6(21)),
	ROW(ZONE, "nr_file_pages", R6(18), R6(21)),
	ROW(ZONE, "nr_slab", R6(18), R6(19)),
	ROW(ZONE, "nr_slab_reclaimable", R6(19), R6(21)),
	ROW(ZONE, "nr_slab_unreclaimable", R6(19), R6(21)),
	ROW(ZONE, "nr_page_table_pages", R6(18), R6(21)),
	ROW(ZONE, "nr_dirty", R6(18), R6(21)),
	ROW(ZONE, "nr_writeback", R6(18), R6(21)),
	ROW(ZONE, "nr_unstable", R6(18), R6(21)),
	ROW(ZONE, "nr_bounce", R6(18), R6(21)),
	ROW(ZONE, "nr_vmscan_write", R6(19), R6(21)),
	NUMA_ROWS(R6(18), R6(21)),

	/* 2.6.21 .. 4.7: of each zone. */
	{{"nr_free_pages", COUNTER_ZONE, COUNTER_FREE_PAGES, 0, NULL, false}, R6(21), EVER},
	ROW(ZONE, "nr_alloc_batch", R(3, 12), R(4, 8)),
	ROW(ZONE, "nr_inactive", R6(21), R6(28)),
	ROW(ZONE, "nr_active", R6(21), R6(28)),
	ROW(ZONE, "nr_inactive_anon", R6(28), R(4, 8)),
	ROW(ZONE, "nr_active_anon", R6(28), R(4, 8)),
	ROW(ZONE, "nr_inactive_file", R6(28), R(4, 8)),
	ROW(ZONE, "nr_active_file", R6(28), R(4, 8)),
	ROW(ZONE, "nr_unevictable", R6(28), R(4, 8)),
	ROW(ZONE, "nr_mlock", R6(28), R(4, 8)),
	ROW(ZONE, "nr_anon_pages", R6(21), R(4, 8)),
	ROW(ZONE, "nr_mapped", R6(21), R(4, 8)),
	ROW(ZONE, "nr_file_pages", R6(21), R(4, 8)),
	ROW(ZONE, "nr_dirty", R6(21), R(4, 8)),
	ROW(ZONE, "nr_writeback", R6(21), R(4, 8)),
	ROW(ZONE, "nr_slab_reclaimable", R6(21), R(4, 8)),
	ROW(ZONE, "nr_slab_unreclaimable", R6(21), R(4, 8)),
	ROW(ZONE, "nr_page_table_pages", R6(21), R(4, 8)),
	ROW(ZONE, "nr_kernel_stack", R6(32), R(4, 8)),
	ROW(ZONE, "nr_unstable", R6(21), R(4, 8)),
	ROW(ZONE, "nr_bounce", R6(21), R(4, 8)),
	ROW(ZONE, "nr_vmscan_write", R6(21), R(4, 8)),
	ROW(ZONE, "nr_vmscan_immediate_reclaim", R(3, 2), R(4, 8)),
	ROW(ZONE, "nr_writeback_temp", R6(26), R(4, 8)),
	ROW(ZONE, "nr_isolated_anon", R6(32), R(4, 8)),
	ROW(ZONE, "nr_isolated_file", R6(32), R(4, 8)),
	ROW(ZONE, "nr_shmem", R6(32), R(4, 8)),
	ROW(ZONE, "nr_dirtied", R6(37), R(4, 8)),
	ROW(ZONE, "nr_written", R6(37), R(4, 8)),
	ROW(ZONE, "nr_pages_scanned", R(3, 17), R(4, 8)),
	NUMA_ROWS(R6(21), R(4, 8)),
	ROW(ZONE, "workingset_refault", R(3, 15), R(4, 8)),
	ROW(ZONE, "workingset_activate", R(3, 15), R(4, 8)),
	ROW(ZONE, "workingset_nodereclaim", R(3, 15), R(4, 8)),
	ROW(ZONE, "nr_anon_transparent_hugepages", R6(38), R(4, 8)),
	ROW(ZONE, "nr_free_cma", R(3, 7), R(4, 8)),

	/* 4.8 .. : the LRU lists are the node's. */
	ROW(ZONE, "nr_zone_inactive_anon", R(4, 8), EVER),
	ROW(ZONE, "nr_zone_active_anon", R(4, 8), EVER),
	ROW(ZONE, "nr_zone_inactive_file", R(4, 8), EVER),
	ROW(ZONE, "nr_zone_active_file", R(4, 8), EVER),
	ROW(ZONE, "nr_zone_unevictable", R(4, 8), EVER),
	ROW(ZONE, "nr_zone_write_pending", R(4, 8), EVER),
	ROW(ZONE, "nr_mlock", R(4, 8), EVER),
	ROW(ZONE, "nr_slab_reclaimable", R(4, 8), R(4, 13)),
	ROW(ZONE, "nr_slab_unreclaimable", R(4, 8), R(4, 13)),
	ROW(ZONE, "nr_page_table_pages", R(4, 8), R(5, 11)),
	ROW(ZONE, "nr_kernel_stack", R(4, 8), R(5, 9)),
	ROW(ZONE, "nr_bounce", R(4, 8), EVER),
	OPTION(ZONE, "nr_zspages", R(4, 8), EVER),
	NUMA_ROWS(R(4, 8), R(4, 14)),
	ROW(ZONE, "nr_free_cma", R(4, 8), EVER),
	NUMA_ROWS(R(4, 14), EVER),
	ROW(NODE, "nr_inactive_anon", R(4, 8), EVER),
	ROW(NODE, "nr_active_anon", R(4, 8), EVER),
	ROW(NODE, "nr_inactive_file", R(4, 8), EVER),
	ROW(NODE, "nr_active_file", R(4, 8), EVER),
	ROW(NODE, "nr_unevictable", R(4, 8), EVER),
	ROW(NODE, "nr_slab_reclaimable", R(4, 13), EVER),
	ROW(NODE, "nr_slab_unreclaimable", R(4, 13), EVER),
	ROW(NODE, "nr_isolated_anon", R(4, 8), EVER),
	ROW(NODE, "nr_isolated_file", R(4, 8), EVER),
	ROW(NODE, "nr_pages_scanned", R(4, 8), R(4, 12)),
	ROW(NODE, "workingset_nodes", R(4, 20), EVER),
	ROW(NODE, "workingset_refault", R(4, 8), R(5, 9)),
	ROW(NODE, "workingset_refault_anon", R(5, 9), EVER),
	ROW(NODE, "workingset_refault_file", R(5, 9), EVER),
	ROW(NODE, "workingset_activate", R(4, 8), R(5, 9)),
	ROW(NODE, "workingset_activate_anon", R(5, 9), EVER),
	ROW(NODE, "workingset_activate_file", R(5, 9), EVER),
	ROW(NODE, "workingset_restore", R(4, 20), R(5, 9)),
	ROW(NODE, "workingset_restore_anon", R(5, 9), EVER),
	ROW(NODE, "workingset_restore_file", R(5, 9), EVER),
	ROW(NODE, "workingset_nodereclaim", R(4, 8), EVER),
	ROW(NODE, "nr_anon_pages", R(4, 8), EVER),
	ROW(NODE, "nr_mapped", R(4, 8), EVER),
	ROW(NODE, "nr_file_pages", R(4, 8), EVER),
	ROW(NODE, "nr_dirty", R(4, 8), EVER),
	ROW(NODE, "nr_writeback", R(4, 8), EVER),
	ROW(NODE, "nr_writeback_temp", R(4, 8), EVER),
	ROW(NODE, "nr_shmem", R(4, 8), EVER),
	ROW(NODE, "nr_shmem_hugepages", R(4, 8), EVER),
	ROW(NODE, "nr_shmem_pmdmapped", R(4, 8), EVER),
	ROW(NODE, "nr_file_hugepages", R(5, 4), EVER),
	ROW(NODE, "nr_file_pmdmapped", R(5, 4), EVER),
	ROW(NODE, "nr_anon_transparent_hugepages", R(4, 8), EVER),
	ROW(NODE, "nr_unstable", R(4, 8), R(5, 8)),
	ROW(NODE, "nr_vmscan_write", R(4, 8), EVER),
	ROW(NODE, "nr_vmscan_immediate_reclaim", R(4, 8), EVER),
	ROW(NODE, "nr_dirtied", R(4, 8), EVER),
	ROW(NODE, "nr_written", R(4, 8), EVER),
	ROW(NODE, "", R(4, 17), R(4, 20)), /* nr_indirectly_reclaimable: its name is left empty */
	ROW(NODE, "nr_throttled_written", R(5, 17), EVER),
	ROW(NODE, "nr_kernel_misc_reclaimable", R(4, 20), EVER),
	ROW(NODE, "nr_foll_pin_acquired", R(5, 7), EVER),
	ROW(NODE, "nr_foll_pin_released", R(5, 7), EVER),
	ROW(NODE, "nr_kernel_stack", R(5, 9), EVER),
	ROW(NODE, "nr_page_table_pages", R(5, 11), EVER),
	ROW(NODE, "nr_sec_page_table_pages", R(6, 1), EVER),
	OPTION(NODE, "nr_iommu_pages", R(6, 10), EVER),
	OPTION(NODE, "nr_swapcached", R(5, 12), EVER),
	ROW(NODE, "pgdemote_kswapd", R(6, 8), EVER),
	ROW(NODE, "pgdemote_direct", R(6, 8), EVER),
	ROW(NODE, "pgdemote_khugepaged", R(6, 8), EVER),

	/* Thresholds of the write-back. */
	ROW(TOTAL, "nr_dirty_threshold", R6(37), EVER),
	ROW(TOTAL, "nr_dirty_background_threshold", R6(37), EVER),
	ROW(TOTAL, "nr_memmap_pages", R(6, 11), EVER),
	ROW(TOTAL, "nr_memmap_boot_pages", R(6, 11), EVER),

	/* Events. */
	ROW(TOTAL, "pgpgin", R6(0), EVER),
	ROW(TOTAL, "pgpgout", R6(0), EVER),
	ROW(TOTAL, "pswpin", R6(0), EVER),
	ROW(TOTAL, "pswpout", R6(0), EVER),
	{{"pgalloc", COUNTER_TOTAL, COUNTER_ZONE_EVENTS, VM_PGALLOC, NULL, false}, R6(0), R6(7)},
	DOWN_("pgalloc", ZONE_EVENT, VM_PGALLOC, R6(7)),
	OWN_ZONES(PGALLOC, "pgalloc", R6(18), EVER),
	OWN_ZONES(ALLOCSTALL, "allocstall", R(4, 8), EVER),
	ZONES("pgskip", R(4, 8), EVER),
	OWN(PGFREE, "pgfree", R6(0), EVER),
	ROW(TOTAL, "pgactivate", R6(0), EVER),
	ROW(TOTAL, "pgdeactivate", R6(0), EVER),
	ROW(TOTAL, "pglazyfree", R(4, 12), EVER),
	ROW(TOTAL, "pgfault", R6(0), EVER),
	ROW(TOTAL, "pgmajfault", R6(0), EVER),
	ROW(TOTAL, "pglazyfreed", R(4, 5), EVER),
	ROW(TOTAL, "pgscan", R6(0), R6(7)),
	ROW(TOTAL, "pgrefill", R6(0), R6(7)),
	ROW(TOTAL, "pgsteal", R6(0), R6(7)),
	DOWN("pgrefill", R6(7)),
	DOWN("pgsteal", R6(7)),
	DOWN("pgscan_kswapd", R6(7)),
	DOWN("pgscan_direct", R6(7)),
	ZONES("pgrefill", R6(18), R(4, 8)),
	ROW(TOTAL, "pgrefill", R(4, 8), EVER),
	ROW(TOTAL, "pgreuse", R(5, 9), EVER),
	ZONES("pgsteal", R6(18), R(3, 5)),
	ZONES("pgsteal_kswapd", R(3, 5), R(4, 8)),
	ZONES("pgsteal_direct", R(3, 5), R(4, 8)),
	ROW(TOTAL, "pgsteal_kswapd", R(4, 8), EVER),
	ROW(TOTAL, "pgsteal_direct", R(4, 8), EVER),
	ROW(TOTAL, "pgsteal_khugepaged", R(6, 2), EVER),
	ROW(TOTAL, "pgdemote_kswapd", R(5, 15), R(6, 8)),
	ROW(TOTAL, "pgdemote_direct", R(5, 15), R(6, 8)),
	ROW(TOTAL, "pgdemote_khugepaged", R(6, 2), R(6, 8)),
	ZONES("pgscan_kswapd", R6(18), R(4, 8)),
	ZONES("pgscan_direct", R6(18), R(4, 8)),
	ROW(TOTAL, "pgscan_kswapd", R(4, 8), EVER),
	ROW(TOTAL, "pgscan_direct", R(4, 8), EVER),
	ROW(TOTAL, "pgscan_khugepaged", R(6, 2), EVER),
	ROW(TOTAL, "pgscan_direct_throttle", R(3, 6), EVER),
	ROW(TOTAL, "pgscan_anon", R(5, 8), EVER),
	ROW(TOTAL, "pgscan_file", R(5, 8), EVER),
	ROW(TOTAL, "pgsteal_anon", R(5, 8), EVER),
	ROW(TOTAL, "pgsteal_file", R(5, 8), EVER),
	ROW(TOTAL, "pginodesteal", R6(0), EVER),
	ROW(TOTAL, "slabs_scanned", R6(7), EVER),
	ROW(TOTAL, "kswapd_steal", R6(0), R(3, 5)),
	ROW(TOTAL, "kswapd_inodesteal", R6(0), EVER),
	ROW(TOTAL, "kswapd_low_wmark_hit_quickly", R6(34), EVER),
	ROW(TOTAL, "kswapd_high_wmark_hit_quickly", R6(34), EVER),
	ROW(TOTAL, "kswapd_skip_congestion_wait", R6(34), R(3, 8)),
	ROW(TOTAL, "pageoutrun", R6(0), EVER),
	{{"allocstall", COUNTER_TOTAL, COUNTER_ZONE_EVENTS, VM_ALLOCSTALL, NULL, false}, R6(0), R(4, 8)},
	ROW(TOTAL, "pgrotated", R6(0), EVER),
	ROW(TOTAL, "nr_bounce", R6(16), R6(18)),
	ROW(TOTAL, "drop_pagecache", R(3, 15), EVER),
	ROW(TOTAL, "drop_slab", R(3, 15), EVER),
	ROW(TOTAL, "oom_kill", R(4, 13), EVER),
	OWN(PGMIGRATE_SUCCESS, "pgmigrate_success", R(3, 8), EVER),
	OWN(PGMIGRATE_FAIL, "pgmigrate_fail", R(3, 8), EVER),
	ROW(TOTAL, "thp_migration_success", R(5, 10), EVER),
	ROW(TOTAL, "thp_migration_fail", R(5, 10), EVER),
	ROW(TOTAL, "thp_migration_split", R(5, 10), EVER),
	ROW(TOTAL, "compact_blocks_moved", R6(35), R(3, 8)),
	OWN(PGMIGRATE_SUCCESS, "compact_pages_moved", R6(35), R(3, 8)),
	ROW(TOTAL, "compact_pagemigrate_failed", R6(35), R(3, 8)),
	OWN(COMPACT_MIGRATE_SCANNED, "compact_migrate_scanned", R(3, 8), EVER),
	OWN(COMPACT_FREE_SCANNED, "compact_free_scanned", R(3, 8), EVER),
	OWN(COMPACT_ISOLATED, "compact_isolated", R(3, 8), EVER),
	OWN(COMPACT_STALL, "compact_stall", R6(35), EVER),
	OWN(COMPACT_FAIL, "compact_fail", R6(35), EVER),
	OWN(COMPACT_SUCCESS, "compact_success", R6(35), EVER),
	ROW(TOTAL, "compact_daemon_wake", R(4, 6), EVER),
	ROW(TOTAL, "compact_daemon_migrate_scanned", R(4, 11), EVER),
	ROW(TOTAL, "compact_daemon_free_scanned", R(4, 11), EVER),
	ROW(TOTAL, "htlb_buddy_alloc_success", R6(27), EVER),
	ROW(TOTAL, "htlb_buddy_alloc_fail", R6(27), EVER),
	ROW(TOTAL, "unevictable_pgs_culled", R6(28), EVER),
	ROW(TOTAL, "unevictable_pgs_scanned", R6(28), EVER),
	ROW(TOTAL, "unevictable_pgs_rescued", R6(28), EVER),
	ROW(TOTAL, "unevictable_pgs_mlocked", R6(28), EVER),
	ROW(TOTAL, "unevictable_pgs_munlocked", R6(28), EVER),
	ROW(TOTAL, "unevictable_pgs_cleared", R6(28), EVER),
	ROW(TOTAL, "unevictable_pgs_stranded", R6(28), EVER),
	ROW(TOTAL, "unevictable_pgs_mlockfreed", R6(28), R(3, 8)),
	ROW(TOTAL, "thp_fault_alloc", R6(38), EVER),
	ROW(TOTAL, "thp_fault_fallback", R6(38), EVER),
	ROW(TOTAL, "thp_fault_fallback_charge", R(5, 8), EVER),
	ROW(TOTAL, "thp_collapse_alloc", R6(38), EVER),
	ROW(TOTAL, "thp_collapse_alloc_failed", R6(38), EVER),
	ROW(TOTAL, "thp_split", R6(38), R(4, 5)),
	ROW(TOTAL, "thp_file_alloc", R(4, 8), EVER),
	ROW(TOTAL, "thp_file_fallback", R(5, 8), EVER),
	ROW(TOTAL, "thp_file_fallback_charge", R(5, 8), EVER),
	ROW(TOTAL, "thp_file_mapped", R(4, 8), EVER),
	ROW(TOTAL, "thp_split_page", R(4, 5), EVER),
	ROW(TOTAL, "thp_split_page_failed", R(4, 5), EVER),
	ROW(TOTAL, "thp_deferred_split_page", R(4, 5), EVER),
	ROW(TOTAL, "thp_underused_split_page", R(6, 12), EVER),
	ROW(TOTAL, "thp_split_pmd", R(4, 5), EVER),
	ROW(TOTAL, "thp_scan_exceed_none_pte", R(5, 17), EVER),
	ROW(TOTAL, "thp_scan_exceed_swap_pte", R(5, 17), EVER),
	ROW(TOTAL, "thp_scan_exceed_share_pte", R(5, 17), EVER),
	ROW(TOTAL, "thp_zero_page_alloc", R(3, 8), EVER),
	ROW(TOTAL, "thp_zero_page_alloc_failed", R(3, 8), EVER),
	ROW(TOTAL, "thp_swpout", R(4, 14), EVER),
	ROW(TOTAL, "thp_swpout_fallback", R(4, 14), EVER),
	OPTION(TOTAL, "balloon_inflate", R(3, 18), EVER),
	OPTION(TOTAL, "balloon_deflate", R(3, 18), EVER),
	OPTION(TOTAL, "balloon_migrate", R(3, 18), EVER),
	ROW(TOTAL, "swap_ra", R(4, 14), EVER),
	ROW(TOTAL, "swap_ra_hit", R(4, 14), EVER),
	ROW(TOTAL, "swpin_zero", R(6, 12), EVER),
	ROW(TOTAL, "swpout_zero", R(6, 12), EVER),
	OPTION(TOTAL, "ksm_swpin_copy", R(5, 19), EVER),
	OPTION(TOTAL, "cow_ksm", R(5, 18), EVER),
	OPTION(TOTAL, "zswpin", R(5, 19), EVER),
	OPTION(TOTAL, "zswpout", R(5, 19), EVER),
	OPTION(TOTAL, "zswpwb", R(6, 8), EVER),
	ROW(TOTAL, "direct_map_level2_splits", R(5, 12), EVER),
	ROW(TOTAL, "direct_map_level3_splits", R(5, 12), EVER),
	ROW(TOTAL, "nr_unstable", R(5, 8), EVER), /* always 0, for who still asks */
};
// clang-format on
#define NR_COUNTERS (sizeof(counters) / sizeof(counters[0]))
_Static_assert(NR_COUNTERS <= COUNTERS_MAX, "each counter has its place in the state");

const struct counter_desc *profile_counter(const struct profile *p, unsigned i)
{
	static const struct counter_desc none = {.scope = COUNTER_NONE};

	if (i >= NR_COUNTERS)
		return NULL;
	if (p->release < counters[i].since || p->release >= counters[i].until)
		return &none;
	return &counters[i].desc;
}
