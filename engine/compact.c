/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compact.c - compaction: pages in use move to the end of their zone, so that what is
 * free comes together at its start.
 *
 *	AB.C..D.E...F..	   before: 8 free, no four in a row
 *	...........FEDCBA  scanners meet: what was in use has moved up
 *
 * A run over a zone goes on until the scanners meet or, when a block was wanted, until
 * there is one.  compact_memory runs over every zone of every node, from end to end;
 * a request that waits (compact_direct.c) goes on where the last one stopped.
 *
 * Kernel: mm/compaction.c compact_zone(), __compact_finished(), compaction_suitable(),
 * __reset_isolation_suitable(), compact_nodes() [6.1].  Compaction came with 2.6.35.
 * Releases between scan by the rules of 6.1, less what came with 5.1 (short cuts through
 * the free lists, strides, a second look at the same page block, captured blocks) and with the
 * others that profile.c dates.  Left out: that marks and cached positions came with 3.7, that up to
 * 3.14 large free blocks were targets too; kcompactd and what kswapd does for it.
 */
#include "compact.h"

#include "watermark.h"

/* ---- marks between runs ------------------------------------------------------------- */

static void marks_reset(const struct mm386 *m, struct zone *z)
{
	z->compact.migrate_pfn[0] = z->compact.migrate_pfn[1] = z->start_pfn;
	z->compact.free_pfn = block_start(m, z->end_pfn - 1);
}

static bool has_movable_or_free(const struct mm386 *m, pfn_t first, pfn_t last, bool source,
				bool target)
{
	for (pfn_t p = first; p <= last; p += 1u << COSTLY_ORDER) {
		if (source && page_is_movable(m, p))
			return true;
		if (target && (m->page[p].flags & PF_BUDDY))
			return true;
	}
	return false;
}

/*
 * Take the skip mark off the page block of ${pfn} if a sample of its frames says that there may
 * be something: pages to move if it could be a ${source}, free ones if a ${target}.
 */
static bool unskip(struct mm386 *m, const struct zone *z, pfn_t pfn, bool source, bool target)
{
	pfn_t last = block_end(m, pfn) - 1;

	if (source && target && !block_skip(m, z, pfn))
		return true;
	if (!source && target && pageblock_mt(m, z, pfn) != MM386_MIGRATE_MOVABLE)
		return false;
	if (last >= z->end_pfn)
		last = z->end_pfn - 1;
	if (!has_movable_or_free(m, zone_first(m, z, pfn), last, source, target))
		return false;
	*pageblock_of(m, z, pfn) &= (uint8_t)~PAGEBLOCK_SKIP;
	return true;
}

/* Once a run came to its end and later ones failed often: look everywhere again. */
static void forget_skips(struct mm386 *m, struct zone *z)
{
	const uint32_t step = 1u << m->s->info.pageblock_order;
	pfn_t low = z->start_pfn, high = z->end_pfn - 1;
	pfn_t first_source = high, first_target = low;
	bool source_set = false, target_set = false;

	if (!z->compact.flush)
		return;
	z->compact.flush = false;
	for (; low < high; low += step, high -= high < step ? high : step) {
		if (unskip(m, z, low, true, source_set) && low < first_source) {
			source_set = true;
			first_source = z->compact.init_migrate_pfn = low;
			z->compact.migrate_pfn[0] = z->compact.migrate_pfn[1] = low;
		}
		if (unskip(m, z, high, target_set, true) && high > first_target) {
			target_set = true;
			first_target = z->compact.init_free_pfn = z->compact.free_pfn = high;
		}
	}
	if (first_source >= first_target) {
		z->compact.migrate_pfn[0] = z->compact.migrate_pfn[1] = low;
		z->compact.free_pfn = high;
	}
}

/* ---- when a run begins and ends ------------------------------------------------------- */

bool compact_scanners_met(const struct mm386 *m, const struct compact *c)
{
	return block_start(m, c->free_pfn) <= block_start(m, c->migrate_pfn);
}

static bool above_min(const struct mm386 *m, const struct compact *c)
{
	struct wmark_ask ask = {.order = (unsigned)c->order,
				.mark = MM386_WMARK_MIN,
				.highest = c->highest,
				.rights = c->rights};

	return watermark_test(m, c->zone, &ask).ok;
}

/*
 * Whether a request for the wanted block would be met from the lists as they are.  4.12 .. 5.0
 * scan a page block to its end before one of another type is stolen for what cannot move.
 */
static bool has_suitable_block(const struct mm386 *m, const struct compact *c)
{
	bool at_end = c->migrate_pfn == block_start(m, c->migrate_pfn);
	bool may_steal = at_end || !m->s->profile.compact_by_type || c->mode == COMPACT_ASYNC ||
			 c->mt == MM386_MIGRATE_MOVABLE;

	for (unsigned o = (unsigned)c->order; o < m->s->info.orders; o++) {
		if (c->zone->free[o][c->mt].nr)
			return true;
		if (mobility_would_steal(m, c->zone, o, c->mt))
			return may_steal;
	}
	return false;
}

