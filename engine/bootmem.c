/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bootmem.c - the boot allocator of 2.4 and 2.6: a bitmap, first fit upwards.
 *
 *	0        1M   kernel   bitmap            16M  mem_map  hash tables
 *	├─┬──────┼────┬────────┬─────────────────┬────┬────────┬───────┤
 *	p0  page tables (goal 0)                  goal of everything else
 *
 * "goal" is where a search starts; from 2.6.30 on the kernel itself begins at
 * 16 MiB, so mem_map comes right after it.
 *
 * Left out: requests below one page, which share the tail of the last page.
 * Kernel: mm/bootmem.c, arch/i386/kernel/setup.c setup_memory() [2.4.22, 2.6.18],
 * arch/x86/mm/init_32.c initmem_init() [2.6.32].
 */
#include "boot.h"

#define GOAL (16 * MIB) /* __pa(MAX_DMA_ADDRESS) */
#define PAGE MM386_PAGE_SIZE

/* Entries of a hash table that is sized by memory.  Kernel: alloc_large_system_hash(). */
static uint32_t hash_entries(uint64_t pages, unsigned scale)
{
	uint64_t entries = ROUND_UP(pages, MIB / PAGE) >> (scale - MM386_PAGE_SHIFT);
	uint32_t pow2 = PAGE / 4; /* a page of them at least */

	while (pow2 < entries)
		pow2 <<= 1;
	return pow2;
}

/*
 * Low pages that a hash table is sized by: what is there, in 3.9 and later less what describes it,
 * where high memory is charged for too while enough is left.
 * Kernel: free_area_init_core() [2.6.18, 2.6.32, 6.1].
 */
static uint64_t kernel_pages(const struct boot *b)
{
	const struct boot_plan *plan = b->plan;
	uint64_t pages = 0;

	for (unsigned i = 0; i < plan->info.nr_zones; i++) {
		const struct plan_zone *z = &plan->zone[i];
		uint64_t memmap = b->p->zonelist_less_memmap ? plan->boot.memmap_pages[i] : 0;

		if (z->start < plan->info.max_low_pfn)
			pages += z->present - (z->present >= memmap ? memmap : 0);
		else
			pages -= pages > 2 * memmap ? memmap : 0;
	}
	return pages;
}

/* What the command line says goes, in powers of two; at most 64 MiB of table. */
static uint32_t asked_entries(uint64_t asked, uint32_t usual)
{
	uint32_t pow2 = 1;

	if (!asked)
		return usual;
	while (pow2 < asked && pow2 < 16u << 20)
		pow2 <<= 1;
	return pow2;
}

/* 16 to 4096 entries.  Kernel: pidhash_init() [2.6.18, 2.6.33 .. 4.14]. */
static uint32_t pid_entries(const struct profile *p, uint64_t pages)
{
	uint64_t wanted = p->pid_hash_large ? ROUND_UP(pages, MIB / PAGE) >> (18 - MM386_PAGE_SHIFT)
					    : (pages / (MIB / PAGE)) * 4 + 1;
	uint32_t pow2 = 16;

	while (pow2 < wanted && pow2 < 4096)
		pow2 <<= 1;
	return pow2;
}

void boot_hash_sizes(struct boot *b)
{
	uint64_t low = kernel_pages(b);

	if (b->p->pid_hash)
		b->plan->boot.pid_entries = pid_entries(b->p, low);
	b->plan->boot.dentry_entries = asked_entries(b->opt.dentry_entries, hash_entries(low, 13));
	b->plan->boot.inode_entries = asked_entries(b->opt.inode_entries, hash_entries(low, 14));
}

uint64_t boot_mem_map_bytes(const struct boot *b)
{
	uint64_t frames = kva_frames_outside(b);

	if (b->p->mem_map_spare)
		return ROUND_UP((frames + 1) * b->p->page_struct_bytes, PAGE);
	return ROUND_UP(frames, 1024) * b->p->page_struct_bytes;
}

/* SMP alternatives stand between init and bss. */
static void image_as_told(struct boot *b)
{
	const struct mm386_image *at = &b->cfg->image;
	struct boot_facts *f = &b->plan->boot;
	uint64_t alternatives = b->cfg->alternatives_bytes
					? ROUND_UP(b->cfg->alternatives_bytes, PAGE)
					: b->p->bss_offset;

	f->image_start = at->code_start;
	f->text_bytes = (uint32_t)(at->code_end + 1 - at->code_start);
	f->rodata_start = at->rodata_start;
	f->rodata_end = at->rodata_end ? at->rodata_end + 1 : 0;
	f->data_start = at->data_start;
	f->data_end = at->data_end + 1;
	f->data_bytes = (uint32_t)(f->data_end - f->data_start);
	f->bss_start = at->bss_start;
	f->bss_end = ROUND_UP(at->bss_end + 1, PAGE);
	f->bss_bytes = (uint32_t)(at->bss_end + 1 - at->bss_start);
	f->init_end = f->bss_start - alternatives;
	f->init_start = f->init_end - f->init_bytes;
}

/*
 * text | data | init | bss | brk, each from a page boundary.  In 6.1 data is
 * rodata and data, and bss has the SMP lock table before it.
 */
