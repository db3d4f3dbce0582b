/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * internal.h - the structs that the engine's rooms share.
 *
 * The whole state of a machine is one arena: struct state, then the frame
 * descriptors, the kind of each frame, and the index of recent allocations.
 * Parts refer to each other by index (a pfn), never by pointer, so that a
 * machine is copied by one memcpy and digested by one walk.
 */
#ifndef MM386_INTERNAL_H
#define MM386_INTERNAL_H

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "mm386.h"
#include "profile.h"

typedef mm386_pfn_t pfn_t;
#define NO_PFN MM386_NO_PFN

/*
 * One page frame's descriptor, the model of struct page.  32 bytes, like
 * 2.6's, so that two share a cache line.  All zero says "not in the buddy
 * system": boot touches no descriptor but those of free blocks.  Which fields
 * mean something depends on what the frame is:
 *   PF_BUDDY: next, prev, order, mt
 *   PF_PCP:   next, prev, order, mt, zone, cpu
 *   PF_HEAD:  owner, order, op, zone, mt, refcount
 */
struct page {
	uint32_t next, prev; /* lru: neighbours in a list, pfns */
	uint32_t owner;	     /* operation that handed the block out (low 32 bits) */
	int32_t refcount;
	uint32_t mapped;   /* page table entries of processes: the kernel's _mapcount + 1 */
	uint32_t private_; /* the kernel's private, for what is no free block */
	uint16_t flags;	   /* PF_* below: the model's own; mm386_page_flags() translates */
	uint16_t op;	   /* enum mm386_op_id that handed the block out */
	uint8_t order;	   /* of the block that this frame heads */
	uint8_t zone;	   /* index of the zone that a handed out or CPU-listed block came from */
	uint8_t mt;	   /* enum mm386_migratetype: list that a free block is on; what a block was asked as */
	uint8_t cpu;	   /* PF_PCP: whose list */
};
_Static_assert(sizeof(struct page) == 32, "a frame descriptor is 32 bytes");

#define PF_BUDDY 0x0001 /* heads a free block on a buddy list */
#define PF_HEAD 0x0002	/* heads a block that was handed out */
#define PF_PCP 0x0004	/* heads a block on a CPU's list */
#define PF_COMP 0x0008	/* with PF_HEAD: asked for with __GFP_COMP */

struct free_list {
	uint32_t head, tail; /* pfns, NO_PFN when empty */
	uint32_t nr;	     /* blocks */
};

/*
 * One CPU's lists of one zone.  ${list} is laid out by the profile (pcp.c): hot and
 * cold; or one a migrate type; or one an order and type.
 */
#define PCP_LISTS MM386_PCP_LISTS
struct pcp {
	uint32_t count, high, batch; /* pages */
	uint32_t cold_count, cold_high, cold_batch;
	/* 5.14 and later: how often the freeing batch was doubled; 6.7: pages freed in a row */
	uint32_t free_factor;
	struct {
		uint32_t high_min, high_max;
		uint32_t alloc_factor; /* how often the batch that is taken was doubled */
		bool prev_small;       /* what was freed last was of order 1..3 */
	} tune;			       /* 6.7 and later */
	struct free_list list[PCP_LISTS];
};

/* Where requests that asked a node got their block; the kernel's numa_stat_item. */
enum numa_event {
	NUMA_HIT,	 /* from the node that was asked */
	NUMA_MISS,	 /* another node was asked */
	NUMA_FOREIGN,	 /* this one was asked, another gave */
	NUMA_INTERLEAVE, /* by a policy that takes turns; there is none here */
	NUMA_LOCAL,	 /* of the node that the CPU belongs to */
	NUMA_OTHER,
	NR_NUMA_EVENTS
};

struct zone {
	uint32_t id; /* index over all nodes */
	uint32_t node;
	uint32_t type; /* index within the node */
	uint32_t start_pfn, end_pfn; /* end exclusive; equal when the zone is empty */
	uint32_t spanned, present, managed;
	uint32_t nr_free; /* pages on the buddy lists */
	uint32_t buddy_base; /* pfn that blocks are aligned from: 0, or start_pfn in old kernels */
	uint32_t watermark[MM386_NR_WMARKS];
	uint32_t watermark_boost, nr_reserved_highatomic; /* pages */
	bool below_high; /* 6.7 and later: ZONE_BELOW_HIGH, a request found it below its high mark */
	uint32_t lowmem_reserve[MM386_ZONE_TYPES];
	uint32_t nr_blocks[MM386_ORDERS]; /* on the lists of each order, all types */
	struct free_list free[MM386_ORDERS][MM386_MIGRATETYPES];
	/* Page blocks: number i covers 2^pageblock_order frames from pageblock_start + (i << order). */
	uint32_t pageblock_start, nr_pageblocks;
	uint32_t first_pageblock; /* index of number 0 in mm386.pageblock */
	/* What compaction remembers between runs; compact.c. */
	struct compact_marks {
		uint32_t migrate_pfn[2]; /* where that scanner goes on: ASYNC, the others */
		uint32_t free_pfn;
		uint32_t init_migrate_pfn, init_free_pfn; /* lowest and highest block worth a look */
		uint32_t considered, defer_shift, order_failed;
		bool flush; /* the page blocks' skip marks may be old */
		bool ran;
		uint32_t last_migrate_pfn, last_free_pfn; /* the scanners at the end of the last run */
	} compact;
	uint64_t numa_event[NR_NUMA_EVENTS]; /* counted where there are several nodes */
	char name[8];
};

