/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watermark.c - the marks below which a zone does not give: min, low and high.
 *
 *	min_free_kbytes -> pages, shared among the low zones by their sizes -> min
 *	min + a step -> low, + another -> high
 *
 * High memory keeps a token minimum: nothing of the kernel's own must lie there.
 * Left out: kswapd, which would balance the zones and take a boost down again.
 */
#include <stdlib.h>

#include "internal.h"
#include "watermark.h"

#define TOKEN_MIN	    32 /* pages, SWAP_CLUSTER_MAX */
#define TOKEN_MAX	    128
#define MIN_FREE_KBYTES_MIN 128
#define HUGE_PAGES_FROM	    (512u << (20 - MM386_PAGE_SHIFT)) /* pages of RAM */

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

/* ---- what is counted ------------------------------------------------------------ */

/*
 * The size that the formulas count: what is there, or what is managed.  Of what boot gives back
 * late, the SMP alternatives are back before the marks are set, and before the late initcalls the
 * initrd; the init sections come later and are not counted.
 * Kernel: alternative_instructions(), free_initrd_mem(), free_initmem() [6.1].
 */
uint32_t watermark_counted_pages(const struct mm386 *m, const struct zone *z)
{
	return m->s->profile.wm.counts_managed ? z->managed + m->s->boot.given_back[z->id]
					       : z->present;
}

static void give_back(struct mm386 *m, uint64_t start, uint64_t bytes)
{
	const struct zone *z = zone_of(m, (pfn_t)(start >> MM386_PAGE_SHIFT));

	if (z)
		m->s->boot.given_back[z->id] +=
			(uint32_t)((bytes + MM386_PAGE_SIZE - 1) >> MM386_PAGE_SHIFT);
}

/*
 * The zones that keep a token minimum: high memory, and a movable zone that was cut out of it, be
 * it the whole of it; since 6.6 any movable zone, and in 5.8 to 5.13 where there is but one node.
 * Kernel: is_highmem(), zone_movable_is_highmem(), __setup_per_zone_wmarks() [2.6.32, 5.10, 6.1, 6.6].
 */
static bool is_token(const struct mm386 *m, const struct zone *z)
{
	const struct state *s = m->s;

	if (z->type <= s->zone_normal)
		return false;
	if (s->profile.wm.movable_token == MOVABLE_TOKEN_ALWAYS)
		return true;
	if (s->profile.wm.movable_token == MOVABLE_TOKEN_ONE_NODE && s->info.nr_nodes == 1)
		return true;
	if (s->zone_highmem == s->zone_normal)
		return false;
	return z->type == s->zone_highmem || s->info.highend_pfn > s->info.highstart_pfn;
}

/* Low memory above the zones' high marks.  Kernel: nr_free_buffer_pages() [2.6.0, 2.6.32, 6.1]. */
static uint64_t free_buffer_pages(const struct mm386 *m)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];
		uint32_t size = watermark_counted_pages(m, z);
		uint32_t high = z->watermark[MM386_WMARK_HIGH];

		if (z->type <= m->s->zone_normal && size > high)
			sum += size - high;
	}
	return sum;
}

/* ---- min_free_kbytes --------------------------------------------------------------- */

/*
 * The reserve that the marks are cut from: kib = sqrt(16 * lowmem_kib), bounded.
 *	lowmem 16 MiB -> 512 KiB    128 MiB -> 1448 KiB    896 MiB -> 3831 KiB
 * Before 2.6.10 a quarter of that.  What somebody set by hand is not lowered.
 * Kernel: init_per_zone_pages_min() [2.6.0, 2.6.10], init_per_zone_wmark_min() [2.6.32],
 * calculate_min_free_kbytes() [6.1].
 */
