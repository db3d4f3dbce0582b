/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * profile.c - the rules of one kernel release, as data.
 *
 * A release starts from the oldest rules and passes every change up to its own
 * date.  The three teaching profiles are the releases 2.4.22, 2.6.32 and 6.1
 * of the same chronology, with image sizes of their own.
 */
#include "boot.h"

static uint32_t release_of(const struct mm386_config *cfg)
{
	static const uint32_t own[MM386_NR_KERNELS] = {
		[MM386_KERNEL_24] = KVER(2, 4, 22),
		[MM386_KERNEL_26] = KVER(2, 6, 32),
		[MM386_KERNEL_61] = KVER(6, 1, 0),
	};

	return cfg->release ? cfg->release : own[cfg->kernel];
}

static void rules_oldest(struct profile *p)
{
	p->orders = 10;
	p->split = SPLIT_KEEP_UPPER;
	p->buddy_from_zone = true;
	p->wmark = WMARK_24;
	p->lowmem = LOWMEM_FIXED_896;
	p->pkmap = PKMAP_FE000000;
	p->vmalloc_start = VMALLOC_START_ROUNDED;
	p->boot_alloc = BOOT_ALLOC_BOOTMEM;
	p->handover = HANDOVER_24;
	p->present = PRESENT_SPANNED;
	p->active = ACTIVE_NONE;
	p->max_pfn = MAX_PFN_ALL;
	p->low_trim = LOW_TRIM_ISA;
	p->mem_option = MEM_OPTION_REPLACE;
	p->mem_map_spare = true;
	p->pgd_in_text = true;
	p->highmem64g = true;
	p->large_tail = true;
	p->numbered_zones = true;
	p->iomem_below_4g = true;
	p->iomem_roms_first = true;
	p->physical_start = MIB;
	p->fixaddr_top = 0xffffe000;
	p->fixmap_base = 14;
	p->fixmap_per_cpu = 8;
	p->nr_cpus = 1;
}

/* 2.5: the buddy allocator with PG_buddy, ten orders, vsyscall page at the top. */
static void rules_25(struct profile *p)
{
	p->orders = 11;
	p->split = SPLIT_KEEP_LOWER;
	p->wmark = WMARK_26;
	p->handover = HANDOVER_26;
	p->pkmap = PKMAP_BELOW_BOOT_FIXMAP;
	p->fixaddr_top = 0xfffff000;
	p->fixmap_base = 72;
	p->fixmap_per_cpu = 13;
	p->page_struct_bytes = 32;
	p->mem_map_spare = false;
	p->numbered_zones = false;
	p->pgd_in_text = false;
	p->boot_hashes = true;
	p->memmap_option = true;
	p->mem_option = MEM_OPTION_AMOUNT;
	p->reserved_count = 1;
	p->proc_files = PROC_BUDDYINFO | PROC_VMSTAT;
	p->fixmap_boot = 16;
	p->fixmap_boot_extra = 1;
	p->fixmap_boot_rule = FIXMAP_BOOT_BEHIND;
	p->nr_cpus = 8;
}

