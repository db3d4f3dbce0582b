/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_zone.c - which zone gives, how much it keeps, and what it says when it will not.
 */
#include "boot.h"
#include "machine.h"
#include "watermark.h"

/* Boot ${k} and give its zones other sizes, as if the machine had them; then set the marks. */
static struct mm386 *sized(enum mm386_kernel k, unsigned mib, const uint32_t *pages)
{
	struct mm386 *m = boot(k, mib);

	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		m->s->zone[i].present = pages[i];
		m->s->zone[i].managed = pages[i];
	}
	watermark_boot(m);
	return m;
}

static void assert_reserve(const struct mm386 *m, unsigned zone, uint32_t a, uint32_t b, uint32_t c,
			   uint32_t d)
{
	const uint32_t expected[MM386_ZONE_TYPES] = {a, b, c, d};
	struct mm386_zone_view z;

	mm386_zone(m, zone, &z);
	assert_memory_equal(z.lowmem_reserve, expected, sizeof(expected));
}

/* 2.6 with every frame of 1 GiB present: min_free_kbytes 3831. */
static void test_zone_marks_26_1g(void **state)
{
	struct mm386 *m = sized(MM386_KERNEL_26, 1024, (const uint32_t[]){4096, 225280, 32768, 0});

	(void)state;
	assert_int_equal(m->s->sysctl.min_free_kbytes, 3831);
	assert_marks(m, 0, 17, 21, 25);
	assert_marks(m, 1, 939, 1173, 1408);
	assert_marks(m, 2, 32, 66, 100);
	mm386_free(m);
}

/* 2.6.32 takes mem_map's share off each zone. */
static void test_zone_marks_26_less_mem_map(void **state)
{
	struct mm386 *m = sized(MM386_KERNEL_26, 1024, (const uint32_t[]){3967, 221486, 34545, 0});

	(void)state;
	assert_int_equal(m->s->sysctl.min_free_kbytes, 3798);
	assert_marks(m, 0, 16, 20, 24);
	assert_marks(m, 1, 932, 1165, 1398);
	assert_marks(m, 2, 33, 69, 105);
	assert_reserve(m, 0, 0, 865, 1000, 1000);
	assert_reserve(m, 1, 0, 0, 1079, 1079);
	assert_reserve(m, 2, 0, 0, 0, 0);
	mm386_free(m);
}

/*
 * 2.6.18 has the empty zone DMA32 between DMA and Normal.  The reserves are those that
 * such a kernel printed on 4.6 GiB: DMA and DMA32 keep a 256th, Normal a 32nd.
 */
static void test_zone_2618_has_an_empty_dma32(void **state)
{
	static const uint32_t pages[] = {4096, 0, 225280, 983040};
	struct mm386_config cfg;
	struct mm386_zone_view z;
	struct mm386 *m;

	(void)state;
	mm386_config_init(&cfg);
	cfg.release = KVER(2, 6, 18);
	cfg.memory_bytes = UINT64_C(1) << 30;
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	assert_int_equal(mm386_info(m)->nr_zones, 4);
	mm386_zone(m, 1, &z);
	assert_string_equal(z.name, "DMA32");
	assert_int_equal(z.spanned, 0);
	assert_int_equal(apply(m, alloc_op("GFP_KERNEL", 0)).zone, 2);
	assert_int_equal(apply(m, alloc_op("GFP_HIGHUSER", 0)).zone, 3);
	assert_int_equal(apply(m, alloc_op("GFP_DMA", 0)).zone, 0);
	assert_machine_valid(m);
	for (unsigned i = 0; i < 4; i++)
		m->s->zone[i].present = pages[i];
	watermark_boot(m);
	assert_reserve(m, 0, 0, 0, 880, 4720);
	assert_reserve(m, 1, 0, 0, 880, 4720);
	assert_reserve(m, 2, 0, 0, 0, 30720);
	assert_reserve(m, 3, 0, 0, 0, 0);
	assert_marks(m, 1, 0, 0, 0);
	mm386_free(m);
}