static void calculate_min_free_kbytes(struct mm386 *m)
{
	const struct profile *p = &m->s->profile;
	struct vm_sysctl *v = &m->s->sysctl;
	uint64_t lowmem_kib = free_buffer_pages(m) * (MM386_PAGE_SIZE / 1024);
	uint32_t kib = isqrt(lowmem_kib * p->wm.min_free_factor);

	if (kib > v->user_min_free_kbytes)
		v->min_free_kbytes = clamp32(kib, MIN_FREE_KBYTES_MIN, p->wm.min_free_most_kib);
}

/* What transparent_hugepage= says, the last one holds; else "always", as kernels were built. */
static bool huge_pages_wanted(const struct mm386 *m)
{
	static const char option[] = "transparent_hugepage=";
	bool wanted = true;

	for (const char *at = m->s->info.cmdline; (at = strstr(at, option));) {
		at += sizeof(option) - 1;
		if (strncmp(at, "never", 5) == 0)
			wanted = false;
		else if (strncmp(at, "always", 6) == 0 || strncmp(at, "madvise", 7) == 0)
			wanted = true;
	}
	return wanted;
}

/*
 * khugepaged wants 2 + 3 * 3 page blocks free in each zone, so that three migrate types need not
 * mix, but not more than a twentieth of low memory.
 * Kernel: set_recommended_min_free_kbytes() mm/huge_memory.c [2.6.38], mm/khugepaged.c [6.1].
 */
static void raise_min_free_kbytes(struct mm386 *m)
{
	struct state *s = m->s;
	uint64_t wanted, most = free_buffer_pages(m) / 20;
	unsigned zones = 0;

	for (unsigned i = 0; i < s->info.nr_zones; i++)
		if (s->zone[i].present &&
		    (s->profile.wm.huge_pages_count_all || s->zone[i].type <= s->zone_normal))
			zones++;
	wanted = (uint64_t)zones * 11 << s->profile.huge_page_order;
	if (wanted > most)
		wanted = most;
	wanted *= MM386_PAGE_SIZE / 1024;
	if (wanted > s->sysctl.min_free_kbytes)
		s->sysctl.min_free_kbytes = (uint32_t)wanted;
}

/*
 * The second look at min_free_kbytes, on machines that are not small.  Since 5.17 a kernel that is
 * told to do without huge pages takes the first formula again, now less the high marks.
 * Kernel: hugepage_init() mm/huge_memory.c, start_stop_khugepaged() mm/khugepaged.c [6.1].
 */
static void start_khugepaged(struct mm386 *m)
{
	const struct state *s = m->s;
	uint64_t total = 0;

	if (s->profile.wm.huge_pages == HUGE_PAGES_LATE)
		give_back(m, s->boot.initrd_start, s->boot.initrd_end - s->boot.initrd_start);
	for (unsigned i = 0; i < s->info.nr_zones; i++)
		total += watermark_counted_pages(m, &s->zone[i]);
	if (total < HUGE_PAGES_FROM)
		return;
	if (huge_pages_wanted(m))
		raise_min_free_kbytes(m);
	else if (s->profile.wm.huge_pages == HUGE_PAGES_COUNT_AGAIN)
		calculate_min_free_kbytes(m);
	else
		return;
	watermark_setup(m);
}

/* ---- the marks ---------------------------------------------------------------------- */

void watermark_tell(struct mm386 *m, const struct zone *z)
{
	const uint32_t *mark = z->watermark;

	event_emit(m, MM386_EVENT_WATERMARKS, z->id, mark[MM386_WMARK_MIN], mark[MM386_WMARK_LOW],
		   mark[MM386_WMARK_HIGH], z->watermark_boost, mark[MM386_WMARK_PROMO]);
}

static void set_marks(struct mm386 *m, struct zone *z, uint32_t min, uint32_t low, uint32_t high)
{
	z->watermark[MM386_WMARK_MIN] = min;
	z->watermark[MM386_WMARK_LOW] = low;
	z->watermark[MM386_WMARK_HIGH] = high;
	z->watermark[MM386_WMARK_PROMO] = m->s->profile.wm.promo ? 2 * high - low : 0;
	z->watermark_boost = 0;
	m->dirty.zones |= 1u << z->id;
	watermark_tell(m, z);
}

