/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_compact_fast.c - compaction for a block, with its short cuts, as a real kernel did it.
 *
 * Debian's 6.1.0-50-686 with 128 MiB, when kcompactd ran for the first time after a fork of many
 * pages (order 10, for GFP_KERNEL, not for a request that waits): zone Normal's lists just before, the
 * CPU's lists as far as they left them, the page blocks that an earlier compact_memory marked, and
 * the pages that moved.  The steps are those of the kernel's trace, the lists after it are
 * those that were read from its memory; in between five blocks were handed out.
 */
#include "compact.h"
#include "machine.h"

#define NORMAL 1u
#define LIST_MAX 9

#define U MM386_MIGRATE_UNMOVABLE
#define M MM386_MIGRATE_MOVABLE
#define R MM386_MIGRATE_RECLAIMABLE

struct known_list {
	unsigned order;
	enum mm386_migratetype mt;
	pfn_t pfn[LIST_MAX]; /* head first; 0 past the last */
};

// clang-format off
static const struct known_list before[] = {
	{0, U, {0x5e5a, 0x72e2, 0x5ec9, 0x4ae1}},
	{0, M, {0x7f07, 0x1f33, 0x5982, 0x1f65}},
	{0, R, {0x41e6}},
	{1, U, {0x5e5e, 0x5e64, 0x5e58, 0x4ae2, 0x468a, 0x5eca}},
	{1, M, {0x7ee8, 0x1f30, 0x1f66, 0x1e70, 0x1ef6, 0x7fca, 0x1d86, 0x7ebe, 0x5980}},
	{2, U, {0x5e60, 0x4ae4, 0x5ecc, 0x468c}},
	{2, M, {0x5984, 0x1f60, 0x1f34}},
	{3, U, {0x4680, 0x4ae8, 0x5e50}},
	{3, M, {0x7ee0, 0x1f38, 0x1ef8, 0x7ce0, 0x5988, 0x1d88, 0x1f68}},
	{4, U, {0x5e40, 0x4690, 0x4af0, 0x4600}},
	{4, M, {0x1f20, 0x1f70, 0x7cd0, 0x5990, 0x1d90, 0x1e60}},
	{4, R, {0x41f0}},
	{5, U, {0x46a0, 0x47a0, 0x4aa0, 0x4660, 0x4620, 0x5ee0}},
	{5, M, {0x1f00, 0x1f40, 0x7ec0, 0x59a0, 0x1da0, 0x5820, 0x1e40}},
	{6, U, {0x5e00, 0x46c0, 0x47c0, 0x5e80}},
	{6, M, {0x5840, 0x1dc0, 0x1e00, 0x59c0}},
	{7, U, {0x4700, 0x4a00}},
	{7, M, {0x1f80, 0x5900, 0x5880}},
	{9, M, {0x5a00}},
	{9, R, {0x4200}},
};

static const struct known_list after[] = {
	{0, M, {0x7f07, 0x1f33}},
	{0, R, {0x41e6}},
	{1, U, {0x5e64, 0x5e58, 0x4ae2, 0x468a}},
	{1, M, {0x7ee8, 0x1f30, 0x1e70, 0x1ef6, 0x7fca, 0x1d86, 0x7ebe}},
	{2, U, {0x5e60, 0x4ae4, 0x468c}},
	{2, M, {0x1f34}},
	{3, U, {0x5ec8, 0x4680, 0x4ae8, 0x5e50}},
	{3, M, {0x7ee0, 0x1f38, 0x1ef8, 0x7ce0, 0x1d88}},
	{4, U, {0x5e40, 0x4690, 0x4af0, 0x4600}},
	{4, M, {0x1d90, 0x1e60, 0x1f20}},
	{4, R, {0x41f0}},
	{5, U, {0x46a0, 0x47a0, 0x4aa0, 0x4660, 0x4620, 0x5ee0}},
	{5, M, {0x1da0, 0x1e40, 0x1f00}},
	{6, U, {0x5e00, 0x46c0, 0x47c0, 0x5e80}},
	{6, M, {0x1dc0, 0x1e00, 0x1f40}},
	{7, U, {0x4700, 0x4a00}},
	{7, M, {0x1f80}},
	{9, R, {0x4200}},
	{10, M, {0x5800}},
};
// clang-format on

