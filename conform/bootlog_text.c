/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bootlog_text.c - a record's lines as the kernel printed them, for mm386_config_dmesg().
 *
 * What a log's excerpt does not hold is taken from one printed value each, and everything
 * else must then follow:
 *	fixmap start		CONFIG_NR_CPUS and what else sizes the fixmap
 *	size of cpu_entry	CONFIG_NR_CPUS again, where that area exists
 *	end of lowmem, or the	CONFIG_NR_CPUS, when no layout was printed
 *	beginning of HighMem
 *	DMA's memmap or pages	sizeof(struct page)
 *	first node ranges	RAM below 1 MiB that a BIOS work-around took away; so does the
 *				beginning of DMA where there are none
 *	high memory that is RAM	holes below the end of memory, when no table was printed
 * A record without a whole e820 table has one made of its node ranges or its end of memory.
 */
#include <stdlib.h>
#include <string.h>

#include "bootlog.h"

#define PFN_MOST (1u << 24) /* of a 36-bit address */
#define LEAST_START (64u << 10) /* every table begins below, */
#define LEAST_END (4u << 20)	/* and ends above */
#define PFN_LOST (1u << 20) /* what 32 bits of one do not tell */

static bool warned(const json_t *v, const char *word)
{
	size_t i;
	json_t *w;

	json_array_foreach (json_object_get(v, "warnings"), i, w)
		if (json_is_string(w) && strcmp(json_string_value(w), word) == 0)
			return true;
	return false;
}

/* Whether ends are those of the last byte, by the numbers themselves where the record does not say so. */
static bool is_inclusive(const json_t *v)
{
	const char *style = input_string(v, "e820_end_style");

	if (!*style)
		return input_member(json_array_get(json_object_get(v, "e820"), 0), "end") & 1;
	return strcmp(style, "inclusive") == 0;
}

static void say_entry(FILE *t, const json_t *v, const char *who, uint64_t start, uint64_t end, const char *type)
{
	if (is_inclusive(v))
		fprintf(t, "[    0.000000] %s: [mem 0x%016llx-0x%016llx] %s\n", who, (unsigned long long)start,
			(unsigned long long)end, type);
	else
		fprintf(t, " %s: %016llx - %016llx (%s)\n", who, (unsigned long long)start,
			(unsigned long long)end, type);
}

static void say_table(FILE *t, const json_t *v, const char *who, const json_t *table)
{
	size_t i;
	json_t *e;

	json_array_foreach (table, i, e)
		say_entry(t, v, who, input_member(e, "start"), input_member(e, "end"), input_string(e, "type"));
}

bool bootlog_node_range(const json_t *v, size_t i, uint64_t range[2])
{
	const json_t *pair = json_array_get(json_object_get(v, "node_ranges"), i);
	uint64_t below = range[1];

	range[0] = input_element(pair, 0);
	range[1] = input_element(pair, 1);
	while (range[0] < below && range[0] < PFN_MOST)
		range[0] += PFN_LOST;
	while (range[1] < range[0] && range[1] < PFN_MOST)
		range[1] += PFN_LOST;
	return pair;
}

/* Usable memory as the kernel's node ranges tell it; all of it when ${limit} is 0. */
static void say_node_ranges(FILE *t, const json_t *v, const char *who, uint64_t limit)
{
	uint64_t range[2] = {0, 0};

	for (size_t i = 0; bootlog_node_range(v, i, range); i++)
		if (!limit || range[0] < limit)
			fprintf(t, " %s: %016llx - %016llx (usable)\n", who, (unsigned long long)range[0] << 12,
				(unsigned long long)range[1] << 12);
}

/* One active range from frame 0: the releases that did not look at holes. */
static bool is_whole(const json_t *v)
{
	return json_array_size(json_object_get(v, "node_ranges")) == 1;
}

/*
 * Pages of all zones, where holes count and no release takes mem_map's share off them: up to 2.6.18, which
 * did not print the zones' bounds.
 */
