/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memblock.c - the boot allocator since 3.0: a list of reserved ranges,
 * searched from the top of the direct map downwards.
 *
 *	0   1M        kernel              hash tables  per-CPU  mem_map  initrd
 *	├───┼─────────┬──────┬────────────┬────────────┬────────┬───────┬──────┤
 *	reserved whole                                          high_memory
 *
 * Kernel: mm/memblock.c, arch/x86/kernel/setup.c setup_arch(),
 * mm/page_alloc.c alloc_node_mem_map() [6.1].
 */
#include "boot.h"

#define PAGE MM386_PAGE_SIZE

static uint64_t place(struct boot *b, uint64_t bytes, uint64_t align, enum mm386_kind kind,
		      const char *name)
{
	return bytes ? taken_alloc_down(b, bytes, align, b->max_low_bytes, kind, name) : 0;
}

/* Small requests of setup: resources, the command line, memory maps of sections. */
static void place_small(struct boot *b)
{
	place(b, 0xf80, 64, MM386_KIND_BOOT, "Boot data");
}

void memblock_run(struct boot *b)
{
	struct boot_facts *f = &b->plan->boot;
	uint64_t dentry, inode, scratch;

	taken_add(b, 0, b->p->reserve_low_1m ? MIB : 64 * KIB, MM386_KIND_BOOT, "Low memory");
	boot_place_image(b);
	if (b->cfg->initrd_bytes) {
		f->initrd_start = place(b, ROUND_UP(b->cfg->initrd_bytes, PAGE), PAGE,
					MM386_KIND_BOOT, "initrd");
		f->initrd_end = f->initrd_start + b->cfg->initrd_bytes;
	}
	f->mem_map_bytes = boot_mem_map_bytes(b);
	f->mem_map_pa = place(b, f->mem_map_bytes, 64, MM386_KIND_MEMMAP, "mem_map");
	place_small(b);
	/* Devices that cannot reach beyond 4G bounce through 64 MiB and a table of its slots. */
	if (b->plan->info.max_pfn > MAX_PFN_4G)
		place(b, 64 * MIB + 512 * KIB, PAGE, MM386_KIND_BOOT, "swiotlb");
	/* The per-CPU set-up works on a scratch area that it gives back. */
	scratch = place(b, 2 * PAGE, PAGE, MM386_KIND_BOOT, "scratch");
	place(b, 33ull * PAGE * b->cfg->cpus, PAGE, MM386_KIND_BOOT, "per-CPU data");
	boot_hash_sizes(b, &dentry, &inode);
	place(b, dentry, 64, MM386_KIND_BOOT, "Dentry hash table");
	place(b, inode, 64, MM386_KIND_BOOT, "Inode hash table");
	taken_remove(b, scratch);
}
