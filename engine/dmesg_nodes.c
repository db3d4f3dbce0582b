/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dmesg_nodes.c - which memory is whose, out of a NUMA kernel's log.
 *
 * The same is told in several ways, and each kernel prints some of them; the first that is there counts:
 *	chunk 0 nid 0 start_pfn 00000000 end_pfn 000e0000	the firmware's table; also SRAT: Node 0 PXM 0 ...
 *	node   0: [mem 0x00001000-0x0009ffff]			RAM of each node
 *	Node: 1, start_pfn: 1048576, end_pfn: 2097152
 *	Shrinking node 1 from 2097152 pages to 2086400 pages	with "On node 1 totalpages: 1037824"
 */
#include <stdio.h>

#include "dmesg.h"
#include "solve.h"

static void range_add(struct dmesg_ranges *l, unsigned node, uint64_t start, uint64_t end)
{
	if (l->nr < MM386_NODE_RANGES_MAX && start < end)
		l->range[l->nr++] = (struct mm386_node_range){start, end - 1, node};
}

int dmesg_chunk(struct reading *r, const char *line, const char *at)
{
	unsigned chunk, node;
	unsigned long long start, end;

	(void)line;
	if (sscanf(at, "%u nid %u start_pfn %llx end_pfn %llx", &chunk, &node, &start, &end) == 4)
		range_add(&r->nodes.chunk, node, start << MM386_PAGE_SHIFT, end << MM386_PAGE_SHIFT);
	return 0;
}

/* "SRAT: Node 0 PXM 0 [mem 0x0-0x9ffff]", "... [0,9ffff]", "... 0-a0000" */
int dmesg_srat(struct reading *r, const char *line, const char *at)
{
	unsigned node, pxm;
	unsigned long long start, end;

	(void)line;
	if (sscanf(at, "%u PXM %u [mem 0x%llx-0x%llx]", &node, &pxm, &start, &end) == 4 ||
	    sscanf(at, "%u PXM %u [%llx,%llx]", &node, &pxm, &start, &end) == 4)
		range_add(&r->nodes.chunk, node, start, end + 1);
	else if (sscanf(at, "%u PXM %u %llx-%llx", &node, &pxm, &start, &end) == 4)
		range_add(&r->nodes.chunk, node, start, end);
	return 0;
}

int dmesg_node_ram(struct reading *r, const char *line, const char *at)
{
	unsigned node;
	unsigned long long start, end;

	(void)line;
	if (sscanf(at, "%u: [mem 0x%llx-0x%llx]", &node, &start, &end) == 3)
		range_add(&r->nodes.ram, node, start, end + 1);
	return 0;
}

/* The last line of a node counts: those before are of the e820. */
int dmesg_node_bounds(struct reading *r, const char *line, const char *at)
{
	struct dmesg_ranges *l = &r->nodes.bounds;
	unsigned long long start, end;
	unsigned node;

	(void)line;
	if (sscanf(at, "%u, start_pfn: %llu, end_pfn: %llu", &node, &start, &end) != 3)
		return 0;
	if (l->nr && l->range[l->nr - 1].node == node)
		l->nr--;
	range_add(l, node, start << MM386_PAGE_SHIFT, end << MM386_PAGE_SHIFT);
	return 0;
}

int dmesg_shrinking(struct reading *r, const char *line, const char *at)
{
	unsigned node, from, to;

	(void)line;
	if (sscanf(at, "%u from %u pages to %u pages", &node, &from, &to) == 3 && node < MM386_NODES_MAX) {
		r->nodes.from[node] = from;
		r->nodes.to[node] = to;
	}
	return 0;
}

int dmesg_node_total(struct reading *r, const char *line, const char *at)
{
	unsigned node, pages;

	if (sscanf(at, "%u totalpages: %u", &node, &pages) != 2)
		return 0;
	if (node >= MM386_NODES_MAX)
		return dmesg_refuse(r, "more nodes than are modelled", line);
	r->nodes.total[node] = pages;
	if (node >= r->nodes.nr)
		r->nodes.nr = node + 1;
	return 0;
}

/* "Reserving 10752 pages of KVA for lmem_map of node 1": a kernel built for NUMA. */
int dmesg_kva(struct reading *r, const char *line, const char *at)
{
	const char *number = line;
	unsigned pages, node;

	number = strstr(number, "Reserving ");
	if (!number || sscanf(number, "Reserving %u", &pages) != 1 || sscanf(at, " of node %u", &node) != 1)
		return 0;
	r->cfg->numa = true;
	if (node < MM386_NODES_MAX)
		r->nodes.kva_pages[node] = pages;
	return 0;
}

/* Each node's end before it was cut, and its pages after that. */
static void from_totals(struct reading *r)
{
	struct dmesg_ranges *l = &r->nodes.bounds;

	for (unsigned n = 0; n < r->nodes.nr; n++) {
		uint64_t end = r->nodes.from[n] ? r->nodes.from[n] : r->nodes.total[n];
		uint64_t last = r->nodes.to[n] ? r->nodes.to[n] : end;

		if (last < r->nodes.total[n] || (n && !r->nodes.from[n]))
			return;
		range_add(l, n, (last - r->nodes.total[n]) << MM386_PAGE_SHIFT, end << MM386_PAGE_SHIFT);
	}
}

static unsigned nodes_of(const struct dmesg_ranges *l)
{
	unsigned nr = 0;

	for (unsigned i = 0; i < l->nr; i++)
		if (l->range[i].node >= nr)
			nr = l->range[i].node + 1;
	return nr;
}

int dmesg_nodes(struct reading *r)
{
	const struct dmesg_ranges *l = &r->nodes.chunk;
	struct mm386_config *cfg = r->cfg;

	if (!l->nr && nodes_of(&r->nodes.ram) > 1)
		l = &r->nodes.ram;
	if (!l->nr)
		l = &r->nodes.bounds;
	if (l == &r->nodes.bounds && nodes_of(l) < r->nodes.nr) {
		r->nodes.bounds.nr = 0;
		from_totals(r);
	}
	if (nodes_of(l) < r->nodes.nr)
		return error_set(r->err, "/dmesg", 0, "several nodes, and which memory is whose is not in the log");
	if (nodes_of(l) <= 1 && l != &r->nodes.chunk)
		return 0;
	cfg->nr_nodes = nodes_of(l);
	cfg->nr_node_ranges = l->nr;
	memcpy(cfg->node, l->range, l->nr * sizeof(l->range[0]));
	return 0;
}
