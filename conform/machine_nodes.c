/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine_nodes.c - the nodes of the machine that a capture is of.
 *
 * Which memory is whose the firmware's table said (dmesg.srat: node, first byte, last byte) or the kernel's list of
 * RAM by nodes (dmesg.node_ranges); where the record has neither, the zones of its snapshot lie in their nodes'
 * memory.  CPUs by dmesg.srat_cpus (local APIC, node), distances by the snapshot's numa_distance.
 */
#include <string.h>

#include "machine.h"

static bool take_ranges(const json_t *rows, struct mm386_config *cfg, bool *rise)
{
	size_t i;
	json_t *row;

	if (!json_array_size(rows) || json_array_size(rows) > MM386_NODE_RANGES_MAX)
		return false;
	json_array_foreach (rows, i, row) {
		struct mm386_node_range *r = &cfg->node[i];

		r->node = (unsigned)input_element(row, 0);
		r->start = input_element(row, 1);
		r->end = input_element(row, 2);
		if (r->node >= cfg->nr_nodes)
			cfg->nr_nodes = r->node + 1;
		*rise &= i == 0 || (r->node >= r[-1].node && r->start > r[-1].end);
	}
	cfg->nr_node_ranges = (unsigned)i;
	return true;
}

/* From the first frame of each node's zones to the last. */
static void take_zones(const json_t *zones, struct mm386_config *cfg)
{
	uint64_t start[MM386_NODES_MAX] = {0}, end[MM386_NODES_MAX] = {0};
	unsigned nr = 0;
	size_t i;
	json_t *z;

	json_array_foreach (zones, i, z) {
		uint64_t node = input_member(z, "node"), first = input_member(z, "zone_start_pfn");
		uint64_t past = first + input_member(z, "spanned");

		if (node >= MM386_NODES_MAX || first == past)
			continue;
		if (!end[node] || first < start[node])
			start[node] = first;
		end[node] = past > end[node] ? past : end[node];
		nr = node >= nr ? (unsigned)node + 1 : nr;
	}
	cfg->nr_node_ranges = 0;
	for (unsigned n = 0; nr > 1 && n < nr; n++)
		if (end[n])
			cfg->node[cfg->nr_node_ranges++] = (struct mm386_node_range){start[n] << 12, (end[n] << 12) - 1, n};
	cfg->nr_nodes = nr > 1 ? nr : 0;
}

static void take_cpus(const json_t *rows, struct mm386_config *cfg)
{
	size_t i;
	json_t *row;

	json_array_foreach (rows, i, row) {
		uint64_t cpu = input_element(row, 0), node = input_element(row, 1);

		if (cpu < cfg->cpus && node < MM386_NODES_MAX)
			cfg->node_cpus[node] |= 1u << cpu;
	}
}

static void take_distances(const json_t *rows, struct mm386_config *cfg)
{
	for (unsigned i = 0; i < cfg->nr_nodes; i++)
		for (unsigned k = 0; k < cfg->nr_nodes; k++)
			cfg->node_distance[i][k] = (uint8_t)input_element(json_array_get(rows, i), k);
}

bool machine_nodes(struct check *c, const struct capture *cap, struct mm386_config *cfg)
{
	const json_t *dmesg = json_object_get(cap->facts, "dmesg");
	const json_t *snap = cap->init ? cap->init : cap->final;
	bool rise = true;

	if (!cfg->numa)
		return true;
	if (!take_ranges(json_object_get(dmesg, "srat"), cfg, &rise) &&
	    !take_ranges(json_object_get(dmesg, "node_ranges"), cfg, &rise))
		take_zones(json_object_get(snap, "zones"), cfg);
	if (cfg->nr_nodes > MM386_NODES_MAX) {
		check_skip(c, "%u nodes: more than are modelled", cfg->nr_nodes);
		return false;
	}
	if (!rise) {
		check_skip(c, "nodes whose memory does not rise with their numbers are not modelled");
		return false;
	}
	take_cpus(json_object_get(dmesg, "srat_cpus"), cfg);
	take_distances(json_object_get(snap, "numa_distance"), cfg);
	return true;
}
