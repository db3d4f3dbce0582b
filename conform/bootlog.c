/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bootlog.c - real machines' boot logs against mm386.
 *
 * From each record the lines that the kernel printed are written again and given to
 * mm386_config_dmesg(); the machine that comes out must have the zones, sizes and
 * linear bounds of the rest of the record.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bootlog.h"
#include "machine.h"
#include "releases.h"

/* ---- machines that are not modelled ------------------------------------------- */

/* Kernels that tell by their name what they are. */
static const char *foreign_name(const char *version)
{
	static const struct {
		const char *word, *release, *why;
	} names[] = {
		{"hugemem", "", "4G/4G split: kernel and processes have 4 GiB each"},
		{"xen", "", "a kernel under Xen: its frames are not the machine's"},
		{"pgcl", "", "page clustering: the kernel's pages are not the hardware's"},
		{"x86_64", "", "the kernel is a 64-bit one"},
		{"amd64", "", "the kernel is a 64-bit one"},
		{"edison", "3.10", "Intel's 3.10 for Edison has fixmap slots of its own"},
	};
	unsigned major, minor;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasestr(version, names[i].word) &&
		    strncmp(version, names[i].release, strlen(names[i].release)) == 0)
			return names[i].why;
	if (sscanf(version, "%u.%u", &major, &minor) == 2 && (major < 2 || (major == 2 && minor < 4) || major > 6))
		return "only kernels 2.4.0 to 6.x are modelled";
	return NULL;
}

/* What the lines show of a machine that is no PC, or of a kernel that counted wrong. */
static const char *foreign_lines(const json_t *v)
{
	const json_t *dma = json_object_get(json_object_get(v, "zone_pfn_ranges"), "DMA");
	const json_t *pages = json_object_get(json_object_get(v, "zone_pages"), "DMA");
	const json_t *normal = json_object_get(json_object_get(v, "zone_pfn_ranges"), "Normal");
	const json_t *line = json_object_get(v, "memory_line");

	if (strcmp(input_string(v, "e820_source"), "Xen") == 0)
		return "a kernel under Xen: its frames are not the machine's";
	if (input_element(dma, 1) > 4096 || input_member(pages, "pages") > 4096)
		return "ZONE_DMA is larger than 16 MiB: a guest of Xen, or not a PC";
	if (input_element(normal, 1) && input_element(normal, 0) < 4096)
		return "a kernel without ZONE_DMA is not modelled";
	if (input_member(line, "available_k") > input_member(line, "total_k"))
		return "that kernel counted more memory available than there was";
	return NULL;
}

const char *bootlog_foreign(const json_t *v)
{
	const json_t *numa = json_object_get(v, "numa_or_discontig"), *init = json_object_get(v, "highmem_init");
	uint64_t page;
	const char *version = input_string(v, "kernel_version"), *why;
	size_t i;
	json_t *row;

	why = foreign_name(*version ? version : input_string(v, "kernel_version_hint"));
	if (!why)
		why = foreign_lines(v);
	if (why)
		return why;
	if (*input_string(v, "split") && strcmp(input_string(v, "split"), "4G/4G") == 0)
		return "4G/4G split: kernel and processes have 4 GiB each";
	if (input_number(json_object_get(v, "software_page_size"), &page) && page != MM386_PAGE_SIZE)
		return "page clustering: the kernel's pages are not the hardware's";
	if (bootlog_has_nodes(v))
		return NULL;
	if (input_member(numa, "kva_total_pages") || json_object_size(json_object_get(numa, "kva_reserve_pages")) ||
	    json_object_size(json_object_get(numa, "remap_va")))
		return "NUMA kernel that moves lowmem for its nodes' mem_map";
	if (strstr(input_string(v, "kernel_version_hint"), "NUMA"))
		return "NUMA kernel, and which memory is whose is not in the record";
	json_array_foreach (init, i, row)
		if (input_element(row, 0) > 0)
			return "NUMA: several nodes, and which memory is whose is not in the record";
	if (json_object_size(json_object_get(v, "totalpages_by_node")) > 1 ||
	    json_object_size(json_object_get(v, "zone_pages_by_node")) > 1 ||
	    json_array_size(json_object_get(v, "node_ids")) > 1)
		return "NUMA: several nodes, and which memory is whose is not in the record";
	return NULL;
}

