/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmstat.c - the counters behind /proc/vmstat and /proc/zoneinfo.
 *
 * What the engine counts is read where it is kept (free pages from the zones, events
 * from state.vm_event); everything else is what somebody told, 0 on a machine that
 * booted here: rooms that would count it are not there.
 */
#include "internal.h"

/* The type of the zone called ${name}, or -1. */
static int zone_type_named(const struct mm386 *m, const char *name)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		if (strcmp(m->s->zone[i].name, name) == 0)
			return (int)m->s->zone[i].type;
	return -1;
}

bool counter_is_printed(const struct mm386 *m, unsigned i)
{
	const struct counter_desc *c = profile_counter(&m->s->profile, i);

	if (m->s->counter[i][0] == MM386_COUNTER_ABSENT)
		return false;
	if (c->source == COUNTER_NUMA_EVENT && !m->s->boot.numa)
		return false;
	return c->scope != COUNTER_NONE && (!c->zone || zone_type_named(m, c->zone) >= 0);
}

/* Events of the engine's own behind ${c}: the first of *${n}; NULL if it does not count them. */
static uint64_t *own_events(const struct mm386 *m, const struct counter_desc *c, unsigned *n)
{
	int type = 0;

	switch (c->source) {
	case COUNTER_VM_EVENT:
		*n = 1;
		break;
	case COUNTER_ZONE_EVENT:
		*n = 1;
		type = zone_type_named(m, c->zone);
		break;
	case COUNTER_ZONE_EVENTS:
		*n = MM386_ZONE_TYPES;
		break;
	default:
		return NULL;
	}
	return type < 0 ? NULL : &m->s->vm_event[c->arg + type];
}

static unsigned nr_indexes(const struct mm386 *m, const struct counter_desc *c)
{
	switch (c->scope) {
	case COUNTER_ZONE:
		return m->s->info.nr_zones;
	case COUNTER_NODE:
		return m->s->info.nr_nodes;
	default:
		return 1;
	}
}

uint64_t counter_value(const struct mm386 *m, unsigned i, unsigned index)
{
	const struct counter_desc *c = profile_counter(&m->s->profile, i);
	unsigned n = 0;
	const uint64_t *event = own_events(m, c, &n);
	uint64_t sum = 0;

	assert(index < nr_indexes(m, c));
	if (c->source == COUNTER_FREE_PAGES)
		return m->s->zone[index].nr_free + m->s->counter[i][index];
	if (c->source == COUNTER_NUMA_EVENT)
		return m->s->zone[index].numa_event[c->arg];
	if (!event)
		return m->s->counter[i][index];
	while (n > 0)
		sum += event[--n];
	return sum;
}

uint64_t counter_sum(const struct mm386 *m, unsigned i)
{
	unsigned n = nr_indexes(m, profile_counter(&m->s->profile, i));
	uint64_t sum = 0;

	for (unsigned index = 0; index < n; index++)
		sum += counter_value(m, i, index);
	return sum;
}

/* The place of the line called ${name} in this release, or -1. */
static int counter_find(const struct mm386 *m, const char *name)
{
	const struct counter_desc *c;

	for (unsigned i = 0; (c = profile_counter(&m->s->profile, i)); i++)
		if (counter_is_printed(m, i) && strcmp(c->name, name) == 0)
			return (int)i;
	return -1;
}

uint64_t counter_named(const struct mm386 *m, const char *name, int index)
{
	int i = counter_find(m, name);

	if (i < 0)
		return 0;
	return index < 0 ? counter_sum(m, (unsigned)i) : counter_value(m, (unsigned)i, (unsigned)index);
}

uint64_t counter_free_pages(const struct mm386 *m, const struct zone *z)
{
	int i = counter_find(m, "nr_free_pages");

	return i < 0 ? z->nr_free : counter_value(m, (unsigned)i, z->id);
}

/* The number of ${x}'s highest bit, from 1; 0 for none. */
static unsigned fls(uint32_t x)
{
	unsigned n = 0;

	for (; x; x >>= 1)
		n++;
	return n;
}

/* More with more CPUs and with each 128 MiB, 125 at most. */
unsigned counter_threshold(const struct mm386 *m, const struct zone *z)
{
	uint32_t pages = m->s->profile.present == PRESENT_REAL ? z->managed : z->present;
	unsigned n = 2 * fls(m->s->info.cpus) * (1 + fls(pages >> (27 - MM386_PAGE_SHIFT)));

	return n < 125 ? n : 125;
}

/*
 * What was told of free pages may differ from the lists by what the CPUs have not added up
 * yet; that share is kept, modulo 2^64.
 */
static int tell_free_pages(struct mm386 *m, unsigned i, unsigned zone, uint64_t value)
{
	const struct zone *z = &m->s->zone[zone];
	int64_t share = (int64_t)value - z->nr_free, most = counter_threshold(m, z) * m->s->info.cpus;

	if (share < -most || share > most)
		return -EPERM;
	m->s->counter[i][zone] = (uint64_t)share;
	m->s->counters_told = true;
	return 0;
}

/* What is no counter, but printed beside them and as little known here. */
static int tell_node(struct mm386 *m, const char *name, unsigned index, uint64_t value)
{
	if (strcmp(name, "node_unreclaimable") != 0)
		return -ENOENT;
	if (index >= m->s->info.nr_nodes)
		return -ERANGE;
	m->s->node[index].unreclaimable = (uint32_t)value;
	m->s->counters_told = true;
	return 0;
}

/* The kernel was built without what it counts. */
static int tell_absent(struct mm386 *m, const struct counter_desc *c, unsigned i)
{
	if (!c->optional)
		return -EPERM;
	m->s->counter[i][0] = MM386_COUNTER_ABSENT;
	m->s->counters_told = true;
	return 0;
}

int mm386_set_counter(struct mm386 *m, const char *name, unsigned index, uint64_t value)
{
	int i = counter_find(m, name);
	const struct counter_desc *c;
	unsigned n = 0;
	uint64_t *event;

	if (i < 0)
		return tell_node(m, name, index, value);
	c = profile_counter(&m->s->profile, (unsigned)i);
	if (index >= nr_indexes(m, c))
		return -ERANGE;
	if (value == MM386_COUNTER_ABSENT)
		return tell_absent(m, c, (unsigned)i);
	if (c->source == COUNTER_FREE_PAGES)
		return tell_free_pages(m, (unsigned)i, index, value);
	event = own_events(m, c, &n);
	if (c->source == COUNTER_NUMA_EVENT) {
		m->s->zone[index].numa_event[c->arg] = value;
		return 0;
	}
	if (event) {
		memset(event, 0, n * sizeof(*event));
		*event = value;
		return 0;
	}
	m->s->counter[i][index] = value;
	m->s->counters_told = true;
	return 0;
}

/* Kernel: mm/vmstat.c vmstat_show(); up to 2.6.17 mm/page_alloc.c. */
void proc_vmstat(const struct mm386 *m, struct text *t)
{
	const struct counter_desc *c;

	for (unsigned i = 0; (c = profile_counter(&m->s->profile, i)); i++)
		if (counter_is_printed(m, i))
			text_add(t, "%s %llu\n", c->name, (unsigned long long)counter_sum(m, i));
}
