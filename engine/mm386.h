/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mm386.h - a deterministic model of i386 Linux memory management.
 *
 * The only engine header that a program outside engine/ may include.  One
 * struct mm386 is one machine.  Nothing here reads a clock, draws entropy,
 * prints, opens a file, starts a thread or knows JSON: same configuration and
 * same operations give the same machine on any host.
 *
 * Units: a pfn counts 4 KiB page frames from physical address 0; an order n
 * block is 2^n frames; sizes are bytes unless the name says otherwise.
 */
#ifndef MM386_H
#define MM386_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MM386_PAGE_SHIFT 12
#define MM386_PAGE_SIZE 4096u
#define MM386_NO_PFN UINT32_MAX /* "no frame" in every pfn field */

typedef uint32_t mm386_pfn_t; /* page frame number */
typedef uint64_t mm386_pa_t;  /* physical address, 36 bits used */
typedef uint32_t mm386_va_t;  /* linear (virtual) address */

struct mm386; /* one machine; opaque */

/* What was wrong with something that the caller handed in. */
struct mm386_error {
	char pointer[96]; /* JSON pointer to the member ("/e820/3/end"), or "" */
	unsigned line;	  /* line of a boot log, from 1; 0 if it is not a line's fault */
	char detail[192]; /* one sentence: the field, what it was, the limit */
};

/* ---- configuration --------------------------------------------------- */

enum mm386_kernel {
	MM386_KERNEL_24, /* 2.4.22 */
	MM386_KERNEL_26, /* 2.6.32, slab: the default */
	MM386_KERNEL_61, /* 6.1 as Debian configures it for i386 */
	MM386_NR_KERNELS
};

enum mm386_highmem { MM386_HIGHMEM_DEFAULT, MM386_HIGHMEM_OFF, MM386_HIGHMEM_4G, MM386_HIGHMEM_64G };

enum mm386_vmsplit { MM386_VMSPLIT_3G, MM386_VMSPLIT_3G_OPT, MM386_VMSPLIT_2G, MM386_VMSPLIT_2G_OPT, MM386_VMSPLIT_1G, MM386_NR_VMSPLITS };

/* e820 types, by their numbers in the kernel's headers. */
enum mm386_e820_type {
	MM386_E820_USABLE = 1,
	MM386_E820_RESERVED = 2,
	MM386_E820_ACPI = 3,
	MM386_E820_NVS = 4,
	MM386_E820_UNUSABLE = 5,
	MM386_E820_PMEM = 7,
};

struct mm386_e820_entry {
	uint64_t start; /* first byte */
	uint64_t end;	/* last byte, inclusive */
	uint32_t type;	/* enum mm386_e820_type */
	uint32_t pad;
};

#define MM386_E820_MAX 128
#define MM386_CMDLINE_MAX 2048
#define MM386_NAME_MAX 64
#define MM386_CPUS_MAX 32
#define MM386_NODES_MAX 4
#define MM386_NODE_RANGES_MAX 16

/*
 * A machine to boot.  Fill with mm386_config_init() first: every member then
 * says "the kernel's own default".  Exactly one of memory_bytes and
 * nr_e820 > 0 describes the RAM.
 */
struct mm386_config {
	char name[MM386_NAME_MAX];
	enum mm386_kernel kernel;
	/*
	 * Exact release, as KERNEL_VERSION: major << 16 | minor << 8 | patch; 0
	 * for the profile's own.  A real boot log's release picks the rules that
	 * were in force in it (they changed often between 2.6.0 and 3.0).
	 */
	uint32_t release;
	bool pae;
	enum mm386_highmem highmem;
	enum mm386_vmsplit vmsplit;
	unsigned cpus;	       /* CPUs running, 1..MM386_CPUS_MAX */
	unsigned nr_cpus;      /* CONFIG_NR_CPUS; 0: the profile's own */
	int highpte;	       /* CONFIG_HIGHPTE; -1: the profile's own */
	int transparent_hugepage; /* CONFIG_TRANSPARENT_HUGEPAGE; -1: the profile's own, yes since 2.6.38 */
	uint64_t memory_bytes; /* a PC of this size, as QEMU's i440FX reports it */
	unsigned nr_e820;
	struct mm386_e820_entry e820[MM386_E820_MAX];
	/*
	 * Nodes of memory, as a NUMA machine has; 0 or 1: all RAM is one node's.  Ranges, as the
	 * firmware's SRAT has them, rise; nr_node_ranges 0: one a node, in their order.  All zero:
	 * each node gets the same amount of RAM.
	 */
	unsigned nr_nodes, nr_node_ranges;
	struct mm386_node_range {
		uint64_t start, end; /* end inclusive */
		unsigned node;	     /* whose; without nr_node_ranges its place says that */
	} node[MM386_NODE_RANGES_MAX];
	uint32_t node_cpus[MM386_NODES_MAX]; /* bit n: CPU n; all zero: CPUs go to the nodes in turn */
	/* How far node j is from node i, as the firmware's SLIT has it; 0: 10 if they are the same, else 20. */
	uint8_t node_distance[MM386_NODES_MAX][MM386_NODES_MAX];
	bool numa; /* CONFIG_NUMA though there is one node; several imply it */
	char cmdline[MM386_CMDLINE_MAX];
	uint64_t swap_bytes;
	uint64_t seed; /* for workloads only, never for policy */
	/* Sizes of the kernel image, as its "Memory:" line or layout tells; 0: the profile's own. */
	uint64_t physical_start; /* where the image is loaded */
	uint32_t text_bytes, data_bytes, init_bytes, bss_bytes;
	/*
	 * The same to the byte, as /proc/iomem's lines "Kernel code" .. "Kernel bss" tell (ends
	 * inclusive); all zero: worked out from the sizes.  Without a line for rodata that is 0.
	 */
	struct mm386_image {
		uint64_t code_start, code_end, rodata_start, rodata_end;
		uint64_t data_start, data_end, bss_start, bss_end;
		uint64_t brk_end; /* of what was taken behind bss before memory was handed over; 0: computed */
	} image;
	uint32_t initrd_bytes;
	uint32_t alternatives_bytes; /* "Freeing SMP alternatives memory"; counts where managed pages do */
	/* "percpu: Embedded 36 pages/cpu s115596 ... u147456": what is copied for each CPU, and all that it gets. */
	uint32_t percpu_static_bytes, percpu_unit_bytes;
	/* A bound that the log printed and the configuration cannot tell; 0: computed. */
	uint32_t fixaddr_start;
	uint32_t page_struct_bytes; /* sizeof(struct page); 0: the profile's own */
	bool cpu_entry;		    /* a cpu_entry_area even if the release is older: distributions put it back */
};

