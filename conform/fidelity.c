/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fidelity.c - the table behind docs/FIDELITY.md.
 *
 * A row is a mechanism: what it is in each of the three profiles, what is simplified or left out, and which
 * checks compare it with real kernels.  The numbers of those that are exact are counted, not written down.
 */
#include "fidelity.h"
#include "mm386.h"

enum state { REAL, SIMPLIFIED, ABSENT, NONE };

static const char *const state_names[] = {"real", "simplified", "absent", "&ndash;"};

#define HANDOVER   (1u << CHECK_HANDOVER)
#define SIZING	   (1u << CHECK_SIZING)
#define REPLAY	   (1u << CHECK_REPLAY)
#define LISTS	   (1u << CHECK_LISTS)
#define COMPACTION (1u << CHECK_COMPACTION)
#define BOOT	   (1u << CHECK_BOOT | 1u << CHECK_BOOT_LOG)
#define FORMATS	   (1u << CHECK_FORMATS)
#define SUMS	   (1u << CHECK_SUMS)
#define MARKS	   (1u << CHECK_MARKS)

struct mechanism {
	const char *name;
	enum state in[MM386_NR_KERNELS];
	unsigned checks;
	const char *how; /* what is simplified or left out; "" where nothing is */
};

// clang-format off
static const struct mechanism mechanisms[] = {
	{"e820 table, its clean-up, `mem=`, `memmap=`, `highmem=`, `vmalloc=`", {REAL, REAL, REAL}, BOOT, ""},
	{"The 4 GiB of linear addresses: lowmem, vmalloc, pkmap, fixmap, cpu_entry_area", {REAL, REAL, REAL}, BOOT, ""},
	{"Zones: bounds, spanned, present pages", {REAL, REAL, REAL}, BOOT | SIZING, ""},
	{"`ZONE_MOVABLE`: `kernelcore=`, `movablecore=`", {NONE, REAL, REAL}, 0, ""},
	{"Nodes and zonelists", {SIMPLIFIED, SIMPLIFIED, SIMPLIFIED}, 0,
	 "from 3.9 on mem_map is one array in low memory; nodes whose memory does not rise with their numbers are refused"},
	{"Boot allocator", {SIMPLIFIED, SIMPLIFIED, REAL}, 1u << CHECK_BOOT,
	 "bootmem: requests below one page, which share the tail of the last page, are not made"},
	{"Hand-over of memory to the buddy system, order of the lists", {REAL, REAL, REAL}, HANDOVER, ""},
	{"What boot gives back later: initrd, init sections, SMP alternatives", {SIMPLIFIED, SIMPLIFIED, SIMPLIFIED}, SIZING,
	 "counted where marks and reserves count it, but the frames stay the kernel's"},
	{"Buddy system: split, merge, place on the list", {REAL, REAL, REAL}, HANDOVER | REPLAY | SUMS, ""},
	{"Mobility grouping: page blocks, fallback, stealing, ownership", {NONE, REAL, REAL}, REPLAY,
	 "no CMA and no ISOLATE, which need memory that is taken off line; `defrag_mode` of 6.15"},
	{"`MIGRATE_RESERVE`, later `HIGHATOMIC`", {NONE, REAL, REAL}, 0,
	 "before 6.8 `HIGHATOMIC` is given up only after reclaim got somewhere, and there is no reclaim"},
	{"Per-CPU lists: batch and high", {NONE, REAL, REAL}, SIZING, "6.7 and later: high does not fall again from second to second"},
	{"Per-CPU lists: refill, drain, hot and cold", {NONE, REAL, REAL}, LISTS | COMPACTION,
	 "no free in an interrupt on top of a locked list; reclaim does not shorten them; lists of other nodes' zones are not drained in time"},
	{"min_free_kbytes, watermarks, khugepaged's raise, boost", {REAL, REAL, REAL}, SIZING | MARKS,
	 "a boost stays until the marks are set anew: there is no kswapd to take it back"},
	{"lowmem_reserve, before it protections, totalreserve_pages", {NONE, REAL, REAL}, SIZING | MARKS, ""},
	{"`zone_watermark_ok()` with orders and a request's rights", {REAL, REAL, REAL}, 0, ""},
	{"The way of a request: zones asked, refusals with every comparison", {SIMPLIFIED, SIMPLIFIED, SIMPLIFIED}, 0,
	 "where a kernel would reclaim, the request is refused as if reclaim had found nothing"},
	{"GFP flags, their values and composites", {REAL, REAL, REAL}, 0, ""},
	{"`/proc/sys/vm`: the knobs of the allocator", {NONE, REAL, REAL}, SIZING, ""},
	{"Compaction: `compact_memory`, and by a request that waits", {NONE, NONE, REAL}, COMPACTION,
	 "no kcompactd; nothing is dirty, pinned or locked meanwhile"},
	{"Fragmentation index, unusable free space", {NONE, NONE, REAL}, 0, ""},
	{"`/proc/buddyinfo`, `pagetypeinfo`, `zoneinfo`", {NONE, REAL, REAL}, FORMATS,
	 "counters of what is not modelled are 0 until they are told"},
	{"`/proc/meminfo`, `vmstat`, the out-of-memory report", {SIMPLIFIED, SIMPLIFIED, SIMPLIFIED}, 0,
	 "each kernel's own lines; counters of what is not modelled are 0 until they are told"},
	{"`/proc/iomem`", {REAL, REAL, REAL}, 1u << CHECK_BOOT, "no devices but the chipset's own"},
	{"`struct page`: members, flags, zone and node bits", {REAL, REAL, REAL}, 0,
	 "values that only the kernel's own addresses would give are not known, and said to be so"},
	{"Page tables: the walk through the kernel's own map", {REAL, REAL, REAL}, 0, "no processes, so none of theirs"},
	{"A kernel's ftrace text as operations", {NONE, REAL, REAL}, 0,
	 "what a trace leaves open is assumed, and the log says so"},
	{"Reclaim, kswapd, the OOM killer", {ABSENT, ABSENT, ABSENT}, 0, "that kswapd is woken is an event; nobody comes"},
	{"Page cache, swap", {ABSENT, ABSENT, ABSENT}, 0, ""},
	{"Slab", {ABSENT, ABSENT, ABSENT}, 0, ""},
	{"vmalloc areas, ioremap, kmap slots", {ABSENT, ABSENT, ABSENT}, 0, "their windows are there, and empty"},
	{"Processes, page faults, transparent huge pages", {ABSENT, ABSENT, ABSENT}, 0, ""},
};
// clang-format on

