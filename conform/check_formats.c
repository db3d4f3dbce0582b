/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_formats.c - check 5: the state of a FINAL snapshot, printed as buddyinfo, pagetypeinfo and
 * zoneinfo, holds what the kernel printed at that moment.
 *
 * Facts hold those texts taken apart (numbers by their words); ours are taken apart the same way.
 * Counters of rooms that this engine does not have are told to it (mm386_set_counter()).
 *
 * Some numbers are not the text's but the snapshot's own.  The program that read a file ended before
 * the machine was stopped, and its pages went back: to a CPU's list, whose "count" is looked
 * up; and before 5.14 blocks of more than a page, such as its kernel stack, to the free lists.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proc_text.h"
#include "snapshot.h"

/*
 * Whether the texts are of the snapshot's moment: free pages of each zone, as the host read
 * them in the guest's memory and as the guest printed them.
 */
static bool is_same_moment(struct check *c, const struct capture *cap)
{
	const json_t *printed = json_object_get(json_object_get(cap->facts, "proc"), "zoneinfo");
	size_t i;
	json_t *z;

	json_array_foreach (json_object_get(cap->final, "zones"), i, z) {
		uint64_t was = input_member(json_array_get(printed, i), "free");
		uint64_t is = input_member(z, "vm_stat_nr_free_pages");

		if (was == is)
			continue;
		check_skip(c, "the texts are of another moment than the snapshot: %.16s had %llu pages free, then %llu",
			   input_string(z, "zone"), (unsigned long long)was, (unsigned long long)is);
		return false;
	}
	return true;
}

static void tell_counters(struct check *c, const json_t *counters, struct mm386 *m, unsigned index)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)counters, name, value) {
		int ret = mm386_set_counter(m, name, index, (uint64_t)json_integer_value(value));

		if (ret && ret != -EPERM)
			check_differs(c, "counter %.40s: this kernel prints none", name);
	}
}

/* Lines that ours have and theirs not, where that is for the options of the kernel's build to say. */
static void tell_absent(const json_t *theirs, const json_t *ours, struct mm386 *m)
{
	const char *name;
	json_t *value;

	if (theirs)
		json_object_foreach ((json_t *)ours, name, value)
			if (!json_object_get(theirs, name))
				mm386_set_counter(m, name, 0, MM386_COUNTER_ABSENT);
}

static void tell_options(const json_t *zoneinfo, struct mm386 *m)
{
	char *text = machine_proc(m, "zoneinfo");
	json_t *ours = text ? proc_text_zoneinfo(text) : NULL;
	size_t i;
	json_t *z;

	json_array_foreach (zoneinfo, i, z) {
		const json_t *same = json_array_get(ours, i);

		tell_absent(json_object_get(z, "stats"), json_object_get(same, "stats"), m);
		tell_absent(json_object_get(z, "node_stats"), json_object_get(same, "node_stats"), m);
	}
	json_decref(ours);
	free(text);
}

/* Facts have a mark's line among the counters if who took the text apart did not know it yet. */
static void move_mark(json_t *z)
{
	json_t *stats = json_object_get(z, "stats"), *promo = json_object_get(stats, "promo");

	if (!promo)
		return;
	json_object_set(z, "promo", promo);
	json_object_del(stats, "promo");
}

/* What the kernel printed, with the snapshot's own count of pages on the CPUs' lists. */
static json_t *zoneinfo_expected(const struct capture *cap)
{
	json_t *zones = json_deep_copy(json_object_get(json_object_get(cap->facts, "proc"), "zoneinfo"));
	size_t i, k;
	json_t *z, *set;

	json_array_foreach (zones, i, z) {
		const json_t *pcp = json_object_get(json_array_get(json_object_get(cap->final, "zones"), i), "pcp");

		move_mark(z);
		json_array_foreach (json_object_get(z, "pagesets"), k, set) {
			json_t *count = json_object_get(json_array_get(pcp, k), "count");

			if (count)
				json_object_set(set, "count", count);
		}
	}
	return zones;
}

#define PAGES_OF_A_READER 64 /* that a program gives back with its end, at most */

/* Free blocks of zone ${z} of a snapshot, of type ${type} or, if that is NULL, of all. */
static json_t *counts_of(const json_t *z, const char *type)
{
	json_t *counts = json_array();
	size_t order;
	json_t *by_type, *list;
	const char *name;

	json_array_foreach (json_object_get(z, "free"), order, by_type) {
		size_t n = 0;

		json_object_foreach (by_type, name, list)
			n += !type || strcmp(type, name) == 0 ? json_array_size(list) : 0;
		json_array_append_new(counts, json_integer((json_int_t)n));
	}
	return counts;
}

