/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machine.c - see machine.h */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

#define BRK_MOST       (1u << 20)
#define OPTIONAL_SLOTS 3 /* FIX_PCIE_MCFG, FIX_APEI_GHES_IRQ, FIX_APEI_GHES_NMI */

bool machine_release(struct mm386_config *cfg, const char *version)
{
	unsigned a, b, c = 0;

	if (sscanf(version, "%u.%u.%u", &a, &b, &c) < 2 || a > 255 || b > 255)
		return false;
	if (a < 2 || (a == 2 && b < 4))
		return false;
	cfg->release = a << 16 | b << 8 | (c > 255 ? 255 : c);
	cfg->kernel = mm386_kernel_of(cfg->release);
	return true;
}

/* The build's options, where the capture has them. */
static bool configure_kernel(struct check *c, const struct capture *cap, struct mm386_config *cfg)
{
	static const struct {
		const char *name;
		enum mm386_vmsplit split;
	} splits[] = {
		{"VMSPLIT_3G", MM386_VMSPLIT_3G}, {"VMSPLIT_3G_OPT", MM386_VMSPLIT_3G_OPT},
		{"VMSPLIT_2G", MM386_VMSPLIT_2G}, {"VMSPLIT_2G_OPT", MM386_VMSPLIT_2G_OPT},
		{"VMSPLIT_1G", MM386_VMSPLIT_1G},
	};
	const json_t *config = json_object_get(cap->facts, "config");
	const char *split = input_string(config, "vmsplit");
	const char *version = input_string(cap->facts, "kernel_version");

	cfg->kernel = MM386_KERNEL_61; /* what captures are of, unless they say otherwise */
	if (*version && !machine_release(cfg, version)) {
		check_skip(c, "kernel \"%.40s\" is not modelled", version);
		return false;
	}
	cfg->numa = json_is_true(json_object_get(config, "numa"));
	cfg->release = mm386_release_stable(cfg->release, input_string(cap->facts, "kernel_banner"));
	c->kernel = (int)cfg->kernel;
	cfg->pae = json_is_true(json_object_get(config, "pae"));
	if (!config)
		cfg->pae = strstr(input_string(json_object_get(cap->facts, "run"), "flavour"), "pae") != NULL;
	if (strcmp(input_string(config, "highmem"), "none") == 0)
		cfg->highmem = MM386_HIGHMEM_OFF;
	cfg->nr_cpus = (unsigned)input_member(config, "nr_cpus");
	for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]); i++)
		if (strcmp(split, splits[i].name) == 0)
			cfg->vmsplit = splits[i].split;
	return true;
}

/* Bytes of the initrd: after it was moved its last byte is told, before that its last page. */
static uint32_t initrd_bytes(const json_t *dmesg)
{
	unsigned long long start, end;
	uint32_t bytes = 0;
	size_t i;
	json_t *line;

	json_array_foreach (json_object_get(dmesg, "ramdisk"), i, line) {
		const char *text = json_string_value(line);
		const char *at = text ? strstr(text, "RAMDISK: [mem ") : NULL;

		if (at && sscanf(at, "RAMDISK: [mem 0x%llx-0x%llx]", &start, &end) == 2 && end > start &&
		    end - start < UINT32_MAX)
			bytes = (uint32_t)(end - start + 1);
	}
	return bytes;
}

static bool configure_table(struct check *c, const json_t *table, struct mm386_config *cfg)
{
	size_t i;
	json_t *row;

	if (json_array_size(table) == 0 || json_array_size(table) > MM386_E820_MAX) {
		check_skip(c, "neither a memory size nor an e820 table that this program can take");
		return false;
	}
	json_array_foreach (table, i, row) {
		struct mm386_e820_entry *e = &cfg->e820[cfg->nr_e820++];
		const char *type = json_string_value(json_array_get(row, 2));

		e->start = input_element(row, 0);
		e->end = input_element(row, 1);
		if (!type || mm386_e820_type_parse(type, &e->type)) {
			check_skip(c, "e820 entry %zu has a type that is not known: %.40s", i, type ? type : "");
			return false;
		}
	}
	return true;
}

