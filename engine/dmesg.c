/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dmesg.c - a machine's description out of the log that its kernel printed.
 *
 * Each line is looked at for the words that kernels of 2.4 to 6.x have used;
 * whatever stands before them (log level, time stamp, syslog's host name) is
 * passed over.  A log tells some things twice: what the kernel worked out
 * ("modified", "user-defined" map) goes before what the firmware said.
 */
#include <stdio.h>
#include <stdlib.h>

#include "dmesg_words.h"
#include "solve.h"

#define LINE_MAX_BYTES 4096
#define PA_BITS	       52 /* of a physical address, on any x86 */

/* What the whole log says, before it is put together. */
struct reading {
	struct mm386_config *cfg;
	struct mm386_error *err;
	unsigned line;
	struct e820_table bios, user, modified;
	bool has_version, ended;
	/* Ways to print that tell the era when the version line is missing. */
	bool numbered_zones, zone_batches, node_map, arch_pfn, inclusive;
	int pae; /* -1: nothing said */
	bool no_highmem, has_pkmap, has_highmem_line, has_lowmem_line;
	uint64_t lowmem_mib, highmem_mib;
	uint32_t lowmem_end;		  /* frame, from the zones' ranges */
	uint32_t dma_memmap, dma_present; /* pages */
	uint32_t cpu_entry_pages;
	uint32_t page_offset; /* as the layout prints it */
	uint64_t text_start;  /* linear */
};

static int refuse(struct reading *r, const char *what, const char *line)
{
	return error_set(r->err, "/dmesg", r->line, "line %u: %s: %.100s", r->line, what, line);
}

/* ---- the table ------------------------------------------------------------- */

static bool table_has(const struct e820_table *t, uint64_t start, uint64_t end, uint32_t type)
{
	for (unsigned i = 0; i < t->nr; i++)
		if (t->e[i].start == start && t->e[i].end == end && t->e[i].type == type)
			return true;
	return false;
}

static int entry_read(struct reading *r, struct e820_table *t, const char *line, const char *at)
{
	uint64_t start, end;
	uint32_t type;

	if (!dmesg_range(&at, &start, &end))
		return refuse(r, "no range of addresses", line);
	if (!dmesg_type(at, &type))
		return refuse(r, "no e820 type", line);
	if (end + 1 == start)
		return 0; /* empty, as some firmware has it */
	if (end < start)
		return refuse(r, "the end is below the start", line);
	if (end >> PA_BITS)
		return refuse(r, "an address of more than 52 bits", line);
	if (table_has(t, start, end, type))
		return 0; /* printed twice, by a boot console and again */
	if (t->nr == MM386_E820_MAX)
		return refuse(r, "more than 128 entries", line);
	e820_add(t, start, end, type);
	return 0;
}

/* "e820: update [mem ...] usable ==> reserved", "e820 update range: A - B (usable) ==> (reserved)"
 */
static int update_read(struct reading *r, const char *line, const char *at)
{
	uint64_t start, end;
	uint32_t from, to = 0;
	char left[80];
	const char *arrow = strstr(at, "==>");

	(void)line;
	if (!dmesg_range(&at, &start, &end) || end < start || start >> PA_BITS)
		return 0;
	if (end >> PA_BITS) /* "to the top", as mem= has it */
		end = (UINT64_C(1) << PA_BITS) - 1;
	if (arrow) {
		snprintf(left, sizeof(left), "%.*s", (int)(arrow - at), at);
		if (!dmesg_type(left, &from) || !dmesg_type(arrow + 3, &to) || from == to)
			return 0;
	} else if (!dmesg_type(at, &from)) {
		return 0;
	}
	if (r->bios.nr)
		e820_update(&r->bios, start, end, from, to);
	return 0;
}

static int bios_read(struct reading *r, const char *line, const char *at)
{
	r->inclusive |= strstr(at, "[mem ") != NULL;
	if (strstr(at, "[gap "))
		return 0; /* newer kernels print what lies between, too */
	return entry_read(r, &r->bios, line, at);
}

static int user_read(struct reading *r, const char *line, const char *at)
{
	uint64_t start, end;
	const char *probe = at;

	/* "user:" is a word that other drivers print too. */
	if (!dmesg_range(&probe, &start, &end))
		return 0;
	return entry_read(r, &r->user, line, at);
}

static int modified_read(struct reading *r, const char *line, const char *at)
{
	uint64_t start, end;
	const char *probe = at;

	if (!dmesg_range(&probe, &start, &end))
		return 0;
	return entry_read(r, &r->modified, line, at);
}

static int modified_start(struct reading *r, const char *line, const char *at)
{
	(void)line;
	(void)at;
	r->modified.nr = 0; /* printed again after each change: the last one holds */
	return 0;
}

/* ---- the kernel ------------------------------------------------------------- */

static int version_read(struct reading *r, const char *line, const char *at)
{
	unsigned a, b, c = 0;
	char name[80];

	if (r->has_version && (r->bios.nr || r->user.nr)) {
		r->ended = true; /* the log of the next boot */
		return 0;
	}
	if (sscanf(at, "%u.%u.%u", &a, &b, &c) < 2 || a > 255 || b > 255)
		return refuse(r, "no kernel version", line);
	c = c > 255 ? 255 : c;
	if (KVER(a, b, c) < KVER(2, 4, 0) || a > 6)
		return refuse(r, "only kernels 2.4.0 to 6.x are modelled", line);
	r->has_version = true;
	r->cfg->release = KVER(a, b, c);
	if (a == 2 && b == 4)
		r->cfg->kernel = MM386_KERNEL_24;
	else
		r->cfg->kernel = a < 4 ? MM386_KERNEL_26 : MM386_KERNEL_61;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, " "), at);
	if (strcasestr(name, "hugemem"))
		return refuse(r, "the 4G/4G split of hugemem kernels is not modelled", line);
	if (strcasestr(name, "pae") || strcasestr(name, "bigmem"))
		r->pae = 1;
	return 0;
}

