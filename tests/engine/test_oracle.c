/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_oracle.c - the 6.1 profile against Debian's 6.1 kernels booted under QEMU.
 *
 * From each record memory size (or e820 table), command line, PAE, CPUs and
 * the initrd's size go in; zones, sizes, linear bounds and /proc/iomem must
 * come out as that kernel had them.  Nothing is solved.
 */
#include <stdio.h>
#include <stdlib.h>

#include "truth.h"

static const char *member(const json_t *r, const char *name)
{
	const char *s = json_string_value(json_object_get(r, name));

	return s ? s : "";
}

static uint64_t bound(const json_t *pair, size_t i)
{
	uint64_t n = 0;

	truth_number(json_array_get(pair, i), &n);
	return n;
}

/* Bytes of the initrd, after it was moved to its final place. */
static uint32_t initrd_bytes(const json_t *r)
{
	unsigned long long start, end;
	uint32_t bytes = 0;
	size_t i;
	json_t *line;

	json_array_foreach (json_object_get(r, "ramdisk"), i, line) {
		const char *at = strstr(json_string_value(line), "RAMDISK: [mem ");

		if (at && sscanf(at, "RAMDISK: [mem 0x%llx-0x%llx]", &start, &end) == 2)
			bytes = (uint32_t)(end - start + 1);
	}
	return bytes;
}

static void configure(struct mm386_config *cfg, const json_t *r)
{
	size_t i;
	json_t *row;

	mm386_config_init(cfg);
	cfg->kernel = MM386_KERNEL_61;
	cfg->pae = strcmp(member(r, "flavour"), "686-pae") == 0;
	cfg->cpus = (unsigned)json_integer_value(json_object_get(r, "cpus"));
	cfg->initrd_bytes = initrd_bytes(r);
	snprintf(cfg->cmdline, sizeof(cfg->cmdline), "%s", member(r, "cmdline"));
	if (member(r, "machine")[0] == '\0') {
		assert(mm386_size_parse(member(r, "memory"), &cfg->memory_bytes) == 0);
		return;
	}
	/* A machine option moved the split below 4G: the table is the input. */
	json_array_foreach (json_object_get(r, "e820_bios"), i, row) {
		struct mm386_e820_entry *e = &cfg->e820[cfg->nr_e820++];

		e->start = bound(row, 0);
		e->end = bound(row, 1);
		assert(mm386_e820_type_parse(json_string_value(json_array_get(row, 2)), &e->type) ==
		       0);
	}
}

static void compare_table(struct truth *t, const char *what, const json_t *table,
			  const struct mm386_e820_entry *e, unsigned nr)
{
	char word[48];
	size_t i;
	json_t *row;

	snprintf(word, sizeof(word), "%s entries", what);
	truth_equal(t, word, json_array_size(table), nr);
	json_array_foreach (table, i, row) {
		if (i >= nr)
			break;
		snprintf(word, sizeof(word), "%s %zu start", what, i);
		truth_equal(t, word, bound(row, 0), e[i].start);
		snprintf(word, sizeof(word), "%s %zu end", what, i);
		truth_equal(t, word, bound(row, 1), e[i].end);
	}
}

static void compare_zones(struct truth *t, const json_t *r, const struct mm386 *m)
{
	static const char *const fields[] = {"start_pfn", "spanned", "present"};
	size_t i;
	json_t *z;

	json_array_foreach (json_object_get(r, "zones"), i, z) {
		struct mm386_zone_view v;
		char what[48];

		mm386_zone(m, (unsigned)i, &v);
		for (size_t k = 0; k < 3; k++) {
			const uint32_t got[] = {v.start_pfn, v.spanned, v.present};

			if (k == 0 && v.spanned == 0 &&
			    !json_integer_value(json_object_get(z, "spanned")))
				continue;
			snprintf(what, sizeof(what), "%s %s", v.name, fields[k]);
			truth_equal(t, what,
				    (uint64_t)json_integer_value(json_object_get(z, fields[k])),
				    got[k]);
		}
	}
}

