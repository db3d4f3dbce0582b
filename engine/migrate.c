/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * migrate.c - a page moves to another frame and stays who it was.
 *
 * The frame's contents and everything that the kernel knows of them goes along: who
 * asked for it, what it counts, what maps it.  The old frame is freed like any
 * other page, so it lands on a CPU's list first.
 *
 * Kernel: mm/migrate.c migrate_pages(), unmap_and_move() [6.1, before pages were
 * unmapped in batches]; mm/compaction.c compaction_alloc() [6.1, 6.12].  Left out: the page
 * tables that are changed meanwhile, and pages that resist for a while.
 */
#include "compact.h"

/* Give ${to} what ${from} has; ${from} is an allocated page without an owner after that. */
static void move_page(struct mm386 *m, const struct compact *c, pfn_t from, pfn_t to)
{
	struct page *old = &m->page[from], *new = &m->page[to];
	uint32_t *recent = &m->recent[old->owner & m->s->recent_mask];

	*new = *old;
	*old = (struct page){.flags = PF_HEAD, .refcount = 1, .zone = old->zone, .mt = old->mt};
	page_touch(m, from);
	frames_set_kind(m, to, 1, (enum mm386_kind)m->kind[from]);
	if (*recent == from)
		*recent = to;
	event_emit(m, MM386_EVENT_MIGRATE_PAGE, from, to, 0, c->zone->id, 0, 0);
	page_free(m, from, 0, c->cpu);
}

/* ---- room ------------------------------------------------------------------------------ */

void room_add(struct mm386 *m, struct compact *c, pfn_t pfn, unsigned order, bool tail)
{
	m->page[pfn] = (struct page){.flags = PF_HEAD,
				     .order = (uint8_t)order,
				     .refcount = 1,
				     .zone = (uint8_t)c->zone->id,
				     .mt = MM386_MIGRATE_MOVABLE,
				     .next = tail ? NO_PFN : c->room[order]};
	if (!tail || c->room[order] == NO_PFN)
		c->room[order] = pfn;
	else
		m->page[c->room_tail[order]].next = pfn;
	if (tail || m->page[pfn].next == NO_PFN)
		c->room_tail[order] = pfn;
	page_touch(m, pfn);
}

unsigned room_order(const struct mm386 *m, const struct compact *c)
{
	unsigned order = 0;

	while (order < m->s->info.orders && c->room[order] == NO_PFN)
		order++;
	return order;
}

pfn_t room_take(struct mm386 *m, struct compact *c, unsigned order)
{
	pfn_t pfn = c->room[order];

	c->room[order] = m->page[pfn].next;
	m->page[pfn].next = 0;
	page_touch(m, pfn);
	return pfn;
}

/* A single frame, the first of the smallest block; the rest of that comes first the next time. */
static pfn_t take_room(struct mm386 *m, struct compact *c)
{
	unsigned order = room_order(m, c);
	pfn_t pfn;

	if (order == m->s->info.orders) {
		scan_free(m, c);
		order = room_order(m, c);
	}
	if (order == m->s->info.orders)
		return NO_PFN;
	pfn = room_take(m, c, order);
	while (order > 0) {
		order--;
		room_add(m, c, pfn + (1u << order), order, false);
	}
	m->page[pfn].order = 0;
	c->nr_free--;
	c->nr_migrate -= m->s->profile.compact_whole_blocks;
	return pfn;
}

/* ---- moving ---------------------------------------------------------------------------- */

bool migrate_pages(struct mm386 *m, struct compact *c)
{
	while (c->migrate_list != NO_PFN) {
		pfn_t from = c->migrate_list, to = take_room(m, c);

		if (to == NO_PFN) {
			m->s->vm_event[VM_PGMIGRATE_FAIL]++;
			event_emit(m, MM386_EVENT_MIGRATE_FAIL, from, 1, MM386_STUCK_NO_ROOM,
				   c->zone->id, 0, 0);
			scan_putback(m, c);
			return false;
		}
		c->migrate_list = m->page[from].next;
		m->page[from].next = 0;
		move_page(m, c, from, to);
		m->s->vm_event[VM_PGMIGRATE_SUCCESS]++;
	}
	c->nr_migrate = 0;
	return true;
}
