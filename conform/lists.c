/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lists.c - see lists.h */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lists.h"
#include "trace.h"

static void add(struct lists *l, struct lists_step step)
{
	struct lists_step *more;

	if (l->nr % 1024 == 0) {
		more = realloc(l->step, (l->nr + 1024) * sizeof(*more));
		if (!more) {
			l->open = "there is no memory for it";
			return;
		}
		l->step = more;
	}
	l->step[l->nr++] = step;
}

/* ---- the kernel's side ----------------------------------------------------------------- */

static mm386_gfp_t gfp_of(const char *args)
{
	const char *at = strstr(args, "gfp_flags=");
	mm386_gfp_t all = 0, one;
	char words[256];

	if (!at)
		return 0;
	snprintf(words, sizeof(words), "%s", at + strlen("gfp_flags="));
	for (char *save = NULL, *w = strtok_r(words, "|\n ", &save); w;
	     w = strtok_r(NULL, "|\n ", &save))
		if (!mm386_gfp_parse(w, &one, NULL))
			all |= one;
	return all;
}

/*
 * A free in a softirq that came on top of a locked list goes past it, and the trace does not say
 * so: behind the CPU stand flags, the third "s" in a softirq, then how often preemption is
 * disabled.
 */
static bool may_pass_the_list(const char *line)
{
	const char *flags = strstr(line, "] ");

	return flags && strlen(flags) > 6 && strchr("shH", flags[4]) &&
	       isdigit((unsigned char)flags[5]) && flags[5] >= '2';
}

static void read_line(void *arg, const char *line)
{
	static const struct {
		const char *name;
		enum lists_kind kind;
	} rows[] = {{" mm_page_alloc: ", LISTS_ALLOC},
		    {" mm_page_free: ", LISTS_FREE},
		    {" mm_page_free_batched: ", LISTS_FREE},
		    {" mm_page_pcpu_drain: ", LISTS_DRAIN},
		    {" mm_page_alloc_zone_locked: ", LISTS_TAKEN}};
	struct lists *l = arg;

	if (strstr(line, " mm_vmscan_"))
		l->open = "the kernel reclaims in it: while it does, lists are shorter";
	if (strstr(line, " mm_compaction_"))
		l->open = "the kernel compacts in it, and isolates pages without a trace";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *args = trace_arguments(line, rows[i].name), *cpu = strchr(line, '[');

		if (!args || !trace_number(args, "pfn=", 0))
			continue;
		if (cpu && strtoul(cpu + 1, NULL, 10))
			l->open = "several CPUs: the trace does not say who had a list locked when "
				  "another came";
		if (i == 1 && may_pass_the_list(line))
			l->open = "pages are freed in softirqs on top of other work: the trace "
				  "does not say "
				  "whether they went past the list";
		add(l, (struct lists_step){.kind = rows[i].kind,
					   .order = (uint8_t)trace_number(args, "order=", 10),
					   .cpu = (uint8_t)(cpu ? strtoul(cpu + 1, NULL, 10) : 0),
					   .pfn = trace_number(args, "pfn=", 0),
					   .batched = i == 2,
					   .gfp = gfp_of(args)});
	}
}

/* A page that is freed with others is told twice; what counts is when it goes to its list. */
static bool find_batched(struct lists *l)
{
	enum { NONE, OTHER, BATCHED };
	uint32_t most = 0;
	uint8_t *next; /* what is told of each frame next */

	for (size_t i = 0; i < l->nr; i++)
		most = l->step[i].pfn > most ? l->step[i].pfn : most;
	next = calloc((size_t)most + 1, 1);
	for (size_t i = l->nr; next && i-- > 0;) {
		struct lists_step *s = &l->step[i];
		bool batch = s->batched;

		if (s->kind != LISTS_ALLOC && s->kind != LISTS_FREE)
			continue;
		s->batched =
			s->kind == LISTS_FREE && !batch && !s->order && next[s->pfn] == BATCHED;
		next[s->pfn] = batch ? BATCHED : OTHER;
	}
	free(next);
	return next != NULL;
}

bool lists_read(struct lists *l, const char *trace, const char *from, const char *to)
{
	*l = (struct lists){.nr = 0};
	trace_between(trace, from, to, read_line, l);
	return l->nr > 0 && find_batched(l);
}

void lists_free(struct lists *l)
{
	free(l->step);
	*l = (struct lists){.nr = 0};
}

/* ---- ours --------------------------------------------------------------------------------- */

/* What our lists took and gave back, in order. */
static void hear(void *arg, const struct mm386_event *ev)
{
	if (ev->type == MM386_EVENT_PCP_DRAIN || ev->type == MM386_EVENT_ALLOC_ZONE_LOCKED)
		add(arg,
		    (struct lists_step){.kind = ev->type == MM386_EVENT_PCP_DRAIN ? LISTS_DRAIN
										  : LISTS_TAKEN,
					.order = (uint8_t)ev->arg[1],
					.pfn = ev->arg[0]});
}

static void apply(struct check *c, const struct lists_step *s, size_t i, struct mm386 *m)
{
	bool frees = s->kind == LISTS_FREE;
	struct mm386_error err = {.line = 0};
	struct mm386_result res = {.pfn = MM386_NO_PFN};
	struct mm386_op op;
	bool made = machine_op(&op, frees ? "free_pages" : "alloc_pages");

	made = made && machine_arg(&op, "order", s->order) && machine_arg(&op, "cpu", s->cpu);
	made = made && (frees ? machine_arg(&op, "pfn", s->pfn) : machine_arg(&op, "gfp", s->gfp));
	if (!made || mm386_apply(m, &op, &res, &err)) {
		check_differs(c, "step %zu: mm386 does not take it: %s %s", i, err.pointer,
			      err.detail);
		return;
	}
	check_equal(c, s->pfn, res.ok ? res.pfn : MM386_NO_PFN, "step %zu: %s order %u", i,
		    frees ? "freed" : "handed out", s->order);
}

void lists_compare(struct check *c, const struct lists *l, struct mm386 *m)
{
	struct lists ours = {.nr = 0};
	size_t next = 0; /* of what ours took or drained */

	mm386_set_sink(m, hear, &ours);
	for (size_t i = 0; i < l->nr && !c->differences; i++) {
		const struct lists_step *s = &l->step[i];

		if (s->kind == LISTS_ALLOC || (s->kind == LISTS_FREE && !s->batched))
			apply(c, s, i, m);
	}
	mm386_set_sink(m, NULL, NULL);
	for (size_t i = 0; i < l->nr && !c->differences; i++) {
		const struct lists_step *s = &l->step[i];

		if (s->kind != LISTS_DRAIN && s->kind != LISTS_TAKEN)
			continue;
		check_equal(c, s->pfn,
			    next < ours.nr && ours.step[next].kind == s->kind ? ours.step[next].pfn
									      : MM386_NO_PFN,
			    "step %zu: %s order %u", i,
			    s->kind == LISTS_DRAIN ? "drained" : "taken", s->order);
		next++;
	}
	if (!c->differences)
		check_equal(c, next, ours.nr, "blocks taken and drained");
	lists_free(&ours);
}
