/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_frame.c - one frame as the kernel sees it, and live allocations by number.
 */
#include "machine.h"

static struct mm386_frame_view view(const struct mm386 *m, pfn_t pfn)
{
	struct mm386_frame_view v;

	assert_int_equal(mm386_frame(m, pfn, &v), 0);
	return v;
}

static void assert_flags(const struct mm386 *m, pfn_t pfn, const char *text)
{
	char buf[128];

	mm386_page_flags(m, view(m, pfn).flags, buf, sizeof(buf));
	assert_string_equal(buf, text);
}

/* The block is found from any of its frames, free or handed out. */
static void test_frame_knows_its_block(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 64);
	pfn_t pfn = take(m, "GFP_KERNEL", 4), head = m->s->zone[1].free[10][MM386_MIGRATE_MOVABLE].head;

	(void)state;
	for (unsigned i = 0; i < 16; i++) {
		struct mm386_frame_view v = view(m, pfn + i);

		assert_int_equal(v.head, pfn);
		assert_int_equal(v.order, 4);
		assert_int_equal(v.alloc_seq, 1);
		assert_int_equal(v.refcount, i == 0);
		assert_int_equal(v.kind, MM386_KIND_PAGES);
	}
	assert_int_equal(view(m, head + 1023).head, head);
	assert_int_equal(view(m, head + 1023).order, 10);
	assert_int_equal(view(m, head).private_, 10);
	assert_int_equal(view(m, head + 1).private_, 0);
	assert_int_equal(view(m, head).alloc_seq, 0);
	mm386_free(m);
}

static void test_frame_low_has_an_address_and_high_has_none(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 1024);
	struct mm386_frame_view low = view(m, 0x1234), high = view(m, 0x38000);

	(void)state;
	assert_int_equal(low.nr_addrs, 1);
	assert_int_equal(low.addr[0].va, 0xc1234000u);
	assert_string_equal(low.addr[0].region, "lowmem");
	assert_int_equal(high.nr_addrs, 0);
	assert_int_equal(high.zone, 2);
	assert_int_equal(high.mapcount, -1);
	assert_int_equal(low.page_pa + 32, view(m, 0x1235).page_pa);
	assert_int_equal(low.page_va, 0xc0000000u + low.page_pa);
	mm386_free(m);
}

static void test_frame_flags_have_the_kernels_bits(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_24, 1024);

	(void)state;
	assert_int_equal(view(m, 0x100).kind, MM386_KIND_KERNEL);
	assert_int_equal(view(m, 0x100).flags, 1u << 14);
	assert_int_equal(view(m, 0x100).refcount, 0);
	assert_flags(m, 0x100, "PG_reserved");
	assert_int_equal(view(m, 0x38001).flags, 2u << 24 | 1u << 11);
	assert_flags(m, 0x38001, "PG_highmem");
	mm386_free(m);
	m = boot(MM386_KERNEL_26, 1024);
	assert_flags(m, 0x1000, "PG_reserved");
	assert_int_equal(view(m, 0x1000).flags, 1u << 30 | 1u << 10);
	assert_int_equal(view(m, 0x1000).refcount, 1);
	assert_flags(m, m->s->zone[1].free[10][MM386_MIGRATE_MOVABLE].head, "PG_buddy");
	mm386_free(m);
	m = boot(MM386_KERNEL_61, 1024);
	assert_int_equal(view(m, 0x1000).flags, 1u << 30 | 1u << 12);
	assert_flags(m, m->s->zone[1].free[10][MM386_MIGRATE_MOVABLE].head, ""); /* a page type, no flag */
	mm386_free(m);
}

static void test_frame_past_the_last_is_refused(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 64);
	struct mm386_frame_view v;

	(void)state;
	assert_int_equal(mm386_frame(m, m->s->nr_frames, &v), -ERANGE);
	assert_int_equal(mm386_frame(m, NO_PFN, &v), -ERANGE);
	for (pfn_t pfn = 0; pfn < m->s->nr_frames; pfn++)
		assert_int_equal(mm386_frame(m, pfn, &v), 0);
	mm386_free(m);
}

/* ---- live allocations ---------------------------------------------------------------- */

/*
 * Found by number while alive, however many operations ago; not after the free, never when
 * refused.
 */
static void test_frame_allocations_by_number(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 64);
	struct mm386_alloc a;
	pfn_t first = take(m, "GFP_USER", 3), other;

	(void)state;
	assert_int_equal(mm386_alloc_find(m, 1, &a), 0);
	assert_int_equal(a.pfn, first);
	assert_int_equal(a.order, 3);
	assert_int_equal(a.kind, MM386_KIND_USER);
	assert_int_equal(a.op, MM386_OP_ALLOC_PAGES);
	assert_int_equal(a.seq, 1);
	for (uint32_t i = 0; i < m->s->recent_mask + 10; i++) { /* far beyond the index */
		other = take(m, "GFP_KERNEL", 0);
		assert_true(apply(m, free_op(other, 0)).ok);
	}
	assert_int_equal(mm386_alloc_find(m, 1, &a), 0);
	assert_int_equal(a.pfn, first);
	assert_int_equal(mm386_alloc_find(m, 2, &a), -ENOENT);
	assert_int_equal(mm386_alloc_find(m, mm386_seq(m), &a), -ENOENT);
	assert_int_equal(mm386_alloc_find(m, mm386_seq(m) + 1, &a), -ENOENT);
	assert_int_equal(mm386_alloc_find(m, 0, &a), -ENOENT);
	assert_true(apply(m, free_op(first, 3)).ok);
	assert_int_equal(mm386_alloc_find(m, 1, &a), -ENOENT);
	assert_false(apply(m, alloc_op("GFP_KERNEL", 11)).ok);
	assert_int_equal(mm386_alloc_find(m, mm386_seq(m), &a), -ENOENT);
	mm386_free(m);
}

/* The list has every live block once, rising, from any frame on, in portions of any size. */
static void test_frame_allocation_list(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	struct mm386_alloc all[600], part[7];
	struct stream s;
	size_t n, got = 0, seen = 0;
	pfn_t from = 0;

	(void)state;
	stream_init(&s, 8);
	for (unsigned i = 0; i < 1000; i++)
		stream_step(&s, m);
	n = mm386_alloc_list(m, 0, all, 600);
	assert_int_equal(n, s.nr_live < 600 ? s.nr_live : 600);
	for (size_t i = 1; i < n; i++)
		assert_true(all[i].pfn >= all[i - 1].pfn + (1u << all[i - 1].order));
	while (seen < n && (got = mm386_alloc_list(m, from, part, 7)) > 0) {
		for (size_t i = 0; i < got && seen < n; i++)
			assert_memory_equal(&part[i], &all[seen++], sizeof(part[0]));
		from = part[got - 1].pfn + 1;
	}
	assert_int_equal(seen, n);
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frame_knows_its_block),
		cmocka_unit_test(test_frame_low_has_an_address_and_high_has_none),
		cmocka_unit_test(test_frame_flags_have_the_kernels_bits),
		cmocka_unit_test(test_frame_past_the_last_is_refused),
		cmocka_unit_test(test_frame_allocations_by_number),
		cmocka_unit_test(test_frame_allocation_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
