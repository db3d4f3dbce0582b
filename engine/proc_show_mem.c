/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc_show_mem.c - what a kernel out of memory prints of its memory, as sysrq-m does.
 *
 * Kernel: mm/page_alloc.c show_free_areas() [2.4.22, 2.6.16, 2.6.24, 2.6.32, 4.19, 6.1];
 * arch/i386/mm/init.c show_mem(), fs/buffer.c show_buffers() [2.4.22]; arch/i386/mm/pgtable.c
 * show_mem() [2.6.18]; lib/show_mem.c show_mem() [2.6.32, 6.1]; mm/swap_state.c
 * show_swap_cache_info().  Without the levels and times that printk() puts before a line.
 */
#include "internal.h"

static unsigned long long kib(uint64_t pages)
{
	return pages << (MM386_PAGE_SHIFT - 10);
}

static uint64_t total(const struct mm386 *m, enum report_value value)
{
	const struct report_item item = {.value = (uint8_t)value};

	return report_total(m, &item);
}

static void show_node(const struct mm386 *m, const struct zone *z, struct text *t)
{
	if (m->s->info.nr_nodes > 1)
		text_add(t, "Node %u ", z->node);
}

/* ---- per-CPU lists ----------------------------------------------------------------- */

static void print_pcp_set(const struct mm386 *m, unsigned cpu, bool cold, const struct pcp *p, struct text *t)
{
	const struct proc_rules *r = &m->s->profile.proc;
	uint32_t batch = cold ? p->cold_batch : p->batch;

	text_add(t, "cpu %u %s: ", cpu, cold ? "cold" : "hot");
	if (r->pagesets == PAGESETS_LOW)
		text_add(t, "low %u, ", cold ? 0 : m->s->profile.pcp.low_batches * batch);
	text_add(t, "high %u, batch %u", cold ? p->cold_high : p->high, batch);
	if (r->report_pcp_used)
		text_add(t, " used:%u", cold ? p->cold_count : p->count);
	text_add(t, "\n");
}

static void print_pcp_cpu(const struct mm386 *m, const struct zone *z, unsigned cpu, struct text *t)
{
	const struct pcp *p = pcp_of(m, z, cpu);

	switch (m->s->profile.proc.pagesets) {
	case PAGESETS_LINE:
		text_add(t, "CPU %4u: Hot: hi:%5u, btch:%4u usd:%4u   Cold: hi:%5u, btch:%4u usd:%4u\n", cpu,
			 p->high, p->batch, p->count, p->cold_high, p->cold_batch, p->cold_count);
		break;
	case PAGESETS_ONE:
		text_add(t, "CPU %4u: hi:%5u, btch:%4u usd:%4u\n", cpu, p->high, p->batch, p->count);
		break;
	default:
		print_pcp_set(m, cpu, false, p, t);
		print_pcp_set(m, cpu, true, p, t);
		break;
	}
}

static void print_pcp(const struct mm386 *m, struct text *t)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];

		if (!z->present && !m->s->profile.proc.report_empty_zones)
			continue;
		show_node(m, z, t);
		text_add(t, "%s per-cpu:%s\n", z->name, z->present ? "" : " empty");
		for (unsigned cpu = 0; cpu < m->s->info.cpus && z->present; cpu++)
			print_pcp_cpu(m, z, cpu, t);
	}
}

/* ---- sums, nodes, zones ---------------------------------------------------------------- */

static void print_totals(const struct mm386 *m, struct text *t)
{
	const struct report_item *item;

	for (unsigned i = 0; (item = profile_report(&m->s->profile, REPORT_TOTALS, &i));)
		text_add(t, "%s%llu", item->label, (unsigned long long)report_total(m, item));
	text_add(t, "\n");
}

static void print_value(const struct report_item *item, uint64_t value, struct text *t)
{
	static const char *const tail[] = {[UNIT_PAGES] = "kB", [UNIT_KB] = "kB",     [UNIT_STACKS] = "kB",
					   [UNIT_COUNT] = "",	[UNIT_NARROW] = "kB", [UNIT_BIG_K] = "KB"};

	text_add(t, "%s%llu%s", item->label,
		 (unsigned long long)report_scaled((enum report_unit)item->unit, value), tail[item->unit]);
}

