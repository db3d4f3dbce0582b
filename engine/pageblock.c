/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pageblock.c - memory cut into blocks of 2^pageblock_order frames, each of one migrate type.
 *
 * Zones need not begin where a page block does.  Up to 3.7 page blocks were counted from the zone's
 * first frame all the same, while their free frames were moved by aligned ones:
 *
 *	zone from 0x377fe    counted  0x377fe..0x37bfd, 0x37bfe.. up to 3.7
 *	                     and      0x37400..0x377ff, 0x37800.. since
 *
 * Kernel: mm/page_alloc.c memmap_init_zone(), pfn_to_bitidx(), build_all_zonelists(),
 * set_pageblock_migratetype(), move_freepages_block() [2.6.24 .. 6.1].
 */
#include "pageblock.h"

/* ---- boot ---------------------------------------------------------------------------- */

void pageblock_layout(const struct profile *p, struct mm386_info *info)
{
	bool grouped = p->fallback != FALLBACK_NONE;

	info->nr_migratetypes = grouped ? MM386_MIGRATETYPES : 1;
	info->pageblock_order = grouped ? p->huge_page_order : 0;
}

/* Where the zone's page block 0 begins. */
static pfn_t first_pfn(const struct profile *p, const struct mm386_info *info, pfn_t start)
{
	return p->pageblock_from_zone ? start : start & ~((1u << info->pageblock_order) - 1);
}

uint32_t pageblock_count(const struct profile *p, const struct mm386_info *info, pfn_t start,
			 pfn_t end)
{
	if (!info->pageblock_order || start == end)
		return 0;
	return (end - first_pfn(p, info, start) - 1) / (1u << info->pageblock_order) + 1;
}

/*
 * Frames that this kernel knows as RAM.  Holes, what the firmware keeps and RAM that the command
 * line hides have descriptors, but memblock.memory has them not.
 */
static bool is_memory(const struct mm386 *m, pfn_t pfn)
{
	return m->kind[pfn] != MM386_KIND_HOLE && m->kind[pfn] != MM386_KIND_RESERVED &&
	       m->kind[pfn] != MM386_KIND_LOST;
}

/* Whether page blocks are of memory's sections, not of zones. */
static bool has_sections(const struct mm386 *m)
{
	return m->s->boot.numa && m->s->profile.numa_sections;
}

static void boot_types(struct mm386 *m, struct zone *z)
{
	enum pageblock_init_rule rule = m->s->profile.pageblock_init;
	uint32_t size = 1u << m->s->info.pageblock_order;

	if (rule == PAGEBLOCK_INIT_ALL) {
		memset(m->pageblock + z->first_pageblock, MM386_MIGRATE_MOVABLE, z->nr_pageblocks);
		return;
	}
	for (pfn_t pfn = (z->start_pfn + size - 1) & ~(size - 1); pfn < z->end_pfn; pfn += size)
		if (rule == PAGEBLOCK_INIT_ALIGNED || is_memory(m, pfn))
			*pageblock_of(m, z, pfn) = MM386_MIGRATE_MOVABLE;
	/* With sections it is one page block for both zones that it lies in. */
	if (has_sections(m) && z->nr_pageblocks && z->start_pfn != z->pageblock_start &&
	    is_memory(m, z->pageblock_start))
		*pageblock_of(m, z, z->start_pfn) = MM386_MIGRATE_MOVABLE;
}

/*
 * Grouping is off where memory is too small for a page block of each type.
 * Kernel: memmap_init_zone(), then build_all_zonelists() [2.6.24 .. 6.1].
 */
void pageblock_boot(struct mm386 *m)
{
	struct state *s = m->s;
	uint32_t first = 0;

	if (!s->info.pageblock_order)
		return;
	s->mobility_disabled = s->boot.zonelist_pages < (uint32_t)MM386_MIGRATETYPES
								<< s->info.pageblock_order;
	for (unsigned i = 0; i < s->info.nr_zones; i++) {
		struct zone *z = &s->zone[i];

		z->first_pageblock = first;
		z->pageblock_start = first_pfn(&s->profile, &s->info, z->start_pfn);
		z->nr_pageblocks = pageblock_count(&s->profile, &s->info, z->start_pfn, z->end_pfn);
		first += z->nr_pageblocks;
		if (!(s->mobility_disabled && s->profile.disabled_hides_types))
			boot_types(m, z);
	}
}

