/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_scan.c - the operation that everybody sends, read without a tree.
 *
 *	{"op": "alloc_pages", "gfp": "GFP_KERNEL", "order": 2}
 *
 * A flat object of plain strings and whole numbers that is right in every way is
 * taken here, ten times as fast as by way of jansson; a long log is replayed in
 * a tenth of the time.  Whatever is unusual or wrong is left alone: jansson then
 * reads it again, and says what is wrong with it.
 */
#include "wire.h"
#include "wire_json.h"

#define SCAN_MEMBERS (MM386_OP_ARGS + 4) /* the arguments, "op", "seq", "origin", "note" */

struct text {
	const char *p;
	size_t len;
};

struct member {
	struct text name, string; /* string.p is NULL for a number */
	uint64_t number;
};

struct scan {
	const char *p, *end;
	unsigned nr;
	struct member member[SCAN_MEMBERS];
};

static bool is(struct text t, const char *word)
{
	size_t len = strlen(word);

	return t.len == len && !memcmp(t.p, word, len);
}

/* ---- an object ----------------------------------------------------------------- */

static void blanks(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

/* Blanks, ${c}, blanks. */
static bool punctuation(struct scan *s, char c)
{
	blanks(s);
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	blanks(s);
	return true;
}

/* A string that stands for itself: printable ASCII, nothing escaped. */
static bool plain_string(struct scan *s, struct text *out)
{
	const char *from = s->p + 1, *p = from;

	if (s->p == s->end || *s->p != '"')
		return false;
	while (p < s->end && *p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\')
		p++;
	if (p == s->end || *p != '"')
		return false;
	out->p = from;
	out->len = (size_t)(p - from);
	s->p = p + 1;
	return true;
}

/* Digits alone, no sign, no leading zero, few enough for 64 bits. */
static bool whole_number(struct scan *s, uint64_t *out)
{
	const char *from = s->p;
	uint64_t n = 0;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9' && s->p - from < 18)
		n = n * 10 + (uint64_t)(*s->p++ - '0');
	*out = n;
	return s->p > from && (*from != '0' || s->p - from == 1);
}

/* The members of a flat object, and nothing after it. */
static bool object(struct scan *s)
{
	if (!punctuation(s, '{'))
		return false;
	do {
		struct member *m = &s->member[s->nr];

		if (s->nr++ == SCAN_MEMBERS || !plain_string(s, &m->name) || !punctuation(s, ':'))
			return false;
		m->string.p = NULL;
		if (!plain_string(s, &m->string) && !whole_number(s, &m->number))
			return false;
	} while (punctuation(s, ','));
	return punctuation(s, '}') && s->p == s->end;
}

/* ---- an operation ----------------------------------------------------------------- */

/* "0x..." of at most 16 digits. */
static bool hex_number(struct text t, uint64_t *out)
{
	uint64_t n = 0;

	if (t.len < 3 || t.len > 18 || t.p[0] != '0' || t.p[1] != 'x')
		return false;
	for (size_t i = 2; i < t.len; i++) {
		char c = t.p[i];

		if (c >= '0' && c <= '9')
			n = n << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			n = n << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	*out = n;
	return true;
}

static bool arg_value(const struct mm386_arg_desc *arg, const struct member *m, uint64_t *out)
{
	char text[128];
	mm386_gfp_t gfp;

	if (arg->type == MM386_ARG_GFP) {
		if (!m->string.p || m->string.len >= sizeof(text))
			return false;
		memcpy(text, m->string.p, m->string.len);
		text[m->string.len] = '\0';
		if (mm386_gfp_parse(text, &gfp, NULL))
			return false;
		*out = gfp;
		return true;
	}
	if (arg->type == MM386_ARG_ENUM) {
		for (*out = 0; m->string.p && arg->words[*out]; ++*out)
			if (is(m->string, arg->words[*out]))
				return true;
		return false;
	}
	if (arg->type == MM386_ARG_BOOL)
		return false; /* true and false are not read here */
	if (!m->string.p)
		*out = m->number;
	else if (arg->type != MM386_ARG_VA || !hex_number(m->string, out))
		return false;
	return *out >= arg->min && *out <= arg->max;
}

/* "seq", "origin" and "note" of a log's line; a note twice is left to jansson, as all else that is.
 */
static bool log_member(const struct member *m, uint64_t *seq, char *origin, bool *noted)
{
	if (is(m->name, "note")) {
		bool again = *noted;

		*noted = true;
		return m->string.p && !again;
	}
	if (is(m->name, "seq") && !m->string.p && !*seq) {
		*seq = m->number;
		return m->number >= 1 && m->number <= WIRE_UINT_MAX;
	}
	if (!is(m->name, "origin") || !m->string.p || origin[0] || m->string.len >= WIRE_ORIGIN_MAX)
		return false;
	memcpy(origin, m->string.p, m->string.len);
	return true;
}

static bool op_member(const struct mm386_op_desc *desc, const struct member *m, struct mm386_op *op)
{
	for (unsigned i = 0; i < desc->nr_args; i += wire_list_len(desc, i)) {
		if (!is(m->name, desc->arg[i].name))
			continue;
		if (op->given >> i & 1)
			return false;
		op->given |= (uint16_t)(1u << i);
		return arg_value(&desc->arg[i], m, &op->arg[i]);
	}
	return false;
}

/* The operation called ${name}; NULL when there is none. */
static const struct mm386_op_desc *op_called(struct text name, struct mm386_op *op)
{
	for (unsigned id = 0; id < MM386_NR_OPS; id++) {
		const struct mm386_op_desc *desc = mm386_op_desc((enum mm386_op_id)id);

		if (!is(name, desc->name))
			continue;
		op->id = (uint16_t)id;
		for (unsigned i = 0; i < desc->nr_args; i++)
			op->arg[i] = desc->arg[i].def;
		return desc;
	}
	return NULL;
}

/* Which member says the operation's name; SCAN_MEMBERS when none or two do. */
static unsigned name_index(const struct scan *s)
{
	unsigned at = SCAN_MEMBERS;

	for (unsigned i = 0; i < s->nr; i++) {
		if (!is(s->member[i].name, "op"))
			continue;
		if (at != SCAN_MEMBERS || !s->member[i].string.p)
			return SCAN_MEMBERS;
		at = i;
	}
	return at;
}

bool wire_scan_op(const char *text, size_t len, struct mm386_op *out, uint64_t *seq, char *origin)
{
	struct scan s = {.p = text, .end = text + len};
	const struct mm386_op_desc *desc;
	struct mm386_op op = {0};
	bool noted = false;
	unsigned name;

	if (!object(&s))
		return false;
	name = name_index(&s);
	if (name == SCAN_MEMBERS)
		return false;
	desc = op_called(s.member[name].string, &op);
	if (!desc)
		return false;
	for (unsigned i = 0; i < s.nr; i++)
		if (i != name && !op_member(desc, &s.member[i], &op) &&
		    (!seq || !log_member(&s.member[i], seq, origin, &noted)))
			return false;
	if (wire_op_complete(desc, op.given, "", NULL))
		return false;
	*out = op;
	return true;
}