/* Set every member of ${cfg} to "the kernel's own default": 2.6, no PAE, 3g, one CPU. */
void mm386_config_init(struct mm386_config *cfg);

/*
 * Read e820 table, command line, release, PAE, image sizes and what else a
 * boot log tells from ${text} (${len} bytes, need not be NUL terminated) into
 * ${cfg}, which must have been initialised; members that the log does not
 * mention stay as they were.  Return 0, or -EINVAL with ${err} naming the line.
 */
int mm386_config_dmesg(struct mm386_config *cfg, const char *text, size_t len, struct mm386_error *err);

/* "2.4" -> MM386_KERNEL_24 and so on; return 0 or -EINVAL. */
int mm386_kernel_parse(const char *text, enum mm386_kernel *out);
const char *mm386_kernel_name(enum mm386_kernel k); /* "2.4", "2.6", "6.1" */
/* The profile that ${release} (as in struct mm386_config) is nearest to: 2.5 goes with 2.6, 4.0 and later with 6.1. */
enum mm386_kernel mm386_kernel_of(uint32_t release);
/*
 * Distributions keep a kernel's first number in its name, and take the stable releases in: what ${release} (as in
 * struct mm386_config) is by the rest of its "Linux version" line, "... Debian 5.10.223-1 (2024-08-10)".
 */
uint32_t mm386_release_stable(uint32_t release, const char *line);
int mm386_vmsplit_parse(const char *text, enum mm386_vmsplit *out);
const char *mm386_vmsplit_name(enum mm386_vmsplit s); /* "3g", "3g_opt", "2g", "2g_opt", "1g" */
const char *mm386_e820_type_name(uint32_t type); /* "usable", "reserved", "ACPI data", "ACPI NVS", ... */
int mm386_e820_type_parse(const char *text, uint32_t *out);
/* "512M", "0x1000", "64k" -> bytes; the whole string must be used.  0 or -EINVAL. */
int mm386_size_parse(const char *text, uint64_t *out);

/* ---- life of a machine ------------------------------------------------ */

/*
 * Build a machine from ${cfg} and run its boot up to the hand-over of memory
 * to the buddy system.  On success store it in ${out} and return 0; the caller
 * frees it with mm386_free().  Return -EINVAL if ${cfg} describes no machine
 * that this kernel could boot on (${err} says which member), -ENOMEM if the
 * host is out of memory.  On failure ${out} is untouched.  The host's memory
 * is taken here and in mm386_copy(), nowhere else.
 */
int mm386_boot(const struct mm386_config *cfg, struct mm386 **out, struct mm386_error *err);

/*
 * Boot as mm386_boot() does, but hand over what these lists say instead of what our
 * own boot allocator would leave: ${memory} is what memblock.memory held, ${reserved} what
 * memblock.reserved did (bytes; ranges within a list rise and do not overlap).  Of a page
 * that is only in part memory, or in part reserved, nothing is handed over.  Returns as
 * mm386_boot(); a list out of order is -EINVAL ("/memory/N", "/reserved/N").
 */
struct mm386_memrange {
	uint64_t start, end; /* end exclusive */
};
int mm386_boot_memblock(const struct mm386_config *cfg, const struct mm386_memrange *memory, size_t nr_memory,
			const struct mm386_memrange *reserved, size_t nr_reserved, struct mm386 **out,
			struct mm386_error *err);
void mm386_free(struct mm386 *m);

/* An independent machine in the same state (one memcpy).  0 or -ENOMEM. */
int mm386_copy(const struct mm386 *m, struct mm386 **out);

/* Bytes of host memory that one machine holds. */
size_t mm386_host_bytes(const struct mm386 *m);

/*
 * 64 bits over the whole simulated state, the same on every host.  A name or a
 * seed makes no other machine.  What did not change since the last call is not
 * read again, so the cost follows what changed.
 */
uint64_t mm386_digest(struct mm386 *m);

/* Walk every invariant; return NULL if all hold, else the name of the first that does not. */
const char *mm386_check(const struct mm386 *m);

/* Number of operations applied since boot; boot itself is 0. */
uint64_t mm386_seq(const struct mm386 *m);

/* ---- kinds of frame (the legend) ------------------------------------- */

/* Column order is the wire order: append, never reorder.  name, letter, what it says in the legend */
#define MM386_KINDS(X)                                              \
	X(HOLE, "hole", "", "No memory here")                       \
	X(RESERVED, "reserved", "R", "Firmware reserved")           \
	X(KERNEL, "kernel", "K", "Kernel image")                    \
	X(MEMMAP, "mem_map", "M", "mem_map")                        \
	X(PGTABLE, "page_tables", "P", "Page tables")               \
	X(BOOT, "boot", "B", "Boot allocations")                    \
	X(FREE, "free", "", "Free (buddy)")                         \
	X(PCP, "free_pcp", "c", "Free, CPU lists")                  \
	X(PAGES, "pages", "G", "Kernel pages")                      \
	X(USER, "user", "A", "User pages")                          \
	X(LOST, "unused", "x", "RAM this kernel cannot use")

#define MM386_KIND_ENUM(id, name, letter, label) MM386_KIND_##id,
enum mm386_kind { MM386_KINDS(MM386_KIND_ENUM) MM386_NR_KINDS };

struct mm386_kind_desc {
	const char *name, *letter, *label;
};
const struct mm386_kind_desc *mm386_kind_desc(enum mm386_kind k);

/* One byte (enum mm386_kind) a frame, mm386_info()->nr_frames of them, valid until the next operation. */
const uint8_t *mm386_kinds(const struct mm386 *m);