static enum mm386_compact_result finished(struct mm386 *m, struct compact *c)
{
	if (compact_scanners_met(m, c)) {
		marks_reset(m, c->zone);
		if (c->direct)
			c->zone->compact.flush = true;
		return c->whole_zone ? MM386_COMPACT_COMPLETE : MM386_COMPACT_PARTIAL_SKIPPED;
	}
	if (c->order == COMPACT_WHOLE_ZONE)
		return MM386_COMPACT_CONTINUE;
	if (!m->s->profile.compact_by_type && !above_min(m, c))
		return MM386_COMPACT_CONTINUE;
	/* Since 5.1 a page block is always scanned to its end: fewer fallbacks later. */
	if (m->s->profile.compact_fast && c->migrate_pfn != block_start(m, c->migrate_pfn))
		return MM386_COMPACT_CONTINUE;
	return has_suitable_block(m, c) ? MM386_COMPACT_SUCCESS : MM386_COMPACT_CONTINUE;
}

/* The free pages that moving needs on top of a mark: twice the block that is wanted. */
static bool has_room_to_move(const struct compact *c)
{
	const struct zone *z = c->zone;
	enum mm386_wmark mark = c->order > (int)COSTLY_ORDER ? MM386_WMARK_LOW : MM386_WMARK_MIN;
	long free = (long)z->nr_free - (long)z->nr_reserved_highatomic;

	return free > (long)z->watermark[mark] + (long)z->watermark_boost + (2L << c->order) +
			      (long)z->lowmem_reserve[c->highest];
}

/*
 * Whether a run makes sense: not when the request would succeed without, nor when there is too
 * little free to move pages to, nor when want of memory is the trouble.
 */
static enum mm386_compact_result suitable(struct mm386 *m, const struct compact *c)
{
	int index;

	if (c->order == COMPACT_WHOLE_ZONE)
		return MM386_COMPACT_CONTINUE;
	if (above_min(m, c))
		return MM386_COMPACT_SUCCESS;
	if (!has_room_to_move(c))
		return MM386_COMPACT_SKIPPED;
	if (c->order <= (int)COSTLY_ORDER && m->s->profile.compact_fragindex_costly)
		return MM386_COMPACT_CONTINUE;
	index = fragindex_index(m, c->zone, (unsigned)c->order);
	return index >= 0 && index <= (int)m->s->sysctl.extfrag_threshold ? MM386_COMPACT_SKIPPED
									  : MM386_COMPACT_CONTINUE;
}

/* The same block failed so often that no run is passed over any more. */
static bool is_restarting(const struct compact *c)
{
	const struct compact_marks *k = &c->zone->compact;

	return c->order >= (int)k->order_failed && k->defer_shift == COMPACT_DEFER_MAX &&
	       k->considered >= 1u << k->defer_shift;
}

/* Where the scanners begin: at the zone's ends, or where the last run left off. */
static void place_scanners(struct mm386 *m, struct compact *c)
{
	struct zone *z = c->zone;
	struct compact_marks *k = &z->compact;
	pfn_t last_block = block_start(m, z->end_pfn - 1);

	if (c->whole_zone) {
		c->migrate_pfn = z->start_pfn;
		c->free_pfn = last_block;
		return;
	}
	c->migrate_pfn = k->migrate_pfn[c->mode != COMPACT_ASYNC];
	c->free_pfn = k->free_pfn;
	if (c->free_pfn < z->start_pfn || c->free_pfn >= z->end_pfn)
		c->free_pfn = k->free_pfn = last_block;
	if (c->migrate_pfn < z->start_pfn || c->migrate_pfn >= z->end_pfn)
		c->migrate_pfn = k->migrate_pfn[0] = k->migrate_pfn[1] = z->start_pfn;
	c->whole_zone =
		c->migrate_pfn <= (m->s->profile.compact_fast ? k->init_migrate_pfn : z->start_pfn);
}

/* ---- a run ------------------------------------------------------------------------------ */

/* What was isolated as room and not needed goes back; the next run may begin as high as that. */
static void release_room(struct mm386 *m, struct compact *c)
{
	pfn_t highest = 0;

	if (room_order(m, c) == m->s->info.orders)
		return;
	for (unsigned order; (order = room_order(m, c)) < m->s->info.orders;) {
		pfn_t pfn = room_take(m, c, order);

		page_free(m, pfn, order, c->cpu);
		if (pfn > highest)
			highest = pfn;
	}
	c->nr_free = 0;
	if (block_start(m, highest) > c->zone->compact.free_pfn)
		c->zone->compact.free_pfn = block_start(m, highest);
}

/*
 * One step: isolate, move.  *${moved_pfn} is where the last pages were moved from, 0 if they have
 * left this CPU's lists since.
 */
