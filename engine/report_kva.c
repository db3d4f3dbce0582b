/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report_kva.c - what a kernel built for NUMA prints of the windows for its nodes' mem_map (kva.c), in the
 * words of arch/i386/mm/discontig.c [2.5.59 .. 2.6.20], arch/x86/mm/discontig_32.c and numa_32.c [2.6.24, 2.6.32].
 */
#include "boot.h"

static unsigned long long va_of(const struct mm386 *m, uint64_t pfn)
{
	return m->s->info.page_offset + (pfn << MM386_PAGE_SHIFT);
}

static void print_window(const struct mm386 *m, struct text *t, unsigned n)
{
	const struct kva_window *w = &m->s->boot.kva[n];

	if (m->s->profile.kva == KVA_RESERVED) {
		text_add(t, "Reserving %u pages of KVA for lmem_map of node %u at %x\n", w->pages, n, w->start_pfn);
		return;
	}
	text_add(t, "Reserving %u pages of KVA for lmem_map of node %u\n", w->pages, n);
	text_add(t, "Shrinking node %u from %u pages to %u pages\n", n, w->node_end, w->node_end - w->pages);
	if (w->further)
		text_add(t, "Shrinking node %u further by %u pages for proper alignment\n", n, w->further);
}

void report_kva_sizes(const struct mm386 *m, struct text *t)
{
	const struct boot_facts *f = &m->s->boot;
	enum kva_rule rule = m->s->profile.kva;

	if (!f->numa || rule == KVA_NONE)
		return;
	for (unsigned n = rule == KVA_REMOTE; n < m->s->info.nr_nodes; n++)
		print_window(m, t, n);
	text_add(t, rule == KVA_RESERVED ? "Reserving total of %x pages for numa KVA remap\n"
					 : "Reserving total of %u pages for numa KVA remap\n", f->kva_pages);
	if (rule == KVA_RESERVED)
		text_add(t, "kva_start_pfn ~ %x max_low_pfn ~ %x\n", f->kva_low_pfn, f->ram_low_pfn);
	else if (rule == KVA_INSIDE)
		text_add(t, "kva_start_pfn ~ %u find_max_low_pfn() ~ %u\n", f->kva_low_pfn, f->ram_low_pfn);
	else if (!m->s->profile.kva_high_before)
		text_add(t, "reserve_pages = %u find_max_low_pfn() ~ %u\n", f->kva_pages, f->ram_low_pfn);
	if (!m->s->profile.kva_high_before)
		text_add(t, rule == KVA_RESERVED ? "max_pfn = %x\n" : "max_pfn = %u\n", m->s->info.max_pfn);
}

/* Where a window ends is worked out from high memory's start even by kernels that have it in low memory. */
void report_kva_windows(const struct mm386 *m, struct text *t)
{
	const struct boot_facts *f = &m->s->boot;
	const struct mm386_info *info = &m->s->info;
	enum kva_rule rule = m->s->profile.kva;
	uint32_t offset = 0;

	if (!f->numa || rule == KVA_NONE)
		return;
	if (rule == KVA_RESERVED)
		text_add(t, "max_low_pfn = %x, highstart_pfn = %x\n", info->max_low_pfn, info->highstart_pfn);
	else
		text_add(t, "min_low_pfn = %u, max_low_pfn = %u, highstart_pfn = %u\n",
			 (uint32_t)PFN_UP(f->image_end), info->max_low_pfn, info->highstart_pfn);
	text_add(t, "Low memory ends at vaddr %08llx\n", va_of(m, info->max_low_pfn));
	for (unsigned n = 0; n < info->nr_nodes; n++) {
		const struct kva_window *w = &f->kva[n];
		uint64_t end = w->low_pfn + w->pages;

		offset += w->pages;
		if (rule == KVA_INSIDE)
			end = info->highstart_pfn + offset;
		text_add(t, "node %u will remap to vaddr %08llx - %08llx\n", n, va_of(m, w->low_pfn),
			 va_of(m, end) & UINT32_MAX);
	}
	text_add(t, "High memory starts at vaddr %08llx\n", va_of(m, info->highstart_pfn));
}