/* 2.6.19 .. 2.6.36: zones from a list of active ranges, less mem_map. */
static void rules_26(struct profile *p, uint32_t rel)
{
	if (rel >= KVER(2, 6, 0))
		p->vmalloc_option = true;
	if (rel >= KVER(2, 6, 1))
		p->mem_option = MEM_OPTION_ADDRESS;
	if (rel >= KVER(2, 5, 0) && rel < KVER(2, 6, 6)) /* profile_page.c */
		p->page_struct_bytes = 40;
	if (rel >= KVER(2, 6, 13)) {
		p->buddy_from_zone = false;
		p->proc_files |= PROC_ZONEINFO;
	}
	p->prints_total = rel >= KVER(2, 6, 18);
	p->zone_dma32 = rel >= KVER(2, 6, 15) && rel < KVER(2, 6, 19);
	if (rel >= KVER(2, 6, 19)) {
		p->present = PRESENT_MEMMAP;
		p->active = ACTIVE_WHOLE;
		p->prints_layout = true;
	}
	if (rel >= KVER(2, 6, 23))
		p->zone_movable = true;
	if (rel >= KVER(2, 6, 24))
		p->proc_files |= PROC_PAGETYPEINFO;
	if (rel >= KVER(2, 6, 25)) {
		p->fixmap_boot = 256;
		p->fixmap_boot_extra = 5; /* ACPI tables stood among them */
		p->fixmap_boot_rule = FIXMAP_BOOT_NEXT_BLOCK;
		p->iomem_bss = true;
		p->iomem_apic = true;
	}
	if (rel >= KVER(2, 6, 27)) {
		p->max_pfn = MAX_PFN_BELOW;
		p->large_tail = false;
		p->iomem_below_4g = false;
		p->iomem_roms_first = false;
		p->active = ACTIVE_E820;
		p->low_trim = LOW_TRIM_NONE;
		p->mem_option = MEM_OPTION_ADDRESS_RAM;
		p->memmap_round_up = true;
		p->kernel_4k_head = true;
	}
	if (rel >= KVER(2, 6, 28)) {
		p->lowmem = LOWMEM_VMALLOC_END;
		p->vmalloc_start = VMALLOC_START_EXACT;
		p->vmalloc_guard_adds = true;
		p->fixmap_boot_extra = 1;
		p->fixmap_base = 73;
		p->fixmap_behind_kmap = 4;
		p->fixmap_per_cpu = 19;
	}
	if (rel >= KVER(2, 6, 30))
		p->physical_start = 16 * MIB;
	if (rel >= KVER(2, 6, 31))
		p->iomem_ram_buffer = true;
	if (rel >= KVER(2, 6, 34)) {
		p->low_trim = LOW_TRIM_PAGE0;
		p->iomem_bus = true;
	}
	if (rel >= KVER(2, 6, 35)) {
		p->fixmap_per_cpu = 20;
		p->free_tail = true;
		p->proc_files |= PROC_EXTFRAG;
	}
}

/* 2.6.37 .. 4.14: memblock, present and managed kept apart. */
static void rules_3(struct profile *p, uint32_t rel)
{
	if (rel >= KVER(2, 6, 37)) {
		p->low_trim = LOW_TRIM_64K;
		p->fixmap_boot_rule = FIXMAP_BOOT_SAME_TABLE;
	}
	if (rel >= KVER(3, 0, 0)) {
		p->boot_alloc = BOOT_ALLOC_MEMBLOCK;
		p->handover = HANDOVER_61;
	}
	if (rel >= KVER(3, 5, 0))
		p->inclusive_ranges = p->ranges_32bit = true;
	if (rel >= KVER(3, 9, 0)) {
		p->present = PRESENT_REAL;
		p->zonelist_less_memmap = true;
		p->low_trim = LOW_TRIM_PAGE0;
		p->wmark = WMARK_61;
	}
	if (rel >= KVER(3, 10, 0)) /* the IDT for reading, on every CPU */
		p->fixmap_base = 74;
	if (rel >= KVER(3, 11, 0))
		p->prints_ram = true;
	if (rel >= KVER(3, 15, 0)) /* the vDSO went */
		p->fixmap_base = 73;
	if (rel >= KVER(3, 16, 0)) /* 3.17, and 3.16.4, which distributions' 3.16.0 has in it */
		p->fixmap_boot = 512;
	if (rel >= KVER(4, 0, 0))
		p->ranges_32bit = false;
}

/* 4.15's cpu_entry_area, which distributions put back into older kernels. */
static void rules_cpu_entry(struct profile *p)
{
	p->pkmap = PKMAP_BELOW_CPU_ENTRY;
	p->cpu_entry_pages = 39;
	p->cpu_entry_room = 40;
	p->cpu_entry_at_fixaddr = true;
}

