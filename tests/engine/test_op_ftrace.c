/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_op_ftrace.c - what a trace says is done to the frames that it names, and what it left
 * out is said.
 */
#include "machine.h"

/* The words of the argument "event". */
enum word { ZONE_LOCKED, ALLOC, FREE, DRAIN, FALLBACK, CHANGE_TYPE, FAILURE };

static struct mm386_result say(struct mm386 *m, enum word word, pfn_t pfn, unsigned order,
			       const char *gfp)
{
	const struct mm386_op op = {
		.id = MM386_OP_FTRACE,
		.given = 1 | 2 | 4 | (gfp ? 16 : 0),
		.arg = {word, pfn, order, 0, gfp ? gfp_of(gfp) : 0},
	};

	return apply(m, op);
}

static bool assumed(const struct mm386_result *res, enum mm386_why_code code)
{
	for (unsigned i = 0; i < res->nr_why; i++)
		if (res->why[i].code == code)
			return true;
	return false;
}

/* A frame of Normal in the middle of a large free block: no list would give it next. */
static pfn_t deep_frame(const struct mm386 *m)
{
	const struct zone *z = &m->s->zone[1];

	for (pfn_t pfn = z->start_pfn; pfn < z->end_pfn; pfn++)
		if ((m->page[pfn].flags & PF_BUDDY) && m->page[pfn].order >= 8)
			return pfn + 0x6c;
	fail_msg("no block of order 8");
	return NO_PFN;
}

/* A page's life as the tracepoints tell it: the very frame, through the CPU's list both ways. */
static void test_op_ftrace_takes_the_frame_that_is_named(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	pfn_t pfn = deep_frame(m);
	struct mm386_result res;

	(void)state;
	res = say(m, ZONE_LOCKED, pfn, 0, NULL);
	assert_true(res.ok);
	assert_int_equal(res.nr_why, 0);
	assert_int_equal(m->kind[pfn], MM386_KIND_PCP);
	assert_int_equal(m->kind[pfn + 1], MM386_KIND_FREE);
	assert_machine_valid(m);
	res = say(m, ALLOC, pfn, 0, "GFP_KERNEL");
	assert_true(res.ok && res.nr_why == 0);
	assert_int_equal(res.pfn, pfn);
	assert_int_equal(m->kind[pfn], MM386_KIND_PAGES);
	res = say(m, FREE, pfn, 0, NULL);
	assert_true(res.ok && res.nr_why == 0);
	assert_int_equal(m->kind[pfn], MM386_KIND_PCP);
	res = say(m, DRAIN, pfn, 0, NULL);
	assert_true(res.ok && res.nr_why == 0);
	assert_int_equal(m->kind[pfn], MM386_KIND_FREE);
	assert_machine_valid(m);
	assert_true(m->page[buddy_find_block(m, pfn)].order >= 8); /* merged again */
	mm386_free(m);
}

/* An order that CPUs keep no lists of goes straight from the free lists to who asked. */
static void test_op_ftrace_large_blocks_pass_the_cpu_lists(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	pfn_t pfn = deep_frame(m) & ~31u;
	struct mm386_result res = say(m, ZONE_LOCKED, pfn, 5, NULL);

	(void)state;
	assert_false(res.ok);
	assert_true(assumed(&res, MM386_WHY_NO_CPU_LIST));
	res = say(m, ALLOC, pfn, 5, "GFP_HIGHUSER_MOVABLE");
	assert_true(res.ok);
	assert_int_equal(m->kind[pfn + 31], MM386_KIND_USER);
	res = say(m, FREE, pfn, 5, NULL);
	assert_true(res.ok);
	assert_int_equal(m->kind[pfn], MM386_KIND_FREE);
	assert_machine_valid(m);
	mm386_free(m);
}

/* What the trace cannot have known of this machine is put right first, and told. */
static void test_op_ftrace_says_what_it_assumes(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	pfn_t pfn = deep_frame(m) & ~7u;
	struct mm386_result res;

	(void)state;
	assert_true(say(m, ALLOC, pfn, 3, "GFP_KERNEL").ok);
	res = say(m, ALLOC, pfn + 2, 0, "GFP_KERNEL"); /* handed out once more */
	assert_true(res.ok && assumed(&res, MM386_WHY_ASSUMED_SPLIT) &&
		    assumed(&res, MM386_WHY_ASSUMED_FREED));
	assert_machine_valid(m);
	assert_int_equal(m->page[pfn + 2].owner, res.seq);
	res = say(m, FREE, pfn + 3, 0, NULL); /* a page of what was split */
	assert_true(res.ok && res.nr_why == 0);
	res = say(m, FREE, pfn + 3, 0, NULL); /* freed twice */
	assert_true(res.ok && assumed(&res, MM386_WHY_ASSUMED_FREE));
	res = say(m, ZONE_LOCKED, pfn + 3, 0,
		  NULL); /* on the CPU's list it is not on the free lists */
	assert_true(res.ok && assumed(&res, MM386_WHY_ASSUMED_DRAINED));
	assert_int_equal(m->kind[pfn + 3], MM386_KIND_PCP);
	assert_machine_valid(m);
	mm386_free(m);
}

static pfn_t first_of_kind(const struct mm386 *m, enum mm386_kind kind)
{
	for (pfn_t pfn = 0; pfn < m->s->nr_frames; pfn++)
		if (m->kind[pfn] == kind)
			return pfn;
	fail_msg("no frame of kind %d", (int)kind);
	return NO_PFN;
}

