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

#include "dmesg.h"
#include "dmesg_lines.h"
#include "dmesg_words.h"
#include "solve.h"

int dmesg_refuse(struct reading *r, const char *what, const char *line)
{
	return error_set(r->err, "/dmesg", r->line, "line %u: %s: %.100s", r->line, what, line);
}

/* ---- the kernel ------------------------------------------------------------- */

static int refuse_64bit(struct reading *r, const char *line, const char *at)
{
	(void)at;
	return dmesg_refuse(r, "the log of a 64-bit kernel, only those of i386 are modelled", line);
}

/* 2.6.15 .. 2.6.18 had the zone on i386 too, always empty. */
static int dma32_read(struct reading *r, const char *line, const char *at)
{
	if (strncmp(at, "zone: 0 pages", strlen("zone: 0 pages")) == 0)
		return 0;
	return refuse_64bit(r, line, at);
}

static int refuse_xen(struct reading *r, const char *line, const char *at)
{
	uint64_t start, end;

	if (!dmesg_range(&at, &start, &end))
		return 0;
	return dmesg_refuse(r, "a kernel under Xen, only those on bare hardware are modelled",
			    line);
}

static int version_read(struct reading *r, const char *line, const char *at)
{
	unsigned a, b, c = 0;
	char name[80];

	if (r->has_version && (r->bios.nr || r->user.nr)) {
		r->ended = true; /* the log of the next boot */
		return 0;
	}
	if (sscanf(at, "%u.%u.%u", &a, &b, &c) < 2 || a > 255 || b > 255)
		return 0; /* somebody's sentence, not the kernel's */
	c = c > 255 ? 255 : c;
	if (KVER(a, b, c) < KVER(2, 4, 0) || a > 6)
		return dmesg_refuse(r, "only kernels 2.4.0 to 6.x are modelled", line);
	r->has_version = true;
	r->cfg->release = mm386_release_stable(KVER(a, b, c), at);
	r->cfg->kernel = mm386_kernel_of(r->cfg->release);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, " "), at);
	if (strcasestr(name, "hugemem"))
		return dmesg_refuse(r, "the 4G/4G split of hugemem kernels is not modelled", line);
	if (strstr(name, "x86_64") || strstr(name, "amd64"))
		return refuse_64bit(r, line, at);
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
		return dmesg_refuse(r, "the command line is too long", line);
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

	r->arch_pfn = true;
	at += strspn(at, " =");
	if (!dmesg_hex(&at, &pfn))
		return 0;
	if (pfn > MAX_PFN_PAE)
		return refuse_64bit(r, line, at);
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
	const char *arrow = strstr(at, "->");
	uint64_t start, end;

	if (strncmp(at, "[mem ", 5) == 0 && dmesg_range(&at, &start, &end)) {
		start >>= MM386_PAGE_SHIFT;
		end = (end + 1) >> MM386_PAGE_SHIFT;
	} else if (arrow && *at >= '0' && *at <= '9' &&
		   strspn(at, " 0123456789abcdefx") == (size_t)(arrow - at)) {
		start = strtoul(at, NULL, 0);
		end = strtoul(arrow + 2, NULL, 0);
	} else {
		return 0;
	}
	if (start < DMA_END_PFN && start < end)
		return dmesg_refuse(r, "a kernel without ZONE_DMA is not modelled", line);
	r->lowmem_end = (uint32_t)end;
	return 0;
}

