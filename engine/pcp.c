/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcp.c - each CPU's own lists of free pages, in front of the buddy system.
 */
#include "internal.h"

void pcp_init(struct mm386 *m)
{
	for (unsigned i = 0; i < (unsigned)m->s->info.nr_zones * m->s->info.cpus; i++)
		for (unsigned l = 0; l < PCP_LISTS; l++)
			m->pcp[i].list[l] = (struct free_list){.head = NO_PFN, .tail = NO_PFN};
}

/* Without lists there is nothing to limit. */
void pcp_setup(struct mm386 *m)
{
	(void)m;
}

static void drain(struct mm386 *m, struct zone *z, unsigned cpu)
{
	assert(pcp_of(m, z, cpu)->count == 0);
}

void pcp_drain_cpu(struct mm386 *m, unsigned cpu)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		drain(m, &m->s->zone[i], cpu);
}

void pcp_drain_zone(struct mm386 *m, struct zone *z)
{
	for (unsigned cpu = 0; cpu < m->s->info.cpus; cpu++)
		drain(m, z, cpu);
}

void pcp_drain_all(struct mm386 *m)
{
	for (unsigned cpu = 0; cpu < m->s->info.cpus; cpu++)
		pcp_drain_cpu(m, cpu);
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
	};
}

size_t mm386_pcp_list(const struct mm386 *m, unsigned zone, unsigned cpu, unsigned list,
		      mm386_pfn_t *out, size_t max)
{
	size_t n = 0;

	assert(list < PCP_LISTS);
	assert(zone < m->s->info.nr_zones);
	for (pfn_t pfn = pcp_of(m, &m->s->zone[zone], cpu)->list[list].head; pfn != NO_PFN && n < max;
	     pfn = m->page[pfn].next)
		out[n++] = pfn;
	return n;
}
