/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * boot.h - what the rooms of boot share: e820, command line, limits, the list
 * of what the boot allocator gave away.
 *
 * Everything here works on runs of addresses, never frame by frame, so that a
 * 64 GiB machine boots as fast as a small one.
 */
#ifndef MM386_BOOT_H
#define MM386_BOOT_H

#include "internal.h"

#define KIB		  1024ull
#define MIB		  (1024 * KIB)
#define GIB		  (1024 * MIB)
#define PFN_UP(x)	  (((x) + MM386_PAGE_SIZE - 1) >> MM386_PAGE_SHIFT)
#define PFN_DOWN(x)	  ((x) >> MM386_PAGE_SHIFT)
#define ROUND_UP(x, to)	  (((x) + (to)-1) / (to) * (to))
#define ROUND_DOWN(x, to) ((x) / (to) * (to))

#define MAX_PFN_4G	0x100000u  /* 2^20 frames: what 32 address bits reach */
#define MAX_PFN_PAE	0x1000000u /* 2^24 frames: 36 bits */
#define DMA_END_PFN	0x1000u	   /* 16 MiB: what ISA DMA reaches */
#define VMALLOC_OFFSET	(8 * MIB)
#define VMALLOC_RESERVE (128 * MIB)
#define PAGE_STRUCT_MIN                                                                            \
	28u /* sizeof(struct page): no kernel had less, or with all debugging more */
#define PAGE_STRUCT_MAX 128u

/* ---- e820.c ------------------------------------------------------------- */

/* A table of its own size: clean-up and options may split entries. Sorted once e820_sanitize() ran.
 */
#define E820_TABLE_MAX 320
struct e820_table {
	unsigned nr;
	struct mm386_e820_entry e[E820_TABLE_MAX];
};

void e820_add(struct e820_table *t, uint64_t start, uint64_t end, uint32_t type);
void e820_sanitize(struct e820_table *t);
/*
 * Change every part of type ${from} (0: any) within start..end (inclusive) to ${to}; ${to} 0
 * removes it.
 */
void e820_update(struct e820_table *t, uint64_t start, uint64_t end, uint32_t from, uint32_t to);
/* The table of a PC with ${bytes} of RAM, as QEMU's i440FX machine and SeaBIOS report it. */
void e820_pc(struct e820_table *t, uint64_t bytes);
void e820_trim_low(struct e820_table *t, enum low_trim_rule rule);
/* First frame past the last one of ${type} that starts below ${limit}; at most ${limit}. */
uint64_t e820_end_pfn(const struct e820_table *t, uint64_t limit, enum max_pfn_rule rule,
		      uint32_t type);
/* Usable frames within start..end (end exclusive), entries rounded inwards. */
uint64_t e820_ram_pages(const struct e820_table *t, uint64_t start_pfn, uint64_t end_pfn);

/* ---- cmdline.c ------------------------------------------------------------ */

struct memory_options {
	bool has_highmem, has_vmalloc;
	uint64_t highmem_pages;
	uint64_t vmalloc_bytes;
	uint64_t kernelcore_pages, movablecore_pages; /* 0: not asked for */
	unsigned kernelcore_percent, movablecore_percent;
	bool user_map; /* the e820 is no longer the firmware's */
	unsigned nr_cpus, max_cpus; /* most CPUs that there can be, that are started; 0: not said */
	unsigned possible_cpus;	    /* that room is made for */
	uint64_t log_buf_bytes, dentry_entries, inode_entries;
	uint64_t crash_bytes, crash_start; /* kept for a kernel that looks at a crash; start 0: anywhere */
	bool no_swiotlb;
};

/*
 * Read the memory options of ${cmdline} and apply those that change the map to
 * ${t}.  What the kernel ignores is ignored.  0, or -EINVAL ("/cmdline").
 */
int cmdline_apply(const char *cmdline, const struct profile *p, struct e820_table *t,
		  struct memory_options *opt, struct mm386_error *err);

/* ---- taken.c: what the boot allocator gave away ---------------------------- */

#define TAKEN_MAX 1024

