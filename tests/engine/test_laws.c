/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_laws.c - replay, story and delta over random streams of operations, and
 * copies that go their own way.  A failure prints the seed.
 */
#include "machine.h"

#define NR_OPS	     3000
#define DIGEST_EVERY 97

/* 64 bits over events, so that two stories can be compared. */
struct story {
	uint64_t hash;
	uint64_t nr;
};

static void hear(void *arg, const struct mm386_event *ev)
{
	struct story *s = arg;
	const uint64_t words[] = {ev->seq, ev->type};

	s->nr++;
	for (unsigned i = 0; i < 2; i++)
		s->hash = (s->hash ^ words[i]) * UINT64_C(0x100000001b3);
	for (unsigned i = 0; i < MM386_EVENT_ARGS; i++)
		s->hash = (s->hash ^ ev->arg[i]) * UINT64_C(0x100000001b3);
}

/* Same configuration and operations: same events, same digest, asked for often or once. */
static void test_laws_replay(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *a = boot(k, 96), *b = boot(k, 96);
		struct story of_a = {0}, of_b = {0};
		struct stream s;

		assert_true(mm386_digest(a) == mm386_digest(b));
		mm386_set_sink(a, hear, &of_a);
		mm386_set_sink(b, hear, &of_b);
		stream_init(&s, 11 + k);
		for (unsigned i = 0; i < NR_OPS; i++) {
			struct mm386_op op = stream_next(&s, a);
			struct mm386_result ra = apply(a, op), rb = apply(b, op);

			stream_note(&s, &op, &ra);
			assert_memory_equal(&ra, &rb, sizeof(ra));
			if (i % DIGEST_EVERY == 0)
				mm386_digest(a);
		}
		assert_true(of_a.nr > NR_OPS);
		assert_true(of_a.hash == of_b.hash);
		assert_true(mm386_digest(a) == mm386_digest(b));
		mm386_free(a);
		mm386_free(b);
	}
}

/* A copy is the same machine, then another one: neither notices what the other does. */
static void test_laws_copies_are_independent(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *a = boot(k, 96), *b;
		struct stream s, fork;
		uint64_t before;

		stream_init(&s, 5 + k);
		for (unsigned i = 0; i < NR_OPS / 2; i++)
			stream_step(&s, a);
		assert_int_equal(mm386_copy(a, &b), 0);
		fork = s;
		before = mm386_digest(b);
		assert_true(mm386_digest(a) == before);
		for (unsigned i = 0; i < NR_OPS / 2; i++)
			stream_step(&s, a);
		assert_true(mm386_digest(b) == before);
		assert_machine_valid(b);
		for (unsigned i = 0; i < NR_OPS / 2; i++)
			stream_step(&fork, b);
		assert_true(mm386_digest(a) == mm386_digest(b));
		mm386_free(a);
		assert_machine_valid(b);
		mm386_free(b);
	}
}

/* A digest that was kept up to date equals one that starts from nothing. */
static void test_laws_digest_is_the_whole_state(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 96), *fresh;
		uint64_t seen[8] = {0};
		struct stream s;

		stream_init(&s, 3 + k);
		for (unsigned i = 0; i < 8; i++) {
			for (unsigned n = 0; n < 200; n++)
				stream_step(&s, m);
			seen[i] = mm386_digest(m);
			assert_int_equal(mm386_copy(m, &fresh), 0);
			digest_init(fresh);
			assert_true(mm386_digest(fresh) == seen[i]);
			mm386_free(fresh);
			for (unsigned n = 0; n < i; n++)
				assert_true(seen[n] != seen[i]);
		}
		mm386_free(m);
	}
}

