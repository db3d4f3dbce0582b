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

/* A release as one number, as struct mm386_config and struct mm386_info have it. */
#define KVER(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))

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
/*
 * Where a kernel built for NUMA has each node's mem_map: in frames at the node's own end, which it maps at
 * linear addresses of low memory's ("KVA remap").
 */
enum kva_rule {
	KVA_NONE,    /* not so: all of it is in low memory (2.4; 3.9 and later) */
	KVA_REMOTE,  /* of all nodes but the first; low memory ends before their windows */
	KVA_END,     /* of every node, but for the one of a machine without a table of nodes */
	KVA_INSIDE,  /* the windows lie in low memory, whose frames are lost */
	KVA_RESERVED /* and the frames at the node's end stay the node's */
};
/* What a node bears when another falls back on it first. */
enum node_load_rule {
	NODE_LOAD_LAST, /* the more nodes come behind it, the more; only the last one counts */
	NODE_LOAD_SUM,	/* the same, but it adds up */
	NODE_LOAD_ONE	/* one each time */
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
/* What describes the buffer that devices bounce through, 2 KiB each; in whole pages. */
enum swiotlb_rule {
	SWIOTLB_NONE,	/* 32-bit kernels have none */
	SWIOTLB_ARRAYS, /* an array of list entries and one of addresses */
	SWIOTLB_SIZES,	/* and one of sizes */
	SWIOTLB_HEAD,	/* one of all three, behind a head */
	SWIOTLB_SLOTS,	/* one of all three */
	SWIOTLB_AREAS	/* and locks for the CPUs to share */
};
/* How a CPU's own lists of free pages are laid out. */
enum pcp_layout {
	PCP_NONE,
	PCP_HOT_COLD, /* pages that may be in the CPU's cache, and others */
	PCP_ONE,      /* hot ones at the head, cold ones at the tail */
	PCP_TYPES,    /* one a migrate type */
	PCP_ORDERS    /* one an order 0..3 and type, and those of huge pages */
};
/* What a quarter of a thousandth of a zone is rounded to, to be a batch. */
enum pcp_batch_rule {
	PCP_BATCH_PLAIN, /* nothing */
	PCP_BATCH_UP,	 /* 2^n - 1, upwards */
	PCP_BATCH_DOWN	 /* 2^n - 1 near it, may be 0 */
};
struct pcp_rules {
	enum pcp_layout layout;
	enum pcp_batch_rule batch;
	uint16_t batch_most_pages; /* what four batches make at most */
	uint8_t low_batches;	   /* the hot list is refilled when it has no more than these */
	uint8_t huge_lists;	   /* of blocks of a page block's size: for all, or MOVABLE apart */
	uint8_t scale_most;	   /* a freeing batch is doubled at most so often */
	bool drain_first;	   /* a full list is drained before a page is put on it, else after */
	bool cold_half;		   /* the cold list's batch is half */
	bool has_cold;		   /* __GFP_COLD takes from the tail of the one set */
	bool by_type;		   /* one list is searched for a page of the request's migrate type */
	bool drain_by_block;	   /* goes back as its page block's type, else as it was listed */
	bool sized_at_boot;	   /* limits hold before memory is handed over, unless there are nodes */
	bool only_list_gives_all;  /* when the others are empty */
	bool high_from_low;	   /* high is the low mark's share of a CPU, else six batches */
	bool tuned;		   /* high follows what the CPU does, from that share up */
	bool freed_list_first;	   /* the list of the freed block is drained, then the next */
	bool drains_high_orders;   /* a second free in a row of order 1..3 drains all */
};

/* How a request of one migrate type takes a block from another's lists. */
enum fallback_rule {
	FALLBACK_NONE,	   /* nothing is grouped */
	FALLBACK_26,	   /* 2.6.24: what a split leaves is ours if all free pages of the page block are */
	FALLBACK_REST,	   /* 3.5: what a split leaves is ours */
	FALLBACK_CLAIMED,  /* 3.13: what a split leaves is ours if the page block became ours */
	FALLBACK_ALWAYS,   /* 4.0: what a split leaves is ours; UNMOVABLE takes whole page blocks too */
	FALLBACK_SMALLEST, /* 4.12: the block becomes ours, then our smallest is split */
	FALLBACK_MATCHING, /* 6.10: all of its page block becomes ours, else what a split leaves is theirs */
	FALLBACK_CLAIM_FIRST /* 6.15: if any page block can become ours, that; else of the smallest block */
};
/* Which page blocks are MOVABLE before anything is handed over; the others are UNMOVABLE. */
enum pageblock_init_rule {
	PAGEBLOCK_INIT_ALL,	/* every one that has a frame of the zone */
	PAGEBLOCK_INIT_ALIGNED, /* whose first frame is in the zone */
	PAGEBLOCK_INIT_PRESENT	/* and is memory */
};
/* From min up to low and high. */
enum mark_steps {
	MARK_STEPS_DOUBLE,   /* twice and three times min */
	MARK_STEPS_QUARTER,  /* a quarter of min each */
	MARK_STEPS_OF_SHARE, /* a quarter of what the zone would keep if it were low memory */
	MARK_STEPS_SCALED    /* that, or watermark_scale_factor of its size if that is more */
};
/* When the Movable zone keeps a token minimum, as high memory does. */
enum movable_token_rule {
	MOVABLE_TOKEN_IF_HIGH,	/* if it was cut from high memory */
	MOVABLE_TOKEN_ONE_NODE, /* the same in kernels for several nodes; always in others */
	MOVABLE_TOKEN_ALWAYS
};
/* What a zone keeps from requests that could use a higher one. */
enum reserve_rule {
	RESERVE_NONE,		    /* nothing: the marks of the zones passed add up */
	RESERVE_PROTECTION_AND_LOW, /* 2.6.6: that sum, of low marks, worked out beforehand */
	RESERVE_PROTECTION,	    /* 2.6.8: low marks of the zones above, times lower_zone_protection */
	RESERVE_RATIO		    /* 2.4.23, 2.6.11: pages of the zones above, by lowmem_reserve_ratio */
};
/* Which comparison a zone must pass, by the release that began with it; watermark.h. */
enum wmark_test_rule {
	WMARK_TEST_24,
	WMARK_TEST_24_23,
	WMARK_TEST_26_0,
	WMARK_TEST_26_6,
	WMARK_TEST_26_8,
	WMARK_TEST_26_11,
	WMARK_TEST_44
};
/* Who may take a quarter more below the min mark. */
enum harder_rule {
	HARDER_NO_WAIT,	       /* who may not block */
	HARDER_NO_WAIT_MODEST, /* the same, unless __GFP_NOMEMALLOC */
	HARDER_ATOMIC,	       /* __GFP_ATOMIC, unless __GFP_NOMEMALLOC */
	HARDER_NO_BLOCK	       /* who may not block, on top of __GFP_HIGH */
};
/* For whom the boost of the min mark is taken off again, single pages only. */
enum boost_spares_rule { BOOST_SPARES_NOBODY, BOOST_SPARES_ATOMIC, BOOST_SPARES_HIGH };
/* When a kernel with huge pages raises min_free_kbytes. */
enum huge_pages_rule {
	HUGE_PAGES_NONE,
	HUGE_PAGES_LATE,	/* late_initcall: the initrd was given back before */
	HUGE_PAGES_EARLY,	/* subsys_initcall, with khugepaged */
	HUGE_PAGES_COUNT_AGAIN	/* the same; without huge pages the first formula once more */
};
/* Files under /proc/sys/vm; the numbers of operation sysctl's names. */
enum sysctl_knob {
	SYSCTL_MIN_FREE_KBYTES,
	SYSCTL_LOWMEM_RESERVE_RATIO,
	SYSCTL_LOWER_ZONE_PROTECTION,
	SYSCTL_WATERMARK_SCALE_FACTOR,
	SYSCTL_WATERMARK_BOOST_FACTOR,
	SYSCTL_PERCPU_PAGELIST_FRACTION,
	SYSCTL_PERCPU_PAGELIST_HIGH_FRACTION,
	SYSCTL_EXTFRAG_THRESHOLD,
	SYSCTL_COMPACT_MEMORY,
	NR_SYSCTLS
};
struct sysctl_range {
	uint32_t min, max; /* max 0: this release has no such knob */
	bool or_zero;
};
struct wmark_rules {
	uint32_t zone_part[MM386_ZONE_TYPES]; /* without min_free_kbytes, min is this part of the zone */
	uint32_t zone_least;		      /* but so many pages at least */
	uint32_t min_free_factor; /* min_free_kbytes is the root of so many times low memory; 0: none */
	uint32_t min_free_most_kib;
	bool marks_in_32_bits;	   /* a product that overflows loses its upper half */
	enum mark_steps steps;
	bool promo;		   /* a fourth mark, one step above high */
	enum movable_token_rule movable_token;
	bool counts_managed;	   /* formulas count managed pages, else present ones */
	bool counts_reserve;	   /* totalreserve_pages */
	enum reserve_rule reserve;
	uint32_t ratio[MM386_ZONE_TYPES]; /* lowmem_reserve_ratio */
	uint8_t nr_ratios;
	bool ratio_0_is_1;
	bool empty_keeps_nothing;  /* an empty zone's reserve is 0 */
	bool keepers_alone_count;  /* zones between that keep nothing are forgotten */
	bool empty_class_is_free;  /* nothing is kept from requests whose highest zone is empty */
	enum wmark_test_rule test;
	enum harder_rule harder;
	bool single_ignores_atomic; /* order 0 may count pages that are kept for atomic requests */
	bool atomic_counts_free;    /* of page blocks kept for atomic requests only free pages are left out */
	enum boost_spares_rule boost_spares;
	enum huge_pages_rule huge_pages;
	bool huge_pages_count_all; /* every populated zone wants page blocks, else the low ones */
	struct sysctl_range sysctl[NR_SYSCTLS];
};
/* How nodes and zones are mixed in the list that a request walks. */
enum zonelist_rule {
	ZONELIST_BY_NODE,   /* all zones of one node, then the next node's */
	ZONELIST_BY_SIZE,   /* by zone, unless low memory would then be hard to get at home */
	ZONELIST_BY_LOWMEM, /* the same; and by node if one has no Normal zone */
	ZONELIST_BY_ZONE    /* the highest zones of all nodes, then the next lower */
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
	COUNTER_NUMA_EVENT,  /* zone.numa_event[arg]; only kernels of several nodes have the line */
	COUNTER_ZONE_EVENT,  /* state.vm_event[arg + the type of the zone called ${zone}] */
	COUNTER_ZONE_EVENTS  /* the sum over all types */
};
struct counter_desc {
	const char *name; /* the kernel's word */
	uint8_t scope, source;
	uint8_t arg;
	const char *zone; /* the line exists only where a zone of that name does */
	bool optional;	  /* an option of the kernel's build decides whether the line exists */
};
#define COUNTERS_MAX 384

/* "scanned" of /proc/zoneinfo: pages that reclaim looked at since it last got one. */
enum scanned_rule {
	SCANNED_TWO,	/* and what it is to look at in both LRU lists */
	SCANNED_FOUR,	/* in all four */
	SCANNED_ALONE,
	SCANNED_NODE,	/* the node's, by another name */
	SCANNED_NONE
};
/* How a zone's per-CPU lists stand in /proc/zoneinfo and in the out-of-memory report. */
enum pagesets_rule {
	PAGESETS_LOW,	   /* hot and cold, each with the mark where it is refilled */
	PAGESETS_HOT_COLD, /* without it */
	PAGESETS_LINE,	   /* the same; the report has both on one line */
	PAGESETS_ONE	   /* a single set */
};
/* How the out-of-memory report ends. */
enum report_tail_rule {
	REPORT_TAIL_24,	    /* frame by frame, then the buffers */
	REPORT_TAIL_26,	    /* frame by frame */
	REPORT_TAIL_LIB,    /* the same in words that all architectures share */
	REPORT_TAIL_PRESENT /* from the zones' sizes */
};
/* What the swap cache says of itself in the report. */
enum swap_line_rule { SWAP_RACE, SWAP_RACE_FREE, SWAP_FREE, SWAP_STATS, SWAP_PLAIN };

/* Formats of /proc and of the report, where they are not single lines with dates of their own. */
struct proc_rules {
	enum scanned_rule scanned;
	enum pagesets_rule pagesets;
	enum report_tail_rule report_tail;
	enum swap_line_rule swap_line;
	/* zoneinfo */
	bool zone_active;	 /* active and inactive pages stand among the sizes */
	bool zone_boost, zone_promo, zone_managed, zone_cma;
	bool zone_all;		 /* empty zones too, and protection before the counters */
	bool skip_idle_pagesets; /* a CPU whose lists are empty is left out */
	bool stat_threshold;
	bool prev_priority, temp_priority, inactive_ratio;
	bool node_words;	 /* node_unreclaimable, node_inactive_ratio, wider columns */
	/* pagetypeinfo */
	bool isolate_unnamed;	 /* its name was forgotten */
	bool count_limit;	 /* no list is counted further than 100,000 */
	/* meminfo */
	uint8_t meminfo_width;	 /* column of the numbers */
	bool meminfo_bytes;	 /* begins with a table in bytes */
	bool meminfo_high_always; /* high memory is told of without CONFIG_HIGHMEM too */
	bool vmalloc_chunk;	 /* the largest hole of the vmalloc area is looked for */
	/* the out-of-memory report */
	bool report_empty_zones, report_free_pages, report_blank_line, report_pcp_used, report_pcp;
	bool report_types;	 /* letters of the migrate types behind an order */
	bool report_page_cache, report_huge_pages, report_poisoned;
	bool report_states;	 /* dirty, writeback, mapped, slab and page table pages at the end */
	bool page_table_cache;	 /* i386 keeps freed page tables */
	bool report_cache_memory;
	const char *reserve_word; /* before lowmem_reserve's pages; NULL: not printed */
};

/* What a member of struct page holds, as far as this model knows. */
enum page_content {
	PAGE_FLAGS,
	PAGE_COUNT,
	PAGE_MAPCOUNT,	/* also the page's type, where free pages have one */
	PAGE_PRIVATE,
	PAGE_MAPPING,
	PAGE_INDEX,
	PAGE_LIST_NEXT, /* of the list that a free block is on */
	PAGE_LIST_PREV,
	PAGE_VIRTUAL,
	PAGE_ZERO	/* of rooms that are not there */
};
struct page_member {
	const char *name;
	uint8_t content, offset; /* enum page_content; bytes */
};
/* How a descriptor says that it heads a free block. */
enum buddy_mark_rule {
	BUDDY_MARK_NONE,    /* not at all: there is a bitmap */
	BUDDY_MARK_PRIVATE, /* PG_private, as buffers do */
	BUDDY_MARK_FLAG,    /* PG_buddy */
	BUDDY_MARK_MAPCOUNT /* a count that no mapped page has */
};
/* How the frames of a compound page (__GFP_COMP) find its head. */
enum compound_rule {
	COMPOUND_NONE,
	COMPOUND_FLAG,	     /* PG_compound and private, in all of them */
	COMPOUND_FIRST_PAGE, /* PG_head, PG_tail and first_page in private's place */
	COMPOUND_HEAD	     /* PG_head; the tails have its address + 1 in lru.next's place */
};
/* Where a page on a CPU's list keeps its migrate type. */
enum listed_type_rule { LISTED_TYPE_NONE, LISTED_TYPE_PRIVATE, LISTED_TYPE_INDEX };
/* What is in the descriptors of frames that are no memory. */
enum hole_rule {
	HOLE_OF_ZONE,	/* as in others: the zone that spans them */
	HOLE_UNTOUCHED, /* nothing, which reads as the first zone */
	HOLE_OF_NEXT	/* the zone of the memory behind them */
};
struct page_rules {
	const struct page_member *member; /* by rising offset */
	uint8_t member_nr;
	const char *const *flag; /* names by bit, NULL where there is none */
	uint8_t flag_nr;
	bool zone_in_byte; /* the zone's number is the top byte; else the top two bits, behind the node's */
	enum buddy_mark_rule buddy_mark;
	uint32_t buddy_mapcount;
	enum compound_rule compound;
	enum listed_type_rule listed_type;
	enum hole_rule hole;
};

/* Lines and words that have a value, by the file that they stand in. */
enum report { REPORT_MEMINFO, REPORT_HUGE, REPORT_TOTALS, REPORT_NODE, REPORT_ZONE, NR_REPORTS };
enum report_value {
	VALUE_COUNTER, /* the sum of the counters named */
	VALUE_NONE,    /* of a room that is not there: 0 */
	VALUE_TOTAL, VALUE_FREE, VALUE_AVAILABLE, VALUE_CACHED,
	VALUE_HIGH_TOTAL, VALUE_HIGH_FREE, VALUE_LOW_TOTAL, VALUE_LOW_FREE,
	VALUE_COMMIT_LIMIT, VALUE_VMALLOC_TOTAL, VALUE_VMALLOC_CHUNK, VALUE_HUGE_PAGE,
	VALUE_MAP_SMALL, VALUE_MAP_LARGE,
	VALUE_MIN, VALUE_LOW, VALUE_HIGH, VALUE_BOOST, VALUE_HIGHATOMIC, VALUE_PRESENT, VALUE_MANAGED,
	VALUE_FREE_PCP, VALUE_LOCAL_PCP
};
enum report_unit {
	UNIT_PAGES,  /* printed in kB */
	UNIT_KB,     /* is kB */
	UNIT_STACKS, /* of two pages each, printed in kB */
	UNIT_COUNT,  /* printed as it is */
	UNIT_NARROW, /* pages, printed in kB in a column of 5 */
	UNIT_BIG_K   /* pages, printed in "KB" */
};
struct report_item {
	const char *label;
	uint8_t value, unit;	/* enum report_value, enum report_unit */
	const char *counter[2]; /* VALUE_COUNTER: NULL for none */
};

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
	bool compact_needs_fs; /* not for requests that may not enter a filesystem */
	bool compact_counts_frames; /* of a free block that is taken; before it counts as one that was looked at */
	bool compact_looks_at_one; /* block of each free list at most, once it goes on */
	bool compact_whole_blocks; /* free blocks are kept whole until pages are moved to them */
	bool compact_fast;    /* it looks into the free lists before it scans; keeps blocks it frees */
	bool compact_fragindex_costly; /* want of memory stops it for orders above 3 only */
	bool compact_by_type; /* a run that does not wait looks into page blocks of the request's type */
	enum compact_first_rule compact_first;
	enum wmark_rule wmark;
	struct wmark_rules wm;
	enum lowmem_rule lowmem;
	enum pkmap_rule pkmap;
	enum vmalloc_start_rule vmalloc_start;
	enum boot_alloc_rule boot_alloc;
	enum handover_rule handover;
	enum present_rule present;
	uint32_t page_struct_bytes;
	bool zone_dma32;	  /* an empty zone between DMA and Normal, as on 64-bit machines */
	bool zone_movable;	  /* a fourth, usually empty, zone */
	struct pcp_rules pcp;
	/* ---- mobility.c ---- */
	enum fallback_rule fallback;
	enum pageblock_init_rule pageblock_init;
	uint8_t huge_page_order;      /* of a page block */
	bool pageblock_from_zone;     /* counted from the zone's first frame, be that aligned or not */
	bool own_whole_block;	      /* taking a block of several page blocks makes all of them ours */
	bool disabled_hides_types;    /* with grouping off every page block reads as UNMOVABLE */
	bool disabled_has_special;    /* and can be made RESERVE or HIGHATOMIC */
	bool count_movable;	      /* pages like the requested count towards a page block's half */
	bool movable_takes_smallest;  /* MOVABLE takes the smallest block where it may not take them all */
	bool move_to_tail;	      /* free blocks that change their type go to the tail */
	bool merge_by_type;	      /* page blocks of HIGHATOMIC merge with no other */
	bool merge_retypes;	      /* page blocks that merge become of one type */
	bool migrate_reserve;	      /* MIGRATE_RESERVE, by the min marks */
	uint8_t migrate_reserve_most; /* page blocks of a zone; 0: no limit */
	bool migrate_reserve_whole;   /* only page blocks without a reserved frame */
	bool migrate_reserve_aligned; /* counted from the zone's first aligned frame */
	bool highatomic;	      /* MIGRATE_HIGHATOMIC, by what atomic requests got */
	bool highatomic_aligned;      /* its most is a whole number of page blocks, or none */
	bool highatomic_before_oom;   /* given up when there is nothing to reclaim */
	bool watermark_boost;	      /* mixing types in a page block raises the marks */
	bool boost_spares_small;      /* not in zones of less than four page blocks */
	uint8_t proc_files;	  /* enum proc_file_bits */
	struct proc_rules proc;
	struct page_rules page;
	bool migrate_movable_2nd; /* the order of migrate types in /proc/pagetypeinfo */
	uint16_t nr_cpus;
	uint64_t physical_start;
	uint32_t text_bytes, data_bytes, init_bytes, bss_bytes;

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
	bool totals_late;      /* "Memory:" is printed when the kernel has long begun to allocate */
	bool prints_unavailable; /* holes within zones are told */
	bool prints_total;     /* pages of the zone lists */
	bool prints_layout;    /* the kernel prints its virtual layout */
	bool large_tail;       /* the last large page of the direct map may reach past its end */
	bool iomem_capitals;   /* "Reserved" in /proc/iomem, not "reserved" */
	bool iomem_below_4g;   /* entries beyond 4G are not registered, PAE or not */
	bool iomem_bss;	       /* bss is listed */
	bool iomem_roms_first; /* ROMs are registered before the e820 */
	bool iomem_apic;       /* I/O APIC and local APIC are listed */
	bool iomem_apic_slot;  /* the latter by where the fixmap shows it */
	bool iomem_ram_buffer; /* room behind RAM is kept from devices */
	bool iomem_bus;	       /* the host bridge's windows are listed */
	bool highmem_falls;    /* boot frees high memory from its end down */
	bool bootmem_words;    /* boot frees low memory 32 frames at a time where it can */
	bool bootmem_spares_last; /* but not the last 32 */
	enum zonelist_rule zonelist;
	bool pid_hash;	       /* processes are found by a table that boot sizes */
	bool pid_hash_large;   /* like the other tables; else by MiB */
	bool hash_linear;      /* boot messages say that a table is linear */
	bool image_is_ram;     /* where the kernel lies is RAM, whatever options say */
	bool memmap_of_low_zones; /* boot tells the share of mem_map of low memory alone */
	bool log_ring;	       /* the log buffer has descriptors beside it */
	enum kva_rule kva;
	bool kva_high_before;  /* high memory is counted as if low memory had not ended earlier */
	bool kva_aligned;      /* a node's end is cut to a large page, too */
	bool kva_pgdat;        /* the node's own descriptor is there as well */
	bool kva_flat;	       /* and mem_map even without a table of nodes */
	bool nodes_in_turn;    /* nodes are asked in turn, whatever falls back on them already */
	enum node_load_rule node_load;
	bool gfp_thisnode;     /* __GFP_THISNODE */
	bool numa_sections;    /* kernels for NUMA cut memory into sections (SPARSEMEM), zones share page blocks */
	bool core_percent;     /* kernelcore= and movablecore= know percent */
	bool core_mirror;      /* kernelcore=mirror */
	uint8_t early_tables;	  /* page tables that the very first code builds, from frame 0 up */
	uint8_t fixmap_behind_kmap; /* permanent slots behind those of kmap_atomic */
	uint32_t brk_bytes;    /* early page tables and other brk right behind bss */
	uint32_t alternatives_bytes; /* of init_bytes: SMP alternatives, given back early */
	uint32_t percpu_static_bytes, percpu_unit_bytes; /* of each CPU: data of the image; and room for more */
	uint8_t percpu_slots;  /* lists of chunks besides those by size */
	uint8_t percpu_kinds;  /* sets of these lists: memory that is charged to groups had its own */
	uint8_t percpu_chunk_bytes; /* struct pcpu_chunk with one word of its bitmap */
	enum swiotlb_rule swiotlb;
	uint32_t image_room;   /* from physical_start to the end of brk's room */
	uint32_t unpack_bytes; /* room that unpacking the image needs, from physical_start */
};

/* Counter ${i} of all releases, in the order of print; scope NONE: not in this release; NULL past the last. */
const struct counter_desc *profile_counter(const struct profile *p, unsigned i);

/* Watermarks, reserves and the knobs that set them, of release ${rel}. */
void profile_wmark(struct wmark_rules *r, uint32_t rel);

/* The first item at or after *${i} that this release prints; *${i} goes behind it.  NULL past the last. */
const struct report_item *profile_report(const struct profile *p, enum report r, unsigned *i);
/* struct page of release ${rel}. */
void profile_page(struct page_rules *r, uint32_t rel);
/* Formats of /proc and of the report, in release ${rel}. */
void profile_proc(struct proc_rules *r, uint32_t rel);

/* The rules for ${cfg}, by its kernel, release, PAE and nr_cpus; ${cfg} has been checked. */
void profile_resolve(const struct mm386_config *cfg, struct profile *out);

/* The rules of the per-CPU lists of release ${rel}. */
void profile_pcp(struct pcp_rules *r, uint32_t rel);

#endif
