/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ftrace.c - reading lines such as
 *
 *	cat-113 [000] d..2. 1.25: mm_page_alloc: page=c7e0d020 pfn=0x3934 order=0 migratetype=0
 *gfp_flags=GFP_KERNEL
 *
 * What stands before the event's name differs from kernel to kernel and from tool to tool, and so
 * do the members behind it; so the name is looked for, and each member by its own name.
 *
 * Kernel: include/trace/events/kmem.h [2.6.32, 3.2, 4.4, 6.1].
 */
#include "ftrace.h"

#include <string.h>

#include "mm386.h"

#define EVENT_NAME(id, name) name,
static const char *const event_names[] = {FTRACE_EVENTS(EVENT_NAME)};

const char *ftrace_event_name(enum ftrace_event event)
{
	return event_names[event];
}

/* A piece of the line; nothing in it ends with a NUL. */
struct piece {
	const char *p, *end;
};

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool begins(struct piece s, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(s.end - s.p) >= len && !memcmp(s.p, word, len);
}

/* "123" or "0x1f" at the start of ${s}; false when there is none, or more than 64 bits. */
static bool number(struct piece s, uint64_t *out, bool *hex)
{
	const char *from;
	uint64_t n = 0;

	*hex = begins(s, "0x");
	s.p += *hex ? 2 : 0;
	for (from = s.p; s.p < s.end; s.p++) {
		unsigned digit;

		if (is_digit(*s.p))
			digit = (unsigned)(*s.p - '0');
		else if (*hex && *s.p >= 'a' && *s.p <= 'f')
			digit = (unsigned)(*s.p - 'a') + 10;
		else
			break;
		if (n > (UINT64_MAX - digit) / (*hex ? 16 : 10))
			return false;
		n = n * (*hex ? 16 : 10) + digit;
	}
	*out = n;
	return s.p > from && (s.p == s.end || !is_word(*s.p));
}

/* What stands behind "${name}=": up to the next blank. */
static bool member(struct piece args, const char *name, struct piece *out)
{
	size_t len = strlen(name);

	for (const char *p = args.p; p + len < args.end; p++) {
		const char *end;

		if ((p > args.p && p[-1] != ' ') || memcmp(p, name, len) != 0 || p[len] != '=')
			continue;
		end = memchr(p + len, ' ', (size_t)(args.end - p) - len);
		*out = (struct piece){p + len + 1, end ? end : args.end};
		return true;
	}
	return false;
}

static bool member_number(struct piece args, const char *name, uint64_t max, uint64_t *out)
{
	struct piece text;
	bool hex;

	return member(args, name, &text) && number(text, out, &hex) && *out <= max;
}

/* ---- the head ---------------------------------------------------------------------- */

/* The event that the line tells of, and what stands behind its name; NR_EVENTS: none of ours. */
static enum ftrace_event find_event(struct piece line, struct piece *head, struct piece *args)
{
	for (const char *colon = line.p; (colon = memchr(colon, ':', (size_t)(line.end - colon)));
	     colon++) {
		const char *from = colon;

		while (from > line.p && is_word(from[-1]))
			from--;
		if (from == colon || (from > line.p && from[-1] != ' ' && from[-1] != ':'))
			continue;
		for (unsigned i = 0; i < FTRACE_FAILED; i++) {
			size_t len = strlen(event_names[i]);

			if ((size_t)(colon - from) != len || memcmp(from, event_names[i], len) != 0)
				continue;
			*head = (struct piece){line.p, from};
			*args = (struct piece){colon + 1, line.end};
			return (enum ftrace_event)i;
		}
	}
	return FTRACE_NR_EVENTS;
}

/* "[003]", the last of the kind before the event: a task may be called so too. */
static uint8_t find_cpu(struct piece head)
{
	for (const char *p = head.end; p > head.p; p--) {
		uint64_t cpu;
		bool hex;

		if (p[-1] == '[' && p < head.end && is_digit(*p) &&
		    number((struct piece){p, head.end}, &cpu, &hex))
			return cpu < UINT8_MAX ? (uint8_t)cpu : UINT8_MAX;
	}
	return 0;
}

/* ---- the members ---------------------------------------------------------------------- */

/* A flag by its name in any kernel: those up to 4.x are printed without the two underscores. */
static bool flag_parse(struct piece name, mm386_gfp_t *out)
{
	char text[48] = "__";
	size_t len = (size_t)(name.end - name.p);

	if (len + 3 > sizeof(text))
		return false;
	memcpy(text + 2, name.p, len);
	text[2 + len] = '\0';
	if (!strcmp(text + 2, "none") || !strcmp(text + 2, "0")) {
		*out = 0;
		return true;
	}
	if (!strcmp(text + 2, "GFP_TEMPORARY"))
		return !mm386_gfp_parse("GFP_KERNEL|__GFP_RECLAIMABLE", out, NULL);
	return !mm386_gfp_parse(text + 2, out, NULL) || !mm386_gfp_parse(text, out, NULL);
}

static void gfp_parse(struct piece args, struct ftrace_record *out)
{
	struct piece text;

	if (!member(args, "gfp_flags", &text)) {
		out->gfp_cut = true;
		return;
	}
	for (;;) {
		const char *bar = memchr(text.p, '|', (size_t)(text.end - text.p));
		mm386_gfp_t flag;

		if (flag_parse((struct piece){text.p, bar ? bar : text.end}, &flag))
			out->gfp |= flag;
		else
			out->gfp_cut = true;
		if (!bar)
			return;
		text.p = bar + 1;
	}
}