static int cmdline_read(struct reading *r, const char *line, const char *at)
{
	size_t n;

	at += strspn(at, " ");
	n = strlen(at);
	if (n >= sizeof(r->cfg->cmdline))
		return refuse(r, "the command line is too long", line);
	memcpy(r->cfg->cmdline, at, n + 1);
	return 0;
}

static int pae_yes(struct reading *r, const char *line, const char *at)
{
	(void)line;
	(void)at;
	if (r->pae < 0)
		r->pae = 1;
	return 0;
}

static int pae_no(struct reading *r, const char *line, const char *at)
{
	(void)line;
	(void)at;
	r->pae = 0;
	return 0;
}

/* Frames that the kernel can address: 2^20 without PAE. */
static int arch_pfn_read(struct reading *r, const char *line, const char *at)
{
	uint64_t pfn;

	(void)line;
	r->arch_pfn = true;
	at += strspn(at, " =");
	if (dmesg_hex(&at, &pfn))
		r->pae = pfn > MAX_PFN_4G;
	return 0;
}

static int no_highmem_read(struct reading *r, const char *line, const char *at)
{
	(void)line;
	(void)at;
	r->no_highmem = true;
	return 0;
}

static int lowmem_mib_read(struct reading *r, const char *line, const char *at)
{
	while (at > line && at[-1] >= '0' && at[-1] <= '9')
		at--;
	r->lowmem_mib = strtoull(at, NULL, 10);
	r->has_lowmem_line = true;
	return 0;
}

static int highmem_mib_read(struct reading *r, const char *line, const char *at)
{
	while (at > line && at[-1] >= '0' && at[-1] <= '9')
		at--;
	r->highmem_mib = strtoull(at, NULL, 10);
	r->has_highmem_line = true;
	return 0;
}

/* ---- sizes ------------------------------------------------------------------- */

