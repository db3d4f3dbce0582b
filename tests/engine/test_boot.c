/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_boot.c - from a configuration to zones and runs of frames, and what is refused. */
#include "machine.h"
#include "boot.h"

static void configure(struct mm386_config *cfg, enum mm386_kernel k, uint64_t bytes)
{
	mm386_config_init(cfg);
	cfg->kernel = k;
	cfg->memory_bytes = bytes;
}

static void plan_of(const struct mm386_config *cfg, struct boot_plan *plan)
{
	struct mm386_error err = {.line = 0};

	if (boot_plan_make(cfg, plan, &err))
		fail_msg("%s: %s", err.pointer, err.detail);
}

/* Runs cover 0..nr_frames without gap, neighbours differ, and FREE frames lie in a zone. */
static void check_runs(const struct boot_plan *p)
{
	pfn_t at = 0;

	for (size_t i = 0; i < p->nr_run; i++) {
		const struct boot_run *r = &p->run[i];

		assert_int_equal(r->start, at);
		assert_true(r->end > r->start);
		if (i)
			assert_true(r->kind != r[-1].kind || r->has_page != r[-1].has_page);
		if (r->kind == MM386_KIND_FREE) {
			assert_true(r->has_page);
			assert_true(r->start >= p->zone[0].start);
			assert_true(r->end <= p->info.max_pfn);
		}
		at = r->end;
	}
	assert_int_equal(at, p->info.nr_frames);
}

static void test_boot_runs_cover_every_size(void **state)
{
	static const uint64_t sizes[] = {64 * MIB, 512 * MIB, GIB,     3 * GIB,
					 4 * GIB,  8 * GIB,   64 * GIB};

	(void)state;
	FOR_EACH_KERNEL(k)
	{
		for (size_t i = 0; i < 2 * sizeof(sizes) / sizeof(sizes[0]); i++) {
			struct mm386_config cfg;
			struct boot_plan p;

			configure(&cfg, (enum mm386_kernel)k, sizes[i / 2]);
			cfg.pae = i % 2;
			/* mem_map of 64 GiB does not fit beside the rest in 896 MiB less the image.
			 */
			if (cfg.memory_bytes == 64 * GIB)
				cfg.vmsplit = MM386_VMSPLIT_2G;
			plan_of(&cfg, &p);
			check_runs(&p);
			boot_plan_free(&p);
		}
	}
}

/* 4 GiB without PAE: 2.4 spans up to 4G over the hole; 2.6.32 does not look at what starts there.
 */
static void test_boot_ram_beyond_4g_is_lost_without_pae(void **state)
{
	struct mm386_config cfg;
	struct boot_plan p;

	(void)state;
	configure(&cfg, MM386_KERNEL_24, 4 * GIB);
	plan_of(&cfg, &p);
	assert_int_equal(p.zone[2].start, 0x38000);
	assert_int_equal(p.zone[2].end, 0x100000);
	assert_int_equal(p.boot.highmem_ram_pages, 0xbffe0 - 0x38000);
	boot_plan_free(&p);
	configure(&cfg, MM386_KERNEL_26, 4 * GIB);
	plan_of(&cfg, &p);
	assert_int_equal(p.zone[2].start, 0x377fe);
	assert_int_equal(p.zone[2].end, 0xbffe0);
	boot_plan_free(&p);
}

/* mem=1G on 2 GiB: the upper half is there, without descriptors, and not this kernel's. */
static void test_boot_hidden_ram_is_lost(void **state)
{
	struct mm386_config cfg;
	struct boot_plan p;
	const struct boot_run *last;

	(void)state;
	configure(&cfg, MM386_KERNEL_61, 2 * GIB);
	snprintf(cfg.cmdline, sizeof(cfg.cmdline), "mem=1G");
	plan_of(&cfg, &p);
	assert_int_equal(p.info.max_pfn, 0x40000);
	assert_int_equal(p.info.nr_frames, 0x80000);
	last = &p.run[p.nr_run - 2];
	assert_int_equal(last->kind, MM386_KIND_LOST);
	assert_int_equal(last->start, 0x40000);
	assert_int_equal(last->end, 0x7ffe0);
	assert_false(last->has_page);
	boot_plan_free(&p);
}

