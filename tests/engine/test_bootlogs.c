/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_bootlogs.c - real machines' boot logs against the engine.
 *
 * From each record the lines that the kernel printed are written again and
 * given to mm386_config_dmesg(); the machine that comes out must have the
 * zones, sizes and linear bounds of the rest of the record.
 *
 * What a log's excerpt does not hold is taken from one printed value each, and
 * everything else must then follow:
 *	fixmap start		CONFIG_NR_CPUS and what else sizes the fixmap
 *	size of cpu_entry	CONFIG_NR_CPUS again, where that area exists
 *	end of lowmem		CONFIG_NR_CPUS, when no layout was printed
 *	DMA's memmap or pages	sizeof(struct page)
 *	first node ranges	RAM below 1 MiB that a BIOS work-around took away
 * A record without an e820 table has one made of its node ranges or its end of memory.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "truth.h"

struct log_text {
	char s[32768];
	size_t len;
};

static __attribute__((format(printf, 2, 3))) void say(struct log_text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->len += (size_t)vsnprintf(t->s + t->len, sizeof(t->s) - t->len, fmt, ap);
	va_end(ap);
	assert(t->len < sizeof(t->s));
}

static const char *member(const json_t *r, const char *name)
{
	const char *s = json_string_value(json_object_get(r, name));

	return s ? s : "";
}

static bool warned(const json_t *r, const char *word)
{
	size_t i;
	json_t *w;

	json_array_foreach (json_object_get(r, "warnings"), i, w)
		if (strcmp(json_string_value(w), word) == 0)
			return true;
	return false;
}

static void say_entry(struct log_text *t, const json_t *r, const char *who, uint64_t start,
		      uint64_t end, const char *type)
{
	if (strcmp(member(r, "e820_end_style"), "inclusive") == 0)
		say(t, "[    0.000000] %s: [mem 0x%016llx-0x%016llx] %s\n", who,
		    (unsigned long long)start, (unsigned long long)end, type);
	else
		say(t, " %s: %016llx - %016llx (%s)\n", who, (unsigned long long)start,
		    (unsigned long long)end, type);
}

/* Usable memory as the kernel's node ranges tell it; all of it when ${limit} is 0. */
static void say_node_ranges(struct log_text *t, const json_t *r, const char *who, uint64_t limit)
{
	size_t i;
	json_t *pair;

	json_array_foreach (json_object_get(r, "node_ranges"), i, pair) {
		uint64_t start, end;

		truth_number(json_array_get(pair, 0), &start);
		truth_number(json_array_get(pair, 1), &end);
		if (!limit || start < limit)
			say(t, " %s: %016llx - %016llx (usable)\n", who,
			    (unsigned long long)start << 12, (unsigned long long)end << 12);
	}
}

/* One active range from frame 0: the releases that did not look at holes. */
static bool is_whole(const json_t *r)
{
	return json_array_size(json_object_get(r, "node_ranges")) == 1;
}

/* No e820 in the record: node ranges, or else the end of memory, make a table. */
static bool say_made_table(struct log_text *t, const json_t *r)
{
	const json_t *init = json_array_get(json_object_get(r, "highmem_init"), 0);
	const json_t *lowmem = json_object_get(json_object_get(r, "layout"), "lowmem");
	uint64_t start, end = 0;

	if (json_array_size(json_object_get(r, "node_ranges"))) {
		say_node_ranges(t, r, "BIOS-e820", 0);
		return true;
	}
	if (truth_number(json_array_get(init, 2), &end) && end) {
		end <<= 12;
	} else if (truth_number(json_object_get(json_object_get(r, "memory_line"), "highmem_k"),
				&end) &&
		   end &&
		   truth_number(json_object_get(json_object_get(r, "memory_line"), "total_k"),
				&end)) {
		end <<= 10;
	} else if (truth_number(json_array_get(lowmem, 0), &start) &&
		   truth_number(json_array_get(lowmem, 1), &end)) {
		end -= start;
	}
	if (!end)
		return false;
	say(t, " BIOS-e820: 0 - 9f000 (usable)\n BIOS-e820: 100000 - %llx (usable)\n",
	    (unsigned long long)end);
	return true;
}

