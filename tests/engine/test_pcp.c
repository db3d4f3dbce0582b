/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_pcp.c - each CPU's own lists: how long they grow, what goes to and fro at once,
 * who gets which frame, in each of the ways that kernels have had.
 */
#include "boot.h"
#include "machine.h"

#define NORMAL	  1
#define NORMAL_26 2 /* 2.6.15 .. 2.6.18 have an empty DMA32 before it */

static struct mm386 *boot_release(uint32_t release, unsigned mib, unsigned cpus)
{
	struct mm386_config cfg = release_config(release, (uint64_t)mib << 20);

	cfg.cpus = cpus;
	return boot_config(&cfg);
}

static struct mm386_pcp_view pcp(const struct mm386 *m, unsigned zone, unsigned cpu)
{
	struct mm386_pcp_view v;

	mm386_pcp(m, zone, cpu, &v);
	return v;
}

static unsigned zone_called(const struct mm386 *m, const char *name)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		if (strcmp(m->s->zone[i].name, name) == 0)
			return i;
	fail_msg("no zone %s", name);
	return 0;
}

static pfn_t take_on(struct mm386 *m, const char *gfp, unsigned order, unsigned cpu)
{
	struct mm386_op op = alloc_op(gfp, order);

	op.given |= 4;
	op.arg[2] = cpu;
	return apply(m, op).pfn;
}

static void give_on(struct mm386 *m, pfn_t pfn, unsigned order, unsigned cpu)
{
	struct mm386_op op = free_op(pfn, order);

	op.given |= 8;
	op.arg[3] = cpu;
	assert_true(apply(m, op).ok);
}

static void give(struct mm386 *m, pfn_t pfn, unsigned order)
{
	give_on(m, pfn, order, 0);
}

/* Straight from the zone's lists, past the CPU's and the marks. */
static pfn_t rmqueue(struct mm386 *m, unsigned zone, unsigned order)
{
	return apply(m, (struct mm386_op){.id = MM386_OP_RMQUEUE, .given = 3, .arg = {zone, order}})
		.pfn;
}

/* ---- limits ------------------------------------------------------------------------- */

/* batch and high of zones of several sizes, as each release sets them. */
static void test_pcp_limits_follow_the_zone(void **state)
{
	static const struct {
		uint32_t release;
		unsigned mib;
		const char *zone;
		uint32_t batch, high, cold_batch, cold_high;
	} rows[] = {
		{KVER(2, 4, 22), 1024, "Normal", 0, 0, 0, 0},
		/* a quarter of 256 KiB at most; any size */
		{KVER(2, 6, 9), 1024, "Normal", 16, 96, 16, 32},
		{KVER(2, 6, 9), 1024, "DMA", 1, 6, 1, 2},
		/* 2^n - 1, upwards */
		{KVER(2, 6, 12), 1024, "Normal", 31, 186, 31, 62},
		{KVER(2, 6, 12), 1024, "DMA", 1, 6, 1, 2},
		/* up to 512 KiB, downwards: a small zone keeps nothing */
		{KVER(2, 6, 18), 1024, "Normal", 31, 186, 15, 62},
		{KVER(2, 6, 18), 1024, "HighMem", 7, 42, 3, 14},
		{KVER(2, 6, 18), 1024, "DMA", 1, 0, 1, 0},
		{KVER(2, 6, 18), 80, "Normal", 3, 18, 1, 6},
		{KVER(2, 6, 18), 64, "Normal", 1, 6, 1, 2},
		/* one set */
		{KVER(2, 6, 26), 1024, "Normal", 31, 186, 0, 0},
		{KVER(2, 6, 32), 1024, "Normal", 31, 186, 0, 0},
		{KVER(4, 19, 0), 1024, "Normal", 31, 186, 0, 0},
		/* up to 1 MiB */
		{KVER(4, 20, 0), 1024, "Normal", 63, 378, 0, 0},
		{KVER(4, 20, 0), 1024, "HighMem", 7, 42, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm386 *m = boot_release(rows[i].release, rows[i].mib, 1);
		struct mm386_pcp_view v = pcp(m, zone_called(m, rows[i].zone), 0);

		assert_int_equal(v.batch, rows[i].batch);
		assert_int_equal(v.high, rows[i].high);
		assert_int_equal(v.cold_batch, rows[i].cold_batch);
		assert_int_equal(v.cold_high, rows[i].cold_high);
		mm386_free(m);
	}
}

/* From 5.14 all CPUs' lists together hold what the low mark says, but four batches each. */
static void test_pcp_high_is_the_low_marks_share(void **state)
{
	static const unsigned cpus[] = {1, 2, 5, 32};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, cpus[i]);

		for (unsigned z = 0; z < m->s->info.nr_zones; z++)
			for (unsigned cpu = 0; cpu < cpus[i]; cpu++) {
				struct mm386_pcp_view v = pcp(m, z, cpu);
				uint32_t share = m->s->zone[z].watermark[MM386_WMARK_LOW] / cpus[i];

				assert_int_equal(v.high, share < 4 * v.batch ? 4 * v.batch : share);
			}
		assert_int_equal(pcp(m, NORMAL, 0).batch, 63);
		mm386_free(m);
	}
}

