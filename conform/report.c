/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report.c - see report.h */
#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "report.h"

#define TEXTS_SHOWN 4 /* differences that a line tells; the others are counted */
#define LOST	    64

/* A name comes from somebody's file system: no control characters, no comma to split a line at. */
static void name_copy(char *to, size_t size, const char *from)
{
	size_t n = 0;

	for (; *from && n + 1 < size; from++)
		to[n++] = (char)(isprint((unsigned char)*from) && *from != ',' ? *from : '?');
	to[n] = '\0';
}

static const char *const kinds[NR_CHECKS] = {
	[CHECK_HANDOVER] = "hand-over", [CHECK_SIZING] = "sizing",     [CHECK_REPLAY] = "replay",
	[CHECK_LISTS] = "CPU lists",	[CHECK_COMPACTION] = "compaction", [CHECK_BOOT] = "boot",	       [CHECK_FORMATS] = "formats",
	[CHECK_BOOT_LOG] = "boot log",	[CHECK_SUMS] = "sums",	       [CHECK_MARKS] = "marks",
};

const char *check_kind_name(unsigned kind)
{
	return kinds[kind];
}

/* The kind whose name is the longest that ${name} begins with. */
static unsigned kind_of(const char *name)
{
	unsigned best = NR_CHECKS;

	for (unsigned i = 0; i < NR_CHECKS; i++)
		if (strncmp(name, kinds[i], strlen(kinds[i])) == 0 &&
		    (best == NR_CHECKS || strlen(kinds[i]) > strlen(kinds[best])))
			best = i;
	return best;
}

bool check_begin(struct check *c, struct results *r, const char *run, const char *name)
{
	*c = (struct check){.report = r, .kernel = -1};
	name_copy(c->run, sizeof(c->run), run);
	name_copy(c->name, sizeof(c->name), name);
	if (r->list)
		fprintf(r->out, "%s, %s\n", c->run, c->name);
	return !r->list;
}

static __attribute__((format(printf, 2, 0))) void text_add(struct check *c, const char *fmt, va_list ap)
{
	size_t used = strlen(c->text);

	if (used && used + 2 < sizeof(c->text)) {
		memcpy(c->text + used, "; ", 3);
		used += 2;
	}
	vsnprintf(c->text + used, sizeof(c->text) - used, fmt, ap);
	for (char *p = c->text + used; *p; p++)
		if (!isprint((unsigned char)*p))
			*p = ' ';
}

static bool is_shown(const struct check *c)
{
	return c->differences <= TEXTS_SHOWN && !c->skipped;
}

void check_equal(struct check *c, uint64_t expected, uint64_t got, const char *what, ...)
{
	char where[160];
	va_list ap;

	c->values++;
	if (expected == got)
		return;
	va_start(ap, what);
	vsnprintf(where, sizeof(where), what, ap);
	va_end(ap);
	check_differs(c, expected > 0xfffff ? "%s: expected %#llx, came %#llx"
					    : "%s: expected %llu, came %llu",
		      where, (unsigned long long)expected, (unsigned long long)got);
}

void check_same(struct check *c, const char *expected, const char *got, const char *what, ...)
{
	char where[160];
	size_t same = 0, start;
	va_list ap;

	c->values++;
	if (strcmp(expected, got) == 0)
		return;
	while (expected[same] && expected[same] == got[same])
		same++;
	start = same > 24 ? same - 24 : 0;
	va_start(ap, what);
	vsnprintf(where, sizeof(where), what, ap);
	va_end(ap);
	check_differs(c, "%s: expected \"%s%.70s\", came \"%s%.70s\"", where, start ? "..." : "",
		      expected + start, start ? "..." : "", got + start);
}

void check_differs(struct check *c, const char *fmt, ...)
{
	va_list ap;

	c->differences++;
	if (!is_shown(c))
		return;
	va_start(ap, fmt);
	text_add(c, fmt, ap);
	va_end(ap);
}

void check_skip(struct check *c, const char *fmt, ...)
{
	va_list ap;

	if (c->skipped)
		return;
	c->skipped = true;
	if (c->differences)
		return; /* what was found before stands */
	va_start(ap, fmt);
	text_add(c, fmt, ap);
	va_end(ap);
}

bool check_is_lost(const struct check *c)
{
	return c->differences >= LOST;
}

void check_end(struct check *c)
{
	struct results *r = c->report;

	if (!c->differences && !c->skipped && !c->values)
		check_skip(c, "nothing in it that this check compares");
	if (c->differences) {
		r->differ++;
		fprintf(r->out, "%s, %s, differs: %s", c->run, c->name, c->text);
		if (c->differences > TEXTS_SHOWN)
			fprintf(r->out, "; and %u more", c->differences - TEXTS_SHOWN);
		fputc('\n', r->out);
	} else if (c->skipped) {
		r->skipped++;
		fprintf(r->out, "%s, %s, skipped: %s\n", c->run, c->name, c->text);
	} else {
		unsigned kind = kind_of(c->name);

		r->exact++;
		if (kind < NR_CHECKS && c->kernel >= 0)
			r->exact_of[kind][c->kernel]++;
		fprintf(r->out, "%s, %s, exact\n", c->run, c->name);
	}
	fflush(r->out);
}

void report_sum(const struct results *r)
{
	fprintf(r->out, "%u exact, %u differ, %u skipped\n", r->exact, r->differ, r->skipped);
}
