/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zonesize.c - where the zones begin and end, and how many pages each has.
 *
 *	DMA 0..16 MiB | Normal ..max_low_pfn | HighMem ..max_pfn | Movable (on request)
 *
 * 2.6.15 .. 2.6.18 have DMA32 too, for i386 has the zones of x86_64 there.
 *
 * "Spanned" counts frames between start and end; what "present" counts changed
 * with the release (enum present_rule).
 *
 * Kernel: arch/i386/mm/init.c zone_sizes_init() [2.4.22], arch/i386/kernel/setup.c
 * [2.6.18], arch/x86/mm/init_32.c and mm/page_alloc.c free_area_init_core() [2.6.32, 6.1].
 */
#include <stdio.h>

#include "boot.h"

#define MAX_ORDER_PAGES 1024u

enum { DMA, NORMAL, HIGHMEM, MOVABLE };

/* RAM pages of start..end as the release's list of active ranges tells them. */
static uint64_t active_pages(const struct boot *b, uint64_t start, uint64_t end)
{
	if (start >= end)
		return 0;
	return b->p->active == ACTIVE_E820 ? e820_ram_pages(&b->map, start, end) : end - start;
}

/*
 * Where ZONE_MOVABLE begins when kernelcore= or movablecore= asks for one: the
 * kernel's share is laid from the bottom of each zone that it cannot do without,
 * and what is left of the highest zone is movable.  0: no such zone.
 *
 * Kernel: find_zone_movable_pfns_for_nodes() [2.6.23 .. 6.1], one node.
 */
static uint64_t movable_start(const struct boot *b, const uint64_t *end)
{
	const struct memory_options *o = &b->opt;
	uint64_t total = active_pages(b, 0, end[HIGHMEM]);
	uint64_t kernel = o->kernelcore_pages, movable = o->movablecore_pages;
	unsigned usable = end[HIGHMEM] > end[NORMAL] ? HIGHMEM
			  : end[NORMAL] > end[DMA]   ? NORMAL
						     : DMA;
	uint64_t usable_start = usable == DMA ? 0 : end[usable - 1], at;

	/* The kernel multiplies in 32 bits, and so may wrap. */
	if (o->kernelcore_percent)
		kernel = (uint32_t)(total * 100 * o->kernelcore_percent) / 10000;
	if (o->movablecore_percent)
		movable = (uint32_t)(total * 100 * o->movablecore_percent) / 10000;
	if (movable) {
		movable = ROUND_UP(movable, MAX_ORDER_PAGES);
		movable = movable < total ? movable : total;
		kernel = total - movable > kernel ? total - movable : kernel;
	}
	if (!kernel || kernel >= total)
		return 0;
	/* Whatever lies below the usable zone serves the kernel first. */
	uint64_t below = active_pages(b, 0, usable_start);
	uint64_t want = kernel > below ? kernel - below : 0;

	at = usable_start;
	for (unsigned i = 0; i < b->map.nr && want; i++) {
		uint64_t s = PFN_UP(b->map.e[i].start), e = PFN_DOWN(b->map.e[i].end + 1);

		if (b->map.e[i].type != MM386_E820_USABLE)
			continue;
		s = s > usable_start ? s : usable_start;
		e = e < end[HIGHMEM] ? e : end[HIGHMEM];
		if (s >= e)
			continue;
		at = e - s < want ? e : s + want;
		want -= e - s < want ? e - s : want;
	}
	at = ROUND_UP(at, MAX_ORDER_PAGES);
	return at < end[HIGHMEM] ? at : 0;
}

