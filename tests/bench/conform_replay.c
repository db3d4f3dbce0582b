/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform_replay.c - the traced segments of a kernel with 1 GiB, operation by operation through
 * mm386_apply(), against a buddy allocator with nothing around it that takes and gives
 * blocks of the same orders in the same order.
 *
 * ours		a copy of the machine with the first snapshot's lists, then each operation
 * limit	of one segment what it frees and did not take was taken before the clock starts; which
 *		frames it has by then is known, for it was run once
 */
#include "bare.h"
#include "replay.h"
#include "segment.h"
#include "snapshot.h"

#define RUN "trace-686-1024M"
#define TURNS_PER_SAMPLE 4
#define LOOK_AHEAD	 8u /* operations that mm386_expect() is told of, as in engine_alloc.c */

/* What the bare allocator does: take a block, or free the one at ${pfn}. */
struct bare_step {
	uint32_t pfn; /* NO_PFN: take */
	unsigned order;
};

struct work {
	struct mm386 *m; /* with the lists of the segment's beginning */
	struct replay p;
	struct bare_step *bare; /* a step for each of ours, behind the ${nr_before} that come first */
	size_t nr_before;
};

static bool work_read(struct work *w, const struct oracle *o, const struct oracle_segment *s)
{
	struct results r = {.out = stderr};
	struct input_error err;
	struct check c;
	json_t *from;
	size_t len;
	char *text = input_text(s->path, &len, &err);
	bool good;

	if (!text || !check_begin(&c, &r, s->run, s->point) || !replay_head(&w->p, text))
		return false;
	from = segment_snapshot(&c, o, s->run, w->p.from);
	w->m = from ? segment_boot(&c, o, s->run, from) : NULL;
	good = w->m && snapshot_load(&c, from, w->m, SNAPSHOT_LISTS, NULL) && replay_read(&c, &w->p, text, w->m);
	json_decref(from);
	free(text);
	return good;
}

static double ours(const struct work *w)
{
	struct mm386_result res;
	struct mm386 *m;
	double start;

	if (mm386_copy(w->m, &m))
		abort();
	start = bench_cpu_now();
	for (size_t i = 0; i < w->p.nr; i++) {
		if (i + LOOK_AHEAD < w->p.nr)
			mm386_expect(m, &w->p.step[i + LOOK_AHEAD].op);
		if (mm386_apply(m, &w->p.step[i].op, &res, NULL) || !res.ok)
			abort();
	}
	start = bench_cpu_now() - start;
	mm386_free(m);
	return start;
}

/* ---- the limit --------------------------------------------------------------------- */

static unsigned order_of(const struct replay_step *s)
{
	const struct mm386_op_desc *d = mm386_op_desc((enum mm386_op_id)s->op.id);

	for (unsigned i = 0; i < d->nr_args; i++)
		if (strcmp(d->arg[i].name, "order") == 0)
			return (unsigned)s->op.arg[i];
	abort();
}

/* Take a block for the kernel's at ${pfn}; ${placed}: by the kernel's pfn, where we have that frame. */
static void place(struct bare *b, uint32_t *placed, uint32_t pfn, unsigned order)
{
	uint32_t at = bare_alloc(b, order);

	if (at == NO_PFN)
		abort();
	for (uint32_t i = 0; i < 1u << order; i++)
		placed[pfn + i] = at + i;
}

/* What is freed without having been taken is taken first. */
static void plan_before(struct work *w, struct bare *b, uint32_t *placed, uint8_t *taken)
{
	for (size_t i = 0; i < w->p.nr; i++) {
		const struct replay_step *s = &w->p.step[i];
		unsigned order = order_of(s);

		if (!s->takes && !taken[s->pfn]) {
			place(b, placed, s->pfn, order);
			w->bare[w->nr_before++] = (struct bare_step){NO_PFN, order};
		}
		memset(taken + s->pfn, s->takes, (size_t)1 << order);
	}
}

/* Run the bare allocator once, and write down what it does. */
static void plan(struct work *w)
{
	uint32_t nr = mm386_info(w->m)->nr_frames;
	uint32_t *placed = malloc(nr * sizeof(*placed));
	uint8_t *taken = calloc(nr, 1);
	struct bare b;

	w->bare = malloc(2 * w->p.nr * sizeof(*w->bare));
	if (!taken || !placed || !w->bare)
		abort();
	bare_init(&b, mm386_kinds(w->m), nr);
	plan_before(w, &b, placed, taken);
	for (size_t i = 0; i < w->p.nr; i++) {
		const struct replay_step *s = &w->p.step[i];
		struct bare_step *step = &w->bare[w->nr_before + i];

		*step = (struct bare_step){s->takes ? NO_PFN : placed[s->pfn], order_of(s)};
		if (s->takes)
			place(&b, placed, s->pfn, step->order);
		else
			bare_free(&b, step->pfn, step->order);
	}
	bare_exit(&b);
	free(placed);
	free(taken);
}

static double limit(const struct work *w)
{
	struct bare b;
	double start;

	bare_init(&b, mm386_kinds(w->m), mm386_info(w->m)->nr_frames);
	for (size_t i = 0; i < w->nr_before; i++)
		bare_alloc(&b, w->bare[i].order);
	start = bench_cpu_now();
	for (size_t i = w->nr_before; i < w->nr_before + w->p.nr; i++)
		if (w->bare[i].pfn == NO_PFN)
			bare_alloc(&b, w->bare[i].order);
		else
			bare_free(&b, w->bare[i].pfn, w->bare[i].order);
	start = bench_cpu_now() - start;
	bare_exit(&b);
	return start;
}

/* ---- all segments ------------------------------------------------------------------- */

static size_t segments_read(struct work *work, size_t max, const struct oracle *o, size_t *ops)
{
	size_t nr = 0;

	for (size_t i = 0; i < o->nr_segments && nr < max; i++) {
		if (strcmp(o->segment[i].run, RUN) != 0)
			continue;
		if (!work_read(&work[nr], o, &o->segment[i]))
			abort();
		plan(&work[nr]);
		*ops += work[nr++].p.nr;
	}
	return nr;
}

int main(void)
{
	const char *srcdir = getenv("srcdir");
	double a[BENCH_TURNS] = {0}, b[BENCH_TURNS] = {0}, ops_per_ns;
	static struct work work[32];
	struct oracle o;
	size_t nr, ops = 0, turn;
	char dir[4096];

	snprintf(dir, sizeof(dir), "%s/tests/data/oracle", srcdir ? srcdir : ".");
	if (oracle_open(&o, dir))
		return 1;
	nr = segments_read(work, 32, &o, &ops);
	for (turn = 0; turn < BENCH_TURNS; turn++)
		for (unsigned k = 0; k < TURNS_PER_SAMPLE; k++)
			for (size_t i = 0; i < nr; i++) {
				a[turn] += ours(&work[i]);
				b[turn] += limit(&work[i]);
			}
	turn = bench_median_turn(a, b, BENCH_TURNS);
	ops_per_ns = (double)ops * TURNS_PER_SAMPLE * 1e-6;
	printf("replay of a traced 1 GiB kernel, bare buddy\t%.2f M/s\t%.2f M/s\t%.2f\t%s\n", ops_per_ns / a[turn],
	       ops_per_ns / b[turn], a[turn] / b[turn], "<= 2.0");
	for (size_t i = 0; i < nr; i++) {
		replay_free(&work[i].p);
		free(work[i].bare);
		mm386_free(work[i].m);
	}
	oracle_free(&o);
	return nr ? 0 : 1;
}
