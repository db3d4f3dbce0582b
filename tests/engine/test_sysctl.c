/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_sysctl.c - knobs under /proc/sys/vm: which kernel has them, what they take, what follows.
 */
#include "boot.h"
#include "machine.h"

static struct mm386 *boot_release(uint32_t release, unsigned mib)
{
	struct mm386_config cfg = release_config(release, (uint64_t)mib << 20);

	return boot_config(&cfg);
}

static struct mm386_op sysctl_op(enum sysctl_knob knob, unsigned nr, const uint32_t *values)
{
	struct mm386_op op = {.id = MM386_OP_SYSCTL, .given = 1, .arg = {knob}};

	for (unsigned i = 0; i < nr; i++) {
		op.arg[1 + i] = values[i];
		op.given |= (uint16_t)(2u << i);
	}
	return op;
}

static struct mm386_result write_one(struct mm386 *m, enum sysctl_knob knob, uint32_t value)
{
	return apply(m, sysctl_op(knob, 1, &value));
}

/* ---- which kernel has what ---------------------------------------------------------- */

/* Each knob in the release that brought it, or took it away, and in the one before. */
static void test_sysctl_knobs_have_dates(void **state)
{
	static const struct {
		enum sysctl_knob knob;
		uint32_t without, with;
	} rows[] = {
		{SYSCTL_MIN_FREE_KBYTES, KVER(2, 4, 37), KVER(2, 6, 0)},
		{SYSCTL_LOWMEM_RESERVE_RATIO, KVER(2, 6, 10), KVER(2, 6, 11)},
		{SYSCTL_LOWER_ZONE_PROTECTION, KVER(2, 6, 11), KVER(2, 6, 10)},
		{SYSCTL_WATERMARK_SCALE_FACTOR, KVER(4, 5, 0), KVER(4, 6, 0)},
		{SYSCTL_WATERMARK_BOOST_FACTOR, KVER(4, 20, 0), KVER(5, 0, 0)},
		{SYSCTL_PERCPU_PAGELIST_FRACTION, KVER(2, 6, 15), KVER(2, 6, 16)},
		{SYSCTL_PERCPU_PAGELIST_FRACTION, KVER(5, 14, 0), KVER(5, 13, 0)},
		{SYSCTL_PERCPU_PAGELIST_HIGH_FRACTION, KVER(5, 13, 0), KVER(5, 14, 0)},
		{SYSCTL_EXTFRAG_THRESHOLD, KVER(2, 6, 34), KVER(2, 6, 35)},
		{SYSCTL_COMPACT_MEMORY, KVER(2, 6, 34), KVER(2, 6, 35)},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm386 *m = boot_release(rows[i].without, 64);
		char why[80];

		snprintf(why, sizeof(why), "this release has no %s", sysctl_names[rows[i].knob]);
		assert_refused(m, write_one(m, rows[i].knob, 100), ENOENT, why);
		mm386_free(m);
		m = boot_release(rows[i].with, 64);
		assert_true(write_one(m, rows[i].knob, 100).ok);
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/* Out of its handler's bounds a value is refused, and nothing changes. */
static void test_sysctl_bounds(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	uint64_t before = mm386_digest(m);

	(void)state;
	assert_refused(m, write_one(m, SYSCTL_WATERMARK_SCALE_FACTOR, 0), EINVAL,
		       "0 is not within 1..3000");
	assert_refused(m, write_one(m, SYSCTL_WATERMARK_SCALE_FACTOR, 3001), EINVAL,
		       "3001 is not within 1..3000");
	assert_refused(m, write_one(m, SYSCTL_EXTFRAG_THRESHOLD, 1001), EINVAL,
		       "1001 is not within 0..1000");
	assert_refused(m, write_one(m, SYSCTL_PERCPU_PAGELIST_HIGH_FRACTION, 7), EINVAL,
		       "7 is not within 8..2147483647");
	assert_int_equal(mm386_seq(m), 4);
	m->s->seq = 0;
	assert_int_equal(mm386_digest(m), before);
	assert_true(write_one(m, SYSCTL_PERCPU_PAGELIST_HIGH_FRACTION, 0).ok);
	assert_true(write_one(m, SYSCTL_PERCPU_PAGELIST_HIGH_FRACTION, 8).ok);
	mm386_free(m);
	m = boot_release(KVER(4, 6, 0), 64);
	assert_refused(m, write_one(m, SYSCTL_WATERMARK_SCALE_FACTOR, 1001), EINVAL,
		       "1001 is not within 1..1000");
	mm386_free(m);
	m = boot_release(KVER(3, 15, 0), 64);
	assert_false(write_one(m, SYSCTL_PERCPU_PAGELIST_FRACTION, 0)
			     .ok); /* 3.16 lets it be turned off again */
	mm386_free(m);
	m = boot_release(KVER(3, 16, 0), 64);
	assert_true(write_one(m, SYSCTL_PERCPU_PAGELIST_FRACTION, 0).ok);
	mm386_free(m);
}

/* ---- what follows --------------------------------------------------------------------- */

/*
 * Past mm386_apply(), which may walk the invariants: made-up sizes break them.
 */
static bool set_sized(struct mm386 *m, enum sysctl_knob knob, unsigned nr, const uint32_t *values)
{
	struct mm386_op op = sysctl_op(knob, nr, values);
	struct op_call call = {.id = op.id, .given = op.given};
	struct mm386_result res = {.ok = false};

	memcpy(call.arg, op.arg, sizeof(call.arg));
	op_sysctl(m, &call, &res);
	return res.ok;
}

static bool set_one(struct mm386 *m, enum sysctl_knob knob, uint32_t value)
{
	return set_sized(m, knob, 1, &value);
}

/* A machine with zones of these sizes, whatever its e820 said. */
static struct mm386 *sized(uint32_t release, const uint32_t pages[MM386_ZONE_TYPES])
{
	struct mm386 *m = boot_release(release, 1024);

	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		m->s->zone[i].present = m->s->zone[i].managed = pages[i];
	watermark_boot(m);
	return m;
}

/*
 * A real 2.6.11 with 4.5 GiB whose administrator had written 10000 there: its report after
 * running out of memory has these marks (in pages) and reserves.
 */
static void test_sysctl_min_free_kbytes_as_a_real_machine_had_it(void **state)
{
	struct mm386 *m = sized(KVER(2, 6, 11), (const uint32_t[]){4096, 225280, 294880, 0});
	struct mm386_zone_view z;

	(void)state;
	assert_true(set_one(m, SYSCTL_MIN_FREE_KBYTES, 10000));
	assert_marks(m, 0, 44, 55, 66);
	assert_marks(m, 1, 2455, 3068, 3682);
	assert_marks(m, 2, 128, 160, 192);
	mm386_zone(m, 0, &z);
	assert_int_equal(z.lowmem_reserve[1], 880);
	assert_int_equal(z.lowmem_reserve[2], 2031);
	mm386_free(m);
}

/* Up to 2.6.16 the product of pages was an unsigned long: beyond 4 GiB of it the marks shrink. */
static void test_sysctl_marks_overflow_before_2617(void **state)
{
	static const uint32_t pages[] = {4096, 0, 225280, 0};
	struct mm386 *m = sized(KVER(2, 6, 16), pages);

	(void)state;
	assert_true(set_one(m, SYSCTL_MIN_FREE_KBYTES, 102400));
	assert_marks(m, 2, (uint32_t)((UINT64_C(25600) * 225280) & UINT32_MAX) / 229376,
		     (uint32_t)((UINT64_C(25600) * 225280) & UINT32_MAX) / 229376 * 5 / 4,
		     (uint32_t)((UINT64_C(25600) * 225280) & UINT32_MAX) / 229376 * 6 / 4);
	mm386_free(m);
	m = sized(KVER(2, 6, 17), pages);
	assert_true(set_one(m, SYSCTL_MIN_FREE_KBYTES, 102400));
	assert_marks(m, 2, 25142, 31427, 37713);
	mm386_free(m);
}

/* A step is the scale factor's part of the zone, where that is more than a quarter of its share. */
static void test_sysctl_scale_factor_widens_the_steps(void **state)
{
	struct mm386 *m = sized(KVER(4, 6, 0), (const uint32_t[]){3840, 121443, 0, 0});
	struct mm386_zone_view z;

	(void)state;
	mm386_zone(m, 1, &z);
	assert_int_equal(z.watermark[MM386_WMARK_LOW] - z.watermark[MM386_WMARK_MIN], 171);
	assert_true(set_one(m, SYSCTL_WATERMARK_SCALE_FACTOR, 100));
	mm386_zone(m, 1, &z);
	assert_int_equal(z.watermark[MM386_WMARK_LOW] - z.watermark[MM386_WMARK_MIN], 1214);
	assert_int_equal(z.watermark[MM386_WMARK_HIGH] - z.watermark[MM386_WMARK_LOW], 1214);
	mm386_free(m);
}

static uint32_t reserve_of(const struct mm386 *m, unsigned zone, unsigned class)
{
	struct mm386_zone_view z;

	mm386_zone(m, zone, &z);
	return z.lowmem_reserve[class];
}

/* Ratio 0 is "keep nothing" since 4.17; before it was taken for 1, the most that can be kept. */
static void test_sysctl_ratio_0(void **state)
{
	static const uint32_t pages[] = {4000, 200000, 50000, 0}, zero[] = {0, 0};
	struct mm386 *m = sized(KVER(2, 6, 32), pages);

	(void)state;
	assert_int_equal(reserve_of(m, 0, 1), 200000 / 256);
	assert_true(set_sized(m, SYSCTL_LOWMEM_RESERVE_RATIO, 2, zero));
	assert_int_equal(m->s->sysctl.lowmem_reserve_ratio[0], 1);
	assert_int_equal(reserve_of(m, 0, 1), 200000);
	assert_int_equal(reserve_of(m, 0, 2), 250000);
	mm386_free(m);
	m = sized(KVER(6, 1, 0), pages);
	assert_true(set_sized(m, SYSCTL_LOWMEM_RESERVE_RATIO, 1, zero));
	assert_int_equal(m->s->sysctl.lowmem_reserve_ratio[0], 0);
	assert_int_equal(m->s->sysctl.lowmem_reserve_ratio[1], 32); /* not written */
	assert_int_equal(reserve_of(m, 0, 2), 0);
	assert_true(reserve_of(m, 1, 2) > 50000 / 32 - 2);
	mm386_free(m);
}

/*
 * 5.8 to 5.10 forgot zones that keep nothing: an empty Movable class was let in by DMA as if there
 * were no high memory.  A real kernel of that time printed (0, 757, 2934, 757) where
 * others have 2934 at the end.  6.10 to 6.13 let in any class whose highest zone is empty.
 */
static void test_sysctl_reserve_forgets_highmem_in_59(void **state)
{
	static const uint32_t pages[] = {3979, 193850, 557300, 0};
	static const struct {
		uint32_t release, movable;
	} rows[] = {{KVER(5, 7, 0), 2934},   {KVER(5, 9, 0), 757},  {KVER(5, 11, 0), 2934},
		    {KVER(5, 10, 50), 2934}, {KVER(6, 9, 0), 2934}, {KVER(6, 12, 0), 0},
		    {KVER(6, 12, 19), 2934}, {KVER(6, 15, 0), 2934}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm386 *m = sized(rows[i].release, pages);

		assert_int_equal(reserve_of(m, 0, 1), 757);
		assert_int_equal(reserve_of(m, 0, 2), 2934);
		assert_int_equal(reserve_of(m, 0, 3), rows[i].movable);
		mm386_free(m);
	}
}

/* 2.6.7 as an out-of-memory report shows it: its own low mark and those of the zones above. */
static void test_sysctl_protection_of_267(void **state)
{
	static const uint32_t pages[] = {4096, 225280, 32640, 0};
	struct mm386 *m = sized(KVER(2, 6, 7), pages);

	(void)state;
	assert_marks(m, 0, 4, 8, 12);
	assert_marks(m, 1, 234, 468, 702);
	assert_marks(m, 2, 32, 64, 96);
	for (unsigned zone = 0; zone < 3; zone++) {
		static const uint32_t seen[3][3] = {{8, 476, 540}, {0, 468, 532}, {0, 0, 64}};

		for (unsigned class = 0; class < 3; class ++)
			assert_int_equal(reserve_of(m, zone, class), seen[zone][class]);
	}
	assert_true(set_one(m, SYSCTL_LOWER_ZONE_PROTECTION, 10));
	assert_int_equal(reserve_of(m, 0, 1), 476 + 4680);
	mm386_free(m);
	m = sized(KVER(2, 6, 9), pages);
	assert_int_equal(reserve_of(m, 0, 1), 0);
	assert_true(set_one(m, SYSCTL_LOWER_ZONE_PROTECTION, 10));
	assert_int_equal(reserve_of(m, 0, 0), 0);
	assert_int_equal(reserve_of(m, 0, 1), 4680);
	assert_int_equal(reserve_of(m, 0, 2), 4680 + 640);
	/* The marks it comes from change: so does it. */
	assert_true(set_one(m, SYSCTL_MIN_FREE_KBYTES, 4 * 957));
	assert_int_equal(reserve_of(m, 0, 1), 10 * 2 * 939);
	mm386_free(m);
}

/*
 * Reading lowmem_reserve_ratio works the reserves out from the pages managed by then: a real
 * kernel's 1 GiB, before and after initrd and init sections came back.
 */
static void test_sysctl_reading_the_ratio_counts_again(void **state)
{
	struct mm386 *m = sized(KVER(6, 1, 0), (const uint32_t[]){3840, 213280, 37858, 0});

	(void)state;
	assert_int_equal(m->s->boot.given_back[1], 8);
	assert_int_equal(reserve_of(m, 0, 1), 833);
	assert_int_equal(reserve_of(m, 0, 2), 981);
	m->s->zone[1].managed = 213777;
	m->s->boot.given_back[1] = 0;
	assert_true(set_sized(m, SYSCTL_LOWMEM_RESERVE_RATIO, 0, NULL));
	assert_int_equal(reserve_of(m, 0, 1), 835);
	assert_int_equal(reserve_of(m, 0, 2), 982);
	assert_int_equal(reserve_of(m, 1, 3), 1183);
	assert_int_equal(mm386_totalreserve_pages(m), 19316);
	/* No more than a zone has is kept: all of DMA, and what min_free_kbytes takes from the
	 * others. */
	assert_true(set_one(m, SYSCTL_LOWMEM_RESERVE_RATIO, 1));
	assert_int_equal(mm386_totalreserve_pages(m), 3840 + 17074 + 976);
	mm386_free(m);
}

/* ---- the story -------------------------------------------------------------------------- */

struct heard {
	unsigned sysctls, marks, reserves;
	uint32_t ratio[MM386_ZONE_TYPES]; /* as the events have it */
	struct mm386_zone_view zone[MM386_ZONES_MAX];
};

static void hear(void *arg, const struct mm386_event *ev)
{
	struct heard *h = arg;

	if (ev->type == MM386_EVENT_SYSCTL)
		h->sysctls++;
	if (ev->type == MM386_EVENT_SYSCTL && ev->arg[0] == SYSCTL_LOWMEM_RESERVE_RATIO) {
		assert_int_equal(ev->arg[2], h->ratio[ev->arg[1]]);
		h->ratio[ev->arg[1]] = ev->arg[3];
	}
	if (ev->type == MM386_EVENT_WATERMARKS) {
		struct mm386_zone_view *z = &h->zone[ev->arg[0]];

		h->marks++;
		for (unsigned i = 0; i < 3; i++)
			z->watermark[i] = ev->arg[1 + i];
		z->watermark[MM386_WMARK_PROMO] = ev->arg[5];
		z->watermark_boost = ev->arg[4];
	}
	if (ev->type == MM386_EVENT_LOWMEM_RESERVE) {
		h->reserves++;
		h->zone[ev->arg[0]].lowmem_reserve[ev->arg[1]] = ev->arg[2];
	}
}

/* Marks and reserves can be followed by the events alone. */
static void test_sysctl_events_tell_every_mark(void **state)
{
	(void)state;
	for (unsigned k = MM386_KERNEL_26; k < MM386_NR_KERNELS; k++) {
		struct mm386 *m = boot((enum mm386_kernel)k, 1024);
		struct heard h = {0};
		uint32_t total = mm386_totalreserve_pages(m);

		for (unsigned i = 0; i < m->s->info.nr_zones; i++)
			mm386_zone(m, i, &h.zone[i]);
		memcpy(h.ratio, m->s->sysctl.lowmem_reserve_ratio, sizeof(h.ratio));
		mm386_cut(m);
		mm386_set_sink(m, hear, &h);
		assert_true(write_one(m, SYSCTL_MIN_FREE_KBYTES, 8192).ok);
		assert_true(mm386_sysctl_changed(m));
		assert_int_not_equal(mm386_totalreserve_pages(m), total);
		assert_int_equal(mm386_zones_changed(m), (1u << m->s->info.nr_zones) - 1);
		assert_true(apply(m, sysctl_op(SYSCTL_LOWMEM_RESERVE_RATIO, 2,
					       (const uint32_t[]){10, 5}))
				    .ok);
		assert_int_equal(h.sysctls, 3);
		assert_int_equal(h.marks, m->s->info.nr_zones);
		assert_true(h.reserves > 0);
		for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
			struct mm386_zone_view z;

			mm386_zone(m, i, &z);
			assert_memory_equal(h.zone[i].watermark, z.watermark, 3 * sizeof(uint32_t));
			assert_memory_equal(h.zone[i].lowmem_reserve, z.lowmem_reserve,
					    sizeof(z.lowmem_reserve));
		}
		assert_machine_valid(m);
		mm386_free(m);
	}
}

static unsigned assert_heard(const struct mm386 *m, const struct heard *h)
{
	unsigned boosted = 0;

	assert_memory_equal(h->ratio, m->s->sysctl.lowmem_reserve_ratio, sizeof(h->ratio));
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		struct mm386_zone_view z;

		mm386_zone(m, i, &z);
		boosted += z.watermark_boost > 0;
		assert_memory_equal(h->zone[i].watermark, z.watermark, 3 * sizeof(uint32_t));
		assert_int_equal(h->zone[i].watermark_boost, z.watermark_boost);
		assert_memory_equal(h->zone[i].lowmem_reserve, z.lowmem_reserve,
				    sizeof(z.lowmem_reserve));
	}
	return boosted;
}

