/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot.c - see snapshot.h */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot.h"

/* ---- the machine ---------------------------------------------------------------------- */

/* PAE's page blocks are of 2 MiB, order 9; the kernel's window for kmap() tells it too. */
static bool snapshot_is_pae(const json_t *snap)
{
	const json_t *zone = json_array_get(json_object_get(snap, "zones"), 0);

	if (input_member(json_object_get(snap, "vlayout"), "last_pkmap"))
		return input_member(json_object_get(snap, "vlayout"), "last_pkmap") == 512;
	return input_member(zone, "pageblock_order") == 9;
}

bool snapshot_tells_memory(const json_t *snap)
{
	return json_array_size(json_object_get(snap, "e820_table")) ||
	       json_array_size(json_object_get(json_object_get(snap, "memblock"), "memory"));
}

/* RAM as the kernel's own map has it at that point, or as memblock does. */
static bool configure_ram(const json_t *snap, struct mm386_config *cfg)
{
	const json_t *table = json_object_get(snap, "e820_table");
	bool is_e820 = json_array_size(table) > 0;
	size_t i;
	json_t *row;

	if (!is_e820)
		table = json_object_get(json_object_get(snap, "memblock"), "memory");
	if (json_array_size(table) > MM386_E820_MAX)
		return false;
	json_array_foreach (table, i, row) {
		struct mm386_e820_entry *e = &cfg->e820[cfg->nr_e820++];
		const char *type = json_string_value(json_array_get(row, 2));

		e->start = input_element(row, 0);
		e->end = input_element(row, 1) - !is_e820;
		e->type = MM386_E820_USABLE;
		if (is_e820 && type && mm386_e820_type_parse(type, &e->type))
			return false;
		if (is_e820 && !type)
			e->type = (uint32_t)input_element(row, 2);
	}
	return cfg->nr_e820 > 0;
}

#define VMALLOC_RESERVE_MIB 128u
#define VMALLOC_OFFSET_MIB  8u /* vmalloc=N reserves that much on top */

/* The options that moved zones, from the variables that the kernel kept of them, and from the zones. */
static void configure_options(const json_t *snap, struct mm386_config *cfg)
{
	const json_t *g = json_object_get(snap, "globals");
	uint64_t reserve = input_member(g, "__VMALLOC_RESERVE") >> 20;
	uint64_t start = input_member(g, "highstart_pfn"), end = input_member(g, "highend_pfn");
	FILE *f = fmemopen(cfg->cmdline, sizeof(cfg->cmdline), "w");
	size_t i;
	json_t *z;

	if (!f)
		return;
	if (reserve > VMALLOC_OFFSET_MIB && reserve != VMALLOC_RESERVE_MIB)
		fprintf(f, "vmalloc=%lluM ", (unsigned long long)reserve - VMALLOC_OFFSET_MIB);
	if (end > start)
		fprintf(f, "highmem=%lluK ", (unsigned long long)(end - start) * 4);
	json_array_foreach (json_object_get(snap, "zones"), i, z)
		if (strcmp(input_string(z, "zone"), "Movable") == 0 && input_member(z, "present"))
			fprintf(f, "movablecore=%lluK ", (unsigned long long)input_member(z, "present") * 4);
	fclose(f);
}

bool snapshot_configure(struct check *c, const struct capture *cap, const json_t *snap, struct mm386_config *cfg)
{
	static const char version[] = "Linux version ";
	const json_t *zone = json_array_get(json_object_get(snap, "zones"), 0);
	size_t cpus = json_array_size(json_object_get(zone, "pcp"));

	if (cap->facts)
		return machine_configure(c, cap, cfg);
	mm386_config_init(cfg);
	cfg->kernel = MM386_KERNEL_61; /* what captures are of, unless they say otherwise */
	if (cap->banner && strncmp(cap->banner, version, sizeof(version) - 1) == 0 &&
	    machine_release(cfg, cap->banner + sizeof(version) - 1))
		cfg->release = mm386_release_stable(cfg->release, cap->banner);
	c->kernel = (int)cfg->kernel;
	cfg->pae = snapshot_is_pae(snap);
	cfg->cpus = cpus && cpus <= MM386_CPUS_MAX ? (unsigned)cpus : 1;
	configure_options(snap, cfg);
	if (!configure_ram(snap, cfg)) {
		check_skip(c, "there are no facts of this run, and the snapshot does not tell its memory");
		return false;
	}
	return true;
}

struct mm386_memrange *snapshot_memblock(const json_t *snap, const char *name, size_t *nr)
{
	const json_t *list = json_object_get(json_object_get(snap, "memblock"), name);
	struct mm386_memrange *r = calloc(json_array_size(list) + 1, sizeof(*r));
	size_t i;
	json_t *row;

	*nr = 0;
	if (!r || !list) {
		free(r);
		return NULL;
	}
	json_array_foreach (list, i, row) {
		r[i].start = input_element(row, 0);
		r[i].end = input_element(row, 1);
	}
	*nr = i;
	return r;
}

/*
 * 5.8 to 5.13 take a Movable zone in low memory for high memory and hand it over twice, where they have no nodes; the lists
 * are broken then, and such a machine does not come up.  Kernel: set_highmem_pages_init(), memblock_free_all() [5.10].
 */
bool snapshot_was_freed_twice(struct check *c, const json_t *snap)
{
	size_t i;
	json_t *z;

	json_array_foreach (json_object_get(snap, "zones"), i, z)
		if (input_member(z, "managed") > input_member(z, "present")) {
			check_skip(c, "zone %.16s manages more pages than it has: the kernel freed them twice, and its lists are broken",
				   input_string(z, "zone"));
			return true;
		}
	return false;
}