/* Numbers behind ${option}, one a zone type from DMA up; what is not there stays as it is. */
static void read_parts(const char *cmdline, const char *option, uint32_t part[MM386_ZONE_TYPES])
{
	const char *at = strstr(cmdline, option);
	char *end;

	if (!at)
		return;
	at += strlen(option);
	for (unsigned i = 0; i < MM386_ZONE_TYPES; i++, at = end + 1) {
		unsigned long n = strtoul(at, &end, 0);

		if (end != at && n > 0 && n <= UINT32_MAX)
			part[i] = (uint32_t)n;
		if (end == at || *end != ',')
			return;
	}
}

/*
 * By the size of each zone alone, memfrac= may say by how much.
 * Kernel: free_area_init_core(), setup_mem_frac() [2.4.22].
 */
static void marks_by_zone(struct mm386 *m)
{
	const struct wmark_rules *r = &m->s->profile.wm;
	uint32_t part[MM386_ZONE_TYPES];

	memcpy(part, r->zone_part, sizeof(part));
	read_parts(m->s->info.cmdline, "memfrac=", part);
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		struct zone *z = &m->s->zone[i];
		uint32_t min =
			z->present ? clamp32(z->present / part[z->type], r->zone_least, 255) : 0;

		set_marks(m, z, min, 2 * min, 3 * min);
	}
}

/* low and high above ${min}, by ${share}: what the zone would keep if it were low memory. */
static void marks_above(struct mm386 *m, struct zone *z, uint32_t min, uint32_t share)
{
	const struct state *s = m->s;
	uint64_t scaled;
	uint32_t step;

	switch (s->profile.wm.steps) {
	case MARK_STEPS_DOUBLE:
		set_marks(m, z, min, 2 * min, 3 * min);
		break;
	case MARK_STEPS_QUARTER:
		set_marks(m, z, min, min * 5 / 4, min * 6 / 4);
		break;
	case MARK_STEPS_OF_SHARE:
		set_marks(m, z, min, min + share / 4, min + share / 2);
		break;
	case MARK_STEPS_SCALED:
		scaled = (uint64_t)watermark_counted_pages(m, z) *
			 s->sysctl.watermark_scale_factor / 10000;
		step = share / 4 > scaled ? share / 4 : (uint32_t)scaled;
		set_marks(m, z, min, min + step, min + 2 * step);
		break;
	}
}

/*
 * Each zone's share of min_free_kbytes, by size.
 * Kernel: setup_per_zone_pages_min() [2.6.0, 2.6.10, 2.6.18], setup_per_zone_wmarks()
 * [2.6.32, 6.1].
 */
static void marks_by_share(struct mm386 *m)
{
	struct state *s = m->s;
	uint64_t lowmem = 0, pages_min = s->sysctl.min_free_kbytes / (MM386_PAGE_SIZE / 1024);

	for (unsigned i = 0; i < s->info.nr_zones; i++)
		if (!is_token(m, &s->zone[i]))
			lowmem += watermark_counted_pages(m, &s->zone[i]);
	for (unsigned i = 0; i < s->info.nr_zones; i++) {
		struct zone *z = &s->zone[i];
		uint32_t size = watermark_counted_pages(m, z), share;
		uint64_t product = pages_min * size;

		if (s->profile.wm.marks_in_32_bits)
			product = (uint32_t)product; /* an unsigned long then */
		share = lowmem ? (uint32_t)(product / lowmem) : 0;
		if (is_token(m, z))
			marks_above(m, z, clamp32(size / 1024, TOKEN_MIN, TOKEN_MAX), share);
		else
			marks_above(m, z, share, share);
	}
}

