/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_frame.c - one frame as the kernel sees it, and live allocations by number.
 */
#include "numbers.h"

static struct mm386_frame_view view(const struct mm386 *m, pfn_t pfn)
{
	struct mm386_frame_view v;

	assert_int_equal(mm386_frame(m, pfn, &v), 0);
	return v;
}

static void assert_flags(const struct mm386 *m, pfn_t pfn, const char *text)
{
	char buf[128];

	mm386_page_flags(m, view(m, pfn).flags, buf, sizeof(buf));
	assert_string_equal(buf, text);
}

/* The block is found from any of its frames, free or handed out. */
static void test_frame_knows_its_block(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 64);
	pfn_t pfn = take(m, "GFP_KERNEL", 4), head = m->s->zone[1].free[10][MM386_MIGRATE_MOVABLE].head;

	(void)state;
	for (unsigned i = 0; i < 16; i++) {
		struct mm386_frame_view v = view(m, pfn + i);

		assert_int_equal(v.head, pfn);
		assert_int_equal(v.order, 4);
		assert_int_equal(v.alloc_seq, 1);
		assert_int_equal(v.refcount, i == 0);
		assert_int_equal(v.kind, MM386_KIND_PAGES);
	}
	assert_int_equal(view(m, head + 1023).head, head);
	assert_int_equal(view(m, head + 1023).order, 10);
	assert_int_equal(view(m, head).private_, 10);
	assert_int_equal(view(m, head + 1).private_, 0);
	assert_int_equal(view(m, head).alloc_seq, 0);
	mm386_free(m);
}

static void test_frame_low_has_an_address_and_high_has_none(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 1024);
	struct mm386_frame_view low = view(m, 0x1234), high = view(m, 0x38000);

	(void)state;
	assert_int_equal(low.nr_addrs, 1);
	assert_int_equal(low.addr[0].va, 0xc1234000u);
	assert_string_equal(low.addr[0].region, "lowmem");
	assert_int_equal(high.nr_addrs, 0);
	assert_int_equal(high.zone, 2);
	assert_int_equal(high.mapcount, -1);
	assert_int_equal(low.page_pa + 32, view(m, 0x1235).page_pa);
	assert_int_equal(low.page_va, 0xc0000000u + low.page_pa);
	mm386_free(m);
}

static void test_frame_flags_have_the_kernels_bits(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_24, 1024);

	(void)state;
	assert_int_equal(view(m, 0x100).kind, MM386_KIND_KERNEL);
	assert_int_equal(view(m, 0x100).flags, 1u << 14);
	assert_int_equal(view(m, 0x100).refcount, 0);
	assert_flags(m, 0x100, "PG_reserved");
	assert_int_equal(view(m, 0x38001).flags, 2u << 24 | 1u << 11);
	assert_flags(m, 0x38001, "PG_highmem");
	mm386_free(m);
	m = boot(MM386_KERNEL_26, 1024);
	assert_flags(m, 0x1000, "PG_reserved");
	assert_int_equal(view(m, 0x1000).flags, 1u << 30 | 1u << 10);
	assert_int_equal(view(m, 0x1000).refcount, 1);
	assert_flags(m, m->s->zone[1].free[10][MM386_MIGRATE_MOVABLE].head, "PG_buddy");
	mm386_free(m);
	m = boot(MM386_KERNEL_61, 1024);
	assert_int_equal(view(m, 0x1000).flags, 1u << 30 | 1u << 12);
	assert_flags(m, m->s->zone[1].free[10][MM386_MIGRATE_MOVABLE].head, ""); /* a page type, no flag */
	mm386_free(m);
}

/* ---- struct page ---------------------------------------------------------------------- */

static const struct mm386_page_field *field(const struct mm386_frame_view *v, const char *name)
{
	for (unsigned i = 0; i < v->nr_fields; i++)
		if (strcmp(v->field[i].name, name) == 0)
			return &v->field[i];
	fail_msg("frame 0x%x has no %s", v->pfn, name);
	return NULL;
}

static void assert_field(const struct mm386_frame_view *v, const char *name, uint32_t value, const char *text)
{
	const struct mm386_page_field *f = field(v, name);

	assert_true(f->known);
	assert_int_equal(f->value, value);
	assert_string_equal(f->text, text);
}