static int memory_line_read(struct reading *r, const char *line, const char *at)
{
	struct mm386_config *cfg = r->cfg;

	(void)at;
	if (!strstr(line, "available") || !strstr(line, "kernel code"))
		return 0;
	cfg->text_bytes = dmesg_bytes_before(line, "kernel code");
	cfg->data_bytes = dmesg_bytes_before(line, "rwdata") + dmesg_bytes_before(line, "rodata");
	if (!cfg->data_bytes)
		cfg->data_bytes = dmesg_bytes_before(line, " data");
	cfg->init_bytes = dmesg_bytes_before(line, " init");
	if (strstr(line, " bss"))
		cfg->bss_bytes = dmesg_bytes_before(line, " bss");
	return 0;
}

static int fixmap_read(struct reading *r, const char *line, const char *at)
{
	uint64_t start, end;

	(void)line;
	if (dmesg_bounds(at, &start, &end) && start >= 0xfc000000u && start < 0xffffe000u)
		r->cfg->fixaddr_start = (uint32_t)start;
	return 0;
}

static int pkmap_read(struct reading *r, const char *line, const char *at)
{
	uint64_t start, end;

	(void)line;
	r->has_pkmap = true;
	if (dmesg_bounds(at, &start, &end))
		r->pae = end - start ==
			 2 * MIB; /* one page table of 8 byte entries, or of 4 byte ones */
	return 0;
}

static int lowmem_read(struct reading *r, const char *line, const char *at)
{
	uint64_t start, end;

	(void)line;
	if (dmesg_bounds(at, &start, &end))
		r->page_offset = (uint32_t)start;
	return 0;
}

static int text_read(struct reading *r, const char *line, const char *at)
{
	uint64_t start, end;

	(void)line;
	if (dmesg_bounds(at, &start, &end))
		r->text_start = start;
	return 0;
}

static int cpu_entry_read(struct reading *r, const char *line, const char *at)
{
	uint64_t start, end;

	(void)line;
	if (dmesg_bounds(at, &start, &end))
		r->cpu_entry_pages = (uint32_t)((end - start) / MM386_PAGE_SIZE);
	return 0;
}

/*
 * Where the zone ends, printed in three ways:
 *	Normal	     4096 ->   229376
 *	Normal	 0x00001000 -> 0x000377fe
 *	Normal	 [mem 0x0000000001000000-0x0000000036bfdfff]
 */
static int normal_read(struct reading *r, const char *line, const char *at)
{
	const char *arrow = strstr(at, "->"), *mem = strstr(at, "[mem ");
	uint64_t start, end;

	(void)line;
	if (mem && dmesg_range(&mem, &start, &end))
		r->lowmem_end = (uint32_t)((end + 1) >> MM386_PAGE_SHIFT);
	else if (arrow && strspn(at, " 0123456789abcdefx") == (size_t)(arrow - at))
		r->lowmem_end = (uint32_t)strtoul(arrow + 2, NULL, 0);
	return 0;
}

static int dma_zone_read(struct reading *r, const char *line, const char *at)
{
	uint32_t pages = (uint32_t)strtoul(at, NULL, 10);

	(void)line;
	if (strstr(at, "used for memmap"))
		r->dma_memmap = pages;
	else if (strstr(at, "LIFO batch"))
		r->dma_present = pages;
	r->zone_batches = true;
	return 0;
}

static int numbered_zones_read(struct reading *r, const char *line, const char *at)
{
	(void)line;
	(void)at;
	r->numbered_zones = true;
	return 0;
}

static int node_map_read(struct reading *r, const char *line, const char *at)
{
	(void)line;
	(void)at;
	r->node_map = true;
	return 0;
}

static int initrd_read(struct reading *r, const char *line, const char *at)
{
	uint64_t start, end;

	(void)line;
	if (dmesg_range(&at, &start, &end) && end > start && end - start < 256 * MIB)
		r->cfg->initrd_bytes = (uint32_t)(end - start + 1);
	return 0;
}

static int nr_cpus_read(struct reading *r, const char *line, const char *at)
{
	unsigned long n = strtoul(at, NULL, 10);

	(void)line;
	if (n >= 1 && n <= 512)
		r->cfg->nr_cpus = (unsigned)n;
	return 0;
}