static uint64_t zone_pages(const json_t *v)
{
	static const char *const names[] = {"DMA", "Normal", "HighMem"};
	const json_t *zones = json_object_get(v, "zone_pages");
	uint64_t sum = 0, n;

	if (json_object_get(v, "zone_pfn_ranges"))
		return 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const json_t *zone = json_object_get(zones, names[i]);

		if (json_object_get(zone, "memmap"))
			return 0;
		if (!input_number(json_object_get(zone, "pages"), &n))
			return i == 2 && !zone && !input_member(v, "highmem_mb") ? sum : 0;
		sum += n;
	}
	return sum;
}

/* The end of the highest zone in kB.  Ranges of 3.5 .. 3.19 lose what is beyond 32 bits, high memory's MiB do not. */
static uint64_t end_of_zones_k(const json_t *v)
{
	const json_t *ranges = json_object_get(v, "zone_pfn_ranges");
	const json_t *normal = json_object_get(ranges, "Normal"), *high = json_object_get(ranges, "HighMem");
	uint64_t end = input_element(high, 1) ? input_element(high, 1) : input_element(normal, 1);
	uint64_t start = input_element(high, 0), mib;

	if (start < PFN_MOST && input_number(json_object_get(v, "highmem_mb"), &mib) && mib < 65536)
		while (input_element(high, 1) && end < start + (mib << 8))
			end += PFN_LOST;
	return end <= PFN_MOST ? end * 4 : 0;
}

/* The same by "...MB LOWMEM available.", rounded up: the kernel rounds down what it prints. */
static uint64_t end_of_mib_k(const json_t *v)
{
	uint64_t low, high;

	if (!input_number(json_object_get(v, "lowmem_mb"), &low) || low > 4096)
		return 0;
	if (!input_number(json_object_get(v, "highmem_mb"), &high) || high > 65536)
		high = 0;
	return low ? (low + high) * 1024 + 1020 : 0;
}

/* The end of memory in kB, by the first of the lines that tell it to the page; 0: none does. */
static uint64_t end_told_k(const json_t *v)
{
	const json_t *init = json_array_get(json_object_get(v, "highmem_init"), 0);
	const json_t *lowmem = json_object_get(json_object_get(v, "layout"), "lowmem");
	const json_t *line = json_object_get(v, "memory_line");

	if (input_element(init, 2))
		return input_element(init, 2) * 4;
	if (input_member(line, "total_k") &&
	    (input_member(line, "highmem_k") || !(json_object_get(line, "rwdata_k") || json_object_get(line, "bss_k"))))
		return input_member(line, "total_k");
	if (end_of_zones_k(v))
		return end_of_zones_k(v);
	if (zone_pages(v))
		return zone_pages(v) * 4;
	if (input_element(lowmem, 1) > input_element(lowmem, 0))
		return (input_element(lowmem, 1) - input_element(lowmem, 0)) >> 10;
	return 0;
}

static uint64_t end_of_memory_k(const json_t *v)
{
	uint64_t told_k = end_told_k(v);

	return told_k ? told_k : end_of_mib_k(v);
}

/* The end of low memory in kB: printed, or the 896 MiB of the kernels that print no such thing. */
static uint64_t end_of_lowmem_k(const json_t *v)
{
	const json_t *normal = json_object_get(json_object_get(v, "zone_pfn_ranges"), "Normal");
	const json_t *init = json_array_get(json_object_get(v, "highmem_init"), 0);
	const json_t *lowmem = json_object_get(json_object_get(v, "layout"), "lowmem");

	if (input_element(normal, 1))
		return input_element(normal, 1) * 4;
	if (input_element(init, 1))
		return input_element(init, 1) * 4;
	if (input_element(lowmem, 1) > input_element(lowmem, 0))
		return (input_element(lowmem, 1) - input_element(lowmem, 0)) >> 10;
	return 896 << 10;
}