bool snapshot_boot(struct check *c, const struct capture *cap, struct mm386 **m)
{
	struct mm386_config cfg;
	struct mm386_error err = {.line = 0};
	struct mm386_memrange *memory, *reserved;
	size_t nr_memory, nr_reserved;
	int ret = -1;

	if (!snapshot_configure(c, cap, cap->init, &cfg) || snapshot_was_freed_twice(c, cap->init))
		return false;
	memory = snapshot_memblock(cap->init, "memory", &nr_memory);
	reserved = snapshot_memblock(cap->init, "reserved", &nr_reserved);
	if (!memory || !reserved)
		check_skip(c, "the snapshot of mem_init_done does not hold memblock's lists");
	else
		ret = mm386_boot_memblock(&cfg, memory, nr_memory, reserved, nr_reserved, m, &err);
	if (ret && memory && reserved)
		check_differs(c, "mm386 refuses the machine: %s %s", err.pointer, err.detail);
	free(memory);
	free(reserved);
	return ret == 0;
}

/* ---- against a machine ------------------------------------------------------------------ */

void snapshot_compare_bounds(struct check *c, const json_t *snap, const struct mm386 *m)
{
	size_t i;
	json_t *z;

	json_array_foreach (json_object_get(snap, "zones"), i, z) {
		const char *name = input_string(z, "zone");
		int zone = machine_zone(m, z);
		struct mm386_zone_view v;

		if (zone < 0) {
			if (input_member(z, "spanned"))
				check_differs(c, "zone %.16s: there is none", name);
			continue;
		}
		mm386_zone(m, (unsigned)zone, &v);
		check_equal(c, input_member(z, "spanned"), v.spanned, "%s spanned", v.name);
		if (v.spanned)
			check_equal(c, input_member(z, "zone_start_pfn"), v.start_pfn, "%s start_pfn", v.name);
		check_equal(c, input_member(z, "present"), v.present, "%s present", v.name);
	}
}

static void compare_list(struct check *c, const json_t *theirs, const struct mm386 *m, unsigned zone, unsigned order,
			 enum mm386_migratetype mt)
{
	struct mm386_zone_view v;
	size_t i, nr;
	json_t *pfn;
	mm386_pfn_t *ours;

	mm386_zone(m, zone, &v);
	nr = v.free_by_type[mt][order];
	ours = malloc((nr + 1) * sizeof(*ours));
	if (!ours) {
		check_differs(c, "no memory");
		return;
	}
	nr = mm386_free_list(m, zone, order, mt, ours, nr);
	json_array_foreach (theirs, i, pfn) {
		uint64_t expected = MM386_NO_PFN;

		input_number(pfn, &expected);
		if (i < nr && expected == ours[i])
			continue;
		check_equal(c, expected, i < nr ? ours[i] : MM386_NO_PFN, "%s order %u %s block %zu of %zu", v.name,
			    order, mm386_migratetype_name(m, mt), i, json_array_size(theirs));
		break;
	}
	check_equal(c, json_array_size(theirs), nr, "%s order %u %s blocks", v.name, order,
		    mm386_migratetype_name(m, mt));
	free(ours);
}

/* The letter of a page block's type: the first of its name. */
static void compare_blocks(struct check *c, const char *theirs, const struct mm386 *m, unsigned zone)
{
	struct mm386_zone_view v;

	mm386_zone(m, zone, &v);
	check_equal(c, strlen(theirs), v.nr_pageblocks, "%s page blocks", v.name);
	for (uint32_t i = 0; i < v.nr_pageblocks && theirs[i]; i++) {
		const char *name = mm386_migratetype_name(m, mm386_pageblock(m, zone, i));
		const char ours[] = {name ? name[0] : '?', '\0'}, expected[] = {theirs[i], '\0'};

		if (ours[0] != theirs[i] && theirs[i] != '?') /* a section without memory has none */
			check_same(c, expected, ours, "%s page block %u of %u", v.name, i, v.nr_pageblocks);
	}
}

/* Lists of a type or an order that our kernel does not have must be empty. */
static void compare_strange(struct check *c, const json_t *free, const struct mm386 *m, const char *zone)
{
	size_t order;
	json_t *by_type, *list;
	const char *name;

	json_array_foreach (free, order, by_type)
		json_object_foreach (by_type, name, list) {
			bool known = false;

			for (int mt = 0; mt < MM386_MIGRATETYPES; mt++) {
				const char *ours = mm386_migratetype_name(m, (enum mm386_migratetype)mt);

				known |= ours && strcmp(ours, name) == 0;
			}
			if ((!known || order >= mm386_info(m)->orders) && json_array_size(list))
				check_differs(c, "%s order %zu: blocks of type %.16s, which this kernel does not have",
					      zone, order, name);
		}
}

void snapshot_compare_lists(struct check *c, const json_t *snap, const struct mm386 *m)
{
	size_t i;
	json_t *z;

	json_array_foreach (json_object_get(snap, "zones"), i, z) {
		const json_t *free = json_object_get(z, "free");
		const char *name = input_string(z, "zone"), *blocks = input_string(z, "pageblock_mt");
		int zone = machine_zone(m, z);

		if (zone < 0 || !json_is_array(free))
			continue;
		compare_strange(c, free, m, name);
		for (unsigned order = 0; order < mm386_info(m)->orders; order++)
			for (int mt = 0; mt < MM386_MIGRATETYPES && !check_is_lost(c); mt++) {
				const char *type = mm386_migratetype_name(m, (enum mm386_migratetype)mt);

				if (type)
					compare_list(c, json_object_get(json_array_get(free, order), type), m,
						     (unsigned)zone, order, (enum mm386_migratetype)mt);
			}
		if (*blocks)
			compare_blocks(c, blocks, m, (unsigned)zone);
	}
}