static void print_nodes(const struct mm386 *m, struct text *t)
{
	for (unsigned n = 0; n < m->s->info.nr_nodes && m->s->profile.proc.node_words; n++) {
		const struct report_item *item;

		text_add(t, "Node %u", n);
		for (unsigned i = 0; (item = profile_report(&m->s->profile, REPORT_NODE, &i));)
			print_value(item, report_node_value(m, item, n), t);
		text_add(t, " all_unreclaimable? no\n");
	}
}

/* ", all_unreclaimable?" is the zone's until 4.8 makes it the node's. */
static void print_zone(const struct mm386 *m, const struct zone *z, struct text *t)
{
	const struct proc_rules *r = &m->s->profile.proc;
	unsigned types = m->s->info.nr_zones / m->s->info.nr_nodes;
	const struct report_item *item;

	show_node(m, z, t);
	text_add(t, "%s", z->name);
	for (unsigned i = 0; (item = profile_report(&m->s->profile, REPORT_ZONE, &i));) {
		print_value(item, report_zone_value(m, item, z), t);
		if (item->value == VALUE_NONE) /* pages_scanned */
			text_add(t, " all_unreclaimable? no");
	}
	text_add(t, "\n");
	if (!r->reserve_word)
		return;
	text_add(t, "%s", r->reserve_word);
	for (unsigned i = 0; i < types; i++)
		text_add(t, " %u", z->lowmem_reserve[i]);
	text_add(t, "\n");
}

static void print_zone_24(const struct zone *z, struct text *t)
{
	text_add(t, "Zone:%s freepages:%6llukB min:%6llukB low:%6llukB high:%6llukB\n", z->name,
		 kib(z->nr_free), kib(z->watermark[MM386_WMARK_MIN]), kib(z->watermark[MM386_WMARK_LOW]),
		 kib(z->watermark[MM386_WMARK_HIGH]));
}

/* ---- blocks of each order ------------------------------------------------------------------ */

/* "(UME) ": the types that have a block of that order, by the kernel's numbers. */
static void print_types(const struct mm386 *m, const struct zone *z, unsigned order, struct text *t)
{
	static const char letter[MM386_MIGRATETYPES] = {
		[MM386_MIGRATE_UNMOVABLE] = 'U',
		[MM386_MIGRATE_MOVABLE] = 'M',
		[MM386_MIGRATE_RECLAIMABLE] = 'E',
		[MM386_MIGRATE_RESERVED] = 'R',
		[MM386_MIGRATE_ISOLATE] = 'I',
	};
	char word[MM386_MIGRATETYPES + 1] = "";

	for (unsigned mt = 0; mt < MM386_MIGRATETYPES; mt++) {
		int n = mm386_migratetype_number(m, (enum mm386_migratetype)mt);

		if (n >= 0)
			word[n] = z->free[order][mt].nr ? letter[mt] : ' ';
	}
	text_add(t, "(");
	for (const char *c = word; *c; c++)
		if (*c != ' ')
			text_add(t, "%c", *c == 'R' && m->s->profile.highatomic ? 'H' : *c);
	text_add(t, ") ");
}

static void print_orders(const struct mm386 *m, const struct zone *z, struct text *t)
{
	uint64_t pages = 0;

	for (unsigned o = 0; o < MM386_ORDERS && o < m->s->info.orders; o++) {
		pages += (uint64_t)z->nr_blocks[o] << o;
		text_add(t, "%u*%llukB ", z->nr_blocks[o], kib(UINT64_C(1) << o));
		if (m->s->profile.proc.report_types && z->nr_blocks[o])
			print_types(m, z, o, t);
	}
	text_add(t, "= %llukB", kib(pages));
}

