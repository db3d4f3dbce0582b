/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_movable.c - where kernelcore= and movablecore= put ZONE_MOVABLE, and who may use it. */
#include "machine.h"
#include "boot.h"

struct bounds {
	pfn_t start;
	uint32_t spanned, present;
};

static struct mm386 *boot_release(uint32_t release, unsigned mib, bool pae, const char *cmdline)
{
	struct mm386_config cfg = release_config(release, (uint64_t)mib << 20);

	cfg.pae = pae;
	snprintf(cfg.cmdline, sizeof(cfg.cmdline), "%s", cmdline);
	return boot_config(&cfg);
}

static struct mm386_zone_view movable_of(const struct mm386 *m)
{
	struct mm386_zone_view v;

	mm386_zone(m, mm386_info(m)->nr_zones - 1u, &v);
	assert_string_equal(v.name, "Movable");
	return v;
}

/* As Debian's 6.1 had them. */
static void test_movable_starts_where_6_1_puts_it(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, false, "kernelcore=512M");
	struct mm386_zone_view v = movable_of(m), high;

	(void)state;
	mm386_zone(m, 2, &high);
	assert_int_equal(high.start_pfn, 0x36bfe);
	assert_int_equal(high.spanned, 2); /* up to the next largest block */
	assert_int_equal(v.start_pfn, 0x36c00);
	assert_int_equal(v.present, 37856);
	mm386_free(m);
	m = boot_release(KVER(6, 1, 0), 4096, true, "movablecore=1G");
	v = movable_of(m);
	assert_int_equal(v.start_pfn, 0xc0000);
	assert_int_equal(v.spanned, 524288);
	assert_int_equal(v.present, 262144);
	mm386_free(m);
}

/*
 * 512 MiB have no high memory: the zone is cut from Normal.
 *	0x0                  0x10000        0x1ffe0
 *	├ DMA ┼──── Normal ───┼── Movable ──┤	kernelcore=256M
 */
static void test_movable_is_cut_from_normal_without_highmem(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 32), 512, false, "kernelcore=256M");
	struct mm386_zone_view v = movable_of(m), normal;

	(void)state;
	mm386_zone(m, 1, &normal);
	/* 256 MiB of RAM end a page and the 640K hole above frame 0x10000, rounded up. */
	assert_int_equal(v.start_pfn, 0x10400);
	assert_int_equal(normal.end_pfn, 0x10400);
	assert_int_equal(v.end_pfn, 0x1ffe0);
	assert_machine_valid(m);
	mm386_free(m);
}

/* Only requests that say MOVABLE and HIGHMEM get there. */
static void test_movable_serves_movable_requests_alone(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, false, "kernelcore=512M");

	(void)state;
	assert_int_equal(apply(m, alloc_op("GFP_HIGHUSER_MOVABLE", 4)).zone, 3);
	assert_int_equal(apply(m, alloc_op("GFP_HIGHUSER", 4)).zone, 1); /* HighMem has 2 pages */
	assert_int_equal(apply(m, alloc_op("GFP_KERNEL|__GFP_MOVABLE", 4)).zone, 1);
	mm386_free(m);
}

/* Half of 1 GiB: known since 4.17; before, "50%" is read as 50 bytes. */
static void test_movable_percent_is_as_old_as_4_17(void **state)
{
	struct mm386 *m = boot_release(KVER(4, 17, 0), 1024, false, "movablecore=10%");

	(void)state;
	assert_in_range(movable_of(m).present, 25600, 28000);
	mm386_free(m);
	m = boot_release(KVER(4, 16, 0), 1024, false, "movablecore=10%");
	assert_int_equal(movable_of(m).present, 0);
	mm386_free(m);
}

static void test_movable_mirror_is_refused(void **state)
{
	struct mm386_config cfg;
	struct mm386_error err = {.line = 0};
	struct mm386 *m = NULL;

	(void)state;
	mm386_config_init(&cfg);
	cfg.kernel = MM386_KERNEL_61;
	cfg.memory_bytes = GIB;
	snprintf(cfg.cmdline, sizeof(cfg.cmdline), "kernelcore=mirror");
	assert_int_equal(mm386_boot(&cfg, &m, &err), -EINVAL);
	assert_string_equal(err.pointer, "/cmdline");
	assert_null(m);
	cfg.release = KVER(4, 5, 0); /* reads a number, finds none */
	assert_int_equal(mm386_boot(&cfg, &m, &err), 0);
	mm386_free(m);
}

/* More than there is: everything is the kernel's, or everything above its zones is movable. */
static void test_movable_takes_what_there_is_at_most(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, false, "kernelcore=8G");

	(void)state;
	assert_int_equal(movable_of(m).present, 0);
	mm386_free(m);
	m = boot_release(KVER(6, 1, 0), 1024, false, "movablecore=8G");
	assert_int_equal(movable_of(m).present, 0); /* nothing is left for the kernel: not done */
	mm386_free(m);
	m = boot_release(KVER(2, 6, 22), 1024, false, "kernelcore=512M"); /* a release too early */
	assert_int_equal(mm386_info(m)->nr_zones, 3);
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_movable_starts_where_6_1_puts_it),
		cmocka_unit_test(test_movable_is_cut_from_normal_without_highmem),
		cmocka_unit_test(test_movable_serves_movable_requests_alone),
		cmocka_unit_test(test_movable_percent_is_as_old_as_4_17),
		cmocka_unit_test(test_movable_mirror_is_refused),
		cmocka_unit_test(test_movable_takes_what_there_is_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
