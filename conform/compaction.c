/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compaction.c - see compaction.h */
#include <stdlib.h>
#include <string.h>

#include "compaction.h"
#include "trace.h"

static bool add(struct compaction *k, struct compaction_step step)
{
	struct compaction_step *more;

	if (k->nr % 256 == 0) {
		more = realloc(k->step, (k->nr + 256) * sizeof(*more));
		if (!more)
			return false;
		k->step = more;
	}
	k->step[k->nr++] = step;
	return true;
}

/* ---- the kernel's side ----------------------------------------------------------------- */

static bool read_step(const char *line, struct compaction_step *step)
{
	const char *args;
	unsigned a, b, scanned, taken;

	*step = (struct compaction_step){.kind = COMPACTION_BEGIN};
	args = trace_arguments(line, " mm_compaction_begin: ");
	if (!args) {
		args = trace_arguments(line, " mm_compaction_end: ");
		step->kind = COMPACTION_END;
	}
	if (args) {
		step->a = trace_number(args, "migrate_pfn=", 16);
		step->b = trace_number(args, "free_pfn=", 16);
		args = strstr(args, "status=");
		if (args)
			sscanf(args, "status=%23[a-z_]", step->status);
		return true;
	}
	args = trace_arguments(line, " mm_compaction_isolate_freepages: ");
	if (args && sscanf(args, "range=(%x ~ %x) nr_scanned=%u nr_taken=%u", &a, &b, &scanned, &taken) == 4) {
		*step = (struct compaction_step){
			.kind = COMPACTION_ROOM, .a = a, .b = b, .scanned = scanned, .taken = taken};
		return true;
	}
	args = trace_arguments(line, " mm_page_free: ");
	step->kind = COMPACTION_FREE;
	if (!args) {
		args = trace_arguments(line, " mm_page_pcpu_drain: ");
		step->kind = COMPACTION_DRAIN;
	}
	step->a = args ? trace_number(args, "pfn=", 0) : 0;
	return args != NULL;
}

/* Whether the line tells of something that changes free lists. */
static bool is_change(const char *line)
{
	return strstr(line, " mm_page_alloc") || strstr(line, " mm_page_free: ") ||
	       strstr(line, " mm_page_pcpu_drain: ");
}

static bool reaches_buddy(const char *line)
{
	const char *freed = trace_arguments(line, " mm_page_free: ");

	return strstr(line, " mm_page_alloc_zone_locked: ") || strstr(line, " mm_page_pcpu_drain: ") ||
	       (freed && !strstr(freed, "order=0") && !strstr(freed, "order=1") && !strstr(freed, "order=2") &&
		!strstr(freed, "order=3"));
}

struct reading {
	struct compaction *k;
	bool inside; /* a compaction */
};

static void read_line(void *arg, const char *line)
{
	struct reading *r = arg;
	struct compaction *k = r->k;
	struct compaction_step step;
	bool begins = strstr(line, " mm_compaction_begin: ");

	if (begins && strstr(line, "kcompactd"))
		k->whole = false;
	r->inside = r->inside || begins;
	if (!r->inside) {
		if (k->nr && reaches_buddy(line))
			k->settled = false;
		if (!k->nr && is_change(line))
			k->whole = false;
		return;
	}
	if (!read_step(line, &step) || !add(k, step))
		return;
	r->inside = step.kind != COMPACTION_END;
}

bool compaction_read(struct compaction *k, const char *trace, const char *from, const char *to)
{
	struct reading r = {.k = k};

	*k = (struct compaction){.whole = true, .settled = true};
	trace_between(trace, from, to, read_line, &r);
	return k->nr > 0;
}

void compaction_free(struct compaction *k)
{
	free(k->step);
	*k = (struct compaction){.nr = 0};
}

/* ---- ours --------------------------------------------------------------------------------- */

static void hear(void *arg, const struct mm386_event *ev)
{
	const uint32_t *a = ev->arg;
	struct compaction_step step = {.kind = COMPACTION_BEGIN};

	switch (ev->type) {
	case MM386_EVENT_COMPACT_END:
		step.kind = COMPACTION_END;
		snprintf(step.status, sizeof(step.status), "%s",
			 mm386_compact_result_name((enum mm386_compact_result)a[4]));
		step.a = a[2];
		step.b = a[3];
		break;
	case MM386_EVENT_COMPACT_BEGIN:
		step.a = a[2];
		step.b = a[3];
		break;
	case MM386_EVENT_COMPACT_ISOLATE_FREE:
		step = (struct compaction_step){
			.kind = COMPACTION_ROOM, .a = a[0], .b = a[1], .scanned = a[2], .taken = a[3]};
		break;
	case MM386_EVENT_PAGE_FREE:
	case MM386_EVENT_PCP_DRAIN:
		step.kind = ev->type == MM386_EVENT_PAGE_FREE ? COMPACTION_FREE : COMPACTION_DRAIN;
		step.a = a[0];
		break;
	default:
		return;
	}
	add(arg, step);
}

static void format(char *buf, size_t size, const struct compaction_step *s)
{
	static const char *const names[] = {"begins", "isolates", "frees", "drains", "ends"};

	snprintf(buf, size, "%s 0x%x 0x%x %u %u %s", names[s->kind], s->a, s->b, s->scanned, s->taken, s->status);
}

void compaction_compare(struct check *c, const struct compaction *k, struct mm386 *m)
{
	struct compaction ours = {.nr = 0};
	struct mm386_error err = {.line = 0};
	struct mm386_result res;
	struct mm386_op op;
	char expected[96], got[96];

	if (!machine_op(&op, "compact_memory"))
		return;
	mm386_set_sink(m, hear, &ours);
	if (mm386_apply(m, &op, &res, &err) || !res.ok)
		check_differs(c, "mm386 does not compact");
	mm386_set_sink(m, NULL, NULL);
	for (size_t i = 0; i < k->nr && i < ours.nr && !check_is_lost(c); i++) {
		format(expected, sizeof(expected), &k->step[i]);
		format(got, sizeof(got), &ours.step[i]);
		check_same(c, expected, got, "step %zu", i);
	}
	check_equal(c, k->nr, ours.nr, "steps");
	compaction_free(&ours);
}
