/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * runs.c - what each frame is when boot hands memory over, as runs of frames.
 *
 * The picture is painted in layers: nothing, the firmware's table, what the
 * boot allocator took.  A run is a few words, however many frames it has.
 */
#include <stdlib.h>

#include "boot.h"

static int run_insert(struct boot_plan *plan, size_t at, struct boot_run run)
{
	if (plan->nr_run == plan->cap_run) {
		size_t cap = plan->cap_run ? 2 * plan->cap_run : 64;
		struct boot_run *bigger = realloc(plan->run, cap * sizeof(*bigger));

		if (!bigger)
			return -ENOMEM;
		plan->run = bigger;
		plan->cap_run = cap;
	}
	memmove(&plan->run[at + 1], &plan->run[at], (plan->nr_run - at) * sizeof(run));
	plan->run[at] = run;
	plan->nr_run++;
	return 0;
}

/* Make a run begin at ${pfn}; its index goes to *${at} (nr_run at the end of all). */
static int run_cut(struct boot_plan *plan, pfn_t pfn, size_t *at)
{
	size_t i = 0;

	while (i < plan->nr_run && plan->run[i].end <= pfn)
		i++;
	*at = i;
	if (i == plan->nr_run || plan->run[i].start == pfn)
		return 0;
	struct boot_run right = plan->run[i];

	right.start = pfn;
	plan->run[i].end = pfn;
	*at = i + 1;
	return run_insert(plan, i + 1, right);
}

static int paint(struct boot_plan *plan, uint64_t start, uint64_t end, enum mm386_kind kind)
{
	size_t first, last;
	int ret;

	end = end < plan->info.nr_frames ? end : plan->info.nr_frames;
	if (start >= end)
		return 0;
	ret = run_cut(plan, (pfn_t)end, &last);
	if (!ret)
		ret = run_cut(plan, (pfn_t)start, &first);
	if (ret)
		return ret;
	for (; first < plan->nr_run && plan->run[first].end <= end; first++)
		plan->run[first].kind = (uint8_t)kind;
	return 0;
}

/* RAM that the firmware has and the command line hides stays RAM, but not this kernel's. */
static int paint_firmware(struct boot *b)
{
	const struct boot_facts *f = &b->plan->boot;
	int ret = 0;

	for (unsigned i = 0; i < f->nr_firmware && !ret; i++)
		if (f->firmware[i].type == MM386_E820_USABLE)
			ret = paint(b->plan, PFN_UP(f->firmware[i].start),
				    PFN_DOWN(f->firmware[i].end + 1), MM386_KIND_LOST);
	return ret;
}

static int paint_e820(struct boot *b)
{
	struct boot_plan *plan = b->plan;
	const struct mm386_info *info = &plan->info;
	int ret = 0;

	for (unsigned i = 0; i < b->map.nr && !ret; i++) {
		const struct mm386_e820_entry *e = &b->map.e[i];
		uint64_t in = PFN_UP(e->start), out = PFN_DOWN(e->end + 1);

		/* A page that only in part is RAM is no page of RAM. */
		ret = paint(plan, PFN_DOWN(e->start), PFN_UP(e->end + 1), MM386_KIND_RESERVED);
		if (ret || e->type != MM386_E820_USABLE)
			continue;
		ret = paint(plan, in, out, MM386_KIND_LOST);
		if (!ret)
			ret = paint(plan, in, out < info->max_pfn ? out : info->max_pfn,
				    MM386_KIND_FREE);
	}
	/* Reserved entries share pages with RAM; they come last, whatever their place in the table.
	 */
	for (unsigned i = 0; i < b->map.nr && !ret; i++)
		if (b->map.e[i].type != MM386_E820_USABLE)
			ret = paint(plan, PFN_DOWN(b->map.e[i].start), PFN_UP(b->map.e[i].end + 1),
				    MM386_KIND_RESERVED);
	return ret;
}

