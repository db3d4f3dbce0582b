/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_compact.c - compaction: who moves where, in which order, what stays, and what
 * must not get lost on the way.
 */
#include "compact.h"
#include "machine.h"

#define LOW_ZONE 1u /* Normal, all that a machine of 64 MiB has besides DMA */

static struct mm386_op compact_op(void)
{
	return (struct mm386_op){.id = MM386_OP_COMPACT_MEMORY};
}

/* ---- what was told ---------------------------------------------------------------- */

#define TOLD_MAX 200000

static struct heard {
	size_t nr;
	struct mm386_event ev[TOLD_MAX];
} heard;

static void hear(void *arg, const struct mm386_event *ev)
{
	struct heard *h = arg;

	assert_true(h->nr < TOLD_MAX);
	h->ev[h->nr++] = *ev;
}

static struct mm386_result listen(struct mm386 *m, struct mm386_op op)
{
	struct mm386_result res;

	heard.nr = 0;
	mm386_set_sink(m, hear, &heard);
	res = apply(m, op);
	mm386_set_sink(m, NULL, NULL);
	return res;
}

static size_t count(enum mm386_event_type type, unsigned arg, uint32_t value)
{
	size_t n = 0;

	for (size_t i = 0; i < heard.nr; i++)
		n += heard.ev[i].type == type && heard.ev[i].arg[arg] == value;
	return n;
}

/* The ${nth} event of a type that names ${value} as its argument ${arg}. */
static const struct mm386_event *nth(enum mm386_event_type type, unsigned arg, uint32_t value,
				     size_t n)
{
	for (size_t i = 0; i < heard.nr; i++)
		if (heard.ev[i].type == type && heard.ev[i].arg[arg] == value && n-- == 0)
			return &heard.ev[i];
	fail_msg("no such event of type %d", type);
	return NULL;
}

/* ---- machines in pieces ------------------------------------------------------------- */

#define PIECES_MAX 4096 /* a zone; each has eight frames */

/*
 * A machine with every eighth frame in use, and between them free blocks of 1, 2 and 4:
 * one page that can move (or, with ${kernel}, that cannot) and its free neighbours
 *
 *	A.--====  A.--====  A.--====
 */
static struct mm386 *in_pieces_of(uint32_t release, bool pae, bool kernel)
{
	static pfn_t block[MM386_ZONES_MAX][4][MM386_MIGRATETYPES][PIECES_MAX];
	static struct mm386_load load;
	struct mm386_config cfg = release_config(release, UINT64_C(64) << 20);
	struct mm386 *m;

	cfg.cpus = 2;
	cfg.pae = pae;
	m = boot_config(&cfg);
	memset(&load, 0, sizeof(load));
	for (unsigned z = 0; z < m->s->info.nr_zones; z++) {
		const struct zone *zone = &m->s->zone[z];

		for (pfn_t p = (zone->start_pfn + 7) & ~7u; p + 8 <= zone->end_pfn; p += 8) {
			enum mm386_migratetype mt = pageblock_mt(m, zone, p);
			unsigned n = load.zone[z].free[0][mt].nr++;

			for (unsigned i = 0; i < 8; i++)
				if (m->kind[p + i] != MM386_KIND_FREE) {
					load.zone[z].free[0][mt].nr = n;
					break;
				}
			if (load.zone[z].free[0][mt].nr == n)
				continue;
			for (unsigned o = 0; o < 3; o++) {
				block[z][o][mt][n] = p + (1u << o);
				load.zone[z].free[o][mt] =
					(struct mm386_load_list){block[z][o][mt], n + 1};
			}
			block[z][3][0][load.zone[z].movable.nr++] = p;
		}
		load.zone[z].movable.pfn = block[z][3][0];
		if (kernel)
			load.zone[z].movable.nr = 0;
	}
	assert_int_equal(mm386_load(m, &load, NULL), 0);
	assert_machine_valid(m);
	return m;
}

static struct mm386 *in_pieces(bool pae, bool kernel)
{
	return in_pieces_of(0x60100, pae, kernel);
}

static uint32_t nr_movable(const struct mm386 *m, pfn_t from, pfn_t to)
{
	uint32_t n = 0;

	for (pfn_t p = from; p < to; p++)
		n += page_is_movable(m, p);
	return n;
}