/* percpu_pagelist_fraction: a hot list may hold that part of its zone. */
static void test_pcp_fraction_sets_high(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 18), 1024, 1);
	struct zone *z = &m->s->zone[NORMAL_26];

	(void)state;
	m->s->sysctl.percpu_pagelist_fraction = 1000;
	pcp_setup(m);
	assert_int_equal(pcp(m, NORMAL_26, 0).high, z->present / 1000);
	assert_int_equal(pcp(m, NORMAL_26, 0).batch, z->present / 1000 / 4);
	m->s->sysctl.percpu_pagelist_fraction = 8;
	pcp_setup(m);
	assert_int_equal(pcp(m, NORMAL_26, 0).batch, 96); /* 8 * PAGE_SHIFT at most */
	assert_int_equal(pcp(m, NORMAL_26, 0).cold_high, 62);
	mm386_free(m);
	m = boot_release(KVER(6, 1, 0), 1024, 2);
	m->s->sysctl.percpu_pagelist_fraction = 100;
	pcp_setup(m);
	assert_int_equal(pcp(m, NORMAL, 1).high, m->s->zone[NORMAL].managed / 100 / 2);
	assert_int_equal(pcp(m, NORMAL, 1).batch, 63);
	mm386_free(m);
}

/* Which lists there are, by name and order. */
static void test_pcp_lists_have_names(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 18), 64, 1);
	struct mm386_pcp_view v = pcp(m, NORMAL_26, 0);

	(void)state;
	assert_int_equal(v.nr_lists, 2);
	assert_string_equal(v.list[0].name, "hot");
	assert_string_equal(v.list[1].name, "cold");
	mm386_free(m);
	m = boot_release(KVER(2, 6, 32), 64, 1);
	v = pcp(m, NORMAL, 0);
	assert_int_equal(v.nr_lists, 3);
	assert_string_equal(v.list[1].name, "Reclaimable"); /* number 1 in 2.6, 2 from 4.4 */
	assert_int_equal(v.list[2].migratetype, MM386_MIGRATE_MOVABLE);
	mm386_free(m);
	m = boot_release(KVER(6, 1, 0), 1024, 1);
	v = pcp(m, NORMAL, 0);
	assert_int_equal(v.nr_lists, 14);
	for (unsigned l = 0; l < 12; l++)
		assert_int_equal(v.list[l].order, l / 3);
	assert_string_equal(v.list[10].name, "Movable");
	assert_int_equal(v.list[13].order, m->s->info.pageblock_order);
	assert_int_equal(v.list[13].migratetype, MM386_MIGRATE_MOVABLE);
	mm386_free(m);
	m = boot_release(KVER(5, 15, 0), 1024, 1);
	assert_int_equal(pcp(m, NORMAL, 0).nr_lists, 13);
	assert_string_equal(pcp(m, NORMAL, 0).list[12].name, "huge");
	mm386_free(m);
	m = boot_release(KVER(2, 4, 22), 64, 1);
	assert_int_equal(pcp(m, NORMAL, 0).nr_lists, 0);
	mm386_free(m);
}

/* ---- to and fro ---------------------------------------------------------------------- */

