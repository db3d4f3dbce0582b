/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc_text.h - files under /proc taken apart into JSON, as the facts of a capture hold them.
 *
 * Each parser returns a new reference, or NULL for want of memory.
 */
#ifndef CONFORM_PROC_TEXT_H
#define CONFORM_PROC_TEXT_H

#include "input.h"
#include "report.h"

#define PROC_TEXT_ZONE 64
/* What a zone is called below, into ${key}: "Normal" on the first node, "Node 1 Normal" on another. */
const char *proc_text_zone(char key[PROC_TEXT_ZONE], unsigned node, const char *zone);

/* {"DMA": [0, 1, ...], ...} */
json_t *proc_text_buddyinfo(const char *text);
/* {"free": {zone: {type: [...]}}, "blocks": {zone: {type: n}}, "pageblock_order", "pages_per_block"} */
json_t *proc_text_pagetypeinfo(const char *text);
/* [{"node", "zone", "pagesets": [...], "stats": {...}, "node_stats": {...}, "free", "min", ...}] */
json_t *proc_text_zoneinfo(const char *text);

/* Compare all that ${expected} holds with ${ours}, and that ours has no more; counters in their order. */
void proc_text_compare(struct check *c, const char *path, const json_t *expected, const json_t *ours);

#endif