struct held {
	size_t nr;
	uint64_t seq[16384];
};

/* Take every frame for what can move, by a task that no mark binds; give seven of eight back. */
static struct mm386 *filled_and_punched(struct held *h)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	struct mm386_op op = alloc_op("GFP_HIGHUSER_MOVABLE", 0);
	struct mm386_result res;
	size_t kept = 0;

	op.given |= 1u << 4; /* memalloc */
	op.arg[4] = 1;
	for (h->nr = 0; (res = apply(m, op)).ok; h->nr++)
		h->seq[h->nr] = res.seq;
	for (size_t i = 0; i < h->nr; i++) {
		struct mm386_alloc a;

		assert_int_equal(mm386_alloc_find(m, h->seq[i], &a), 0);
		if (a.pfn % 8 != 0)
			assert_true(apply(m, free_op(a.pfn, 0)).ok);
		else
			h->seq[kept++] = h->seq[i];
	}
	h->nr = kept;
	return m;
}

static uint32_t free_pages(const struct mm386 *m)
{
	uint32_t n = 0;

	for (unsigned z = 0; z < m->s->info.nr_zones; z++) {
		n += m->s->zone[z].nr_free;
		for (unsigned cpu = 0; cpu < m->s->info.cpus; cpu++)
			n += pcp_of(m, &m->s->zone[z], cpu)->count;
	}
	return n;
}

/* ---- tests ---------------------------------------------------------------------------- */

/*
 * Before: every eighth frame is in use, no free block has more than four pages.  After:
 * the same pages are in use, each one found by the operation that got it, all at
 * the zone's end; and what is free makes largest blocks.
 */
static void test_compact_brings_free_memory_together(void **state)
{
	static struct held h;
	struct mm386 *m = filled_and_punched(&h);
	uint32_t free_before, large_before;
	struct mm386_alloc a;

	(void)state;
	assert_machine_valid(m);
	assert_int_equal(mm386_unusable_index(m, LOW_ZONE, 9), 1000);
	free_before = free_pages(m);
	large_before = m->s->zone[LOW_ZONE].nr_blocks[10];
	assert_true(listen(m, compact_op()).ok);
	assert_machine_valid(m);
	assert_int_equal(free_pages(m), free_before);
	assert_true(m->s->zone[LOW_ZONE].nr_blocks[10] > large_before);
	assert_true(mm386_unusable_index(m, LOW_ZONE, 9) < 600);
	for (size_t i = 0; i < h.nr; i++) {
		assert_int_equal(mm386_alloc_find(m, h.seq[i], &a), 0);
		assert_int_equal(a.seq, h.seq[i]);
		assert_int_equal(a.kind, MM386_KIND_USER);
	}
	mm386_free(m);
}

/*
 * The first pages that move: the 32 of lowest number in the zone, the highest of them first.
 * They go to the last page block that is no whole free block, to the pages
 * of highest number among the first free ones of it that are enough.
 */
static void test_compact_order_of_the_first_cluster(void **state)
{
	struct mm386 *m = in_pieces(false, false);
	const struct zone *z = &m->s->zone[LOW_ZONE];
	const struct mm386_event *look, *room;
	pfn_t from[32], to[64];
	size_t nr_from = 0, nr_to = 0;

	(void)state;
	for (pfn_t p = z->start_pfn; p < z->end_pfn && nr_from < 32; p++)
		if (page_is_movable(m, p))
			from[nr_from++] = p;
	listen(m, compact_op());
	look = nth(MM386_EVENT_COMPACT_ISOLATE_MIGRATE, 4, LOW_ZONE, 0);
	assert_int_equal(look->arg[0], z->start_pfn);
	while (look->arg[3] == 0) /* page blocks of the kernel's */
		look = nth(MM386_EVENT_COMPACT_ISOLATE_MIGRATE, 4, LOW_ZONE, ++nr_to);
	assert_int_equal(look->arg[1], from[31] + 1);
	assert_int_equal(look->arg[3], 32);
	room = nth(MM386_EVENT_COMPACT_ISOLATE_FREE, 4, LOW_ZONE, 0);
	assert_true(room->arg[3] >= 32);
	nr_to = 0;
	for (size_t i = 0; i < heard.nr && nr_to < room->arg[3]; i++) {
		const struct mm386_event *ev = &heard.ev[i];

		for (pfn_t p = 0; ev->type == MM386_EVENT_ISOLATE_FREE_PAGE &&
				  ev->arg[2] == LOW_ZONE && p < 1u << ev->arg[1];
		     p++)
			to[nr_to++] = ev->arg[0] + p;
	}
	for (size_t i = 0; i < 32; i++) {
		const struct mm386_event *ev = nth(MM386_EVENT_MIGRATE_PAGE, 3, LOW_ZONE, i);

		assert_int_equal(ev->arg[0], from[31 - i]);
		assert_int_equal(ev->arg[1], to[nr_to - 1 - i]);
	}
	mm386_free(m);
}