/* ---- what was decided at boot ----------------------------------------- */

#define MM386_ORDERS 11 /* orders 0..10; 2.4 uses 0..9 */
#define MM386_ZONE_TYPES 4 /* zones of one node: DMA, (DMA32,) Normal, HighMem, Movable */
#define MM386_ZONES_MAX (MM386_NODES_MAX * MM386_ZONE_TYPES)
#define MM386_REGIONS_MAX 24
#define MM386_RANGES_MAX 160

struct mm386_region { /* of the 4 GiB of linear addresses; rising, not overlapping */
	char name[24];
	uint64_t start, end; /* end exclusive; 0x100000000 is the top */
	char maps[72];	     /* what lies behind it, in words */
};

enum mm386_range_class { MM386_RANGE_IMAGE, MM386_RANGE_MEM_MAP, MM386_RANGE_BOOT, MM386_RANGE_MMIO, MM386_RANGE_HOLE };

struct mm386_range { /* of physical addresses */
	char name[40];
	uint64_t start, end; /* end inclusive */
	uint32_t cls;	     /* enum mm386_range_class */
	uint32_t pad;
};

struct mm386_info {
	char name[MM386_NAME_MAX];
	char cmdline[MM386_CMDLINE_MAX];
	enum mm386_kernel kernel;
	uint32_t release; /* KERNEL_VERSION of the rules in force */
	enum mm386_vmsplit vmsplit;
	enum mm386_highmem highmem; /* never DEFAULT */
	bool pae;
	uint8_t orders; /* MAX_ORDER: block orders are 0..orders-1 */
	uint8_t nr_zones; /* of all nodes */
	uint8_t nr_nodes;
	uint8_t nr_migratetypes; /* 1: this kernel has no mobility grouping */
	uint8_t pageblock_order; /* order of a page block; 0 without grouping */
	uint16_t cpus, nr_cpus;
	uint64_t seed;

	uint32_t page_offset; /* PAGE_OFFSET */
	uint32_t nr_frames;   /* frames shown: those of mem_map and the holes up to the last range */
	uint32_t max_pfn;     /* first frame past the last usable RAM this kernel knows */
	uint32_t max_low_pfn; /* first frame past the direct map */
	uint32_t highstart_pfn, highend_pfn; /* equal when there is no high memory */
	uint32_t max_mapnr;		     /* frames that have a struct page */
	uint32_t page_struct_bytes;	     /* sizeof(struct page) of that kernel */

	uint32_t high_memory;		     /* __va(max_low_pfn << 12) */
	uint32_t vmalloc_start, vmalloc_end;
	uint32_t pkmap_base, last_pkmap;     /* 0 and 0 without CONFIG_HIGHMEM */
	bool totals_late; /* boot messages tell what is available when the kernel has long begun to allocate */
	uint32_t fixaddr_start, fixaddr_top;

	uint32_t nr_e820; /* as the kernel's map is after clean-up */
	struct mm386_e820_entry e820[MM386_E820_MAX];
	uint32_t nr_regions;
	struct mm386_region region[MM386_REGIONS_MAX];
	uint32_t nr_ranges; /* kernel image, mem_map, tables, MMIO, holes */
	struct mm386_range range[MM386_RANGES_MAX];
};
const struct mm386_info *mm386_info(const struct mm386 *m);

/* ---- what is, now ------------------------------------------------------- */

/* PROMO is where promotion to faster memory stops: a step above high since 5.18, else 0. */
enum mm386_wmark { MM386_WMARK_MIN, MM386_WMARK_LOW, MM386_WMARK_HIGH, MM386_WMARK_PROMO, MM386_NR_WMARKS };

/*
 * Migrate types, by numbers of our own; mm386_migratetype_number() has this kernel's.
 * The fourth is MIGRATE_RESERVE up to 4.3 and MIGRATE_HIGHATOMIC since.
 */
enum mm386_migratetype {
	MM386_MIGRATE_UNMOVABLE,
	MM386_MIGRATE_MOVABLE,
	MM386_MIGRATE_RECLAIMABLE,
	MM386_MIGRATE_RESERVED,
	MM386_MIGRATE_ISOLATE,
	MM386_MIGRATETYPES
};
/* "Unmovable", "Movable", "Reclaimable", "Reserve" or "HighAtomic", "Isolate"; NULL: this kernel has no such type. */
const char *mm386_migratetype_name(const struct mm386 *m, enum mm386_migratetype mt);
/* The number that this machine's kernel has for ${mt}, or -1. */
int mm386_migratetype_number(const struct mm386 *m, enum mm386_migratetype mt);

struct mm386_zone_view {
	const char *name; /* "DMA", "Normal", "HighMem", "Movable" */
	unsigned node;
	unsigned type;				 /* index within its node: what lowmem_reserve counts */
	uint32_t start_pfn, end_pfn;		 /* end exclusive */
	uint32_t spanned, present, managed, free_pages; /* pages */
	uint32_t watermark[MM386_NR_WMARKS];	 /* without the boost */
	uint32_t watermark_boost;
	uint32_t nr_reserved_highatomic;	 /* pages */
	uint32_t lowmem_reserve[MM386_ZONE_TYPES];
	uint32_t free[MM386_ORDERS]; /* blocks on the buddy lists of each order */
	uint32_t free_by_type[MM386_MIGRATETYPES][MM386_ORDERS]; /* the same by migrate type */
	uint32_t pageblock_start; /* pfn where page block 0 begins; may lie below start_pfn */
	uint32_t nr_pageblocks;	  /* 0 without grouping */
	/* Where the last compaction's scanners stood at its end; NO_PFN before the first. */
	uint32_t compact_migrate_pfn, compact_free_pfn;
};
/* Zone ${i} of mm386_info()->nr_zones (empty zones included: spanned is 0). */
void mm386_zone(const struct mm386 *m, unsigned i, struct mm386_zone_view *out);

/*
 * How badly the free memory of ${zone} is cut up, for requests of ${order}, in thousandths.
 * Unusable: the part of the free pages that lies in blocks that are too small.  Index: why a
 * request fails, from 0 (too little memory) to 1000 (memory in pieces); -1000: it would not.
 */