/* One frame's descriptor, kind, or the order of a list is enough to make another digest. */
static void test_laws_digest_sees_every_field(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 64), *other;
	uint64_t digest = mm386_digest(m);

	(void)state;
	for (unsigned field = 0; field < 9; field++) {
		assert_int_equal(mm386_copy(m, &other), 0);
		struct page *p = &other->page[0x2345];
		uint32_t *const words[] = {&p->next, &p->prev, &p->owner, &p->mapped, &p->private_};

		if (field < 5)
			++*words[field];
		else if (field == 5)
			p->refcount++;
		else if (field == 6)
			p->order++;
		else if (field == 7)
			other->kind[0x2345]++;
		else
			other->s->zone[1].nr_free++;
		digest_init(other);
		assert_true(mm386_digest(other) != digest);
		mm386_free(other);
	}
	mm386_free(m);
}

/* ---- story ------------------------------------------------------------------------ */

#define LOCKED_MAX 1024

/* Blocks that left the buddy system in this operation: what a refill puts on a list. */
struct locked {
	unsigned nr;
	struct {
		pfn_t pfn;
		unsigned order;
	} block[LOCKED_MAX];
};

static void locked_add(struct locked *l, pfn_t pfn, unsigned order)
{
	assert_true(l->nr < LOCKED_MAX);
	l->block[l->nr].pfn = pfn;
	l->block[l->nr++].order = order;
}

struct covered {
	uint32_t nr_frames;
	uint8_t *kind;	/* what the events so far say each frame is */
	uint32_t zones; /* bit i: an event named zone i */
	struct locked locked;
};

static void cover_block(struct covered *c, pfn_t pfn, unsigned order, unsigned zone, unsigned kind)
{
	memset(c->kind + pfn, (int)kind, 1u << order);
	c->zones |= 1u << zone;
}

/* Only these change what a frame is; a teller who knows them can draw the map. */
static void cover(void *arg, const struct mm386_event *ev)
{
	const uint32_t *a = ev->arg;
	struct covered *c = arg;

	switch (ev->type) {
	case MM386_EVENT_PAGE_ALLOC:
		cover_block(c, a[0], a[1], a[3], a[4]);
		break;
	case MM386_EVENT_PAGE_FREE:
	case MM386_EVENT_PCP_DRAIN:
		cover_block(c, a[0], a[1], a[2], MM386_KIND_FREE);
		break;
	case MM386_EVENT_PCP_FREE:
		cover_block(c, a[0], a[1], a[2], MM386_KIND_PCP);
		break;
	case MM386_EVENT_ALLOC_ZONE_LOCKED:
		locked_add(&c->locked, a[0], a[1]);
		c->zones |= 1u << a[2];
		break;
	case MM386_EVENT_PCP_REFILL:
		for (unsigned i = c->locked.nr - a[4]; i < c->locked.nr; i++)
			cover_block(c, c->locked.block[i].pfn, a[2], a[1], MM386_KIND_PCP);
		break;
	case MM386_EVENT_FREE_RESERVED:
		cover_block(c, a[0], 0, a[1], MM386_KIND_FREE);
		break;
	case MM386_EVENT_MIGRATE_PAGE:
		cover_block(c, a[1], a[2], a[3], c->kind[a[0]]);
		break;
	case MM386_EVENT_WATERMARKS:
	case MM386_EVENT_LOWMEM_RESERVE:
	case MM386_EVENT_COMPACT_END:
	case MM386_EVENT_COMPACT_DEFER:
	case MM386_EVENT_COMPACT_DEFER_RESET:
	case MM386_EVENT_COMPACT_DEFERRED:
		c->zones |= 1u << a[0];
		break;
	default:
		break;
	}
}

/* After every operation the map drawn from events alone is the machine's map. */
static void test_laws_story(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot_cpus(k, 96, "", 2);
		struct covered c = {.nr_frames = m->s->nr_frames};
		struct zone before[MM386_ZONES_MAX];
		struct stream s;

		c.kind = malloc(c.nr_frames);
		assert_non_null(c.kind);
		memcpy(c.kind, mm386_kinds(m), c.nr_frames);
		mm386_set_sink(m, cover, &c);
		stream_init(&s, 21 + k);
		for (unsigned i = 0; i < NR_OPS; i++) {
			memcpy(before, m->s->zone, sizeof(before));
			c.zones = c.locked.nr = 0;
			if (i % 100 == 99)
				compact_all(m);
			else
				stream_step(&s, m);
			if (memcmp(c.kind, mm386_kinds(m), c.nr_frames) != 0)
				fail_msg(
					"kernel %s, operation %u: a frame changed without an event",
					mm386_kernel_name(k), i);
			for (unsigned z = 0; z < m->s->info.nr_zones; z++)
				if (memcmp(&before[z], &m->s->zone[z], sizeof(before[z])) != 0)
					assert_true(c.zones & 1u << z);
		}
		free(c.kind);
		mm386_free(m);
	}
}