/* 4.1 .. : cpu_entry_area and the LDT get windows of their own. */
static void rules_61(struct profile *p, uint32_t rel)
{
	if (rel >= KVER(4, 1, 0))
		p->pkmap = PKMAP_BELOW_FIXMAP;
	if (rel >= KVER(4, 3, 0)) {
		p->page_struct_bytes = 40;
		p->nr_cpus = 32;
	}
	if (rel >= KVER(4, 4, 0))
		p->migrate_movable_2nd = true;
	if (rel >= KVER(4, 11, 0))
		p->iomem_capitals = true;
	if (rel >= KVER(4, 15, 0)) { /* the IDT moved there; two slots for hardware errors came */
		rules_cpu_entry(p);
		p->fixmap_base = 74;
		p->fixmap_behind_kmap = 6;
	}
	if (rel >= KVER(4, 16, 0))
		p->cpu_entry_at_fixaddr = false;
	if (rel >= KVER(4, 19, 0))
		p->pkmap = PKMAP_BELOW_LDT;
	if (rel >= KVER(4, 20, 0)) { /* the entry trampoline went, and a slot of paravirtual page directories */
		p->cpu_entry_pages = 38;
		p->fixmap_base = 73;
		p->fixmap_behind_kmap = 5;
	}
	if (rel >= KVER(5, 2, 0)) { /* text is patched through a map of its own */
		p->fixmap_base = 71;
		p->fixmap_behind_kmap = 3;
	}
	if (rel >= KVER(5, 5, 0)) /* I/O bitmap twice, double fault stack, guard pages */
		p->cpu_entry_pages = p->cpu_entry_room = 43;
	if (rel >= KVER(5, 8, 0))
		p->prints_layout = false;
	if (rel >= KVER(5, 10, 0))
		p->boot_tail = true;
	if (rel >= KVER(5, 11, 0)) { /* 5.10 prints the zones' sizes, 5.15 and later for debugging only */
		p->fixmap_per_cpu = 16;
		p->quiet_zones = true;
	}
	if (rel >= KVER(6, 10, 0))
		p->zonelist_less_memmap = false;
	p->iomem_apic_slot = rel >= KVER(6, 6, 0);
	if (rel >= KVER(6, 11, 0)) {
		p->acpi_ends_ram = true;
		p->totals_late = true;
	}
	if (rel >= KVER(6, 15, 0))
		p->highmem64g = false;
}

/*
 * 2.6.24 .. 6.15: free memory grouped by mobility.  mm/page_alloc.c of the releases named:
 * memmap_init_zone(), pfn_to_bitidx(), __rmqueue_fallback(), try_to_steal_freepages(),
 * steal_suitable_fallback(), move_freepages(), setup_zone_migrate_reserve(),
 * reserve_highatomic_pageblock(), boost_watermark(), __free_one_page().
 */
static void rules_mobility(struct profile *p, uint32_t rel, bool pae)
{
	if (rel < KVER(2, 6, 24))
		return;
	p->fallback = FALLBACK_26;
	p->huge_page_order = pae ? 9 : 10;
	p->pageblock_from_zone = rel < KVER(3, 8, 0);
	p->disabled_hides_types = rel < KVER(2, 6, 31);
	p->migrate_reserve = rel < KVER(4, 4, 0);
	if (rel >= KVER(2, 6, 26))
		p->pageblock_init = PAGEBLOCK_INIT_ALIGNED;
	if (rel >= KVER(2, 6, 32)) {
		p->own_whole_block = true;
		p->migrate_reserve_most = 2;
	}
	if (rel >= KVER(3, 0, 0))
		p->migrate_reserve_whole = true;
	if (rel >= KVER(3, 2, 0))
		p->migrate_reserve_aligned = true;
	if (rel >= KVER(3, 5, 0))
		p->fallback = FALLBACK_REST;
	if (rel >= KVER(3, 13, 0)) {
		p->fallback = FALLBACK_CLAIMED;
		p->disabled_has_special = true;
	}
	if (rel >= KVER(4, 0, 0))
		p->fallback = FALLBACK_ALWAYS;
	p->highatomic = rel >= KVER(4, 4, 0);
	if (rel >= KVER(4, 12, 0)) {
		p->fallback = FALLBACK_SMALLEST;
		p->count_movable = true;
	}
	p->movable_takes_smallest = rel >= KVER(4, 13, 0);
	p->watermark_boost = rel >= KVER(5, 0, 0);
	p->boost_spares_small = rel >= KVER(5, 7, 0);
	if (rel >= KVER(5, 8, 0))
		p->pageblock_init = PAGEBLOCK_INIT_PRESENT;
	p->move_to_tail = rel >= KVER(5, 10, 0);
	p->merge_by_type = rel >= KVER(5, 18, 0);
	if (rel >= KVER(6, 10, 0)) {
		p->fallback = FALLBACK_MATCHING;
		p->merge_retypes = true;
	}
	/* 6.15's, put back into 6.12 and 6.14 on one day; 6.13 had ended. */
	if (rel >= KVER(6, 14, 7) ||
	    (rel >= KVER(6, 12, 29) && rel < KVER(6, 13, 0)))
		p->fallback = FALLBACK_CLAIM_FIRST;
	p->highatomic_aligned = p->highatomic_before_oom = rel >= KVER(6, 8, 0);
}