int mm386_unusable_index(const struct mm386 *m, unsigned zone, unsigned order);
int mm386_fragmentation_index(const struct mm386 *m, unsigned zone, unsigned order);

/* A node's memory; one CPU after the other belongs to the next node. */
struct mm386_node_view {
	uint32_t start_pfn, end_pfn; /* spanned; end exclusive */
	uint32_t present, managed, free_pages;
	uint32_t cpus; /* bit i: CPU i */
	/* Zones in the order in which a request from this node that may use them all asks. */
	unsigned nr_zonelist;
	uint8_t zonelist[MM386_ZONES_MAX];
};
/* Node ${i} of mm386_info()->nr_nodes. */
void mm386_node(const struct mm386 *m, unsigned i, struct mm386_node_view *out);

/*
 * First blocks of a buddy list in list order, head first, into ${out}; return how many (at
 * most ${max}).  Without mobility grouping everything is on the lists of UNMOVABLE.
 */
size_t mm386_free_list(const struct mm386 *m, unsigned zone, unsigned order, enum mm386_migratetype mt,
		       mm386_pfn_t *out, size_t max);
/* The migrate type of page block ${i} of ${zone} (i < nr_pageblocks). */
enum mm386_migratetype mm386_pageblock(const struct mm386 *m, unsigned zone, uint32_t i);

/*
 * One CPU's lists of a zone.  2.4 has none (nr_lists is 0).  Up to 2.6.24 there is a hot
 * and a cold list, each with limits of its own; after that one list a migrate
 * type, since 5.14 one an order and type.
 */
#define MM386_PCP_LISTS 14
struct mm386_pcp_view {
	uint32_t count, high, batch;		     /* pages; of the hot list where there are two */
	uint32_t cold_count, cold_high, cold_batch;  /* 0 where there is no cold list */
	uint32_t high_min, high_max; /* 6.7 and later: between these high follows what the CPU does; else 0 */
	unsigned nr_lists;
	struct {
		const char *name;  /* "hot", "cold", or the migrate type's */
		uint8_t order;	   /* of each block on it */
		uint8_t migratetype; /* enum mm386_migratetype */
		uint32_t nr;	   /* blocks */
	} list[MM386_PCP_LISTS];
};
void mm386_pcp(const struct mm386 *m, unsigned zone, unsigned cpu, struct mm386_pcp_view *out);
/* First blocks of one of those lists, head first; return how many. */
size_t mm386_pcp_list(const struct mm386 *m, unsigned zone, unsigned cpu, unsigned list, mm386_pfn_t *out, size_t max);

/* One member of this kernel's struct page, in the layout that its compiler gave it. */
#define MM386_PAGE_FIELDS 16
struct mm386_page_field {
	const char *name;      /* "flags", "_refcount", "lru.next", "private", "virtual" ... */
	uint8_t offset, size;  /* bytes from the descriptor's start */
	bool known;	       /* false: the model keeps no such value; the text says what stands there */
	uint32_t value;
	char text[120];	       /* what the value means: flags by name, where a pointer points; may be "" */
};

#define MM386_ADDRS_MAX 8
struct mm386_frame_view {
	mm386_pfn_t pfn;
	enum mm386_kind kind;
	int zone;	      /* index, or -1 when the frame is in none */
	bool has_page;	      /* mem_map has a descriptor for it */
	mm386_pa_t page_pa;   /* where that descriptor lies; 0 if none */
	mm386_va_t page_va;   /* the same as the kernel sees it */
	uint32_t flags;	      /* the profile's own bits (see mm386_page_flags()) */
	int32_t refcount;     /* _count / _refcount */
	int32_t mapcount;     /* _mapcount; -1: not mapped by any page table of a process */
	uint32_t private_;    /* order, while the frame heads a free block */
	mm386_pfn_t head;     /* first frame of the free or allocated block it is part of, or NO_PFN */
	uint8_t order;	      /* order of that block */
	uint64_t alloc_seq;   /* operation that handed the block out; 0 if none */
	unsigned nr_addrs;
	struct {
		mm386_va_t va;
		const char *region; /* name of the region it lies in */
	} addr[MM386_ADDRS_MAX];
	unsigned nr_fields; /* of struct page, by rising offset; 0 without a descriptor */
	struct mm386_page_field field[MM386_PAGE_FIELDS];
};
/* Describe frame ${pfn}.  Return 0, or -ERANGE if pfn >= nr_frames. */
int mm386_frame(const struct mm386 *m, mm386_pfn_t pfn, struct mm386_frame_view *out);

/* Write the names of the bits set in ${flags}, "|" between them, by this machine's kernel ("PG_reserved|PG_slab"). */
void mm386_page_flags(const struct mm386 *m, uint32_t flags, char *buf, size_t size);

/* A live allocation: a block handed out by operation ${seq} and not freed since. */
struct mm386_alloc {
	uint64_t seq;
	mm386_pfn_t pfn;
	uint8_t order;
	uint8_t kind; /* enum mm386_kind */
	uint16_t op;  /* enum mm386_op_id that made it */
};
/* Find the allocation that operation ${seq} made.  0, or -ENOENT if there is none alive. */
int mm386_alloc_find(const struct mm386 *m, uint64_t seq, struct mm386_alloc *out);
/* Live allocations with pfn >= ${from}, ascending, at most ${max}; return how many were written. */
size_t mm386_alloc_list(const struct mm386 *m, mm386_pfn_t from, struct mm386_alloc *out, size_t max);

/* ---- address translation ---------------------------------------------- */

struct mm386_walk_level {
	const char *name;  /* "pgd", "pmd", "pte" */
	uint32_t index;	   /* entry within the table */
	mm386_pa_t entry_pa; /* where the entry lies; 0: the model keeps no place for that table */
	uint64_t entry;	   /* its value, by the hardware's bits */
	bool present;
};
struct mm386_walk {
	mm386_va_t va;
	uint32_t cr3;
	unsigned nr_levels;
	struct mm386_walk_level level[3];
	bool present;
	uint32_t page_bytes; /* 4096, 2M or 4M */
	mm386_pa_t pa;
	mm386_pfn_t pfn;
	const char *region;
	char why[96]; /* when not present: what the kernel would say */
};
/* Walk from CR3 to the byte.  ${pid} 0 is the kernel's own map.  0, or -ESRCH if there is no such task. */
int mm386_translate(const struct mm386 *m, mm386_va_t va, unsigned pid, struct mm386_walk *out);

