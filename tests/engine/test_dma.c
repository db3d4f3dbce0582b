/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_dma.c - an ISA driver wants a buffer below 16 MiB: 64 KiB in one piece.
 *
 *	frame 0       16 MiB                                    end of low memory
 *	|  ZONE_DMA   |               ZONE_NORMAL                |
 *	               <---- ordinary requests take this first
 *	 <---- then this, down to what lowmem_reserve (2.4: the marks of the zones above) keeps
 *
 * What is kept is the driver's.  Without it the driver comes too late.
 */
#include "boot.h"
#include "machine.h"

#define ISA_ORDER 4 /* 64 KiB: as much as one transfer of the ISA DMA controller moves */
#define ISA	  "GFP_KERNEL|__GFP_DMA"

static struct mm386 *boot_release(enum mm386_kernel k, uint32_t release)
{
	struct mm386_config cfg;
	struct mm386 *m;

	mm386_config_init(&cfg);
	cfg.kernel = k;
	cfg.release = release;
	cfg.memory_bytes = 128ull << 20;
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	return m;
}

static void write_sysctl(struct mm386 *m, enum sysctl_knob knob, uint32_t value)
{
	struct mm386_op op = {.id = MM386_OP_SYSCTL, .given = 3, .arg = {knob, value}};

	assert_true(apply(m, op).ok);
}

static uint32_t dma_free(const struct mm386 *m)
{
	return m->s->zone[0].nr_free;
}

/*
 * Blocks for the kernel, as large as it gives, down to single pages, until it is refused one;
 * return what it said.  Of each size Normal gives down to its low mark, then DMA, then both
 * once more down to the min mark.
 */
static struct mm386_result exhaust(struct mm386 *m)
{
	struct mm386_result res = {.ok = false};
	unsigned normal = 0, dma = 0;

	for (unsigned order = m->s->info.orders; order-- > 0;) {
		while ((res = apply(m, alloc_op("GFP_KERNEL", order))).ok) {
			assert_true(res.zone == 1 || normal > 20000); /* Normal is asked first */
			normal += (unsigned)(res.zone == 1) << order;
			dma += (unsigned)(res.zone == 0) << order;
		}
	}
	assert_true(dma > 2000);
	assert_machine_valid(m);
	return res;
}

static void assert_dma_says(const struct mm386 *m, const struct mm386_result *res, uint32_t reserve)
{
	char text[160], expected[160];

	assert_int_equal(res->nr_why, 2);
	assert_int_equal(res->why[1].zone, 0);
	mm386_why_format(m, &res->why[1], text, sizeof(text));
	snprintf(expected, sizeof(expected), "free %u <= min %u + lowmem_reserve %u", dma_free(m),
		 m->s->zone[0].watermark[MM386_WMARK_MIN], reserve);
	assert_string_equal(text, expected);
}

static void assert_isa_works(struct mm386 *m)
{
	struct mm386_result res = apply(m, alloc_op(ISA, ISA_ORDER));

	assert_true(res.ok);
	assert_int_equal(res.zone, 0);
	assert_true(res.pfn + (1u << ISA_ORDER) <= DMA_END_PFN);
	assert_int_equal(res.pfn % (1u << ISA_ORDER),
			 0); /* it crosses no 64 KiB bound, which the controller could not */
}

/* 2.6.32, 6.1: DMA keeps a 256th of what lies above it from requests that could go there. */
static void test_dma_lowmem_reserve_leaves_room_for_isa(void **state)
{
	static const enum mm386_kernel kernels[] = {MM386_KERNEL_26, MM386_KERNEL_61};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct mm386 *m = boot_release(kernels[i], 0);
		uint32_t reserve = m->s->zone[0].lowmem_reserve[1];
		struct mm386_result res = exhaust(m);

		assert_true(reserve > 90);
		assert_int_equal(dma_free(m), m->s->zone[0].watermark[MM386_WMARK_MIN] + reserve);
		assert_dma_says(m, &res, reserve);
		assert_isa_works(m);
		mm386_free(m);
	}
}

