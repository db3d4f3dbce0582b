/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * layout.c - the 4 GiB of linear addresses.
 *
 *	4G ┬ fixmap          FIXADDR_START .. FIXADDR_TOP
 *	   ├ (boot fixmap)   early_ioremap slots, gone after boot
 *	   ├ cpu_entry_area  4.15 and later
 *	   ├ ldt             4.19 and later: one page directory entry
 *	   ├ pkmap           one page table of kmap() slots
 *	   ├ vmalloc         ends 8 KiB below
 *	   │ (gap)           8 MiB, to catch stray accesses
 *	   ├ lowmem          PAGE_OFFSET .. high_memory
 *	 0 ┴ user
 *
 * In 2.6.29 and later what stands above vmalloc decides how much memory the
 * direct map can hold; before, it was 896 MiB whatever stood there.
 */
#include <stdio.h>

#include "boot.h"

#define GUARD (2 * MM386_PAGE_SIZE) /* between vmalloc and what follows */

static uint64_t pmd_bytes(const struct boot *b)
{
	return b->plan->info.pae ? 2 * MIB : 4 * MIB;
}

/*
 * All fixmap slots, boot-only ones included.  Kernel: enum fixed_addresses in
 * include/asm-i386/fixmap.h [2.6.18], arch/x86/include/asm/fixmap.h [2.6.32, 6.1].
 *	2.6.32, 225 permanent: 256 + 256 + 1 = 513	6.1, 583: 1024 + 512 + 1 = 1537
 */
static uint64_t fixmap_slots(const struct profile *p, bool pae, uint64_t permanent)
{
	uint64_t boot = p->fixmap_boot;
	uint64_t table = pae ? 512 : 1024;
	uint64_t start = permanent;

	switch (p->fixmap_boot_rule) {
	case FIXMAP_BOOT_NONE:
	case FIXMAP_BOOT_BEHIND:
		break;
	case FIXMAP_BOOT_NEXT_BLOCK:
		start = permanent + boot - permanent % boot;
		break;
	case FIXMAP_BOOT_SAME_TABLE:
		if (permanent / table != (permanent + boot - 1) / table)
			start = permanent + boot - permanent % boot;
		break;
	}
	return start + boot + p->fixmap_boot_extra;
}

/* From the top down to VMALLOC_END.  Kernel: asm/pgtable_32_types.h, asm/pgtable_32_areas.h. */
static void place_windows(struct boot *b, uint64_t fixmap_total_start)
{
	struct mm386_info *info = &b->plan->info;
	struct profile *p = b->p;
	uint64_t pmd = pmd_bytes(b), below = fixmap_total_start;
	uint64_t slots = info->pae ? 512 : 1024;
	bool highmem = info->highmem != MM386_HIGHMEM_OFF;

	if (p->cpu_entry_pages) {
		if (p->cpu_entry_at_fixaddr)
			below = info->fixaddr_start;
		below -= ((uint64_t)p->cpu_entry_room * p->nr_cpus + 1) * MM386_PAGE_SIZE;
		b->cpu_entry_base = below = ROUND_DOWN(below, pmd);
	}
	if (p->pkmap == PKMAP_BELOW_LDT)
		b->ldt_base = below = ROUND_DOWN(below - MM386_PAGE_SIZE, pmd);
	if (p->pkmap == PKMAP_FE000000)
		info->pkmap_base = 0xfe000000u;
	else if (p->pkmap == PKMAP_BELOW_FIXMAP)
		info->pkmap_base = (uint32_t)ROUND_DOWN(
			info->fixaddr_start - (slots + 1) * MM386_PAGE_SIZE, pmd);
	else if (p->pkmap == PKMAP_BELOW_BOOT_FIXMAP)
		info->pkmap_base = (uint32_t)ROUND_DOWN(below - (slots + 1) * MM386_PAGE_SIZE, pmd);
	else
		info->pkmap_base = (uint32_t)ROUND_DOWN(below - MM386_PAGE_SIZE, pmd);
	info->last_pkmap = (uint32_t)slots;
	if (!highmem) {
		info->pkmap_base = info->last_pkmap = 0;
		if (!p->cpu_entry_pages)
			below = info->fixaddr_start;
		info->vmalloc_end = (uint32_t)(below - GUARD);
		return;
	}
	info->vmalloc_end = info->pkmap_base - GUARD;
}

