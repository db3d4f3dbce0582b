/* SPDX-License-Identifier: GPL-2.0-or-later */
/* solve.h - build options that a log shows only by their effect; for dmesg.c. */
#ifndef MM386_SOLVE_H
#define MM386_SOLVE_H

#include "boot.h"

/*
 * Choose nr_cpus (and PAE, unless it is known) so that lowmem ends at frame
 * ${lowmem_end}; ${cfg} stays as it is when nothing fits.
 */
void solve_lowmem(struct mm386_config *cfg, uint32_t lowmem_end, bool pae_known);

/* sizeof(struct page) from what ZONE_DMA pays for mem_map, or else from its present pages; 0: not
 * printed. */
void solve_page_struct(struct mm386_config *cfg, uint32_t dma_memmap, uint32_t dma_present);

/* The same from the pages of the zone lists, that kernels before 6.10 count without mem_map. */
void solve_page_struct_total(struct mm386_config *cfg, uint32_t total_pages);

/* The same from the pages that each node's mem_map needs, where NUMA kernels print them. */
void solve_page_struct_kva(struct mm386_config *cfg, const uint32_t pages[MM386_NODES_MAX]);

/* Where the image lies when its usual place is not in RAM: a kernel that another one started. */
void solve_physical_start(struct mm386_config *cfg);

#endif