/* What /proc/sys/vm sets and the allocator reads; the kernel's names. */
struct vm_sysctl {
	uint32_t min_free_kbytes;
	int64_t user_min_free_kbytes; /* -1: nobody set it */
	uint32_t lowmem_reserve_ratio[MM386_ZONE_TYPES];
	uint32_t lower_zone_protection;
	uint32_t watermark_scale_factor, watermark_boost_factor;
	uint32_t percpu_pagelist_fraction; /* also percpu_pagelist_high_fraction; 0: off */
	uint32_t extfrag_threshold;
};

/* Events that /proc/vmstat counts and this model has; the four of an array are the zone types. */
enum vm_event {
	VM_PGALLOC,
	VM_ALLOCSTALL = VM_PGALLOC + MM386_ZONE_TYPES,
	VM_PGFREE = VM_ALLOCSTALL + MM386_ZONE_TYPES,
	VM_PGMIGRATE_SUCCESS,
	VM_PGMIGRATE_FAIL,
	VM_COMPACT_MIGRATE_SCANNED,
	VM_COMPACT_FREE_SCANNED,
	VM_COMPACT_ISOLATED,
	VM_COMPACT_STALL,
	VM_COMPACT_FAIL,
	VM_COMPACT_SUCCESS,
	NR_VM_EVENTS
};

/* Everything that the machine is, at the start of the arena. */
struct state {
	uint64_t arena_bytes;
	uint64_t seq;
	/* Bytes from the arena's start. */
	uint64_t off_page, off_kind, off_recent, off_hash, off_touched, off_pageblock, off_pcp;
	uint32_t nr_frames;
	struct node {
		uint32_t start_pfn, end_pfn; /* of its zones; end exclusive */
		uint32_t unreclaimable;	     /* told: kswapd gave up on it */
	} node[MM386_NODES_MAX];
	uint32_t recent_mask; /* entries of the recent index, less one */
	uint32_t nr_pageblocks; /* of all zones */
	struct vm_sysctl sysctl;
	uint32_t totalreserve_pages;
	uint8_t zone_normal, zone_highmem; /* types; equal when this kernel has no high memory */
	/* Highest zone type that a request may use, by its flags' GFP_ZONE_BITS. */
	uint8_t gfp_zone[8];
	/* Zones in the order in which a request from that node asks them; types above its highest are passed over. */
	uint8_t zonelist[MM386_NODES_MAX][MM386_ZONES_MAX], nr_zonelist[MM386_NODES_MAX];
	uint8_t zonelist_this[MM386_NODES_MAX][MM386_ZONE_TYPES], nr_zonelist_this[MM386_NODES_MAX]; /* its own alone */
	bool mobility_disabled; /* page_group_by_mobility_disabled: everything is UNMOVABLE */
	uint64_t vm_event[NR_VM_EVENTS];
	/* By profile_counter()'s numbers; of each zone, or node, or only [0]. */
	bool counters_told; /* by mm386_set_counter(): else they are all 0 */
	uint64_t counter[COUNTERS_MAX][MM386_ZONES_MAX];
	uint64_t info_hash; /* of what never changes after boot; digest.c */
	uint64_t root_hash; /* sum over the chunks' hashes */
	struct profile profile;
	struct mm386_info info;
	struct zone zone[MM386_ZONES_MAX];
	/* Counters of the boot that /proc/meminfo and the boot report print. */
	uint64_t totalram_pages, totalhigh_pages;
	uint64_t nr_user_pages;
	struct boot_facts {
		uint32_t text_bytes, data_bytes, init_bytes, bss_bytes;
		uint64_t image_start, image_end; /* physical, end exclusive, as are the next */
		uint64_t rodata_start, rodata_end; /* 0: not told apart from data */
		uint64_t data_start, data_end, init_start, init_end, bss_start, bss_end;
		bool user_map; /* options changed the firmware's table */
		bool qemu_pc; /* the table came from a memory size: the chipset is QEMU's */
		uint32_t nr_firmware; /* the firmware's table as it was before this kernel's clean-up */
		struct mm386_e820_entry firmware[MM386_E820_MAX];
		uint32_t nr_user; /* the table that options made of it, before what the release takes away */
		struct mm386_e820_entry user[MM386_E820_MAX];
		uint64_t mem_map_pa, mem_map_bytes;
		uint64_t pgd_pa; /* swapper_pg_dir */
		uint64_t initrd_start, initrd_end;
		uint32_t given_back[MM386_ZONES_MAX]; /* pages that marks count beyond managed; watermark.c */
		uint32_t absent_pages[MM386_ZONES_MAX];
		uint32_t memmap_pages[MM386_ZONES_MAX];
		uint32_t lowmem_ram_pages, highmem_ram_pages;
		uint32_t last_pfn; /* max_pfn before highmem= cut it */
		uint32_t pid_entries, dentry_entries, inode_entries; /* of the hash tables; 0: not sized here */
		uint32_t zonelist_pages; /* as "Total pages" of the zone lists counts them */
		/* Nodes' ranges where the kernel has a list of its own of them; else RAM is looked up in the e820. */
		uint32_t nr_active;
		struct active_range {
			uint32_t start, end, node; /* pfns, end exclusive */
		} active[MM386_NODE_RANGES_MAX];
		bool numa; /* CONFIG_NUMA */
		uint8_t cpu_node[MM386_CPUS_MAX];
		uint8_t distance[MM386_NODES_MAX][MM386_NODES_MAX];
		/* Windows through which each node's mem_map is seen. */
		struct kva_window {
			uint32_t pages, further;     /* of it; cut off the node besides */
			uint32_t node_end;	     /* pfn, before the cut */
			uint32_t start_pfn, low_pfn; /* its frames; those whose addresses it has */
		} kva[MM386_NODES_MAX];
		uint32_t kva_pages, kva_low_pfn; /* all windows side by side; where that is worked out to begin */
		uint32_t ram_low_pfn;		 /* max_low_pfn before they were taken off it */
	} boot;
};

