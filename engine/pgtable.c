/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pgtable.c - the walk from CR3 to the byte, through the kernel's own map.
 *
 *	two levels:	10 | 10 | 12	4 byte entries, large pages of 4 MiB
 *	PAE:		2 | 9 | 9 | 12	8 byte entries, large pages of 2 MiB
 *
 * The direct map uses large pages but for the first one in 2.6.27 and later
 * (the memory types of the first 1 MiB differ), where read-only and writable
 * data share one in 6.1, and at its end where no whole large page is left.
 * Entry values are worked out when asked for; places are those of the tables
 * that the boot took.
 *
 * Kernel: arch/i386/mm/init.c pagetable_init() [2.4.22],
 * arch/x86/mm/init.c init_memory_mapping() [2.6.32, 6.1].
 */
#include <stdio.h>

#include "boot.h"

#define PTE_PRESENT  0x001u
#define PTE_RW	     0x002u
#define PTE_ACCESSED 0x020u
#define PTE_DIRTY    0x040u
#define PTE_PSE	     0x080u
#define PTE_GLOBAL   0x100u
#define TABLE_FLAGS  (PTE_PRESENT | PTE_RW | PTE_ACCESSED | PTE_DIRTY)

struct shape {
	unsigned pmd_shift;   /* 22, or 21 with PAE */
	unsigned entry_bytes; /* 4, or 8 */
	unsigned entries;     /* of a page of entries */
};

static struct shape shape_of(const struct mm386_info *info)
{
	if (info->pae)
		return (struct shape){.pmd_shift = 21, .entry_bytes = 8, .entries = 512};
	return (struct shape){.pmd_shift = 22, .entry_bytes = 4, .entries = 1024};
}

static bool is_read_only(const struct mm386 *m, uint64_t pa)
{
	const struct boot_facts *f = &m->s->boot;

	return f->rodata_start && pa >= f->image_start && pa < f->rodata_end;
}

/* Whether the direct map's large page that starts at ${pa} exists as one. */
static bool is_large(const struct mm386 *m, uint64_t pa, uint64_t bytes)
{
	uint64_t end = (uint64_t)m->s->info.max_low_pfn << MM386_PAGE_SHIFT;

	if (m->s->profile.kernel_4k_head && pa == 0)
		return false;
	if (pa + bytes > end)
		return m->s->profile.large_tail && pa < end;
	return is_read_only(m, pa) == is_read_only(m, pa + bytes - MM386_PAGE_SIZE);
}

uint32_t pgtable_direct_large_pages(const struct mm386 *m)
{
	uint64_t bytes = UINT64_C(1) << shape_of(&m->s->info).pmd_shift;
	uint64_t end = (uint64_t)m->s->info.max_low_pfn << MM386_PAGE_SHIFT;
	uint32_t nr = 0;

	for (uint64_t pa = 0; pa < end; pa += bytes)
		nr += is_large(m, pa, bytes);
	return nr;
}

static uint32_t direct_flags(const struct mm386 *m, uint64_t pa)
{
	uint32_t flags = PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY | PTE_GLOBAL;

	return is_read_only(m, pa) ? flags : flags | PTE_RW;
}

/* The place of the ${nth} page table of boot: taken beside the image, or in its brk; 0: no place is
 * kept. */
static uint64_t table_place(const struct mm386 *m, unsigned nth)
{
	uint64_t brk = m->s->boot.bss_end + (uint64_t)nth * MM386_PAGE_SIZE;

	for (unsigned i = 0; i < m->s->info.nr_ranges; i++) {
		const struct mm386_range *r = &m->s->info.range[i];

		if (r->cls == MM386_RANGE_BOOT && strcmp(r->name, "Page tables") == 0 && nth-- == 0)
			return r->start;
	}
	return m->s->profile.boot_alloc == BOOT_ALLOC_MEMBLOCK && brk < m->s->boot.image_end ? brk
											     : 0;
}

static const char *region_name(const struct mm386_info *info, mm386_va_t va)
{
	for (unsigned i = 0; i < info->nr_regions; i++)
		if (va >= info->region[i].start && va < info->region[i].end)
			return info->region[i].name;
	return "";
}

static struct mm386_walk_level *level_add(struct mm386_walk *w, const char *name, uint32_t index,
					  uint64_t table, unsigned entry_bytes)
{
	struct mm386_walk_level *l = &w->level[w->nr_levels++];

	l->name = name;
	l->index = index;
	l->entry_pa = table ? table + (uint64_t)index * entry_bytes : 0;
	return l;
}

static void level_set(struct mm386_walk_level *l, uint64_t entry)
{
	l->entry = entry;
	l->present = entry & PTE_PRESENT;
}

