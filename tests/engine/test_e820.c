/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_e820.c - clean-up of the firmware's table, and what releases and options take from it. */
#include "machine.h"
#include "boot.h"

static void expect(const struct e820_table *t, unsigned i, uint64_t start, uint64_t end,
		   uint32_t type)
{
	assert_true(i < t->nr);
	assert_int_equal(t->e[i].start, start);
	assert_int_equal(t->e[i].end, end);
	assert_int_equal(t->e[i].type, type);
}

/*
 *	given, unsorted:  [2 reserved]       [1 usable ............]
 *	overlap:                  [3 ACPI ...]
 *	result:           [2 ....][3 ACPI ...][1 usable ...........]
 */
static void test_e820_overlap_goes_to_the_higher_type(void **state)
{
	struct e820_table t = {.nr = 0};

	(void)state;
	e820_add(&t, 0x3000, 0x8fff, MM386_E820_USABLE);
	e820_add(&t, 0x0000, 0x1fff, MM386_E820_RESERVED);
	e820_add(&t, 0x1000, 0x3fff, MM386_E820_ACPI);
	e820_sanitize(&t);
	assert_int_equal(t.nr, 3);
	expect(&t, 0, 0x0000, 0x0fff, MM386_E820_RESERVED);
	expect(&t, 1, 0x1000, 0x3fff, MM386_E820_ACPI);
	expect(&t, 2, 0x4000, 0x8fff, MM386_E820_USABLE);
}

static void test_e820_neighbours_of_one_type_become_one(void **state)
{
	struct e820_table t = {.nr = 0};

	(void)state;
	e820_add(&t, 0x2000, 0x2fff, MM386_E820_USABLE);
	e820_add(&t, 0x1000, 0x1fff, MM386_E820_USABLE);
	e820_add(&t, 0x1000, 0x1fff, MM386_E820_USABLE);
	e820_sanitize(&t);
	assert_int_equal(t.nr, 1);
	expect(&t, 0, 0x1000, 0x2fff, MM386_E820_USABLE);
}

/* QEMU 7.2 with SeaBIOS: 1024M, and 4G split at 3G. */
static void test_e820_pc_is_what_qemu_reports(void **state)
{
	struct e820_table t = {.nr = 0};

	(void)state;
	e820_pc(&t, GIB);
	assert_int_equal(t.nr, 6);
	expect(&t, 3, 0x100000, 0x3ffdffff, MM386_E820_USABLE);
	expect(&t, 4, 0x3ffe0000, 0x3fffffff, MM386_E820_RESERVED);
	t.nr = 0;
	e820_pc(&t, 4 * GIB);
	assert_int_equal(t.nr, 7);
	expect(&t, 3, 0x100000, 0xbffdffff, MM386_E820_USABLE);
	expect(&t, 6, 0x100000000ull, 0x13fffffffull, MM386_E820_USABLE);
}

static void test_e820_low_memory_is_trimmed_by_the_rule(void **state)
{
	struct e820_table t = {.nr = 0};

	(void)state;
	e820_add(&t, 0, 0x1fffff, MM386_E820_USABLE);
	e820_trim_low(&t, LOW_TRIM_NONE);
	assert_int_equal(t.nr, 1);
	e820_trim_low(&t, LOW_TRIM_ISA);
	assert_int_equal(t.nr, 2);
	expect(&t, 0, 0, 0x9ffff, MM386_E820_USABLE);
	expect(&t, 1, 0x100000, 0x1fffff, MM386_E820_USABLE);
	e820_trim_low(&t, LOW_TRIM_PAGE0);
	expect(&t, 0, 0, 0xfff, MM386_E820_RESERVED);
	expect(&t, 1, 0x1000, 0x9ffff, MM386_E820_USABLE);
	e820_trim_low(&t, LOW_TRIM_64K);
	expect(&t, 0, 0, 0xffff, MM386_E820_RESERVED);
}

static void table_after(struct e820_table *t, uint32_t release, const char *cmdline)
{
	struct mm386_config cfg;
	struct memory_options opt;
	struct profile p;

	mm386_config_init(&cfg);
	cfg.release = release;
	profile_resolve(&cfg, &p);
	t->nr = 0;
	e820_add(t, 0, 0x9ffff, MM386_E820_USABLE);
	e820_add(t, 0x100000, 0x3ffffff, MM386_E820_USABLE);
	e820_add(t, 0xfec00000, 0xfec00fff, MM386_E820_RESERVED);
	assert_int_equal(cmdline_apply(cmdline, &p, t, &opt, NULL), 0);
}

/* mem=32M: by amount in 2.5, by address in 2.6.18, and there what follows is dropped too. */
static void test_e820_mem_option_follows_the_release(void **state)
{
	struct e820_table t;

	(void)state;
	table_after(&t, KVER(2, 5, 60), "mem=32M");
	assert_int_equal(t.nr, 2);
	expect(&t, 1, 0x100000, 0x205ffff, MM386_E820_USABLE);
	table_after(&t, KVER(2, 6, 18), "mem=32M");
	assert_int_equal(t.nr, 2);
	expect(&t, 1, 0x100000, 0x1ffffff, MM386_E820_USABLE);
	table_after(&t, KVER(6, 1, 0), "mem=32M");
	assert_int_equal(t.nr, 3);
	expect(&t, 2, 0xfec00000, 0xfec00fff, MM386_E820_RESERVED);
}

static void test_e820_memmap_option_makes_a_map(void **state)
{
	struct e820_table t;

	(void)state;
	table_after(&t, KVER(6, 1, 0), "quiet memmap=exactmap memmap=640K@0 memmap=15M@1M,64K$2M");
	assert_int_equal(t.nr, 4);
	expect(&t, 0, 0, 0x9ffff, MM386_E820_USABLE);
	expect(&t, 2, 0x200000, 0x20ffff, MM386_E820_RESERVED);
	expect(&t, 3, 0x210000, 0xffffff, MM386_E820_USABLE);
	/* A size with no mark behind it limits memory, whatever else stands there. */
	table_after(&t, KVER(6, 1, 0), "memmap=32M\\$512M");
	assert_int_equal(t.nr, 3);
	expect(&t, 1, 0x100000, 0x1ffffff, MM386_E820_USABLE);
	/* 2.4 writes the same with mem=. */
	table_after(&t, KVER(2, 4, 22), "mem=exactmap mem=640K@0 mem=15M@1M");
	assert_int_equal(t.nr, 2);
	expect(&t, 1, 0x100000, 0xffffff, MM386_E820_USABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_e820_overlap_goes_to_the_higher_type),
		cmocka_unit_test(test_e820_neighbours_of_one_type_become_one),
		cmocka_unit_test(test_e820_pc_is_what_qemu_reports),
		cmocka_unit_test(test_e820_low_memory_is_trimmed_by_the_rule),
		cmocka_unit_test(test_e820_mem_option_follows_the_release),
		cmocka_unit_test(test_e820_memmap_option_makes_a_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
