/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * boot.c - from a configuration to the runs of frames that boot leaves.
 *
 *	firmware table ─► clean-up, options, trims ─► max_pfn, max_low_pfn
 *	   ─► windows ─► boot allocator ─► zones ─► runs ─► buddy system
 */
#include <stdio.h>
#include <stdlib.h>

#include "boot.h"

static const uint32_t page_offsets[MM386_NR_VMSPLITS] = {
	[MM386_VMSPLIT_3G] = 0xc0000000u, [MM386_VMSPLIT_3G_OPT] = 0xb0000000u,
	[MM386_VMSPLIT_2G] = 0x80000000u, [MM386_VMSPLIT_2G_OPT] = 0x78000000u,
	[MM386_VMSPLIT_1G] = 0x40000000u,
};

static void fill_info(struct boot *b)
{
	const struct mm386_config *cfg = b->cfg;
	struct mm386_info *info = &b->plan->info;

	memcpy(info->name, cfg->name, sizeof(info->name));
	memcpy(info->cmdline, cfg->cmdline, sizeof(info->cmdline));
	info->kernel = cfg->kernel;
	info->release = b->p->release;
	info->vmsplit = cfg->vmsplit;
	info->pae = cfg->pae;
	info->highmem = cfg->highmem;
	if (info->highmem == MM386_HIGHMEM_DEFAULT)
		info->highmem = cfg->pae ? MM386_HIGHMEM_64G : MM386_HIGHMEM_4G;
	info->orders = b->p->orders;
	info->nr_nodes = (uint8_t)(cfg->nr_nodes ? cfg->nr_nodes : 1);
	info->nr_migratetypes = 1;
	info->nr_cpus = b->p->nr_cpus;
	info->seed = cfg->seed;
	info->page_struct_bytes = b->p->page_struct_bytes;
	info->page_offset = page_offsets[cfg->vmsplit];
	b->page_offset = info->page_offset;
}

/* Counters that /proc/meminfo and the boot messages print. */
static void count_pages(struct boot *b)
{
	struct boot_facts *f = &b->plan->boot;
	const struct mm386_info *info = &b->plan->info;

	f->lowmem_ram_pages = (uint32_t)e820_ram_pages(&b->map, 0, info->max_low_pfn);
	f->highmem_ram_pages =
		(uint32_t)e820_ram_pages(&b->map, info->max_low_pfn, info->highend_pfn);
}

/*
 * Options may have taken the ground from under the kernel; as it runs, that is RAM.
 * Kernel: e820_add_kernel_range() [3.9 and later].
 */
static void image_becomes_ram(struct boot *b)
{
	uint64_t start = b->p->physical_start, end = start + b->p->image_room;

	for (unsigned i = 0; i < b->map.nr; i++)
		if (b->map.e[i].type == MM386_E820_USABLE && b->map.e[i].start <= start &&
		    b->map.e[i].end >= end - 1)
			return;
	e820_update(&b->map, start, end - 1, 0, 0);
	e820_add(&b->map, start, end - 1, MM386_E820_USABLE);
	e820_sanitize(&b->map);
}

/* The kernel's map: clean-up first, then the command line, then what the release takes away. */
static int map_build(struct boot *b, struct mm386_error *err)
{
	int ret;

	if (b->cfg->nr_e820) {
		memcpy(b->map.e, b->cfg->e820, b->cfg->nr_e820 * sizeof(b->map.e[0]));
		b->map.nr = b->cfg->nr_e820;
	} else {
		e820_pc(&b->map, b->cfg->memory_bytes);
		b->plan->boot.qemu_pc = true;
	}
	b->plan->boot.nr_firmware = b->map.nr;
	memcpy(b->plan->boot.firmware, b->map.e, b->map.nr * sizeof(b->map.e[0]));
	e820_sanitize(&b->map);
	if (b->p->low_trim == LOW_TRIM_ISA)
		e820_trim_low(&b->map, LOW_TRIM_ISA);
	ret = cmdline_apply(b->cfg->cmdline, b->p, &b->map, &b->opt, err);
	if (ret)
		return ret;
	b->plan->boot.user_map = b->opt.user_map;
	b->plan->boot.nr_user = b->map.nr < MM386_E820_MAX ? b->map.nr : MM386_E820_MAX;
	memcpy(b->plan->boot.user, b->map.e, b->plan->boot.nr_user * sizeof(b->map.e[0]));
	if (b->p->low_trim != LOW_TRIM_ISA)
		e820_trim_low(&b->map, b->p->low_trim);
	if (b->opt.user_map && b->p->image_is_ram)
		image_becomes_ram(b);
	return 0;
}

