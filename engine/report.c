/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.c - what this kernel prints about memory while it boots, in its own
 * wording, and the layout of the linear addresses.  2.6.19 .. 5.x print that
 * layout too, and those before 4.17 the pages of each zone; for the others
 * these are added, and marked as worked out here.
 */
#include "boot.h"

static unsigned long kib(uint64_t pages)
{
	return (unsigned long)(pages * (MM386_PAGE_SIZE / 1024));
}

static bool is_new(const struct mm386 *m)
{
	return m->s->profile.inclusive_ranges;
}

/* ---- tables ------------------------------------------------------------------ */

static void print_table(const struct mm386 *m, struct text *t, const char *who,
			const struct mm386_e820_entry *e, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++) {
		const char *type = mm386_e820_type_name(e[i].type);

		if (is_new(m))
			text_add(t, "%s: [mem 0x%016llx-0x%016llx] %s\n", who,
				 (unsigned long long)e[i].start, (unsigned long long)e[i].end,
				 type);
		else
			text_add(t, " %s: %016llx - %016llx (%s)\n", who,
				 (unsigned long long)e[i].start, (unsigned long long)e[i].end + 1,
				 type);
	}
}

static void print_tables(const struct mm386 *m, struct text *t)
{
	const struct boot_facts *f = &m->s->boot;

	text_add(t, "BIOS-provided physical RAM map:\n");
	print_table(m, t, "BIOS-e820", f->firmware, f->nr_firmware);
	if (f->user_map) {
		text_add(t, "user-defined physical RAM map:\n");
		print_table(m, t, "user", f->user, f->nr_user);
	}
	if (m->s->profile.low_trim == LOW_TRIM_PAGE0 && is_new(m)) {
		text_add(t, "e820: update [mem 0x00000000-0x00000fff] usable ==> reserved\n");
		text_add(t, "e820: remove [mem 0x000a0000-0x000fffff] usable\n");
	}
}

static void print_limits(const struct mm386 *m, struct text *t)
{
	const struct mm386_info *info = &m->s->info;

	if (m->s->profile.max_pfn == MAX_PFN_BELOW)
		text_add(t, "last_pfn = 0x%x max_arch_pfn = 0x%x\n", m->s->boot.last_pfn,
			 info->pae ? MAX_PFN_PAE : MAX_PFN_4G);
	report_kva_sizes(m, t);
	if (info->highmem != MM386_HIGHMEM_OFF)
		text_add(t, "%uMB HIGHMEM available.\n",
			 (info->highend_pfn - info->highstart_pfn) >> 8);
	text_add(t, "%uMB LOWMEM available.\n", info->max_low_pfn >> 8);
	report_kva_windows(m, t);
	if (m->s->profile.max_pfn == MAX_PFN_BELOW)
		text_add(t, "  mapped low ram: 0 - %08llx\n  low ram: 0 - %08llx\n",
			 (unsigned long long)info->max_low_pfn << MM386_PAGE_SHIFT,
			 (unsigned long long)info->max_low_pfn << MM386_PAGE_SHIFT);
}

/* ---- zones ------------------------------------------------------------------- */

static const struct zone *zone_at(const struct mm386 *m, unsigned node, unsigned type)
{
	return &m->s->zone[node * zones_per_node(m) + type];
}

static void print_zones_24(const struct mm386 *m, struct text *t)
{
	for (unsigned n = 0; n < m->s->info.nr_nodes; n++) {
		uint64_t total = 0;

		for (unsigned i = 0; i < zones_per_node(m); i++)
			total += zone_at(m, n, i)->spanned;
		text_add(t, "On node %u totalpages: %llu\n", n, (unsigned long long)total);
		for (unsigned i = 0; i < zones_per_node(m); i++) {
			const struct zone *z = zone_at(m, n, i);

			text_add(t, "zone(%u): %u pages.\n", i, z->spanned);
			/* It does not: its blocks are merely unaligned (see buddy.c). */
			if (z->spanned && z->start_pfn % (1u << (m->s->info.orders - 1)))
				text_add(t, "BUG: wrong zone alignment, it will crash\n");
		}
	}
}

