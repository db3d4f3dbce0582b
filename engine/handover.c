/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * handover.c - free memory goes from the boot allocator to the buddy system.
 *
 * The kernels free page by page or in runs; blocks merge while they do.  What
 * is left on the lists is the same as when each largest aligned block is freed
 * at once, in the order in which the kernel completes them, so that is done:
 * the work follows the number of runs and blocks, not of frames.
 *
 * Kernel: free_all_bootmem_core() [2.4.22, 2.6.32], mem_init(),
 * memblock_free_all() [6.1].
 */
#include "boot.h"

#define BITMAP_WORD 32u /* frames that a word of bootmem's bitmap stands for */

/*
 * The largest block that starts at ${pfn}, is aligned to its size and ends by ${end}.
 * Frames are numbered from the zone's buddy_base here and in order_down().
 */
static unsigned order_up(pfn_t pfn, pfn_t end, unsigned orders)
{
	unsigned order = 0;

	while (order + 1 < orders && !(pfn & ((2u << order) - 1)) && pfn + (2u << order) <= end)
		order++;
	return order;
}

/* The largest block that ends at ${end}, is aligned to its size and does not start below ${start}.
 */
static unsigned order_down(pfn_t start, pfn_t end, unsigned orders)
{
	unsigned order = 0;

	while (order + 1 < orders && !(end & ((2u << order) - 1)) && end - (2u << order) >= start &&
	       end >= (2u << order))
		order++;
	return order;
}

void boot_free_rising(struct mm386 *m, struct zone *z, pfn_t start, pfn_t end)
{
	while (start < end) {
		unsigned order =
			order_up(start - z->buddy_base, end - z->buddy_base, m->s->info.orders);

		buddy_free_boot(m, z, start, order);
		start += 1u << order;
	}
}

static void free_falling(struct mm386 *m, struct zone *z, pfn_t start, pfn_t end)
{
	while (start < end) {
		unsigned order =
			order_down(start - z->buddy_base, end - z->buddy_base, m->s->info.orders);

		end -= 1u << order;
		buddy_free_boot(m, z, end, order);
	}
}

/*
 * 2.6.9 and later free low memory by words of the boot allocator's bitmap, 32 frames at a time
 * where all of them are free; others, and high memory, one by one, which go through a CPU's list.
 * Kernel: free_all_bootmem_core(), add_one_highpage_init() [2.6.18, 2.6.32].
 */
static void free_words(struct mm386 *m, struct zone *z, pfn_t start, pfn_t end, bool high)
{
	const struct profile *p = &m->s->profile;
	pfn_t first = (start + BITMAP_WORD - 1) & ~(BITMAP_WORD - 1),
	      last = end & ~(BITMAP_WORD - 1);

	if (p->bootmem_spares_last && last == m->s->info.max_low_pfn)
		last -= BITMAP_WORD;
	if (high || !p->bootmem_words || first >= last) {
		pcp_free_boot(m, z, start, end);
		return;
	}
	pcp_free_boot(m, z, start, first);
	boot_free_rising(m, z, first, last);
	pcp_free_boot(m, z, last, end);
}

static bool zone_is_high(const struct mm386 *m, const struct zone *z)
{
	return z->start_pfn >= m->s->info.max_low_pfn;
}

static void free_run(struct mm386 *m, const struct boot_plan *plan, struct zone *z, pfn_t start,
		     pfn_t end)
{
	if (start >= end)
		return;
	if (plan->profile.handover == HANDOVER_26)
		free_words(m, z, start, end, zone_is_high(m, z));
	else
		boot_free_rising(m, z, start, end);
}

/* The FREE runs within ${z}, less the frames that are handed over last. */
static void free_zone(struct mm386 *m, const struct boot_plan *plan, struct zone *z, bool falling)
{
	for (size_t i = 0; i < plan->nr_run; i++) {
		const struct boot_run *r = &plan->run[falling ? plan->nr_run - 1 - i : i];
		pfn_t start = r->start > z->start_pfn ? r->start : z->start_pfn;
		pfn_t end = r->end < z->end_pfn ? r->end : z->end_pfn;

		if (r->kind != MM386_KIND_FREE || start >= end)
			continue;
		if (falling) {
			free_falling(m, z, start, end);
		} else if (plan->late_start < end && plan->late_end > start) {
			free_run(m, plan, z, start, plan->late_start);
			free_run(m, plan, z, plan->late_end, end);
		} else {
			free_run(m, plan, z, start, end);
		}
	}
}

static void free_late(struct mm386 *m, const struct boot_plan *plan)
{
	for (pfn_t pfn = plan->late_start; pfn < plan->late_end; pfn++)
		for (unsigned i = 0; i < m->s->info.nr_zones; i++)
			if (pfn >= m->s->zone[i].start_pfn && pfn < m->s->zone[i].end_pfn)
				free_run(m, plan, &m->s->zone[i], pfn, pfn + 1);
}

static void free_zones(struct mm386 *m, const struct boot_plan *plan, bool high, bool falling)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		if (zone_is_high(m, &m->s->zone[i]) == high)
			free_zone(m, plan, &m->s->zone[i], falling);
}

void boot_handover(struct mm386 *m, const struct boot_plan *plan)
{
	switch (plan->profile.handover) {
	case HANDOVER_24:
		free_zones(m, plan, false, false);
		free_late(m, plan);
		free_zones(m, plan, true, plan->profile.highmem_falls);
		break;
	case HANDOVER_26:
		free_zones(m, plan, false, false);
		free_late(m, plan);
		free_zones(m, plan, true, false);
		break;
	case HANDOVER_61:
		free_zones(m, plan, true, false);
		free_zones(m, plan, false, false);
		break;
	}
}
