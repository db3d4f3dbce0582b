/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_vmstat.c - counters: what is told of them is printed, what the engine counts itself it
 * goes on counting; names and order of /proc/vmstat are those of real kernels.
 */
#include "numbers.h"

static void assert_names(const struct mm386 *m, const char *names)
{
	char got[8192] = "";

	for (const char *line = proc_text(m, "vmstat"); *line; line = strchr(line, '\n') + 1) {
		size_t len = strlen(got), name = strcspn(line, " ");

		assert_true(len + name + 2 < sizeof(got));
		memcpy(got + len, line, name);
		memcpy(got + len + name, " ", 2);
	}
	assert_string_equal(got, names);
}

/* All 155 of a Debian 6.1 kernel for i386. */
static void test_vmstat_names_61(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, 1);

	(void)state;
	assert_names(
		m,
		"nr_free_pages nr_zone_inactive_anon nr_zone_active_anon nr_zone_inactive_file "
		"nr_zone_active_file nr_zone_unevictable nr_zone_write_pending nr_mlock nr_bounce nr_zspages "
		"nr_free_cma nr_inactive_anon nr_active_anon nr_inactive_file nr_active_file nr_unevictable "
		"nr_slab_reclaimable nr_slab_unreclaimable nr_isolated_anon nr_isolated_file "
		"workingset_nodes workingset_refault_anon workingset_refault_file workingset_activate_anon "
		"workingset_activate_file workingset_restore_anon workingset_restore_file "
		"workingset_nodereclaim nr_anon_pages nr_mapped nr_file_pages nr_dirty nr_writeback "
		"nr_writeback_temp nr_shmem nr_shmem_hugepages nr_shmem_pmdmapped nr_file_hugepages "
		"nr_file_pmdmapped nr_anon_transparent_hugepages nr_vmscan_write nr_vmscan_immediate_reclaim "
		"nr_dirtied nr_written nr_throttled_written nr_kernel_misc_reclaimable nr_foll_pin_acquired "
		"nr_foll_pin_released nr_kernel_stack nr_page_table_pages nr_sec_page_table_pages "
		"nr_swapcached nr_dirty_threshold nr_dirty_background_threshold pgpgin pgpgout pswpin pswpout "
		"pgalloc_dma pgalloc_normal pgalloc_high pgalloc_movable allocstall_dma allocstall_normal "
		"allocstall_high allocstall_movable pgskip_dma pgskip_normal pgskip_high pgskip_movable pgfree "
		"pgactivate pgdeactivate pglazyfree pgfault pgmajfault pglazyfreed pgrefill pgreuse "
		"pgsteal_kswapd pgsteal_direct pgdemote_kswapd pgdemote_direct pgscan_kswapd pgscan_direct "
		"pgscan_direct_throttle pgscan_anon pgscan_file pgsteal_anon pgsteal_file pginodesteal "
		"slabs_scanned kswapd_inodesteal kswapd_low_wmark_hit_quickly kswapd_high_wmark_hit_quickly "
		"pageoutrun pgrotated drop_pagecache drop_slab oom_kill pgmigrate_success pgmigrate_fail "
		"thp_migration_success thp_migration_fail thp_migration_split compact_migrate_scanned "
		"compact_free_scanned compact_isolated compact_stall compact_fail compact_success "
		"compact_daemon_wake compact_daemon_migrate_scanned compact_daemon_free_scanned "
		"htlb_buddy_alloc_success htlb_buddy_alloc_fail unevictable_pgs_culled "
		"unevictable_pgs_scanned unevictable_pgs_rescued unevictable_pgs_mlocked "
		"unevictable_pgs_munlocked unevictable_pgs_cleared unevictable_pgs_stranded thp_fault_alloc "
		"thp_fault_fallback thp_fault_fallback_charge thp_collapse_alloc thp_collapse_alloc_failed "
		"thp_file_alloc thp_file_fallback thp_file_fallback_charge thp_file_mapped thp_split_page "
		"thp_split_page_failed thp_deferred_split_page thp_split_pmd thp_scan_exceed_none_pte "
		"thp_scan_exceed_swap_pte thp_scan_exceed_share_pte thp_zero_page_alloc "
		"thp_zero_page_alloc_failed thp_swpout thp_swpout_fallback balloon_inflate balloon_deflate "
		"balloon_migrate swap_ra swap_ra_hit ksm_swpin_copy cow_ksm zswpin zswpout "
		"direct_map_level2_splits direct_map_level3_splits nr_unstable ");
	mm386_free(m);
}

