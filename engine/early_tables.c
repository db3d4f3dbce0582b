/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * early_tables.c - page tables that boot takes where large pages do not fit.
 *
 *	1M ............ RAM ............ real_end  high_memory
 *	├─────── 3rd ───────┼── 2nd ──┼─ 1st ─┼─ last ─┤	runs in which the direct map is made
 *
 * The first tables of all lie in brk and map the image; six more pages of brk serve until they
 * are used up, or may not be touched because the run that is being mapped has them in it.  Then RAM
 * that is mapped already gives its highest page.
 *
 * Kernel: init_mem_mapping(), memory_map_top_down(), alloc_low_pages() [3.9 and later].
 */
#include "boot.h"

#define PAGE	      MM386_PAGE_SIZE
#define PGT_BUF_PAGES 6 /* INIT_PGT_BUF_SIZE */

static uint64_t pmd_bytes(const struct boot *b)
{
	return b->plan->info.pae ? 2 * MIB : 4 * MIB;
}

static void from_ram(struct boot *b, unsigned pages, uint64_t limit)
{
	taken_alloc_down(b, (uint64_t)pages * PAGE, PAGE, limit, MM386_KIND_PGTABLE,
			 "Early page tables");
}

void early_tables_take(struct boot *b, struct early_tables *t, unsigned pages)
{
	if (t->used + pages <= PGT_BUF_PAGES)
		t->used += pages;
	else
		from_ram(b, pages, b->max_low_bytes);
}

/* ---- the direct map ---------------------------------------------------------------- */

static uint64_t ram_within(const struct boot *b, uint64_t start, uint64_t end)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < b->nr_ram; i++) {
		uint64_t s = b->ram[i].start > start ? b->ram[i].start : start;
		uint64_t e = b->ram[i].end < end ? b->ram[i].end : end;

		bytes += s < e ? e - s : 0;
	}
	return bytes;
}

/* The end of the first run: the highest whole large page that is free. */
static uint64_t first_run_end(struct boot *b)
{
	uint64_t pmd = pmd_bytes(b);
	uint64_t at =
		taken_alloc_down(b, pmd, pmd, b->max_low_bytes, MM386_KIND_PGTABLE, "scratch");

	if (!at) {
		b->out_of_memory = false; /* it maps what there is, then */
		return b->max_low_bytes;
	}
	taken_remove(b, at);
	return at + pmd;
}

/* A table for the large page around ${at}, if that is RAM only in part and has none yet. */
static void map_edge(struct boot *b, struct early_tables *t, uint64_t at, bool brk_is_free)
{
	uint64_t pmd = pmd_bytes(b), i = at / pmd;

	if (i < b->p->early_tables || t->has[i] || ram_within(b, i * pmd, (i + 1) * pmd) == pmd)
		return;
	t->has[i] = true;
	if (brk_is_free && t->used < PGT_BUF_PAGES)
		t->used++;
	else
		from_ram(b, 1, t->first_run_end);
}

/* RAM of start..end, range by range.  Kernel: init_range_memory_mapping(). */
static uint64_t map_run(struct boot *b, struct early_tables *t, uint64_t start, uint64_t end)
{
	uint64_t mapped = 0, brk_end = b->plan->boot.image_end;

	for (unsigned i = 0; i < b->nr_ram; i++) {
		uint64_t s = b->ram[i].start > start ? b->ram[i].start : start;
		uint64_t e = b->ram[i].end < end ? b->ram[i].end : end;
		uint64_t brk = brk_end - (PGT_BUF_PAGES - t->used) * PAGE;
		bool brk_is_free = (s > brk ? s : brk) >= (e < brk_end ? e : brk_end);

		if (s >= e)
			continue;
		map_edge(b, t, s, brk_is_free);
		map_edge(b, t, e - 1, brk_is_free);
		mapped += e - s;
	}
	return mapped;
}

/* From the top down, in steps that grow as the map does; what is above the first run comes last. */
void early_tables_direct_map(struct boot *b, struct early_tables *t)
{
	uint64_t step = pmd_bytes(b), last, start, mapped = 0;
	unsigned grow =
		b->plan->info.pae ? 6 : 7; /* a page of entries maps so much more, less some */

	memset(t, 0, sizeof(*t));
	t->first_run_end = first_run_end(b);
	for (last = t->first_run_end; last > MIB; last = start) {
		start = last > step && step ? ROUND_DOWN(last - 1, step) : 0;
		start = start > MIB ? start : MIB;
		mapped += map_run(b, t, start, last);
		if (mapped >= step)
			step = (uint32_t)(step << grow); /* beyond 4G: 0, the rest at once */
	}
	map_run(b, t, t->first_run_end, b->max_low_bytes);
}

/* ---- windows ------------------------------------------------------------------------- */

static unsigned tables_between(uint64_t first, uint64_t last, uint64_t pmd)
{
	return first / pmd == last / pmd ? 0 : (unsigned)(last / pmd - first / pmd) + 1;
}

/*
 * The fixmap's tables: the one at the very top and that of early_ioremap() are there
 * from the start; slots of kmap_atomic() that lie in two tables get these side by side, and
 * what was there is copied.  Kernel: early_ioremap_page_table_range_init().
 */
void early_tables_fixmap(struct boot *b, struct early_tables *t)
{
	const struct profile *p = b->p;
	uint64_t pmd = pmd_bytes(b), top = p->fixaddr_top;
	uint64_t kmap = p->fixmap_base - p->fixmap_behind_kmap;
	uint64_t last = kmap + (uint64_t)p->fixmap_per_cpu * p->nr_cpus - 1;
	uint64_t ioremap = b->fixmap_total_start + p->fixmap_boot_extra * PAGE;
	unsigned side_by_side = 0;

	if (b->plan->info.highmem != MM386_HIGHMEM_OFF)
		side_by_side = tables_between(top - last * PAGE, top - kmap * PAGE, pmd);
	if (side_by_side)
		early_tables_take(b, t, side_by_side);
	for (uint64_t at = b->fixmap_total_start / pmd; at < top / pmd; at++)
		if (at != ioremap / pmd)
			early_tables_take(b, t, 1);
}

/* What cpu_entry_area has beyond the tables it shares with the fixmap.  Kernel: trap_init(). */
void early_tables_cpu_entry(struct boot *b, struct early_tables *t)
{
	uint64_t pmd = pmd_bytes(b);
	uint64_t end =
		b->cpu_entry_base + ((uint64_t)b->p->cpu_entry_pages * b->p->nr_cpus + 1) * PAGE;

	if (!b->cpu_entry_base)
		return;
	for (uint64_t at = b->cpu_entry_base; at < end; at += pmd)
		if (at / pmd < b->fixmap_total_start / pmd)
			early_tables_take(b, t, 1);
}
