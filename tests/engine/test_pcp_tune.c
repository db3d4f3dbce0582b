/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_pcp_tune.c - CPUs' lists of 6.7 and later: what a CPU takes, keeps and gives back follows
 * what it did before.
 */
#include "boot.h"
#include "machine.h"
#include "pcp.h"

#define NORMAL 1
#define ROOM   8192

static struct mm386 *boot_release(uint32_t release)
{
	struct mm386_config cfg = release_config(release, UINT64_C(512) << 20);

	return boot_config(&cfg);
}

static struct pcp *list_of(struct mm386 *m)
{
	return pcp_of(m, &m->s->zone[NORMAL], 0);
}

static pfn_t obtain(struct mm386 *m)
{
	return pcp_alloc(m, &m->s->zone[NORMAL], 0, MM386_MIGRATE_UNMOVABLE, 0, false);
}

static void give(struct mm386 *m, pfn_t pfn, unsigned order)
{
	pcp_free(m, &m->s->zone[NORMAL], pfn, order, MM386_MIGRATE_UNMOVABLE, 0);
}

/* From the low mark's share to an eighth of the zone, which a fraction that is set replaces. */
static void test_pcp_tune_bounds(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 12, 0));
	const struct zone *z = &m->s->zone[NORMAL];
	struct pcp *p = list_of(m);

	(void)state;
	assert_int_equal(p->tune.high_min, z->watermark[MM386_WMARK_LOW]);
	assert_int_equal(p->tune.high_max, watermark_counted_pages(m, z) / 8);
	assert_int_equal(p->high, 0);
	m->s->sysctl.percpu_pagelist_fraction = 100;
	pcp_setup(m);
	assert_int_equal(p->tune.high_min, watermark_counted_pages(m, z) / 100);
	assert_int_equal(p->tune.high_max, watermark_counted_pages(m, z) / 100);
	mm386_free(m);
	m = boot_release(KVER(6, 6, 0));
	assert_int_equal(list_of(m)->tune.high_max, 0);
	mm386_free(m);
}

static void hear_limits(void *arg, const struct mm386_event *ev)
{
	struct mm386_event *told = arg;

	if (ev->type == MM386_EVENT_PCP_LIMITS && ev->arg[0] == NORMAL)
		*told = *ev;
}

/* The event has the bounds, for between them each CPU has a high of its own. */
static void test_pcp_tune_bounds_are_told(void **state)
{
	static const uint32_t releases[] = {KVER(6, 6, 0), KVER(6, 12, 0)};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct mm386 *m = boot_release(releases[i]);
		const struct pcp *p = list_of(m);
		struct mm386_event told = {.seq = 0};

		mm386_set_sink(m, hear_limits, &told);
		assert_true(apply(m, (struct mm386_op){.id = MM386_OP_SYSCTL,
						       .given = 3,
						       .arg = {SYSCTL_MIN_FREE_KBYTES, 16384}}).ok);
		assert_int_equal(told.seq, 1);
		assert_int_equal(told.arg[1], i ? p->tune.high_min : p->high);
		assert_int_equal(told.arg[2], p->batch);
		assert_int_equal(told.arg[5], p->tune.high_max);
		assert_int_equal(told.arg[5] > told.arg[1], i);
		mm386_free(m);
	}
}

/* Another high is seen by who draws the machine from what changed, though the refill found nothing. */
static void test_pcp_tune_high_is_drawn_anew(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 12, 0));
	const struct pcp *p = pcp_of(m, &m->s->zone[0], 0);
	struct mm386_op op = alloc_op("GFP_KERNEL|__GFP_DMA", 0);

	(void)state;
	for (unsigned order = m->s->info.orders; order-- > 0;) {
		struct mm386_op take = {.id = MM386_OP_RMQUEUE, .given = 7, .arg = {0, order, MM386_MIGRATE_UNMOVABLE}};

		while (apply(m, take).ok)
			;
	}
	assert_int_equal(p->high, 0);
	mm386_cut(m);
	op.given |= 1u << 4;
	op.arg[4] = 1; /* memalloc: no mark binds it */
	assert_false(apply(m, op).ok);
	assert_int_equal(p->high, p->tune.high_min);
	assert_true(mm386_zones_changed(m) & 1);
	mm386_free(m);
}