/*
 * A PC of a size has QEMU's usual table; an option of its own moves the split below
 * 4G or brings other devices, and then the table is the input.
 */
static bool configure_memory(struct check *c, const struct capture *cap, struct mm386_config *cfg)
{
	const json_t *run = json_object_get(cap->facts, "run");
	const char *machine = input_string(run, "machine"), *qemu = input_string(run, "qemu");

	if (!*machine && !*qemu && mm386_size_parse(input_string(run, "mem"), &cfg->memory_bytes) == 0)
		return true;
	return configure_table(c, json_object_get(json_object_get(cap->facts, "dmesg"), "e820_bios"), cfg);
}

/* ---- image sizes ---------------------------------------------------------------- */

static const char *const image_parts[] = {"K kernel code", "K rwdata", "K rodata", "K init", "K bss"};
#define NR_PARTS (sizeof(image_parts) / sizeof(image_parts[0]))

/* Whether the profile's own image is the one that the kernel's "Memory:" line ${theirs} tells of. */
static bool image_is_profile(const struct mm386_config *cfg, const char *theirs)
{
	struct mm386_config small = *cfg;
	struct mm386 *m;
	char *report;
	const char *ours;
	bool same = true;

	small.nr_e820 = 0;
	small.memory_bytes = 256u << 20;
	small.cmdline[0] = '\0';
	if (mm386_boot(&small, &m, NULL))
		return false;
	report = machine_report(m);
	ours = report ? machine_line(report, "Memory: ") : NULL;
	for (size_t i = 0; i < NR_PARTS; i++) {
		uint64_t a = 0, b = 0;

		same &= ours && machine_number_before(ours, image_parts[i], &a) ==
					machine_number_before(theirs, image_parts[i], &b) && a == b;
	}
	free(report);
	mm386_free(m);
	return same;
}

/* Where /proc/iomem says that the image lies, to the byte; all zero if it lacks a part. */
static void configure_parts(struct mm386_config *cfg, const struct capture *cap)
{
	const json_t *lines = json_object_get(json_object_get(cap->facts, "proc"), "iomem");
	struct mm386_image *at = &cfg->image;
	unsigned long long start, end;
	char name[32];
	size_t i;
	json_t *line;

	json_array_foreach (lines, i, line) {
		if (sscanf(json_string_value(line), " %llx-%llx : Kernel %31s", &start, &end, name) != 3)
			continue;
		if (strcmp(name, "code") == 0) {
			at->code_start = start;
			at->code_end = end;
		} else if (strcmp(name, "rodata") == 0) {
			at->rodata_start = start;
			at->rodata_end = end;
		} else if (strcmp(name, "data") == 0) {
			at->data_start = start;
			at->data_end = end;
		} else if (strcmp(name, "bss") == 0) {
			at->bss_start = start;
			at->bss_end = end;
		}
	}
	if (!at->code_end || !at->data_end || !at->bss_end)
		*at = (struct mm386_image){0};
}

/*
 * How much of brk is taken hangs on options of the build (DMI's strings): the end of what is reserved
 * with the image.
 */
static void configure_brk(struct mm386_config *cfg, const struct capture *cap)
{
	const json_t *init = json_object_get(json_object_get(cap->facts, "ram"), "mem_init_done");
	const json_t *reserved = json_object_get(json_object_get(init, "memblock"), "reserved");
	size_t i;
	json_t *row;

	json_array_foreach (reserved, i, row) {
		uint64_t end = input_element(row, 1);

		if (input_element(row, 0) <= cfg->image.bss_start && end > cfg->image.bss_end &&
		    end - cfg->image.bss_end < BRK_MOST)
			cfg->image.brk_end = end;
	}
}