static void print_zone_orders(const struct mm386 *m, struct text *t)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];

		if (!z->present && !m->s->profile.proc.report_empty_zones)
			continue;
		show_node(m, z, t);
		text_add(t, "%s: ", z->name);
		if (z->present)
			print_orders(m, z, t);
		else
			text_add(t, "empty");
		text_add(t, "\n");
	}
}

/* 2.4 closes a bracket that it never opened, and shows the first node's zones only. */
static void print_orders_24(const struct mm386 *m, struct text *t)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];

		if (z->node > 0)
			continue;
		if (z->spanned)
			print_orders(m, z, t);
		else
			text_add(t, "= 0kB");
		text_add(t, ")\n");
	}
}

/* ---- swap and page cache --------------------------------------------------------------------- */

static void print_swap(enum swap_line_rule rule, struct text *t)
{
	switch (rule) {
	case SWAP_RACE:
	case SWAP_RACE_FREE:
		text_add(t, "Swap cache: add 0, delete 0, find 0/0, race 0+0\n");
		break;
	case SWAP_FREE:
		text_add(t, "Swap cache: add 0, delete 0, find 0/0\n");
		break;
	case SWAP_STATS:
		text_add(t, "0 pages in swap cache\nSwap cache stats: add 0, delete 0, find 0/0\n");
		break;
	case SWAP_PLAIN:
		text_add(t, "0 pages in swap cache\n");
		break;
	}
	if (rule != SWAP_RACE)
		text_add(t, "Free swap  = 0kB\nTotal swap = 0kB\n");
}

static void show_free_areas(const struct mm386 *m, struct text *t)
{
	const struct proc_rules *r = &m->s->profile.proc;

	if (r->report_pcp)
		print_pcp(m, t);
	if (r->report_free_pages)
		text_add(t, "%sFree pages: %11llukB (%llukB HighMem)\n", r->report_blank_line ? "\n" : "",
			 kib(total(m, VALUE_FREE)), kib(total(m, VALUE_HIGH_FREE)));
	print_totals(m, t);
	print_nodes(m, t);
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		if (m->s->zone[i].present || r->report_empty_zones)
			print_zone(m, &m->s->zone[i], t);
	print_zone_orders(m, t);
	for (unsigned n = 0; n < m->s->info.nr_nodes && r->report_huge_pages; n++)
		text_add(t, "Node %u hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=%llukB\n",
			 n, kib(total(m, VALUE_HUGE_PAGE)));
	if (r->report_page_cache)
		text_add(t, "%llu total pagecache pages\n",
			 (unsigned long long)counter_named(m, "nr_file_pages", -1));
	print_swap(r->swap_line, t);
}

static void show_free_areas_24(const struct mm386 *m, struct text *t)
{
	text_add(t, "Free pages:      %6llukB (%6llukB HighMem)\n", kib(total(m, VALUE_FREE)),
		 kib(total(m, VALUE_HIGH_FREE)));
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		print_zone_24(&m->s->zone[i], t);
	text_add(t, "( Active: 0, inactive: 0, free: %llu )\n", (unsigned long long)total(m, VALUE_FREE));
	print_orders_24(m, t);
	print_swap(SWAP_RACE, t);
}

/* ---- frame by frame ---------------------------------------------------------------------------- */

struct tally {
	uint32_t pages, high, reserved;
	uint32_t shared;     /* references beyond the first */
	uint32_t non_shared; /* frames with one reference */
};

/* What the descriptors of all nodes say; with holes, which have descriptors too. */
static struct tally count_frames(const struct mm386 *m)
{
	const struct mm386_info *info = &m->s->info;
	struct tally sum = {0};
	pfn_t first = info->max_mapnr;

	for (unsigned i = 0; i < info->nr_zones; i++)
		if (m->s->zone[i].spanned && m->s->zone[i].start_pfn < first)
			first = m->s->zone[i].start_pfn;
	for (pfn_t pfn = first; pfn < info->max_mapnr; pfn++) {
		int32_t count = m->page[pfn].refcount;

		sum.pages++;
		sum.high += pfn >= info->max_low_pfn;
		if (frame_is_reserved((enum mm386_kind)m->kind[pfn]))
			sum.reserved++;
		else if (count == 1)
			sum.non_shared++;
		else if (count > 1)
			sum.shared += (uint32_t)count - 1;
	}
	return sum;
}