/* Each refill takes twice as much, 32 batches at most, and raises high by as much. */
static void test_pcp_tune_refills_grow(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 12, 0));
	struct pcp *p = list_of(m);
	uint32_t batch = p->batch, high = p->tune.high_min;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		uint32_t wanted = batch << i;

		while (p->count)
			assert_int_not_equal(obtain(m), NO_PFN);
		assert_int_not_equal(obtain(m), NO_PFN);
		high += wanted;
		assert_int_equal(p->count, wanted - 1);
		assert_int_equal(p->high, high);
		assert_int_equal(p->tune.alloc_factor, i + 1);
	}
	give(m, obtain(m), 0);
	assert_int_equal(p->tune.alloc_factor, 2);
	mm386_free(m);
}

/* A zone below its high mark: a refill raises nothing, and high falls by what is freed. */
static void test_pcp_tune_a_short_zone_keeps_less(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 12, 0));
	struct zone *z = &m->s->zone[NORMAL];
	struct pcp *p = list_of(m);
	uint32_t min = p->tune.high_min;
	pfn_t pfn;

	(void)state;
	z->watermark[MM386_WMARK_HIGH] = z->nr_free;
	pcp_tune_asked(m, z, 0, 0, 0);
	assert_true(z->below_high);
	pfn = obtain(m);
	assert_int_equal(p->high, min);
	p->high = min + 500;
	give(m, pfn, 0);
	assert_int_equal(p->high, min + 500 - p->batch);
	assert_true(z->below_high); /* nothing went back yet */
	z->watermark[MM386_WMARK_HIGH] = min;
	pcp_tune_drained(m, z);
	assert_false(z->below_high);
	mm386_free(m);
}

/* What was freed in a row goes back, a batch at least; while it grows, high does. */
static void test_pcp_tune_long_runs_go_back(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 12, 0));
	struct zone *z = &m->s->zone[NORMAL];
	struct pcp *p = list_of(m);
	static pfn_t pfn[ROOM];
	uint32_t n = 0, before;

	(void)state;
	for (unsigned i = 0; i < ROOM; i++)
		assert_int_not_equal(pfn[i] = buddy_alloc(m, z, 0, MM386_MIGRATE_UNMOVABLE), NO_PFN);
	p->high = p->tune.high_min;
	do {
		before = p->count;
		assert_true(n < ROOM);
		give(m, pfn[n++], 0);
	} while (p->count > before);
	assert_int_equal(n, p->tune.high_min);
	assert_int_equal(p->free_factor, n < p->batch << 5 ? n : p->batch << 5);
	assert_int_equal(before + 1 - p->count,
			 p->free_factor < n - p->batch ? p->free_factor : n - p->batch);
	assert_true(p->high > p->tune.high_min || p->free_factor + p->batch < p->tune.high_min);
	assert_int_not_equal(obtain(m), NO_PFN);
	assert_int_equal(p->free_factor, (n < p->batch << 5 ? n : p->batch << 5) / 2);
	mm386_free(m);
}

/* Two blocks of order 1..3 behind a batch of frees: 32 batches at most go back. */
static void test_pcp_tune_small_blocks_go_back(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 12, 0));
	struct zone *z = &m->s->zone[NORMAL];
	struct pcp *p = list_of(m);
	pfn_t a = buddy_alloc(m, z, 1, MM386_MIGRATE_UNMOVABLE);
	pfn_t b = buddy_alloc(m, z, 1, MM386_MIGRATE_UNMOVABLE);

	(void)state;
	p->free_factor = p->batch;
	give(m, a, 1);
	assert_int_equal(p->count, 2);
	give(m, b, 1);
	assert_int_equal(p->count, 0);
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pcp_tune_bounds),
		cmocka_unit_test(test_pcp_tune_bounds_are_told),
		cmocka_unit_test(test_pcp_tune_high_is_drawn_anew),
		cmocka_unit_test(test_pcp_tune_refills_grow),
		cmocka_unit_test(test_pcp_tune_a_short_zone_keeps_less),
		cmocka_unit_test(test_pcp_tune_long_runs_go_back),
		cmocka_unit_test(test_pcp_tune_small_blocks_go_back),
	};

	return cmocka_run_group_tests_name("pcp_tune", tests, NULL, NULL);
}
