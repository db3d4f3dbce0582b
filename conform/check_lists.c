/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_lists.c - check 3, above the buddy system: one snapshot with its CPUs' lists, every request
 * and every free of the traced segment, the next snapshot.  Which block a request gets, when a list
 * is filled and with what, when it is drained and of what, is ours to decide, and must be the
 * kernel's.
 */
#include <stdlib.h>

#include "lists.h"
#include "replay.h"
#include "segment.h"
#include "snapshot.h"

/*
 * What a snapshot calls list ${l}: "o1-R" is of order 1 and Reclaimable, "thp-0" the first of whole
 * page blocks.
 */
static void list_name(const struct mm386 *m, const struct mm386_pcp_view *v, unsigned l, char *name,
		      size_t size)
{
	unsigned order = mm386_info(m)->pageblock_order, nth = 0;

	if (v->list[l].order != order) {
		snprintf(name, size, "o%u-%c", v->list[l].order, v->list[l].name[0]);
		return;
	}
	for (unsigned i = 0; i < l; i++)
		nth += v->list[i].order == order;
	snprintf(name, size, "thp-%u", nth);
}

/* The blocks on each list of each CPU, in order. */
static void compare_cpus(struct check *c, const json_t *snap, const struct mm386 *m)
{
	size_t i, cpu, n;
	const json_t *z, *pcp, *pfn;

	json_array_foreach (json_object_get(snap, "zones"), i, z) {
		int zone = machine_zone(m, z);

		json_array_foreach (json_object_get(z, "pcp"), cpu, pcp) {
			struct mm386_pcp_view v;

			if (zone < 0 || cpu >= mm386_info(m)->cpus)
				continue;
			mm386_pcp(m, (unsigned)zone, (unsigned)cpu, &v);
			check_equal(c, input_member(pcp, "count"), v.count, "zone %d CPU %zu count",
				    zone, cpu);
			for (unsigned l = 0; l < v.nr_lists; l++) {
				mm386_pfn_t *ours = malloc((v.list[l].nr + 1) * sizeof(*ours));
				char name[16];
				const json_t *theirs;

				list_name(m, &v, l, name, sizeof(name));
				theirs = json_object_get(json_object_get(pcp, "lists"), name);
				check_equal(c, json_array_size(theirs), v.list[l].nr,
					    "zone %d CPU %zu %s", zone, cpu, name);
				if (ours)
					mm386_pcp_list(m, (unsigned)zone, (unsigned)cpu, l, ours,
						       v.list[l].nr);
				json_array_foreach (theirs, n, pfn)
					if (ours && n < v.list[l].nr && !check_is_lost(c))
						check_equal(c, (uint64_t)json_integer_value(pfn),
							    ours[n], "zone %d CPU %zu %s block %zu",
							    zone, cpu, name, n);
				free(ours);
			}
		}
	}
}

static int by_number(const void *a, const void *b)
{
	mm386_pfn_t x = *(const mm386_pfn_t *)a, y = *(const mm386_pfn_t *)b;

	return x < y ? -1 : x > y;
}

/*
 * Frames that were in use at the first snapshot, as far as the segment frees them, rising; the
 * caller frees them.  Some of them our boot kept: the kernel had given them back since.
 */
static mm386_pfn_t *in_use(const struct lists *l, uint32_t nr_frames, uint32_t *nr)
{
	uint8_t *taken = calloc(nr_frames + 1u, 1); /* in the segment, before */
	mm386_pfn_t *pfn = malloc((nr_frames + 1u) * sizeof(*pfn));

	*nr = 0;
	for (size_t i = 0; taken && pfn && i < l->nr; i++) {
		const struct lists_step *s = &l->step[i];
		bool frees = s->kind == LISTS_FREE && !s->batched;

		if (!frees && s->kind != LISTS_ALLOC)
			continue;
		for (uint32_t p = s->pfn; p < s->pfn + (1u << s->order) && p < nr_frames; p++) {
			if (frees && !taken[p])
				pfn[(*nr)++] = p;
			taken[p] = 1;
		}
	}
	free(taken);
	if (pfn)
		qsort(pfn, *nr, sizeof(*pfn), by_number);
	return pfn;
}

