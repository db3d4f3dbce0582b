/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_proc_zoneinfo.c - /proc/zoneinfo, byte for byte.
 *
 * The zones' numbers are set by hand, so that only the printing is looked at: those of 6.1 are
 * what a Debian kernel on 1 GiB with two CPUs printed of itself.
 */
#include "numbers.h"

/* Two CPUs, 1 GiB: the HighMem zone as that kernel printed it. */
static void test_zoneinfo_61_high_memory(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, 2);
	struct zone *z = only_zone(m, "HighMem");
	static const char text[] = "Node 0, zone  HighMem\n"
				   "  per-node stats\n"
				   "      nr_inactive_anon 95\n"
				   "      nr_active_anon 438\n";
	static const char zone_text[] = "\n  pages free     36891\n"
					"        boost    0\n"
					"        min      36\n"
					"        low      506\n"
					"        high     976\n"
					"        spanned  37858\n"
					"        present  37858\n"
					"        managed  37858\n"
					"        cma      0\n"
					"        protection: (0, 0, 0, 0)\n"
					"      nr_free_pages 36891\n"
					"      nr_zone_inactive_anon 84\n"
					"      nr_zone_active_anon 438\n"
					"      nr_zone_inactive_file 0\n"
					"      nr_zone_active_file 0\n"
					"      nr_zone_unevictable 0\n"
					"      nr_zone_write_pending 0\n"
					"      nr_mlock     0\n"
					"      nr_bounce    0\n"
					"      nr_zspages   0\n"
					"      nr_free_cma  0\n"
					"  pagesets\n"
					"    cpu: 0\n"
					"              count: 214\n"
					"              high:  253\n"
					"              batch: 7\n"
					"  vm stats threshold: 8\n"
					"    cpu: 1\n"
					"              count: 77\n"
					"              high:  253\n"
					"              batch: 7\n"
					"  vm stats threshold: 8\n"
					"  node_unreclaimable:  0\n"
					"  start_pfn:           224254\n"
					"Node 0, zone  Movable\n"
					"  pages free     0\n";
	const char *got;

	(void)state;
	z->nr_free = 36891;
	z->start_pfn = 224254;
	z->spanned = z->present = z->managed = 37858;
	set_marks(z, 36, 506, 976);
	set_pcp(m, z, 0, 214, 253, 7);
	set_pcp(m, z, 1, 77, 253, 7);
	tell(m, "nr_inactive_anon", 0, 95);
	tell(m, "nr_active_anon", 0, 438);
	tell(m, "nr_zone_inactive_anon", z->id, 84);
	tell(m, "nr_zone_active_anon", z->id, 438);
	got = strstr(proc_text(m, "zoneinfo"), "Node 0, zone  HighMem");
	assert_non_null(got);
	assert_memory_equal(got, text, strlen(text));
	got = strstr(got, zone_text);
	assert_non_null(got);
	mm386_free(m);
}

/* A zone without pages: sizes, marks, protection, nothing else. */
static void test_zoneinfo_61_empty_zone(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, 1);
	struct zone *z = &m->s->zone[3];
	static const char text[] = "Node 0, zone  Movable\n"
				   "  pages free     0\n"
				   "        boost    0\n"
				   "        min      32\n"
				   "        low      32\n"
				   "        high     32\n"
				   "        spanned  0\n"
				   "        present  0\n"
				   "        managed  0\n"
				   "        cma      0\n"
				   "        protection: (0, 0, 0, 0)\n";
	const char *got;

	(void)state;
	set_marks(z, 32, 32, 32);
	got = strstr(proc_text(m, "zoneinfo"), "Node 0, zone  Movable");
	assert_non_null(got);
	assert_string_equal(got, text);
	mm386_free(m);
}

/* The marks that are printed have the boost in them (48 MiB: 88 + 1024). */
static void test_zoneinfo_61_boost_is_in_the_marks(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, 1);
	struct zone *z = &m->s->zone[1];

	(void)state;
	z->watermark[0] = 88;
	z->watermark_boost = 1024;
	assert_non_null(strstr(proc_text(m, "zoneinfo"), "\n        boost    1024\n        min      1112\n"));
	mm386_free(m);
}

