/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine.h - what tests of the engine share: small machines, operations in one
 * line, and a random stream of operations that depends on its seed alone.
 */
#ifndef MM386_TEST_MACHINE_H
#define MM386_TEST_MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "internal.h"

static const enum mm386_kernel all_kernels[] = {MM386_KERNEL_24, MM386_KERNEL_26, MM386_KERNEL_61};
#define FOR_EACH_KERNEL(k)                                                                         \
	for (unsigned k##_i = 0, k = MM386_KERNEL_24; k##_i < 3 && (k = all_kernels[k##_i], true); \
	     k##_i++)

/* ${release} on ${bytes} of memory, everything else as it is by itself. */
static inline struct mm386_config release_config(uint32_t release, uint64_t bytes)
{
	struct mm386_config cfg;

	mm386_config_init(&cfg);
	cfg.release = release;
	cfg.kernel = mm386_kernel_of(release);
	cfg.memory_bytes = bytes;
	return cfg;
}

static inline struct mm386 *boot_config(const struct mm386_config *cfg)
{
	struct mm386_error err = {.line = 0};
	struct mm386 *m = NULL;

	if (mm386_boot(cfg, &m, &err))
		fail_msg("boot of %s, release 0x%x: %s %s", mm386_kernel_name(cfg->kernel), cfg->release, err.pointer,
			 err.detail);
	return m;
}

static inline struct mm386 *boot_cpus(enum mm386_kernel k, unsigned mib, const char *cmdline,
				      unsigned cpus)
{
	struct mm386_config cfg;

	mm386_config_init(&cfg);
	cfg.kernel = k;
	cfg.memory_bytes = (uint64_t)mib << 20;
	cfg.cpus = cpus;
	snprintf(cfg.cmdline, sizeof(cfg.cmdline), "%s", cmdline);
	return boot_config(&cfg);
}

static inline struct mm386 *boot_with(enum mm386_kernel k, unsigned mib, const char *cmdline)
{
	return boot_cpus(k, mib, cmdline, 1);
}

static inline struct mm386 *boot(enum mm386_kernel k, unsigned mib)
{
	return boot_with(k, mib, "");
}

static inline mm386_gfp_t gfp_of(const char *text)
{
	mm386_gfp_t gfp = 0;

	assert_int_equal(mm386_gfp_parse(text, &gfp, NULL), 0);
	return gfp;
}

static inline struct mm386_op alloc_op(const char *gfp, unsigned order)
{
	return (struct mm386_op){
		.id = MM386_OP_ALLOC_PAGES, .given = 3, .arg = {gfp_of(gfp), order}};
}

static inline struct mm386_op free_op(pfn_t pfn, unsigned order)
{
	return (struct mm386_op){.id = MM386_OP_FREE_PAGES, .given = 2 | 4, .arg = {0, pfn, order}};
}

static inline struct mm386_result apply(struct mm386 *m, struct mm386_op op)
{
	struct mm386_result res;
	struct mm386_error err = {0};

	memset(&res, 0, sizeof(res));
	if (mm386_apply(m, &op, &res, &err))
		fail_msg("malformed operation: %s %s", err.pointer, err.detail);
	return res;
}

/* The first frame of the block, or NO_PFN when the kernel said no. */
static inline pfn_t take(struct mm386 *m, const char *gfp, unsigned order)
{
	return apply(m, alloc_op(gfp, order)).pfn;
}

/* What is on the CPUs' own lists goes back to the buddy system. */
static inline void drain_cpus(struct mm386 *m)
{
	assert_true(apply(m, (struct mm386_op){.id = MM386_OP_DRAIN_ALL_PAGES}).ok);
}

/* What can move goes to the ends of the zones; kernels before 2.6.35 refuse. */
static inline void compact_all(struct mm386 *m)
{
	apply(m, (struct mm386_op){.id = MM386_OP_COMPACT_MEMORY});
}

/* Refused with ${err} for one reason, which reads like ${why}. */
static inline void assert_refused(const struct mm386 *m, struct mm386_result res, int err, const char *why)
{
	char text[160];

	assert_false(res.ok);
	assert_int_equal(res.err, err);
	assert_int_equal(res.nr_why, 1);
	mm386_why_format(m, &res.why[0], text, sizeof(text));
	assert_string_equal(text, why);
}

static inline void assert_marks(const struct mm386 *m, unsigned zone, uint32_t min, uint32_t low, uint32_t high)
{
	struct mm386_zone_view z;

	mm386_zone(m, zone, &z);
	assert_int_equal(z.watermark[MM386_WMARK_MIN], min);
	assert_int_equal(z.watermark[MM386_WMARK_LOW], low);
	assert_int_equal(z.watermark[MM386_WMARK_HIGH], high);
}

static inline void assert_machine_valid(const struct mm386 *m)
{
	const char *broken = mm386_check(m);

	if (broken)
		fail_msg("broken: %s", broken);
}

/* ---- a random stream ------------------------------------------------------------ */

#define STREAM_LIVE 4096

struct stream {
	uint64_t rng;
	uint64_t
		nr_moved; /* pages that compaction had moved when the frames below were looked up */
	unsigned nr_live;
	struct {
		pfn_t pfn;
		unsigned order;
		uint64_t seq;
	} live[STREAM_LIVE];
};

static inline uint64_t stream_random(struct stream *s, uint64_t below)
{
	s->rng ^= s->rng >> 12;
	s->rng ^= s->rng << 25;
	s->rng ^= s->rng >> 27;
	return s->rng * UINT64_C(0x2545f4914f6cdd1d) % below;
}

static inline void stream_init(struct stream *s, uint64_t seed)
{
	s->rng = seed * 2654435761u + 1;
	s->nr_live = 0;
	s->nr_moved = 0;
}

/* Compaction moves what is live: ask again where it is. */
static inline void stream_follow(struct stream *s, const struct mm386 *m)
{
	uint64_t moved = m->s->vm_event[VM_PGMIGRATE_SUCCESS];
	struct mm386_alloc a;

	if (s->nr_moved == moved)
		return;
	s->nr_moved = moved;
	for (unsigned i = 0; i < s->nr_live; i++) {
		assert_int_equal(mm386_alloc_find(m, s->live[i].seq, &a), 0);
		s->live[i].pfn = a.pfn;
	}
}

/* Mostly single frames, now and then the largest, rarely one that no kernel has. */
static inline unsigned stream_order(struct stream *s)
{
	unsigned o = 0;

	while (o < 12 && stream_random(s, 3) == 0)
		o++;
	return o;
}

/* Argument ${i} of ${op}, if the machine has several CPUs: one of them. */
static inline void stream_cpu(struct stream *s, const struct mm386 *m, struct mm386_op *op,
			      unsigned i)
{
	unsigned cpus = mm386_info(m)->cpus;

	if (cpus == 1)
		return;
	op->given |= (uint16_t)(1u << i);
	op->arg[i] = stream_random(s, cpus);
}

static inline struct mm386_op stream_alloc(struct stream *s, const struct mm386 *m)
{
	static const char *const gfps[] = {
		"GFP_KERNEL",
		"GFP_KERNEL",
		"GFP_HIGHUSER",
		"GFP_HIGHUSER_MOVABLE",
		"GFP_ATOMIC",
		"GFP_USER",
		"GFP_KERNEL|__GFP_DMA",
		"GFP_NOWAIT",
		"GFP_ATOMIC|__GFP_NOMEMALLOC",
		"GFP_HIGHUSER|__GFP_ZERO",
		"GFP_HIGHUSER|__GFP_COLD",
		"GFP_KERNEL|__GFP_RECLAIMABLE",
	};
	struct mm386_op op =
		alloc_op(gfps[stream_random(s, sizeof(gfps) / sizeof(gfps[0]))], stream_order(s));

	if (stream_random(s, 8) == 0)
		op.id = MM386_OP_GET_FREE_PAGES;
	if (stream_random(s, 16) == 0) {
		op.id = MM386_OP_GET_ZEROED_PAGE;
		op.given = 1;
	}
	stream_cpu(s, m, &op, op.id == MM386_OP_GET_ZEROED_PAGE ? 1 : 2);
	return op;
}

/* A free of something live, or (one of eight) of whatever comes to mind. */
static inline struct mm386_op stream_free(struct stream *s, const struct mm386 *m)
{
	if (s->nr_live == 0 || stream_random(s, 8) == 0)
		return free_op((pfn_t)stream_random(s, mm386_info(m)->nr_frames + 10),
			       stream_order(s));
	unsigned i = (unsigned)stream_random(s, s->nr_live);
	struct mm386_op op = free_op(s->live[i].pfn, s->live[i].order);

	if (stream_random(s, 16) == 0) { /* by its address */
		op.given = 1 | 4;
		op.arg[0] = mm386_info(m)->page_offset + ((uint64_t)s->live[i].pfn << 12);
		op.arg[0] &= UINT32_MAX;
	}
	stream_cpu(s, m, &op, 3);
	return op;
}

/* A knob that this kernel may not even have, with values that it may refuse. */
static inline struct mm386_op stream_sysctl(struct stream *s)
{
	static const uint32_t values[] = {0, 1, 8, 10, 32, 256, 1000, 1024, 8192};
	struct mm386_op op = {
		.id = MM386_OP_SYSCTL, .given = 1, .arg = {stream_random(s, NR_SYSCTLS)}};
	unsigned nr = (unsigned)stream_random(s, 4);

	for (unsigned i = 1; i <= nr; i++) {
		op.given |= (uint16_t)(1u << i);
		op.arg[i] = values[stream_random(s, sizeof(values) / sizeof(values[0]))];
	}
	return op;
}

static inline struct mm386_op stream_next(struct stream *s, const struct mm386 *m)
{
	/* Drift between a full machine and an empty one. */
	unsigned bias = mm386_seq(m) / 512 % 2 ? 7 : 3;

	stream_follow(s, m);
	if (s->nr_live < STREAM_LIVE && stream_random(s, 10) < bias)
		return stream_alloc(s, m);
	if (stream_random(s, 256) == 0)
		return (struct mm386_op){.id = MM386_OP_DRAIN_ALL_PAGES};
	if (stream_random(s, 256) == 0)
		return stream_sysctl(s);
	return stream_free(s, m);
}

/* Keep the list of live blocks true after ${op} gave ${res}. */
static inline void stream_note(struct stream *s, const struct mm386_op *op,
			       const struct mm386_result *res)
{
	if (!res->ok || op->id == MM386_OP_DRAIN_ALL_PAGES || op->id == MM386_OP_SYSCTL)
		return;
	if (op->id != MM386_OP_FREE_PAGES) {
		s->live[s->nr_live].pfn = res->pfn;
		s->live[s->nr_live].seq = res->seq;
		s->live[s->nr_live++].order = res->order;
		return;
	}
	for (unsigned i = 0; i < s->nr_live; i++) {
		if (s->live[i].pfn != res->pfn)
			continue;
		s->live[i] = s->live[--s->nr_live];
		return;
	}
	fail_msg("freed frame 0x%x that the stream does not hold", res->pfn);
}

static inline struct mm386_result stream_step(struct stream *s, struct mm386 *m)
{
	struct mm386_op op = stream_next(s, m);
	struct mm386_result res = apply(m, op);

	stream_note(s, &op, &res);
	return res;
}

/* Any line of any trace, in its own words: mostly small blocks of frames that there are, now and
 * then aligned wrongly. */
static inline struct mm386_op trace_next(struct stream *s, const struct mm386 *m)
{
	struct mm386_op op = {.id = MM386_OP_FTRACE, .given = 1 | 2 | 4 | 8 | 16};

	op.arg[0] = stream_random(s, 7);
	op.arg[1] = stream_random(s, m->s->nr_frames + 8u);
	op.arg[2] = stream_random(s, 4) ? stream_random(s, 4) : stream_random(s, 12);
	op.arg[1] &= ~((UINT64_C(1) << op.arg[2]) - 1) | stream_random(s, 30) / 29;
	op.arg[3] = stream_random(s, m->s->info.nr_migratetypes > 1 ? 4 : 1);
	op.arg[4] = gfp_of(stream_random(s, 2) ? "GFP_KERNEL" : "GFP_HIGHUSER_MOVABLE");
	return op;
}

#endif
