/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dmesg.h - what is known of a boot log while it is read; for dmesg.c and dmesg_table.c. */
#ifndef MM386_DMESG_H
#define MM386_DMESG_H

#include "boot.h"

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
};

/* Say that ${line} cannot be read, and why; -EINVAL. */
int dmesg_refuse(struct reading *r, const char *what, const char *line);

/* Readers of the memory tables; ${at} is behind the word that named the table. */
typedef int dmesg_read_fn(struct reading *r, const char *line, const char *at);
dmesg_read_fn dmesg_bios, dmesg_user, dmesg_modified, dmesg_modified_start, dmesg_update;

#endif
