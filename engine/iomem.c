/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iomem.c - /proc/iomem: who owns which physical addresses.
 *
 * The kernel keeps a tree of resources: entries of the e820 first, the image
 * inside its RAM, ROMs and the bus of a PC around them.  A resource that would
 * cut through another one is refused, so the order of registration matters.
 *
 * Kernel: kernel/resource.c r_show(), arch/i386/kernel/setup.c
 * register_memory() [2.4.22], arch/x86/kernel/e820.c
 * e820_reserve_resources() [2.6.32], e820__reserve_resources() [6.1].
 * Left out: devices, of which this machine has none beside the chipset's own.
 */
#include "boot.h"

#define RESOURCES_MAX (MM386_E820_MAX + 32)
#define FIX_APIC_BASE 3u /* slot, from the top */

struct resource {
	uint64_t start, end; /* end inclusive */
	const char *name;
};

struct resources {
	unsigned nr;
	struct resource r[RESOURCES_MAX]; /* a parent stands before its children */
};

static bool overlaps(const struct resource *a, const struct resource *b)
{
	return a->start <= b->end && b->start <= a->end;
}

static bool inside(const struct resource *in, const struct resource *out)
{
	return out->start <= in->start && in->end <= out->end;
}

static bool is_taken(const struct resources *t, uint64_t start, uint64_t end)
{
	struct resource r = {.start = start, .end = end};

	for (unsigned i = 0; i < t->nr; i++)
		if (overlaps(&r, &t->r[i]))
			return true;
	return false;
}

/* Register a resource unless it would cut through one that is there. */
static void request(struct resources *t, const char *name, uint64_t start, uint64_t end)
{
	struct resource r = {.start = start, .end = end, .name = name};
	unsigned at = 0;

	if (start > end || t->nr == RESOURCES_MAX)
		return;
	for (unsigned i = 0; i < t->nr; i++)
		if (overlaps(&r, &t->r[i]) && !inside(&r, &t->r[i]) && !inside(&t->r[i], &r))
			return;
	while (at < t->nr &&
	       (t->r[at].start < start || (t->r[at].start == start && inside(&r, &t->r[at]))))
		at++;
	memmove(&t->r[at + 1], &t->r[at], (t->nr - at) * sizeof(r));
	t->r[at] = r;
	t->nr++;
}

static const char *e820_resource(const struct mm386 *m, uint32_t type)
{
	bool capital = m->s->profile.iomem_capitals;

	switch (type) {
	case MM386_E820_USABLE:
		return "System RAM";
	case MM386_E820_ACPI:
		return "ACPI Tables";
	case MM386_E820_NVS:
		return "ACPI Non-volatile Storage";
	case MM386_E820_UNUSABLE:
		return m->s->profile.iomem_roms_first ? "reserved" : "Unusable memory";
	case MM386_E820_PMEM:
		return capital ? "Persistent Memory" : "reserved";
	default:
		return capital ? "Reserved" : "reserved";
	}
}

static void request_e820(const struct mm386 *m, struct resources *t)
{
	const struct mm386_info *info = &m->s->info;

	for (unsigned i = 0; i < info->nr_e820; i++) {
		const struct mm386_e820_entry *e = &info->e820[i];

		/* Resources of a kernel without PAE have 32 bits. */
		if (e->end > UINT32_MAX && (!info->pae || m->s->profile.iomem_below_4g))
			continue;
		/* 2.4 asks for a place of its own, later kernels insert into the tree. */
		if (m->s->profile.iomem_roms_first && is_taken(t, e->start, e->end))
			continue;
		request(t, e820_resource(m, e->type), e->start, e->end);
	}
}

static void request_image(const struct mm386 *m, struct resources *t)
{
	const struct boot_facts *f = &m->s->boot;
	uint64_t text_end = f->image_start + f->text_bytes;

	request(t, "Kernel code", f->image_start, text_end - 1);
	if (f->rodata_start)
		request(t, "Kernel rodata", f->rodata_start, f->rodata_end - 1);
	request(t, "Kernel data", f->data_start, f->data_end - 1);
	if (m->s->profile.iomem_bss)
		request(t, "Kernel bss", f->bss_start, f->bss_end - 1);
}

static void request_roms(struct resources *t, bool qemu)
{
	request(t, "Video RAM area", 0xa0000, 0xbffff);
	request(t, "Video ROM", 0xc0000, qemu ? 0xc05ff : 0xc7fff);
	request(t, "System ROM", 0xf0000, 0xfffff);
}

