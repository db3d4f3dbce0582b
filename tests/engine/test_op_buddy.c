/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_op_buddy.c - __rmqueue and __free_one_page: the buddy system without marks or CPUs' lists.
 */
#include "machine.h"

#define NORMAL 1
enum { UNMOVABLE_WORD, MOVABLE_WORD, RECLAIMABLE_WORD, HIGHATOMIC_WORD, RESERVE_WORD };

static struct mm386_result rmqueue(struct mm386 *m, uint64_t zone, uint64_t order, uint64_t mt)
{
	return apply(
		m, (struct mm386_op){.id = MM386_OP_RMQUEUE, .given = 7, .arg = {zone, order, mt}});
}

static struct mm386_result free_one(struct mm386 *m, uint64_t pfn, uint64_t order)
{
	return apply(m, (struct mm386_op){
				.id = MM386_OP_FREE_ONE_PAGE, .given = 3, .arg = {pfn, order}});
}

/* The head of the list is taken whatever the marks say, and freeing puts everything together again.
 */
static void test_op_buddy_takes_and_gives_back(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 64);
		struct zone *z = &m->s->zone[NORMAL];
		unsigned top = mm386_info(m)->orders - 1u;
		unsigned mt = mm386_info(m)->pageblock_order ? MM386_MIGRATE_MOVABLE
							     : MM386_MIGRATE_UNMOVABLE;
		pfn_t block = z->free[top][mt].head;
		uint32_t blocks = z->nr_blocks[top];
		struct mm386_result res;

		z->watermark[MM386_WMARK_MIN] = z->watermark[MM386_WMARK_LOW] = 1u << 20;
		z->watermark[MM386_WMARK_HIGH] = 1u << 20;
		res = rmqueue(m, NORMAL, top, MOVABLE_WORD);
		assert_true(res.ok);
		assert_int_equal(res.pfn, block);
		assert_int_equal(res.zone, NORMAL);
		assert_int_equal(m->kind[block], MM386_KIND_PAGES);
		assert_int_equal(z->nr_blocks[top], blocks - 1);
		assert_true(free_one(m, block, top).ok);
		assert_int_equal(z->nr_blocks[top], blocks);
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/*
 * A part of a block that was handed out comes back alone: the rest falls into single frames.
 *
 *	AAAAAAAA -> AAAA.AAA	frame 4 is free
 */
static void test_op_buddy_breaks_up_what_is_larger(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	pfn_t pfn = rmqueue(m, NORMAL, 3, MOVABLE_WORD).pfn;

	(void)state;
	assert_true(free_one(m, pfn + 4, 0).ok);
	assert_int_equal(m->page[pfn + 4].flags, PF_BUDDY);
	for (unsigned i = 0; i < 8; i++)
		if (i != 4) {
			assert_int_equal(m->page[pfn + i].flags, PF_HEAD);
			assert_int_equal(m->page[pfn + i].order, 0);
		}
	assert_machine_valid(m);
	assert_true(free_one(m, pfn, 2).ok); /* four of the single ones at once */
	assert_true(free_one(m, pfn + 6, 1).ok);
	assert_true(free_one(m, pfn + 5, 0).ok);
	assert_false(m->page[pfn].flags & PF_HEAD);
	assert_machine_valid(m);
	mm386_free(m);
}

/* The page block's type decides the list, unless the call does. */
static void test_op_buddy_free_goes_to_its_list(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	pfn_t pfn = rmqueue(m, NORMAL, 0, MOVABLE_WORD).pfn;
	struct mm386_op op = {
		.id = MM386_OP_FREE_ONE_PAGE, .given = 7, .arg = {pfn, 0, RECLAIMABLE_WORD}};

	(void)state;
	rmqueue(m, NORMAL, 0, MOVABLE_WORD); /* its buddy: nothing merges */
	assert_true(apply(m, op).ok);
	assert_int_equal(m->page[pfn].mt, MM386_MIGRATE_RECLAIMABLE);
	assert_int_equal(rmqueue(m, NORMAL, 0, RECLAIMABLE_WORD).pfn, pfn);
	assert_true(free_one(m, pfn, 0).ok);
	assert_int_equal(m->page[pfn].mt, MM386_MIGRATE_MOVABLE);
	assert_machine_valid(m);
	mm386_free(m);
}

/* Boot's own frames can be given back, as the kernel does with its init sections. */
static void test_op_buddy_takes_back_what_boot_kept(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	struct zone *z = &m->s->zone[NORMAL];
	uint32_t managed = z->managed;

	(void)state;
	assert_int_equal(m->kind[0x1800], MM386_KIND_KERNEL);
	assert_true(free_one(m, 0x1800, 3).ok);
	assert_int_equal(z->managed, managed + 8);
	assert_int_equal(m->kind[0x1807], MM386_KIND_FREE);
	assert_machine_valid(m);
	mm386_free(m);
}

static void test_op_buddy_refusals(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	pfn_t pfn = rmqueue(m, NORMAL, 4, MOVABLE_WORD).pfn;
	uint64_t free_pages;
	char text[160];

	(void)state;
	assert_refused(m, rmqueue(m, 9, 0, 0), EINVAL, "there is no zone 9, only 4 of them");
	assert_refused(m, rmqueue(m, NORMAL, 11, 0), ENOMEM, "order 11 >= MAX_ORDER 11");
	assert_refused(m, rmqueue(m, NORMAL, 0, HIGHATOMIC_WORD), ENOMEM,
		       "no list of order >= 0 has a block for HighAtomic");
	assert_refused(m, rmqueue(m, 2, 0, 0), ENOMEM,
		       "no list of order >= 0 has a block for Unmovable"); /* an empty zone */
	snprintf(text, sizeof(text), "frame 0x%x is no place for a block of order 2", pfn + 1);
	assert_refused(m, free_one(m, pfn + 1, 2), EINVAL, text);
	free_pages = m->s->zone[NORMAL].nr_free;
	assert_true(free_one(m, pfn + 8, 0).ok);
	snprintf(text, sizeof(text), "frame 0x%x is free already, in a block of order 0 at 0x%x",
		 pfn + 8, pfn + 8);
	assert_refused(m, free_one(m, pfn, 4), EINVAL, text);
	assert_int_equal(m->s->zone[NORMAL].nr_free, free_pages + 1);
	assert_machine_valid(m);
	mm386_free(m);
}

/* "Reserve" and "HighAtomic" are two names of one place; without grouping all are one list. */
static void test_op_buddy_names_of_types(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_24, 64);

	(void)state;
	for (unsigned word = 0; word <= RESERVE_WORD; word++)
		assert_true(rmqueue(m, NORMAL, 0, word).ok);
	mm386_free(m);
	m = boot(MM386_KERNEL_26, 64);
	assert_true(rmqueue(m, NORMAL, 0, RESERVE_WORD).ok);
	assert_true(rmqueue(m, NORMAL, 0, HIGHATOMIC_WORD).ok);
	assert_machine_valid(m);
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_op_buddy_takes_and_gives_back),
		cmocka_unit_test(test_op_buddy_breaks_up_what_is_larger),
		cmocka_unit_test(test_op_buddy_free_goes_to_its_list),
		cmocka_unit_test(test_op_buddy_takes_back_what_boot_kept),
		cmocka_unit_test(test_op_buddy_refusals),
		cmocka_unit_test(test_op_buddy_names_of_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
