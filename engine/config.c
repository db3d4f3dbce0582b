/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * config.c - the description of a machine: names, sizes, limits.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "boot.h"

int error_set(struct mm386_error *err, const char *pointer, unsigned line, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return -EINVAL;
	memset(err, 0, sizeof(*err));
	snprintf(err->pointer, sizeof(err->pointer), "%s", pointer);
	err->line = line;
	va_start(ap, fmt);
	vsnprintf(err->detail, sizeof(err->detail), fmt, ap);
	va_end(ap);
	return -EINVAL;
}

void mm386_config_init(struct mm386_config *cfg)
{
	memset(cfg, 0, sizeof(*cfg));
	memcpy(cfg->name, "machine", sizeof("machine"));
	cfg->kernel = MM386_KERNEL_26;
	cfg->vmsplit = MM386_VMSPLIT_3G;
	cfg->cpus = 1;
	cfg->highpte = -1;
	cfg->transparent_hugepage = -1;
}

static const char *const kernel_names[MM386_NR_KERNELS] = {
	[MM386_KERNEL_24] = "2.4",
	[MM386_KERNEL_26] = "2.6",
	[MM386_KERNEL_61] = "6.1",
};

static const char *const vmsplit_names[MM386_NR_VMSPLITS] = {
	[MM386_VMSPLIT_3G] = "3g", [MM386_VMSPLIT_3G_OPT] = "3g_opt",
	[MM386_VMSPLIT_2G] = "2g", [MM386_VMSPLIT_2G_OPT] = "2g_opt",
	[MM386_VMSPLIT_1G] = "1g",
};

int mm386_kernel_parse(const char *text, enum mm386_kernel *out)
{
	for (int i = 0; i < MM386_NR_KERNELS; i++) {
		if (strcmp(text, kernel_names[i]) == 0) {
			*out = (enum mm386_kernel)i;
			return 0;
		}
	}
	return -EINVAL;
}

enum mm386_kernel mm386_kernel_of(uint32_t release)
{
	if (release < KVER(2, 5, 0))
		return MM386_KERNEL_24;
	return release < KVER(4, 0, 0) ? MM386_KERNEL_26 : MM386_KERNEL_61;
}

const char *mm386_kernel_name(enum mm386_kernel k)
{
	assert(k < MM386_NR_KERNELS);
	return kernel_names[k];
}

int mm386_vmsplit_parse(const char *text, enum mm386_vmsplit *out)
{
	for (int i = 0; i < MM386_NR_VMSPLITS; i++) {
		if (strcmp(text, vmsplit_names[i]) == 0) {
			*out = (enum mm386_vmsplit)i;
			return 0;
		}
	}
	return -EINVAL;
}

const char *mm386_vmsplit_name(enum mm386_vmsplit s)
{
	assert(s < MM386_NR_VMSPLITS);
	return vmsplit_names[s];
}

/* The first name of a type is the one that is printed; the others are what kernels have printed. */
static const struct {
	uint32_t type;
	const char *name;
} e820_names[] = {
	{MM386_E820_USABLE, "usable"},
	{MM386_E820_RESERVED, "reserved"},
	{MM386_E820_ACPI, "ACPI data"},
	{MM386_E820_NVS, "ACPI NVS"},
	{MM386_E820_UNUSABLE, "unusable"},
	{MM386_E820_PMEM, "persistent (type 7)"},
	{12, "persistent (type 12)"},
	{MM386_E820_USABLE, "System RAM"},
	{MM386_E820_UNUSABLE, "Unusable memory"},
	{MM386_E820_PMEM, "persistent memory"},
	{MM386_E820_RESERVED, "device reserved"},
	{MM386_E820_RESERVED, "soft reserved"},
};

#define NR_E820_NAMES (sizeof(e820_names) / sizeof(e820_names[0]))

const char *mm386_e820_type_name(uint32_t type)
{
	for (size_t i = 0; i < NR_E820_NAMES; i++)
		if (e820_names[i].type == type)
			return e820_names[i].name;
	return "reserved";
}

int mm386_e820_type_parse(const char *text, uint32_t *out)
{
	for (size_t i = 0; i < NR_E820_NAMES; i++) {
		if (strcasecmp(text, e820_names[i].name) == 0) {
			*out = e820_names[i].type;
			return 0;
		}
	}
	if (strncmp(text, "type ", 5) == 0) {
		char *end;
		unsigned long type = strtoul(text + 5, &end, 10);

		if (end != text + 5 && *end == '\0' && type > 0 && type <= UINT32_MAX) {
			*out = (uint32_t)type;
			return 0;
		}
	}
	return -EINVAL;
}