/* In 2.6 high memory keeps a part back from movable requests, in 6.1 it does not. */
static void test_zone_reserve_of_highmem(void **state)
{
	const uint32_t pages[] = {3967, 221486, 20000, 14545};
	struct mm386 *m = sized(MM386_KERNEL_26, 1024, pages);

	(void)state;
	assert_reserve(m, 1, 0, 0, 625, 1079);
	assert_reserve(m, 2, 0, 0, 0, 454);
	mm386_free(m);
	m = sized(MM386_KERNEL_61, 1024, pages);
	assert_reserve(m, 1, 0, 0, 625, 1079);
	assert_reserve(m, 2, 0, 0, 0, 0);
	mm386_free(m);
}

/*
 * A movable zone that took the whole of high memory, as it can in 2.6.24, whose low
 * memory ends at a multiple of 4 MiB, has high memory's small mark.
 */
static void test_zone_all_high_memory_is_movable(void **state)
{
	struct mm386_config cfg;
	struct mm386_zone_view z;
	struct mm386 *m;

	(void)state;
	mm386_config_init(&cfg);
	cfg.release = KVER(2, 6, 24);
	cfg.memory_bytes = UINT64_C(2) << 30;
	strcpy(cfg.cmdline, "kernelcore=200M");
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	mm386_zone(m, 2, &z);
	assert_int_equal(z.spanned, 0);
	mm386_zone(m, 3, &z);
	assert_true(z.managed > 280000);
	assert_int_equal(z.watermark[MM386_WMARK_MIN], 128);
	mm386_free(m);
}

/* 2.4: size / 128 within 20..255, doubled, tripled; no lowmem_reserve. */
static void test_zone_marks_24(void **state)
{
	struct mm386 *m = sized(MM386_KERNEL_24, 1024, (const uint32_t[]){4096, 225280, 32768});

	(void)state;
	assert_marks(m, 0, 32, 64, 96);
	assert_marks(m, 1, 255, 510, 765);
	assert_marks(m, 2, 255, 510, 765);
	assert_reserve(m, 0, 0, 0, 0, 0);
	mm386_free(m);
}

/*
 * Marks that a Debian 6.1 kernel had on 1 GiB: transparent huge pages want a twentieth of low
 * memory.
 */
static void test_zone_marks_61_with_huge_pages(void **state)
{
	struct mm386 *m = sized(MM386_KERNEL_61, 1024, (const uint32_t[]){3840, 213280, 37858, 0});

	(void)state;
	assert_int_equal(m->s->sysctl.min_free_kbytes, 43144);
	assert_marks(m, 0, 190, 237, 284);
	assert_marks(m, 1, 10595, 13243, 15891);
	assert_marks(m, 2, 36, 506, 976);
	assert_marks(m, 3, 32, 32, 32);
	mm386_free(m);
}

/* The same machine booted with transparent_hugepage=never. */
static void test_zone_marks_61_without_huge_pages(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 1024);
	const uint32_t pages[] = {3840, 213280, 37858, 0};

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		m->s->zone[i].managed = pages[i];
	strcpy(m->s->info.cmdline, "transparent_hugepage=never");
	watermark_boot(m);
	assert_int_equal(m->s->sysctl.min_free_kbytes, 3715);
	assert_marks(m, 0, 16, 20, 24);
	assert_marks(m, 1, 911, 1138, 1365);
	assert_marks(m, 2, 36, 76, 116);
	mm386_free(m);
}

/*
 * 4 GiB with more low memory than 896 MiB: a twentieth of it is more than the page
 * blocks of two zones, DMA and Normal; high memory is not counted.
 */
