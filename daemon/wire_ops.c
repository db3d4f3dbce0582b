/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_ops.c - the table of operations as a document: for the page's forms, for
 * people, and as a JSON Schema.
 */
#include "wire.h"
#include "wire_json.h"

static const char *arg_type_name(enum mm386_arg_type type)
{
	switch (type) {
	case MM386_ARG_ORDER:
		return "order";
	case MM386_ARG_GFP:
		return "gfp";
	case MM386_ARG_VA:
		return "address";
	case MM386_ARG_PFN:
		return "pfn";
	case MM386_ARG_CPU:
		return "cpu";
	default:
		return "number";
	}
}

static void write_default(struct wbuf *b, const struct mm386_arg_desc *arg)
{
	char gfp[WIRE_GFP_BYTES];

	WIRE_LITERAL(b, ",\"default\":");
	if (arg->type == MM386_ARG_GFP) {
		mm386_gfp_format((mm386_gfp_t)arg->def, gfp, sizeof(gfp));
		wbuf_string(b, gfp);
	} else if (arg->type == MM386_ARG_VA) {
		wbuf_hex(b, arg->def);
	} else {
		wbuf_uint(b, arg->def);
	}
}

static void write_arg(struct wbuf *b, const struct mm386_arg_desc *arg)
{
	WIRE_LITERAL(b, "{\"name\":");
	wbuf_string(b, arg->name);
	WIRE_LITERAL(b, ",\"type\":");
	wbuf_string(b, arg_type_name(arg->type));
	WIRE_LITERAL(b, ",\"required\":");
	wbuf_bool(b, arg->required);
	if (arg->one_of) {
		WIRE_LITERAL(b, ",\"one_of\":");
		wbuf_uint(b, arg->one_of);
	}
	if (arg->type == MM386_ARG_VA) {
		WIRE_LITERAL(b, ",\"min\":");
		wbuf_hex(b, arg->min);
		WIRE_LITERAL(b, ",\"max\":");
		wbuf_hex(b, arg->max);
	} else if (arg->type != MM386_ARG_GFP) {
		WIRE_LITERAL(b, ",\"min\":");
		wbuf_uint(b, arg->min);
		WIRE_LITERAL(b, ",\"max\":");
		wbuf_uint(b, arg->max);
	}
	if (!arg->required && !arg->one_of)
		write_default(b, arg);
	WIRE_LITERAL(b, ",\"help\":");
	wbuf_string(b, arg->help);
	wbuf_char(b, '}');
}

void wire_ops(struct wbuf *b)
{
	WIRE_LITERAL(b, "{\"ops\":[");
	for (unsigned id = 0; id < MM386_NR_OPS; id++) {
		const struct mm386_op_desc *desc = mm386_op_desc((enum mm386_op_id)id);

		wbuf_text(b, id ? ",{\"name\":" : "{\"name\":");
		wbuf_string(b, desc->name);
		WIRE_LITERAL(b, ",\"help\":");
		wbuf_string(b, desc->help);
		WIRE_LITERAL(b, ",\"allocates\":");
		wbuf_bool(b, desc->allocates);
		WIRE_LITERAL(b, ",\"args\":[");
		for (unsigned i = 0; i < desc->nr_args; i++) {
			if (i)
				wbuf_char(b, ',');
			write_arg(b, &desc->arg[i]);
		}
		WIRE_LITERAL(b, "]}");
	}
	WIRE_LITERAL(b, "],\"gfp\":[");
	for (unsigned i = 0; mm386_gfp_name(i); i++) {
		if (i)
			wbuf_char(b, ',');
		wbuf_string(b, mm386_gfp_name(i));
	}
	WIRE_LITERAL(b, "]}");
}

/* ---- JSON Schema ------------------------------------------------------------- */

static void write_arg_schema(struct wbuf *b, const struct mm386_arg_desc *arg)
{
	wbuf_char(b, ',');
	wbuf_string(b, arg->name);
	WIRE_LITERAL(b, ":{\"description\":");
	wbuf_string(b, arg->help);
	if (arg->type == MM386_ARG_GFP) {
		WIRE_LITERAL(b, ",\"type\":\"string\"");
	} else if (arg->type == MM386_ARG_VA) {
		WIRE_LITERAL(b, ",\"type\":[\"string\",\"integer\"],\"pattern\":\"^(0x[0-9a-fA-F]+|"
				"[0-9]+)$\"");
	} else {
		WIRE_LITERAL(b, ",\"type\":\"integer\",\"minimum\":");
		wbuf_uint(b, arg->min);
		WIRE_LITERAL(b, ",\"maximum\":");
		wbuf_uint(b, arg->max);
	}
	if (!arg->required && !arg->one_of)
		write_default(b, arg);
	wbuf_char(b, '}');
}

/* Of each group exactly one member: "oneOf" over who is required. */
static void write_groups(struct wbuf *b, const struct mm386_op_desc *desc)
{
	bool any = false;

	for (unsigned i = 0; i < desc->nr_args; i++) {
		if (!desc->arg[i].one_of)
			continue;
		wbuf_text(b, any ? ",{\"required\":[" : ",\"oneOf\":[{\"required\":[");
		wbuf_string(b, desc->arg[i].name);
		WIRE_LITERAL(b, "]}");
		any = true;
	}
	if (any)
		wbuf_char(b, ']');
}

static void write_op_schema(struct wbuf *b, const struct mm386_op_desc *desc)
{
	WIRE_LITERAL(b, "{\"type\":\"object\",\"title\":");
	wbuf_string(b, desc->name);
	WIRE_LITERAL(b, ",\"description\":");
	wbuf_string(b, desc->help);
	WIRE_LITERAL(b, ",\"additionalProperties\":false,\"properties\":{\"op\":{\"const\":");
	wbuf_string(b, desc->name);
	wbuf_char(b, '}');
	for (unsigned i = 0; i < desc->nr_args; i++)
		write_arg_schema(b, &desc->arg[i]);
	WIRE_LITERAL(b, "},\"required\":[\"op\"");
	for (unsigned i = 0; i < desc->nr_args; i++) {
		if (!desc->arg[i].required)
			continue;
		wbuf_char(b, ',');
		wbuf_string(b, desc->arg[i].name);
	}
	wbuf_char(b, ']');
	write_groups(b, desc);
	wbuf_char(b, '}');
}

void wire_ops_schema(struct wbuf *b)
{
	WIRE_LITERAL(b, "{\"oneOf\":[");
	for (unsigned id = 0; id < MM386_NR_OPS; id++) {
		if (id)
			wbuf_char(b, ',');
		write_op_schema(b, mm386_op_desc((enum mm386_op_id)id));
	}
	WIRE_LITERAL(b, "]}");
}