/* Where a table's memory ends, which may be that of ACPI's tables in late kernels. */
static uint64_t table_end(const json_t *table)
{
	uint64_t end = 0;
	size_t i;
	json_t *e;

	json_array_foreach (table, i, e) {
		const char *type = input_string(e, "type");

		if ((strcmp(type, "usable") == 0 || strcmp(type, "ACPI data") == 0) && input_member(e, "end") > end)
			end = input_member(e, "end");
	}
	return end;
}

/* It begins at the beginning and ends where memory ends, by what else is told. */
static bool is_whole_table(const json_t *v, const json_t *table)
{
	uint64_t end = table_end(table), mib_k = end_of_mib_k(v);

	if (!json_array_size(table) || input_member(json_array_get(table, 0), "start") >= LEAST_START || end < LEAST_END)
		return false;
	return end + MM386_PAGE_SIZE > end_told_k(v) << 10 && end + (2 << 20) > mib_k << 10;
}

const json_t *bootlog_table(const json_t *v)
{
	const json_t *table = json_object_get(v, "e820");

	return json_is_true(json_object_get(v, "e820_partial")) || !is_whole_table(v, table) ? NULL : table;
}

const json_t *bootlog_user_map(const json_t *v)
{
	const json_t *map = json_object_get(v, "user_map");

	return is_whole_table(v, map) ? map : NULL;
}

bool bootlog_ranges_are_whole(const json_t *v)
{
	uint64_t range[2] = {0, 0}, end = 0, count;
	size_t n;

	for (n = 0; bootlog_node_range(v, n, range); n++)
		end = range[1];
	if (input_number(json_object_get(v, "early_node_map_count"), &count) && n < count)
		return false;
	return end > LEAST_END / MM386_PAGE_SIZE && end * 4 >= end_told_k(v) && end * 4 + 2048 > end_of_mib_k(v);
}

bool bootlog_end_is_told(const json_t *v)
{
	return bootlog_ram_is_told(v) || end_told_k(v);
}

bool bootlog_ram_is_told(const json_t *v)
{
	return bootlog_table(v) || bootlog_ranges_are_whole(v);
}

/*
 * No e820 in the record: node ranges, or else the end of memory, make a table.  Where less of high
 * memory is RAM than lies below its end, a hole takes the difference; its place shows in no other number.
 */
static bool say_made_table(FILE *t, const json_t *v)
{
	uint64_t end_k = end_of_memory_k(v), low_k = end_of_lowmem_k(v), high_k, hole_k = 0;
	uint64_t first = input_element(json_object_get(json_object_get(v, "zone_pfn_ranges"), "DMA"), 0);

	if (bootlog_ranges_are_whole(v)) {
		say_node_ranges(t, v, "BIOS-e820", 0);
		return true;
	}
	if (!end_k)
		return false;
	if (input_number(json_object_get(json_object_get(v, "memory_line"), "highmem_k"), &high_k) && high_k > 8 &&
	    end_k > low_k + high_k)
		hole_k = end_k - low_k - high_k;
	fprintf(t, " BIOS-e820: %llx - 9f000 (usable)\n BIOS-e820: 100000 - %llx (usable)\n",
		(unsigned long long)(first < 0x9f ? first << 12 : 0),
		(unsigned long long)(end_k - hole_k - (hole_k ? 4 : 0)) << 10);
	if (hole_k)
		fprintf(t, " BIOS-e820: %llx - %llx (usable)\n", (unsigned long long)(end_k - 4) << 10,
			(unsigned long long)end_k << 10);
	return true;
}

static bool say_tables(FILE *t, const json_t *v)
{
	const json_t *table = bootlog_table(v);
	const char *source = input_string(v, "e820_source");

	say_table(t, v, *source ? source : "BIOS-e820", table);
	if (!table && !bootlog_nodes_table(t, v) && !say_made_table(t, v))
		return false;
	/* With options of memory in the command line the user's map must come out of the firmware's. */
	if (!table || !json_object_get(v, "cmdline_memory_options"))
		say_table(t, v, "user", bootlog_user_map(v));
	return true;
}

