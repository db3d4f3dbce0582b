/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_gfp.c - GFP flags by name and by each kernel's number.
 */
#include "machine.h"

static void assert_value(enum mm386_kernel k, const char *text, uint32_t value)
{
	struct mm386 *m = boot(k, 64);

	assert_int_equal(mm386_gfp_value(m, gfp_of(text)), value);
	mm386_free(m);
}

static void test_gfp_composites_have_each_kernels_number(void **state)
{
	static const struct {
		const char *name;
		uint32_t value[3];
	} rows[] = {
		{"GFP_ATOMIC", {0x20, 0x20, 0xa20}},
		{"GFP_KERNEL", {0x1f0, 0xd0, 0xcc0}},
		{"GFP_USER", {0x1d0, 0x200d0, 0x100cc0}},
		{"GFP_HIGHUSER", {0x1d2, 0x200d2, 0x100cc2}},
		{"GFP_HIGHUSER_MOVABLE", {0x1d2, 0x200da, 0x100cca}},
		{"GFP_NOIO", {0x30, 0x10, 0xc00}},
		{"GFP_NOFS", {0xf0, 0x50, 0xc40}},
		{"GFP_NOWAIT", {0, 0, 0x800}},
		{"GFP_DMA", {1, 1, 1}},
		{"GFP_KERNEL|__GFP_ZERO", {0x1f0, 0x80d0, 0xdc0}},
		{"0", {0, 0, 0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (unsigned k = 0; k < 3; k++)
			assert_value(all_kernels[k], rows[i].name, rows[i].value[k]);
}

/* A name that a kernel does not have neither makes a number nor a difference. */
static void test_gfp_unknown_to_this_kernel_does_nothing(void **state)
{
	static const struct {
		const char *name;
		bool in[3];
	} rows[] = {
		{"__GFP_WAIT", {true, true, false}},
		{"__GFP_DIRECT_RECLAIM", {false, false, true}},
		{"__GFP_KSWAPD_RECLAIM", {false, false, true}},
		{"__GFP_ZERO", {false, true, true}},
		{"__GFP_NOMEMALLOC", {false, true, true}},
		{"__GFP_MOVABLE", {false, true, true}},
		{"__GFP_HIGHIO", {true, false, false}},
		{"__GFP_DMA", {true, true, true}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (unsigned k = 0; k < 3; k++)
			assert_int_equal(gfp_expand(all_kernels[k], gfp_of(rows[i].name)),
					 rows[i].in[k] ? gfp_of(rows[i].name) : 0);
}

static void count_zeroing(void *arg, const struct mm386_event *ev)
{
	*(unsigned *)arg += ev->type == MM386_EVENT_PAGE_ZERO;
}

/* 2.4 clears a page for get_zeroed_page(), and for no flag. */
static void test_gfp_24_clears_no_page_for_a_flag(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_24, 64);
	struct mm386_op op = alloc_op("GFP_KERNEL|__GFP_ZERO", 0);
	unsigned zeroed = 0;

	(void)state;
	mm386_set_sink(m, count_zeroing, &zeroed);
	assert_true(apply(m, op).ok);
	assert_int_equal(zeroed, 0);
	op.id = MM386_OP_GET_ZEROED_PAGE;
	op.given = 1;
	assert_true(apply(m, op).ok);
	assert_int_equal(zeroed, 1);
	mm386_free(m);
}

/* Every name, alone and in pairs, comes back as it was written (or as its first name). */
static void test_gfp_text_comes_back(void **state)
{
	char text[128], again[128];

	(void)state;
	for (unsigned i = 0; mm386_gfp_name(i); i++) {
		mm386_gfp_t gfp = gfp_of(mm386_gfp_name(i));

		assert_int_not_equal(gfp, 0);
		mm386_gfp_format(gfp, text, sizeof(text));
		assert_int_equal(gfp_of(text), gfp);
	}
	snprintf(again, sizeof(again), " GFP_KERNEL | __GFP_DMA ");
	mm386_gfp_format(gfp_of(again), text, sizeof(text));
	assert_string_equal(text, "GFP_KERNEL|__GFP_DMA");
	mm386_gfp_format(0, text, sizeof(text));
	assert_string_equal(text, "0");
}

static void assert_not_parsed(const char *text, const char *word)
{
	struct mm386_error err = {0};
	mm386_gfp_t gfp = 77;

	assert_int_equal(mm386_gfp_parse(text, &gfp, &err), -EINVAL);
	assert_non_null(strstr(err.detail, word));
	assert_int_equal(gfp, 77);
}

static void test_gfp_unknown_word_is_named(void **state)
{
	(void)state;
	assert_not_parsed("GFP_KERNAL", "GFP_KERNAL");
	assert_not_parsed("GFP_KERNEL|", "\"\"");
	assert_not_parsed("", "\"\"");
	assert_not_parsed("GFP_KERNEL||__GFP_DMA", "\"\"");
	assert_not_parsed("GFP_KERNEL __GFP_DMA", "|");
	assert_not_parsed("gfp_kernel", "gfp_kernel");
}

/* A buffer that is too small is cut, never overrun. */
static void test_gfp_format_stays_in_its_buffer(void **state)
{
	char text[8];

	(void)state;
	mm386_gfp_format(gfp_of("GFP_HIGHUSER_MOVABLE|__GFP_ZERO"), text, sizeof(text));
	assert_string_equal(text, "GFP_HIG");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gfp_composites_have_each_kernels_number),
		cmocka_unit_test(test_gfp_unknown_to_this_kernel_does_nothing),
		cmocka_unit_test(test_gfp_24_clears_no_page_for_a_flag),
		cmocka_unit_test(test_gfp_text_comes_back),
		cmocka_unit_test(test_gfp_unknown_word_is_named),
		cmocka_unit_test(test_gfp_format_stays_in_its_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
