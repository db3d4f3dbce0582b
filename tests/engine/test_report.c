/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report.c - boot messages and /proc/iomem, in each kernel's own words. */
#include "machine.h"
#include "boot.h"

static char text[65536];

static void has(const char *line)
{
	if (!strstr(text, line))
		fail_msg("no \"%s\" in:\n%s", line, text);
}

static void test_report_of_2_4(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_24, 1024);

	(void)state;
	mm386_boot_report(m, text, sizeof(text));
	has(" BIOS-e820: 0000000000100000 - 000000003ffe0000 (usable)\n");
	has("127MB HIGHMEM available.\n896MB LOWMEM available.\n");
	has("On node 0 totalpages: 262112\nzone(0): 4096 pages.\nzone(1): 225280 pages.\nzone(2): "
	    "32736 pages.\n");
	has("k/1048448k available (1444k kernel code, ");
	has(", 361k data, 136k init, 130944k highmem)\n");
	mm386_free(m);
}

/* High memory that starts at 0xbfe0 is not aligned to 2 MiB, and 2.4 says so. */
static void test_report_24_warns_of_an_unaligned_zone(void **state)
{
	struct mm386 *m = boot_with(MM386_KERNEL_24, 256, "highmem=64M");

	(void)state;
	mm386_boot_report(m, text, sizeof(text));
	has("zone(2): 16384 pages.\nBUG: wrong zone alignment, it will crash\n");
	mm386_free(m);
	m = boot(MM386_KERNEL_24, 1024);
	mm386_boot_report(m, text, sizeof(text));
	assert_null(strstr(text, "BUG"));
	mm386_free(m);
}

static void test_report_of_2_6(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 1024);

	(void)state;
	mm386_boot_report(m, text, sizeof(text));
	has("  Normal   0x00001000 -> 0x000377fe\n");
	has("early_node_map[2] active PFN ranges\n    0: 0x00000000 -> 0x0000009f\n");
	has("  Normal zone: 1744 pages used for memmap\n  Normal zone: 221486 pages, LIFO "
	    "batch:31\n");
	has("    vmalloc : 0xf7ffe000 - 0xff7fe000   ( 120 MB)\n");
	mm386_free(m);
}

/* Shares of mem_map and batches as 3.10, Ubuntu's 4.2 and Debian's 5.10 printed them; 5.10's limit is twice as high. */
static void test_report_of_zones_by_release(void **state)
{
	struct mm386_config cfg = release_config(KVER(5, 10, 223), GIB);
	struct mm386 *m = boot_config(&cfg);

	(void)state;
	mm386_boot_report(m, text, sizeof(text));
	has("On node 0 totalpages: 262014\n  DMA zone: 40 pages used for memmap\n  DMA zone: 0 pages reserved\n"
	    "  DMA zone: 3998 pages, LIFO batch:0\n  Normal zone: 2150 pages used for memmap\n"
	    "  Normal zone: 220158 pages, LIFO batch:63\n  HighMem zone: 37858 pages, LIFO batch:7\n");
	mm386_free(m);
	cfg.release = KVER(4, 2, 0);
	m = boot_config(&cfg);
	mm386_boot_report(m, text, sizeof(text));
	has(" pages, LIFO batch:31\n  HighMem zone: ");
	has("\n  Normal zone: ");
	assert_null(strstr(text, "HighMem zone: 370 pages used for memmap"));
	mm386_free(m);
	cfg = release_config(KVER(3, 10, 17), GIB);
	m = boot_config(&cfg);
	mm386_boot_report(m, text, sizeof(text));
	has(" pages used for memmap\n  HighMem zone: ");
	mm386_free(m);
}

/* The line that Debian's kernel printed on this machine with its initrd of 1044 KiB. */
static void test_report_of_6_1(void **state)
{
	struct mm386_config cfg;
	struct mm386 *m;

	(void)state;
	mm386_config_init(&cfg);
	cfg.kernel = MM386_KERNEL_61;
	cfg.memory_bytes = 512u << 20;
	cfg.initrd_bytes = 0x105000;
	assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
	mm386_boot_report(m, text, sizeof(text));
	has("BIOS-e820: [mem 0x0000000000100000-0x000000001ffdffff] usable\n");
	has("  HighMem  empty\n");
	has("Memory: 501132K/523768K available (9327K kernel code, 1246K rwdata, 3188K rodata, "
	    "912K init, "
	    "464K bss, 22636K reserved, 0K cma-reserved, 0K highmem)\n");
	mm386_free(m);
}

static void report_of(uint32_t release, bool pae, const struct mm386_e820_entry *e820, unsigned nr)
{
	struct mm386_config cfg;
	struct mm386_error err = {0};
	struct mm386 *m;

	mm386_config_init(&cfg);
	cfg.release = release;
	cfg.kernel = mm386_kernel_of(release);
	cfg.pae = pae;
	cfg.nr_e820 = nr;
	memcpy(cfg.e820, e820, nr * sizeof(*e820));
	if (mm386_boot(&cfg, &m, &err))
		fail_msg("%s: %s", err.pointer, err.detail);
	mm386_boot_report(m, text, sizeof(text));
	mm386_free(m);
}

