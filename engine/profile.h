/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * profile.h - what one kernel does differently from another, as data.
 *
 * A room asks its profile; nothing in a room compares version numbers.  The
 * three teaching profiles are rows in profile.c; a real boot log's release
 * starts from the nearest row and applies the dated changes listed there.
 */
#ifndef MM386_PROFILE_H
#define MM386_PROFILE_H

#include "mm386.h"

enum lowmem_rule {
	LOWMEM_FIXED_896,  /* MAXMEM = 4G - PAGE_OFFSET - VMALLOC_RESERVE (or vmalloc=) */
	LOWMEM_VMALLOC_END /* MAXMEM = VMALLOC_END - PAGE_OFFSET - VMALLOC_RESERVE */
};
/* What the kmap() window stands below. */
enum pkmap_rule {
	PKMAP_FE000000,		 /* nothing: it has a fixed place */
	PKMAP_BELOW_BOOT_FIXMAP, /* all fixmap slots */
	PKMAP_BELOW_FIXMAP,	 /* the permanent ones */
	PKMAP_BELOW_CPU_ENTRY,
	PKMAP_BELOW_LDT
};
enum vmalloc_start_rule { VMALLOC_START_ROUNDED, VMALLOC_START_EXACT };
enum boot_alloc_rule { BOOT_ALLOC_BOOTMEM, BOOT_ALLOC_MEMBLOCK };
enum handover_rule {
	HANDOVER_24, /* lowmem rising page by page; highmem falling */
	HANDOVER_26, /* lowmem rising in aligned 32s; highmem rising */
	HANDOVER_61  /* highmem rising, then lowmem in largest aligned blocks, to the tail */
};
enum present_rule {
	PRESENT_SPANNED, /* holes are not subtracted (2.4, 2.6.18) */
	PRESENT_MEMMAP,	 /* minus holes minus each zone's share of mem_map (2.6.19 .. 3.x) */
	PRESENT_REAL	 /* holes only; managed is kept apart */
};
enum wmark_rule { WMARK_24, WMARK_26, WMARK_61 };
/* Which half of a split block is handed on. */
enum pages_rule {
	SPLIT_KEEP_UPPER, /* 2.4 */
	SPLIT_KEEP_LOWER
};

/* Where the search for the end of RAM stops. */
enum max_pfn_rule {
	MAX_PFN_ALL,  /* the end of the highest RAM, then clamped to 4G without PAE */
	MAX_PFN_BELOW /* RAM that starts beyond what the kernel can address is not looked at */
};
/* What is kept away from the allocator below 1 MiB, whatever the e820 says. */
enum low_trim_rule {
	LOW_TRIM_ISA,	/* RAM within 640K..1M is dropped */
	LOW_TRIM_NONE,	/* nothing: the e820 is believed */
	LOW_TRIM_PAGE0, /* page 0 becomes reserved, RAM within 640K..1M is dropped */
	LOW_TRIM_64K	/* the same with the first 64 KiB */
};
/* Which page ranges the zones are computed from. */
enum active_rule {
	ACTIVE_NONE,  /* no list: a zone is its span, from frame 0 */
	ACTIVE_WHOLE, /* one range, 0..max_pfn: holes count as present */
	ACTIVE_E820   /* the e820's RAM: holes are absent, the first zone starts with RAM */
};
/* What mem=N cuts. */
enum mem_option_rule {
	MEM_OPTION_REPLACE,    /* everything: the map becomes 0..0x9f000 and 1M..N */
	MEM_OPTION_AMOUNT,     /* the sum of RAM; entries behind the cut go, whatever their type */
	MEM_OPTION_ADDRESS,    /* RAM beyond address N; entries behind go, whatever their type */
	MEM_OPTION_ADDRESS_RAM /* RAM beyond address N, nothing else */
};
/* Where the boot-only fixmap slots follow the permanent ones. */
enum fixmap_boot_rule {
	FIXMAP_BOOT_NONE,
	FIXMAP_BOOT_BEHIND,	/* right behind */
	FIXMAP_BOOT_NEXT_BLOCK, /* from the next multiple of their number, always */
	FIXMAP_BOOT_SAME_TABLE	/* right behind, unless that crosses into another page table */
};
/* Files of /proc that not every release has. */
enum proc_file_bits {
	PROC_BUDDYINFO = 1 << 0,
	PROC_ZONEINFO = 1 << 1,
	PROC_PAGETYPEINFO = 1 << 2,
	PROC_VMSTAT = 1 << 3,
	PROC_EXTFRAG = 1 << 6 /* extfrag_index and unusable_index, in debugfs */
};

/* What a counter of /proc/vmstat is kept for. */
enum counter_scope {
	COUNTER_NONE, /* this release has no such line */
	COUNTER_ZONE, /* as are the next: a line of /proc/zoneinfo too */
	COUNTER_NODE,
	COUNTER_TOTAL /* the machine as a whole; events */
};
/* Where its value comes from: told by mm386_set_counter(), or kept by the engine. */
enum counter_source {
	COUNTER_TOLD,
	COUNTER_FREE_PAGES,
	COUNTER_VM_EVENT,    /* state.vm_event[arg] */
	COUNTER_ZONE_EVENT   /* state.vm_event[arg + the type of the zone called ${zone}] */
};
struct counter_desc {
	const char *name; /* the kernel's word */
	uint8_t scope, source;
	uint8_t arg;
	const char *zone; /* the line exists only where a zone of that name does */
};
#define COUNTERS_MAX 384

/* Which requests of more than one page compact memory before they would reclaim. */
enum compact_first_rule {
	COMPACT_FIRST_ALL,
	COMPACT_FIRST_COSTLY,	 /* those above order 3 */
	COMPACT_FIRST_UNMOVABLE, /* and smaller ones, unless they are for what can be moved */
};

