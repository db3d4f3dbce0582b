/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * profile_page.c - struct page of each release: its members, its flags, how it says that it
 * heads a free block or belongs to a compound page.
 *
 * Kernel: include/linux/mm.h [2.4.22, 2.6.18], include/linux/mm_types.h, page-flags.h [2.6.24,
 * 2.6.32, 6.1], all for 32 bits with FLATMEM; 6.1's offsets are those that its own debugging
 * information gives for Debian's i386 kernel.  Between these, the release of the change.
 */
#include "boot.h"

#define R(a, b) KVER(a, b, 0)
#define R6(c) KVER(2, 6, c)

// clang-format off
static const struct page_member members_24[] = {
	{"list.next", PAGE_LIST_NEXT, 0}, {"list.prev", PAGE_LIST_PREV, 4}, {"mapping", PAGE_MAPPING, 8},
	{"index", PAGE_INDEX, 12}, {"next_hash", PAGE_ZERO, 16}, {"count", PAGE_COUNT, 20},
	{"flags", PAGE_FLAGS, 24}, {"lru.next", PAGE_ZERO, 28}, {"lru.prev", PAGE_ZERO, 32},
	{"pprev_hash", PAGE_ZERO, 36}, {"buffers", PAGE_ZERO, 40}, {"virtual", PAGE_VIRTUAL, 44},
};
/* Lists of their own for free blocks, and the chain of page table entries, until 2.6.6. */
static const struct page_member members_25[] = {
	{"flags", PAGE_FLAGS, 0}, {"count", PAGE_COUNT, 4}, {"list.next", PAGE_LIST_NEXT, 8},
	{"list.prev", PAGE_LIST_PREV, 12}, {"mapping", PAGE_MAPPING, 16}, {"index", PAGE_INDEX, 20},
	{"lru.next", PAGE_ZERO, 24}, {"lru.prev", PAGE_ZERO, 28}, {"pte.direct", PAGE_ZERO, 32},
	{"private", PAGE_PRIVATE, 36},
};
static const struct page_member members_26[] = {
	{"flags", PAGE_FLAGS, 0}, {"_count", PAGE_COUNT, 4}, {"_mapcount", PAGE_MAPCOUNT, 8},
	{"private", PAGE_PRIVATE, 12}, {"mapping", PAGE_MAPPING, 16}, {"index", PAGE_INDEX, 20},
	{"lru.next", PAGE_LIST_NEXT, 24}, {"lru.prev", PAGE_LIST_PREV, 28},
};
/* 3.1: what SLUB compares and exchanges as one stands together. */
static const struct page_member members_31[] = {
	{"flags", PAGE_FLAGS, 0}, {"mapping", PAGE_MAPPING, 4}, {"index", PAGE_INDEX, 8},
	{"_mapcount", PAGE_MAPCOUNT, 12}, {"_count", PAGE_COUNT, 16}, {"lru.next", PAGE_LIST_NEXT, 20},
	{"lru.prev", PAGE_LIST_PREV, 24}, {"private", PAGE_PRIVATE, 28}, {"mem_cgroup", PAGE_ZERO, 32},
};
static const struct page_member members_46[] = {
	{"flags", PAGE_FLAGS, 0}, {"mapping", PAGE_MAPPING, 4}, {"index", PAGE_INDEX, 8},
	{"_mapcount", PAGE_MAPCOUNT, 12}, {"_refcount", PAGE_COUNT, 16}, {"lru.next", PAGE_LIST_NEXT, 20},
	{"lru.prev", PAGE_LIST_PREV, 24}, {"private", PAGE_PRIVATE, 28}, {"mem_cgroup", PAGE_ZERO, 32},
};
/* 4.18: five words that each user of a page lays out for itself.  memcg_data was mem_cgroup up to 5.10. */
static const struct page_member members_418[] = {
	{"flags", PAGE_FLAGS, 0}, {"lru.next", PAGE_LIST_NEXT, 4}, {"lru.prev", PAGE_LIST_PREV, 8},
	{"mapping", PAGE_MAPPING, 12}, {"index", PAGE_INDEX, 16}, {"private", PAGE_PRIVATE, 20},
	{"_mapcount", PAGE_MAPCOUNT, 24}, {"_refcount", PAGE_COUNT, 28}, {"memcg_data", PAGE_ZERO, 32},
};