int mm386_size_parse(const char *text, uint64_t *out)
{
	static const char units[] = "KMGT";
	const char *unit;
	char *end;
	uint64_t n;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	n = strtoull(text, &end, 0);
	if (errno || end == text)
		return -EINVAL;
	if (*end) {
		unit = strchr(units, *end & ~0x20);
		if (!unit || !*unit || end[1])
			return -EINVAL;
		unsigned shift = 10 * (unsigned)(unit - units + 1);

		if (n > UINT64_MAX >> shift)
			return -EINVAL;
		n <<= shift;
	}
	*out = n;
	return 0;
}

#define MEMORY_MIN (4 * MIB)
#define MEMORY_MAX (64 * GIB) /* 36 address bits */

static int check_memory(const struct mm386_config *cfg, struct mm386_error *err)
{
	if (cfg->nr_e820 && cfg->memory_bytes)
		return error_set(err, "/memory", 0,
				 "memory and e820 both describe the RAM: give one");
	if (!cfg->nr_e820 && !cfg->memory_bytes)
		return error_set(err, "/memory", 0,
				 "the machine has no memory: give memory, e820 or dmesg");
	if (cfg->nr_e820)
		return 0;
	if (cfg->memory_bytes < MEMORY_MIN || cfg->memory_bytes > MEMORY_MAX)
		return error_set(err, "/memory", 0, "memory %lluK: a machine has 4M to 64G",
				 (unsigned long long)(cfg->memory_bytes / KIB));
	if (cfg->memory_bytes % MM386_PAGE_SIZE)
		return error_set(err, "/memory", 0, "memory %llu is no multiple of a page, 4096",
				 (unsigned long long)cfg->memory_bytes);
	return 0;
}

static int check_e820(const struct mm386_config *cfg, struct mm386_error *err)
{
	char pointer[32];
	bool usable = false;

	if (cfg->nr_e820 > MM386_E820_MAX)
		return error_set(err, "/e820", 0, "e820 has %u entries: at most %d", cfg->nr_e820,
				 MM386_E820_MAX);
	for (unsigned i = 0; i < cfg->nr_e820; i++) {
		const struct mm386_e820_entry *e = &cfg->e820[i];

		snprintf(pointer, sizeof(pointer), "/e820/%u/end", i);
		if (e->end < e->start)
			return error_set(err, pointer, 0, "end 0x%llx is below start 0x%llx",
					 (unsigned long long)e->end, (unsigned long long)e->start);
		if (e->end >= 1ull << 52)
			return error_set(err, pointer, 0,
					 "end 0x%llx is beyond the 52 address bits of a PC",
					 (unsigned long long)e->end);
		snprintf(pointer, sizeof(pointer), "/e820/%u/type", i);
		if (e->type == 0)
			return error_set(err, pointer, 0, "type 0 is no e820 type");
		usable |= e->type == MM386_E820_USABLE;
	}
	if (cfg->nr_e820 && !usable)
		return error_set(err, "/e820", 0, "no entry of e820 is usable memory");
	return 0;
}

