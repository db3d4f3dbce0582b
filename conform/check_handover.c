/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_handover.c - check 1: memblock.memory and memblock.reserved in; every free list of
 * every zone, order and migrate type out, in list order, and the types of the page blocks.
 */
#include "snapshot.h"

static void compare_managed(struct check *c, const json_t *snap, const struct mm386 *m)
{
	size_t i;
	json_t *z;

	json_array_foreach (json_object_get(snap, "zones"), i, z) {
		int zone = machine_zone(m, z);
		struct mm386_zone_view v;

		if (zone < 0)
			continue;
		mm386_zone(m, (unsigned)zone, &v);
		check_equal(c, input_member(z, "managed"), v.managed, "%s managed", v.name);
	}
}

/* In which order each node's requests ask the zones, as [node, zone]. */
static void compare_zonelists(struct check *c, const json_t *snap, const struct mm386 *m)
{
	size_t i, k;
	json_t *of_node, *pair;

	json_array_foreach (json_object_get(snap, "nodes"), i, of_node) {
		const json_t *list = json_object_get(of_node, "zonelist");
		unsigned node = (unsigned)input_member(of_node, "node");
		struct mm386_node_view v = {.nr_zonelist = 0};

		if (node < mm386_info(m)->nr_nodes)
			mm386_node(m, node, &v);
		check_equal(c, json_array_size(list), v.nr_zonelist, "node %u: zones in its list", node);
		json_array_foreach (list, k, pair) {
			const char *name = json_string_value(json_array_get(pair, 1));
			int zone = name ? machine_zone_of(m, (unsigned)input_element(pair, 0), name) : -1;

			if (k < v.nr_zonelist)
				check_equal(c, (uint64_t)zone, v.zonelist[k], "node %u: zone %zu of its list", node, k);
		}
	}
}

void check_handover(struct results *r, const struct capture *cap)
{
	struct mm386 *m;
	struct check c;

	if (!cap->init || !check_begin(&c, r, cap->name, "hand-over"))
		return;
	if (snapshot_boot(&c, cap, &m)) {
		snapshot_compare_bounds(&c, cap->init, m);
		compare_managed(&c, cap->init, m);
		compare_zonelists(&c, cap->init, m);
		snapshot_compare_lists(&c, cap->init, m);
		mm386_free(m);
	}
	check_end(&c);
}
