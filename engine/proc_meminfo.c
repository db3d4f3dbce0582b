/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc_meminfo.c - /proc/meminfo.
 *
 * Kernel: fs/proc/proc_misc.c meminfo_read_proc() [2.4.22, 2.6.18], fs/proc/meminfo.c
 * meminfo_proc_show() [2.6.32, 6.1].  The lines and their dates are in profile_proc.c.
 */
#include "internal.h"

/* 2.4 begins with a table in bytes. */
static void print_bytes(const struct mm386 *m, struct text *t)
{
	static const struct report_item free_item = {.value = VALUE_FREE};
	unsigned long long total = m->s->totalram_pages << MM386_PAGE_SHIFT;
	unsigned long long free = report_total(m, &free_item) << MM386_PAGE_SHIFT;

	text_add(t, "        total:    used:    free:  shared: buffers:  cached:\n");
	text_add(t, "Mem:  %8llu %8llu %8llu %8u %8u %8u\n", total, total - free, free, 0, 0, 0);
	text_add(t, "Swap: %8u %8u %8u\n", 0, 0, 0);
}

static bool is_of_high_memory(const struct report_item *item)
{
	return item->value >= VALUE_HIGH_TOTAL && item->value <= VALUE_LOW_FREE;
}

static void print_items(const struct mm386 *m, struct text *t)
{
	const struct proc_rules *r = &m->s->profile.proc;
	bool high = r->meminfo_high_always || m->s->info.highmem != MM386_HIGHMEM_OFF;
	const struct report_item *item;

	for (unsigned i = 0; (item = profile_report(&m->s->profile, REPORT_MEMINFO, &i));) {
		unsigned long long value = report_scaled((enum report_unit)item->unit, report_total(m, item));

		if (is_of_high_memory(item) && !high)
			continue;
		if (item->unit == UNIT_NARROW)
			text_add(t, "%s %5llu kB\n", item->label, value);
		else
			text_add(t, "%-*s%8llu kB\n", r->meminfo_width, item->label, value);
	}
}

/* Huge pages and the direct map: a column of 16 was not wide enough for these names. */
static void print_huge(const struct mm386 *m, struct text *t)
{
	const struct proc_rules *r = &m->s->profile.proc;
	int width = r->meminfo_width + 2;
	const struct report_item *item;

	for (unsigned i = 0; (item = profile_report(&m->s->profile, REPORT_HUGE, &i));) {
		unsigned long long value = report_scaled((enum report_unit)item->unit, report_total(m, item));

		if (item->unit == UNIT_COUNT)
			text_add(t, "%-*s %5llu\n", width, item->label, value);
		else if (item->unit == UNIT_NARROW)
			text_add(t, "%-*s %5llu kB\n", width, item->label, value);
		else if (item->value == VALUE_MAP_LARGE)
			text_add(t, "%s%s%*s%8llu kB\n", item->label, m->s->info.pae ? "2M:" : "4M:",
				 r->meminfo_width - 12, "", value);
		else
			text_add(t, "%-*s%8llu kB\n", r->meminfo_width, item->label, value);
	}
}

void proc_meminfo(const struct mm386 *m, struct text *t)
{
	if (m->s->profile.proc.meminfo_bytes)
		print_bytes(m, t);
	print_items(m, t);
	print_huge(m, t);
}
