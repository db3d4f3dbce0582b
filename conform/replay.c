/* SPDX-License-Identifier: GPL-2.0-or-later */
/* replay.c - see replay.h */
#include <stdlib.h>
#include <string.h>

#include "replay.h"

#define STEPS_MAX 4000000

bool replay_head(struct replay *p, const char *text)
{
	size_t len = strcspn(text, "\n");
	const char *at;

	*p = (struct replay){.nr = 0};
	at = memchr(text, ':', len);
	if (text[0] != '#' || !at || sscanf(at + 1, " %63s -> %63s", p->from, p->to) != 2)
		return false;
	at = strstr(text, "exact_lists=");
	p->exact = at && at < text + len && strncmp(at, "exact_lists=True", 16) == 0;
	return true;
}

/* ---- lines ----------------------------------------------------------------------------- */

/* Our word for the kernel's number; -1: it has no such type. */
static int type_of(const struct mm386 *m, unsigned number)
{
	for (int mt = 0; mt < MM386_MIGRATETYPES; mt++)
		if (mm386_migratetype_number(m, (enum mm386_migratetype)mt) == (int)number)
			return mt;
	return -1;
}

static int zone_of(const struct mm386 *m, uint32_t pfn)
{
	struct mm386_zone_view v;

	for (unsigned i = mm386_info(m)->nr_zones; i-- > 0;) {
		mm386_zone(m, i, &v);
		if (pfn >= v.start_pfn && pfn < v.end_pfn)
			return (int)i;
	}
	return -1;
}

static bool type_arg(struct mm386_op *op, const struct mm386 *m, unsigned number)
{
	int mt = type_of(m, number);

	return mt >= 0 && machine_arg_word(op, "migratetype", mm386_migratetype_name(m, (enum mm386_migratetype)mt));
}

/* "A pfn order mt"; what an X told before it goes along. */
static bool take_read(struct replay_step *s, const char *line, const struct mm386 *m)
{
	unsigned pfn, order, mt;
	int zone;

	if (sscanf(line, "A %u %u %u", &pfn, &order, &mt) != 3)
		return false;
	zone = zone_of(m, pfn);
	s->takes = true;
	s->pfn = pfn;
	if (zone < 0 || !machine_op(&s->op, "__rmqueue") || !machine_arg(&s->op, "zone", (uint64_t)zone) ||
	    !machine_arg(&s->op, "order", order) || !type_arg(&s->op, m, mt))
		return false;
	return !s->falls_back || machine_arg_word(&s->op, "ownership", s->fallback.change ? "changed" : "kept");
}

static bool free_read(struct replay_step *s, const char *line, const struct mm386 *m)
{
	unsigned pfn, order, mt;

	if (sscanf(line, "F %u %u %u", &pfn, &order, &mt) != 3)
		return false;
	s->pfn = pfn;
	return machine_op(&s->op, "__free_one_page") && machine_arg(&s->op, "pfn", pfn) &&
	       machine_arg(&s->op, "order", order) && type_arg(&s->op, m, mt);
}

static bool fallback_read(struct replay_fallback *f, const char *line, const struct mm386 *m)
{
	unsigned mt, fallback_mt, change;

	if (sscanf(line, "X %u %u %u %u %u %u", &f->pfn, &f->order, &f->fallback_order, &mt, &fallback_mt, &change) != 6)
		return false;
	f->mt = type_of(m, mt);
	f->fallback_mt = type_of(m, fallback_mt);
	f->change = change != 0;
	return f->mt >= 0 && f->fallback_mt >= 0;
}

static struct replay_step *step_add(struct replay *p)
{
	struct replay_step *more;

	if (p->nr >= STEPS_MAX)
		return NULL;
	if ((p->nr & (p->nr - 1)) == 0) {
		more = realloc(p->step, (p->nr ? p->nr * 2 : 1) * sizeof(*more));
		if (!more)
			return NULL;
		p->step = more;
	}
	p->step[p->nr] = (struct replay_step){.line = 0};
	return &p->step[p->nr++];
}

/* One line; false when it is none of ours.  ${x} is the X that waits for its A. */
static bool line_read(struct replay *p, const char *line, unsigned number, const struct mm386 *m,
		      struct replay_fallback *x, bool *waits)
{
	struct replay_step *s;
	bool good;

	if (*line == '\n' || *line == '#')
		return true;
	if (*line == 'X') {
		*waits = true;
		return fallback_read(x, line, m);
	}
	s = step_add(p);
	if (!s)
		return false;
	s->line = number;
	if (*line == 'A' && *waits) {
		s->falls_back = true;
		s->fallback = *x;
		*waits = false;
	}
	good = *line == 'A' ? take_read(s, line, m) : free_read(s, line, m);
	return good;
}

bool replay_read(struct check *c, struct replay *p, const char *text, const struct mm386 *m)
{
	struct replay_fallback x = {.pfn = 0};
	bool waits = false;
	unsigned number = 1;

	for (const char *line = text; *line; number++) {
		const char *end = strchr(line, '\n');

		if (!line_read(p, line, number, m, &x, &waits)) {
			check_differs(c, "line %u is no operation of this machine: %.*s", number,
				      (int)strcspn(line, "\n") < 60 ? (int)strcspn(line, "\n") : 60, line);
			return false;
		}
		if (!end)
			break;
		line = end + 1;
	}
	return true;
}

void replay_free(struct replay *p)
{
	free(p->step);
}

/* ---- against a machine ------------------------------------------------------------------- */

/* The fallback that an operation told of. */
struct heard {
	unsigned nr;
	struct mm386_event last;
};

static void hear(void *arg, const struct mm386_event *ev)
{
	struct heard *h = arg;

	if (ev->type != MM386_EVENT_ALLOC_EXTFRAG)
		return;
	h->nr++;
	h->last = *ev;
}

static void compare_fallback(struct check *c, const struct replay_step *s, const struct heard *h)
{
	const struct replay_fallback *x = &s->fallback;
	const uint32_t *a = h->last.arg;

	check_equal(c, s->falls_back, h->nr, "line %u: fallbacks", s->line);
	if (!s->falls_back || !h->nr)
		return;
	check_equal(c, x->pfn, a[0], "line %u: block of the donor", s->line);
	check_equal(c, x->fallback_order, a[2], "line %u: order of the donor's block", s->line);
	check_equal(c, (uint64_t)x->fallback_mt, a[4], "line %u: type of the donor", s->line);
	check_equal(c, x->change, a[5], "line %u: the page block changes its type", s->line);
}

void replay_compare(struct check *c, const struct replay *p, struct mm386 *m)
{
	struct heard h;

	mm386_set_sink(m, hear, &h);
	for (size_t i = 0; i < p->nr && !check_is_lost(c); i++) {
		const struct replay_step *s = &p->step[i];
		struct mm386_error err = {.line = 0};
		struct mm386_result res;
		char why[96] = "";

		h.nr = 0;
		if (mm386_apply(m, &s->op, &res, &err) || !res.ok) {
			if (!err.detail[0] && res.nr_why)
				mm386_why_format(m, &res.why[0], why, sizeof(why));
			check_differs(c, "line %u is refused: %s%s", s->line, err.detail, why);
			continue;
		}
		if (!s->takes)
			continue;
		check_equal(c, s->pfn, res.pfn, "line %u: block of order %u", s->line, (unsigned)res.order);
		compare_fallback(c, s, &h);
	}
	mm386_set_sink(m, NULL, NULL);
}
