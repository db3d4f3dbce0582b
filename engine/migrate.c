/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * migrate.c - a page moves to another frame and stays who it was.
 *
 * The frame's contents and everything that the kernel knows of them goes along: who
 * asked for it, what it counts, what maps it.  The old frame is freed like any
 * other page, so it lands on a CPU's list first.
 *
 * Kernel: mm/migrate.c migrate_pages(), unmap_and_move() [6.1, before pages were
 * unmapped in batches]; mm/compaction.c compaction_alloc().  Left out: the page
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

static pfn_t take_room(struct mm386 *m, struct compact *c)
{
	pfn_t pfn;

	if (c->free_list == NO_PFN)
		scan_free(m, c);
	pfn = c->free_list;
	if (pfn == NO_PFN)
		return NO_PFN;
	c->free_list = m->page[pfn].next;
	m->page[pfn].next = 0;
	c->nr_free--;
	return pfn;
}

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