/* Numbers for a zone of 2.6 and 3: those after "present" are the release's own. */
static void set_zone(struct mm386 *m, struct zone *z)
{
	z->nr_free = 186234;
	z->start_pfn = 4096;
	z->spanned = 222206;
	z->present = 220470;
	z->managed = 210000;
	set_marks(z, 10953, 13691, 16429);
	for (unsigned i = 0; i < MM386_ZONE_TYPES; i++)
		z->lowmem_reserve[i] = i > z->type ? 1111 : 0;
	set_pcp(m, z, 0, 170, 186, 31);
}

static void assert_zone(uint32_t release, const char *text)
{
	struct mm386 *m = boot_release(release, 1024, 1);
	struct zone *z = only_zone(m, "Normal");

	set_zone(m, z);
	pcp_of(m, z, 0)->cold_high = 62;
	pcp_of(m, z, 0)->cold_batch = 15;
	assert_string_equal(proc_text(m, "zoneinfo"), text);
	mm386_free(m);
}

#define SIZES                                                                                       \
	"Node 0, zone   Normal\n"                                                                   \
	"  pages free     186234\n"                                                                 \
	"        min      10953\n"                                                                  \
	"        low      13691\n"                                                                  \
	"        high     16429\n"
#define EXTENT                                                                                      \
	"        spanned  222206\n"                                                                 \
	"        present  220470\n"
#define HOT_COLD                                                                                    \
	"  pagesets\n"                                                                              \
	"    cpu: 0 pcp: 0\n"                                                                       \
	"              count: 170\n"                                                                \
	"              high:  186\n"                                                                \
	"              batch: 31\n"                                                                 \
	"    cpu: 0 pcp: 1\n"                                                                       \
	"              count: 0\n"                                                                  \
	"              high:  62\n"                                                                 \
	"              batch: 15\n"
#define ONE_SET                                                                                     \
	"  pagesets\n"                                                                              \
	"    cpu: 0\n"                                                                              \
	"              count: 170\n"                                                                \
	"              high:  186\n"                                                                \
	"              batch: 31\n"

static void test_zoneinfo_2616(void **state)
{
	(void)state;
	assert_zone(KVER(2, 6, 16),
		    SIZES "        active   0\n"
			  "        inactive 0\n"
			  "        scanned  0 (a: 0 i: 0)\n" EXTENT
			  "        protection: (0, 0, 0, 1111)\n" HOT_COLD
			  "  all_unreclaimable: 0\n"
			  "  prev_priority:     12\n"
			  "  temp_priority:     12\n"
			  "  start_pfn:         4096\n");
}

/* Counters join, NR_CPUS > 1 adds the threshold. */
static void test_zoneinfo_2618(void **state)
{
	(void)state;
	assert_zone(KVER(2, 6, 18),
		    SIZES "        active   0\n"
			  "        inactive 0\n"
			  "        scanned  0 (a: 0 i: 0)\n" EXTENT
			  "    nr_anon_pages 0\n"
			  "    nr_mapped    0\n"
			  "    nr_file_pages 0\n"
			  "    nr_slab      0\n"
			  "    nr_page_table_pages 0\n"
			  "    nr_dirty     0\n"
			  "    nr_writeback 0\n"
			  "    nr_unstable  0\n"
			  "    nr_bounce    0\n"
			  "        protection: (0, 0, 0, 1111)\n" HOT_COLD
			  "  vm stats threshold: 8\n"
			  "  all_unreclaimable: 0\n"
			  "  prev_priority:     12\n"
			  "  temp_priority:     12\n"
			  "  start_pfn:         4096\n");
}