/*
 * Which frames (or page blocks) changed since the last cut, as a tree of bits: a bit of level
 * n+1 says that a word of level n is not zero.  Marking and finding cost the
 * depth of the tree (4 for 16 M frames), never its width.  Outside the arena:
 * what a viewer has seen is no part of the machine.
 */
#define DIRTY_LEVELS 6
struct dirty {
	uint32_t nr_frames;
	uint32_t zones; /* bit i: zone i */
	bool sysctl;	/* something of state.sysctl */
	unsigned nr_levels;
	uint64_t *level[DIRTY_LEVELS];
};

/* Frames whose descriptors are hashed together: 4 KiB of them. */
#define DIGEST_CHUNK_SHIFT 7
#define DIGEST_CHUNK (1u << DIGEST_CHUNK_SHIFT)

/* What an operation's arguments must be, from its row in op.c and the machine; bit i: argument i. */
struct op_rule {
	uint64_t together; /* bit n: it may be given exactly the arguments that are n's bits */
	uint8_t frame_arg, order_arg; /* indices of those that name a frame and an order; 0: none does */
	uint64_t min[MM386_OP_ARGS], span[MM386_OP_ARGS], def[MM386_OP_ARGS]; /* span: max - min */
};

/* A page block's byte. */
#define PAGEBLOCK_MT 0x0f   /* enum mm386_migratetype */
#define PAGEBLOCK_SKIP 0x80 /* compaction found nothing in it */

struct mm386 {
	struct state *s;   /* the arena */
	struct page *page; /* into the arena, as are the next six */
	uint8_t *kind;
	uint32_t *recent;  /* pfn that operation (index & mask) gave or took back, or NO_PFN */
	uint64_t *hash;	   /* of each chunk of descriptors */
	bool *touched;	   /* chunk i changed since it was hashed; no bytes, for those may alias anything */
	uint8_t *pageblock; /* PAGEBLOCK_* of each page block, zone after zone */
	struct pcp *pcp;   /* info.cpus a zone; pcp_of() */
	struct compact *capture; /* of a request that compacts: it keeps the block that it wants; else NULL */
	pfn_t captured;		 /* that block, NO_PFN before */
	bool boosted;		 /* the request in hand mixed migrate types: ZONE_BOOSTED_WATERMARK */
	bool in_bulk, steals;	 /* blocks are taken for a CPU's list; one of them was a part of a foreign block */
	struct dirty dirty;
	struct dirty dirty_blocks; /* of page blocks, by their index in ${pageblock} */
	uint64_t cur_seq; /* operation in progress, for events */
	struct op_rule rule[MM386_NR_OPS];
	void (*sink)(void *arg, const struct mm386_event *ev);
	void *sink_arg;
	size_t map_bytes; /* of host memory: the arena and the bits behind it */
};

/* ---- boot.c, e820.c, layout.c ...: what a configuration yields -------------- */

/* A run of frames that are alike after boot; runs cover 0..nr_frames, rising. */
struct boot_run {
	pfn_t start, end; /* end exclusive */
	uint8_t kind;	  /* FREE: handed to the buddy system */
	uint8_t has_page; /* mem_map describes it */
};

/* What the boot allocator held at the end, in bytes. */
struct taken {
	uint64_t start, end; /* end exclusive */
	uint8_t kind;	     /* enum mm386_kind */
	char name[24];
};

struct boot_plan {
	struct profile profile;
	struct mm386_info info;
	struct boot_facts boot;
	struct plan_zone {
		char name[8];
		uint8_t node, type; /* type: index within the node */
		pfn_t start, end; /* spanned range; equal when empty */
		uint32_t spanned, present;
	} zone[MM386_ZONES_MAX];
	pfn_t late_start, late_end; /* FREE too, but handed over last: the boot allocator's own bitmap */
	struct boot_run *run;	    /* malloc'd; boot_plan_free() */
	size_t nr_run, cap_run;
	struct taken *taken; /* malloc'd; rising */
	size_t nr_taken;
};

/* Check ${cfg} and work out everything that boot decides.  0, -EINVAL with ${err}, or -ENOMEM. */
int boot_plan_make(const struct mm386_config *cfg, struct boot_plan *plan, struct mm386_error *err);
/* What the boot allocator is said to have held; see mm386_boot_memblock(). */
struct boot_lists {
	const struct mm386_memrange *memory, *reserved;
	size_t nr_memory, nr_reserved;
};
/* The same with memory and reservations from ${lists}, unless that is NULL. */
int boot_plan_make_from(const struct mm386_config *cfg, const struct boot_lists *lists, struct boot_plan *plan,
			struct mm386_error *err);
