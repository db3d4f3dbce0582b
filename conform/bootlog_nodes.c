/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bootlog_nodes.c - records of kernels built for NUMA: which memory is whose, as their lines tell it, and what
 * these kernels print of each node and of the windows for its mem_map.
 *
 * Where the initrd lay is in no record, so that 2.6.19 .. 2.6.26's windows, which lie below it, are compared by
 * their ends alone, which these kernels work out from high memory's start.
 */
#include <stdlib.h>
#include <string.h>

#include "bootlog.h"
#include "machine.h"

static const json_t *numa(const json_t *v)
{
	return json_object_get(v, "numa_or_discontig");
}

/* The highest node that ${object}, by node, names, and one more. */
static unsigned nodes_of(const json_t *object)
{
	unsigned nr = 0, n;
	const char *node;
	json_t *any;

	json_object_foreach ((json_t *)object, node, any) {
		n = (unsigned)strtoul(node, NULL, 10);
		nr = n >= nr ? n + 1 : nr;
	}
	return nr;
}

static unsigned nodes_of_rows(const json_t *rows)
{
	unsigned nr = 0;
	size_t i;
	json_t *row;

	json_array_foreach (rows, i, row)
		if (input_element(row, 0) >= nr)
			nr = (unsigned)input_element(row, 0) + 1;
	return nr;
}

/* Each node's pages, and the ends of all but the first before they were cut; and RAM. */
static bool has_totals(const json_t *v, unsigned nr)
{
	char node[12];

	if (!json_object_get(v, "e820") || json_is_true(json_object_get(v, "e820_partial")))
		return false;
	for (unsigned n = 0; n < nr; n++) {
		snprintf(node, sizeof(node), "%u", n);
		if (!json_object_get(json_object_get(v, "totalpages_by_node"), node) ||
		    (n && !json_object_get(json_object_get(numa(v), "shrink_end_pfn"), node)))
			return false;
	}
	return nr > 1;
}

bool bootlog_has_nodes(const json_t *v)
{
	const json_t *windows = json_object_get(numa(v), "kva_reserve_pages");
	const json_t *bounds = json_object_get(numa(v), "physnode_ranges_as_printed");
	unsigned nr = nodes_of(windows), zones = nodes_of(json_object_get(v, "zone_pages_by_node"));

	nr = zones > nr ? zones : nr;
	if (!nr || !nodes_of(windows) || nr > MM386_NODES_MAX)
		return false;
	return nodes_of_rows(json_object_get(numa(v), "srat_chunks")) == nr ||
	       nodes_of_rows(bounds) == nr || has_totals(v, nr);
}

/* ---- what goes in ------------------------------------------------------------------------ */

bool bootlog_nodes_table(FILE *t, const json_t *v)
{
	const json_t *bounds = json_object_get(numa(v), "physnode_ranges_as_printed");
	const json_t *chunks = json_object_get(numa(v), "srat_chunks");
	size_t i;
	json_t *row;

	if (!bootlog_has_nodes(v) || (!json_array_size(chunks) && !json_array_size(bounds)))
		return false;
	json_array_foreach (json_array_size(chunks) ? chunks : bounds, i, row)
		fprintf(t, " BIOS-e820: %016llx - %016llx (usable)\n",
			(unsigned long long)input_element(row, 1) << 12,
			(unsigned long long)input_element(row, 2) << 12);
	return true;
}

void bootlog_nodes_say(FILE *t, const json_t *v)
{
	const char *node;
	size_t i;
	json_t *row, *pages;

	if (!bootlog_has_nodes(v))
		return;
	json_array_foreach (json_object_get(numa(v), "srat_chunks"), i, row)
		fprintf(t, "chunk %zu nid %llu start_pfn %08llx end_pfn %08llx\n", i,
			(unsigned long long)input_element(row, 0), (unsigned long long)input_element(row, 1),
			(unsigned long long)input_element(row, 2));
	json_array_foreach (json_object_get(numa(v), "physnode_ranges_as_printed"), i, row)
		fprintf(t, "Node: %llu, start_pfn: %llu, end_pfn: %llu\n", (unsigned long long)input_element(row, 0),
			(unsigned long long)input_element(row, 1), (unsigned long long)input_element(row, 2));
	json_object_foreach (json_object_get(numa(v), "kva_reserve_pages"), node, pages)
		fprintf(t, "Reserving %llu pages of KVA for lmem_map of node %s\n",
			(unsigned long long)json_integer_value(pages), node);
	json_object_foreach (json_object_get(numa(v), "shrink_end_pfn"), node, pages)
		fprintf(t, "Shrinking node %s from %llu pages to %llu pages\n", node,
			(unsigned long long)input_element(pages, 0), (unsigned long long)input_element(pages, 1));
	json_object_foreach (json_object_get(v, "totalpages_by_node"), node, pages)
		fprintf(t, "On node %s totalpages: %llu\n", node, (unsigned long long)json_integer_value(pages));
}