/* The frame freed last is the next one handed out. */
static void test_pcp_hot_frame_comes_back_first(void **state)
{
	static const uint32_t releases[] = {KVER(2, 6, 9),  KVER(2, 6, 18), KVER(2, 6, 24),
					    KVER(2, 6, 26), KVER(2, 6, 32), KVER(4, 19, 0),
					    KVER(5, 15, 0), KVER(6, 1, 0)};

	(void)state;
	for (size_t i = 0; i < sizeof(releases) / sizeof(releases[0]); i++) {
		struct mm386 *m = boot_release(releases[i], 256, 1);
		pfn_t a = take(m, "GFP_KERNEL", 0), b = take(m, "GFP_KERNEL", 0);

		give(m, a, 0);
		give(m, b, 0);
		assert_int_equal(m->kind[a], MM386_KIND_PCP);
		if (m->s->info.nr_migratetypes > 1) { /* freed by its page block's type */
			enum mm386_migratetype mt = pageblock_mt(m, zone_of(m, a), a);
			const char *gfp = mt == MM386_MIGRATE_MOVABLE ? "GFP_KERNEL|__GFP_MOVABLE"
								      : "GFP_KERNEL";

			assert_int_equal(take(m, gfp, 0), b);
			assert_int_equal(take(m, gfp, 0), a);
		} else {
			assert_int_equal(take(m, "GFP_KERNEL", 0), b);
			assert_int_equal(take(m, "GFP_KERNEL", 0), a);
		}
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/* A batch is handed out in the order in which it came: rising. */
static void test_pcp_26_batches_come_out_rising(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 18), 1024, 1);
	struct zone *z = &m->s->zone[NORMAL_26];
	pfn_t first;

	(void)state;
	drain_cpus(m);
	for (unsigned o = 0; o < 10; o++) /* use the small blocks up */
		while (z->free[o][0].nr)
			assert_int_not_equal(rmqueue(m, NORMAL_26, o), NO_PFN);
	first = z->free[10][0].head;
	for (unsigned i = 0; i < 3 * 31; i++)
		assert_int_equal(take(m, "GFP_KERNEL", 0), first + i);
	assert_int_equal(pcp(m, NORMAL_26, 0).count, 0);
	assert_int_equal(take(m, "GFP_KERNEL", 0), first + 93);
	assert_int_equal(pcp(m, NORMAL_26, 0).count, 30);
	mm386_free(m);
}

/* Up to 2.6.14 the hot list is filled again before it is empty. */
static void test_pcp_old_hot_list_has_a_low_mark(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 9), 1024, 1);
	unsigned normal = zone_called(m, "Normal");

	(void)state;
	drain_cpus(m);
	take(m, "GFP_KERNEL", 0);
	assert_int_equal(pcp(m, normal, 0).count, 15);
	take(m, "GFP_KERNEL", 0);
	assert_int_equal(pcp(m, normal, 0).count, 30);
	take(m, "GFP_KERNEL", 0);
	assert_int_equal(pcp(m, normal, 0).count, 45); /* above 2 * 16 now */
	take(m, "GFP_KERNEL", 0);
	assert_int_equal(pcp(m, normal, 0).count, 44);
	mm386_free(m);
}

/* At high a batch goes back from the tail: what was freed first. */
static void test_pcp_full_list_gives_a_batch_back(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 18), 1024, 1);
	pfn_t pfn[186], list[200];

	(void)state;
	for (unsigned i = 0; i < 186; i++)
		pfn[i] = take(m, "GFP_KERNEL", 0);
	drain_cpus(m);
	for (unsigned i = 0; i < 185; i++)
		give(m, pfn[i], 0);
	assert_int_equal(pcp(m, NORMAL_26, 0).count, 185);
	give(m, pfn[185], 0);
	assert_int_equal(pcp(m, NORMAL_26, 0).count, 155);
	for (unsigned i = 0; i < 31; i++)
		assert_int_equal(m->kind[pfn[i]], MM386_KIND_FREE);
	assert_int_equal(mm386_pcp_list(m, NORMAL_26, 0, 0, list, 200), 155);
	for (unsigned i = 0; i < 155; i++)
		assert_int_equal(list[i], pfn[185 - i]);
	assert_machine_valid(m);
	mm386_free(m);
}

