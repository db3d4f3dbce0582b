/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * engine_alloc.c - alloc_pages and free_pages of order 0 through mm386_apply(), events
 * heard and deltas cut, against a buddy allocator with nothing around it over the
 * same descriptors.  Of a million frames most are taken at first; then random ones of
 * them are freed, or taken again if they were free, so that the lists come to lie as
 * scattered as those of a machine that has run for long.
 */
#include <string.h>

#include "bare.h"

#define NR_SLOTS      900000u  /* blocks held at first */
#define NR_WARM	      1500000u /* operations of those, before the clock starts */
#define NR_STEPS      2000000u /* all operations; every second one frees a block */
#define STEPS_PER_CUT 1000u
#define LOOK_AHEAD                                                                                 \
	8u /* operations that mm386_expect() is told of; the limit's loop overlaps by itself */

/*
 * What is to be done, in order: free that frame, or NO_PFN to take one.  Made by
 * running it once, for it depends on what the allocator hands out.
 */
static void plan_bare(const struct mm386 *fresh, uint32_t *plan, uint32_t *live)
{
	struct bare b;
	uint64_t rng = 1;

	bare_init(&b, fresh->kind, fresh->s->nr_frames);
	for (uint32_t i = 0; i < NR_SLOTS; i++)
		live[i] = bare_alloc(&b, 0);
	for (uint32_t i = 0; i < NR_STEPS; i++) {
		uint32_t *slot = &live[bench_random(&rng) % NR_SLOTS];

		plan[i] = *slot;
		if (*slot == NO_PFN) {
			*slot = bare_alloc(&b, 0);
		} else {
			bare_free(&b, *slot, 0);
			*slot = NO_PFN;
		}
	}
	bare_exit(&b);
}

static double run_bare(const struct mm386 *fresh, const uint32_t *plan)
{
	struct bare b;
	double start = 0;

	bare_init(&b, fresh->kind, fresh->s->nr_frames);
	for (uint32_t i = 0; i < NR_SLOTS; i++)
		bare_alloc(&b, 0);
	for (uint32_t i = 0; i < NR_STEPS; i++) {
		if (i == NR_WARM)
			start = bench_cpu_now();
		if (plan[i] == NO_PFN)
			bare_alloc(&b, 0);
		else
			bare_free(&b, plan[i], 0);
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

static struct mm386_op take_op(void)
{
	struct mm386_op op = {.id = MM386_OP_ALLOC_PAGES, .given = 1};
	mm386_gfp_t gfp;

	if (mm386_gfp_parse("GFP_HIGHUSER", &gfp, NULL))
		abort();
	op.arg[0] = gfp;
	return op;
}

static void plan_ours(const struct mm386 *fresh, struct mm386_op *plan, uint32_t *live)
{
	const struct mm386_op take = take_op();
	struct mm386 *m;
	uint64_t rng = 1;

	if (mm386_copy(fresh, &m))
		abort();
	for (uint32_t i = 0; i < NR_SLOTS; i++)
		live[i] = ours_apply(m, &take);
	for (uint32_t i = 0; i < NR_STEPS; i++) {
		uint32_t *slot = &live[bench_random(&rng) % NR_SLOTS];

		plan[i] = take;
		if (*slot == NO_PFN) {
			*slot = ours_apply(m, &take);
			continue;
		}
		plan[i] =
			(struct mm386_op){.id = MM386_OP_FREE_PAGES, .given = 2, .arg = {0, *slot}};
		ours_apply(m, &plan[i]);
		*slot = NO_PFN;
	}
	mm386_free(m);
}

static double run_ours(const struct mm386 *fresh, const struct mm386_op *plan)
{
	const struct mm386_op take = take_op();
	struct heard heard = {0};
	struct mm386 *m;
	double start = 0;

	if (mm386_copy(fresh, &m))
		abort();
	mm386_set_sink(m, hear, &heard);
	for (uint32_t i = 0; i < NR_SLOTS; i++)
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

int main(void)
{
	double ours[BENCH_TURNS], bare[BENCH_TURNS];
	uint32_t *live = malloc(NR_SLOTS * sizeof(*live)),
		 *bare_plan = malloc(NR_STEPS * sizeof(*bare_plan));
	struct mm386_op *ours_plan = malloc(NR_STEPS * sizeof(*ours_plan));
	struct mm386_config cfg;
	struct mm386 *fresh;
	size_t turn;

	mm386_config_init(&cfg);
	cfg.pae = true;
	cfg.memory_bytes = UINT64_C(4) << 30;
	if (!live || !bare_plan || !ours_plan || mm386_boot(&cfg, &fresh, NULL))
		return 1;
	plan_bare(fresh, bare_plan, live);
	plan_ours(fresh, ours_plan, live);
	for (unsigned i = 0; i < BENCH_TURNS; i++) {
		bare[i] = run_bare(fresh, bare_plan) * 1e9 / (NR_STEPS - NR_WARM);
		ours[i] = run_ours(fresh, ours_plan) * 1e9 / (NR_STEPS - NR_WARM);
	}
	turn = bench_median_turn(ours, bare, BENCH_TURNS);
	bench_line("alloc_pages/free_pages order 0", ours[turn], bare[turn], "ns", "<= 2.0");
	mm386_free(fresh);
	free(live);
	free(bare_plan);
	free(ours_plan);
	return 0;
}
