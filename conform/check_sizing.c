/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_sizing.c - check 2: what follows from the sizes of the zones.
 *
 * The machine boots from memblock's own lists, so that its zones manage what the kernel's did.
 * min_free_kbytes, marks, high and batch of the CPUs' lists and the first lowmem_reserve are
 * those that boot leaves.  Later init sections and the initrd come back, and reading
 * /proc/sys/vm/lowmem_reserve_ratio works the reserves out anew, as every capture did
 * before its last snapshot: so they, and totalreserve_pages, are compared after the managed pages
 * of that snapshot were loaded and the ratios were written again.
 */
#include <inttypes.h>
#include <stdio.h>

#include "snapshot.h"

#define NR_MARKS (MM386_WMARK_HIGH + 1)

static void compare_if_told(struct check *c, const json_t *z, const char *key, uint32_t ours, const char *zone)
{
	uint64_t n;

	if (input_number(json_object_get(z, key), &n))
		check_equal(c, n, ours, "%s %s", zone, key);
}

static void compare_marks(struct check *c, const json_t *z, const struct mm386 *m, unsigned zone)
{
	static const char *const names[NR_MARKS] = {"min", "low", "high"};
	const json_t *marks = json_object_get(z, "watermark");
	struct mm386_zone_view v;
	struct mm386_pcp_view pcp;

	mm386_zone(m, zone, &v);
	for (size_t i = 0; i < NR_MARKS; i++)
		check_equal(c, input_element(marks, i), v.watermark[i], "%s %s", v.name, names[i]);
	if (!v.managed)
		return; /* it has no lists of its own, only the boot's */
	mm386_pcp(m, zone, 0, &pcp);
	compare_if_told(c, z, "pageset_high", pcp.high_max ? pcp.high_min : pcp.high, v.name);
	compare_if_told(c, z, "pageset_high_min", pcp.high_min, v.name);
	compare_if_told(c, z, "pageset_high_max", pcp.high_max, v.name);
	compare_if_told(c, z, "pageset_batch", pcp.batch, v.name);
	if (json_object_get(z, "pageset_batch"))
		return;
	/* The zone keeps the limits since 5.14; before, only the CPUs' lists do. */
	compare_if_told(c, json_array_get(json_object_get(z, "pcp"), 0), "high", pcp.high, v.name);
	compare_if_told(c, json_array_get(json_object_get(z, "pcp"), 0), "batch", pcp.batch, v.name);
}

static void compare_reserve(struct check *c, const json_t *theirs, const struct mm386 *m, unsigned zone,
			    const char *when)
{
	struct mm386_zone_view v;
	uint64_t n;

	mm386_zone(m, zone, &v);
	for (unsigned i = 0; i < MM386_ZONE_TYPES; i++)
		if (input_number(json_array_get(theirs, i), &n))
			check_equal(c, n, v.lowmem_reserve[i], "%s lowmem_reserve[%u] %s", v.name, i, when);
}

/* As boot left them: printed before anybody read the ratios. */
static void compare_first_reserves(struct check *c, const struct capture *cap, const struct mm386 *m)
{
	size_t i;
	json_t *z;

	json_array_foreach (json_object_get(json_object_get(cap->facts, "proc"), "zoneinfo_before_sysctl_read"), i, z) {
		int zone = machine_zone(m, z);

		if (zone >= 0)
			compare_reserve(c, json_object_get(z, "protection"), m, (unsigned)zone, "at boot");
	}
}

/* What /proc/sys/vm/${name} holds; false when this kernel has no such file. */
static bool sysctl_read(const struct mm386 *m, const char *name, uint64_t *out)
{
	char path[64], text[64];

	snprintf(path, sizeof(path), "sys/vm/%s", name);
	return mm386_proc(m, path, text, sizeof(text)) > 0 && sscanf(text, "%" SCNu64, out) == 1;
}

/* The marks as somebody set them are not what this kernel works out. */
static bool was_set_by_hand(struct check *c, const json_t *globals)
{
	uint64_t user = input_member(globals, "user_min_free_kbytes");

	if (user == 0 || user >= INT32_MAX)
		return false;
	check_skip(c, "min_free_kbytes was set by hand to %llu", (unsigned long long)user);
	return true;
}

/* The managed pages of the end, and the ratios read. */
static bool settle(struct check *c, const struct capture *cap, struct mm386 *m)
{
	struct mm386_error err = {.line = 0};
	struct mm386_result res = {.ok = false};
	struct mm386_op op;

	if (!snapshot_load(c, cap->final, m, SNAPSHOT_MANAGED, NULL))
		return false;
	if (machine_op(&op, "sysctl") && machine_arg_word(&op, "name", "vm.lowmem_reserve_ratio") &&
	    mm386_apply(m, &op, &res, &err) == 0 && res.ok)
		return true;
	check_differs(c, "reading lowmem_reserve_ratio is refused: %s", err.detail);
	return false;
}

static void compare(struct check *c, const struct capture *cap, struct mm386 *m)
{
	const json_t *globals = json_object_get(cap->final, "globals"), *zones = json_object_get(cap->final, "zones");
	uint64_t ours = 0;
	size_t i;
	json_t *z;

	if (!sysctl_read(m, "min_free_kbytes", &ours))
		check_differs(c, "there is no min_free_kbytes");
	check_equal(c, input_member(globals, "min_free_kbytes"), ours, "min_free_kbytes");
	json_array_foreach (zones, i, z) {
		int zone = machine_zone(m, z);

		if (zone >= 0)
			compare_marks(c, z, m, (unsigned)zone);
	}
	compare_first_reserves(c, cap, m);
	if (!settle(c, cap, m))
		return;
	json_array_foreach (zones, i, z) {
		int zone = machine_zone(m, z);

		if (zone >= 0)
			compare_reserve(c, json_object_get(z, "lowmem_reserve"), m, (unsigned)zone, "at the end");
	}
	check_equal(c, input_member(globals, "totalreserve_pages"), mm386_totalreserve_pages(m), "totalreserve_pages");
}

void check_sizing(struct results *r, const struct capture *cap)
{
	struct mm386 *m;
	struct check c;

	if (!cap->init || !cap->final || !check_begin(&c, r, cap->name, "sizing"))
		return;
	if (!cap->facts)
		check_skip(&c, "there are no facts of this run: its command line can have kept khugepaged from raising the marks");
	else if (!was_set_by_hand(&c, json_object_get(cap->final, "globals")) && snapshot_boot(&c, cap, &m)) {
		snapshot_compare_bounds(&c, cap->init, m);
		compare(&c, cap, m);
		mm386_free(m);
	}
	check_end(&c);
}