int layout_top(struct boot *b, struct mm386_error *err)
{
	struct mm386_info *info = &b->plan->info;
	struct profile *p = b->p;
	uint64_t permanent = p->fixmap_base + (uint64_t)p->fixmap_per_cpu * p->nr_cpus;

	if (b->cfg->fixaddr_start)
		permanent = PFN_UP((uint64_t)p->fixaddr_top - b->cfg->fixaddr_start);
	uint64_t total = fixmap_slots(p, info->pae, permanent);

	info->fixaddr_top = p->fixaddr_top;
	info->totals_late = p->totals_late;
	info->fixaddr_start = (uint32_t)(p->fixaddr_top - permanent * MM386_PAGE_SIZE);
	if (total * MM386_PAGE_SIZE > 64 * MIB)
		return error_set(err, b->cfg->fixaddr_start ? "/fixaddr_start" : "/nr_cpus", 0,
				 "nr_cpus %u: a fixmap of %llu pages does not fit (limit %llu)",
				 p->nr_cpus, (unsigned long long)total, 64 * MIB / MM386_PAGE_SIZE);
	b->fixmap_total_start = p->fixaddr_top - total * MM386_PAGE_SIZE;
	place_windows(b, b->fixmap_total_start);
	return 0;
}

/*
 * Kernel: MAXMEM in include/asm-i386/setup.h [2.6.18] and
 * arch/x86/include/asm/pgtable_32_types.h [2.6.32].
 *	2.6.18: 896 MiB	 2.6.32, 8 CPUs: 0x377fe pages	6.1 686: 0x36bfe pages
 */
uint64_t layout_maxmem(const struct boot *b)
{
	uint64_t reserve = VMALLOC_RESERVE;
	uint64_t top = 4 * GIB;

	if (b->opt.has_vmalloc)
		reserve = b->opt.vmalloc_bytes + (b->p->vmalloc_guard_adds ? VMALLOC_OFFSET : 0);
	if (b->p->lowmem == LOWMEM_VMALLOC_END)
		top = b->plan->info.vmalloc_end;
	if (reserve + b->page_offset + 16 * MIB > top)
		return 0;
	return ROUND_DOWN(top - b->page_offset - reserve, MM386_PAGE_SIZE);
}

static void region_add(struct mm386_info *info, const char *name, uint64_t start, uint64_t end,
		       const char *maps)
{
	struct mm386_region *r;

	if (start >= end)
		return;
	assert(info->nr_regions < MM386_REGIONS_MAX);
	r = &info->region[info->nr_regions++];
	snprintf(r->name, sizeof(r->name), "%s", name);
	r->start = start;
	r->end = end;
	snprintf(r->maps, sizeof(r->maps), "%s", maps);
}

static void regions_above_vmalloc(struct boot *b)
{
	struct mm386_info *info = &b->plan->info;
	uint64_t at = (uint64_t)info->pkmap_base + (uint64_t)info->last_pkmap * MM386_PAGE_SIZE;

	if (info->pkmap_base)
		region_add(info, "pkmap", info->pkmap_base, at,
			   "kmap(): a page table of high frames");
	if (b->ldt_base)
		region_add(info, "ldt", b->ldt_base, b->ldt_base + pmd_bytes(b),
			   "the running process's LDT");
	if (b->cpu_entry_base)
		region_add(info, "cpu_entry", b->cpu_entry_base,
			   b->cpu_entry_base + ((uint64_t)b->p->cpu_entry_pages * b->p->nr_cpus +
						1) * MM386_PAGE_SIZE,
			   "entry stacks, GDT and IDT of each CPU");
	region_add(info, "fixmap", info->fixaddr_start, info->fixaddr_top,
		   "fixed slots: local APIC, kmap_atomic, ...");
	region_add(info, "top", info->fixaddr_top, 4 * GIB, "nothing: catches ERR_PTR addresses");
}

void layout_finish(struct boot *b)
{
	struct mm386_info *info = &b->plan->info;
	uint64_t high = b->page_offset + b->max_low_bytes;
	uint64_t mapped = b->page_offset + (uint64_t)b->plan->boot.ram_low_pfn * MM386_PAGE_SIZE;
	uint64_t start = mapped + VMALLOC_OFFSET;

	if (b->p->vmalloc_start == VMALLOC_START_ROUNDED)
		start = ROUND_DOWN(mapped + 2 * VMALLOC_OFFSET - 1, VMALLOC_OFFSET);
	info->high_memory = (uint32_t)high;
	info->vmalloc_start = (uint32_t)start;
	region_add(info, "user", 0, b->page_offset, "the running process");
	region_add(info, "lowmem", b->page_offset, high, "frame = (address - PAGE_OFFSET) / 4096");
	region_add(info, "kva", high, mapped, "each node's mem_map, from that node's own frames");
	region_add(info, "gap", mapped, start, "nothing: catches accesses past lowmem");
	region_add(info, "vmalloc", start, info->vmalloc_end, "vmalloc(), ioremap(), modules");
	regions_above_vmalloc(b);
}