struct boot {
	const struct mm386_config *cfg;
	const struct boot_lists *lists; /* NULL: our own allocator decides */
	struct boot_plan *plan;
	struct profile *p;     /* plan->profile */
	struct e820_table map; /* the kernel's map */
	struct memory_options opt;
	uint64_t page_offset;
	unsigned possible_cpus;
	uint64_t ram_end_pfn;		   /* max_pfn before highmem= and the like cut it */
	uint64_t max_low_bytes;		   /* end of the direct map, physical */
	uint64_t fixmap_total_start;	   /* of all fixmap slots, boot-only ones too */
	uint64_t cpu_entry_base, ldt_base; /* 0: this kernel has none */
	struct {
		uint64_t start, end; /* pfns, end exclusive */
	} node[MM386_NODES_MAX];
	bool even_nodes; /* no table of nodes: RAM is dealt evenly */
	unsigned nr_ram;
	/* Usable whole pages below max_low_bytes, in bytes, end exclusive. */
	struct {
		uint64_t start, end;
	} ram[E820_TABLE_MAX];
	unsigned nr_taken;
	struct taken taken[TAKEN_MAX]; /* rising, not overlapping */
	bool out_of_memory;	       /* an allocation did not fit */
};

void taken_add(struct boot *b, uint64_t start, uint64_t end, enum mm386_kind kind,
	       const char *name);
/* First fit from ${goal} upwards, then from the bottom; 0 when there is no room. */
uint64_t taken_alloc_up(struct boot *b, uint64_t size, uint64_t align, uint64_t goal,
			enum mm386_kind kind, const char *name);
/* Highest place below ${limit}; 0 when there is no room. */
uint64_t taken_alloc_down(struct boot *b, uint64_t size, uint64_t align, uint64_t limit,
			  enum mm386_kind kind, const char *name);

/* Give the range that starts at ${start} back. */
void taken_remove(struct boot *b, uint64_t start);

/* ---- report_kva.c: lines of the boot messages, before and behind those of high and low memory. */
void report_kva_sizes(const struct mm386 *m, struct text *t);
void report_kva_windows(const struct mm386 *m, struct text *t);

/* ---- the steps of boot_plan_make() ------------------------------------------ */

int config_check(const struct mm386_config *cfg, struct mm386_error *err);
/* fixmap, pkmap, VMALLOC_END: what MAXMEM depends on. */
int layout_top(struct boot *b, struct mm386_error *err);
uint64_t layout_maxmem(const struct boot *b); /* bytes that the direct map can cover */
void layout_finish(struct boot *b);	      /* vmalloc start and the list of regions */
void bootmem_run(struct boot *b);
void memblock_run(struct boot *b);
/* ---- early_tables.c ---- */
struct early_tables {
	unsigned used;		/* of the pages that brk has for them */
	uint64_t first_run_end; /* of what is mapped first */
	bool has[2048];		/* large page of the direct map that has a table */
};
/* For RAM that large pages do not fit; begins the count. */
void early_tables_direct_map(struct boot *b, struct early_tables *t);
void early_tables_fixmap(struct boot *b, struct early_tables *t);
void early_tables_cpu_entry(struct boot *b, struct early_tables *t);
/* ${pages} side by side, from brk or else from RAM. */
void early_tables_take(struct boot *b, struct early_tables *t, unsigned pages);
/* Memory and reservations as somebody else's boot allocator held them. */
int lists_check(const struct boot_lists *lists, struct mm386_error *err);
void lists_memory(struct boot *b);
void lists_reserved(struct boot *b);
/* Parts that both boot allocators share. */
void boot_hash_sizes(struct boot *b); /* entries of the tables, to the facts */
uint64_t boot_mem_map_bytes(const struct boot *b);
unsigned boot_table_pages(const struct boot *b);
void boot_place_image(struct boot *b);
void boot_place_initrd(struct boot *b);
void nodes_find(struct boot *b); /* bounds of the nodes, from the map */
/* ---- kva.c ---- */
void kva_find(struct boot *b);	/* windows for the nodes' mem_map; low memory and the nodes may end earlier */
void kva_place(struct boot *b); /* take their frames */
/* Frames whose descriptors are not in such a window. */
uint64_t kva_frames_outside(const struct boot *b);
/* RAM of node ${n}, range ${i} in pfns, as the release's list of active ranges tells it; false past the last. */
bool nodes_active_range(const struct boot *b, unsigned n, unsigned i, uint64_t *start, uint64_t *end);
/* Where each node's ZONE_MOVABLE begins, 0 for none; ${usable} is the first frame of the zone it is cut from. */
void movable_find(const struct boot *b, uint64_t usable, uint64_t start[MM386_NODES_MAX]);
void zonesize_run(struct boot *b);
int runs_build(struct boot *b); /* 0 or -ENOMEM */
void ranges_build(struct boot *b);

#endif
