/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nodes.c - which RAM is whose, on a machine of several nodes.
 *
 *	node 0 0..1G | node 1 1G..2G | ...	each with a DMA, Normal, HighMem (and Movable) zone,
 *						most of them empty
 *
 * A node's range is stretched to the next one's start, so that every frame is one node's.
 * One node has the whole machine.
 *
 * Simplified: real NUMA kernels keep each node's mem_map in that node and map it at the end of
 * the direct map (KVA remap); here it is one array in low memory, as on other machines.
 * Kernel: arch/i386/mm/discontig.c [2.6.0 .. 2.6.27], arch/x86/mm/numa_32.c [2.6.32].
 */
#include "boot.h"

/* The frame below which lies ${pages} of RAM, to the nearest boundary of the largest blocks. */
static uint64_t frame_after(const struct boot *b, uint64_t pages)
{
	for (unsigned i = 0; i < b->map.nr; i++) {
		uint64_t start = PFN_UP(b->map.e[i].start), end = PFN_DOWN(b->map.e[i].end + 1);

		if (b->map.e[i].type != MM386_E820_USABLE || start >= end)
			continue;
		if (end - start >= pages)
			return ROUND_DOWN(start + pages + 512, 1024);
		pages -= end - start;
	}
	return b->plan->info.max_pfn;
}

void nodes_find(struct boot *b)
{
	const struct mm386_config *cfg = b->cfg;
	uint64_t max_pfn = b->plan->info.max_pfn, ram = e820_ram_pages(&b->map, 0, max_pfn);
	unsigned nr = b->plan->info.nr_nodes;
	bool even = nr > 1 && cfg->node[nr - 1].end == 0;

	for (unsigned n = 0; n < nr; n++) {
		uint64_t start = even ? frame_after(b, ram * n / nr) : PFN_UP(cfg->node[n].start);

		b->node[n].start = n == 0 ? 0 : start < max_pfn ? start : max_pfn;
		if (n)
			b->node[n - 1].end = b->node[n].start;
	}
	/* memblock knows RAM that highmem= cuts off, too; lists before it do not. */
	b->node[nr - 1].end = max_pfn;
	if (b->p->boot_alloc == BOOT_ALLOC_MEMBLOCK)
		b->node[nr - 1].end = b->plan->info.pae ? MAX_PFN_PAE : MAX_PFN_4G;
}

bool nodes_active_range(const struct boot *b, unsigned n, unsigned i, uint64_t *start,
			uint64_t *end)
{
	uint64_t lo = b->node[n].start, hi = b->node[n].end;

	if (b->p->active != ACTIVE_E820) {
		*start = lo;
		*end = hi;
		return i == 0 && lo < hi;
	}
	for (unsigned k = 0; k < b->map.nr; k++) {
		*start = PFN_UP(b->map.e[k].start);
		*end = PFN_DOWN(b->map.e[k].end + 1);
		*start = *start > lo ? *start : lo;
		*end = *end < hi ? *end : hi;
		if (b->map.e[k].type == MM386_E820_USABLE && *start < *end && i-- == 0)
			return true;
	}
	return false;
}
