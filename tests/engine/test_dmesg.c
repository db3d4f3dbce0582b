/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_dmesg.c - a configuration out of a boot log's text, and where a bad one is refused. */
#include "machine.h"
#include "boot.h"

static int read_log(struct mm386_config *cfg, struct mm386_error *err, const char *text)
{
	mm386_config_init(cfg);
	memset(err, 0, sizeof(*err));
	return mm386_config_dmesg(cfg, text, strlen(text), err);
}

/* As syslog keeps it: a host's name before each line, ends exclusive. */
static void test_dmesg_reads_a_log_of_2_6(void **state)
{
	static const char log[] =
		"Nov 22 10:00:00 box kernel: [    0.000000] Linux version 2.6.32-24-generic-pae "
		"(gcc) #39 SMP\n"
		"Nov 22 10:00:00 box kernel: [    0.000000]  BIOS-e820: 0000000000000000 - "
		"000000000009e000 (usable)\n"
		"Nov 22 10:00:00 box kernel: [    0.000000]  BIOS-e820: 000000000009e000 - "
		"00000000000a0000 (reserved)\n"
		"Nov 22 10:00:00 box kernel: [    0.000000]  BIOS-e820: 0000000000100000 - "
		"00000000cffa0000 (usable)\n"
		"Nov 22 10:00:00 box kernel: [    0.000000]  BIOS-e820: 00000000cffa0000 - "
		"00000000cffae000 (ACPI data)\n"
		"Nov 22 10:00:00 box kernel: [    0.000000]  BIOS-e820: 0000000100000000 - "
		"0000000130000000 (usable)\n"
		"Nov 22 10:00:00 box kernel: [    0.000000] e820 update range: 0000000000000000 - "
		"0000000000010000 (usable) ==> (reserved)\n"
		"Nov 22 10:00:00 box kernel: [    0.000000] Kernel command line: root=/dev/sda1 ro "
		"quiet\n"
		"Nov 22 10:00:00 box kernel: [    0.000000] NR_CPUS:8 nr_cpumask_bits:8 "
		"nr_cpu_ids:4 nr_node_ids:1\n"
		"Nov 22 10:00:00 box kernel: [    0.000000] Memory: 4111764k/4980736k available "
		"(4832k kernel code, 80540k reserved, 2221k data, 676k init, 3282568k highmem)\n"
		"Nov 22 10:00:00 box kernel: [    0.000000]     fixmap  : 0xfff1d000 - 0xfffff000  "
		" ( 904 kB)\n"
		"Nov 22 10:00:00 box kernel: [    0.000000]     pkmap   : 0xffa00000 - 0xffc00000  "
		" (2048 kB)\n"
		"Nov 22 10:00:00 box kernel: [    0.000000]     lowmem  : 0xc0000000 - 0xf79fe000  "
		" ( 889 MB)\n"
		"Nov 22 10:00:00 box kernel: [    0.000000]       .text : 0xc0100000 - 0xc05b821b  "
		" (4832 kB)\n"
		"Nov 22 10:00:00 box kernel: [    0.004000] Freeing SMP alternatives: 23k freed\n"
		"Nov 22 10:00:00 box kernel: [    0.000000] Brought up 4 CPUs\n";
	struct mm386_config cfg;
	struct mm386_error err;

	(void)state;
	assert_int_equal(read_log(&cfg, &err, log), 0);
	assert_int_equal(cfg.release, KVER(2, 6, 32));
	assert_int_equal(cfg.kernel, MM386_KERNEL_26);
	assert_true(cfg.pae);
	assert_int_equal(cfg.cpus, 4);
	assert_int_equal(cfg.nr_cpus, 8);
	assert_int_equal(cfg.text_bytes, 4832 * KIB);
	assert_int_equal(cfg.alternatives_bytes, 23 * KIB);
	assert_int_equal(cfg.physical_start, MIB);
	assert_int_equal(cfg.fixaddr_start, 0xfff1d000);
	assert_string_equal(cfg.cmdline, "root=/dev/sda1 ro quiet");
	/* The BIOS work-around is part of the table: 64 KiB, then the rest of 640K. */
	assert_int_equal(cfg.e820[0].end, 0xffff);
	assert_int_equal(cfg.e820[0].type, MM386_E820_RESERVED);
	assert_int_equal(cfg.e820[1].start, 0x10000);
	assert_int_equal(cfg.e820[1].end, 0x9dfff);
}