/*
 * BIOS work-arounds of 2.6.28 .. 2.6.36 and the corruption check take pages below 640K away and
 * print the map again ("modified:"), which the records do not hold; their first node ranges do.
 */
static void say_modified(FILE *t, const json_t *v)
{
	const json_t *table = bootlog_table(v);
	size_t i;
	json_t *e;

	if (!table || is_whole(v) || !json_object_get(v, "node_ranges") ||
	    strncmp(input_string(v, "kernel_version"), "2.6.3", 5) != 0)
		return;
	fputs("modified physical RAM map:\n", t);
	say_node_ranges(t, v, "modified", 256);
	json_array_foreach (table, i, e) {
		uint64_t start = input_member(e, "start"), end = input_member(e, "end");

		if (start >= 0x100000)
			fprintf(t, " modified: %016llx - %016llx (%s)\n", (unsigned long long)start,
				(unsigned long long)end, input_string(e, "type"));
	}
}

static void say_options(FILE *t, const json_t *v)
{
	size_t i;
	json_t *word;

	fputs("Kernel command line: ro root=/dev/hda1", t);
	json_array_foreach (json_object_get(v, "cmdline_memory_options"), i, word)
		if (json_is_string(word))
			fprintf(t, " %s", json_string_value(word));
	fputc('\n', t);
}

static void say_region(FILE *t, const json_t *v, const char *name, const char *word)
{
	const json_t *pair = json_object_get(json_object_get(v, "layout"), name);
	const char *start = json_string_value(json_array_get(pair, 0));
	const char *end = json_string_value(json_array_get(pair, 1));
	const char *unit = json_string_value(json_array_get(pair, 3));

	if (start && end)
		fprintf(t, "    %s : %s - %s   (%4llu %s)\n", word, start, end,
			(unsigned long long)input_element(pair, 2), unit ? unit : "kB");
}

static void say_pae(FILE *t, const json_t *v)
{
	bool beyond = !json_object_get(v, "e820") && end_of_memory_k(v) > 4ull << 20;

	if (json_is_true(json_object_get(v, "pae")) || (json_is_null(json_object_get(v, "pae")) && beyond))
		fputs("NX (Execute Disable) protection: active\n", t);
	if (json_is_false(json_object_get(v, "pae")))
		fputs("Notice: NX (Execute Disable) protection cannot be enabled: non-PAE kernel!\n", t);
	if (warned(v, "only_896MB_used"))
		fputs("Warning only 896MB will be used.\nUse a HIGHMEM enabled kernel.\n", t);
}

/* Whether anything but the line about it shows that the kernel was built for high memory. */
static bool shows_highmem(const json_t *v)
{
	const json_t *layout = json_object_get(v, "layout");
	uint64_t vmalloc_end = input_element(json_object_get(layout, "vmalloc"), 1);

	return json_object_get(json_object_get(v, "zone_pfn_ranges"), "HighMem") || json_object_get(v, "highmem_init") ||
	       json_object_get(layout, "pkmap") || input_member(json_object_get(v, "memory_line"), "highmem_k") ||
	       input_member(json_object_get(json_object_get(v, "zone_pages"), "HighMem"), "pages") ||
	       (vmalloc_end && !json_object_get(layout, "cpu_entry") &&
		vmalloc_end + (2u << 20) <= input_element(json_object_get(layout, "fixmap"), 0));
}

/* Whether more than what mostly is low memory is there, and none of it is high memory. */
static bool is_all_low(const json_t *v)
{
	uint64_t high_k;

	return !shows_highmem(v) && !json_object_get(v, "highmem_mb") && end_told_k(v) >= 896 << 10 &&
	       input_number(json_object_get(json_object_get(v, "memory_line"), "highmem_k"), &high_k);
}