static const struct mm386_range *range_find(const struct mm386_info *info, const char *name)
{
	for (unsigned i = 0; i < info->nr_ranges; i++)
		if (strcmp(info->range[i].name, name) == 0)
			return &info->range[i];
	return NULL;
}

/* The host bridge's windows, as ACPI tells them to 2.6.34 and later. */
static void request_bus(const struct mm386 *m, struct resources *t)
{
	const struct mm386_range *window = range_find(&m->s->info, "PCI window");
	uint64_t top = 4 * GIB;

	request(t, "PCI Bus 0000:00", 0xa0000, 0xbffff);
	if (window)
		request(t, "PCI Bus 0000:00", window->start, window->end);
	for (unsigned i = 0; i < m->s->boot.nr_firmware; i++)
		if (m->s->boot.firmware[i].end >= top)
			top = ROUND_UP(m->s->boot.firmware[i].end + 1, GIB);
	if (m->s->info.pae)
		request(t, "PCI Bus 0000:00", top, top + 2 * GIB - 1);
}

/* How far the RAM chips behind the last byte of RAM may reach: to the next 64 KiB, 1 MiB or 64 MiB. */
static uint64_t ram_alignment(uint64_t end)
{
	if (end < MIB)
		return 64 * KIB;
	return end < 16 * MIB ? MIB : 64 * MIB;
}

/* What of start..end nobody has. */
static void request_rest(struct resources *t, const char *name, uint64_t start, uint64_t end)
{
	while (start <= end) {
		const struct resource rest = {.start = start, .end = end};
		uint64_t stop = end + 1, next = end + 1;

		for (unsigned i = 0; i < t->nr && stop > end; i++)
			if (overlaps(&rest, &t->r[i])) {
				stop = t->r[i].start;
				next = t->r[i].end + 1;
			}
		if (stop > start)
			request(t, name, start, stop - 1);
		start = next;
	}
}

/*
 * No device is put right behind RAM, where the firmware may have more of it than it says.
 * Kernel: e820_reserve_resources_late() [2.6.32], e820__reserve_resources_late() [6.1].
 */
static void request_buffers(const struct mm386 *m, struct resources *t)
{
	const struct mm386_info *info = &m->s->info;

	for (unsigned i = 0; i < info->nr_e820 && m->s->profile.iomem_ram_buffer; i++) {
		uint64_t start = info->e820[i].end + 1, end = ROUND_UP(start, ram_alignment(start)) - 1;

		if (info->e820[i].type != MM386_E820_USABLE)
			continue;
		if (!info->pae && end > UINT32_MAX)
			end = UINT32_MAX;
		request_rest(t, "RAM buffer", start, end);
	}
}

/* Since 6.6 lapic_insert_resource() takes the linear address for the physical one. */
static void request_chips(const struct mm386 *m, struct resources *t)
{
	uint32_t apic;

	if (!m->s->profile.iomem_apic)
		return;
	request(t, "IOAPIC 0", 0xfec00000u, 0xfec003ffu);
	if (m->s->boot.qemu_pc && m->s->profile.iomem_bus) {
		request(t, "HPET 0", 0xfed00000u, 0xfed003ffu);
		request(t, "PNP0103:00", 0xfed00000u, 0xfed003ffu);
	}
	apic = m->s->profile.iomem_apic_slot ? m->s->profile.fixaddr_top - FIX_APIC_BASE * MM386_PAGE_SIZE
					     : 0xfee00000u;
	request(t, "Local APIC", apic, apic + MM386_PAGE_SIZE - 1);
}

/* How many of the resources before ${i} enclose it. */
static unsigned depth(const struct resources *t, unsigned i)
{
	unsigned n = 0;

	for (unsigned k = 0; k < i; k++)
		n += inside(&t->r[i], &t->r[k]);
	return n;
}

long iomem_format(const struct mm386 *m, char *buf, size_t size)
{
	struct resources t = {.nr = 0};
	struct text out = {.buf = buf, .size = size};

	if (m->s->profile.iomem_roms_first)
		request_roms(&t, m->s->boot.qemu_pc);
	request_e820(m, &t);
	request_image(m, &t);
	if (m->s->profile.iomem_bus && m->s->boot.qemu_pc)
		request_bus(m, &t);
	if (!m->s->profile.iomem_roms_first)
		request_roms(&t, m->s->boot.qemu_pc);
	request_chips(m, &t);
	request_buffers(m, &t);
	for (unsigned i = 0; i < t.nr; i++)
		text_add(&out, "%*s%08llx-%08llx : %s\n", (int)(2 * depth(&t, i)), "",
			 (unsigned long long)t.r[i].start, (unsigned long long)t.r[i].end,
			 t.r[i].name);
	return (long)out.len;
}