/* All 141 of a Debian 5.10 kernel for i386. */
static void test_vmstat_names_510(void **state)
{
	struct mm386 *m = boot_release(KVER(5, 10, 223), 1024, 1);

	(void)state;
	assert_names(
		m,
		"nr_free_pages nr_zone_inactive_anon nr_zone_active_anon nr_zone_inactive_file "
		"nr_zone_active_file nr_zone_unevictable nr_zone_write_pending nr_mlock "
		"nr_page_table_pages nr_bounce nr_zspages nr_free_cma nr_inactive_anon nr_active_anon "
		"nr_inactive_file nr_active_file nr_unevictable nr_slab_reclaimable "
		"nr_slab_unreclaimable nr_isolated_anon nr_isolated_file workingset_nodes "
		"workingset_refault_anon workingset_refault_file workingset_activate_anon "
		"workingset_activate_file workingset_restore_anon workingset_restore_file "
		"workingset_nodereclaim nr_anon_pages nr_mapped nr_file_pages nr_dirty nr_writeback "
		"nr_writeback_temp nr_shmem nr_shmem_hugepages nr_shmem_pmdmapped nr_file_hugepages "
		"nr_file_pmdmapped nr_anon_transparent_hugepages nr_vmscan_write "
		"nr_vmscan_immediate_reclaim nr_dirtied nr_written nr_kernel_misc_reclaimable "
		"nr_foll_pin_acquired nr_foll_pin_released nr_kernel_stack nr_dirty_threshold "
		"nr_dirty_background_threshold pgpgin pgpgout pswpin pswpout pgalloc_dma pgalloc_normal "
		"pgalloc_high pgalloc_movable allocstall_dma allocstall_normal allocstall_high "
		"allocstall_movable pgskip_dma pgskip_normal pgskip_high pgskip_movable pgfree "
		"pgactivate pgdeactivate pglazyfree pgfault pgmajfault pglazyfreed pgrefill pgreuse "
		"pgsteal_kswapd pgsteal_direct pgscan_kswapd pgscan_direct pgscan_direct_throttle "
		"pgscan_anon pgscan_file pgsteal_anon pgsteal_file pginodesteal slabs_scanned "
		"kswapd_inodesteal kswapd_low_wmark_hit_quickly kswapd_high_wmark_hit_quickly pageoutrun "
		"pgrotated drop_pagecache drop_slab oom_kill pgmigrate_success pgmigrate_fail "
		"thp_migration_success thp_migration_fail thp_migration_split compact_migrate_scanned "
		"compact_free_scanned compact_isolated compact_stall compact_fail compact_success "
		"compact_daemon_wake compact_daemon_migrate_scanned compact_daemon_free_scanned "
		"htlb_buddy_alloc_success htlb_buddy_alloc_fail unevictable_pgs_culled "
		"unevictable_pgs_scanned unevictable_pgs_rescued unevictable_pgs_mlocked "
		"unevictable_pgs_munlocked unevictable_pgs_cleared unevictable_pgs_stranded "
		"thp_fault_alloc thp_fault_fallback thp_fault_fallback_charge thp_collapse_alloc "
		"thp_collapse_alloc_failed thp_file_alloc thp_file_fallback thp_file_fallback_charge "
		"thp_file_mapped thp_split_page thp_split_page_failed thp_deferred_split_page "
		"thp_split_pmd thp_zero_page_alloc thp_zero_page_alloc_failed thp_swpout "
		"thp_swpout_fallback balloon_inflate balloon_deflate balloon_migrate swap_ra swap_ra_hit "
		"nr_unstable ");
	mm386_free(m);
}

/* 2.6.18: the first release that counts zone by zone. */
static void test_vmstat_names_2618(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 18), 1024, 1);

	(void)state;
	assert_names(m, "nr_anon_pages nr_mapped nr_file_pages nr_slab nr_page_table_pages nr_dirty "
			"nr_writeback nr_unstable nr_bounce pgpgin pgpgout pswpin pswpout pgalloc_dma "
			"pgalloc_dma32 pgalloc_normal pgalloc_high pgfree pgactivate pgdeactivate pgfault "
			"pgmajfault pgrefill_dma pgrefill_dma32 pgrefill_normal pgrefill_high pgsteal_dma "
			"pgsteal_dma32 pgsteal_normal pgsteal_high pgscan_kswapd_dma pgscan_kswapd_dma32 "
			"pgscan_kswapd_normal pgscan_kswapd_high pgscan_direct_dma pgscan_direct_dma32 "
			"pgscan_direct_normal pgscan_direct_high pginodesteal slabs_scanned kswapd_steal "
			"kswapd_inodesteal pageoutrun allocstall pgrotated ");
	mm386_free(m);
}

