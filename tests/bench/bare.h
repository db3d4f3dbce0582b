/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bare.h - the limit that the engine's benchmarks are held against: a buddy allocator with nothing
 * around it.  Lists through descriptors, split, merge, nothing else.
 */
#ifndef MM386_BARE_H
#define MM386_BARE_H

#include <sys/mman.h>

#include "bench.h"
#include "internal.h"

#define BARE_ORDERS 11
#define BARE_FREE   1

struct bare {
	struct page *page; /* the machine's own type: the same size and the same lines touched */
	uint32_t nr_frames;
	uint32_t head[BARE_ORDERS];
};

static inline void bare_add(struct bare *b, uint32_t pfn, unsigned order)
{
	struct page *p = &b->page[pfn];

	p->flags = BARE_FREE;
	p->order = (uint8_t)order;
	p->prev = NO_PFN;
	p->next = b->head[order];
	if (p->next != NO_PFN)
		b->page[p->next].prev = pfn;
	b->head[order] = pfn;
}

static inline void bare_del(struct bare *b, uint32_t pfn)
{
	struct page *p = &b->page[pfn];

	if (p->next != NO_PFN)
		b->page[p->next].prev = p->prev;
	if (p->prev != NO_PFN)
		b->page[p->prev].next = p->next;
	else
		b->head[p->order] = p->next;
	p->flags = 0;
}

/* Called, as any allocator is: built into a loop it would do less than serve requests. */
#define BARE_CALLED __attribute__((noinline, unused)) static

BARE_CALLED uint32_t bare_alloc(struct bare *b, unsigned order)
{
	for (unsigned o = order; o < BARE_ORDERS; o++) {
		uint32_t pfn = b->head[o];

		if (pfn == NO_PFN)
			continue;
		bare_del(b, pfn);
		for (; o > order; o--)
			bare_add(b, pfn + (1u << (o - 1)), o - 1);
		b->page[pfn].order = (uint8_t)order;
		return pfn;
	}
	return NO_PFN;
}

BARE_CALLED void bare_free(struct bare *b, uint32_t pfn, unsigned order)
{
	for (; order + 1 < BARE_ORDERS; order++) {
		uint32_t buddy = pfn ^ 1u << order;

		if (buddy >= b->nr_frames || b->page[buddy].flags != BARE_FREE ||
		    b->page[buddy].order != order)
			break;
		bare_del(b, buddy);
		pfn &= buddy;
	}
	bare_add(b, pfn, order);
}

/* Free is what a machine that just booted has free: ${kind} of its frames. */
static inline void bare_init(struct bare *b, const uint8_t *kind, uint32_t nr_frames)
{
	b->nr_frames = nr_frames;
	b->page = mmap(NULL, b->nr_frames * sizeof(*b->page), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (b->page == MAP_FAILED)
		abort();
	(void)madvise(b->page, b->nr_frames * sizeof(*b->page),
		      MADV_HUGEPAGE); /* as the engine does */
	for (unsigned o = 0; o < BARE_ORDERS; o++)
		b->head[o] = NO_PFN;
	for (uint32_t pfn = 0; pfn < b->nr_frames; pfn++)
		if (kind[pfn] == MM386_KIND_FREE)
			bare_free(b, pfn, 0);
}

static inline void bare_exit(struct bare *b)
{
	munmap(b->page, b->nr_frames * sizeof(*b->page));
}

#endif
