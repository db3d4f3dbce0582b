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
	case MM386_ARG_NODE:
		return "node";
	case MM386_ARG_BOOL:
		return "bool";
	case MM386_ARG_ENUM:
		return "enum";
	case MM386_ARG_UINTS:
		return "numbers";
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
	} else if (arg->type == MM386_ARG_ENUM) {
		wbuf_string(b, arg->words[arg->def]);
	} else if (arg->type == MM386_ARG_BOOL) {
		wbuf_bool(b, arg->def);
	} else {
		wbuf_uint(b, arg->def);
	}
}

/* ["a", "b"] */
static void write_words(struct wbuf *b, const struct mm386_arg_desc *arg)
{
	for (unsigned i = 0; arg->words[i]; i++) {
		wbuf_char(b, i ? ',' : '[');
		wbuf_string(b, arg->words[i]);
	}
	wbuf_char(b, ']');
}

/* What limits a value: its bounds, or the words that there are. */
static void write_limits(struct wbuf *b, const struct mm386_arg_desc *arg)
{
	switch (arg->type) {
	case MM386_ARG_GFP:
	case MM386_ARG_BOOL:
		break;
	case MM386_ARG_ENUM:
		WIRE_LITERAL(b, ",\"words\":");
		write_words(b, arg);
		break;
	case MM386_ARG_VA:
		WIRE_LITERAL(b, ",\"min\":");
		wbuf_hex(b, arg->min);
		WIRE_LITERAL(b, ",\"max\":");
		wbuf_hex(b, arg->max);
		break;
	default:
		WIRE_LITERAL(b, ",\"min\":");
		wbuf_uint(b, arg->min);
		WIRE_LITERAL(b, ",\"max\":");
		wbuf_uint(b, arg->max);
	}
}

/* ${list}: how many numbers it takes, of a list. */
static void write_arg(struct wbuf *b, const struct mm386_arg_desc *arg, unsigned list)
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
	write_limits(b, arg);
	if (arg->type == MM386_ARG_UINTS) {
		WIRE_LITERAL(b, ",\"items\":");
		wbuf_uint(b, list);
	} else if (!arg->required && !arg->one_of && !arg->open) {
		write_default(b, arg);
	}
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
		for (unsigned i = 0, list; i < desc->nr_args; i += list) {
			list = wire_list_len(desc, i);
			if (i)
				wbuf_char(b, ',');
			write_arg(b, &desc->arg[i], list);
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

static void write_number_schema(struct wbuf *b, const struct mm386_arg_desc *arg)
{
	WIRE_LITERAL(b, "\"type\":\"integer\",\"minimum\":");
	wbuf_uint(b, arg->min);
	WIRE_LITERAL(b, ",\"maximum\":");
	wbuf_uint(b, arg->max);
}

/* One number, a list of them, or a text of numbers. */
static void write_list_schema(struct wbuf *b, const struct mm386_arg_desc *arg, unsigned list)
{
	WIRE_LITERAL(b, "\"oneOf\":[{");
	write_number_schema(b, arg);
	WIRE_LITERAL(b, "},{\"type\":\"array\",\"minItems\":1,\"maxItems\":");
	wbuf_uint(b, list);
	WIRE_LITERAL(b, ",\"items\":{");
	write_number_schema(b, arg);
	WIRE_LITERAL(b, "}},{\"type\":\"string\",\"pattern\":\"^ *[0-9]+( +[0-9]+)* *$\"}]");
}

static void write_arg_schema(struct wbuf *b, const struct mm386_arg_desc *arg, unsigned list)
{
	wbuf_char(b, ',');
	wbuf_string(b, arg->name);
	WIRE_LITERAL(b, ":{\"description\":");
	wbuf_string(b, arg->help);
	wbuf_char(b, ',');
	switch (arg->type) {
	case MM386_ARG_GFP:
		WIRE_LITERAL(b, "\"type\":\"string\"");
		break;
	case MM386_ARG_VA:
		WIRE_LITERAL(b, "\"type\":[\"string\",\"integer\"],\"pattern\":\"^(0x[0-9a-fA-F]+|"
				"[0-9]+)$\"");
		break;
	case MM386_ARG_ENUM:
		WIRE_LITERAL(b, "\"enum\":");
		write_words(b, arg);
		break;
	case MM386_ARG_BOOL:
		WIRE_LITERAL(b, "\"type\":\"boolean\"");
		break;
	case MM386_ARG_UINTS:
		write_list_schema(b, arg, list);
		break;
	default:
		write_number_schema(b, arg);
	}
	if (!arg->required && !arg->one_of && !arg->open && arg->type != MM386_ARG_UINTS)
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
	for (unsigned i = 0, list; i < desc->nr_args; i += list) {
		list = wire_list_len(desc, i);
		write_arg_schema(b, &desc->arg[i], list);
	}
	WIRE_LITERAL(b, "},\"required\":[\"op\"");
	for (unsigned i = 0; i < desc->nr_args; i += wire_list_len(desc, i)) {
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