/* What the kernel would say of an address that its own map does not cover. */
static void explain(const struct mm386 *m, struct mm386_walk *w)
{
	if (w->va < m->s->info.page_offset)
		snprintf(w->why, sizeof(w->why), "below PAGE_OFFSET: no process, nothing mapped");
	else if (strcmp(w->region, "vmalloc") == 0)
		snprintf(w->why, sizeof(w->why), "no vmalloc area covers it: Oops, paging request");
	else if (strcmp(w->region, "pkmap") == 0)
		snprintf(w->why, sizeof(w->why), "no kmap() uses this slot: page table entry is 0");
	else if (strcmp(w->region, "fixmap") == 0)
		snprintf(w->why, sizeof(w->why), "no set_fixmap() or kmap_atomic() uses this slot");
	else
		snprintf(w->why, sizeof(w->why),
			 "nothing is ever mapped here: Oops, paging request");
}

/* The directory above the page tables: its own page without PAE, a page for each 1 GiB with it. */
static uint64_t walk_top(const struct mm386 *m, struct mm386_walk *w, const struct shape *s)
{
	uint64_t pgd = m->s->boot.pgd_pa;
	struct mm386_walk_level *l;

	w->cr3 = (uint32_t)pgd;
	if (!m->s->info.pae)
		return pgd;
	l = level_add(w, "pgd", w->va >> 30, pgd, s->entry_bytes);
	/* The middle directory of the kernel's part lies behind the top one in the image. */
	if (w->va >= m->s->info.page_offset)
		level_set(l, (pgd + MM386_PAGE_SIZE * (1 + (w->va >> 30))) | PTE_PRESENT);
	return l->present ? pgd + MM386_PAGE_SIZE * (1 + (w->va >> 30)) : 0;
}

static bool has_table(const struct mm386_walk *w)
{
	return strcmp(w->region, "pkmap") == 0 || strcmp(w->region, "fixmap") == 0 ||
	       strcmp(w->region, "lowmem") == 0;
}

/*
 * Where the table of 4 KiB entries lies that serves ${w}.  Boot takes them in
 * this order: fixmap (its top one), head, where read-only data ends, tail, pkmap.
 */
static uint64_t pte_table(const struct mm386 *m, const struct mm386_walk *w, const struct shape *s)
{
	const struct boot_facts *f = &m->s->boot;
	uint64_t large = 1ull << s->pmd_shift, pa = w->va - m->s->info.page_offset;
	bool lowmem = strcmp(w->region, "lowmem") == 0;
	bool split = f->rodata_end % large != 0;
	bool tail = m->s->info.max_low_pfn % (large / MM386_PAGE_SIZE) != 0 &&
		    !m->s->profile.large_tail;
	unsigned nth = 0;

	if (strcmp(w->region, "fixmap") == 0)
		return w->va >> s->pmd_shift == m->s->info.fixaddr_top >> s->pmd_shift
			       ? table_place(m, nth)
			       : 0;
	nth++;
	if (lowmem && pa < large)
		return table_place(m, nth);
	nth += m->s->profile.kernel_4k_head;
	if (lowmem && split && pa / large == f->rodata_end / large)
		return table_place(m, nth);
	nth += split;
	if (lowmem)
		return table_place(m, nth);
	nth += tail;
	return table_place(m, nth);
}

static void map_byte(struct mm386_walk *w, uint64_t frame, uint32_t bytes)
{
	w->present = true;
	w->page_bytes = bytes;
	w->pa = frame + (w->va & (bytes - 1));
	w->pfn = (mm386_pfn_t)(w->pa >> MM386_PAGE_SHIFT);
}

static void walk_kernel(const struct mm386 *m, struct mm386_walk *w)
{
	struct shape s = shape_of(&m->s->info);
	uint32_t large = 1u << s.pmd_shift;
	uint64_t table = walk_top(m, w, &s), pa = w->va - m->s->info.page_offset;
	bool direct = strcmp(w->region, "lowmem") == 0;
	struct mm386_walk_level *l;

	if (m->s->info.pae && !table)
		return;
	l = level_add(w, m->s->info.pae ? "pmd" : "pgd", (w->va >> s.pmd_shift) & (s.entries - 1),
		      table, s.entry_bytes);
	if (direct && is_large(m, pa & ~(uint64_t)(large - 1), large)) {
		pa &= ~(uint64_t)(large - 1);
		level_set(l, pa | direct_flags(m, pa) | PTE_PSE);
		map_byte(w, pa, large);
		return;
	}
	if (!has_table(w))
		return;
	table = pte_table(m, w, &s);
	level_set(l, table | TABLE_FLAGS);
	l = level_add(w, "pte", (w->va >> MM386_PAGE_SHIFT) & (s.entries - 1), table,
		      s.entry_bytes);
	if (!direct)
		return;
	pa &= ~(uint64_t)(MM386_PAGE_SIZE - 1);
	level_set(l, pa | direct_flags(m, pa));
	map_byte(w, pa, MM386_PAGE_SIZE);
}

int mm386_translate(const struct mm386 *m, mm386_va_t va, unsigned pid, struct mm386_walk *out)
{
	if (pid != 0)
		return -ESRCH;
	memset(out, 0, sizeof(*out));
	out->va = va;
	out->pfn = MM386_NO_PFN;
	out->region = region_name(&m->s->info, va);
	walk_kernel(m, out);
	if (!out->present)
		explain(m, out);
	return 0;
}