static bool say_tables(struct log_text *t, const json_t *r)
{
	const json_t *table = json_object_get(
		r, json_is_true(json_object_get(r, "e820_partial")) ? "none" : "e820");
	const char *source = member(r, "e820_source");
	size_t i;
	json_t *e;
	uint64_t start, end;

	json_array_foreach (table, i, e) {
		truth_number(json_object_get(e, "start"), &start);
		truth_number(json_object_get(e, "end"), &end);
		say_entry(t, r, *source ? source : "BIOS-e820", start, end, member(e, "type"));
	}
	if (!table && !say_made_table(t, r))
		return false;
	if (json_object_get(r, "cmdline_memory_options"))
		return true; /* the user's map must then come out of these */
	json_array_foreach (json_object_get(r, "user_map"), i, e) {
		truth_number(json_object_get(e, "start"), &start);
		truth_number(json_object_get(e, "end"), &end);
		say_entry(t, r, "user", start, end, member(e, "type"));
	}
	return true;
}

/*
 * BIOS work-arounds of 2.6.28 .. 2.6.36 and the corruption check take pages below 640K away and
 * print the map again ("modified:"), which the records do not hold; their first node ranges do.
 */
static void say_modified(struct log_text *t, const json_t *r)
{
	size_t i;
	json_t *e;
	uint64_t start, end;

	if (!json_object_get(r, "e820") || is_whole(r) || !json_object_get(r, "node_ranges") ||
	    strncmp(member(r, "kernel_version"), "2.6.3", 5) != 0)
		return;
	say(t, "modified physical RAM map:\n");
	say_node_ranges(t, r, "modified", 256);
	json_array_foreach (json_object_get(r, "e820"), i, e) {
		truth_number(json_object_get(e, "start"), &start);
		truth_number(json_object_get(e, "end"), &end);
		if (start >= 0x100000)
			say(t, " modified: %016llx - %016llx (%s)\n", (unsigned long long)start,
			    (unsigned long long)end, member(e, "type"));
	}
}

static void say_options(struct log_text *t, const json_t *r)
{
	size_t i;
	json_t *word;

	say(t, "Kernel command line: ro root=/dev/hda1");
	json_array_foreach (json_object_get(r, "cmdline_memory_options"), i, word)
		say(t, " %s", json_string_value(word));
	say(t, "\n");
}

static void say_region(struct log_text *t, const json_t *r, const char *name, const char *word)
{
	const json_t *pair = json_object_get(json_object_get(r, "layout"), name);

	if (pair)
		say(t, "    %s : %s - %s   (%4lld %s)\n", word,
		    json_string_value(json_array_get(pair, 0)),
		    json_string_value(json_array_get(pair, 1)),
		    json_integer_value(json_array_get(pair, 2)),
		    json_string_value(json_array_get(pair, 3)));
}

