/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_proc.c - the /proc files, byte for byte.  The zones' numbers are set by hand,
 * so that only the printing is looked at.
 */
#include "numbers.h"

/* A machine of ${k} whose two lower zones have these numbers, and whose others are empty. */
static struct mm386 *numbered(enum mm386_kernel k)
{
	struct mm386 *m = boot(k, 64);
	struct state *s = m->s;

	for (unsigned i = 0; i < s->info.nr_zones; i++) {
		struct zone *z = &s->zone[i];

		for (unsigned o = 0; o < MM386_ORDERS; o++) {
			z->nr_blocks[o] = i < 2 ? 10 * i + o : 0;
			for (unsigned mt = 0; mt < MM386_MIGRATETYPES; mt++)
				z->free[o][mt].nr = mt == 0 ? z->nr_blocks[o] : 0;
		}
		z->nr_free = i < 2 ? 3900 + i * 8000 : 0;
		z->start_pfn = i * 4096;
		z->spanned = i < 2 ? 4096 + i * 8192 : 0;
		z->present = i < 2 ? 3967 + i * 8000 : 0;
		z->managed = i < 2 ? 3950 + i * 8000 : 0;
		for (unsigned w = 0; w < 3; w++)
			z->watermark[w] = i < 2 ? 16 + 4 * w + 100 * i : 0;
		for (unsigned j = 0; j < MM386_ZONE_TYPES; j++)
			z->lowmem_reserve[j] = i == 0 && j > 0 ? 46 : 0;
	}
	s->totalram_pages = 15900;
	s->totalhigh_pages = 0;
	s->totalreserve_pages = 194;
	return m;
}

static void test_proc_buddyinfo(void **state)
{
	(void)state;
	for (unsigned i = 1; i < 3; i++) {
		struct mm386 *m = numbered(all_kernels[i]);

		assert_string_equal(proc_text(m, "buddyinfo"),
				    "Node 0, zone      DMA      0      1      2      3      4      "
				    "5      6      7      8"
				    "      9     10 \n"
				    "Node 0, zone   Normal     10     11     12     13     14     "
				    "15     16     17     18"
				    "     19     20 \n");
		mm386_free(m);
	}
}

#define TYPE_LINE(zone, type, count) "Node    0, zone " zone ", type " type " " count "\n"
#define NONE "     0      0      0      0      0      0      0      0      0      0      0 "

/* Four page blocks of DMA, twelve of Normal: all movable but for one of each zone. */
static struct mm386 *grouped(enum mm386_kernel k)
{
	struct mm386 *m = numbered(k);

	m->s->info.nr_migratetypes = MM386_MIGRATETYPES;
	m->s->info.pageblock_order = 10;
	m->s->mobility_disabled = false;
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		struct zone *z = &m->s->zone[i];

		if (i >= 2) {
			z->start_pfn = z->end_pfn = 0;
			continue;
		}
		z->end_pfn = z->start_pfn + z->spanned;
		z->pageblock_start = z->start_pfn;
		for (uint32_t b = 0; b < z->spanned >> 10; b++)
			*pageblock_of(m, z, z->start_pfn + (b << 10)) =
				b ? MM386_MIGRATE_MOVABLE : MM386_MIGRATE_UNMOVABLE;
	}
	return m;
}

/* 2.6.32: reclaimable before movable. */
static void test_proc_pagetypeinfo_26(void **state)
{
	struct mm386 *m = grouped(MM386_KERNEL_26);
	static const char begin[] =
		"Page block order: 10\n"
		"Pages per block:  1024\n"
		"\n"
		"Free pages count per migrate type at order       0      1     "
		" 2      3      4      5      6      7      8      9     10 \n"
		"Node    0, zone      DMA, type    Unmovable      0      1     "
		" 2      3      4      5      6      7      8      9     10 \n"
		TYPE_LINE("     DMA", " Reclaimable", NONE) TYPE_LINE("     DMA", "     Movable", NONE)
		TYPE_LINE("     DMA", "     Reserve", NONE) TYPE_LINE("     DMA", "     Isolate", NONE);
	static const char end[] = "\n"
				  "Number of blocks type     Unmovable  Reclaimable      Movable   "
				  "   Reserve      Isolate \n"
				  "Node 0, zone      DMA            1            0            3    "
				  "        0            0 \n"
				  "Node 0, zone   Normal            1            0           11    "
				  "        0            0 \n";
	const char *text = proc_text(m, "pagetypeinfo");

	(void)state;
	assert_memory_equal(text, begin, strlen(begin));
	assert_string_equal(text + strlen(text) - strlen(end), end);
	mm386_free(m);
}