/* What was handed over, and the boot messages' sums, to the letter. */
static void compare_handover(struct truth *t, const json_t *r, const struct mm386 *m)
{
	static char report[32768];
	char line[128];
	size_t i;
	json_t *row;

	json_array_foreach (json_object_get(r, "managed_at_handover"), i, row) {
		snprintf(line, sizeof(line), "%s managed", m->s->zone[i].name);
		truth_equal(t, line, (uint64_t)json_integer_value(row), m->s->zone[i].managed);
	}
	mm386_boot_report(m, report, sizeof(report));
	truth_equal(t, member(r, "memory_line"), 1, strstr(report, member(r, "memory_line")) != NULL);
	json_array_foreach (json_object_get(r, "init_highmem"), i, row) {
		snprintf(line, sizeof(line), "Initializing %s for node 0 (%s:%s)\n",
			 json_string_value(json_array_get(row, 0)),
			 json_string_value(json_array_get(row, 1)),
			 json_string_value(json_array_get(row, 2)));
		truth_equal(t, line, 1, strstr(report, line) != NULL);
	}
	truth_equal(t, "Total pages", (uint64_t)json_integer_value(json_object_get(r, "total_pages")),
		    m->s->boot.zonelist_pages);
}

static void compare_layout(struct truth *t, const json_t *r, const struct mm386_info *info)
{
	static const struct {
		const char *theirs, *ours;
	} names[] = {
		{"lowmem", "lowmem"}, {"vmalloc", "vmalloc"},	       {"pkmap", "pkmap"},
		{"fixmap", "fixmap"}, {"cpu_entry_area", "cpu_entry"},
	};
	const json_t *layout = json_object_get(r, "virtual_layout");
	uint64_t n;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		truth_region(t, info, names[i].ours, json_object_get(layout, names[i].theirs));
	if (truth_number(json_object_get(layout, "last_pkmap"), &n))
		truth_equal(t, "last_pkmap", n, info->last_pkmap);
	truth_equal(t, "highmem MB", (uint64_t)json_integer_value(json_object_get(r, "highmem_mb")),
		    (info->highend_pfn - info->highstart_pfn) >> 8);
	truth_equal(t, "lowmem MB", (uint64_t)json_integer_value(json_object_get(r, "lowmem_mb")),
		    info->max_low_pfn >> 8);
	truth_equal(t, "last_pfn", bound(json_array_get(json_object_get(r, "last_pfn"), 0), 0),
		    info->max_pfn);
}

/* The whole of /proc/iomem; its devices are known when a memory size made the machine. */
static void compare_iomem(struct truth *t, const json_t *r, const struct mm386 *m)
{
	static char iomem[65536];
	const char *at = iomem;
	size_t i;
	json_t *line;

	if (!m->s->boot.qemu_pc)
		return;
	mm386_proc(m, "iomem", iomem, sizeof(iomem));
	json_array_foreach (json_object_get(r, "iomem"), i, line) {
		const char *theirs = json_string_value(line);
		size_t n = strlen(theirs);

		truth_equal(t, theirs, 0, (uint64_t)(strncmp(at, theirs, n) != 0 || at[n] != '\n'));
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	truth_equal(t, "rest of iomem", 0, strlen(at));
}

static const char *record(const json_t *r, struct truth *t)
{
	static char why[400];
	struct mm386_config cfg;
	struct mm386_error err = {.line = 0};
	struct mm386 *m;
	const struct mm386_info *info;
	int ret;

	configure(&cfg, r);
	ret = mm386_boot(&cfg, &m, &err);
	if (!json_is_true(json_object_get(r, "booted"))) {
		truth_equal(t, "refused", (uint64_t)EINVAL, (uint64_t)-ret);
		if (ret == 0)
			mm386_free(m);
		return NULL;
	}
	if (ret) {
		snprintf(why, sizeof(why), "%s %s", err.pointer, err.detail);
		return why;
	}
	info = mm386_info(m);
	compare_table(t, "firmware", json_object_get(r, "e820_bios"), m->s->boot.firmware,
		      m->s->boot.nr_firmware);
	compare_zones(t, r, m);
	compare_handover(t, r, m);
	compare_layout(t, r, info);
	compare_iomem(t, r, m);
	mm386_free(m);
	return NULL;
}

int main(void)
{
	return truth_main("facts", record);
}
