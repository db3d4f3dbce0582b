/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_nodes.c - machines of several nodes.
 *
 * Two nodes of 1 GiB each, 2.6.32:
 *	zone	0 DMA  1 Normal  2 HighMem  3 Movable | 4 DMA  5 Normal  6 HighMem  7 Movable
 *	node	0 ....................................  1  (empty) (empty)  ..........
 */
#include "machine.h"
#include "boot.h"
#include "pageblock.h"

static struct mm386 *boot_nodes(uint32_t release, unsigned mib, unsigned nodes, unsigned cpus)
{
	struct mm386_config cfg = release_config(release, (uint64_t)mib << 20);

	cfg.nr_nodes = nodes;
	cfg.cpus = cpus;
	return boot_config(&cfg);
}

static void test_nodes_have_all_zones_most_of_them_empty(void **state)
{
	struct mm386 *m = boot_nodes(KVER(2, 6, 32), 2048, 2, 2);
	struct mm386_node_view node;
	struct mm386_zone_view z;

	(void)state;
	assert_int_equal(mm386_info(m)->nr_nodes, 2);
	assert_int_equal(mm386_info(m)->nr_zones, 8);
	for (unsigned i = 0; i < 8; i++) {
		mm386_zone(m, i, &z);
		assert_int_equal(z.node, i / 4);
		assert_int_equal(z.type, i % 4);
		assert_int_equal(z.spanned != 0, i < 3 || i == 6);
	}
	mm386_zone(m, 2, &z);
	assert_int_equal(z.end_pfn, 0x40000);
	mm386_zone(m, 6, &z);
	assert_int_equal(z.start_pfn, 0x40000);
	mm386_node(m, 1, &node);
	assert_int_equal(node.start_pfn, 0x40000);
	assert_int_equal(node.end_pfn, 0x7ffe0);
	assert_int_equal(node.cpus, 2);
	assert_machine_valid(m);
	mm386_free(m);
}

/* Of a zone that spans nothing there is no page block, though one begins before where it would lie. */
static void test_nodes_empty_zones_have_no_page_block(void **state)
{
	struct mm386_config cfg = release_config(KVER(6, 1, 0), 127 * MIB);
	struct mm386 *m;
	struct zone *high;

	(void)state;
	cfg.pae = cfg.numa = true;
	m = boot_config(&cfg);
	high = &m->s->zone[2];
	assert_int_equal(high->spanned, 0);
	assert_int_not_equal(high->start_pfn % 512, 0);
	/* What lies behind the page blocks is as it was: CPUs' lists. */
	assert_machine_valid(m);
	assert_int_equal(pcp_of(m, &m->s->zone[0], 0)->count, 0);
	mm386_free(m);
}

/* Every frame of a zone is that zone's, its neighbours outside are not. */
static void test_nodes_zone_of_finds_every_border(void **state)
{
	static const uint32_t releases[] = {KVER(2, 4, 22), KVER(2, 6, 18), KVER(2, 6, 32),
					    KVER(6, 1, 0)};

	(void)state;
	for (unsigned r = 0; r < 4; r++) {
		for (unsigned nodes = 1; nodes <= 4; nodes++) {
			struct mm386 *m = boot_nodes(releases[r], 3072, nodes, 1);

			for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
				struct zone *z = &m->s->zone[i];

				if (!z->spanned)
					continue;
				assert_ptr_equal(zone_of(m, z->start_pfn), z);
				assert_ptr_equal(zone_of(m, z->end_pfn - 1), z);
				assert_ptr_not_equal(zone_of(m, z->start_pfn - 1), z);
				assert_ptr_not_equal(zone_of(m, z->end_pfn), z);
			}
			assert_machine_valid(m);
			mm386_free(m);
		}
	}
}

/*
 * Which zones a request from each node asks, in order, by their numbers (four a node).  2.6.32
 * picks zone order here, for DMA is little; 2.6.36 sees that node 1 has no Normal zone.
 */
