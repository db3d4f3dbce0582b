/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_op.c - what an operation accepts, what it refuses, and with which words.
 */
#include "machine.h"

static void assert_why(const struct mm386 *m, const struct mm386_result *res, int err,
		       const char *text)
{
	char buf[160];

	assert_false(res->ok);
	assert_int_equal(res->err, err);
	assert_int_equal(res->nr_why, 1);
	assert_int_equal(res->why[0].zone, -1);
	mm386_why_format(m, &res->why[0], buf, sizeof(buf));
	assert_string_equal(buf, text);
}

static void assert_malformed(struct mm386 *m, struct mm386_op op, const char *pointer)
{
	struct mm386_result res;
	struct mm386_error err = {0};
	uint64_t seq = mm386_seq(m), digest = mm386_digest(m);

	assert_int_equal(mm386_apply(m, &op, &res, &err), -EINVAL);
	assert_string_equal(err.pointer, pointer);
	assert_true(err.detail[0] != '\0');
	assert_int_equal(mm386_seq(m), seq);
	assert_true(mm386_digest(m) == digest);
}

/* Every row has a name, help, and arguments with names. */
static void test_op_table_is_whole(void **state)
{
	(void)state;
	for (unsigned i = 0; i < MM386_NR_OPS; i++) {
		const struct mm386_op_desc *d = mm386_op_desc((enum mm386_op_id)i);

		assert_int_equal(mm386_op_find(d->name), i);
		assert_true(strlen(d->help) > 0);
		for (unsigned n = 0; n < d->nr_args; n++) {
			assert_true(strlen(d->arg[n].name) > 0);
			assert_true(strlen(d->arg[n].help) > 0);
			assert_true(d->arg[n].min <= d->arg[n].def &&
				    d->arg[n].def <= d->arg[n].max);
		}
	}
	assert_int_equal(mm386_op_find("kmalloc_"), -ENOENT);
}

static void test_op_malformed_changes_nothing(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 64);
	struct mm386_op op;

	(void)state;
	op = alloc_op("GFP_KERNEL", 0);
	op.given = 2;
	assert_malformed(m, op, "/gfp");
	assert_malformed(m, alloc_op("GFP_KERNEL", 32), "/order");
	op = alloc_op("GFP_KERNEL", 0);
	op.arg[0] = UINT64_C(1) << 32;
	assert_malformed(m, op, "/gfp");
	op = free_op(0x1000, 0);
	op.given = 4;
	assert_malformed(m, op, "/addr");
	op.given = 1 | 2;
	assert_malformed(m, op, "/pfn");
	op.given = 16;
	assert_malformed(m, op, "");
	op.id = MM386_NR_OPS;
	assert_malformed(m, op, "/op");
	mm386_free(m);
}

static void test_op_alloc_returns_frame_and_address(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 1024);
		struct mm386_result res = apply(m, alloc_op("GFP_KERNEL", 2));

		assert_true(res.ok);
		assert_int_equal(res.seq, 1);
		assert_int_equal(res.zone, 1);
		assert_int_equal(res.order, 2);
		assert_int_equal(res.va, 0xc0000000u + (res.pfn << 12));
		res = apply(m, alloc_op("GFP_HIGHUSER", 0));
		assert_true(res.ok);
		assert_int_equal(res.zone, 2);
		assert_int_equal(res.va, 0);
		assert_int_equal(m->kind[res.pfn], MM386_KIND_USER);
		mm386_free(m);
	}
}

static void test_op_linear_address_excludes_highmem(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 1024);
		struct mm386_op op = alloc_op("GFP_HIGHUSER", 0);

		op.id = MM386_OP_GET_FREE_PAGES;
		struct mm386_result res = apply(m, op);

		assert_why(
			m, &res, EINVAL,
			"GFP_HIGHUSER allows high memory, which has no linear address to return");
		op.id = MM386_OP_GET_ZEROED_PAGE;
		op.given = 1;
		res = apply(m, op);
		assert_int_equal(res.why[0].code, MM386_WHY_NOT_LINEAR);
		op.arg[0] = gfp_of("GFP_KERNEL");
		res = apply(m, op);
		assert_true(res.ok && res.va != 0);
		mm386_free(m);
	}
}

/* MAX_ORDER is 10 in 2.4 and 11 later: the kernel refuses, the request is well formed. */
static void test_op_order_at_max_order_is_refused(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 64);
		unsigned max_order = k == MM386_KERNEL_24 ? 10 : 11;
		struct mm386_result res = apply(m, alloc_op("GFP_KERNEL", max_order));
		char text[64];

		snprintf(text, sizeof(text), "order %u >= MAX_ORDER %u", max_order, max_order);
		assert_why(m, &res, ENOMEM, text);
		assert_true(apply(m, alloc_op("GFP_KERNEL", max_order - 1)).ok);
		mm386_free(m);
	}
}