#define TOLD_MAX 8192 /* blocks on one list */

#define TOLD_CPUS 2

/* The free lists and those of the CPUs, head first, as events alone tell them. */
struct told {
	struct told_list {
		unsigned nr;
		pfn_t block[TOLD_MAX];
	} list[MM386_ZONES_MAX][MM386_ORDERS][MM386_MIGRATETYPES],
		cpu[MM386_ZONES_MAX][TOLD_CPUS][MM386_PCP_LISTS];
	pfn_t held; /* taken off its list, not handed out yet */
	unsigned held_order;
	unsigned nr_turned; /* lists */
	struct locked locked;
};

/* Put ${pfn} at place ${at} of the list. */
static void list_put(struct told_list *l, unsigned at, pfn_t pfn)
{
	assert_true(l->nr < TOLD_MAX);
	assert_true(at <= l->nr);
	memmove(l->block + at + 1, l->block + at, (l->nr++ - at) * sizeof(*l->block));
	l->block[at] = pfn;
}

/* Take it off; false if it is not there. */
static bool list_drop(struct told_list *l, pfn_t pfn)
{
	unsigned i = 0;

	while (i < l->nr && l->block[i] != pfn)
		i++;
	if (i == l->nr)
		return false;
	l->nr--;
	memmove(l->block + i, l->block + i + 1, (l->nr - i) * sizeof(*l->block));
	return true;
}

/* Move the front of the list behind its end until ${pfn} is the first, or the ${last}. */
static void list_turn(struct told_list *l, pfn_t pfn, bool last)
{
	for (unsigned i = 0; i < l->nr && l->block[last ? l->nr - 1 : 0] != pfn; i++) {
		pfn_t first = l->block[0];

		assert_true(list_drop(l, first));
		list_put(l, l->nr, first);
	}
	assert_int_equal(l->block[last ? l->nr - 1 : 0], pfn);
}

static void told_add(struct told *t, unsigned zone, unsigned order, unsigned mt, pfn_t pfn,
		     bool tail)
{
	struct told_list *l = &t->list[zone][order][mt];

	list_put(l, tail ? l->nr : 0, pfn);
}

/* Take it off whichever type's list it is on: a block is on one at most. */
static void told_del(struct told *t, unsigned zone, unsigned order, pfn_t pfn)
{
	for (unsigned mt = 0; mt < MM386_MIGRATETYPES; mt++)
		if (list_drop(&t->list[zone][order][mt], pfn))
			return;
	fail_msg("an event takes 0x%x of order %u, which was on no list", pfn, order);
}

/* A block that is split or handed out comes from its list, unless it is the half just kept. */
static void told_take(struct told *t, unsigned zone, unsigned order, pfn_t pfn)
{
	if (t->held != pfn || t->held_order != order)
		told_del(t, zone, order, pfn);
	t->held = NO_PFN;
}

/* The blocks of a refill: where they go, the event says. */
static void retell_refill(struct told *t, const uint32_t *a)
{
	struct told_list *l = &t->cpu[a[1]][a[0]][a[5] & ((1u << MM386_PCP_PLACE_SHIFT) - 1)];
	enum mm386_pcp_place place = (enum mm386_pcp_place)(a[5] >> MM386_PCP_PLACE_SHIFT);
	unsigned at = place == MM386_PCP_BEHIND ? l->nr : 0;

	assert_true(t->locked.nr >= a[4]);
	for (unsigned i = t->locked.nr - a[4]; i < t->locked.nr; i++) {
		assert_int_equal(t->locked.block[i].order, a[2]);
		list_put(l, at, t->locked.block[i].pfn);
		at += place != MM386_PCP_REVERSED;
	}
}