/* Members stand one behind the other; nothing reaches past the descriptor's end. */
static void assert_layout(const struct mm386 *m, const char *names, unsigned bytes)
{
	struct mm386_frame_view v = view(m, m->s->zone[1].start_pfn + 5000);
	char got[256] = "";
	unsigned end = 0;

	for (unsigned i = 0; i < v.nr_fields; i++) {
		const struct mm386_page_field *f = &v.field[i];

		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s@%u ", f->name, f->offset);
		assert_true(f->offset >= end);
		end = f->offset + f->size;
	}
	assert_string_equal(got, names);
	assert_int_equal(mm386_info(m)->page_struct_bytes, bytes);
	assert_true(end <= bytes);
}

static void test_frame_struct_page_of_each_kernel(void **state)
{
	static const struct {
		uint32_t release;
		unsigned bytes;
		const char *names;
	} rows[] = {
		{KVER(2, 4, 22), 48,
		 "list.next@0 list.prev@4 mapping@8 index@12 next_hash@16 count@20 flags@24 lru.next@28 "
		 "lru.prev@32 pprev_hash@36 buffers@40 virtual@44 "},
		{KVER(2, 6, 18), 32,
		 "flags@0 _count@4 _mapcount@8 private@12 mapping@16 index@20 lru.next@24 lru.prev@28 "},
		{KVER(2, 6, 32), 32,
		 "flags@0 _count@4 _mapcount@8 private@12 mapping@16 index@20 lru.next@24 lru.prev@28 "},
		{KVER(3, 2, 0), 32,
		 "flags@0 mapping@4 index@8 _mapcount@12 _count@16 lru.next@20 lru.prev@24 private@28 "},
		{KVER(6, 1, 0), 40,
		 "flags@0 lru.next@4 lru.prev@8 mapping@12 index@16 private@20 _mapcount@24 _refcount@28 "
		 "memcg_data@32 "},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm386 *m = boot_release(rows[i].release, 64, 1);

		assert_layout(m, rows[i].names, rows[i].bytes);
		mm386_free(m);
	}
}

/* A free block's head: order, mark, neighbours; the list's ends have no address here but a name. */
static void test_frame_free_block_says_so(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 256, 1);
	const struct free_list *l = &m->s->zone[1].free[10][MM386_MIGRATE_MOVABLE];
	struct mm386_frame_view v = view(m, l->head);
	pfn_t next = m->page[l->head].next;
	char text[32];

	(void)state;
	assert_true(l->nr > 1);
	snprintf(text, sizeof(text), "frame 0x%x", next);
	assert_field(&v, "lru.next", view(m, next).page_va + 4, text);
	assert_false(field(&v, "lru.prev")->known);
	assert_string_equal(field(&v, "lru.prev")->text, "the head: Normal's free_area[10].free_list[Movable]");
	assert_field(&v, "private", 10, "order 10");
	assert_field(&v, "_mapcount", 0xffffff7f, "PageBuddy: heads a free block");
	assert_field(&v, "_refcount", 0, "free");
	v = view(m, l->head + 1);
	assert_field(&v, "_mapcount", UINT32_MAX, "mapped by no page table");
	mm386_free(m);
}

/* PG_buddy came in 2.6.17 and became a count in 2.6.38; before, PG_private did. */
static void test_frame_marks_of_free_blocks(void **state)
{
	static const struct {
		uint32_t release, flags, mapcount;
	} rows[] = {
		{KVER(2, 6, 16), 1u << 11, UINT32_MAX},
		{KVER(2, 6, 18), 1u << 19, UINT32_MAX},
		{KVER(2, 6, 32), 1u << 19, UINT32_MAX},
		{KVER(3, 2, 0), 0, (uint32_t)-128},
		{KVER(4, 17, 0), 0, (uint32_t)-128},
		{KVER(4, 18, 0), 0, 0xffffff7f},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm386 *m = boot_release(rows[i].release, 64, 1);
		struct mm386_frame_view v;
		pfn_t pfn = 0;

		while (!(m->page[pfn].flags & PF_BUDDY))
			pfn++;
		v = view(m, pfn);
		assert_int_equal(v.flags, rows[i].flags); /* of DMA: zone 0 */
		assert_int_equal(field(&v, "_mapcount")->value, rows[i].mapcount);
		mm386_free(m);
	}
}