/* Kernel pages stay, and what is in the way is told; nothing in a run is lost or doubled. */
static void test_compact_leaves_what_cannot_move(void **state)
{
	struct mm386 *m = in_pieces(false, false);
	uint32_t told = 0, movable = nr_movable(m, 0, m->s->nr_frames);
	struct mm386_result kernel[40];
	struct mm386_alloc a;

	(void)state;
	for (unsigned i = 0; i < 40; i++)
		kernel[i] = apply(m, alloc_op("GFP_KERNEL", i % 3));
	listen(m, compact_op());
	assert_machine_valid(m);
	assert_int_equal(nr_movable(m, 0, m->s->nr_frames), movable);
	for (unsigned i = 0; i < 40; i++) {
		assert_int_equal(mm386_alloc_find(m, kernel[i].seq, &a), 0);
		assert_int_equal(a.pfn, kernel[i].pfn);
		assert_int_equal(a.order, i % 3);
		assert_int_equal(count(MM386_EVENT_MIGRATE_PAGE, 0, kernel[i].pfn), 0);
	}
	for (size_t i = 0; i < heard.nr; i++)
		if (heard.ev[i].type == MM386_EVENT_MIGRATE_FAIL &&
		    heard.ev[i].arg[2] == MM386_STUCK_NOT_MOVABLE)
			told += heard.ev[i].arg[1];
	assert_true(told > 0);
	mm386_free(m);
}

/* Two runs in a row: the second has next to nothing to do, and the counters say what was done. */
static void test_compact_counts(void **state)
{
	struct mm386 *m = in_pieces(false, false);
	const uint64_t *ev = m->s->vm_event;
	uint64_t moved;

	(void)state;
	listen(m, compact_op());
	moved = ev[VM_PGMIGRATE_SUCCESS];
	assert_true(moved > 500);
	assert_int_equal(count(MM386_EVENT_COMPACT_BEGIN, 1, MM386_NO_ORDER), 2);
	assert_int_equal(count(MM386_EVENT_COMPACT_END, 4, MM386_COMPACT_COMPLETE), 2);
	assert_true(ev[VM_COMPACT_MIGRATE_SCANNED] > moved);
	assert_true(ev[VM_COMPACT_FREE_SCANNED] > moved);
	assert_true(ev[VM_COMPACT_ISOLATED] >= 2 * moved);
	assert_int_equal(ev[VM_COMPACT_STALL], 0);
	listen(m, compact_op());
	assert_true(ev[VM_PGMIGRATE_SUCCESS] - moved < moved / 4);
	mm386_free(m);
}

/* Where the scanners stood at the end is in the zone's view; before the first run there is none. */
static void test_compact_view(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	struct mm386_zone_view v;

	(void)state;
	mm386_zone(m, LOW_ZONE, &v);
	assert_int_equal(v.compact_migrate_pfn, NO_PFN);
	assert_int_equal(v.compact_free_pfn, NO_PFN);
	mm386_cut(m);
	listen(m, compact_op());
	mm386_zone(m, LOW_ZONE, &v);
	assert_int_equal(v.compact_migrate_pfn,
			 nth(MM386_EVENT_COMPACT_END, 0, LOW_ZONE, 0)->arg[2]);
	assert_int_equal(v.compact_free_pfn, nth(MM386_EVENT_COMPACT_END, 0, LOW_ZONE, 0)->arg[3]);
	assert_true(v.compact_free_pfn >> 10 <= v.compact_migrate_pfn >> 10);
	assert_true(mm386_zones_changed(m) & 1u << LOW_ZONE);
	mm386_free(m);
}