static unsigned exact(const struct results *r, unsigned checks, unsigned kernel)
{
	unsigned sum = 0;

	for (unsigned kind = 0; kind < NR_CHECKS; kind++)
		if (checks & 1u << kind)
			sum += r->exact_of[kind][kernel];
	return sum;
}

static void write_rows(FILE *out, const struct results *r)
{
	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++) {
		const struct mechanism *m = &mechanisms[i];

		fprintf(out, "| %s |", m->name);
		for (unsigned k = 0; k < MM386_NR_KERNELS; k++) {
			unsigned n = m->in[k] < ABSENT ? exact(r, m->checks, k) : 0;

			fprintf(out, " %s", state_names[m->in[k]]);
			if (n)
				fprintf(out, ", %u", n);
			fputs(" |", out);
		}
		fprintf(out, " %s |\n", m->how);
	}
}

static void write_checks(FILE *out, const struct results *r)
{
	fputs("| check |", out);
	for (unsigned k = 0; k < MM386_NR_KERNELS; k++)
		fprintf(out, " %s |", mm386_kernel_name((enum mm386_kernel)k));
	fputs("\n|---|---|---|---|\n", out);
	for (unsigned kind = 0; kind < NR_CHECKS; kind++) {
		fprintf(out, "| %s |", check_kind_name(kind));
		for (unsigned k = 0; k < MM386_NR_KERNELS; k++)
			fprintf(out, " %u |", r->exact_of[kind][k]);
		fputc('\n', out);
	}
}

void fidelity_write(FILE *out, const struct results *r)
{
	fputs("# How true mm386 is\n\n"
	      "`make fidelity` writes this page, from a table in `conform/fidelity.c` and a run of `mm386-conform` over the project's\n"
	      "own copy of real kernels' captures; `make check` fails when it is stale.\n\n"
	      "- **real**: the kernel's rule, in the kernel's order. The files' heads name the source and release.\n"
	      "- **simplified**: what differs stands in the last column.\n"
	      "- **absent**: the kernel has it, mm386 does not.\n"
	      "- **&ndash;**: that kernel has no such thing.\n\n"
	      "The number behind a word counts the checks against real kernels that are exact and have this in them; none means that\n"
	      "only tests of our own, by the source's rules, stand behind it. 2.4 and 2.6 are all releases up to 2.4.x and 3.x, 6.1 those\n"
	      "from 4.0 on: captures are of 5.10, 6.1, and 6.12 kernels (`tests/data/README` has which), on which rules of other\n"
	      "releases lean as far as the sources agree.\n\n"
	      "| mechanism | 2.4 | 2.6 | 6.1 | simplified or left out |\n|---|---|---|---|---|\n",
	      out);
	write_rows(out, r);
	fputs("\n## The checks\n\nExact ones by kernel (`mm386-conform --help` says what each compares):\n\n", out);
	write_checks(out, r);
	fprintf(out,
		"\n%u differ. %u are skipped, each with its reason: machines that mm386 does not model, segments of a trace that\n"
		"do not lead to the next snapshot, records that do not hold what the check needs.\n",
		r->differ, r->skipped);
}