static enum mm386_compact_result step(struct mm386 *m, struct compact *c, pfn_t *moved_pfn,
				      bool *same_marks)
{
	struct compact_marks *k = &c->zone->compact;
	pfn_t began = c->migrate_pfn;

	c->rescan =
		m->s->profile.compact_fast && block_start(m, *moved_pfn) == block_start(m, began);
	if (scan_migrate(m, c) == SCAN_NONE) {
		if (*same_marks)
			k->migrate_pfn[1] = k->migrate_pfn[0];
	} else {
		*same_marks = false;
		*moved_pfn = began;
		if (!migrate_pages(m, c)) {
			if (!compact_scanners_met(m, c))
				return MM386_COMPACT_CONTENDED;
			if (c->direct && c->mode == COMPACT_ASYNC) {
				c->migrate_pfn = (((c->migrate_pfn - 1) >> c->order) + 1)
						 << c->order;
				*moved_pfn = 0;
			}
		}
	}
	if (c->order > 0 && *moved_pfn && *moved_pfn < (c->migrate_pfn & ~((1u << c->order) - 1))) {
		pcp_drain(m, c->zone, c->cpu);
		*moved_pfn = 0;
	}
	return m->capture == c && m->captured != NO_PFN ? MM386_COMPACT_SUCCESS
							: MM386_COMPACT_CONTINUE;
}

static enum mm386_compact_result run(struct mm386 *m, struct compact *c)
{
	struct compact_marks *k = &c->zone->compact;
	bool same_marks = c->mode == COMPACT_ASYNC && k->migrate_pfn[0] == k->migrate_pfn[1];
	enum mm386_compact_result ret;
	pfn_t moved_pfn = 0;

	while ((ret = finished(m, c)) == MM386_COMPACT_CONTINUE) {
		ret = step(m, c, &moved_pfn, &same_marks);
		if (ret != MM386_COMPACT_CONTINUE)
			break;
	}
	release_room(m, c);
	return ret;
}

enum mm386_compact_result compact_zone(struct mm386 *m, struct compact *c)
{
	struct zone *z = c->zone;
	enum mm386_compact_result ret = suitable(m, c);

	if (ret != MM386_COMPACT_CONTINUE)
		return ret;
	if (is_restarting(c))
		forget_skips(m, z);
	c->migrate_list = NO_PFN;
	for (unsigned order = 0; order < MM386_ORDERS; order++)
		c->room[order] = c->room_tail[order] = NO_PFN;
	c->nr_migrate = c->nr_free = 0;
	c->migrate_scanned = c->free_scanned = 0;
	c->fast_start_pfn = 0;
	place_scanners(m, c);
	event_emit(m, MM386_EVENT_COMPACT_BEGIN, z->id, (uint32_t)c->order, c->migrate_pfn,
		   c->free_pfn, c->mode, 0);
	ret = run(m, c);
	z->compact.ran = true;
	z->compact.last_migrate_pfn = c->migrate_pfn;
	z->compact.last_free_pfn = c->free_pfn;
	m->dirty.zones |= 1u << z->id;
	m->s->vm_event[VM_COMPACT_MIGRATE_SCANNED] += c->migrate_scanned;
	m->s->vm_event[VM_COMPACT_FREE_SCANNED] += c->free_scanned;
	event_emit(m, MM386_EVENT_COMPACT_END, z->id, (uint32_t)c->order, c->migrate_pfn,
		   c->free_pfn, ret, 0);
	return ret;
}

const char *mm386_compact_result_name(enum mm386_compact_result r)
{
	static const char *const names[] = {
		[MM386_COMPACT_SKIPPED] = "skipped",
		[MM386_COMPACT_DEFERRED] = "deferred",
		[MM386_COMPACT_CONTINUE] = "continue",
		[MM386_COMPACT_COMPLETE] = "complete",
		[MM386_COMPACT_PARTIAL_SKIPPED] = "partial_skipped",
		[MM386_COMPACT_CONTENDED] = "contended",
		[MM386_COMPACT_SUCCESS] = "success",
	};

	return (size_t)r < sizeof(names) / sizeof(names[0]) ? names[r] : NULL;
}

/* ---- compact_memory ----------------------------------------------------------------------- */

void compact_node(struct mm386 *m, unsigned node, unsigned cpu)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		struct compact c = {
			.zone = &m->s->zone[i],
			.order = COMPACT_WHOLE_ZONE,
			.mode = COMPACT_SYNC,
			.whole_zone = true,
			.ignore_skip_hint = true,
			.cpu = (uint8_t)cpu,
		};

		if (c.zone->node == node && c.zone->present)
			compact_zone(m, &c);
	}
}

bool compact_memory(struct mm386 *m, unsigned cpu)
{
	if (!m->s->profile.compaction)
		return false;
	for (unsigned node = 0; node < m->s->info.nr_nodes; node++)
		compact_node(m, node, cpu);
	return true;
}
