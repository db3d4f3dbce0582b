/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_mobility.c - whose page block a block is taken from, what goes with it, and what is
 * kept for the worst; release by release.
 *
 * Machines of 64 MiB are given free lists by hand.  Normal begins at 0x1000; its page
 * block n at BLOCK(n).
 */
#include "boot.h"
#include "machine.h"

#define U	 MM386_MIGRATE_UNMOVABLE
#define M	 MM386_MIGRATE_MOVABLE
#define R	 MM386_MIGRATE_RECLAIMABLE
#define KEPT	 MM386_MIGRATE_RESERVED
#define NORMAL	 1
#define BLOCK(n) (0x1000u + (n)*1024u)

/* With an image that begins at 1 MiB where it is asked to be small. */
static struct mm386 *boot_release(uint32_t release, uint64_t bytes, bool pae)
{
	struct mm386_config cfg = release_config(release, bytes);

	cfg.pae = pae;
	if (bytes < 24 * MIB)
		cfg.physical_start = MIB;
	return boot_config(&cfg);
}

/* A free block, and the list that it is on. */
struct block {
	pfn_t pfn;
	unsigned order;
	enum mm386_migratetype mt;
};

/*
 * A machine of ${release} whose zone Normal has these free blocks and no others; all its page
 * blocks are of type ${types}; the ${nr_movable} frames from ${movable} on are a process's.
 */
static struct mm386 *with_blocks(uint32_t release, enum mm386_migratetype types,
				 const struct block *blocks, unsigned nr, pfn_t movable,
				 unsigned nr_movable)
{
	struct mm386 *m = boot_release(release, 64 * MIB, false);
	struct mm386_load *load = calloc(1, sizeof(*load));
	struct mm386_load_zone *lz = &load->zone[NORMAL];
	pfn_t list[MM386_ORDERS][MM386_MIGRATETYPES][4], frames[1024];
	uint8_t pageblock[64];

	assert_non_null(load);
	memset(pageblock, types, sizeof(pageblock));
	lz->pageblock = pageblock;
	lz->nr_pageblocks = m->s->zone[NORMAL].nr_pageblocks;
	for (unsigned i = 0; i < nr; i++) {
		struct mm386_load_list *l = &lz->free[blocks[i].order][blocks[i].mt];

		l->pfn = list[blocks[i].order][blocks[i].mt];
		list[blocks[i].order][blocks[i].mt][l->nr++] = blocks[i].pfn;
	}
	for (unsigned i = 0; i < nr_movable; i++)
		frames[i] = movable + i;
	lz->movable = (struct mm386_load_list){.pfn = frames, .nr = nr_movable};
	assert_int_equal(mm386_load(m, load, NULL), 0);
	assert_machine_valid(m);
	free(load);
	return m;
}

static struct mm386_result rmqueue(struct mm386 *m, unsigned order, enum mm386_migratetype mt)
{
	return apply(m, (struct mm386_op){
				.id = MM386_OP_RMQUEUE, .given = 7, .arg = {NORMAL, order, mt}});
}

static enum mm386_migratetype type_of(const struct mm386 *m, pfn_t pfn)
{
	return pageblock_mt(m, &m->s->zone[NORMAL], pfn);
}

static uint32_t pages_of(const struct mm386 *m, enum mm386_migratetype mt)
{
	uint32_t pages = 0;

	for (unsigned o = 0; o < MM386_ORDERS; o++)
		pages += m->s->zone[NORMAL].free[o][mt].nr << o;
	return pages;
}

/* ---- boot -------------------------------------------------------------------------- */

static void assert_types(const struct mm386 *m, unsigned zone, const char *expected)
{
	char text[64] = "";
	struct mm386_zone_view v;

	mm386_zone(m, zone, &v);
	for (uint32_t i = 0; i < v.nr_pageblocks && i < sizeof(text) - 1; i++)
		text[i] = "UMRHI"[mm386_pageblock(m, zone, i)];
	assert_int_equal(v.nr_pageblocks, strlen(expected));
	assert_string_equal(text, expected);
}

/* DMA begins at frame 1 in 6.1, at 0 in 2.6.32: whether page block 0 has its first frame in the
 * zone. */
static void test_mobility_boot_types(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 64 * MIB, false);

	(void)state;
	assert_int_equal(mm386_info(m)->pageblock_order, 10);
	assert_types(m, 0, "UMMM");
	assert_types(m, 1, "MMMMMMMMMMMM");
	mm386_free(m);
	m = boot_release(KVER(6, 1, 0), 36 * MIB, true);
	assert_int_equal(mm386_info(m)->pageblock_order, 9);
	assert_types(m, 0, "UMMMMMMM");
	assert_types(m, 1, "MMMMMMMMMM");
	mm386_free(m);
	m = boot_release(KVER(2, 6, 18), 64 * MIB, false);
	assert_int_equal(mm386_info(m)->nr_migratetypes, 1);
	assert_int_equal(mm386_info(m)->pageblock_order, 0);
	assert_null(mm386_migratetype_name(m, M));
	mm386_free(m);
}

/* A page block that begins in a hole is UNMOVABLE since 5.8, when only what is there was looked at.
 */
