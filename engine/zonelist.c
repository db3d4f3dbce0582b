/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zonelist.c - the order in which the requests of each node ask the zones.
 *
 *	node order	0 HighMem, 0 Normal, 0 DMA, 1 HighMem ...	near memory first
 *	zone order	0 HighMem, 1 HighMem, 0 Normal, 0 DMA ...	low memory last
 *
 * The nodes themselves come by their distance, the own one first, the next one before those that come
 * round again.  (The kernel would take nodes without CPUs before others, but builds these lists before i386
 * has told any node its CPUs.)  What falls back on a node is its load: of nodes as far the one with the least
 * goes first.  2.4 has no such lists across nodes: it asks one node after the other, from the own one on; what
 * a list of each would do, but for the marks, which start afresh in each node there.
 *
 * Kernel: build_zonelists() [2.4.22 .. 6.1], find_next_best_node() [2.6.5 and later],
 * default_zonelist_order() [2.6.23 .. 4.13], _alloc_pages() in mm/numa.c [2.4.22].
 */
#include "internal.h"

#define NODES_WEIGHT 256u /* outweighs every load: MAX_NODE_LOAD * MAX_NUMNODES */

static bool node_has_memory(const struct mm386 *m, unsigned node)
{
	const struct node *n = &m->s->node[node];

	return n->start_pfn < n->end_pfn;
}

static unsigned distance(const struct mm386 *m, unsigned from, unsigned to)
{
	return m->s->boot.distance[from][to];
}

/* The nearest node that ${used} has not; nr_nodes when there is none left. */
static unsigned next_best_node(const struct mm386 *m, unsigned from, unsigned used,
			       const unsigned *load)
{
	unsigned nr = m->s->info.nr_nodes, best = nr, least = UINT32_MAX;

	if (!(used & 1u << from))
		return from;
	for (unsigned n = 0; n < nr; n++) {
		unsigned cost = distance(m, from, n) + (n < from);

		if (!m->s->profile.nodes_in_turn)
			cost = cost * NODES_WEIGHT + load[n];
		if (!(used & 1u << n) && node_has_memory(m, n) && cost < least) {
			least = cost;
			best = n;
		}
	}
	return best;
}

/* What the ${i}th node in somebody's order bears by that. */
static unsigned load_of(const struct mm386 *m, unsigned i)
{
	return m->s->profile.node_load == NODE_LOAD_ONE ? 1 : m->s->info.nr_nodes - i;
}

/*
 * All nodes as seen from ${from}, and how many.  The first of those that are as far gets a load, so that
 * not every node falls back on the same.
 */
static unsigned node_order(const struct mm386 *m, unsigned from, unsigned *load,
			   uint8_t order[MM386_NODES_MAX])
{
	unsigned nr = m->s->info.nr_nodes, used = 0, prev = from, i;

	for (i = 0; i < nr; i++) {
		unsigned n = next_best_node(m, from, used, load);

		if (n == nr)
			break;
		if (distance(m, from, n) != distance(m, from, prev))
			load[n] = load_of(m, i) + (m->s->profile.node_load == NODE_LOAD_LAST ? 0 : load[n]);
		order[i] = (uint8_t)n;
		used |= 1u << n;
		prev = n;
	}
	return i;
}

static void list_add_zone(struct state *s, unsigned from, unsigned node, unsigned type,
			  unsigned per_node)
{
	unsigned i = node * per_node + type;

	if (s->zone[i].managed)
		s->zonelist[from][s->nr_zonelist[from]++] = (uint8_t)i;
}

static uint64_t node_pages(const struct state *s, unsigned node, unsigned types, unsigned per_node)
{
	uint64_t pages = 0;

	for (unsigned t = 0; t < types; t++)
		pages += s->zone[node * per_node + t].present;
	return pages;
}

/*
 * Zone order saves low memory, unless that would keep a node from memory of its own: where there is
 * no little zone of low memory, or a node has hardly anything else.
 */
static bool picks_node_order(const struct mm386 *m)
{
	const struct state *s = m->s;
	unsigned nr = s->info.nr_nodes, per_node = zones_per_node(m);
	uint64_t little = 0, total = 0;

	for (unsigned n = 0; n < nr; n++) {
		if (s->profile.zonelist == ZONELIST_BY_LOWMEM &&
		    s->zone[n * per_node + s->zone_normal].present == 0)
			return true;
		little += node_pages(s, n, s->zone_normal, per_node);
		total += node_pages(s, n, per_node, per_node);
	}
	if (!little || little > total / 2)
		return true;
	for (unsigned n = 0; n < nr; n++) {
		uint64_t own = node_pages(s, n, s->zone_normal, per_node);
		uint64_t all = node_pages(s, n, per_node, per_node);

		if (own && all > total / (nr + 1) && own > all * 70 / 100)
			return true;
	}
	return false;
}

bool zonelist_by_node(const struct mm386 *m)
{
	switch (m->s->profile.zonelist) {
	case ZONELIST_BY_ZONE:
		return false;
	case ZONELIST_BY_SIZE:
	case ZONELIST_BY_LOWMEM:
		return picks_node_order(m);
	case ZONELIST_BY_NODE:
		break;
	}
	return true;
}

void zonelist_setup(struct mm386 *m)
{
	struct state *s = m->s;
	unsigned per_node = zones_per_node(m), load[MM386_NODES_MAX] = {0};
	uint8_t order[MM386_NODES_MAX] = {0};

	for (unsigned from = 0; from < s->info.nr_nodes; from++) {
		unsigned nr = node_order(m, from, load, order);

		s->nr_zonelist[from] = s->nr_zonelist_this[from] = 0;
		for (unsigned t = per_node; t-- > 0;)
			if (s->zone[from * per_node + t].managed)
				s->zonelist_this[from][s->nr_zonelist_this[from]++] = (uint8_t)(from * per_node + t);
		if (zonelist_by_node(m)) {
			for (unsigned i = 0; i < nr; i++)
				for (unsigned t = per_node; t-- > 0;)
					list_add_zone(s, from, order[i], t, per_node);
			continue;
		}
		for (unsigned t = per_node; t-- > 0;)
			for (unsigned i = 0; i < nr; i++)
				list_add_zone(s, from, order[i], t, per_node);
	}
}