/* "Freeing SMP alternatives memory: 32K": they stand between init and bss. */
static uint32_t alternatives_bytes(const json_t *dmesg)
{
	unsigned long kib = 0;
	size_t i;
	json_t *line;

	json_array_foreach (json_object_get(dmesg, "freeing"), i, line)
		if (sscanf(json_string_value(line), "Freeing SMP alternatives memory: %luK", &kib) == 1)
			return (uint32_t)kib << 10;
	return 0;
}

/* "Embedded 36 pages/cpu s115596 r0 d31860 u147456": static data and all that a CPU gets. */
static void configure_percpu(struct mm386_config *cfg, const char *text)
{
	unsigned pages, fixed, reserved, dynamic, unit;

	if (sscanf(text, "Embedded %u pages/cpu s%u r%u d%u u%u", &pages, &fixed, &reserved, &dynamic, &unit) != 5)
		return;
	cfg->percpu_static_bytes = fixed;
	cfg->percpu_unit_bytes = unit;
}

/*
 * Behind the slots of kmap_local stand up to three that are options of the build (PCIe
 * configuration, two of ACPI's error reports).  Where there are fewer, where the fixmap begins
 * is the build's to say.
 */
static void configure_fixmap(struct mm386_config *cfg, const json_t *layout)
{
	uint64_t start = input_element(json_object_get(layout, "fixmap"), 0);
	uint64_t kmap = input_element(json_object_get(layout, "kmap_local_fixmap"), 0);

	if (start < kmap && kmap - start < (1 + OPTIONAL_SLOTS) * MM386_PAGE_SIZE)
		cfg->fixaddr_start = (uint32_t)start;
}

/* A log tells KiB, /proc/iomem and the profile bytes: that goes before where the two agree. */
static void configure_image(struct mm386_config *cfg, const struct capture *cap, const char *line)
{
	uint64_t kib[NR_PARTS] = {0};

	if (!*line || image_is_profile(cfg, line))
		return;
	for (size_t i = 0; i < NR_PARTS; i++)
		if (!machine_number_before(line, image_parts[i], &kib[i]) || kib[i] > 256u << 10)
			kib[i] = 0;
	cfg->text_bytes = (uint32_t)kib[0] << 10;
	cfg->data_bytes = (uint32_t)(kib[1] + kib[2]) << 10;
	cfg->init_bytes = (uint32_t)kib[3] << 10;
	cfg->bss_bytes = (uint32_t)kib[4] << 10;
	cfg->alternatives_bytes = alternatives_bytes(json_object_get(cap->facts, "dmesg"));
	configure_parts(cfg, cap);
	configure_brk(cfg, cap);
}

/* ---- all of it -------------------------------------------------------------------- */

bool machine_configure(struct check *c, const struct capture *cap, struct mm386_config *cfg)
{
	const json_t *dmesg = json_object_get(cap->facts, "dmesg");
	const char *cmdline = input_string(cap->facts, "cmdline");
	uint64_t cpus = input_member(json_object_get(cap->facts, "run"), "smp");

	mm386_config_init(cfg);
	if (!configure_kernel(c, cap, cfg))
		return false;
	if (!*cmdline) /* a run that printed nothing still was started with one */
		cmdline = input_string(json_object_get(cap->facts, "run"), "append");
	if (strlen(cmdline) >= sizeof(cfg->cmdline) || cpus > MM386_CPUS_MAX) {
		check_skip(c, "a command line or a number of CPUs beyond what mm386 takes");
		return false;
	}
	strcpy(cfg->cmdline, cmdline);
	cfg->cpus = cpus ? (unsigned)cpus : 1;
	cfg->initrd_bytes = initrd_bytes(dmesg);
	if (!configure_memory(c, cap, cfg) || !machine_nodes(c, cap, cfg))
		return false;
	configure_percpu(cfg, input_string(dmesg, "percpu"));
	configure_fixmap(cfg, json_object_get(cap->facts, "virtual_layout"));
	configure_image(cfg, cap, input_string(dmesg, "memory_line"));
	return true;
}