/* ---- what the kernel printed ----------------------------------------------------- */

/* The bounds of a zone as the log has them: 3.5 .. 3.19 print addresses of 32 bits. */
static void printed_range(const char *report, const struct mm386_zone_view *z, uint64_t range[2])
{
	unsigned long long first, last;
	char prefix[32];
	const char *line;

	snprintf(prefix, sizeof(prefix), "  %-8s ", z->name);
	line = machine_line(report, prefix);
	range[0] = z->start_pfn;
	range[1] = z->end_pfn;
	if (line && sscanf(line, "[mem 0x%llx-0x%llx]", &first, &last) == 2) {
		range[0] = first / MM386_PAGE_SIZE;
		range[1] = (last + 1) / MM386_PAGE_SIZE;
	}
}

/* Pages of the node as the log counts them. */
static uint64_t total_pages(const char *report)
{
	const char *line = machine_line(report, "On node 0 totalpages: ");

	return line ? strtoull(line, NULL, 10) : 0;
}

/*
 * Whether the pages of a zone follow: from 2.6.27 on holes are not counted, and where they are does not show
 * when neither a table nor the node's ranges are whole.
 */
static bool are_holes_known(const json_t *v, const struct mm386_info *info, const char *report)
{
	return bootlog_ram_is_told(v) || (bootlog_end_is_told(v) && total_pages(report) == info->highend_pfn);
}

static void compare_zones(struct check *c, const json_t *v, const struct mm386 *m, const char *report)
{
	const json_t *ranges = json_object_get(v, "zone_pfn_ranges"), *pages = json_object_get(v, "zone_pages");
	bool knows_holes = are_holes_known(v, mm386_info(m), report);
	uint64_t n, memmap, ours[2];

	for (unsigned i = 0; i < mm386_info(m)->nr_zones; i++) {
		struct mm386_zone_view z;
		const json_t *range, *page;
		const char *line;
		char prefix[32];

		mm386_zone(m, i, &z);
		range = json_object_get(ranges, z.name);
		page = json_object_get(pages, z.name);
		if (json_array_size(range) == 2) {
			printed_range(report, &z, ours);
			check_equal(c, input_element(range, 0), ours[0], "%s start_pfn", z.name);
			check_equal(c, input_element(range, 1), ours[1], "%s end_pfn", z.name);
		}
		if (knows_holes && input_number(json_object_get(page, "pages"), &n))
			check_equal(c, n, z.present, "%s present", z.name);
		if (!input_number(json_object_get(page, "memmap"), &n))
			continue;
		snprintf(prefix, sizeof(prefix), "  %s zone: ", z.name);
		line = machine_line(report, prefix);
		if (!line || !machine_number_before(line, " pages used for memmap", &memmap))
			memmap = 0;
		check_equal(c, n, memmap, "%s memmap", z.name);
	}
}

static void compare_sizes(struct check *c, const json_t *v, const struct mm386_info *info, const char *report)
{
	const json_t *mem = json_object_get(v, "memory_line");
	const char *line = machine_line(report, "Memory: "), *last_pfn = machine_line(report, "last_pfn = ");
	uint64_t n, ours = 0;

	if (are_holes_known(v, info, report) && input_number(json_object_get(v, "totalpages"), &n))
		check_equal(c, n, total_pages(report), "totalpages");
	if (input_number(json_object_get(v, "highmem_mb"), &n))
		check_equal(c, n, (info->highend_pfn - info->highstart_pfn) >> 8, "highmem MB");
	if (input_number(json_object_get(v, "lowmem_mb"), &n))
		check_equal(c, n, info->max_low_pfn >> 8, "lowmem MB");
	if (last_pfn && input_number(json_object_get(v, "last_pfn"), &n))
		check_equal(c, n, strtoull(last_pfn, NULL, 16), "last_pfn");
	if (input_number(json_object_get(mem, "highmem_k"), &n)) {
		if (line)
			machine_number_before(line, strstr(line, "K highmem") ? "K highmem" : "k highmem", &ours);
		check_equal(c, n, ours, "Memory: highmem");
	}
	if (bootlog_end_is_told(v) && !json_object_get(mem, "bss_k") && !json_object_get(mem, "rwdata_k") &&
	    input_number(json_object_get(mem, "total_k"), &n))
		check_equal(c, n, (uint64_t)info->max_mapnr * 4, "Memory: total");
}