/* Put the snapshot's counts into ${zone}'s member ${key}, if no more lies between than one program had. */
static void counts_expect(json_t *zone, const char *key, json_t *counts)
{
	const json_t *printed = json_object_get(zone, key);
	json_int_t pages = 0;
	size_t order;
	json_t *count;

	json_array_foreach (counts, order, count) {
		const json_t *was = json_array_get(printed, order);
		json_int_t more = json_integer_value(count) - json_integer_value(was);

		if (!json_is_integer(was))
			pages = PAGES_OF_A_READER + 1;
		pages += more * (1 << order);
	}
	if (json_array_size(counts) == json_array_size(printed) && pages > 0 && pages <= PAGES_OF_A_READER)
		json_object_set(zone, key, counts);
	json_decref(counts);
}

/* buddyinfo {zone: counts}, pagetypeinfo's {"free": {zone: {type: counts}}}, with what came back since. */
static json_t *lists_expected(const struct capture *cap, const char *file)
{
	json_t *text = json_deep_copy(json_object_get(json_object_get(cap->facts, "proc"), file));
	size_t i;
	json_t *z, *any;
	const char *type;
	char key[PROC_TEXT_ZONE];

	json_array_foreach (json_object_get(cap->final, "zones"), i, z) {
		unsigned node = (unsigned)input_member(z, "node");
		const char *name = proc_text_zone(key, node, input_string(z, "zone"));
		json_t *types = json_object_get(json_object_get(text, "free"), name);

		if (node && input_member(z, "present") && !types && !json_object_get(text, name)) {
			json_decref(text); /* who took it apart knew of one node */
			return NULL;
		}
		if (json_object_get(text, name))
			counts_expect(text, name, counts_of(z, NULL));
		json_object_foreach (types, type, any)
			counts_expect(types, type, counts_of(z, type));
	}
	return text;
}

static void compare_file(struct check *c, const struct mm386 *m, const char *file, const json_t *expected,
			 json_t *(*parse)(const char *text))
{
	char *text = machine_proc(m, file);
	json_t *ours = text ? parse(text) : NULL;

	if (!ours)
		check_differs(c, "%s: mm386 prints none", file);
	else if (expected)
		proc_text_compare(c, file, expected, ours);
	json_decref(ours);
	free(text);
}

static void compare(struct check *c, const struct capture *cap, struct mm386 *m)
{
	json_t *zoneinfo = zoneinfo_expected(cap), *expected;
	size_t i;
	json_t *z;

	json_array_foreach (zoneinfo, i, z) {
		int zone = machine_zone(m, z);

		if (zone < 0)
			continue;
		tell_counters(c, json_object_get(z, "stats"), m, (unsigned)zone);
		tell_counters(c, json_object_get(z, "node_stats"), m, (unsigned)input_member(z, "node"));
		if (json_object_get(z, "node_unreclaimable"))
			mm386_set_counter(m, "node_unreclaimable", (unsigned)input_member(z, "node"),
					  input_member(z, "node_unreclaimable"));
	}
	tell_options(zoneinfo, m);
	compare_file(c, m, "zoneinfo", zoneinfo, proc_text_zoneinfo);
	json_decref(zoneinfo);
	expected = lists_expected(cap, "buddyinfo");
	compare_file(c, m, "buddyinfo", expected, proc_text_buddyinfo);
	json_decref(expected);
	expected = lists_expected(cap, "pagetypeinfo");
	compare_file(c, m, "pagetypeinfo", expected, proc_text_pagetypeinfo);
	json_decref(expected);
}

static struct mm386 *boot(struct check *c, const struct capture *cap)
{
	struct mm386_error err = {.line = 0};
	struct mm386_config cfg;
	struct mm386 *m = NULL;

	if (cap->init)
		return snapshot_boot(c, cap, &m) ? m : NULL;
	if (!machine_configure(c, cap, &cfg))
		return NULL;
	if (mm386_boot(&cfg, &m, &err))
		check_differs(c, "mm386 refuses the machine: %s %s", err.pointer, err.detail);
	return m;
}

void check_formats(struct results *r, const struct capture *cap)
{
	struct mm386 *m;
	struct check c;

	if (!cap->facts || !cap->final || !check_begin(&c, r, cap->name, "formats"))
		return;
	if (is_same_moment(&c, cap)) {
		m = boot(&c, cap);
		if (m && snapshot_load(&c, cap->final, m, SNAPSHOT_ALL, NULL))
			compare(&c, cap, m);
		if (m)
			mm386_free(m);
	}
	check_end(&c);
}