void boot_plan_free(struct boot_plan *plan);
/* Give every FREE run of ${plan} to the buddy system in this kernel's order, by buddy_free_boot(). */
void boot_handover(struct mm386 *m, const struct boot_plan *plan);
/* Give ${start}..${end}, all of one zone, to the buddy system in blocks as large as fit, rising. */
void boot_free_rising(struct mm386 *m, struct zone *z, pfn_t start, pfn_t end);
/* The text of /proc/iomem; like snprintf. */
long iomem_format(const struct mm386 *m, char *buf, size_t size);

/* ---- machine.c ------------------------------------------------------------------ */
/* The zone that frame ${pfn} lies in, or NULL. */
struct zone *zone_of(const struct mm386 *m, pfn_t pfn);

/*
 * The few functions that every page goes through are built into their callers:
 * saving and restoring registers would be a good part of their time.
 */
#define BUILT_IN static inline __attribute__((always_inline))

static inline unsigned node_of_cpu(const struct mm386 *m, unsigned cpu)
{
	return m->s->boot.cpu_node[cpu];
}

/* Zones of one node; the same for each. */
static inline unsigned zones_per_node(const struct mm386 *m)
{
	return m->s->info.nr_zones / m->s->info.nr_nodes;
}

static inline struct pcp *pcp_of(const struct mm386 *m, const struct zone *z, unsigned cpu)
{
	return &m->pcp[z->id * m->s->info.cpus + cpu];
}

static inline void page_touch(struct mm386 *m, pfn_t pfn)
{
	m->touched[pfn >> DIGEST_CHUNK_SHIFT] = true;
}

/* ---- trace.c -------------------------------------------------------------------- */
/* Hand one event of the operation in progress to the sink, if there is one. */
static inline void event_emit(struct mm386 *m, enum mm386_event_type type, uint32_t a, uint32_t b, uint32_t c,
			      uint32_t d, uint32_t e, uint32_t f)
{
	if (m->sink) {
		const struct mm386_event ev = {
			.seq = m->cur_seq, .type = (uint16_t)type, .arg = {a, b, c, d, e, f}};

		m->sink(m->sink_arg, &ev);
	}
}

/* ---- dirty.c -------------------------------------------------------------------- */
/* Words that the tree over ${nr_frames} needs. */
size_t dirty_nr_words(uint32_t nr_frames);
/* Lay the tree over ${words}, which are zero: nothing changed yet. */
void dirty_init(struct dirty *d, uint32_t nr_frames, uint64_t *words);
void dirty_mark(struct dirty *d, uint32_t first, uint32_t count);
/* Word ${word} of level 0 stopped being zero: say so above. */
void dirty_climb(struct dirty *d, uint32_t word);
/* Mark ${count} > 0 that share a word of level 0. */
static inline void dirty_mark_within(struct dirty *d, uint32_t first, uint32_t count)
{
	uint64_t *w = &d->level[0][first / 64];
	uint64_t was = *w;

	*w = was | (UINT64_MAX >> (64 - count)) << (first % 64);
	if (!was)
		dirty_climb(d, first / 64);
}
static inline void dirty_mark_one(struct dirty *d, uint32_t i)
{
	dirty_mark_within(d, i, 1);
}
/* The first run of marked frames at or after *${first}; false when there is none. */
bool dirty_next(const struct dirty *d, uint32_t *first, uint32_t *count);
void dirty_clear(struct dirty *d);

/* Set the kind of a run of frames; mark kinds and descriptors changed. */
void frames_set_kind_run(struct mm386 *m, pfn_t pfn, uint32_t count, enum mm386_kind kind);
/* The same; single frames, and blocks of 8 to 64, are most of the traffic. */
static inline void frames_set_kind(struct mm386 *m, pfn_t pfn, uint32_t count, enum mm386_kind kind)
{
	const uint64_t eight = UINT64_C(0x0101010101010101) * (unsigned)kind;

	if (count > 1 && (count % 8 || pfn % 64 + count > 64)) {
		frames_set_kind_run(m, pfn, count, kind);
		return;
	}
	dirty_mark_within(&m->dirty, pfn, count);
	page_touch(m, pfn);
	if (count == 1)
		m->kind[pfn] = (uint8_t)kind;
	for (uint32_t i = 0; i + 8 <= count; i += 8)
		memcpy(m->kind + pfn + i, &eight, sizeof(eight));
}

/* ---- digest.c ------------------------------------------------------------------- */
/* Everything is to be hashed at the next mm386_digest(). */
void digest_init(struct mm386 *m);
/* No chunk changed without being marked. */
bool digest_is_valid(const struct mm386 *m);

/* ---- buddy.c ---------------------------------------------------------------------- */
/* Free a block at boot: no events, to the end of the list that this kernel's boot uses. */
void buddy_free_boot(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order);
/* Take a block of 2^${order} frames for ${mt} out of ${z}, as __rmqueue(); NO_PFN if no list has one. */
pfn_t buddy_alloc(struct mm386 *m, struct zone *z, unsigned order, enum mm386_migratetype mt);
/* The same from the lists of ${mt} alone, as __rmqueue_smallest(). */
pfn_t buddy_alloc_smallest(struct mm386 *m, struct zone *z, unsigned order, enum mm386_migratetype mt);
/* Put a block back on the lists of ${mt} and merge it, as __free_one_page(). */
void buddy_free(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order, enum mm386_migratetype mt);
/* Move the free block at ${pfn} to the list of ${mt}; it is moved even if it is there. */
void buddy_move(struct mm386 *m, struct zone *z, pfn_t pfn, enum mm386_migratetype mt);
/* Split the free block at ${pfn}, whichever list it is on, and hand out its part of ${order}; the rest goes to ${rest}. */
pfn_t buddy_take(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order, enum mm386_migratetype rest);

