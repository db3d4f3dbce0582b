/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_load.c - a machine takes over lists of another, and nothing that cannot be.
 */
#include "boot.h"
#include "machine.h"

#define MOST 4096 /* blocks in one list */

/* What a machine has, as a load. */
struct copied {
	struct mm386_load load;
	struct mm386_load_pcp pcp[MM386_ZONES_MAX][2];
	uint8_t pageblock[MM386_ZONES_MAX][64];
	pfn_t *pool;
	size_t used;
};

static struct mm386_load_list keep(struct copied *c, size_t nr)
{
	struct mm386_load_list l = {.pfn = c->pool + c->used, .nr = (uint32_t)nr};

	assert_true(nr < MOST);
	c->used += nr;
	return l;
}

static void copy_zone(const struct mm386 *m, unsigned zone, struct copied *c)
{
	struct mm386_load_zone *lz = &c->load.zone[zone];
	struct mm386_zone_view v;
	struct mm386_pcp_view p;

	mm386_zone(m, zone, &v);
	for (unsigned o = 0; o < MM386_ORDERS; o++)
		for (unsigned mt = 0; mt < MM386_MIGRATETYPES; mt++)
			lz->free[o][mt] =
				keep(c, mm386_free_list(m, zone, o, mt, c->pool + c->used, MOST));
	for (uint32_t i = 0; i < v.nr_pageblocks; i++)
		c->pageblock[zone][i] = (uint8_t)mm386_pageblock(m, zone, i);
	lz->pageblock = c->pageblock[zone];
	lz->nr_pageblocks = v.nr_pageblocks;
	lz->pcp = c->pcp[zone];
	for (unsigned cpu = 0; cpu < mm386_info(m)->cpus; cpu++) {
		mm386_pcp(m, zone, cpu, &p);
		c->pcp[zone][cpu] = (struct mm386_load_pcp){.high = p.high,
							    .batch = p.batch,
							    .cold_high = p.cold_high,
							    .cold_batch = p.cold_batch};
		for (unsigned l = 0; l < p.nr_lists; l++)
			c->pcp[zone][cpu].list[l] =
				keep(c, mm386_pcp_list(m, zone, cpu, l, c->pool + c->used, MOST));
	}
	lz->has_marks = true;
	lz->managed = v.managed;
	memcpy(lz->watermark, v.watermark, sizeof(lz->watermark));
	memcpy(lz->lowmem_reserve, v.lowmem_reserve, sizeof(lz->lowmem_reserve));
	lz->watermark_boost = v.watermark_boost;
	lz->nr_reserved_highatomic = v.nr_reserved_highatomic;
}

static struct copied *copy_of(const struct mm386 *m)
{
	struct copied *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->pool = calloc(64 * MOST, sizeof(pfn_t));
	assert_non_null(c->pool);
	for (unsigned i = 0; i < mm386_info(m)->nr_zones; i++)
		copy_zone(m, i, c);
	return c;
}

static void copy_free(struct copied *c)
{
	free(c->pool);
	free(c);
}

/* A machine that has lived a while. */
static struct mm386 *used_machine(enum mm386_kernel k)
{
	struct mm386 *m = boot(k, 64);
	struct stream s;

	stream_init(&s, 7);
	for (unsigned i = 0; i < 3000; i++)
		stream_step(&s, m);
	assert_machine_valid(m);
	return m;
}

static bool same_lists(const struct mm386 *a, const struct mm386 *b)
{
	static pfn_t of_a[MOST], of_b[MOST];

	for (unsigned z = 0; z < mm386_info(a)->nr_zones; z++)
		for (unsigned i = 0; i < MM386_ORDERS * MM386_MIGRATETYPES; i++) {
			unsigned o = i / MM386_MIGRATETYPES, mt = i % MM386_MIGRATETYPES;
			size_t n = mm386_free_list(a, z, o, mt, of_a, MOST);

			if (n != mm386_free_list(b, z, o, mt, of_b, MOST) ||
			    memcmp(of_a, of_b, n * sizeof(pfn_t)) != 0)
				return false;
		}
	return true;
}

/* A fresh machine with another's lists has them in order, and gives what that would give. */
static void test_load_takes_over_every_list(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *from = used_machine(k), *to = boot(k, 64);
		struct mm386_error err = {0};
		struct copied *c;

		from->s->zone[1].watermark[MM386_WMARK_HIGH] += 7;
		from->s->zone[1].lowmem_reserve[2] += 7;
		from->s->zone[1].watermark_boost = 7;
		c = copy_of(from);
		if (mm386_load(to, &c->load, &err))
			fail_msg("%s: %s", err.pointer, err.detail);
		assert_machine_valid(to);
		assert_true(same_lists(from, to));
		for (unsigned i = 0; i < mm386_info(to)->nr_zones; i++) {
			assert_int_equal(to->s->zone[i].managed, from->s->zone[i].managed);
			assert_memory_equal(to->s->zone[i].watermark, from->s->zone[i].watermark,
					    sizeof(to->s->zone[i].watermark));
			assert_memory_equal(to->s->zone[i].lowmem_reserve,
					    from->s->zone[i].lowmem_reserve,
					    sizeof(to->s->zone[i].lowmem_reserve));
			assert_int_equal(to->s->zone[i].watermark_boost,
					 from->s->zone[i].watermark_boost);
		}
		for (unsigned i = 0; i < 200; i++)
			assert_int_equal(take(to, "GFP_KERNEL", i % 3),
					 take(from, "GFP_KERNEL", i % 3));
		assert_true(same_lists(from, to));
		assert_machine_valid(to);
		copy_free(c);
		mm386_free(from);
		mm386_free(to);
	}
}