/* Up to 2.6.25 nobody had named the last type. */
static void test_proc_pagetypeinfo_forgets_a_name(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 24), 64, 1);

	(void)state;
	assert_in(proc_text(m, "pagetypeinfo"), "Node    0, zone      DMA, type       <NULL>      0 ");
	assert_in(proc_text(m, "pagetypeinfo"), "Movable      Reserve       <NULL> \n");
	mm386_free(m);
	m = boot_release(KVER(2, 6, 26), 64, 1);
	assert_in(proc_text(m, "pagetypeinfo"), "Node    0, zone      DMA, type      Isolate      0 ");
	mm386_free(m);
}

/* 6.1: movable second, HighAtomic; no list is counted further than 100,000. */
static void test_proc_pagetypeinfo_61(void **state)
{
	struct mm386 *m = grouped(MM386_KERNEL_61);
	const char *text;

	(void)state;
	m->s->zone[0].free[0][MM386_MIGRATE_MOVABLE].nr = 99999;
	m->s->zone[0].free[1][MM386_MIGRATE_MOVABLE].nr = 100000;
	m->s->zone[0].free[2][MM386_MIGRATE_MOVABLE].nr = 123456;
	text = proc_text(m, "pagetypeinfo");
	assert_non_null(strstr(text, "Node    0, zone      DMA, type      Movable  99999 >100000 >100000"
				     "      0      0      0      0      0      0      0      0 \n"
				     "Node    0, zone      DMA, type  Reclaimable      0 "));
	assert_non_null(strstr(text, "Number of blocks type     Unmovable      Movable  Reclaimable"
				     "   HighAtomic      Isolate \n"
				     "Node 0, zone      DMA            1            3            0"
				     "            0            0 \n"));
	mm386_free(m);
}

/* Page blocks are looked at from the zone's first frame on: of three that it touches, two. */
static void test_proc_pagetypeinfo_passes_over_the_last_block(void **state)
{
	struct mm386 *m = grouped(MM386_KERNEL_61);
	struct zone *z = &m->s->zone[0];

	(void)state;
	z->start_pfn = 1000;
	z->end_pfn = 3000;
	z->pageblock_start = 0;
	assert_non_null(strstr(proc_text(m, "pagetypeinfo"),
			       "Node 0, zone      DMA            1            1            0 "));
	mm386_free(m);
}

/* Page blocks that pagetypeinfo counts in HighMem of ${release} with PAE, 4 GiB and ${option}. */
static unsigned highmem_blocks(uint32_t release, const char *option)
{
	struct mm386_config cfg = release_config(release, UINT64_C(4) << 30);
	unsigned unmovable, movable;
	const char *line;
	struct mm386 *m;

	cfg.pae = true;
	strcpy(cfg.cmdline, option);
	m = boot_config(&cfg);
	line = strstr(proc_text(m, "pagetypeinfo"), "Number of blocks");
	assert_non_null(line);
	line = strstr(line, "HighMem");
	assert_non_null(line);
	assert_int_equal(sscanf(line, "HighMem %u %u", &unmovable, &movable), 2);
	mm386_free(m);
	return unmovable + movable;
}

/*
 * A real kernel's 4 GiB with movablecore=1G: HighMem touches 1097 page blocks, but the last frame
 * that is looked at is in the hole below 4 GiB, whose descriptors are zone Movable's.  5.8 to 5.14
 * did not touch them: they read as zone DMA's, and of HighMem's 2121 blocks 1608 were counted.
 */
static void test_proc_pagetypeinfo_passes_over_another_zones_hole(void **state)
{
	(void)state;
	assert_int_equal(highmem_blocks(KVER(6, 1, 0), "movablecore=1G"), 1096);
	assert_int_equal(highmem_blocks(KVER(5, 7, 0), ""), 2121);
	assert_int_equal(highmem_blocks(KVER(5, 10, 223), ""), 1608);
	assert_int_equal(highmem_blocks(KVER(5, 14, 0), ""), highmem_blocks(KVER(5, 15, 0), "") - 513);
}

