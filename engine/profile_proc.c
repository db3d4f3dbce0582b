/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * profile_proc.c - when a line of /proc and of the out-of-memory report came, changed and went.
 *
 * Kernel: fs/proc/proc_misc.c, later fs/proc/meminfo.c, meminfo_proc_show(); mm/page_alloc.c
 * show_free_areas(); mm/vmstat.c zoneinfo_show_print(); arch/i386/mm/pgtable.c, later
 * lib/show_mem.c, show_mem(); mm/swap_state.c show_swap_cache_info() [2.4.22, 2.6.16, 2.6.18,
 * 2.6.24, 2.6.32, 4.19, 6.1]; between these, the release in which a change was merged.
 */
#include "boot.h"

#define EVER UINT32_MAX
#define R(a, b) KVER(a, b, 0)
#define R4(c) KVER(2, 4, c)
#define R6(c) KVER(2, 6, c)

struct dated_item {
	struct report_item item;
	uint32_t since, until; /* until: the first release without it */
};

#define ITEM(label, value, unit, since, until) {{label, VALUE_##value, UNIT_##unit, {NULL, NULL}}, since, until}
#define COUNT(label, counter, since, until) {{label, VALUE_COUNTER, UNIT_PAGES, {counter, NULL}}, since, until}
#define COUNT_IN(unit, label, counter, since, until)                                              \
	{{label, VALUE_COUNTER, UNIT_##unit, {counter, NULL}}, since, until}
#define SUM(label, one, two, since, until) {{label, VALUE_COUNTER, UNIT_PAGES, {one, two}}, since, until}

// clang-format off
static const struct dated_item meminfo[] = {
	ITEM("MemTotal:", TOTAL, PAGES, 0, EVER),
	ITEM("MemFree:", FREE, PAGES, 0, EVER),
	ITEM("MemAvailable:", AVAILABLE, PAGES, R(3, 14), EVER),
	ITEM("MemShared:", NONE, PAGES, 0, R(2, 5)),
	ITEM("Buffers:", NONE, PAGES, 0, EVER),
	ITEM("Cached:", CACHED, PAGES, 0, EVER),
	COUNT("SwapCached:", "nr_swapcached", R4(10), EVER),
	ITEM("Active:", NONE, PAGES, 0, R(2, 5)),
	ITEM("Inact_dirty:", NONE, PAGES, 0, R4(10)),
	ITEM("Inact_clean:", NONE, PAGES, 0, R4(10)),
	ITEM("Inact_target:", NONE, PAGES, 0, R4(10)),
	ITEM("Inactive:", NONE, PAGES, R4(10), R(2, 5)),
	COUNT("Active:", "nr_active", R(2, 5), R6(28)),
	COUNT("Inactive:", "nr_inactive", R(2, 5), R6(28)),
	SUM("Active:", "nr_active_anon", "nr_active_file", R6(28), EVER),
	SUM("Inactive:", "nr_inactive_anon", "nr_inactive_file", R6(28), EVER),
	COUNT("Active(anon):", "nr_active_anon", R6(28), EVER),
	COUNT("Inactive(anon):", "nr_inactive_anon", R6(28), EVER),
	COUNT("Active(file):", "nr_active_file", R6(28), EVER),
	COUNT("Inactive(file):", "nr_inactive_file", R6(28), EVER),
	COUNT("Unevictable:", "nr_unevictable", R6(28), EVER),
	COUNT("Mlocked:", "nr_mlock", R6(28), EVER),
	ITEM("HighTotal:", HIGH_TOTAL, PAGES, 0, EVER),
	ITEM("HighFree:", HIGH_FREE, PAGES, 0, EVER),
	ITEM("LowTotal:", LOW_TOTAL, PAGES, 0, EVER),
	ITEM("LowFree:", LOW_FREE, PAGES, 0, EVER),
	ITEM("SwapTotal:", NONE, PAGES, 0, EVER),
	ITEM("SwapFree:", NONE, PAGES, 0, EVER),
	ITEM("Zswap:", NONE, PAGES, R(5, 19), EVER),
	ITEM("Zswapped:", NONE, PAGES, R(5, 19), EVER),
	COUNT("Dirty:", "nr_dirty", R(2, 5), EVER),
	COUNT("Writeback:", "nr_writeback", R(2, 5), EVER),
	COUNT("AnonPages:", "nr_anon_pages", R6(18), EVER),
	COUNT("Mapped:", "nr_mapped", R(2, 5), EVER),
	COUNT("Shmem:", "nr_shmem", R6(32), EVER),
	SUM("KReclaimable:", "nr_slab_reclaimable", "nr_kernel_misc_reclaimable", R(4, 20), EVER),
	COUNT("Slab:", "nr_slab", R(2, 5), R6(19)),
	SUM("Slab:", "nr_slab_reclaimable", "nr_slab_unreclaimable", R6(19), EVER),
	COUNT("SReclaimable:", "nr_slab_reclaimable", R6(19), EVER),
	COUNT("SUnreclaim:", "nr_slab_unreclaimable", R6(19), EVER),
	COUNT_IN(STACKS, "KernelStack:", "nr_kernel_stack", R6(32), R(4, 9)),
	COUNT_IN(KB, "KernelStack:", "nr_kernel_stack", R(4, 9), EVER),
	ITEM("CommitLimit:", COMMIT_LIMIT, PAGES, R6(10), R6(18)),
	ITEM("Committed_AS:", NONE, PAGES, R(2, 5), R6(18)),
	COUNT("PageTables:", "nr_page_table_pages", R(2, 5), EVER),
	COUNT("SecPageTables:", "nr_sec_page_table_pages", R(6, 1), EVER),
	COUNT("NFS_Unstable:", "nr_unstable", R6(18), EVER),
	COUNT("Bounce:", "nr_bounce", R6(18), EVER),
	COUNT("WritebackTmp:", "nr_writeback_temp", R6(26), EVER),
	ITEM("CommitLimit:", COMMIT_LIMIT, PAGES, R6(18), EVER),
	ITEM("Committed_AS:", NONE, PAGES, R6(18), EVER),
	ITEM("VmallocTotal:", VMALLOC_TOTAL, KB, R(2, 5), EVER),
	ITEM("VmallocUsed:", NONE, PAGES, R(2, 5), EVER),
	ITEM("VmallocChunk:", VMALLOC_CHUNK, KB, R(2, 5), EVER),
	ITEM("Percpu:", NONE, PAGES, R(4, 20), EVER),
	ITEM("HardwareCorrupted:", NONE, NARROW, R(3, 0), EVER),
	COUNT("AnonHugePages:", "nr_anon_transparent_hugepages", R6(38), EVER),
	COUNT("ShmemHugePages:", "nr_shmem_hugepages", R(4, 8), EVER),
	COUNT("ShmemPmdMapped:", "nr_shmem_pmdmapped", R(4, 8), EVER),
	COUNT("FileHugePages:", "nr_file_hugepages", R(5, 4), EVER),
	COUNT("FilePmdMapped:", "nr_file_pmdmapped", R(5, 4), EVER),
};

/* The end of meminfo, whose numbers stand elsewhere. */
static const struct dated_item huge[] = {
	ITEM("HugePages_Total:", NONE, COUNT, R(2, 5), EVER),
	ITEM("HugePages_Free:", NONE, COUNT, R(2, 5), EVER),
	ITEM("HugePages_Rsvd:", NONE, COUNT, R6(17), EVER),
	ITEM("HugePages_Surp:", NONE, COUNT, R6(24), EVER),
	ITEM("Hugepagesize:", HUGE_PAGE, NARROW, R(2, 5), R6(28)),
	ITEM("Hugepagesize:", HUGE_PAGE, PAGES, R6(28), EVER),
	ITEM("Hugetlb:", NONE, PAGES, R(4, 16), EVER),
	ITEM("DirectMap4k:", MAP_SMALL, PAGES, R6(27), EVER),
	ITEM("DirectMap", MAP_LARGE, PAGES, R6(27), EVER), /* "2M:" or "4M:" is added */
};

/* The report's sums over all zones. */
static const struct dated_item totals[] = {
	COUNT_IN(COUNT, "Active:", "nr_active", R6(0), R6(28)),
	COUNT_IN(COUNT, " inactive:", "nr_inactive", R6(0), R6(28)),
	COUNT_IN(COUNT, "Active_anon:", "nr_active_anon", R6(28), R6(32)),
	COUNT_IN(COUNT, " active_file:", "nr_active_file", R6(28), R6(32)),
	COUNT_IN(COUNT, " inactive_anon:", "nr_inactive_anon", R6(28), R6(32)),
	COUNT_IN(COUNT, "\n inactive_file:", "nr_inactive_file", R6(28), R6(32)),
	COUNT_IN(COUNT, " unevictable:", "nr_unevictable", R6(28), R6(32)),
	COUNT_IN(COUNT, "active_anon:", "nr_active_anon", R6(32), EVER),
	COUNT_IN(COUNT, " inactive_anon:", "nr_inactive_anon", R6(32), EVER),
	COUNT_IN(COUNT, " isolated_anon:", "nr_isolated_anon", R6(32), EVER),
	COUNT_IN(COUNT, "\n active_file:", "nr_active_file", R6(32), EVER),
	COUNT_IN(COUNT, " inactive_file:", "nr_inactive_file", R6(32), EVER),
	COUNT_IN(COUNT, " isolated_file:", "nr_isolated_file", R6(32), EVER),
	COUNT_IN(COUNT, "\n unevictable:", "nr_unevictable", R6(32), EVER),
	COUNT_IN(COUNT, " dirty:", "nr_dirty", R6(0), EVER),
	COUNT_IN(COUNT, " writeback:", "nr_writeback", R6(0), EVER),
	COUNT_IN(COUNT, " unstable:", "nr_unstable", R6(0), R(5, 8)),
	ITEM(" free:", FREE, COUNT, R6(0), R6(21)),
	ITEM("\n free:", FREE, COUNT, R6(21), R(4, 1)),
	COUNT_IN(COUNT, " slab:", "nr_slab", R6(6), R6(19)),
	{{" slab:", VALUE_COUNTER, UNIT_COUNT, {"nr_slab_reclaimable", "nr_slab_unreclaimable"}}, R6(19), R6(32)},
	COUNT_IN(COUNT, " slab_reclaimable:", "nr_slab_reclaimable", R6(32), R(4, 1)),
	COUNT_IN(COUNT, "\n slab_reclaimable:", "nr_slab_reclaimable", R(4, 1), EVER),
	COUNT_IN(COUNT, " slab_unreclaimable:", "nr_slab_unreclaimable", R6(32), EVER),
	COUNT_IN(COUNT, " mapped:", "nr_mapped", R6(6), R6(32)),
	COUNT_IN(COUNT, "\n mapped:", "nr_mapped", R6(32), EVER),
	COUNT_IN(COUNT, " shmem:", "nr_shmem", R6(32), EVER),
	COUNT_IN(COUNT, " pagetables:", "nr_page_table_pages", R6(6), EVER),
	COUNT_IN(COUNT, "\n sec_pagetables:", "nr_sec_page_table_pages", R(6, 1), EVER),
	COUNT_IN(COUNT, " bounce:", "nr_bounce", R6(21), EVER),
	COUNT_IN(COUNT, "\n kernel_misc_reclaimable:", "nr_kernel_misc_reclaimable", R(5, 18), EVER),
	COUNT_IN(COUNT, "\n free_cma:", "nr_free_cma", R(3, 7), R(4, 1)),
	ITEM("\n free:", FREE, COUNT, R(4, 1), EVER),
	ITEM(" free_pcp:", FREE_PCP, COUNT, R(4, 1), EVER),
	COUNT_IN(COUNT, " free_cma:", "nr_free_cma", R(4, 1), EVER),
};

/* One node's line of the report. */
static const struct dated_item node[] = {
	COUNT(" active_anon:", "nr_active_anon", R(4, 8), EVER),
	COUNT(" inactive_anon:", "nr_inactive_anon", R(4, 8), EVER),
	COUNT(" active_file:", "nr_active_file", R(4, 8), EVER),
	COUNT(" inactive_file:", "nr_inactive_file", R(4, 8), EVER),
	COUNT(" unevictable:", "nr_unevictable", R(4, 8), EVER),
	COUNT(" isolated(anon):", "nr_isolated_anon", R(4, 8), EVER),
	COUNT(" isolated(file):", "nr_isolated_file", R(4, 8), EVER),
	COUNT(" mapped:", "nr_mapped", R(4, 8), EVER),
	COUNT(" dirty:", "nr_dirty", R(4, 8), EVER),
	COUNT(" writeback:", "nr_writeback", R(4, 8), EVER),
	COUNT(" shmem:", "nr_shmem", R(4, 8), EVER),
	COUNT(" shmem_thp: ", "nr_shmem_hugepages", R(4, 8), EVER),
	COUNT(" shmem_pmdmapped: ", "nr_shmem_pmdmapped", R(4, 8), EVER),
	COUNT(" anon_thp: ", "nr_anon_transparent_hugepages", R(4, 8), EVER),
	COUNT(" writeback_tmp:", "nr_writeback_temp", R(4, 8), EVER),
	COUNT(" unstable:", "nr_unstable", R(4, 8), R(5, 8)),
	COUNT_IN(COUNT, " pages_scanned:", "nr_pages_scanned", R(4, 8), R(4, 12)),
	COUNT_IN(KB, " kernel_stack:", "nr_kernel_stack", R(5, 9), EVER),
	COUNT(" pagetables:", "nr_page_table_pages", R(5, 11), EVER),
	COUNT(" sec_pagetables:", "nr_sec_page_table_pages", R(6, 1), EVER),
};

/* One zone's line of the report. */
static const struct dated_item zone[] = {
	ITEM(" free:", FREE, PAGES, R6(0), EVER),
	ITEM(" boost:", BOOST, PAGES, R(5, 17), EVER),
	ITEM(" min:", MIN, PAGES, R6(0), EVER),
	ITEM(" low:", LOW, PAGES, R6(0), EVER),
	ITEM(" high:", HIGH, PAGES, R6(0), EVER),
	ITEM(" reserved_highatomic:", HIGHATOMIC, BIG_K, R(5, 5), EVER),
	COUNT(" active:", "nr_active", R6(0), R6(28)),
	COUNT(" inactive:", "nr_inactive", R6(0), R6(28)),
	COUNT(" active_anon:", "nr_active_anon", R6(28), R(4, 8)),
	COUNT(" inactive_anon:", "nr_inactive_anon", R6(28), R(4, 8)),
	COUNT(" active_file:", "nr_active_file", R6(28), R(4, 8)),
	COUNT(" inactive_file:", "nr_inactive_file", R6(28), R(4, 8)),
	COUNT(" unevictable:", "nr_unevictable", R6(28), R(4, 8)),
	COUNT(" active_anon:", "nr_zone_active_anon", R(4, 8), EVER),
	COUNT(" inactive_anon:", "nr_zone_inactive_anon", R(4, 8), EVER),
	COUNT(" active_file:", "nr_zone_active_file", R(4, 8), EVER),
	COUNT(" inactive_file:", "nr_zone_inactive_file", R(4, 8), EVER),
	COUNT(" unevictable:", "nr_zone_unevictable", R(4, 8), EVER),
	COUNT(" writepending:", "nr_zone_write_pending", R(4, 8), EVER),
	COUNT(" isolated(anon):", "nr_isolated_anon", R6(32), R(4, 8)),
	COUNT(" isolated(file):", "nr_isolated_file", R6(32), R(4, 8)),
	ITEM(" present:", PRESENT, PAGES, R6(4), EVER),
	ITEM(" managed:", MANAGED, PAGES, R(3, 8), EVER),
	COUNT(" mlocked:", "nr_mlock", R6(32), EVER),
	COUNT(" dirty:", "nr_dirty", R6(32), R(4, 8)),
	COUNT(" writeback:", "nr_writeback", R6(32), R(4, 8)),
	COUNT(" mapped:", "nr_mapped", R6(32), R(4, 8)),
	COUNT(" shmem:", "nr_shmem", R6(32), R(4, 8)),
	COUNT(" slab_reclaimable:", "nr_slab_reclaimable", R6(32), R(4, 13)),
	COUNT(" slab_unreclaimable:", "nr_slab_unreclaimable", R6(32), R(4, 13)),
	COUNT_IN(STACKS, " kernel_stack:", "nr_kernel_stack", R6(32), R(4, 9)),
	COUNT_IN(KB, " kernel_stack:", "nr_kernel_stack", R(4, 9), R(5, 9)),
	COUNT(" pagetables:", "nr_page_table_pages", R6(32), R(5, 11)),
	COUNT(" unstable:", "nr_unstable", R6(32), R(4, 8)),
	COUNT(" bounce:", "nr_bounce", R6(32), EVER),
	ITEM(" free_pcp:", FREE_PCP, PAGES, R(4, 1), EVER),
	ITEM(" local_pcp:", LOCAL_PCP, PAGES, R(4, 1), EVER),
	COUNT(" free_cma:", "nr_free_cma", R(3, 7), EVER),
	COUNT(" writeback_tmp:", "nr_writeback_temp", R6(32), R(4, 8)),
	ITEM(" pages_scanned:", NONE, COUNT, R6(9), R(4, 8)),
};
// clang-format on

#define TABLE(t) {t, sizeof(t) / sizeof((t)[0])}
static const struct {
	const struct dated_item *item;
	size_t nr;
} reports[NR_REPORTS] = {
	[REPORT_MEMINFO] = TABLE(meminfo), [REPORT_HUGE] = TABLE(huge), [REPORT_TOTALS] = TABLE(totals),
	[REPORT_NODE] = TABLE(node),	   [REPORT_ZONE] = TABLE(zone),
};

const struct report_item *profile_report(const struct profile *p, enum report r, unsigned *i)
{
	while (*i < reports[r].nr) {
		const struct dated_item *d = &reports[r].item[(*i)++];

		if (p->release >= d->since && p->release < d->until)
			return &d->item;
	}
	return NULL;
}

static void rules_zoneinfo(struct proc_rules *r, uint32_t rel)
{
	r->pagesets = PAGESETS_LOW;
	if (rel >= R6(16))
		r->pagesets = PAGESETS_HOT_COLD;
	if (rel >= R6(20))
		r->pagesets = PAGESETS_LINE;
	if (rel >= R6(25))
		r->pagesets = PAGESETS_ONE;
	if (rel >= R6(28))
		r->scanned = SCANNED_FOUR;
	if (rel >= R6(31))
		r->scanned = SCANNED_ALONE;
	if (rel >= R(4, 8))
		r->scanned = SCANNED_NODE;
	if (rel >= R(4, 12))
		r->scanned = SCANNED_NONE;
	r->zone_active = rel < R6(21);
	r->zone_boost = rel >= R(5, 17);
	r->zone_promo = rel >= R(6, 12);
	r->zone_managed = rel >= R(3, 8);
	r->zone_cma = rel >= R(5, 12);
	r->zone_all = rel >= R(4, 12);
	r->skip_idle_pagesets = rel < R6(22);
	r->stat_threshold = rel >= R6(18);
	r->prev_priority = rel < R6(36);
	r->temp_priority = rel < R6(19);
	r->inactive_ratio = rel >= R6(28) && rel < R(4, 11);
	r->node_words = rel >= R(4, 8);
	r->isolate_unnamed = rel < R6(26);
	r->count_limit = rel >= R(5, 4);
}

static void rules_meminfo(struct proc_rules *r, uint32_t rel)
{
	r->meminfo_width = rel >= R6(28) ? 16 : 14;
	r->meminfo_bytes = rel < R(2, 5);
	r->meminfo_high_always = rel < R6(20);
	r->vmalloc_chunk = rel < R(4, 4);
}

static void rules_swap_line(struct proc_rules *r, uint32_t rel)
{
	r->swap_line = SWAP_RACE;
	if (rel >= R6(14))
		r->swap_line = SWAP_RACE_FREE;
	if (rel >= R6(25))
		r->swap_line = SWAP_FREE;
	if (rel >= R6(28))
		r->swap_line = SWAP_STATS;
	if (rel >= R(6, 0))
		r->swap_line = SWAP_PLAIN;
}

static void rules_report(struct proc_rules *r, uint32_t rel)
{
	r->report_tail = REPORT_TAIL_24;
	if (rel >= R(2, 5))
		r->report_tail = REPORT_TAIL_26;
	if (rel >= R6(27))
		r->report_tail = REPORT_TAIL_LIB;
	if (rel >= R(3, 13))
		r->report_tail = REPORT_TAIL_PRESENT;
	r->report_empty_zones = r->report_free_pages = rel < R6(20);
	r->report_blank_line = rel < R6(15);
	r->report_pcp_used = rel >= R6(13);
	r->report_pcp = rel >= R(2, 5) && rel < R(4, 1);
	r->report_types = rel >= R(3, 8);
	r->report_page_cache = rel >= R6(25);
	r->report_huge_pages = rel >= R(3, 10);
	r->report_poisoned = rel >= R(3, 14);
	r->report_states = rel >= R6(14);
	r->page_table_cache = rel < R(2, 5);
	r->report_cache_memory = rel >= R4(19);
	if (rel >= R6(7))
		r->reserve_word = "protections[]:";
	if (rel >= R6(11))
		r->reserve_word = "lowmem_reserve[]:";
}

void profile_proc(struct proc_rules *r, uint32_t rel)
{
	rules_zoneinfo(r, rel);
	rules_meminfo(r, rel);
	rules_swap_line(r, rel);
	rules_report(r, rel);
}