static void assert_free_refused(struct mm386 *m, struct mm386_op op, const char *text)
{
	struct mm386 *before;
	struct mm386_result res;

	assert_int_equal(mm386_copy(m, &before), 0);
	res = apply(m, op);
	assert_why(m, &res, EINVAL, text);
	assert_memory_equal(m->page, before->page, m->s->nr_frames * sizeof(*m->page));
	assert_memory_equal(m->kind, before->kind, m->s->nr_frames);
	assert_memory_equal(m->s->zone, before->s->zone, sizeof(m->s->zone));
	assert_int_equal(mm386_seq(m), mm386_seq(before) + 1);
	mm386_free(before);
}

/* Each wrong way to free a block of order 2 at ${pfn}: refused, said, nothing changed. */
static void test_op_wrong_frees_are_refused(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 64);
		pfn_t pfn = take(m, "GFP_KERNEL", 2);
		struct mm386_op by_addr = {.id = MM386_OP_FREE_PAGES, .given = 1 | 4};
		char text[160];

		snprintf(text, sizeof(text), "frame 0x%x was handed out with order 2, not 1", pfn);
		assert_free_refused(m, free_op(pfn, 1), text);
		snprintf(text, sizeof(text), "frame 0x%x is inside the block of order 2 at 0x%x",
			 pfn + 3, pfn);
		assert_free_refused(m, free_op(pfn + 3, 0), text);
		by_addr.arg[0] = 0xc0000000u + (pfn << 12) + 8;
		snprintf(text, sizeof(text), "address 0x%x is not page aligned",
			 0xc0000000u + (pfn << 12) + 8);
		assert_free_refused(m, by_addr, text);
		by_addr.arg[0] = 0x08048000;
		assert_free_refused(m, by_addr, "0x8048000 has no page descriptor");
		by_addr.arg[0] = 0xfffff000;
		assert_free_refused(m, by_addr, "0xfffff000 has no page descriptor");
		assert_free_refused(m, free_op(0xfffffff0, 0), "0xfffffff0 has no page descriptor");
		assert_free_refused(m, free_op(0xa0, 0),
				    m->kind[0xa0] == MM386_KIND_HOLE
					    ? "frame 0xa0 was never handed out: it is hole"
					    : "frame 0xa0 was never handed out: it is reserved");
		assert_true(apply(m, free_op(pfn, 2)).ok);
		assert_int_equal(apply(m, free_op(pfn, 2)).why[0].code, MM386_WHY_DOUBLE_FREE);
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/* A second free of a frame that has merged away names the block that swallowed it. */
static void test_op_double_free_names_the_block(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 64);
	pfn_t pfn = take(m, "GFP_KERNEL", 10);
	char text[160];

	(void)state;
	assert_true(apply(m, free_op(pfn, 10)).ok);
	snprintf(text, sizeof(text), "frame 0x%x is free already, in a block of order 10 at 0x%x",
		 pfn + 77, pfn);
	assert_free_refused(m, free_op(pfn + 77, 0), text);
	mm386_free(m);
}

static void test_op_free_by_address(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	struct mm386_result res = apply(m, alloc_op("GFP_KERNEL", 3));
	struct mm386_op op = {.id = MM386_OP_FREE_PAGES, .given = 1 | 4, .arg = {res.va, 0, 3}};
	pfn_t pfn = res.pfn;

	(void)state;
	res = apply(m, op);
	assert_true(res.ok);
	assert_int_equal(res.pfn, pfn);
	assert_machine_valid(m);
	mm386_free(m);
}

/* ---- events in the kernel's order -------------------------------------------------- */

struct tale {
	char text[600];
};

static void tell(void *arg, const struct mm386_event *ev)
{
	struct tale *t = arg;
	size_t len = strlen(t->text);

	snprintf(t->text + len, sizeof(t->text) - len, "%s ",
		 mm386_event_desc((enum mm386_event_type)ev->type)->name);
}

static void test_op_events_come_in_the_kernels_order(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 64);
	struct tale t = {""};
	pfn_t pfn;

	(void)state;
	mm386_set_sink(m, tell, &t);
	pfn = take(m, "GFP_KERNEL|__GFP_MOVABLE|__GFP_ZERO", 10);
	assert_string_equal(t.text, "zone_try mm_page_alloc_zone_locked clear_page mm_page_alloc ");
	apply(m, free_op(pfn, 10));
	while (m->s->zone[1].nr_blocks[9])
		take(m, "GFP_KERNEL|__GFP_MOVABLE", 9);
	t.text[0] = '\0';
	pfn = take(m, "GFP_KERNEL|__GFP_MOVABLE", 9);
	assert_string_equal(t.text,
			    "zone_try buddy_split mm_page_alloc_zone_locked mm_page_alloc ");
	t.text[0] = '\0';
	apply(m, free_op(pfn, 9));
	assert_string_equal(t.text, "mm_page_free buddy_merge buddy_free ");
	t.text[0] = '\0';
	apply(m, free_op(pfn, 9));
	assert_string_equal(t.text, "bad_page ");
	mm386_set_sink(m, NULL, NULL);
	t.text[0] = '\0';
	take(m, "GFP_KERNEL", 0);
	assert_string_equal(t.text, "");
	mm386_free(m);
}

