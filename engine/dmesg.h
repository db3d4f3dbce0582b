/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dmesg.h - what is known of a boot log while it is read; for dmesg.c and dmesg_table.c. */
#ifndef MM386_DMESG_H
#define MM386_DMESG_H

#include "boot.h"

/* Memory of nodes, in the order of the lines. */
struct dmesg_ranges {
	unsigned nr;
	struct mm386_node_range range[MM386_NODE_RANGES_MAX];
};

/* What the whole log says, before it is put together. */
struct reading {
	struct mm386_config *cfg;
	struct mm386_error *err;
	unsigned line;
	struct e820_table bios, user, modified;
	bool has_version, ended;
	/* Ways to print that tell the era when the version line is missing. */
	bool numbered_zones, zone_batches, node_map, arch_pfn, inclusive;
	int pae; /* -1: nothing said */
	bool no_highmem, has_pkmap, has_highmem_line, has_lowmem_line;
	uint64_t lowmem_mib, highmem_mib;
	uint32_t lowmem_end;		  /* frame, from the zones' ranges */
	uint32_t dma_memmap, dma_present; /* pages */
	uint32_t total_pages;		  /* of the zone lists */
	uint32_t cpu_entry_pages;
	uint32_t page_offset; /* as the layout prints it */
	uint64_t text_start;  /* linear */
	struct {
		unsigned nr; /* that have a line of their pages */
		struct dmesg_ranges chunk, ram, bounds;
		uint32_t from[MM386_NODES_MAX], to[MM386_NODES_MAX]; /* end, before and after it was cut */
		uint32_t total[MM386_NODES_MAX], kva_pages[MM386_NODES_MAX];
	} nodes;
};

/* Say that ${line} cannot be read, and why; -EINVAL. */
int dmesg_refuse(struct reading *r, const char *what, const char *line);

/* Readers of the memory tables; ${at} is behind the word that named the table. */
typedef int dmesg_read_fn(struct reading *r, const char *line, const char *at);
dmesg_read_fn dmesg_bios, dmesg_user, dmesg_modified, dmesg_modified_start, dmesg_update;

/* Readers of the lines about nodes, and what comes of them all: 0, or -EINVAL. */
dmesg_read_fn dmesg_chunk, dmesg_srat, dmesg_node_ram, dmesg_node_bounds, dmesg_shrinking, dmesg_node_total, dmesg_kva;
int dmesg_nodes(struct reading *r);

#endif
