/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_log.c - lines of the operation log: what was configured, what was done.
 * The log is a machine's whole history: replayed it gives the same machine.
 */
#include <errno.h>

#include "config.h"
#include "wire.h"
#include "wire_json.h"

void wire_log_op(struct wbuf *b, const struct mm386_op *op, uint64_t seq, const char *origin)
{
	WIRE_LITERAL(b, "{\"seq\":");
	wbuf_uint(b, seq);
	wbuf_char(b, ',');
	wire_op_members(b, op);
	WIRE_LITERAL(b, ",\"origin\":");
	wbuf_string(b, origin);
	WIRE_LITERAL(b, "}\n");
}

void wire_log_config(struct wbuf *b, const struct mm386_config *cfg)
{
	WIRE_LITERAL(b, "{\"config\":");
	config_write(b, cfg);
	WIRE_LITERAL(b, "}\n");
}

static int log_config_read(const json_t *config, const char *presets, struct wire_log_line *line,
			   struct mm386_error *err)
{
	int rc = config_read(config, presets, &line->config, err);

	if (rc && err)
		wire_json_prefix(err, "/config");
	line->is_config = !rc;
	return rc;
}

static int log_op_read(const json_t *obj, struct wire_log_line *line, struct mm386_error *err)
{
	const json_t *seq = json_object_get(obj, "seq"), *origin = json_object_get(obj, "origin");

	if (seq && wire_json_uint(seq, "", "seq", 1, WIRE_UINT_MAX, &line->seq, err))
		return -EINVAL;
	if (origin && wire_json_text(origin, "", "origin", line->origin, sizeof(line->origin), err))
		return -EINVAL;
	return wire_op_read(obj, "", true, &line->op, err);
}

int wire_log_parse(const char *text, size_t len, const char *presets, struct wire_log_line *out,
		   struct mm386_error *err)
{
	struct wire_log_line line = {0};
	const json_t *config;
	json_t *root = wire_json_read(text, len, err);
	int rc;

	if (!root)
		return -EBADMSG;
	config = json_object_get(root, "config");
	if (config && json_object_size(root) == 1)
		rc = log_config_read(config, presets, &line, err);
	else
		rc = log_op_read(root, &line, err);
	json_decref(root);
	if (!rc)
		*out = line;
	return rc;
}
