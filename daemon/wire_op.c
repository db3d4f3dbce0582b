/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_op.c - operations as JSON, both ways.  What an operation is called and
 * takes is read from the engine's table alone.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "wire.h"
#include "wire_json.h"

/* ---- one operation ------------------------------------------------------------- */

/* "min_free_kbytes, watermark_scale_factor": what an enum takes. */
static void word_names(const struct mm386_arg_desc *arg, char *buf, size_t size)
{
	size_t at = 0;

	buf[0] = '\0';
	for (unsigned i = 0; arg->words[i] && at < size; i++)
		at += (size_t)snprintf(buf + at, size - at, "%s%s", i ? ", " : "", arg->words[i]);
	if (at >= size)
		memcpy(buf + size - 4, "...", 4);
}

static int word_read(const struct mm386_arg_desc *arg, const json_t *v, const char *pointer,
		     uint64_t *out, struct mm386_error *err)
{
	char names[128];

	for (unsigned i = 0; json_is_string(v) && arg->words[i]; i++) {
		if (!strcmp(json_string_value(v), arg->words[i])) {
			*out = i;
			return 0;
		}
	}
	word_names(arg, names, sizeof(names));
	if (!json_is_string(v))
		return wire_json_error(err, pointer, arg->name, "%s must be a word (%s), not %s",
				       arg->name, names, wire_json_type_name(v));
	return wire_json_error(err, pointer, arg->name, "%s is \"%.40s\", none of: %s", arg->name,
			       json_string_value(v), names);
}

static int flag_read(const struct mm386_arg_desc *arg, const json_t *v, const char *pointer,
		     uint64_t *out, struct mm386_error *err)
{
	bool flag;

	if (wire_json_flag(v, pointer, arg->name, &flag, err))
		return -EINVAL;
	*out = flag;
	return 0;
}

static int arg_read(const struct mm386_arg_desc *arg, const json_t *v, const char *pointer,
		    uint64_t *out, struct mm386_error *err)
{
	struct mm386_error inner;
	mm386_gfp_t gfp;

	switch (arg->type) {
	case MM386_ARG_GFP:
		if (!json_is_string(v))
			return wire_json_error(
				err, pointer, arg->name,
				"%s must be a string such as \"GFP_KERNEL|__GFP_DMA\", not %s",
				arg->name, wire_json_type_name(v));
		if (mm386_gfp_parse(json_string_value(v), &gfp, &inner))
			return wire_json_error(err, pointer, arg->name, "%s", inner.detail);
		*out = gfp;
		return 0;
	case MM386_ARG_VA:
		return wire_json_address(v, pointer, arg->name, arg->min, arg->max, out, err);
	case MM386_ARG_ENUM:
		return word_read(arg, v, pointer, out, err);
	case MM386_ARG_BOOL:
		return flag_read(arg, v, pointer, out, err);
	default:
		return wire_json_uint(v, pointer, arg->name, arg->min, arg->max, out, err);
	}
}

unsigned wire_list_len(const struct mm386_op_desc *desc, unsigned i)
{
	unsigned end = i;

	if (i > 0 && desc->arg[i].type == MM386_ARG_UINTS &&
	    desc->arg[i - 1].type == MM386_ARG_UINTS)
		return 0;
	while (end < desc->nr_args && desc->arg[end].type == MM386_ARG_UINTS)
		end++;
	return end > i ? end - i : 1;
}

/*
 * The list of numbers whose first is argument ${i}: 4096, [256, 32, 0], or "256 32 0" as people
 * write it into the file.
 */