/* ---- what must come out -------------------------------------------------------------------- */

/* The rest of the line of ${report} that begins with ${before}, node ${n} and ${behind}. */
static const char *node_line(const char *report, const char *before, unsigned n, const char *behind)
{
	char prefix[64];

	snprintf(prefix, sizeof(prefix), "%s%u%s", before, n, behind);
	return machine_line(report, prefix);
}

static void compare_zones(struct check *c, const json_t *zones, const struct mm386 *m, const char *report, unsigned n)
{
	const char *name, *of_node = node_line(report, "On node ", n, " totalpages: ");
	json_t *zone;

	json_object_foreach ((json_t *)zones, name, zone) {
		int i = machine_zone_of(m, n, name);
		struct mm386_zone_view z = {.name = name};
		char prefix[32];
		const char *line;
		uint64_t pages, ours = 0;

		if (i >= 0)
			mm386_zone(m, (unsigned)i, &z);
		if (input_number(json_object_get(zone, "pages"), &pages))
			check_equal(c, pages, z.present, "node %u %s present", n, name);
		if (!input_number(json_object_get(zone, "memmap"), &pages))
			continue;
		snprintf(prefix, sizeof(prefix), "  %.16s zone: ", name);
		line = of_node ? machine_line(of_node, prefix) : NULL;
		if (line)
			machine_number_before(line, " pages used for memmap", &ours);
		check_equal(c, pages, ours, "node %u %s memmap", n, name);
	}
}

/* "Zone PFN ranges:", which are of the whole machine. */
static void compare_zone_ranges(struct check *c, const json_t *v, const char *report)
{
	const char *name;
	json_t *range;

	json_object_foreach (json_object_get(v, "zone_pfn_ranges"), name, range) {
		char prefix[32];
		const char *line, *arrow;

		snprintf(prefix, sizeof(prefix), "  %-8.16s ", name);
		line = machine_line(report, prefix);
		arrow = line ? strstr(line, "-> ") : NULL;
		check_equal(c, input_element(range, 0), line ? strtoull(line, NULL, 16) : 0, "%s start_pfn", name);
		check_equal(c, input_element(range, 1), arrow ? strtoull(arrow + 3, NULL, 16) : 0, "%s end_pfn", name);
	}
}

static void compare_node_ranges(struct check *c, const json_t *v, const char *report)
{
	const json_t *ids = json_object_get(v, "node_ids");
	const char *line = machine_line(report, "early_node_map[");
	size_t i;
	json_t *row;

	json_array_foreach (json_object_get(v, "node_ranges"), i, row) {
		unsigned node = 0;
		long long start = 0, end = 0;

		line = line ? strchr(line, '\n') : NULL;
		if (!line || sscanf(++line, " %u: %lli -> %lli", &node, &start, &end) != 3)
			start = end = 0;
		check_equal(c, input_element(ids, i), node, "range %zu: its node", i);
		check_equal(c, input_element(row, 0), (uint64_t)start, "range %zu: start", i);
		check_equal(c, input_element(row, 1), (uint64_t)end, "range %zu: end", i);
	}
}

static void compare_highmem(struct check *c, const json_t *v, const struct mm386 *m)
{
	size_t i;
	json_t *row;

	json_array_foreach (json_object_get(v, "highmem_init"), i, row) {
		int zone = machine_zone_of(m, (unsigned)input_element(row, 0), "HighMem");
		struct mm386_zone_view z = {.start_pfn = 0};

		if (zone >= 0)
			mm386_zone(m, (unsigned)zone, &z);
		check_equal(c, input_element(row, 1), z.start_pfn, "node %u HighMem start_pfn", z.node);
		check_equal(c, input_element(row, 2), z.end_pfn, "node %u HighMem end_pfn", z.node);
	}
}

