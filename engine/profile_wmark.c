/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * profile_wmark.c - the rules of watermarks, reserves and their knobs of one release, as data.
 *
 * Kernel: mm/page_alloc.c free_area_init_core(), __alloc_pages() [2.4], setup_per_zone_pages_min(),
 * setup_per_zone_protection(), setup_per_zone_lowmem_reserve(), zone_watermark_ok() [2.6],
 * __setup_per_zone_wmarks() [6.1]; mm/huge_memory.c, mm/khugepaged.c; kernel/sysctl.c vm_table.
 */
#include "profile.h"

#define INT_MOST      0x7fffffffu
#define EVER	      UINT32_MAX

/* What min_free_kbytes is, and the steps from mark to mark. */
static void rules_marks(struct wmark_rules *r, uint32_t rel)
{
	for (unsigned i = 0; i < MM386_ZONE_TYPES; i++)
		r->zone_part[i] = 128;
	r->zone_least = 20;
	if (rel < KVER(2, 4, 17))
		r->zone_part[0] = 32;
	if (rel < KVER(2, 4, 10))
		r->zone_least = 10;
	if (rel < KVER(2, 6, 0)) /* late in 2.5 min_free_kbytes came, and was 1024 for all */
		return;
	r->min_free_factor = 1;
	r->min_free_most_kib = 16384;
	r->marks_in_32_bits = rel < KVER(2, 6, 17);
	if (rel >= KVER(2, 6, 10)) {
		r->min_free_factor = 16;
		r->min_free_most_kib = 65536;
		r->steps = MARK_STEPS_QUARTER;
	}
	if (rel >= KVER(2, 6, 15))
		r->steps = MARK_STEPS_OF_SHARE;
	if (rel >= KVER(4, 6, 0))
		r->steps = MARK_STEPS_SCALED;
	if (rel >= KVER(5, 8, 0))
		r->min_free_most_kib = 262144;
	r->counts_reserve = rel >= KVER(2, 6, 17);
	r->counts_managed = rel >= KVER(3, 9, 0);
	r->promo = rel >= KVER(5, 18, 0);
	if (rel >= KVER(5, 8, 0) && rel < KVER(5, 14, 0))
		r->movable_token = MOVABLE_TOKEN_ONE_NODE;
	if (rel >= KVER(6, 6, 0))
		r->movable_token = MOVABLE_TOKEN_ALWAYS;
}

/* What a zone keeps from requests that could use a higher one. */
static void rules_reserve(struct wmark_rules *r, uint32_t rel)
{
	if (rel >= KVER(2, 4, 23)) {
		r->reserve = RESERVE_RATIO;
		r->ratio[0] = 256;
		r->ratio[1] = 32;
		r->nr_ratios = 2;
	}
	if (rel >= KVER(2, 5, 0))
		r->reserve = RESERVE_NONE;
	if (rel >= KVER(2, 6, 6))
		r->reserve = RESERVE_PROTECTION_AND_LOW;
	if (rel >= KVER(2, 6, 8))
		r->reserve = RESERVE_PROTECTION;
	if (rel >= KVER(2, 6, 11)) {
		r->reserve = RESERVE_RATIO;
		r->ratio_0_is_1 = rel < KVER(4, 17, 0);
	}
	if (rel >= KVER(2, 6, 15) && rel < KVER(2, 6, 19)) { /* the empty DMA32 */
		r->ratio[1] = 256;
		r->ratio[2] = 32;
		r->nr_ratios = 3;
	}
	if (rel >= KVER(2, 6, 23)) { /* Movable above HighMem */
		r->ratio[2] = 32;
		r->nr_ratios = 3;
	}
	if (rel >= KVER(4, 17, 0)) {
		r->ratio[2] = 0;
		r->nr_ratios = 4;
	}
	r->empty_keeps_nothing = rel >= KVER(5, 8, 0);
	/* Two mistakes, each mended in the next release and in stable releases before it. */
	r->keepers_alone_count = rel >= KVER(5, 8, 0) && rel < KVER(5, 10, 50);
	r->empty_class_is_free = (rel >= KVER(6, 10, 0) && rel < KVER(6, 12, 19)) ||
				 (rel >= KVER(6, 13, 0) && rel < KVER(6, 13, 7));
}