/* 2.6.32, 1 GiB: present is spanned, less holes, less each zone's share of mem_map. */
static void test_boot_present_pages_follow_the_release(void **state)
{
	static const struct {
		uint32_t release, dma, normal;
	} want[] = {
		{KVER(2, 6, 14), 4096, 225280},
		{KVER(2, 6, 24), 4064, 223520},
		{KVER(2, 6, 32), 3967, 221486},
		{KVER(4, 2, 0), 3998, 223230},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct mm386_config cfg = release_config(want[i].release, GIB);
		struct boot_plan p;

		plan_of(&cfg, &p);
		assert_int_equal(p.zone[0].present, want[i].dma);
		assert_int_equal(p.zone[1].present, want[i].normal);
		boot_plan_free(&p);
	}
}

static void test_boot_highmem_option_moves_the_boundary(void **state)
{
	struct mm386_config cfg;
	struct boot_plan p;

	(void)state;
	configure(&cfg, MM386_KERNEL_26, 512 * MIB);
	snprintf(cfg.cmdline, sizeof(cfg.cmdline), "highmem=128M");
	plan_of(&cfg, &p);
	assert_int_equal(p.info.max_low_pfn, 0x1ffe0 - 0x8000);
	assert_int_equal(p.info.highend_pfn, 0x1ffe0);
	boot_plan_free(&p);
	snprintf(cfg.cmdline, sizeof(cfg.cmdline),
		 "highmem=480M"); /* would leave less than 64 MiB */
	plan_of(&cfg, &p);
	assert_int_equal(p.info.max_low_pfn, 0x1ffe0);
	boot_plan_free(&p);
	configure(&cfg, MM386_KERNEL_26, 2 * GIB);
	snprintf(cfg.cmdline, sizeof(cfg.cmdline), "highmem=64M"); /* the rest is lost */
	plan_of(&cfg, &p);
	assert_int_equal(p.info.max_pfn, 0x377fe + 0x4000);
	boot_plan_free(&p);
}

/* The first frames that a freshly booted machine hands out. */
static void test_boot_handover_decides_the_first_frames(void **state)
{
	static const struct {
		enum mm386_kernel kernel;
		const char *gfp;
		pfn_t first, second;
	} want[] = {
		/* 2.4 frees highmem downwards and hands the upper half of a block on */
		{MM386_KERNEL_24, "GFP_HIGHUSER", 0x381ff, 0x381fe},
		/*
		 * the last frames are on the CPU's list, but for the very last two: page blocks are
		 * counted from the zone's start, theirs is another type's, and that list was drained
		 */
		{MM386_KERNEL_26, "GFP_HIGHUSER_MOVABLE", 0x3fffd, 0x3fffc},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct mm386_config cfg;
		struct mm386 *m;
		struct mm386_result r;

		mm386_config_init(&cfg);
		cfg.kernel = want[i].kernel;
		cfg.nr_e820 = 2;
		cfg.e820[0] = (struct mm386_e820_entry){0, 0x9fbff, MM386_E820_USABLE, 0};
		cfg.e820[1] = (struct mm386_e820_entry){0x100000, 0x3fffffff, MM386_E820_USABLE, 0};
		assert_int_equal(mm386_boot(&cfg, &m, NULL), 0);
		r = apply(m, (struct mm386_op){.id = MM386_OP_ALLOC_PAGES,
					       .given = 1,
					       .arg = {gfp_of(want[i].gfp)}});
		assert_int_equal(r.pfn, want[i].first);
		r = apply(m, (struct mm386_op){.id = MM386_OP_ALLOC_PAGES,
					       .given = 1,
					       .arg = {gfp_of(want[i].gfp)}});
		assert_int_equal(r.pfn, want[i].second);
		mm386_free(m);
	}
}

static uint32_t next_random(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(*seed >> 4) * below) >> 28);
}

