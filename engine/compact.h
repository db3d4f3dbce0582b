/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compact.h - what the parts of compaction share.
 *
 *	zone start                                                     zone end
 *	|  migrate scanner >>>>                       <<<< free scanner      |
 *	   pages in use that can move   ------------->   free pages
 *
 * compact.c says when a run begins and ends, compact_scan.c has the two scanners,
 * compact_fast.c their short cuts through the free lists, compact_direct.c the
 * request that compacts for itself, migrate.c moves a page.
 */
#ifndef MM386_COMPACT_H
#define MM386_COMPACT_H

#include "internal.h"

/* So many pages are isolated before they are moved: COMPACT_CLUSTER_MAX. */
#define COMPACT_CLUSTER	   32u
#define COMPACT_WHOLE_ZONE (-1) /* the order of compact_memory, which wants no block of its own */

enum compact_mode { COMPACT_ASYNC, COMPACT_SYNC_LIGHT, COMPACT_SYNC };

/* One run over one zone: struct compact_control. */
struct compact {
	struct zone *zone;
	int order; /* of the block that is wanted, or COMPACT_WHOLE_ZONE */
	enum mm386_migratetype mt;
	enum compact_mode mode;
	bool direct;		    /* for a request that waits */
	bool whole_zone;	    /* the scanners began at the zone's ends */
	bool ignore_skip_hint;	    /* look into page blocks that had nothing last time, too */
	bool ignore_block_suitable; /* take free pages from blocks of any type */
	bool rescan;		    /* the page block of the last run again: all of it at once */
	uint8_t cpu;		    /* on whose lists freed pages land */
	/* The waiting request's rights, to know whether it would succeed. */
	unsigned highest, rights;
	/* The scanners. */
	pfn_t migrate_pfn, free_pfn;
	uint32_t nr_migrate, nr_free;  /* pages isolated: in use, free */
	pfn_t migrate_list; /* first of them, linked by next; NO_PFN: none */
	/* The free ones, the same way; single frames, in 6.9 and later blocks by their order. */
	pfn_t room[MM386_ORDERS], room_tail[MM386_ORDERS];
	uint64_t migrate_scanned, free_scanned;
	/* The short cuts. */
	pfn_t fast_start_pfn; /* lowest that a short cut led to; 0: none did, NO_PFN: went back */
	int search_order;
	unsigned fast_search_fail; /* in a row */
};

/* First frame of the page block that ${pfn} lies in; page blocks count from frame 0. */
static inline pfn_t block_start(const struct mm386 *m, pfn_t pfn)
{
	return pfn & ~((1u << m->s->info.pageblock_order) - 1);
}

/* First frame behind it. */
static inline pfn_t block_end(const struct mm386 *m, pfn_t pfn)
{
	return block_start(m, pfn) + (1u << m->s->info.pageblock_order);
}

static inline pfn_t zone_first(const struct mm386 *m, const struct zone *z, pfn_t pfn)
{
	pfn_t start = block_start(m, pfn);

	return start > z->start_pfn ? start : z->start_pfn;
}

static inline bool block_skip(const struct mm386 *m, const struct zone *z, pfn_t pfn)
{
	return *pageblock_of(m, z, pfn) & PAGEBLOCK_SKIP;
}

static inline void block_set_skip(struct mm386 *m, const struct zone *z, pfn_t pfn)
{
	*pageblock_of(m, z, pfn) |= PAGEBLOCK_SKIP;
}

/* ---- compact.c -------------------------------------------------------------------- */
/* The scanners are in the same page block, or past each other. */
bool compact_scanners_met(const struct mm386 *m, const struct compact *c);
/* Compact c->zone.  On return no page is isolated any more. */
enum mm386_compact_result compact_zone(struct mm386 *m, struct compact *c);

/* ---- compact_scan.c --------------------------------------------------------------- */
enum scan_result { SCAN_NONE, SCAN_SUCCESS };
/* Isolate pages to move from the next page block that has some. */
enum scan_result scan_migrate(struct mm386 *m, struct compact *c);
/* Isolate free pages, from the zone's end down, as many as are to be moved. */
void scan_free(struct mm386 *m, struct compact *c);
/* The free pages of [${*pfn}, ${end}) of one page block, every ${stride}th frame looked at. */
uint32_t scan_free_block(struct mm386 *m, struct compact *c, pfn_t *pfn, pfn_t end,
			 uint32_t stride);
/* Take the free block at ${pfn} off its list for ${c}: frames, or 0 if the zone is too low. */
uint32_t scan_take_block(struct mm386 *m, struct compact *c, pfn_t pfn);
/* Pages that were isolated to be moved stay where they are. */
void scan_putback(struct mm386 *m, struct compact *c);

/* ---- compact_fast.c --------------------------------------------------------------- */
/* A page block with free pages in it, to clear; or where the scanner stands. */
pfn_t fast_find_migrate_block(struct mm386 *m, struct compact *c);
/* A free block near the zone's end, found by the lists, and what is free around it. */
void fast_isolate_free(struct mm386 *m, struct compact *c);

/* ---- migrate.c -------------------------------------------------------------------- */
/* Whether the frame at ${pfn} is a single page that can be moved: one on the LRU. */
static inline bool page_is_movable(const struct mm386 *m, pfn_t pfn)
{
	return m->page[pfn].order == 0 && block_is_movable(m, pfn);
}
/* ---- migrate.c: free blocks that pages are moved to ----------------------------------- */
/* The block at ${pfn}, which is nobody's, to the head or the tail of its order's list. */
void room_add(struct mm386 *m, struct compact *c, pfn_t pfn, unsigned order, bool tail);
/* The smallest order that has a block; the number of orders if there is none. */
unsigned room_order(const struct mm386 *m, const struct compact *c);
/* Its first block. */
pfn_t room_take(struct mm386 *m, struct compact *c, unsigned order);
/* Move what is isolated to free pages; false when those ran out: the rest is put back. */
bool migrate_pages(struct mm386 *m, struct compact *c);

#endif
