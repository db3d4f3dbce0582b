/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_layout.c - the bounds of the 4 GiB of linear addresses, release by release. */
#include "machine.h"
#include "boot.h"

struct row {
	uint32_t release;
	bool pae;
	unsigned nr_cpus;
	uint32_t fixaddr_start, pkmap, vmalloc_end, high_memory, vmalloc_start;
};

/* At 2 GiB of RAM, 3g split.  The rows of 887, 883 and 896 MiB are in real boot logs. */
static const struct row rows[] = {
	{KVER(2, 4, 22), false, 0, 0, 0xfe000000, 0xfdffe000, 0xf8000000, 0xf8800000},
	{KVER(2, 4, 22), true, 0, 0, 0xfe000000, 0xfdffe000, 0xf8000000, 0xf8800000},
	{KVER(2, 6, 18), false, 1, 0xfffaa000, 0xff800000, 0xff7fe000, 0xf8000000, 0xf8800000},
	{KVER(2, 6, 18), false, 32, 0xffe17000, 0xff800000, 0xff7fe000, 0xf8000000, 0xf8800000},
	{KVER(2, 6, 18), true, 8, 0, 0xffc00000, 0xffbfe000, 0xf8000000, 0xf8800000},
	{KVER(2, 6, 32), false, 8, 0xfff1e000, 0xff800000, 0xff7fe000, 0xf77fe000, 0xf7ffe000},
	{KVER(2, 6, 32), false, 32, 0xffd56000, 0xff400000, 0xff3fe000, 0xf73fe000, 0xf7bfe000},
	{KVER(2, 6, 32), false, 64, 0xffaf6000, 0xff400000, 0xff3fe000, 0xf73fe000, 0xf7bfe000},
	{KVER(2, 6, 32), true, 8, 0xfff1e000, 0xffa00000, 0xff9fe000, 0xf79fe000, 0xf81fe000},
	{KVER(2, 6, 32), true, 32, 0xffd56000, 0xff800000, 0xff7fe000, 0xf77fe000, 0xf7ffe000},
	{KVER(3, 10, 0), true, 32, 0, 0xffa00000, 0xff9fe000, 0xf79fe000, 0xf81fe000},
	{KVER(3, 16, 0), true, 32, 0, 0xff600000, 0xff5fe000, 0xf75fe000, 0xf7dfe000},
	{KVER(3, 18, 0), true, 32, 0, 0xff600000, 0xff5fe000, 0xf75fe000, 0xf7dfe000},
	{KVER(4, 1, 0), true, 32, 0, 0xffa00000, 0xff9fe000, 0xf79fe000, 0xf81fe000},
	{KVER(4, 4, 0), true, 8, 0, 0xffc00000, 0xffbfe000, 0xf7bfe000, 0xf83fe000},
	{KVER(6, 1, 0), false, 32, 0xffdb8000, 0xfec00000, 0xfebfe000, 0xf6bfe000, 0xf73fe000},
	{KVER(6, 1, 0), true, 32, 0xffdb8000, 0xff000000, 0xfeffe000, 0xf6ffe000, 0xf77fe000},
};

static void plan_of(const struct mm386_config *cfg, struct boot_plan *plan)
{
	struct mm386_error err = {.line = 0};

	if (boot_plan_make(cfg, plan, &err))
		fail_msg("%s: %s", err.pointer, err.detail);
}

static void test_layout_bounds_are_the_kernels(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct mm386_config cfg;
		struct boot_plan p;

		cfg = release_config(r->release, 2 * GIB);
		cfg.pae = r->pae;
		cfg.nr_cpus = r->nr_cpus;
		plan_of(&cfg, &p);
		if (r->fixaddr_start)
			assert_int_equal(p.info.fixaddr_start, r->fixaddr_start);
		assert_int_equal(p.info.pkmap_base, r->pkmap);
		assert_int_equal(p.info.vmalloc_end, r->vmalloc_end);
		assert_int_equal(p.info.high_memory, r->high_memory);
		assert_int_equal(p.info.vmalloc_start, r->vmalloc_start);
		boot_plan_free(&p);
	}
}