/* Whether the zones' bounds are there, followed by the node's ranges, and HighMem is not among them. */
static bool lacks_highmem_zone(const json_t *v)
{
	const json_t *ranges = json_object_get(v, "zone_pfn_ranges");

	return !shows_highmem(v) && !json_object_get(v, "highmem_mb") && json_object_get(ranges, "Normal") &&
	       json_object_get(v, "node_ranges");
}

/* "${before}${number}${after}", if the record has the number. */
static void say_number(FILE *t, const json_t *of, const char *name, const char *before, const char *after)
{
	uint64_t n;

	if (input_number(json_object_get(of, name), &n))
		fprintf(t, "%s%llu%s\n", before, (unsigned long long)n, after);
}

static void say_zones(FILE *t, const json_t *v)
{
	const json_t *dma = json_object_get(json_object_get(v, "zone_pages"), "DMA");
	const json_t *normal = json_object_get(json_object_get(v, "zone_pfn_ranges"), "Normal");
	const json_t *init = json_array_get(json_object_get(v, "highmem_init"), 0);
	uint64_t mib = input_member(v, "lowmem_mb");

	say_number(t, dma, "memmap", "  DMA zone: ", " pages used for memmap");
	say_number(t, dma, "pages", "  DMA zone: ", " pages, LIFO batch:0");
	say_number(t, v, "built_zonelists_total_pages", "Built 1 zonelists.  Total pages: ", "");
	if (json_array_size(normal) == 2)
		fprintf(t, "  Normal   0x%08llx -> 0x%08llx\n", (unsigned long long)input_element(normal, 0),
			(unsigned long long)input_element(normal, 1));
	else if (input_element(init, 1) <= 4096 && input_member(v, "highmem_mb") && mib > 16 && mib < 4096)
		/* It ends at a whole MiB in kernels that keep 128 of them, else two pages before. */
		fprintf(t, "  Normal   0x%08x -> 0x%08llx\n", 4096,
			(unsigned long long)(mib == 896 ? mib << 8 : (mib << 8) + 254));
	else if (input_element(init, 1) > 4096) /* low memory ends where high memory begins */
		fprintf(t, "  Normal   0x%08x -> 0x%08llx\n", 4096, (unsigned long long)input_element(init, 1));
}

char *bootlog_text(const json_t *v, const char *version, size_t *len, const char **why)
{
	char *text = NULL;
	FILE *t = open_memstream(&text, len);
	const json_t *ranges = json_object_get(v, "zone_pfn_ranges");
	bool good;

	*why = "no memory";
	if (!t)
		return NULL;
	fprintf(t, "Linux version %s (gcc)\n", version);
	good = say_tables(t, v);
	say_modified(t, v);
	say_options(t, v);
	say_pae(t, v);
	say_zones(t, v);
	bootlog_nodes_say(t, v);
	say_region(t, v, "fixmap", "fixmap ");
	say_region(t, v, "cpu_entry", "cpu_entry");
	say_region(t, v, "pkmap", "pkmap  ");
	if (json_object_get(v, "highmem_mb"))
		say_number(t, v, "highmem_mb", "", "MB HIGHMEM available.");
	else if (shows_highmem(v))
		fputs("0MB HIGHMEM available.\n", t);
	if (json_object_get(v, "lowmem_mb"))
		say_number(t, v, "lowmem_mb", "", "MB LOWMEM available.");
	else if (is_all_low(v))
		fprintf(t, "%lluMB LOWMEM available.\n", (unsigned long long)end_told_k(v) >> 10);
	else if (lacks_highmem_zone(v))
		fprintf(t, "%lluMB LOWMEM available.\n",
			(unsigned long long)input_element(json_object_get(ranges, "Normal"), 1) >> 8);
	say_region(t, v, "lowmem", "lowmem ");
	if (fclose(t) == 0 && good)
		return text;
	if (!good)
		*why = "neither an e820 table nor node ranges nor the end of memory is in the record";
	free(text);
	return NULL;
}