/* Which of a CPU's lists a drained block was on, its frame alone decides. */
static void retell_drain(struct told *t, const uint32_t *a)
{
	for (unsigned l = 0; l < MM386_PCP_LISTS; l++)
		if (list_drop(&t->cpu[a[2]][a[3]][l], a[0]))
			return;
	fail_msg("0x%x is drained, which was on no list of the CPU", a[0]);
}

static void retell(void *arg, const struct mm386_event *ev)
{
	const uint32_t *a = ev->arg;
	struct told *t = arg;

	switch (ev->type) {
	case MM386_EVENT_BUDDY_SPLIT:
		told_take(t, a[4], a[1], a[0]);
		told_add(t, a[4], a[1] - 1, a[5], a[3], false);
		t->held = a[2];
		t->held_order = a[1] - 1;
		break;
	case MM386_EVENT_ALLOC_ZONE_LOCKED:
		told_take(t, a[2], a[1], a[0]);
		locked_add(&t->locked, a[0], a[1]);
		break;
	case MM386_EVENT_PCP_REFILL:
		retell_refill(t, a);
		break;
	case MM386_EVENT_PCP_ALLOC:
		assert_true(list_drop(&t->cpu[a[2]][a[3]][a[4]], a[0]));
		break;
	case MM386_EVENT_PCP_FREE:
		list_put(&t->cpu[a[2]][a[3]][a[4]], 0, a[0]);
		break;
	case MM386_EVENT_PCP_DRAIN:
		retell_drain(t, a);
		break;
	case MM386_EVENT_BUDDY_MERGE:
		told_del(t, a[3], a[1] - 1, a[2]);
		break;
	case MM386_EVENT_BUDDY_FREE:
		told_add(t, a[2], a[1], a[4], a[0], a[3]);
		break;
	case MM386_EVENT_ISOLATE_FREE_PAGE:
		told_del(t, a[2], a[1], a[0]);
		break;
	case MM386_EVENT_TURN_LIST:
		t->nr_turned++;
		list_turn(&t->list[a[2]][a[1]][a[3]], a[0], a[4]);
		break;
	case MM386_EVENT_BUDDY_MOVE:
		told_del(t, a[2], a[1], a[0]);
		told_add(t, a[2], a[1], a[4], a[0], a[5]);
		break;
	default:
		break;
	}
}

static void assert_told(const struct mm386 *m, const struct told *t)
{
	pfn_t list[TOLD_MAX + 1];

	for (unsigned z = 0; z < m->s->info.nr_zones; z++)
		for (unsigned i = 0; i < MM386_ORDERS * MM386_MIGRATETYPES; i++) {
			unsigned o = i / MM386_MIGRATETYPES, mt = i % MM386_MIGRATETYPES;
			size_t nr = mm386_free_list(m, z, o, mt, list, TOLD_MAX + 1);

			assert_int_equal(nr, t->list[z][o][mt].nr);
			assert_memory_equal(list, t->list[z][o][mt].block, nr * sizeof(*list));
		}
	for (unsigned z = 0; z < m->s->info.nr_zones; z++)
		for (unsigned i = 0; i < TOLD_CPUS * MM386_PCP_LISTS; i++) {
			unsigned cpu = i / MM386_PCP_LISTS, l = i % MM386_PCP_LISTS;
			size_t nr = mm386_pcp_list(m, z, cpu, l, list, TOLD_MAX + 1);

			assert_int_equal(nr, t->cpu[z][cpu][l].nr);
			assert_memory_equal(list, t->cpu[z][cpu][l].block, nr * sizeof(*list));
		}
}