/* __GFP_COLD has a list of its own, then the tail of the only one; from 4.15 it means nothing. */
static void test_pcp_cold_is_the_other_end(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 18), 1024, 1), *same;
	pfn_t hot = take(m, "GFP_KERNEL", 0), cold, list[64], turned[64];
	size_t n;

	(void)state;
	give(m, hot, 0);
	cold = take(m, "GFP_KERNEL|__GFP_COLD", 0);
	assert_int_not_equal(cold, hot);
	assert_int_equal(pcp(m, NORMAL_26, 0).cold_count, 14); /* a batch of 15 came */
	give(m, cold, 0);				       /* back to the hot one */
	assert_int_equal(take(m, "GFP_KERNEL", 0), cold);
	mm386_free(m);

	m = boot_release(KVER(2, 6, 32), 1024, 1);
	drain_cpus(m);
	hot = take(m, "GFP_KERNEL|__GFP_MOVABLE", 0);
	n = mm386_pcp_list(m, NORMAL, 0, 2, list, 64);
	assert_int_equal(n, 30);
	assert_int_equal(take(m, "GFP_KERNEL|__GFP_MOVABLE|__GFP_COLD", 0), list[29]);
	assert_int_equal(take(m, "GFP_KERNEL|__GFP_MOVABLE", 0), list[0]);
	drain_cpus(m);
	assert_int_equal(mm386_copy(m, &same), 0);
	assert_int_equal(take(same, "GFP_KERNEL|__GFP_MOVABLE", 0),
			 take(m, "GFP_KERNEL|__GFP_MOVABLE|__GFP_COLD", 0)); /* what came first */
	n = mm386_pcp_list(same, NORMAL, 0, 2, list, 64);
	assert_int_equal(n, 30);
	assert_int_equal(mm386_pcp_list(m, NORMAL, 0, 2, turned, 64), 30);
	for (unsigned i = 0; i < 30; i++)
		assert_int_equal(turned[29 - i], list[i]);
	mm386_free(same);
	mm386_free(m);

	m = boot(MM386_KERNEL_61, 256);
	take(m, "GFP_KERNEL|__GFP_MOVABLE", 0);
	mm386_pcp_list(m, NORMAL, 0, 1, list, 1);
	assert_int_equal(take(m, "GFP_KERNEL|__GFP_MOVABLE|__GFP_COLD", 0), list[0]);
	mm386_free(m);
}

/*
 * Lists of 2.6.32 give in turns, beginning with the second; an empty one lets the next give one
 *more: U 3 pages, R none, M 9; batch of 7: R passed, M 2, U 1, R passed, M 2, U 1, ...
 */
static void test_pcp_types_give_in_turns(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 32), 80, 1);
	struct zone *z = &m->s->zone[NORMAL];
	struct pcp *p;
	pfn_t u[3], mov[40];

	(void)state;
	drain_cpus(m);
	p = pcp_of(m, z, 0);
	for (unsigned i = 0; i < 40; i++)
		mov[i] = buddy_alloc(m, z, 0, MM386_MIGRATE_MOVABLE);
	for (unsigned i = 0; i < 3; i++)
		u[i] = buddy_alloc(m, z, 0, MM386_MIGRATE_MOVABLE);
	assert_int_equal(p->batch, 3);
	assert_int_equal(p->high, 18);
	for (unsigned i = 0; i < 3; i++)
		pcp_free(m, z, u[i], 0, MM386_MIGRATE_UNMOVABLE, 0);
	for (unsigned i = 0; i < 14; i++)
		pcp_free(m, z, mov[i], 0, MM386_MIGRATE_MOVABLE, 0);
	assert_int_equal(p->count, 17);
	pcp_free(m, z, mov[14], 0, MM386_MIGRATE_MOVABLE, 0);
	assert_int_equal(p->count, 15); /* two of M, then one of U */
	assert_int_equal(p->list[0].nr, 2);
	assert_int_equal(p->list[2].nr, 13);
	assert_int_equal(m->kind[u[0]], MM386_KIND_FREE);
	assert_int_equal(m->kind[mov[1]], MM386_KIND_FREE);
	assert_int_equal(m->kind[mov[2]], MM386_KIND_PCP);
	mm386_free(m);
}

/* 2.6.24 .. 2.6.31 look through one list for a page of the type that is wanted. */
static void test_pcp_one_list_is_searched_by_type(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 26), 256, 1);
	pfn_t u, mov, list[256];
	size_t n;

	(void)state;
	drain_cpus(m);
	u = take(m, "GFP_KERNEL", 0);
	n = mm386_pcp_list(m, NORMAL, 0, 0, list, 256);
	mov = take(m, "GFP_KERNEL|__GFP_MOVABLE", 0); /* a second batch, before the first */
	assert_int_not_equal(mov, u + 1);
	assert_int_equal(mm386_pcp_list(m, NORMAL, 0, 0, list, 256), 2 * n);
	assert_int_equal(m->page[list[0]].mt, MM386_MIGRATE_MOVABLE);
	assert_int_equal(m->page[list[n]].mt, MM386_MIGRATE_UNMOVABLE);
	assert_int_equal(take(m, "GFP_KERNEL", 0), list[n]);
	assert_int_equal(take(m, "GFP_KERNEL|__GFP_MOVABLE", 0), list[0]);
	assert_machine_valid(m);
	mm386_free(m);
}

/* ---- 6.1 ------------------------------------------------------------------------------- */

