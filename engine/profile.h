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
	LOWMEM_FIXED_896,  /* MAXMEM = 4G - PAGE_OFFSET - VMALLOC_RESERVE, compile time or vmalloc= */
	LOWMEM_VMALLOC_END /* MAXMEM = VMALLOC_END - PAGE_OFFSET - VMALLOC_RESERVE */
};
enum pkmap_rule { PKMAP_FE000000, PKMAP_BELOW_BOOT_FIXMAP, PKMAP_BELOW_CPU_ENTRY, PKMAP_BELOW_LDT };
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
enum pages_rule { /* which half of a split block is handed on */
	SPLIT_KEEP_UPPER, /* 2.4 */
	SPLIT_KEEP_LOWER
};

struct profile {
	enum mm386_kernel kernel;
	uint32_t release;
	uint8_t orders; /* MAX_ORDER */
	enum pages_rule split;
	bool free_tail; /* 6.1: a block whose next merge is likely goes to the tail */
	enum wmark_rule wmark;
	enum lowmem_rule lowmem;
	enum pkmap_rule pkmap;
	enum vmalloc_start_rule vmalloc_start;
	enum boot_alloc_rule boot_alloc;
	enum handover_rule handover;
	enum present_rule present;
	uint32_t page_struct_bytes;
	bool zone_movable; /* a fourth, usually empty, zone */
	uint16_t nr_cpus;
	uint64_t physical_start;
	uint32_t text_bytes, data_bytes, init_bytes, bss_bytes;
	uint32_t lowmem_reserve_ratio[MM386_ZONES_MAX];
	/* profile.c may add fields below; rooms read them by name. */
	uint32_t fixaddr_top;
	uint32_t fixmap_permanent_base; /* permanent fixmap slots besides the per-CPU ones */
	uint32_t fixmap_per_cpu;	/* kmap_atomic slots a CPU */
	uint32_t fixmap_boot;		/* boot-only slots below */
	uint32_t cpu_entry_pages;	/* cpu_entry_area pages a CPU, 0: none */
};

/* The rules for ${cfg} (kernel, release, PAE, nr_cpus): always succeeds on a checked configuration. */
void profile_resolve(const struct mm386_config *cfg, struct profile *out);

#endif