/* The log as far as it is input; false when it holds no memory table. */
static bool write_log(struct log_text *t, const json_t *r)
{
	const char *version = member(r, "kernel_version");
	const json_t *dma = json_object_get(json_object_get(r, "zone_pages"), "DMA");
	const json_t *memmap = json_object_get(dma, "memmap"),
		     *pages = json_object_get(dma, "pages");
	const json_t *normal = json_object_get(json_object_get(r, "zone_pfn_ranges"), "Normal");
	const json_t *init = json_array_get(json_object_get(r, "highmem_init"), 0);

	say(t, "Linux version %s (gcc)\n", *version ? version : member(r, "kernel_version_hint"));
	if (!say_tables(t, r))
		return false;
	say_modified(t, r);
	say_options(t, r);
	if (json_is_true(json_object_get(r, "pae")))
		say(t, "NX (Execute Disable) protection: active\n");
	if (json_is_false(json_object_get(r, "pae")))
		say(t,
		    "Notice: NX (Execute Disable) protection cannot be enabled: non-PAE kernel!\n");
	if (warned(r, "only_896MB_used"))
		say(t, "Warning only 896MB will be used.\nUse a HIGHMEM enabled kernel.\n");
	if (memmap)
		say(t, "  DMA zone: %lld pages used for memmap\n", json_integer_value(memmap));
	if (pages)
		say(t, "  DMA zone: %lld pages, LIFO batch:0\n", json_integer_value(pages));
	if (json_array_size(normal) == 2)
		say(t, "  Normal   0x%08llx -> 0x%08llx\n",
		    json_integer_value(json_array_get(normal, 0)),
		    json_integer_value(json_array_get(normal, 1)));
	if (json_array_size(init) == 3)
		say(t, "Initializing HighMem for node 0 (%s:%s)\n",
		    json_string_value(json_array_get(init, 1)) + 2,
		    json_string_value(json_array_get(init, 2)) + 2);
	if (json_object_get(r, "built_zonelists_total_pages"))
		say(t, "Built 1 zonelists.  Total pages: %lld\n",
		    json_integer_value(json_object_get(r, "built_zonelists_total_pages")));
	say_region(t, r, "fixmap", "fixmap ");
	say_region(t, r, "cpu_entry", "cpu_entry");
	say_region(t, r, "pkmap", "pkmap  ");
	if (json_object_get(r, "highmem_mb"))
		say(t, "%lldMB HIGHMEM available.\n",
		    json_integer_value(json_object_get(r, "highmem_mb")));
	if (json_object_get(r, "lowmem_mb"))
		say(t, "%lldMB LOWMEM available.\n",
		    json_integer_value(json_object_get(r, "lowmem_mb")));
	say_region(t, r, "lowmem", "lowmem ");
	return true;
}

/* ---- what the kernel printed ------------------------------------------------- */

static void compare_zones(struct truth *t, const json_t *r, const struct boot_plan *p)
{
	const json_t *ranges = json_object_get(r, "zone_pfn_ranges");
	const json_t *pages = json_object_get(r, "zone_pages");
	char what[48];
	uint64_t n;

	for (unsigned i = 0; i < p->info.nr_zones; i++) {
		const struct plan_zone *z = &p->zone[i];
		const json_t *range = json_object_get(ranges, z->name);
		const json_t *page = json_object_get(pages, z->name);

		if (json_array_size(range) == 2) {
			truth_number(json_array_get(range, 0), &n);
			snprintf(what, sizeof(what), "%s start_pfn", z->name);
			truth_equal(t, what, n, z->start);
			truth_number(json_array_get(range, 1), &n);
			snprintf(what, sizeof(what), "%s end_pfn", z->name);
			truth_equal(t, what, n, z->end);
		}
		if (truth_number(json_object_get(page, "pages"), &n)) {
			snprintf(what, sizeof(what), "%s present", z->name);
			truth_equal(t, what, n, z->present);
		}
		if (truth_number(json_object_get(page, "memmap"), &n)) {
			snprintf(what, sizeof(what), "%s memmap", z->name);
			truth_equal(t, what, n, p->boot.memmap_pages[i]);
		}
	}
}

static void compare_sizes(struct truth *t, const json_t *r, const struct boot_plan *p)
{
	const json_t *mem = json_object_get(r, "memory_line");
	uint64_t n, total = 0;

	for (unsigned i = 0; i < p->info.nr_zones; i++)
		total += p->zone[i].spanned - p->boot.absent_pages[i];
	if (truth_number(json_object_get(r, "totalpages"), &n))
		truth_equal(t, "totalpages", n, total);
	if (truth_number(json_object_get(r, "highmem_mb"), &n))
		truth_equal(t, "highmem MB", n, (p->info.highend_pfn - p->info.highstart_pfn) >> 8);
	if (truth_number(json_object_get(r, "lowmem_mb"), &n))
		truth_equal(t, "lowmem MB", n, p->info.max_low_pfn >> 8);
	if (truth_number(json_object_get(r, "last_pfn"), &n) && p->profile.highmem64g)
		truth_equal(t, "last_pfn", n, p->info.max_pfn);
	/* Without a table the holes of high memory are not known. */
	if ((json_object_get(r, "e820") || json_object_get(r, "node_ranges")) &&
	    truth_number(json_object_get(mem, "highmem_k"), &n))
		truth_equal(t, "Memory: highmem", n, (uint64_t)p->boot.highmem_ram_pages * 4);
	if (!json_object_get(mem, "bss_k") && truth_number(json_object_get(mem, "total_k"), &n))
		truth_equal(t, "Memory: total", n, (uint64_t)p->info.max_mapnr * 4);
}