static int list_read(const struct mm386_op_desc *desc, unsigned i, const json_t *v,
		     const char *pointer, struct mm386_op *op, struct mm386_error *err)
{
	unsigned nr = wire_list_len(desc, i), n = 0;
	const char *text = json_string_value(v);
	json_t *one;
	int rc = 0;

	if (text) {
		json_t *list = wire_json_numbers(text);

		if (!list)
			return wire_json_error(err, pointer, desc->arg[i].name,
					       "%s is \"%.40s\", not numbers with blanks between",
					       desc->arg[i].name, text);
		rc = list_read(desc, i, list, pointer, op, err);
		json_decref(list);
		return rc;
	}
	if (json_is_array(v) && (json_array_size(v) < 1 || json_array_size(v) > nr))
		return wire_json_error(err, pointer, desc->arg[i].name,
				       "%s has %zu numbers, not 1..%u", desc->arg[i].name,
				       json_array_size(v), nr);
	do {
		const struct mm386_arg_desc *arg = &desc->arg[i + n];

		one = json_is_array(v) ? json_array_get(v, n) : (json_t *)v;
		rc = wire_json_uint(one, pointer, desc->arg[i].name, arg->min, arg->max,
				    &op->arg[i + n], err);
		op->given |= (uint16_t)(1u << (i + n));
	} while (!rc && ++n < (json_is_array(v) ? json_array_size(v) : 1));
	return rc;
}

/* "order, gfp": what an operation takes. */
static void arg_names(const struct mm386_op_desc *desc, char *buf, size_t size)
{
	size_t at = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < desc->nr_args && at < size; i += wire_list_len(desc, i))
		at += (size_t)snprintf(buf + at, size - at, "%s%s", i ? ", " : "",
				       desc->arg[i].name);
}

/* One argument of a group was not given, or another one of it was given too. */
static int group_error(const struct mm386_op_desc *desc, const struct mm386_arg_desc *arg,
		       const char *pointer, bool none, struct mm386_error *err)
{
	char names[80] = "";
	size_t at = 0;

	for (unsigned i = 0; i < desc->nr_args && at < sizeof(names); i++)
		if (desc->arg[i].one_of == arg->one_of)
			at += (size_t)snprintf(names + at, sizeof(names) - at, "%s\"%s\"",
					       at ? " or " : "", desc->arg[i].name);
	return wire_json_error(err, pointer, arg->name,
			       none ? "%s needs %s: give one" : "%s takes %s, not both",
			       desc->name, names);
}

int wire_op_complete(const struct mm386_op_desc *desc, unsigned given, const char *pointer,
		     struct mm386_error *err)
{
	for (unsigned i = 0; i < desc->nr_args; i++) {
		const struct mm386_arg_desc *arg = &desc->arg[i];
		unsigned in_group = 0;

		if (arg->required && !(given >> i & 1))
			return wire_json_error(err, pointer, arg->name, "%s needs \"%s\"",
					       desc->name, arg->name);
		if (!arg->one_of)
			continue;
		for (unsigned k = 0; k < desc->nr_args; k++)
			in_group += desc->arg[k].one_of == arg->one_of && (given >> k & 1);
		if (in_group != 1)
			return group_error(desc, arg, pointer, in_group == 0, err);
	}
	return 0;
}

static int arg_find(const struct mm386_op_desc *desc, const char *name)
{
	for (unsigned i = 0; i < desc->nr_args; i += wire_list_len(desc, i))
		if (!strcmp(desc->arg[i].name, name))
			return (int)i;
	return -ENOENT;
}

/* Which operation an object asks for: its id, or -EINVAL. */
static int op_name_read(const json_t *obj, const char *pointer, struct mm386_error *err)
{
	const json_t *name = json_object_get(obj, "op");
	int id;

	if (!json_is_object(obj))
		return wire_json_error(
			err, pointer, NULL,
			"an operation must be an object such as {\"op\": \"alloc_pages\"}, "
			"not %s",
			wire_json_type_name(obj));
	if (!name)
		return wire_json_error(err, pointer, "op", "an operation needs \"op\", its name");
	if (!json_is_string(name))
		return wire_json_error(err, pointer, "op", "op must be a string, not %s",
				       wire_json_type_name(name));
	id = mm386_op_find(json_string_value(name));
	if (id < 0)
		return wire_json_error(err, pointer, "op", "there is no operation \"%.40s\": GET /api/v1/ops has their names",
				       json_string_value(name));
	return id;
}

int wire_op_read(const json_t *obj, const char *pointer, bool is_log, struct mm386_op *out,
		 struct mm386_error *err)
{
	const struct mm386_op_desc *desc;
	struct mm386_op op = {0};
	const char *member;
	json_t *v;
	int i, id;

