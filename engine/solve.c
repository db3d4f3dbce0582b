/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * solve.c - build options that a log shows only by their effect.
 *
 * CONFIG_NR_CPUS sizes the windows above lowmem and so decides where lowmem
 * ends; sizeof(struct page) decides how many of a zone's pages mem_map costs.
 * Each is tried, or worked out, against the one value that the log printed.
 */
#include "solve.h"

/* Whether a machine of ${cfg} has its direct map end at ${pfn}. */
static bool lowmem_ends_at(const struct mm386_config *cfg, uint32_t pfn)
{
	struct boot_plan plan;
	bool same;

	if (boot_plan_make(cfg, &plan, NULL))
		return false;
	same = plan.info.max_low_pfn == pfn;
	boot_plan_free(&plan);
	return same;
}

static bool try_nr_cpus(struct mm386_config *cfg, uint32_t lowmem_end)
{
	static const unsigned usual[] = {0, 8, 1, 32, 64, 2, 4, 16, 128, 256, 512};
	unsigned given = cfg->nr_cpus;

	if (lowmem_ends_at(cfg, lowmem_end))
		return true;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		cfg->nr_cpus = usual[i];
		if ((usual[i] == 0 || usual[i] >= cfg->cpus) && lowmem_ends_at(cfg, lowmem_end))
			return true;
	}
	cfg->nr_cpus = given;
	return false;
}

void solve_lowmem(struct mm386_config *cfg, uint32_t lowmem_end, bool pae_known)
{
	if (try_nr_cpus(cfg, lowmem_end) || pae_known)
		return;
	cfg->pae = !cfg->pae;
	if (!try_nr_cpus(cfg, lowmem_end))
		cfg->pae = !cfg->pae;
}

void solve_page_struct(struct mm386_config *cfg, uint32_t dma_memmap, uint32_t dma_present)
{
	struct boot_plan plan;
	uint32_t bytes = dma_memmap;

	/* The 4096 frames of ZONE_DMA cost as many pages of mem_map as a descriptor has bytes. */
	if (!bytes && dma_present && boot_plan_make(cfg, &plan, NULL) == 0) {
		if (plan.profile.present == PRESENT_MEMMAP)
			bytes = plan.zone[0].present + plan.boot.memmap_pages[0] - dma_present;
		boot_plan_free(&plan);
	}
	if (bytes >= PAGE_STRUCT_MIN && bytes <= PAGE_STRUCT_MAX)
		cfg->page_struct_bytes = bytes;
}

/* Sizes of a descriptor, the release's own first. */
static const unsigned usual[] = {0, 32, 36, 40, 44, 48, 52, 56, 60, 64};

void solve_page_struct_kva(struct mm386_config *cfg, const uint32_t pages[MM386_NODES_MAX])
{
	struct boot_plan plan;

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		bool same = true;

		cfg->page_struct_bytes = usual[i];
		if (boot_plan_make(cfg, &plan, NULL))
			continue;
		for (unsigned n = 0; n < MM386_NODES_MAX; n++)
			same &= !pages[n] || plan.boot.kva[n].pages == pages[n];
		boot_plan_free(&plan);
		if (same)
			return;
	}
	cfg->page_struct_bytes = 0;
}

void solve_page_struct_total(struct mm386_config *cfg, uint32_t total_pages)
{
	struct boot_plan plan;

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		bool same;

		cfg->page_struct_bytes = usual[i];
		if (boot_plan_make(cfg, &plan, NULL))
			continue;
		same = plan.boot.zonelist_pages == total_pages;
		boot_plan_free(&plan);
		if (same)
			return;
	}
	cfg->page_struct_bytes = 0;
}

/*
 * The ${i}th place to try: where RAM begins, then what kernels that start after a crash are built for,
 * whose RAM is cut out by options.  0: none.
 */
static uint64_t physical_start_of(const struct mm386_config *cfg, unsigned i)
{
	if (i == cfg->nr_e820)
		return 16 * MIB;
	if (cfg->e820[i].type != MM386_E820_USABLE || cfg->e820[i].start < MIB || cfg->e820[i].start > GIB)
		return 0;
	return ROUND_UP(cfg->e820[i].start, MM386_PAGE_SIZE);
}

void solve_physical_start(struct mm386_config *cfg)
{
	struct boot_plan plan;

	for (unsigned i = 0; i <= cfg->nr_e820 + 1; i++) {
		if (boot_plan_make(cfg, &plan, NULL) == 0) {
			boot_plan_free(&plan);
			return;
		}
		cfg->physical_start = i <= cfg->nr_e820 ? physical_start_of(cfg, i) : 0;
	}
}
