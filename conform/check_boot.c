/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_boot.c - check 4: a boot from the configuration alone.
 *
 * Memory size (or e820 table), command line, CPUs, initrd and image sizes go in; zones, pages
 * present and managed, linear layout, the log's lines about memory and /proc/iomem must come out
 * as that kernel had them.  Nothing is solved.
 */
#include <stdlib.h>
#include <string.h>

#include "snapshot.h"

/* A whole line of ours that begins with ${prefix}, without it, against ${theirs}. */
static void compare_line(struct check *c, const char *report, const char *prefix, const char *theirs)
{
	const char *ours = machine_line(report, prefix);
	char *text = ours ? strndup(ours, strcspn(ours, "\n")) : NULL;

	check_same(c, theirs, text ? text : "no such line", "%s", prefix);
	free(text);
}

/*
 * "AK/BK available (...": kernels that print it late have allocated since, so there A is what is left
 * of ours.
 */
static void compare_memory(struct check *c, const struct mm386_info *info, const char *report, const char *theirs)
{
	const char *ours = machine_line(report, "Memory: "), *rest = strchr(theirs, '/');
	char *all = NULL;

	if (!info->totals_late || !ours || !rest) {
		compare_line(c, report, "Memory: ", theirs);
		return;
	}
	if (strtoull(theirs, NULL, 10) > strtoull(ours, NULL, 10))
		check_differs(c, "Memory: the kernel has %.12s more available", theirs);
	ours += strcspn(ours, "/\n");
	all = strndup(ours, strcspn(ours, "\n"));
	check_same(c, rest, all ? all : "", "Memory: behind what is available");
	free(all);
}

/* Lines "WHO: [mem 0x...-0x...] type" of the report against rows [start, end, type]. */
static void compare_table(struct check *c, const char *report, const char *who, const json_t *table)
{
	char prefix[32], theirs[128], ours[128];
	const char *at = report;
	size_t i;
	json_t *row;

	snprintf(prefix, sizeof(prefix), "%s: ", who);
	json_array_foreach (table, i, row) {
		const char *start = json_string_value(json_array_get(row, 0));
		const char *end = json_string_value(json_array_get(row, 1));
		const char *type = json_string_value(json_array_get(row, 2));

		snprintf(theirs, sizeof(theirs), "[mem %s-%s] %s", start ? start : "?", end ? end : "?",
			 type ? type : "?");
		at = at ? machine_line(at, prefix) : NULL;
		snprintf(ours, sizeof(ours), "%.*s", at ? (int)strcspn(at, "\n") : 0, at ? at : "");
		check_same(c, theirs, ours, "%s %zu", who, i);
	}
	if (i)
		check_equal(c, 0, at && machine_line(at, prefix), "%s: entries behind the last", who);
}

/* The zones as /proc/zoneinfo printed them, those without pages too. */
static void compare_zones(struct check *c, const struct capture *cap, const struct mm386 *m)
{
	const json_t *before = json_object_get(cap->init, "zones");
	size_t i;
	json_t *z;

	json_array_foreach (json_object_get(json_object_get(cap->facts, "proc"), "zoneinfo"), i, z) {
		const char *name = input_string(z, "zone");
		int zone = machine_zone(m, z);
		struct mm386_zone_view v;

		if (zone < 0) {
			check_differs(c, "zone %.16s: there is none", name);
			continue;
		}
		mm386_zone(m, (unsigned)zone, &v);
		if (input_member(z, "present"))
			check_equal(c, input_member(z, "start_pfn"), v.start_pfn, "%s start_pfn", v.name);
		check_equal(c, input_member(z, "spanned"), v.spanned, "%s spanned", v.name);
		check_equal(c, input_member(z, "present"), v.present, "%s present", v.name);
	}
	json_array_foreach (before, i, z) {
		int zone = machine_zone(m, z);
		struct mm386_zone_view v;

		if (zone < 0)
			continue;
		mm386_zone(m, (unsigned)zone, &v);
		check_equal(c, input_member(z, "managed"), v.managed, "%s managed at the hand-over", v.name);
	}
}

/* "Zone ranges:" names each zone, with its bounds or "empty". */
static void compare_ranges(struct check *c, const json_t *dmesg, const char *report)
{
	const char *name;
	json_t *range;

	json_object_foreach (json_object_get(dmesg, "zone_ranges"), name, range) {
		const char *start = json_string_value(json_array_get(range, 0));
		const char *end = json_string_value(json_array_get(range, 1));
		char prefix[32], theirs[96];

		snprintf(prefix, sizeof(prefix), "  %-8.16s ", name);
		if (start && end)
			snprintf(theirs, sizeof(theirs), "[mem %s-%s]", start, end);
		else
			snprintf(theirs, sizeof(theirs), "%s", json_is_string(range) ? json_string_value(range) : "?");
		compare_line(c, report, prefix, theirs);
	}
}