static void compare_hash(struct check *c, const json_t *v, const char *report, const char *name, const char *prefix)
{
	const char *line = machine_line(report, prefix);
	uint64_t n;

	if (line && input_number(json_object_get(json_object_get(v, name), "entries"), &n))
		check_equal(c, n, strtoull(line, NULL, 10), "%s hash entries", name);
}

/* What boot sizes by memory; without a table the holes are not known, which the sums are less. */
static void compare_sums(struct check *c, const json_t *v, const char *report)
{
	const json_t *hash = json_object_get(v, "hash_tables"), *row;
	const char *line = machine_line(report, "Built "), *at = report;
	uint64_t n;
	size_t i;

	compare_hash(c, hash, report, "pid", "PID hash table entries: ");
	compare_hash(c, hash, report, "dentry", "Dentry cache hash table entries: ");
	compare_hash(c, hash, report, "inode", "Inode-cache hash table entries: ");
	if (!bootlog_table(v))
		return;
	if (input_number(json_object_get(v, "built_zonelists_total_pages"), &n)) {
		line = line ? strstr(line, "Total pages: ") : NULL;
		check_equal(c, n, line ? strtoull(line + 13, NULL, 10) : 0, "Total pages");
	}
	line = machine_line(report, "early_node_map[");
	if (line && input_number(json_object_get(v, "early_node_map_count"), &n))
		check_equal(c, n, strtoull(line, NULL, 10), "early_node_map ranges");
	json_array_foreach (json_object_get(v, "unavailable_pages"), i, row) {
		at = at ? machine_line(at, "On node 0, zone ") : NULL;
		line = at ? strchr(at, ' ') : NULL;
		check_equal(c, input_element(row, 1), line ? strtoull(line, NULL, 10) : 0, "unavailable range %zu", i);
	}
}

static void compare_ranges(struct check *c, const json_t *v, const struct mm386_info *info, const char *report)
{
	const json_t *init = json_array_get(json_object_get(v, "highmem_init"), 0);
	uint64_t pages = 0, range[2] = {0, 0};
	size_t i;
	json_t *pair;

	if (input_element(init, 1)) {
		check_equal(c, input_element(init, 1), info->highstart_pfn, "highstart_pfn");
		check_equal(c, input_element(init, 2), info->highend_pfn, "highend_pfn");
	}
	json_array_foreach (bootlog_user_map(v), i, pair) {
		if (i >= info->nr_e820)
			break;
		check_equal(c, input_member(pair, "start"), info->e820[i].start, "user map %zu start", i);
		check_equal(c, input_member(pair, "end"), info->e820[i].end + 1, "user map %zu end", i);
	}
	for (i = 0; bootlog_node_range(v, i, range); i++) {
		uint64_t end = range[1] < info->highend_pfn ? range[1] : info->highend_pfn;

		pages += range[0] < end ? end - range[0] : 0;
	}
	if (pages && bootlog_ranges_are_whole(v))
		check_equal(c, pages, total_pages(report), "pages of the node ranges");
}

static void compare_layout(struct check *c, const json_t *v, const struct mm386_info *info)
{
	static const char *const names[] = {"lowmem", "vmalloc", "pkmap", "fixmap", "cpu_entry"};
	const json_t *layout = json_object_get(v, "layout");

	/* What stands below the fixmap goes by its beginning. */
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (i == 0 || json_object_get(layout, "fixmap"))
			machine_region(c, info, names[i], json_object_get(layout, names[i]));
}

static void compare(struct check *c, const json_t *v, const struct mm386 *m)
{
	char *report = machine_report(m);

	if (!report) {
		check_differs(c, "no memory");
		return;
	}
	compare_sizes(c, v, mm386_info(m), report);
	if (bootlog_has_nodes(v)) {
		bootlog_nodes_compare(c, v, m, report);
	} else {
		compare_zones(c, v, m, report);
		compare_sums(c, v, report);
		compare_ranges(c, v, mm386_info(m), report);
	}
	compare_layout(c, v, mm386_info(m));
	free(report);
}

