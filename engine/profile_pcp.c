/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * profile_pcp.c - the rules of the per-CPU lists of one release, as data.
 *
 * Kernel: mm/page_alloc.c free_area_init_core() [2.6.0 .. 2.6.12], zone_batchsize(),
 * setup_pageset(), buffered_rmqueue(), free_hot_cold_page() [2.6.13 .. 2.6.32],
 * free_pcppages_bulk(), order_to_pindex(), zone_highsize(), nr_pcp_free() [6.1],
 * nr_pcp_high() [6.12].
 */
#include "profile.h"

/* Hot and cold. */
static void rules_hot_cold(struct pcp_rules *r, uint32_t rel)
{
	r->layout = PCP_HOT_COLD;
	r->batch_most_pages = 64;
	r->low_batches = 2;
	r->drain_first = true;
	r->sized_at_boot = true;
	r->has_cold = true;
	if (rel >= KVER(2, 6, 12))
		r->batch = PCP_BATCH_UP;
	if (rel >= KVER(2, 6, 13))
		r->drain_first = false;
	if (rel >= KVER(2, 6, 15)) {
		r->batch = PCP_BATCH_DOWN;
		r->batch_most_pages = 128;
		r->low_batches = 0;
		r->cold_half = true;
	}
	if (rel >= KVER(2, 6, 24)) {
		r->by_type = true;
		r->drain_by_block = true;
	}
}

/* One set of lists; from 4.15 on nothing is cold any more. */
static void rules_one(struct pcp_rules *r, uint32_t rel)
{
	r->layout = PCP_ONE;
	if (rel >= KVER(2, 6, 31))
		r->drain_by_block = false;
	if (rel >= KVER(2, 6, 32)) {
		r->layout = PCP_TYPES;
		r->by_type = false;
	}
	if (rel >= KVER(2, 6, 34))
		r->sized_at_boot = false;
	if (rel >= KVER(2, 6, 39))
		r->only_list_gives_all = true;
	r->has_cold = rel < KVER(4, 15, 0);
	if (rel >= KVER(4, 20, 0))
		r->batch_most_pages = 256;
}

/* Lists for several orders; high from the low mark. */
static void rules_orders(struct pcp_rules *r, uint32_t rel)
{
	r->layout = PCP_ORDERS;
	r->high_from_low = true;
	r->huge_lists = 1;
	r->scale_most = 31;
	if (rel >= KVER(5, 18, 0)) {
		r->freed_list_first = true;
		r->drains_high_orders = true;
	}
	if (rel >= KVER(6, 1, 0)) { /* 6.10's, and put back into late releases of 6.1 */
		r->huge_lists = 2;
		r->scale_most = 5;
	}
	r->tuned = rel >= KVER(6, 7, 0);
	if (rel >= KVER(6, 10, 0)) /* a free page is on its page block's list, always */
		r->drain_by_block = true;
}

void profile_pcp(struct pcp_rules *r, uint32_t rel)
{
	*r = (struct pcp_rules){.layout = PCP_NONE};
	if (rel < KVER(2, 5, 0))
		return;
	rules_hot_cold(r, rel);
	if (rel >= KVER(2, 6, 25))
		rules_one(r, rel);
	if (rel >= KVER(5, 14, 0))
		rules_orders(r, rel);
}