/* What boot sizes by memory: the sum in the zone lists, and hash tables. */
static void compare_sums(struct truth *t, const json_t *r, const struct boot_plan *p)
{
	const json_t *hash = json_object_get(r, "hash_tables");
	uint64_t n;

	/* Without a table the holes of RAM are not known, which these are less. */
	if (json_object_get(r, "e820") &&
	    truth_number(json_object_get(r, "built_zonelists_total_pages"), &n))
		truth_equal(t, "Total pages", n, p->boot.zonelist_pages);
	if (truth_number(json_object_get(json_object_get(hash, "dentry"), "entries"), &n))
		truth_equal(t, "dentry entries", n, p->boot.dentry_entries);
	if (truth_number(json_object_get(json_object_get(hash, "inode"), "entries"), &n))
		truth_equal(t, "inode entries", n, p->boot.inode_entries);
}

static void compare_ranges(struct truth *t, const json_t *r, const struct boot_plan *p)
{
	const json_t *init = json_array_get(json_object_get(r, "highmem_init"), 0);
	size_t i;
	json_t *pair;
	uint64_t start, end, pages = 0;

	if (truth_number(json_array_get(init, 1), &start) && start) {
		truth_number(json_array_get(init, 2), &end);
		truth_equal(t, "highstart_pfn", start, p->info.highstart_pfn);
		truth_equal(t, "highend_pfn", end, p->info.highend_pfn);
	}
	json_array_foreach (json_object_get(r, "user_map"), i, pair) {
		truth_number(json_object_get(pair, "start"), &start);
		truth_number(json_object_get(pair, "end"), &end);
		if (i < p->info.nr_e820) {
			truth_equal(t, "user map start", start, p->info.e820[i].start);
			truth_equal(t, "user map end", end, p->info.e820[i].end + 1);
		}
	}
	json_array_foreach (json_object_get(r, "node_ranges"), i, pair) {
		truth_number(json_array_get(pair, 0), &start);
		truth_number(json_array_get(pair, 1), &end);
		end = end < p->info.highend_pfn ? end : p->info.highend_pfn;
		pages += start < end ? end - start : 0;
	}
	if (pages) {
		uint64_t total = 0;

		for (unsigned z = 0; z < p->info.nr_zones; z++)
			total += p->zone[z].spanned - p->boot.absent_pages[z];
		truth_equal(t, "pages of the node ranges", pages, total);
	}
}

static void compare_layout(struct truth *t, const json_t *r, const struct boot_plan *p)
{
	static const char *const names[] = {"lowmem", "vmalloc", "pkmap", "fixmap", "cpu_entry"};
	const json_t *layout = json_object_get(r, "layout");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		truth_region(t, &p->info, names[i], json_object_get(layout, names[i]));
}

static const char *record(const json_t *r, struct truth *t)
{
	static char why[400];
	static struct log_text log;
	struct mm386_config cfg;
	struct mm386_error err = {.line = 0};
	struct boot_plan plan;

	log.len = 0;
	if (!write_log(&log, r)) {
		t->skip = "it has neither an e820 table nor node ranges";
		return NULL;
	}
	mm386_config_init(&cfg);
	if (mm386_config_dmesg(&cfg, log.s, log.len, &err) || boot_plan_make(&cfg, &plan, &err)) {
		snprintf(why, sizeof(why), "%s %s", err.pointer, err.detail);
		return why;
	}
	compare_zones(t, r, &plan);
	compare_sizes(t, r, &plan);
	compare_sums(t, r, &plan);
	compare_ranges(t, r, &plan);
	compare_layout(t, r, &plan);
	boot_plan_free(&plan);
	return NULL;
}

int main(void)
{
	return truth_main("bootlogs", record);
}
