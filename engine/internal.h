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
 * 2.6's.  Which fields mean something depends on what the frame is:
 *   on a buddy list: next, prev, order (private), PF_BUDDY
 *   handed out:      owner, order, refcount in the first frame of the block
 */
struct page {
	uint32_t next, prev; /* lru: neighbours in a list, pfns */
	uint32_t owner;	     /* operation that handed the block out (low 32 bits), head frame only */
	int32_t refcount;
	int32_t mapcount; /* -1: no page table of a process maps it */
	uint32_t private_;
	uint16_t flags; /* PF_* below: the model's own; mm386_page_flags() translates */
	uint8_t order;	/* of the block that this frame heads */
	uint8_t zone;	/* index into state.zone */
	uint16_t op;	/* enum mm386_op_id that handed it out, head frame only */
	uint16_t spare;
};
_Static_assert(sizeof(struct page) == 32, "a frame descriptor is 32 bytes");

#define PF_BUDDY 0x0001	   /* heads a free block on a buddy list */
#define PF_HEAD 0x0002	   /* heads a block that was handed out */
#define PF_RESERVED 0x0004 /* PG_reserved: never in the buddy system */
#define PF_NOPAGE 0x0008   /* beyond mem_map, or a hole that mem_map does not describe */

struct free_list {
	uint32_t head, tail; /* pfns, NO_PFN when empty */
	uint32_t nr;	     /* blocks */
};

struct zone {
	uint32_t id; /* index */
	uint32_t node;
	uint32_t start_pfn, end_pfn; /* end exclusive; equal when the zone is empty */
	uint32_t spanned, present, managed;
	uint32_t nr_free; /* pages on the buddy lists */
	uint32_t watermark[MM386_NR_WMARKS];
	uint32_t lowmem_reserve[MM386_ZONES_MAX];
	struct free_list free[MM386_ORDERS];
	char name[8];
};

/* Everything that the machine is, at the start of the arena. */
struct state {
	uint64_t arena_bytes;
	uint64_t seq;
	uint64_t off_page, off_kind, off_recent; /* bytes from the arena's start */
	uint32_t nr_frames;
	uint32_t recent_mask; /* entries of the recent index, less one */
	uint32_t min_free_kbytes;
	uint32_t spare;
	struct profile profile;
	struct mm386_info info;
	struct zone zone[MM386_ZONES_MAX];
	/* Counters of the boot that /proc/meminfo and the boot report print. */
	uint64_t totalram_pages, totalhigh_pages;
	uint64_t nr_user_pages;
	struct boot_facts {
		uint32_t text_bytes, data_bytes, init_bytes, bss_bytes;
		uint64_t image_start, image_end; /* physical, end exclusive */
		uint64_t mem_map_pa, mem_map_bytes;
		uint64_t pgd_pa; /* swapper_pg_dir */
		uint64_t initrd_start, initrd_end;
		uint32_t absent_pages[MM386_ZONES_MAX];
		uint32_t memmap_pages[MM386_ZONES_MAX];
		uint32_t dma_reserve;
		uint32_t reserved_pages, lowmem_ram_pages, highmem_ram_pages;
	} boot;
};

/*
 * Which frames changed since the last cut, as a tree of bits: a bit of level
 * n+1 says that a word of level n is not zero.  Marking and finding cost the
 * depth of the tree (4 for 16 M frames), never its width.  Outside the arena:
 * what a viewer has seen is no part of the machine.
 */
#define DIRTY_LEVELS 5
struct dirty {
	uint32_t nr_frames;
	uint32_t zones; /* bit i: zone i */
	unsigned nr_levels;
	uint64_t *level[DIRTY_LEVELS];
};

struct mm386 {
	struct state *s;     /* the arena */
	struct page *page;   /* into the arena */
	uint8_t *kind;	     /* into the arena */
	uint32_t *recent;    /* into the arena: pfn of the block that operation (index & mask) made */
	struct dirty dirty;
	uint64_t cur_seq; /* operation in progress, for events */
	void (*sink)(void *arg, const struct mm386_event *ev);
	void *sink_arg;
};

/* ---- boot.c, e820.c, layout.c ...: what a configuration yields -------------- */

/* A run of frames that are alike after boot; runs cover 0..nr_frames, rising. */
struct boot_run {
	pfn_t start, end; /* end exclusive */
	uint8_t kind;	  /* FREE: handed to the buddy system */
	uint8_t has_page; /* mem_map describes it */
};

struct boot_plan {
	struct profile profile;
	struct mm386_info info;
	struct boot_facts boot;
	struct plan_zone {
		char name[8];
		pfn_t start, end; /* spanned range; equal when empty */
		uint32_t spanned, present;
	} zone[MM386_ZONES_MAX];
	struct boot_run *run; /* malloc'd; boot_plan_free() */
	size_t nr_run, cap_run;
};

/* Check ${cfg} and work out everything that boot decides.  0, -EINVAL with ${err}, or -ENOMEM. */
int boot_plan_make(const struct mm386_config *cfg, struct boot_plan *plan, struct mm386_error *err);
void boot_plan_free(struct boot_plan *plan);
/* Give every FREE run of ${plan} to the buddy system in this kernel's order, by buddy_free_boot(). */
void boot_handover(struct mm386 *m, const struct boot_plan *plan);

/* ---- machine.c ------------------------------------------------------------------ */
void event_emit(struct mm386 *m, enum mm386_event_type type, uint32_t a, uint32_t b, uint32_t c, uint32_t d,
		uint32_t e, uint32_t f);
/* Set the kind of a run of frames and mark it changed. */
void frames_set_kind(struct mm386 *m, pfn_t pfn, uint32_t count, enum mm386_kind kind);

/* ---- buddy.c ---------------------------------------------------------------------- */
/* Free a block at boot: no events, to the end of the list that this kernel's boot uses. */
void buddy_free_boot(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order);

/* ---- zone.c ------------------------------------------------------------------------ */
/* Watermarks and lowmem_reserve from the zones' sizes. */
void zone_setup_watermarks(struct mm386 *m);

/* ---- errors ------------------------------------------------------------------------- */
/* Fill ${err} (may be NULL) and return -EINVAL. */
__attribute__((format(printf, 4, 5))) int error_set(struct mm386_error *err, const char *pointer, unsigned line,
						    const char *fmt, ...);

#endif
