/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bootlog_report.c - what an out-of-memory report, /proc/zoneinfo or /proc/meminfo says of itself.
 *
 * sums	 the blocks of each order add up to the total beside them; a kernel has its number of orders
 * marks the marks and lowmem_reserve of each zone follow from the sizes of the zones
 *
 * What such a record does not hold is taken from one printed value each, and everything else
 * must then follow:
 *	min_free_kbytes		where the mins are not those that the kernel works out: somebody set it
 *	pages given back later	managed pages when the marks were set, before initrd and init sections
 *				came back, from the min of low memory
 *	huge pages		whether the kernel was built with them: khugepaged raises min_free_kbytes
 *	pages of DMA		where they are not told, one of the usual numbers
 *	the release		where the record has only an estimate, and the rules of that do
 *				not fit: the nearest of the dated ones that do
 * Not compared: "free" with the orders' sum, counters that were read one after the other while
 * the machine ran.
 */
#include <string.h>

#include "bootlog.h"
#include "machine.h"

/* ---- sums -------------------------------------------------------------------------------- */

static void compare_orders(struct check *c, const char *zone, const json_t *orders, const json_t *sum, unsigned nr)
{
	uint64_t sum_k = 0, n;
	size_t i;
	json_t *v;

	json_array_foreach (orders, i, v)
		sum_k += i < MM386_ORDERS && input_number(v, &n) ? n * 4 << i : 0;
	if (nr)
		check_equal(c, i, nr, "%s orders", zone);
	if (input_number(sum, &n))
		check_equal(c, n, sum_k, "%s: kB in all orders", zone);
}

/* Orders that the kernel of a record has; 0 when nothing tells. */
static unsigned orders_of(const struct mm386_config *cfg)
{
	struct mm386_config small = *cfg;
	struct mm386 *m;
	unsigned nr;

	small.memory_bytes = 64u << 20;
	if (!cfg->release || mm386_boot(&small, &m, NULL))
		return 0;
	nr = mm386_info(m)->orders;
	mm386_free(m);
	return nr;
}

static void compare_meminfo(struct check *c, const json_t *meminfo)
{
	static const char *const names[][3] = {
		{"MemTotal", "HighTotal", "LowTotal"},
		{"MemFree", "HighFree", "LowFree"},
	};
	uint64_t n[3];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		bool all = true;

		for (unsigned k = 0; k < 3; k++)
			all &= input_number(json_object_get(meminfo, names[i][k]), &n[k]);
		if (all)
			check_equal(c, n[0], n[1] + n[2], "%s: %s and %s", names[i][0], names[i][1], names[i][2]);
	}
}

static void sums(struct results *r, const char *name, const json_t *v, const struct mm386_config *cfg)
{
	json_t *zones = json_object_get(v, "oom"), *lists = json_object_get(v, "buddyinfo"), *zone;
	unsigned nr = orders_of(cfg);
	const char *key;
	struct check c;

	if (!check_begin(&c, r, name, "sums"))
		return;
	c.kernel = cfg->release ? (int)cfg->kernel : -1;
	json_object_foreach (zones, key, zone)
		if (json_object_get(zone, "orders"))
			compare_orders(&c, key, json_object_get(zone, "orders"), json_object_get(zone, "orders_sum_k"),
				       nr);
	json_object_foreach (lists, key, zone)
		compare_orders(&c, key, zone, NULL, nr);
	compare_meminfo(&c, json_object_get(v, "meminfo"));
	check_end(&c);
}

/* ---- marks: what the record holds ---------------------------------------------------------- */

#define NR_ZONES 5
#define NR_MARKS (MM386_WMARK_HIGH + 1) /* those that reports print */
static const char *const zone_names[NR_ZONES] = {"DMA", "DMA32", "Normal", "HighMem", "Movable"};
static const char *const mark_names[NR_MARKS] = {"min", "low", "high"};

/* Pages; what is missing is not has_*. */
struct zone_record {
	bool has_size, has_marks, managed_told;
	uint32_t present, managed;
	uint64_t mark[NR_MARKS];
	const json_t *reserve;
};

/* "min_k" in kB of a report, or "min" in pages of zoneinfo. */
static bool pages_read(const json_t *zone, const char *name, uint64_t *out)
{
	char in_k[32];

	snprintf(in_k, sizeof(in_k), "%s_k", name);
	if (input_number(json_object_get(zone, in_k), out)) {
		*out /= 4;
		return true;
	}
	return input_number(json_object_get(zone, name), out);
}