/* "Brought up 2 CPUs", "smp: Brought up 1 node, 4 CPUs" */
static int cpus_read(struct reading *r, const char *line, const char *at)
{
	unsigned nodes, n = 0;

	(void)line;
	if (sscanf(at, " %u node, %u CPU", &nodes, &n) != 2 && sscanf(at, " %u CPU", &n) != 1)
		return 0;
	if (n >= 1 && n <= MM386_CPUS_MAX)
		r->cfg->cpus = n;
	return 0;
}

/* ---- a line -------------------------------------------------------------------- */

static const struct {
	const char *word;
	int (*read)(struct reading *r, const char *line, const char *at);
} words[] = {
	{"Linux version ", version_read},
	{"BIOS-e820:", bios_read},
	{"BIOS-88:", bios_read},
	{"BIOS-e801:", bios_read},
	{"modified physical RAM map", modified_start},
	{" modified: ", modified_read},
	{" user: ", user_read},
	{"e820: update ", update_read},
	{"e820: remove ", update_read},
	{"e820 update range: ", update_read},
	{"e820 remove range: ", update_read},
	{"Kernel command line:", cmdline_read},
	{"Command line:", cmdline_read},
	{"max_arch_pfn", arch_pfn_read},
	{"NX (Execute Disable) protection: active", pae_yes},
	{"non-PAE kernel", pae_no},
	{"Warning only 4GB will be used", pae_no},
	{"HIGHMEM64G enabled kernel", pae_no},
	{"PAE enabled kernel", pae_no},
	{"Use a HIGHMEM enabled kernel", no_highmem_read},
	{"MB LOWMEM available", lowmem_mib_read},
	{"MB HIGHMEM available", highmem_mib_read},
	{"Memory: ", memory_line_read},
	{" fixmap  :", fixmap_read},
	{" pkmap   :", pkmap_read},
	{" lowmem  :", lowmem_read},
	{" .text :", text_read},
	{"cpu_entry :", cpu_entry_read},
	{" Normal  ", normal_read},
	{" DMA zone: ", dma_zone_read},
	{"zone(0): ", numbered_zones_read},
	{"early_node_map[", node_map_read},
	{"RAMDISK: ", initrd_read},
	{"NR_CPUS:", nr_cpus_read},
	{"Brought up", cpus_read},
};

static int line_read(struct reading *r, const char *line)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !r->ended; i++) {
		const char *at = strstr(line, words[i].word);

		if (!at)
			continue;
		int ret = words[i].read(
			r, line,
			at + (words[i].read == lowmem_mib_read || words[i].read == highmem_mib_read
				      ? 0
				      : strlen(words[i].word)));
		if (ret)
			return ret;
	}
	return 0;
}

/* ---- put together ---------------------------------------------------------------- */

/*
 * The split whose direct map can just hold ${lowmem_mib}: 896 of 1G, 1920 of 2G,
 * 2944 of 3G, unless vmalloc= says how much is kept from it.
 */
static enum mm386_vmsplit split_of(const struct reading *r)
{
	static const struct {
		uint32_t offset;
		enum mm386_vmsplit split;
	} splits[] = {
		{0xc0000000u, MM386_VMSPLIT_3G}, {0xb0000000u, MM386_VMSPLIT_3G_OPT},
		{0x80000000u, MM386_VMSPLIT_2G}, {0x78000000u, MM386_VMSPLIT_2G_OPT},
		{0x40000000u, MM386_VMSPLIT_1G},
	};

	uint64_t kept = strstr(r->cfg->cmdline, "vmalloc=") ? 0 : 120;

	for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]); i++) {
		uint64_t most = (4 * GIB - splits[i].offset) / MIB - kept;

		if (r->page_offset == splits[i].offset)
			return splits[i].split;
		if (!r->page_offset && r->lowmem_mib && r->lowmem_mib < most)
			return splits[i].split;
	}
	return r->cfg->vmsplit;
}

