/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load.c - a booted machine takes over lists that were read from a real kernel.
 *
 * First everything is looked at, against a map of frames that are spoken for; only then
 * is the machine changed, so that a load that is refused leaves no trace.
 */
#include <stdio.h>
#include <stdlib.h>

#include "page_list.h"
#include "pcp.h"

/* ---- is it possible? ------------------------------------------------------------------ */

#define IN_A_BLOCK     1
#define FREE_OF(order) (2 + (order))

/* A load being looked at. */
struct inspection {
	const struct mm386 *m;
	struct mm386_error *err;
	uint8_t *spoken;	      /* a byte a frame: 0, IN_A_BLOCK, or FREE_OF(order) at a free block's first */
	uint32_t nr[MM386_ZONES_MAX]; /* frames in lists */
};

/* Every block of ${l} is aligned, in the zone, and in no other list; ${at} names the list, ${first} marks a block. */
static int inspect_list(struct inspection *in, const struct zone *z,
			const struct mm386_load_list *l, unsigned order, uint8_t first, const char *at)
{
	uint32_t size = 1u << order;

	if (l->nr && !l->pfn)
		return error_set(in->err, at, 0, "%u blocks are said to be there, none is given",
				 l->nr);
	for (uint32_t i = 0; i < l->nr; i++) {
		pfn_t pfn = l->pfn[i];

		if (pfn < z->start_pfn || pfn >= z->end_pfn || z->end_pfn - pfn < size)
			return error_set(in->err, at, 0,
					 "block 0x%x of order %u is not in zone %s: 0x%x..0x%x",
					 pfn, order, z->name, z->start_pfn, z->end_pfn);
		if ((pfn - z->buddy_base) & (size - 1))
			return error_set(in->err, at, 0, "0x%x is no place for a block of order %u",
					 pfn, order);
		for (pfn_t p = pfn; p < pfn + size; p++) {
			if (in->spoken[p])
				return error_set(in->err, at, 0,
						 "frame 0x%x is in another block too", p);
			in->spoken[p] = p == pfn ? first : IN_A_BLOCK;
		}
	}
	in->nr[z->id] += l->nr << order;
	return 0;
}

/* Where two free buddies always merge, no kernel has both; ${at} names the list that ${l} is. */
static int inspect_merges(const struct inspection *in, const struct zone *z,
			  const struct mm386_load_list *l, unsigned order, const char *at)
{
	if (!buddy_always_merges(in->m, order))
		return 0;
	for (uint32_t i = 0; i < l->nr; i++) {
		pfn_t buddy = buddy_of(z->buddy_base, l->pfn[i], order);

		if (buddy >= z->start_pfn && buddy < z->end_pfn && in->spoken[buddy] == FREE_OF(order))
			return error_set(in->err, at, 0,
					 "block 0x%x of order %u and its buddy 0x%x are both free: they are one of order %u",
					 l->pfn[i], order, buddy, order + 1);
	}
	return 0;
}

static int inspect_free(struct inspection *in, const struct zone *z,
			const struct mm386_load_zone *lz)
{
	char at[sizeof(((struct mm386_error *)0)->pointer)];
	int ret = 0;

	for (unsigned i = 0; i < MM386_ORDERS * MM386_MIGRATETYPES && !ret; i++) {
		unsigned order = i / MM386_MIGRATETYPES, mt = i % MM386_MIGRATETYPES;
		const struct mm386_load_list *l = &lz->free[order][mt];

		snprintf(at, sizeof(at), "/zone/%u/free/%u/%u", z->id, order, mt);
		if (l->nr &&
		    (order >= in->m->s->info.orders || mt >= in->m->s->info.nr_migratetypes))
			ret = error_set(in->err, at, 0, "this kernel has no such list");
		else
			ret = inspect_list(in, z, l, order, FREE_OF(order), at);
	}
	for (unsigned i = 0; i < MM386_ORDERS * MM386_MIGRATETYPES && !ret; i++) {
		unsigned order = i / MM386_MIGRATETYPES, mt = i % MM386_MIGRATETYPES;

		snprintf(at, sizeof(at), "/zone/%u/free/%u/%u", z->id, order, mt);
		ret = inspect_merges(in, z, &lz->free[order][mt], order, at);
	}
	return ret;
}