/* Of zone Normal's page blocks, from 0x1000 on. */
static const char types_before[] = "MMMMUUUUUUURRUUUUUMUUUUUUUUM";
static const char skip_before[] = "SSS.SSSSSSSSSSSSSS.........S"; /* S: compact_memory found nothing in it */
static const char types_after[] = "MMMMUUUUUUURRUUUUUMUUUUUUUUM";

static const pfn_t cpu_unmovable[] = {0x5ec8, 0x72e0, 0x72e1}, cpu_movable[] = {0x1f64};

static struct mm386_load_list list_of(const pfn_t *pfn)
{
	struct mm386_load_list l = {.pfn = pfn};

	while (l.nr < LIST_MAX && pfn[l.nr])
		l.nr++;
	return l;
}

static enum mm386_migratetype type_of(char letter)
{
	return letter == 'M' ? M : letter == 'R' ? R : U;
}

/* The machine as it was: RAM up to 0x7fda, its lists, and what may be moved. */
static struct mm386 *as_it_was(void)
{
	static struct mm386_load load;
	static pfn_t movable[33];
	struct mm386_load_pcp cpu = {.high = 360, .batch = 3};
	struct mm386_load_zone *to = &load.zone[NORMAL];
	uint8_t blocks[sizeof(types_before) - 1];
	struct mm386_config cfg;
	struct mm386 *m = NULL;

	mm386_config_init(&cfg);
	cfg.kernel = MM386_KERNEL_61;
	cfg.nr_e820 = 2;
	cfg.e820[0] = (struct mm386_e820_entry){.end = 0x9fbff, .type = MM386_E820_USABLE};
	cfg.e820[1] = (struct mm386_e820_entry){
		.start = 0x100000, .end = 0x7fd9fff, .type = MM386_E820_USABLE};
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	for (unsigned i = 0; i < 32; i++)
		movable[i] = 0x5800 + i;
	movable[32] = 0x5983;
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		to->free[before[i].order][before[i].mt] = list_of(before[i].pfn);
	for (size_t i = 0; i < sizeof(blocks); i++)
		blocks[i] = (uint8_t)type_of(types_before[i]);
	cpu.list[U] = (struct mm386_load_list){.pfn = cpu_unmovable, .nr = 3};
	cpu.list[M] = (struct mm386_load_list){.pfn = cpu_movable, .nr = 1};
	to->pcp = &cpu;
	to->pageblock = blocks;
	to->nr_pageblocks = sizeof(blocks);
	to->movable = (struct mm386_load_list){.pfn = movable, .nr = 33};
	to->has_marks = true;
	to->watermark[MM386_WMARK_MIN] = 288;
	to->watermark[MM386_WMARK_LOW] = 360;
	to->watermark[MM386_WMARK_HIGH] = 432;
	assert_int_equal(mm386_load(m, &load, NULL), 0);
	for (size_t i = 0; i < sizeof(blocks); i++)
		if (skip_before[i] == 'S')
			m->pageblock[m->s->zone[NORMAL].first_pageblock + i] |= PAGEBLOCK_SKIP;
	return m;
}

/* ---- what happened ---------------------------------------------------------------- */

/* "free" and "drain" with the frame, "begin" and "end" with the scanners'. */
struct step {
	const char *what;
	pfn_t a, b;
};

struct heard {
	size_t nr;
	struct step step[256];
};

static void hear(void *arg, const struct mm386_event *ev)
{
	struct heard *h = arg;
	struct step s = {.a = ev->arg[0]};

	switch (ev->type) {
	case MM386_EVENT_PAGE_FREE:
		s.what = "free";
		break;
	case MM386_EVENT_PCP_DRAIN:
		s.what = "drain";
		break;
	case MM386_EVENT_COMPACT_ISOLATE_FREE:
		s.what = "isolate"; /* the kernel scanned no page block for room */
		break;
	case MM386_EVENT_COMPACT_BEGIN:
	case MM386_EVENT_COMPACT_END:
		s = (struct step){ev->type == MM386_EVENT_COMPACT_BEGIN ? "begin" : "end",
				  ev->arg[2], ev->arg[3]};
		break;
	default:
		return;
	}
	assert_true(h->nr < 256);
	h->step[h->nr++] = s;
}

