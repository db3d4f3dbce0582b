/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot_load.c - a snapshot's state into a machine of ours; see snapshot.h */
#include <stdlib.h>
#include <string.h>

#include "snapshot.h"

#define PREV_FREE_HIGH_ORDER 1 /* of a CPU's flags; PCPF_ in 6.7 and later */

/* Everything that a struct mm386_load points to. */
struct loading {
	struct mm386_load load;
	struct mm386_load_pcp *pcp[MM386_ZONES_MAX];
	uint8_t *blocks[MM386_ZONES_MAX];
	bool taken[MM386_ZONES_MAX];
};

static void list_take(struct mm386_load_list *to, const json_t *list)
{
	mm386_pfn_t *pfn = malloc((json_array_size(list) + 1) * sizeof(*pfn));
	size_t i;
	json_t *v;

	if (!pfn)
		return;
	json_array_foreach (list, i, v) {
		uint64_t n = MM386_NO_PFN;

		pfn[i] = input_number(v, &n) && n < MM386_NO_PFN ? (mm386_pfn_t)n : MM386_NO_PFN;
	}
	free((void *)to->pfn); /* a list that the snapshot names twice */
	*to = (struct mm386_load_list){.pfn = pfn, .nr = (uint32_t)i};
}

static void blocks_take(struct loading *l, unsigned zone, const char *letters, const struct mm386 *m)
{
	size_t n = strlen(letters);
	uint8_t *blocks = malloc(n + 1);

	if (!blocks || !n) {
		free(blocks);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		blocks[i] = MM386_MIGRATE_MOVABLE;
		for (int mt = 0; mt < MM386_MIGRATETYPES; mt++) {
			const char *name = mm386_migratetype_name(m, (enum mm386_migratetype)mt);

			if (name && name[0] == letters[i])
				blocks[i] = (uint8_t)mt;
		}
	}
	l->blocks[zone] = blocks;
	l->load.zone[zone].pageblock = blocks;
	l->load.zone[zone].nr_pageblocks = (uint32_t)n;
}

/* "o1-R": the list of order 1, type Reclaimable; "thp-0": the first of whole page blocks. */
static int pcp_list_find(const struct mm386_pcp_view *v, const struct mm386 *m, const char *name)
{
	unsigned order, huge = 0, nth = 0;
	char letter;

	if (sscanf(name, "o%u-%c", &order, &letter) == 2) {
		for (unsigned i = 0; i < v->nr_lists; i++) {
			const char *type =
				mm386_migratetype_name(m, (enum mm386_migratetype)v->list[i].migratetype);

			if (v->list[i].order == order && type && type[0] == letter)
				return (int)i;
		}
		return -1;
	}
	if (sscanf(name, "thp-%u", &nth) != 1)
		return -1;
	for (unsigned i = 0; i < v->nr_lists; i++)
		if (v->list[i].order == mm386_info(m)->pageblock_order && huge++ == nth)
			return (int)i;
	return -1;
}

static void pcp_take(struct check *c, struct loading *l, unsigned zone, const json_t *pcp, const struct mm386 *m)
{
	unsigned cpus = mm386_info(m)->cpus;
	struct mm386_load_pcp *to = calloc(cpus, sizeof(*to));
	size_t i;
	json_t *cpu, *list;
	const char *name;

	l->pcp[zone] = to;
	l->load.zone[zone].pcp = to;
	json_array_foreach (pcp, i, cpu) {
		struct mm386_pcp_view v;

		if (i >= cpus || !to)
			return;
		mm386_pcp(m, zone, (unsigned)i, &v);
		to[i].high = (uint32_t)input_member(cpu, "high");
		to[i].batch = (uint32_t)input_member(cpu, "batch");
		to[i].free_factor = (uint32_t)input_member(cpu, "free_factor");
		if (json_object_get(cpu, "free_count")) /* since 6.7 in its place */
			to[i].free_factor = (uint32_t)input_member(cpu, "free_count");
		to[i].high_min = (uint32_t)input_member(cpu, "high_min");
		to[i].high_max = (uint32_t)input_member(cpu, "high_max");
		to[i].alloc_factor = (uint32_t)input_member(cpu, "alloc_factor");
		to[i].prev_small = input_member(cpu, "flags") & PREV_FREE_HIGH_ORDER;
		json_object_foreach (json_object_get(cpu, "lists"), name, list) {
			int at = pcp_list_find(&v, m, name);

			if (at < 0)
				check_differs(c, "CPU %zu: a list %.16s, which this kernel does not have", i, name);
			else
				list_take(&to[i].list[at], list);
		}
	}
}

