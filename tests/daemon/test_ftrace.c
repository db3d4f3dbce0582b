/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_ftrace.c - lines of traces, as kernels and tools print them, and as nobody should.
 */
#include "ftrace.h"

#include "support.h"

static mm386_gfp_t gfp_of(const char *text)
{
	mm386_gfp_t gfp;

	assert_int_equal(mm386_gfp_parse(text, &gfp, NULL), 0);
	return gfp;
}

static enum ftrace_line read_line(const char *text, struct ftrace_record *out)
{
	return ftrace_parse(text, strlen(text), out);
}

static void test_ftrace_reads_every_event_of_6_1(void **state)
{
	struct ftrace_record r;

	(void)state;
	assert_int_equal(read_line("  <idle>-0 [002] d..4.  0.210751: mm_page_alloc_zone_locked: "
				   "page=c7e0d020 pfn=0x3934 "
				   "order=3 migratetype=2 percpu_refill=1",
				   &r),
			 FTRACE_RECORD);
	assert_int_equal(r.event, FTRACE_ZONE_LOCKED);
	assert_int_equal(r.pfn, 0x3934);
	assert_int_equal(r.page, 0xc7e0d020);
	assert_int_equal(r.order, 3);
	assert_int_equal(r.migratetype, 2);
	assert_int_equal(r.cpu, 2);
	assert_true(r.refill);
	assert_true(r.hex);

	assert_int_equal(read_line("kworker/u2:1-23 [000] ..... 9.1: mm_page_alloc: page=c7e0d020 "
				   "pfn=0x39 order=0 migratetype=1 "
				   "gfp_flags=GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_NOTHING",
				   &r),
			 FTRACE_RECORD);
	assert_int_equal(r.event, FTRACE_ALLOC);
	assert_int_equal(r.gfp, gfp_of("GFP_HIGHUSER_MOVABLE|__GFP_COMP"));
	assert_true(r.gfp_cut); /* one has no name */

	assert_int_equal(
		read_line(" init-1 [001] .... 9.1: mm_page_free: page=c7dca090 pfn=0x1e6a order=0",
			  &r),
		FTRACE_RECORD);
	assert_int_equal(r.event, FTRACE_FREE);
	assert_int_equal(r.migratetype, -1);
	assert_int_equal(
		read_line(" init-1 [001] .... 9.1: mm_page_free_batched: page=c7dca090 pfn=0x1e6a",
			  &r),
		FTRACE_RECORD);
	assert_int_equal(r.event, FTRACE_FREE_BATCHED);
	assert_int_equal(read_line(" init-1 [001] .... 9.1: mm_page_pcpu_drain: page=c7dca090 "
				   "pfn=0x1e6a order=1 migratetype=0",
				   &r),
			 FTRACE_RECORD);
	assert_int_equal(r.event, FTRACE_DRAIN);
	assert_int_equal(read_line(" init-1 [000] d..3. 0.6: mm_page_alloc_extfrag: page=c7e1e000 "
				   "pfn=0x4000 alloc_order=1 "
				   "fallback_order=10 pageblock_order=10 alloc_migratetype=2 "
				   "fallback_migratetype=1 "
				   "fragmenting=0 change_ownership=1",
				   &r),
			 FTRACE_RECORD);
	assert_int_equal(r.event, FTRACE_EXTFRAG);
	assert_int_equal(r.order, 10);
	assert_int_equal(r.wanted, 1);
	assert_int_equal(r.migratetype, 2);
	assert_true(r.owns);
	assert_false(r.pae);
	assert_int_equal(read_line(" dd-462 [000] d..3. 45.8: mm_page_alloc_extfrag: page=c7e23000 "
				   "pfn=0x4200 alloc_order=0 fallback_order=8 pageblock_order=9 "
				   "alloc_migratetype=0 fallback_migratetype=2 fragmenting=1 "
				   "change_ownership=0",
				   &r),
			 FTRACE_RECORD);
	assert_false(r.owns);
	assert_true(r.pae);
}