static const json_t *reserve_find(const json_t *zone)
{
	static const char *const names[] = {"lowmem_reserve", "protections", "protection"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (json_array_size(json_object_get(zone, names[i])))
			return json_object_get(zone, names[i]);
	return NULL;
}

static void zone_read(struct zone_record *z, const json_t *zone)
{
	uint64_t n;

	z->has_size = pages_read(zone, "present", &n);
	z->present = z->managed = z->has_size ? (uint32_t)n : 0;
	z->managed_told = pages_read(zone, "managed", &n);
	if (z->managed_told)
		z->managed = (uint32_t)n;
	z->has_marks = true;
	for (unsigned i = 0; i < NR_MARKS; i++)
		z->has_marks &= pages_read(zone, mark_names[i], &z->mark[i]);
	z->reserve = reserve_find(zone);
}

/* Old reports tell no zone's size, but all frames and those of high memory: DMA is 16 MiB of the rest. */
static void sizes_of_totals(struct zone_record *z, const json_t *totals)
{
	uint64_t ram, high;

	if (z[0].has_size || z[2].has_size || !input_number(json_object_get(totals, "pages_ram"), &ram) ||
	    !input_number(json_object_get(totals, "pages_highmem"), &high) || ram < high + 4096)
		return;
	z[0].present = 4096;
	z[2].present = (uint32_t)(ram - high) - 4096;
	z[3].present = (uint32_t)high;
	for (unsigned i = 0; i < NR_ZONES; i++) {
		z[i].has_size = z[i].has_size || i == 0 || i == 2 || i == 3;
		z[i].managed = z[i].present;
	}
}

/* Without its size, DMA has what it mostly had: all, less mem_map's share, less the hole below 1 MiB. */
static const uint32_t dma_usual[] = {4096, 4064, 3967, 3950};
#define NR_DMA (sizeof(dma_usual) / sizeof(dma_usual[0]))

static bool record_read(struct zone_record *z, const json_t *v)
{
	const json_t *zones = json_object_get(v, "oom") ? json_object_get(v, "oom") : json_object_get(v, "zoneinfo");
	bool marks = false;

	memset(z, 0, NR_ZONES * sizeof(*z));
	for (unsigned i = 0; i < NR_ZONES; i++)
		if (json_object_get(zones, zone_names[i]))
			zone_read(&z[i], json_object_get(zones, zone_names[i]));
	sizes_of_totals(z, json_object_get(v, "oom_totals"));
	for (unsigned i = 0; i < NR_ZONES; i++)
		marks |= z[i].has_marks && z[i].has_size;
	return marks && z[2].has_size && z[2].has_marks;
}

/* ---- marks: what follows -------------------------------------------------------------------- */


/* ${late} pages of Normal were not managed yet. */
static int size_zones(const struct mm386_config *cfg, const struct zone_record *z, uint32_t min_free_kbytes,
		      uint32_t late, struct mm386_sizing *s)
{
	*s = (struct mm386_sizing){.min_free_kbytes = min_free_kbytes};
	for (unsigned i = 0; i < NR_ZONES; i++) {
		uint32_t managed = z[i].managed;

		if (!z[i].present && !z[i].has_marks)
			continue;
		if (s->nr_zones == MM386_ZONE_TYPES)
			return -1;
		if (i == 2)
			managed -= late < managed ? late : managed;
		s->zone[s->nr_zones].name = zone_names[i];
		s->zone[s->nr_zones].present = z[i].present;
		s->zone[s->nr_zones++].managed = managed;
	}
	return mm386_size_zones(cfg, s, NULL);
}

static const struct zone_record *record_of(const struct zone_record *z, const char *name)
{
	for (unsigned i = 0; i < NR_ZONES; i++)
		if (strcmp(zone_names[i], name) == 0)
			return &z[i];
	return NULL;
}

/* Values that differ; with ${c} each is said. */
static unsigned differences(struct check *c, const struct zone_record *z, const struct mm386_sizing *s)
{
	unsigned nr = 0;

	for (unsigned i = 0; i < s->nr_zones; i++) {
		const struct zone_record *theirs = record_of(z, s->zone[i].name);
		uint64_t n;

		for (unsigned k = 0; theirs->has_marks && k < NR_MARKS; k++) {
			nr += theirs->mark[k] != s->zone[i].watermark[k];
			if (c)
				check_equal(c, theirs->mark[k], s->zone[i].watermark[k], "%s %s", s->zone[i].name,
					    mark_names[k]);
		}
		for (unsigned k = 0; k < MM386_ZONE_TYPES; k++) {
			if (!input_number(json_array_get(theirs->reserve, k), &n))
				continue;
			nr += n != s->zone[i].lowmem_reserve[k];
			if (c)
				check_equal(c, n, s->zone[i].lowmem_reserve[k], "%s lowmem_reserve[%u]",
					    s->zone[i].name, k);
		}
	}
	return nr;
}

#define LATE_MOST 16384u /* 64 MiB of initrd and init sections */
#define STEP_MOST 4096u	 /* KiB of min_free_kbytes to a page of min: real DMA zones have a few hundred */

/* What fits least badly so far. */
struct fit {
	unsigned differences; /* UINT32_MAX: none was tried that this kernel could have */
	struct mm386_sizing sizing;
};

/* Try one sizing; its min of Normal is the result, 0 when there is none. */
static uint32_t fit_try(struct fit *fit, const struct mm386_config *cfg, const struct zone_record *z, uint32_t kib,
			uint32_t late)
{
	struct mm386_sizing s;
	unsigned nr;

	if (size_zones(cfg, z, kib, late, &s))
		return 0;
	nr = differences(NULL, z, &s);
	if (nr < fit->differences)
		*fit = (struct fit){.differences = nr, .sizing = s};
	for (unsigned i = 0; i < s.nr_zones; i++)
		if (strcmp(s.zone[i].name, "Normal") == 0)
			return s.zone[i].watermark[MM386_WMARK_MIN];
	return 0;
}

/* The fewest pages that came back late for which Normal's min is at most ${min}. */
static uint32_t late_for(struct fit *fit, const struct mm386_config *cfg, const struct zone_record *z, uint64_t min)
{
	uint32_t low = 0, high = LATE_MOST;

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (fit_try(fit, cfg, z, 0, mid) > min)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Kernels that count managed pages had fewer of them when the marks were set than when they were printed. */
static void fit_late(struct fit *fit, const struct mm386_config *cfg, const struct zone_record *z)
{
	uint64_t min = z[2].mark[MM386_WMARK_MIN];
	uint32_t end;

	if (!fit->differences || !z[2].managed_told || !min)
		return;
	end = late_for(fit, cfg, z, min - 1);
	for (uint32_t late = late_for(fit, cfg, z, min); fit->differences && late < end; late++)
		fit_try(fit, cfg, z, 0, late);
}

/* Somebody set min_free_kbytes: whatever gives the min of one low zone, the others must fit. */
static void fit_by_hand(struct fit *fit, const struct mm386_config *cfg, const struct zone_record *z)
{
	uint64_t lowmem = (uint64_t)z[0].present + z[1].present + z[2].present;

	for (unsigned i = 0; i < 3; i++) {
		uint64_t first, step = 4 * lowmem / (z[i].present ? z[i].present : 1);

		if (!z[i].has_marks || !z[i].present || z[i].mark[MM386_WMARK_MIN] > lowmem || step > STEP_MOST)
			continue;
		first = z[i].mark[MM386_WMARK_MIN] * 4 * lowmem / z[i].present / 4 * 4;
		for (uint64_t kib = first; fit->differences && kib <= first + 2 * step + 8 && kib <= UINT32_MAX; kib += 4)
			fit_try(fit, cfg, z, (uint32_t)kib, 0);
	}
}

static void fit_build(struct fit *fit, const struct mm386_config *cfg, struct zone_record *z)
{
	bool told = z[0].has_size;

	for (size_t i = 0; fit->differences && i < (told ? 1 : NR_DMA); i++) {
		if (!told)
			z[0].present = z[0].managed = dma_usual[i];
		fit_try(fit, cfg, z, 0, 0);
		fit_late(fit, cfg, z);
		fit_by_hand(fit, cfg, z);
	}
}

static void fit_release(struct fit *fit, const struct mm386_config *cfg, struct zone_record *z)
{
	struct mm386_config without = *cfg;

	*fit = (struct fit){.differences = UINT32_MAX};
	fit_build(fit, cfg, z);
	without.transparent_hugepage = 0;
	fit_build(fit, &without, z);
}

/* One release of each set of rules. */
static const char *const dated[] = {"2.4.22", "2.6.3",	"2.6.7",  "2.6.9",  "2.6.10", "2.6.11", "2.6.14", "2.6.16",
				    "2.6.18", "2.6.22", "2.6.26", "2.6.32", "2.6.38", "3.2.0",	"3.10.0", "3.16.0",
				    "4.4.0",  "4.9.0",	"4.19.0", "5.4.0",  "5.10.0", "5.15.0", "6.1.0",  "6.12.0"};
#define NR_DATED (sizeof(dated) / sizeof(dated[0]))

static unsigned distance(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

/* The nearest of the dated releases that was not tried; false when all were. */
static bool nearest_untried(const struct mm386_config *cfg, bool tried[NR_DATED], struct mm386_config *next)
{
	struct mm386_config other = *cfg;
	size_t best = NR_DATED;

	for (size_t i = 0; i < NR_DATED; i++) {
		machine_release(&other, dated[i]);
		/* 2.4's marks are of another kind: it is never mistaken for another. */
		if (tried[i] || (other.kernel == MM386_KERNEL_24) != (cfg->kernel == MM386_KERNEL_24))
			continue;
		if (best < NR_DATED && distance(other.release, cfg->release) >= distance(next->release, cfg->release))
			continue;
		best = i;
		*next = other;
	}
	if (best < NR_DATED)
		tried[best] = true;
	return best < NR_DATED;
}

static void compare_marks(struct check *c, struct zone_record *z, const struct mm386_config *cfg, bool estimated)
{
	struct mm386_config next = *cfg;
	bool tried[NR_DATED] = {false};
	struct fit fit, other;

	fit_release(&fit, cfg, z);
	while (fit.differences && estimated && nearest_untried(cfg, tried, &next)) {
		fit_release(&other, &next, z);
		if (!other.differences) /* else what the estimate itself gives is told */
			fit = other;
	}
	if (fit.differences == UINT32_MAX)
		check_differs(c, "mm386 has no kernel with such zones");
	else
		differences(c, z, &fit.sizing);
}

/* ---- the record -------------------------------------------------------------------------------- */

/* Patches that put another memory management into a kernel, by the names that releases had with them. */
static const char *patched(const char *version)
{
	static const struct {
		const char *word, *why;
	} patches[] = {
		{"rmap", "2.4 with the rmap patch has another memory management"},
		{"-ac", "2.4-ac has another memory management"},
		{"aa", "2.4-aa has another memory management"},
		{"-RH", "Red Hat's 2.4 has the rmap memory management"},
		{"-EL", "Red Hat's 2.4 has the rmap memory management"},
	};

	for (size_t i = 0; i < sizeof(patches) / sizeof(patches[0]); i++)
		if (strncmp(version, "2.4.", 4) == 0 && strstr(version, patches[i].word))
			return patches[i].why;
	return NULL;
}

/*
 * Low and high marks twice and three times the min went in 2.6.10, lowmem_reserve came in 2.6.11: who has
 * both took one of them from elsewhere, as distributions' 2.6.8 did.
 */
static bool is_between(const struct zone_record *z, const json_t *v)
{
	const struct zone_record *n = &z[2];

	return n->mark[MM386_WMARK_MIN] && n->mark[MM386_WMARK_LOW] == 2 * n->mark[MM386_WMARK_MIN] &&
	       n->mark[MM386_WMARK_HIGH] == 3 * n->mark[MM386_WMARK_MIN] &&
	       json_object_get(json_object_get(json_object_get(v, "oom"), "Normal"), "lowmem_reserve");
}

/* "2.6.3x-era" is 2.6.30 and later. */
static void release_estimate(struct mm386_config *cfg, const char *hint)
{
	char version[64];
	size_t n = 0;

	for (; hint[n] && n + 1 < sizeof(version); n++)
		version[n] = (char)(hint[n] == 'x' ? '0' : hint[n]);
	version[n] = '\0';
	machine_release(cfg, version);
}

static void marks(struct results *r, const char *name, const json_t *v, const struct mm386_config *cfg)
{
	const char *version = input_string(v, "kernel_version"), *hint = input_string(v, "kernel_version_hint");
	const char *why = patched(*version ? version : hint);
	struct zone_record z[NR_ZONES];
	struct check c;

	if (!check_begin(&c, r, name, "marks"))
		return;
	c.kernel = (int)cfg->kernel;
	if (why)
		check_skip(&c, "%s", why);
	else if (!record_read(z, v))
		check_skip(&c, "the marks of low memory, or the sizes of its zones, are not in the record");
	else if (is_between(z, v))
		check_skip(&c, "a patched kernel: the marks are those of 2.6.9, lowmem_reserve is that of 2.6.11");
	else if (!cfg->release)
		check_skip(&c, "nothing tells which kernel it was");
	else
		compare_marks(&c, z, cfg, !*version);
	check_end(&c);
}

/* Whether any zone of a report has marks. */
static bool has_marks(const json_t *v)
{
	json_t *zones[] = {json_object_get(v, "oom"), json_object_get(v, "zoneinfo")}, *zone;
	const char *key;
	uint64_t n;

	for (size_t i = 0; i < 2; i++)
		json_object_foreach (zones[i], key, zone)
			if (pages_read(zone, "min", &n))
				return true;
	return false;
}

static bool has_sums(const json_t *v)
{
	json_t *zones = json_object_get(v, "oom"), *zone;
	const char *key;

	json_object_foreach (zones, key, zone)
		if (json_object_get(zone, "orders"))
			return true;
	return json_object_get(v, "buddyinfo") || json_object_get(v, "meminfo");
}

void bootlog_report(struct results *r, const char *name, const json_t *v)
{
	struct mm386_config cfg;

	mm386_config_init(&cfg);
	if (!machine_release(&cfg, input_string(v, "kernel_version")))
		release_estimate(&cfg, input_string(v, "kernel_version_hint"));
	cfg.pae = json_is_true(json_object_get(v, "pae"));
	if (has_sums(v))
		sums(r, name, v, &cfg);
	if (has_marks(v))
		marks(r, name, v, &cfg);
}