/* What the log says of sizes. */
static void compare_totals(struct check *c, const json_t *dmesg, const struct mm386_info *info, const char *report)
{
	const json_t *last = json_array_get(json_object_get(dmesg, "last_pfn"), 0);
	const char *memory = input_string(dmesg, "memory_line"), *at;
	uint64_t n;

	if (json_object_get(dmesg, "highmem_mb"))
		check_equal(c, input_member(dmesg, "highmem_mb"), (info->highend_pfn - info->highstart_pfn) >> 8,
			    "MB HIGHMEM available");
	if (json_object_get(dmesg, "lowmem_mb"))
		check_equal(c, input_member(dmesg, "lowmem_mb"), info->max_low_pfn >> 8, "MB LOWMEM available");
	if (last) {
		at = machine_line(report, "last_pfn = ");
		check_equal(c, input_element(last, 0), at ? strtoull(at, NULL, 16) : 0, "last_pfn");
	}
	if (strncmp(memory, "Memory: ", 8) == 0)
		compare_memory(c, info, report, memory + 8);
	if (input_number(json_object_get(dmesg, "total_pages"), &n)) {
		at = machine_line(report, "Built ");
		at = at ? strstr(at, "Total pages: ") : NULL;
		check_equal(c, n, at ? strtoull(at + 13, NULL, 10) : 0, "Total pages");
	}
}

static void compare_layout(struct check *c, const json_t *facts, const struct mm386_info *info)
{
	static const struct {
		const char *theirs, *ours;
	} names[] = {
		{"lowmem", "lowmem"}, {"vmalloc", "vmalloc"}, {"pkmap", "pkmap"},
		{"fixmap", "fixmap"}, {"cpu_entry_area", "cpu_entry"},
	};
	const json_t *layout = json_object_get(facts, "virtual_layout");
	uint64_t n;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		machine_region(c, info, names[i].ours, json_object_get(layout, names[i].theirs));
	if (input_number(json_object_get(layout, "last_pkmap"), &n) && n)
		check_equal(c, n, info->last_pkmap, "last_pkmap");
}

/*
 * HPET's driver is an option of the build: where theirs has no line of it, ours goes, and
 * what it enclosed moves out.
 */
static void drop_optional(char *ours, const json_t *lines)
{
	char *at = ours ? strstr(ours, ": HPET 0\n") : NULL, *end;
	size_t i;
	json_t *line;

	json_array_foreach (lines, i, line)
		if (!at || strstr(json_string_value(line), ": HPET 0"))
			return;
	end = at + strlen(": HPET 0\n");
	while (at > ours && at[-1] != '\n')
		at--;
	end += strspn(end, " ");
	memmove(at, end, strlen(end) + 1);
}

/* The whole of /proc/iomem; its devices are known when a memory size made the machine. */
static void compare_iomem(struct check *c, const json_t *facts, const struct mm386 *m)
{
	const json_t *lines = json_object_get(json_object_get(facts, "proc"), "iomem");
	char *ours = machine_proc(m, "iomem"), *at = ours;
	size_t i;
	json_t *line;

	drop_optional(ours, lines);
	json_array_foreach (lines, i, line) {
		const char *theirs = json_string_value(line);
		size_t n = at ? strcspn(at, "\n") : 0;
		char next = n ? at[n] : '\0';

		if (n)
			at[n] = '\0';
		check_same(c, theirs ? theirs : "?", n ? at : "its end", "iomem line %zu", i + 1);
		at = at ? at + n + (next == '\n') : NULL;
	}
	if (i)
		check_same(c, "", at ? at : "", "rest of iomem");
	free(ours);
}

static void compare(struct check *c, const struct capture *cap, const struct mm386_config *cfg,
		    const struct mm386 *m)
{
	const json_t *dmesg = json_object_get(cap->facts, "dmesg");
	char *report = machine_report(m);

	if (!report) {
		check_differs(c, "no memory");
		return;
	}
	compare_table(c, report, "BIOS-e820", json_object_get(dmesg, "e820_bios"));
	compare_table(c, report, "user", json_object_get(dmesg, "e820_user"));
	compare_zones(c, cap, m);
	compare_ranges(c, dmesg, report);
	compare_totals(c, dmesg, mm386_info(m), report);
	compare_layout(c, cap->facts, mm386_info(m));
	if (cfg->memory_bytes)
		compare_iomem(c, cap->facts, m);
	free(report);
}

/*
 * A kernel that printed nothing at all found no room to unpack itself: such a machine must be
 * refused.  One that began to print and did not come to its end still printed what it did.
 */
static void compare_refusal(struct check *c, int ret)
{
	check_equal(c, 1, ret != 0, "a machine that this kernel does not start on is refused");
}

void check_boot(struct results *r, const struct capture *cap)
{
	struct mm386_config cfg;
	struct mm386_error err = {.line = 0};
	struct mm386 *m;
	struct check c;
	bool silent;
	int ret;

	if (!cap->facts || !check_begin(&c, r, cap->name, "boot"))
		return;
	if (json_is_true(json_object_get(json_object_get(cap->facts, "config"), "numa"))) {
		check_skip(&c, "where the boot of a kernel built for NUMA puts the sections of mem_map is not modelled");
		check_end(&c);
		return;
	}
	if (snapshot_was_freed_twice(&c, cap->init) || !machine_configure(&c, cap, &cfg)) {
		check_end(&c);
		return;
	}
	silent = !json_is_true(json_object_get(cap->facts, "booted")) && !*input_string(cap->facts, "kernel_version");
	ret = mm386_boot(&cfg, &m, &err);
	if (silent)
		compare_refusal(&c, ret);
	else if (ret)
		check_differs(&c, "mm386 refuses the machine: %s %s", err.pointer, err.detail);
	else
		compare(&c, cap, &cfg, m);
	if (!ret)
		mm386_free(m);
	check_end(&c);
}