/* 2.6.32 prints pfns in decimal, flags without underscores, and has other names for what frees. */
static void test_ftrace_reads_what_2_6_32_prints(void **state)
{
	struct ftrace_record r;

	(void)state;
	assert_int_equal(read_line("  cat-2345  [001]  123.456789: mm_page_alloc: page=c1234560 "
				   "pfn=14644 order=2 migratetype=0 "
				   "gfp_flags=GFP_KERNEL|GFP_ZERO|GFP_REPEAT",
				   &r),
			 FTRACE_RECORD);
	assert_int_equal(r.pfn, 14644);
	assert_false(r.hex);
	assert_int_equal(r.gfp, gfp_of("GFP_KERNEL|__GFP_ZERO|__GFP_REPEAT"));
	assert_false(r.gfp_cut);
	assert_int_equal(read_line("  cat-2345  [001]  123.5: mm_page_alloc_zone_locked: "
				   "page=c1234560 pfn=14644 order=1 "
				   "migratetype=0 cpu=3 percpu_refill=0",
				   &r),
			 FTRACE_RECORD);
	assert_false(r.refill);
	assert_int_equal(r.cpu, 1); /* the head's; cpu= is another's word for it */
	assert_int_equal(read_line("  cat-2345  [001]  123.5: mm_page_free_direct: page=c1234560 "
				   "pfn=14644 order=2",
				   &r),
			 FTRACE_RECORD);
	assert_int_equal(r.event, FTRACE_FREE_DIRECT);
	assert_int_equal(read_line("  cat-2345  [001]  123.5: mm_pagevec_free: page=c1234560 "
				   "pfn=14644 order=0 cold=0",
				   &r),
			 FTRACE_RECORD);
	assert_int_equal(r.event, FTRACE_FREE_PAGEVEC);
	assert_int_equal(read_line(" x-1 [000] 1.0: mm_page_alloc: page=c1 pfn=7 order=0 "
				   "migratetype=0 gfp_flags=GFP_TEMPORARY",
				   &r),
			 FTRACE_RECORD);
	assert_int_equal(r.gfp, gfp_of("GFP_KERNEL|__GFP_RECLAIMABLE"));
}

/* Heads of other tools: perf script, trace-cmd report. */
static void test_ftrace_reads_other_heads(void **state)
{
	struct ftrace_record r;

	(void)state;
	assert_int_equal(read_line("cat  2345 [003] 123.456: kmem:mm_page_alloc: page=0xc1 pfn=77 "
				   "order=0 migratetype=0 "
				   "gfp_flags=none",
				   &r),
			 FTRACE_RECORD);
	assert_int_equal(r.pfn, 77);
	assert_int_equal(r.cpu, 3);
	assert_int_equal(r.gfp, 0);
	assert_int_equal(read_line("   [x]-2345 [005] 123.456: mm_page_free:        page=0xc1 "
				   "pfn=0x4d order=0",
				   &r),
			 FTRACE_RECORD);
	assert_int_equal(r.cpu, 5);
	assert_int_equal(ftrace_parse_cpus("# entries-in-buffer/entries-written: 5/5   #P:12", 48),
			 12);
	assert_int_equal(ftrace_parse_cpus("cat #P:12", 9), 0);
}

