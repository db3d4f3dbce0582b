/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scene.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FILL_OPS 50000	   /* operations of the first, unpaced part: it fills, then has lived a while */
#define FILL_SHARE 12	   /* one of so many operations of it gives file pages that stay */
#define FILL_PERCENT 52	   /* of what was free after boot */
#define WAVE_OPS 24000	   /* the target share falls and rises once in so many operations */
#define WAVE_LOW 42	   /* percent of what was free after boot */
#define WAVE_HIGH 78
#define PROCESSES 20
#define PROCESS_PAGES_MIN 150
#define PROCESS_PAGES_MAX 2500
#define BURST_MAX 96	   /* operations of one kind in a row */
#define BLOCKS_MAX 400000  /* blocks that the churn holds at most */

/* What the churn plays. */
enum part { PART_PROCESS, PART_FILE, PART_KERNEL, PART_ATOMIC, PART_DMA, PART_BIG, NR_PARTS };

struct block {
	uint64_t seq;
	mm386_pfn_t pfn;
	uint8_t order, cpu; /* cpu: where it was asked for, and will be freed */
};

struct pool { /* blocks that one actor holds */
	size_t nr, cap;
	struct block *block;
};

struct process {
	struct pool pool;
	uint32_t want; /* pages it will grow to; 0: not born */
	bool dying;
};

struct scene {
	uint64_t seed, nr_ops;
	uint64_t random; /* state of the generator, set anew for each operation */
	uint32_t boot_free; /* pages free after boot */
	uint32_t process_max; /* pages */
	unsigned cpus;
	unsigned file_order;  /* blocks of about this order fill this machine in FILL_OPS operations */
	bool filling;
	size_t nr_blocks;
	struct process process[PROCESSES];
	struct pool pool[NR_PARTS]; /* that of PART_PROCESS is not used */
	/* The operation under way. */
	struct pool *dest;	/* where the block of an allocation goes */
	unsigned cpu;		/* where it is made */
	unsigned burst, burst_process;
	bool burst_free;
};

/* splitmix64: good enough for a play, and the same everywhere. */
static uint64_t draw(struct scene *sc)
{
	uint64_t z = sc->random += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* 0..n-1 */
static uint32_t pick(struct scene *sc, uint32_t n)
{
	return (uint32_t)((draw(sc) >> 32) * n >> 32);
}

static uint32_t free_pages_now(const struct mm386 *m)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < mm386_info(m)->nr_zones; i++) {
		struct mm386_zone_view z;

		mm386_zone(m, i, &z);
		sum += z.free_pages;
	}
	return sum;
}

struct scene *scene_new(const struct mm386 *m)
{
	struct scene *sc = calloc(1, sizeof(*sc));
	uint32_t pages_an_op;

	if (!sc)
		return NULL;
	sc->seed = mm386_info(m)->seed;
	sc->boot_free = free_pages_now(m);
	sc->cpus = mm386_info(m)->cpus;
	sc->filling = true;
	sc->process_max = sc->boot_free / 60;
	if (sc->process_max > PROCESS_PAGES_MAX)
		sc->process_max = PROCESS_PAGES_MAX;
	if (sc->process_max < 8)
		sc->process_max = 8;
	pages_an_op = sc->boot_free / 100 * FILL_PERCENT / (FILL_OPS / FILL_SHARE);
	while (sc->file_order < 8 && 2u << sc->file_order <= pages_an_op)
		sc->file_order++;
	return sc;
}

void scene_free(struct scene *sc)
{
	if (!sc)
		return;
	for (unsigned i = 0; i < PROCESSES; i++)
		free(sc->process[i].pool.block);
	for (unsigned i = 0; i < NR_PARTS; i++)
		free(sc->pool[i].block);
	free(sc);
}

bool scene_is_filling(const struct scene *sc)
{
	return sc->filling;
}

/* ---- operations ---------------------------------------------------------- */

static void set_arg(struct mm386_op *op, const char *name, uint64_t value)
{
	const struct mm386_op_desc *desc = mm386_op_desc((enum mm386_op_id)op->id);

	for (unsigned i = 0; i < desc->nr_args; i++) {
		if (!strcmp(desc->arg[i].name, name)) {
			op->arg[i] = value;
			op->given |= (uint16_t)(1u << i);
			return;
		}
	}
	assert(!"an operation lost an argument");
}

/* The first CPU is not said: so the log of a machine that has one is shorter. */
static void set_cpu(struct mm386_op *op, unsigned cpu)
{
	if (cpu)
		set_arg(op, "cpu", cpu);
}

