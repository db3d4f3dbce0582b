/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * movable.c - where ZONE_MOVABLE begins, when kernelcore= or movablecore= asks for one.
 *
 *	node 0	DMA | Normal    | HighMem ... | Movable
 *		├── the kernel's share ───────┤ what is left of the highest zone
 *
 * The kernel's share is dealt evenly to the nodes and laid from the bottom of each; zones below the
 * highest serve it whole.  A node that has less than its share leaves the rest to the others, so
 * the deal is repeated.
 *
 * Kernel: find_zone_movable_pfns_for_nodes() [2.6.23 .. 6.1].
 */
#include "boot.h"

#define MAX_ORDER_PAGES 1024u

static uint64_t total_pages(const struct boot *b)
{
	uint64_t total = 0, start, end;

	for (unsigned n = 0; n < b->plan->info.nr_nodes; n++)
		for (unsigned i = 0; nodes_active_range(b, n, i, &start, &end); i++)
			total += end - start;
	return total;
}

/* Pages that the kernel asks for itself; 0: nothing is to be movable. */
static uint64_t core_pages(const struct boot *b)
{
	const struct memory_options *o = &b->opt;
	uint64_t total = total_pages(b), core = o->kernelcore_pages, movable = o->movablecore_pages;

	/* The kernel multiplies in 32 bits, and so may wrap. */
	if (o->kernelcore_percent)
		core = (uint32_t)(total * 100 * o->kernelcore_percent) / 10000;
	if (o->movablecore_percent)
		movable = (uint32_t)(total * 100 * o->movablecore_percent) / 10000;
	if (movable) {
		movable = ROUND_UP(movable, MAX_ORDER_PAGES);
		movable = movable < total ? movable : total;
		core = total - movable > core ? total - movable : core;
	}
	return core < total ? core : 0;
}

static uint64_t less(uint64_t from, uint64_t what)
{
	return from > what ? from - what : 0;
}

/* Lay up to ${share} pages from node ${n}'s bottom on; ${core} is what is still to be laid
 * anywhere. */
static void lay_share(const struct boot *b, unsigned n, uint64_t usable, uint64_t share,
		      uint64_t *core, uint64_t *movable)
{
	uint64_t start, end, pages;

	for (unsigned i = 0; nodes_active_range(b, n, i, &start, &end); i++) {
		start = start > *movable ? start : *movable;
		if (start >= end)
			continue;
		if (start < usable) {
			pages = (end < usable ? end : usable) - start;
			share = less(share, pages);
			*core = less(*core, pages);
			if (end <= usable) {
				*movable = end;
				continue;
			}
			start = usable;
		}
		pages = end - start < share ? end - start : share;
		*movable = start + pages;
		*core = less(*core, pages);
		share -= pages;
		if (!share)
			break;
	}
}

void movable_find(const struct boot *b, uint64_t usable, uint64_t start[MM386_NODES_MAX])
{
	uint64_t core = core_pages(b), share;
	unsigned nr = b->plan->info.nr_nodes, left = nr;

	if (!core)
		return;
	do {
		share = core / left;
		for (unsigned n = 0; n < nr; n++) {
			if (core < share)
				share = core / left;
			lay_share(b, n, usable, share, &core, &start[n]);
		}
		left--;
	} while (left && core > left);
	for (unsigned n = 0; n < nr; n++)
		start[n] = ROUND_UP(start[n], MAX_ORDER_PAGES);
}