/*
 * Take the block of ${order} at ${pfn} for ${mt} out of the free block that it is part of; the rest
 * stays on the lists of that one's type.
 */
void buddy_carve(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order, enum mm386_migratetype mt);
/* Take ${pfn} for what it is: as the kernel tells of a block that left the lists of ${mt}. */
void buddy_tell_taken(struct mm386 *m, const struct zone *z, pfn_t pfn, unsigned order, enum mm386_migratetype mt);

/* Turn the list that ${pfn} is on until it is the first, or the ${last}: the order round it stays. */
void buddy_turn(struct mm386 *m, struct zone *z, pfn_t pfn, bool last);

/* ---- mobility.c ------------------------------------------------------------------- */
/* Whether a request for ${mt} could take a block of ${order} from another type with its page block. */
bool mobility_would_steal(const struct mm386 *m, const struct zone *z, unsigned order, enum mm386_migratetype mt);
/*
 * __rmqueue_fallback(): take a block for ${mt} from another type's lists; NO_PFN if none may
 * give.  ${told} is what a kernel's trace says of the page block's ownership (MOBILITY_*),
 * heeded only where it depends on frames of unknown use.
 */
enum { MOBILITY_NOT_TOLD, MOBILITY_KEPT, MOBILITY_CHANGED };
pfn_t mobility_fallback(struct mm386 *m, struct zone *z, unsigned order, enum mm386_migratetype mt, unsigned told);
/* Whether the handed out block at ${pfn} can be moved elsewhere: what a process uses, asked as MOVABLE. */
static inline bool block_is_movable(const struct mm386 *m, pfn_t pfn)
{
	return (m->page[pfn].flags & PF_HEAD) && m->kind[pfn] == MM386_KIND_USER &&
	       m->page[pfn].mt == MM386_MIGRATE_MOVABLE;
}

/* ---- kept.c ------------------------------------------------------------------------ */
/* 2.6.24 .. 4.3: keep the first movable page blocks of each zone for the worst, by its min mark. */
void kept_setup_reserve(struct mm386 *m, struct zone *z);
/* 4.4 and later: an atomic request of higher order got ${pfn}; keep its page block for others like it. */
void kept_reserve_highatomic(struct mm386 *m, struct zone *z, pfn_t pfn);
/* Give one of those page blocks of the zones that the request may use to ${mt}; false: there was none. */
bool kept_unreserve_highatomic(struct mm386 *m, unsigned node, unsigned highest, enum mm386_migratetype mt);

/* ---- pageblock.c -------------------------------------------------------------------- */
/* Size of the page blocks of ${info}'s machine, and how many ${z} has; before the arena is laid out. */
void pageblock_layout(const struct profile *p, struct mm386_info *info);
uint32_t pageblock_count(const struct profile *p, const struct mm386_info *info, pfn_t start, pfn_t end);
/* Types of the page blocks before the hand-over, and whether grouping is worth it. */
void pageblock_boot(struct mm386 *m);
/* The byte of the page block that ${pfn} of ${z} lies in; only with grouping. */
static inline uint8_t *pageblock_of(const struct mm386 *m, const struct zone *z, pfn_t pfn)
{
	return &m->pageblock[z->first_pageblock + ((pfn - z->pageblock_start) >> m->s->info.pageblock_order)];
}
/* get_pageblock_migratetype(): UNMOVABLE without grouping. */
static inline enum mm386_migratetype pageblock_mt(const struct mm386 *m, const struct zone *z, pfn_t pfn)
{
	if (!m->s->info.pageblock_order)
		return MM386_MIGRATE_UNMOVABLE;
	return (enum mm386_migratetype)(*pageblock_of(m, z, pfn) & PAGEBLOCK_MT);
}
/* Give the page block that ${pfn} lies in to ${mt}; only with grouping. */
static inline void pageblock_set_mt(struct mm386 *m, const struct zone *z, pfn_t pfn, enum mm386_migratetype mt)
{
	uint8_t *block = pageblock_of(m, z, pfn);

	*block = (uint8_t)((*block & ~PAGEBLOCK_MT) | mt);
	dirty_mark_one(&m->dirty_blocks, (uint32_t)(block - m->pageblock));
}
/* What the block of ${order} at ${pfn} would merge with, in a zone with this buddy_base. */
static inline pfn_t buddy_of(pfn_t base, pfn_t pfn, unsigned order)
{
	return base + ((pfn - base) ^ (1u << order));
}
/*
 * Whether two free buddies of ${order} are one block of the next, always.  Whole page blocks need not
 * be: one may have been kept for atomic requests when the other came free.
 */
static inline bool buddy_always_merges(const struct mm386 *m, unsigned order)
{
	return order + 1 < m->s->info.orders &&
	       !(m->s->profile.merge_by_type && order >= m->s->info.pageblock_order);
}
/* The free or handed out block that ${pfn} is part of: its first frame, or NO_PFN. */
pfn_t buddy_find_block(const struct mm386 *m, pfn_t pfn);

