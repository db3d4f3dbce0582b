/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_watermark.c - the comparison that a zone must pass, release by release; what a request may
 * take below the mark; and marks that real machines printed.
 */
#include "boot.h"
#include "machine.h"
#include "watermark.h"

static struct mm386 *boot_release(uint32_t release)
{
	struct mm386_config cfg = release_config(release, 64 << 20);

	return boot_config(&cfg);
}

/* Whether a zone with so many free pages gives, and how the comparison was made. */
static struct wmark_test ask(uint32_t release, const struct zone *z, unsigned order,
			     enum mm386_wmark mark, unsigned rights)
{
	struct mm386 *m = boot_release(release);
	struct wmark_ask a = {.order = order, .mark = mark, .highest = 1, .rights = rights};
	struct wmark_test t = watermark_test(m, z, &a);

	mm386_free(m);
	return t;
}

static unsigned rights(uint32_t release, const char *gfp, unsigned order)
{
	struct mm386 *m = boot_release(release);
	unsigned r = watermark_rights(m, gfp_expand(m->s->profile.kernel, gfp_of(gfp)), order);

	mm386_free(m);
	return r;
}

/* The fewest free pages with which ${z} gives. */
static uint32_t least(uint32_t release, struct zone z, unsigned order, enum mm386_wmark mark,
		      unsigned r)
{
	struct mm386 *m = boot_release(release);

	for (z.nr_free = 0;; z.nr_free++) {
		struct wmark_ask a = {.order = order, .mark = mark, .highest = 1, .rights = r};

		if (watermark_test(m, &z, &a).ok)
			break;
	}
	mm386_free(m);
	return z.nr_free;
}

/* ---- the comparison ------------------------------------------------------------------- */

/* min 100, low 200, high 300, lowmem_reserve 50: how many pages a single one needs. */
static void test_watermark_each_release_compares_its_way(void **state)
{
	const struct zone z = {.watermark = {100, 200, 300}, .lowmem_reserve = {0, 50}};
	static const struct {
		uint32_t release;
		uint32_t low, min, min_high, min_no_wait;
	} rows[] = {
		{KVER(2, 4, 22), 202, 102, 102,
		 27}, /* no reserve; a quarter for who may not wait */
		{KVER(2, 4, 23), 252, 152, 152, 39}, /* a quarter of the reserve too */
		{KVER(2, 6, 3), 201, 101, 26, 101},  /* marks alone; __GFP_HIGH a quarter */
		{KVER(2, 6, 9), 251, 151, 101, 126}, /* with what it protects */
		{KVER(2, 6, 32), 251, 151, 101, 126},
		{KVER(4, 4, 0), 251, 151, 101,
		 151}, /* not waiting gives nothing, __GFP_ATOMIC does */
		{KVER(6, 1, 0), 251, 151, 101, 151},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t rel = rows[i].release;

		assert_int_equal(least(rel, z, 0, MM386_WMARK_LOW, 0), rows[i].low);
		assert_int_equal(least(rel, z, 0, MM386_WMARK_MIN, 0), rows[i].min);
		assert_int_equal(least(rel, z, 0, MM386_WMARK_MIN, WMARK_HIGH_PRIO),
				 rows[i].min_high);
		assert_int_equal(least(rel, z, 0, MM386_WMARK_MIN, rights(rel, "GFP_NOWAIT", 0)),
				 rows[i].min_no_wait);
	}
}

/* Up to 2.6.7 a zone above its high mark gives to who may not wait, whatever it protects. */
static void test_watermark_267_gives_above_high(void **state)
{
	struct zone z = {
		.watermark = {100, 200, 300}, .lowmem_reserve = {200, 5000}, .nr_free = 300};

	(void)state;
	assert_true(ask(KVER(2, 6, 7), &z, 0, MM386_WMARK_LOW, WMARK_NO_WAIT).ok);
	assert_false(ask(KVER(2, 6, 7), &z, 0, MM386_WMARK_LOW, 0).ok);
	assert_false(ask(KVER(2, 6, 8), &z, 0, MM386_WMARK_LOW, WMARK_NO_WAIT).ok);
	z.nr_free = 299;
	assert_false(ask(KVER(2, 6, 7), &z, 0, MM386_WMARK_LOW, WMARK_NO_WAIT).ok);
}