static void test_vmstat_24_has_none(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 4, 22), 64, 1);

	(void)state;
	assert_int_equal(mm386_proc(m, "vmstat", NULL, 0), -ENOENT);
	assert_int_equal(mm386_set_counter(m, "pgfault", 0, 1), -ENOENT);
	mm386_free(m);
}

/* A counter of zones is printed as their sum, and makes another machine. */
static void test_vmstat_told_counters_are_printed(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, 1);
	uint64_t digest = mm386_digest(m);

	(void)state;
	tell(m, "nr_zone_active_anon", 1, 400);
	tell(m, "nr_zone_active_anon", 2, 13);
	tell(m, "nr_mapped", 0, 378);
	tell(m, "pgfault", 0, UINT64_C(5000000000));
	assert_in(proc_text(m, "vmstat"), "\nnr_zone_active_anon 413\n");
	assert_in(proc_text(m, "vmstat"), "\nnr_mapped 378\n");
	assert_in(proc_text(m, "vmstat"), "\npgfault 5000000000\n");
	assert_int_not_equal(mm386_digest(m), digest);
	tell(m, "node_unreclaimable", 0, 1);
	assert_in(proc_text(m, "zoneinfo"), "\n  node_unreclaimable:  1\n");
	assert_int_equal(mm386_set_counter(m, "node_unreclaimable", 1, 1), -ERANGE);
	assert_int_equal(mm386_set_counter(m, "nr_active", 0, 1), -ENOENT);
	assert_int_equal(mm386_set_counter(m, "nr_mapped", 1, 1), -ERANGE);
	assert_int_equal(mm386_set_counter(m, "nr_zone_active_anon", 4, 1), -ERANGE);
	mm386_free(m);
}

/* A kernel that was built without something prints no line of it; some lines all have. */
static void test_vmstat_lines_that_a_build_lacks(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 12, 0), 1024, 1);

	(void)state;
	assert_in(proc_text(m, "zoneinfo"), "\n      nr_zspages");
	tell(m, "nr_zspages", 0, MM386_COUNTER_ABSENT);
	assert_null(strstr(proc_text(m, "zoneinfo"), "nr_zspages"));
	assert_null(strstr(proc_text(m, "vmstat"), "nr_zspages"));
	assert_in(proc_text(m, "vmstat"), "\nnr_bounce 0\nnr_free_cma 0\n");
	assert_int_equal(mm386_set_counter(m, "nr_bounce", 0, MM386_COUNTER_ABSENT), -EPERM);
	mm386_free(m);
}

/* What came between 6.1 and 6.12, each at its place, as a kernel of 6.12 prints it. */
static void test_vmstat_names_612(void **state)
{
	static const char *const parts[] = {
		"\nnr_sec_page_table_pages 0\nnr_iommu_pages 0\nnr_swapcached 0\npgdemote_kswapd 0\n"
		"pgdemote_direct 0\npgdemote_khugepaged 0\nnr_dirty_threshold ",
		"\nnr_memmap_pages 0\nnr_memmap_boot_pages 0\npgpgin ",
		"\npgsteal_direct 0\npgsteal_khugepaged 0\npgscan_kswapd 0\npgscan_direct 0\n"
		"pgscan_khugepaged 0\npgscan_direct_throttle ",
		"\nthp_deferred_split_page 0\nthp_underused_split_page 0\nthp_split_pmd ",
		"\nswap_ra_hit 0\nswpin_zero 0\nswpout_zero 0\nksm_swpin_copy ",
		"\nzswpout 0\nzswpwb 0\ndirect_map_level2_splits ",
	};
	struct mm386 *m = boot_release(KVER(6, 12, 0), 128, 1);

	(void)state;
	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		assert_in(proc_text(m, "vmstat"), parts[i]);
	assert_in(proc_text(m, "zoneinfo"), "\n        promo    ");
	mm386_free(m);
}

/* Pages handed out and given back are counted, of the zone that they came from. */
static void test_vmstat_counts_pages(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, 1);
	pfn_t pfn;

	(void)state;
	tell(m, "pgalloc_normal", 0, 3177);
	tell(m, "pgfree", 0, 257140);
	pfn = take(m, "GFP_KERNEL", 3);
	assert_in(proc_text(m, "vmstat"), "\npgalloc_normal 3185\npgalloc_high 0\n");
	assert_int_equal(apply(m, free_op(pfn, 3)).ok, true);
	assert_in(proc_text(m, "vmstat"), "\npgfree 257148\n");
	mm386_free(m);
}