/* ---- GFP flags ---------------------------------------------------------- */

/*
 * Flags are kept as one set that covers all kernels; mm386_gfp_value() gives
 * the number that this machine's kernel has for it.  A modifier that this kernel
 * does not have does nothing; a composite that it does not have means what its
 * own callers pass there (GFP_HIGHUSER_MOVABLE is GFP_HIGHUSER in 2.4), so that one
 * list of operations runs on every kernel.
 */
typedef uint32_t mm386_gfp_t;
/* "GFP_KERNEL|__GFP_DMA" (also a bare "0") -> ${out}.  0, or -EINVAL with ${err} naming the word. */
int mm386_gfp_parse(const char *text, mm386_gfp_t *out, struct mm386_error *err);
/* The same back as text: composites first.  At most ${size} bytes with the NUL. */
void mm386_gfp_format(mm386_gfp_t gfp, char *buf, size_t size);
/* The kernel's own number; flags that this kernel does not have are left out. */
uint32_t mm386_gfp_value(const struct mm386 *m, mm386_gfp_t gfp);
/* Names that mm386_gfp_parse() knows, ${i} from 0; NULL past the last. */
const char *mm386_gfp_name(unsigned i);

/* ---- operations ---------------------------------------------------------- */

enum mm386_arg_type {
	MM386_ARG_UINT,
	MM386_ARG_ORDER,
	MM386_ARG_GFP,
	MM386_ARG_VA,
	MM386_ARG_PFN,
	MM386_ARG_CPU,
	MM386_ARG_NODE,
	MM386_ARG_BOOL,
	MM386_ARG_ENUM,	 /* a word of mm386_arg_desc.words; the value is its index */
	MM386_ARG_UINTS, /* this and the following arguments are one list of numbers */
};

#define MM386_OP_ARGS 6

struct mm386_arg_desc {
	const char *name;
	enum mm386_arg_type type;
	bool required;
	uint8_t one_of; /* not 0: exactly one of the arguments with this number must be given */
	bool open;	/* not given it means what no value does, as ${help} says: it has no default */
	uint64_t min, max, def;
	const char *help;
	const char *const *words; /* ENUM: the words, NULL behind the last */
};

struct mm386_op_desc {
	const char *name;
	const char *help; /* one sentence */
	bool allocates;	  /* may be posted as a resource */
	unsigned nr_args;
	struct mm386_arg_desc arg[MM386_OP_ARGS];
};

/* One row an operation; the rows themselves are in op.c. */
#define MM386_OPS(X)                          \
	X(ALLOC_PAGES, "alloc_pages")         \
	X(GET_FREE_PAGES, "__get_free_pages") \
	X(GET_ZEROED_PAGE, "get_zeroed_page") \
	X(FREE_PAGES, "free_pages")           \
	X(RMQUEUE, "__rmqueue")               \
	X(FREE_ONE_PAGE, "__free_one_page")   \
	X(DRAIN_ALL_PAGES, "drain_all_pages") \
	X(FTRACE, "ftrace")                   \
	X(COMPACT_MEMORY, "compact_memory")   \
	X(SYSCTL, "sysctl")

#define MM386_OP_ENUM(id, name) MM386_OP_##id,
enum mm386_op_id { MM386_OPS(MM386_OP_ENUM) MM386_NR_OPS };

const struct mm386_op_desc *mm386_op_desc(enum mm386_op_id id);
/* The operation called ${name}, or -ENOENT. */
int mm386_op_find(const char *name);

struct mm386_op {
	uint16_t id;	/* enum mm386_op_id */
	uint16_t given; /* bit i: arg[i] was given; the others take their default */
	uint32_t pad;
	uint64_t arg[MM386_OP_ARGS];
};

/* Why one zone (or the call as a whole: zone -1) said no. */
enum mm386_why_code {
	/*
	 * 2.6, 6.1: a - (2^order - 1) - d <= b + c; a = free in blocks of order >= level, b = mark
	 * with boost, less the request's rights, c = lowmem_reserve (2.6.6 .. 2.6.10: protection;
	 * before: the marks of the zones asked before), d = kept for atomic requests.  2.4:
	 * a <= b + c; c = 2^order and the marks of the zones asked before.
	 */
	MM386_WHY_WATERMARK,
	MM386_WHY_NO_BLOCK,   /* above its mark, but no free block of order >= a */
	MM386_WHY_NOT_LINEAR, /* __GFP_HIGHMEM to a call that returns a linear address */
	MM386_WHY_ORDER,      /* order a >= MAX_ORDER b */
	MM386_WHY_DOUBLE_FREE,/* frame a is free already, in a block of order b at c */
	MM386_WHY_WRONG_ORDER,/* frame a was handed out with order b, not c */
	MM386_WHY_NOT_HEAD,   /* frame a is inside the block of order b at c */
	MM386_WHY_FOREIGN,    /* frame a was never handed out (kind b) */
	MM386_WHY_NO_FRAME,   /* address or pfn a has no page descriptor */
	MM386_WHY_NOT_ALIGNED,/* address a is not page aligned */
	MM386_WHY_NO_ZONE,    /* there is no zone a, only b of them */
	MM386_WHY_NO_DONOR,   /* no list of order >= a has a block that migrate type b may take */
	MM386_WHY_MISALIGNED, /* frame a is no place for a block of order b */
	MM386_WHY_NO_CPU_LIST, /* CPUs keep no blocks of order a */
	MM386_WHY_NO_GROUPING, /* this kernel has no page blocks */
	MM386_WHY_TOLD,        /* the trace says that there was nothing */
	/* Beside a yes: what operation ftrace took for granted of b frames, the first of which is a. */
	MM386_WHY_ASSUMED_FREED,      /* handed out here: as if freed before */
	MM386_WHY_ASSUMED_DRAINED,    /* on a CPU's list here: as if drained before */
	MM386_WHY_ASSUMED_FREE,	      /* free here already: as if handed out before */
	MM386_WHY_ASSUMED_SPLIT,      /* part of a larger block: as if that had been split */
	MM386_WHY_ASSUMED_GIVEN_BACK, /* kept since boot here: as if the kernel had given it back */
	MM386_WHY_NO_COMPACTION, /* this release has none */
	MM386_WHY_NO_SYSCTL,  /* this release has no knob a of operation sysctl's names */
	MM386_WHY_SYSCTL_RANGE, /* value a is not within b..c */
	MM386_WHY_NONE_TO_ASK,  /* no zone of such a type has any page; b: in node a, the only one that would do */
	MM386_NR_WHYS
};
struct mm386_why {
	int16_t zone;
	uint16_t code; /* enum mm386_why_code */
	uint16_t mark; /* enum mm386_wmark, for WATERMARK */
	uint8_t level; /* WATERMARK: blocks of lower orders do not count in a */
	uint8_t order; /* WATERMARK: of the request */
	uint64_t a, b, c;
	uint64_t d;    /* WATERMARK: of a, pages that are kept for atomic requests and do not count */
};