static void zone_set(struct boot *b, unsigned i, const char *name, uint64_t start, uint64_t end)
{
	struct plan_zone *z = &b->plan->zone[i];
	struct boot_facts *f = &b->plan->boot;
	uint64_t pages, share;

	snprintf(z->name, sizeof(z->name), "%s", name);
	if (start >= end)
		start = end;
	z->start = (pfn_t)start;
	z->end = (pfn_t)end;
	z->spanned = (uint32_t)(end - start);
	pages = active_pages(b, start, end);
	f->absent_pages[i] = z->spanned - (uint32_t)pages;
	share = (uint64_t)z->spanned * b->p->page_struct_bytes;
	if (b->p->memmap_round_up)
		share = ROUND_UP(share, MM386_PAGE_SIZE);
	f->memmap_pages[i] = (uint32_t)(share / MM386_PAGE_SIZE);
	if (b->p->present == PRESENT_MEMMAP && pages >= f->memmap_pages[i])
		pages -= f->memmap_pages[i];
	z->present = (uint32_t)pages;
	if (b->p->present == PRESENT_REAL && b->p->zonelist_less_memmap && i < HIGHMEM &&
	    pages >= f->memmap_pages[i])
		pages -= f->memmap_pages[i];
	f->zonelist_pages += (uint32_t)pages;
}

/* The node ends with RAM, and so do its zones, even if the kernel's last frame is one of ACPI's. */
static void node_clip(const struct boot *b, uint64_t *end)
{
	uint64_t reach = b->plan->info.pae ? MAX_PFN_PAE : MAX_PFN_4G;
	uint64_t last = e820_end_pfn(&b->map, reach, b->p->max_pfn, MM386_E820_USABLE);

	if (b->p->active != ACTIVE_E820)
		return;
	for (unsigned i = DMA; i <= HIGHMEM; i++)
		end[i] = end[i] < last ? end[i] : last;
}

/* Behind DMA, a zone that only 64-bit machines have frames for; the others move up. */
static void insert_dma32(struct boot *b)
{
	struct boot_plan *plan = b->plan;
	pfn_t at = plan->zone[DMA].end;

	assert(plan->info.nr_zones < MM386_ZONES_MAX);
	for (unsigned i = plan->info.nr_zones++; i > NORMAL; i--) {
		plan->zone[i] = plan->zone[i - 1];
		plan->boot.absent_pages[i] = plan->boot.absent_pages[i - 1];
		plan->boot.memmap_pages[i] = plan->boot.memmap_pages[i - 1];
	}
	plan->zone[NORMAL] = (struct plan_zone){.name = "DMA32", .start = at, .end = at};
	plan->boot.absent_pages[NORMAL] = plan->boot.memmap_pages[NORMAL] = 0;
}

void zonesize_run(struct boot *b)
{
	const struct mm386_info *info = &b->plan->info;
	uint64_t end[3], start = 0, movable = 0;

	end[DMA] = info->max_low_pfn < DMA_END_PFN ? info->max_low_pfn : DMA_END_PFN;
	end[NORMAL] = info->max_low_pfn;
	end[HIGHMEM] =
		info->highend_pfn > info->max_low_pfn ? info->highend_pfn : info->max_low_pfn;
	node_clip(b, end);
	if (b->p->active == ACTIVE_E820)
		while (start < end[DMA] && !e820_ram_pages(&b->map, start, start + 1))
			start++;
	if (b->p->zone_movable)
		movable = movable_start(b, end);
	zone_set(b, DMA, "DMA", start, movable && movable < end[DMA] ? movable : end[DMA]);
	zone_set(b, NORMAL, "Normal", end[DMA],
		 movable && movable < end[NORMAL] ? movable : end[NORMAL]);
	zone_set(b, HIGHMEM, "HighMem", end[NORMAL],
		 movable && movable < end[HIGHMEM] ? movable : end[HIGHMEM]);
	if (b->p->zone_movable)
		zone_set(b, MOVABLE, "Movable", movable ? movable : end[HIGHMEM], end[HIGHMEM]);
	b->plan->info.nr_zones = b->p->zone_movable ? 4 : 3;
	if (b->p->zone_dma32)
		insert_dma32(b);
}
