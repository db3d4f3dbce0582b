/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc_zoneinfo.c - /proc/zoneinfo.
 *
 * Kernel: mm/page_alloc.c zoneinfo_show() [2.6.16], mm/vmstat.c zoneinfo_show_print() [2.6.18,
 * 2.6.24, 2.6.32, 4.19, 6.1].  What reclaim would have left behind (pages scanned, its
 * priority) is as in a kernel that never had to.
 */
#include "internal.h"

#define DEF_PRIORITY 12 /* where reclaim begins */

/* Lines of ${scope}: "name value", the name in a column of 12. */
static void print_counters(const struct mm386 *m, enum counter_scope scope, unsigned index, struct text *t)
{
	const char *indent = m->s->profile.proc.node_words ? "      " : "    ";
	const struct counter_desc *c;

	for (unsigned i = 0; (c = profile_counter(&m->s->profile, i)); i++)
		if (c->scope == scope && counter_is_printed(m, i))
			text_add(t, "\n%s%-12s %llu", indent, c->name,
				 (unsigned long long)counter_value(m, i, index));
}

static void print_scanned(const struct proc_rules *r, struct text *t)
{
	static const char *const words[] = {
		[SCANNED_TWO] = "\n        scanned  0 (a: 0 i: 0)",
		[SCANNED_FOUR] = "\n        scanned  0 (aa: 0 ia: 0 af: 0 if: 0)",
		[SCANNED_ALONE] = "\n        scanned  0",
		[SCANNED_NODE] = "\n   node_scanned  0",
		[SCANNED_NONE] = "",
	};

	text_add(t, "%s", words[r->scanned]);
}

static void print_sizes(const struct mm386 *m, const struct zone *z, struct text *t)
{
	const struct proc_rules *r = &m->s->profile.proc;

	text_add(t, "\n  pages free     %llu", (unsigned long long)counter_free_pages(m, z));
	if (r->zone_boost)
		text_add(t, "\n        boost    %u", z->watermark_boost);
	text_add(t, "\n        min      %u", z->watermark[MM386_WMARK_MIN] + z->watermark_boost);
	text_add(t, "\n        low      %u", z->watermark[MM386_WMARK_LOW] + z->watermark_boost);
	text_add(t, "\n        high     %u", z->watermark[MM386_WMARK_HIGH] + z->watermark_boost);
	if (r->zone_promo)
		text_add(t, "\n        promo    %u", z->watermark[MM386_WMARK_PROMO] + z->watermark_boost);
	if (r->zone_active)
		text_add(t, "\n        active   0\n        inactive 0");
	print_scanned(r, t);
	text_add(t, "\n        spanned  %u", z->spanned);
	text_add(t, "\n        present  %u", z->present);
	if (r->zone_managed)
		text_add(t, "\n        managed  %u", z->managed);
	if (r->zone_cma)
		text_add(t, "\n        cma      %u", 0);
}

static void print_protection(const struct mm386 *m, const struct zone *z, struct text *t)
{
	unsigned types = m->s->info.nr_zones / m->s->info.nr_nodes;

	text_add(t, "\n        protection: (%u", z->lowmem_reserve[0]);
	for (unsigned i = 1; i < types; i++)
		text_add(t, ", %u", z->lowmem_reserve[i]);
	text_add(t, ")");
}

static void print_pageset(const struct proc_rules *r, uint32_t count, uint32_t low, uint32_t high,
			  uint32_t batch, struct text *t)
{
	text_add(t, "\n              count: %u", count);
	if (r->pagesets == PAGESETS_LOW)
		text_add(t, "\n              low:   %u", low);
	text_add(t, "\n              high:  %u", high);
	text_add(t, "\n              batch: %u", batch);
}

static void print_pagesets(const struct mm386 *m, const struct zone *z, struct text *t)
{
	const struct proc_rules *r = &m->s->profile.proc;

	text_add(t, "\n  pagesets");
	for (unsigned cpu = 0; cpu < m->s->info.cpus; cpu++) {
		const struct pcp *p = pcp_of(m, z, cpu);
		uint32_t low = m->s->profile.pcp.low_batches * p->batch;

		if (r->skip_idle_pagesets && !p->count && !p->cold_count)
			continue;
		if (r->pagesets == PAGESETS_ONE) {
			text_add(t, "\n    cpu: %u", cpu);
			print_pageset(r, p->count, low, p->high, p->batch, t);
		} else {
			text_add(t, "\n    cpu: %u pcp: 0", cpu);
			print_pageset(r, p->count, low, p->high, p->batch, t);
			text_add(t, "\n    cpu: %u pcp: 1", cpu);
			print_pageset(r, p->cold_count, 0, p->cold_high, p->cold_batch, t);
		}
		if (r->stat_threshold && m->s->info.nr_cpus > 1) /* CONFIG_SMP */
			text_add(t, "\n  vm stats threshold: %u", counter_threshold(m, z));
	}
}

/* Anonymous pages a zone may leave inactive: sqrt(10 * its GiB), at least 1. */
static unsigned inactive_ratio(const struct zone *z)
{
	uint32_t ten_gib = 10 * (z->present >> (30 - MM386_PAGE_SHIFT)), r = 1;

	while ((r + 1) * (r + 1) <= ten_gib)
		r++;
	return r;
}

static void print_tail(const struct mm386 *m, const struct proc_rules *r, const struct zone *z, struct text *t)
{
	if (r->node_words) {
		text_add(t, "\n  node_unreclaimable:  %u", m->s->node[z->node].unreclaimable);
		text_add(t, "\n  start_pfn:           %u", z->start_pfn);
		if (r->inactive_ratio)
			text_add(t, "\n  node_inactive_ratio: %u", 0);
		return;
	}
	text_add(t, "\n  all_unreclaimable: %u", 0);
	if (r->prev_priority)
		text_add(t, "\n  prev_priority:     %u", DEF_PRIORITY);
	if (r->temp_priority)
		text_add(t, "\n  temp_priority:     %u", DEF_PRIORITY);
	text_add(t, "\n  start_pfn:         %u", z->start_pfn);
	if (r->inactive_ratio)
		text_add(t, "\n  inactive_ratio:    %u", inactive_ratio(z));
}

/* The node's counters stand with the first of its zones that has pages. */
static bool is_first_populated(const struct mm386 *m, const struct zone *z)
{
	for (unsigned i = 0; i < z->id; i++)
		if (m->s->zone[i].node == z->node && m->s->zone[i].present)
			return false;
	return z->present;
}

/* Zones without pages get their sizes and marks at most. */
static void print_zone(const struct mm386 *m, const struct zone *z, struct text *t)
{
	const struct proc_rules *r = &m->s->profile.proc;

	if (!z->present && !r->zone_all)
		return;
	text_add(t, "Node %u, zone %8s", z->node, z->name);
	if (r->node_words && is_first_populated(m, z)) {
		text_add(t, "\n  per-node stats");
		print_counters(m, COUNTER_NODE, z->node, t);
	}
	print_sizes(m, z, t);
	if (r->zone_all)
		print_protection(m, z, t);
	if (z->present) {
		print_counters(m, COUNTER_ZONE, z->id, t);
		if (!r->zone_all)
			print_protection(m, z, t);
		print_pagesets(m, z, t);
		print_tail(m, r, z, t);
	}
	text_add(t, "\n");
}

void proc_zoneinfo(const struct mm386 *m, struct text *t)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		print_zone(m, &m->s->zone[i], t);
}
