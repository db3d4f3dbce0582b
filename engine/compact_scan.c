/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compact_scan.c - the two scanners of compaction.
 *
 * The migrate scanner goes up and takes pages in use that can be moved, at most 32
 * at a time unless it comes to the same page block twice in a row.  The free scanner
 * goes down, page block by page block but upwards inside each, and takes whole free
 * blocks apart until it has as many pages as are waiting to be moved.  Both leave
 * a mark on page blocks that had nothing, so that the next run passes them by.
 *
 * A page put on a list goes to its head: the pages of highest number move first, and
 * move to the free pages of highest number of the lowest page block looked at.
 *
 * Kernel: mm/compaction.c isolate_migratepages(), isolate_migratepages_block(),
 * isolate_freepages(), isolate_freepages_block(), split_map_pages(); mm/page_alloc.c
 * __isolate_free_page() [5.10, 6.1].  In the model a page on the LRU is a user's page of order 0
 * that was asked as movable; all of them are on it at once (the kernel gathers up to
 * 15 a CPU first).  Nothing contends for locks, nothing is dirty or pinned, and
 * blocks of several frames count frame by frame, as those without __GFP_COMP do.
 */
#include "compact.h"
#include "pageblock.h"

/* ---- free pages --------------------------------------------------------------------- */

/*
 * The zone must keep its min mark, as if the block were handed out; the boost does not count.
 * What the block's size adds to the mark is what a test of its order would take off.
 */
static bool may_isolate(const struct zone *z, unsigned order)
{
	long free = (long)z->nr_free - (long)z->nr_reserved_highatomic;

	return free >
	       (long)z->watermark[MM386_WMARK_MIN] + (1L << order) + (long)z->lowmem_reserve[0];
}

/* A block of at least half a page block takes its page blocks with it: they become MOVABLE. */
static void claim_pageblocks(struct mm386 *m, struct zone *z, pfn_t pfn, unsigned order)
{
	uint32_t step = 1u << m->s->info.pageblock_order;

	if (m->s->mobility_disabled || order + 1 < m->s->info.pageblock_order)
		return;
	for (pfn_t p = pfn; p < pfn + (1u << order) - 1; p += step) {
		struct pageblock_contents contents;
		bool moves = m->s->profile.fallback >= FALLBACK_MATCHING;

		if (pageblock_mt(m, z, p) >= MM386_MIGRATE_RESERVED)
			continue;
		if (moves) { /* all of it or nothing */
			pageblock_look(m, z, p, &contents);
			if (!contents.whole)
				continue;
			pageblock_move_free(m, z, p, MM386_MIGRATE_MOVABLE);
		}
		pageblock_retype(m, z, p, MM386_MIGRATE_MOVABLE);
	}
}

uint32_t scan_take_block(struct mm386 *m, struct compact *c, pfn_t pfn)
{
	unsigned order = m->page[pfn].order;
	uint32_t nr = 1u << order;

	if (!may_isolate(c->zone, order))
		return 0;
	event_emit(m, MM386_EVENT_ISOLATE_FREE_PAGE, pfn, order, c->zone->id, m->page[pfn].mt, 0,
		   0);
	buddy_take(m, c->zone, pfn, order, MM386_MIGRATE_MOVABLE);
	claim_pageblocks(m, c->zone, pfn, order);
	if (m->s->profile.compact_whole_blocks)
		room_add(m, c, pfn, order, true);
	else
		for (pfn_t p = pfn; p < pfn + nr; p++)
			room_add(m, c, p, 0, false);
	c->nr_free += nr;
	m->s->vm_event[VM_COMPACT_ISOLATED] += nr;
	return nr;
}

uint32_t scan_free_block(struct mm386 *m, struct compact *c, pfn_t *pfn, pfn_t end, uint32_t stride)
{
	uint32_t nr_scanned = 0, nr_taken = 0;
	pfn_t p;

	for (p = *pfn; p < end; p += stride) {
		uint32_t nr;

		nr_scanned++;
		if (!(m->page[p].flags & PF_BUDDY))
			continue;
		nr = scan_take_block(m, c, p);
		if (!nr)
			break;
		nr_scanned += m->s->profile.compact_counts_frames ? nr - 1 : 0;
		nr_taken += nr;
		if (c->nr_migrate <= c->nr_free) {
			p += nr;
			break;
		}
		p += nr - 1;
	}
	if (p > end)
		p = end;
	event_emit(m, MM386_EVENT_COMPACT_ISOLATE_FREE, *pfn, p, nr_scanned, nr_taken, c->zone->id,
		   0);
	*pfn = p;
	c->free_scanned += nr_scanned;
	return nr_taken;
}

