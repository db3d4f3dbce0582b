/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli_bench.c - mm386 --bench: how many operations a second this host applies.
 *
 * A churn: blocks of order 0 to 3 are allocated and, once so many live, given
 * back in another order.  Which ones follows from the machine's seed, so the
 * digest at the end is the same everywhere; only the time is not.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli.h"

#define CHURN_LIVE 4096

struct churn {
	uint64_t random;
	uint64_t refused;
	struct {
		mm386_pfn_t pfn;
		uint8_t order;
	} live[CHURN_LIVE];
	unsigned nr_live;
	struct mm386_op alloc, give_back;
	int arg_order, arg_free_pfn, arg_free_order;
};

/* xorshift64: small, and the same on any host. */
static uint64_t draw(struct churn *c)
{
	c->random ^= c->random << 13;
	c->random ^= c->random >> 7;
	c->random ^= c->random << 17;
	return c->random;
}

/* Place of an argument in the engine's table; -1: there is none. */
static int arg_index(int op, const char *name)
{
	const struct mm386_op_desc *desc = mm386_op_desc((enum mm386_op_id)op);

	for (unsigned i = 0; i < desc->nr_args; i++)
		if (!strcmp(desc->arg[i].name, name))
			return (int)i;
	return -1;
}

static void churn_init(struct churn *c, const struct mm386 *m)
{
	int gfp = arg_index(MM386_OP_ALLOC_PAGES, "gfp");
	mm386_gfp_t flags = 0;

	memset(c, 0, sizeof(*c));
	c->random = mm386_info(m)->seed * 2 + 1; /* never 0, where xorshift stands still */
	mm386_gfp_parse("GFP_KERNEL", &flags, NULL);
	c->arg_order = arg_index(MM386_OP_ALLOC_PAGES, "order");
	c->arg_free_pfn = arg_index(MM386_OP_FREE_PAGES, "pfn");
	c->arg_free_order = arg_index(MM386_OP_FREE_PAGES, "order");
	c->alloc.id = MM386_OP_ALLOC_PAGES;
	c->alloc.given = (uint16_t)(1u << gfp | 1u << c->arg_order);
	c->alloc.arg[gfp] = flags;
	c->give_back.id = MM386_OP_FREE_PAGES;
	c->give_back.given = (uint16_t)(1u << c->arg_free_pfn | 1u << c->arg_free_order);
}

static void churn_alloc(struct churn *c, struct mm386 *m, uint64_t r)
{
	struct mm386_result res;
	uint64_t order = r >> 8 & 3;

	c->alloc.arg[c->arg_order] = order;
	if (mm386_apply(m, &c->alloc, &res, NULL) || !res.ok) {
		c->refused++;
		return;
	}
	c->live[c->nr_live].pfn = res.pfn;
	c->live[c->nr_live++].order = (uint8_t)order;
}

static void churn_free(struct churn *c, struct mm386 *m, uint64_t r)
{
	unsigned i = (unsigned)((r >> 16) % c->nr_live);
	struct mm386_result res;

	c->give_back.arg[c->arg_free_pfn] = c->live[i].pfn;
	c->give_back.arg[c->arg_free_order] = c->live[i].order;
	c->live[i] = c->live[--c->nr_live];
	if (mm386_apply(m, &c->give_back, &res, NULL) || !res.ok)
		c->refused++;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int cli_bench(struct mm386 *m, uint64_t nr)
{
	struct churn c;
	double start;

	churn_init(&c, m);
	start = seconds();
	for (uint64_t i = 0; i < nr; i++) {
		uint64_t r = draw(&c);

		if (c.nr_live < CHURN_LIVE && (c.nr_live == 0 || r & 1))
			churn_alloc(&c, m, r);
		else
			churn_free(&c, m, r);
	}
	start = seconds() - start;
	printf("%llu operations in %.3f s: %.0f a second, %llu refused, digest 0x%016llx\n",
	       (unsigned long long)nr, start, (double)nr / (start > 0 ? start : 1e-9),
	       (unsigned long long)c.refused, (unsigned long long)mm386_digest(m));
	return CLI_OK;
}