	id = op_name_read(obj, pointer, err);
	if (id < 0)
		return -EINVAL;
	desc = mm386_op_desc((enum mm386_op_id)id);
	op.id = (uint16_t)id;
	for (unsigned k = 0; k < desc->nr_args; k++)
		op.arg[k] = desc->arg[k].def;
	json_object_foreach ((json_t *)obj, member, v) {
		if (!strcmp(member, "op") ||
		    (is_log && (!strcmp(member, "seq") || !strcmp(member, "origin") ||
				!strcmp(member, "note"))))
			continue;
		i = arg_find(desc, member);
		if (i < 0) {
			char names[80];

			arg_names(desc, names, sizeof(names));
			return wire_json_error(err, pointer, member,
					       "%s has no member \"%.40s\"; it takes %s",
					       desc->name, member, names);
		}
		if (desc->arg[i].type == MM386_ARG_UINTS) {
			if (list_read(desc, (unsigned)i, v, pointer, &op, err))
				return -EINVAL;
			continue;
		}
		if (arg_read(&desc->arg[i], v, pointer, &op.arg[i], err))
			return -EINVAL;
		op.given |= (uint16_t)(1u << i);
	}
	if (wire_op_complete(desc, op.given, pointer, err))
		return -EINVAL;
	*out = op;
	return 0;
}

int wire_op_parse(const char *text, size_t len, struct mm386_op *out, struct mm386_error *err)
{
	json_t *root;
	int rc;

	if (wire_scan_op(text, len, out, NULL, NULL))
		return 0;
	root = wire_json_read(text, len, err);
	if (!root)
		return -EBADMSG;
	rc = wire_op_read(root, "", false, out, err);
	json_decref(root);
	return rc;
}

/* ---- a request's body -------------------------------------------------------------- */

static int batch_read_list(const json_t *list, size_t max, struct wire_batch *batch,
			   struct mm386_error *err)
{
	size_t nr = json_array_size(list);
	char pointer[24];

	if (nr > max) {
		wire_json_error(err, "", NULL,
				"%zu operations in one request; at most %zu are taken", nr, max);
		return -E2BIG;
	}
	batch->op = calloc(nr ? nr : 1, sizeof(*batch->op));
	if (!batch->op)
		return -ENOMEM;
	batch->list = true;
	for (; batch->nr < nr; batch->nr++) {
		snprintf(pointer, sizeof(pointer), "/%zu", batch->nr);
		if (wire_op_read(json_array_get(list, batch->nr), pointer, false,
				 &batch->op[batch->nr], &batch->err)) {
			batch->bad = true;
			break;
		}
	}
	return 0;
}

static int batch_read_one(const json_t *obj, struct wire_batch *batch)
{
	batch->op = calloc(1, sizeof(*batch->op));
	if (!batch->op)
		return -ENOMEM;
	if (wire_op_read(obj, "", false, batch->op, &batch->err))
		batch->bad = true;
	else
		batch->nr = 1;
	return 0;
}

/* The request that needs no tree: one operation, plain and right. */
static int batch_scan(const char *text, size_t len, struct wire_batch *out)
{
	struct mm386_op op;

	if (!wire_scan_op(text, len, &op, NULL, NULL))
		return -EAGAIN;
	out->op = malloc(sizeof(op));
	if (!out->op)
		return -ENOMEM;
	*out->op = op;
	out->nr = 1;
	return 0;
}

int wire_batch_parse(const char *text, size_t len, size_t max, struct wire_batch *out,
		     struct mm386_error *err)
{
	struct wire_batch batch = {.nr = 0};
	json_t *root;
	int rc = batch_scan(text, len, &batch);

	if (rc == -EAGAIN) {
		root = wire_json_read(text, len, err);
		if (!root)
			return -EBADMSG;
		rc = json_is_array(root) ? batch_read_list(root, max, &batch, err)
					 : batch_read_one(root, &batch);
		json_decref(root);
	}
	if (!rc)
		*out = batch;
	return rc;
}

void wire_batch_free(struct wire_batch *batch)
{
	free(batch->op);
	batch->op = NULL;
}

/* ---- operations as text ---------------------------------------------------------------- */