void boot_place_image(struct boot *b)
{
	struct boot_facts *f = &b->plan->boot;
	struct profile *p = b->p;
	uint64_t data = ROUND_UP(p->physical_start + p->text_bytes, PAGE);
	uint64_t init = ROUND_UP(data + p->data_bytes, PAGE);
	uint64_t bss = ROUND_UP(init + p->init_bytes, PAGE);

	f->text_bytes = p->text_bytes;
	f->data_bytes = p->data_bytes;
	f->init_bytes = p->init_bytes;
	f->bss_bytes = p->bss_bytes - p->bss_offset;
	if (p->rodata_bytes) {
		f->rodata_start = data;
		f->rodata_end = data + p->rodata_bytes;
	}
	f->data_start = p->rodata_bytes ? data + p->data_offset : p->physical_start + p->text_bytes;
	f->data_end = f->data_start + (p->rodata_bytes ? p->data_used_bytes : p->data_bytes);
	f->init_start = init;
	f->init_end = init + p->init_bytes;
	f->bss_start = bss + p->bss_offset;
	f->bss_end = ROUND_UP(bss + p->bss_bytes, PAGE);
	f->image_start = p->physical_start;
	if (b->cfg->image.bss_end)
		image_as_told(b);
	f->image_end = f->bss_end + ROUND_UP(p->brk_bytes, PAGE);
	f->pgd_pa = p->pgd_in_text ? p->physical_start + PAGE : f->bss_start;
	taken_add(b, f->image_start, f->image_end, MM386_KIND_KERNEL, "Kernel image");
}

void boot_place_initrd(struct boot *b)
{
	struct boot_facts *f = &b->plan->boot;
	uint64_t limit = b->max_low_bytes < 0x38000000u ? b->max_low_bytes : 0x38000000u;

	if (!b->cfg->initrd_bytes)
		return;
	f->initrd_start = taken_alloc_down(b, ROUND_UP(b->cfg->initrd_bytes, PAGE), PAGE, limit,
					   MM386_KIND_BOOT, "initrd");
	f->initrd_end = f->initrd_start + b->cfg->initrd_bytes;
}

/*
 * Page tables that the direct map, the fixmap and pkmap need beyond the
 * kernel's static ones.  Large pages cover lowmem except a 4 KiB head (MTRRs,
 * 2.6.27 and later) and the tail that fills no large page.
 */
unsigned boot_table_pages(const struct boot *b)
{
	const struct mm386_info *info = &b->plan->info;
	uint64_t pmd = info->pae ? 2 * MIB : 4 * MIB;
	unsigned pages = 1; /* fixmap */

	if (b->p->kernel_4k_head)
		pages++;
	if (b->max_low_bytes % pmd && !b->p->large_tail)
		pages++;
	if (info->pkmap_base)
		pages++;
	return pages;
}

static void place_tables(struct boot *b)
{
	for (unsigned i = boot_table_pages(b); i > 0; i--)
		taken_alloc_up(b, PAGE, PAGE, b->p->active == ACTIVE_E820 ? 0x7000 : 0,
			       MM386_KIND_PGTABLE, "Page tables");
}

static void place_bitmap(struct boot *b)
{
	uint64_t bytes = ROUND_UP(ROUND_UP(b->max_low_bytes / PAGE, 8) / 8, PAGE);
	uint64_t goal = b->p->active == ACTIVE_E820 ? 0 : b->plan->boot.image_end;
	uint64_t at = taken_alloc_up(b, bytes, PAGE, goal, MM386_KIND_FREE, "bootmem bitmap");

	b->plan->late_start = (pfn_t)(at / PAGE);
	b->plan->late_end = (pfn_t)((at + bytes) / PAGE);
}

void bootmem_run(struct boot *b)
{
	struct boot_facts *f = &b->plan->boot;

	taken_add(b, 0, PAGE, MM386_KIND_BOOT, "BIOS data");
	boot_place_image(b);
	boot_place_initrd(b);
	if (b->cfg->cpus > 1)
		taken_alloc_up(b, PAGE, PAGE, 0, MM386_KIND_BOOT, "SMP trampoline");
	kva_place(b);
	place_bitmap(b);
	place_tables(b);
	f->mem_map_bytes = boot_mem_map_bytes(b);
	if (f->mem_map_bytes)
		f->mem_map_pa = taken_alloc_up(b, f->mem_map_bytes, PAGE, GOAL, MM386_KIND_MEMMAP,
					       "mem_map");
	if (!b->p->boot_hashes) /* its hash tables come from the buddy system */
		return;
	if (b->cfg->cpus > 1)
		taken_alloc_up(b, 16 * PAGE * b->cfg->cpus, PAGE, GOAL, MM386_KIND_BOOT,
			       "per-CPU data");
	boot_hash_sizes(b);
	taken_alloc_up(b, ROUND_UP(4ull * f->pid_entries, PAGE), PAGE, GOAL, MM386_KIND_BOOT,
		       "PID hash table");
	taken_alloc_up(b, 4ull * f->dentry_entries, PAGE, GOAL, MM386_KIND_BOOT,
		       "Dentry hash table");
	taken_alloc_up(b, 4ull * f->inode_entries, PAGE, GOAL, MM386_KIND_BOOT, "Inode hash table");
}