static void test_zone_marks_61_count_low_zones(void **state)
{
	static const struct {
		enum mm386_vmsplit split;
		bool pae;
		uint32_t pages;
	} rows[] = {
		{MM386_VMSPLIT_2G, false, 11 * 1024 * 2},
		{MM386_VMSPLIT_2G, true, 11 * 512 * 2},
		{MM386_VMSPLIT_1G, false, 11 * 1024 * 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm386_config cfg;
		struct mm386 *m;

		mm386_config_init(&cfg);
		cfg.kernel = MM386_KERNEL_61;
		cfg.memory_bytes = UINT64_C(4) << 30;
		cfg.vmsplit = rows[i].split;
		cfg.pae = rows[i].pae;
		assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
		assert_int_equal(m->s->sysctl.min_free_kbytes, rows[i].pages * 4);
		mm386_free(m);
	}
}

/* 512 MiB: too small for huge pages, and no high memory. */
static void test_zone_marks_61_small(void **state)
{
	struct mm386 *m = sized(MM386_KERNEL_61, 512, (const uint32_t[]){3840, 121443, 0, 0});

	(void)state;
	assert_int_equal(m->s->sysctl.min_free_kbytes, 2831);
	assert_marks(m, 0, 21, 26, 31);
	assert_marks(m, 1, 685, 856, 1027);
	assert_marks(m, 2, 32, 32, 32);
	mm386_free(m);
}

/* The test of a request that may use DMA and Normal, with the min mark. */
static struct wmark_test ask_min(const struct mm386 *m, const struct zone *z, unsigned order,
				 unsigned rights)
{
	return watermark_test(m, z,
			      &(struct wmark_ask){.order = order,
						  .mark = MM386_WMARK_MIN,
						  .highest = 1,
						  .rights = rights});
}

/*
 * free 1000, mark 600, 300 single frames and 100 pairs: order 2 is met; with 800 single frames it
 * is not.
 */
static void test_zone_small_blocks_do_not_help_a_large_request(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 64);
	struct zone z = {.nr_free = 1000, .watermark = {600, 600, 600}};
	struct wmark_test t;

	(void)state;
	z.nr_blocks[0] = 300;
	z.nr_blocks[1] = 100;
	t = ask_min(m, &z, 2, 0);
	assert_true(t.ok);
	z.nr_blocks[0] = 800;
	t = ask_min(m, &z, 2, 0);
	assert_false(t.ok);
	assert_int_equal(t.level, 1);
	assert_int_equal(t.free, 197);
	assert_int_equal(t.mark, 300);
	mm386_free(m);
}

/* GFP_ATOMIC halves the mark and takes a quarter of the rest: 932 -> 466 -> 350. */
static void test_zone_atomic_digs_to_three_eighths(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 64);
	struct zone z = {.nr_free = 351, .watermark = {932, 1165, 1398}};
	const unsigned atomic = WMARK_HIGH_PRIO | WMARK_HARDER;

	(void)state;
	assert_int_equal(ask_min(m, &z, 0, atomic).mark, 350);
	assert_true(ask_min(m, &z, 0, atomic).ok);
	z.nr_free = 350;
	assert_false(ask_min(m, &z, 0, atomic).ok);
	mm386_free(m);
}

/* 6.1: a request that may not block gets nothing extra unless it has __GFP_HIGH. */
static void test_zone_61_nowait_gets_nothing_extra(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	struct zone z = {.nr_free = 500, .watermark = {932, 1165, 1398}};

	(void)state;
	assert_int_equal(ask_min(m, &z, 0, WMARK_HARDER).mark, 932);
	assert_int_equal(
		ask_min(m, &z, 0, WMARK_HARDER | WMARK_HIGH_PRIO).mark,
		350);
	mm386_free(m);
}

/* ---- walks ----------------------------------------------------------------------- */

struct tries {
	unsigned nr;
	struct mm386_event ev[64];
};

static void hear_tries(void *arg, const struct mm386_event *ev)
{
	struct tries *t = arg;

	if (ev->type == MM386_EVENT_ZONE_TRY && t->nr < 64)
		t->ev[t->nr++] = *ev;
}

/*
 * What comes of a request.  Past mm386_apply(), which may walk the invariants: free counts that a
 * test makes up break them.
 */
static struct mm386_result request(struct mm386 *m, const char *gfp, unsigned order)
{
	struct alloc_request rq = {
		.op = MM386_OP_ALLOC_PAGES, .order = order, .kind = MM386_KIND_PAGES};
	struct mm386_result res = {.zone = -1};
	struct mm386_error err;

	assert_int_equal(mm386_gfp_parse(gfp, &rq.gfp, &err), 0);
	rq.flags = gfp_expand(m->s->profile.kernel, rq.gfp);
	page_alloc(m, &rq, &res);
	return res;
}

static bool gives_page(struct mm386 *m, const char *gfp)
{
	return request(m, gfp, 0).ok;
}

static void assert_reasons(const struct mm386 *m, const struct mm386_result *res,
			   const char *normal, const char *dma)
{
	char text[160];

	assert_false(res->ok);
	assert_int_equal(res->nr_why, 2);
	mm386_why_format(m, &res->why[0], text, sizeof(text));
	assert_string_equal(text, normal);
	mm386_why_format(m, &res->why[1], text, sizeof(text));
	assert_string_equal(text, dma);
}

