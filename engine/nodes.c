/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nodes.c - which RAM is whose, on a machine of several nodes.
 *
 *	node 0 0..1G | node 1 1G..2G | ...	each with a DMA, Normal, HighMem (and Movable) zone,
 *						most of them empty
 *
 * Kernels that keep a list of RAM stretch a node's range to the next one's start here, so that every frame is
 * one node's; older ones believe the firmware's table (SRAT), and what lies between two ranges is a hole.
 * One node has the whole machine.  Distances count in the order of fallback (zonelist.c).
 *
 * Kernel: arch/i386/kernel/srat.c [2.6.18, 2.6.24], arch/i386/mm/discontig.c [2.6.0 .. 2.6.24],
 * arch/x86/mm/numa_32.c [2.6.32], arch/x86/mm/numa.c [6.1].
 */
#include "boot.h"

#define DISTANCE_LOCAL	10 /* as ACPI counts */
#define DISTANCE_REMOTE 20

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

static void range_add(struct boot *b, unsigned node, uint64_t start, uint64_t end)
{
	struct boot_facts *f = &b->plan->boot;
	uint64_t max_pfn = b->plan->info.max_pfn;

	end = end < max_pfn ? end : max_pfn;
	if (start >= end)
		return;
	f->active[f->nr_active++] = (struct active_range){
		.start = (uint32_t)start, .end = (uint32_t)end, .node = node};
}

/* Ranges as the firmware's table has them, or as many as there are nodes. */
static void ranges_find(struct boot *b)
{
	const struct mm386_config *cfg = b->cfg;
	uint64_t max_pfn = b->plan->info.max_pfn, ram = e820_ram_pages(&b->map, 0, max_pfn), start = 0, end;
	unsigned nr = b->plan->info.nr_nodes, nr_ranges = cfg->nr_node_ranges ? cfg->nr_node_ranges : nr;

	b->even_nodes = cfg->nr_nodes < 1 || cfg->node[nr_ranges - 1].end == 0;
	for (unsigned n = 0; n < nr && b->even_nodes; n++) {
		end = n + 1 == nr ? max_pfn : frame_after(b, ram * (n + 1) / nr);
		range_add(b, n, start, end);
		start = end;
	}
	for (unsigned i = 0; i < nr_ranges && !b->even_nodes; i++)
		range_add(b, cfg->nr_node_ranges ? cfg->node[i].node : i, PFN_UP(cfg->node[i].start),
			  PFN_DOWN(cfg->node[i].end + 1));
	if (!b->plan->boot.nr_active) /* nothing there is RAM: get_memcfg_numa_flat() */
		range_add(b, 0, 0, max_pfn);
}

/* The first node begins with frame 0; the others with their first range.  One without memory lies between two. */
static void bounds_find(struct boot *b)
{
	const struct boot_facts *f = &b->plan->boot;
	uint64_t next = b->plan->info.max_pfn;
	unsigned i = f->nr_active;

	for (unsigned n = b->plan->info.nr_nodes; n-- > 0;) {
		b->node[n].start = b->node[n].end = next;
		for (; i > 0 && f->active[i - 1].node == n; i--) {
			if (b->node[n].end == next && b->node[n].start == next)
				b->node[n].end = f->active[i - 1].end;
			b->node[n].start = f->active[i - 1].start;
		}
		next = b->node[n].start;
	}
	b->node[0].start = 0;
}

/* Every frame is a node's, to the end of what this kernel can see. */
static void bounds_stretch(struct boot *b)
{
	unsigned nr = b->plan->info.nr_nodes;

	for (unsigned n = 1; n < nr; n++)
		b->node[n - 1].end = b->node[n].start;
	/* memblock knows RAM that highmem= cuts off, too; lists before it do not. */
	b->node[nr - 1].end = b->plan->info.max_pfn;
	if (b->p->boot_alloc == BOOT_ALLOC_MEMBLOCK)
		b->node[nr - 1].end = b->plan->info.pae ? MAX_PFN_PAE : MAX_PFN_4G;
}

/* Where the firmware does not say it, CPUs go to the nodes in turn, and all other nodes are as far. */
static void cpus_and_distances_find(struct boot *b)
{
	struct boot_facts *f = &b->plan->boot;
	const struct mm386_config *cfg = b->cfg;
	unsigned nr = b->plan->info.nr_nodes;

	for (unsigned cpu = 0; cpu < MM386_CPUS_MAX; cpu++) {
		f->cpu_node[cpu] = (uint8_t)(cpu % nr);
		for (unsigned n = 0; n < nr; n++)
			if (cfg->node_cpus[n] >> cpu & 1)
				f->cpu_node[cpu] = (uint8_t)n;
	}
	for (unsigned i = 0; i < nr; i++)
		for (unsigned k = 0; k < nr; k++) {
			f->distance[i][k] = i == k ? DISTANCE_LOCAL : DISTANCE_REMOTE;
			if (cfg->node_distance[i][k])
				f->distance[i][k] = cfg->node_distance[i][k];
		}
}

void nodes_find(struct boot *b)
{
	struct boot_facts *f = &b->plan->boot;

	cpus_and_distances_find(b);
	ranges_find(b);
	bounds_find(b);
	if (b->p->active != ACTIVE_E820)
		return;
	bounds_stretch(b);
	f->nr_active = 0;
}

bool nodes_active_range(const struct boot *b, unsigned n, unsigned i, uint64_t *start,
			uint64_t *end)
{
	const struct boot_facts *f = &b->plan->boot;
	uint64_t lo = b->node[n].start, hi = b->node[n].end;

	for (unsigned k = 0; k < f->nr_active; k++) {
		*start = f->active[k].start;
		*end = f->active[k].end;
		if (f->active[k].node == n && *start < *end && i-- == 0)
			return true;
	}
	for (unsigned k = 0; k < b->map.nr && b->p->active == ACTIVE_E820; k++) {
		*start = PFN_UP(b->map.e[k].start);
		*end = PFN_DOWN(b->map.e[k].end + 1);
		*start = *start > lo ? *start : lo;
		*end = *end < hi ? *end : hi;
		if (b->map.e[k].type == MM386_E820_USABLE && *start < *end && i-- == 0)
			return true;
	}
	return false;
}