/* ---- page blocks ---------------------------------------------------------------------- */

/* The page block that begins at ${start} may lie in another zone than ${z}, too, which is told. */
static void retype_shared(struct mm386 *m, const struct zone *z, pfn_t start, enum mm386_migratetype mt)
{
	uint32_t size = 1u << m->s->info.pageblock_order;

	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		struct zone *other = &m->s->zone[i];
		pfn_t pfn = start > other->start_pfn ? start : other->start_pfn;
		enum mm386_migratetype from;

		if (other == z || pfn >= other->end_pfn || pfn >= start + size)
			continue;
		from = pageblock_mt(m, other, pfn);
		if (from == mt)
			continue;
		pageblock_set_mt(m, other, pfn, mt);
		event_emit(m, MM386_EVENT_PAGEBLOCK, start, other->id, from, mt, 0, 0);
	}
}

/* set_pageblock_migratetype(): with grouping off there is UNMOVABLE alone. */
void pageblock_retype(struct mm386 *m, struct zone *z, pfn_t pfn, enum mm386_migratetype mt)
{
	enum mm386_migratetype from = pageblock_mt(m, z, pfn);
	uint32_t mask = (1u << m->s->info.pageblock_order) - 1;

	if (m->s->mobility_disabled &&
	    (mt <= MM386_MIGRATE_RECLAIMABLE || !m->s->profile.disabled_has_special))
		mt = MM386_MIGRATE_UNMOVABLE;
	if (mt == from)
		return;
	pageblock_set_mt(m, z, pfn, mt);
	event_emit(m, MM386_EVENT_PAGEBLOCK, pfn - ((pfn - z->pageblock_start) & mask), z->id, from,
		   mt, 0, 0);
	if (has_sections(m))
		retype_shared(m, z, pfn & ~mask, mt);
}

/*
 * The frames of a page block that are looked at when its free ones move.  These are
 * aligned, however page blocks are counted; at a zone's start it is from the block
 * asked for, and what reaches past the zone's end is not moved at all.
 */
static bool frames_of(const struct mm386 *m, const struct zone *z, pfn_t pfn, pfn_t *start,
		      pfn_t *end)
{
	uint32_t size = 1u << m->s->info.pageblock_order;

	*start = pfn & ~(size - 1);
	*end = *start + size;
	if (*start < z->start_pfn)
		*start = pfn;
	return *end <= z->end_pfn;
}

bool pageblock_look(const struct mm386 *m, const struct zone *z, pfn_t pfn,
		    struct pageblock_contents *c)
{
	pfn_t start, end;

	*c = (struct pageblock_contents){0};
	if (!frames_of(m, z, pfn, &start, &end))
		return false;
	for (pfn_t p = start; p < end;) {
		const struct page *page = &m->page[p];
		uint32_t count = page->flags ? 1u << page->order : 1;
		uint32_t inside = count < end - p ? count : end - p;

		if (page->flags & PF_BUDDY) {
			c->free += count;
		} else if (block_is_movable(m, p)) {
			c->movable += inside;
		} else if ((page->flags & PF_HEAD) && page->op == MM386_OP_RMQUEUE) {
			c->unknown += inside;
			c->likely += page->mt == MM386_MIGRATE_MOVABLE ? inside : 0;
		}
		p += count;
	}
	c->whole = start == (pfn & ~((1u << m->s->info.pageblock_order) - 1));
	return c->free > 0;
}

bool pageblock_move_free(struct mm386 *m, struct zone *z, pfn_t pfn, enum mm386_migratetype mt)
{
	pfn_t start, end;
	bool moved = false;

	if (!frames_of(m, z, pfn, &start, &end))
		return false;
	for (pfn_t p = start; p < end; p += m->page[p].flags ? 1u << m->page[p].order : 1) {
		if (!(m->page[p].flags & PF_BUDDY))
			continue;
		buddy_move(m, z, p, mt);
		moved = true;
	}
	return moved;
}

bool pageblock_give(struct mm386 *m, struct zone *z, pfn_t pfn, enum mm386_migratetype mt)
{
	pageblock_retype(m, z, pfn, mt);
	return pageblock_move_free(m, z, pfn, mt);
}