/* Entries of any place and size, most of them usable, unsorted and overlapping. */
static void random_table(struct mm386_config *cfg, uint32_t *seed)
{
	cfg->nr_e820 = 1 + next_random(seed, next_random(seed, 8) ? 12 : MM386_E820_MAX);
	for (unsigned i = 0; i < cfg->nr_e820; i++) {
		uint64_t unit = 1ull << next_random(seed, 32);
		uint64_t start = unit * next_random(seed, 70);

		cfg->e820[i].start = start;
		cfg->e820[i].end = start + unit * next_random(seed, 40) + next_random(seed, 5000);
		cfg->e820[i].type =
			next_random(seed, 3) ? MM386_E820_USABLE : 1 + next_random(seed, 6);
	}
}

static void random_config(struct mm386_config *cfg, uint32_t *seed)
{
	static const char *const options[] = {
		"",
		"mem=100M",
		"mem=3G",
		"highmem=200M",
		"vmalloc=300M",
		"memmap=64M$512M",
		"kernelcore=30%",
		"movablecore=300M",
		"memmap=9M@64M",
		"memmap=exactmap mem=1G",
		"mem=exactmap mem=200M@1M",
		"kernelcore=4G highmem=64M",
		"kernelcore=512M nr_cpus=3 log_buf_len=4M",
	};
	static const uint32_t releases[] = {0,
					    KVER(2, 4, 0),
					    KVER(2, 5, 60),
					    KVER(2, 6, 18),
					    KVER(2, 6, 24),
					    KVER(2, 6, 28),
					    KVER(3, 2, 0),
					    KVER(4, 15, 0),
					    KVER(6, 15, 0)};

	mm386_config_init(cfg);
	cfg->kernel = (enum mm386_kernel)next_random(seed, MM386_NR_KERNELS);
	cfg->release = releases[next_random(seed, 9)];
	if (cfg->release)
		cfg->kernel = mm386_kernel_of(cfg->release);
	cfg->pae = next_random(seed, 2);
	cfg->vmsplit = (enum mm386_vmsplit)next_random(seed, MM386_NR_VMSPLITS);
	cfg->highmem = next_random(seed, 4) ? MM386_HIGHMEM_DEFAULT : MM386_HIGHMEM_OFF;
	cfg->nr_cpus = next_random(seed, 2) ? 0 : 1 + next_random(seed, 64);
	cfg->nr_nodes = next_random(seed, 3) ? 0 : 1 + next_random(seed, MM386_NODES_MAX);
	cfg->initrd_bytes = next_random(seed, 2) ? 0 : next_random(seed, 32u << 20);
	snprintf(cfg->cmdline, sizeof(cfg->cmdline), "%s", options[next_random(seed, 13)]);
	if (next_random(seed, 3))
		random_table(cfg, seed);
	else
		cfg->memory_bytes = ((uint64_t)next_random(seed, 1u << 14) << 20) + (16u << 20);
}

/* Whatever the firmware says: a machine whose frames add up, or a refusal with its reason. */
static void test_boot_any_table_boots_or_is_refused(void **state)
{
	uint32_t seed = 386;
	unsigned booted = 0;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct mm386_config cfg;
		struct mm386_error err = {.line = 0};
		struct boot_plan p;

		random_config(&cfg, &seed);
		if (boot_plan_make(&cfg, &p, &err)) {
			assert_true(err.pointer[0] == '/' && err.detail[0]);
			continue;
		}
		check_runs(&p);
		for (unsigned z = 1; z < p.info.nr_zones; z++)
			assert_true(p.zone[z].spanned == 0 || p.zone[z].start >= p.zone[z - 1].end);
		booted++;
		boot_plan_free(&p);
	}
	assert_true(booted > 1000);
}

static void refused(const struct mm386_config *cfg, const char *pointer)
{
	struct mm386_error err = {.line = 0};
	struct boot_plan p;

	assert_int_equal(boot_plan_make(cfg, &p, &err), -EINVAL);
	assert_string_equal(err.pointer, pointer);
	assert_true(strlen(err.detail) > 10);
}

