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

#endif