static int check_kernel(const struct mm386_config *cfg, struct mm386_error *err)
{
	bool opt_split =
		cfg->vmsplit == MM386_VMSPLIT_3G_OPT || cfg->vmsplit == MM386_VMSPLIT_2G_OPT;

	if (cfg->kernel >= MM386_NR_KERNELS)
		return error_set(err, "/kernel", 0, "kernel is one of 2.4, 2.6, 6.1");
	if (cfg->release && (cfg->release < KVER(2, 4, 0) || cfg->release >= KVER(7, 0, 0)))
		return error_set(err, "/release", 0, "release %u.%u.%u is not within 2.4.0 .. 6.x",
				 cfg->release >> 16, cfg->release >> 8 & 255, cfg->release & 255);
	if (cfg->release && cfg->kernel != mm386_kernel_of(cfg->release))
		return error_set(err, "/kernel", 0, "kernel %s does not go with release %u.%u.%u, but %s does",
				 mm386_kernel_name(cfg->kernel), cfg->release >> 16,
				 cfg->release >> 8 & 255, cfg->release & 255,
				 mm386_kernel_name(mm386_kernel_of(cfg->release)));
	if (cfg->vmsplit >= MM386_NR_VMSPLITS)
		return error_set(err, "/vmsplit", 0,
				 "vmsplit is one of 3g, 3g_opt, 2g, 2g_opt, 1g");
	if (cfg->highmem > MM386_HIGHMEM_64G)
		return error_set(err, "/highmem", 0, "highmem is one of off, 4g, 64g");
	if (cfg->pae && opt_split)
		return error_set(err, "/vmsplit", 0,
				 "vmsplit %s does not start on a 1 GiB boundary, which PAE needs",
				 vmsplit_names[cfg->vmsplit]);
	if (cfg->highmem == MM386_HIGHMEM_64G && !cfg->pae)
		return error_set(err, "/highmem", 0, "highmem 64g needs pae");
	if (cfg->pae && cfg->highmem == MM386_HIGHMEM_4G)
		return error_set(err, "/highmem", 0, "highmem 4g is a kernel without pae");
	if (cfg->kernel == MM386_KERNEL_24 && cfg->pae && cfg->highmem == MM386_HIGHMEM_OFF)
		return error_set(err, "/highmem", 0,
				 "highmem off: in 2.4 pae comes with highmem 64g alone");
	if (cfg->highpte < -1 || cfg->highpte > 1)
		return error_set(err, "/highpte", 0, "highpte is true or false");
	if (cfg->transparent_hugepage < -1 || cfg->transparent_hugepage > 1)
		return error_set(err, "/transparent_hugepage", 0, "transparent_hugepage is true or false");
	return 0;
}

static int check_nodes(const struct mm386_config *cfg, struct mm386_error *err)
{
	char pointer[24];

	unsigned nr = cfg->nr_node_ranges ? cfg->nr_node_ranges : cfg->nr_nodes;

	if (cfg->nr_nodes > MM386_NODES_MAX)
		return error_set(err, "/nodes", 0, "%u nodes: at most %d", cfg->nr_nodes, MM386_NODES_MAX);
	if (nr > MM386_NODE_RANGES_MAX)
		return error_set(err, "/nodes", 0, "%u ranges: at most %d", nr, MM386_NODE_RANGES_MAX);
	for (unsigned i = 0; i < nr && cfg->node[nr - 1].end; i++) {
		const struct mm386_node_range *r = &cfg->node[i];

		snprintf(pointer, sizeof(pointer), "/nodes/%u", i);
		if (r->end < r->start)
			return error_set(err, pointer, 0, "end 0x%llx is below start 0x%llx",
					 (unsigned long long)r->end, (unsigned long long)r->start);
		if (i && r->start <= cfg->node[i - 1].end)
			return error_set(err, pointer, 0, "start 0x%llx lies in the node before",
					 (unsigned long long)r->start);
		if (cfg->nr_node_ranges && (r->node >= cfg->nr_nodes || (i && r->node < cfg->node[i - 1].node)))
			return error_set(err, pointer, 0, "node %u: nodes rise from 0, and there are %u",
					 r->node, cfg->nr_nodes);
	}
	for (unsigned i = 0; i < MM386_NODES_MAX; i++)
		for (unsigned k = 0; k < MM386_NODES_MAX; k++)
			if (cfg->node_distance[i][k] && cfg->node_distance[i][k] < 10)
				return error_set(err, "/nodes", 0, "a distance of %u: 10 is the nearest",
						 cfg->node_distance[i][k]);
	return 0;
}

#define NR_CPUS_MAX 512 /* as far as CONFIG_NR_CPUS ever went on i386 */

static int check_cpus(const struct mm386_config *cfg, struct mm386_error *err)
{
	if (cfg->cpus < 1 || cfg->cpus > MM386_CPUS_MAX)
		return error_set(err, "/cpus", 0, "cpus %u: a machine has 1 to %d", cfg->cpus,
				 MM386_CPUS_MAX);
	if (cfg->nr_cpus > NR_CPUS_MAX)
		return error_set(err, "/nr_cpus", 0, "nr_cpus %u: at most %d", cfg->nr_cpus,
				 NR_CPUS_MAX);
	if (cfg->nr_cpus && cfg->nr_cpus < cfg->cpus)
		return error_set(err, "/nr_cpus", 0, "nr_cpus %u is less than cpus %u",
				 cfg->nr_cpus, cfg->cpus);
	return 0;
}

