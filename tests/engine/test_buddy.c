/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_buddy.c - splitting, merging, and who gets which frame.
 */
#include "boot.h"
#include "machine.h"

static enum mm386_migratetype usual_type(const struct mm386 *m)
{
	return m->s->info.pageblock_order ? MM386_MIGRATE_MOVABLE : MM386_MIGRATE_UNMOVABLE;
}

/* Straight from the lists, past the CPU's own. */
static pfn_t rmqueue(struct mm386 *m, unsigned zone, unsigned order)
{
	return apply(m, (struct mm386_op){.id = MM386_OP_RMQUEUE,
					  .given = 7,
					  .arg = {zone, order, usual_type(m)}})
		.pfn;
}

static void free_one(struct mm386 *m, pfn_t pfn, unsigned order)
{
	assert_true(apply(m, (struct mm386_op){.id = MM386_OP_FREE_ONE_PAGE,
					       .given = 3,
					       .arg = {pfn, order}})
			    .ok);
}

/* Take single frames until only blocks of ${order} and more are left; return the next one. */
static pfn_t drain_small(struct mm386 *m, unsigned zone, unsigned order)
{
	struct mm386_zone_view z;
	pfn_t head;

	drain_cpus(m);
	for (;;) {
		bool small = false;

		mm386_zone(m, zone, &z);
		for (unsigned o = 0; o < order; o++)
			small = small || z.free[o];
		if (!small)
			break;
		assert_int_not_equal(rmqueue(m, zone, 0), NO_PFN);
	}
	assert_int_equal(mm386_free_list(m, zone, order, usual_type(m), &head, 1), 1);
	return head;
}

/*
 * 2.4 keeps the upper half of each split, so frames of one block come out falling.
 *
 *	0 1 2 3 4 5 6 7
 *	A A A A A A A A   before: whole
 *	4 4 4 4 2 2 1 *   after: * taken, the rest listed by size in pages
 */
static void test_buddy_24_hands_out_the_top(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_24, 64);
	pfn_t block = drain_small(m, 1, 9);

	(void)state;
	assert_int_equal(rmqueue(m, 1, 0), block + 511);
	assert_int_equal(rmqueue(m, 1, 0), block + 510);
	assert_int_equal(rmqueue(m, 1, 0), block + 509);
	assert_int_equal(rmqueue(m, 1, 0), block + 508);
	assert_int_equal(rmqueue(m, 1, 1), block + 506);
	assert_machine_valid(m);
	mm386_free(m);
}

/* 2.6 and later keep the lower half: frames of one block come out rising. */
static void test_buddy_26_and_61_hand_out_the_bottom(void **state)
{
	(void)state;
	for (unsigned i = 1; i < 3; i++) {
		struct mm386 *m = boot(all_kernels[i], 64);
		pfn_t block = drain_small(m, 1, 10);

		for (unsigned n = 0; n < 4; n++)
			assert_int_equal(rmqueue(m, 1, 0), block + n);
		assert_int_equal(rmqueue(m, 1, 1), block + 4);
		assert_machine_valid(m);
		mm386_free(m);
	}
}

static struct mm386 *boot_release(uint32_t release)
{
	struct mm386_config cfg = release_config(release, 64 * MIB);

	return boot_config(&cfg);
}

/* The highest block is at the head after 2.6's boot, from 5.10 the lowest. */
static void test_buddy_boot_order_decides_the_first_block(void **state)
{
	static const struct {
		uint32_t release;
		bool rising;
	} rows[] = {
		{KVER(2, 6, 32), false}, {KVER(3, 2, 0), false}, {KVER(5, 9, 0), false},
		{KVER(5, 10, 0), true},	 {KVER(6, 1, 0), true},
	};

	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		struct mm386 *m = boot_release(rows[r].release);
		pfn_t list[64];
		size_t n = mm386_free_list(m, 1, 10, MM386_MIGRATE_MOVABLE, list, 64);

		assert_true(n > 2);
		for (size_t i = 1; i < n; i++)
			assert_int_equal(list[i] > list[i - 1], rows[r].rising);
		mm386_free(m);
	}
}

/* 2.4 hands high memory over falling, so its lowest block is at the head. */
static void test_buddy_24_highmem_starts_at_its_lowest_block(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_24, 1024);
	pfn_t block = drain_small(m, 2, 9);

	(void)state;
	assert_int_equal(block, 0x38000);
	assert_int_equal(rmqueue(m, 2, 0), 0x381ff);
	assert_int_equal(rmqueue(m, 2, 0), 0x381fe);
	assert_int_equal(rmqueue(m, 2, 1), 0x381fc);
	mm386_free(m);
}

