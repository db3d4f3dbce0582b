/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kva.c - each node's mem_map in the node itself ("KVA remap").
 *
 *	linear	│ low memory ............ │ 0 │ 1 │ gap, vmalloc ...	windows, of large pages
 *				            │	└────────────────┐
 *	frames	│ node 0 ................ │▒│ node 1 ............│▒│	what they show: the nodes' ends
 *
 * A kernel that is built for NUMA wants the descriptors of a node's frames in that node, but high memory has no
 * addresses.  So it takes them from low memory's: first that ended earlier by as much (what it lost became high
 * memory), then the windows lay in it and the frames behind them were lost.
 *
 * Kernel: calculate_numa_remap_pages(), setup_memory() in arch/i386/mm/discontig.c [2.5.59 .. 2.6.20],
 * arch/x86/mm/discontig_32.c [2.6.24, 2.6.26], numa_32.c [2.6.32, 2.6.37]; gone with 3.9.
 */
#include "boot.h"

/* pg_data_t, whose size the configuration decides: never more than what rounding leaves, but for a node of none. */
#define PGDAT_BYTES (8 * KIB)

static uint64_t large_pages(const struct boot *b)
{
	return b->plan->info.pae ? 512 : 1024;
}

/* Whether node ${n} is to have a window, and of how many pages. */
static uint64_t window_pages(const struct boot *b, unsigned n)
{
	uint64_t frames = b->node[n].end - b->node[n].start, bytes = b->p->kva_pgdat ? PGDAT_BYTES : 0;
	uint64_t large = large_pages(b) * MM386_PAGE_SIZE;
	bool flat = b->plan->info.nr_nodes == 1 && b->cfg->nr_node_ranges == 0;

	if (!frames || (b->p->kva == KVA_REMOTE && n == 0))
		return 0;
	if (!flat || b->p->kva_flat)
		bytes += (frames + 1) * b->p->page_struct_bytes;
	return ROUND_UP(bytes, large) / MM386_PAGE_SIZE;
}

/* The node ends before what its window shows. */
static void node_shrink(struct boot *b, unsigned n)
{
	struct boot_facts *f = &b->plan->boot;
	struct kva_window *w = &f->kva[n];
	uint64_t end = b->node[n].end;

	if (b->p->kva_aligned)
		w->further = (uint32_t)(end % large_pages(b));
	b->node[n].end = w->start_pfn = (uint32_t)(end - w->pages - w->further);
	for (unsigned i = 0; i < f->nr_active; i++)
		if (f->active[i].node == n && f->active[i].end == end)
			f->active[i].end = w->start_pfn;
}

/* Low memory without the windows' addresses. */
static void low_memory_shrink(struct boot *b)
{
	struct mm386_info *info = &b->plan->info;
	uint32_t high = info->highstart_pfn;

	info->max_low_pfn -= b->plan->boot.kva_pages;
	b->max_low_bytes = (uint64_t)info->max_low_pfn * MM386_PAGE_SIZE;
	info->highstart_pfn = info->max_low_pfn;
	if (b->p->kva_high_before)
		info->highstart_pfn = high;
}

void kva_find(struct boot *b)
{
	struct boot_facts *f = &b->plan->boot;
	const struct mm386_info *info = &b->plan->info;
	uint32_t offset = 0;

	f->numa = b->cfg->numa || info->nr_nodes > 1;
	f->ram_low_pfn = info->max_low_pfn;
	if (!f->numa || b->p->kva == KVA_NONE)
		return;
	for (unsigned n = 0; n < info->nr_nodes; n++) {
		struct kva_window *w = &f->kva[n];
		uint64_t pages = window_pages(b, n), end = b->node[n].end;

		if (b->p->kva == KVA_END || b->p->kva == KVA_INSIDE)
			pages = e820_ram_pages(&b->map, end > pages ? end - pages : 0, end) == pages ? pages : 0;
		if (pages + large_pages(b) > end - b->node[n].start) /* real ones are larger than that */
			continue;
		w->node_end = (uint32_t)end;
		w->pages = (uint32_t)pages;
		f->kva_pages += w->pages;
		if (b->p->kva != KVA_RESERVED && (n || b->p->kva != KVA_REMOTE))
			node_shrink(b, n);
	}
	if (f->kva_pages + DMA_END_PFN > info->max_low_pfn)
		b->out_of_memory = true;
	else if (b->p->kva == KVA_REMOTE || b->p->kva == KVA_END)
		low_memory_shrink(b);
	f->kva_low_pfn = info->highstart_pfn;
	/* The windows of the oldest rule lie in falling order, below where low memory would have ended. */
	for (unsigned n = 0; n < info->nr_nodes; n++) {
		struct kva_window *w = &f->kva[n];

		offset += w->pages;
		if (b->p->kva == KVA_REMOTE)
			w->low_pfn = f->ram_low_pfn - offset;
		else
			w->low_pfn = f->kva_low_pfn + offset - w->pages;
	}
}