/* Ends inclusive; the kernel's table after memmap= goes before the firmware's. */
static void test_dmesg_reads_a_log_of_6_1(void **state)
{
	static const char log[] =
		"[    0.000000] Linux version 6.1.0-50-686 (debian-kernel@lists.debian.org) #1 "
		"SMP\n"
		"[    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\r\n"
		"[    0.000000] BIOS-e820: [mem 0x0000000000100000-0x000000003ffdffff] usable\n"
		"[    0.000000] user-defined physical RAM map:\n"
		"[    0.000000] user: [mem 0x0000000000000000-0x000000000009ffff] usable\n"
		"[    0.000000] user: [mem 0x0000000000100000-0x000000000fffffff] usable\n"
		"[    0.000000] RAMDISK: [mem 0x0fedb000-0x0ffdffff]\n"
		"[    0.000000] Kernel command line: memmap=exactmap memmap=640K@0 "
		"memmap=255M@1M\n"
		"[    0.104000] Freeing SMP alternatives memory: 32K\n";
	struct mm386_config cfg;
	struct mm386_error err;

	(void)state;
	assert_int_equal(read_log(&cfg, &err, log), 0);
	assert_int_equal(cfg.kernel, MM386_KERNEL_61);
	assert_int_equal(cfg.nr_e820, 2);
	assert_int_equal(cfg.e820[1].end, 0xfffffff);
	assert_int_equal(cfg.initrd_bytes, 0x105000);
	assert_int_equal(cfg.alternatives_bytes, 32 * KIB);
}

/* A distribution's name for a kernel keeps its first number; what it was built from stands behind. */
static void test_dmesg_knows_the_stable_release(void **state)
{
	static const struct {
		const char *line;
		uint32_t release;
	} want[] = {
		{"5.10.0-32-686 (debian-kernel@lists.debian.org) (gcc-10 (Debian 10.2.1-6) 10.2.1, GNU ld (GNU Binutils "
		 "for Debian) 2.35.2) #1 SMP Debian 5.10.223-1 (2024-08-10)", KVER(5, 10, 223)},
		{"4.2.0-22-generic (buildd@lgw01-33) (gcc version 5.2.1 20151010 (Ubuntu 5.2.1-22ubuntu2) ) #27-Ubuntu SMP "
		 "Thu Dec 17 22:57:08 UTC 2015 (Ubuntu 4.2.0-22.27-generic 4.2.6)", KVER(4, 2, 6)},
		{"2.6.32-5-686 (Debian 2.6.32-48) (ben@decadent.org.uk) (gcc version 4.3.5 (Debian 4.3.5-4) ) #1 SMP",
		 KVER(2, 6, 32)},
		{"4.9.0-0.bpo.6-686 (gcc version 4.9.2 (Debian 4.9.2-10+deb8u1) ) #1 SMP Debian 4.9.88-1+deb9u1~bpo8+1",
		 KVER(4, 9, 88)},
		{"4.9.0 (me@box) (gcc version 4.9.2 (Debian 4.9.2-10) ) #1 SMP", KVER(4, 9, 0)},
		{"6.1.7", KVER(6, 1, 7)},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		unsigned a = 0, b = 0, c = 0;

		assert_true(sscanf(want[i].line, "%u.%u.%u", &a, &b, &c) >= 2);
		assert_int_equal(mm386_release_stable(KVER(a, b, c), want[i].line), want[i].release);
	}
}

