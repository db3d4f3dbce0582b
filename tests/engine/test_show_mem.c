/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_show_mem.c - the out-of-memory report, byte for byte, with numbers that machines of
 * these releases printed in public reports.
 */
#include "numbers.h"

/* 2.4.22: 1 GiB; DMA 13600kB free, Normal 492232kB, HighMem 2044kB. */
static void test_show_mem_24(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 4, 22), 1024, 1);
	static const struct {
		const char *name;
		uint32_t free, min, blocks[10];
	} zones[] = {
		{"DMA", 3400, 32, {2, 3, 2, 3, 0, 1, 2, 1, 0, 6}},
		{"Normal", 123058, 255, {35, 62, 25, 58, 102, 50, 13, 4, 2, 229}},
		{"HighMem", 511, 255, {1, 1, 1, 1, 1, 1, 1, 1, 1, 0}},
	};
	static const char text[] =
		"Mem-info:\n"
		"Free pages:      507876kB (  2044kB HighMem)\n"
		"Zone:DMA freepages: 13600kB min:   128kB low:   256kB high:   384kB\n"
		"Zone:Normal freepages:492232kB min:  1020kB low:  2040kB high:  3060kB\n"
		"Zone:HighMem freepages:  2044kB min:  1020kB low:  2040kB high:  3060kB\n"
		"( Active: 0, inactive: 0, free: 126969 )\n"
		"2*4kB 3*8kB 2*16kB 3*32kB 0*64kB 1*128kB 2*256kB 1*512kB 0*1024kB 6*2048kB = 13600kB)\n"
		"35*4kB 62*8kB 25*16kB 58*32kB 102*64kB 50*128kB 13*256kB 4*512kB 2*1024kB 229*2048kB = "
		"492236kB)\n"
		"1*4kB 1*8kB 1*16kB 1*32kB 1*64kB 1*128kB 1*256kB 1*512kB 1*1024kB 0*2048kB = 2044kB)\n"
		"Swap cache: add 0, delete 0, find 0/0, race 0+0\n"
		"Free swap:            0kB\n"
		"262112 pages of RAM\n"
		"32736 pages of HIGHMEM\n";
	static const char end[] = " reserved pages\n"
				  "0 pages shared\n"
				  "0 pages swap cached\n"
				  "0 pages in page table cache\n"
				  "Buffer memory:        0kB\n"
				  "Cache memory:        0kB\n";
	const char *got;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct zone *z = zone_called(m, zones[i].name);

		z->nr_free = zones[i].free;
		set_marks(z, zones[i].min, 2 * zones[i].min, 3 * zones[i].min);
		set_orders(z, MM386_MIGRATE_UNMOVABLE, zones[i].blocks, 10);
	}
	got = proc_text(m, "show_mem");
	assert_memory_equal(got, text, strlen(text));
	assert_string_equal(got + strlen(got) - strlen(end), end);
	mm386_free(m);
}

/* Reserved frames are counted one by one; a frame that is handed out has one user, so none is shared. */
static void test_show_mem_24_counts_frames(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 4, 22), 64, 1);
	uint32_t reserved = 0;
	char line[64];

	(void)state;
	for (pfn_t pfn = 0; pfn < m->s->info.max_mapnr; pfn++)
		reserved += m->kind[pfn] != MM386_KIND_FREE;
	take(m, "GFP_KERNEL", 3);
	snprintf(line, sizeof(line), "\n%u reserved pages\n0 pages shared\n", reserved);
	assert_in(proc_text(m, "show_mem"), line);
	mm386_free(m);
}

