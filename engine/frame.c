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

/* ---- flags ---------------------------------------------------------------------- */

/*
 * The bits' names by number, and where the zone's index begins.
 * Kernel: include/linux/mm.h [2.4.22], include/linux/page-flags.h [2.6.32, 6.1]
 * with FLATMEM on 32 bits.  PG_buddy is a flag only in 2.6; 6.1 keeps it in the
 * field that mapped pages use for their count.
 */
struct flag_table {
	unsigned zone_shift;
	int reserved, highmem, buddy; /* bit, or -1 when this kernel has none */
	const char *name[24];
};

// clang-format off
static const struct flag_table flag_tables[MM386_NR_KERNELS] = {
	[MM386_KERNEL_24] = {
		.zone_shift = 24, .reserved = 14, .highmem = 11, .buddy = -1,
		.name = {"PG_locked", "PG_error", "PG_referenced", "PG_uptodate", "PG_dirty",
			 "PG_unused", "PG_lru", "PG_active", "PG_slab", NULL, "PG_skip",
			 "PG_highmem", "PG_checked", "PG_arch_1", "PG_reserved", "PG_launder",
			 "PG_fs_1"},
	},
	[MM386_KERNEL_26] = {
		.zone_shift = 30, .reserved = 10, .highmem = -1, .buddy = 19,
		.name = {"PG_locked", "PG_error", "PG_referenced", "PG_uptodate", "PG_dirty",
			 "PG_lru", "PG_active", "PG_slab", "PG_owner_priv_1", "PG_arch_1",
			 "PG_reserved", "PG_private", "PG_private_2", "PG_writeback", "PG_head",
			 "PG_tail", "PG_swapcache", "PG_mappedtodisk", "PG_reclaim", "PG_buddy",
			 "PG_swapbacked", "PG_unevictable", "PG_mlocked"},
	},
	[MM386_KERNEL_61] = {
		.zone_shift = 30, .reserved = 12, .highmem = -1, .buddy = -1,
		.name = {"PG_locked", "PG_referenced", "PG_uptodate", "PG_dirty", "PG_lru",
			 "PG_active", "PG_workingset", "PG_waiters", "PG_error", "PG_slab",
			 "PG_owner_priv_1", "PG_arch_1", "PG_reserved", "PG_private",
			 "PG_private_2", "PG_writeback", "PG_head", "PG_mappedtodisk",
			 "PG_reclaim", "PG_swapbacked", "PG_unevictable", "PG_mlocked"},
	},
};
// clang-format on

static uint32_t bit_or_none(int bit)
{
	return bit < 0 ? 0 : 1u << bit;
}

static uint32_t flags_of(const struct mm386 *m, pfn_t pfn, const struct zone *z)
{
	const struct flag_table *t = &flag_tables[m->s->profile.kernel];
	uint32_t flags = z ? z->id << t->zone_shift : 0;

	if (frame_is_reserved((enum mm386_kind)m->kind[pfn]))
		flags |= bit_or_none(t->reserved);
	if (m->page[pfn].flags & PF_BUDDY)
		flags |= bit_or_none(t->buddy);
	if (z && pfn >= m->s->info.max_low_pfn)
		flags |= bit_or_none(t->highmem);
	return flags;
}

void mm386_page_flags(const struct mm386 *m, uint32_t flags, char *buf, size_t size)
{
	const struct flag_table *t = &flag_tables[m->s->profile.kernel];
	struct text out = {.buf = buf, .size = size};

	if (size > 0)
		buf[0] = '\0';
	for (unsigned i = 0; i < sizeof(t->name) / sizeof(t->name[0]); i++)
		if ((flags & 1u << i) && t->name[i])
			text_add(&out, "%s%s", out.len ? "|" : "", t->name[i]);
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

/* What is in the descriptor.  Reserved frames have a count of 0 in 2.4, of 1 later. */
static void fill_page(const struct mm386 *m, const struct zone *z, struct mm386_frame_view *out)
{
	const struct page *p = &m->page[out->pfn];
	const struct boot_facts *b = &m->s->boot;

	out->has_page = true;
	out->page_pa = b->mem_map_pa + (mm386_pa_t)out->pfn * m->s->info.page_struct_bytes;
	out->page_va = (mm386_va_t)(m->s->info.page_offset + out->page_pa);
	out->flags = flags_of(m, out->pfn, z);
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
	if (pfn < m->s->info.max_mapnr)
		fill_page(m, z, out);
	fill_block(m, out);
	fill_addresses(m, out);
	return 0;
}
