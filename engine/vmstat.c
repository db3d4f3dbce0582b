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

/* The engine's own event counter behind ${c}, or NULL. */
static uint64_t *event_counter(const struct mm386 *m, const struct counter_desc *c)
{
	int type = c->source == COUNTER_ZONE_EVENT ? zone_type_named(m, c->zone) : 0;

	if (type < 0 || (c->source != COUNTER_VM_EVENT && c->source != COUNTER_ZONE_EVENT))
		return NULL;
	return &m->s->vm_event[c->arg + type];
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
	const uint64_t *event = event_counter(m, c);

	assert(index < nr_indexes(m, c));
	if (c->source == COUNTER_FREE_PAGES)
		return m->s->zone[index].nr_free;
	return event ? *event : m->s->counter[i][index];
}

uint64_t counter_sum(const struct mm386 *m, unsigned i)
{
	unsigned n = nr_indexes(m, profile_counter(&m->s->profile, i));
	uint64_t sum = 0;

	for (unsigned index = 0; index < n; index++)
		sum += counter_value(m, i, index);
	return sum;
}

int mm386_set_counter(struct mm386 *m, const char *name, unsigned index, uint64_t value)
{
	const struct counter_desc *c;
	uint64_t *event;

	for (unsigned i = 0; (c = profile_counter(&m->s->profile, i)); i++) {
		if (c->scope == COUNTER_NONE || strcmp(c->name, name) != 0)
			continue;
		if (c->source == COUNTER_FREE_PAGES)
			return -EPERM;
		if (index >= nr_indexes(m, c))
			return -ERANGE;
		event = event_counter(m, c);
		*(event ? event : &m->s->counter[i][index]) = value;
		m->s->counters_told = true;
		return 0;
	}
	return -ENOENT;
}