/* Orders 0..3 and whole page blocks have lists; a batch counts pages, two blocks at least. */
static void test_pcp_61_has_lists_of_orders(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, 1);
	static const uint32_t blocks[] = {63, 31, 15, 7};
	pfn_t pfn;

	(void)state;
	for (unsigned o = 0; o < 4; o++) {
		uint32_t before = pcp(m, NORMAL, 0).count;

		take(m, "GFP_KERNEL|__GFP_MOVABLE", o);
		assert_int_equal(pcp(m, NORMAL, 0).list[3 * o + 1].nr, blocks[o] - 1);
		assert_int_equal(pcp(m, NORMAL, 0).count, before + ((blocks[o] - 1) << o));
	}
	drain_cpus(m);
	pfn = take(m, "GFP_KERNEL|__GFP_MOVABLE", 4);
	assert_int_equal(pcp(m, NORMAL, 0).count, 0);
	give(m, pfn, 4);
	assert_int_equal(pcp(m, NORMAL, 0).count, 0);
	pfn = take(m, "GFP_KERNEL|__GFP_MOVABLE", 10);
	assert_int_equal(pcp(m, NORMAL, 0).list[13].nr, 1); /* two came */
	give(m, pfn, 10);
	assert_int_equal(pcp(m, NORMAL, 0).count, 2048);
	assert_int_equal(m->kind[pfn + 1023], MM386_KIND_PCP);
	assert_int_equal(take(m, "GFP_KERNEL|__GFP_MOVABLE", 10), pfn);
	assert_machine_valid(m);
	mm386_free(m);
}

/* Each time that nothing is allocated in between, twice as much goes back. */
static void test_pcp_61_frees_faster_and_faster(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, 1);
	struct zone *z = &m->s->zone[NORMAL];
	struct pcp *p = pcp_of(m, z, 0);
	uint32_t drained[4] = {0};
	static pfn_t pfn[8192];
	unsigned n = 0;

	(void)state;
	for (unsigned i = 0; i < 8192; i++)
		assert_int_not_equal(pfn[i] = buddy_alloc(m, z, 0, MM386_MIGRATE_MOVABLE), NO_PFN);
	p->high = 1000;
	for (unsigned i = 0; n < 4; i++) {
		uint32_t before = p->count;

		assert_true(i < 8192);
		pcp_free(m, z, pfn[i], 0, MM386_MIGRATE_MOVABLE, 0);
		if (p->count < before)
			drained[n++] = before + 1 - p->count;
	}
	assert_int_equal(drained[0], 63);
	assert_int_equal(drained[1], 126);
	assert_int_equal(drained[2], 252);
	assert_int_equal(drained[3], 504);
	assert_int_equal(p->free_factor, 4);
	assert_int_not_equal(pcp_alloc(m, z, 0, MM386_MIGRATE_MOVABLE, 0, false), NO_PFN);
	assert_int_equal(p->free_factor, 2);
	mm386_free(m);
}

/* Freeing on: a block of order 1..3 empties all lists, that of its own kind first. */
static void test_pcp_61_high_order_frees_empty_the_lists(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, 1);
	struct zone *z = &m->s->zone[NORMAL];
	struct pcp *p = pcp_of(m, z, 0);
	pfn_t one[4], two;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		one[i] = buddy_alloc(m, z, 0, MM386_MIGRATE_MOVABLE);
	two = buddy_alloc(m, z, 1, MM386_MIGRATE_MOVABLE);
	for (unsigned i = 0; i < 4; i++)
		pcp_free(m, z, one[i], 0, MM386_MIGRATE_MOVABLE, 0);
	pcp_free(m, z, two, 1, MM386_MIGRATE_MOVABLE, 0);
	assert_int_equal(p->count, 6);
	two = pcp_alloc(m, z, 1, MM386_MIGRATE_MOVABLE, 0, false);
	p->free_factor = 1;
	pcp_free(m, z, two, 1, MM386_MIGRATE_MOVABLE, 0);
	assert_int_equal(p->count, 0);
	mm386_free(m);
}

struct drains {
	unsigned nr;
	pfn_t pfn[64];
};

static void hear_drains(void *arg, const struct mm386_event *ev)
{
	struct drains *d = arg;

	if (ev->type == MM386_EVENT_PCP_DRAIN) {
		assert_true(d->nr < 64);
		d->pfn[d->nr++] = ev->arg[0];
	}
}

