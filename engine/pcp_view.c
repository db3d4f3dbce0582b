/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcp_view.c - what is on the CPUs' lists: for who looks at them, and for bookkeeping.
 */
#include "pcp.h"

/* ---- bookkeeping --------------------------------------------------------------------- */

uint32_t pcp_nr_pages(const struct mm386 *m, const struct zone *z)
{
	uint32_t pages = 0;

	for (unsigned cpu = 0; cpu < m->s->info.cpus; cpu++)
		pages += pcp_of(m, z, cpu)->count + pcp_of(m, z, cpu)->cold_count;
	return pages;
}

/* A block on list ${l} of that zone and CPU may be one of ${order} and ${mt}. */
static bool belongs(const struct mm386 *m, unsigned l, unsigned order, enum mm386_migratetype mt)
{
	if (mt >= MM386_MIGRATE_ISOLATE || order != pcp_list_order(m, l))
		return false;
	return pcp_list_is_cold(m, l) || pcp_list_index(m, order, mt) == l;
}

/* The pages of one list, or UINT32_MAX if it is broken. */
static uint32_t list_pages(const struct mm386 *m, const struct zone *z, unsigned cpu, unsigned l)
{
	const struct free_list *list = &pcp_of(m, z, cpu)->list[l];
	uint32_t nr = 0;
	pfn_t prev = NO_PFN;

	for (pfn_t pfn = list->head; pfn != NO_PFN; prev = pfn, pfn = m->page[pfn].next) {
		const struct page *p = pfn < m->s->nr_frames ? &m->page[pfn] : NULL;

		if (!p || nr++ == list->nr || p->flags != PF_PCP || p->prev != prev)
			return UINT32_MAX;
		if (p->zone != z->id || p->cpu != cpu ||
		    !belongs(m, l, p->order, (enum mm386_migratetype)p->mt))
			return UINT32_MAX;
	}
	if (nr != list->nr || list->tail != prev)
		return UINT32_MAX;
	return nr ? nr << pcp_list_order(m, l) : 0;
}

static bool cpu_is_valid(const struct mm386 *m, const struct zone *z, unsigned cpu)
{
	const struct pcp *p = pcp_of(m, z, cpu);
	uint32_t count = 0, cold = 0;

	for (unsigned l = 0; l < PCP_LISTS; l++) {
		uint32_t pages = list_pages(m, z, cpu, l);

		if (pages == UINT32_MAX || (pages && l >= pcp_nr_lists(m)))
			return false;
		*(pcp_list_is_cold(m, l) ? &cold : &count) += pages;
	}
	return count == p->count && cold == p->cold_count;
}

bool pcp_is_valid(const struct mm386 *m)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		for (unsigned cpu = 0; cpu < m->s->info.cpus; cpu++)
			if (!cpu_is_valid(m, &m->s->zone[i], cpu))
				return false;
	return true;
}

/* ---- reading ----------------------------------------------------------------------- */

static const char *list_name(const struct mm386 *m, unsigned l)
{
	static const char *const names[PCP_TYPES_NR] = {"Unmovable", "Movable", "Reclaimable"};
	const struct pcp_rules *r = pcp_rules_of(m);

	if (r->layout == PCP_HOT_COLD)
		return l == PCP_COLD ? "cold" : "hot";
	if (r->layout == PCP_ONE)
		return "all";
	if (l >= PCP_HUGE_LISTS && r->huge_lists == 1)
		return "huge";
	return names[pcp_list_type(m, l)];
}

void mm386_pcp(const struct mm386 *m, unsigned zone, unsigned cpu, struct mm386_pcp_view *out)
{
	const struct pcp *p;

	assert(zone < m->s->info.nr_zones);
	assert(cpu < m->s->info.cpus);
	p = pcp_of(m, &m->s->zone[zone], cpu);
	*out = (struct mm386_pcp_view){
		.count = p->count,
		.high = p->high,
		.batch = p->batch,
		.cold_count = p->cold_count,
		.cold_high = p->cold_high,
		.cold_batch = p->cold_batch,
		.high_min = p->tune.high_min,
		.high_max = p->tune.high_max,
		.nr_lists = pcp_nr_lists(m),
	};
	for (unsigned l = 0; l < out->nr_lists; l++) {
		out->list[l].name = list_name(m, l);
		out->list[l].order = (uint8_t)pcp_list_order(m, l);
		out->list[l].migratetype = (uint8_t)pcp_list_type(m, l);
		out->list[l].nr = p->list[l].nr;
	}
}

size_t mm386_pcp_list(const struct mm386 *m, unsigned zone, unsigned cpu, unsigned list,
		      mm386_pfn_t *out, size_t max)
{
	size_t n = 0;

	assert(list < PCP_LISTS);
	assert(zone < m->s->info.nr_zones);
	assert(cpu < m->s->info.cpus);
	for (pfn_t pfn = pcp_of(m, &m->s->zone[zone], cpu)->list[list].head;
	     pfn != NO_PFN && n < max; pfn = m->page[pfn].next)
		out[n++] = pfn;
	return n;
}
