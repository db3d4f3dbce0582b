/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootlog_zones.c - see bootlog_zones.h; and which zones are not those of a mainline kernel on an i386 PC. */
#include <string.h>

#include "bootlog_zones.h"

/* ---- what the record holds ------------------------------------------------------------------ */

const char *const bootlog_zone_names[NR_ZONES] = {"DMA", "DMA32", "Normal", "HighMem", "Movable"};

/* "min_k" in kB of a report, or "min" in pages of zoneinfo. */
static bool pages_read(const json_t *zone, const char *name, uint64_t *out)
{
	char in_k[32];

	snprintf(in_k, sizeof(in_k), "%s_k", name);
	if (input_number(json_object_get(zone, in_k), out)) {
		*out /= 4;
		return true;
	}
	return input_number(json_object_get(zone, name), out);
}

static const json_t *reserve_find(const json_t *zone)
{
	static const char *const names[] = {"lowmem_reserve", "protections", "protection"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (json_array_size(json_object_get(zone, names[i])))
			return json_object_get(zone, names[i]);
	return NULL;
}

static void zone_read(struct zone_record *z, const json_t *zone)
{
	static const char *const names[NR_MARKS] = {"min", "low", "high"};
	uint64_t n;

	z->has_size = pages_read(zone, "present", &n);
	z->present = z->managed = z->has_size ? (uint32_t)n : 0;
	z->managed_told = pages_read(zone, "managed", &n);
	if (z->managed_told)
		z->managed = (uint32_t)n;
	z->boost_told = pages_read(zone, "boost", &n);
	if (!z->boost_told)
		n = 0;
	z->has_marks = true;
	for (unsigned i = 0; i < NR_MARKS; i++) {
		z->has_marks &= pages_read(zone, names[i], &z->mark[i]);
		z->mark[i] -= z->mark[i] > n ? n : 0; /* they are printed with it */
	}
	z->reserve = reserve_find(zone);
}

/* Old reports tell no zone's size, but all frames and those of high memory: DMA is 16 MiB of the rest. */
static void sizes_of_totals(struct zone_record *z, const json_t *totals)
{
	uint64_t ram, high;

	if (z[DMA].has_size || z[NORMAL].has_size || !input_number(json_object_get(totals, "pages_ram"), &ram) ||
	    !input_number(json_object_get(totals, "pages_highmem"), &high) || ram < high + 4096)
		return;
	z[DMA].present = 4096;
	z[NORMAL].present = (uint32_t)(ram - high) - 4096;
	z[HIGHMEM].present = (uint32_t)high;
	for (unsigned i = 0; i < NR_ZONES; i++) {
		z[i].has_size = z[i].has_size || i == DMA || i == NORMAL || i == HIGHMEM;
		z[i].managed = z[i].present;
	}
}

/* The largest number in a zone's row, and the first place where it differs from the one before. */
static uint64_t reserve_most(const json_t *row, unsigned *first)
{
	uint64_t most = 0, n;

	for (unsigned k = 0; k < json_array_size(row); k++) {
		n = input_element(row, k);
		if (n <= most)
			continue;
		most = n;
		*first = k;
	}
	return most;
}

/*
 * HighMem's line, or its size, was cut off, but Normal keeps pages from it, a 32nd by default; or DMA keeps more
 * from the last class than from Normal's: then there is some.
 */
static void highmem_of_reserve(struct marks_record *m)
{
	struct zone_record *z = m->z;
	unsigned first = 0;
	uint64_t most = reserve_most(z[NORMAL].reserve, &first);

	if (z[HIGHMEM].has_size)
		return;
	if (!most && !z[NORMAL].reserve && reserve_most(z[DMA].reserve, &first) && first >= 2)
		most = 1;
	if (!most || most > UINT32_MAX / 32)
		return;
	z[HIGHMEM].present = z[HIGHMEM].managed = (uint32_t)most * 32;
	z[HIGHMEM].has_marks = false;
	m->classes = first;
}

void bootlog_zones(struct marks_record *m, const json_t *v)
{
	const json_t *zones = json_object_get(v, "oom") ? json_object_get(v, "oom") : json_object_get(v, "zoneinfo");

	*m = (struct marks_record){.classes = MM386_ZONE_TYPES};
	for (unsigned i = 0; i < NR_ZONES; i++)
		if (json_object_get(zones, bootlog_zone_names[i]))
			zone_read(&m->z[i], json_object_get(zones, bootlog_zone_names[i]));
	sizes_of_totals(m->z, json_object_get(v, "oom_totals"));
	highmem_of_reserve(m);
}

/* ---- reports of kernels that are not modelled ------------------------------------------------ */

/* Patches that put another memory management into a kernel, by the names that releases had with them. */
static const char *named_patch(const char *version)
{
	static const struct {
		const char *word, *why;
	} patches[] = {
		{"rmap", "2.4 with the rmap patch has another memory management"},
		{"-ac", "2.4-ac has another memory management"},
		{"aa", "2.4-aa has another memory management"},
		{"RH", "Red Hat's 2.4 has the rmap memory management"},
		{"Red Hat", "Red Hat's 2.4 has the rmap memory management"},
		{"EL", "Red Hat's 2.4 has the rmap memory management"},
		{"-e.", "Red Hat's 2.4 has the rmap memory management"},
	};

	for (size_t i = 0; i < sizeof(patches) / sizeof(patches[0]); i++)
		if (strncmp(version, "2.4.", 4) == 0 && strstr(version, patches[i].word))
			return patches[i].why;
	return NULL;
}

/*
 * 2.4's low and high marks are twice and three times the min, in every zone.
 * Kernel: mm/page_alloc.c free_area_init_core() [2.4.22].
 */
static bool is_rmap(const struct zone_record *z)
{
	bool any = false;

	for (unsigned i = 0; i < NR_ZONES; i++) {
		const uint64_t *mark = z[i].mark;

		if (!z[i].has_marks || !mark[2])
			continue;
		if (mark[1] == 2 * mark[0] && mark[2] == 3 * mark[0])
			return false;
		any = true;
	}
	return any;
}

static bool is_below_min(const struct zone_record *z)
{
	for (unsigned i = 0; i < NR_ZONES; i++)
		if (z[i].has_marks && (z[i].mark[1] < z[i].mark[0] || z[i].mark[2] < z[i].mark[1]))
			return true;
	return false;
}

/* Why the zones are not those of an i386 PC's kernel; NULL: they may be. */
static const char *foreign_zones(const struct zone_record *z)
{
	if (z[DMA32].present)
		return "there is memory in DMA32: a 64-bit kernel";
	if (z[DMA].present > 4096)
		return "ZONE_DMA is larger than 16 MiB: a guest of Xen, or not a PC";
	if (is_below_min(z))
		return "a patched kernel: in every release min, low and high rise";
	return NULL;
}

const char *bootlog_patched(const json_t *v, const struct mm386_config *cfg)
{
	const char *version = input_string(v, "kernel_version"), *hint = input_string(v, "kernel_version_hint");
	const char *why = named_patch(*version ? version : hint);
	struct marks_record m;

	bootlog_zones(&m, v);
	if (!why && cfg->release && cfg->kernel == MM386_KERNEL_24 && is_rmap(m.z))
		why = "2.4's low and high marks are twice and three times the min; these are another memory "
		      "management's";
	return why ? why : foreign_zones(m.z);
}

/* Whether any zone of a report has marks. */
bool bootlog_has_marks(const json_t *v)
{
	json_t *zones[] = {json_object_get(v, "oom"), json_object_get(v, "zoneinfo")}, *zone;
	const char *key;
	uint64_t n;

	for (size_t i = 0; i < 2; i++)
		json_object_foreach (zones[i], key, zone)
			if (pages_read(zone, "min", &n))
				return true;
	return false;
}