static void compare_window(struct check *c, const json_t *v, const char *report, unsigned n)
{
	const char *line, *total = machine_line(report, "Reserving total of ");
	char node[12], pages[64];
	const json_t *row;
	uint64_t value;
	unsigned long long a = 0, b = 0;

	snprintf(node, sizeof(node), "%u", n);
	if (input_number(json_object_get(json_object_get(numa(v), "kva_reserve_pages"), node), &value)) {
		snprintf(pages, sizeof(pages), "Reserving %llu pages of KVA for lmem_map of node %u",
			 (unsigned long long)value, n);
		check_equal(c, 1, machine_line(report, pages) != NULL, "%s", pages);
	}
	row = json_object_get(json_object_get(numa(v), "shrink_end_pfn"), node);
	line = node_line(report, "Shrinking node ", n, " from ");
	if (row && (!line || sscanf(line, "%llu pages to %llu", &a, &b) != 2))
		a = b = 0;
	if (row) {
		check_equal(c, input_element(row, 0), a, "node %u: end before it is cut", n);
		check_equal(c, input_element(row, 1), b, "node %u: end", n);
	}
	line = node_line(report, "Shrinking node ", n, " further by ");
	if (input_number(json_object_get(json_object_get(numa(v), "shrink_further"), node), &value))
		check_equal(c, value, line ? strtoull(line, NULL, 10) : 0, "node %u: cut further", n);
	/* From 2.6.27 on windows lie where there is room, and the sum is printed in another way. */
	if (!strstr(report, "Shrinking node "))
		return;
	if (input_number(json_object_get(numa(v), "kva_total_pages"), &value))
		check_equal(c, value, total ? strtoull(total, NULL, 10) : 0, "pages of all windows");
	row = json_object_get(json_object_get(numa(v), "remap_va"), node);
	line = node_line(report, "node ", n, " will remap to vaddr ");
	if (!row || !line || sscanf(line, "%llx - %llx", &a, &b) != 2)
		return;
	if (!machine_line(report, "kva_start_pfn"))
		check_equal(c, input_element(row, 0), a, "node %u: window's start", n);
	check_equal(c, input_element(row, 1), b, "node %u: window's end", n);
}

static void compare_limits(struct check *c, const json_t *v, const struct mm386_info *info, const char *report)
{
	const char *line = machine_line(report, "Low memory ends at vaddr ");
	uint64_t n;

	if (input_number(json_object_get(numa(v), "max_low_pfn"), &n))
		check_equal(c, n, info->max_low_pfn, "max_low_pfn");
	if (input_number(json_object_get(numa(v), "highstart_pfn"), &n))
		check_equal(c, n, info->highstart_pfn, "highstart_pfn");
	if (input_number(json_object_get(numa(v), "max_pfn"), &n))
		check_equal(c, n, info->max_pfn, "max_pfn");
	if (input_number(json_object_get(numa(v), "low_end_va"), &n))
		check_equal(c, n, line ? strtoull(line, NULL, 16) : 0, "linear end of low memory");
}

void bootlog_nodes_compare(struct check *c, const json_t *v, const struct mm386 *m, const char *report)
{
	const json_t *zones = json_object_get(v, "zone_pages_by_node"), *totals = json_object_get(v, "totalpages_by_node");
	char node[12];
	uint64_t pages;

	compare_limits(c, v, mm386_info(m), report);
	compare_zone_ranges(c, v, report);
	compare_node_ranges(c, v, report);
	compare_highmem(c, v, m);
	for (unsigned n = 0; n < mm386_info(m)->nr_nodes; n++) {
		const char *line = node_line(report, "On node ", n, " totalpages: ");

		snprintf(node, sizeof(node), "%u", n);
		compare_window(c, v, report, n);
		compare_zones(c, zones ? json_object_get(zones, node) : n ? NULL : json_object_get(v, "zone_pages"), m,
			      report, n);
		if (input_number(json_object_get(totals, node), &pages))
			check_equal(c, pages, line ? strtoull(line, NULL, 10) : 0, "node %u: totalpages", n);
	}
	if (input_number(json_object_get(v, "built_zonelists_total_pages"), &pages)) {
		const char *line = machine_line(report, "Built "), *at = line ? strstr(line, "Total pages: ") : NULL;

		check_equal(c, pages, at ? strtoull(at + 13, NULL, 10) : 0, "Total pages");
	}
}