/* From 6.11 on ACPI tables behind RAM count for the last frame, but no zone reaches over them. */
static void test_report_of_acpi_tables_behind_ram(void **state)
{
	static const struct mm386_e820_entry e820[] = {
		{0, 0x9efff, MM386_E820_USABLE, 0},
		{MIB, 0x5fecffff, MM386_E820_USABLE, 0},
		{0x5fed0000, 0x5fedefff, MM386_E820_ACPI, 0},
	};

	(void)state;
	report_of(KVER(6, 11, 0), true, e820, 3);
	has("last_pfn = 0x5fedf max_arch_pfn = 0x1000000\n");
	has("-0x000000005fedefff]\nMovable zone");
	has("  node   0: [mem 0x0000000000100000-0x000000005fecffff]\n");
	has(":0005fed0)\n");
	has("Total pages: 392814\n"); /* mem_map is not taken off: 158 + 392656 frames of RAM */
	report_of(KVER(6, 9, 0), true, e820, 3);
	has("last_pfn = 0x5fed0 max_arch_pfn = 0x1000000\n");
	assert_null(strstr(text, "Total pages: 392814\n"));
}

/* 3.5 .. 3.19 print bounds beyond 4G without what 32 bits do not hold; 2.6.19 prints the layout. */
static void test_report_wording_follows_the_release(void **state)
{
	static const struct mm386_e820_entry e820[] = {
		{0, 0x9efff, MM386_E820_USABLE, 0},
		{MIB, 0x7fffffff, MM386_E820_USABLE, 0},
		{4 * GIB, 4 * GIB + 0x2effffff, MM386_E820_USABLE, 0},
	};

	(void)state;
	report_of(KVER(3, 5, 0), true, e820, 3);
	has("  DMA      [mem 0x00010000-0x00ffffff]\n");
	has("  node   0: [mem 0x00000000-0x2effffff]\n");
	report_of(KVER(4, 0, 0), true, e820, 3);
	has("  node   0: [mem 0x0000000100000000-0x000000012effffff]\n");
	report_of(KVER(3, 10, 0), true, e820, 3);
	has("k/4964352k available ("); /* all 0x12f000 frames; from 3.11 on, those of RAM */
	report_of(KVER(3, 11, 0), true, e820, 3);
	has("K/2866808K available (");
	report_of(KVER(2, 6, 19), false, e820, 2);
	has("\nvirtual kernel memory layout:\n");
	report_of(KVER(2, 6, 18), false, e820, 2);
	has("\nvirtual kernel memory layout: (worked out;");
}

/* ROMs come before the firmware's reserved ranges in 2.4, and inside them later. */
static void test_report_iomem_follows_the_kernel(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_24, 64);

	(void)state;
	mm386_proc(m, "iomem", text, sizeof(text));
	assert_string_equal(text, "00000000-0009fbff : System RAM\n"
				  "0009fc00-0009ffff : reserved\n"
				  "000a0000-000bffff : Video RAM area\n"
				  "000c0000-000c05ff : Video ROM\n"
				  "000f0000-000fffff : System ROM\n"
				  "00100000-03fdffff : System RAM\n"
				  "  00100000-00268fff : Kernel code\n"
				  "  00269000-002c33ff : Kernel data\n"
				  "03fe0000-03ffffff : reserved\n"
				  "fffc0000-ffffffff : reserved\n");
	mm386_free(m);
	m = boot(MM386_KERNEL_26, 64);
	mm386_proc(m, "iomem", text, sizeof(text));
	has("000f0000-000fffff : reserved\n  000f0000-000fffff : System ROM\n");
	has("fee00000-fee00fff : Local APIC\n");
	mm386_free(m);
	m = boot_with(MM386_KERNEL_61, 200, "mem=150M"); /* what Debian's 6.1 printed */
	mm386_proc(m, "iomem", text, sizeof(text));
	has("\n09600000-0bffffff : RAM buffer\n0c7e0000-0c7fffff : Reserved\n");
	mm386_free(m);
}

/* As with snprintf: the length of the whole text, whatever the buffer holds of it. */
static void test_report_length_does_not_depend_on_the_buffer(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 256);
	long whole = mm386_boot_report(m, text, sizeof(text));
	char small[10];

	(void)state;
	assert_int_equal(whole, (long)strlen(text));
	assert_int_equal(mm386_boot_report(m, NULL, 0), whole);
	assert_int_equal(mm386_boot_report(m, small, sizeof(small)), whole);
	assert_int_equal(strlen(small), sizeof(small) - 1);
	mm386_free(m);
}

/*
 * Since 6.11 the totals are printed when SMP alternatives are back, since 6.6 the local APIC stands
 * where the fixmap shows it.
 */
static void test_report_of_late_6_x(void **state)
{
	struct mm386_config cfg = release_config(KVER(6, 10, 0), 128 * MIB);
	unsigned long reserved[2], available;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct mm386 *m;

		cfg.release = i ? KVER(6, 12, 0) : KVER(6, 10, 0);
		m = boot_config(&cfg);
		assert_int_equal(mm386_info(m)->totals_late, i);
		mm386_boot_report(m, text, sizeof(text));
		assert_int_equal(sscanf(strstr(text, "Memory: "), "Memory: %luK/", &available), 1);
		reserved[i] = 130552 - available;
		mm386_proc(m, "iomem", text, sizeof(text));
		has("  ffffc000-ffffcfff : Local APIC\n");
		mm386_free(m);
	}
	assert_int_equal(reserved[0] - reserved[1], 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report_of_2_4),
		cmocka_unit_test(test_report_24_warns_of_an_unaligned_zone),
		cmocka_unit_test(test_report_of_2_6),
		cmocka_unit_test(test_report_of_zones_by_release),
		cmocka_unit_test(test_report_of_6_1),
		cmocka_unit_test(test_report_of_acpi_tables_behind_ram),
		cmocka_unit_test(test_report_wording_follows_the_release),
		cmocka_unit_test(test_report_iomem_follows_the_kernel),
		cmocka_unit_test(test_report_of_late_6_x),
		cmocka_unit_test(test_report_length_does_not_depend_on_the_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