/* 2.6.6 measures both walks with the low mark: it is part of what is protected. */
static void test_watermark_266_has_low_in_its_protection(void **state)
{
	const struct zone z = {.watermark = {100, 200, 300}, .lowmem_reserve = {200, 700}};
	struct wmark_test t = ask(KVER(2, 6, 6), &z, 0, MM386_WMARK_MIN, WMARK_HIGH_PRIO);

	(void)state;
	assert_int_equal(least(KVER(2, 6, 6), z, 0, MM386_WMARK_LOW, 0), 701);
	assert_int_equal(least(KVER(2, 6, 6), z, 0, MM386_WMARK_MIN, 0), 701);
	assert_int_equal(t.which, MM386_WMARK_LOW);
	assert_int_equal(t.mark, 150); /* a quarter of low off */
	assert_int_equal(t.reserve, 500);
}

/* Orders: each halves the mark up to 4.3; later one block is enough, before 2.6.11 nobody looks. */
static void test_watermark_orders(void **state)
{
	struct zone z = {.watermark = {600, 600, 600}, .nr_free = 1000};

	(void)state;
	z.nr_blocks[0] = 800;
	z.nr_blocks[1] = 50;
	z.nr_blocks[2] = 25;
	z.free[2][MM386_MIGRATE_MOVABLE].nr = 25;
	assert_true(ask(KVER(2, 6, 10), &z, 2, MM386_WMARK_MIN, 0).ok);
	assert_false(ask(KVER(2, 6, 11), &z, 2, MM386_WMARK_MIN, 0).ok);
	assert_false(ask(KVER(4, 3, 0), &z, 2, MM386_WMARK_MIN, 0).ok);
	assert_true(ask(KVER(4, 4, 0), &z, 2, MM386_WMARK_MIN, 0).ok);
	assert_true(ask(KVER(6, 1, 0), &z, 3, MM386_WMARK_MIN, 0).no_block);
}

/* Blocks that are kept for atomic requests: they do not count, and only these may have them. */
static void test_watermark_highatomic(void **state)
{
	struct zone z = {
		.watermark = {100, 200, 300}, .nr_free = 1000, .nr_reserved_highatomic = 950};
	const uint32_t rel = KVER(6, 1, 0);
	struct wmark_test t;

	(void)state;
	z.nr_blocks[3] = 1;
	z.free[3][MM386_MIGRATE_RESERVED].nr = 1;
	t = ask(rel, &z, 0, MM386_WMARK_MIN, 0);
	assert_false(t.ok);
	assert_int_equal(t.free, 50);
	assert_int_equal(t.atomic, 950);
	/* Whoever has rights below the mark counts them. */
	assert_true(ask(rel, &z, 0, MM386_WMARK_MIN, WMARK_HIGH_PRIO).ok);
	assert_true(ask(rel, &z, 0, MM386_WMARK_MIN, WMARK_OOM).ok);
	assert_false(ask(KVER(5, 9, 0), &z, 0, MM386_WMARK_MIN, WMARK_HIGH_PRIO).ok);
	assert_true(ask(KVER(5, 9, 0), &z, 0, MM386_WMARK_MIN, WMARK_HARDER | WMARK_HIGHATOMIC).ok);
	/* 4.7 .. 5.8 forgot to leave them out for single pages, not for more. */
	assert_true(ask(KVER(5, 8, 0), &z, 0, MM386_WMARK_MIN, 0).ok);
	assert_false(ask(KVER(4, 6, 0), &z, 0, MM386_WMARK_MIN, 0).ok);
	assert_false(ask(KVER(5, 8, 0), &z, 3, MM386_WMARK_MIN, 0).ok);
	/* 6.13 leaves out what is free of them, here one block of 8 pages. */
	assert_int_equal(ask(KVER(6, 13, 0), &z, 0, MM386_WMARK_MIN, 0).atomic, 8);
	/* The block itself. */
	z.nr_reserved_highatomic = 8;
	assert_true(ask(rel, &z, 3, MM386_WMARK_MIN, 0).no_block);
	assert_true(ask(rel, &z, 3, MM386_WMARK_MIN, rights(rel, "GFP_ATOMIC", 3)).ok);
}