static const char *ram_pointer(const struct boot *b)
{
	if (b->opt.user_map)
		return "/cmdline";
	return b->cfg->nr_e820 ? "/e820" : "/memory";
}

/* All RAM fits the direct map; highmem= may still turn its top into high memory. */
static void limits_small(struct boot *b, uint64_t max_pfn)
{
	uint64_t low = max_pfn, high = b->opt.has_highmem ? b->opt.highmem_pages : 0;

	if (b->plan->info.highmem != MM386_HIGHMEM_OFF && high && high < max_pfn &&
	    low - high >= 64 * MIB / MM386_PAGE_SIZE)
		low -= high;
	b->plan->info.max_pfn = (uint32_t)max_pfn;
	b->plan->info.max_low_pfn = (uint32_t)low;
}

/* More RAM than the direct map can hold: the rest is high memory, or lost. */
static void limits_large(struct boot *b, uint64_t max_pfn, uint64_t maxmem_pfn)
{
	const struct mm386_info *info = &b->plan->info;

	if (b->opt.has_highmem && b->opt.highmem_pages + maxmem_pfn < max_pfn)
		max_pfn = maxmem_pfn + b->opt.highmem_pages;
	if (info->highmem == MM386_HIGHMEM_OFF)
		max_pfn = maxmem_pfn;
	else if ((!info->pae || !b->p->highmem64g) && max_pfn > MAX_PFN_4G)
		max_pfn = MAX_PFN_4G;
	b->plan->info.max_pfn = (uint32_t)max_pfn;
	b->plan->info.max_low_pfn = (uint32_t)maxmem_pfn;
}

/*
 * Kernel: find_max_low_pfn() [2.4.22, 2.6.18], lowmem_pfn_init() and
 * highmem_pfn_init() in arch/x86/mm/init_32.c [2.6.32, 6.1].
 */
static int limits_find(struct boot *b, struct mm386_error *err)
{
	struct mm386_info *info = &b->plan->info;
	uint64_t reach = info->pae ? MAX_PFN_PAE : MAX_PFN_4G;
	uint64_t limit = b->p->max_pfn == MAX_PFN_ALL ? MAX_PFN_PAE : reach;
	uint64_t max_pfn = e820_end_pfn(&b->map, limit, b->p->max_pfn, MM386_E820_USABLE);
	uint64_t acpi_pfn = e820_end_pfn(&b->map, limit, b->p->max_pfn, MM386_E820_ACPI);
	uint64_t maxmem_pfn = layout_maxmem(b) / MM386_PAGE_SIZE;

	if (max_pfn == 0)
		return error_set(err, ram_pointer(b), 0, "there is no usable memory");
	if (b->p->acpi_ends_ram && acpi_pfn > max_pfn)
		max_pfn = acpi_pfn;
	b->ram_end_pfn = max_pfn;
	b->plan->boot.last_pfn = (uint32_t)max_pfn;
	if (maxmem_pfn == 0)
		return error_set(err, "/cmdline", 0, "vmalloc= leaves no room for the direct map");
	if (max_pfn > maxmem_pfn)
		limits_large(b, max_pfn, maxmem_pfn);
	else
		limits_small(b, max_pfn);
	info->highstart_pfn = info->highend_pfn = info->max_pfn;
	if (info->max_pfn > info->max_low_pfn)
		info->highstart_pfn = info->max_low_pfn;
	info->max_mapnr = info->max_pfn;
	b->max_low_bytes = (uint64_t)info->max_low_pfn * MM386_PAGE_SIZE;
	return 0;
}

static void ram_list(struct boot *b)
{
	for (unsigned i = 0; i < b->map.nr; i++) {
		uint64_t start = PFN_UP(b->map.e[i].start) * MM386_PAGE_SIZE;
		uint64_t end = PFN_DOWN(b->map.e[i].end + 1) * MM386_PAGE_SIZE;

		end = end < b->max_low_bytes ? end : b->max_low_bytes;
		if (b->map.e[i].type != MM386_E820_USABLE || start >= end)
			continue;
		b->ram[b->nr_ram].start = start;
		b->ram[b->nr_ram++].end = end;
	}
}

/* Where the kernel has a list of its nodes' memory: whether all of start..end, in bytes, is in it. */
static bool is_in_nodes(const struct boot *b, uint64_t start, uint64_t end)
{
	const struct boot_facts *f = &b->plan->boot;
	uint64_t at = PFN_DOWN(start);

	for (unsigned i = 0; i < f->nr_active; i++)
		if (f->active[i].start <= at && at < f->active[i].end)
			at = f->active[i].end;
	return !f->nr_active || at >= PFN_UP(end);
}

