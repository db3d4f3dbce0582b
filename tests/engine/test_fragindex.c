/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_fragindex.c - the two figures of fragmentation, by hand-computed lists, and the
 * files that print them.
 */
#include "machine.h"

/* A machine whose zone 1 has these free blocks of each order, and no others. */
static struct mm386 *with_blocks(enum mm386_kernel k, const uint32_t nr[MM386_ORDERS])
{
	struct mm386 *m = boot(k, 64);
	struct zone *z = &m->s->zone[1];

	z->nr_free = 0;
	for (unsigned o = 0; o < MM386_ORDERS; o++) {
		z->nr_blocks[o] = o < m->s->info.orders ? nr[o] : 0;
		z->nr_free += z->nr_blocks[o] << o;
	}
	return m;
}

/*
 * Sixteen free pages, wanted four in a row.
 *
 *	####  ####  ########		all of it can be used
 *	##  ##  ####  ########		a quarter cannot
 *	## ## ## ## ## ## ## ##		1000 - (1000 + 16000 / 4) / 8
 *	# # # # # # # # # # # # # # # #	1000 - (1000 + 16000 / 4) / 16 = 1000 - 312
 */
static void test_fragindex_by_hand(void **state)
{
	static const struct {
		uint32_t nr[MM386_ORDERS];
		int unusable, index;
	} rows[] = {
		{{0, 0, 2, 1}, 0, -1000}, {{0, 2, 1, 1}, 250, -1000},
		{{0, 8}, 1000, 375},	  {{16}, 1000, 688},
		{{0}, 1000, 0},	     /* nothing is free: want of memory alone */
		{{1}, 1000, -250},   /* one page for four: 1000 - (1000 + 250) / 1 */
		{{3, 1}, 1000, 438}, /* five pages in four blocks: 1000 - (1000 + 1250) / 4 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		FOR_EACH_KERNEL(k)
		{
			struct mm386 *m = with_blocks(k, rows[i].nr);

			assert_int_equal(mm386_unusable_index(m, 1, 2), rows[i].unusable);
			assert_int_equal(mm386_fragmentation_index(m, 1, 2), rows[i].index);
			mm386_free(m);
		}
	}
}

/* Single pages are never too small, and what suits an order suits every lower one. */
static void test_fragindex_rises_with_the_order(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 96);
		struct stream s;

		stream_init(&s, 77 + k);
		for (unsigned i = 0; i < 2000; i++)
			stream_step(&s, m);
		for (unsigned z = 0; z < m->s->info.nr_zones; z++) {
			int last = 0;

			if (!m->s->zone[z].nr_free)
				continue;
			assert_int_equal(mm386_unusable_index(m, z, 0), 0);
			for (unsigned o = 0; o < m->s->info.orders; o++) {
				int unusable = mm386_unusable_index(m, z, o);
				int index = mm386_fragmentation_index(m, z, o);

				assert_true(unusable >= last && unusable <= 1000);
				assert_true((index == -1000) == (unusable < 1000));
				assert_true(index < 1000);
				last = unusable;
			}
		}
		mm386_free(m);
	}
}

static const char *proc(const struct mm386 *m, const char *file)
{
	static char buf[4096];

	assert_true(mm386_proc(m, file, buf, sizeof(buf)) > 0);
	return buf;
}

/*
 * One free page of order 0, one of order 2: widths and signs as the kernel's "%d.%03d " and
 * "%2d.%03d " put them, where a sign takes the place of a zero: -125 is " 0.-125", -7 is " 0.-07".
 */
static void test_fragindex_files(void **state)
{
	struct mm386 *m = with_blocks(MM386_KERNEL_61, (const uint32_t[MM386_ORDERS]){1, 0, 1});

	(void)state;
	m->s->zone[0].present = 0;
	for (unsigned i = 2; i < m->s->info.nr_zones; i++)
		m->s->zone[i].present = 0;
	assert_string_equal(proc(m, "unusable_index"),
			    "Node 0, zone   Normal 0.000 0.200 0.200 1.000 1.000 1.000 1.000 1.000 "
			    "1.000 1.000 1.000 \n");
	assert_string_equal(
		proc(m, "extfrag_index"),
		"Node 0, zone   Normal -1.000 -1.000 -1.000  0.188  0.344  0.422  0.461 "
		" 0.481  0.491  0.496  0.498 \n");
	m->s->zone[1].nr_blocks[0] = 1;
	m->s->zone[1].nr_blocks[2] = 0;
	assert_string_equal(proc(m, "extfrag_index"),
			    "Node 0, zone   Normal -1.000  0.-500  0.-250  0.-125  0.-62  0.-31 "
			    " 0.-15  0.-07  0.-03  0.-01  0.000 \n");
	mm386_free(m);
}

/* The files came with compaction, in 2.6.35; the figures are for everybody. */
static void test_fragindex_files_since_2_6_35(void **state)
{
	char buf[64];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct mm386 *m = boot(all_kernels[i], 64);

		assert_int_equal(mm386_proc(m, "extfrag_index", buf, sizeof(buf)), -ENOENT);
		assert_int_equal(mm386_proc(m, "unusable_index", buf, sizeof(buf)), -ENOENT);
		assert_int_equal(mm386_unusable_index(m, 1, 0), 0);
		mm386_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fragindex_by_hand),
		cmocka_unit_test(test_fragindex_rises_with_the_order),
		cmocka_unit_test(test_fragindex_files),
		cmocka_unit_test(test_fragindex_files_since_2_6_35),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