/* 2.6.16: an empty zone is named; hot and cold lists, what is in use among them. */
static void test_show_mem_2616(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 16), 1024, 1);
	struct zone *z = only_zone(m, "Normal");
	static const uint32_t blocks[11] = {3, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0};
	const char *got;

	(void)state;
	z->nr_free = 335;
	z->present = 225280;
	set_marks(z, 939, 1173, 1408);
	set_orders(z, MM386_MIGRATE_UNMOVABLE, blocks, 11);
	set_pcp(m, z, 0, 28, 186, 31);
	got = proc_text(m, "show_mem");
	assert_in(got, "Mem-info:\n"
		       "DMA per-cpu: empty\n"
		       "DMA32 per-cpu: empty\n"
		       "Normal per-cpu:\n"
		       "cpu 0 hot: high 186, batch 31 used:28\n"
		       "cpu 0 cold: high 0, batch 0 used:0\n"
		       "HighMem per-cpu: empty\n"
		       "Free pages: ");
	assert_in(got, "Active:0 inactive:0 dirty:0 writeback:0 unstable:0 free:");
	assert_in(got, "\nNormal free:1340kB min:3756kB low:4692kB high:5632kB active:0kB inactive:0kB "
		       "present:901120kB pages_scanned:0 all_unreclaimable? no\n"
		       "lowmem_reserve[]: 0 0 0 1023\n");
	assert_in(got, "\nDMA32: empty\n"
		       "Normal: 3*4kB 0*8kB 0*16kB 0*32kB 1*64kB 1*128kB 1*256kB 0*512kB 0*1024kB 0*2048kB "
		       "0*4096kB = 460kB\n"
		       "HighMem: empty\n"
		       "Swap cache: add 0, delete 0, find 0/0, race 0+0\n"
		       "Free swap  = 0kB\n"
		       "Total swap = 0kB\n"
		       "Free swap:            0kB\n");
	assert_in(got, " pages swap cached\n0 pages dirty\n0 pages writeback\n0 pages mapped\n0 pages slab\n"
		       "0 pages pagetables\n");
	mm386_free(m);
}

/* 2.6.32: counters in kB; a kernel stack has 8. */
static void test_show_mem_2632(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 32), 1024, 1);
	struct zone *z = only_zone(m, "Normal");
	const char *got;

	(void)state;
	z->nr_free = 102658;
	z->present = 221486;
	set_marks(z, 932, 1165, 1398);
	set_pcp(m, z, 0, 45, 186, 31);
	tell(m, "nr_active_anon", z->id, 14844);
	tell(m, "nr_inactive_anon", z->id, 15283);
	tell(m, "nr_active_file", z->id, 20246);
	tell(m, "nr_inactive_file", z->id, 21164);
	tell(m, "nr_slab_reclaimable", z->id, 13707);
	tell(m, "nr_slab_unreclaimable", z->id, 9847);
	tell(m, "nr_kernel_stack", z->id, 607);
	tell(m, "nr_page_table_pages", z->id, 271);
	got = proc_text(m, "show_mem");
	assert_in(got, "Mem-Info:\n"
		       "Normal per-cpu:\n"
		       "CPU    0: hi:  186, btch:  31 usd:  45\n"
		       "active_anon:14844 inactive_anon:15283 isolated_anon:0\n"
		       " active_file:20246 inactive_file:21164 isolated_file:0\n"
		       " unevictable:0 dirty:0 writeback:0 unstable:0\n"
		       " free:");
	assert_in(got, " slab_reclaimable:13707 slab_unreclaimable:9847\n"
		       " mapped:0 shmem:0 pagetables:271 bounce:0\n"
		       "Normal free:410632kB min:3728kB low:4660kB high:5592kB active_anon:59376kB "
		       "inactive_anon:61132kB active_file:80984kB inactive_file:84656kB unevictable:0kB "
		       "isolated(anon):0kB isolated(file):0kB present:885944kB mlocked:0kB dirty:0kB "
		       "writeback:0kB mapped:0kB shmem:0kB slab_reclaimable:54828kB "
		       "slab_unreclaimable:39388kB kernel_stack:4856kB pagetables:1084kB unstable:0kB "
		       "bounce:0kB writeback_tmp:0kB pages_scanned:0 all_unreclaimable? no\n");
	assert_in(got, "\n0 total pagecache pages\n"
		       "0 pages in swap cache\n"
		       "Swap cache stats: add 0, delete 0, find 0/0\n"
		       "Free swap  = 0kB\n"
		       "Total swap = 0kB\n");
	assert_in(got, " pages HighMem\n");
	assert_in(got, " pages shared\n0 pages non-shared\n");
	mm386_free(m);
}