/* "[mem 0x...-0x...]" of frames ${start} to ${end}, exclusive. */
static void print_mem(const struct mm386 *m, struct text *t, uint64_t start, uint64_t end)
{
	uint64_t first = start << MM386_PAGE_SHIFT, last = (end << MM386_PAGE_SHIFT) - 1;

	if (m->s->profile.ranges_32bit)
		text_add(t, "[mem 0x%08x-0x%08x]\n", (uint32_t)first, (uint32_t)last);
	else
		text_add(t, "[mem 0x%016llx-0x%016llx]\n", (unsigned long long)first,
			 (unsigned long long)last);
}

/* What the architecture asks for: a zone ends with the node's RAM, if that is earlier. */
static void print_zone_ranges(const struct mm386 *m, struct text *t)
{
	const struct mm386_info *info = &m->s->info;
	uint32_t low = info->max_low_pfn;
	const uint32_t ends[] = {low < DMA_END_PFN ? low : DMA_END_PFN, low, info->highend_pfn};
	static const char *const names[] = {"DMA", "Normal", "HighMem"};
	uint32_t start = m->s->node[0].start_pfn;

	text_add(t, is_new(m) ? "Zone ranges:\n" : "Zone PFN ranges:\n");
	for (unsigned i = 0; i < 3; i++) {
		if (i == 2 && info->highmem == MM386_HIGHMEM_OFF)
			continue;
		if (is_new(m) && start >= ends[i]) {
			text_add(t, "  %-8s empty\n", names[i]);
		} else if (is_new(m)) {
			text_add(t, "  %-8s ", names[i]);
			print_mem(m, t, start, ends[i]);
		} else {
			text_add(t, "  %-8s 0x%08x -> 0x%08x\n", names[i], start, ends[i]);
		}
		start = ends[i];
	}
}

static void print_movable(const struct mm386 *m, struct text *t)
{
	if (!m->s->profile.zone_movable)
		return;
	text_add(t, is_new(m) ? "Movable zone start for each node\n"
			      : "Movable zone start PFN for each node\n");
	for (unsigned n = 0; n < m->s->info.nr_nodes; n++) {
		const struct zone *z = zone_at(m, n, zones_per_node(m) - 1);

		if (z->spanned && is_new(m))
			text_add(t, "  Node %u: 0x%016llx\n", n,
				 (unsigned long long)z->start_pfn << MM386_PAGE_SHIFT);
		else if (z->spanned)
			text_add(t, "  Node %u: %u\n", n, z->start_pfn);
	}
}

/* RAM range ${i}, over all nodes, in pfns; false past the last. */
static bool active_range(const struct mm386 *m, unsigned i, unsigned *node, uint64_t *start,
			 uint64_t *end)
{
	const struct mm386_info *info = &m->s->info;

	for (*node = 0; *node < info->nr_nodes; ++*node) {
		const struct node *n = &m->s->node[*node];
		uint64_t last = n->end_pfn;

		/* memblock has RAM that highmem= cuts off. */
		if (*node + 1 == info->nr_nodes && m->s->profile.boot_alloc == BOOT_ALLOC_MEMBLOCK)
			last = info->pae ? MAX_PFN_PAE : MAX_PFN_4G;
		for (unsigned k = 0; k < info->nr_e820; k++) {
			*start = PFN_UP(info->e820[k].start);
			*end = PFN_DOWN(info->e820[k].end + 1);
			*start = *start > n->start_pfn ? *start : n->start_pfn;
			*end = *end < last ? *end : last;
			if (info->e820[k].type == MM386_E820_USABLE && *start < *end && i-- == 0)
				return true;
		}
	}
	return false;
}

/* From the node's first RAM to its last. */
static void print_node_bounds(const struct mm386 *m, struct text *t, unsigned n)
{
	uint64_t first = m->s->node[n].start_pfn, last = m->s->node[n].end_pfn, start, end;
	unsigned node;

	for (unsigned i = 0; active_range(m, i, &node, &start, &end); i++)
		if (node == n && end > last)
			last = end;
	print_mem(m, t, first, last);
}