/* 5.18 and later: the list of the freed page gives all, then the next; before, lists take turns. */
static void test_pcp_which_list_gives_first(void **state)
{
	static const struct {
		uint32_t release;
		bool own_first;
	} rows[] = {{KVER(5, 15, 0), false}, {KVER(6, 1, 0), true}};

	(void)state;
	for (unsigned r = 0; r < 2; r++) {
		struct mm386 *m = boot_release(rows[r].release, 1024, 1);
		struct zone *z = &m->s->zone[NORMAL];
		struct drains d = {0};
		pfn_t u[40], mov[40];

		for (unsigned i = 0; i < 40; i++) {
			u[i] = buddy_alloc(m, z, 0, MM386_MIGRATE_MOVABLE);
			mov[i] = buddy_alloc(m, z, 0, MM386_MIGRATE_MOVABLE);
		}
		pcp_of(m, z, 0)->high = 80;
		pcp_of(m, z, 0)->batch = 20;
		for (unsigned i = 0; i < 40; i++)
			pcp_free(m, z, mov[i], 0, MM386_MIGRATE_MOVABLE, 0);
		mm386_set_sink(m, hear_drains, &d);
		for (unsigned i = 0; i < 40; i++)
			pcp_free(m, z, u[i], 0, MM386_MIGRATE_UNMOVABLE, 0);
		assert_int_equal(d.nr, 20);
		if (rows[r].own_first)
			for (unsigned i = 0; i < 20; i++)
				assert_int_equal(d.pfn[i], u[i]);
		else
			assert_int_equal(d.pfn[0], mov[0]);
		mm386_free(m);
	}
}

/* What lies in a page block kept for atomic requests is listed as movable, and goes back there. */
static void test_pcp_kept_page_blocks_are_listed_as_movable(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 1024, 1);
	struct zone *z = &m->s->zone[NORMAL];
	pfn_t pfn = take(m, "GFP_KERNEL|__GFP_MOVABLE", 0);

	(void)state;
	drain_cpus(m);
	kept_reserve_highatomic(m, z, pfn);
	assert_int_equal(pageblock_mt(m, z, pfn), MM386_MIGRATE_RESERVED);
	give(m, pfn, 0);
	assert_int_equal(pcp(m, NORMAL, 0).list[1].nr, 1);
	assert_machine_valid(m);
	drain_cpus(m);
	assert_int_equal(m->page[buddy_find_block(m, pfn)].mt, MM386_MIGRATE_RESERVED);
	mm386_free(m);
}

/* ---- several CPUs ----------------------------------------------------------------------- */

/* What one CPU freed the other does not get, unless it is drained. */
static void test_pcp_each_cpu_has_its_own(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 18), 1024, 32);
	pfn_t a = take_on(m, "GFP_KERNEL", 0, 3);

	(void)state;
	assert_int_equal(pcp(m, NORMAL_26, 3).count, 30);
	assert_int_equal(pcp(m, NORMAL_26, 31).count, 0);
	give_on(m, a, 0, 31);
	assert_int_equal(pcp(m, NORMAL_26, 31).count, 1);
	assert_int_not_equal(take_on(m, "GFP_KERNEL", 0, 3), a);
	assert_int_equal(take_on(m, "GFP_KERNEL", 0, 31), a);
	give_on(m, a, 0, 31);
	assert_true(
		apply(m, (struct mm386_op){.id = MM386_OP_DRAIN_ALL_PAGES, .given = 1, .arg = {31}})
			.ok);
	assert_int_equal(pcp(m, NORMAL_26, 31).count, 0);
	assert_int_equal(pcp(m, NORMAL_26, 3).count, 29);
	drain_cpus(m);
	assert_int_equal(pcp(m, NORMAL_26, 3).count, 0);
	assert_machine_valid(m);
	mm386_free(m);
}

/* A CPU or node that is not there is no argument. */
static void test_pcp_unknown_cpu_is_refused(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 64, 2);
	struct mm386_op op = alloc_op("GFP_KERNEL", 0);
	struct mm386_error err = {0};
	struct mm386_result res;

	(void)state;
	op.given |= 4;
	op.arg[2] = 2;
	assert_int_equal(mm386_apply(m, &op, &res, &err), -EINVAL);
	assert_string_equal(err.pointer, "/cpu");
	assert_string_equal(err.detail, "cpu is 2, not within 0..1");
	op.arg[2] = 1;
	op.given |= 8;
	op.arg[3] = 1;
	assert_int_equal(mm386_apply(m, &op, &res, &err), -EINVAL);
	assert_string_equal(err.detail, "node is 1, not within 0..0");
	mm386_free(m);
}

/* ---- marks -------------------------------------------------------------------------------- */

