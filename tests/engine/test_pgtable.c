/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_pgtable.c - the walk through the kernel's own map, entry by entry. */
#include "machine.h"

static struct mm386 *boot_pae(enum mm386_kernel k, bool pae)
{
	struct mm386_config cfg;
	struct mm386 *m;

	mm386_config_init(&cfg);
	cfg.kernel = k;
	cfg.pae = pae;
	cfg.memory_bytes = 1ull << 30;
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	return m;
}

static void walk(const struct mm386 *m, mm386_va_t va, struct mm386_walk *w)
{
	assert_int_equal(mm386_translate(m, va, 0, w), 0);
	assert_int_equal(w->va, va);
}

/* 0xc0401234 = 769 | 1 | 0x234 without PAE: one large page, entry 769 of the directory. */
static void test_pgtable_large_page_of_two_levels(void **state)
{
	struct mm386 *m = boot_pae(MM386_KERNEL_24, false);
	struct mm386_walk w;

	(void)state;
	walk(m, 0xc0401234, &w);
	assert_true(w.present);
	assert_int_equal(w.cr3, 0x101000);
	assert_int_equal(w.nr_levels, 1);
	assert_int_equal(w.level[0].index, 769);
	assert_int_equal(w.level[0].entry_pa, 0x101000 + 769 * 4);
	assert_int_equal(w.level[0].entry, 0x4001e3);
	assert_int_equal(w.page_bytes, 4u << 20);
	assert_int_equal(w.pa, 0x401234);
	mm386_free(m);
}

/* 0xc0101234 = 3 | 0 | 0x101 | 0x234 with PAE; the first 2 MiB have entries of 4 KiB. */
static void test_pgtable_small_page_of_three_levels(void **state)
{
	struct mm386 *m = boot_pae(MM386_KERNEL_26, true);
	struct mm386_walk w;

	(void)state;
	walk(m, 0xc0101234, &w);
	assert_true(w.present);
	assert_int_equal(w.nr_levels, 3);
	assert_int_equal(w.level[0].index, 3);
	assert_int_equal(w.level[1].index, 0);
	assert_int_equal(w.level[2].index, 0x101);
	assert_int_equal(w.level[2].entry, 0x101163);
	assert_int_equal(w.level[2].entry_pa, (w.level[1].entry & ~0xfffull) + 0x101 * 8);
	assert_int_equal(w.page_bytes, 4096);
	mm386_free(m);
}

/*
 * As read from a running 6.1 without PAE:
 *	c0400000 4M rw | c1000000 4M ro | c1c00000 4K ro | c1c39000 4K rw | f6800000 4K rw
 */
static void test_pgtable_direct_map_of_6_1(void **state)
{
	static const struct {
		mm386_va_t va;
		uint32_t bytes;
		bool writable;
	} want[] = {
		{0xc0000000, 4096, true},      {0xc0400000, 4u << 20, true},
		{0xc1000000, 4u << 20, false}, {0xc1c00000, 4096, false},
		{0xc1c39000, 4096, true},      {0xc2000000, 4u << 20, true},
		{0xf6800000, 4096, true},
	};
	struct mm386 *m = boot_pae(MM386_KERNEL_61, false);
	struct mm386_walk w;

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		walk(m, want[i].va, &w);
		assert_int_equal(w.page_bytes, want[i].bytes);
		assert_int_equal((w.level[w.nr_levels - 1].entry & 2) != 0, want[i].writable);
		assert_int_equal(w.pa, want[i].va - 0xc0000000);
	}
	mm386_free(m);
}

static void test_pgtable_unmapped_says_why(void **state)
{
	static const mm386_va_t holes[] = {0,	       0x08048000, 0xf7000000, 0xf8000000,
					   0xfec00000, 0xffe00000, 0xffffffff};
	struct mm386 *m = boot_pae(MM386_KERNEL_61, false);
	struct mm386_walk w;

	(void)state;
	for (size_t i = 0; i < sizeof(holes) / sizeof(holes[0]); i++) {
		walk(m, holes[i], &w);
		assert_false(w.present);
		assert_int_equal(w.pfn, MM386_NO_PFN);
		assert_true(strlen(w.why) > 10);
	}
	assert_int_equal(mm386_translate(m, 0, 1, &w), -ESRCH);
	mm386_free(m);
}

/* Every frame of the direct map is found at its linear address, in every kernel. */
static void test_pgtable_lowmem_is_its_frame(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		for (unsigned pae = 0; pae < 2; pae++) {
			struct mm386 *m = boot_pae((enum mm386_kernel)k, pae);
			uint32_t end = mm386_info(m)->max_low_pfn;

			for (uint32_t pfn = 0; pfn < end; pfn += pfn < end - 200 ? 97 : 1) {
				struct mm386_walk w;

				walk(m, 0xc0000000u + (pfn << 12) + 5, &w);
				assert_true(w.present);
				assert_int_equal(w.pfn, pfn);
			}
			mm386_free(m);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pgtable_large_page_of_two_levels),
		cmocka_unit_test(test_pgtable_small_page_of_three_levels),
		cmocka_unit_test(test_pgtable_direct_map_of_6_1),
		cmocka_unit_test(test_pgtable_unmapped_says_why),
		cmocka_unit_test(test_pgtable_lowmem_is_its_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
