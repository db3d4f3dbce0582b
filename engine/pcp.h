/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcp.h - which of a CPU's lists a block goes to, and what a list is of.
 *
 *	hot, cold                                    2.6.0 .. 2.6.24
 *	all                                          2.6.25 .. 2.6.31
 *	U R M                                        2.6.32 .. 5.13
 *	U M R of order 0, .. of order 3, huge pages  5.14 and later
 */
#ifndef MM386_PCP_H
#define MM386_PCP_H

#include "internal.h"

enum { PCP_HOT, PCP_COLD }; /* lists of PCP_HOT_COLD */

#define PCP_TYPES_NR   3			       /* UNMOVABLE, MOVABLE, RECLAIMABLE */
#define PCP_LOW_ORDERS 4			       /* PAGE_ALLOC_COSTLY_ORDER + 1 */
#define PCP_HUGE_LISTS (PCP_TYPES_NR * PCP_LOW_ORDERS) /* number of the first one */
_Static_assert(PCP_HUGE_LISTS + 2 == PCP_LISTS, "one list an order and type, two for huge pages");

static inline const struct pcp_rules *pcp_rules_of(const struct mm386 *m)
{
	return &m->s->profile.pcp;
}

/* Lists stand in the order of the kernel's own numbers of types, which is that of draining. */
static inline unsigned pcp_type_place(const struct mm386 *m, enum mm386_migratetype mt)
{
	if (mt == MM386_MIGRATE_UNMOVABLE)
		return 0;
	return (mt == MM386_MIGRATE_RECLAIMABLE) == m->s->profile.migrate_movable_2nd ? 2 : 1;
}

/*
 * The list of blocks of ${order} that are handed out as ${mt}.  What lies in a page block of
 * RESERVE or HIGHATOMIC is listed as MOVABLE.
 */
static inline unsigned pcp_list_index(const struct mm386 *m, unsigned order,
				      enum mm386_migratetype mt)
{
	const struct pcp_rules *r = pcp_rules_of(m);

	if (r->layout < PCP_TYPES)
		return PCP_HOT;
	if (mt == MM386_MIGRATE_RESERVED)
		mt = MM386_MIGRATE_MOVABLE;
	if (order >= PCP_LOW_ORDERS)
		return PCP_HUGE_LISTS + (r->huge_lists == 2 && mt == MM386_MIGRATE_MOVABLE);
	return PCP_TYPES_NR * order + pcp_type_place(m, mt);
}

/* What the blocks of list ${l} are handed out as; UNMOVABLE where lists have no type. */
static inline enum mm386_migratetype pcp_list_type(const struct mm386 *m, unsigned l)
{
	static const enum mm386_migratetype types[2][PCP_TYPES_NR] = {
		{MM386_MIGRATE_UNMOVABLE, MM386_MIGRATE_RECLAIMABLE, MM386_MIGRATE_MOVABLE},
		{MM386_MIGRATE_UNMOVABLE, MM386_MIGRATE_MOVABLE, MM386_MIGRATE_RECLAIMABLE},
	};

	if (pcp_rules_of(m)->layout < PCP_TYPES)
		return MM386_MIGRATE_UNMOVABLE;
	if (l >= PCP_HUGE_LISTS)
		return l > PCP_HUGE_LISTS ? MM386_MIGRATE_MOVABLE : MM386_MIGRATE_UNMOVABLE;
	return types[m->s->profile.migrate_movable_2nd][l % PCP_TYPES_NR];
}

static inline unsigned pcp_list_order(const struct mm386 *m, unsigned l)
{
	if (pcp_rules_of(m)->layout < PCP_TYPES)
		return 0;
	return l >= PCP_HUGE_LISTS ? m->s->info.pageblock_order : l / PCP_TYPES_NR;
}

static inline unsigned pcp_nr_lists(const struct mm386 *m)
{
	const struct pcp_rules *r = pcp_rules_of(m);

	switch (r->layout) {
	case PCP_NONE:
		return 0;
	case PCP_HOT_COLD:
		return 2;
	case PCP_ONE:
		return 1;
	case PCP_TYPES:
		return PCP_TYPES_NR;
	case PCP_ORDERS:
		break;
	}
	return PCP_HUGE_LISTS + r->huge_lists;
}

static inline bool pcp_list_is_cold(const struct mm386 *m, unsigned l)
{
	return l == PCP_COLD && pcp_rules_of(m)->layout == PCP_HOT_COLD;
}

/* ---- pcp_tune.c: 6.7 and later ------------------------------------------------------- */
/* Blocks that a refill asks for; high may grow by it. */
uint32_t pcp_tune_refill(const struct mm386 *m, const struct zone *z, struct pcp *p, unsigned order);
/* A block of ${order} was freed and is on its list: how many pages go back for it, 0 if none. */
uint32_t pcp_tune_freed(const struct mm386 *m, const struct zone *z, struct pcp *p, unsigned order);
/* Pages went back: the zone may be above its high mark again. */
void pcp_tune_drained(struct mm386 *m, struct zone *z);

#endif