static void print_active_ranges(const struct mm386 *m, struct text *t)
{
	const struct boot_facts *f = &m->s->boot;
	unsigned node, nr = 0;
	uint64_t start, end;

	while (!f->nr_active && active_range(m, nr, &node, &start, &end))
		nr++;
	if (is_new(m))
		text_add(t, "Early memory node ranges\n");
	else
		text_add(t, "early_node_map[%u] active PFN ranges\n",
			 f->nr_active ? f->nr_active : nr);
	for (unsigned i = 0; i < f->nr_active; i++)
		text_add(t, "    %u: %8u -> %8u\n", f->active[i].node, f->active[i].start,
			 f->active[i].end);
	for (unsigned i = 0; i < nr && active_range(m, i, &node, &start, &end); i++) {
		if (is_new(m)) {
			text_add(t, "  node %3u: ", node);
			print_mem(m, t, start, end);
		} else {
			text_add(t, "    %u: 0x%08llx -> 0x%08llx\n", node,
				 (unsigned long long)start, (unsigned long long)end);
		}
	}
}

/* From 4.0 on only of low memory, from which alone it was taken before.  Kernel: free_area_init_core() [3.10, 4.2, 5.10]. */
static bool prints_memmap(const struct mm386 *m, const struct zone *z)
{
	if (m->s->profile.memmap_of_low_zones && z->start_pfn >= m->s->info.max_low_pfn)
		return false;
	return m->s->profile.present != PRESENT_SPANNED;
}

/* What is thought to be managed before memory is handed over. */
static uint32_t counted_early(const struct mm386 *m, const struct zone *z)
{
	const struct profile *p = &m->s->profile;
	uint32_t memmap = m->s->boot.memmap_pages[z->id];

	if (p->present != PRESENT_REAL || z->start_pfn >= m->s->info.max_low_pfn || memmap > z->present)
		return z->present;
	return z->present - memmap;
}

static void print_node(const struct mm386 *m, struct text *t, unsigned n)
{
	uint64_t total = 0;

	for (unsigned i = 0; i < zones_per_node(m); i++)
		total += zone_at(m, n, i)->spanned - m->s->boot.absent_pages[zone_at(m, n, i)->id];
	text_add(t, "On node %u totalpages: %llu%s\n", n, (unsigned long long)total,
		 m->s->profile.quiet_zones ? " (worked out; this kernel prints it for debugging)"
					   : "");
	for (unsigned i = 0; i < zones_per_node(m); i++) {
		const struct zone *z = zone_at(m, n, i);

		if (!z->spanned)
			continue;
		if (prints_memmap(m, z))
			text_add(t, "  %s zone: %u pages used for memmap\n", z->name,
				 m->s->boot.memmap_pages[z->id]);
		if (i == 0 && m->s->profile.present != PRESENT_SPANNED)
			text_add(t, "  %s zone: 0 pages reserved\n", z->name);
		text_add(t, "  %s zone: %u pages, LIFO batch:%u\n", z->name, z->present,
			 pcp_batch_size(m, counted_early(m, z)));
	}
}

static void print_hole(const struct mm386 *m, struct text *t, const struct zone *z, uint64_t start,
		       uint64_t end)
{
	uint64_t most = ROUND_UP((uint64_t)m->s->info.max_mapnr, m->s->info.pae ? 512 : 1024);

	end = end < most ? end : most; /* whether a frame has a descriptor is asked by page block */
	if (z && start < end)
		text_add(t, "On node %u, zone %s: %llu pages in unavailable ranges\n", z->node,
			 z->name, (unsigned long long)(end - start));
}

/*
 * Frames of the node that have a descriptor and are no RAM, told before each range with the zone
 * that it lies in; behind the last as far as there is RAM that the kernel cannot use.
 * Kernel: memmap_init(), init_unavailable_range() [5.12 and later].
 */
static void print_unavailable(const struct mm386 *m, struct text *t, unsigned n)
{
	const struct mm386_info *info = &m->s->info;
	uint64_t hole = n ? m->s->node[n].start_pfn : 0, start, end, last = 0;
	const struct zone *highest = NULL;
	unsigned node;

	for (unsigned i = 0; active_range(m, i, &node, &start, &end); i++) {
		for (unsigned k = 0; node == n && k < zones_per_node(m); k++) {
			const struct zone *z = zone_at(m, n, k);
			uint64_t from = start > z->start_pfn ? start : z->start_pfn;
			uint64_t to = end < z->end_pfn ? end : z->end_pfn;

			if (from >= to)
				continue;
			print_hole(m, t, z, hole, from);
			hole = to;
			highest = z;
		}
	}
	for (unsigned i = 0; i < info->nr_e820; i++)
		if (info->e820[i].type == MM386_E820_USABLE &&
		    PFN_DOWN(info->e820[i].start) < (info->pae ? MAX_PFN_PAE : MAX_PFN_4G))
			last = PFN_DOWN(info->e820[i].end + 1);
	if (n + 1 == info->nr_nodes)
		print_hole(m, t, highest, hole, last);
}

