/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootlog_zones.h - sizes, marks and reserves of the zones that a report or /proc/zoneinfo tells. */
#ifndef CONFORM_BOOTLOG_ZONES_H
#define CONFORM_BOOTLOG_ZONES_H

#include "bootlog.h"

enum { DMA, DMA32, NORMAL, HIGHMEM, MOVABLE, NR_ZONES };
#define NR_MARKS (MM386_WMARK_HIGH + 1) /* those that reports print */
/* "DMA", "DMA32", ... */
extern const char *const bootlog_zone_names[NR_ZONES];

/* Pages; what is missing is not has_*. */
struct zone_record {
	bool has_size, has_marks, managed_told, boost_told;
	uint32_t present, managed;
	uint64_t mark[NR_MARKS]; /* without the boost, where that is told */
	const json_t *reserve;
};

struct marks_record {
	struct zone_record z[NR_ZONES];
	unsigned classes; /* of lowmem_reserve that are compared: those below a zone whose line was cut off */
};

/* The zones of record ${v}; what was cut off of high memory is made by and large from what is kept from it. */
void bootlog_zones(struct marks_record *m, const json_t *v);

#endif