static void marks_take(struct mm386_load_zone *to, const json_t *z)
{
	const json_t *marks = json_object_get(z, "watermark"), *reserve = json_object_get(z, "lowmem_reserve");

	to->has_marks = true;
	for (size_t i = 0; i < MM386_NR_WMARKS; i++)
		to->watermark[i] = (uint32_t)input_element(marks, i);
	for (size_t i = 0; i < MM386_ZONE_TYPES; i++)
		to->lowmem_reserve[i] = (uint32_t)input_element(reserve, i);
	to->watermark_boost = (uint32_t)input_member(z, "watermark_boost");
	to->nr_reserved_highatomic = (uint32_t)input_member(z, "nr_reserved_highatomic");
}

static void zone_take(struct check *c, struct loading *l, unsigned zone, const json_t *z, const struct mm386 *m,
		      enum snapshot_load how)
{
	const json_t *free = json_object_get(z, "free");

	for (unsigned order = 0; order < mm386_info(m)->orders; order++)
		for (int mt = 0; mt < MM386_MIGRATETYPES; mt++) {
			const char *type = mm386_migratetype_name(m, (enum mm386_migratetype)mt);
			const json_t *list = type ? json_object_get(json_array_get(free, order), type) : NULL;

			if (list)
				list_take(&l->load.zone[zone].free[order][mt], list);
		}
	blocks_take(l, zone, input_string(z, "pageblock_mt"), m);
	if (how != SNAPSHOT_LISTS)
		l->load.zone[zone].managed = (uint32_t)input_member(z, "managed");
	if (how != SNAPSHOT_ALL)
		return;
	if (json_array_size(json_object_get(z, "pcp")))
		pcp_take(c, l, zone, json_object_get(z, "pcp"), m);
	marks_take(&l->load.zone[zone], z);
}

static void loading_free(struct loading *l, unsigned cpus)
{
	for (unsigned zone = 0; zone < MM386_ZONES_MAX; zone++) {
		for (unsigned order = 0; order < MM386_ORDERS; order++)
			for (int mt = 0; mt < MM386_MIGRATETYPES; mt++)
				free((void *)l->load.zone[zone].free[order][mt].pfn);
		for (unsigned cpu = 0; l->pcp[zone] && cpu < cpus; cpu++)
			for (unsigned i = 0; i < MM386_PCP_LISTS; i++)
				free((void *)l->pcp[zone][cpu].list[i].pfn);
		free(l->pcp[zone]);
		free(l->blocks[zone]);
	}
	free(l);
}

/* Of ${all}, which rise, those that lie in ${zone}. */
static struct mm386_load_list part_of(const struct mm386_load_list *all, const struct mm386 *m, unsigned zone)
{
	struct mm386_load_list part = {.nr = 0};
	struct mm386_zone_view v;

	mm386_zone(m, zone, &v);
	for (uint32_t i = 0; i < all->nr; i++) {
		if (all->pfn[i] < v.start_pfn || all->pfn[i] >= v.end_pfn)
			continue;
		if (!part.nr++)
			part.pfn = all->pfn + i;
	}
	return part;
}

bool snapshot_load(struct check *c, const json_t *snap, struct mm386 *m, enum snapshot_load how,
		   const struct mm386_load_list *movable)
{
	struct loading *l = calloc(1, sizeof(*l));
	struct mm386_error err = {.line = 0};
	size_t i;
	json_t *z;
	int ret;

	if (!l) {
		check_differs(c, "no memory");
		return false;
	}
	json_array_foreach (json_object_get(snap, "zones"), i, z) {
		int zone = machine_zone(m, z);

		if (zone >= 0 && input_member(z, "spanned") && !l->taken[zone]) {
			l->taken[zone] = true;
			zone_take(c, l, (unsigned)zone, z, m, how);
			if (movable)
				l->load.zone[zone].movable = part_of(movable, m, (unsigned)zone);
		}
	}
	ret = mm386_load(m, &l->load, &err);
	if (ret)
		check_differs(c, "mm386 does not take the snapshot: %s %s", err.pointer, err.detail);
	loading_free(l, mm386_info(m)->cpus);
	return ret == 0;
}
