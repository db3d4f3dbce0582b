/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memblock.c - the boot allocator since 3.0: a list of reserved ranges,
 * searched from the top of the direct map downwards.
 *
 *	0   1M        kernel              hash tables  per-CPU  mem_map  initrd
 *	├───┼─────────┬──────┬────────────┬────────────┬────────┬───────┬──────┤
 *	reserved whole                                          high_memory
 *
 * Whether a frame is handed over depends on every request before it, so they are all
 * made, in the kernel's order and of its sizes, down to those of four bytes.
 *
 * Kernel: mm/memblock.c; arch/x86/kernel/setup.c setup_arch(), arch/x86/mm/init.c,
 * mm/page_alloc.c free_area_init(), mm/percpu.c pcpu_embed_first_chunk(),
 * kernel/dma/swiotlb.c [6.1].
 */
#include <stdio.h>

#include "boot.h"

#define PAGE	   MM386_PAGE_SIZE
#define TRAMPOLINE (16 * KIB) /* real mode code that starts CPUs; below 1M */
#define LINE	   64u	      /* SMP_CACHE_BYTES: how memblock aligns what asks for no alignment */

static uint64_t place(struct boot *b, uint64_t bytes, uint64_t align, enum mm386_kind kind,
		      const char *name)
{
	return bytes ? taken_alloc_down(b, bytes, align, b->max_low_bytes, kind, name) : 0;
}

static uint64_t place_small(struct boot *b, uint64_t bytes, const char *name)
{
	return place(b, bytes, LINE, MM386_KIND_BOOT, name);
}

/* ---- setup_arch() ---------------------------------------------------------------- */

/* Loaded at the end of the RAM below 4G; what lies beyond the direct map is moved down. */
static bool initrd_moves(const struct boot *b)
{
	const struct boot_facts *f = &b->plan->boot;

	for (unsigned i = 0; i < f->nr_firmware; i++)
		if (f->firmware[i].type == MM386_E820_USABLE && f->firmware[i].end < 4 * GIB &&
		    f->firmware[i].end >= b->max_low_bytes)
			return true;
	return false;
}

static void place_initrd(struct boot *b)
{
	struct boot_facts *f = &b->plan->boot;

	if (!b->cfg->initrd_bytes)
		return;
	f->initrd_start =
		place(b, ROUND_UP(b->cfg->initrd_bytes, PAGE), PAGE, MM386_KIND_BOOT, "initrd");
	f->initrd_end = f->initrd_start + b->cfg->initrd_bytes;
}

/* Below 512 MiB, or where it was asked for.  Kernel: reserve_crashkernel() [6.1]. */
static void place_crash_kernel(struct boot *b)
{
	const struct memory_options *o = &b->opt;
	bool full = b->out_of_memory;

	if (!o->crash_bytes)
		return;
	if (o->crash_start)
		taken_add(b, o->crash_start, o->crash_start + o->crash_bytes, MM386_KIND_BOOT,
			  "Crash kernel");
	else
		taken_alloc_down(b, ROUND_UP(o->crash_bytes, PAGE), 16 * MIB, 512 * MIB,
				 MM386_KIND_BOOT, "Crash kernel");
	b->out_of_memory = full; /* where there is no room, there is none of it */
}

/*
 * Four bits a page block, in whole words, for each zone that has frames.
 * Kernel: usemap_size(), setup_usemap().
 */
static void place_usemaps(struct boot *b)
{
	const struct boot_plan *plan = b->plan;
	uint64_t block = plan->info.pae ? 512 : 1024;

	for (unsigned i = 0; i < plan->info.nr_zones; i++) {
		const struct plan_zone *z = &plan->zone[i];
		uint64_t blocks = ROUND_UP(z->spanned + z->start % block, block) / block;

		if (z->spanned)
			place_small(b, ROUND_UP(blocks * 4, 32) / 8, "Page block bits");
	}
}

/* struct resource, whose bounds are wider with PAE. */
static uint64_t resource_bytes(const struct boot *b)
{
	return b->plan->info.pae ? 40 : 32;
}