/* ---- gfp.c ------------------------------------------------------------------------ */
/* Modifiers, one bit each; composites have bits of their own in mm386_gfp_t (gfp.c). */
enum {
	GFP_BIT_DMA = 1u << 0,
	GFP_BIT_HIGHMEM = 1u << 1,
	GFP_BIT_MOVABLE = 1u << 2,
	GFP_ZONE_BITS = GFP_BIT_DMA | GFP_BIT_HIGHMEM | GFP_BIT_MOVABLE,
	GFP_BIT_RECLAIMABLE = 1u << 4,
	GFP_BIT_HIGH = 1u << 5,
	GFP_BIT_IO = 1u << 6,
	GFP_BIT_FS = 1u << 7,
	GFP_BIT_HIGHIO = 1u << 8,
	GFP_BIT_WAIT = 1u << 9,
	GFP_BIT_DIRECT_RECLAIM = 1u << 10,
	GFP_BIT_KSWAPD_RECLAIM = 1u << 11,
	GFP_BIT_ATOMIC = 1u << 12,
	GFP_BIT_ZERO = 1u << 13,
	GFP_BIT_COLD = 1u << 14,
	GFP_BIT_NORETRY = 1u << 18,
	GFP_BIT_COMP = 1u << 19,
	GFP_BIT_NOMEMALLOC = 1u << 20,
	GFP_BIT_HARDWALL = 1u << 21,
	GFP_BIT_ACCOUNT = 1u << 22,
};
#define GFP_ALL UINT32_MAX /* every bit has a name */
/* Composites replaced by what kernel ${k} says they are, less modifiers that it does not have. */
uint32_t gfp_expand(enum mm386_kernel k, mm386_gfp_t gfp);
/* Whether ${gfp} asks for memory that a process will use. */
bool gfp_is_user(mm386_gfp_t gfp);

/* ---- zone.c, zonelist.c ------------------------------------------------------------------------ */
/* Fill state.gfp_zone from the zones' names, and the nodes' bounds. */
void zone_setup(struct mm386 *m);
/* The order in which each node's requests ask the zones that have pages. */
void zonelist_setup(struct mm386 *m);
/* A node's zones come before those of the next node, else zone types before lower ones. */
bool zonelist_by_node(const struct mm386 *m);

/* ---- watermark.c, reserve.c ------------------------------------------------------- */
/* Knobs, marks and reserves from the zones' sizes, as boot sets them. */
void watermark_boot(struct mm386 *m);
/* Every zone's marks from min_free_kbytes and the scale factor, the boost gone: __setup_per_zone_wmarks(). */
void watermark_setup(struct mm386 *m);
/* The event that has a zone's marks and boost. */
void watermark_tell(struct mm386 *m, const struct zone *z);
/* Pages of ${z} that the formulas count. */
uint32_t watermark_counted_pages(const struct mm386 *m, const struct zone *z);
/* What a request with ${flags} (expanded) may take below the min mark: WMARK_* of watermark.h. */
unsigned watermark_rights(const struct mm386 *m, uint32_t flags, unsigned order);
/* Every zone's lowmem_reserve: setup_per_zone_lowmem_reserve(). */
void reserve_setup(struct mm386 *m);
/* totalreserve_pages from marks, boost and reserves. */
void reserve_count(struct mm386 *m);

/* ---- pcp.c, pcp_setup.c -------------------------------------------------------------- */
/* Empty lists, and the limits that hold while boot hands memory over. */
void pcp_init(struct mm386 *m);
/* What a CPU takes and gives at once, of a zone of so many pages; 0: nothing stays on its lists. */
uint32_t pcp_batch_size(const struct mm386 *m, uint32_t zone_pages);
/*
 * high and batch of every zone's lists, from its size, low mark and
 * sysctl.percpu_pagelist_fraction; again whenever one of these changes.
 * Nothing is drained: the next free does that.
 */
void pcp_setup(struct mm386 *m);
/*
 * A request that may use zones up to ${highest} came to ${z}: whether that is below its high
 * mark now says how much CPUs may keep of it.
 */
void pcp_tune_asked(const struct mm386 *m, struct zone *z, unsigned order, unsigned highest, unsigned rights);
/* Every list is linked both ways, and its blocks are those that belong on it. */
bool pcp_is_valid(const struct mm386 *m);
/* Pages of ${z} on all CPUs' lists. */
uint32_t pcp_nr_pages(const struct mm386 *m, const struct zone *z);
/* Blocks of ${order} go through the lists: single pages, and what 5.14 added. */
static inline bool pcp_takes(const struct mm386 *m, unsigned order)
{
	switch (m->s->profile.pcp.layout) {
	case PCP_NONE:
		return false;
	case PCP_ORDERS:
		return order < 4 || order == m->s->info.pageblock_order;
	default:
		return order == 0;
	}
}
/*
 * A block for ${mt} off a list of ${cpu}, which is filled first if it is empty; NO_PFN if the
 * buddy system has none.  The caller gives it a kind.
 */
pfn_t pcp_alloc(struct mm386 *m, struct zone *z, unsigned order, enum mm386_migratetype mt,
		unsigned cpu, bool cold);
/* Put a block on a list of ${cpu}, and a batch back where that is full; ${mt} is its page block's. */
void pcp_free(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order,
	      enum mm386_migratetype mt, unsigned cpu);