/*
 * A request that may wait gets its large block after all; one that may not wait, or may not start
 * I/O, is refused.  What lay in the block's place is elsewhere.
 */
static void test_compact_direct(void **state)
{
	static const char *const refused[] = {"GFP_ATOMIC", "GFP_NOIO", "GFP_NOWAIT"};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct mm386 *m = in_pieces(i % 2, false);
		uint32_t movable = nr_movable(m, 0, m->s->nr_frames);
		const uint64_t *ev = m->s->vm_event;
		struct mm386_result res;

		for (unsigned r = 0; r < 3; r++)
			assert_false(listen(m, alloc_op(refused[r], 8)).ok);
		assert_int_equal(ev[VM_COMPACT_STALL], 0);
		res = listen(m, alloc_op(i < 2 ? "GFP_HIGHUSER_MOVABLE" : "GFP_KERNEL", 8));
		assert_machine_valid(m);
		assert_true(res.ok);
		assert_int_equal(ev[VM_COMPACT_STALL],
				 ev[VM_COMPACT_SUCCESS] + ev[VM_COMPACT_FAIL]);
		assert_int_equal(ev[VM_COMPACT_SUCCESS], 1);
		assert_true(ev[VM_PGMIGRATE_SUCCESS] > 0);
		assert_int_equal(nr_movable(m, res.pfn, res.pfn + 256), 0);
		assert_int_equal(nr_movable(m, 0, m->s->nr_frames), movable);
		mm386_free(m);
	}
}

/* Up to 4.9 a request that may not enter a filesystem does not compact either. */
static void test_compact_direct_without_filesystems(void **state)
{
	static const uint32_t releases[] = {0x31000, 0x40900, 0x40a00};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct mm386 *m = in_pieces_of(releases[i], false, false);

		assert_int_equal(apply(m, alloc_op("GFP_NOFS", 8)).ok, i == 2);
		assert_int_equal(m->s->vm_event[VM_COMPACT_STALL] > 0, i == 2);
		assert_true(take(m, "GFP_KERNEL", 8) != NO_PFN);
		mm386_free(m);
	}
}

/*
 * Kernel pages are everywhere: compaction does not help.  After the first failure in earnest the
 * zone is passed over once, after the second three times, and so on.
 */
static void test_compact_direct_is_deferred(void **state)
{
	struct mm386 *m = in_pieces(false, true);
	unsigned passed = 0, runs = 0;

	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		assert_false(listen(m, alloc_op("GFP_HIGHUSER_MOVABLE", 3)).ok);
		passed += count(MM386_EVENT_COMPACT_DEFERRED, 0, LOW_ZONE) > 0;
		runs += count(MM386_EVENT_COMPACT_BEGIN, 0, LOW_ZONE) > 0;
	}
	assert_int_equal(passed + runs, 200);
	/* 1st, 3rd, 7th, 15th, 31st, 63rd; 127th and then every 64th. */
	assert_int_equal(runs, 8);
	assert_int_equal(m->s->zone[LOW_ZONE].compact.defer_shift, COMPACT_DEFER_MAX);
	/* As long as none ever succeeded, smaller blocks are put off as well. */
	assert_int_equal(m->s->zone[LOW_ZONE].compact.order_failed, 0);
	mm386_free(m);
}

/* While memory is short rather than in pieces, nothing is moved for a large block. */
static void test_compact_direct_goes_by_the_fragmentation_index(void **state)
{
	struct mm386 *m = in_pieces(false, false);

	(void)state;
	assert_true(mm386_fragmentation_index(m, LOW_ZONE, 8) > 500);
	m->s->sysctl.extfrag_threshold = 1000;
	assert_false(listen(m, alloc_op("GFP_KERNEL", 8)).ok);
	assert_int_equal(m->s->vm_event[VM_COMPACT_STALL], 0);
	assert_int_equal(count(MM386_EVENT_COMPACT_BEGIN, 0, LOW_ZONE), 0);
	mm386_free(m);
}