/* Pages on a CPU's list are not free: a request is refused though one lies there. */
static void test_pcp_pages_do_not_count_as_free(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 18), 64, 1);
	struct zone *z = &m->s->zone[NORMAL_26];
	struct mm386_result res;
	pfn_t last = NO_PFN;

	(void)state;
	drain_cpus(m);
	while (z->nr_free > z->watermark[MM386_WMARK_MIN])
		assert_int_not_equal(last = rmqueue(m, NORMAL_26, 0), NO_PFN);
	give(m, last, 0);
	while (m->s->zone[0].nr_free > 1)
		assert_int_not_equal(rmqueue(m, 0, 0), NO_PFN);
	assert_true(pcp(m, NORMAL_26, 0).count > 0);
	res = apply(m, alloc_op("GFP_KERNEL", 0));
	assert_false(res.ok);
	assert_int_equal(res.err, ENOMEM);
	assert_int_equal(res.why[0].code, MM386_WHY_WATERMARK);
	mm386_free(m);
}

/* PF_MEMALLOC takes what there is, marks or not; __GFP_NOMEMALLOC forbids it. */
static void test_pcp_memalloc_ignores_the_marks(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 64);
		struct mm386_op op = alloc_op("GFP_KERNEL", 0);
		unsigned left = 0;

		while (apply(m, op).ok)
			left++;
		assert_true(left > 1000);
		op.given |= 16;
		op.arg[4] = 1;
		for (unsigned i = 0; i < 10; i++)
			assert_true(apply(m, op).ok);
		if (k != MM386_KERNEL_24) { /* which has no such flag */
			op.arg[0] |= gfp_of("__GFP_NOMEMALLOC");
			assert_false(apply(m, op).ok);
			op.arg[0] = gfp_of("GFP_KERNEL");
		}
		while (apply(m, op).ok)
			;
		for (unsigned z = 0; z < m->s->info.nr_zones; z++)
			assert_int_equal(m->s->zone[z].nr_free, 0);
		assert_int_equal(apply(m, op).why[0].code, MM386_WHY_NO_BLOCK);
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/* ---- boot ---------------------------------------------------------------------------------- */

/* A run freed at once at boot leaves what freeing its frames one by one leaves. */
static void test_pcp_boot_run_is_page_by_page(void **state)
{
	static const uint32_t releases[] = {KVER(2, 6, 9), KVER(2, 6, 18), KVER(2, 6, 26),
					    KVER(2, 6, 32)};
	static const uint32_t runs[][2] = {{0, 1}, {1, 17}, {18, 400}, {500, 31}, {531, 3000}};

	(void)state;
	for (size_t r = 0; r < 4; r++) {
		struct mm386 *a = boot_release(releases[r], 256, 1), *b;
		struct zone *z = &a->s->zone[zone_called(a, "Normal")];
		pfn_t start = 0x4000, got[4096 / 1024];

		for (unsigned i = 0; i < 4; i++) /* a stretch that is in use */
			do
				got[i] = buddy_alloc(a, z, 10,
						     MM386_MIGRATE_MOVABLE *
							     (a->s->info.pageblock_order > 0));
			while (got[i] >= start + 4096);
		start = got[3];
		for (unsigned i = 0; i < 3; i++)
			assert_int_equal(got[i], start + (3 - i) * 1024);
		assert_int_equal(mm386_copy(a, &b), 0);
		for (unsigned i = 0; i < 5; i++) {
			pfn_t from = start + runs[i][0], to = from + runs[i][1];

			pcp_free_boot(a, &a->s->zone[z->id], from, to);
			for (pfn_t pfn = from; pfn < to; pfn++)
				pcp_free(b, &b->s->zone[z->id], pfn, 0,
					 pageblock_mt(b, &b->s->zone[z->id], pfn), 0);
			/* only boot itself leaves kinds of what it frees to others */
			memcpy(a->kind, b->kind, a->s->nr_frames);
			digest_init(a);
			digest_init(b);
			assert_true(mm386_digest(a) == mm386_digest(b));
		}
		mm386_free(a);
		mm386_free(b);
	}
}