/* DMA and Normal with these free pages, all of them single, and these min marks. */
static struct mm386 *almost_empty(enum mm386_kernel k, const uint32_t free[2],
				  const uint32_t min[2])
{
	struct mm386 *m = boot(k, 64);

	for (unsigned i = 0; i < 2; i++) {
		struct zone *z = &m->s->zone[i];

		for (unsigned o = 0; o < MM386_ORDERS; o++) {
			z->nr_blocks[o] = 0;
			for (unsigned mt = 0; mt < MM386_MIGRATETYPES; mt++)
				z->free[o][mt] = (struct free_list){.head = NO_PFN, .tail = NO_PFN};
		}
		z->nr_free = z->nr_blocks[0] = free[i];
		z->watermark[MM386_WMARK_MIN] = min[i];
		z->watermark[MM386_WMARK_LOW] = 4096;
		memset(z->lowmem_reserve, 0, sizeof(z->lowmem_reserve));
	}
	return m;
}

/* Each zone says the comparison that failed, with the numbers that were compared. */
static void test_zone_reasons_are_the_comparisons(void **state)
{
	struct mm386 *m =
		almost_empty(MM386_KERNEL_26, (uint32_t[]){90, 120}, (uint32_t[]){32, 128});
	struct mm386_result res;

	(void)state;
	m->s->zone[0].lowmem_reserve[1] = 865;
	res = request(m, "GFP_KERNEL", 0);
	assert_reasons(m, &res, "free 120 <= min 128 + lowmem_reserve 0",
		       "free 90 <= min 32 + lowmem_reserve 865");
	m->s->zone[1].nr_free = 135;
	res = request(m, "GFP_KERNEL", 3);
	assert_reasons(m, &res, "free 135 - (2^3 - 1) <= min 128 + lowmem_reserve 0",
		       "free 90 - (2^3 - 1) <= min 32 + lowmem_reserve 865");
	m->s->zone[1].nr_free = 48;
	res = request(m, "GFP_ATOMIC", 0);
	assert_reasons(m, &res, "free 48 <= min 48 of 128 + lowmem_reserve 0",
		       "free 90 <= min 12 of 32 + lowmem_reserve 865");
	mm386_free(m);
	/* 600 pages are enough, but the 500 single ones are no use: 100 - 3 are not more than 150.
	 */
	m = almost_empty(MM386_KERNEL_26, (uint32_t[]){90, 600}, (uint32_t[]){90, 300});
	m->s->zone[1].nr_blocks[0] = 500;
	res = request(m, "GFP_KERNEL", 2);
	assert_reasons(m, &res,
		       "free 100 - (2^2 - 1) in blocks of order >= 1 <= min 150 for that order",
		       "free 90 - (2^2 - 1) <= min 90 + lowmem_reserve 0");
	mm386_free(m);
}

/* 6.1 compares once, then looks for a block. */
static void test_zone_reasons_61(void **state)
{
	struct mm386 *m =
		almost_empty(MM386_KERNEL_61, (uint32_t[]){90, 600}, (uint32_t[]){90, 300});
	struct mm386_result res = request(m, "GFP_KERNEL", 2);

	(void)state;
	assert_reasons(m, &res, "above its mark, but no free block of order >= 2",
		       "free 90 - (2^2 - 1) <= min 90 + lowmem_reserve 0");
	mm386_free(m);
}

/* 2.4: the marks of the zones that were asked before count too. */
static void test_zone_reasons_24_add_up(void **state)
{
	struct mm386 *m =
		almost_empty(MM386_KERNEL_24, (uint32_t[]){70, 60}, (uint32_t[]){32, 255});
	struct mm386_result res = request(m, "GFP_ATOMIC", 0);

	(void)state;
	assert_reasons(m, &res, "free 60 <= min 63 of 255 + 2^0",
		       "free 70 <= min 8 of 32 + 63 of the zones before + 2^0");
	res = request(m, "GFP_KERNEL", 3);
	assert_reasons(m, &res, "free 60 <= min 255 + 2^3",
		       "free 70 <= min 32 + 255 of the zones before + 2^3");
	mm386_free(m);
}