/* The same through a random stream, and while memory fills, when kernels since 5.0 boost the marks.
 */
static void test_sysctl_story_of_the_marks(void **state)
{
	static const uint32_t releases[] = {KVER(2, 4, 22), KVER(2, 6, 7),  KVER(2, 6, 32),
					    KVER(4, 3, 0),  KVER(4, 19, 0), KVER(5, 10, 0),
					    KVER(6, 1, 0)};

	(void)state;
	for (size_t r = 0; r < sizeof(releases) / sizeof(releases[0]); r++) {
		struct mm386 *m = boot_release(releases[r], 64);
		struct heard h = {0};
		struct stream s;
		unsigned boosted = 0;

		for (unsigned i = 0; i < m->s->info.nr_zones; i++)
			mm386_zone(m, i, &h.zone[i]);
		memcpy(h.ratio, m->s->sysctl.lowmem_reserve_ratio, sizeof(h.ratio));
		mm386_set_sink(m, hear, &h);
		for (unsigned order = m->s->info.orders; order-- > 0;)
			while (apply(m, alloc_op("GFP_KERNEL", order)).ok)
				boosted += assert_heard(m, &h);
		assert_int_equal(boosted > 0, releases[r] >= KVER(5, 0, 0));
		stream_init(&s, 386 + r);
		for (unsigned n = 0; n < 6000; n++) {
			stream_step(&s, m);
			if (stream_random(&s, 64) == 0)
				apply(m, stream_sysctl(&s));
			assert_heard(m, &h);
		}
		assert_true(h.sysctls > 10 || releases[r] < KVER(2, 5, 0));
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/* A knob is part of the machine: its digest tells. */
static void test_sysctl_changes_the_digest(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);

	(void)state;
	for (unsigned knob = SYSCTL_WATERMARK_BOOST_FACTOR; knob <= SYSCTL_EXTFRAG_THRESHOLD;
	     knob++) {
		uint64_t before = mm386_digest(m);

		if (!m->s->profile.wm.sysctl[knob].max)
			continue;
		write_one(m, (enum sysctl_knob)knob, 300);
		m->s->seq = 0;
		assert_int_not_equal(mm386_digest(m), before);
	}
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sysctl_knobs_have_dates),
		cmocka_unit_test(test_sysctl_bounds),
		cmocka_unit_test(test_sysctl_min_free_kbytes_as_a_real_machine_had_it),
		cmocka_unit_test(test_sysctl_marks_overflow_before_2617),
		cmocka_unit_test(test_sysctl_scale_factor_widens_the_steps),
		cmocka_unit_test(test_sysctl_ratio_0),
		cmocka_unit_test(test_sysctl_reserve_forgets_highmem_in_59),
		cmocka_unit_test(test_sysctl_protection_of_267),
		cmocka_unit_test(test_sysctl_reading_the_ratio_counts_again),
		cmocka_unit_test(test_sysctl_events_tell_every_mark),
		cmocka_unit_test(test_sysctl_story_of_the_marks),
		cmocka_unit_test(test_sysctl_changes_the_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