/*
 * What a kernel's trace tells of one block: taken from the buddy system to the end of a list;
 * freed to the head of one, whether it is full or not; taken off to be handed out; back on the lists
 * of ${mt} of the buddy system.
 */
void pcp_put(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order, enum mm386_migratetype mt,
	     unsigned cpu);
void pcp_put_freed(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order,
		   enum mm386_migratetype mt, unsigned cpu);
void pcp_remove(struct mm386 *m, pfn_t pfn);
void pcp_drain_block(struct mm386 *m, pfn_t pfn, enum mm386_migratetype mt);
/* Boot frees these frames one by one, rising, on the first CPU. */
void pcp_free_boot(struct mm386 *m, struct zone *z, pfn_t start, pfn_t end);
/* Give everything on the lists of one CPU and zone, of one CPU, of one zone, of all of both back to the buddy system. */
void pcp_drain(struct mm386 *m, struct zone *z, unsigned cpu);
void pcp_drain_cpu(struct mm386 *m, unsigned cpu);
void pcp_drain_zone(struct mm386 *m, struct zone *z);
void pcp_drain_all(struct mm386 *m);

/* ---- page_alloc.c ------------------------------------------------------------------ */
/* PAGE_ALLOC_COSTLY_ORDER: a request above it may fail rather than wait for ever. */
#define COSTLY_ORDER 3u
struct alloc_request {
	mm386_gfp_t gfp; /* as asked */
	uint32_t flags;	 /* the same, expanded */
	unsigned order;
	uint16_t op;
	uint8_t cpu, node; /* where the request is made */
	bool memalloc;	   /* PF_MEMALLOC: the task is reclaiming, watermarks do not bind it */
	bool thisnode;	   /* __GFP_THISNODE: no other node will do */
	enum mm386_migratetype mt;
	enum mm386_kind kind;
};
/* The whole of __alloc_pages(): on success ${res} has the block, else errno and the why list. */
void page_alloc(struct mm386 *m, const struct alloc_request *rq, struct mm386_result *res);
/* Hand out a block that was taken from its lists already. */
void page_hand_out(struct mm386 *m, const struct alloc_request *rq, pfn_t pfn, const struct zone *z,
		   struct mm386_result *res);
/* Free the block that starts at ${pfn}, handed out with ${order}, on ${cpu}; return its zone. */
struct zone *page_free(struct mm386 *m, pfn_t pfn, unsigned order, unsigned cpu);

/* ---- op.c, op_pages.c -------------------------------------------------------------- */
void op_rules_init(struct op_rule rule[MM386_NR_OPS], const struct mm386_info *info);
struct op_call {
	uint16_t id;	/* enum mm386_op_id */
	uint16_t given; /* as in struct mm386_op */
	uint64_t arg[MM386_OP_ARGS]; /* checked, defaults filled in */
};
typedef void op_run_fn(struct mm386 *m, const struct op_call *call, struct mm386_result *res);
op_run_fn op_sysctl;
/* Names of enum sysctl_knob, NULL behind the last. */
extern const char *const sysctl_names[NR_SYSCTLS + 1];
op_run_fn op_alloc_pages, op_get_free_pages, op_get_zeroed_page, op_free_pages, op_drain_all_pages;
op_run_fn op_rmqueue, op_free_one_page; /* op_buddy.c */
op_run_fn op_compact_memory;		/* op_compact.c */
op_run_fn op_ftrace;			/* op_ftrace.c */
/* A word of the arguments "migratetype" as a type of this machine. */
enum mm386_migratetype op_migratetype(const struct mm386 *m, uint64_t word);
/* A handed out block becomes single frames, each handed out. */
void op_split_page(struct mm386 *m, pfn_t head);
/* Say yes with a block of that zone. */
static inline void result_block(const struct mm386 *m, struct mm386_result *res, pfn_t pfn, unsigned order,
				unsigned zone)
{
	res->ok = true;
	res->pfn = pfn;
	res->order = (uint8_t)order;
	res->zone = (int8_t)zone;
	if (pfn < m->s->info.max_low_pfn)
		res->va = m->s->info.page_offset + (pfn << MM386_PAGE_SHIFT);
}

/* ---- why.c ------------------------------------------------------------------------- */
/* Refuse with ${err_no} and add a why that concerns no zone. */
void result_refuse(struct mm386_result *res, int err_no, enum mm386_why_code code, uint64_t a, uint64_t b, uint64_t c);
/* Refuse to free that block: an event for the story, a why with the numbers ${abc} for the caller. */
void result_refuse_free(struct mm386 *m, struct mm386_result *res, pfn_t pfn, unsigned order,
			enum mm386_why_code code, const uint64_t abc[3]);

/* ---- pgtable.c --------------------------------------------------------------------- */
/* Large pages of the direct map: of 4 MiB, with PAE of 2 MiB. */
uint32_t pgtable_direct_large_pages(const struct mm386 *m);

/* ---- vmstat.c ---------------------------------------------------------------------- */
/* Whether this machine's kernel has the line. */
bool counter_is_printed(const struct mm386 *m, unsigned i);
/* What counter ${i} (COUNTER_NONE has none) says for that zone or node, or as a total with ${index} 0. */
uint64_t counter_value(const struct mm386 *m, unsigned i, unsigned index);
/* The same over all zones or nodes. */
uint64_t counter_sum(const struct mm386 *m, unsigned i);
/* Free pages of ${z} as the kernel's counter has them: CPUs add their share up late. */
uint64_t counter_free_pages(const struct mm386 *m, const struct zone *z);
/*
 * Pages that a CPU's private share of a counter of ${z} may reach before it is added up.  Kernel:
 * mm/vmstat.c calculate_normal_threshold() [6.1], calculate_threshold() [2.6.18].
 */