#define MM386_WHY_MAX 20

struct mm386_result {
	uint64_t seq;
	bool ok;
	int err;	 /* the guest's errno, positive (ENOMEM, EINVAL), 0 when ok */
	mm386_pfn_t pfn; /* NO_PFN when there is none */
	mm386_va_t va;	 /* 0 when the frame has no linear address */
	uint8_t order;
	int8_t zone; /* index, -1 when none */
	uint16_t nr_why;
	struct mm386_why why[MM386_WHY_MAX];
};

/*
 * Apply one operation.  Return 0 and fill ${res}: the simulated kernel's yes or
 * no; or -EINVAL with ${err} (pointer to the argument) if ${op} is malformed,
 * and then nothing has changed.  ${err} may be NULL.
 */
int mm386_apply(struct mm386 *m, const struct mm386_op *op, struct mm386_result *res, struct mm386_error *err);

/*
 * Say that ${op} will be applied soon, after a few others: the descriptor of the
 * frame it names is fetched into the host's cache meanwhile.  Changes nothing, and
 * promises nothing.
 */
void mm386_expect(const struct mm386 *m, const struct mm386_op *op);

/*
 * The comparison behind a why, in words and numbers:
 *	"free 120 <= min 128 + lowmem_reserve 0"
 *	"free 127 - (2^3 - 1) <= min 128 + lowmem_reserve 0"	8 pages
 *	"free 100 <= min 48 of 128 + lowmem_reserve 865"		GFP_ATOMIC, refused by DMA
 *	"free 70 <= min 8 of 32 + 63 of the zones before + 2^0"	2.4: the marks add up
 */
void mm386_why_format(const struct mm386 *m, const struct mm386_why *why, char *buf, size_t size);
/* The reason without its numbers, as event bad_page has it: "free already"; of any code. */
const char *mm386_why_name(enum mm386_why_code code);

/* ---- events ---------------------------------------------------------------- */

/*
 * One line an event: id, wire name, its arguments in order.  Append, never
 * reorder.  The kernel's tracepoint name where it has one.
 */
#define MM386_EVENT_ARGS 6
#define MM386_EVENTS(X)                                                                                    \
	X(BOOT_ZONE, "boot_zone", "zone", "start_pfn", "end_pfn", "present", "managed", "")                \
	X(ZONE_TRY, "zone_try", "zone", "order", "free", "mark", "reserve", "ok")                          \
	X(ALLOC_ZONE_LOCKED, "mm_page_alloc_zone_locked", "pfn", "order", "zone", "migratetype", "percpu_refill", "")  \
	X(BUDDY_SPLIT, "buddy_split", "pfn", "order", "keep_pfn", "list_pfn", "zone", "migratetype")       \
	X(PAGE_ALLOC, "mm_page_alloc", "pfn", "order", "gfp", "zone", "kind", "migratetype")               \
	X(PAGE_ZERO, "clear_page", "pfn", "order", "", "", "", "")                                         \
	X(PAGE_FREE, "mm_page_free", "pfn", "order", "zone", "", "", "")                                   \
	X(BUDDY_MERGE, "buddy_merge", "pfn", "order", "buddy_pfn", "zone", "migratetype", "")              \
	X(BUDDY_FREE, "buddy_free", "pfn", "order", "zone", "tail", "migratetype", "")                                \
	X(WAKE_KSWAPD, "mm_vmscan_wakeup_kswapd", "zone", "order", "", "", "", "")                         \
	X(ALLOC_FAIL, "page_allocation_failure", "order", "gfp", "", "", "", "")                           \
	X(BAD_FREE, "bad_page", "pfn", "order", "code", "head_pfn", "head_order", "kind")                  \
	X(ALLOC_EXTFRAG, "mm_page_alloc_extfrag", "pfn", "alloc_order", "fallback_order",                  \
	  "alloc_migratetype", "fallback_migratetype", "change_ownership")                                 \
	X(BUDDY_MOVE, "move_freepages", "pfn", "order", "zone", "from_migratetype", "to_migratetype", "tail") \
	X(PAGEBLOCK, "set_pageblock_migratetype", "pfn", "zone", "from_migratetype", "to_migratetype", "", "") \
	X(PCP_REFILL, "rmqueue_bulk", "cpu", "zone", "order", "migratetype", "count", "list")                  \
	X(PCP_ALLOC, "pcp_alloc", "pfn", "order", "zone", "cpu", "list", "count")                          \
	X(PCP_FREE, "pcp_free", "pfn", "order", "zone", "cpu", "list", "count")                            \
	X(PCP_DRAIN, "mm_page_pcpu_drain", "pfn", "order", "zone", "cpu", "migratetype", "")               \
	X(WATERMARKS, "setup_per_zone_wmarks", "zone", "min", "low", "high", "boost", "promo")                  \
	X(LOWMEM_RESERVE, "setup_per_zone_lowmem_reserve", "zone", "class", "pages", "", "", "")           \
	X(SYSCTL, "sysctl", "name", "index", "old", "new", "", "")                                         \
	X(HIGHATOMIC, "reserve_highatomic_pageblock", "pfn", "zone", "reserved", "total", "", "")          \
	X(ISOLATE_FREE_PAGE, "__isolate_free_page", "pfn", "order", "zone", "migratetype", "", "")         \
	X(TURN_LIST, "move_freelist", "pfn", "order", "zone", "migratetype", "tail", "")                   \
	X(COMPACT_DEFER, "mm_compaction_defer_compaction", "zone", "order", "defer_shift", "order_failed", "", "") \
	X(COMPACT_DEFER_RESET, "mm_compaction_defer_reset", "zone", "order", "defer_shift", "order_failed", "", "") \
	X(COMPACT_DEFERRED, "mm_compaction_deferred", "zone", "order", "considered", "limit", "", "")      \
	X(COMPACT_CAPTURE, "compaction_capture", "pfn", "order", "zone", "migratetype", "", "")            \
	X(COMPACT_BEGIN, "mm_compaction_begin", "zone", "order", "migrate_pfn", "free_pfn", "mode", "")    \
	X(COMPACT_ISOLATE_MIGRATE, "mm_compaction_isolate_migratepages", "start_pfn", "end_pfn", "nr_scanned", "nr_taken", "zone", "") \
	X(COMPACT_ISOLATE_FREE, "mm_compaction_isolate_freepages", "start_pfn", "end_pfn", "nr_scanned", "nr_taken", "zone", "") \
	X(MIGRATE_PAGE, "migrate_page", "from_pfn", "to_pfn", "order", "zone", "", "")                     \
	X(MIGRATE_FAIL, "migrate_failed", "pfn", "count", "reason", "zone", "", "")                        \
	X(COMPACT_END, "mm_compaction_end", "zone", "order", "migrate_pfn", "free_pfn", "status", "")       \
	X(OWNERSHIP_TOLD, "ownership_told", "pfn", "free", "movable", "unknown", "told", "change_ownership") \
	X(SPLIT_PAGE, "split_page", "pfn", "order", "zone", "", "", "") \
	X(FREE_RESERVED, "free_reserved_page", "pfn", "zone", "managed", "", "", "") \
	X(PCP_LIMITS, "pageset_update", "zone", "high", "batch", "cold_high", "cold_batch", "high_max")