static void test_proc_meminfo_24(void **state)
{
	struct mm386 *m = numbered(MM386_KERNEL_24);

	(void)state;
	assert_string_equal(proc_text(m, "meminfo"),
			    "        total:    used:    free:  shared: buffers:  cached:\n"
			    "Mem:  65126400   409600 64716800        0        0        0\n"
			    "Swap:        0        0        0\n"
			    "MemTotal:        63600 kB\n"
			    "MemFree:         63200 kB\n"
			    "MemShared:           0 kB\n"
			    "Buffers:             0 kB\n"
			    "Cached:              0 kB\n"
			    "SwapCached:          0 kB\n"
			    "Active:              0 kB\n"
			    "Inactive:            0 kB\n"
			    "HighTotal:           0 kB\n"
			    "HighFree:            0 kB\n"
			    "LowTotal:        63600 kB\n"
			    "LowFree:         63200 kB\n"
			    "SwapTotal:           0 kB\n"
			    "SwapFree:            0 kB\n");
	mm386_free(m);
}

/* The names of /proc/meminfo in order, one letter of white space between. */
static void assert_names(const char *text, const char *names)
{
	char got[1600] = "";

	for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
		size_t len = strlen(got), name = strcspn(line, ":");

		assert_true(len + name + 2 < sizeof(got));
		memcpy(got + len, line, name);
		memcpy(got + len + name, " ", 2);
	}
	assert_string_equal(got, names);
}

/* 6.1: the names and their order as a Debian kernel printed them. */
static void test_proc_meminfo_61(void **state)
{
	struct mm386 *m = numbered(MM386_KERNEL_61);
	const char *text = proc_text(m, "meminfo");
	static const char begin[] = "MemTotal:          63600 kB\n"
				    "MemFree:           63200 kB\n"
				    "MemAvailable:      62424 kB\n"
				    "Buffers:               0 kB\n";

	(void)state;
	assert_memory_equal(text, begin, strlen(begin));
	assert_non_null(strstr(text, "\nHardwareCorrupted:     0 kB\n"));
	assert_non_null(strstr(text, "\nHugePages_Total:       0\n"));
	assert_non_null(strstr(text, "\nHugepagesize:       4096 kB\n"));
	assert_names(
		text,
		"MemTotal MemFree MemAvailable Buffers Cached SwapCached Active Inactive "
		"Active(anon) "
		"Inactive(anon) Active(file) Inactive(file) Unevictable Mlocked HighTotal HighFree "
		"LowTotal "
		"LowFree SwapTotal SwapFree Zswap Zswapped Dirty Writeback AnonPages Mapped Shmem "
		"KReclaimable Slab SReclaimable SUnreclaim KernelStack PageTables SecPageTables "
		"NFS_Unstable "
		"Bounce WritebackTmp CommitLimit Committed_AS VmallocTotal VmallocUsed "
		"VmallocChunk Percpu "
		"HardwareCorrupted AnonHugePages ShmemHugePages ShmemPmdMapped FileHugePages "
		"FilePmdMapped "
		"HugePages_Total HugePages_Free HugePages_Rsvd HugePages_Surp Hugepagesize Hugetlb "
		"DirectMap4k "
		"DirectMap4M ");
	mm386_free(m);
}

static void test_proc_meminfo_26(void **state)
{
	struct mm386 *m = numbered(MM386_KERNEL_26);
	const char *text = proc_text(m, "meminfo");

	(void)state;
	assert_names(text, "MemTotal MemFree Buffers Cached SwapCached Active Inactive "
			   "Active(anon) Inactive(anon) "
			   "Active(file) Inactive(file) Unevictable Mlocked HighTotal HighFree "
			   "LowTotal LowFree SwapTotal "
			   "SwapFree Dirty Writeback AnonPages Mapped Shmem Slab SReclaimable "
			   "SUnreclaim KernelStack "
			   "PageTables NFS_Unstable Bounce WritebackTmp CommitLimit Committed_AS "
			   "VmallocTotal VmallocUsed "
			   "VmallocChunk HugePages_Total HugePages_Free HugePages_Rsvd "
			   "HugePages_Surp Hugepagesize "
			   "DirectMap4k DirectMap4M ");
	mm386_free(m);
}