/* Old kernels have none, and say so; nothing changes. */
static void test_compact_refused_before_2_6_35(void **state)
{
	char why[100];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct mm386 *m = boot(all_kernels[i], 64);
		uint64_t digest;
		struct mm386_result res;

		apply(m, alloc_op("GFP_KERNEL", 20));
		digest = m->s->root_hash;
		res = apply(m, compact_op());
		assert_false(res.ok);
		assert_int_equal(res.err, ENOENT);
		assert_int_equal(res.nr_why, 1);
		mm386_why_format(m, &res.why[0], why, sizeof(why));
		assert_string_equal(why, "this kernel has no compaction: it came with 2.6.35");
		assert_true(m->s->root_hash == digest);
		mm386_free(m);
	}
}

/* A request out of a hat: single pages that can move, and blocks of all sorts. */
static struct mm386_op any_request(struct stream *s)
{
	static const char *const gfps[] = {"GFP_HIGHUSER_MOVABLE", "GFP_HIGHUSER_MOVABLE",
					   "GFP_KERNEL", "GFP_KERNEL|__GFP_RECLAIMABLE",
					   "GFP_ATOMIC"};
	bool block = stream_random(s, 3) == 0;
	struct mm386_op op = alloc_op(gfps[stream_random(s, block ? 5 : 2)],
				      block ? (unsigned)stream_random(s, 11) : 0);

	op.given |= 1u << 2; /* cpu */
	op.arg[2] = stream_random(s, 2);
	return op;
}

/*
 * Machines of many releases, compacting by order and by themselves while blocks come and go:
 * invariants hold, a twin has the same digest, and every block that is held is found by the
 * operation that got it, as large as it was.
 */
static void test_compact_fuzz(void **state)
{
	static const uint32_t releases[] = {0x20623, 0x30200, 0x40900, 0x41300, 0x50f00, 0x60100};
	static struct held h;
	static unsigned order[16384];
	uint64_t direct = 0;

	(void)state;
	for (unsigned r = 0; r < 6; r++) {
		struct mm386 *m = in_pieces_of(releases[r], r % 2, false), *twin;
		struct stream s;

		assert_int_equal(mm386_copy(m, &twin), 0);
		stream_init(&s, 900 + r);
		h.nr = 0;
		for (unsigned i = 0; i < 3000; i++) {
			bool take = h.nr == 0 || stream_random(&s, 10) < (i / 500 % 2 ? 3 : 7);
			size_t n = take ? h.nr : stream_random(&s, h.nr);
			struct mm386_alloc a;
			struct mm386_op op;
			struct mm386_result res;

			if (!take) {
				assert_int_equal(mm386_alloc_find(m, h.seq[n], &a), 0);
				assert_int_equal(a.order, order[n]);
			}
			op = take ? any_request(&s) : free_op(a.pfn, a.order);
			if (i % 1000 == 999)
				op = compact_op();
			res = apply(m, op);
			assert_true(apply(twin, op).pfn == res.pfn);
			if (i % 1000 == 999) {
				assert_machine_valid(m);
			} else if (!take) {
				assert_true(res.ok);
				h.seq[n] = h.seq[--h.nr];
				order[n] = order[h.nr];
			} else if (res.ok) {
				h.seq[h.nr] = res.seq;
				order[h.nr++] = res.order;
			}
		}
		assert_machine_valid(m);
		assert_true(m->s->vm_event[VM_PGMIGRATE_SUCCESS] > 0);
		direct += m->s->vm_event[VM_COMPACT_SUCCESS];
		assert_true(mm386_digest(m) == mm386_digest(twin));
		digest_init(twin);
		assert_true(mm386_digest(m) == mm386_digest(twin));
		mm386_free(m);
		mm386_free(twin);
	}
	assert_true(direct > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compact_brings_free_memory_together),
		cmocka_unit_test(test_compact_order_of_the_first_cluster),
		cmocka_unit_test(test_compact_leaves_what_cannot_move),
		cmocka_unit_test(test_compact_counts),
		cmocka_unit_test(test_compact_view),
		cmocka_unit_test(test_compact_direct),
		cmocka_unit_test(test_compact_direct_without_filesystems),
		cmocka_unit_test(test_compact_direct_is_deferred),
		cmocka_unit_test(test_compact_direct_goes_by_the_fragmentation_index),
		cmocka_unit_test(test_compact_refused_before_2_6_35),
		cmocka_unit_test(test_compact_fuzz),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
