/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_compaction.c - check 3, where the kernel compacted: one snapshot, compact_memory, the next one.
 *
 * Compaction isolates pages without a trace, so that its segments cannot be replayed.  But the whole
 * of it is decided by what lies where: zones, ranges, numbers of frames looked at and taken, each page
 * that is freed, each that leaves a CPU's list, and the free lists after it.  Which frames could
 * be moved no snapshot says: these are the frames that the trace shows freed and that were not free.
 */
#include <stdlib.h>
#include <string.h>

#include "compaction.h"
#include "replay.h"
#include "segment.h"
#include "snapshot.h"

static int by_number(const void *a, const void *b)
{
	mm386_pfn_t x = *(const mm386_pfn_t *)a, y = *(const mm386_pfn_t *)b;

	return x < y ? -1 : x > y;
}

/* Whether ${pfn} is part of a block on the free lists of ${snap}. */
static bool is_free(const json_t *snap, mm386_pfn_t pfn)
{
	const json_t *zone, *list, *v;
	const char *type;
	size_t i, n;

	json_array_foreach (json_object_get(snap, "zones"), i, zone) {
		const json_t *free = json_object_get(zone, "free");

		for (size_t order = 0; order < json_array_size(free) && order < MM386_ORDERS; order++)
			json_object_foreach ((json_t *)json_array_get(free, order), type, list)
				json_array_foreach (list, n, v)
					if (pfn - (mm386_pfn_t)json_integer_value(v) < 1u << order)
						return true;
	}
	return false;
}

/* Frames in use that the kernel moved, rising; the caller frees them. */
static mm386_pfn_t *moved(const struct compaction *k, const json_t *snap, uint32_t *nr)
{
	mm386_pfn_t *pfn = malloc((k->nr + 1) * sizeof(*pfn));

	*nr = 0;
	for (size_t i = 0; pfn && i < k->nr; i++)
		if (k->step[i].kind == COMPACTION_FREE && !is_free(snap, k->step[i].a))
			pfn[(*nr)++] = k->step[i].a;
	if (pfn)
		qsort(pfn, *nr, sizeof(*pfn), by_number);
	return pfn;
}

static void compare(struct check *c, const struct oracle *o, const char *run, const struct replay *p,
		    const struct compaction *k)
{
	json_t *from = segment_snapshot(c, o, run, p->from);
	json_t *to = from ? segment_snapshot(c, o, run, p->to) : NULL;
	struct mm386 *m = to ? segment_boot(c, o, run, from) : NULL;
	uint32_t nr;
	mm386_pfn_t *pfn;

	if (m) {
		pfn = moved(k, from, &nr);
		snapshot_compare_bounds(c, from, m);
		if (pfn && !c->differences &&
		    snapshot_load(c, from, m, SNAPSHOT_ALL, &(struct mm386_load_list){.pfn = pfn, .nr = nr})) {
			compaction_compare(c, k, m);
			if (k->settled)
				snapshot_compare_lists(c, to, m);
		}
		free(pfn);
		mm386_free(m);
	}
	json_decref(from);
	json_decref(to);
}

/* The compaction of a segment that cannot be replayed; false when it has none that is the whole of it. */
static bool read(struct compaction *k, const struct oracle *o, const struct oracle_segment *s, struct replay *p)
{
	struct input_error err;
	char *path = oracle_trace(o, s->run), *text = input_text(s->path, &(size_t){0}, &err), *trace = NULL;
	bool found = false;

	if (path && text && replay_head(p, text) && !p->exact)
		trace = input_text(path, &(size_t){0}, &err);
	if (trace)
		found = compaction_read(k, trace, p->from, p->to) && k->whole;
	free(trace);
	free(text);
	free(path);
	return found;
}

void check_compaction(struct results *r, const struct oracle *o, const struct oracle_segment *s)
{
	char name[ORACLE_NAME_MAX + 12];
	struct compaction k = {.nr = 0};
	struct replay p = {.nr = 0};
	struct check c;

	snprintf(name, sizeof(name), "compaction %s", s->point);
	if (read(&k, o, s, &p) && check_begin(&c, r, s->run, name)) {
		compare(&c, o, s->run, &p, &k);
		check_end(&c);
	}
	compaction_free(&k);
	replay_free(&p);
}