/* A large free block is what compaction wants to make: nothing is moved into it. */
static bool is_target(const struct mm386 *m, const struct compact *c, pfn_t block)
{
	const struct page *p = &m->page[block];

	if ((p->flags & PF_BUDDY) && p->order >= m->s->info.pageblock_order)
		return false;
	if (!c->ignore_block_suitable && pageblock_mt(m, c->zone, block) != MM386_MIGRATE_MOVABLE)
		return false;
	return c->ignore_skip_hint || !block_skip(m, c->zone, block);
}

/* The page block was looked at to its end: not again soon, and not by the next run. */
static void free_block_done(struct mm386 *m, struct compact *c, pfn_t block)
{
	block_set_skip(m, c->zone, block);
	if (block < c->zone->compact.free_pfn)
		c->zone->compact.free_pfn = block;
}

void scan_free(struct mm386 *m, struct compact *c)
{
	const uint32_t block_pages = 1u << m->s->info.pageblock_order;
	pfn_t block, end, pfn, low;
	uint32_t stride =
		c->mode == COMPACT_ASYNC && m->s->profile.compact_fast ? COMPACT_CLUSTER : 1;

	fast_isolate_free(m, c);
	if (c->nr_free)
		return;
	pfn = c->free_pfn;
	block = block_start(m, pfn);
	end = block + block_pages;
	if (end > c->zone->end_pfn)
		end = c->zone->end_pfn;
	low = block_end(m, c->migrate_pfn);
	for (; block >= low; end = block, block -= block_pages, pfn = block) {
		uint32_t taken;

		if (!is_target(m, c, block))
			continue;
		taken = scan_free_block(m, c, &pfn, end, stride);
		if (pfn == end)
			free_block_done(m, c, block);
		if (c->nr_free >= c->nr_migrate) {
			if (pfn >= end)
				pfn = block - block_pages;
			break;
		}
		if (pfn < end)
			break;
		if (taken)
			stride = 1;
		else if (m->s->profile.compact_fast)
			stride = stride * 2 < COMPACT_CLUSTER ? stride * 2 : COMPACT_CLUSTER;
	}
	c->free_pfn = pfn;
}

/* ---- pages in use ---------------------------------------------------------------------- */

static void isolate_page(struct mm386 *m, struct compact *c, pfn_t pfn)
{
	m->page[pfn].next = c->migrate_list;
	page_touch(m, pfn);
	c->migrate_list = pfn;
	c->nr_migrate++;
}

void scan_putback(struct mm386 *m, struct compact *c)
{
	while (c->migrate_list != NO_PFN) {
		struct page *p = &m->page[c->migrate_list];

		page_touch(m, c->migrate_list);
		c->migrate_list = p->next;
		p->next = 0;
	}
	c->nr_migrate = 0;
}

/* A look through one page block. */
struct look {
	pfn_t start, pfn, end;
	pfn_t valid;	      /* the page block's first frame, if the look began there; NO_PFN */
	pfn_t next_skip;      /* end of the block of the wanted order that the look is in */
	bool skip_on_failure; /* one page that stays spoils that block: leave the rest of it */
	bool skip_updated;    /* the page block's mark was seen to, at the first page that moves */
	uint32_t nr_scanned, nr_taken;
	pfn_t stuck, nr_stuck; /* run of handed out frames that cannot be moved */
};

static void tell_stuck(struct mm386 *m, struct compact *c, struct look *l)
{
	if (l->nr_stuck)
		event_emit(m, MM386_EVENT_MIGRATE_FAIL, l->stuck, l->nr_stuck,
			   MM386_STUCK_NOT_MOVABLE, c->zone->id, 0, 0);
	l->nr_stuck = 0;
}

/* For those who watch: which frames of live allocations are in the way. */
static void note_stuck(struct mm386 *m, struct compact *c, struct look *l)
{
	uint8_t kind = m->kind[l->pfn];

	if (kind != MM386_KIND_PAGES && kind != MM386_KIND_USER)
		return;
	if (l->nr_stuck && l->stuck + l->nr_stuck != l->pfn)
		tell_stuck(m, c, l);
	if (!l->nr_stuck++)
		l->stuck = l->pfn;
}

/* The block of the wanted order cannot come free: let go what was isolated of it, go behind it. */
static void leave_block(struct mm386 *m, struct compact *c, struct look *l)
{
	if (l->nr_taken) {
		scan_putback(m, c);
		l->nr_taken = 0;
	}
	if (l->pfn < l->next_skip) {
		l->pfn = l->next_skip - 1;
		l->next_skip += 1u << c->order;
	}
}

