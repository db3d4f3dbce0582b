/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zone.c - which zones a request may use, and how much of each it must leave.
 *
 * Zones divide page frames: DMA up to 16 MiB, Normal up to the end of the direct
 * map, HighMem above it, Movable (6.1 and 2.6.32; empty unless asked for on the
 * command line).  A request walks down from the highest zone that its flags
 * allow, never up.
 */
#include "internal.h"

/* ---- which zones ------------------------------------------------------------ */

static unsigned zone_named(const struct state *s, const char *name, unsigned otherwise)
{
	for (unsigned i = 0; i < s->info.nr_zones; i++)
		if (strcmp(s->zone[i].name, name) == 0)
			return i;
	return otherwise;
}

/*
 * __GFP_DMA wins over __GFP_HIGHMEM; __GFP_MOVABLE alone stays in Normal.
 * Kernel: build_zonelists() [2.4.22], gfp_zone() [2.6.32, 6.1].
 */
static void setup_gfp(struct mm386 *m)
{
	struct state *s = m->s;
	unsigned dma = zone_named(s, "DMA", 0), normal = zone_named(s, "Normal", 0);
	unsigned high = zone_named(s, "HighMem", normal), movable = zone_named(s, "Movable", high);

	for (unsigned bits = 0; bits <= GFP_ZONE_BITS; bits++) {
		unsigned zone = normal;

		if (bits & GFP_BIT_DMA)
			zone = dma;
		else if (bits & GFP_BIT_HIGHMEM)
			zone = bits & GFP_BIT_MOVABLE ? movable : high;
		s->gfp_zone[bits] = (uint8_t)zone;
	}
	s->zone_normal = (uint8_t)normal;
	s->zone_highmem = (uint8_t)high;
}

/* From the highest zone down; an empty one is not asked.  Kernel: build_zonelists() [2.4.22, 2.6.32, 6.1]. */
void zone_setup_lists(struct mm386 *m)
{
	struct state *s = m->s;

	setup_gfp(m);
	s->nr_zonelist[0] = 0;
	for (unsigned i = s->info.nr_zones; i-- > 0;)
		if (s->zone[i].managed)
			s->zonelist[0][s->nr_zonelist[0]++] = (uint8_t)i;
}

struct zone *zone_of(const struct mm386 *m, pfn_t pfn)
{
	for (unsigned i = m->s->info.nr_zones; i-- > 0;) {
		struct zone *z = &m->s->zone[i];

		if (pfn >= z->start_pfn && pfn < z->end_pfn)
			return z;
	}
	return NULL;
}

/* ---- watermarks --------------------------------------------------------------- */

static uint32_t clamp32(uint64_t v, uint32_t lo, uint32_t hi)
{
	return v < lo ? lo : v > hi ? hi : (uint32_t)v;
}

/* Largest r with r * r <= v. */
static uint32_t isqrt(uint64_t v)
{
	uint64_t r = 0;

	for (uint64_t bit = UINT64_C(1) << 31; bit; bit >>= 1)
		if ((r + bit) * (r + bit) <= v)
			r += bit;
	return (uint32_t)r;
}

/* High memory, or a movable zone that was cut out of it, be it the whole of it. */
static bool is_highmem(const struct mm386 *m, const struct zone *z)
{
	const struct state *s = m->s;

	if (z->id <= s->zone_normal || s->zone_highmem == s->zone_normal)
		return false;
	return z->id == s->zone_highmem || s->info.highend_pfn > s->info.highstart_pfn;
}

/* The size that the formulas count: what is managed in 6.1, before that what is there. */
static uint32_t counted_pages(const struct mm386 *m, const struct zone *z)
{
	return m->s->profile.wmark == WMARK_61 ? z->managed : z->present;
}

/* Low memory above the zones' high marks.  Kernel: nr_free_buffer_pages() [2.6.32, 6.1]. */
static uint64_t free_buffer_pages(const struct mm386 *m)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i <= m->s->zone_normal; i++) {
		const struct zone *z = &m->s->zone[i];
		uint32_t size = counted_pages(m, z), high = z->watermark[MM386_WMARK_HIGH];

		sum += size > high ? size - high : 0;
	}
	return sum;
}

/*
 * The reserve that the marks are cut from: kib = 4 * sqrt(lowmem_kib), bounded.
 *	lowmem 16 MiB -> 512 KiB    128 MiB -> 1448 KiB    896 MiB -> 3831 KiB
 * Kernel: init_per_zone_pages_min() [2.6.18], init_per_zone_wmark_min() [2.6.32],
 * calculate_min_free_kbytes() [6.1].
 */
static uint32_t min_free_kbytes(const struct mm386 *m)
{
	uint32_t most_kib = m->s->profile.wmark == WMARK_61 ? 262144 : 65536;

	return clamp32(isqrt(free_buffer_pages(m) * 4 * 16), 128, most_kib);
}

/* Marks by the size of each zone alone.  Kernel: free_area_init_core() [2.4.22]. */
static void set_marks_24(struct mm386 *m)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		struct zone *z = &m->s->zone[i];
		uint32_t min = z->present ? clamp32(z->present / 128, 20, 255) : 0;

		z->watermark[MM386_WMARK_MIN] = min;
		z->watermark[MM386_WMARK_LOW] = 2 * min;
		z->watermark[MM386_WMARK_HIGH] = 3 * min;
	}
}