static int check_texts(const struct mm386_config *cfg, struct mm386_error *err)
{
	if (!memchr(cfg->name, '\0', sizeof(cfg->name)))
		return error_set(err, "/name", 0, "name is longer than %d", MM386_NAME_MAX - 1);
	if (!memchr(cfg->cmdline, '\0', sizeof(cfg->cmdline)))
		return error_set(err, "/cmdline", 0, "cmdline is longer than %d",
				 MM386_CMDLINE_MAX - 1);
	if (cfg->physical_start % MM386_PAGE_SIZE || cfg->physical_start > GIB)
		return error_set(err, "/image/start", 0,
				 "start 0x%llx: a page boundary up to 1G",
				 (unsigned long long)cfg->physical_start);
	return 0;
}

#define IMAGE_PART_MAX	(256 * MIB)
#define PERCPU_UNIT_MAX (4 * MIB)

/* Its parts rise, the first on a page boundary. */
static int check_image(const struct mm386_config *cfg, struct mm386_error *err)
{
	const struct mm386_image *at = &cfg->image;
	const uint64_t bound[] = {at->code_start, at->code_end,
				  at->rodata_end ? at->rodata_start : at->code_end,
				  at->rodata_end ? at->rodata_end : at->code_end,
				  at->data_start, at->data_end, at->bss_start, at->bss_end};

	if (at->bss_end == 0)
		return 0;
	for (size_t i = 1; i < sizeof(bound) / sizeof(bound[0]); i++)
		if (bound[i] < bound[i - 1])
			return error_set(err, "/image", 0,
					 "the image's parts do not rise: 0x%llx follows 0x%llx",
					 (unsigned long long)bound[i], (unsigned long long)bound[i - 1]);
	if (at->code_start % MM386_PAGE_SIZE || at->bss_end - at->code_start > IMAGE_PART_MAX ||
	    at->code_start > GIB)
		return error_set(err, "/image", 0,
				 "the image starts on a page boundary up to 1G and has up to 256M");
	return 0;
}

static int check_sizes(const struct mm386_config *cfg, struct mm386_error *err)
{
	const struct {
		const char *pointer;
		uint32_t bytes;
	} part[] = {
		{"/image/text", cfg->text_bytes}, {"/image/data", cfg->data_bytes},
		{"/image/init", cfg->init_bytes}, {"/image/bss", cfg->bss_bytes},
		{"/initrd", cfg->initrd_bytes},   {"/image/alternatives", cfg->alternatives_bytes},
	};

	if (cfg->percpu_static_bytes > cfg->percpu_unit_bytes || cfg->percpu_unit_bytes > PERCPU_UNIT_MAX ||
	    cfg->percpu_unit_bytes % MM386_PAGE_SIZE)
		return error_set(err, "/image/percpu_unit", 0,
				 "a CPU gets whole pages, up to 4M, with the static data in them");
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		if (part[i].bytes > IMAGE_PART_MAX)
			return error_set(err, part[i].pointer, 0, "%s is %u bytes: at most 256M",
					 strrchr(part[i].pointer, '/') + 1, part[i].bytes);
	if (cfg->fixaddr_start &&
	    (cfg->fixaddr_start < 0xfc000000u || cfg->fixaddr_start >= 0xffffe000u))
		return error_set(err, "/fixaddr_start", 0,
				 "fixaddr_start 0x%x is not within 0xfc000000 .. 0xffffdfff",
				 cfg->fixaddr_start);
	if (cfg->page_struct_bytes &&
	    (cfg->page_struct_bytes < PAGE_STRUCT_MIN || cfg->page_struct_bytes > PAGE_STRUCT_MAX))
		return error_set(err, "/page_struct", 0,
				 "page_struct %u is not within %u .. %u bytes",
				 cfg->page_struct_bytes, PAGE_STRUCT_MIN, PAGE_STRUCT_MAX);
	if (cfg->swap_bytes > 64 * GIB)
		return error_set(err, "/swap", 0, "swap %llu: at most 64G",
				 (unsigned long long)cfg->swap_bytes);
	return 0;
}

int config_check(const struct mm386_config *cfg, struct mm386_error *err)
{
	int (*const check[])(const struct mm386_config *, struct mm386_error *) = {
		check_texts, check_kernel, check_cpus, check_memory, check_e820, check_sizes, check_image, check_nodes,
	};

	for (size_t i = 0; i < sizeof(check) / sizeof(check[0]); i++) {
		int ret = check[i](cfg, err);

		if (ret)
			return ret;
	}
	return 0;
}