/* The boost counts for every mark, but not for who is let below min, from 5.9 on. */
static void test_watermark_boost(void **state)
{
	const struct zone z = {.watermark = {100, 200, 300}, .watermark_boost = 1024};
	const uint32_t rel = KVER(6, 1, 0);
	unsigned atomic = rights(rel, "GFP_ATOMIC", 0);

	(void)state;
	assert_int_equal(least(rel, z, 0, MM386_WMARK_LOW, 0), 200 + 1024 + 1);
	assert_int_equal(least(rel, z, 0, MM386_WMARK_MIN, 0), 100 + 1024 + 1);
	assert_int_equal(least(rel, z, 0, MM386_WMARK_MIN, atomic), 39); /* 100 -> 50 -> 38 */
	assert_int_equal(
		least(KVER(5, 8, 0), z, 0, MM386_WMARK_MIN, rights(KVER(5, 8, 0), "GFP_ATOMIC", 0)),
		1124 - 562 - 140 + 1);
	assert_int_equal(
		least(KVER(5, 9, 0), z, 0, MM386_WMARK_MIN, rights(KVER(5, 9, 0), "GFP_ATOMIC", 0)),
		39);
}

/* A task that is being killed has half of what is left; one that reclaims has everything. */
static void test_watermark_oom_and_memalloc(void **state)
{
	const struct zone z = {.watermark = {100, 200, 300}, .lowmem_reserve = {0, 50}};

	(void)state;
	assert_int_equal(least(KVER(6, 1, 0), z, 0, MM386_WMARK_MIN, WMARK_OOM), 101);
	assert_int_equal(least(KVER(6, 1, 0), z, 0, MM386_WMARK_MIN,
			       WMARK_OOM | WMARK_HIGH_PRIO | WMARK_HARDER),
			 50 + 19 + 1);
	for (unsigned rel = KVER(2, 4, 22); rel <= KVER(6, 1, 0); rel += KVER(2, 1, 0) / 2)
		assert_int_equal(least(rel, z, 0, MM386_WMARK_MIN, WMARK_NONE), 0);
}

/* ---- rights ----------------------------------------------------------------------------- */