/* The image must lie in RAM as a whole, and everything that boot allocates must fit beside it. */
static int check_room(const struct boot *b, struct mm386_error *err)
{
	const struct boot_facts *f = &b->plan->boot;
	uint64_t end = f->image_start + b->p->unpack_bytes;
	bool inside = false;

	end = f->image_end > end ? f->image_end : end;
	for (unsigned i = 0; i < b->nr_ram; i++)
		inside |= b->ram[i].start <= f->image_start && end <= b->ram[i].end;
	if (!inside)
		return error_set(err, ram_pointer(b), 0,
				 "the kernel's image needs usable memory from 0x%llx to 0x%llx",
				 (unsigned long long)f->image_start, (unsigned long long)end - 1);
	if (!is_in_nodes(b, f->image_start, f->image_end))
		return error_set(err, "/nodes", 0, "the kernel's image from 0x%llx to 0x%llx is in no node's memory",
				 (unsigned long long)f->image_start, (unsigned long long)f->image_end - 1);
	if (b->out_of_memory)
		return error_set(
			err, ram_pointer(b), 0,
			"not enough low memory for mem_map (%lluK) and the other tables of boot",
			(unsigned long long)(f->mem_map_bytes / KIB));
	return 0;
}

/* CPUs that there may be have their data; those beyond maxcpus= are not started. */
static void count_cpus(struct boot *b)
{
	unsigned cpus = b->cfg->cpus, room = b->cfg->cpus;

	if (b->opt.possible_cpus)
		room = b->opt.possible_cpus < b->p->nr_cpus ? b->opt.possible_cpus : b->p->nr_cpus;
	if (b->opt.nr_cpus && b->opt.nr_cpus < room)
		room = b->opt.nr_cpus;
	b->possible_cpus = room;
	cpus = cpus < room ? cpus : room;
	if (b->opt.max_cpus && b->opt.max_cpus < cpus)
		cpus = b->opt.max_cpus;
	b->plan->info.cpus = (uint16_t)cpus;
}

static int plan_steps(struct boot *b, struct mm386_error *err)
{
	int ret = map_build(b, err);

	if (ret)
		return ret;
	count_cpus(b);
	ret = layout_top(b, err);
	if (ret)
		return ret;
	ret = limits_find(b, err);
	if (ret)
		return ret;
	if (b->lists)
		lists_memory(b);
	nodes_find(b);
	kva_find(b);
	ram_list(b);
	zonesize_run(b);
	if (b->p->boot_alloc == BOOT_ALLOC_BOOTMEM)
		bootmem_run(b);
	else
		memblock_run(b);
	if (b->lists)
		lists_reserved(b);
	ret = check_room(b, err);
	if (ret)
		return ret;
	layout_finish(b);
	ret = runs_build(b);
	if (ret)
		return ret;
	ranges_build(b);
	count_pages(b);
	return 0;
}

static int keep_taken(struct boot *b)
{
	struct boot_plan *plan = b->plan;

	plan->taken = calloc(b->nr_taken + 1, sizeof(*plan->taken));
	if (!plan->taken)
		return -ENOMEM;
	memcpy(plan->taken, b->taken, b->nr_taken * sizeof(*plan->taken));
	plan->nr_taken = b->nr_taken;
	return 0;
}

int boot_plan_make(const struct mm386_config *cfg, struct boot_plan *plan, struct mm386_error *err)
{
	return boot_plan_make_from(cfg, NULL, plan, err);
}

int boot_plan_make_from(const struct mm386_config *cfg, const struct boot_lists *lists,
			struct boot_plan *plan, struct mm386_error *err)
{
	struct boot *b;
	int ret = config_check(cfg, err);

	if (!ret && lists)
		ret = lists_check(lists, err);
	if (ret)
		return ret;
	b = calloc(1, sizeof(*b));
	if (!b)
		return -ENOMEM;
	memset(plan, 0, sizeof(*plan));
	b->cfg = cfg;
	b->lists = lists;
	b->plan = plan;
	b->p = &plan->profile;
	profile_resolve(cfg, b->p);
	fill_info(b);
	ret = plan_steps(b, err);
	if (!ret)
		ret = keep_taken(b);
	free(b);
	if (ret)
		boot_plan_free(plan);
	return ret;
}

void boot_plan_free(struct boot_plan *plan)
{
	free(plan->run);
	free(plan->taken);
	memset(plan, 0, sizeof(*plan));
}