/* 2.6 without nodes has its lists when high memory is handed over: the last frames are on one. */
static void test_pcp_boot_leaves_frames_on_the_first_cpu(void **state)
{
	static const struct {
		uint32_t release;
		bool leaves;
	} rows[] = {
		{KVER(2, 6, 18), true},
		{KVER(2, 6, 34), false},
		{KVER(6, 1, 0), false},
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct mm386 *m = boot_release(rows[i].release, 1024, 2);
		unsigned high = zone_called(m, "HighMem");
		const struct zone *z = &m->s->zone[high];
		struct mm386_pcp_view v = pcp(m, high, 0);

		/* full at 42, 7 less after that, and full again with every 7 that come */
		assert_int_equal(v.count, rows[i].leaves ? 35 + (z->managed - 42) % 7 : 0);
		assert_int_equal(pcp(m, high, 1).count, 0);
		if (rows[i].leaves)
			assert_int_equal(take(m, "GFP_HIGHUSER", 0), z->end_pfn - 1);
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/* ---- a loaded machine ------------------------------------------------------------------------ */

/* Nobody told in which blocks a loaded machine's frames were handed out: who frees them does. */
static void test_pcp_loaded_frames_are_freed_as_what_they_were(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 256);
	struct mm386_load *nothing_free = calloc(1, sizeof(*nothing_free));
	struct mm386_result res;

	(void)state;
	assert_non_null(nothing_free);
	nothing_free->zone[NORMAL].managed = m->s->zone[NORMAL].managed;
	assert_int_equal(mm386_load(m, nothing_free, NULL), 0);
	free(nothing_free);
	give(m, 0x8000, 3);
	assert_int_equal(pcp(m, NORMAL, 0).count, 8);
	give(m, 0x8008, 0);
	res = apply(m, free_op(0x8008, 1)); /* 0x8008 is free, 0x8009 is not */
	assert_false(res.ok);
	res = apply(m, free_op(0x800a, 2)); /* no place for that order */
	assert_false(res.ok);
	give(m, 0x800a, 1);
	assert_int_equal(pcp(m, NORMAL, 0).count, 11);
	assert_machine_valid(m);
	mm386_free(m);
}

/* ---- bookkeeping ---------------------------------------------------------------------------- */

/* The checks see a damaged list. */
static void test_pcp_checks_notice(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 256, 2), *b;
	pfn_t list[4];

	(void)state;
	take(m, "GFP_KERNEL", 0);
	assert_int_equal(mm386_pcp_list(m, NORMAL, 0, 0, list, 4), 4);
	assert_machine_valid(m);
	for (unsigned way = 0; way < 7; way++) {
		assert_int_equal(mm386_copy(m, &b), 0);
		switch (way) {
		case 0:
			pcp_of(b, &b->s->zone[NORMAL], 0)->count++;
			break;
		case 1:
			b->page[list[1]].prev = list[2];
			break;
		case 2:
			b->page[list[1]].cpu = 1;
			break;
		case 3:
			b->page[list[1]].order = 1;
			break;
		case 4:
			b->page[list[1]].mt = MM386_MIGRATE_MOVABLE;
			break;
		case 5:
			b->kind[list[1]] = MM386_KIND_FREE;
			break;
		default:
			pcp_of(b, &b->s->zone[NORMAL], 0)->list[0].tail = list[0];
			break;
		}
		if (!mm386_check(b))
			fail_msg("damage %u was not noticed", way);
		mm386_free(b);
	}
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pcp_limits_follow_the_zone),
		cmocka_unit_test(test_pcp_high_is_the_low_marks_share),
		cmocka_unit_test(test_pcp_fraction_sets_high),
		cmocka_unit_test(test_pcp_lists_have_names),
		cmocka_unit_test(test_pcp_hot_frame_comes_back_first),
		cmocka_unit_test(test_pcp_26_batches_come_out_rising),
		cmocka_unit_test(test_pcp_old_hot_list_has_a_low_mark),
		cmocka_unit_test(test_pcp_full_list_gives_a_batch_back),
		cmocka_unit_test(test_pcp_cold_is_the_other_end),
		cmocka_unit_test(test_pcp_types_give_in_turns),
		cmocka_unit_test(test_pcp_one_list_is_searched_by_type),
		cmocka_unit_test(test_pcp_61_has_lists_of_orders),
		cmocka_unit_test(test_pcp_61_frees_faster_and_faster),
		cmocka_unit_test(test_pcp_61_high_order_frees_empty_the_lists),
		cmocka_unit_test(test_pcp_which_list_gives_first),
		cmocka_unit_test(test_pcp_kept_page_blocks_are_listed_as_movable),
		cmocka_unit_test(test_pcp_each_cpu_has_its_own),
		cmocka_unit_test(test_pcp_unknown_cpu_is_refused),
		cmocka_unit_test(test_pcp_pages_do_not_count_as_free),
		cmocka_unit_test(test_pcp_memalloc_ignores_the_marks),
		cmocka_unit_test(test_pcp_boot_run_is_page_by_page),
		cmocka_unit_test(test_pcp_boot_leaves_frames_on_the_first_cpu),
		cmocka_unit_test(test_pcp_loaded_frames_are_freed_as_what_they_were),
		cmocka_unit_test(test_pcp_checks_notice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