static void told_init(const struct mm386 *m, struct told *t)
{
	memset(t, 0, sizeof(*t));
	t->held = NO_PFN;
	for (unsigned z = 0; z < m->s->info.nr_zones; z++)
		for (unsigned i = 0; i < MM386_ORDERS * MM386_MIGRATETYPES; i++) {
			unsigned o = i / MM386_MIGRATETYPES, mt = i % MM386_MIGRATETYPES;
			struct told_list *l = &t->list[z][o][mt];

			l->nr = (unsigned)mm386_free_list(m, z, o, mt, l->block, TOLD_MAX);
		}
	for (unsigned z = 0; z < m->s->info.nr_zones; z++)
		for (unsigned i = 0; i < TOLD_CPUS * MM386_PCP_LISTS; i++) {
			unsigned cpu = i / MM386_PCP_LISTS, n = i % MM386_PCP_LISTS;
			struct told_list *l = &t->cpu[z][cpu][n];

			l->nr = (unsigned)mm386_pcp_list(m, z, cpu, n, l->block, TOLD_MAX);
		}
}

/* Every free list and every CPU's, block by block and in its order, follows from the events. */
static void test_laws_story_of_the_free_lists(void **state)
{
	/* One of each way in which CPUs' lists have been laid out. */
	static const struct {
		enum mm386_kernel kernel;
		uint32_t release;
	} of[] = {
		{MM386_KERNEL_24, 0},	    {MM386_KERNEL_26, 0x20609}, {MM386_KERNEL_26, 0x20612},
		{MM386_KERNEL_26, 0x20618}, {MM386_KERNEL_26, 0x2061c}, {MM386_KERNEL_26, 0},
		{MM386_KERNEL_61, 0x50f00}, {MM386_KERNEL_61, 0},	   {MM386_KERNEL_61, 0x60c00},
	};
	struct told *t = malloc(sizeof(*t));

	(void)state;
	assert_non_null(t);
	for (unsigned k = 0; k < sizeof(of) / sizeof(of[0]); k++) {
		struct mm386_config cfg;
		struct mm386 *m;
		struct stream s;

		mm386_config_init(&cfg);
		cfg.kernel = of[k].kernel;
		cfg.release = of[k].release;
		cfg.memory_bytes = UINT64_C(96) << 20;
		cfg.cpus = TOLD_CPUS;
		snprintf(cfg.cmdline, sizeof(cfg.cmdline), "highmem=16M");
		assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
		told_init(m, t);
		mm386_set_sink(m, retell, t);
		stream_init(&s, 41 + k);
		for (unsigned i = 0; i < NR_OPS; i++) {
			t->locked.nr = 0;
			if (i % 100 == 99)
				compact_all(m);
			else
				stream_step(&s, m);
			assert_told(m, t);
		}
		assert_machine_valid(m);
		mm386_free(m);
	}
	free(t);
}

/* Take all memory page by page, as what can be moved; give most of it back, but no two neighbours.
 */
static void break_to_pieces(struct mm386 *m, struct told *t)
{
	struct mm386_op op = alloc_op("GFP_HIGHUSER_MOVABLE", 0);
	struct mm386_result res;
	uint64_t first = mm386_seq(m) + 1, last;
	struct mm386_alloc a;

	op.given |= 1u << 4; /* memalloc: no mark binds it */
	op.arg[4] = 1;
	do {
		t->locked.nr = 0;
		res = apply(m, op);
	} while (res.ok);
	last = mm386_seq(m);
	for (uint64_t seq = first; seq < last; seq++) {
		assert_int_equal(mm386_alloc_find(m, seq, &a), 0);
		t->locked.nr = 0;
		if (a.pfn % 8)
			assert_true(apply(m, free_op(a.pfn, 0)).ok);
	}
}

