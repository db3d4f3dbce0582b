/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zonesize.c - where the zones of each node begin and end, and how many pages each has.
 *
 *	DMA 0..16 MiB | Normal ..max_low_pfn | HighMem ..max_pfn | Movable (on request)
 *
 * 2.6.15 .. 2.6.18 have DMA32 too, for i386 has the zones of x86_64 there.  A node has its
 * part of each; one that it has no frames of is there, and empty.
 *
 * "Spanned" counts frames between start and end; what "present" counts changed
 * with the release (enum present_rule).
 *
 * Kernel: arch/i386/mm/init.c zone_sizes_init() [2.4.22], arch/i386/kernel/setup.c
 * [2.6.18], arch/x86/mm/init_32.c and mm/page_alloc.c free_area_init_core() [2.6.32, 6.1].
 */
#include <stdio.h>

#include "boot.h"

/* The zones of this kernel, from the lowest up, and what bounds them in every node. */
struct zone_types {
	unsigned nr;
	struct {
		const char *name;
		uint64_t start, end; /* pfns, end exclusive */
	} type[MM386_ZONE_TYPES];
};

static void type_add(struct zone_types *t, const char *name, uint64_t end)
{
	assert(t->nr < MM386_ZONE_TYPES);
	t->type[t->nr].name = name;
	t->type[t->nr].start = t->nr ? t->type[t->nr - 1].end : 0;
	t->type[t->nr++].end = end;
}

/* Without the movable zone, which is cut from the highest of these that has frames. */
static void types_find(const struct boot *b, struct zone_types *t)
{
	const struct mm386_info *info = &b->plan->info;
	uint32_t low = info->max_low_pfn;
	uint32_t dma = low < DMA_END_PFN ? low : DMA_END_PFN;

	t->nr = 0;
	type_add(t, "DMA", dma);
	if (b->p->zone_dma32)
		type_add(t, "DMA32", dma);
	type_add(t, "Normal", low);
	type_add(t, "HighMem", info->highend_pfn > low ? info->highend_pfn : low);
}

/* RAM pages of node ${n} within start..end as the release's list of active ranges tells them. */
static uint64_t active_pages(const struct boot *b, unsigned n, uint64_t start, uint64_t end)
{
	uint64_t from, to, pages = 0;

	if (start >= end)
		return 0;
	if (b->p->active == ACTIVE_E820)
		return e820_ram_pages(&b->map, start, end);
	if (b->even_nodes)
		return end - start;
	for (unsigned i = 0; nodes_active_range(b, n, i, &from, &to); i++) {
		from = from > start ? from : start;
		to = to < end ? to : end;
		pages += from < to ? to - from : 0;
	}
	return pages;
}

/* As the kernel sees it, which may take the Movable zone for high memory wherever it lies: MOVABLE_TOKEN_ONE_NODE. */
static bool is_high(const struct boot *b, const char *name, uint64_t start)
{
	if (b->p->wm.movable_token == MOVABLE_TOKEN_ONE_NODE && b->plan->info.nr_nodes == 1 &&
	    strcmp(name, "Movable") == 0)
		return true;
	return start >= b->plan->info.max_low_pfn;
}

static void zone_set(struct boot *b, unsigned node, unsigned type, const char *name, uint64_t start,
		     uint64_t end)
{
	unsigned i = b->plan->info.nr_zones++;
	struct plan_zone *z = &b->plan->zone[i];
	struct boot_facts *f = &b->plan->boot;
	uint64_t pages, share;

	snprintf(z->name, sizeof(z->name), "%s", name);
	z->node = (uint8_t)node;
	z->type = (uint8_t)type;
	if (start >= end)
		start = end;
	z->start = (pfn_t)start;
	z->end = (pfn_t)end;
	z->spanned = (uint32_t)(end - start);
	pages = active_pages(b, node, start, end);
	f->absent_pages[i] = z->spanned - (uint32_t)pages;
	share = (uint64_t)z->spanned * b->p->page_struct_bytes;
	if (b->p->memmap_round_up)
		share = ROUND_UP(share, MM386_PAGE_SIZE);
	f->memmap_pages[i] = (uint32_t)(share / MM386_PAGE_SIZE);
	if (b->p->present == PRESENT_MEMMAP && pages >= f->memmap_pages[i])
		pages -= f->memmap_pages[i];
	z->present = (uint32_t)pages;
	if (b->p->present == PRESENT_REAL && b->p->zonelist_less_memmap && !is_high(b, name, start) &&
	    pages >= f->memmap_pages[i])
		pages -= f->memmap_pages[i];
	f->zonelist_pages += (uint32_t)pages;
}

/* The zones of node ${n}, whose RAM lies within first..last; ${movable} is 0 without such a zone.
 */
static void node_zones(struct boot *b, unsigned n, const struct zone_types *t, uint64_t first,
		       uint64_t last, uint64_t movable)
{
	uint64_t top = 0;

	for (unsigned i = 0; i < t->nr; i++) {
		uint64_t start = t->type[i].start > first ? t->type[i].start : first;
		uint64_t end = t->type[i].end < last ? t->type[i].end : last;

		top = end > top ? end : top;
		if (movable && movable < end)
			end = movable;
		zone_set(b, n, i, t->type[i].name, start, end);
	}
	if (b->p->zone_movable)
		zone_set(b, n, t->nr, "Movable", movable ? movable : top, top);
}

/*
 * The frames that the zones of node ${n} lie in.  Where the kernel keeps a list of RAM a node
 * begins and ends with that; before, the first begins with frame 0 and the last ends with the
 * kernel's last frame.
 */
static void node_bounds(const struct boot *b, unsigned n, uint64_t *first, uint64_t *last)
{
	uint64_t reach = b->plan->info.pae ? MAX_PFN_PAE : MAX_PFN_4G, start, end;

	*first = b->node[n].start;
	*last = b->node[n].end;
	if (b->p->active != ACTIVE_E820)
		return;
	*last = *first;
	for (unsigned i = 0; nodes_active_range(b, n, i, &start, &end); i++) {
		if (i == 0)
			*first = start;
		*last = end;
	}
	/* RAM of which the kernel sees only that it is too far: the node ends where it can see no
	 * more. */
	end = e820_end_pfn(&b->map, reach, b->p->max_pfn, MM386_E820_USABLE);
	if (n + 1 == b->plan->info.nr_nodes)
		*last = end < b->node[n].end ? end : b->node[n].end;
}

void zonesize_run(struct boot *b)
{
	uint64_t movable[MM386_NODES_MAX] = {0}, first, last, highest = 0;
	struct zone_types types;

	types_find(b, &types);
	for (unsigned i = 0; i < types.nr; i++)
		if (types.type[i].end > types.type[i].start)
			highest = types.type[i].start;
	if (b->p->zone_movable)
		movable_find(b, highest, movable);
	b->plan->info.nr_zones = 0;
	for (unsigned n = 0; n < b->plan->info.nr_nodes; n++) {
		node_bounds(b, n, &first, &last);
		node_zones(b, n, &types, first, last, movable[n] < last ? movable[n] : 0);
	}
}