/* Kernel: decay_pcp_high(), alloc_pages_bulk_noprof() [6.12]. */
static bool is_tuned(const struct mm386 *m)
{
	struct mm386_pcp_view v;

	mm386_pcp(m, 0, 0, &v);
	return v.high_max != 0;
}

/* The two snapshots and what is between. */
struct segment {
	json_t *from, *to;
	const struct lists *lists;
};

static void replay(struct check *c, const struct oracle *o, const char *run,
		   const struct segment *s)
{
	struct mm386 *m = segment_boot(c, o, run, s->from);
	mm386_pfn_t *pfn = NULL;
	uint32_t nr;

	if (!m)
		return;
	pfn = in_use(s->lists, mm386_info(m)->nr_frames, &nr);
	snapshot_compare_bounds(c, s->from, m);
	if (is_tuned(m))
		check_skip(c, "this kernel lowers what CPUs keep from second to second, and hands out pages in bulk: "
			      "the trace tells of neither");
	else if (pfn && !c->differences &&
	    snapshot_load(c, s->from, m, SNAPSHOT_ALL,
			  &(struct mm386_load_list){.pfn = pfn, .nr = nr})) {
		lists_compare(c, s->lists, m);
		if (!c->differences) {
			snapshot_compare_lists(c, s->to, m);
			compare_cpus(c, s->to, m);
		}
	}
	free(pfn);
	mm386_free(m);
}

/* Say that every CPU's freeing batch of zone ${i} was doubled ${factor} times. */
static void set_factor(json_t *snap, size_t i, unsigned factor)
{
	const json_t *pcp =
		json_object_get(json_array_get(json_object_get(snap, "zones"), i), "pcp");
	json_t *cpu;
	size_t n;

	json_array_foreach (pcp, n, cpu)
		json_object_set_new(cpu, "free_factor", json_integer(factor));
}

/*
 * How often a freeing batch was doubled no snapshot says: nobody, if the first look is exact; else
 * there must be a number for each of the two lowest zones with which everything is.
 */
static void find_factors(struct check *c, const struct oracle *o, const char *run,
			 const struct segment *s)
{
	const struct check before = *c;
	struct check first;

	replay(c, o, run, s);
	first = *c;
	for (unsigned n = 1; n < 6 * 6 && c->differences && !c->skipped; n++) {
		*c = before;
		set_factor(s->from, 0, n % 6);
		set_factor(s->from, 1, n / 6);
		replay(c, o, run, s);
	}
	if (c->differences)
		*c = first;
}

static void compare(struct check *c, const struct oracle *o, const char *run,
		    const struct replay *p, const struct lists *l)
{
	struct segment s = {.from = segment_snapshot(c, o, run, p->from), .lists = l};

	s.to = s.from ? segment_snapshot(c, o, run, p->to) : NULL;
	if (s.to)
		find_factors(c, o, run, &s);
	json_decref(s.from);
	json_decref(s.to);
}

void check_lists(struct results *r, const struct oracle *o, const struct oracle_segment *s)
{
	char name[ORACLE_NAME_MAX + 12], *path = oracle_trace(o, s->run), *trace = NULL;
	struct input_error err;
	struct lists l = {.nr = 0};
	struct replay p = {.nr = 0};
	char *text = path ? input_text(s->path, &(size_t){0}, &err) : NULL;
	struct check c;

	snprintf(name, sizeof(name), "CPU lists %s", s->point);
	if (text && replay_head(&p, text))
		trace = input_text(path, &(size_t){0}, &err);
	if (trace && lists_read(&l, trace, p.from, p.to) && check_begin(&c, r, s->run, name)) {
		if (l.open)
			check_skip(&c, "%s", l.open);
		else
			compare(&c, o, s->run, &p, &l);
		check_end(&c);
	}
	free(trace);
	free(text);
	free(path);
	lists_free(&l);
	replay_free(&p);
}