struct profile {
	enum mm386_kernel kernel;
	uint32_t release;
	uint8_t orders; /* MAX_ORDER */
	enum pages_rule split;
	bool buddy_from_zone; /* buddies are counted from the zone's first frame, else from 0 */
	bool free_tail;	      /* a block whose next merge is likely goes to the tail */
	bool boot_tail;	      /* boot gives low memory to the tail of the lists */
	bool compaction;      /* there is any */
	bool compact_fast;    /* it looks into the free lists before it scans; keeps blocks it frees */
	bool compact_fragindex_costly; /* want of memory stops it for orders above 3 only */
	enum compact_first_rule compact_first;
	enum wmark_rule wmark;
	enum lowmem_rule lowmem;
	enum pkmap_rule pkmap;
	enum vmalloc_start_rule vmalloc_start;
	enum boot_alloc_rule boot_alloc;
	enum handover_rule handover;
	enum present_rule present;
	uint32_t page_struct_bytes;
	bool zone_dma32;	  /* an empty zone between DMA and Normal, as on 64-bit machines */
	bool zone_movable;	  /* a fourth, usually empty, zone */
	uint8_t proc_files;	  /* enum proc_file_bits */
	bool migrate_movable_2nd; /* the order of migrate types in /proc/pagetypeinfo */
	uint16_t nr_cpus;
	uint64_t physical_start;
	uint32_t text_bytes, data_bytes, init_bytes, bss_bytes;
	uint32_t lowmem_reserve_ratio[MM386_ZONE_TYPES];

	/* ---- the boot rooms' own ---- */
	enum max_pfn_rule max_pfn;
	enum low_trim_rule low_trim;
	enum active_rule active;
	enum mem_option_rule mem_option;
	enum fixmap_boot_rule fixmap_boot_rule;
	bool acpi_ends_ram;	   /* ACPI tables behind RAM count for the last frame */
	bool zonelist_less_memmap; /* zone lists count low zones without their share of mem_map */
	bool memmap_round_up;	   /* a zone's share of mem_map counts whole pages */
	bool highmem64g;	   /* PAE lets the kernel use RAM beyond 4G */
	bool vmalloc_guard_adds;   /* vmalloc=N reserves VMALLOC_OFFSET on top */
	bool kernel_4k_head;	   /* the first large page of the direct map is split (MTRRs) */
	bool mem_map_spare;	   /* one descriptor more; else rounded up to 4 MiB of frames */
	bool pgd_in_text;	/* swapper_pg_dir is the image's 2nd page; else the first of bss */
	bool boot_hashes;	/* PID, dentry and inode tables come from the boot allocator */
	bool memmap_option;	/* memmap= is known; else mem= takes its words */
	bool vmalloc_option;	/* vmalloc= is known */
	uint8_t reserved_count; /* reference count of a frame that was never handed out */
	bool reserve_low_1m;	/* the whole first 1 MiB is kept from the allocator */
	uint32_t fixaddr_top;
	uint32_t fixmap_base;	    /* permanent slots besides the per-CPU ones */
	uint32_t fixmap_per_cpu;    /* kmap_atomic slots a CPU */
	uint32_t fixmap_boot;	    /* boot-only slots */
	uint32_t fixmap_boot_extra; /* single boot-only slots behind them */
	uint32_t cpu_entry_pages;   /* cpu_entry_area pages a CPU, 0: none */
	uint32_t cpu_entry_room;    /* pages a CPU that are kept for it */
	bool cpu_entry_at_fixaddr;  /* below the permanent fixmap; else below the boot-only one */
	/* Within data_bytes, from the end of text's last page: 2.4 and 2.6 have data alone. */
	uint32_t rodata_bytes, data_offset, data_used_bytes;
	uint32_t bss_offset;   /* of bss within bss_bytes: what else stands behind init */
	bool numbered_zones;   /* "zone(0): 4096 pages." in boot messages */
	bool inclusive_ranges; /* "[mem 0x..-0x..]" in boot messages */
	bool quiet_zones;      /* the pages of each zone are not printed */
	bool ranges_32bit;     /* bounds of zones and nodes lose what is beyond 32 bits */
	bool prints_ram;       /* "Memory:" tells RAM's size, not that of all frames */
	bool prints_layout;    /* the kernel prints its virtual layout */
	bool large_tail;       /* the last large page of the direct map may reach past its end */
	bool iomem_capitals;   /* "Reserved" in /proc/iomem, not "reserved" */
	bool iomem_below_4g;   /* entries beyond 4G are not registered, PAE or not */
	bool iomem_bss;	       /* bss is listed */
	bool iomem_roms_first; /* ROMs are registered before the e820 */
	bool iomem_apic;       /* I/O APIC and local APIC are listed */
	bool iomem_bus;	       /* the host bridge's windows are listed */
	uint8_t early_tables;	  /* page tables that the very first code builds, from frame 0 up */
	uint8_t fixmap_behind_kmap; /* permanent slots behind those of kmap_atomic */
	uint32_t brk_bytes;    /* early page tables and other brk right behind bss */
	uint32_t unpack_bytes; /* room that unpacking the image needs, from physical_start */
};

/* Counter ${i} of all releases, in the order of print; scope NONE: not in this release; NULL past the last. */
const struct counter_desc *profile_counter(const struct profile *p, unsigned i);

/* The rules for ${cfg}, by its kernel, release, PAE and nr_cpus; ${cfg} has been checked. */
void profile_resolve(const struct mm386_config *cfg, struct profile *out);

#endif
