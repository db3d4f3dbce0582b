/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * engine_alloc.c - alloc_pages and free_pages through mm386_apply(), events heard and deltas
 * cut, against a buddy allocator with nothing around it over the same descriptors.  Of a
 * million frames most are taken at first; then random blocks of them are freed, or taken
 * again if they were free, so that the lists come to lie as scattered as those of a machine
 * that has run for long.
 *
 * CPU lists, refilled and drained, against the same allocator without any; and what an operation
 * costs on machines of any size, against the smallest.
 */
#include <string.h>

#include "bare.h"

#define NR_WARM	      1500000u /* operations on the blocks held, before the clock starts */
#define NR_STEPS      2000000u /* all operations; every second one frees a block */
#define STEPS_PER_CUT 1000u
#define LOOK_AHEAD                                                                                 \
	8u /* operations that mm386_expect() is told of; the limit's loop overlaps by itself */
#define MAX_SLOTS 900000u

/* One row: blocks of ${order}, ${nr_slots} of them held at first. */
struct row {
	const char *name;
	enum mm386_kernel kernel;
	unsigned order;
	uint32_t nr_slots;
};

static struct mm386 *boot(enum mm386_kernel kernel, uint32_t release, uint64_t bytes)
{
	struct mm386_config cfg;
	struct mm386 *m;

	mm386_config_init(&cfg);
	cfg.kernel = kernel;
	cfg.release = release;
	cfg.pae = true;
	cfg.memory_bytes = bytes;
	if (mm386_boot(&cfg, &m, NULL))
		abort();
	return m;
}

/* ---- the limit ---------------------------------------------------------------------- */

/*
 * What is to be done, in order: free that frame, or NO_PFN to take one.  Made by
 * running it once, for it depends on what the allocator hands out.
 */
static void plan_bare(const struct mm386 *fresh, const struct row *row, uint32_t *plan,
		      uint32_t *live)
{
	struct bare b;
	uint64_t rng = 1;

	bare_init(&b, fresh->kind, fresh->s->nr_frames);
	for (uint32_t i = 0; i < row->nr_slots; i++)
		live[i] = bare_alloc(&b, row->order);
	for (uint32_t i = 0; i < NR_STEPS; i++) {
		uint32_t *slot = &live[bench_random(&rng) % row->nr_slots];

		plan[i] = *slot;
		if (*slot == NO_PFN) {
			*slot = bare_alloc(&b, row->order);
		} else {
			bare_free(&b, *slot, row->order);
			*slot = NO_PFN;
		}
	}
	bare_exit(&b);
}

static double run_bare(const struct mm386 *fresh, const struct row *row, const uint32_t *plan)
{
	struct bare b;
	double start = 0;

	bare_init(&b, fresh->kind, fresh->s->nr_frames);
	for (uint32_t i = 0; i < row->nr_slots; i++)
		bare_alloc(&b, row->order);
	for (uint32_t i = 0; i < NR_STEPS; i++) {
		if (i == NR_WARM)
			start = bench_cpu_now();
		if (plan[i] == NO_PFN)
			bare_alloc(&b, row->order);
		else
			bare_free(&b, plan[i], row->order);
	}
	start = bench_cpu_now() - start;
	bare_exit(&b);
	return start;
}

/* ---- ours --------------------------------------------------------------------------- */

/* What was heard: every event is looked at. */
struct heard {
	uint64_t nr, sum;
};

static void hear(void *arg, const struct mm386_event *ev)
{
	struct heard *h = arg;

	h->nr++;
	h->sum += ev->type + ev->arg[0];
}

static uint32_t ours_apply(struct mm386 *m, const struct mm386_op *op)
{
	struct mm386_result res;

	if (mm386_apply(m, op, &res, NULL) || !res.ok)
		abort();
	return res.pfn;
}

static struct mm386_op take_op(const char *flags, unsigned order)
{
	struct mm386_op op = {.id = MM386_OP_ALLOC_PAGES, .given = 3};
	mm386_gfp_t gfp;

	if (mm386_gfp_parse(flags, &gfp, NULL))
		abort();
	op.arg[0] = gfp;
	op.arg[1] = order;
	return op;
}

static struct mm386_op give_op(uint32_t pfn, unsigned order)
{
	return (struct mm386_op){.id = MM386_OP_FREE_PAGES, .given = 6, .arg = {0, pfn, order}};
}