/*
 * Where rmqueue_bulk puts the blocks of the `count` mm_page_alloc_zone_locked events before it:
 * its `list` is the number of the list, with this above MM386_PCP_PLACE_SHIFT.
 */
#define MM386_PCP_PLACE_SHIFT 4
enum mm386_pcp_place {
	MM386_PCP_BEHIND,  /* behind what was there, the first first */
	MM386_PCP_BEFORE,  /* before it, the first first */
	MM386_PCP_REVERSED /* before it, the last first */
};

#define MM386_EVENT_ENUM(id, name, ...) MM386_EVENT_##id,
enum mm386_event_type { MM386_EVENTS(MM386_EVENT_ENUM) MM386_NR_EVENTS };

struct mm386_event_desc {
	const char *name;
	const char *arg[MM386_EVENT_ARGS]; /* "" past the last */
	unsigned nr_args;
};
const struct mm386_event_desc *mm386_event_desc(enum mm386_event_type t);

struct mm386_event {
	uint64_t seq; /* of the operation that caused it */
	uint16_t type;
	uint16_t pad[3];
	uint32_t arg[MM386_EVENT_ARGS];
};

/*
 * Call ${fn} for each event of the operations applied from now on, in the order
 * the kernel does things.  NULL ends it.  A copy of a machine has no sink.
 */
void mm386_set_sink(struct mm386 *m, void (*fn)(void *arg, const struct mm386_event *ev), void *arg);

/* Call ${fn} for the events of boot (seq 0), which no sink could be there to hear. */
void mm386_boot_events(const struct mm386 *m, void (*fn)(void *arg, const struct mm386_event *ev), void *arg);

/* ---- compaction ---------------------------------------------------------------- */

/* "status" of mm_compaction_end, by the numbers of 6.1's enum compact_result. */
enum mm386_compact_result {
	MM386_COMPACT_SKIPPED = 1,	   /* it would not help, or too little is free to move pages to */
	MM386_COMPACT_DEFERRED = 2,	   /* it failed recently */
	MM386_COMPACT_CONTINUE = 4,
	MM386_COMPACT_COMPLETE = 5,	   /* the scanners met, and they began at the zone's ends */
	MM386_COMPACT_PARTIAL_SKIPPED = 6, /* they met, but began elsewhere */
	MM386_COMPACT_CONTENDED = 7,	   /* ended early: no room to move pages to */
	MM386_COMPACT_SUCCESS = 8	   /* there is a block as was wanted */
};
/* "complete", "partial_skipped" ... as the kernel's trace prints it; NULL: no such result. */
const char *mm386_compact_result_name(enum mm386_compact_result r);
/* "order" of mm_compaction_begin and _end when no block was wanted: compact_memory. */
#define MM386_NO_ORDER UINT32_MAX
/* "reason" of migrate_failed. */
enum mm386_stuck {
	MM386_STUCK_NOT_MOVABLE, /* handed out, but not as a single movable page of a process */
	MM386_STUCK_NO_ROOM	 /* no free page to move to */
};

/* ---- deltas -------------------------------------------------------------------- */

/*
 * Frames whose kind may have changed since the last mm386_cut(): the first run
 * at or after *${pfn}.  Return false when there is none; else store its first
 * frame and length.  The cost follows what changed.
 */
bool mm386_next_changed(const struct mm386 *m, mm386_pfn_t *pfn, uint32_t *count);
/* Bit i: something that mm386_zone(i) or mm386_pcp(i, ...) shows may have changed since the last cut. */
uint32_t mm386_zones_changed(const struct mm386 *m);
/*
 * As mm386_next_changed(), of page blocks whose type may have changed; *${i} counts them through
 * all zones, in the order of the zones.
 */
bool mm386_next_pageblock_changed(const struct mm386 *m, uint32_t *i, uint32_t *count);
/* Whether a value under /proc/sys/vm may have changed since the last cut. */
bool mm386_sysctl_changed(const struct mm386 *m);
void mm386_cut(struct mm386 *m);