/* Without the reserve ordinary requests take DMA down to its min mark, and the driver has nothing.
 */
static void test_dma_without_reserve_isa_fails(void **state)
{
	static const struct {
		enum mm386_kernel kernel;
		uint32_t ratio;
	} rows[] = {{MM386_KERNEL_26, INT32_MAX}, {MM386_KERNEL_61, 0}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct mm386 *m = boot_release(rows[i].kernel, 0);
		struct mm386_result res;
		char text[160];

		write_sysctl(m, SYSCTL_LOWMEM_RESERVE_RATIO, rows[i].ratio);
		assert_int_equal(m->s->zone[0].lowmem_reserve[1], 0);
		res = exhaust(m);
		assert_int_equal(dma_free(m), m->s->zone[0].watermark[MM386_WMARK_MIN]);
		assert_dma_says(m, &res, 0);
		res = apply(m, alloc_op(ISA, ISA_ORDER));
		assert_false(res.ok);
		assert_int_equal(res.err, ENOMEM);
		assert_int_equal(res.nr_why, 1);
		mm386_why_format(m, &res.why[0], text, sizeof(text));
		assert_non_null(strstr(text, "- (2^4 - 1) <= min"));
		mm386_free(m);
	}
}

/* 2.4 has no knob: a request that passed Normal must leave Normal's min mark in DMA too. */
static void test_dma_24_keeps_by_adding_marks(void **state)
{
	struct mm386 *m = boot_release(MM386_KERNEL_24, 0);
	struct mm386_op op = {
		.id = MM386_OP_SYSCTL, .given = 3, .arg = {SYSCTL_LOWMEM_RESERVE_RATIO, 1}};
	struct mm386_result res = exhaust(m);
	char text[160];

	(void)state;
	assert_int_equal(m->s->zone[1].watermark[MM386_WMARK_MIN], 223);
	assert_int_equal(dma_free(m), 32 + 223 + 1);
	mm386_why_format(m, &res.why[1], text, sizeof(text));
	assert_string_equal(text, "free 256 <= min 32 + 223 of the zones before + 2^0");
	assert_isa_works(m);
	assert_int_equal(apply(m, op).err, ENOENT);
	mm386_free(m);
}

/* Between the two: 2.6.3 adds marks up, 2.6.9 keeps nothing unless lower_zone_protection is set. */
static void test_dma_early_26(void **state)
{
	struct mm386 *m = boot_release(MM386_KERNEL_26, KVER(2, 6, 3));
	struct zone *z = m->s->zone;
	char text[160];
	struct mm386_result res = exhaust(m);

	(void)state;
	mm386_why_format(m, &res.why[1], text, sizeof(text));
	assert_int_equal(dma_free(m),
			 z[0].watermark[MM386_WMARK_MIN] + z[1].watermark[MM386_WMARK_MIN]);
	assert_non_null(strstr(text, "of the zones before"));
	assert_isa_works(m);
	mm386_free(m);

	m = boot_release(MM386_KERNEL_26, KVER(2, 6, 9));
	exhaust(m);
	assert_int_equal(dma_free(m), m->s->zone[0].watermark[MM386_WMARK_MIN]);
	assert_false(apply(m, alloc_op(ISA, ISA_ORDER)).ok);
	mm386_free(m);

	m = boot_release(MM386_KERNEL_26, KVER(2, 6, 9));
	write_sysctl(m, SYSCTL_LOWER_ZONE_PROTECTION, 1);
	exhaust(m);
	z = m->s->zone;
	assert_int_equal(dma_free(m),
			 z[0].watermark[MM386_WMARK_MIN] + z[1].watermark[MM386_WMARK_LOW]);
	assert_isa_works(m);
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dma_lowmem_reserve_leaves_room_for_isa),
		cmocka_unit_test(test_dma_without_reserve_isa_fails),
		cmocka_unit_test(test_dma_24_keeps_by_adding_marks),
		cmocka_unit_test(test_dma_early_26),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