/* Without a version line: the latest teaching release that prints this way. */
static void guess_release(struct reading *r)
{
	struct mm386_config *cfg = r->cfg;

	if (r->has_version || cfg->release)
		return;
	if (r->numbered_zones) {
		cfg->kernel = MM386_KERNEL_24;
	} else if (r->inclusive) {
		cfg->kernel = MM386_KERNEL_61;
	} else if (r->node_map || r->zone_batches) {
		cfg->kernel = MM386_KERNEL_26;
		if (!r->arch_pfn)
			cfg->release = r->node_map ? KVER(2, 6, 24) : KVER(2, 6, 18);
	}
}

/* Build options that no line names. */
static void solve(struct reading *r)
{
	struct mm386_config *cfg = r->cfg;
	struct profile p;

	if (r->cpu_entry_pages) {
		cfg->cpu_entry = true;
		profile_resolve(cfg, &p);
		if (!cfg->nr_cpus && r->cpu_entry_pages > p.cpu_entry_pages)
			cfg->nr_cpus = (r->cpu_entry_pages - 1) / p.cpu_entry_pages;
	}
	solve_page_struct(cfg, r->dma_memmap, r->dma_present);
	if (r->lowmem_end)
		solve_lowmem(cfg, r->lowmem_end, r->pae >= 0);
}

static int put_together(struct reading *r)
{
	struct mm386_config *cfg = r->cfg;
	const struct e820_table *t = &r->bios;

	if (r->modified.nr)
		t = &r->modified;
	if (r->user.nr)
		t = &r->user;
	if (!t->nr)
		return error_set(r->err, "/dmesg", 0,
				 "the log has no line of an e820 table (\"BIOS-e820: ...\")");
	if (t->nr > MM386_E820_MAX)
		return error_set(r->err, "/dmesg", 0, "the e820 table has more than %d entries",
				 MM386_E820_MAX);
	cfg->memory_bytes = 0;
	cfg->nr_e820 = t->nr;
	memcpy(cfg->e820, t->e, t->nr * sizeof(t->e[0]));
	cfg->vmsplit = split_of(r);
	if (r->pae >= 0)
		cfg->pae = r->pae;
	else if (r->highmem_mib + r->lowmem_mib > 4096)
		cfg->pae = true;
	/* Kernels with CONFIG_HIGHMEM print its size beside LOWMEM's, and pkmap in the layout. */
	if (r->has_lowmem_line && !r->has_highmem_line)
		r->no_highmem = true;
	if (r->no_highmem || (cfg->fixaddr_start && r->page_offset && !r->has_pkmap))
		cfg->highmem = MM386_HIGHMEM_OFF;
	if (r->text_start && r->page_offset && r->text_start > r->page_offset)
		cfg->physical_start = ROUND_DOWN(r->text_start - r->page_offset, MM386_PAGE_SIZE);
	if (cfg->nr_cpus && cfg->nr_cpus < cfg->cpus)
		cfg->nr_cpus = cfg->cpus;
	guess_release(r);
	solve(r);
	return 0;
}

int mm386_config_dmesg(struct mm386_config *cfg, const char *text, size_t len,
		       struct mm386_error *err)
{
	struct reading *r = calloc(1, sizeof(*r));
	char line[LINE_MAX_BYTES];
	const char *end = text + len;
	int ret = 0;

	if (!r)
		return -ENOMEM;
	r->cfg = cfg;
	r->err = err;
	r->pae = -1;
	while (text < end && !ret && !r->ended) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((nl ? nl : end) - text);
		size_t keep = n < sizeof(line) - 1 ? n : sizeof(line) - 1;

		memcpy(line, text, keep);
		line[keep] = '\0';
		while (keep > 0 && (line[keep - 1] == '\r' || line[keep - 1] == ' '))
			line[--keep] = '\0';
		r->line++;
		ret = line_read(r, line);
		text += n + 1;
	}
	if (!ret)
		ret = put_together(r);
	free(r);
	return ret;
}
