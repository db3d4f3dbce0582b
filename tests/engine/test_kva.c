/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_kva.c - windows for the nodes' mem_map, by machines whose kernels printed them.
 *
 * What a boot log holds of such a machine is compared by mm386-conform; here is what it does not: the frames.
 */
#include "boot.h"
#include "machine.h"

/* Four nodes of 4 GiB, with a hole below 4G: 2.5.59 with a descriptor of 40 bytes. */
static struct mm386_config four_nodes(void)
{
	struct mm386_config cfg = release_config(KVER(2, 5, 59), 0);

	cfg.pae = true;
	cfg.cpus = 4;
	cfg.page_struct_bytes = 40;
	cfg.nr_e820 = 3;
	cfg.e820[0] = (struct mm386_e820_entry){0, 0x9fbff, MM386_E820_USABLE, 0};
	cfg.e820[1] = (struct mm386_e820_entry){0x100000, 0xf7ffffff, MM386_E820_USABLE, 0};
	cfg.e820[2] = (struct mm386_e820_entry){0x100000000, 0x3ffffffff, MM386_E820_USABLE, 0};
	cfg.nr_nodes = 4;
	for (unsigned n = 0; n < 4; n++)
		cfg.node[n] = (struct mm386_node_range){n * 4 * GIB, (n + 1) * 4 * GIB - 1, 0};
	return cfg;
}

/* Two nodes of 1 GiB each. */
static struct mm386_config two_nodes(uint32_t release)
{
	struct mm386_config cfg = release_config(release, 2 * GIB);

	cfg.pae = true;
	cfg.nr_nodes = 2;
	return cfg;
}

/*
 * Low memory ends earlier by what the windows take; its frames go to high memory.  The
 * windows of the nodes lie in falling order, and show each node's last frames.
 */
static void test_kva_remote_nodes_take_from_low_memory(void **state)
{
	struct mm386_config cfg = four_nodes();
	struct mm386 *m = boot_config(&cfg);
	const struct boot_facts *f = &m->s->boot;
	struct mm386_zone_view normal, high;

	(void)state;
	assert_int_equal(mm386_info(m)->max_low_pfn, 229376 - 3 * 10752);
	assert_int_equal(mm386_info(m)->highstart_pfn, 229376); /* as this release still prints it */
	mm386_zone(m, 1, &normal);
	mm386_zone(m, 2, &high);
	assert_int_equal(normal.end_pfn, 197120);
	assert_int_equal(high.start_pfn, 197120);
	assert_int_equal(f->kva[0].pages, 0);
	for (unsigned n = 1; n < 4; n++) {
		assert_int_equal(f->kva[n].pages, 10752);
		assert_int_equal(f->kva[n].low_pfn, 229376 - n * 10752);
		assert_int_equal(f->kva[n].start_pfn, (n + 1) * 0x100000 - 10752);
		assert_int_equal(m->s->node[n].end_pfn, f->kva[n].start_pfn);
		assert_int_equal(m->kind[f->kva[n].start_pfn], MM386_KIND_MEMMAP);
		assert_int_equal(m->kind[f->kva[n].start_pfn - 1], MM386_KIND_FREE);
	}
	assert_machine_valid(m);
	mm386_free(m);
}

/* A descriptor of a remote node has a low address, and lies in that node. */
static void test_kva_descriptors_lie_in_their_node(void **state)
{
	struct mm386_config cfg = four_nodes();
	struct mm386 *m = boot_config(&cfg);
	struct mm386_frame_view frame;

	(void)state;
	assert_int_equal(mm386_frame(m, 0x100001, &frame), 0);
	assert_int_equal(frame.page_va, 0xc0000000u + ((229376 - 10752) << 12) + 40);
	assert_int_equal(frame.page_pa, ((uint64_t)(0x200000 - 10752) << 12) + 40);
	mm386_free(m);
}

