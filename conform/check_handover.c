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
		int zone = machine_zone(m, input_string(z, "zone"));
		struct mm386_zone_view v;

		if (zone < 0)
			continue;
		mm386_zone(m, (unsigned)zone, &v);
		check_equal(c, input_member(z, "managed"), v.managed, "%s managed", v.name);
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
		snapshot_compare_lists(&c, cap->init, m);
		mm386_free(m);
	}
	check_end(&c);
}