/* The tails of a compound page find its head, each kernel's way; without __GFP_COMP they do not. */
static void test_frame_compound_pages(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 64, 1);
	pfn_t pfn = take(m, "GFP_KERNEL|__GFP_COMP", 2);
	struct mm386_frame_view v = view(m, pfn + 1);
	char text[40];

	(void)state;
	assert_flags(m, pfn, "PG_head");
	assert_flags(m, pfn + 1, "");
	snprintf(text, sizeof(text), "frame 0x%x, + 1: a tail", pfn);
	assert_field(&v, "compound_head", view(m, pfn).page_va + 1, text);
	assert_field(&v, "compound_order", 2, "order 2, of the whole");
	assert_int_equal(field(&v, "compound_order")->offset, 9);
	assert_field(&v, "compound_mapcount", UINT32_MAX, "the whole is mapped by no page table");
	v = view(m, pfn + 3);
	assert_field(&v, "mapping", 0x400, "TAIL_MAPPING");
	assert_machine_valid(m);
	assert_true(apply(m, free_op(pfn, 2)).ok);
	assert_flags(m, pfn, "");
	assert_machine_valid(m);
	mm386_free(m);

	m = boot_release(KVER(2, 6, 32), 64, 1);
	pfn = take(m, "GFP_KERNEL|__GFP_COMP", 2);
	v = view(m, pfn + 3);
	assert_flags(m, pfn, "PG_head");
	assert_flags(m, pfn + 3, "PG_tail");
	snprintf(text, sizeof(text), "frame 0x%x", pfn);
	assert_field(&v, "first_page", view(m, pfn).page_va, text);
	pfn = take(m, "GFP_KERNEL", 2);
	assert_flags(m, pfn, "");
	mm386_free(m);

	m = boot_release(KVER(2, 6, 18), 64, 1);
	pfn = take(m, "GFP_KERNEL|__GFP_COMP", 2);
	v = view(m, pfn);
	assert_flags(m, pfn, "PG_compound");
	assert_flags(m, pfn + 3, "PG_compound");
	assert_int_equal(field(&v, "private")->value, v.page_va);
	mm386_free(m);

	m = boot_release(KVER(2, 4, 22), 64, 1);
	assert_flags(m, take(m, "GFP_KERNEL|__GFP_COMP", 2), "");
	mm386_free(m);
}

/* A page on a CPU's list keeps its migrate type: in private, since 3.7 in index. */
static void test_frame_on_a_cpus_list(void **state)
{
	static const struct {
		uint32_t release;
		const char *member, *text;
		uint32_t number;
	} rows[] = {
		{KVER(2, 6, 32), "private", "migrate type Movable", 2},
		{KVER(6, 1, 0), "index", "migrate type Movable", 1},
	};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct mm386 *m = boot_release(rows[i].release, 256, 1);
		pfn_t pfn = take(m, "GFP_HIGHUSER_MOVABLE", 0);
		struct mm386_frame_view v;

		assert_true(apply(m, free_op(pfn, 0)).ok);
		v = view(m, pfn);
		assert_int_equal(v.kind, MM386_KIND_PCP);
		assert_field(&v, rows[i].member, rows[i].number, rows[i].text);
		assert_string_equal(field(&v, "lru.prev")->text,
				    i ? "the head: Normal's lists of CPU 0, order 0, Movable"
				      : "the head: Normal's lists[Movable] of CPU 0");
		mm386_free(m);
	}
}

/* With several nodes the node's number has the top three bits, the zone's the next two. */
static void test_frame_flags_tell_node_and_zone(void **state)
{
	struct mm386_config cfg;
	struct mm386 *m = NULL;
	struct mm386_frame_view v;
	const struct zone *z;

	(void)state;
	mm386_config_init(&cfg);
	cfg.kernel = MM386_KERNEL_61;
	cfg.memory_bytes = UINT64_C(1) << 30;
	cfg.nr_nodes = 2;
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		z = &m->s->zone[i];
		if (!z->present)
			continue;
		v = view(m, z->end_pfn - 1);
		assert_int_equal(v.flags >> 27, z->node << 2 | z->type);
	}
	z = zone_of(m, 0x3e000);
	assert_int_equal(z->node, 1);
	v = view(m, 0x3e000);
	assert_string_equal(field(&v, "flags")->text, "zone HighMem, node 1");
	mm386_free(m);
}

/* 2.4 keeps a low frame's address in it; zone and PG_highmem are flags of their own. */
static void test_frame_virtual_of_24(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 4, 22), 1024, 1);
	struct mm386_frame_view low = view(m, 0x1234), high = view(m, 0x38001);

	(void)state;
	assert_field(&low, "virtual", 0xc1234000, "its address in the direct map");
	assert_field(&low, "flags", 1u << 24 | 1u << 14, "PG_reserved, zone Normal"); /* mem_map */
	assert_field(&high, "virtual", 0, "high memory: no address of its own");
	assert_field(&high, "flags", 2u << 24 | 1u << 11, "PG_highmem, zone HighMem");
	mm386_free(m);
}