/*
 * 2.6.35 .. 6.15: compaction.  mm/compaction.c compaction_suitable(), fast_isolate_freepages(),
 * compaction_capture(), mm/page_alloc.c __alloc_pages_slowpath() of the releases named.
 */
static void rules_compact(struct profile *p, uint32_t rel)
{
	p->compaction = rel >= KVER(2, 6, 35);
	p->compact_needs_fs = rel < KVER(4, 10, 0);
	if (rel >= KVER(4, 8, 0))
		p->compact_first = COMPACT_FIRST_COSTLY;
	p->compact_fragindex_costly = rel >= KVER(4, 9, 0);
	if (rel >= KVER(4, 12, 0)) {
		p->compact_first = COMPACT_FIRST_UNMOVABLE;
		p->compact_by_type = true;
	}
	p->compact_fast = rel >= KVER(5, 1, 0);
	p->compact_whole_blocks = rel >= KVER(6, 9, 0);
	p->compact_looks_at_one = rel < KVER(5, 14, 0);
	p->compact_counts_frames = rel >= KVER(6, 0, 0);
}

/*
 * 2.5.34 .. 3.8: nodes' mem_map in the nodes.  arch/i386/mm/discontig.c [2.5.59, 2.6.9, 2.6.11, 2.6.13, 2.6.18,
 * 2.6.20], arch/x86/mm/discontig_32.c [2.6.24, 2.6.26], numa_32.c [2.6.32, 2.6.37].
 */
static void rules_kva(struct profile *p, uint32_t rel)
{
	if (rel >= KVER(2, 5, 0))
		p->kva = KVA_REMOTE;
	p->kva_high_before = rel < KVER(2, 6, 4);
	p->kva_pgdat = rel >= KVER(2, 6, 4);
	if (rel >= KVER(2, 6, 13))
		p->kva = KVA_END;
	p->kva_aligned = rel >= KVER(2, 6, 16);
	if (rel >= KVER(2, 6, 19))
		p->kva = KVA_INSIDE;
	p->kva_flat = rel >= KVER(2, 6, 25);
	if (rel >= KVER(2, 6, 27))
		p->kva = KVA_RESERVED;
	if (rel >= KVER(3, 9, 0))
		p->kva = KVA_NONE;
}

/* The hand-over, lists across nodes, and what the movable zone's options know. */
static void rules_nodes(struct profile *p, uint32_t rel)
{
	p->highmem_falls = rel >= KVER(2, 4, 20) && rel < KVER(2, 5, 0);
	p->bootmem_words = rel >= KVER(2, 6, 9);
	p->bootmem_spares_last = rel >= KVER(2, 6, 27);
	rules_kva(p, rel);
	p->nodes_in_turn = rel < KVER(2, 6, 5);
	if (rel >= KVER(2, 6, 23))
		p->zonelist = ZONELIST_BY_SIZE;
	if (rel >= KVER(2, 6, 35))
		p->zonelist = ZONELIST_BY_LOWMEM;
	if (rel >= KVER(3, 16, 0))
		p->zonelist = ZONELIST_BY_ZONE;
	if (rel >= KVER(4, 6, 0))
		p->core_mirror = true;
	if (rel >= KVER(4, 14, 0))
		p->zonelist = ZONELIST_BY_NODE;
	if (rel >= KVER(4, 17, 0))
		p->core_percent = true;
	p->pid_hash = rel < KVER(4, 15, 0);
	p->pid_hash_large = rel >= KVER(2, 6, 33);
	p->hash_linear = rel >= KVER(5, 3, 0);
	p->image_is_ram = rel >= KVER(3, 9, 0);
	p->memmap_of_low_zones = rel >= KVER(4, 0, 0);
	p->log_ring = rel >= KVER(5, 10, 0);
	p->reserve_low_1m = rel >= KVER(5, 13, 0);
	p->prints_unavailable = rel >= KVER(5, 15, 0); /* 5.12's, for kernels with sections */
	if (rel >= KVER(5, 16, 0))
		p->node_load = NODE_LOAD_SUM;
	if (rel >= KVER(5, 18, 0))
		p->node_load = NODE_LOAD_ONE;
	p->numa_sections = rel >= KVER(5, 2, 0);
	p->gfp_thisnode = rel >= KVER(2, 6, 19);
}