static void plan_ours(const struct mm386 *fresh, const struct row *row, struct mm386_op *plan,
		      uint32_t *live)
{
	const struct mm386_op take = take_op("GFP_HIGHUSER_MOVABLE", row->order);
	struct mm386 *m;
	uint64_t rng = 1;

	if (mm386_copy(fresh, &m))
		abort();
	for (uint32_t i = 0; i < row->nr_slots; i++)
		live[i] = ours_apply(m, &take);
	for (uint32_t i = 0; i < NR_STEPS; i++) {
		uint32_t *slot = &live[bench_random(&rng) % row->nr_slots];

		plan[i] = take;
		if (*slot == NO_PFN) {
			*slot = ours_apply(m, &take);
			continue;
		}
		plan[i] = give_op(*slot, row->order);
		ours_apply(m, &plan[i]);
		*slot = NO_PFN;
	}
	mm386_free(m);
}

static double run_ours(const struct mm386 *fresh, const struct row *row,
		       const struct mm386_op *plan)
{
	const struct mm386_op take = take_op("GFP_HIGHUSER_MOVABLE", row->order);
	struct heard heard = {0};
	struct mm386 *m;
	double start = 0;

	if (mm386_copy(fresh, &m))
		abort();
	mm386_set_sink(m, hear, &heard);
	for (uint32_t i = 0; i < row->nr_slots; i++)
		ours_apply(m, &take);
	for (uint32_t i = 0; i < NR_STEPS; i++) {
		if (i == NR_WARM)
			start = bench_cpu_now();
		if (i + LOOK_AHEAD < NR_STEPS)
			mm386_expect(m, &plan[i + LOOK_AHEAD]);
		ours_apply(m, &plan[i]);
		if (i % STEPS_PER_CUT == 0)
			mm386_cut(m);
	}
	start = bench_cpu_now() - start;
	mm386_free(m);
	return start;
}

/* What the rows need of the host's memory. */
struct plans {
	uint32_t *live, *bare;
	struct mm386_op *ours;
};

static void bench_row(const struct row *row, const struct plans *p)
{
	struct mm386 *fresh = boot(row->kernel, 0, UINT64_C(4) << 30);
	double ours[BENCH_TURNS], bare[BENCH_TURNS];
	size_t turn;

	plan_bare(fresh, row, p->bare, p->live);
	plan_ours(fresh, row, p->ours, p->live);
	for (unsigned i = 0; i < BENCH_TURNS; i++) {
		bare[i] = run_bare(fresh, row, p->bare) * 1e9 / (NR_STEPS - NR_WARM);
		ours[i] = run_ours(fresh, row, p->ours) * 1e9 / (NR_STEPS - NR_WARM);
	}
	turn = bench_median_turn(ours, bare, BENCH_TURNS);
	bench_line(row->name, ours[turn], bare[turn], "ns", "<= 2.0");
	mm386_free(fresh);
}

/* ---- CPU lists ------------------------------------------------------------------------ */

#define NR_BATCHES 20000u
#define BATCH	   31u /* pages, of a zone of that size */

/* Seconds that NR_BATCHES refills and drains cost: a request finds its list empty, then all goes
 * back. */
static double run_lists(const struct mm386 *fresh)
{
	const struct mm386_op take = take_op("GFP_HIGHUSER_MOVABLE", 0);
	const struct mm386_op drain = {.id = MM386_OP_DRAIN_ALL_PAGES};
	struct heard heard = {0};
	struct mm386_result res;
	struct mm386 *m;
	double start;

	if (mm386_copy(fresh, &m) || mm386_apply(m, &drain, &res, NULL))
		abort();
	mm386_set_sink(m, hear, &heard);
	start = bench_cpu_now();
	for (uint32_t i = 0; i < NR_BATCHES; i++) {
		const struct mm386_op give = give_op(ours_apply(m, &take), 0);

		ours_apply(m, &give);
		if (mm386_apply(m, &drain, &res, NULL))
			abort();
	}
	start = bench_cpu_now() - start;
	mm386_free(m);
	return start;
}

/* The same pages taken and given back, one by one. */
static double run_lists_bare(const struct mm386 *fresh)
{
	uint32_t live[BATCH];
	struct bare b;
	double start;

	bare_init(&b, fresh->kind, fresh->s->nr_frames);
	start = bench_cpu_now();
	for (uint32_t i = 0; i < NR_BATCHES; i++) {
		for (unsigned n = 0; n < BATCH; n++)
			live[n] = bare_alloc(&b, 0);
		for (unsigned n = 0; n < BATCH; n++)
			bare_free(&b, live[n], 0);
	}
	start = bench_cpu_now() - start;
	bare_exit(&b);
	return start;
}