/* Whether anything that a boot log prints is in the record. */
static bool is_boot_log(const json_t *v)
{
	static const char *const members[] = {"e820",	     "zone_pages", "zone_pfn_ranges", "layout",
					      "memory_line", "totalpages", "highmem_init",    "node_ranges",
					      "lowmem_mb",   "highmem_mb", "last_pfn",	      "numa_or_discontig"};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (json_object_get(v, members[i]))
			return true;
	return false;
}

/* The machine of ${v} as kernel ${version} boots it, into ${c}; its release into ${cfg}. */
static void compare_as(struct check *c, const json_t *v, const char *version, struct mm386_config *cfg)
{
	struct mm386_error err = {.line = 0};
	const char *why;
	struct mm386 *m;
	size_t len;
	char *text = bootlog_text(v, version, &len, &why);

	if (!text) {
		check_skip(c, "%s", why);
		return;
	}
	mm386_config_init(cfg);
	if (mm386_config_dmesg(cfg, text, len, &err) || mm386_boot(cfg, &m, &err)) {
		check_differs(c, "mm386 refuses the machine: %s %s", err.pointer, err.detail);
	} else {
		c->kernel = (int)cfg->kernel;
		compare(c, v, m);
		mm386_free(m);
	}
	free(text);
}

/*
 * A record that only estimates its release is of the nearest one whose rules give all of it; if there is
 * none, what the estimate itself gives is told.
 */
static void compare_estimate(struct check *c, const json_t *v, const char *hint)
{
	struct releases_tried tried = {{false}};
	struct mm386_config cfg, next;
	struct check first = *c, other;
	char version[32];

	compare_as(&first, v, hint, &cfg);
	other = first;
	while (other.differences && cfg.release && release_nearest(&cfg, &tried, &next)) {
		struct mm386_config as = next;

		other = *c;
		snprintf(version, sizeof(version), "%u.%u.%u", next.release >> 16, next.release >> 8 & 255,
			 next.release & 255);
		compare_as(&other, v, version, &as);
	}
	*c = other.differences ? first : other;
}

static void boot_log(struct results *r, const char *name, const json_t *v)
{
	const char *version = input_string(v, "kernel_version"), *hint = input_string(v, "kernel_version_hint");
	const char *why = bootlog_foreign(v);
	struct mm386_config cfg;
	struct check c;

	if (!is_boot_log(v) || !check_begin(&c, r, name, "boot log"))
		return;
	if (why)
		check_skip(&c, "%s", why);
	else if (*version)
		compare_as(&c, v, version, &cfg);
	else
		compare_estimate(&c, v, *hint ? hint : input_string(v, "kernel_major"));
	check_end(&c);
}

/* ---- the folder -------------------------------------------------------------------- */

static int is_record(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	if (n > 3 && strcmp(d->d_name + n - 3, ".gz") == 0)
		n -= 3;
	return d->d_name[0] != '.' && n > 5 && strncmp(d->d_name + n - 5, ".json", 5) == 0;
}

static void record_checks(struct results *r, const char *dir, const char *file, const struct skips *skips)
{
	struct input_error err;
	struct check c;
	char name[96];
	char *path;
	json_t *v;

	snprintf(name, sizeof(name), "%.*s", (int)(strstr(file, ".json") - file), file);
	if (skips_line(skips, r, name) || asprintf(&path, "%s/%s", dir, file) < 0)
		return;
	v = input_json(path, &err);
	free(path);
	if (!v) {
		if (check_begin(&c, r, name, "record")) {
			check_differs(&c, "the file cannot be read: %s", err.text);
			check_end(&c);
		}
		return;
	}
	boot_log(r, name, v);
	if (bootlog_has_sums(v))
		bootlog_sums(r, name, v);
	if (bootlog_has_marks(v))
		bootlog_marks(r, name, v);
	json_decref(v);
}

int bootlog_checks(struct results *r, const char *dir, const struct skips *skips)
{
	struct dirent **list;
	int n = scandir(dir, &list, is_record, versionsort);

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		record_checks(r, dir, list[i]->d_name, skips);
		free(list[i]);
	}
	free(list);
	return 0;
}