/* Runs between RAM that hibernation leaves out.  Kernel: e820__register_nosave_regions(). */
static unsigned nosave_regions(const struct boot *b)
{
	uint64_t last = 0, end = UINT64_MAX;
	unsigned nr = 0;

	for (unsigned i = 0; i <= b->map.nr; i++) {
		bool past = i == b->map.nr;
		uint64_t start = past ? b->plan->info.max_pfn : PFN_UP(b->map.e[i].start);

		if (!past && b->map.e[i].type != MM386_E820_USABLE)
			continue;
		if (PFN_DOWN(last) < start) {
			nr += PFN_DOWN(last) != end;
			end = start;
		}
		if (!past)
			last = b->map.e[i].end + 1;
	}
	return nr;
}

/* What ACPI, the e820 and the command line leave in kernel memory. */
static void place_tables_of_setup(struct boot *b)
{
	const struct boot_facts *f = &b->plan->boot;
	uint64_t words = strlen(b->cfg->cmdline) + 1;

	place_small(b, resource_bytes(b) + sizeof("HPET 0") + 2, "HPET");
	place_small(b, resource_bytes(b) + sizeof("IOAPIC nnn"), "I/O APIC");
	place_small(b, resource_bytes(b) * b->map.nr, "Resources");
	for (unsigned i = 0; i < f->nr_firmware; i++)
		place_small(b, 64, "Firmware map");
	for (unsigned i = nosave_regions(b); i > 0; i--)
		place_small(b, 16, "No-save region");
	place_small(b, words, "Command line");
	place_small(b, words, "Command line");
}

/* ---- per-CPU data ------------------------------------------------------------------ */

#define PCPU_SLOT_SHIFT 5  /* PCPU_SLOT_BASE_SHIFT */

static unsigned fls64(uint64_t v)
{
	unsigned n = 0;

	for (; v; v >>= 1)
		n++;
	return n;
}

/*
 * The units of all CPUs, and what describes them.  The first chunk's maps cover what follows the
 * static data in a unit, from the page in which that ends.  Two pages serve while they are laid
 * out and go back after that.  Kernel: pcpu_setup_first_chunk() [5.10, 6.1].
 */
static void place_percpu(struct boot *b)
{
	const struct profile *p = b->p;
	uint64_t cpus = b->possible_cpus, unit = p->percpu_unit_bytes;
	uint64_t slots = fls64(unit) - PCPU_SLOT_SHIFT + 2 + p->percpu_slots;
	uint64_t pages = PFN_UP(unit) - PFN_DOWN(p->percpu_static_bytes);
	uint64_t bits = pages * PAGE / 4;
	uint64_t info = place(b, PAGE, PAGE, MM386_KIND_BOOT, "scratch");
	uint64_t areas = place(b, PAGE, LINE, MM386_KIND_BOOT, "scratch");

	place(b, unit * cpus, PAGE, MM386_KIND_BOOT, "per-CPU data");
	place_small(b, 4, "per-CPU groups");
	place_small(b, 4, "per-CPU groups");
	place_small(b, 4 * cpus, "per-CPU units");
	place_small(b, 4 * cpus, "per-CPU units");
	place_small(b, slots * 8 * p->percpu_kinds, "per-CPU slots");
	place_small(b, p->percpu_chunk_bytes, "per-CPU chunk");
	place_small(b, bits / 8, "per-CPU chunk");
	place_small(b, ROUND_UP(bits + 1, 32) / 8, "per-CPU chunk");
	place_small(b, pages * 32, "per-CPU chunk");
	taken_remove(b, areas);
	taken_remove(b, info);
}

/* ---- the log buffer ---------------------------------------------------------------- */

#define LOG_BUF	    (128 * KIB) /* the one in the image: CONFIG_LOG_BUF_SHIFT 17 */
#define LOG_CPU_BUF (4 * KIB)	/* what each further CPU may add */

/*
 * A larger buffer, with a descriptor for every 32 bytes since 5.10.  log_buf_len= asks for it
 * before anything else is placed; many CPUs do later.
 * Kernel: setup_log_buf(), log_buf_add_cpu().
 */