static int inspect_pcp(struct inspection *in, const struct zone *z,
		       const struct mm386_load_zone *lz)
{
	char at[sizeof(((struct mm386_error *)0)->pointer)];
	unsigned lists = pcp_nr_lists(in->m), cpus = in->m->s->info.cpus;
	int ret = 0;

	for (unsigned i = 0; lz->pcp && i < cpus * MM386_PCP_LISTS && !ret; i++) {
		unsigned cpu = i / MM386_PCP_LISTS, nr = i % MM386_PCP_LISTS;
		const struct mm386_load_list *l = &lz->pcp[cpu].list[nr];

		snprintf(at, sizeof(at), "/zone/%u/pcp/%u/%u", z->id, cpu, nr);
		if (nr < lists)
			ret = inspect_list(in, z, l, pcp_list_order(in->m, nr), IN_A_BLOCK, at);
		else if (l->nr)
			ret = error_set(in->err, at, 0, "this kernel has %u lists a CPU", lists);
	}
	return ret;
}

static int inspect_pageblocks(struct inspection *in, const struct zone *z,
			      const struct mm386_load_zone *lz)
{
	char at[sizeof(((struct mm386_error *)0)->pointer)];

	snprintf(at, sizeof(at), "/zone/%u/pageblock", z->id);
	if (!lz->pageblock)
		return 0;
	if (lz->nr_pageblocks != z->nr_pageblocks)
		return error_set(in->err, at, 0, "%u page blocks: the zone has %u",
				 lz->nr_pageblocks, z->nr_pageblocks);
	for (uint32_t i = 0; i < z->nr_pageblocks; i++)
		if (lz->pageblock[i] >= MM386_MIGRATETYPES)
			return error_set(in->err, at, 0, "page block %u is of type %u", i,
					 lz->pageblock[i]);
	return 0;
}

static int inspect_zone(struct inspection *in, const struct zone *z,
			const struct mm386_load_zone *lz)
{
	char at[sizeof(((struct mm386_error *)0)->pointer)];
	int ret = inspect_pageblocks(in, z, lz);

	if (!ret)
		ret = inspect_free(in, z, lz);
	if (!ret)
		ret = inspect_pcp(in, z, lz);
	snprintf(at, sizeof(at), "/zone/%u/movable", z->id);
	if (!ret)
		ret = inspect_list(in, z, &lz->movable, 0, IN_A_BLOCK, at);
	snprintf(at, sizeof(at), "/zone/%u/managed", z->id);
	if (!ret && lz->managed && (lz->managed < in->nr[z->id] || lz->managed > z->spanned))
		ret = error_set(in->err, at, 0, "%u pages: %u are in lists, the zone spans %u",
				lz->managed, in->nr[z->id], z->spanned);
	return ret;
}

/* ---- taking over ------------------------------------------------------------------------- */

static void append(struct mm386 *m, struct free_list *l, pfn_t pfn, struct page as)
{
	m->page[pfn] = as;
	page_list_add_tail(m, l, pfn);
}

static void take_free(struct mm386 *m, struct zone *z, const struct mm386_load_zone *lz,
		      unsigned order, unsigned mt)
{
	const struct mm386_load_list *l = &lz->free[order][mt];

	for (uint32_t i = 0; i < l->nr; i++) {
		append(m, &z->free[order][mt], l->pfn[i],
		       (struct page){
			       .flags = PF_BUDDY, .order = (uint8_t)order, .mt = (uint8_t)mt});
		memset(m->kind + l->pfn[i], MM386_KIND_FREE, 1u << order);
	}
	z->nr_blocks[order] += l->nr;
	z->nr_free += l->nr << order;
}