/* Static data and all of a CPU's room; a line that does not add up tells nothing. */
static void test_dmesg_reads_the_room_of_a_cpu(void **state)
{
	static const char *const logs[] = {
		"Linux version 5.10.0-32-686 () #1 SMP Debian 5.10.223-1 (2024-08-10)\n"
		"BIOS-e820: [mem 0x0000000000000000-0x000000000fffffff] usable\n"
		"percpu: Embedded 36 pages/cpu s115596 r0 d31860 u147456\n",
		"Linux version 3.2.0-4-686-pae () #1 SMP Debian 3.2.81-1\n"
		"BIOS-e820: 0000000000000000 - 0000000010000000 (usable)\n"
		"PERCPU: Embedded 36 pages/cpu @f7fa4000 s115596 r0 d31860 u147456\n",
		"Linux version 5.10.0 ()\n"
		"BIOS-e820: [mem 0x0000000000000000-0x000000000fffffff] usable\n"
		"percpu: Embedded 36 pages/cpu s115596 r0 d31860 u4096\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		struct mm386_config cfg;
		struct mm386_error err;

		assert_int_equal(read_log(&cfg, &err, logs[i]), 0);
		assert_int_equal(cfg.percpu_static_bytes, i < 2 ? 115596 : 0);
		assert_int_equal(cfg.percpu_unit_bytes, i < 2 ? 147456 : 0);
	}
}

#define MAIL_Q "Nov 22 10:00:00 box kernel: "

/* The same small machine however a mail, an archive or a program carried its log. */
static void test_dmesg_reads_what_mail_and_pages_made_of_a_log(void **state)
{
	static const char *const logs[] = {
		/* quoted-printable: lines of 76 split by "=" */
		MAIL_Q "Linux version 2.4.23 (box) #1\n" MAIL_Q
		       " BIOS-e820: 0000000000000000 - 000000000009fc00=\n (usable)\n" MAIL_Q
		       " BIOS-e820: 0000000000100000 - 0000000010000000=\n (usable)\n" MAIL_Q
		       "Kernel command line: BOOT_IMAGE=3Dlinux root=3D=\n/dev/hda1\n",
		/* quoted, folded at a blank */
		"> Linux version 2.4.23 (box)\n>\n> BIOS-e820: 0000000000000000 - "
		"000000000009fc00\n"
		"> (usable)\n>\n> BIOS-e820: 000000000ff00000 @\n> 0000000000100000 (usable)\n"
		"> Kernel command line: BOOT_IMAGE=linux\n> root=/dev/hda1\n> Initializing CPU#0\n",
		/* HTML, blanks collapsed, a full stop where klogd saw the line's end */
		"<pre>kernel: Linux version 2.4.23 (box)<br>\n"
		"kernel: BIOS-e820: 0000000000000000 - 000000000009fc00 (usable).<br/>\r\n"
		"<b>kernel:</b> BIOS-e820: [mem\n0x0000000000100000-0x000000000fffffff] usable.\n"
		"kernel: Kernel command line: BOOT_IMAGE=linux root=/dev/hda1</pre>\n",
	};
	struct mm386_config cfg;
	struct mm386_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		if (read_log(&cfg, &err, logs[i]))
			fail_msg("log %zu: %s", i, err.detail);
		assert_int_equal(cfg.release, KVER(2, 4, 23));
		assert_int_equal(cfg.nr_e820, 2);
		assert_int_equal(cfg.e820[0].end, 0x9fbff);
		assert_int_equal(cfg.e820[1].start, MIB);
		assert_int_equal(cfg.e820[1].end, 0xfffffff);
		assert_string_equal(cfg.cmdline, "BOOT_IMAGE=linux root=/dev/hda1");
	}
}

static void test_dmesg_reads_a_folded_memory_line(void **state)
{
	static const char log[] =
		"Linux version 2.4.18 (box)\n BIOS-e820: 0 - 9f000 (usable)\n"
		" BIOS-e820: 100000 - 10000000 (usable)\n"
		"Memory: 256084k/262060k available (1153k kernel code, 5588k reserved,\n"
		"282k data, 228k init,\n0k highmem)\n";
	struct mm386_config cfg;
	struct mm386_error err;

	(void)state;
	assert_int_equal(read_log(&cfg, &err, log), 0);
	assert_int_equal(cfg.text_bytes, 1153 * KIB);
	assert_int_equal(cfg.data_bytes, 282 * KIB);
	assert_int_equal(cfg.init_bytes, 228 * KIB);
}