static void test_ftrace_failed_marks_and_losses(void **state)
{
	struct ftrace_record r;

	(void)state;
	assert_int_equal(read_line(" a-1 [000] 1.0: mm_page_alloc: page=00000000 pfn=0x0 order=9 "
				   "migratetype=0 "
				   "gfp_flags=GFP_KERNEL",
				   &r),
			 FTRACE_RECORD);
	assert_int_equal(r.event, FTRACE_FAILED);
	assert_int_equal(r.order, 9);
	assert_int_equal(read_line(" a-1 [000] 1.0: mm_page_alloc: page=(null) pfn=0 order=9 "
				   "migratetype=0 gfp_flags=0",
				   &r),
			 FTRACE_RECORD);
	assert_int_equal(r.event, FTRACE_FAILED);
	assert_int_equal(
		read_line(" a-1 [000] 1.0: tracing_mark_write: SNAP \"1\" mm_page_free: x", &r),
		FTRACE_RECORD);
	assert_int_equal(r.event, FTRACE_MARK);
	assert_string_equal(r.mark, "SNAP '1' mm_page_free: x");
	assert_int_equal(read_line("CPU:1 [LOST 1234 EVENTS]", &r), FTRACE_RECORD);
	assert_int_equal(r.event, FTRACE_LOST);
	assert_int_equal(r.lost, 1234);
}

static void test_ftrace_tells_wrong_from_nothing(void **state)
{
	static const char *const wrong[] = {
		" a-1 [000] 1.0: mm_page_free: page=c1 order=0",
		" a-1 [000] 1.0: mm_page_free: page=c1 pfn=0x order=0",
		" a-1 [000] 1.0: mm_page_free: page=c1 pfn=0x12zz order=0",
		" a-1 [000] 1.0: mm_page_free: page=c1 pfn=99999999999999999999999 order=0",
		" a-1 [000] 1.0: mm_page_free: page=c1 pfn=0x12 order=77",
		" a-1 [000] 1.0: mm_page_free: page=c1 pfn=0x12",
		" a-1 [000] 1.0: mm_page_free:",
	};
	static const char *const nothing[] = {
		"",
		"#",
		"# tracer: nop",
		"garbage",
		":",
		"::::",
		" a-1 [000] 1.0: sched_switch: prev=1",
		" a-1 [000] 1.0: mm_page_freed: page=c1 pfn=0x12 order=0",
		"xmm_page_free: page=c1 pfn=0x12 order=0",
		"[LOST many EVENTS]",
	};
	struct ftrace_record r;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (read_line(wrong[i], &r) != FTRACE_WRONG)
			fail_msg("taken: %s", wrong[i]);
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		if (read_line(nothing[i], &r) != FTRACE_NOTHING)
			fail_msg("taken: %s", nothing[i]);
}

/* Any bytes at all: what comes back is within its bounds, and nothing behind the line is read. */
static void test_ftrace_survives_any_text(void **state)
{
	static const char good[] = " kworker/u2:1-23 [000] d..3. 0.691386: mm_page_alloc_extfrag: "
				   "page=c7e1e000 pfn=0x4000 "
				   "alloc_order=1 fallback_order=10 alloc_migratetype=2 "
				   "gfp_flags=GFP_KERNEL|__GFP_ZERO";
	uint64_t random = 5;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		size_t len = (size_t)(draw(&random) % sizeof(good));
		char *line =
			malloc(len ? len : 1); /* no NUL behind it: a sanitizer sees who reads on */
		struct ftrace_record r;

		assert_non_null(line);
		memcpy(line, good, len);
		for (uint64_t n = draw(&random) % 6; n && len; n--)
			line[draw(&random) % len] = (char)draw(&random);
		if (ftrace_parse(line, len, &r) == FTRACE_RECORD) {
			assert_true(r.event < FTRACE_NR_EVENTS);
			assert_true(r.order <= 31);
			assert_true(r.migratetype >= -1 && r.migratetype <= 15);
			assert_true(memchr(r.mark, '\0', sizeof(r.mark)) != NULL);
		}
		ftrace_parse_cpus(line, len);
		free(line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ftrace_reads_every_event_of_6_1),
		cmocka_unit_test(test_ftrace_reads_what_2_6_32_prints),
		cmocka_unit_test(test_ftrace_reads_other_heads),
		cmocka_unit_test(test_ftrace_failed_marks_and_losses),
		cmocka_unit_test(test_ftrace_tells_wrong_from_nothing),
		cmocka_unit_test(test_ftrace_survives_any_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
