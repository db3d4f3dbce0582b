/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc_value.c - the numbers behind the lines of /proc/meminfo and of the out-of-memory
 * report, of one zone, one node or all.
 */
#include "internal.h"

static uint64_t min_of(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static bool is_high(const struct mm386 *m, const struct zone *z)
{
	return z->start_pfn >= m->s->info.max_low_pfn;
}

/* Free pages, of high memory only with ${high}. */
static uint64_t free_pages(const struct mm386 *m, bool high)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		if (!high || is_high(m, &m->s->zone[i]))
			sum += counter_free_pages(m, &m->s->zone[i]);
	return sum;
}

/*
 * What a program could still get: free pages above the reserves, and page cache and slabs
 * except for as much as is likely to be in use.  Kernel: mm/page_alloc.c si_mem_available() [6.1].
 */
static uint64_t available_pages(const struct mm386 *m)
{
	uint64_t free = free_pages(m, false), reserve = m->s->totalreserve_pages, low = 0;
	uint64_t cache = counter_named(m, "nr_active_file", -1) + counter_named(m, "nr_inactive_file", -1);
	uint64_t slab = counter_named(m, "nr_slab_reclaimable", -1) +
			counter_named(m, "nr_kernel_misc_reclaimable", -1);

	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		low += m->s->zone[i].watermark[MM386_WMARK_LOW];
	free += cache - min_of(cache / 2, low);
	free += slab - min_of(slab / 2, low);
	return free > reserve ? free - reserve : 0;
}

/* Pages of the direct map that large pages cover. */
static uint64_t large_pages(const struct mm386 *m)
{
	return (uint64_t)pgtable_direct_large_pages(m) * (m->s->info.pae ? 512 : 1024);
}

static uint64_t vmalloc_kib(const struct mm386 *m)
{
	return (m->s->info.vmalloc_end - m->s->info.vmalloc_start) / 1024;
}

/* On the lists of CPUs ${first}..${end}; asked only of releases that have no cold list. */
static uint64_t pcp_pages(const struct mm386 *m, const struct zone *z, unsigned first, unsigned end)
{
	uint64_t sum = 0;

	for (unsigned cpu = first; cpu < end; cpu++)
		sum += pcp_of(m, z, cpu)->count;
	return sum;
}

static uint64_t counters(const struct mm386 *m, const struct report_item *item, int index)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < 2 && item->counter[i]; i++)
		sum += counter_named(m, item->counter[i], index);
	return sum;
}

uint64_t report_zone_value(const struct mm386 *m, const struct report_item *item, const struct zone *z)
{
	switch ((enum report_value)item->value) {
	case VALUE_COUNTER:
		return counters(m, item, (int)z->id);
	case VALUE_FREE:
		return counter_free_pages(m, z);
	case VALUE_MIN:
		return z->watermark[MM386_WMARK_MIN] + z->watermark_boost;
	case VALUE_LOW:
		return z->watermark[MM386_WMARK_LOW] + z->watermark_boost;
	case VALUE_HIGH:
		return z->watermark[MM386_WMARK_HIGH] + z->watermark_boost;
	case VALUE_BOOST:
		return z->watermark_boost;
	case VALUE_HIGHATOMIC:
		return z->nr_reserved_highatomic;
	case VALUE_PRESENT:
		return z->present;
	case VALUE_MANAGED:
		return z->managed;
	case VALUE_FREE_PCP:
		return pcp_pages(m, z, 0, m->s->info.cpus);
	case VALUE_LOCAL_PCP:
		return pcp_pages(m, z, 0, 1);
	default:
		return 0;
	}
}

uint64_t report_node_value(const struct mm386 *m, const struct report_item *item, unsigned node)
{
	return counters(m, item, (int)node);
}

uint64_t report_total(const struct mm386 *m, const struct report_item *item)
{
	const struct state *s = m->s;
	uint64_t sum = 0;

	switch ((enum report_value)item->value) {
	case VALUE_COUNTER:
		return counters(m, item, -1);
	case VALUE_TOTAL:
		return s->totalram_pages;
	case VALUE_FREE:
		return free_pages(m, false);
	case VALUE_AVAILABLE:
		return available_pages(m);
	case VALUE_CACHED:
		return counter_named(m, "nr_file_pages", -1) - counter_named(m, "nr_swapcached", -1);
	case VALUE_HIGH_TOTAL:
		return s->totalhigh_pages;
	case VALUE_HIGH_FREE:
		return free_pages(m, true);
	case VALUE_LOW_TOTAL:
		return s->totalram_pages - s->totalhigh_pages;
	case VALUE_LOW_FREE:
		return free_pages(m, false) - free_pages(m, true);
	case VALUE_COMMIT_LIMIT:
		return s->totalram_pages * 50 / 100; /* overcommit_ratio */
	case VALUE_VMALLOC_TOTAL:
		return vmalloc_kib(m);
	case VALUE_VMALLOC_CHUNK:
		return s->profile.proc.vmalloc_chunk ? vmalloc_kib(m) : 0;
	case VALUE_HUGE_PAGE:
		return s->info.pae ? 512 : 1024;
	case VALUE_MAP_SMALL:
		return s->info.max_low_pfn - large_pages(m);
	case VALUE_MAP_LARGE:
		return large_pages(m);
	case VALUE_FREE_PCP:
		for (unsigned i = 0; i < s->info.nr_zones; i++)
			sum += pcp_pages(m, &s->zone[i], 0, s->info.cpus);
		return sum;
	default:
		return 0;
	}
}

/* Pages and stacks (of two pages) become kB. */
uint64_t report_scaled(enum report_unit unit, uint64_t value)
{
	switch (unit) {
	case UNIT_COUNT:
	case UNIT_KB:
		return value;
	case UNIT_STACKS:
		return value << (MM386_PAGE_SHIFT + 1 - 10);
	default:
		return value << (MM386_PAGE_SHIFT - 10);
	}
}