/* The words changed with what there was to say: zone order 2.6.23, mobility 2.6.24. */
static void print_built(const struct mm386 *m, struct text *t)
{
	const struct profile *p = &m->s->profile;

	text_add(t, "Built %u zonelists", m->s->info.nr_nodes);
	if (p->zonelist != ZONELIST_BY_NODE)
		text_add(t, " in %s order",
			 m->s->info.nr_nodes > 1 && zonelist_by_node(m) ? "Node" : "Zone");
	if (m->s->info.nr_migratetypes > 1)
		text_add(t, ", mobility grouping %s", m->s->mobility_disabled ? "off" : "on");
	if (p->prints_total)
		text_add(t, ".  Total pages: %llu", (unsigned long long)m->s->boot.zonelist_pages);
	text_add(t, "\n");
}

static void print_zones(const struct mm386 *m, struct text *t)
{
	if (m->s->profile.handover == HANDOVER_24) {
		print_zones_24(m, t);
		return;
	}
	if (m->s->profile.active != ACTIVE_NONE) {
		print_zone_ranges(m, t);
		print_movable(m, t);
		print_active_ranges(m, t);
	}
	for (unsigned n = 0; n < m->s->info.nr_nodes; n++) {
		if (is_new(m)) {
			text_add(t, "Initmem setup node %u ", n);
			print_node_bounds(m, t, n);
		}
		print_node(m, t, n);
		if (m->s->profile.prints_unavailable)
			print_unavailable(m, t, n);
	}
	print_built(m, t);
}

/* Empty ones too; the movable zone is high memory where there is any. */
static void print_highmem(const struct mm386 *m, struct text *t)
{
	const struct mm386_info *info = &m->s->info;
	unsigned last = m->s->zone_highmem;

	if (info->highmem == MM386_HIGHMEM_OFF)
		return;
	if (info->highend_pfn > info->highstart_pfn)
		last = zones_per_node(m) - 1;
	for (unsigned n = 0; n < info->nr_nodes; n++)
		for (unsigned i = m->s->zone_highmem; i <= last; i++) {
			const struct zone *z = zone_at(m, n, i);

			text_add(t, "Initializing %s for node %u (%08x:%08x)\n", z->name, n,
				 z->spanned ? z->start_pfn : 0, z->spanned ? z->end_pfn : 0);
		}
}

/* ---- hash tables --------------------------------------------------------------- */

static void print_hash(const struct mm386 *m, struct text *t, const char *name, uint32_t entries,
		       unsigned order)
{
	text_add(t, "%s hash table entries: %u (order: %u, %u bytes%s)\n", name, entries, order,
		 entries * 4, m->s->profile.hash_linear ? ", linear" : "");
}

static unsigned order_of(uint64_t bytes)
{
	unsigned order = 0;

	while ((uint64_t)MM386_PAGE_SIZE << order < bytes)
		order++;
	return order;
}

/* Where the PID table is not sized like the others, its "order" is that of its entries. */
static void print_hashes(const struct mm386 *m, struct text *t)
{
	const struct boot_facts *f = &m->s->boot;
	unsigned log2 = 0;

	if (!m->s->profile.boot_hashes)
		return;
	while (1u << log2 < f->pid_entries)
		log2++;
	if (f->pid_entries)
		print_hash(m, t, "PID", f->pid_entries,
			   m->s->profile.pid_hash_large ? order_of(f->pid_entries * 4) : log2);
	print_hash(m, t, "Dentry cache", f->dentry_entries, order_of(f->dentry_entries * 4));
	print_hash(m, t, "Inode-cache", f->inode_entries, order_of(f->inode_entries * 4));
}

/* ---- totals ------------------------------------------------------------------ */