/* The kernel frees what it needed at boot alone; mem_map and holes nobody can give it. */
static void test_op_ftrace_boot_memory_comes_back(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	pfn_t init = first_of_kind(m, MM386_KIND_KERNEL), map = first_of_kind(m, MM386_KIND_MEMMAP);
	const struct zone *z = zone_of(m, init);
	uint32_t managed = z->managed;
	struct mm386_result res = say(m, FREE, init, 0, NULL);

	(void)state;
	assert_true(res.ok && assumed(&res, MM386_WHY_ASSUMED_GIVEN_BACK));
	assert_int_equal(z->managed, managed + 1);
	assert_int_equal(m->kind[init], MM386_KIND_PCP);
	assert_machine_valid(m);
	res = say(m, FREE, map, 0, NULL);
	assert_false(res.ok);
	assert_true(assumed(&res, MM386_WHY_FOREIGN));
	res = say(m, ALLOC, map, 0, "GFP_KERNEL");
	assert_false(res.ok);
	assert_int_equal(m->kind[map], MM386_KIND_MEMMAP);
	res = say(m, ALLOC, NO_PFN, 0, "GFP_KERNEL");
	assert_false(res.ok);
	res = say(m, ALLOC, deep_frame(m) | 1, 3, "GFP_KERNEL");
	assert_true(!res.ok && assumed(&res, MM386_WHY_MISALIGNED));
	res = say(m, FAILURE, NO_PFN, 9, "GFP_KERNEL");
	assert_true(!res.ok && res.err == ENOMEM);
	assert_machine_valid(m);
	mm386_free(m);
}

/* A page block that was stolen changes its type, and what is free in it its lists. */
static void test_op_ftrace_stealing_moves_the_page_block(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	const struct zone *z = &m->s->zone[1];
	pfn_t pfn = NO_PFN;
	struct mm386_op op = {.id = MM386_OP_FTRACE, .given = 1 | 2 | 4 | 8};

	(void)state;
	for (pfn_t p = z->start_pfn; p < z->end_pfn && pfn == NO_PFN; p++)
		if ((m->page[p].flags & PF_BUDDY) && m->page[p].order == 10 &&
		    pageblock_mt(m, z, p) == MM386_MIGRATE_MOVABLE)
			pfn = p;
	assert_true(pfn != NO_PFN);
	op.arg[0] = FALLBACK;
	op.arg[1] = pfn;
	op.arg[2] = 10;
	op.arg[3] = MM386_MIGRATE_RECLAIMABLE;
	assert_true(apply(m, op).ok);
	assert_int_equal(m->page[pfn].mt, MM386_MIGRATE_RECLAIMABLE);
	assert_int_equal(pageblock_mt(m, z, pfn), MM386_MIGRATE_MOVABLE);
	op.arg[0] = CHANGE_TYPE;
	assert_true(apply(m, op).ok);
	assert_int_equal(pageblock_mt(m, z, pfn), MM386_MIGRATE_RECLAIMABLE);
	assert_machine_valid(m);
	mm386_free(m);
}

/*
 * Two page blocks of types that do not merge, handed out as one: the traced kernel had them of one
 * type.  With PAE a page block is half of the largest block.
 */
static void test_op_ftrace_joins_page_blocks_of_two_types(void **state)
{
	struct mm386_config cfg;
	struct mm386 *m = NULL;
	struct mm386_op op = {
		.id = MM386_OP_FTRACE, .given = 1 | 2 | 4 | 8, .arg = {CHANGE_TYPE, 0x4200, 9}};

	(void)state;
	mm386_config_init(&cfg);
	cfg.kernel = MM386_KERNEL_61;
	cfg.pae = true;
	cfg.memory_bytes = UINT64_C(128) << 20;
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	assert_true(say(m, ALLOC, 0x4000, 10, "GFP_KERNEL").ok);
	op.arg[3] = MM386_MIGRATE_RESERVED;
	assert_true(apply(m, op).ok);
	assert_true(say(m, FREE, 0x4000, 9, NULL).ok);
	assert_true(say(m, FREE, 0x4200, 9, NULL).ok);
	drain_cpus(m);
	assert_int_equal(m->page[buddy_find_block(m, 0x4200)].order, 9);
	assert_true(say(m, ALLOC, 0x4000, 10, "GFP_KERNEL").ok);
	assert_int_equal(m->page[0x4000].order, 10);
	assert_int_equal(pageblock_mt(m, zone_of(m, 0x4200), 0x4200),
			 pageblock_mt(m, zone_of(m, 0x4000), 0x4000));
	assert_machine_valid(m);
	mm386_free(m);
}

/* Any trace at all, between operations of our own: every invariant holds after each. */
static void test_op_ftrace_survives_any_trace(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot_with(k, 64, "highmem=8M");
		unsigned taken = 0;
		struct stream s;

		stream_init(&s, 77 + k);
		for (unsigned i = 0; i < 4000; i++) {
			if (i % 4)
				taken += apply(m, trace_next(&s, m)).ok;
			else
				apply(m, alloc_op("GFP_HIGHUSER_MOVABLE",
						  (unsigned)stream_random(&s, 5)));
			if (i % 50 == 0)
				assert_machine_valid(m);
		}
		assert_true(taken > 1000);
		assert_machine_valid(m);
		mm386_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_op_ftrace_takes_the_frame_that_is_named),
		cmocka_unit_test(test_op_ftrace_large_blocks_pass_the_cpu_lists),
		cmocka_unit_test(test_op_ftrace_says_what_it_assumes),
		cmocka_unit_test(test_op_ftrace_boot_memory_comes_back),
		cmocka_unit_test(test_op_ftrace_stealing_moves_the_page_block),
		cmocka_unit_test(test_op_ftrace_joins_page_blocks_of_two_types),
		cmocka_unit_test(test_op_ftrace_survives_any_trace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