/* "page=c7e0d020", "page=0xffffea0000": what stands there without "0x" is hex too. */
static uint64_t page_parse(struct piece args)
{
	struct piece text;
	uint64_t n = 0;

	if (!member(args, "page", &text))
		return 0;
	text.p += begins(text, "0x") ? 2 : 0;
	for (; text.p < text.end; text.p++) {
		if (n >> 60 || !(is_digit(*text.p) || (*text.p >= 'a' && *text.p <= 'f')))
			return 0;
		n = n << 4 | (uint64_t)(is_digit(*text.p) ? *text.p - '0' : *text.p - 'a' + 10);
	}
	return n;
}

/* An allocation that failed has no page: "page=00000000 pfn=0x0", "page=(null) pfn=0". */
static bool no_page(struct piece args, uint64_t pfn)
{
	struct piece page;

	if (pfn != 0)
		return false;
	if (!member(args, "page", &page) || begins(page, "("))
		return true;
	while (page.p < page.end && (*page.p == '0' || *page.p == 'x'))
		page.p++;
	return page.p == page.end;
}

/* ${order} and ${type}: the names of these members in this event; NULL: it has none. */
static bool block_parse(struct piece args, const char *order, const char *type,
			struct ftrace_record *out)
{
	struct piece pfn;
	uint64_t n;

	if (!member(args, "pfn", &pfn) || !number(pfn, &out->pfn, &out->hex))
		return false;
	if (order && !member_number(args, order, 31, &n))
		return false;
	out->order = order ? (uint8_t)n : 0;
	out->page = page_parse(args);
	out->migratetype = -1;
	if (type && member_number(args, type, 15, &n))
		out->migratetype = (int8_t)n;
	return true;
}

/* What can be printed and needs no escape, up to a length. */
static void mark_copy(struct piece text, char *out)
{
	size_t n = 0;

	while (text.p < text.end && *text.p == ' ')
		text.p++;
	for (; text.p < text.end && n + 1 < FTRACE_MARK_MAX; text.p++)
		if (*text.p >= 0x20 && *text.p < 0x7f)
			out[n++] = *text.p == '"' || *text.p == '\\' ? '\'' : *text.p;
	out[n] = '\0';
}

static bool args_parse(struct piece args, struct ftrace_record *out)
{
	uint64_t n;

	switch ((enum ftrace_event)out->event) {
	case FTRACE_ZONE_LOCKED:
		if (!block_parse(args, "order", "migratetype", out))
			return false;
		out->refill =
			member_number(args, "percpu_refill", 1, &n) ? n == 1 : out->order == 0;
		return true;
	case FTRACE_ALLOC:
		if (!block_parse(args, "order", "migratetype", out))
			return false;
		gfp_parse(args, out);
		if (no_page(args, out->pfn))
			out->event = FTRACE_FAILED;
		return true;
	case FTRACE_FREE:
	case FTRACE_FREE_DIRECT:
		return block_parse(args, "order", NULL, out);
	case FTRACE_FREE_BATCHED:
	case FTRACE_FREE_PAGEVEC:
		return block_parse(args, NULL, NULL, out);
	case FTRACE_DRAIN:
		return block_parse(args, "order", "migratetype", out);
	case FTRACE_EXTFRAG:
		out->owns = member_number(args, "change_ownership", 1, &n) && n == 1;
		out->pae = member_number(args, "pageblock_order", 31, &n) && n == 9;
		if (!member_number(args, "alloc_order", 31, &n))
			return false;
		out->wanted = (uint8_t)n;
		return block_parse(args, "fallback_order", "alloc_migratetype", out);
	case FTRACE_MARK:
		mark_copy(args, out->mark);
		return true;
	default:
		return false;
	}
}

/* "CPU:0 [LOST 1234 EVENTS]" */
static bool lost_parse(struct piece line, struct ftrace_record *out)
{
	bool hex;

	for (const char *p = line.p; (p = memchr(p, '[', (size_t)(line.end - p))); p++) {
		struct piece rest = {p, line.end};

		if (!begins(rest, "[LOST "))
			continue;
		rest.p += strlen("[LOST ");
		out->event = FTRACE_LOST;
		return number(rest, &out->lost, &hex);
	}
	return false;
}

enum ftrace_line ftrace_parse(const char *text, size_t len, struct ftrace_record *out)
{
	struct piece line = {text, text + len}, head, args;
	enum ftrace_event event;

	*out = (struct ftrace_record){.migratetype = -1};
	event = find_event(line, &head, &args);
	if (event == FTRACE_NR_EVENTS)
		return lost_parse(line, out) ? FTRACE_RECORD : FTRACE_NOTHING;
	out->event = (uint8_t)event;
	out->cpu = find_cpu(head);
	return args_parse(args, out) ? FTRACE_RECORD : FTRACE_WRONG;
}

unsigned ftrace_parse_cpus(const char *text, size_t len)
{
	struct piece line = {text, text + len};
	uint64_t n;
	bool hex;

	if (!len || *text != '#')
		return 0;
	for (const char *p = text; (p = memchr(p, '#', (size_t)(line.end - p))); p++) {
		struct piece rest = {p, line.end};

		if (begins(rest, "#P:") && number((struct piece){p + 3, line.end}, &n, &hex))
			return n < UINT8_MAX ? (unsigned)n : UINT8_MAX;
	}
	return 0;
}