/*
 * What memblock is asked for that other code lays out.  PERCPU_DYNAMIC_RESERVE and room for
 * modules are in a unit; the sizes are 6.1's, until a log tells others.
 * Kernel: mm/percpu.c pcpu_setup_first_chunk() [4.14, 5.9, 5.14], kernel/dma/swiotlb.c [5.10 .. 6.1].
 */
static void rules_early_requests(struct profile *p, uint32_t rel, bool pae)
{
	p->percpu_static_bytes = pae ? 104276 : 103316;
	p->percpu_unit_bytes = 33 * MM386_PAGE_SIZE;
	p->percpu_kinds = rel >= KVER(5, 9, 0) && rel < KVER(5, 14, 0) ? 2 : 1;
	p->percpu_slots = rel >= KVER(5, 14, 0) ? 4 : 2;
	p->percpu_chunk_bytes = rel >= KVER(6, 5, 0) ? 132 : 96; /* base_addr begins a cache line */
	if (rel >= KVER(4, 18, 0))
		p->swiotlb = SWIOTLB_ARRAYS;
	if (rel >= KVER(5, 12, 0))
		p->swiotlb = SWIOTLB_SIZES;
	if (rel >= KVER(5, 13, 0))
		p->swiotlb = SWIOTLB_HEAD;
	if (rel >= KVER(5, 15, 0))
		p->swiotlb = SWIOTLB_SLOTS;
	if (rel >= KVER(6, 0, 0))
		p->swiotlb = SWIOTLB_AREAS;
}

/* Image sizes of the three teaching kernels; 6.1's are those of Debian's 686 and 686-pae packages.
 */
static void image_sizes(struct profile *p, bool pae)
{
	switch (p->kernel) {
	case MM386_KERNEL_24:
		p->text_bytes = 1444 * KIB;
		p->data_bytes = 361 * KIB;
		p->init_bytes = 136 * KIB;
		p->bss_bytes = 232 * KIB;
		break;
	case MM386_KERNEL_26:
		if (p->release < KVER(2, 6, 30)) {
			p->text_bytes = 2016 * KIB;
			p->data_bytes = 919 * KIB;
			p->init_bytes = 364 * KIB;
			p->bss_bytes = 256 * KIB;
			break;
		}
		p->text_bytes = 4832 * KIB;
		p->data_bytes = 2221 * KIB;
		p->init_bytes = 676 * KIB;
		p->bss_bytes = 512 * KIB;
		p->brk_bytes = 128 * KIB;
		break;
	default:
		p->text_bytes = pae ? 0x933f00 : 0x91bc80;
		p->data_bytes = pae ? 0x470000 : 0x46a000;
		p->init_bytes = pae ? 0xe8000 : 0xe4000;
		p->bss_bytes = pae ? 0x7f000 : 0x7c000;
		p->rodata_bytes = 3188 * KIB;
		p->data_offset = pae ? 0x31e000 : 0x31d000;
		p->data_used_bytes = pae ? 0x13c680 : 0x137bc0;
		p->bss_offset = 32 * KIB;
		p->alternatives_bytes = 32 * KIB;
		p->unpack_bytes = 0x100c000;
		break;
	}
}