static bool is_free(const struct boot *b, uint64_t start, uint64_t end)
{
	if (e820_ram_pages(&b->map, start, end) != end - start)
		return false;
	for (unsigned i = 0; i < b->nr_taken; i++)
		if (b->taken[i].start < end * MM386_PAGE_SIZE && b->taken[i].end > start * MM386_PAGE_SIZE)
			return false;
	return true;
}

/* The highest ${pages} below ${end} that begin with a large page and are free; 0: there are none. */
static uint64_t find_large(const struct boot *b, uint64_t start, uint64_t end, uint64_t pages)
{
	uint64_t large = large_pages(b), at = end > pages ? ROUND_DOWN(end - pages, large) : 0;

	for (; at > start; at -= at < large ? at : large)
		if (is_free(b, at, at + pages))
			return at;
	return 0;
}

static void take(struct boot *b, uint64_t start, uint64_t pages, enum mm386_kind kind, const char *name)
{
	taken_add(b, start * MM386_PAGE_SIZE, (start + pages) * MM386_PAGE_SIZE, kind, name);
}

/* Below the initrd, or else at the end of low memory; from a large page's start on. */
static void low_frames_take(struct boot *b)
{
	struct boot_facts *f = &b->plan->boot;
	uint64_t end = f->initrd_start ? PFN_DOWN(f->initrd_start) : b->plan->info.max_low_pfn;
	uint64_t at;

	if (b->p->kva == KVA_RESERVED)
		at = find_large(b, 0, b->plan->info.max_low_pfn, f->kva_pages);
	else
		at = ROUND_DOWN(end - f->kva_pages, large_pages(b));
	if (!at) {
		b->out_of_memory = true;
		return;
	}
	for (unsigned n = 0; n < b->plan->info.nr_nodes; n++)
		f->kva[n].low_pfn += (uint32_t)at - f->kva_low_pfn;
	f->kva_low_pfn = (uint32_t)at;
	take(b, at, f->kva_pages, MM386_KIND_BOOT, "Behind mem_map's windows");
}

void kva_place(struct boot *b)
{
	struct boot_facts *f = &b->plan->boot;

	for (unsigned n = 0; n < b->plan->info.nr_nodes; n++) {
		struct kva_window *w = &f->kva[n];

		if (!w->pages)
			continue;
		if (b->p->kva == KVA_RESERVED)
			w->start_pfn = (uint32_t)find_large(b, b->node[n].start, w->node_end, w->pages);
		take(b, w->start_pfn, w->pages, MM386_KIND_MEMMAP, "Node's mem_map");
	}
	if (f->kva_pages && (b->p->kva == KVA_INSIDE || b->p->kva == KVA_RESERVED))
		low_frames_take(b);
}

uint64_t kva_frames_outside(const struct boot *b)
{
	const struct mm386_info *info = &b->plan->info;
	const struct boot_facts *f = &b->plan->boot;
	bool flat = info->nr_nodes == 1 && b->cfg->nr_node_ranges == 0;
	uint64_t frames = 0;

	if (!f->kva_pages || (flat && !b->p->kva_flat))
		return info->max_mapnr;
	for (unsigned n = 0; n < info->nr_nodes; n++)
		if (!f->kva[n].pages)
			frames += b->node[n].end - b->node[n].start;
	return frames;
}
