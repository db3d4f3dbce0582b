/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bootlog_marks.c - the marks and lowmem_reserve of each zone follow from the sizes of the zones.
 *
 * What a report or /proc/zoneinfo does not hold is taken from one printed value each, and
 * everything else must then follow:
 *	min_free_kbytes		where the mins are not those that the kernel works out: somebody set it
 *	pages given back later	managed pages when the marks were set, before initrd and init sections
 *				came back, from the min of low memory
 *	huge pages		whether the kernel was built with them: khugepaged raises min_free_kbytes
 *	pages of DMA		where they are not told, one of the usual numbers
 *	pages of HighMem	where its line was cut off, by and large from what is kept from it; then
 *				what is kept from it is not compared
 *	boost of a zone		what its three marks are higher by, in kernels that have such a thing,
 *				unless the record tells it
 *	the release		where the record has only an estimate, and the rules of that do
 *				not fit: the nearest of the dated ones that do
 * Where the sizes of low memory were cut off, each zone's own marks are compared: the low and high
 * ones follow from the min, and that of HighMem from its size.
 */
#include <stdlib.h>
#include <string.h>

#include "bootlog_zones.h"
#include "machine.h"
#include "releases.h"

static const char *const mark_names[NR_MARKS] = {"min", "low", "high"};

/* Whether low memory is told of so far that all marks follow. */
static bool is_whole(const struct marks_record *m)
{
	return m->z[NORMAL].has_size && m->z[NORMAL].has_marks;
}

/*
 * Low and high marks twice and three times the min went in 2.6.10, lowmem_reserve came in 2.6.11: who has
 * both took one of them from elsewhere, as distributions' 2.6.8 did.
 */
static bool is_between(const struct zone_record *z, const json_t *v)
{
	const uint64_t *mark = z[NORMAL].mark;

	return mark[0] && mark[1] == 2 * mark[0] && mark[2] == 3 * mark[0] &&
	       json_object_get(json_object_get(json_object_get(v, "oom"), "Normal"), "lowmem_reserve");
}

/* ---- what follows ------------------------------------------------------------------------------ */

enum { FIT_MARKS = 1, FIT_RESERVE = 2, FIT_ALL = 3, FIT_BOOST = 4 };

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
		if (i == NORMAL)
			managed -= late < managed ? late : managed;
		s->zone[s->nr_zones].name = bootlog_zone_names[i];
		s->zone[s->nr_zones].present = z[i].present;
		s->zone[s->nr_zones++].managed = managed;
	}
	return mm386_size_zones(cfg, s, NULL);
}

static const struct zone_record *record_of(const struct marks_record *m, const char *name)
{
	for (unsigned i = 0; i < NR_ZONES; i++)
		if (strcmp(bootlog_zone_names[i], name) == 0)
			return &m->z[i];
	return NULL;
}

/* Whether kernel ${cfg} raises a zone's marks for a while, when migrate types get mixed. */
static bool has_boost(const struct mm386_config *cfg)
{
	struct mm386_config small = *cfg;
	struct mm386 *m;
	char *factor;
	bool has;

	small.memory_bytes = 64u << 20;
	if (mm386_boot(&small, &m, NULL))
		return false;
	factor = machine_proc(m, "sys/vm/watermark_boost_factor");
	has = factor && *factor != '0';
	free(factor);
	mm386_free(m);
	return has;
}

/* What a record's marks may be higher by: not more than half of high again, or a page block. */
static uint64_t boost_of(const struct zone_record *z, const uint32_t *mark)
{
	uint64_t most = mark[MM386_WMARK_HIGH] * 3ull / 2, more;

	if (z->boost_told || z->mark[0] <= mark[0])
		return 0;
	more = z->mark[0] - mark[0];
	return more <= (most > 1024 ? most : 1024) ? more : 0;
}