static void test_frame_past_the_last_is_refused(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 64);
	struct mm386_frame_view v;

	(void)state;
	assert_int_equal(mm386_frame(m, m->s->nr_frames, &v), -ERANGE);
	assert_int_equal(mm386_frame(m, NO_PFN, &v), -ERANGE);
	for (pfn_t pfn = 0; pfn < m->s->nr_frames; pfn++)
		assert_int_equal(mm386_frame(m, pfn, &v), 0);
	mm386_free(m);
}

/* ---- live allocations ---------------------------------------------------------------- */

/*
 * Found by number while alive, however many operations ago; not after the free, never when
 * refused.
 */
static void test_frame_allocations_by_number(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 64);
	struct mm386_alloc a;
	pfn_t first = take(m, "GFP_USER", 3), other;

	(void)state;
	assert_int_equal(mm386_alloc_find(m, 1, &a), 0);
	assert_int_equal(a.pfn, first);
	assert_int_equal(a.order, 3);
	assert_int_equal(a.kind, MM386_KIND_USER);
	assert_int_equal(a.op, MM386_OP_ALLOC_PAGES);
	assert_int_equal(a.seq, 1);
	for (uint32_t i = 0; i < m->s->recent_mask + 10; i++) { /* far beyond the index */
		other = take(m, "GFP_KERNEL", 0);
		assert_true(apply(m, free_op(other, 0)).ok);
	}
	assert_int_equal(mm386_alloc_find(m, 1, &a), 0);
	assert_int_equal(a.pfn, first);
	assert_int_equal(mm386_alloc_find(m, 2, &a), -ENOENT);
	assert_int_equal(mm386_alloc_find(m, mm386_seq(m), &a), -ENOENT);
	assert_int_equal(mm386_alloc_find(m, mm386_seq(m) + 1, &a), -ENOENT);
	assert_int_equal(mm386_alloc_find(m, 0, &a), -ENOENT);
	assert_true(apply(m, free_op(first, 3)).ok);
	assert_int_equal(mm386_alloc_find(m, 1, &a), -ENOENT);
	assert_false(apply(m, alloc_op("GFP_KERNEL", 11)).ok);
	assert_int_equal(mm386_alloc_find(m, mm386_seq(m), &a), -ENOENT);
	mm386_free(m);
}

/* The list has every live block once, rising, from any frame on, in portions of any size. */
static void test_frame_allocation_list(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	struct mm386_alloc all[600], part[7];
	struct stream s;
	size_t n, got = 0, seen = 0;
	pfn_t from = 0;

	(void)state;
	stream_init(&s, 8);
	for (unsigned i = 0; i < 1000; i++)
		stream_step(&s, m);
	n = mm386_alloc_list(m, 0, all, 600);
	assert_int_equal(n, s.nr_live < 600 ? s.nr_live : 600);
	for (size_t i = 1; i < n; i++)
		assert_true(all[i].pfn >= all[i - 1].pfn + (1u << all[i - 1].order));
	while (seen < n && (got = mm386_alloc_list(m, from, part, 7)) > 0) {
		for (size_t i = 0; i < got && seen < n; i++)
			assert_memory_equal(&part[i], &all[seen++], sizeof(part[0]));
		from = part[got - 1].pfn + 1;
	}
	assert_int_equal(seen, n);
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frame_knows_its_block),
		cmocka_unit_test(test_frame_low_has_an_address_and_high_has_none),
		cmocka_unit_test(test_frame_flags_have_the_kernels_bits),
		cmocka_unit_test(test_frame_struct_page_of_each_kernel),
		cmocka_unit_test(test_frame_free_block_says_so),
		cmocka_unit_test(test_frame_marks_of_free_blocks),
		cmocka_unit_test(test_frame_compound_pages),
		cmocka_unit_test(test_frame_on_a_cpus_list),
		cmocka_unit_test(test_frame_flags_tell_node_and_zone),
		cmocka_unit_test(test_frame_virtual_of_24),
		cmocka_unit_test(test_frame_past_the_last_is_refused),
		cmocka_unit_test(test_frame_allocations_by_number),
		cmocka_unit_test(test_frame_allocation_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