/* ---- lists read from a real kernel ---------------------------------------------- */

/* Blocks in list order, head first. */
struct mm386_load_list {
	const mm386_pfn_t *pfn;
	uint32_t nr;
};
struct mm386_load_pcp {
	uint32_t high, batch; /* 0 and 0: as they are */
	uint32_t cold_high, cold_batch;
	/* 5.14 and later: how often the freeing batch was doubled; 6.7: pages freed in a row */
	uint32_t free_factor;
	/* 6.7 and later; bounds of 0: as they are */
	uint32_t high_min, high_max;
	uint32_t alloc_factor; /* how often the batch that is taken was doubled */
	bool prev_small;       /* what was freed last was of order 1..3 */
	struct mm386_load_list list[MM386_PCP_LISTS]; /* numbered as mm386_pcp() does */
};
struct mm386_load_zone {
	struct mm386_load_list free[MM386_ORDERS][MM386_MIGRATETYPES];
	const uint8_t *pageblock; /* enum mm386_migratetype of each page block; NULL: as they are */
	uint32_t nr_pageblocks;	  /* must be the zone's own number if ${pageblock} is given */
	const struct mm386_load_pcp *pcp; /* one a CPU; NULL: all empty, limits as they are */
	/*
	 * Frames in use that can be moved (page cache, anonymous memory): they become USER
	 * blocks that were asked as MOVABLE.  Those that are in no list here are PAGES,
	 * and nobody knows whether they can be moved.
	 */
	struct mm386_load_list movable;
	bool has_marks; /* the next four replace the zone's own */
	uint32_t watermark[MM386_NR_WMARKS], watermark_boost;
	uint32_t lowmem_reserve[MM386_ZONE_TYPES];
	uint32_t nr_reserved_highatomic;
	uint32_t managed; /* 0: as many as are free or were handed out */
};
struct mm386_load {
	struct mm386_load_zone zone[MM386_ZONES_MAX]; /* as mm386_zone() numbers them */
};
/*
 * Replace the free lists of a booted machine by ${load}'s, in order.  What was live ceases
 * to be; a frame that this machine's boot gave to the buddy system and that is in no list
 * of ${load} is a handed out block of order 0.  A listed frame that boot kept (the kernel gave
 * it back later) joins the buddy system.  With ${managed}, frames of unknown use are
 * taken from boot's own, or left to them, until the zone has that many.  What is to be replayed with
 * __rmqueue and __free_one_page is loaded without CPU lists: to the buddy system their pages are
 * handed out.  Not an operation: no event, no log has it, mm386_seq() stays.  Return 0; -EINVAL with
 * ${err} ("/zone/N/free/ORDER/TYPE", "/zone/N/pcp/CPU/LIST", ...) if blocks overlap, lie outside the
 * zone or are misaligned, two free buddies are not merged that always merge, or lists are not this
 * kernel's, and -ENOMEM; then the machine is as it was.
 */
int mm386_load(struct mm386 *m, const struct mm386_load *load, struct mm386_error *err);

/* ---- the formulas alone ----------------------------------------------------------- */

/* Zones of which nothing is known but their sizes, in pages. */
struct mm386_sizing {
	uint32_t min_free_kbytes; /* in: somebody set it so, or 0: the kernel works it out; out: what it is */
	unsigned nr_zones;
	struct {
		const char *name;
		uint32_t present, managed; /* in; kernels before 3.9 do not know managed */
		uint32_t watermark[MM386_NR_WMARKS], lowmem_reserve[MM386_ZONE_TYPES]; /* out */
	} zone[MM386_ZONE_TYPES];
};
/*
 * What the kernel of ${cfg} sets for such zones.  Memory, e820 and images of ${cfg} do not
 * matter.  0; -EINVAL if ${cfg} does not boot or has no zone of such a name; -ENOMEM.
 */
int mm386_size_zones(const struct mm386_config *cfg, struct mm386_sizing *s, struct mm386_error *err);
/* Pages that cannot be promised to processes: totalreserve_pages; 0 in kernels before 2.6.17. */
uint32_t mm386_totalreserve_pages(const struct mm386 *m);

/* ---- texts as the kernel prints them ------------------------------------------- */

/*
 * Counters that /proc/zoneinfo, vmstat and meminfo print.  Those of rooms that this model
 * does not have (LRU lists, page cache, slab ...) are 0 until somebody who took over a real
 * machine's state says what they were there.  ${name} is this kernel's own word
 * ("nr_zone_active_anon", "nr_slab_reclaimable", "pgfault"); ${index} the zone where the
 * kernel counts zone by zone, the node where it counts node by node, 0 for events and totals.
 * "node_unreclaimable" is told in the same way.
 * "nr_free_pages" may differ from what is on the lists by what the CPUs have not added up yet.
 * Return 0, or -ENOENT: this kernel prints no such counter; -ERANGE: no such zone or node;
 * -EPERM: so many free pages are not on the lists.
 */
#define MM386_COUNTER_ABSENT UINT64_MAX /* as ${value}: this kernel was built without it; -EPERM: all have it */
int mm386_set_counter(struct mm386 *m, const char *name, unsigned index, uint64_t value);

/*
 * /proc/${file} ("buddyinfo", "zoneinfo", "meminfo", "iomem", "pagetypeinfo", "vmstat",
 * "sys/vm/min_free_kbytes" ...) in this machine's own kernel's format, by the dates at which lines
 * came and went; or "show_mem", the Mem-Info part of an out-of-memory report, as sysrq-m
 * prints it.  Like snprintf: return the length that the whole text has, without NUL;
 * -ENOENT if that release has no such file.
 */
long mm386_proc(const struct mm386 *m, const char *file, char *buf, size_t size);
/* Names of the files that mm386_proc() has for this machine, ${i} from 0; NULL past the last. */
const char *mm386_proc_name(const struct mm386 *m, unsigned i);

/* What the kernel prints about memory while booting; like snprintf. */
long mm386_boot_report(const struct mm386 *m, char *buf, size_t size);

#ifdef __cplusplus
}
#endif
#endif