/* 2.6.18: every node has one; the end of a node is cut to a large page, and what is cut off has no descriptor. */
static void test_kva_each_node_has_a_window(void **state)
{
	struct mm386_config cfg = two_nodes(KVER(2, 6, 18));
	struct mm386 *m = boot_config(&cfg);
	const struct boot_facts *f = &m->s->boot;
	struct mm386_frame_view frame;

	(void)state;
	assert_int_equal(f->kva[0].pages, 5 * 512); /* 8 MiB of descriptors and the node's own */
	assert_int_equal(f->kva[0].low_pfn, mm386_info(m)->max_low_pfn);
	assert_int_equal(f->kva[1].low_pfn, f->kva[0].low_pfn + f->kva[0].pages);
	assert_int_equal(f->kva[1].low_pfn + f->kva[1].pages, 229376);
	assert_int_equal(f->kva[1].further, 0x1e0); /* RAM ends with frame 0x7ffe0 */
	assert_int_equal(f->kva[1].start_pfn % 512, 0);
	assert_int_equal(m->kind[0x7ffdf], MM386_KIND_LOST);
	assert_int_equal(mm386_frame(m, 0x7ffdf, &frame), 0);
	assert_false(frame.has_page);
	assert_int_equal(mm386_frame(m, m->s->node[1].end_pfn - 1, &frame), 0);
	assert_true(frame.has_page);
	assert_machine_valid(m);
	mm386_free(m);
}

/* 2.6.24: low memory keeps its size, and the frames whose addresses the windows have are lost. */
static void test_kva_windows_within_low_memory(void **state)
{
	struct mm386_config cfg = two_nodes(KVER(2, 6, 24));
	struct mm386 *m = boot_config(&cfg);
	const struct boot_facts *f = &m->s->boot;

	(void)state;
	assert_int_equal(mm386_info(m)->max_low_pfn, 229376);
	assert_int_equal(f->kva_low_pfn, 229376 - f->kva_pages);
	for (uint32_t pfn = f->kva_low_pfn; pfn < 229376; pfn++)
		assert_int_equal(m->kind[pfn], MM386_KIND_BOOT);
	assert_machine_valid(m);
	mm386_free(m);
}

/* 2.6.32: nodes keep their ends, too; 3.9 has all of mem_map in low memory again. */
static void test_kva_ends_with_3_9(void **state)
{
	struct mm386_config cfg = two_nodes(KVER(2, 6, 32));
	struct mm386 *m = boot_config(&cfg);

	(void)state;
	assert_int_equal(m->s->node[1].end_pfn, 0x7ffe0);
	assert_int_equal(m->kind[m->s->boot.kva[1].start_pfn], MM386_KIND_MEMMAP);
	assert_in_range(m->s->boot.kva[1].start_pfn, 0x40000, 0x7ffe0);
	assert_machine_valid(m);
	mm386_free(m);
	cfg = two_nodes(KVER(3, 9, 0));
	m = boot_config(&cfg);
	assert_int_equal(m->s->boot.kva_pages, 0);
	mm386_free(m);
}

/* One node, and a kernel that is built for more: without a table of nodes its mem_map stays where it is. */
static void test_kva_of_one_node(void **state)
{
	struct mm386_config cfg = release_config(KVER(2, 6, 18), 2 * GIB);
	struct mm386 *m;

	(void)state;
	cfg.numa = true;
	m = boot_config(&cfg);
	assert_int_equal(m->s->boot.kva_pages, 1024);
	assert_int_not_equal(m->s->boot.mem_map_pa, 0);
	mm386_free(m);
	cfg.numa = false;
	m = boot_config(&cfg);
	assert_int_equal(m->s->boot.kva_pages, 0);
	mm386_free(m);
}

/* Chunks of one node with a hole between: what lies in it is no memory of the node's. */
static void test_kva_holes_between_chunks_are_absent(void **state)
{
	struct mm386_config cfg = four_nodes();
	struct mm386 *m;

	(void)state;
	cfg.nr_nodes = 2;
	cfg.nr_node_ranges = 3;
	cfg.node[0] = (struct mm386_node_range){0, 0xdfffffff, 0};
	cfg.node[1] = (struct mm386_node_range){0x100000000, 0x11fffffff, 0};
	cfg.node[2] = (struct mm386_node_range){0x120000000, 0x21fffffff, 1};
	m = boot_config(&cfg);
	assert_int_equal(m->s->zone[2].spanned, 0x120000 - 218624);
	assert_int_equal(m->s->zone[2].present, 829952);
	assert_machine_valid(m);
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kva_remote_nodes_take_from_low_memory),
		cmocka_unit_test(test_kva_descriptors_lie_in_their_node),
		cmocka_unit_test(test_kva_each_node_has_a_window),
		cmocka_unit_test(test_kva_windows_within_low_memory),
		cmocka_unit_test(test_kva_ends_with_3_9),
		cmocka_unit_test(test_kva_of_one_node),
		cmocka_unit_test(test_kva_holes_between_chunks_are_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