static void test_mobility_boot_types_of_a_hole(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct mm386_config cfg;
		struct mm386 *m;

		mm386_config_init(&cfg);
		cfg.kernel = MM386_KERNEL_61;
		cfg.release = i ? KVER(5, 8, 0) : KVER(5, 7, 0);
		cfg.nr_e820 = 3;
		cfg.e820[0] = (struct mm386_e820_entry){0, 0x9fbff, MM386_E820_USABLE, 0};
		cfg.e820[1] = (struct mm386_e820_entry){0x100000, 0x2ffffff, MM386_E820_USABLE, 0};
		cfg.e820[2] = (struct mm386_e820_entry){0x3010000, 0x3ffffff, MM386_E820_USABLE, 0};
		assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
		assert_types(m, 1, i ? "MMMMMMMMUMMM" : "MMMMMMMMMMMM");
		mm386_free(m);
	}
}

/* HighMem of 2.6.32 begins at 0x377fe, and its page blocks there; 6.1's are aligned, so the first
 * is cut. */
static void test_mobility_page_blocks_of_an_odd_zone(void **state)
{
	struct mm386 *m = boot_release(KVER(2, 6, 32), 900 * MIB, false);
	struct mm386_zone_view v;

	(void)state;
	mm386_zone(m, 2, &v);
	assert_int_equal(v.start_pfn, 0x377fe);
	assert_int_equal(v.pageblock_start, 0x377fe);
	assert_int_equal(pageblock_mt(m, &m->s->zone[2], 0x377fe + 1023), KEPT);
	assert_int_equal(pageblock_mt(m, &m->s->zone[2], 0x377fe + 1024), M);
	mm386_free(m);
	m = boot_release(KVER(6, 1, 0), 900 * MIB, false);
	mm386_zone(m, 2, &v);
	assert_int_equal(v.start_pfn, 0x36bfe);
	assert_int_equal(v.pageblock_start, 0x36800);
	assert_int_equal(pageblock_mt(m, &m->s->zone[2], 0x36bfe), U);
	assert_int_equal(pageblock_mt(m, &m->s->zone[2], 0x36c00), M);
	mm386_free(m);
}

/* Under five page blocks of memory nothing is grouped; from 2.6.31 on it takes a few fallbacks to
 * show. */
static void test_mobility_is_off_in_small_machines(void **state)
{
	static const uint32_t releases[] = {KVER(2, 6, 30), KVER(2, 6, 32)};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct mm386 *m = boot_release(releases[i], 16 * MIB, false);
		struct mm386_result res;

		assert_true(m->s->mobility_disabled);
		/* 2.6.32 has taken the last for RESERVE, as which it cannot be marked. */
		assert_int_equal(pageblock_mt(m, &m->s->zone[0], 0x400), i == 0 ? U : M);
		assert_int_equal(pageblock_mt(m, &m->s->zone[0], 0xc00), U);
		res = apply(m, alloc_op("GFP_KERNEL|__GFP_MOVABLE", 0));
		assert_true(res.ok);
		assert_int_equal(m->page[res.pfn].mt, U);
		assert_int_equal(pageblock_mt(m, &m->s->zone[res.zone], res.pfn), U);
		assert_machine_valid(m);
		mm386_free(m);
	}
	/* 64 MiB are enough. */
	struct mm386 *m = boot_release(KVER(2, 6, 32), 64 * MIB, false);

	assert_false(m->s->mobility_disabled);
	mm386_free(m);
}

/* ---- fallback ------------------------------------------------------------------------ */

/*
 * One frame for UNMOVABLE out of a block of 16 in a MOVABLE page block that has 4 more free frames.
 * Who gets the 15 that the split leaves, and the other 4?
 */