/* How a zone is tested, and what a request may take below the min mark. */
static void rules_test(struct wmark_rules *r, uint32_t rel)
{
	if (rel >= KVER(2, 4, 23))
		r->test = WMARK_TEST_24_23;
	if (rel >= KVER(2, 5, 0))
		r->test = WMARK_TEST_26_0;
	if (rel >= KVER(2, 6, 6))
		r->test = WMARK_TEST_26_6;
	if (rel >= KVER(2, 6, 8))
		r->test = WMARK_TEST_26_8;
	if (rel >= KVER(2, 6, 11))
		r->test = WMARK_TEST_26_11;
	if (rel >= KVER(3, 16, 0))
		r->harder = HARDER_NO_WAIT_MODEST;
	if (rel >= KVER(4, 4, 0)) {
		r->test = WMARK_TEST_44;
		r->harder = HARDER_ATOMIC;
	}
	r->single_ignores_atomic = rel >= KVER(4, 7, 0) && rel < KVER(5, 9, 0);
	r->atomic_counts_free = rel >= KVER(6, 13, 0);
	if (rel >= KVER(5, 9, 0))
		r->boost_spares = BOOST_SPARES_ATOMIC;
	if (rel >= KVER(6, 1, 0)) { /* 6.3's, and put back into late releases of 6.1 */
		r->harder = HARDER_NO_BLOCK;
		r->boost_spares = BOOST_SPARES_HIGH;
	}
}

/* khugepaged's look at min_free_kbytes. */
static void rules_huge_pages(struct wmark_rules *r, uint32_t rel)
{
	if (rel >= KVER(2, 6, 38))
		r->huge_pages = HUGE_PAGES_LATE;
	if (rel >= KVER(4, 1, 0))
		r->huge_pages = HUGE_PAGES_EARLY;
	if (rel >= KVER(5, 17, 0))
		r->huge_pages = HUGE_PAGES_COUNT_AGAIN;
	r->huge_pages_count_all = rel < KVER(4, 17, 0);
}

/* The knobs under /proc/sys/vm, each from its release on, with the bounds that its handler has. */
static void rules_sysctl(struct wmark_rules *r, uint32_t rel)
{
	// clang-format off
	static const struct {
		uint32_t since, until;
		enum sysctl_knob knob;
		struct sysctl_range range;
	} rows[] = {
#define ROW(since, until, knob, ...) {since, until, SYSCTL_##knob, {__VA_ARGS__}}
		ROW(KVER(2, 6, 0),  EVER,           MIN_FREE_KBYTES, 0, INT_MOST, false),
		ROW(KVER(2, 6, 11), EVER,           LOWMEM_RESERVE_RATIO, 0, INT_MOST, false),
		ROW(KVER(2, 5, 0),  KVER(2, 6, 11), LOWER_ZONE_PROTECTION, 0, INT_MOST, false),
		ROW(KVER(4, 6, 0),  KVER(5, 17, 0), WATERMARK_SCALE_FACTOR, 1, 1000, false),
		ROW(KVER(5, 17, 0), EVER,           WATERMARK_SCALE_FACTOR, 1, 3000, false),
		ROW(KVER(5, 0, 0),  EVER,           WATERMARK_BOOST_FACTOR, 0, INT_MOST, false),
		ROW(KVER(2, 6, 16), KVER(3, 16, 0), PERCPU_PAGELIST_FRACTION, 8, INT_MOST, false),
		ROW(KVER(3, 16, 0), KVER(5, 14, 0), PERCPU_PAGELIST_FRACTION, 8, INT_MOST, true),
		ROW(KVER(5, 14, 0), EVER,           PERCPU_PAGELIST_HIGH_FRACTION, 8, INT_MOST, true),
		ROW(KVER(2, 6, 35), EVER,           EXTFRAG_THRESHOLD, 0, 1000, false),
		ROW(KVER(2, 6, 35), KVER(6, 4, 0),  COMPACT_MEMORY, 0, INT_MOST, false),
		ROW(KVER(6, 4, 0),  EVER,           COMPACT_MEMORY, 1, 1, false),
#undef ROW
	};
	// clang-format on

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rel >= rows[i].since && rel < rows[i].until)
			r->sysctl[rows[i].knob] = rows[i].range;
}

void profile_wmark(struct wmark_rules *r, uint32_t rel)
{
	*r = (struct wmark_rules){.steps = MARK_STEPS_DOUBLE};
	rules_marks(r, rel);
	rules_reserve(r, rel);
	rules_test(r, rel);
	rules_huge_pages(r, rel);
	rules_sysctl(r, rel);
}
