/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_list.h - lists of blocks, linked through the descriptors of their first frames.
 *
 *	l.head -> 0x1000 <-> 0x1010 <-> 0x1008 <- l.tail     links are pfns, NO_PFN ends a list
 *
 * The buddy lists and the CPUs' lists are such lists; what the other fields of a descriptor say, and
 * what else counts a block, is theirs.  Every descriptor that is written is marked for the digest.
 */
#ifndef MM386_PAGE_LIST_H
#define MM386_PAGE_LIST_H

#include "internal.h"

static inline void page_list_init(struct free_list *l)
{
	*l = (struct free_list){.head = NO_PFN, .tail = NO_PFN};
}

/* What follows ${prev} is ${pfn} now; NO_PFN for ${prev}: what the list begins with. */
BUILT_IN void page_list_set_next(struct mm386 *m, struct free_list *l, pfn_t prev, pfn_t pfn)
{
	if (prev != NO_PFN) {
		m->page[prev].next = pfn;
		page_touch(m, prev);
	} else {
		l->head = pfn;
	}
}

/* What precedes ${next} is ${pfn} now; NO_PFN for ${next}: what the list ends with. */
BUILT_IN void page_list_set_prev(struct mm386 *m, struct free_list *l, pfn_t next, pfn_t pfn)
{
	if (next != NO_PFN) {
		m->page[next].prev = pfn;
		page_touch(m, next);
	} else {
		l->tail = pfn;
	}
}

/* Put ${pfn}, which is on no list, between the neighbours ${prev} and ${next}; NO_PFN is an end. */
BUILT_IN void page_list_add(struct mm386 *m, struct free_list *l, pfn_t pfn, pfn_t prev, pfn_t next)
{
	m->page[pfn].next = next;
	m->page[pfn].prev = prev;
	page_list_set_prev(m, l, next, pfn);
	page_list_set_next(m, l, prev, pfn);
	page_touch(m, pfn);
	l->nr++;
}

BUILT_IN void page_list_add_head(struct mm386 *m, struct free_list *l, pfn_t pfn)
{
	page_list_add(m, l, pfn, NO_PFN, l->head);
}

BUILT_IN void page_list_add_tail(struct mm386 *m, struct free_list *l, pfn_t pfn)
{
	page_list_add(m, l, pfn, l->tail, NO_PFN);
}

/* Take ${pfn} off ${l}.  Its own links stay as they were. */
BUILT_IN void page_list_del(struct mm386 *m, struct free_list *l, pfn_t pfn)
{
	pfn_t prev = m->page[pfn].prev, next = m->page[pfn].next;

	page_list_set_prev(m, l, next, prev);
	page_list_set_next(m, l, prev, next);
	page_touch(m, pfn);
	l->nr--;
}

#endif