/* 2.6.18: names in a column of 14. */
static void test_proc_meminfo_2618(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 18), 1024, 1);
	const char *text;

	(void)state;
	tell(m, "nr_slab", 1, 29891);
	tell(m, "nr_file_pages", 1, 500);
	text = proc_text(m, "meminfo");
	assert_names(text, "MemTotal MemFree Buffers Cached SwapCached Active Inactive HighTotal HighFree LowTotal "
			   "LowFree SwapTotal SwapFree Dirty Writeback AnonPages Mapped Slab PageTables NFS_Unstable "
			   "Bounce CommitLimit Committed_AS VmallocTotal VmallocUsed VmallocChunk HugePages_Total "
			   "HugePages_Free HugePages_Rsvd Hugepagesize ");
	assert_in(text, "\nCached:           2000 kB\n");
	assert_in(text, "\nSlab:           119564 kB\n");
	assert_in(text, "\nVmallocTotal:   114680 kB\n");
	assert_in(text, "\nHugePages_Total:     0\n");
	assert_in(text, "\nHugepagesize:     4096 kB\n");
	mm386_free(m);
}

/* What a 6.1 kernel had counted when it printed these lines. */
static void test_proc_meminfo_61_counters(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, 1);
	const char *text;

	(void)state;
	tell(m, "nr_active_anon", 0, 414);
	tell(m, "nr_inactive_anon", 0, 109);
	tell(m, "nr_file_pages", 0, 505);
	tell(m, "nr_shmem", 0, 505);
	tell(m, "nr_slab_reclaimable", 0, 1458);
	tell(m, "nr_slab_unreclaimable", 0, 783);
	tell(m, "nr_kernel_stack", 0, 368);
	tell(m, "nr_page_table_pages", 0, 10);
	text = proc_text(m, "meminfo");
	assert_in(text, "\nCached:             2020 kB\nSwapCached:            0 kB\nActive:             1656 kB\n"
			"Inactive:            436 kB\nActive(anon):       1656 kB\nInactive(anon):      436 kB\n");
	assert_in(text, "\nShmem:              2020 kB\nKReclaimable:       5832 kB\nSlab:               8964 kB\n"
			"SReclaimable:       5832 kB\nSUnreclaim:         3132 kB\nKernelStack:         368 kB\n"
			"PageTables:           40 kB\n");
	mm386_free(m);
}

/* A Debian 6.1 kernel on 1 GiB: two large pages are cut, one for the first 1 MiB, one for read-only data. */
static void test_proc_meminfo_61_direct_map(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, 1);

	(void)state;
	assert_in(proc_text(m, "meminfo"), "DirectMap4k:       12280 kB\nDirectMap4M:      884736 kB\n");
	mm386_free(m);
}

/* 2.4.9 and before had lists of other names. */
static void test_proc_meminfo_240(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 4, 0), 64, 1);

	(void)state;
	assert_in(proc_text(m, "meminfo"), "Cached:              0 kB\n"
					   "Active:              0 kB\n"
					   "Inact_dirty:         0 kB\n"
					   "Inact_clean:         0 kB\n"
					   "Inact_target:        0 kB\n"
					   "HighTotal:           0 kB\n");
	mm386_free(m);
}

/* The knobs, as proc_dointvec() prints them; a release has none that came after it. */
static void test_proc_sysctl(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, 1);

	(void)state;
	m->s->sysctl.min_free_kbytes = 43144;
	m->s->sysctl.percpu_pagelist_fraction = 8;
	assert_string_equal(proc_text(m, "sys/vm/min_free_kbytes"), "43144\n");
	assert_string_equal(proc_text(m, "sys/vm/lowmem_reserve_ratio"), "256\t32\t0\t0\n");
	assert_string_equal(proc_text(m, "sys/vm/watermark_scale_factor"), "10\n");
	assert_string_equal(proc_text(m, "sys/vm/watermark_boost_factor"), "15000\n");
	assert_string_equal(proc_text(m, "sys/vm/extfrag_threshold"), "500\n");
	assert_string_equal(proc_text(m, "sys/vm/percpu_pagelist_high_fraction"), "8\n");
	assert_int_equal(mm386_proc(m, "sys/vm/percpu_pagelist_fraction", NULL, 0), -ENOENT);
	assert_int_equal(mm386_proc(m, "sys/vm/swappiness", NULL, 0), -ENOENT);
	mm386_free(m);
	m = boot_release(KVER(2, 6, 18), 1024, 1);
	assert_string_equal(proc_text(m, "sys/vm/lowmem_reserve_ratio"), "256\t256\t32\n");
	assert_int_equal(mm386_proc(m, "sys/vm/extfrag_threshold", NULL, 0), -ENOENT);
	mm386_free(m);
}