/*
 * Each zone's share of min_free_kbytes, by size.  High memory keeps only a token
 * minimum, but the steps above it are those of its share.
 * Kernel: setup_per_zone_pages_min() [2.6.18], setup_per_zone_wmarks() [2.6.32, 6.1].
 */
static void set_marks_26(struct mm386 *m)
{
	struct state *s = m->s;
	uint64_t lowmem = 0, pages_min = s->sysctl.min_free_kbytes / 4;

	for (unsigned i = 0; i < s->info.nr_zones; i++)
		if (!is_highmem(m, &s->zone[i]))
			lowmem += counted_pages(m, &s->zone[i]);
	for (unsigned i = 0; i < s->info.nr_zones; i++) {
		struct zone *z = &s->zone[i];
		uint64_t size = counted_pages(m, z);
		uint32_t share = lowmem ? (uint32_t)(pages_min * size / lowmem) : 0;
		uint32_t min = is_highmem(m, z) ? clamp32(size / 1024, 32, 128) : share;
		uint32_t step = share / 4, high = min + share / 2;

		if (s->profile.wmark == WMARK_61) {
			/* watermark_scale_factor: a step is at least 10 of 10000 pages. */
			uint32_t scaled = (uint32_t)(size * 10 / 10000);

			step = step > scaled ? step : scaled;
			high = min + 2 * step;
		}
		z->watermark[MM386_WMARK_MIN] = min;
		z->watermark[MM386_WMARK_LOW] = min + step;
		z->watermark[MM386_WMARK_HIGH] = high;
	}
}

/*
 * 6.1 with transparent huge pages compiled in looks at min_free_kbytes again on
 * machines of 512 MiB and more: khugepaged wants 11 page blocks free in each zone
 * that GFP_USER may use, but not more than a twentieth of low memory.  With
 * transparent_hugepage=never the first formula is only taken again, now less the
 * high marks.
 * Kernel: hugepage_init() mm/huge_memory.c, set_recommended_min_free_kbytes()
 * mm/khugepaged.c [6.1].
 */
static void raise_for_huge_pages(struct mm386 *m)
{
	struct state *s = m->s;
	uint64_t total = 0, wanted, free_pages = free_buffer_pages(m);
	uint32_t pageblock = s->info.pae ? 512 : 1024, populated = 0;

	for (unsigned i = 0; i < s->info.nr_zones; i++)
		total += s->zone[i].managed;
	if (total < (512u << (20 - MM386_PAGE_SHIFT)))
		return;
	if (strstr(s->info.cmdline, "transparent_hugepage=never")) {
		s->sysctl.min_free_kbytes = min_free_kbytes(m);
		return;
	}
	for (unsigned i = 0; i <= s->zone_normal; i++)
		populated += s->zone[i].present > 0;
	wanted = (uint64_t)pageblock * populated * 11;
	if (wanted > free_pages / 20)
		wanted = free_pages / 20;
	if (wanted * 4 > s->sysctl.min_free_kbytes)
		s->sysctl.min_free_kbytes = (uint32_t)(wanted * 4);
}

/*
 * What zone i keeps back from a request that could have used zone j above it:
 * the pages of the zones between, divided by i's ratio.  6.1 lets an empty zone
 * keep nothing.
 * Kernel: setup_per_zone_lowmem_reserve() [2.6.18, 2.6.32, 6.1].  2.4 has none.
 */
static void set_lowmem_reserve(struct mm386 *m)
{
	struct state *s = m->s;

	for (unsigned i = 0; i < s->info.nr_zones; i++) {
		struct zone *z = &s->zone[i];
		uint32_t ratio = s->sysctl.lowmem_reserve_ratio[i];
		uint64_t above = 0;

		memset(z->lowmem_reserve, 0, sizeof(z->lowmem_reserve));
		if (ratio == 0 || (s->profile.wmark == WMARK_61 && z->managed == 0))
			continue;
		for (unsigned j = i + 1; j < s->info.nr_zones; j++) {
			above += counted_pages(m, &s->zone[j]);
			z->lowmem_reserve[j] = (uint32_t)(above / ratio);
		}
	}
}

void zone_setup_watermarks(struct mm386 *m)
{
	struct state *s = m->s;

	for (unsigned i = 0; i < s->info.nr_zones; i++)
		memset(s->zone[i].watermark, 0, sizeof(s->zone[i].watermark));
	memcpy(s->sysctl.lowmem_reserve_ratio, s->profile.lowmem_reserve_ratio,
	       sizeof(s->sysctl.lowmem_reserve_ratio));
	s->sysctl.user_min_free_kbytes = -1;
	if (s->profile.wmark == WMARK_24) {
		s->sysctl.min_free_kbytes = 0;
		set_marks_24(m);
		return;
	}
	s->sysctl.min_free_kbytes = min_free_kbytes(m);
	set_marks_26(m);
	if (s->profile.wmark == WMARK_61) {
		raise_for_huge_pages(m);
		set_marks_26(m);
	}
	set_lowmem_reserve(m);
}
