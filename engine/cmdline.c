/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmdline.c - the kernel options that decide about memory.
 *
 *	mem=N  memmap=exactmap  memmap=N@A (RAM)  #A (ACPI)  $A (reserved)  !A (persistent)
 *	highmem=N  vmalloc=N  kernelcore=N  movablecore=N  (the last two also in percent)
 *	nr_cpus=N  possible_cpus=N  maxcpus=N  nosmp  log_buf_len=N  dhash_entries=N
 *	ihash_entries=N  crashkernel=N[@A]  swiotlb=noforce
 *
 * 2.4 has mem= for what later kernels call memmap=.  As in the kernel, an
 * option that cannot be read is passed over.
 */
#include <stdlib.h>

#include "boot.h"

/* A number with K, M, G, T behind it; *${end} behind all of it.  Kernel: lib/cmdline.c memparse().
 */
static uint64_t memparse(const char *text, const char **end)
{
	static const char units[] = "kKmMgGtT";
	char *stop;
	uint64_t value = strtoull(text, &stop, 0);
	const char *unit = *stop ? strchr(units, *stop) : NULL;

	if (unit) {
		value <<= 10 * ((unit - units) / 2 + 1);
		stop++;
	}
	*end = stop;
	return value;
}

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/*
 * mem=N.  Kernel: parse_mem_cmdline() [2.4.0], limit_regions() [2.4.18, 2.5, 2.6.18],
 * parse_memopt() [2.6.27 and later].
 */
static void mem_limit(struct e820_table *t, enum mem_option_rule rule, uint64_t limit)
{
	uint64_t sum = 0;

	if (rule == MEM_OPTION_REPLACE) {
		t->nr = 0;
		e820_add(t, 0, 0x9efff, MM386_E820_USABLE);
		if (limit > MIB)
			e820_add(t, MIB, limit - 1, MM386_E820_USABLE);
		return;
	}
	if (rule == MEM_OPTION_ADDRESS_RAM) {
		e820_update(t, limit, UINT64_MAX - 1, MM386_E820_USABLE, 0);
		return;
	}
	for (unsigned i = 0; i < t->nr; i++) {
		struct mm386_e820_entry *e = &t->e[i];
		uint64_t reach;

		if (e->type != MM386_E820_USABLE)
			continue;
		sum += e->end - e->start + 1;
		reach = rule == MEM_OPTION_AMOUNT ? sum : e->end + 1;
		if (reach < limit)
			continue;
		if (reach - limit > e->end - e->start) {
			t->nr = i; /* nothing of this entry is left */
			return;
		}
		e->end -= reach - limit;
		t->nr = i + 1;
		return;
	}
}

/*
 * Options of one word may be joined with commas ("memmap=exactmap,640K@0"); ${text} is one piece.
 * A size with none of the marks behind it limits memory.  Kernel: parse_memmap_one() [2.6.32, 6.1].
 */
static void map_option(struct e820_table *t, const struct profile *p, struct memory_options *opt,
		       const char *text)
{
	static const struct {
		char mark;
		uint32_t type;
	} kinds[] = {
		{'@', MM386_E820_USABLE},
		{'#', MM386_E820_ACPI},
		{'$', MM386_E820_RESERVED},
		{'!', 12}, /* E820_TYPE_PRAM */
	};
	const char *end;
	uint64_t size, start;

	if (strncmp(text, "exactmap", 8) == 0) {
		t->nr = 0;
		opt->user_map = true;
		return;
	}
	size = memparse(text, &end);
	if (end == text || size == 0)
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (*end != kinds[i].mark)
			continue;
		start = memparse(end + 1, &end);
		if (start + size - 1 < start || t->nr >= E820_TABLE_MAX)
			return;
		opt->user_map = true;
		e820_add(t, start, start + size - 1, kinds[i].type);
		return;
	}
	if (p->mem_option == MEM_OPTION_ADDRESS_RAM) { /* memmap=N is mem=N there */
		opt->user_map = true;
		mem_limit(t, p->mem_option, size);
	}
}

static void memmap_words(struct e820_table *t, const struct profile *p, struct memory_options *opt,
			 const char *value)
{
	char word[MM386_CMDLINE_MAX];
	char *at = word, *comma;

	memcpy(word, value, strlen(value) + 1);
	while ((comma = strchr(at, ',')) != NULL) {
		*comma = '\0';
		map_option(t, p, opt, at);
		at = comma + 1;
	}
	map_option(t, p, opt, at);
	e820_sanitize(t);
}

static void mem_word(struct e820_table *t, const struct profile *p, struct memory_options *opt,
		     const char *value)
{
	const char *end;
	uint64_t size = memparse(value, &end);

	if (starts_with(value, "nopentium"))
		return;
	if (!p->memmap_option &&
	    (starts_with(value, "exactmap") || *end == '@' || *end == '#' || *end == '$')) {
		memmap_words(t, p, opt, value);
		return;
	}
	if (size == 0)
		return;
	opt->user_map = true;
	mem_limit(t, p->mem_option, size);
}