/*
 * Like snprintf: the whole length is returned, the buffer is never overrun, NULL with size 0 is
 * good.
 */
static void test_proc_tells_the_length_it_needs(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 64);
		const char *name;

		for (unsigned i = 0; (name = mm386_proc_name(m, i)); i++) {
			long len = mm386_proc(m, name, NULL, 0);
			char *all = malloc((size_t)len + 1), small[10];

			assert_true(len > 0);
			assert_non_null(all);
			assert_int_equal(mm386_proc(m, name, all, (size_t)len + 1), len);
			assert_int_equal(strlen(all), len);
			assert_int_equal(mm386_proc(m, name, small, sizeof(small)), len);
			assert_memory_equal(small, all, len < 9 ? (size_t)len : 9);
			assert_int_equal(small[len < 9 ? len : 9], '\0');
			free(all);
		}
		mm386_free(m);
	}
}

static void test_proc_24_has_no_buddyinfo(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_24, 64);
	char buf[10];

	(void)state;
	assert_int_equal(mm386_proc(m, "buddyinfo", buf, sizeof(buf)), -ENOENT);
	assert_int_equal(mm386_proc(m, "zoneinfo", buf, sizeof(buf)), -ENOENT);
	assert_int_equal(mm386_proc(m, "nonsense", buf, sizeof(buf)), -ENOENT);
	assert_string_equal(mm386_proc_name(m, 0), "iomem");
	assert_string_equal(mm386_proc_name(m, 1), "meminfo");
	assert_string_equal(mm386_proc_name(m, 2), "show_mem");
	assert_null(mm386_proc_name(m, 3));
	mm386_free(m);
}

static bool release_has(uint32_t release, const char *file)
{
	struct mm386 *m = boot_release(release, 64, 1);
	bool has = false;
	const char *name;

	for (unsigned i = 0; (name = mm386_proc_name(m, i)); i++)
		has = has || strcmp(name, file) == 0;
	assert_int_equal(mm386_proc(m, file, NULL, 0) > 0, has);
	mm386_free(m);
	return has;
}

/* A release has no file that came after it. */
static void test_proc_files_come_with_their_release(void **state)
{
	(void)state;
	assert_false(release_has(KVER(2, 4, 18), "buddyinfo"));
	assert_true(release_has(KVER(2, 6, 0), "buddyinfo"));
	assert_false(release_has(KVER(2, 6, 12), "zoneinfo"));
	assert_true(release_has(KVER(2, 6, 13), "zoneinfo"));
	assert_false(release_has(KVER(2, 6, 23), "pagetypeinfo"));
	assert_true(release_has(KVER(2, 6, 24), "pagetypeinfo"));
	assert_true(release_has(KVER(2, 4, 18), "meminfo"));
	assert_true(release_has(KVER(2, 4, 18), "show_mem"));
	assert_false(release_has(KVER(2, 4, 18), "vmstat"));
	assert_false(release_has(KVER(4, 5, 0), "sys/vm/watermark_scale_factor"));
	assert_true(release_has(KVER(4, 6, 0), "sys/vm/watermark_scale_factor"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proc_buddyinfo),
		cmocka_unit_test(test_proc_pagetypeinfo_26),
		cmocka_unit_test(test_proc_pagetypeinfo_forgets_a_name),
		cmocka_unit_test(test_proc_pagetypeinfo_61),
		cmocka_unit_test(test_proc_pagetypeinfo_passes_over_the_last_block),
		cmocka_unit_test(test_proc_pagetypeinfo_passes_over_another_zones_hole),
		cmocka_unit_test(test_proc_meminfo_24),
		cmocka_unit_test(test_proc_meminfo_61),
		cmocka_unit_test(test_proc_meminfo_26),
		cmocka_unit_test(test_proc_meminfo_2618),
		cmocka_unit_test(test_proc_meminfo_61_counters),
		cmocka_unit_test(test_proc_meminfo_61_direct_map),
		cmocka_unit_test(test_proc_meminfo_240),
		cmocka_unit_test(test_proc_sysctl),
		cmocka_unit_test(test_proc_tells_the_length_it_needs),
		cmocka_unit_test(test_proc_24_has_no_buddyinfo),
		cmocka_unit_test(test_proc_files_come_with_their_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