/*
 * HighMem of 2.6.32 begins at 0x377fe, in the middle of a pair of pairs: a block of two, alone.
 * Its page block, the zone's first, is kept as MIGRATE_RESERVE.
 */
static void test_buddy_26_highmem_begins_with_the_odd_pair(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 1024);
	pfn_t list[2];

	(void)state;
	assert_int_equal(mm386_free_list(m, 2, 1, MM386_MIGRATE_RESERVED, list, 2), 1);
	assert_int_equal(list[0], 0x377fe);
	mm386_free(m);
}

/* 1 GiB that the firmware leaves whole, under ${release} of 2.6 or 0 for the profile's own. */
static struct mm386 *boot_whole_1g(enum mm386_kernel k, uint32_t release)
{
	struct mm386_config cfg;
	struct mm386 *m;

	mm386_config_init(&cfg);
	cfg.kernel = k;
	cfg.release = release;
	cfg.nr_e820 = 2;
	cfg.e820[0] = (struct mm386_e820_entry){0, 0x9fbff, MM386_E820_USABLE, 0};
	cfg.e820[1] = (struct mm386_e820_entry){0x100000, 0x3fffffff, MM386_E820_USABLE, 0};
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	return m;
}

/* Four single frames and a pair of ${gfp}, once the small blocks of ${zone} are used up. */
static void assert_first_frames(struct mm386 *m, unsigned zone, const pfn_t expected[5])
{
	drain_small(m, zone, m->s->info.orders - 1u);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(rmqueue(m, zone, i / 4), expected[i]);
	assert_machine_valid(m);
}

/* Which frames a machine of 1 GiB gives first. */
static void test_buddy_first_frames_of_1g(void **state)
{
	struct mm386 *m = boot_whole_1g(MM386_KERNEL_24, 0);

	(void)state;
	assert_first_frames(m, 1, (pfn_t[]){0x37fff, 0x37ffe, 0x37ffd, 0x37ffc, 0x37ffa});
	assert_first_frames(m, 2, (pfn_t[]){0x381ff, 0x381fe, 0x381fd, 0x381fc, 0x381fa});
	mm386_free(m);
	m = boot_whole_1g(MM386_KERNEL_26, KVER(2, 6, 18)); /* 896 MiB of low memory; DMA32 */
	assert_first_frames(m, 2, (pfn_t[]){0x37c00, 0x37c01, 0x37c02, 0x37c03, 0x37c04});
	assert_first_frames(m, 3, (pfn_t[]){0x3fc00, 0x3fc01, 0x3fc02, 0x3fc03, 0x3fc04});
	mm386_free(m);
	m = boot_whole_1g(MM386_KERNEL_26, 0);
	drain_cpus(m);
	assert_int_equal(rmqueue(m, 2, 0), 0x3fc00);
	assert_int_equal(rmqueue(m, 2, 0), 0x3fc01);
	mm386_free(m);
	m = boot_whole_1g(MM386_KERNEL_61, 0);
	assert_first_frames(m, 1, (pfn_t[]){0x2000, 0x2001, 0x2002, 0x2003, 0x2004});
	mm386_free(m);
}

/* Give everything back in any order and the lists count what they did before. */
static void test_buddy_free_restores_every_count(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 48);
		struct mm386_zone_view before[MM386_ZONES_MAX], after;
		pfn_t taken[512];

		drain_cpus(m);
		for (unsigned i = 0; i < mm386_info(m)->nr_zones; i++)
			mm386_zone(m, i, &before[i]);
		for (unsigned i = 0; i < 512; i++)
			taken[i] = take(m, "GFP_KERNEL", i % 4);
		for (unsigned i = 0; i < 512; i++) {
			unsigned n = i * 37 % 512; /* 37 and 512 have no common divisor */

			if (taken[n] != NO_PFN)
				assert_true(apply(m, free_op(taken[n], n % 4)).ok);
		}
		drain_cpus(m);
		for (unsigned i = 0; i < mm386_info(m)->nr_zones; i++) {
			mm386_zone(m, i, &after);
			assert_int_equal(after.free_pages, before[i].free_pages);
			assert_memory_equal(after.free, before[i].free, sizeof(after.free));
		}
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/*
 * Frames 0x377fd and 0x377fe are neighbours in different zones: their blocks stay
 * apart though all of both zones is free.
 */