/* The first page of a look that can move sees to the mark; true: somebody was here before. */
static bool test_and_set_skip(struct mm386 *m, struct compact *c, pfn_t pfn)
{
	bool skip;

	if (c->ignore_skip_hint || pfn != block_start(m, pfn))
		return false;
	skip = block_skip(m, c->zone, pfn);
	block_set_skip(m, c->zone, pfn);
	return skip;
}

/* One frame.  False: the look ends here, and l->pfn is where the next one begins. */
static bool look_at(struct mm386 *m, struct compact *c, struct look *l)
{
	const struct page *p = &m->page[l->pfn];

	l->nr_scanned++;
	if (l->valid == NO_PFN && l->pfn == block_start(m, l->pfn)) {
		if (!c->ignore_skip_hint && block_skip(m, c->zone, l->pfn)) {
			l->pfn = l->end;
			return false;
		}
		l->valid = l->pfn;
	}
	if (p->flags & PF_BUDDY) {
		l->pfn += (1u << p->order) - 1;
		return true;
	}
	if (!page_is_movable(m, l->pfn)) {
		note_stuck(m, c, l);
		if (l->skip_on_failure)
			leave_block(m, c, l);
		return true;
	}
	if (!l->skip_updated) {
		l->skip_updated = true;
		if (test_and_set_skip(m, c, l->pfn))
			return false;
	}
	isolate_page(m, c, l->pfn);
	l->nr_taken++;
	if (c->nr_migrate >= COMPACT_CLUSTER && !c->rescan) {
		l->pfn++;
		return false;
	}
	return true;
}

/* Scanning goes on behind ${pfn}'s page block, in this run and those after it. */
static void cache_migrate(struct mm386 *m, struct compact *c, pfn_t pfn)
{
	struct compact_marks *k = &c->zone->compact;

	pfn = block_end(m, pfn);
	if (pfn > k->migrate_pfn[0])
		k->migrate_pfn[0] = pfn;
	if (c->mode != COMPACT_ASYNC && pfn > k->migrate_pfn[1])
		k->migrate_pfn[1] = pfn;
}

/* Isolate the pages of [${start}, ${end}) that can be moved; c->migrate_pfn is where it stopped. */
static void migrate_block(struct mm386 *m, struct compact *c, pfn_t start, pfn_t end)
{
	struct look l = {.start = start, .pfn = start, .end = end, .valid = NO_PFN};

	l.skip_on_failure = c->direct && c->mode == COMPACT_ASYNC;
	if (l.skip_on_failure)
		l.next_skip = ((start >> c->order) + 1) << c->order;
	for (; l.pfn < end; l.pfn++) {
		if (l.skip_on_failure && l.pfn >= l.next_skip) {
			if (l.nr_taken)
				break;
			l.next_skip = ((l.pfn >> c->order) + 1) << c->order;
		}
		if (!look_at(m, c, &l))
			break;
	}
	if (l.pfn > end)
		l.pfn = end;
	tell_stuck(m, c, &l);
	if (l.pfn == end && (!l.nr_taken || c->rescan)) {
		if (l.valid != NO_PFN && !l.skip_updated)
			block_set_skip(m, c->zone, l.valid);
		cache_migrate(m, c, l.pfn);
	}
	event_emit(m, MM386_EVENT_COMPACT_ISOLATE_MIGRATE, start, l.pfn, l.nr_scanned, l.nr_taken,
		   c->zone->id, 0);
	c->migrate_scanned += l.nr_scanned;
	m->s->vm_event[VM_COMPACT_ISOLATED] += l.nr_taken;
	c->migrate_pfn = l.pfn;
}

/* Who does not wait long looks only where it will allocate; up to 4.11 where most can move. */
static bool is_source(const struct mm386 *m, const struct compact *c, pfn_t block)
{
	if (c->mode != COMPACT_ASYNC || !c->direct)
		return true;
	return pageblock_mt(m, c->zone, block) ==
	       (m->s->profile.compact_by_type ? c->mt : MM386_MIGRATE_MOVABLE);
}

enum scan_result scan_migrate(struct mm386 *m, struct compact *c)
{
	pfn_t pfn = fast_find_migrate_block(m, c);
	pfn_t first = zone_first(m, c->zone, pfn), end = block_end(m, pfn);
	bool found = pfn != c->migrate_pfn && !c->fast_search_fail;

	for (; end <= c->free_pfn; end = block_end(m, end)) {
		bool skip = pfn == block_start(m, pfn) && !found && !c->ignore_skip_hint &&
			    block_skip(m, c->zone, first);

		if (!skip && is_source(m, c, first)) {
			migrate_block(m, c, pfn, end);
			break;
		}
		if (!skip)
			cache_migrate(m, c, end);
		found = false;
		c->migrate_pfn = pfn = first = end;
	}
	return c->nr_migrate ? SCAN_SUCCESS : SCAN_NONE;
}
