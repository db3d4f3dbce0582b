/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_answer.c - what came of an operation: result, refusal, events.
 *
 * An answer is written for every operation that anybody posts, so it is written
 * by hand like the long messages.
 */
#include <stdio.h>

#include "wire.h"
#include "wire_json.h"

/* ---- events ---------------------------------------------------------------- */

#define EVENT_BYTES (WIRE_GFP_BYTES + 512) /* more than any event takes */

static char *put(char *p, const char *text)
{
	size_t len = strlen(text);

	memcpy(p, text, len);
	return p + len;
}

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), n = strlen(end);

	return len >= n && !memcmp(name + len - n, end, n);
}

/*
 * One argument of an event.  An event is a row of numbers; what the number
 * means is in its name, which the engine's table gives it.
 */
static char *put_arg(char *p, const struct mm386_event *ev, const char *name, uint32_t v)
{
	size_t len = strlen(name);

	*p++ = ',';
	*p++ = '"';
	memcpy(p, name, len);
	p = put(p + len, "\":");
	if (v == MM386_NO_PFN && ends_with(name, "pfn"))
		return put(p, "null");
	if (!strcmp(name, "ok"))
		return put(p, v ? "true" : "false");
	if (ev->type == MM386_EVENT_SYSCTL && !strcmp(name, "name")) {
		*p++ = '"';
		p = put(p, mm386_op_desc(MM386_OP_SYSCTL)->arg[0].words[v]);
		*p++ = '"';
		return p;
	}
	if (v == MM386_NO_ORDER && ends_with(name, "order"))
		return put(p, "null");
	if (strcmp(name, "gfp"))
		return wbuf_digits(p, v);
	*p++ = '"';
	mm386_gfp_format(v, p, WIRE_GFP_BYTES); /* names of flags need no escape */
	p += strlen(p);
	*p++ = '"';
	return p;
}

void wire_event(struct wbuf *b, const struct mm386_event *ev)
{
	const struct mm386_event_desc *desc = mm386_event_desc((enum mm386_event_type)ev->type);
	char *p = wbuf_room(b, EVENT_BYTES);

	if (!p)
		return;
	p = put(p, "{\"event\":\"");
	p = put(p, desc->name);
	p = put(p, "\",\"seq\":");
	p = wbuf_digits(p, ev->seq);
	for (unsigned i = 0; i < desc->nr_args; i++)
		p = put_arg(p, ev, desc->arg[i], ev->arg[i]);
	if (ev->type == MM386_EVENT_BAD_FREE) {
		p = put(p, ",\"reason\":\"");
		p = put(p, mm386_why_name((enum mm386_why_code)ev->arg[2]));
		*p++ = '"';
	}
	*p++ = '}';
	b->len = (size_t)(p - b->data);
}

void wire_event_list(struct wbuf *b, const struct mm386_event *ev, size_t nr)
{
	wbuf_char(b, '[');
	for (size_t i = 0; i < nr; i++) {
		if (i)
			wbuf_char(b, ',');
		wire_event(b, &ev[i]);
	}
	wbuf_char(b, ']');
}

static void write_told(struct wbuf *b, const struct wire_told *told)
{
	WIRE_LITERAL(b, "{\"seq\":");
	wbuf_uint(b, told->seq);
	WIRE_LITERAL(b, ",\"op\":");
	wbuf_string(b, mm386_op_desc((enum mm386_op_id)told->op.id)->name);
	WIRE_LITERAL(b, ",\"text\":\""); /* names and numbers: nothing in it needs an escape */
	wire_op_text(b, &told->op);
	WIRE_LITERAL(b, "\",\"origin\":");
	wbuf_string(b, told->origin);
	wbuf_char(b, '}');
}

void wire_events(struct wbuf *b, const struct mm386_event *ev, size_t nr, const struct wire_told *told, size_t nr_told,
		 uint64_t next)
{
	WIRE_LITERAL(b, "{\"events\":");
	wire_event_list(b, ev, nr);
	WIRE_LITERAL(b, ",\"ops\":[");
	for (size_t i = 0; i < nr_told; i++) {
		if (i)
			wbuf_char(b, ',');
		write_told(b, &told[i]);
	}
	WIRE_LITERAL(b, "],\"next\":");
	if (next)
		wbuf_uint(b, next);
	else
		WIRE_LITERAL(b, "null");
	wbuf_char(b, '}');
}

/* ---- answers ----------------------------------------------------------------- */

void wire_zone_name(struct wbuf *b, const struct mm386 *m, int i)
{
	struct mm386_zone_view z;

	if (i < 0) {
		WIRE_LITERAL(b, "null");
		return;
	}
	mm386_zone(m, (unsigned)i, &z);
	wbuf_string(b, z.name);
}