static size_t add_falling(struct step *to, const char *what, pfn_t first, pfn_t last)
{
	for (pfn_t pfn = first; pfn >= last; pfn--)
		*to++ = (struct step){what, pfn, 0};
	return first - last + 1;
}

/* The kernel's trace of that run. */
static size_t traced(struct step *s)
{
	static const pfn_t listed[] = {0x72e1, 0x72e0, 0x5ec8, 0x1f64};
	size_t n = 0;

	s[n++] = (struct step){"begin", 0x1000, 0x7c00};
	n += add_falling(s + n, "free", 0x581f, 0x5800);
	for (unsigned i = 0; i < 4; i++)
		s[n++] = (struct step){"drain", listed[i], 0};
	n += add_falling(s + n, "drain", 0x581f, 0x5800);
	s[n++] = (struct step){"free", 0x5983, 0};
	s[n++] = (struct step){"drain", 0x5983, 0};
	n += add_falling(s + n, "free", 0x7cde, 0x7cd0); /* 16 were taken, one was needed */
	s[n++] = (struct step){"end", 0x5c00, 0x7c00};
	return n;
}

static void hand_out(struct mm386 *m, unsigned order, pfn_t expected)
{
	struct mm386_op op = {.id = MM386_OP_RMQUEUE, .given = 7, .arg = {NORMAL, order, U}};

	assert_int_equal(apply(m, op).pfn, expected);
}

static void assert_lists_after(const struct mm386 *m)
{
	const struct zone *z = &m->s->zone[NORMAL];
	struct mm386_load_list expected[MM386_ORDERS][MM386_MIGRATETYPES] = {{{0}}};

	for (size_t i = 0; i < sizeof(after) / sizeof(after[0]); i++)
		expected[after[i].order][after[i].mt] = list_of(after[i].pfn);
	for (unsigned o = 0; o < MM386_ORDERS; o++) {
		for (unsigned mt = 0; mt < MM386_MIGRATETYPES; mt++) {
			pfn_t pfn = z->free[o][mt].head;

			assert_int_equal(z->free[o][mt].nr, expected[o][mt].nr);
			for (unsigned i = 0; i < expected[o][mt].nr; i++, pfn = m->page[pfn].next)
				assert_int_equal(pfn, expected[o][mt].pfn[i]);
		}
	}
	for (size_t i = 0; i < sizeof(types_after) - 1; i++)
		assert_int_equal(mm386_pageblock(m, NORMAL, (uint32_t)i), type_of(types_after[i]));
}

/* Step by step the kernel's, and every list in its order, turned ones too. */
static void test_compact_fast_as_the_kernel_did(void **state)
{
	static struct heard h;
	static struct step expected[256];
	struct mm386 *m = as_it_was();
	struct compact c = {
		.zone = &m->s->zone[NORMAL],
		.order = 10,
		.search_order = 10,
		.mt = U,
		.mode = COMPACT_SYNC_LIGHT,
		.highest = NORMAL,
	};
	size_t nr = traced(expected);

	(void)state;
	mm386_set_sink(m, hear, &h);
	assert_int_equal(compact_zone(m, &c), MM386_COMPACT_SUCCESS);
	mm386_set_sink(m, NULL, NULL);
	assert_machine_valid(m);
	for (size_t i = 0; i < nr && i < h.nr; i++) {
		assert_string_equal(h.step[i].what, expected[i].what);
		assert_int_equal(h.step[i].a, expected[i].a);
		assert_int_equal(h.step[i].b, expected[i].b);
	}
	assert_int_equal(h.nr, nr);
	/* The next run began at 0x2400, says the trace: a page block past the last that had nothing. */
	assert_int_equal(m->s->zone[NORMAL].compact.migrate_pfn[1], 0x2400);
	assert_int_equal(m->s->zone[NORMAL].compact.free_pfn, 0x7c00);
	hand_out(m, 0, 0x5e5a);
	hand_out(m, 0, 0x72e2);
	hand_out(m, 0, 0x4ae1);
	hand_out(m, 1, 0x72e0);
	hand_out(m, 1, 0x5e5e);
	assert_lists_after(m);
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compact_fast_as_the_kernel_did),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