void watermark_setup(struct mm386 *m)
{
	if (m->s->profile.wm.min_free_factor)
		marks_by_share(m);
	else
		marks_by_zone(m);
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		kept_setup_reserve(m, &m->s->zone[i]);
	reserve_count(m);
	pcp_setup(m);
}

void watermark_boot(struct mm386 *m)
{
	struct vm_sysctl *v = &m->s->sysctl;
	const struct profile *p = &m->s->profile;

	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		memset(m->s->zone[i].watermark, 0, sizeof(m->s->zone[i].watermark));
	memset(m->s->boot.given_back, 0, sizeof(m->s->boot.given_back));
	give_back(m, m->s->boot.init_start, p->alternatives_bytes);
	memcpy(v->lowmem_reserve_ratio, p->wm.ratio, sizeof(v->lowmem_reserve_ratio));
	if (p->wm.test == WMARK_TEST_24_23) /* setup_lower_zone_reserve() */
		read_parts(m->s->info.cmdline, "lower_zone_reserve=", v->lowmem_reserve_ratio);
	v->user_min_free_kbytes = -1;
	v->min_free_kbytes = 0;
	v->watermark_scale_factor = p->wm.sysctl[SYSCTL_WATERMARK_SCALE_FACTOR].max ? 10 : 0;
	v->watermark_boost_factor = p->wm.sysctl[SYSCTL_WATERMARK_BOOST_FACTOR].max ? 15000 : 0;
	v->extfrag_threshold = p->wm.sysctl[SYSCTL_EXTFRAG_THRESHOLD].max ? 500 : 0;
	if (p->wm.min_free_factor)
		calculate_min_free_kbytes(m);
	watermark_setup(m);
	reserve_setup(m);
	if (p->wm.huge_pages != HUGE_PAGES_NONE)
		start_khugepaged(m);
}

/* ---- a request's rights --------------------------------------------------------------- */

/*
 * What a request may take below the min mark.
 *
 *	2.6.8	__GFP_HIGH half of it, who may not block a quarter of the rest
 *	3.16	the quarter not with __GFP_NOMEMALLOC
 *	4.4	the quarter, and blocks kept for atomic requests, by __GFP_ATOMIC
 *	6.1	the quarter only on top of __GFP_HIGH's half; blocks kept, by not blocking
 *
 * Kernel: __alloc_pages() [2.6.9], gfp_to_alloc_flags() [2.6.32, 3.16, 4.4, 6.1.176].
 */
unsigned watermark_rights(const struct mm386 *m, uint32_t flags, unsigned order)
{
	const struct profile *p = &m->s->profile;
	bool blocks = flags & (GFP_BIT_WAIT | GFP_BIT_DIRECT_RECLAIM);
	bool modest = flags & GFP_BIT_NOMEMALLOC;
	unsigned rights = 0;

	if (flags & GFP_BIT_HIGH)
		rights |= WMARK_HIGH_PRIO;
	if (!blocks)
		rights |= WMARK_NO_WAIT;
	switch (p->wm.harder) {
	case HARDER_NO_WAIT:
		rights |= blocks ? 0 : WMARK_HARDER;
		break;
	case HARDER_NO_WAIT_MODEST:
		rights |= blocks || modest ? 0 : WMARK_HARDER;
		break;
	case HARDER_ATOMIC:
		rights |= !(flags & GFP_BIT_ATOMIC) || modest ? 0 : WMARK_HARDER | WMARK_HIGHATOMIC;
		break;
	case HARDER_NO_BLOCK:
		rights |= blocks || modest ? 0 : WMARK_HARDER | (order ? WMARK_HIGHATOMIC : 0u);
		break;
	}
	if (p->wm.boost_spares == BOOST_SPARES_ATOMIC && (flags & GFP_BIT_ATOMIC))
		rights |= WMARK_NO_BOOST;
	if (p->wm.boost_spares == BOOST_SPARES_HIGH && (flags & GFP_BIT_HIGH))
		rights |= WMARK_NO_BOOST;
	return rights;
}
