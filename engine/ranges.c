/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ranges.c - physical addresses by name: the image, mem_map, what boot took,
 * devices of a PC, holes.
 */
#include <stdio.h>

#include "boot.h"

static void range_add(struct mm386_info *info, enum mm386_range_class cls, const char *name,
		      uint64_t start, uint64_t end)
{
	struct mm386_range *r;

	if (start >= end || info->nr_ranges == MM386_RANGES_MAX)
		return;
	r = &info->range[info->nr_ranges++];
	snprintf(r->name, sizeof(r->name), "%s", name);
	r->start = start;
	r->end = end - 1;
	r->cls = cls;
}

/*
 * The largest hole of the table below 4 GiB: device registers get addresses
 * from it.  On QEMU's PC its ACPI tables tell the window, so the command line
 * does not move it.  Kernel: e820_setup_gap() [2.6.32], e820__setup_pci_gap() [6.1];
 * 2.4 starts above lowmem, at 256 MiB at least (arch/i386/kernel/setup.c).
 */
static void pci_gap(const struct mm386_e820_entry *e, unsigned nr, uint64_t *start, uint64_t *end)
{
	uint64_t last = MIB, size = 0;

	*start = 256 * MIB;
	*end = 0xfec00000u;
	for (unsigned i = 0; i <= nr; i++) {
		uint64_t next = i < nr ? e[i].start : 4 * GIB;

		next = next < 4 * GIB ? next : 4 * GIB;
		if (next > last && next - last > size && next - last >= 4 * MIB) {
			*start = last;
			*end = next;
			size = next - last;
		}
		if (i < nr && e[i].end + 1 > last)
			last = e[i].end + 1;
	}
	*end = *end < 0xfec00000u ? *end : 0xfec00000u;
}

static void mmio_ranges(struct boot *b)
{
	struct mm386_info *info = &b->plan->info;
	const struct boot_facts *f = &b->plan->boot;
	uint64_t start, end;

	range_add(info, MM386_RANGE_MMIO, "Video RAM area", 0xa0000, 0xc0000);
	range_add(info, MM386_RANGE_MMIO, "Video ROM", 0xc0000, 0xc8000);
	range_add(info, MM386_RANGE_MMIO, "System ROM", 0xf0000, 0x100000);
	if (f->qemu_pc)
		pci_gap(f->firmware, f->nr_firmware, &start, &end);
	else
		pci_gap(b->map.e, b->map.nr, &start, &end);
	range_add(info, MM386_RANGE_MMIO, "PCI window", start, end);
	range_add(info, MM386_RANGE_MMIO, "IOAPIC 0", 0xfec00000u, 0xfec00400u);
	range_add(info, MM386_RANGE_MMIO, "Local APIC", 0xfee00000u, 0xfee01000u);
}

/* Requests of less than a page, many of which lie side by side: they are shown as one. */
static bool is_small(const struct taken *t)
{
	return t->kind == MM386_KIND_BOOT && t->end - t->start < MM386_PAGE_SIZE;
}

static void taken_ranges(struct boot *b)
{
	struct mm386_info *info = &b->plan->info;
	const struct boot_facts *f = &b->plan->boot;

	range_add(info, MM386_RANGE_IMAGE, "Kernel image", f->image_start, f->image_end);
	range_add(info, MM386_RANGE_MEM_MAP, "mem_map", f->mem_map_pa,
		  f->mem_map_pa + f->mem_map_bytes);
	for (unsigned i = 0; i < b->nr_taken; i++) {
		const struct taken *t = &b->taken[i];
		uint64_t end = t->end;
		unsigned last = i;

		if (t->kind == MM386_KIND_MEMMAP && t->start != f->mem_map_pa)
			range_add(info, MM386_RANGE_MEM_MAP, t->name, t->start, end);
		if (t->kind != MM386_KIND_BOOT && t->kind != MM386_KIND_PGTABLE)
			continue;
		while (last + 1 < b->nr_taken && is_small(t) && is_small(&b->taken[last + 1]) &&
		       b->taken[last + 1].start - end < MM386_PAGE_SIZE)
			end = b->taken[++last].end;
		range_add(info, MM386_RANGE_BOOT, last > i ? "Boot data" : t->name, t->start, end);
		i = last;
	}
}

static void hole_ranges(struct boot *b)
{
	struct mm386_info *info = &b->plan->info;
	const struct boot_facts *f = &b->plan->boot;
	uint64_t shown = (uint64_t)info->nr_frames * MM386_PAGE_SIZE;

	for (size_t i = 0; i < b->plan->nr_run; i++) {
		const struct boot_run *r = &b->plan->run[i];

		if (r->kind == MM386_KIND_HOLE)
			range_add(info, MM386_RANGE_HOLE, "No memory",
				  (uint64_t)r->start * MM386_PAGE_SIZE,
				  (uint64_t)r->end * MM386_PAGE_SIZE);
		else if (r->kind == MM386_KIND_LOST)
			range_add(info, MM386_RANGE_HOLE, "RAM this kernel cannot use",
				  (uint64_t)r->start * MM386_PAGE_SIZE,
				  (uint64_t)r->end * MM386_PAGE_SIZE);
	}
	for (unsigned i = 0; i < f->nr_firmware; i++)
		if (f->firmware[i].type == MM386_E820_USABLE && f->firmware[i].end >= shown)
			range_add(info, MM386_RANGE_HOLE, "RAM this kernel cannot use",
				  f->firmware[i].start > shown ? f->firmware[i].start : shown,
				  f->firmware[i].end + 1);
}

void ranges_build(struct boot *b)
{
	struct mm386_info *info = &b->plan->info;

	info->nr_e820 = b->map.nr < MM386_E820_MAX ? b->map.nr : MM386_E820_MAX;
	memcpy(info->e820, b->map.e, info->nr_e820 * sizeof(info->e820[0]));
	taken_ranges(b);
	mmio_ranges(b);
	hole_ranges(b);
}