/* A list of no type, or of several, has blocks of their page blocks' types. */
static enum mm386_migratetype listed_type(const struct mm386 *m, const struct zone *z, unsigned l,
					  pfn_t pfn)
{
	bool typed = pcp_rules_of(m)->layout >= PCP_TYPES && l < PCP_HUGE_LISTS;

	return typed ? pcp_list_type(m, l) : pageblock_mt(m, z, pfn);
}

static void take_pcp(struct mm386 *m, struct zone *z, unsigned cpu,
		     const struct mm386_load_pcp *from)
{
	struct pcp *p = pcp_of(m, z, cpu);

	for (unsigned nr = 0; nr < pcp_nr_lists(m); nr++) {
		const struct mm386_load_list *l = &from->list[nr];
		unsigned order = pcp_list_order(m, nr);

		for (uint32_t i = 0; i < l->nr; i++) {
			append(m, &p->list[nr], l->pfn[i],
			       (struct page){.flags = PF_PCP,
					     .order = (uint8_t)order,
					     .zone = (uint8_t)z->id,
					     .mt = (uint8_t)listed_type(m, z, nr, l->pfn[i]),
					     .cpu = (uint8_t)cpu});
			memset(m->kind + l->pfn[i], MM386_KIND_PCP, 1u << order);
		}
		*(pcp_list_is_cold(m, nr) ? &p->cold_count : &p->count) += l->nr << order;
	}
	p->free_factor = from->free_factor;
	p->tune.alloc_factor = from->alloc_factor;
	p->tune.prev_small = from->prev_small;
	if (from->high_max) {
		p->tune.high_min = from->high_min;
		p->tune.high_max = from->high_max;
	}
	if (from->high || from->batch) {
		p->high = from->high;
		p->batch = from->batch;
		p->cold_high = from->cold_high;
		p->cold_batch = from->cold_batch;
	}
}

static bool is_managed(const struct mm386 *m, pfn_t pfn)
{
	return !frame_is_reserved((enum mm386_kind)m->kind[pfn]);
}

static void hand_out(struct mm386 *m, const struct zone *z, pfn_t pfn, enum mm386_kind kind,
		     enum mm386_migratetype mt)
{
	m->page[pfn] = (struct page){.flags = PF_HEAD,
				     .op = MM386_OP_RMQUEUE,
				     .zone = (uint8_t)z->id,
				     .mt = (uint8_t)mt,
				     .refcount = 1};
	m->kind[pfn] = (uint8_t)kind;
}

/* Empty lists; what was managed is in use until a list says otherwise. */
static void clear_zone(struct mm386 *m, struct zone *z)
{
	z->nr_free = 0;
	memset(z->nr_blocks, 0, sizeof(z->nr_blocks));
	for (unsigned i = 0; i < MM386_ORDERS * MM386_MIGRATETYPES; i++)
		page_list_init(&z->free[i / MM386_MIGRATETYPES][i % MM386_MIGRATETYPES]);
	for (unsigned cpu = 0; cpu < m->s->info.cpus; cpu++) {
		struct pcp *p = pcp_of(m, z, cpu);

		p->count = p->cold_count = p->free_factor = 0;
		p->tune.alloc_factor = 0;
		p->tune.prev_small = false;
		for (unsigned nr = 0; nr < PCP_LISTS; nr++)
			page_list_init(&p->list[nr]);
	}
	for (pfn_t pfn = z->start_pfn; pfn < z->end_pfn; pfn++) {
		if (is_managed(m, pfn))
			hand_out(m, z, pfn, MM386_KIND_PAGES, pageblock_mt(m, z, pfn));
		else
			m->page[pfn] = (struct page){0};
	}
}

static void clear_frames(struct mm386 *m, const struct mm386_load_list *l, unsigned order)
{
	for (uint32_t i = 0; i < l->nr; i++)
		memset(&m->page[l->pfn[i]], 0, sizeof(struct page) << order);
}