/* What is in no list is in use, by nobody; what was live is no more. */
static void test_load_frames_in_no_list_are_in_use(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_61, 64);
	struct mm386_load *load = calloc(1, sizeof(*load));
	uint32_t managed = m->s->zone[1].managed;
	const pfn_t page[] = {0x3000};
	struct mm386_frame_view v;
	struct mm386_alloc a;

	(void)state;
	assert_non_null(load);
	assert_true(take(m, "GFP_KERNEL", 0) != NO_PFN);
	load->zone[1].movable = (struct mm386_load_list){.pfn = page, .nr = 1};
	assert_int_equal(mm386_load(m, load, NULL), 0);
	assert_machine_valid(m);
	assert_int_equal(m->s->zone[1].nr_free, 0);
	assert_int_equal(m->s->zone[1].managed, managed);
	assert_int_equal(mm386_alloc_find(m, 1, &a), -ENOENT);
	assert_int_equal(mm386_frame(m, 0x3000, &v), 0);
	assert_int_equal(v.kind, MM386_KIND_USER);
	assert_true(block_is_movable(m, 0x3000));
	assert_int_equal(m->kind[0x3001], MM386_KIND_PAGES);
	assert_false(block_is_movable(m, 0x3001));
	free(load);
	mm386_free(m);
}

/* The kernel counts more or fewer pages as its own: boot's are taken for these, or get some. */
static void test_load_managed_is_the_kernels(void **state)
{
	(void)state;
	for (int more = -300; more <= 300; more += 300) {
		struct mm386 *m = boot(MM386_KERNEL_61, 64);
		struct copied *c = copy_of(m);
		uint32_t wanted = (uint32_t)((int)m->s->zone[1].managed + more);

		/* Frames that can be left to boot: those of the largest list. */
		c->load.zone[1].free[10][MM386_MIGRATE_MOVABLE].nr -= 1;
		c->load.zone[1].managed = wanted;
		assert_int_equal(mm386_load(m, &c->load, NULL), 0);
		assert_int_equal(m->s->zone[1].managed, wanted);
		assert_machine_valid(m);
		copy_free(c);
		mm386_free(m);
	}
}

/* Each of these is refused by name, and the machine is what it was. */
static void test_load_refuses_what_cannot_be(void **state)
{
	static const struct {
		const char *pointer;
		unsigned zone, order, mt;
		pfn_t pfn[2];
		unsigned nr;
	} rows[] = {
		{"/zone/1/free/3/1", 1, 3, 1, {0x3004}, 1},	    /* misaligned */
		{"/zone/1/free/0/1", 1, 0, 1, {0x3000, 0x3000}, 2}, /* twice */
		{"/zone/1/free/0/0", 1, 0, 0, {0xfff}, 1},	    /* the zone below */
		{"/zone/0/free/0/2", 0, 0, 2, {0x1000}, 1},	    /* the zone above */
		{"/zone/1/free/10/1", 1, 10, 1, {0x3c00}, 1},	    /* past the end */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm386 *m = boot(MM386_KERNEL_61, 62);
		struct mm386_load *load = calloc(1, sizeof(*load));
		uint64_t digest = mm386_digest(m);
		struct mm386_error err = {0};

		assert_non_null(load);
		load->zone[rows[i].zone].free[rows[i].order][rows[i].mt] =
			(struct mm386_load_list){.pfn = rows[i].pfn, .nr = rows[i].nr};
		assert_int_equal(mm386_load(m, load, &err), -EINVAL);
		assert_string_equal(err.pointer, rows[i].pointer);
		assert_true(mm386_digest(m) == digest);
		assert_machine_valid(m);
		free(load);
		mm386_free(m);
	}
}