/* Who may wait and gets nothing stalls in reclaim, by the highest zone it may use; who may not wait does not. */
static void test_vmstat_counts_stalls(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 64, 1);

	(void)state;
	while (take(m, "GFP_KERNEL", 0) != NO_PFN)
		;
	assert_in(proc_text(m, "vmstat"), "\nallocstall_dma 0\nallocstall_normal 1\n");
	take(m, "GFP_NOWAIT", 0);
	assert_in(proc_text(m, "vmstat"), "\nallocstall_normal 1\n");
	while (take(m, "GFP_KERNEL|__GFP_DMA", 0) != NO_PFN) /* what the reserve kept */
		;
	assert_in(proc_text(m, "vmstat"), "\nallocstall_dma 1\nallocstall_normal 1\n");
	mm386_free(m);
	m = boot_release(KVER(2, 6, 32), 64, 1);
	while (take(m, "GFP_KERNEL", 0) != NO_PFN)
		;
	while (take(m, "GFP_KERNEL|__GFP_DMA", 0) != NO_PFN) /* what the reserve kept */
		;
	assert_in(proc_text(m, "vmstat"), "\nallocstall 2\n");
	mm386_free(m);
}

/* Two nodes: who asks the second gets its blocks, until it has none; a CPU's own node is local. */
static void test_vmstat_counts_nodes(void **state)
{
	struct mm386_config cfg;
	struct mm386 *m = NULL;
	struct mm386_op op = alloc_op("GFP_KERNEL", 10);
	unsigned taken = 0;
	char line[160];

	(void)state;
	mm386_config_init(&cfg);
	cfg.kernel = MM386_KERNEL_61;
	cfg.memory_bytes = UINT64_C(256) << 20;
	cfg.nr_nodes = 2;
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	assert_in(proc_text(m, "vmstat"), "\nnr_free_cma 0\nnuma_hit 0\nnuma_miss 0\nnuma_foreign 0\n"
					  "numa_interleave 0\nnuma_local 0\nnuma_other 0\nnr_inactive_anon 0\n");
	for (unsigned i = 0; i < mm386_op_desc(MM386_OP_ALLOC_PAGES)->nr_args; i++)
		if (strcmp(mm386_op_desc(MM386_OP_ALLOC_PAGES)->arg[i].name, "node") == 0) {
			op.given |= (uint16_t)(1u << i);
			op.arg[i] = 1;
		}
	while (zone_of(m, apply(m, op).pfn)->node == 1) /* by CPU 0, which is node 0's */
		taken++;
	assert_true(taken > 10);
	snprintf(line, sizeof(line),
		 "\nnuma_hit %u\nnuma_miss 1\nnuma_foreign 1\nnuma_interleave 0\nnuma_local 1\nnuma_other %u\n",
		 taken, taken);
	assert_in(proc_text(m, "vmstat"), line);
	snprintf(line, sizeof(line), "      nr_free_cma  0\n      numa_hit     %u\n", taken);
	assert_in(strstr(proc_text(m, "zoneinfo"), "Node 1, zone   Normal"), line);
	mm386_free(m);
}

/* CPUs add up late: free pages may differ from the lists, within what they keep back. */
static void test_vmstat_free_pages_lag_behind(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, 2);
	struct zone *z = zone_called(m, "HighMem");
	uint32_t most = 2 * 8, lists = z->nr_free;
	char line[64];

	(void)state;
	assert_int_equal(counter_threshold(m, z), 8);
	assert_int_equal(mm386_set_counter(m, "nr_free_pages", z->id, lists + most + 1), -EPERM);
	assert_int_equal(mm386_set_counter(m, "nr_free_pages", z->id, lists - most - 1), -EPERM);
	tell(m, "nr_free_pages", z->id, lists - 3);
	snprintf(line, sizeof(line), "\n      nr_free_pages %u\n", lists - 3);
	assert_in(proc_text(m, "zoneinfo"), line);
	snprintf(line, sizeof(line), "HighMem\n  pages free     %u\n", lists - 3);
	assert_in(proc_text(m, "zoneinfo"), line);
	assert_machine_valid(m);
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vmstat_names_61),
		cmocka_unit_test(test_vmstat_names_510),
		cmocka_unit_test(test_vmstat_names_2618),
		cmocka_unit_test(test_vmstat_24_has_none),
		cmocka_unit_test(test_vmstat_told_counters_are_printed),
		cmocka_unit_test(test_vmstat_lines_that_a_build_lacks),
		cmocka_unit_test(test_vmstat_names_612),
		cmocka_unit_test(test_vmstat_counts_pages),
		cmocka_unit_test(test_vmstat_counts_stalls),
		cmocka_unit_test(test_vmstat_counts_nodes),
		cmocka_unit_test(test_vmstat_free_pages_lag_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