/* 2.4 adds the marks up on the way down: 2^0 + 510, + 510, + 64. */
static void test_zone_24_limits_add_up(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_24, 1024);
	struct tries t = {0};

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		m->s->zone[i].nr_free = 1; /* as if all were taken */
	mm386_set_sink(m, hear_tries, &t);
	assert_false(gives_page(m, "GFP_HIGHUSER"));
	assert_int_equal(t.nr, 6);
	assert_int_equal(t.ev[0].arg[0], 2); /* HighMem first */
	assert_int_equal(t.ev[0].arg[3] + t.ev[0].arg[4], 511);
	assert_int_equal(t.ev[1].arg[3] + t.ev[1].arg[4], 1021);
	assert_int_equal(t.ev[2].arg[0], 0); /* DMA last */
	assert_int_equal(t.ev[2].arg[3] + t.ev[2].arg[4], 1085);
	mm386_free(m);
}

/* 2.4's atomic request: a quarter of min, so 1 + 63 and 64 + 8. */
static void test_zone_24_atomic_takes_a_quarter_of_min(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_24, 1024);
	struct tries t = {0};

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		m->s->zone[i].nr_free = 1;
	mm386_set_sink(m, hear_tries, &t);
	assert_false(gives_page(m, "GFP_ATOMIC"));
	assert_int_equal(t.nr, 4);
	assert_int_equal(t.ev[2].arg[3] + t.ev[2].arg[4], 64);
	assert_int_equal(t.ev[3].arg[3] + t.ev[3].arg[4], 72);
	mm386_free(m);
}

/* The mark that the last zone's second try was measured with. */
static uint32_t deepest_mark(enum mm386_kernel k, const char *gfp)
{
	struct mm386 *m = boot(k, 64);
	struct tries t = {0};

	for (unsigned i = 0; i < 2; i++) {
		m->s->zone[i].nr_free = 1;
		m->s->zone[i].watermark[MM386_WMARK_MIN] = 800;
	}
	mm386_set_sink(m, hear_tries, &t);
	assert_false(gives_page(m, gfp));
	assert_int_equal(t.nr, 4);
	mm386_free(m);
	return t.ev[3].arg[3];
}

/* Only 6.1 asks for __GFP_NOMEMALLOC before it lets an atomic request try harder. */
static void test_zone_nomemalloc_is_modest_in_61(void **state)
{
	(void)state;
	assert_int_equal(deepest_mark(MM386_KERNEL_26, "GFP_ATOMIC"), 300);
	assert_int_equal(deepest_mark(MM386_KERNEL_26, "GFP_ATOMIC|__GFP_NOMEMALLOC"), 300);
	assert_int_equal(deepest_mark(MM386_KERNEL_26, "__GFP_NOMEMALLOC"), 600);
	assert_int_equal(deepest_mark(MM386_KERNEL_61, "GFP_ATOMIC"), 300);
	assert_int_equal(deepest_mark(MM386_KERNEL_61, "GFP_ATOMIC|__GFP_NOMEMALLOC"), 400);
	assert_int_equal(deepest_mark(MM386_KERNEL_61, "__GFP_NOMEMALLOC"), 800);
}

/* Take large blocks, then smaller ones, until not one frame is given; return what was said. */
static struct mm386_result exhaust(struct mm386 *m, const char *gfp, unsigned *by_zone)
{
	struct mm386_result res = {0};

	for (unsigned order = 10; order-- > 0;) {
		while ((res = apply(m, alloc_op(gfp, order))).ok)
			by_zone[res.zone] += 1u << order;
	}
	return res;
}

/* High memory first, then Normal, then DMA; a request for low memory never goes up. */
static void test_zone_fallback_goes_down_only(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 1024);
		unsigned user[MM386_ZONES_MAX] = {0}, kernel[MM386_ZONES_MAX] = {0};
		struct mm386_result res = exhaust(m, "GFP_KERNEL", kernel);

		assert_int_equal(res.err, ENOMEM);
		assert_int_equal(kernel[2], 0);
		assert_true(kernel[1] > 200000);
		assert_int_equal(res.nr_why, 2);
		assert_int_equal(res.why[0].zone, 1);
		assert_int_equal(res.why[1].zone, 0);
		res = exhaust(m, "GFP_HIGHUSER", user);
		assert_true(user[2] > 30000);
		assert_int_equal(res.why[0].zone, 2);
		assert_int_equal(res.nr_why, 3);
		mm386_free(m);
	}
}