/* The file that a sysctl is: "vm.min_free_kbytes" is sys/vm/min_free_kbytes. */
static void write_sysctl(struct wbuf *b, const struct mm386 *m, const char *name)
{
	char file[80];

	snprintf(file, sizeof(file), "sys/%s", name);
	file[4 + strcspn(file + 4, ".")] = '/';
	WIRE_LITERAL(b, ",\"result\":{\"name\":");
	wbuf_string(b, name);
	WIRE_LITERAL(b, ",\"value\":");
	wire_proc_numbers(b, m, file);
	wbuf_char(b, '}');
}

/*
 * "pfn", "order", "pages": of every yes that is about a block; the rest only when it was
 * handed out.
 */
static void write_result(struct wbuf *b, const struct mm386 *m, const struct mm386_op *op,
			 const struct mm386_result *res)
{
	const struct mm386_op_desc *desc = mm386_op_desc((enum mm386_op_id)op->id);

	if (op->id == MM386_OP_SYSCTL) {
		write_sysctl(b, m, desc->arg[0].words[op->arg[0]]);
		return;
	}
	if (res->pfn == MM386_NO_PFN) {
		WIRE_LITERAL(b, ",\"result\":{}");
		return;
	}
	WIRE_LITERAL(b, ",\"result\":{\"pfn\":");
	wbuf_uint(b, res->pfn);
	WIRE_LITERAL(b, ",\"order\":");
	wbuf_uint(b, res->order);
	WIRE_LITERAL(b, ",\"pages\":");
	wbuf_uint(b, UINT64_C(1) << res->order);
	if (desc->allocates) {
		WIRE_LITERAL(b, ",\"zone\":");
		wire_zone_name(b, m, res->zone);
		WIRE_LITERAL(b, ",\"phys\":");
		wbuf_hex(b, (uint64_t)res->pfn << MM386_PAGE_SHIFT);
		WIRE_LITERAL(b, ",\"addr\":");
		if (res->va)
			wbuf_hex(b, res->va);
		else
			WIRE_LITERAL(b, "null");
		WIRE_LITERAL(b, ",\"allocation\":\"a");
		wbuf_uint(b, res->seq);
		wbuf_char(b, '"');
	}
	wbuf_char(b, '}');
}

/* Of a no the reasons; of a yes what was taken for granted. */
static void write_whys(struct wbuf *b, const struct mm386 *m, const struct mm386_result *res)
{
	char reason[192];

	wbuf_text(b, res->ok ? ",\"assumed\":[" : ",\"why\":[");
	for (unsigned i = 0; i < res->nr_why; i++) {
		if (i)
			wbuf_char(b, ',');
		WIRE_LITERAL(b, "{\"zone\":");
		wire_zone_name(b, m, res->why[i].zone);
		WIRE_LITERAL(b, ",\"reason\":");
		mm386_why_format(m, &res->why[i], reason, sizeof(reason));
		wbuf_string(b, reason);
		wbuf_char(b, '}');
	}
	wbuf_char(b, ']');
}

void wire_answer(struct wbuf *b, const struct mm386 *m, const struct mm386_op *op,
		 const struct mm386_result *res, const struct wire_story *story)
{
	const struct mm386_op_desc *desc = mm386_op_desc((enum mm386_op_id)op->id);

	WIRE_LITERAL(b, "{\"seq\":");
	wbuf_uint(b, res->seq);
	WIRE_LITERAL(b, ",\"op\":");
	wbuf_string(b, desc->name);
	WIRE_LITERAL(b, ",\"ok\":");
	wbuf_bool(b, res->ok);
	if (res->ok) {
		write_result(b, m, op, res);
	} else {
		WIRE_LITERAL(b, ",\"errno\":");
		wbuf_string(b, wire_errno_name(res->err));
	}
	if (!res->ok || res->nr_why)
		write_whys(b, m, res);
	WIRE_LITERAL(b, ",\"events\":");
	wire_event_list(b, story->event, story->nr);
	if (story->omitted) {
		WIRE_LITERAL(b, ",\"events_omitted\":");
		wbuf_uint(b, story->omitted);
	}
	wbuf_char(b, '}');
}

void wire_answers_begin(struct wbuf *b)
{
	WIRE_LITERAL(b, "{\"results\":[");
}

void wire_answers_next(struct wbuf *b)
{
	wbuf_char(b, ',');
}

void wire_answers_end(struct wbuf *b, size_t applied)
{
	WIRE_LITERAL(b, "],\"applied\":");
	wbuf_uint(b, applied);
	wbuf_char(b, '}');
}