/* Free frames of start..end become RAM that the kernel does not know of. */
static int paint_unknown(struct boot_plan *plan, uint64_t start, uint64_t end)
{
	size_t first, last;
	int ret;

	if (start >= end)
		return 0;
	ret = run_cut(plan, (pfn_t)end, &last);
	if (!ret)
		ret = run_cut(plan, (pfn_t)start, &first);
	for (; !ret && first < plan->nr_run && plan->run[first].end <= end; first++)
		if (plan->run[first].kind == MM386_KIND_FREE)
			plan->run[first].kind = MM386_KIND_LOST;
	return ret;
}

/* Where the kernel has a list of its nodes' memory, what is not in it is lost. */
static int paint_between_nodes(struct boot *b)
{
	const struct boot_facts *f = &b->plan->boot;
	uint64_t last = 0;
	int ret = 0;

	for (unsigned i = 0; i < f->nr_active && !ret; i++) {
		ret = paint_unknown(b->plan, last, f->active[i].start);
		last = f->active[i].end;
	}
	return !ret && f->nr_active ? paint_unknown(b->plan, last, b->plan->info.max_pfn) : ret;
}

static int paint_taken(struct boot *b)
{
	int ret = 0;

	for (unsigned i = 0; i < b->nr_taken && !ret; i++) {
		const struct taken *t = &b->taken[i];
		uint64_t start = PFN_DOWN(t->start), end = PFN_UP(t->end);

		if (t->kind == MM386_KIND_FREE)
			continue;
		/* Only RAM can be taken: the rest of the first 1 MiB stays the firmware's. */
		for (unsigned k = 0; k < b->map.nr && !ret; k++) {
			uint64_t s = PFN_UP(b->map.e[k].start), e = PFN_DOWN(b->map.e[k].end + 1);

			if (b->map.e[k].type != MM386_E820_USABLE)
				continue;
			e = e < b->plan->info.max_pfn ? e : b->plan->info.max_pfn;
			ret = paint(b->plan, s > start ? s : start, e < end ? e : end,
				    (enum mm386_kind)t->kind);
		}
	}
	return ret;
}

/* Join neighbours that are alike. */
static void runs_merge(struct boot_plan *plan)
{
	size_t out = 0;

	for (size_t i = 1; i < plan->nr_run; i++) {
		struct boot_run *last = &plan->run[out];

		if (last->kind == plan->run[i].kind && last->has_page == plan->run[i].has_page)
			last->end = plan->run[i].end;
		else
			plan->run[++out] = plan->run[i];
	}
	plan->nr_run = out + 1;
}

/* The last frame of RAM below 4G, whether or not this kernel can use it. */
static uint64_t ram_end_below_4g(const struct boot *b)
{
	const struct boot_facts *f = &b->plan->boot;
	uint64_t last = e820_end_pfn(&b->map, MAX_PFN_4G, MAX_PFN_BELOW, MM386_E820_USABLE);

	for (unsigned i = 0; i < f->nr_firmware; i++) {
		uint64_t end = PFN_DOWN(f->firmware[i].end + 1);

		if (f->firmware[i].type == MM386_E820_USABLE && end <= MAX_PFN_4G && end > last)
			last = end;
	}
	return last;
}

int runs_build(struct boot *b)
{
	struct boot_plan *plan = b->plan;
	uint64_t frames = ROUND_UP((uint64_t)plan->info.max_pfn, 1024);
	uint64_t below_4g = ROUND_UP(ram_end_below_4g(b), 1024);
	size_t at;
	int ret;

	frames = frames > below_4g ? frames : below_4g;
	if (frames > 0x80000 && frames < MAX_PFN_4G)
		frames = MAX_PFN_4G; /* so that the PCI hole below 4G shows */
	plan->info.nr_frames = (uint32_t)frames;
	ret = run_insert(plan, 0, (struct boot_run){.end = (pfn_t)frames, .kind = MM386_KIND_HOLE});
	if (!ret)
		ret = paint_firmware(b);
	if (!ret)
		ret = paint_e820(b);
	if (!ret)
		ret = paint_between_nodes(b);
	if (!ret)
		ret = paint_taken(b);
	if (!ret)
		ret = run_cut(plan, plan->info.max_mapnr, &at);
	if (ret)
		return ret;
	for (size_t i = 0; i < plan->nr_run; i++)
		plan->run[i].has_page = plan->run[i].end <= plan->info.max_mapnr;
	runs_merge(plan);
	return 0;
}