static void gfp_write(struct wbuf *b, uint64_t gfp)
{
	char text[WIRE_GFP_BYTES];

	mm386_gfp_format((mm386_gfp_t)gfp, text, sizeof(text));
	wbuf_text(b, text);
}

static void arg_write(struct wbuf *b, const struct mm386_arg_desc *arg, uint64_t v)
{
	switch (arg->type) {
	case MM386_ARG_GFP:
		wbuf_char(b, '"');
		gfp_write(b, v);
		wbuf_char(b, '"');
		break;
	case MM386_ARG_VA:
		wbuf_hex(b, v);
		break;
	case MM386_ARG_ENUM:
		wbuf_string(b, arg->words[v]);
		break;
	case MM386_ARG_BOOL:
		wbuf_bool(b, v);
		break;
	default:
		wbuf_uint(b, v);
	}
}

/* The given numbers of the list that begins with argument ${i}; one alone is no list. */
static void list_write(struct wbuf *b, const struct mm386_op *op, unsigned i, unsigned nr,
		       char between)
{
	wbuf_uint(b, op->arg[i]);
	for (unsigned k = i + 1; k < i + nr && (op->given >> k & 1); k++) {
		wbuf_char(b, between);
		wbuf_uint(b, op->arg[k]);
	}
}

void wire_op_members(struct wbuf *b, const struct mm386_op *op)
{
	const struct mm386_op_desc *desc = mm386_op_desc((enum mm386_op_id)op->id);

	WIRE_LITERAL(b, "\"op\":");
	wbuf_string(b, desc->name);
	for (unsigned i = 0, nr; i < desc->nr_args; i += nr) {
		bool list = (nr = wire_list_len(desc, i)) > 1 && (op->given >> (i + 1) & 1);

		if (!(op->given >> i & 1))
			continue;
		wbuf_char(b, ',');
		wbuf_string(b, desc->arg[i].name);
		wbuf_text(b, list ? ":[" : ":");
		if (list)
			list_write(b, op, i, nr, ',');
		else
			arg_write(b, &desc->arg[i], op->arg[i]);
		if (list)
			wbuf_char(b, ']');
	}
}

/* One argument as people would write it; where a request is made only if that is said: "cpu 1". */
static bool arg_text(struct wbuf *b, const struct mm386_op *op, unsigned i, bool first)
{
	const struct mm386_op_desc *desc = mm386_op_desc((enum mm386_op_id)op->id);
	const struct mm386_arg_desc *arg = &desc->arg[i];
	bool given = op->given >> i & 1;
	uint64_t v = given ? op->arg[i] : arg->def;
	bool aside = arg->type == MM386_ARG_CPU || arg->type == MM386_ARG_NODE ||
		     arg->type == MM386_ARG_BOOL;

	if (!given && (arg->one_of || aside || arg->open || arg->type == MM386_ARG_UINTS))
		return false;
	if (arg->type == MM386_ARG_BOOL && !v)
		return false;
	wbuf_text(b, first ? "" : ", ");
	if (aside || arg->type == MM386_ARG_PFN)
		wbuf_text(b, arg->name);
	if (arg->type == MM386_ARG_BOOL)
		return true; /* its name says it */
	if (aside || arg->type == MM386_ARG_PFN)
		wbuf_char(b, ' ');
	switch (arg->type) {
	case MM386_ARG_GFP:
		gfp_write(b, v);
		break;
	case MM386_ARG_VA:
		wbuf_hex_bare(b, v);
		break;
	case MM386_ARG_ENUM:
		wbuf_text(b, arg->words[v]);
		break;
	case MM386_ARG_UINTS:
		list_write(b, op, i, wire_list_len(desc, i), ' ');
		break;
	default:
		wbuf_uint(b, v);
	}
	return true;
}

void wire_op_text(struct wbuf *b, const struct mm386_op *op)
{
	const struct mm386_op_desc *desc = mm386_op_desc((enum mm386_op_id)op->id);
	bool first = true;

	wbuf_text(b, desc->name);
	wbuf_char(b, '(');
	for (unsigned i = 0; i < desc->nr_args; i += wire_list_len(desc, i))
		if (arg_text(b, op, i, first))
			first = false;
	wbuf_char(b, ')');
}