/* Somebody's sentence is no version line, and what is above the log is no error. */
static void test_dmesg_passes_over_sentences(void **state)
{
	static const char log[] =
		"Since Linux version two this user: was happy; Xen: too, says lowmem\n"
		"Normal de -> 5, or so\n"
		"Linux version 2.6.18 (box)\n BIOS-e820: 0 - 9f000 (usable)\n"
		" BIOS-e820: 100000 - 10000000 (usable)\n";
	struct mm386_config cfg;
	struct mm386_error err;

	(void)state;
	assert_int_equal(read_log(&cfg, &err, log), 0);
	assert_int_equal(cfg.release, KVER(2, 6, 18));
}

/* A crash kernel: its RAM begins where the first kernel left it some, at 16 MiB. */
static void test_dmesg_finds_the_image_of_a_crash_kernel(void **state)
{
	static const char log[] =
		"Linux version 2.6.12 (box)\n"
		" BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)\n"
		" BIOS-e820: 0000000000100000 - 000000003fff0000 (usable)\n"
		"user-defined physical RAM map:\n"
		" user: 0000000000000000 - 00000000000a0000 (usable)\n"
		" user: 0000000001000000 - 0000000005000000 (usable)\n"
		"Kernel command line: memmap=exactmap memmap=640K@0K memmap=64M@16M\n";
	struct mm386_config cfg;
	struct mm386_error err;

	(void)state;
	assert_int_equal(read_log(&cfg, &err, log), 0);
	assert_int_equal(cfg.physical_start, 16 * MIB);
}

/* 4.17 and later do not print the pages of each zone, but their sum less mem_map. */
static void test_dmesg_solves_the_descriptor_from_the_zone_lists(void **state)
{
	static const char log[] =
		"Linux version 4.17.0 (box)\nBIOS-e820: [mem 0x0-0x9efff] usable\n"
		"BIOS-e820: [mem 0x100000-0x7f6effff] usable\n"
		"  Normal   [mem 0x0000000001000000-0x00000000377fdfff]\n"
		"    fixmap  : 0xfff8f000 - 0xfffff000   ( 448 kB)\n"
		"Built 1 zonelists, mobility grouping on.  Total pages: 520094\n";
	struct mm386_config cfg;
	struct mm386_error err;

	(void)state;
	assert_int_equal(read_log(&cfg, &err, log), 0);
	assert_int_equal(cfg.page_struct_bytes, 32);
}

static void test_dmesg_highmem_off_is_seen(void **state)
{
	static const char log[] =
		"Linux version 2.6.11.2\n"
		" BIOS-e820: 0000000000000000 - 000000000009f000 (usable)\n"
		" BIOS-e820: 0000000000100000 - 000000003f6f0000 (usable)\n"
		"Warning only 896MB will be used.\nUse a HIGHMEM enabled kernel.\n"
		"896MB LOWMEM available.\n";
	struct mm386_config cfg;
	struct mm386_error err;

	(void)state;
	assert_int_equal(read_log(&cfg, &err, log), 0);
	assert_int_equal(cfg.highmem, MM386_HIGHMEM_OFF);
	assert_false(cfg.pae);
}

/* LOWMEM without HIGHMEM beside it is a kernel without CONFIG_HIGHMEM; 1023 MiB do not fit a 3g
 * split. */
static void test_dmesg_reads_the_split_from_lowmem(void **state)
{
	static const char log[] = "Linux version 2.6.18\n"
				  " BIOS-e820: 0000000000000000 - 000000000009f000 (usable)\n"
				  " BIOS-e820: 0000000000100000 - 000000003fff0000 (usable)\n"
				  "1023MB LOWMEM available.\n";
	struct mm386_config cfg;
	struct mm386_error err;

	(void)state;
	assert_int_equal(read_log(&cfg, &err, log), 0);
	assert_int_equal(cfg.vmsplit, MM386_VMSPLIT_3G_OPT);
	assert_int_equal(cfg.highmem, MM386_HIGHMEM_OFF);
}