static void test_zoneinfo_2624(void **state)
{
	(void)state;
	assert_zone(KVER(2, 6, 24),
		    SIZES "        scanned  0 (a: 0 i: 0)\n" EXTENT
			  "    nr_free_pages 186234\n"
			  "    nr_inactive  0\n"
			  "    nr_active    0\n"
			  "    nr_anon_pages 0\n"
			  "    nr_mapped    0\n"
			  "    nr_file_pages 0\n"
			  "    nr_dirty     0\n"
			  "    nr_writeback 0\n"
			  "    nr_slab_reclaimable 0\n"
			  "    nr_slab_unreclaimable 0\n"
			  "    nr_page_table_pages 0\n"
			  "    nr_unstable  0\n"
			  "    nr_bounce    0\n"
			  "    nr_vmscan_write 0\n"
			  "        protection: (0, 0, 1111, 1111)\n" HOT_COLD
			  "  vm stats threshold: 8\n"
			  "  all_unreclaimable: 0\n"
			  "  prev_priority:     12\n"
			  "  start_pfn:         4096\n");
}

static void test_zoneinfo_2632(void **state)
{
	(void)state;
	assert_zone(KVER(2, 6, 32),
		    SIZES "        scanned  0\n" EXTENT
			  "    nr_free_pages 186234\n"
			  "    nr_inactive_anon 0\n"
			  "    nr_active_anon 0\n"
			  "    nr_inactive_file 0\n"
			  "    nr_active_file 0\n"
			  "    nr_unevictable 0\n"
			  "    nr_mlock     0\n"
			  "    nr_anon_pages 0\n"
			  "    nr_mapped    0\n"
			  "    nr_file_pages 0\n"
			  "    nr_dirty     0\n"
			  "    nr_writeback 0\n"
			  "    nr_slab_reclaimable 0\n"
			  "    nr_slab_unreclaimable 0\n"
			  "    nr_page_table_pages 0\n"
			  "    nr_kernel_stack 0\n"
			  "    nr_unstable  0\n"
			  "    nr_bounce    0\n"
			  "    nr_vmscan_write 0\n"
			  "    nr_writeback_temp 0\n"
			  "    nr_isolated_anon 0\n"
			  "    nr_isolated_file 0\n"
			  "    nr_shmem     0\n"
			  "        protection: (0, 0, 1111, 1111)\n" ONE_SET
			  "  vm stats threshold: 8\n"
			  "  all_unreclaimable: 0\n"
			  "  prev_priority:     12\n"
			  "  start_pfn:         4096\n"
			  "  inactive_ratio:    1\n");
}

/* 4.18: the node's counters, one of them without a name; no zone is left out. */
static void test_zoneinfo_418(void **state)
{
	struct mm386 *m = boot_release(KVER(4, 18, 0), 1024, 1);
	const char *got;

	(void)state;
	set_zone(m, only_zone(m, "Normal"));
	got = strstr(proc_text(m, "zoneinfo"), "Node 0, zone   Normal");
	assert_non_null(got);
	assert_non_null(strstr(got, "      nr_written   0\n                   0\n  pages free     186234\n"));
	assert_non_null(strstr(got, "        managed  210000\n        protection: (0, 0, 1111, 1111)\n"
				    "      nr_free_pages 186234\n"));
	assert_non_null(strstr(got, "  node_unreclaimable:  0\n  start_pfn:           4096\nNode 0"));
	assert_null(strstr(got, "boost"));
	mm386_free(m);
}

/* A CPU whose lists are empty was left out with all its words up to 2.6.21. */
static void test_zoneinfo_old_kernels_pass_over_idle_cpus(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 18), 1024, 1);
	struct zone *z = only_zone(m, "Normal");

	(void)state;
	set_zone(m, z);
	set_pcp(m, z, 0, 0, 186, 31);
	assert_non_null(strstr(proc_text(m, "zoneinfo"), "  pagesets\n  all_unreclaimable: 0\n"));
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zoneinfo_61_high_memory),
		cmocka_unit_test(test_zoneinfo_61_empty_zone),
		cmocka_unit_test(test_zoneinfo_61_boost_is_in_the_marks),
		cmocka_unit_test(test_zoneinfo_2616),
		cmocka_unit_test(test_zoneinfo_2618),
		cmocka_unit_test(test_zoneinfo_2624),
		cmocka_unit_test(test_zoneinfo_2632),
		cmocka_unit_test(test_zoneinfo_418),
		cmocka_unit_test(test_zoneinfo_old_kernels_pass_over_idle_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