static void test_boot_refusals_point_at_the_member(void **state)
{
	struct mm386_config cfg;

	(void)state;
	configure(&cfg, MM386_KERNEL_61, 32 * MIB);
	refused(&cfg, "/memory"); /* the image needs 32 MiB and 48 KiB */
	configure(&cfg, MM386_KERNEL_26, 0);
	refused(&cfg, "/memory");
	configure(&cfg, MM386_KERNEL_26, 128 * GIB);
	refused(&cfg, "/memory");
	configure(&cfg, MM386_KERNEL_26, GIB);
	cfg.cpus = 33;
	refused(&cfg, "/cpus");
	cfg.cpus = 4;
	cfg.nr_cpus = 2;
	refused(&cfg, "/nr_cpus");
	configure(&cfg, MM386_KERNEL_26, GIB);
	cfg.pae = true;
	cfg.vmsplit = MM386_VMSPLIT_3G_OPT;
	refused(&cfg, "/vmsplit");
	configure(&cfg, MM386_KERNEL_24, GIB);
	cfg.pae = true;
	cfg.highmem = MM386_HIGHMEM_OFF;
	refused(&cfg, "/highmem");
	configure(&cfg, MM386_KERNEL_26, GIB);
	snprintf(cfg.cmdline, sizeof(cfg.cmdline), "vmalloc=2G");
	refused(&cfg, "/cmdline");
	snprintf(cfg.cmdline, sizeof(cfg.cmdline), "mem=8M");
	refused(&cfg, "/cmdline");
	configure(&cfg, MM386_KERNEL_26, GIB);
	cfg.initrd_bytes = 257 * MIB;
	refused(&cfg, "/initrd");
	configure(&cfg, MM386_KERNEL_26, GIB);
	cfg.text_bytes = 257 * MIB;
	refused(&cfg, "/image/text");
}

static void test_boot_refuses_a_table_that_is_none(void **state)
{
	struct mm386_config cfg;

	(void)state;
	configure(&cfg, MM386_KERNEL_26, 0);
	cfg.nr_e820 = 4;
	for (unsigned i = 0; i < 4; i++)
		cfg.e820[i] =
			(struct mm386_e820_entry){i * MIB, i * MIB + 0xfff, MM386_E820_RESERVED, 0};
	refused(&cfg, "/e820"); /* nothing usable */
	cfg.e820[3] = (struct mm386_e820_entry){0x200000, 0x100000, MM386_E820_USABLE, 0};
	refused(&cfg, "/e820/3/end");
	cfg.e820[3] = (struct mm386_e820_entry){0x100000, 1ull << 60, MM386_E820_USABLE, 0};
	refused(&cfg, "/e820/3/end");
}

/* The profile of a release, at the borders; and no other is taken with it. */
static void test_boot_kernel_goes_with_its_release(void **state)
{
	struct mm386_config cfg = release_config(KVER(3, 16, 0), 64 << 20);
	struct mm386_error err = {.line = 0};
	struct mm386 *m = NULL;

	(void)state;
	assert_int_equal(mm386_kernel_of(KVER(2, 4, 37)), MM386_KERNEL_24);
	assert_int_equal(mm386_kernel_of(KVER(2, 5, 0)), MM386_KERNEL_26);
	assert_int_equal(mm386_kernel_of(KVER(3, 19, 8)), MM386_KERNEL_26);
	assert_int_equal(mm386_kernel_of(KVER(4, 0, 0)), MM386_KERNEL_61);
	cfg.kernel = MM386_KERNEL_24;
	assert_int_equal(mm386_boot(&cfg, &m, &err), -EINVAL);
	assert_string_equal(err.pointer, "/kernel");
	assert_string_equal(err.detail, "kernel 2.4 does not go with release 3.16.0, but 2.6 does");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boot_runs_cover_every_size),
		cmocka_unit_test(test_boot_ram_beyond_4g_is_lost_without_pae),
		cmocka_unit_test(test_boot_hidden_ram_is_lost),
		cmocka_unit_test(test_boot_present_pages_follow_the_release),
		cmocka_unit_test(test_boot_highmem_option_moves_the_boundary),
		cmocka_unit_test(test_boot_handover_decides_the_first_frames),
		cmocka_unit_test(test_boot_any_table_boots_or_is_refused),
		cmocka_unit_test(test_boot_kernel_goes_with_its_release),
		cmocka_unit_test(test_boot_refusals_point_at_the_member),
		cmocka_unit_test(test_boot_refuses_a_table_that_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