static void test_mobility_what_a_split_leaves(void **state)
{
	static const struct {
		uint32_t release;
		uint32_t ours, theirs; /* free pages of UNMOVABLE and MOVABLE afterwards */
	} rows[] = {
		{KVER(2, 6, 24), 0, 19}, {KVER(2, 6, 32), 0, 19}, {KVER(3, 4, 0), 0, 19},
		{KVER(3, 5, 0), 15, 4},	 {KVER(3, 12, 0), 15, 4}, {KVER(3, 13, 0), 0, 19},
		{KVER(4, 0, 0), 19, 0},	 {KVER(4, 12, 0), 19, 0}, {KVER(6, 1, 0), 19, 0},
	};
	const struct block blocks[] = {{BLOCK(6), 4, M}, {BLOCK(6) + 64, 2, M}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm386 *m = with_blocks(rows[i].release, M, blocks, 2, 0, 0);

		/* What is in use there cannot be moved. */
		for (pfn_t p = BLOCK(6); p < BLOCK(7); p++)
			if (m->page[p].flags == PF_HEAD)
				m->page[p].op = MM386_OP_ALLOC_PAGES;
		digest_init(m);
		/* 6.1 finds 4 of 1000 movable in the whole and would take the page block over. */
		assert_true(rmqueue(m, 0, U).ok);
		if (pages_of(m, U) != rows[i].ours || pages_of(m, M) != rows[i].theirs)
			fail_msg("%x: %u and %u pages, not %u and %u", rows[i].release,
				 pages_of(m, U), pages_of(m, M), rows[i].ours, rows[i].theirs);
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/* A block of 32, half a page block's order, takes all free frames of its page block along;
 * RECLAIMABLE always. */
static void test_mobility_large_blocks_take_the_rest_along(void **state)
{
	static const uint32_t releases[] = {KVER(2, 6, 32), KVER(3, 12, 0), KVER(4, 4, 0),
					    KVER(6, 1, 0)};
	const struct block large[] = {{BLOCK(6) + 32, 5, U}, {BLOCK(6) + 128, 1, U}};
	const struct block small[] = {{BLOCK(6) + 16, 4, U}, {BLOCK(6) + 128, 1, U}};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct mm386 *m = with_blocks(releases[i], U, large, 2, 0, 0);

		assert_int_equal(rmqueue(m, 0, M).pfn, i < 3 ? BLOCK(6) + 32 : BLOCK(6) + 128);
		assert_int_equal(pages_of(m, U), 0);
		assert_int_equal(pages_of(m, M), 33);
		assert_int_equal(type_of(m, BLOCK(6)), U); /* 34 of 1024 are no half */
		mm386_free(m);
		m = with_blocks(releases[i], U, small, 2, 0, 0);
		assert_true(rmqueue(m, 0, R).ok);
		assert_int_equal(pages_of(m, R), 17);
		mm386_free(m);
	}
}

/* MOVABLE that may not have the whole takes the smallest since 4.13, before that the largest. */
static void test_mobility_movable_takes_the_smallest(void **state)
{
	const struct block blocks[] = {{BLOCK(6) + 16, 4, U}, {BLOCK(7), 1, U}, {BLOCK(8), 3, R}};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		static const uint32_t releases[] = {KVER(4, 11, 0), KVER(4, 12, 0), KVER(4, 13, 0)};
		struct mm386 *m = with_blocks(releases[i], U, blocks, 3, 0, 0);

		assert_int_equal(rmqueue(m, 0, M).pfn, i < 2 ? BLOCK(6) + 16 : BLOCK(7));
		assert_int_equal(pages_of(m, U), i < 2 ? 2 : 16);
		mm386_free(m);
	}
}

/* Lists are asked in each type's own order: of two blocks alike, RECLAIMABLE's is MOVABLE's and
 * UNMOVABLE's choice. */
static void test_mobility_order_of_types(void **state)
{
	const struct block blocks[] = {{BLOCK(6), 6, U}, {BLOCK(7), 6, M}, {BLOCK(8), 6, R}};

	(void)state;
	for (unsigned mt = U; mt <= R; mt++) {
		struct block two[2];
		unsigned n = 0;
		struct mm386 *m;

		for (unsigned i = 0; i < 3; i++)
			if (blocks[i].mt != mt)
				two[n++] = blocks[i];
		m = with_blocks(KVER(6, 1, 0), M, two, 2, 0, 0);
		assert_int_equal(rmqueue(m, 0, mt).pfn, mt == R ? BLOCK(6) : BLOCK(8));
		mm386_free(m);
	}
}

/*
 * Half of a page block decides whose it is.  Up to 4.11 its free frames count alone; later what a
 * MOVABLE one has in use that cannot be moved counts for UNMOVABLE, what can be for MOVABLE.
 */