/* Values that differ, of marks and reserves as ${what} says; with ${c} each is said. */
static unsigned differences(struct check *c, const struct marks_record *m, const struct mm386_sizing *s, unsigned what)
{
	unsigned nr = 0;

	for (unsigned i = 0; i < s->nr_zones; i++) {
		const struct zone_record *theirs = record_of(m, s->zone[i].name);
		uint64_t n, boost = what & FIT_BOOST ? boost_of(theirs, s->zone[i].watermark) : 0;

		for (unsigned k = 0; (what & FIT_MARKS) && theirs->has_marks && k < NR_MARKS; k++) {
			nr += theirs->mark[k] != s->zone[i].watermark[k] + boost;
			if (c)
				check_equal(c, theirs->mark[k], s->zone[i].watermark[k] + boost, "%s %s",
					    s->zone[i].name, mark_names[k]);
		}
		for (unsigned k = 0; (what & FIT_RESERVE) && k < m->classes; k++) {
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

#define LATE_MOST 65536u /* 256 MiB of initrd and init sections */
#define LATE_RUN 2048u	 /* pages of them to a page of min: real machines have some hundred */
#define STEP_MOST 1024u	 /* KiB of min_free_kbytes to a page of min: real DMA zones have a few hundred */

/* What fits least badly so far. */
struct fit {
	const struct marks_record *m;
	unsigned what;
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
	nr = differences(NULL, fit->m, &s, fit->what);
	if (nr < fit->differences) {
		fit->differences = nr;
		fit->sizing = s;
	}
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
	uint64_t min = z[NORMAL].mark[MM386_WMARK_MIN];
	uint32_t first, end;

	if (!fit->differences || !z[NORMAL].managed_told || !min)
		return;
	first = late_for(fit, cfg, z, min);
	end = late_for(fit, cfg, z, min - 1);
	for (uint32_t late = first; fit->differences && late < end && late - first < LATE_RUN; late++)
		fit_try(fit, cfg, z, 0, late);
}

/* Somebody set min_free_kbytes: whatever gives the min of one low zone, the others must fit. */
static void fit_by_hand(struct fit *fit, const struct mm386_config *cfg, const struct zone_record *z)
{
	uint64_t lowmem = (uint64_t)z[DMA].present + z[DMA32].present + z[NORMAL].present;

	for (unsigned i = DMA; i <= NORMAL; i++) {
		uint64_t first, step = 4 * lowmem / (z[i].present ? z[i].present : 1);

		if (!z[i].has_marks || !z[i].present || z[i].mark[MM386_WMARK_MIN] > lowmem || step > STEP_MOST)
			continue;
		first = z[i].mark[MM386_WMARK_MIN] * 4 * lowmem / z[i].present / 4 * 4;
		for (uint64_t kib = first; fit->differences && kib <= first + 2 * step + 8 && kib <= UINT32_MAX; kib += 4)
			fit_try(fit, cfg, z, (uint32_t)kib, 0);
	}
}

/* Without its size, DMA has what it mostly had: all, less mem_map's share, less the hole below 1 MiB. */
static const uint32_t dma_usual[] = {4096, 4064, 3967, 3950};
#define NR_DMA (sizeof(dma_usual) / sizeof(dma_usual[0]))

static void fit_build(struct fit *fit, const struct mm386_config *cfg)
{
	struct zone_record z[NR_ZONES];
	bool told = fit->m->z[DMA].has_size;

	memcpy(z, fit->m->z, sizeof(z));
	for (size_t i = 0; fit->differences && i < (told ? 1 : NR_DMA); i++) {
		if (!told)
			z[DMA].present = z[DMA].managed = dma_usual[i];
		fit_try(fit, cfg, z, 0, 0);
		fit_late(fit, cfg, z);
		fit_by_hand(fit, cfg, z);
	}
}

static void fit_release(struct fit *fit, const struct mm386_config *cfg, const struct marks_record *m, unsigned what)
{
	struct mm386_config without = *cfg;
	struct fit boosted;

	*fit = (struct fit){.m = m, .what = what, .differences = UINT32_MAX};
	fit_build(fit, cfg);
	without.transparent_hugepage = 0;
	fit_build(fit, &without);
	if (!fit->differences || (what & FIT_BOOST) || !has_boost(cfg))
		return;
	fit_release(&boosted, cfg, m, what | FIT_BOOST);
	if (!boosted.differences)
		*fit = boosted;
}

static void say_fit(struct check *c, const struct fit *fit)
{
	if (fit->differences == UINT32_MAX)
		check_differs(c, "mm386 has no kernel with such zones");
	else
		differences(c, fit->m, &fit->sizing, fit->what);
}

static void compare_marks(struct check *c, const struct marks_record *m, const struct mm386_config *cfg, bool estimated)
{
	struct releases_tried tried = {{false}};
	struct mm386_config next = *cfg;
	struct fit fit, other;

	fit_release(&fit, cfg, m, FIT_ALL);
	while (fit.differences && estimated && release_nearest(cfg, &tried, &next)) {
		fit_release(&other, &next, m, FIT_ALL);
		if (!other.differences) /* else what the estimate itself gives is told */
			fit = other;
	}
	say_fit(c, &fit);
}

/* Marks of 2.6.9, reserves of 2.6.11. */
static void compare_between(struct check *c, const struct marks_record *m, const struct mm386_config *cfg)
{
	struct mm386_config of = *cfg;
	struct fit fit;

	machine_release(&of, "2.6.9");
	fit_release(&fit, &of, m, FIT_MARKS);
	say_fit(c, &fit);
	machine_release(&of, "2.6.11");
	fit_release(&fit, &of, m, FIT_RESERVE);
	say_fit(c, &fit);
}

/* ---- a zone alone ------------------------------------------------------------------------------- */

/*
 * Marks of one zone whose neighbours' sizes were cut off.  A low zone that is all there is has the min that
 * min_free_kbytes says, and its steps are the kernel's; if they go by the size, too, that must be told.
 */
static void compare_alone(struct check *c, const struct zone_record *z, unsigned i, const struct mm386_config *cfg)
{
	struct zone_record alone[NR_ZONES] = {{.has_size = false}};
	struct mm386_sizing s, large;
	uint64_t kib = z->mark[MM386_WMARK_MIN] * 4;

	if (!z->has_marks || !kib || kib > UINT32_MAX)
		return;
	if (!z->boost_told && z->mark[1] - z->mark[0] < z->mark[0] / 4 && has_boost(cfg))
		return; /* by how much does not show */
	if (i == HIGHMEM) {
		check_equal(c, z->mark[1] - z->mark[0], (z->mark[2] - z->mark[0]) / 2, "%s: half of the step to high",
			    bootlog_zone_names[i]);
		kib = 0;
		alone[HIGHMEM] = *z;
	}
	alone[NORMAL].has_marks = true;
	alone[NORMAL].present = alone[NORMAL].managed = 1;
	if (size_zones(cfg, alone, (uint32_t)kib, 0, &s))
		return;
	alone[NORMAL].present = alone[NORMAL].managed = 896u << 8;
	if (i == HIGHMEM && z->has_size)
		check_equal(c, z->mark[0], s.zone[1].watermark[0], "%s min", bootlog_zone_names[i]);
	if (i == HIGHMEM || size_zones(cfg, alone, (uint32_t)kib, 0, &large))
		return;
	for (unsigned k = 1; k < NR_MARKS; k++)
		if (s.zone[0].watermark[k] == large.zone[0].watermark[k])
			check_equal(c, z->mark[k], s.zone[0].watermark[k], "%s %s", bootlog_zone_names[i], mark_names[k]);
}

/* The first release, nearest to an estimate, whose rules give each zone's marks; else the estimate's differences. */
static void compare_parts(struct check *c, const struct marks_record *m, const struct mm386_config *cfg, bool estimated)
{
	struct releases_tried tried = {{false}};
	struct mm386_config next = *cfg;
	const struct check none = *c;
	bool more = true;

	for (struct check part; more;) {
		part = none;
		for (unsigned i = 0; i < NR_ZONES; i++)
			compare_alone(&part, &m->z[i], i, &next);
		if (!part.differences || !c->values)
			*c = part;
		more = part.differences && estimated && release_nearest(cfg, &tried, &next);
	}
	if (!c->values)
		check_skip(c, "the marks of low memory, or the sizes of its zones, are not in the record");
}

/* ---- the record -------------------------------------------------------------------------------- */

void bootlog_marks(struct results *r, const char *name, const json_t *v)
{
	const char *why = bootlog_foreign(v);
	struct mm386_config cfg;
	struct marks_record m;
	struct check c;
	bool known;

	if (!check_begin(&c, r, name, "marks"))
		return;
	mm386_config_init(&cfg);
	known = release_read(&cfg, v);
	cfg.pae = json_is_true(json_object_get(v, "pae"));
	c.kernel = (int)cfg.kernel;
	bootlog_zones(&m, v);
	if (!why)
		why = bootlog_patched(v, &cfg);
	if (why)
		check_skip(&c, "%s", why);
	else if (!cfg.release)
		check_skip(&c, "nothing tells which kernel it was");
	else if (!is_whole(&m))
		compare_parts(&c, &m, &cfg, !known);
	else if (is_between(m.z, v))
		compare_between(&c, &m, &cfg);
	else
		compare_marks(&c, &m, &cfg, !known);
	check_end(&c);
}