/* Free lists, too, when compaction takes blocks apart and turns lists. */
static void test_laws_story_of_compaction(void **state)
{
	struct told *t = malloc(sizeof(*t));

	(void)state;
	assert_non_null(t);
	for (unsigned pae = 0; pae < 2; pae++) {
		struct mm386_config cfg;
		struct mm386 *m;

		mm386_config_init(&cfg);
		cfg.kernel = MM386_KERNEL_61;
		cfg.memory_bytes = UINT64_C(64) << 20;
		cfg.cpus = TOLD_CPUS;
		cfg.pae = pae;
		assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
		told_init(m, t);
		mm386_set_sink(m, retell, t);
		break_to_pieces(m, t);
		assert_told(m, t);
		for (unsigned i = 0; i < 14; i++) {
			t->locked.nr = 0;
			apply(m,
			      alloc_op(i % 2 ? "GFP_KERNEL" : "GFP_HIGHUSER_MOVABLE", 9 - i / 2));
			assert_told(m, t);
		}
		assert_true(m->s->vm_event[VM_COMPACT_SUCCESS] > 0);
		assert_true(t->nr_turned > 0);
		t->locked.nr = 0;
		compact_all(m);
		assert_told(m, t);
		assert_machine_valid(m);
		mm386_free(m);
	}
	free(t);
}

/* What a trace does to a machine is told as all else is: map, free lists, CPU lists. */
static void test_laws_story_of_a_trace(void **state)
{
	struct told *t = malloc(sizeof(*t));

	(void)state;
	assert_non_null(t);
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot_cpus(k, 64, "highmem=8M", TOLD_CPUS);
		struct covered c = {.nr_frames = m->s->nr_frames};
		struct stream s;

		c.kind = malloc(c.nr_frames);
		assert_non_null(c.kind);
		memcpy(c.kind, mm386_kinds(m), c.nr_frames);
		told_init(m, t);
		stream_init(&s, 91 + k);
		for (unsigned i = 0; i < 2 * NR_OPS; i++) {
			t->locked.nr = c.locked.nr = 0;
			/* One teller hears the first half, the other the second. */
			mm386_set_sink(m, i < NR_OPS ? retell : cover,
				       i < NR_OPS ? (void *)t : (void *)&c);
			if (i == NR_OPS)
				memcpy(c.kind, mm386_kinds(m), c.nr_frames);
			apply(m, i % 4 ? trace_next(&s, m)
				       : alloc_op("GFP_HIGHUSER_MOVABLE",
						  (unsigned)stream_random(&s, 5)));
			if (i < NR_OPS)
				assert_told(m, t);
			else
				assert_memory_equal(c.kind, mm386_kinds(m), c.nr_frames);
		}
		free(c.kind);
		mm386_free(m);
	}
	free(t);
}

/* What page blocks are, and what zones keep and were boosted by, as events alone tell it. */
struct told_blocks {
	const struct mm386 *m; /* for where page blocks lie, which never changes */
	uint8_t type[128];
	uint32_t boost[MM386_ZONES_MAX], kept[MM386_ZONES_MAX];
};

static void retell_blocks(void *arg, const struct mm386_event *ev)
{
	const uint32_t *a = ev->arg;
	struct told_blocks *t = arg;

	if (ev->type == MM386_EVENT_PAGEBLOCK) {
		uint8_t *type =
			&t->type[pageblock_of(t->m, &t->m->s->zone[a[1]], a[0]) - t->m->pageblock];

		assert_int_equal(*type, a[2]);
		*type = (uint8_t)a[3];
	} else if (ev->type == MM386_EVENT_WATERMARKS) {
		t->boost[a[0]] = a[4];
	} else if (ev->type == MM386_EVENT_HIGHATOMIC) {
		t->kept[a[1]] = a[3];
	}
}

static void assert_told_blocks(const struct mm386 *m, const struct told_blocks *t)
{
	for (uint32_t i = 0; i < m->s->nr_pageblocks; i++)
		assert_int_equal(m->pageblock[i] & PAGEBLOCK_MT, t->type[i]);
	for (unsigned z = 0; z < m->s->info.nr_zones; z++) {
		assert_int_equal(m->s->zone[z].watermark_boost, t->boost[z]);
		assert_int_equal(m->s->zone[z].nr_reserved_highatomic, t->kept[z]);
	}
}