static void print_memory(const struct mm386 *m, struct text *t)
{
	const struct boot_facts *f = &m->s->boot;
	const struct mm386_info *info = &m->s->info;
	uint64_t physical = (uint64_t)f->lowmem_ram_pages + f->highmem_ram_pages;
	uint64_t total = m->s->totalram_pages;

	for (unsigned i = 0; m->s->profile.totals_late && i < info->nr_zones; i++)
		total += m->s->boot.given_back[i];
	if (m->s->profile.prints_ram)
		text_add(t,
			 "Memory: %luK/%luK available (%uK kernel code, %uK rwdata, %uK rodata, "
			 "%uK init, %uK bss, %luK reserved, 0K cma-reserved, %luK highmem)\n",
			 kib(total), kib(physical), f->text_bytes >> 10,
			 (uint32_t)(f->data_end - f->data_start) >> 10,
			 (uint32_t)(f->rodata_end - f->rodata_start) >> 10, f->init_bytes >> 10,
			 f->bss_bytes >> 10, kib(physical - total), kib(m->s->totalhigh_pages));
	else
		text_add(t,
			 "Memory: %luk/%luk available (%uk kernel code, %luk reserved, %uk data, "
			 "%uk init, %luk highmem)\n",
			 kib(total), kib(info->max_mapnr), f->text_bytes >> 10,
			 kib(physical - total), f->data_bytes >> 10, f->init_bytes >> 10,
			 kib(m->s->totalhigh_pages));
}

static void print_bound(struct text *t, const char *name, uint64_t start, uint64_t end)
{
	bool large = strcmp(name, "vmalloc") == 0 || strcmp(name, "lowmem ") == 0;

	text_add(t, "    %s : 0x%08llx - 0x%08llx   (%4llu %s)\n", name, (unsigned long long)start,
		 (unsigned long long)end, (unsigned long long)((end - start) / (large ? MIB : KIB)),
		 large ? "MB" : "kB");
}

static void print_layout(const struct mm386 *m, struct text *t)
{
	const struct mm386_info *info = &m->s->info;
	const struct boot_facts *f = &m->s->boot;
	uint64_t offset = info->page_offset;

	text_add(t, "virtual kernel memory layout:%s\n",
		 m->s->profile.prints_layout ? "" : " (worked out; this kernel does not print it)");
	print_bound(t, "fixmap ", info->fixaddr_start, info->fixaddr_top);
	for (unsigned i = info->nr_regions; i-- > 0;) {
		const struct mm386_region *r = &info->region[i];

		if (strcmp(r->name, "cpu_entry") == 0 || strcmp(r->name, "ldt") == 0)
			print_bound(t, r->name[0] == 'c' ? "cpu_entry" : "ldt    ", r->start,
				    r->end);
	}
	if (info->pkmap_base)
		print_bound(t, "pkmap  ", info->pkmap_base,
			    (uint64_t)info->pkmap_base +
				    (uint64_t)info->last_pkmap * MM386_PAGE_SIZE);
	print_bound(t, "vmalloc", info->vmalloc_start, info->vmalloc_end);
	print_bound(t, "lowmem ", info->page_offset, info->high_memory);
	print_bound(t, "  .init", offset + f->init_start, offset + f->init_end);
	print_bound(t, "  .data", offset + f->image_start + f->text_bytes, offset + f->data_end);
	print_bound(t, "  .text", offset + f->image_start, offset + f->image_start + f->text_bytes);
}

long mm386_boot_report(const struct mm386 *m, char *buf, size_t size)
{
	const struct mm386_info *info = &m->s->info;
	struct text t = {.buf = buf, .size = size};

	if (size > 0)
		buf[0] = '\0';
	text_add(&t, "Linux version %u.%u.%u\n", info->release >> 16, info->release >> 8 & 255,
		 info->release & 255);
	print_tables(m, &t);
	print_limits(m, &t);
	print_zones(m, &t);
	text_add(&t, "Kernel command line: %s\n", info->cmdline);
	if (m->s->profile.max_pfn == MAX_PFN_BELOW)
		print_highmem(m, &t);
	print_hashes(m, &t);
	print_memory(m, &t);
	print_layout(m, &t);
	return (long)t.len;
}