/* 6.1: a line for the node, letters for the types that have blocks of an order. */
static void test_show_mem_61(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, 2);
	struct zone *z = only_zone(m, "HighMem");
	static const uint32_t blocks[11] = {37, 13, 9, 0, 1, 1, 0, 0, 0, 0, 0};
	const char *got;

	(void)state;
	z->nr_free = 147;
	z->present = z->managed = 37858;
	z->nr_reserved_highatomic = 1024;
	set_marks(z, 36, 506, 976);
	z->watermark_boost = 10;
	set_orders(z, MM386_MIGRATE_MOVABLE, blocks, 11);
	z->free[0][MM386_MIGRATE_UNMOVABLE].nr = 1;
	z->free[1][MM386_MIGRATE_RECLAIMABLE].nr = 1;
	z->free[2][MM386_MIGRATE_RESERVED].nr = 1;
	set_pcp(m, z, 0, 214, 253, 7);
	set_pcp(m, z, 1, 77, 253, 7);
	tell(m, "nr_active_anon", 0, 438);
	tell(m, "nr_zone_active_anon", z->id, 437);
	tell(m, "nr_kernel_stack", 0, 432);
	tell(m, "nr_file_pages", 0, 505);
	got = proc_text(m, "show_mem");
	assert_in(got, "Mem-Info:\n"
		       "active_anon:438 inactive_anon:0 isolated_anon:0\n"
		       " active_file:0 inactive_file:0 isolated_file:0\n"
		       " unevictable:0 dirty:0 writeback:0\n"
		       " slab_reclaimable:0 slab_unreclaimable:0\n"
		       " mapped:0 shmem:0 pagetables:0\n"
		       " sec_pagetables:0 bounce:0\n"
		       " kernel_misc_reclaimable:0\n"
		       " free:");
	assert_in(got, "Node 0 active_anon:1752kB inactive_anon:0kB active_file:0kB inactive_file:0kB "
		       "unevictable:0kB isolated(anon):0kB isolated(file):0kB mapped:0kB dirty:0kB writeback:0kB "
		       "shmem:0kB shmem_thp: 0kB shmem_pmdmapped: 0kB anon_thp: 0kB writeback_tmp:0kB "
		       "kernel_stack:432kB pagetables:0kB sec_pagetables:0kB all_unreclaimable? no\n"
		       "HighMem free:588kB boost:40kB min:184kB low:2064kB high:3944kB "
		       "reserved_highatomic:4096KB active_anon:1748kB inactive_anon:0kB active_file:0kB "
		       "inactive_file:0kB unevictable:0kB writepending:0kB present:151432kB managed:151432kB "
		       "mlocked:0kB bounce:0kB free_pcp:1164kB local_pcp:856kB free_cma:0kB\n"
		       "lowmem_reserve[]: 0 0 0 0\n"
		       "HighMem: 37*4kB (UM) 13*8kB (ME) 9*16kB (MH) 0*32kB 1*64kB (M) 1*128kB (M) 0*256kB 0*512kB "
		       "0*1024kB 0*2048kB 0*4096kB = 588kB\n"
		       "Node 0 hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=4096kB\n"
		       "505 total pagecache pages\n"
		       "0 pages in swap cache\n"
		       "Free swap  = 0kB\n"
		       "Total swap = 0kB\n"
		       "37858 pages RAM\n"
		       "37858 pages HighMem/MovableOnly\n");
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_show_mem_24),
		cmocka_unit_test(test_show_mem_24_counts_frames),
		cmocka_unit_test(test_show_mem_2616),
		cmocka_unit_test(test_show_mem_2632),
		cmocka_unit_test(test_show_mem_61),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