/* Every page block's type follows from the events, and so do boosts and what is kept. */
static void test_laws_story_of_page_blocks(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot_with(k, 96, "highmem=16M");
		struct told_blocks t = {.m = m};
		struct stream s;

		assert_true(m->s->nr_pageblocks <= sizeof(t.type));
		for (uint32_t i = 0; i < m->s->nr_pageblocks; i++)
			t.type[i] = m->pageblock[i] & PAGEBLOCK_MT;
		mm386_set_sink(m, retell_blocks, &t);
		stream_init(&s, 61 + k);
		for (unsigned i = 0; i < NR_OPS; i++) {
			stream_step(&s, m);
			assert_told_blocks(m, &t);
		}
		mm386_free(m);
	}
}

/* ---- delta ------------------------------------------------------------------------- */

/*
 * Everything that differs from ${old} lies in a run, runs rise, and their frames bring ${old} up
 * to date.
 */
static void apply_delta(const struct mm386 *m, uint8_t *old)
{
	pfn_t pfn = 0, end = 0;
	uint32_t count;

	while (mm386_next_changed(m, &pfn, &count)) {
		assert_true(count > 0);
		assert_true(pfn >= end);
		assert_true(pfn + count <= m->s->nr_frames);
		memcpy(old + pfn, mm386_kinds(m) + pfn, count);
		pfn += count;
		end = pfn;
	}
}

static void test_laws_delta(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 96);
		struct mm386_zone_view old[MM386_ZONES_MAX], now;
		uint8_t *viewer = malloc(m->s->nr_frames);
		struct stream s;
		pfn_t pfn = 0;
		uint32_t count;

		assert_non_null(viewer);
		memcpy(viewer, mm386_kinds(m), m->s->nr_frames);
		assert_false(mm386_next_changed(m, &pfn, &count));
		stream_init(&s, 31 + k);
		for (unsigned turn = 0; turn < 60; turn++) {
			for (unsigned z = 0; z < m->s->info.nr_zones; z++)
				mm386_zone(m, z, &old[z]);
			for (unsigned i = 0; i < turn; i++)
				stream_step(&s, m);
			apply_delta(m, viewer);
			assert_memory_equal(viewer, mm386_kinds(m), m->s->nr_frames);
			for (unsigned z = 0; z < m->s->info.nr_zones; z++) {
				mm386_zone(m, z, &now);
				if (memcmp(now.free, old[z].free, sizeof(now.free)) != 0)
					assert_true(mm386_zones_changed(m) & 1u << z);
			}
			mm386_cut(m);
			pfn = 0;
			assert_false(mm386_next_changed(m, &pfn, &count));
			assert_int_equal(mm386_zones_changed(m), 0);
		}
		free(viewer);
		mm386_free(m);
	}
}

/* One frame taken off a CPU's list is one run of one frame. */
static void test_laws_delta_is_no_larger_than_the_change(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 1024);
	pfn_t taken, pfn = 0;
	uint32_t count;

	(void)state;
	take(m, "GFP_HIGHUSER", 0); /* fills the list */
	mm386_cut(m);
	taken = take(m, "GFP_HIGHUSER", 0);
	assert_true(mm386_next_changed(m, &pfn, &count));
	assert_int_equal(pfn, taken);
	assert_int_equal(count, 1);
	pfn++;
	assert_false(mm386_next_changed(m, &pfn, &count));
	assert_int_equal(mm386_zones_changed(m), 1u << 2);
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_laws_replay),
		cmocka_unit_test(test_laws_copies_are_independent),
		cmocka_unit_test(test_laws_digest_is_the_whole_state),
		cmocka_unit_test(test_laws_digest_sees_every_field),
		cmocka_unit_test(test_laws_story),
		cmocka_unit_test(test_laws_story_of_the_free_lists),
		cmocka_unit_test(test_laws_story_of_page_blocks),
		cmocka_unit_test(test_laws_story_of_compaction),
		cmocka_unit_test(test_laws_story_of_a_trace),
		cmocka_unit_test(test_laws_delta),
		cmocka_unit_test(test_laws_delta_is_no_larger_than_the_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