/* "Initializing HighMem for node 0 (000377fe:0003fff0)": high memory starts where low memory ends. */
static int highmem_init_read(struct reading *r, const char *line, const char *at)
{
	uint32_t start = (uint32_t)strtoul(at, NULL, 16);

	(void)line;
	if (start && !r->lowmem_end)
		r->lowmem_end = start;
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

static int total_pages_read(struct reading *r, const char *line, const char *at)
{
	(void)line;
	r->total_pages = (uint32_t)strtoul(at, NULL, 10);
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

/* "Freeing SMP alternatives memory: 32K", before 3.11 "Freeing SMP alternatives: 12k freed" */
static int alternatives_read(struct reading *r, const char *line, const char *at)
{
	unsigned long kib;

	(void)line;
	at += strspn(at, " memory:");
	kib = strtoul(at, NULL, 10);
	if (kib > 0 && kib <= 1024)
		r->cfg->alternatives_bytes = (uint32_t)(kib * KIB);
	return 0;
}

/* "percpu: Embedded 36 pages/cpu s115596 r0 d31860 u147456"; older ones have the address before. */
static int percpu_read(struct reading *r, const char *line, const char *at)
{
	const char *fixed = strstr(at, " s"), *unit = strstr(at, " u");
	unsigned long fixed_bytes = fixed ? strtoul(fixed + 2, NULL, 10) : 0;
	unsigned long unit_bytes = unit ? strtoul(unit + 2, NULL, 10) : 0;

	(void)line;
	if (fixed_bytes > 0 && fixed_bytes <= unit_bytes && unit_bytes <= 4 * MIB &&
	    unit_bytes % MM386_PAGE_SIZE == 0) {
		r->cfg->percpu_static_bytes = (uint32_t)fixed_bytes;
		r->cfg->percpu_unit_bytes = (uint32_t)unit_bytes;
	}
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
	{"BIOS-e820:", dmesg_bios},
	{"BIOS-88:", dmesg_bios},
	{"BIOS-e801:", dmesg_bios},
	{"modified physical RAM map", dmesg_modified_start},
	{"modified: ", dmesg_modified},
	{"user: ", dmesg_user},
	{"e820: update ", dmesg_update},
	{"e820: remove ", dmesg_update},
	{"e820 update range: ", dmesg_update},
	{"e820 remove range: ", dmesg_update},
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
	{"fixmap :", fixmap_read},
	{"pkmap :", pkmap_read},
	{"lowmem :", lowmem_read},
	{".text :", text_read},
	{"cpu_entry :", cpu_entry_read},
	{"Normal ", normal_read},
	{"Initializing HighMem for node 0 (", highmem_init_read},
	{"DMA zone: ", dma_zone_read},
	{"Total pages: ", total_pages_read},
	{"DMA32 ", dma32_read},
	{"KVA for lmem_map", dmesg_kva},
	{"Shrinking node ", dmesg_shrinking},
	{"On node ", dmesg_node_total},
	{"Node: ", dmesg_node_bounds},
	{"chunk ", dmesg_chunk},
	{"SRAT: Node ", dmesg_srat},
	{"node ", dmesg_node_ram},
	{"Xen: ", refuse_xen},
	{"zone(0): ", numbered_zones_read},
	{"early_node_map[", node_map_read},
	{"RAMDISK: ", initrd_read},
	{"NR_CPUS:", nr_cpus_read},
	{"Freeing SMP alternatives", alternatives_read},
	{"percpu: Embedded ", percpu_read},
	{"PERCPU: Embedded ", percpu_read},
	{"Brought up", cpus_read},
};

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* ${word} in ${line}, and not as the end of a longer word; a number may stand right before "MB". */
static const char *word_find(const char *line, const char *word)
{
	const char *at = strstr(line, word);

	while (at && at > line && is_alnum(at[-1]) && strncmp(word, "MB ", 3) != 0)
		at = strstr(at + 1, word);
	return at;
}

static int line_read(struct reading *r, const char *line)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !r->ended; i++) {
		const char *at = word_find(line, words[i].word);

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
	uint64_t lowmem_mib = r->lowmem_mib ? r->lowmem_mib : r->lowmem_end >> 8;

	for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]); i++) {
		uint64_t most = (4 * GIB - splits[i].offset) / MIB - kept;

		if (r->page_offset == splits[i].offset)
			return splits[i].split;
		if (!r->page_offset && lowmem_mib && lowmem_mib < most)
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
	if (!cfg->physical_start)
		solve_physical_start(cfg);
	if (cfg->numa)
		solve_page_struct_kva(cfg, r->nodes.kva_pages);
	if (r->dma_memmap || r->dma_present)
		solve_page_struct(cfg, r->dma_memmap, r->dma_present);
	if (r->lowmem_end)
		solve_lowmem(cfg, r->lowmem_end, r->pae >= 0);
	if (r->total_pages && !cfg->page_struct_bytes)
		solve_page_struct_total(cfg, r->total_pages);
}

static int put_together(struct reading *r)
{
	struct mm386_config *cfg = r->cfg;
	const struct e820_table *t = &r->bios;
	int ret;

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
	if (r->no_highmem || (cfg->fixaddr_start && r->page_offset && !r->has_pkmap && !r->has_highmem_line))
		cfg->highmem = MM386_HIGHMEM_OFF;
	if (r->text_start && r->page_offset && r->text_start > r->page_offset)
		cfg->physical_start = ROUND_DOWN(r->text_start - r->page_offset, MM386_PAGE_SIZE);
	if (cfg->nr_cpus && cfg->nr_cpus < cfg->cpus)
		cfg->nr_cpus = cfg->cpus;
	guess_release(r);
	ret = dmesg_nodes(r);
	if (!ret)
		solve(r);
	return ret;
}

int mm386_config_dmesg(struct mm386_config *cfg, const char *text, size_t len,
		       struct mm386_error *err)
{
	struct reading *r = calloc(1, sizeof(*r));
	struct dmesg_lines lines;
	char line[DMESG_LINE_BYTES];
	int ret = 0;

	if (!r)
		return -ENOMEM;
	r->cfg = cfg;
	r->err = err;
	r->pae = -1;
	dmesg_lines_init(&lines, text, len);
	while (!ret && !r->ended && dmesg_lines_next(&lines, line)) {
		r->line = lines.line;
		ret = line_read(r, line);
	}
	if (!ret)
		ret = put_together(r);
	free(r);
	return ret;
}