/* ---- what it prints --------------------------------------------------------------- */

char *machine_report(const struct mm386 *m)
{
	long len = mm386_boot_report(m, NULL, 0);
	char *text = len < 0 ? NULL : malloc((size_t)len + 1);

	if (text)
		mm386_boot_report(m, text, (size_t)len + 1);
	return text;
}

char *machine_proc(const struct mm386 *m, const char *file)
{
	long len = mm386_proc(m, file, NULL, 0);
	char *text = len < 0 ? NULL : malloc((size_t)len + 1);

	if (text)
		mm386_proc(m, file, text, (size_t)len + 1);
	return text;
}

const char *machine_line(const char *text, const char *prefix)
{
	size_t n = strlen(prefix);

	while (strncmp(text, prefix, n) != 0) {
		text = strchr(text, '\n');
		if (!text)
			return NULL;
		text++;
	}
	return text + n;
}

bool machine_number_before(const char *line, const char *words, uint64_t *out)
{
	const char *end = line + strcspn(line, "\n"), *at = strstr(line, words);

	if (!at || at >= end)
		return false;
	while (at > line && at[-1] >= '0' && at[-1] <= '9')
		at--;
	if (*at < '0' || *at > '9')
		return false;
	*out = strtoull(at, NULL, 10);
	return true;
}

int machine_zone_of(const struct mm386 *m, unsigned node, const char *name)
{
	struct mm386_zone_view v;

	for (unsigned i = 0; i < mm386_info(m)->nr_zones; i++) {
		mm386_zone(m, i, &v);
		if (v.node == node && strcmp(v.name, name) == 0)
			return (int)i;
	}
	return -1;
}

int machine_zone(const struct mm386 *m, const json_t *z)
{
	return machine_zone_of(m, (unsigned)input_member(z, "node"), input_string(z, "zone"));
}

void machine_region(struct check *c, const struct mm386_info *info, const char *name, const json_t *bounds)
{
	const struct mm386_region *found = NULL;
	uint64_t start, end;

	if (!input_number(json_array_get(bounds, 0), &start) || !input_number(json_array_get(bounds, 1), &end))
		return;
	for (unsigned i = 0; i < info->nr_regions; i++)
		if (strcmp(info->region[i].name, name) == 0)
			found = &info->region[i];
	check_equal(c, start, found ? found->start : 0, "%s start", name);
	check_equal(c, end, found ? found->end : 0, "%s end", name);
}

/* ---- operations -------------------------------------------------------------------- */

bool machine_op(struct mm386_op *op, const char *name)
{
	int id = mm386_op_find(name);

	*op = (struct mm386_op){.id = (uint16_t)(id < 0 ? 0 : id)};
	return id >= 0;
}

static int arg_find(const struct mm386_op *op, const char *name)
{
	const struct mm386_op_desc *desc = mm386_op_desc((enum mm386_op_id)op->id);

	for (unsigned i = 0; i < desc->nr_args; i++)
		if (strcmp(desc->arg[i].name, name) == 0)
			return (int)i;
	return -1;
}

bool machine_arg(struct mm386_op *op, const char *name, uint64_t value)
{
	int i = arg_find(op, name);

	if (i < 0)
		return false;
	op->given |= (uint16_t)(1u << i);
	op->arg[i] = value;
	return true;
}

bool machine_arg_word(struct mm386_op *op, const char *name, const char *word)
{
	const char *const *words;
	int i = arg_find(op, name);

	words = i < 0 ? NULL : mm386_op_desc((enum mm386_op_id)op->id)->arg[i].words;
	for (uint64_t n = 0; words && words[n]; n++)
		if (strcmp(words[n], word) == 0)
			return machine_arg(op, name, n);
	return false;
}