/* Two free halves are one block, of whichever types they are. */
static void test_load_refuses_buddies_that_are_not_merged(void **state)
{
	static const struct {
		enum mm386_kernel kernel;
		unsigned order, mt[2];
		pfn_t pfn[2];
		const char *detail;
	} rows[] = {
		{MM386_KERNEL_61, 0, {1, 1}, {0x3000, 0x3001},
		 "block 0x3000 of order 0 and its buddy 0x3001 are both free: they are one of order 1"},
		{MM386_KERNEL_61, 3, {0, 1}, {0x3000, 0x3008},
		 "block 0x3000 of order 3 and its buddy 0x3008 are both free: they are one of order 4"},
		{MM386_KERNEL_24, 8, {0, 0}, {0x3000, 0x3100},
		 "block 0x3000 of order 8 and its buddy 0x3100 are both free: they are one of order 9"},
		{MM386_KERNEL_61, 0, {1, 1}, {0x3001, 0x3002}, NULL}, /* no buddies */
		{MM386_KERNEL_61, 10, {1, 1}, {0x3000, 0x3400}, NULL}, /* the largest */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm386 *m = boot(rows[i].kernel, 64);
		struct mm386_load *load = calloc(1, sizeof(*load));
		struct mm386_error err = {.line = 0};
		int ret;

		assert_non_null(load);
		load->zone[1].free[rows[i].order][rows[i].mt[0]] = (struct mm386_load_list){.pfn = rows[i].pfn, .nr = 1};
		if (rows[i].mt[0] == rows[i].mt[1])
			load->zone[1].free[rows[i].order][rows[i].mt[0]].nr = 2;
		else
			load->zone[1].free[rows[i].order][rows[i].mt[1]] =
				(struct mm386_load_list){.pfn = rows[i].pfn + 1, .nr = 1};
		ret = mm386_load(m, load, &err);
		assert_int_equal(ret, rows[i].detail ? -EINVAL : 0);
		if (rows[i].detail)
			assert_string_equal(err.detail, rows[i].detail);
		assert_machine_valid(m);
		free(load);
		mm386_free(m);
	}
}

/* PAE has page blocks of order 9: those of two types may both be free. */
static void test_load_takes_page_blocks_that_were_kept_apart(void **state)
{
	static const pfn_t low[] = {0x3000}, high[] = {0x3200};
	struct mm386_config cfg = release_config(KVER(6, 1, 0), UINT64_C(64) << 20);
	struct mm386_load *load = calloc(1, sizeof(*load));
	struct mm386 *m;

	(void)state;
	assert_non_null(load);
	cfg.pae = true;
	m = boot_config(&cfg);
	load->zone[1].free[9][MM386_MIGRATE_RESERVED] = (struct mm386_load_list){.pfn = low, .nr = 1};
	load->zone[1].free[9][MM386_MIGRATE_MOVABLE] = (struct mm386_load_list){.pfn = high, .nr = 1};
	assert_int_equal(mm386_load(m, load, NULL), 0);
	assert_machine_valid(m);
	free(load);
	mm386_free(m);
}

/* Overlaps between lists, lists that the kernel has not, and counts that do not fit. */
static void test_load_refuses_what_does_not_fit_the_kernel(void **state)
{
	static const pfn_t block[] = {0x3000}, part[] = {0x3002};
	struct mm386 *m = boot(MM386_KERNEL_24, 64);
	struct mm386_load *load = calloc(1, sizeof(*load));
	struct mm386_load_zone *lz = &load->zone[1];
	struct mm386_load_pcp pcp = {.list[0] = {.pfn = block, .nr = 1}};
	struct mm386_error err = {0};
	uint8_t types[64] = {0};

	(void)state;
	lz->free[3][0] = (struct mm386_load_list){.pfn = block, .nr = 1};
	lz->free[1][0] = (struct mm386_load_list){.pfn = part, .nr = 1};
	assert_int_equal(mm386_load(m, load, &err), -EINVAL);
	assert_string_equal(err.pointer, "/zone/1/free/3/0");
	lz->free[1][0].nr = 0;
	lz->free[3][1] = lz->free[3][0];
	assert_int_equal(mm386_load(m, load, &err), -EINVAL);
	assert_string_equal(err.pointer, "/zone/1/free/3/1");
	lz->free[3][1].nr = 0;
	lz->pcp = &pcp;
	assert_int_equal(mm386_load(m, load, &err), -EINVAL);
	assert_string_equal(err.pointer, "/zone/1/pcp/0/0");
	lz->pcp = NULL;
	lz->pageblock = types;
	lz->nr_pageblocks = 1;
	assert_int_equal(mm386_load(m, load, &err), -EINVAL);
	assert_string_equal(err.pointer, "/zone/1/pageblock");
	lz->pageblock = NULL;
	lz->managed = 7;
	assert_int_equal(mm386_load(m, load, &err), -EINVAL);
	assert_string_equal(err.pointer, "/zone/1/managed");
	free(load);
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load_takes_over_every_list),
		cmocka_unit_test(test_load_frames_in_no_list_are_in_use),
		cmocka_unit_test(test_load_managed_is_the_kernels),
		cmocka_unit_test(test_load_refuses_what_cannot_be),
		cmocka_unit_test(test_load_refuses_buddies_that_are_not_merged),
		cmocka_unit_test(test_load_takes_page_blocks_that_were_kept_apart),
		cmocka_unit_test(test_load_refuses_what_does_not_fit_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