/* No line tells CONFIG_NR_CPUS; that lowmem ends at 0x373fe does. */
static void test_dmesg_solves_nr_cpus_from_the_end_of_lowmem(void **state)
{
	static const char log[] = "Linux version 2.6.32.9\n"
				  " BIOS-e820: 0000000000000000 - 000000000009f000 (usable)\n"
				  " BIOS-e820: 0000000000100000 - 0000000060000000 (usable)\n"
				  "  Normal   0x00001000 -> 0x000373fe\n";
	struct mm386_config cfg;
	struct mm386_error err;

	(void)state;
	assert_int_equal(read_log(&cfg, &err, log), 0);
	assert_int_equal(cfg.nr_cpus, 32);
	assert_false(cfg.pae);
}

/* A log that was cut off above: how zones are printed tells the era. */
static void test_dmesg_guesses_the_era_without_a_version(void **state)
{
	static const char table[] =
		" BIOS-e820: 0 - 9f000 (usable)\n BIOS-e820: 100000 - 8000000 (usable)\n";
	static const struct {
		const char *line;
		enum mm386_kernel kernel;
		uint32_t release;
	} want[] = {
		{"zone(0): 4096 pages.\n", MM386_KERNEL_24, 0},
		{"  DMA zone: 4096 pages, LIFO batch:0\n", MM386_KERNEL_26, KVER(2, 6, 18)},
		{"early_node_map[1] active PFN ranges\n", MM386_KERNEL_26, KVER(2, 6, 24)},
		{"last_pfn = 0x8000 max_arch_pfn = 0x100000\nearly_node_map[2] active PFN ranges\n",
		 MM386_KERNEL_26, 0},
		{"BIOS-e820: [mem 0x8000000-0x8ffffff] usable\n", MM386_KERNEL_61, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		char log[512];
		struct mm386_config cfg;
		struct mm386_error err;

		snprintf(log, sizeof(log), "%s%s", table, want[i].line);
		assert_int_equal(read_log(&cfg, &err, log), 0);
		assert_int_equal(cfg.kernel, want[i].kernel);
		assert_int_equal(cfg.release, want[i].release);
	}
}

/* 2.6.15 .. 2.6.18 on i386 print a DMA32 zone, which is empty; only a 64-bit kernel's has pages. */
static void test_dmesg_an_empty_dma32_is_no_64bit_kernel(void **state)
{
	static const char log[] = "Linux version 2.6.15-23-386 (box)\n"
				  " BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)\n"
				  " BIOS-e820: 0000000000100000 - 000000001f7dfffc (usable)\n"
				  "On node 0 totalpages: 128991\n"
				  "  DMA zone: 4096 pages, LIFO batch:0\n"
				  "  DMA32 zone: 0 pages, LIFO batch:0\n"
				  "  Normal zone: 124895 pages, LIFO batch:31\n";
	struct mm386_config cfg;
	struct mm386_error err;

	(void)state;
	assert_int_equal(read_log(&cfg, &err, log), 0);
	assert_int_equal(cfg.release, KVER(2, 6, 15));
}

static void refused(const char *text, unsigned line, const char *word)
{
	struct mm386_config cfg;
	struct mm386_error err;

	assert_int_equal(read_log(&cfg, &err, text), -EINVAL);
	assert_int_equal(err.line, line);
	assert_string_equal(err.pointer, "/dmesg");
	assert_non_null(strstr(err.detail, word));
}

static void test_dmesg_refusals_name_the_line(void **state)
{
	(void)state;
	refused("", 0, "no line of an e820 table");
	refused("hello\nLinux version 1.2.13\n", 2, "2.4.0 to 6.x");
	refused("Linux version 2.6.9-5.ELhugemem\n", 1, "4G/4G");
	refused("Linux version two\n", 0, "no line of an e820 table");
	refused(" BIOS-e820: 0 - 9f000 (usable)\n BIOS-e820: 100000 (usable)\n", 2, "no range");
	refused(" BIOS-e820: 0 - 9f000 (usable)\n\n BIOS-e820: 200000 - 100000 (usable)\n", 3,
		"below");
	refused(" BIOS-e820: 0 - 9f000 (yours)\n", 1, "no e820 type");
	refused(" BIOS-e820: 0 - 40000000 (usable)\nOn node 1 totalpages: 4096\n", 0, "which memory is whose");
	refused("On node 4 totalpages: 4096\n", 1, "more nodes");
	refused(" BIOS-e820: 0 - 9f000\n BIOS-e820: 100000 - 200000 (usable)\n", 1, "no e820 type");
	refused("Linux version 2.6.32-5-amd64 (box)\n", 1, "64-bit");
	refused("\nlast_pfn = 0x8000 max_arch_pfn = 0x400000000\n", 2, "64-bit");
	refused("  DMA32    [mem 0x1000000-0xbffdffff]\n", 1, "64-bit");
	refused("  DMA32 zone: 225536 pages, LIFO batch:31\n", 1, "64-bit");
	refused("Xen: [mem 0x0-0x9ffff] usable\n", 1, "Xen");
	refused("  Normal   [mem 0x00001000-0x3ffeffff]\n", 1, "ZONE_DMA");
}

/* A second boot in the same file is another machine's. */
static void test_dmesg_ends_where_the_next_boot_begins(void **state)
{
	static const char log[] = "Linux version 2.4.22\n BIOS-e820: 0 - 9f000 (usable)\n"
				  " BIOS-e820: 100000 - 8000000 (usable)\n"
				  "Linux version 2.6.18\n BIOS-e820: 100000 - 10000000 (usable)\n";
	struct mm386_config cfg;
	struct mm386_error err;

	(void)state;
	assert_int_equal(read_log(&cfg, &err, log), 0);
	assert_int_equal(cfg.release, KVER(2, 4, 22));
	assert_int_equal(cfg.nr_e820, 2);
}

/* Any text is read or refused, whatever is in it: bytes changed at random, by a fixed seed. */
static void test_dmesg_survives_damaged_text(void **state)
{
	static const char log[] =
		"[    0.0] Linux version 6.1.0 SMP\nBIOS-e820: [mem 0x0-0x9fbff] usable\n"
		"BIOS-e820: [mem 0x100000-0x3ffdffff] usable\nNR_CPUS:32\n"
		"  Normal   [mem 0x0000000001000000-0x0000000036bfdfff]\n"
		"    fixmap  : 0xffdb8000 - 0xfffff000\n    lowmem  : 0xc0000000 - 0xf6bfe000\n";
	char text[sizeof(log)];
	uint32_t seed = 386;
	struct mm386_config cfg;

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		memcpy(text, log, sizeof(log));
		for (unsigned n = 0; n < 3; n++) {
			seed = seed * 1664525u + 1013904223u;
			text[(seed >> 8) % (sizeof(log) - 1)] = (char)(seed >> 24);
		}
		mm386_config_init(&cfg);
		if (mm386_config_dmesg(&cfg, text, sizeof(log) - 1, NULL) == 0) {
			struct boot_plan plan;

			if (boot_plan_make(&cfg, &plan, NULL) == 0)
				boot_plan_free(&plan);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dmesg_reads_a_log_of_2_6),
		cmocka_unit_test(test_dmesg_reads_a_log_of_6_1),
		cmocka_unit_test(test_dmesg_knows_the_stable_release),
		cmocka_unit_test(test_dmesg_reads_the_room_of_a_cpu),
		cmocka_unit_test(test_dmesg_reads_what_mail_and_pages_made_of_a_log),
		cmocka_unit_test(test_dmesg_reads_a_folded_memory_line),
		cmocka_unit_test(test_dmesg_passes_over_sentences),
		cmocka_unit_test(test_dmesg_finds_the_image_of_a_crash_kernel),
		cmocka_unit_test(test_dmesg_solves_the_descriptor_from_the_zone_lists),
		cmocka_unit_test(test_dmesg_highmem_off_is_seen),
		cmocka_unit_test(test_dmesg_reads_the_split_from_lowmem),
		cmocka_unit_test(test_dmesg_solves_nr_cpus_from_the_end_of_lowmem),
		cmocka_unit_test(test_dmesg_guesses_the_era_without_a_version),
		cmocka_unit_test(test_dmesg_refusals_name_the_line),
		cmocka_unit_test(test_dmesg_ends_where_the_next_boot_begins),
		cmocka_unit_test(test_dmesg_survives_damaged_text),
		cmocka_unit_test(test_dmesg_an_empty_dma32_is_no_64bit_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