static void test_watermark_rights_by_release(void **state)
{
	static const struct {
		uint32_t release;
		const char *gfp;
		unsigned order, rights;
	} rows[] = {
		{KVER(2, 6, 32), "GFP_KERNEL", 0, 0},
		{KVER(2, 6, 32), "GFP_ATOMIC", 0, WMARK_HIGH_PRIO | WMARK_HARDER},
		{KVER(2, 6, 32), "GFP_ATOMIC|__GFP_NOMEMALLOC", 0, WMARK_HIGH_PRIO | WMARK_HARDER},
		{KVER(3, 15, 0), "GFP_NOWAIT|__GFP_NOMEMALLOC", 0, WMARK_HARDER},
		{KVER(3, 16, 0), "GFP_NOWAIT|__GFP_NOMEMALLOC", 0, 0},
		{KVER(4, 4, 0), "GFP_ATOMIC", 0, WMARK_HIGH_PRIO | WMARK_HARDER | WMARK_HIGHATOMIC},
		{KVER(4, 4, 0), "GFP_NOWAIT", 2, 0},
		{KVER(6, 1, 0), "GFP_NOWAIT", 2, WMARK_HARDER | WMARK_HIGHATOMIC},
		{KVER(6, 1, 0), "GFP_ATOMIC", 0, WMARK_HIGH_PRIO | WMARK_HARDER | WMARK_NO_BOOST},
		{KVER(6, 1, 0), "GFP_KERNEL|__GFP_HIGH", 0, WMARK_HIGH_PRIO | WMARK_NO_BOOST},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(rights(rows[i].release, rows[i].gfp, rows[i].order) &
					 ~(unsigned)WMARK_NO_WAIT,
				 rows[i].rights);
}

/* ---- marks that real machines printed ------------------------------------------------------- */

/*
 * Out-of-memory reports and /proc/zoneinfo: pages present, marks and reserves as that kernel had
 * them.  Two of them had min_free_kbytes set by hand; in 2.6.16's the product overflowed.
 */
static void test_watermark_marks_of_real_machines(void **state)
{
	static const struct {
		uint32_t release, min_free_kbytes;
		int thp;
		struct {
			const char *name;
			uint32_t present, marks[3], reserve[4];
		} zone[4];
	} rows[] = {
		{KVER(2, 6, 7),
		 0,
		 -1,
		 {{"DMA", 4096, {4, 8, 12}, {8, 476, 540}},
		  {"Normal", 225280, {234, 468, 702}, {0, 468, 532}},
		  {"HighMem", 32640, {32, 64, 96}, {0, 0, 64}}}},
		{KVER(2, 6, 11),
		 0,
		 -1,
		 {{"DMA", 4096, {17, 21, 25}, {0, 880, 4015}},
		  {"Normal", 225280, {939, 1173, 1408}, {0, 0, 25087}},
		  {"HighMem", 802800, {128, 160, 192}, {0}}}},
		{KVER(2, 6, 11),
		 10000,
		 -1,
		 {{"DMA", 4096, {44, 55, 66}, {0, 880, 2031}},
		  {"Normal", 225280, {2455, 3068, 3682}, {0, 0, 9215}},
		  {"HighMem", 294880, {128, 160, 192}, {0}}}},
		{KVER(2, 6, 16),
		 0,
		 -1,
		 {{"DMA", 4096, {17, 21, 25}, {0, 0, 880, 4080}},
		  {"DMA32", 0, {0}, {0, 0, 880, 4080}},
		  {"Normal", 225280, {939, 1173, 1408}, {0, 0, 0, 25600}},
		  {"HighMem", 819200, {128, 982, 1836}, {0}}}},
		{KVER(2, 6, 16),
		 256000,
		 -1,
		 {{"DMA", 4096, {1142, 1427, 1713}, {0, 0, 880, 4720}},
		  {"DMA32", 0, {0}, {0, 0, 880, 4720}},
		  {"Normal", 225280, {6683, 8353, 10024}, {0, 0, 0, 30720}},
		  {"HighMem", 983040, {128, 3163, 6198}, {0}}}},
		{KVER(2, 6, 24),
		 0,
		 -1,
		 {{"DMA", 4064, {17, 21, 25}, {0, 873, 4048, 4048}},
		  {"Normal", 223520, {936, 1170, 1404}, {0, 0, 25400, 25400}},
		  {"HighMem", 812800, {128, 979, 1831}, {0}}}},
		{KVER(2, 6, 38),
		 0,
		 0, /* built without huge pages */
		 {{"DMA", 3950, {16, 20, 24}, {0, 865, 2005, 2005}},
		  {"Normal", 221486, {932, 1165, 1398}, {0, 0, 9125, 9125}},
		  {"HighMem", 292000, {128, 435, 742}, {0}}}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm386_sizing s = {.min_free_kbytes = rows[i].min_free_kbytes};
		struct mm386_config cfg;

		mm386_config_init(&cfg);
		cfg.release = rows[i].release;
		cfg.transparent_hugepage = rows[i].thp;
		while (s.nr_zones < 4 && rows[i].zone[s.nr_zones].name) {
			s.zone[s.nr_zones].name = rows[i].zone[s.nr_zones].name;
			s.zone[s.nr_zones].present = rows[i].zone[s.nr_zones].present;
			s.nr_zones++;
		}
		assert_int_equal(mm386_size_zones(&cfg, &s, NULL), 0);
		for (unsigned z = 0; z < s.nr_zones; z++) {
			assert_memory_equal(s.zone[z].watermark, rows[i].zone[z].marks,
					    sizeof(rows[i].zone[z].marks));
			assert_memory_equal(s.zone[z].lowmem_reserve, rows[i].zone[z].reserve,
					    sizeof(rows[i].zone[z].reserve));
		}
	}
}

/* khugepaged looks again on 512 MiB and more: from 2.6.38, unless told not to. */
static void test_watermark_huge_pages_raise_min_free_kbytes(void **state)
{
	static const struct {
		uint32_t release;
		int thp;
		const char *cmdline;
		uint32_t kib;
	} rows[] = {
		{KVER(2, 6, 37), -1, "", 3798},
		{KVER(2, 6, 38), -1, "", 44804},
		{KVER(2, 6, 38), 0, "", 3798},
		{KVER(2, 6, 38), -1, "transparent_hugepage=never", 3798},
		{KVER(2, 6, 38), -1, "transparent_hugepage=never transparent_hugepage=madvise",
		 44804},
		{KVER(5, 16, 0), -1, "transparent_hugepage=never", 3798},
		{KVER(5, 17, 0), -1, "transparent_hugepage=never",
		 3786}, /* less the first high marks */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm386_sizing s = {
			.nr_zones = 3,
			.zone = {{.name = "DMA", .present = 3967, .managed = 3967},
				 {.name = "Normal", .present = 221486, .managed = 221486},
				 {.name = "HighMem", .present = 34545, .managed = 34545}}};
		struct mm386_config cfg;

		mm386_config_init(&cfg);
		cfg.release = rows[i].release;
		cfg.kernel = mm386_kernel_of(rows[i].release);
		cfg.transparent_hugepage = rows[i].thp;
		strcpy(cfg.cmdline, rows[i].cmdline);
		assert_int_equal(mm386_size_zones(&cfg, &s, NULL), 0);
		assert_int_equal(s.min_free_kbytes, rows[i].kib);
	}
}

/*
 * What boot gave back before the marks were set counts in 6.1: a real kernel's 128 MiB have
 * 1339 KiB with the 32 KiB of SMP alternatives, 1338 without.
 */
static void test_watermark_counts_smp_alternatives(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 128);

	(void)state;
	assert_int_equal(m->s->boot.given_back[1], 8);
	m->s->zone[0].managed = 3840;
	m->s->zone[1].managed = 24171;
	watermark_boot(m);
	assert_int_equal(m->s->sysctl.min_free_kbytes, 1339);
	m->s->profile.alternatives_bytes = 0;
	watermark_boot(m);
	assert_int_equal(m->s->boot.given_back[1], 0);
	assert_int_equal(m->s->sysctl.min_free_kbytes, 1338);
	mm386_free(m);
}

/* memfrac= sets what part of each zone its min mark is, in 2.4. */
/* 5.8 to 5.13 took an empty Movable zone for high memory, where it could not be of several nodes. */
static void test_watermark_movable_zone_by_release(void **state)
{
	static const struct {
		uint32_t release, min;
		unsigned nodes;
	} want[] = {
		{KVER(5, 7, 0), 0, 1},	 {KVER(5, 8, 0), 32, 1}, {KVER(5, 10, 0), 32, 1}, {KVER(5, 10, 0), 0, 2},
		{KVER(5, 14, 0), 0, 1}, {KVER(6, 5, 0), 0, 1},	 {KVER(6, 6, 0), 32, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct mm386_config cfg = release_config(want[i].release, UINT64_C(128) << 20);
		struct mm386_zone_view v;
		struct mm386 *m;

		cfg.nr_nodes = want[i].nodes;
		m = boot_config(&cfg);
		mm386_zone(m, 3, &v);
		assert_string_equal(v.name, "Movable");
		assert_int_equal(v.watermark[MM386_WMARK_MIN], want[i].min);
		mm386_free(m);
	}
}

static void test_watermark_memfrac(void **state)
{
	struct mm386 *m = boot_with(MM386_KERNEL_24, 64, "memfrac=64,256");

	(void)state;
	assert_int_equal(m->s->zone[0].watermark[MM386_WMARK_MIN], 4096 / 64);
	assert_int_equal(m->s->zone[1].watermark[MM386_WMARK_MIN], m->s->zone[1].present / 256);
	assert_int_equal(m->s->zone[1].watermark[MM386_WMARK_HIGH],
			 3 * (m->s->zone[1].present / 256));
	mm386_free(m);
}

/* 2.4.23 and later keep parts by ratio, which the command line may set; 2.4.16 keeps more of DMA.
 */
static void test_watermark_24_reserves(void **state)
{
	struct mm386_config cfg;
	struct mm386 *m;
	uint32_t normal;

	(void)state;
	mm386_config_init(&cfg);
	cfg.kernel = MM386_KERNEL_24;
	cfg.memory_bytes = 512u << 20;
	cfg.release = KVER(2, 4, 23);
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	normal = m->s->zone[1].present;
	assert_int_equal(m->s->zone[0].watermark[MM386_WMARK_MIN], 32);
	assert_int_equal(m->s->zone[0].lowmem_reserve[1], normal / 256);
	mm386_free(m);
	strcpy(cfg.cmdline, "ro lower_zone_reserve=64,16");
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	assert_int_equal(m->s->zone[0].lowmem_reserve[1], normal / 64);
	mm386_free(m);
	cfg.release = KVER(2, 4, 16);
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	assert_int_equal(m->s->zone[0].watermark[MM386_WMARK_MIN], 4096 / 32);
	assert_int_equal(m->s->zone[0].lowmem_reserve[1], 0);
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watermark_each_release_compares_its_way),
		cmocka_unit_test(test_watermark_267_gives_above_high),
		cmocka_unit_test(test_watermark_266_has_low_in_its_protection),
		cmocka_unit_test(test_watermark_orders),
		cmocka_unit_test(test_watermark_highatomic),
		cmocka_unit_test(test_watermark_boost),
		cmocka_unit_test(test_watermark_oom_and_memalloc),
		cmocka_unit_test(test_watermark_rights_by_release),
		cmocka_unit_test(test_watermark_marks_of_real_machines),
		cmocka_unit_test(test_watermark_huge_pages_raise_min_free_kbytes),
		cmocka_unit_test(test_watermark_counts_smp_alternatives),
		cmocka_unit_test(test_watermark_movable_zone_by_release),
		cmocka_unit_test(test_watermark_memfrac),
		cmocka_unit_test(test_watermark_24_reserves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