unsigned counter_threshold(const struct mm386 *m, const struct zone *z);
/* The same by its name, ${index} -1 for the sum; 0 where this release has no such line. */
uint64_t counter_named(const struct mm386 *m, const char *name, int index);

/* ---- proc_*.c ---------------------------------------------------------------------- */
/* Text of bounded size; ${len} goes on counting past the end, as snprintf does. */
struct text {
	char *buf;
	size_t size, len;
};
__attribute__((format(printf, 2, 3))) void text_add(struct text *t, const char *fmt, ...);
void proc_buddyinfo(const struct mm386 *m, struct text *t);
void proc_pagetypeinfo(const struct mm386 *m, struct text *t);
void proc_zoneinfo(const struct mm386 *m, struct text *t);
void proc_meminfo(const struct mm386 *m, struct text *t);
void proc_vmstat(const struct mm386 *m, struct text *t);
void proc_show_mem(const struct mm386 *m, struct text *t);
/* Print ${file}, one of "sys/vm/..."; false: this release has no such file. */
bool proc_sysctl(const struct mm386 *m, const char *file, struct text *t);
/* Names of these files, ${i} from 0; NULL past the last. */
const char *proc_sysctl_name(const struct mm386 *m, unsigned i);
/* What an item says of one zone, one node, the machine; in pages, unless its unit is another. */
uint64_t report_zone_value(const struct mm386 *m, const struct report_item *item, const struct zone *z);
uint64_t report_node_value(const struct mm386 *m, const struct report_item *item, unsigned node);
uint64_t report_total(const struct mm386 *m, const struct report_item *item);
/* The number that is printed for it. */
uint64_t report_scaled(enum report_unit unit, uint64_t value);
/* ---- frame.c ----------------------------------------------------------------------- */
/* Frames that never were the buddy system's carry PG_reserved and need no descriptor of ours. */
bool frame_is_reserved(enum mm386_kind k);
/* Of these, RAM that boot kept for the kernel; free_reserved_page() gives such frames back late. */
bool frame_is_kept(enum mm386_kind k);
/*
 * The zone whose number the descriptor of ${pfn} has: the one that it lies in; since 5.12 a hole
 * takes that of the memory behind it.  *${next} is 0 at first, and remembered from call to call
 * with a rising pfn.  Kernel: mm/page_alloc.c memmap_init(), init_unavailable_range() [6.1].
 */
const struct zone *frame_page_zone(const struct mm386 *m, pfn_t pfn, pfn_t *next);
/* Fill ${out}->field from the rest of it; it has a descriptor. */
void page_fields(const struct mm386 *m, struct mm386_frame_view *out);
/* Where the descriptor of frame ${pfn} lies: linear, and physical in *${pa}. */
mm386_va_t frame_descriptor(const struct mm386 *m, pfn_t pfn, mm386_pa_t *pa);

/* ---- compact.c, compact_direct.c --------------------------------------------------- */
#define COMPACT_DEFER_MAX 6 /* runs passed over after failures: at most 2^6 */
/* What /proc/sys/vm/compact_memory does, on ${cpu}; false: this release has none. */
bool compact_memory(struct mm386 *m, unsigned cpu);
/* The same for one node's zones; only where there is compaction. */
void compact_node(struct mm386 *m, unsigned node, unsigned cpu);
struct compact_request {
	unsigned order;
	enum mm386_migratetype mt;
	uint8_t cpu;
	const uint8_t *list; /* zones that may do, in the order of the walk */
	unsigned nr_list;
	unsigned highest, rights; /* as the walk that failed had them */
	bool async;		  /* before reclaim: scan little, give up early */
};
/*
 * try_to_compact_pages(): compact the zones that the request may use until it should succeed.
 * *${captured} is a block that was kept for it, already off the lists, or NO_PFN.
 */
enum mm386_compact_result compact_direct(struct mm386 *m, const struct compact_request *rq, pfn_t *captured);
/* The request got its block from ${z} after all. */
void compact_succeeded(struct mm386 *m, struct zone *z, unsigned order);
/* Whether the request that compacts keeps this block, which just came free and is on no list. */
bool compact_capture(struct mm386 *m, const struct zone *z, pfn_t pfn, unsigned order, enum mm386_migratetype mt);

/* ---- fragindex.c -------------------------------------------------------------------- */
/* mm386_unusable_index() and mm386_fragmentation_index() of one zone. */
int fragindex_unusable(const struct mm386 *m, const struct zone *z, unsigned order);
int fragindex_index(const struct mm386 *m, const struct zone *z, unsigned order);
void proc_extfrag_index(const struct mm386 *m, struct text *t);
void proc_unusable_index(const struct mm386 *m, struct text *t);

/* ---- errors ------------------------------------------------------------------------- */
/* Fill ${err} (may be NULL) and return -EINVAL. */
__attribute__((format(printf, 4, 5))) int error_set(struct mm386_error *err, const char *pointer, unsigned line,
						    const char *fmt, ...);

#endif
