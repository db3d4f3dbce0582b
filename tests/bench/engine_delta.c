/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * engine_delta.c - what k changed frames cost to find and cut, on a machine of a
 * million frames: one within 20 us, a thousand and a hundred thousand within 0.1 us
 * each.  Beside it a digest after one operation, and replay of a log against the
 * rate at which operations are taken one by one.
 */
#include <string.h>

#include "bench.h"
#include "internal.h"

#define NR_REPLAY 400000u

static struct mm386 *boot_4g(void)
{
	struct mm386_config cfg;
	struct mm386 *m;

	mm386_config_init(&cfg);
	cfg.pae = true;
	cfg.memory_bytes = UINT64_C(4) << 30;
	if (mm386_boot(&cfg, &m, NULL))
		abort();
	return m;
}

/* Mark ${k} frames, then time finding all runs and the cut; in microseconds. */
static double delta_us(struct mm386 *m, uint32_t k, uint64_t *rng)
{
	uint32_t count, total = 0;
	double start;
	pfn_t pfn = 0;

	for (uint32_t i = 0; i < k; i++) {
		pfn_t at = (pfn_t)(bench_random(rng) % m->s->nr_frames);

		frames_set_kind(m, at, 1, (enum mm386_kind)m->kind[at]);
	}
	start = bench_now();
	while (mm386_next_changed(m, &pfn, &count)) {
		for (uint32_t i = 0; i < count; i++)
			total += m->kind[pfn + i];
		pfn += count;
	}
	mm386_cut(m);
	start = bench_now() - start;
	if (total == UINT32_MAX) /* so that the reading is not left out */
		abort();
	return start * 1e6;
}

static void bench_delta(struct mm386 *m, uint32_t k, const char *name, double limit_us)
{
	double us[101];
	uint64_t rng = k;

	for (unsigned i = 0; i < 101; i++)
		us[i] = delta_us(m, k, &rng);
	bench_line(name, bench_median(us, 101), limit_us, "us", "<= 1.0");
}

static struct mm386_op make_op(uint64_t *rng, uint32_t *live, uint32_t *nr)
{
	struct mm386_op op = {.id = MM386_OP_ALLOC_PAGES, .given = 3};
	mm386_gfp_t gfp;

	if (*nr > 50000 && bench_random(rng) % 2) {
		uint32_t i = (uint32_t)(bench_random(rng) % *nr);

		op = (struct mm386_op){
			.id = MM386_OP_FREE_PAGES, .given = 2 | 4, .arg = {0, live[i], 0}};
		live[i] = live[--*nr];
		return op;
	}
	if (mm386_gfp_parse(bench_random(rng) % 2 ? "GFP_KERNEL" : "GFP_HIGHUSER", &gfp, NULL))
		abort();
	op.arg[0] = gfp;
	return op;
}

/* The rate at which a machine takes operations, and takes them again from their log. */
static void bench_replay(struct mm386 *fresh)
{
	struct mm386_op *log = malloc(NR_REPLAY * sizeof(*log));
	uint32_t *live = malloc(NR_REPLAY * sizeof(*live)), nr = 0;
	double first[BENCH_TURNS], again[BENCH_TURNS];
	uint64_t digest = 0;

	if (!log || !live)
		abort();
	for (unsigned turn = 0; turn < 2 * BENCH_TURNS; turn++) {
		struct mm386_result res;
		struct mm386 *m;
		uint64_t rng = 7;
		double spent = 0, start;

		if (mm386_copy(fresh, &m))
			abort();
		nr = 0;
		start = bench_now();
		for (uint32_t i = 0; i < NR_REPLAY; i++) {
			if (turn == 0) {
				log[i] = make_op(&rng, live, &nr);
				mm386_apply(m, &log[i], &res, NULL);
				if (log[i].id == MM386_OP_ALLOC_PAGES && res.ok)
					live[nr++] = res.pfn;
				continue;
			}
			if (turn % 2 && i + 4 < NR_REPLAY) /* a log is known in advance */
				mm386_expect(m, &log[i + 4]);
			mm386_apply(m, &log[i], &res, NULL);
		}
		spent = bench_now() - start;
		*(turn % 2 ? &again[turn / 2] : &first[turn / 2]) = NR_REPLAY / spent / 1e6;
		if (turn == 0)
			digest = mm386_digest(m);
		else if (mm386_digest(m) != digest)
			abort();
		mm386_free(m);
	}
	first[0] = first[1]; /* the turn that wrote the log does not count */
	bench_line("replay of a log, operation rate", bench_median(again, BENCH_TURNS),
		   bench_median(first, BENCH_TURNS), "M/s", ">= 0.9");
	free(log);
	free(live);
}

static void bench_digest(struct mm386 *m)
{
	double us[101];
	struct mm386_op op = {.id = MM386_OP_ALLOC_PAGES, .given = 1};
	struct mm386_result res;
	mm386_gfp_t gfp;

	if (mm386_gfp_parse("GFP_KERNEL", &gfp, NULL))
		abort();
	op.arg[0] = gfp;
	mm386_digest(m);
	for (unsigned i = 0; i < 101; i++) {
		double start;

		mm386_apply(m, &op, &res, NULL);
		start = bench_now();
		mm386_digest(m);
		us[i] = (bench_now() - start) * 1e6;
	}
	bench_line("digest after one operation, 20 us", bench_median(us, 101), 20.0, "us",
		   "<= 1.0");
}

int main(void)
{
	struct mm386 *m = boot_4g();

	bench_delta(m, 1, "delta of 1 frame, 20 us", 20.0);
	bench_delta(m, 1000, "delta of 1000 frames, 1000 * 0.1 us", 100.0);
	bench_delta(m, 100000, "delta of 100000 frames, 100000 * 0.1 us", 10000.0);
	bench_digest(m);
	bench_replay(m);
	mm386_free(m);
	return 0;
}