static void take_lists(struct mm386 *m, struct zone *z, const struct mm386_load_zone *lz)
{
	for (unsigned i = 0; i < MM386_ORDERS * MM386_MIGRATETYPES; i++) {
		unsigned order = i / MM386_MIGRATETYPES, mt = i % MM386_MIGRATETYPES;

		clear_frames(m, &lz->free[order][mt], order);
		take_free(m, z, lz, order, mt);
	}
	for (unsigned cpu = 0; lz->pcp && cpu < m->s->info.cpus; cpu++) {
		for (unsigned nr = 0; nr < pcp_nr_lists(m); nr++)
			clear_frames(m, &lz->pcp[cpu].list[nr], pcp_list_order(m, nr));
		take_pcp(m, z, cpu, &lz->pcp[cpu]);
	}
	for (uint32_t i = 0; i < lz->movable.nr; i++)
		hand_out(m, z, lz->movable.pfn[i], MM386_KIND_USER, MM386_MIGRATE_MOVABLE);
}

static uint32_t count_managed(const struct mm386 *m, const struct zone *z)
{
	uint32_t nr = 0;

	for (pfn_t pfn = z->start_pfn; pfn < z->end_pfn; pfn++)
		nr += is_managed(m, pfn);
	return nr;
}

/*
 * Which frames the difference is made of cannot be known: the highest that boot kept, or
 * the highest of unknown use.
 */
static void set_managed(struct mm386 *m, struct zone *z, uint32_t wanted)
{
	uint32_t nr = count_managed(m, z);

	for (pfn_t pfn = z->end_pfn; wanted && nr != wanted && pfn-- > z->start_pfn;) {
		if (nr < wanted && frame_is_kept((enum mm386_kind)m->kind[pfn])) {
			hand_out(m, z, pfn, MM386_KIND_PAGES, pageblock_mt(m, z, pfn));
			nr++;
		} else if (nr > wanted && m->kind[pfn] == MM386_KIND_PAGES) {
			m->page[pfn] = (struct page){0};
			m->kind[pfn] = MM386_KIND_BOOT;
			nr--;
		}
	}
	z->managed = nr;
	m->s->boot.given_back[z->id] = 0; /* it is among them */
}

static void take_zone(struct mm386 *m, struct zone *z, const struct mm386_load_zone *lz)
{
	for (uint32_t i = 0; lz->pageblock && i < z->nr_pageblocks; i++)
		m->pageblock[z->first_pageblock + i] = lz->pageblock[i];
	clear_zone(m, z);
	take_lists(m, z, lz);
	set_managed(m, z, lz->managed);
	if (!lz->has_marks)
		return;
	memcpy(z->watermark, lz->watermark, sizeof(z->watermark));
	memcpy(z->lowmem_reserve, lz->lowmem_reserve, sizeof(z->lowmem_reserve));
	z->watermark_boost = lz->watermark_boost;
	z->nr_reserved_highatomic = lz->nr_reserved_highatomic;
}

static void mark_all(struct mm386 *m)
{
	dirty_mark(&m->dirty, 0, m->s->nr_frames);
	if (m->s->nr_pageblocks)
		dirty_mark(&m->dirty_blocks, 0, m->s->nr_pageblocks);
	m->dirty.zones |= (1u << m->s->info.nr_zones) - 1;
	digest_init(m);
}

int mm386_load(struct mm386 *m, const struct mm386_load *load, struct mm386_error *err)
{
	struct inspection in = {.m = m, .err = err};
	int ret = 0;

	in.spoken = calloc(m->s->nr_frames, 1);
	if (!in.spoken)
		return -ENOMEM;
	for (unsigned i = 0; i < m->s->info.nr_zones && !ret; i++)
		ret = inspect_zone(&in, &m->s->zone[i], &load->zone[i]);
	free(in.spoken);
	if (ret)
		return ret;
	m->s->totalram_pages = m->s->totalhigh_pages = 0;
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		struct zone *z = &m->s->zone[i];

		take_zone(m, z, &load->zone[i]);
		m->s->totalram_pages += z->managed;
		if (z->start_pfn >= m->s->info.max_low_pfn)
			m->s->totalhigh_pages += z->managed;
	}
	reserve_count(m);
	mark_all(m);
	return 0;
}