/* What GFP_KERNEL is refused, GFP_ATOMIC still gets, to its own limit. */
static void test_zone_reserve_is_for_atomic(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 64);
		unsigned by_zone[MM386_ZONES_MAX] = {0};

		exhaust(m, "GFP_KERNEL", by_zone);
		assert_true(apply(m, alloc_op("GFP_ATOMIC", 0)).ok);
		exhaust(m, "GFP_ATOMIC", by_zone);
		assert_true(m->s->zone[1].nr_free > 0);
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/* lowmem_reserve keeps ordinary requests out of DMA long before it is empty; its own it serves. */
static void test_zone_lowmem_reserve_protects_dma(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 512);
	unsigned by_zone[MM386_ZONES_MAX] = {0};
	char text[128], expected[128];
	struct mm386_result res = exhaust(m, "GFP_KERNEL", by_zone);
	const struct zone *dma = &m->s->zone[0];

	(void)state;
	assert_true(dma->nr_free >= dma->watermark[MM386_WMARK_MIN] + dma->lowmem_reserve[1]);
	assert_int_equal(res.why[1].zone, 0);
	mm386_why_format(m, &res.why[1], text, sizeof(text));
	snprintf(expected, sizeof(expected), "free %u <= min %u + lowmem_reserve %u", dma->nr_free,
		 dma->watermark[MM386_WMARK_MIN], dma->lowmem_reserve[1]);
	assert_string_equal(text, expected);
	assert_true(apply(m, alloc_op("GFP_KERNEL|__GFP_DMA", 0)).ok);
	mm386_free(m);
}

/* A refusal says so in events, wakes kswapd first, and changes no frame. */
static void test_zone_refusal_changes_nothing(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 64);
		unsigned by_zone[MM386_ZONES_MAX] = {0};
		struct zone before[MM386_ZONES_MAX];
		pfn_t pfn = 0;
		uint32_t count;

		exhaust(m, "GFP_KERNEL", by_zone);
		memcpy(before, m->s->zone, sizeof(before));
		mm386_cut(m);
		assert_false(apply(m, alloc_op("GFP_KERNEL", 3)).ok);
		assert_memory_equal(before, m->s->zone, sizeof(before));
		assert_false(mm386_next_changed(m, &pfn, &count));
		assert_int_equal(mm386_zones_changed(m), 0);
		mm386_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zone_marks_26_1g),
		cmocka_unit_test(test_zone_marks_26_less_mem_map),
		cmocka_unit_test(test_zone_2618_has_an_empty_dma32),
		cmocka_unit_test(test_zone_reserve_of_highmem),
		cmocka_unit_test(test_zone_all_high_memory_is_movable),
		cmocka_unit_test(test_zone_marks_24),
		cmocka_unit_test(test_zone_marks_61_with_huge_pages),
		cmocka_unit_test(test_zone_marks_61_without_huge_pages),
		cmocka_unit_test(test_zone_marks_61_count_low_zones),
		cmocka_unit_test(test_zone_marks_61_small),
		cmocka_unit_test(test_zone_small_blocks_do_not_help_a_large_request),
		cmocka_unit_test(test_zone_atomic_digs_to_three_eighths),
		cmocka_unit_test(test_zone_61_nowait_gets_nothing_extra),
		cmocka_unit_test(test_zone_24_limits_add_up),
		cmocka_unit_test(test_zone_24_atomic_takes_a_quarter_of_min),
		cmocka_unit_test(test_zone_nomemalloc_is_modest_in_61),
		cmocka_unit_test(test_zone_reasons_are_the_comparisons),
		cmocka_unit_test(test_zone_reasons_61),
		cmocka_unit_test(test_zone_reasons_24_add_up),
		cmocka_unit_test(test_zone_fallback_goes_down_only),
		cmocka_unit_test(test_zone_reserve_is_for_atomic),
		cmocka_unit_test(test_zone_lowmem_reserve_protects_dma),
		cmocka_unit_test(test_zone_refusal_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