/* With little memory the direct map is what there is, and vmalloc grows down to it. */
static void test_layout_small_machine_has_more_vmalloc(void **state)
{
	static const struct {
		uint32_t release, start;
	} want[] = {
		{KVER(2, 4, 22), 0xe0800000}, /* rounded to 8 MiB */
		{KVER(2, 6, 32), 0xe07e0000}, /* 8 MiB behind, not rounded */
		{KVER(6, 1, 0), 0xe07e0000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct mm386_config cfg;
		struct boot_plan p;

		cfg = release_config(want[i].release, 512 * MIB);
		plan_of(&cfg, &p);
		assert_int_equal(p.info.high_memory, 0xdffe0000);
		assert_int_equal(p.info.vmalloc_start, want[i].start);
		boot_plan_free(&p);
	}
}

/* vmalloc=N costs lowmem N, and from 2.6.28 on the guard hole too. */
static void test_layout_vmalloc_option_costs_lowmem(void **state)
{
	struct mm386_config cfg;
	struct boot_plan p;

	(void)state;
	cfg = release_config(KVER(2, 6, 18), 2 * GIB);
	snprintf(cfg.cmdline, sizeof(cfg.cmdline), "vmalloc=256M");
	plan_of(&cfg, &p);
	assert_int_equal(p.info.max_low_pfn, 768 * 256);
	boot_plan_free(&p);
	cfg = release_config(KVER(6, 1, 0), 2 * GIB);
	snprintf(cfg.cmdline, sizeof(cfg.cmdline), "vmalloc=64M");
	plan_of(&cfg, &p);
	assert_int_equal(p.info.max_low_pfn, 0x3a3fe);
	boot_plan_free(&p);
}

static void test_layout_regions_rise_in_every_split(void **state)
{
	static const uint32_t releases[] = {KVER(2, 4, 22), KVER(2, 6, 18), KVER(2, 6, 32),
					    KVER(4, 15, 0), KVER(6, 1, 0)};
	static const uint32_t offsets[] = {0xc0000000, 0xb0000000, 0x80000000, 0x78000000,
					   0x40000000};

	(void)state;
	for (size_t i = 0; i < 5 * MM386_NR_VMSPLITS * 2; i++) {
		enum mm386_vmsplit split = (enum mm386_vmsplit)(i / 2 % MM386_NR_VMSPLITS);
		struct mm386_config cfg;
		struct boot_plan p;

		cfg = release_config(releases[i / 2 / MM386_NR_VMSPLITS], 3 * GIB);
		cfg.vmsplit = split;
		cfg.pae = i % 2;
		if (cfg.pae && (offsets[split] & 0x3fffffff)) {
			assert_int_equal(boot_plan_make(&cfg, &p, NULL), -EINVAL);
			continue;
		}
		plan_of(&cfg, &p);
		assert_int_equal(p.info.region[0].start, 0);
		assert_int_equal(p.info.region[0].end, offsets[split]);
		assert_int_equal(p.info.region[1].start, offsets[split]);
		for (unsigned k = 1; k < p.info.nr_regions; k++)
			assert_true(p.info.region[k - 1].end <= p.info.region[k].start);
		assert_int_equal(p.info.region[p.info.nr_regions - 1].end, 0x100000000ull);
		boot_plan_free(&p);
	}
}

/* Without CONFIG_HIGHMEM there is no pkmap, and vmalloc reaches up to what stands above. */
static void test_layout_without_highmem_has_no_pkmap(void **state)
{
	struct mm386_config cfg;
	struct boot_plan p;

	(void)state;
	cfg = release_config(KVER(2, 6, 18), 2 * GIB);
	cfg.highmem = MM386_HIGHMEM_OFF;
	plan_of(&cfg, &p);
	assert_int_equal(p.info.pkmap_base, 0);
	assert_int_equal(p.info.vmalloc_end, p.info.fixaddr_start - 2 * MM386_PAGE_SIZE);
	assert_int_equal(p.info.max_pfn, 896 * 256);
	boot_plan_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout_bounds_are_the_kernels),
		cmocka_unit_test(test_layout_small_machine_has_more_vmalloc),
		cmocka_unit_test(test_layout_vmalloc_option_costs_lowmem),
		cmocka_unit_test(test_layout_regions_rise_in_every_split),
		cmocka_unit_test(test_layout_without_highmem_has_no_pkmap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