static void test_buddy_merge_stops_at_the_zone(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 1024);
	pfn_t low, high;

	(void)state;
	drain_cpus(m);
	low = buddy_find_block(m, 0x377fd);
	high = buddy_find_block(m, 0x377fe);
	assert_int_equal(low, 0x377fc);
	assert_int_equal(high, 0x377fe);
	assert_int_equal(m->page[low].order, 1);
	assert_int_equal(m->page[high].order, 1);
	mm386_free(m);
}

/*
 * High memory taken off the top of 255.9 MiB starts at 0xbfe0, 32 frames before a
 * multiple of 512.  2.4 numbers frames from there, so its largest blocks lie at
 * 0xbfe0 + n * 512; 2.6.13 numbers them from 0 and has a small block first.
 */
static void test_buddy_24_counts_from_the_zone(void **state)
{
	struct mm386 *m = boot_with(MM386_KERNEL_24, 256, "highmem=64M");
	pfn_t list[64], block;
	size_t n = mm386_free_list(m, 2, 9, 0, list, 64);

	(void)state;
	assert_int_equal(m->s->zone[2].start_pfn, 0xbfe0);
	assert_int_equal(n, 32);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(list[i], 0xbfe0 + i * 512);
	assert_int_equal(take(m, "GFP_HIGHUSER", 0), 0xbfe0 + 511);
	assert_int_equal(buddy_find_block(m, 0xbfe0 + 100), 0xbfe0);
	block = take(m, "GFP_HIGHUSER", 9);
	assert_int_equal(block, 0xbfe0 + 512);
	assert_int_equal(apply(m, free_op(block + 7, 0)).why[0].code, MM386_WHY_NOT_HEAD);
	assert_true(apply(m, free_op(0xbfe0 + 511, 0)).ok);
	assert_true(apply(m, free_op(block, 9)).ok);
	assert_int_equal(m->s->zone[2].nr_blocks[9], 32);
	assert_machine_valid(m);
	mm386_free(m);
	m = boot_with(MM386_KERNEL_26, 256, "highmem=64M");
	drain_cpus(m);
	assert_int_equal(buddy_find_block(m, 0xbfe0), 0xbfe0);
	assert_int_equal(m->page[0xbfe0].order, 5);
	mm386_free(m);
}

/*
 * From 2.6.35: order 0 freed while the pair above is free waits at the tail; before,
 * it goes to the head like every block.
 *
 *	0 1 2 3
 *	* f 2 2   f freed: its buddy * is taken, but 2 2 is free -> tail
 */
static void test_buddy_likely_merge_goes_to_the_tail(void **state)
{
	static const struct {
		uint32_t release;
		bool tail;
	} rows[] = {
		{KVER(2, 6, 32), false},
		{KVER(2, 6, 34), false},
		{KVER(2, 6, 35), true},
		{KVER(6, 1, 0), true},
	};

	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		struct mm386 *m = boot_release(rows[r].release);
		pfn_t block = drain_small(m, 1, 10), list[4];
		pfn_t a = rmqueue(m, 1, 0), b = rmqueue(m, 1, 0);
		pfn_t c = rmqueue(m, 1, 1), d = rmqueue(m, 1, 0);

		assert_int_equal(a, block);
		assert_int_equal(c, block + 2);
		assert_int_equal(d, block + 4); /* 5 is on the list of order 0 now */
		free_one(m, c, 1);
		free_one(m, b, 0);
		assert_int_equal(mm386_free_list(m, 1, 0, usual_type(m), list, 4), 2);
		assert_int_equal(list[rows[r].tail], b);
		assert_int_equal(list[!rows[r].tail], block + 5);
		mm386_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buddy_24_hands_out_the_top),
		cmocka_unit_test(test_buddy_26_and_61_hand_out_the_bottom),
		cmocka_unit_test(test_buddy_boot_order_decides_the_first_block),
		cmocka_unit_test(test_buddy_24_highmem_starts_at_its_lowest_block),
		cmocka_unit_test(test_buddy_26_highmem_begins_with_the_odd_pair),
		cmocka_unit_test(test_buddy_first_frames_of_1g),
		cmocka_unit_test(test_buddy_free_restores_every_count),
		cmocka_unit_test(test_buddy_merge_stops_at_the_zone),
		cmocka_unit_test(test_buddy_24_counts_from_the_zone),
		cmocka_unit_test(test_buddy_likely_merge_goes_to_the_tail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