static void image_overrides(struct profile *p, const struct mm386_config *cfg)
{
	if (cfg->physical_start)
		p->physical_start = cfg->physical_start;
	if (cfg->image.bss_end) {
		p->physical_start = cfg->image.code_start;
		p->unpack_bytes = 0;
	}
	if (cfg->text_bytes) {
		p->text_bytes = cfg->text_bytes;
		p->unpack_bytes = 0;
		p->alternatives_bytes = 0;
	}
	if (cfg->alternatives_bytes)
		p->alternatives_bytes = cfg->alternatives_bytes;
	if (cfg->percpu_unit_bytes) {
		p->percpu_static_bytes = cfg->percpu_static_bytes;
		p->percpu_unit_bytes = cfg->percpu_unit_bytes;
	}
	if (cfg->data_bytes) {
		p->data_bytes = cfg->data_bytes;
		p->rodata_bytes = 0; /* where it ends is not told */
	}
	if (cfg->init_bytes)
		p->init_bytes = cfg->init_bytes;
	if (cfg->bss_bytes) {
		p->bss_bytes = cfg->bss_bytes;
		p->bss_offset = 0;
	}
}

/* Room for DMI strings, page tables and the like that the linker leaves in brk. */
#define BRK_REST(pae) ((pae ? 164 : 152) * KIB)

/*
 * The very first code maps the image, brk's room and, behind that, as much as the tables of the
 * whole direct map need (which brk has room for, too); its tables are the start of brk.  6.1's
 * brk has a page of DMI strings and six of page tables behind them.
 * Kernel: arch/x86/kernel/head_32.S, MAPPING_BEYOND_END; early_alloc_pgt_buf() [3.9 and later].
 */
static void early_map(struct profile *p, bool pae, const struct mm386_image *told)
{
	uint64_t pmd = pae ? 2 * MIB : 4 * MIB, beyond = pae ? 2 * MIB + MM386_PAGE_SIZE : MIB;
	uint64_t end = ROUND_UP(p->physical_start + p->text_bytes, MM386_PAGE_SIZE) +
		       ROUND_UP(p->data_bytes, MM386_PAGE_SIZE) +
		       ROUND_UP(p->init_bytes, MM386_PAGE_SIZE) +
		       ROUND_UP(p->bss_bytes, MM386_PAGE_SIZE);

	if (p->boot_alloc != BOOT_ALLOC_MEMBLOCK)
		return;
	end = (told->bss_end ? told->bss_end + 1 : end) + BRK_REST(pae) + beyond;
	p->image_room = (uint32_t)(end - p->physical_start);
	p->early_tables = (uint8_t)((end + beyond + pmd - 1) / pmd);
	p->brk_bytes = (p->early_tables + 1 + 6) * MM386_PAGE_SIZE;
	if (told->brk_end > told->bss_end)
		p->brk_bytes = (uint32_t)(told->brk_end - ROUND_UP(told->bss_end, MM386_PAGE_SIZE));
}

void profile_resolve(const struct mm386_config *cfg, struct profile *out)
{
	memset(out, 0, sizeof(*out));
	out->kernel = cfg->kernel;
	out->release = release_of(cfg);
	rules_oldest(out);
	/* Without CONFIG_HIGHMEM, 2.4's descriptor has no word for a linear address. */
	out->page_struct_bytes = cfg->highmem == MM386_HIGHMEM_OFF ? 44 : 48;
	if (out->release >= KVER(2, 4, 17))
		out->mem_option = MEM_OPTION_ADDRESS;
	if (out->release >= KVER(2, 5, 0))
		rules_25(out);
	rules_26(out, out->release);
	rules_3(out, out->release);
	rules_61(out, out->release);
	rules_nodes(out, out->release);
	rules_compact(out, out->release);
	profile_wmark(&out->wm, out->release);
	if (cfg->transparent_hugepage == 0)
		out->wm.huge_pages = HUGE_PAGES_NONE;
	rules_mobility(out, out->release, cfg->pae);
	profile_pcp(&out->pcp, out->release);
	if (cfg->cpu_entry && !out->cpu_entry_pages)
		rules_cpu_entry(out);
	if (out->kernel == MM386_KERNEL_24 && cfg->cpus > 1)
		out->nr_cpus = 32;
	if (cfg->nr_cpus)
		out->nr_cpus = (uint16_t)cfg->nr_cpus;
	if (cfg->page_struct_bytes)
		out->page_struct_bytes = cfg->page_struct_bytes;
	profile_proc(&out->proc, out->release);
	profile_page(&out->page, out->release);
	rules_early_requests(out, out->release, cfg->pae);
	image_sizes(out, cfg->pae);
	image_overrides(out, cfg);
	early_map(out, cfg->pae, &cfg->image);
}