static void test_mobility_half_decides_ownership(void **state)
{
	static const struct {
		uint32_t release;
		enum mm386_migratetype of, to;
		unsigned movable; /* of 1024 - 64 frames in use */
		bool changes;
	} rows[] = {
		{KVER(4, 11, 0), M, U, 0, false},   {KVER(6, 1, 0), M, U, 0, true},
		{KVER(6, 1, 0), M, U, 512, true},   {KVER(6, 1, 0), M, U, 513, false},
		{KVER(6, 1, 0), U, M, 447, false},  {KVER(6, 1, 0), U, M, 448, true},
		{KVER(4, 11, 0), U, M, 900, false}, {KVER(6, 1, 0), R, U, 900, false},
		{KVER(6, 1, 0), R, U, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct block free_block = {BLOCK(6), 6, rows[i].of};
		struct mm386 *m = with_blocks(rows[i].release, rows[i].of, &free_block, 1,
					      BLOCK(6) + 64, rows[i].movable);

		for (pfn_t p = BLOCK(6) + 64 + rows[i].movable; p < BLOCK(7); p++)
			m->page[p].op =
				MM386_OP_ALLOC_PAGES; /* somebody knows: it cannot be moved */
		digest_init(m);
		assert_true(rmqueue(m, 0, rows[i].to).ok);
		if (type_of(m, BLOCK(6)) != (rows[i].changes ? rows[i].to : rows[i].of))
			fail_msg("row %zu: the page block is of type %u", i, type_of(m, BLOCK(6)));
		assert_int_equal(pages_of(m, rows[i].to), 63);
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/* Where nobody knows what the frames in use are for, a trace's word decides, and the story says so.
 */
static void hear_told(void *arg, const struct mm386_event *ev)
{
	if (ev->type == MM386_EVENT_OWNERSHIP_TOLD)
		memcpy(arg, ev->arg, sizeof(ev->arg));
}

static void test_mobility_a_trace_is_believed_where_nothing_is_known(void **state)
{
	const struct block free_block = {BLOCK(6), 6, M};

	(void)state;
	for (uint64_t word = 0; word < 3; word++) {
		struct mm386 *m = with_blocks(KVER(6, 1, 0), M, &free_block, 1, 0, 0);
		uint32_t told[MM386_EVENT_ARGS] = {0};

		mm386_set_sink(m, hear_told, told);
		assert_true(apply(m, (struct mm386_op){.id = MM386_OP_RMQUEUE,
						       .given = 15,
						       .arg = {NORMAL, 0, U, word}})
				    .ok);
		assert_int_equal(type_of(m, BLOCK(6)), word == MOBILITY_CHANGED ? U : M);
		assert_int_equal(told[0], BLOCK(6));
		assert_int_equal(told[1], 64);
		assert_int_equal(told[3], 1024 - 64);
		assert_int_equal(told[4], word != MOBILITY_NOT_TOLD);
		mm386_free(m);
	}
}

/* Whole page blocks: with PAE a block of order 10 is two, and before 2.6.32 one of them was
 * forgotten. */
static void test_mobility_blocks_of_two_page_blocks(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		static const uint32_t releases[] = {KVER(2, 6, 31), KVER(2, 6, 32), KVER(6, 1, 0)};
		struct mm386 *m = boot_release(releases[i], 64 * MIB, true);

		while (m->s->zone[NORMAL].free[10][M].nr) {
			pfn_t pfn = m->s->zone[NORMAL].free[10][M].head;

			assert_int_equal(rmqueue(m, 10, U).pfn, pfn);
			assert_int_equal(type_of(m, pfn), U);
			assert_int_equal(type_of(m, pfn + 512), i == 0 ? M : U);
		}
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/* What changes its type goes to the tail since 5.10, to the head before. */
static void test_mobility_moved_blocks_go_to_the_tail(void **state)
{
	const struct block blocks[] = {
		{BLOCK(6) + 32, 5, M}, {BLOCK(6) + 128, 3, M}, {BLOCK(6) + 256, 3, M}};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct mm386 *m =
			with_blocks(i ? KVER(5, 10, 0) : KVER(5, 9, 0), M, blocks, 3, 0, 0);

		assert_int_equal(rmqueue(m, 5, U).pfn, BLOCK(6) + 32);
		assert_int_equal(m->s->zone[NORMAL].free[3][U].head, BLOCK(6) + (i ? 128 : 256));
		mm386_free(m);
	}
}

/*
 * Since 6.10 a page block changes lists as a whole or not at all: with 500 movable frames it
 * becomes UNMOVABLE's, with 600 the rest of the split stays where it was.
 */
static void test_mobility_lists_match_page_blocks(void **state)
{
	const struct block blocks[] = {{BLOCK(6), 4, M}, {BLOCK(6) + 64, 2, M}};

	(void)state;
	for (unsigned movable = 500; movable <= 600; movable += 100) {
		struct mm386 *m =
			with_blocks(KVER(6, 12, 0), M, blocks, 2, BLOCK(6) + 128, movable);
		bool ours = movable == 500;

		for (pfn_t p = BLOCK(6) + 16; p < BLOCK(7); p++)
			if (m->kind[p] == MM386_KIND_PAGES)
				m->page[p].op = MM386_OP_ALLOC_PAGES;
		digest_init(m);
		assert_int_equal(rmqueue(m, 0, U).pfn, BLOCK(6) + (ours ? 64 : 0));
		assert_int_equal(type_of(m, BLOCK(6)), ours ? U : M);
		assert_int_equal(pages_of(m, U), ours ? 19 : 0);
		assert_int_equal(pages_of(m, M), ours ? 0 : 19);
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/* 6.15 looks on for a page block that can become ours; only then it takes a part of the smallest.
 */
static void test_mobility_claims_first(void **state)
{
	const struct block blocks[] = {{BLOCK(6), 6, M}, {BLOCK(7), 3, M}, {BLOCK(8), 1, M}};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct mm386 *m = with_blocks(i ? KVER(6, 15, 0) : KVER(6, 14, 0), M, blocks, 3,
					      BLOCK(6) + 64, 960);

		for (pfn_t p = BLOCK(7); p < BLOCK(8) + 1024; p++)
			if (m->kind[p] == MM386_KIND_PAGES) {
				m->kind[p] = i == 2 ? MM386_KIND_USER : MM386_KIND_PAGES;
				m->page[p].op = MM386_OP_ALLOC_PAGES;
			}
		digest_init(m);
		assert_int_equal(rmqueue(m, 0, U).pfn, BLOCK(6 + i));
		assert_int_equal(type_of(m, BLOCK(6 + i)), i == 1 ? U : M);
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/* For a CPU's list many are taken at once: after a part of a foreign block no page block is tried. */
static void test_mobility_bulk_goes_on_as_it_began(void **state)
{
	const struct block blocks[] = {{BLOCK(6), 0, M}, {BLOCK(7), 3, M}};

	(void)state;
	for (unsigned stole = 0; stole < 2; stole++) {
		struct mm386 *m = with_blocks(KVER(6, 15, 0), M, blocks, 2, BLOCK(6) + 1, 1023);
		struct zone *z = &m->s->zone[NORMAL];

		for (pfn_t p = BLOCK(7); p < BLOCK(8); p++)
			if (m->kind[p] == MM386_KIND_PAGES)
				m->page[p].op = MM386_OP_ALLOC_PAGES;
		m->in_bulk = true;
		m->steals = stole;
		assert_int_equal(mobility_fallback(m, z, 0, U, MOBILITY_NOT_TOLD),
				 BLOCK(stole ? 6 : 7));
		assert_int_equal(type_of(m, BLOCK(7)), stole ? M : U);
		assert_int_equal(m->steals, stole);
		mm386_free(m);
	}
}

/* 6.15's ways were put back into two older releases. */
static void test_mobility_stable_releases_claim_first(void **state)
{
	static const struct {
		uint32_t release;
		bool first;
	} rows[] = {{KVER(6, 12, 28), false}, {KVER(6, 12, 29), true}, {KVER(6, 13, 12), false},
		    {KVER(6, 14, 6), false},  {KVER(6, 14, 7), true},  {KVER(6, 15, 0), true}};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm386 *m = boot_release(rows[i].release, 64 * MIB, false);

		assert_int_equal(m->s->profile.fallback == FALLBACK_CLAIM_FIRST, rows[i].first);
		mm386_free(m);
	}
}

/* With PAE two page blocks that merge are one type's afterwards, that of the block that came free.
 */
static void test_mobility_merging_page_blocks_become_one_type(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct mm386 *m = boot_release(i ? KVER(6, 10, 0) : KVER(6, 1, 0), 64 * MIB, true);
		pfn_t pfn = rmqueue(m, 10, M).pfn;
		struct mm386_op give = {.id = MM386_OP_FREE_ONE_PAGE, .given = 3, .arg = {pfn, 9}};

		pageblock_set_mt(m, &m->s->zone[NORMAL], pfn + 512, U);
		assert_true(apply(m, give).ok);
		give.arg[0] += 512;
		assert_true(apply(m, give).ok);
		assert_int_equal(m->page[pfn].order, 10);
		assert_int_equal(m->page[pfn].mt, U);
		assert_int_equal(type_of(m, pfn), i ? U : M);
		mm386_free(m);
	}
}

/* Two blocks of four frames on the lists of UNMOVABLE in ${zone} of ${m}, and no others anywhere.
 */
static void give_pair(struct mm386 *m, unsigned zone, pfn_t first, pfn_t second)
{
	struct mm386_load *load = calloc(1, sizeof(*load));
	const pfn_t list[] = {first, second};

	assert_non_null(load);
	load->zone[zone].free[2][U] = (struct mm386_load_list){.pfn = list, .nr = 2};
	assert_int_equal(mm386_load(m, load, NULL), 0);
	free(load);
}

/* At a zone's end a page block that is cut short does not move; at its start only from the block
 * on. */
static void test_mobility_page_blocks_that_are_cut(void **state)
{
	struct mm386 *m = boot_with(MM386_KERNEL_61, 96, "highmem=16M");
	pfn_t start = m->s->zone[2].start_pfn, end = m->s->zone[2].end_pfn;

	(void)state;
	assert_int_equal(start % 1024, 1024 - 32);
	assert_int_equal(end % 1024, 1024 - 32);
	give_pair(m, 2, start + 16, start + 4);
	assert_int_equal(mobility_fallback(m, &m->s->zone[2], 2, R, MOBILITY_NOT_TOLD), start + 16);
	assert_int_equal(m->page[start + 4].mt, U);
	give_pair(m, 2, start + 4, start + 16);
	assert_int_equal(mobility_fallback(m, &m->s->zone[2], 2, R, MOBILITY_NOT_TOLD), start + 4);
	assert_int_equal(m->page[start + 16].mt, R);
	give_pair(m, 2, end - 16, end - 4);
	assert_int_equal(mobility_fallback(m, &m->s->zone[2], 2, R, MOBILITY_NOT_TOLD), end - 16);
	assert_int_equal(m->page[end - 4].mt, U);
	mm386_free(m);
}

/* Off, grouping lets every fallback take the page block over, however little of it is free. */
static void test_mobility_off_takes_every_page_block(void **state)
{
	static const uint32_t releases[] = {KVER(2, 6, 32), KVER(4, 4, 0), KVER(6, 1, 0)};
	const struct block free_block = {BLOCK(6), 0, M};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct mm386 *m = with_blocks(releases[i], M, &free_block, 1, BLOCK(6) + 1, 1023);

		m->s->mobility_disabled = true;
		assert_int_equal(rmqueue(m, 0, U).pfn, BLOCK(6));
		assert_int_equal(type_of(m, BLOCK(6)), U);
		mm386_free(m);
	}
}

/* What lies in a page block that is kept moves alone: its neighbours stay, and so does the type. */
static void test_mobility_a_kept_page_block_is_not_taken_over(void **state)
{
	const struct block blocks[] = {{BLOCK(6), 9, M}, {BLOCK(6) + 512, 8, M}};
	struct mm386 *m = with_blocks(KVER(6, 1, 0), KEPT, blocks, 2, 0, 0);

	(void)state;
	assert_int_equal(rmqueue(m, 9, U).pfn, BLOCK(6));
	assert_int_equal(type_of(m, BLOCK(6)), KEPT);
	assert_int_equal(pages_of(m, M), 256);
	mm386_free(m);
}

/* ---- boost ---------------------------------------------------------------------------- */

/*
 * Each time types are mixed the marks rise by a page block, to half as much again as the high one
 * at most, but a page block at least.  Taking whole page blocks mixes nothing; 5.7 spares small
 * zones.
 */
static void test_mobility_mixing_types_boosts_the_marks(void **state)
{
	static const struct {
		uint32_t release;
		unsigned order;
		uint32_t managed, high, before, after;
	} rows[] = {
		{KVER(6, 1, 0), 6, 12000, 200, 0, 1024},
		{KVER(6, 1, 0), 6, 12000, 200, 1000, 1024},
		{KVER(6, 1, 0), 6, 12000, 2000, 0, 1024},
		{KVER(6, 1, 0), 6, 12000, 2000, 1024, 2048},
		{KVER(6, 1, 0), 6, 12000, 2000, 2048, 3000},
		{KVER(6, 1, 0), 10, 12000, 2000, 0, 0},
		{KVER(6, 1, 0), 6, 12000, 0, 0, 0},
		{KVER(6, 1, 0), 6, 4095, 200, 0, 0},
		{KVER(6, 1, 0), 6, 4096, 200, 0, 1024},
		{KVER(5, 4, 0), 6, 4095, 200, 0, 1024},
		{KVER(4, 20, 0), 6, 12000, 2000, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct block from = {BLOCK(6), rows[i].order, M};
		struct mm386 *m = with_blocks(rows[i].release, M, &from, 1, 0, 0);
		struct zone *z = &m->s->zone[NORMAL];

		z->managed = rows[i].managed;
		z->watermark[MM386_WMARK_HIGH] = rows[i].high;
		z->watermark_boost = rows[i].before;
		assert_int_not_equal(mobility_fallback(m, z, 0, U, MOBILITY_NOT_TOLD), NO_PFN);
		if (z->watermark_boost != rows[i].after)
			fail_msg("row %zu: boost %u, not %u", i, z->watermark_boost, rows[i].after);
		mm386_free(m);
	}
}

/* ---- what is kept ------------------------------------------------------------------------ */

/* As many page blocks as the min mark fills, up to 2.6.31 without a limit; the first that are
 * MOVABLE. */
static void test_mobility_reserve_follows_the_min_mark(void **state)
{
	static const uint32_t releases[] = {KVER(2, 6, 31), KVER(2, 6, 32), KVER(4, 3, 0),
					    KVER(4, 4, 0)};
	static const char *const expected[] = {"HHHMMMMMMMMM", "HHMMMMMMMMMM", "HHMMMMMMMMMM",
					       "MMMMMMMMMMMM"};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct mm386 *m = boot_release(releases[i], 64 * MIB, false);
		struct zone *z = &m->s->zone[NORMAL];
		char text[13] = "";

		/* As if boot had kept nothing: every page block is whole. */
		for (pfn_t p = z->start_pfn; p < z->end_pfn; p++)
			if (m->kind[p] != MM386_KIND_FREE)
				m->kind[p] = MM386_KIND_PAGES;
		for (unsigned mark = 2049; mark; mark = mark > 1) {
			z->watermark[MM386_WMARK_MIN] = mark;
			kept_setup_reserve(m, z);
			for (unsigned b = 0; b < 12; b++)
				text[b] = "UMRHI"[mm386_pageblock(m, NORMAL, b)];
			assert_string_equal(text,
					    mark > 1 || i == 3 ? expected[i] : "HMMMMMMMMMMM");
		}
		mm386_free(m);
	}
}

/* RESERVE gives only when no other list can; what 4.4 keeps for atomic requests is not asked at
 * all. */
static void test_mobility_reserve_is_the_last(void **state)
{
	const struct block blocks[] = {{BLOCK(6), 0, KEPT}, {BLOCK(8), 0, R}};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct mm386 *m =
			with_blocks(i ? KVER(4, 4, 0) : KVER(4, 3, 0), M, blocks, 2, 0, 0);

		assert_int_equal(rmqueue(m, 0, U).pfn, BLOCK(8));
		assert_int_equal(rmqueue(m, 0, U).pfn, i ? NO_PFN : BLOCK(6));
		if (i)
			assert_int_equal(rmqueue(m, 0, KEPT).pfn, BLOCK(6));
		mm386_free(m);
	}
}

/* A page block for each atomic request of higher order, up to a hundredth of the zone and one. */
static void test_mobility_highatomic_has_a_most(void **state)
{
	static const struct {
		uint32_t release, managed, reserved;
	} rows[] = {
		{KVER(6, 1, 0), 12000, 2048},  {KVER(6, 1, 0), 102400, 2048},
		{KVER(6, 1, 0), 102500, 3072}, {KVER(6, 8, 0), 12000, 0},
		{KVER(6, 8, 0), 102400, 1024}, {KVER(6, 8, 0), 102500, 2048},
		{KVER(4, 3, 0), 102400, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm386 *m = boot_release(rows[i].release, 64 * MIB, false);
		struct zone *z = &m->s->zone[NORMAL];

		z->managed = rows[i].managed;
		for (unsigned b = 11; b > 5; b--)
			kept_reserve_highatomic(m, z, BLOCK(b) + 4);
		kept_reserve_highatomic(m, z, BLOCK(11)); /* is kept already */
		if (z->nr_reserved_highatomic != rows[i].reserved)
			fail_msg("row %zu: %u pages are kept", i, z->nr_reserved_highatomic);
		for (unsigned b = 11, left = rows[i].reserved / 1024; b > 5; b--, left -= left > 0)
			assert_int_equal(type_of(m, BLOCK(b)) == KEPT, left > 0 && i < 6);
		mm386_free(m);
	}
}

/* What is kept merges with nothing else, not even whole; given up, it does at its next free. */
static void test_mobility_highatomic_merges_alone(void **state)
{
	struct mm386 *m = boot_release(KVER(6, 1, 0), 64 * MIB, true);
	struct zone *z = &m->s->zone[NORMAL];
	pfn_t pfn = rmqueue(m, 10, M).pfn;
	struct mm386_op give = {.id = MM386_OP_FREE_ONE_PAGE, .given = 3, .arg = {pfn, 9}};

	(void)state;
	kept_reserve_highatomic(m, z, pfn);
	assert_true(apply(m, give).ok);
	give.arg[0] += 512;
	assert_true(apply(m, give).ok);
	assert_int_equal(m->page[pfn].order, 9);
	assert_int_equal(m->page[pfn].mt, KEPT);
	assert_int_equal(m->page[pfn + 512].order, 9);
	assert_int_equal(m->page[pfn + 512].mt, M);
	assert_machine_valid(m);
	mm386_free(m);
}

/* 6.8: with nothing to reclaim a request may have what was kept; 6.1 would ask reclaim first. */
static void test_mobility_highatomic_is_given_up_before_the_oom_killer(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct mm386 *m = boot_release(i ? KVER(6, 8, 0) : KVER(6, 1, 0), 64 * MIB, false);
		struct zone *z = &m->s->zone[NORMAL];
		pfn_t pfn = BLOCK(9);

		z->managed += 102400;
		kept_reserve_highatomic(m, z, pfn);
		z->managed -= 102400;
		assert_int_equal(type_of(m, pfn), KEPT);
		m->s->sysctl.watermark_boost_factor = 0; /* the marks stay where they are */
		while (rmqueue(m, 0, U).ok)
			;
		while (apply(m, (struct mm386_op){.id = MM386_OP_RMQUEUE,
						  .given = 7,
						  .arg = {0, 0, U}})
			       .ok)
			;
		assert_int_equal(take(m, "GFP_KERNEL", 0) != NO_PFN, i);
		assert_int_equal(z->nr_reserved_highatomic, i ? 0 : 1024);
		assert_int_equal(type_of(m, pfn), i ? U : KEPT);
		assert_machine_valid(m);
		mm386_free(m);
	}
}

static void count_highatomic(void *arg, const struct mm386_event *ev)
{
	*(unsigned *)arg += ev->type == MM386_EVENT_HIGHATOMIC;
}

/* The zone's last page block reaches past its end: its frames do not move, its pages are given up once. */
static void test_mobility_highatomic_is_told_once(void **state)
{
	const struct block free_block = {BLOCK(11), 4, KEPT};
	struct mm386 *m = with_blocks(KVER(6, 8, 0), KEPT, &free_block, 1, 0, 0);
	struct zone *z = &m->s->zone[NORMAL];
	unsigned told = 0;

	(void)state;
	assert_true(z->end_pfn < BLOCK(12));
	z->nr_reserved_highatomic = 2048;
	mm386_set_sink(m, count_highatomic, &told);
	assert_false(kept_unreserve_highatomic(m, 0, NORMAL, U));
	assert_int_equal(z->nr_reserved_highatomic, 1024);
	assert_int_equal(told, 1);
	assert_false(kept_unreserve_highatomic(m, 0, NORMAL, U));
	assert_int_equal(z->nr_reserved_highatomic, 1024);
	assert_int_equal(told, 1);
	assert_int_equal(type_of(m, BLOCK(11)), U);
	mm386_free(m);
}

/* ---- the story --------------------------------------------------------------------------- */

struct tale {
	char text[400];
	uint32_t extfrag[MM386_EVENT_ARGS];
};

static void tell(void *arg, const struct mm386_event *ev)
{
	struct tale *t = arg;
	size_t len = strlen(t->text);

	if (ev->type == MM386_EVENT_ALLOC_EXTFRAG)
		memcpy(t->extfrag, ev->arg, sizeof(t->extfrag));
	snprintf(t->text + len, sizeof(t->text) - len, "%s ",
		 mm386_event_desc((enum mm386_event_type)ev->type)->name);
}

static void test_mobility_events_come_in_the_kernels_order(void **state)
{
	const struct block blocks[] = {{BLOCK(6), 9, M}, {BLOCK(6) + 512, 2, M}};
	const uint32_t expected[MM386_EVENT_ARGS] = {BLOCK(6), 2, 9, U, M, 1};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct mm386 *m =
			with_blocks(i ? KVER(6, 1, 0) : KVER(2, 6, 32), M, blocks, 2, 0, 0);
		struct tale t = {.text = ""};

		mm386_set_sink(m, tell, &t);
		assert_true(rmqueue(m, 2, U).ok);
		if (i)
			assert_string_equal(t.text,
					    "setup_per_zone_wmarks move_freepages move_freepages "
					    "set_pageblock_migratetype mm_page_alloc_extfrag "
					    "mm_page_alloc_zone_locked mm_page_alloc ");
		else
			assert_string_equal(t.text,
					    "move_freepages move_freepages "
					    "set_pageblock_migratetype buddy_split buddy_split "
					    "buddy_split buddy_split buddy_split buddy_split "
					    "buddy_split mm_page_alloc_extfrag "
					    "mm_page_alloc_zone_locked mm_page_alloc ");
		assert_memory_equal(t.extfrag, expected, sizeof(expected));
		mm386_free(m);
	}
}

/* Whoever mixes types wakes kswapd, if he may, before he has his page. */
static void test_mobility_a_boost_wakes_kswapd(void **state)
{
	const struct block from = {BLOCK(6), 9, M};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		static const char *const gfp[] = {"GFP_KERNEL", "GFP_KERNEL|__GFP_MOVABLE",
						  "__GFP_HIGH"};
		struct mm386 *m = with_blocks(KVER(6, 1, 0), M, &from, 1, 0, 0);
		struct tale t = {.text = ""};

		memset(m->s->zone[NORMAL].watermark, 0, sizeof(m->s->zone[NORMAL].watermark));
		m->s->zone[NORMAL].watermark[MM386_WMARK_HIGH] = 1;
		mm386_set_sink(m, tell, &t);
		assert_int_not_equal(take(m, gfp[i], 4), NO_PFN);
		assert_int_equal(strstr(t.text, "mm_page_alloc_zone_locked mm_vmscan_wakeup_kswapd "
						"mm_page_alloc ") != NULL,
				 i == 0);
		assert_int_equal(strstr(t.text, "setup_per_zone_wmarks") != NULL, i != 1);
		mm386_free(m);
	}
}