static void bench_lists(void)
{
	struct mm386 *fresh = boot(MM386_KERNEL_26, 0, UINT64_C(4) << 30);
	double ours[BENCH_TURNS], bare[BENCH_TURNS];
	size_t turn;

	for (unsigned i = 0; i < BENCH_TURNS; i++) {
		bare[i] = run_lists_bare(fresh) * 1e9 / (NR_BATCHES * BATCH);
		ours[i] = run_lists(fresh) * 1e9 / (NR_BATCHES * BATCH);
	}
	turn = bench_median_turn(ours, bare, BENCH_TURNS);
	bench_line("a page refilled and drained", ours[turn], bare[turn], "ns", "<= 2.0");
	mm386_free(fresh);
}

/* ---- any size --------------------------------------------------------------------------- */

#define FLAT_SLOTS 1000u
#define FLAT_STEPS 400000u

/* Nanoseconds an operation costs on ${fresh}, on blocks of order 0 of low memory. */
static double run_flat(const struct mm386 *fresh)
{
	const struct mm386_op take = take_op("GFP_KERNEL", 0);
	uint32_t live[FLAT_SLOTS];
	struct heard heard = {0};
	struct mm386 *m;
	uint64_t rng = 1;
	double start;

	if (mm386_copy(fresh, &m))
		abort();
	mm386_set_sink(m, hear, &heard);
	for (uint32_t i = 0; i < FLAT_SLOTS; i++)
		live[i] = ours_apply(m, &take);
	start = bench_cpu_now();
	for (uint32_t i = 0; i < FLAT_STEPS; i++) {
		uint32_t *slot = &live[bench_random(&rng) % FLAT_SLOTS];

		if (*slot == NO_PFN) {
			*slot = ours_apply(m, &take);
		} else {
			const struct mm386_op give = give_op(*slot, 0);

			ours_apply(m, &give);
			*slot = NO_PFN;
		}
		if (i % STEPS_PER_CUT == 0)
			mm386_cut(m);
	}
	start = bench_cpu_now() - start;
	mm386_free(m);
	return start * 1e9 / FLAT_STEPS;
}

static void bench_flat(void)
{
	static const struct {
		const char *name;
		uint64_t bytes;
	} rows[] = {{"an operation at 1 GiB, against 16 MiB", UINT64_C(1) << 30},
		    {"an operation at 4 GiB, against 16 MiB", UINT64_C(4) << 30},
		    {"an operation at 64 GiB, against 16 MiB", UINT64_C(64) << 30}};
	const uint32_t release = 2u << 16 | 6u << 8 | 18; /* whose kernel lies below 16 MiB */
	struct mm386 *small = boot(MM386_KERNEL_26, release, 16u << 20);

	for (unsigned r = 0; r < 3; r++) {
		struct mm386 *large = boot(MM386_KERNEL_26, release, rows[r].bytes);
		double ours[BENCH_TURNS], limit[BENCH_TURNS];
		size_t turn;

		for (unsigned i = 0; i < BENCH_TURNS; i++) {
			limit[i] = run_flat(small);
			ours[i] = run_flat(large);
		}
		turn = bench_median_turn(ours, limit, BENCH_TURNS);
		bench_line(rows[r].name, ours[turn], limit[turn], "ns", "<= 1.2");
		mm386_free(large);
	}
	mm386_free(small);
}

int main(void)
{
	static const struct row rows[] = {
		{"alloc_pages/free_pages order 0", MM386_KERNEL_26, 0, MAX_SLOTS},
		{"the same, 6.1", MM386_KERNEL_61, 0, MAX_SLOTS},
		{"alloc_pages/free_pages order 3", MM386_KERNEL_26, 3, 100000},
		{"the same, 6.1: CPU lists have that order", MM386_KERNEL_61, 3, 100000},
	};
	const struct plans p = {.live = malloc(MAX_SLOTS * sizeof(uint32_t)),
				.bare = malloc(NR_STEPS * sizeof(uint32_t)),
				.ours = malloc(NR_STEPS * sizeof(struct mm386_op))};

	if (!p.live || !p.bare || !p.ours)
		return 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		bench_row(&rows[i], &p);
	bench_lists();
	bench_flat();
	free(p.live);
	free(p.bare);
	free(p.ours);
	return 0;
}