static void alloc_op(const struct scene *sc, struct mm386_op *op, const char *gfp_text, unsigned order)
{
	mm386_gfp_t gfp;
	int bad = mm386_gfp_parse(gfp_text, &gfp, NULL);

	assert(!bad);
	memset(op, 0, sizeof(*op));
	op->id = MM386_OP_ALLOC_PAGES;
	set_arg(op, "gfp", gfp);
	set_arg(op, "order", order);
	set_cpu(op, sc->cpu);
}

static void free_op(struct mm386_op *op, const struct block *b)
{
	memset(op, 0, sizeof(*op));
	op->id = MM386_OP_FREE_PAGES;
	set_arg(op, "pfn", b->pfn);
	set_arg(op, "order", b->order);
	set_cpu(op, b->cpu);
}

/* Remember a block.  Out of memory: the churn forgets it, and it stays allocated. */
static void pool_add(struct scene *sc, struct pool *p, struct block b)
{
	if (p->nr == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 64;
		struct block *grown = realloc(p->block, cap * sizeof(*grown));

		if (!grown)
			return;
		p->block = grown;
		p->cap = cap;
	}
	p->block[p->nr++] = b;
	sc->nr_blocks++;
}

static struct block pool_take(struct scene *sc, struct pool *p, size_t i)
{
	struct block b = p->block[i];

	p->block[i] = p->block[--p->nr];
	sc->nr_blocks--;
	return b;
}

/* Somebody else may have freed the block meanwhile; compaction may have moved it. */
static bool find_ours(const struct mm386 *m, struct block *b)
{
	struct mm386_alloc a;

	if (mm386_alloc_find(m, b->seq, &a) || a.order != b->order)
		return false;
	b->pfn = a.pfn;
	return true;
}

/* Free one block of ${p}, any one or the last.  False if it holds none. */
static bool free_one(struct scene *sc, const struct mm386 *m, struct pool *p, bool any, struct mm386_op *op)
{
	while (p->nr) {
		struct block b = pool_take(sc, p, any ? pick(sc, (uint32_t)p->nr) : p->nr - 1);

		if (find_ours(m, &b)) {
			free_op(op, &b);
			return true;
		}
	}
	return false;
}

/* ---- the play -------------------------------------------------------------- */

static bool process_step(struct scene *sc, const struct mm386 *m, unsigned i, struct mm386_op *op)
{
	struct process *p = &sc->process[i];

	if (p->dying) {
		if (free_one(sc, m, &p->pool, false, op))
			return true;
		p->dying = false;
		p->want = 0;
		return false;
	}
	if (!p->want) {
		p->want = PROCESS_PAGES_MIN + pick(sc, sc->process_max);
		if (p->want > sc->process_max)
			p->want = sc->process_max;
	}
	if (p->pool.nr >= p->want)
		return false;
	sc->cpu = i % sc->cpus;
	alloc_op(sc, op, pick(sc, 16) ? "GFP_HIGHUSER_MOVABLE" : "GFP_USER", 0);
	sc->dest = &p->pool;
	return true;
}

/* One allocation of a part other than a process. */
static void part_alloc(struct scene *sc, enum part part, struct mm386_op *op)
{
	static const uint8_t kernel_order[16] = { 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3 };
	unsigned order = 0;

	sc->cpu = pick(sc, sc->cpus);
	switch (part) {
	case PART_KERNEL:
		order = kernel_order[pick(sc, 16)];
		alloc_op(sc, op, pick(sc, 4) ? "GFP_KERNEL" : "GFP_KERNEL|__GFP_RECLAIMABLE", order);
		break;
	case PART_ATOMIC:
		alloc_op(sc, op, "GFP_ATOMIC", pick(sc, 2));
		break;
	case PART_DMA:
		alloc_op(sc, op, "GFP_KERNEL|GFP_DMA", pick(sc, 5));
		break;
	case PART_BIG:
		alloc_op(sc, op, "GFP_KERNEL", 4 + pick(sc, 5));
		break;
	default: {
		unsigned less = pick(sc, 6) * pick(sc, 2);

		order = sc->file_order + 1 > less ? sc->file_order + 1 - less : 0;
		alloc_op(sc, op, "GFP_HIGHUSER_MOVABLE", sc->file_order ? order : 0);
		break;
	}
	}
	sc->dest = &sc->pool[part];
}

