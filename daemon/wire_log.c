/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_log.c - lines of the operation log: what was configured, what was done.
 * The log is a machine's whole history: replayed it gives the same machine.
 */
#include <errno.h>

#include "config.h"
#include "wire.h"
#include "wire_json.h"

void wire_log_op(struct wbuf *b, const struct mm386_op *op, uint64_t seq, const char *origin,
		 const char *note)
{
	WIRE_LITERAL(b, "{\"seq\":");
	wbuf_uint(b, seq);
	wbuf_char(b, ',');
	wire_op_members(b, op);
	WIRE_LITERAL(b, ",\"origin\":");
	wbuf_string(b, origin);
	if (note) {
		WIRE_LITERAL(b, ",\"note\":");
		wbuf_string(b, note);
	}
	WIRE_LITERAL(b, "}\n");
}

void wire_log_config(struct wbuf *b, const struct mm386_config *cfg)
{
	WIRE_LITERAL(b, "{\"config\":");
	config_write(b, cfg);
	WIRE_LITERAL(b, "}\n");
}

/* What a line says beside its configuration, which is large and rarely there. */
struct op_line {
	struct mm386_op op;
	uint64_t seq;
	char origin[WIRE_ORIGIN_MAX];
};

static void take_op(struct wire_log_line *out, const struct op_line *line)
{
	out->is_config = false;
	out->op = line->op;
	out->seq = line->seq;
	memcpy(out->origin, line->origin, sizeof(out->origin));
}

static int log_config_read(const json_t *config, const char *presets, struct wire_log_line *out,
			   struct mm386_error *err)
{
	int rc = config_read(config, presets, &out->config, err);

	if (rc && err)
		wire_json_prefix(err, "/config");
	if (!rc)
		out->is_config = true;
	return rc;
}

static int log_op_read(const json_t *obj, struct wire_log_line *out, struct mm386_error *err)
{
	const json_t *seq = json_object_get(obj, "seq"), *origin = json_object_get(obj, "origin");
	const json_t *note = json_object_get(obj, "note");
	struct op_line line = {.seq = 0};

	if (seq && wire_json_uint(seq, "", "seq", 1, WIRE_UINT_MAX, &line.seq, err))
		return -EINVAL;
	if (origin && wire_json_text(origin, "", "origin", line.origin, sizeof(line.origin), err))
		return -EINVAL;
	if (note && !json_is_string(note))
		return wire_json_error(err, "", "note", "note must be a string, not %s",
				       wire_json_type_name(note));
	if (wire_op_read(obj, "", true, &line.op, err))
		return -EINVAL;
	take_op(out, &line);
	return 0;
}

int wire_log_parse(const char *text, size_t len, const char *presets, struct wire_log_line *out,
		   struct mm386_error *err)
{
	struct op_line line = {.seq = 0};
	const json_t *config;
	json_t *root;
	int rc;

	if (wire_scan_op(text, len, &line.op, &line.seq, line.origin)) {
		take_op(out, &line);
		return 0;
	}
	root = wire_json_read(text, len, err);
	if (!root)
		return -EBADMSG;
	config = json_object_get(root, "config");
	if (config && json_object_size(root) == 1)
		rc = log_config_read(config, presets, out, err);
	else
		rc = log_op_read(root, out, err);
	json_decref(root);
	return rc;
}