static void print_frames(const struct mm386 *m, struct text *t)
{
	const struct tally c = count_frames(m);

	text_add(t, "%u pages of RAM\n", c.pages);
	text_add(t, "%u pages of HIGHMEM\n", c.high);
	text_add(t, "%u reserved pages\n", c.reserved);
	text_add(t, "%u pages shared\n", c.shared);
	text_add(t, "0 pages swap cached\n");
}

static void print_tail_24(const struct mm386 *m, struct text *t)
{
	const struct proc_rules *r = &m->s->profile.proc;

	text_add(t, "Free swap:       %6ukB\n", 0);
	print_frames(m, t);
	if (r->page_table_cache)
		text_add(t, "0 pages in page table cache\n");
	text_add(t, "Buffer memory:   %6ukB\n", 0);
	if (r->report_cache_memory)
		text_add(t, "Cache memory:   %6ukB\n", 0);
}

static void print_tail_26(const struct mm386 *m, struct text *t)
{
	text_add(t, "Free swap:       %6ukB\n", 0);
	print_frames(m, t);
	if (!m->s->profile.proc.report_states)
		return;
	text_add(t, "%llu pages dirty\n", (unsigned long long)counter_named(m, "nr_dirty", -1));
	text_add(t, "%llu pages writeback\n", (unsigned long long)counter_named(m, "nr_writeback", -1));
	text_add(t, "%llu pages mapped\n", (unsigned long long)counter_named(m, "nr_mapped", -1));
	text_add(t, "%llu pages slab\n",
		 (unsigned long long)(counter_named(m, "nr_slab", -1) +
				      counter_named(m, "nr_slab_reclaimable", -1) +
				      counter_named(m, "nr_slab_unreclaimable", -1)));
	text_add(t, "%llu pages pagetables\n",
		 (unsigned long long)counter_named(m, "nr_page_table_pages", -1));
}

static void print_tail_lib(const struct mm386 *m, struct text *t)
{
	const struct tally c = count_frames(m);

	text_add(t, "%u pages RAM\n", c.pages);
	if (m->s->info.highmem != MM386_HIGHMEM_OFF)
		text_add(t, "%u pages HighMem\n", c.high);
	text_add(t, "%u pages reserved\n", c.reserved);
	text_add(t, "%u pages shared\n", c.shared);
	text_add(t, "%u pages non-shared\n", c.non_shared);
}

static void print_tail_present(const struct mm386 *m, struct text *t)
{
	uint64_t present = 0, high = 0, reserved = 0;

	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];

		present += z->present;
		reserved += z->present - z->managed;
		if (z->start_pfn >= m->s->info.max_low_pfn)
			high += z->present;
	}
	text_add(t, "%llu pages RAM\n", (unsigned long long)present);
	text_add(t, "%llu pages HighMem/MovableOnly\n", (unsigned long long)high);
	text_add(t, "%llu pages reserved\n", (unsigned long long)reserved);
	if (m->s->profile.proc.report_poisoned)
		text_add(t, "0 pages hwpoisoned\n");
}

void proc_show_mem(const struct mm386 *m, struct text *t)
{
	enum report_tail_rule tail = m->s->profile.proc.report_tail;

	text_add(t, tail < REPORT_TAIL_LIB ? "Mem-info:\n" : "Mem-Info:\n");
	if (tail == REPORT_TAIL_24)
		show_free_areas_24(m, t);
	else
		show_free_areas(m, t);
	switch (tail) {
	case REPORT_TAIL_24:
		print_tail_24(m, t);
		break;
	case REPORT_TAIL_26:
		print_tail_26(m, t);
		break;
	case REPORT_TAIL_LIB:
		print_tail_lib(m, t);
		break;
	case REPORT_TAIL_PRESENT:
		print_tail_present(m, t);
		break;
	}
}