/*
 * Who acts next.  A process acts some fifty times in a row, the others a few
 * times: so they share the operations about evenly.
 */
static enum part choose_part(struct scene *sc)
{
	static const struct {
		enum part part;
		uint32_t below; /* of 1000 */
	} share[] = {
		{ PART_PROCESS, 60 }, { PART_FILE, 520 },  { PART_KERNEL, 920 },
		{ PART_ATOMIC, 975 }, { PART_DMA, 990 }, { PART_BIG, 1000 },
	};
	uint32_t n = pick(sc, 1000), i = 0;

	while (n >= share[i].below)
		i++;
	return share[i].part;
}

/* Percent of boot_free that should be in use: a triangle over WAVE_OPS. */
static uint32_t target_percent(const struct scene *sc)
{
	uint64_t at = sc->nr_ops % WAVE_OPS;
	uint64_t up = at < WAVE_OPS / 2 ? at : WAVE_OPS - at;

	return WAVE_LOW + (uint32_t)(up * (WAVE_HIGH - WAVE_LOW) / (WAVE_OPS / 2));
}

static bool next_alloc(struct scene *sc, const struct mm386 *m, struct mm386_op *op)
{
	enum part part = choose_part(sc);

	if (sc->nr_blocks >= BLOCKS_MAX)
		return false;
	if (part != PART_PROCESS) {
		part_alloc(sc, part, op);
		sc->burst = part == PART_BIG || part == PART_DMA ? 0 : pick(sc, 6);
		sc->burst_process = PROCESSES;
		return true;
	}
	sc->burst_process = pick(sc, PROCESSES);
	sc->burst = 16 + pick(sc, BURST_MAX - 16);
	return process_step(sc, m, sc->burst_process, op);
}

static bool next_free(struct scene *sc, const struct mm386 *m, struct mm386_op *op)
{
	enum part part = choose_part(sc);

	if (part != PART_PROCESS) {
		sc->burst = pick(sc, 6); /* as many as next_alloc() takes */
		sc->burst_process = PROCESSES;
		return free_one(sc, m, &sc->pool[part], true, op);
	}
	sc->burst_process = pick(sc, PROCESSES);
	sc->burst = BURST_MAX;
	sc->process[sc->burst_process].dying = sc->process[sc->burst_process].pool.nr > 0;
	return process_step(sc, m, sc->burst_process, op);
}

/* Go on with what the last operations began. */
static bool next_of_burst(struct scene *sc, const struct mm386 *m, struct mm386_op *op)
{
	if (!sc->burst)
		return false;
	sc->burst--;
	if (sc->burst_process < PROCESSES)
		return process_step(sc, m, sc->burst_process, op);
	if (sc->burst_free)
		return free_one(sc, m, &sc->pool[PART_FILE], true, op);
	part_alloc(sc, PART_FILE, op);
	return true;
}

void scene_next(struct scene *sc, const struct mm386 *m, struct mm386_op *op)
{
	uint32_t used, target;

	sc->random = sc->seed * 0xd1342543de82ef95 + sc->nr_ops;
	sc->dest = NULL;
	used = sc->boot_free - free_pages_now(m);
	if ((int32_t)used < 0)
		used = 0;
	if (sc->nr_ops >= FILL_OPS)
		sc->filling = false;
	if (next_of_burst(sc, m, op))
		return;
	sc->burst = 0;
	target = (uint32_t)((uint64_t)sc->boot_free * (sc->filling ? FILL_PERCENT + 4 : target_percent(sc)) / 100);
	/* Either way both happen: what is full still churns, what is empty still frees. */
	sc->burst_free = pick(sc, 100) < (used >= target ? 70 : sc->filling ? 20 : 32);
	for (unsigned tries = 0; sc->burst_free && tries < 4; tries++)
		if (next_free(sc, m, op))
			return;
	sc->burst_free = false;
	for (unsigned tries = 0; tries < 4; tries++)
		if (next_alloc(sc, m, op))
			return;
	sc->burst = 0;
	part_alloc(sc, PART_KERNEL, op);
}

void scene_note(struct scene *sc, const struct mm386_op *op, const struct mm386_result *res)
{
	sc->nr_ops++;
	if (!res->ok)
		sc->burst = 0;
	else if (op->id == MM386_OP_ALLOC_PAGES && sc->dest)
		pool_add(sc, sc->dest, (struct block){ res->seq, res->pfn, res->order, (uint8_t)sc->cpu });
	sc->dest = NULL;
}
