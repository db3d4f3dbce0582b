/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_handover.c - what boot reserves, what it hands over, and in which order.
 *
 * The numbers of 6.1 are those of Debian's 6.1 kernels under QEMU, read right after mem_init().
 */
#include "machine.h"
#include "boot.h"

#define NOKASLR "console=ttyS0 no_hash_pointers nokaslr"

/* Managed pages of each zone by memory size, command line, PAE and CPUs alone. */
static void test_handover_managed_pages_are_those_of_6_1(void **state)
{
	static const struct {
		const char *cmdline;
		unsigned mib;
		bool pae;
		unsigned cpus;
		uint32_t managed[4];
	} want[] = {
		{NOKASLR, 36, false, 1, {3840, 861, 0, 0}},
		{NOKASLR, 64, false, 1, {3840, 7959, 0, 0}},
		{NOKASLR, 512, false, 1, {3840, 121443, 0, 0}},
		{NOKASLR, 896, false, 1, {3840, 213600, 5090, 0}},
		{NOKASLR, 1024, false, 1, {3840, 213280, 37858, 0}},
		{NOKASLR, 1024, false, 2, {3840, 213247, 37858, 0}},
		{NOKASLR " nr_cpus=1", 1024, false, 2, {3840, 213280, 37858, 0}},
		{NOKASLR " possible_cpus=4", 1024, false, 1, {3840, 213181, 37858, 0}},
		{NOKASLR " maxcpus=0", 1024, false, 2, {3840, 213280, 37858, 0}},
		{NOKASLR " crashkernel=64M", 1024, false, 1, {3840, 196896, 37858, 0}},
		{NOKASLR " maxcpus=1", 1024, false, 2, {3840, 213247, 37858, 0}},
		{NOKASLR, 1547, false, 1, {3840, 211970, 171746, 0}},
		{NOKASLR, 4096, false, 1, {3840, 208160, 562146, 0}},
		{NOKASLR " vmalloc=64M", 1024, false, 1, {3840, 227616, 23522, 0}},
		{NOKASLR " mem=1G", 2048, false, 1, {3840, 213280, 37890, 0}},
		{NOKASLR " memmap=3M$40M memmap=60K$5000K memmap=64M$900M",
		 1024,
		 false,
		 1,
		 {3825, 212512, 21474, 0}},
		{NOKASLR " memmap=exactmap memmap=640K@0 memmap=255M@1M memmap=256M@512M",
		 1024,
		 false,
		 1,
		 {3840, 120834, 0, 0}},
		{NOKASLR, 512, true, 1, {3840, 121394, 0, 0}},
		{NOKASLR, 1024, true, 1, {3840, 214256, 36834, 0}},
		{NOKASLR, 2048, true, 2, {3840, 211663, 298978, 0}},
		{NOKASLR, 4096, true, 1, {3840, 187504, 823266, 0}},
		{NOKASLR, 16384, true, 1, {3840, 156783, 3968994, 0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct mm386_config cfg;
		struct mm386 *m;

		mm386_config_init(&cfg);
		cfg.kernel = MM386_KERNEL_61;
		cfg.memory_bytes = (uint64_t)want[i].mib << 20;
		cfg.pae = want[i].pae;
		cfg.cpus = want[i].cpus;
		cfg.initrd_bytes = 0x105000;
		snprintf(cfg.cmdline, sizeof(cfg.cmdline), "%s", want[i].cmdline);
		assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
		for (unsigned z = 0; z < 4; z++) {
			struct mm386_zone_view v;

			mm386_zone(m, z, &v);
			assert_int_equal(v.managed, want[i].managed[z]);
		}
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/* The image of Debian's 686 as /proc/iomem tells it: the same machine as the profile's own. */
static void test_handover_takes_the_image_from_iomem(void **state)
{
	struct mm386_config cfg;
	char own[16384], told[16384];
	struct mm386 *m;

	(void)state;
	mm386_config_init(&cfg);
	cfg.kernel = MM386_KERNEL_61;
	cfg.memory_bytes = GIB;
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	mm386_boot_report(m, own, sizeof(own));
	mm386_free(m);
	cfg.image = (struct mm386_image){0x1000000, 0x191bc7f, 0x191c000, 0x1c38fff,
					 0x1c39000, 0x1d70bbf, 0x1e72000, 0x1ee5fff, 0};
	cfg.init_bytes = 912 << 10;
	cfg.alternatives_bytes = 32 << 10;
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	mm386_boot_report(m, told, sizeof(told));
	mm386_free(m);
	assert_string_equal(told, own);
	cfg.image.data_start = 0x2000;
	assert_int_equal(mm386_boot(&cfg, &m, NULL), -EINVAL);
}

/* Debian's 5.10, as its own log tells it: early requests and a buffer for devices of other sizes. */
static void test_handover_memory_lines_of_5_10(void **state)
{
	static const struct mm386_image image = {0x1000000, 0x1819c9f, 0x181a000, 0x1a93fff,
						 0x1a94000, 0x1bb4c7f, 0x1cad000, 0x1d23fff, 0};
	static const struct mm386_image image_pae = {0x1000000, 0x183357f, 0x1834000, 0x1aacfff,
						     0x1aae000, 0x1bd587f, 0x1cd2000, 0x1d4bfff, 0};
	static const struct {
		unsigned mib, cpus, percpu_static;
		bool pae;
		const char *line, *options;
	} want[] = {
		{128, 1, 115596, false, "Memory: 114388K/130552K available", ""},
		{1024, 2, 115596, false, "Memory: 1022116K/1048056K available", ""},
		{4096, 1, 116428, true, "Memory: 4060904K/4193784K available", ""},
		{1024, 1, 115596, false, "Memory: 501044K/523900K available", /* the last page below 640K is the BIOS's */
		 " memmap=exactmap memmap=640K@0 memmap=255M@1M memmap=256M@512M"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct mm386_config cfg = release_config(KVER(5, 10, 223), (uint64_t)want[i].mib << 20);
		char report[16384];
		struct mm386 *m;

		cfg.pae = want[i].pae;
		cfg.cpus = want[i].cpus;
		cfg.initrd_bytes = want[i].mib > 1024 ? 0x10415b : 0x105000;
		cfg.image = want[i].pae ? image_pae : image;
		cfg.init_bytes = (want[i].pae ? 896 : 880) << 10;
		cfg.alternatives_bytes = 32 << 10;
		cfg.percpu_static_bytes = want[i].percpu_static;
		cfg.percpu_unit_bytes = 147456;
		snprintf(cfg.cmdline, sizeof(cfg.cmdline), "%s%s", NOKASLR, want[i].options);
		m = boot_config(&cfg);
		mm386_boot_report(m, report, sizeof(report));
		if (!strstr(report, want[i].line))
			fail_msg("not %s but %.60s", want[i].line, strstr(report, "Memory: "));
		mm386_free(m);
	}
}

/* What Debian's 6.1 printed when options moved its page tables, its image or its CPUs. */
static void test_handover_memory_lines_of_odd_options(void **state)
{
	static const struct {
		const char *options;
		unsigned mib, cpus;
		bool pae;
		const char *line;
	} want[] = {
		{"memmap=1234567$77777777", 1024, 1, false, "Memory: 1018692K/1046844K available"},
		{"mem=100M memmap=20M$30M", 512, 1, false, "Memory: 65388K/83624K available"},
		{"nosmp", 1024, 2, false, "Memory: 1019908K/1048056K available"},
		{"possible_cpus=4", 1024, 1, false, "Memory: 1019512K/1048056K available"},
		{"dhash_entries=4096", 1024, 1, false, "Memory: 1020404K/1048056K available"},
		{"crashkernel=64M", 1024, 1, false, "Memory: 954372K/1048056K available"},
		{"swiotlb=noforce", 4096, 1, true, "Memory: 4124484K/4193784K available"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct mm386_config cfg;
		char report[16384];
		struct mm386 *m;

		mm386_config_init(&cfg);
		cfg.kernel = MM386_KERNEL_61;
		cfg.memory_bytes = (uint64_t)want[i].mib << 20;
		cfg.pae = want[i].pae;
		cfg.cpus = want[i].cpus;
		cfg.initrd_bytes = 1069403;
		snprintf(cfg.cmdline, sizeof(cfg.cmdline), "%s panic=-1 %s", NOKASLR,
			 want[i].options);
		assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
		mm386_boot_report(m, report, sizeof(report));
		if (!strstr(report, want[i].line))
			fail_msg("%s: not %s but %.60s", want[i].options, want[i].line,
				 strstr(report, "Memory: "));
		mm386_free(m);
	}
}

/* memblock.reserved of 64 MiB, neighbours joined; the last ends with RAM. */
static void test_handover_reserves_range_by_range_as_6_1(void **state)
{
	static const uint32_t want[][2] = {
		{0, 0x100000},		{0x1000000, 0x1ef6000}, {0x3e0b000, 0x3e38000},
		{0x3e3a000, 0x3e3a504}, {0x3e3a540, 0x3e3a9a0}, {0x3e3a9c0, 0x3e3aa58},
		{0x3e3aa80, 0x3e3aa84}, {0x3e3aac0, 0x3e3aac4}, {0x3e3ab00, 0x3e3ab04},
		{0x3e3ab40, 0x3e3ab44}, {0x3e3ab80, 0x3e3aba7}, {0x3e3abc0, 0x3e3abe7},
		{0x3e3ac00, 0x3e3ac10}, {0x3e3ac40, 0x3e3ac50}, {0x3e3ac80, 0x3e3aee0},
		{0x3e3af00, 0x3e3af2b}, {0x3e3af40, 0x3e3af69}, {0x3e3af80, 0x3e3af88},
		{0x3e3afc0, 0x3e3afc4}, {0x3e3b000, 0x3fe0000},
	};
	struct mm386_config cfg;
	struct boot_plan plan;
	size_t n = 0;

	(void)state;
	mm386_config_init(&cfg);
	cfg.kernel = MM386_KERNEL_61;
	cfg.memory_bytes = 64 * MIB;
	cfg.initrd_bytes = 0x105000;
	snprintf(cfg.cmdline, sizeof(cfg.cmdline), "%s", NOKASLR);
	assert_int_equal(boot_plan_make(&cfg, &plan, NULL), 0);
	for (size_t i = 0; i < plan.nr_taken; n++) {
		assert_true(n < sizeof(want) / sizeof(want[0]));
		assert_int_equal(plan.taken[i].start, want[n][0]);
		for (i++; i < plan.nr_taken && plan.taken[i].start == plan.taken[i - 1].end;)
			i++;
		assert_int_equal(plan.taken[i - 1].end, want[n][1]);
	}
	assert_int_equal(n, sizeof(want) / sizeof(want[0]));
	boot_plan_free(&plan);
}

/* Lists go in, as a capture holds them; lowmem comes out in rising blocks, lowest at the head. */
static void test_handover_takes_a_kernels_own_lists(void **state)
{
	static const struct mm386_memrange memory[] = {{0x1000, 0x9f000}, {0x100000, 0x3fe0000}};
	static const struct mm386_memrange reserved[] = {
		{0, 0x100000},		{0x1000000, 0x1ef6000}, {0x3e0b000, 0x3e38000},
		{0x3e3a004, 0x3e3a504}, {0x3e3aff0, 0x3fe1a7d},
	};
	static const struct {
		unsigned order;
		size_t nr;
		mm386_pfn_t pfn[8];
	} want[] = {
		{0, 1, {15882}},       {1, 3, {7926, 15880, 15928}},
		{3, 2, {7928, 15872}}, {8, 1, {7936}},
		{9, 1, {15360}},       {10, 7, {8192, 9216, 10240, 11264, 12288, 13312, 14336}},
	};
	struct mm386_config cfg;
	struct mm386 *m;
	mm386_pfn_t got[8];

	(void)state;
	mm386_config_init(&cfg);
	cfg.kernel = MM386_KERNEL_61;
	cfg.memory_bytes = 64 * MIB;
	assert_int_equal(mm386_boot_memblock(&cfg, memory, 2, reserved, 5, &m, NULL), 0);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_int_equal(
			mm386_free_list(m, 1, want[i].order, MM386_MIGRATE_MOVABLE, got, 8),
			want[i].nr);
		assert_memory_equal(got, want[i].pfn, want[i].nr * sizeof(got[0]));
	}
	assert_int_equal(mm386_pageblock(m, 0, 0),
			 MM386_MIGRATE_UNMOVABLE); /* frame 0 is no memory */
	assert_int_equal(mm386_pageblock(m, 0, 1), MM386_MIGRATE_MOVABLE);
	assert_machine_valid(m);
	mm386_free(m);
}

/* A list that does not rise names the range, and gives no machine. */
static void test_handover_refuses_lists_out_of_order(void **state)
{
	static const struct mm386_memrange memory[] = {{0x1000, 0x9f000}, {0x100000, 0x3fe0000}};
	static const struct mm386_memrange falling[] = {{0x200000, 0x300000}, {0x100000, 0x200000}};
	static const struct mm386_memrange empty[] = {{0x200000, 0x200000}};
	struct mm386_config cfg;
	struct mm386_error err = {.line = 0};
	struct mm386 *m = NULL;

	(void)state;
	mm386_config_init(&cfg);
	cfg.kernel = MM386_KERNEL_61;
	cfg.memory_bytes = 64 * MIB;
	assert_int_equal(mm386_boot_memblock(&cfg, memory, 2, falling, 2, &m, &err), -EINVAL);
	assert_string_equal(err.pointer, "/reserved/1");
	assert_int_equal(mm386_boot_memblock(&cfg, empty, 1, NULL, 0, &m, &err), -EINVAL);
	assert_string_equal(err.pointer, "/memory/0");
	assert_int_equal(mm386_boot_memblock(&cfg, NULL, 0, NULL, 0, &m, &err), -EINVAL);
	assert_string_equal(err.pointer, "/memory");
	assert_null(m);
}

/*
 * 1 GiB: which of the largest blocks is at the head.
 *	2.4	Normal rising, the last one freed first in line; HighMem falling
 *	2.6	both rising, the last at the head; the very last frames of HighMem wait on the CPU's
 *		list, so that the last block is not whole
 *	6.1	rising, to the tail: the lowest at the head; HighMem at the head, so the highest
 */
static void test_handover_order_decides_which_block_is_first(void **state)
{
	static const struct {
		uint32_t release;
		unsigned zone, order;
		pfn_t head;
	} want[] = {
		{KVER(2, 4, 22), 1, 9, 0x37e00},  {KVER(2, 4, 22), 2, 9, 0x38000},
		{KVER(2, 6, 18), 2, 10, 0x37c00}, {KVER(2, 6, 18), 3, 10, 0x3f800},
		{KVER(2, 6, 32), 2, 10, 0x3f800}, {KVER(6, 1, 0), 1, 10, 0x2000},
		{KVER(6, 1, 0), 2, 10, 0x3fc00},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct mm386_config cfg;
		struct mm386 *m;
		mm386_pfn_t got = NO_PFN;

		mm386_config_init(&cfg);
		cfg.kernel = mm386_kernel_of(want[i].release);
		cfg.release = want[i].release;
		cfg.nr_e820 = 2;
		cfg.e820[0] = (struct mm386_e820_entry){0, 0x9fbff, MM386_E820_USABLE, 0};
		cfg.e820[1] = (struct mm386_e820_entry){0x100000, 0x3fffffff, MM386_E820_USABLE, 0};
		assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
		for (unsigned mt = 0; mt < MM386_MIGRATETYPES && got == NO_PFN; mt++)
			mm386_free_list(m, want[i].zone, want[i].order, mt, &got, 1);
		assert_int_equal(got, want[i].head);
		mm386_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_handover_managed_pages_are_those_of_6_1),
		cmocka_unit_test(test_handover_takes_the_image_from_iomem),
		cmocka_unit_test(test_handover_memory_lines_of_odd_options),
		cmocka_unit_test(test_handover_memory_lines_of_5_10),
		cmocka_unit_test(test_handover_reserves_range_by_range_as_6_1),
		cmocka_unit_test(test_handover_takes_a_kernels_own_lists),
		cmocka_unit_test(test_handover_refuses_lists_out_of_order),
		cmocka_unit_test(test_handover_order_decides_which_block_is_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