static const char *const flags_24[] = {
	"PG_locked", "PG_error", "PG_referenced", "PG_uptodate", "PG_dirty", "PG_unused", "PG_lru",
	"PG_active", "PG_slab", NULL, "PG_skip", "PG_highmem", "PG_checked", "PG_arch_1", "PG_reserved",
	"PG_launder", "PG_fs_1",
};
static const char *const flags_26[] = {
	"PG_locked", "PG_error", "PG_referenced", "PG_uptodate", "PG_dirty", "PG_lru", "PG_active",
	"PG_slab", "PG_highmem", "PG_checked", "PG_arch_1", "PG_reserved", "PG_private", "PG_writeback",
	"PG_nosave", "PG_compound", "PG_swapcache", "PG_mappedtodisk", "PG_reclaim", "PG_nosave_free",
};
static const char *const flags_2615[] = {
	"PG_locked", "PG_error", "PG_referenced", "PG_uptodate", "PG_dirty", "PG_lru", "PG_active",
	"PG_slab", "PG_checked", "PG_arch_1", "PG_reserved", "PG_private", "PG_writeback", "PG_nosave",
	"PG_compound", "PG_swapcache", "PG_mappedtodisk", "PG_reclaim", "PG_nosave_free", "PG_buddy",
};
static const char *const flags_2627[] = {
	"PG_locked", "PG_error", "PG_referenced", "PG_uptodate", "PG_dirty", "PG_lru", "PG_active",
	"PG_slab", "PG_owner_priv_1", "PG_arch_1", "PG_reserved", "PG_private", "PG_private_2",
	"PG_writeback", "PG_head", "PG_tail", "PG_swapcache", "PG_mappedtodisk", "PG_reclaim", "PG_buddy",
	"PG_swapbacked", "PG_unevictable", "PG_mlocked",
};
static const char *const flags_2638[] = {
	"PG_locked", "PG_error", "PG_referenced", "PG_uptodate", "PG_dirty", "PG_lru", "PG_active",
	"PG_slab", "PG_owner_priv_1", "PG_arch_1", "PG_reserved", "PG_private", "PG_private_2",
	"PG_writeback", "PG_head", "PG_tail", "PG_swapcache", "PG_mappedtodisk", "PG_reclaim",
	"PG_swapbacked", "PG_unevictable", "PG_mlocked",
};
static const char *const flags_44[] = {
	"PG_locked", "PG_error", "PG_referenced", "PG_uptodate", "PG_dirty", "PG_lru", "PG_active",
	"PG_slab", "PG_owner_priv_1", "PG_arch_1", "PG_reserved", "PG_private", "PG_private_2",
	"PG_writeback", "PG_head", "PG_swapcache", "PG_mappedtodisk", "PG_reclaim", "PG_swapbacked",
	"PG_unevictable", "PG_mlocked",
};
static const char *const flags_410[] = {
	"PG_locked", "PG_error", "PG_referenced", "PG_uptodate", "PG_dirty", "PG_lru", "PG_active",
	"PG_waiters", "PG_slab", "PG_owner_priv_1", "PG_arch_1", "PG_reserved", "PG_private",
	"PG_private_2", "PG_writeback", "PG_head", "PG_mappedtodisk", "PG_reclaim", "PG_swapbacked",
	"PG_unevictable", "PG_mlocked",
};
static const char *const flags_420[] = {
	"PG_locked", "PG_referenced", "PG_uptodate", "PG_dirty", "PG_lru", "PG_active", "PG_workingset",
	"PG_waiters", "PG_error", "PG_slab", "PG_owner_priv_1", "PG_arch_1", "PG_reserved", "PG_private",
	"PG_private_2", "PG_writeback", "PG_head", "PG_mappedtodisk", "PG_reclaim", "PG_swapbacked",
	"PG_unevictable", "PG_mlocked",
};
// clang-format on

#define USE(to, table) ((to) = (table), to##_nr = (uint8_t)(sizeof(table) / sizeof((table)[0])))

static void rules_members(struct page_rules *r, uint32_t rel)
{
	USE(r->member, members_24);
	if (rel >= R(2, 5))
		USE(r->member, members_25);
	if (rel >= R6(6))
		USE(r->member, members_26);
	if (rel >= R(3, 1))
		USE(r->member, members_31);
	if (rel >= R(4, 6))
		USE(r->member, members_46);
	if (rel >= R(4, 18))
		USE(r->member, members_418);
}

static void rules_flags(struct page_rules *r, uint32_t rel)
{
	USE(r->flag, flags_24);
	if (rel >= R(2, 5))
		USE(r->flag, flags_26);
	if (rel >= R6(15))
		USE(r->flag, flags_2615);
	if (rel >= R6(27))
		USE(r->flag, flags_2627);
	if (rel >= R6(38))
		USE(r->flag, flags_2638);
	if (rel >= R(4, 4))
		USE(r->flag, flags_44);
	if (rel >= R(4, 10))
		USE(r->flag, flags_410);
	if (rel >= R(4, 20))
		USE(r->flag, flags_420);
}

void profile_page(struct page_rules *r, uint32_t rel)
{
	rules_members(r, rel);
	rules_flags(r, rel);
	r->zone_in_byte = rel < R(2, 5);
	if (rel >= R(2, 5))
		r->buddy_mark = BUDDY_MARK_PRIVATE;
	if (rel >= R6(17))
		r->buddy_mark = BUDDY_MARK_FLAG;
	if (rel >= R6(38)) {
		r->buddy_mark = BUDDY_MARK_MAPCOUNT;
		r->buddy_mapcount = (uint32_t)-128;
	}
	if (rel >= R(4, 18))
		r->buddy_mapcount = 0xffffff7f; /* all types but PG_buddy, whose bit is cleared */
	if (rel >= R(6, 12))
		r->buddy_mapcount = 0xf0000000; /* the type's number in the top byte */
	if (rel >= R(2, 5))
		r->compound = COMPOUND_FLAG;
	if (rel >= R6(27))
		r->compound = COMPOUND_FIRST_PAGE;
	if (rel >= R(4, 4))
		r->compound = COMPOUND_HEAD;
	r->listed_type = LISTED_TYPE_NONE;
	if (rel >= R6(24))
		r->listed_type = LISTED_TYPE_PRIVATE;
	if (rel >= R(3, 7))
		r->listed_type = LISTED_TYPE_INDEX;
	if (rel >= R(5, 8))
		r->hole = HOLE_UNTOUCHED;
	if (rel >= R(5, 15))
		r->hole = HOLE_OF_NEXT;
}