static void core_word(const char *value, const struct profile *p, uint64_t *pages,
		      unsigned *percent)
{
	const char *end;
	uint64_t n = memparse(value, &end);

	*pages = 0;
	*percent = 0;
	if (*end == '%' && p->core_percent)
		*percent = n > 100 ? 0 : (unsigned)n;
	else
		*pages = n >> MM386_PAGE_SHIFT;
}

/* "64M" or "64M@32M"; sizes that depend on RAM ("512M-2G:64M") are passed over. */
static void crash_word(const char *value, struct memory_options *opt)
{
	const char *end;
	uint64_t bytes = memparse(value, &end);

	opt->crash_bytes = *end == '\0' || *end == '@' ? bytes : 0;
	opt->crash_start = *end == '@' ? memparse(end + 1, &end) : 0;
}

/* 0 says nosmp: there is no other CPU then. */
static void max_cpus_word(const char *value, struct memory_options *opt)
{
	opt->max_cpus = (unsigned)strtoul(value, NULL, 0);
	if (opt->max_cpus == 0)
		opt->nr_cpus = 1;
}

/* CPUs and tables that boot sizes; false: ${word} is about something else. */
static bool size_word(const char *word, const char *value, struct memory_options *opt)
{
	const char *end;

	if (starts_with(word, "nr_cpus="))
		opt->nr_cpus = (unsigned)strtoul(value, NULL, 0);
	else if (starts_with(word, "possible_cpus="))
		opt->possible_cpus = (unsigned)strtoul(value, NULL, 0);
	else if (starts_with(word, "maxcpus="))
		max_cpus_word(value, opt);
	else if (starts_with(word, "log_buf_len="))
		opt->log_buf_bytes = memparse(value, &end);
	else if (starts_with(word, "dhash_entries="))
		opt->dentry_entries = strtoul(value, NULL, 0);
	else if (starts_with(word, "ihash_entries="))
		opt->inode_entries = strtoul(value, NULL, 0);
	else if (starts_with(word, "crashkernel="))
		crash_word(value, opt);
	else if (strcmp(word, "swiotlb=noforce") == 0)
		opt->no_swiotlb = true;
	else
		return false;
	return true;
}

static int apply_word(const char *word, const struct profile *p, struct e820_table *t,
		      struct memory_options *opt, struct mm386_error *err)
{
	const char *value = strchr(word, '=');
	const char *end;

	if (strcmp(word, "nosmp") == 0)
		opt->nr_cpus = 1;
	if (!value || size_word(word, ++value, opt))
		return 0;
	if (starts_with(word, "mem=")) {
		mem_word(t, p, opt, value);
	} else if (starts_with(word, "memmap=") && p->memmap_option) {
		memmap_words(t, p, opt, value);
	} else if (starts_with(word, "highmem=")) {
		opt->has_highmem = true;
		opt->highmem_pages = memparse(value, &end) >> MM386_PAGE_SHIFT;
	} else if (starts_with(word, "vmalloc=") && p->vmalloc_option) {
		opt->vmalloc_bytes = memparse(value, &end);
		opt->has_vmalloc = opt->vmalloc_bytes != 0;
		if (opt->vmalloc_bytes >= GIB * 3)
			return error_set(err, "/cmdline", 0,
					 "vmalloc=%s leaves no room for the direct map", value);
	} else if (strcmp(word, "kernelcore=mirror") == 0 && p->core_mirror) {
		return error_set(
			err, "/cmdline", 0,
			"kernelcore=mirror: the firmware's mirrored memory is not modelled");
	} else if (starts_with(word, "kernelcore=") && p->zone_movable) {
		core_word(value, p, &opt->kernelcore_pages, &opt->kernelcore_percent);
	} else if (starts_with(word, "movablecore=") && p->zone_movable) {
		core_word(value, p, &opt->movablecore_pages, &opt->movablecore_percent);
	}
	return 0;
}

int cmdline_apply(const char *cmdline, const struct profile *p, struct e820_table *t,
		  struct memory_options *opt, struct mm386_error *err)
{
	char copy[MM386_CMDLINE_MAX];
	char *save = NULL;

	memset(opt, 0, sizeof(*opt));
	assert(strlen(cmdline) < sizeof(copy));
	memcpy(copy, cmdline, strlen(cmdline) + 1);
	for (char *w = strtok_r(copy, " \t\n", &save); w; w = strtok_r(NULL, " \t\n", &save)) {
		int ret = apply_word(w, p, t, opt, err);

		if (ret)
			return ret;
	}
	return 0;
}
