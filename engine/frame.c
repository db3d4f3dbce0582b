/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * frame.c - one page frame, as the kernel would see it: its descriptor, the block
 * it is part of, its flags by the kernel's own bits, its addresses.
 */
#include <stdio.h>

#include "internal.h"

bool frame_is_reserved(enum mm386_kind k)
{
	switch (k) {
	case MM386_KIND_HOLE:
	case MM386_KIND_RESERVED:
	case MM386_KIND_KERNEL:
	case MM386_KIND_MEMMAP:
	case MM386_KIND_PGTABLE:
	case MM386_KIND_BOOT:
	case MM386_KIND_LOST:
		return true;
	default:
		return false;
	}
}

bool frame_is_kept(enum mm386_kind k)
{
	return k == MM386_KIND_KERNEL || k == MM386_KIND_MEMMAP || k == MM386_KIND_PGTABLE ||
	       k == MM386_KIND_BOOT;
}

/* Neither RAM nor anything that was made of it, as far as this kernel knows. */
static bool is_hole(const struct mm386 *m, pfn_t pfn)
{
	return m->kind[pfn] == MM386_KIND_HOLE || m->kind[pfn] == MM386_KIND_RESERVED ||
	       m->kind[pfn] == MM386_KIND_LOST;
}

const struct zone *frame_page_zone(const struct mm386 *m, pfn_t pfn, pfn_t *next)
{
	const struct zone *own = zone_of(m, pfn);

	if (m->s->profile.page.hole == HOLE_OF_ZONE || !is_hole(m, pfn))
		return own;
	if (m->s->profile.page.hole == HOLE_UNTOUCHED)
		return &m->s->zone[0];
	if (*next <= pfn)
		for (*next = pfn; *next < m->s->info.max_mapnr && is_hole(m, *next);)
			++*next;
	return *next < m->s->info.max_mapnr ? zone_of(m, *next) : own;
}

/* ---- flags ---------------------------------------------------------------------- */

/* The bit called ${name}, or 0 when this kernel has none. */
static uint32_t flag_bit(const struct page_rules *r, const char *name)
{
	for (unsigned i = 0; i < r->flag_nr; i++)
		if (r->flag[i] && strcmp(r->flag[i], name) == 0)
			return 1u << i;
	return 0;
}

/* CONFIG_NODES_SHIFT of a kernel that knows several nodes. */
#define NODES_SHIFT 3
#define ZONES_SHIFT 2

/*
 * Zone and node in the top bits: the node's first, then the zone's number within it.  2.4 has one
 * byte for both.  Kernel: include/linux/mm.h set_page_zone() [2.4.22], set_page_links()
 * [2.6.18, 6.1], FLATMEM.
 */
static uint32_t zone_bits(const struct mm386 *m, const struct zone *z)
{
	unsigned types = m->s->info.nr_zones / m->s->info.nr_nodes;
	unsigned node_bits = m->s->info.nr_nodes > 1 ? NODES_SHIFT : 0;
	uint32_t bits = z->type << (32 - node_bits - ZONES_SHIFT);

	if (m->s->profile.page.zone_in_byte)
		return (z->node * types + z->type) << 24;
	return node_bits ? bits | z->node << (32 - node_bits) : bits;
}

/* What a compound page's frames carry. */
static uint32_t compound_bits(const struct mm386 *m, pfn_t pfn, pfn_t head)
{
	const struct page_rules *r = &m->s->profile.page;

	if (head == NO_PFN || !(m->page[head].flags & PF_COMP))
		return 0;
	switch (r->compound) {
	case COMPOUND_FLAG:
		return flag_bit(r, "PG_compound");
	case COMPOUND_FIRST_PAGE:
	case COMPOUND_HEAD:
		return flag_bit(r, pfn == head ? "PG_head" : "PG_tail");
	default:
		return 0;
	}
}

static uint32_t flags_of(const struct mm386 *m, pfn_t pfn, pfn_t head, const struct zone *z)
{
	const struct page_rules *r = &m->s->profile.page;
	uint32_t flags = (z ? zone_bits(m, z) : 0) | compound_bits(m, pfn, head);

	if (frame_is_reserved((enum mm386_kind)m->kind[pfn]))
		flags |= flag_bit(r, "PG_reserved");
	if ((m->page[pfn].flags & PF_BUDDY) && r->buddy_mark != BUDDY_MARK_MAPCOUNT)
		flags |= flag_bit(r, r->buddy_mark == BUDDY_MARK_FLAG ? "PG_buddy" : "PG_private");
	if (z && pfn >= m->s->info.max_low_pfn)
		flags |= flag_bit(r, "PG_highmem");
	return flags;
}

