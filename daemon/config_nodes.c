/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * config_nodes.c - "nodes" of a configuration: which RAM is whose.
 *
 *	"nodes": 2	that many, each with the same amount of RAM
 *	"nodes": [{"start": "0x0", "end": "0x1fffffff"}, ...]	rising, ends inclusive
 */
#include <errno.h>
#include <stdio.h>

#include "config_nodes.h"
#include "wire_json.h"

#define NODE_END_MAX ((UINT64_C(1) << 52) - 1)

static int read_range(const json_t *v, const char *pointer, struct mm386_node_range *r,
		      struct mm386_error *err)
{
	const json_t *start = json_object_get(v, "start"), *end = json_object_get(v, "end");

	if (!start || !end || json_object_size(v) != 2)
		return wire_json_error(err, pointer, NULL,
				       "a node is {\"start\", \"end\"}, the end inclusive");
	if (wire_json_address(start, pointer, "start", 0, NODE_END_MAX, &r->start, err) ||
	    wire_json_address(end, pointer, "end", 1, NODE_END_MAX, &r->end, err))
		return -EINVAL;
	return 0;
}

int config_nodes_read(const json_t *v, struct mm386_config *cfg, struct mm386_error *err)
{
	size_t nr = json_array_size(v);
	char pointer[24];
	uint64_t n;

	memset(cfg->node, 0, sizeof(cfg->node));
	if (json_is_integer(v)) {
		if (wire_json_uint(v, "", "nodes", 1, MM386_NODES_MAX, &n, err))
			return -EINVAL;
		cfg->nr_nodes = (unsigned)n;
		return 0;
	}
	if (!json_is_array(v) || nr < 1 || nr > MM386_NODES_MAX)
		return wire_json_error(
			err, "", "nodes",
			"nodes must be a number or a list of 1 to %d {\"start\", \"end\"}",
			MM386_NODES_MAX);
	for (size_t i = 0; i < nr; i++) {
		snprintf(pointer, sizeof(pointer), "/nodes/%zu", i);
		if (read_range(json_array_get(v, i), pointer, &cfg->node[i], err))
			return -EINVAL;
	}
	cfg->nr_nodes = (unsigned)nr;
	return 0;
}

void config_nodes_write(struct wbuf *b, const struct mm386_config *cfg)
{
	if (!cfg->nr_nodes)
		return;
	WIRE_LITERAL(b, ",\"nodes\":");
	if (!cfg->node[cfg->nr_nodes - 1].end) {
		wbuf_uint(b, cfg->nr_nodes);
		return;
	}
	for (unsigned i = 0; i < cfg->nr_nodes; i++) {
		wbuf_text(b, i ? ",{\"start\":" : "[{\"start\":");
		wbuf_hex(b, cfg->node[i].start);
		WIRE_LITERAL(b, ",\"end\":");
		wbuf_hex(b, cfg->node[i].end);
		wbuf_char(b, '}');
	}
	wbuf_char(b, ']');
}