static void place_log_buf(struct boot *b, bool early)
{
	uint64_t asked = b->opt.log_buf_bytes, more = LOG_CPU_BUF * (b->possible_cpus - 1),
		 bytes = 1;

	if (!early && asked <= LOG_BUF)
		asked = more > LOG_BUF / 2 ? LOG_BUF + more : 0;
	else if (!early)
		return;
	while (bytes < asked)
		bytes *= 2;
	if (bytes <= LOG_BUF)
		return;
	place(b, bytes, 4, MM386_KIND_BOOT, "Log buffer");
	if (!b->p->log_ring)
		return;
	place(b, bytes / 32 * 12, 4, MM386_KIND_BOOT, "Log descriptors");
	place(b, bytes / 32 * 88, 4, MM386_KIND_BOOT, "Log descriptors");
}

/* ---- start_kernel() after setup_arch() ---------------------------------------------- */

/*
 * Devices that cannot reach beyond 4G bounce through 64 MiB, or as large a part of that as
 * there is room for.  An address is of eight bytes there, all else of four.
 * Kernel: pci_swiotlb_detect(), swiotlb_init_with_tbl() [5.10], swiotlb_init_remap() [6.1].
 */
static void place_swiotlb(struct boot *b)
{
	uint64_t slots = 64 * MIB / 2048, areas = 1;
	enum swiotlb_rule rule = b->p->swiotlb;

	if (rule == SWIOTLB_NONE || b->ram_end_pfn <= MAX_PFN_4G || b->opt.no_swiotlb)
		return;
	while (areas < b->possible_cpus)
		areas *= 2;
	place(b, slots * 2048, PAGE, MM386_KIND_BOOT, "swiotlb");
	if (rule < SWIOTLB_HEAD) {
		place(b, slots * 4, PAGE, MM386_KIND_BOOT, "swiotlb list");
		place(b, slots * 8, PAGE, MM386_KIND_BOOT, "swiotlb addresses");
		place(b, rule == SWIOTLB_SIZES ? slots * 4 : 0, PAGE, MM386_KIND_BOOT, "swiotlb sizes");
		return;
	}
	place(b, slots * 16 + (rule == SWIOTLB_HEAD ? PAGE : 0), PAGE, MM386_KIND_BOOT, "swiotlb slots");
	if (rule == SWIOTLB_AREAS)
		place_small(b, areas * 12, "swiotlb areas");
}

/*
 * From where the firmware says that RAM below 640 KiB ends, whatever options say of it.
 * Kernel: reserve_bios_regions() [5.10].
 */
static void reserve_firmware(struct boot *b)
{
	const struct boot_facts *f = &b->plan->boot;
	uint64_t start = 640 * KIB;

	for (unsigned i = 0; i < f->nr_firmware; i++)
		if (f->firmware[i].type == MM386_E820_USABLE && f->firmware[i].end < 640 * KIB &&
		    f->firmware[i].end >= 128 * KIB)
			start = f->firmware[i].end + 1;
	taken_add(b, ROUND_DOWN(start, KIB), MIB, MM386_KIND_BOOT, "Firmware");
}

void memblock_run(struct boot *b)
{
	struct boot_facts *f = &b->plan->boot;
	struct early_tables tables;

	taken_add(b, 0, b->p->reserve_low_1m ? MIB : 64 * KIB, MM386_KIND_BOOT, "Low memory");
	reserve_firmware(b);
	if (!b->p->reserve_low_1m)
		taken_alloc_down(b, TRAMPOLINE, PAGE, MIB, MM386_KIND_BOOT, "SMP trampoline");
	boot_place_image(b);
	if (!initrd_moves(b))
		place_initrd(b);
	early_tables_direct_map(b, &tables);
	early_tables_fixmap(b, &tables);
	place_log_buf(b, true);
	if (initrd_moves(b))
		place_initrd(b);
	place_crash_kernel(b);
	if (b->plan->info.pkmap_base)
		early_tables_take(b, &tables, 1);
	kva_place(b);
	f->mem_map_bytes = boot_mem_map_bytes(b);
	f->mem_map_pa = place(b, f->mem_map_bytes, LINE, MM386_KIND_MEMMAP, "mem_map");
	place_usemaps(b);
	place_tables_of_setup(b);
	place_percpu(b);
	place_log_buf(b, false);
	boot_hash_sizes(b);
	place_small(b, 4ull * f->pid_entries, "PID hash table");
	place_small(b, 4ull * f->dentry_entries, "Dentry hash table");
	place_small(b, 4ull * f->inode_entries, "Inode hash table");
	early_tables_cpu_entry(b, &tables);
	place_swiotlb(b);
}