static void hear_bad(void *arg, const struct mm386_event *ev)
{
	if (ev->type == MM386_EVENT_BAD_FREE)
		*(struct mm386_event *)arg = *ev;
}

/* A free that is refused is told with what is there: the block, and of what kind the frame is. */
static void test_op_bad_free_is_told_with_its_reason(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 64);
	pfn_t block = take(m, "GFP_KERNEL", 3);
	const struct {
		pfn_t pfn, head;
		unsigned order, head_order;
		uint8_t kind;
		const char *reason;
	} rows[] = {
		{block, block, 2, 3, MM386_KIND_PAGES, "handed out with another order"},
		{block + 1, block, 0, 3, MM386_KIND_PAGES, "inside a block"},
		{0, NO_PFN, 0, MM386_NO_ORDER, MM386_KIND_BOOT, "never handed out"},
		{m->s->nr_frames, NO_PFN, 0, MM386_NO_ORDER, MM386_KIND_HOLE, "no page descriptor"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm386_event ev = {.seq = 0};

		mm386_set_sink(m, hear_bad, &ev);
		assert_false(apply(m, free_op(rows[i].pfn, rows[i].order)).ok);
		assert_int_equal(ev.arg[0], rows[i].pfn);
		assert_string_equal(mm386_why_name((enum mm386_why_code)ev.arg[2]), rows[i].reason);
		assert_int_equal(ev.arg[3], rows[i].head);
		assert_int_equal(ev.arg[4], rows[i].head_order);
		assert_int_equal(ev.arg[5], rows[i].kind);
	}
	for (unsigned code = 0; code < MM386_NR_WHYS; code++) {
		struct mm386_why why = {.code = (uint16_t)code, .a = 1};
		char text[200] = "";

		assert_non_null(mm386_why_name((enum mm386_why_code)code));
		mm386_why_format(m, &why, text, sizeof(text));
		assert_string_not_equal(text, ""); /* each is known to one of the rooms of why.c */
	}
	mm386_free(m);
}

struct booted {
	unsigned zones;
	struct mm386_zone_view zone[MM386_ZONES_MAX];
};

static void hear_boot(void *arg, const struct mm386_event *ev)
{
	struct booted *b = arg;
	struct mm386_zone_view *z = &b->zone[ev->arg[0]];

	assert_int_equal(ev->seq, 0);
	if (ev->type == MM386_EVENT_BOOT_ZONE) {
		b->zones++;
		z->start_pfn = ev->arg[1];
		z->managed = ev->arg[4];
	} else if (ev->type == MM386_EVENT_WATERMARKS) {
		for (unsigned i = 0; i < 3; i++)
			z->watermark[i] = ev->arg[1 + i];
		z->watermark_boost = ev->arg[4];
		z->watermark[MM386_WMARK_PROMO] = ev->arg[5];
	} else {
		assert_int_equal(ev->type, MM386_EVENT_LOWMEM_RESERVE);
		z->lowmem_reserve[ev->arg[1]] = ev->arg[2];
	}
}

/* Each zone once; its marks and reserves can be read from the events alone. */
static void test_op_boot_has_an_event_a_zone(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 1024);
		struct booted b = {0};

		mm386_boot_events(m, hear_boot, &b);
		assert_int_equal(b.zones, mm386_info(m)->nr_zones);
		for (unsigned i = 0; i < b.zones; i++) {
			struct mm386_zone_view v;

			mm386_zone(m, i, &v);
			assert_int_equal(b.zone[i].start_pfn, v.start_pfn);
			assert_int_equal(b.zone[i].managed, v.managed);
			assert_memory_equal(b.zone[i].watermark, v.watermark, sizeof(v.watermark));
			assert_memory_equal(b.zone[i].lowmem_reserve, v.lowmem_reserve,
					    sizeof(v.lowmem_reserve));
		}
		mm386_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_op_table_is_whole),
		cmocka_unit_test(test_op_malformed_changes_nothing),
		cmocka_unit_test(test_op_alloc_returns_frame_and_address),
		cmocka_unit_test(test_op_linear_address_excludes_highmem),
		cmocka_unit_test(test_op_order_at_max_order_is_refused),
		cmocka_unit_test(test_op_wrong_frees_are_refused),
		cmocka_unit_test(test_op_double_free_names_the_block),
		cmocka_unit_test(test_op_free_by_address),
		cmocka_unit_test(test_op_events_come_in_the_kernels_order),
		cmocka_unit_test(test_op_bad_free_is_told_with_its_reason),
		cmocka_unit_test(test_op_boot_has_an_event_a_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
