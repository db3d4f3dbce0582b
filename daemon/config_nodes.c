/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * config_nodes.c - "nodes" of a configuration: which RAM is whose.
 *
 *	"nodes": 2	that many, each with the same amount of RAM
 *	"nodes": [{"start": "0x0", "end": "0x1fffffff"}, ...]	rising, ends inclusive
 *	"nodes": [{"start": "0x0", "end": "0x9ffff", "node": 0}, ...]	several ranges a node, as the firmware tells them
 */
#include <errno.h>
#include <stdio.h>

#include "config_nodes.h"
#include "wire_json.h"

#define NODE_END_MAX ((UINT64_C(1) << 52) - 1)

static int read_range(const json_t *v, const char *pointer, bool named, struct mm386_node_range *r,
		      struct mm386_error *err)
{
	const json_t *start = json_object_get(v, "start"), *end = json_object_get(v, "end");
	const json_t *node = json_object_get(v, "node");
	uint64_t n;

	if (!start || !end || !node != !named || json_object_size(v) != (named ? 3 : 2))
		return wire_json_error(err, pointer, NULL,
				       "a node is {\"start\", \"end\"}, the end inclusive; all name their \"node\" or none");
	if (named) {
		if (wire_json_uint(node, pointer, "node", 0, MM386_NODES_MAX - 1, &n, err))
			return -EINVAL;
		r->node = (unsigned)n;
	}
	if (wire_json_address(start, pointer, "start", 0, NODE_END_MAX, &r->start, err) ||
	    wire_json_address(end, pointer, "end", 1, NODE_END_MAX, &r->end, err))
		return -EINVAL;
	return 0;
}

int config_nodes_read(const json_t *v, struct mm386_config *cfg, struct mm386_error *err)
{
	size_t nr = json_array_size(v);
	bool named = json_object_get(json_array_get(v, 0), "node") != NULL;
	char pointer[24];
	uint64_t n;

	memset(cfg->node, 0, sizeof(cfg->node));
	cfg->nr_node_ranges = 0;
	if (json_is_integer(v)) {
		if (wire_json_uint(v, "", "nodes", 1, MM386_NODES_MAX, &n, err))
			return -EINVAL;
		cfg->nr_nodes = (unsigned)n;
		return 0;
	}
	if (!json_is_array(v) || nr < 1 || nr > (named ? MM386_NODE_RANGES_MAX : MM386_NODES_MAX))
		return wire_json_error(
			err, "", "nodes",
			"nodes must be a number or a list of 1 to %d {\"start\", \"end\"}",
			named ? MM386_NODE_RANGES_MAX : MM386_NODES_MAX);
	cfg->nr_nodes = named ? 1 : (unsigned)nr;
	for (size_t i = 0; i < nr; i++) {
		snprintf(pointer, sizeof(pointer), "/nodes/%zu", i);
		if (read_range(json_array_get(v, i), pointer, named, &cfg->node[i], err))
			return -EINVAL;
		if (cfg->node[i].node >= cfg->nr_nodes)
			cfg->nr_nodes = cfg->node[i].node + 1;
	}
	cfg->nr_node_ranges = named ? (unsigned)nr : 0;
	return 0;
}

void config_nodes_write(struct wbuf *b, const struct mm386_config *cfg)
{
	unsigned nr = cfg->nr_node_ranges ? cfg->nr_node_ranges : cfg->nr_nodes;

	if (!cfg->nr_nodes)
		return;
	WIRE_LITERAL(b, ",\"nodes\":");
	if (!cfg->node[nr - 1].end) {
		wbuf_uint(b, cfg->nr_nodes);
		return;
	}
	for (unsigned i = 0; i < nr; i++) {
		wbuf_text(b, i ? ",{\"start\":" : "[{\"start\":");
		wbuf_hex(b, cfg->node[i].start);
		WIRE_LITERAL(b, ",\"end\":");
		wbuf_hex(b, cfg->node[i].end);
		if (cfg->nr_node_ranges) {
			WIRE_LITERAL(b, ",\"node\":");
			wbuf_uint(b, cfg->node[i].node);
		}
		wbuf_char(b, '}');
	}
	wbuf_char(b, ']');
}