void mm386_page_flags(const struct mm386 *m, uint32_t flags, char *buf, size_t size)
{
	const struct page_rules *r = &m->s->profile.page;
	struct text out = {.buf = buf, .size = size};

	if (size > 0)
		buf[0] = '\0';
	for (unsigned i = 0; i < r->flag_nr; i++)
		if ((flags & 1u << i) && r->flag[i])
			text_add(&out, "%s%s", out.len ? "|" : "", r->flag[i]);
}

/* ---- addresses -------------------------------------------------------------------- */

static const char *region_at(const struct mm386_info *info, mm386_va_t va)
{
	for (uint32_t i = 0; i < info->nr_regions; i++)
		if (va >= info->region[i].start && va < info->region[i].end)
			return info->region[i].name;
	return "";
}

/* The direct map gives every low frame one address; other maps have rooms of their own. */
static void fill_addresses(const struct mm386 *m, struct mm386_frame_view *out)
{
	const struct mm386_info *info = &m->s->info;

	if (out->pfn >= info->max_low_pfn)
		return;
	out->addr[0].va = info->page_offset + (out->pfn << MM386_PAGE_SHIFT);
	out->addr[0].region = region_at(info, out->addr[0].va);
	out->nr_addrs = 1;
}

/* ---- the view ----------------------------------------------------------------------- */

static void fill_block(const struct mm386 *m, struct mm386_frame_view *out)
{
	pfn_t head = buddy_find_block(m, out->pfn);
	struct mm386_alloc a;

	if (head == NO_PFN)
		return;
	out->head = head;
	out->order = m->page[head].order;
	if ((m->page[head].flags & PF_HEAD) && mm386_alloc_list(m, head, &a, 1) == 1)
		out->alloc_seq = a.seq;
}

/* In the array in low memory, or in its node's frames, which have other addresses (kva.c). */
mm386_va_t frame_descriptor(const struct mm386 *m, pfn_t pfn, mm386_pa_t *pa)
{
	const struct boot_facts *b = &m->s->boot;
	mm386_pa_t bytes = m->s->info.page_struct_bytes, at;

	for (unsigned n = 0; n < m->s->info.nr_nodes; n++) {
		const struct kva_window *w = &b->kva[n];
		const struct node *node = &m->s->node[n];

		at = (mm386_pa_t)(pfn - node->start_pfn) * bytes;
		if (pfn < node->start_pfn || pfn >= node->end_pfn ||
		    (node->end_pfn - node->start_pfn) * bytes > (mm386_pa_t)w->pages << MM386_PAGE_SHIFT)
			continue;
		*pa = ((mm386_pa_t)w->start_pfn << MM386_PAGE_SHIFT) + at;
		return (mm386_va_t)(m->s->info.page_offset +
				    ((mm386_pa_t)w->low_pfn << MM386_PAGE_SHIFT) + at);
	}
	*pa = b->mem_map_pa + (mm386_pa_t)pfn * bytes;
	return (mm386_va_t)(m->s->info.page_offset + *pa);
}

/* Where nodes keep their own descriptors, a frame that was cut off its node has none. */
static bool has_descriptor(const struct mm386 *m, pfn_t pfn)
{
	if (pfn >= m->s->info.max_mapnr)
		return false;
	for (unsigned n = 0; m->s->boot.kva_pages && n < m->s->info.nr_nodes; n++)
		if (pfn >= m->s->node[n].start_pfn && pfn < m->s->node[n].end_pfn)
			return true;
	return !m->s->boot.kva_pages;
}

/* What is in the descriptor.  Reserved frames have a count of 0 in 2.4, of 1 later. */
static void fill_page(const struct mm386 *m, struct mm386_frame_view *out)
{
	const struct page *p = &m->page[out->pfn];
	pfn_t next = 0;

	out->has_page = true;
	out->page_va = frame_descriptor(m, out->pfn, &out->page_pa);
	out->flags = flags_of(m, out->pfn, out->head, frame_page_zone(m, out->pfn, &next));
	out->refcount = p->refcount;
	if (frame_is_reserved(out->kind))
		out->refcount = m->s->profile.reserved_count;
	out->mapcount = (int32_t)p->mapped - 1;
	out->private_ = p->flags & PF_BUDDY ? p->order : p->private_;
}

int mm386_frame(const struct mm386 *m, mm386_pfn_t pfn, struct mm386_frame_view *out)
{
	const struct zone *z;

	if (pfn >= m->s->nr_frames)
		return -ERANGE;
	z = zone_of(m, pfn);
	*out = (struct mm386_frame_view){
		.pfn = pfn,
		.kind = (enum mm386_kind)m->kind[pfn],
		.zone = z ? (int)z->id : -1,
		.mapcount = -1,
		.head = MM386_NO_PFN,
	};
	fill_block(m, out);
	fill_addresses(m, out);
	if (has_descriptor(m, pfn)) {
		fill_page(m, out);
		page_fields(m, out);
	}
	return 0;
}
