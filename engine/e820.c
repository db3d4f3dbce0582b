/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * e820.c - the firmware's table of memory, and what a kernel makes of it.
 *
 *	firmware:  0-9fc00 usable | f0000-100000 reserved | 100000-... usable
 *	clean-up:  sorted, overlaps given to the higher type, neighbours merged
 *	trim:      page 0 and 640K..1M taken from RAM, as the release does
 *
 * Entries hold the last byte, not the first beyond it.
 */
#include <stdlib.h>

#include "boot.h"

void e820_add(struct e820_table *t, uint64_t start, uint64_t end, uint32_t type)
{
	assert(start <= end);
	assert(t->nr < E820_TABLE_MAX);
	t->e[t->nr++] = (struct mm386_e820_entry){.start = start, .end = end, .type = type};
}

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The type in force from ${at} on: the highest of those that cover it; 0 for none. */
static uint32_t type_at(const struct e820_table *t, uint64_t at)
{
	uint32_t type = 0;

	for (unsigned i = 0; i < t->nr; i++)
		if (t->e[i].start <= at && at <= t->e[i].end && t->e[i].type > type)
			type = t->e[i].type;
	return type;
}

/*
 * Sort, give overlaps to the highest type, merge neighbours of one type.  The
 * map can only change where an entry starts or ends, so those are the points
 * that are looked at.
 *
 * Kernel: arch/i386/kernel/setup.c sanitize_e820_map() [2.4.22],
 * arch/x86/kernel/e820.c [2.6.32], e820__update_table() [6.1].
 */
void e820_sanitize(struct e820_table *t)
{
	uint64_t point[2 * E820_TABLE_MAX];
	unsigned nr_point = 0;
	struct e820_table out = {.nr = 0};

	for (unsigned i = 0; i < t->nr; i++) {
		point[nr_point++] = t->e[i].start;
		point[nr_point++] = t->e[i].end + 1;
	}
	qsort(point, nr_point, sizeof(point[0]), compare_u64);
	for (unsigned i = 0; i + 1 < nr_point; i++) {
		uint32_t type = point[i] < point[i + 1] ? type_at(t, point[i]) : 0;
		struct mm386_e820_entry *last = out.nr ? &out.e[out.nr - 1] : NULL;

		if (!type)
			continue;
		if (last && last->type == type && last->end + 1 == point[i])
			last->end = point[i + 1] - 1;
		else if (out.nr < E820_TABLE_MAX)
			e820_add(&out, point[i], point[i + 1] - 1, type);
	}
	*t = out;
}

void e820_update(struct e820_table *t, uint64_t start, uint64_t end, uint32_t from, uint32_t to)
{
	struct e820_table out = {.nr = 0};

	for (unsigned i = 0; i < t->nr; i++) {
		struct mm386_e820_entry e = t->e[i];
		uint64_t lo = e.start > start ? e.start : start;
		uint64_t hi = e.end < end ? e.end : end;

		if ((from && e.type != from) || lo > hi || out.nr + 3 > E820_TABLE_MAX) {
			if (out.nr < E820_TABLE_MAX)
				e820_add(&out, e.start, e.end, e.type);
			continue;
		}
		if (e.start < lo)
			e820_add(&out, e.start, lo - 1, e.type);
		if (to)
			e820_add(&out, lo, hi, to);
		if (hi < e.end)
			e820_add(&out, hi + 1, e.end, e.type);
	}
	*t = out;
	e820_sanitize(t);
}

/*
 * RAM above 3.5G is cut at 3G and goes on at 4G; SeaBIOS keeps the last
 * 128 KiB below the cut for ACPI tables; machines beyond the 40 bits that the
 * HyperTransport hole leaves free show that hole.
 *
 * QEMU: hw/i386/pc_piix.c pc_init1(), hw/i386/pc.c [7.2].
 */
void e820_pc(struct e820_table *t, uint64_t bytes)
{
	const uint64_t tables = 128 * KIB;
	uint64_t low = bytes >= 0xe0000000u ? 0xc0000000u : bytes;

	e820_add(t, 0, 0x9fbff, MM386_E820_USABLE);
	e820_add(t, 0x9fc00, 0x9ffff, MM386_E820_RESERVED);
	e820_add(t, 0xf0000, 0xfffff, MM386_E820_RESERVED);
	e820_add(t, MIB, low - tables - 1, MM386_E820_USABLE);
	e820_add(t, low - tables, low - 1, MM386_E820_RESERVED);
	e820_add(t, 0xfffc0000u, 0xffffffffu, MM386_E820_RESERVED);
	if (bytes > low)
		e820_add(t, 4 * GIB, 4 * GIB + (bytes - low) - 1, MM386_E820_USABLE);
}

/*
 * Kernel: copy_e820_map() [2.4.22] drops RAM within 640K..1M while copying;
 * trim_bios_range() [2.6.34 and later] makes page 0 reserved and drops 640K..1M;
 * with CONFIG_X86_RESERVE_LOW [2.6.37 .. 3.8] it is the first 64 KiB.
 */
void e820_trim_low(struct e820_table *t, enum low_trim_rule rule)
{
	if (rule == LOW_TRIM_NONE)
		return;
	if (rule == LOW_TRIM_PAGE0)
		e820_update(t, 0, 0xfff, MM386_E820_USABLE, MM386_E820_RESERVED);
	if (rule == LOW_TRIM_64K)
		e820_update(t, 0, 0xffff, MM386_E820_USABLE, MM386_E820_RESERVED);
	e820_update(t, 0xa0000, 0xfffff, MM386_E820_USABLE, 0);
}

uint64_t e820_end_pfn(const struct e820_table *t, uint64_t limit, enum max_pfn_rule rule,
		      uint32_t type)
{
	uint64_t last = 0;

	for (unsigned i = 0; i < t->nr; i++) {
		uint64_t start = t->e[i].start >> MM386_PAGE_SHIFT;
		uint64_t end = PFN_DOWN(t->e[i].end + 1);

		if (t->e[i].type != type)
			continue;
		if (rule == MAX_PFN_ALL && PFN_UP(t->e[i].start) >= end)
			continue;
		if (rule == MAX_PFN_BELOW && start >= limit)
			continue;
		if (end > last)
			last = end;
	}
	return last < limit ? last : limit;
}

uint64_t e820_ram_pages(const struct e820_table *t, uint64_t start_pfn, uint64_t end_pfn)
{
	uint64_t pages = 0;

	for (unsigned i = 0; i < t->nr; i++) {
		uint64_t start = PFN_UP(t->e[i].start), end = PFN_DOWN(t->e[i].end + 1);

		if (t->e[i].type != MM386_E820_USABLE)
			continue;
		start = start > start_pfn ? start : start_pfn;
		end = end < end_pfn ? end : end_pfn;
		if (start < end)
			pages += end - start;
	}
	return pages;
}