static void test_nodes_lists_follow_the_release(void **state)
{
	static const struct {
		uint32_t release;
		unsigned nr;
		uint8_t from0[4], from1[4];
	} want[] = {
		{KVER(2, 6, 18), 4, {3, 2, 0, 7}, {7, 3, 2, 0}},
		{KVER(2, 6, 32), 4, {2, 6, 1, 0}, {6, 2, 1, 0}},
		{KVER(2, 6, 36), 4, {2, 1, 0, 6}, {6, 2, 1, 0}},
		{KVER(4, 1, 0), 4, {2, 6, 1, 0}, {6, 2, 1, 0}},
		{KVER(6, 1, 0), 4, {2, 1, 0, 6}, {6, 2, 1, 0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct mm386 *m = boot_nodes(want[i].release, 2048, 2, 2);
		struct mm386_node_view node;

		mm386_node(m, 0, &node);
		assert_int_equal(node.nr_zonelist, want[i].nr);
		assert_memory_equal(node.zonelist, want[i].from0, want[i].nr);
		mm386_node(m, 1, &node);
		assert_memory_equal(node.zonelist, want[i].from1, want[i].nr);
		mm386_free(m);
	}
}

/* Four nodes, each with a CPU: the next one first, and not all fall back on the same. */
static void test_nodes_fall_back_on_the_next_one(void **state)
{
	struct mm386 *m = boot_nodes(KVER(6, 1, 0), 3072, 4, 4);
	static const uint8_t second[] = {1, 2, 3, 0};
	struct mm386_node_view node;

	(void)state;
	for (unsigned n = 0; n < 4; n++) {
		unsigned i = 0;

		mm386_node(m, n, &node);
		while (node.zonelist[i] / 4 == n)
			i++;
		assert_int_equal(node.zonelist[i] / 4, second[n]);
	}
	mm386_free(m);
}

/* Memory comes from the node that asks while it has some. */
static void test_nodes_requests_stay_at_home(void **state)
{
	struct mm386 *m = boot_nodes(KVER(6, 1, 0), 2048, 2, 2);
	int node = -1;

	(void)state;
	for (unsigned i = 0; i < MM386_OP_ARGS; i++)
		if (mm386_op_desc(MM386_OP_ALLOC_PAGES)->arg[i].type == MM386_ARG_NODE)
			node = (int)i;
	assert_true(node >= 0);
	for (unsigned n = 0; n < 2; n++) {
		struct mm386_op op = alloc_op("GFP_HIGHUSER_MOVABLE", 4);

		op.given |= (uint16_t)(1u << node);
		op.arg[node] = n;
		assert_int_equal(apply(m, op).zone, n == 0 ? 2 : 6);
	}
	/* Node 1 has no low memory. */
	assert_in_range(apply(m, alloc_op("GFP_KERNEL", 4)).zone, 0, 1);
	assert_machine_valid(m);
	mm386_free(m);
}

static void test_nodes_ranges_are_those_given(void **state)
{
	struct mm386_config cfg;
	struct mm386_error err = {.line = 0};
	struct mm386_node_view node;
	struct mm386 *m = NULL;

	(void)state;
	mm386_config_init(&cfg);
	cfg.memory_bytes = GIB;
	cfg.nr_nodes = 2;
	cfg.node[0] = (struct mm386_node_range){.end = 0x1fffffff};
	cfg.node[1] = (struct mm386_node_range){.start = 0x20000000, .end = 0x3fffffff};
	assert_int_equal(mm386_boot(&cfg, &m, &err), 0);
	mm386_node(m, 0, &node);
	assert_int_equal(node.end_pfn, 0x20000);
	mm386_node(m, 1, &node);
	assert_int_equal(node.start_pfn, 0x20000);
	assert_int_equal(node.end_pfn, 0x3ffe0);
	mm386_free(m);
	m = NULL;
	cfg.node[1].start = 0x10000000;
	assert_int_equal(mm386_boot(&cfg, &m, &err), -EINVAL);
	assert_string_equal(err.pointer, "/nodes/1");
	cfg.nr_nodes = 5;
	assert_int_equal(mm386_boot(&cfg, &m, &err), -EINVAL);
	assert_string_equal(err.pointer, "/nodes");
	assert_null(m);
}

static void assert_order(const struct mm386 *m, unsigned node, unsigned nr, const unsigned *nodes)
{
	struct mm386_node_view v;
	struct mm386_zone_view z;
	unsigned found = 0, last = MM386_NODES_MAX;

	mm386_node(m, node, &v);
	for (unsigned i = 0; i < v.nr_zonelist; i++) {
		mm386_zone(m, v.zonelist[i], &z);
		if (z.node == last)
			continue;
		assert_true(found < nr);
		assert_int_equal(z.node, nodes[found++]);
		last = z.node;
	}
	assert_int_equal(found, nr);
}

/*
 * Distances of 6.1 on three nodes, as a real one printed: "Fallback order for Node 0: 0 2 1" and so on.
 *	0 - 1: 40	0 - 2: 20	1 - 2: 15
 */
/* A table in which there is no RAM of this machine is not believed. */
static void test_nodes_ranges_without_ram(void **state)
{
	static const uint32_t releases[] = {KVER(2, 6, 0), KVER(2, 6, 18), KVER(2, 6, 24), KVER(2, 6, 32),
					    KVER(6, 1, 0)};

	(void)state;
	for (unsigned r = 0; r < sizeof(releases) / sizeof(releases[0]); r++) {
		struct mm386_config cfg = release_config(releases[r], 203 * MIB);
		struct mm386_node_view node;
		struct mm386 *m;

		cfg.nr_nodes = 2;
		cfg.nr_node_ranges = 1;
		cfg.node[0] = (struct mm386_node_range){.start = GIB, .end = 2 * GIB - 1, .node = 1};
		m = boot_config(&cfg);
		assert_machine_valid(m);
		mm386_node(m, 1, &node);
		assert_int_equal(node.managed, 0);
		mm386_free(m);
	}
}

/* Who believes the table cannot be in memory that is in none of its ranges. */
static void test_nodes_have_the_kernel(void **state)
{
	struct mm386_config cfg = release_config(KVER(2, 6, 6), 203 * MIB);
	struct mm386_error err = {.line = 0};
	struct mm386 *m = NULL;

	(void)state;
	cfg.nr_nodes = 2;
	cfg.nr_node_ranges = 1;
	cfg.node[0] = (struct mm386_node_range){.start = 128 * MIB, .end = 256 * MIB - 1, .node = 1};
	assert_int_equal(mm386_boot(&cfg, &m, &err), -EINVAL);
	assert_string_equal(err.pointer, "/nodes");
	assert_null(m);
	cfg.nr_node_ranges = 2; /* in two ranges that meet it may be */
	cfg.node[0] = (struct mm386_node_range){.end = 2 * MIB - 1};
	cfg.node[1] = (struct mm386_node_range){.start = 2 * MIB, .end = 256 * MIB - 1};
	m = boot_config(&cfg);
	assert_machine_valid(m);
	mm386_free(m);
}

static void test_nodes_fall_back_on_the_nearest(void **state)
{
	static const uint8_t far[3][3] = {{10, 40, 20}, {40, 10, 15}, {20, 15, 10}};
	struct mm386_config cfg = release_config(KVER(6, 1, 0), 2 * GIB);
	struct mm386 *m;

	(void)state;
	cfg.pae = true;
	cfg.nr_nodes = 3;
	for (unsigned i = 0; i < 3; i++)
		memcpy(cfg.node_distance[i], far[i], 3);
	m = boot_config(&cfg);
	assert_order(m, 0, 3, (const unsigned[]){0, 2, 1});
	assert_order(m, 1, 3, (const unsigned[]){1, 2, 0});
	assert_order(m, 2, 3, (const unsigned[]){2, 1, 0});
	mm386_free(m);
	cfg.node_distance[0][1] = 9;
	assert_int_equal(mm386_boot(&cfg, &m, NULL), -EINVAL);
}

/*
 * Of nodes that are as far the one goes first on which the fewest fall back: 6.1 counts them, 5.15 knows the last
 * one's rank alone.
 */
static void test_nodes_share_what_falls_back(void **state)
{
	struct mm386 *m = boot_nodes(KVER(6, 1, 0), 2048, 4, 1);

	(void)state;
	assert_order(m, 0, 4, (const unsigned[]){0, 1, 2, 3});
	assert_order(m, 1, 4, (const unsigned[]){1, 2, 3, 0});
	assert_order(m, 2, 4, (const unsigned[]){2, 3, 0, 1});
	assert_order(m, 3, 4, (const unsigned[]){3, 0, 1, 2});
	mm386_free(m);
}

/* CPUs go where the firmware says. */
static void test_nodes_have_the_cpus_they_are_told(void **state)
{
	struct mm386_config cfg = release_config(KVER(6, 1, 0), GIB);
	struct mm386_node_view node;
	struct mm386 *m;

	(void)state;
	cfg.nr_nodes = 2;
	cfg.cpus = 3;
	cfg.node_cpus[0] = 4;
	cfg.node_cpus[1] = 3;
	m = boot_config(&cfg);
	mm386_node(m, 0, &node);
	assert_int_equal(node.cpus, 4);
	mm386_node(m, 1, &node);
	assert_int_equal(node.cpus, 3);
	mm386_free(m);
}

/* __GFP_THISNODE: a full node refuses what its neighbour could give; before 2.6.19 there is no such flag. */
static void test_nodes_thisnode_asks_no_other(void **state)
{
	struct mm386_op op = alloc_op("GFP_KERNEL", 0);
	struct mm386_result res;
	struct mm386 *m = boot_nodes(KVER(2, 6, 32), 2048, 2, 2);
	struct mm386_zone_view z;

	(void)state;
	op.given |= 1u << 3 | 1u << 5;
	op.arg[3] = 1; /* node 1 has no low memory at all */
	op.arg[5] = 1;
	assert_refused(m, apply(m, op), ENOMEM, "no zone of that node that may be asked has any page");
	op.arg[5] = 0;
	res = apply(m, op);
	assert_true(res.ok);
	mm386_zone(m, (unsigned)res.zone, &z);
	assert_int_equal(z.node, 0);
	op.arg[0] = gfp_of("GFP_HIGHUSER");
	op.arg[5] = 1;
	res = apply(m, op);
	assert_true(res.ok);
	mm386_zone(m, (unsigned)res.zone, &z);
	assert_int_equal(z.node, 1);
	assert_machine_valid(m);
	mm386_free(m);
	m = boot_nodes(KVER(2, 6, 18), 2048, 2, 2);
	op.arg[0] = gfp_of("GFP_KERNEL");
	assert_true(apply(m, op).ok);
	mm386_free(m);
}

/* 6.1 cuts memory into sections, of which page blocks are: the one that low memory ends in is Normal's and HighMem's. */
static void test_nodes_zones_share_a_page_block(void **state)
{
	struct mm386_config cfg = release_config(KVER(6, 1, 0), 2 * GIB);
	struct mm386 *m;
	struct zone *normal, *high;

	(void)state;
	cfg.pae = true;
	for (unsigned nodes = 1; nodes <= 2; nodes++) {
		cfg.nr_nodes = nodes;
		m = boot_config(&cfg);
		normal = zone_of(m, mm386_info(m)->max_low_pfn - 1);
		high = zone_of(m, mm386_info(m)->max_low_pfn);
		assert_int_not_equal(high->start_pfn % 512, 0);
		assert_int_equal(pageblock_mt(m, high, high->start_pfn),
				 nodes > 1 ? MM386_MIGRATE_MOVABLE : MM386_MIGRATE_UNMOVABLE);
		pageblock_retype(m, normal, normal->end_pfn - 1, MM386_MIGRATE_RECLAIMABLE);
		assert_int_equal(pageblock_mt(m, high, high->start_pfn),
				 nodes > 1 ? MM386_MIGRATE_RECLAIMABLE : MM386_MIGRATE_UNMOVABLE);
		mm386_free(m);
	}
}

/* kernelcore= is dealt evenly: each node keeps its share low, the rest of each is movable. */
static void test_nodes_share_the_kernels_memory(void **state)
{
	struct mm386_config cfg;
	struct mm386_zone_view z;
	struct mm386 *m = NULL;
	uint32_t core = 0;

	(void)state;
	mm386_config_init(&cfg);
	cfg.kernel = MM386_KERNEL_61;
	cfg.memory_bytes = 3 * GIB;
	cfg.nr_nodes = 3;
	snprintf(cfg.cmdline, sizeof(cfg.cmdline), "kernelcore=1536M");
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	for (unsigned i = 0; i < 12; i++) { /* node 0's low memory alone is more than its share */
		mm386_zone(m, i, &z);
		if (i % 4 < 3)
			core += z.present;
		else
			assert_true(z.spanned > 0 && z.start_pfn % 1024 == 0);
	}
	assert_in_range(core, 393216, 393216 + 3 * 1024);
	assert_machine_valid(m);
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nodes_have_all_zones_most_of_them_empty),
		cmocka_unit_test(test_nodes_zone_of_finds_every_border),
		cmocka_unit_test(test_nodes_lists_follow_the_release),
		cmocka_unit_test(test_nodes_fall_back_on_the_next_one),
		cmocka_unit_test(test_nodes_requests_stay_at_home),
		cmocka_unit_test(test_nodes_ranges_are_those_given),
		cmocka_unit_test(test_nodes_ranges_without_ram),
		cmocka_unit_test(test_nodes_have_the_kernel),
		cmocka_unit_test(test_nodes_empty_zones_have_no_page_block),
		cmocka_unit_test(test_nodes_share_the_kernels_memory),
		cmocka_unit_test(test_nodes_fall_back_on_the_nearest),
		cmocka_unit_test(test_nodes_share_what_falls_back),
		cmocka_unit_test(test_nodes_have_the_cpus_they_are_told),
		cmocka_unit_test(test_nodes_thisnode_asks_no_other),
		cmocka_unit_test(test_nodes_zones_share_a_page_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