/* Types have the numbers of the kernel that is asked. */
static void test_mobility_numbers_of_types(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 64);

	(void)state;
	assert_int_equal(mm386_migratetype_number(m, M), 2);
	assert_int_equal(mm386_migratetype_number(m, R), 1);
	assert_string_equal(mm386_migratetype_name(m, KEPT), "Reserve");
	mm386_free(m);
	m = boot(MM386_KERNEL_61, 64);
	assert_int_equal(mm386_migratetype_number(m, M), 1);
	assert_int_equal(mm386_migratetype_number(m, R), 2);
	assert_string_equal(mm386_migratetype_name(m, KEPT), "HighAtomic");
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mobility_boot_types),
		cmocka_unit_test(test_mobility_boot_types_of_a_hole),
		cmocka_unit_test(test_mobility_page_blocks_of_an_odd_zone),
		cmocka_unit_test(test_mobility_is_off_in_small_machines),
		cmocka_unit_test(test_mobility_what_a_split_leaves),
		cmocka_unit_test(test_mobility_large_blocks_take_the_rest_along),
		cmocka_unit_test(test_mobility_movable_takes_the_smallest),
		cmocka_unit_test(test_mobility_order_of_types),
		cmocka_unit_test(test_mobility_half_decides_ownership),
		cmocka_unit_test(test_mobility_a_trace_is_believed_where_nothing_is_known),
		cmocka_unit_test(test_mobility_blocks_of_two_page_blocks),
		cmocka_unit_test(test_mobility_moved_blocks_go_to_the_tail),
		cmocka_unit_test(test_mobility_lists_match_page_blocks),
		cmocka_unit_test(test_mobility_claims_first),
		cmocka_unit_test(test_mobility_bulk_goes_on_as_it_began),
		cmocka_unit_test(test_mobility_stable_releases_claim_first),
		cmocka_unit_test(test_mobility_merging_page_blocks_become_one_type),
		cmocka_unit_test(test_mobility_page_blocks_that_are_cut),
		cmocka_unit_test(test_mobility_off_takes_every_page_block),
		cmocka_unit_test(test_mobility_a_kept_page_block_is_not_taken_over),
		cmocka_unit_test(test_mobility_mixing_types_boosts_the_marks),
		cmocka_unit_test(test_mobility_reserve_follows_the_min_mark),
		cmocka_unit_test(test_mobility_reserve_is_the_last),
		cmocka_unit_test(test_mobility_highatomic_has_a_most),
		cmocka_unit_test(test_mobility_highatomic_merges_alone),
		cmocka_unit_test(test_mobility_highatomic_is_given_up_before_the_oom_killer),
		cmocka_unit_test(test_mobility_highatomic_is_told_once),
		cmocka_unit_test(test_mobility_events_come_in_the_kernels_order),
		cmocka_unit_test(test_mobility_a_boost_wakes_kswapd),
		cmocka_unit_test(test_mobility_numbers_of_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
