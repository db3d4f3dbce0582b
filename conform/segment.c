/* SPDX-License-Identifier: GPL-2.0-or-later */
/* segment.c - see segment.h */
#include <stdlib.h>
#include <string.h>

#include "segment.h"
#include "snapshot.h"

/* The facts of the run, should there be any: a traced run mostly has none. */
static json_t *facts_of(const struct oracle *o, const char *run)
{
	struct input_error err;

	for (size_t i = 0; i < o->nr_runs; i++)
		if (strcmp(o->run[i].name, run) == 0 && o->run[i].facts)
			return input_json(o->run[i].facts, &err);
	return NULL;
}

json_t *segment_snapshot(struct check *c, const struct oracle *o, const char *run, const char *point)
{
	char *path = oracle_snapshot(o, run, point);
	struct input_error err;
	json_t *v;

	if (!path) {
		check_skip(c, "there is no snapshot %s", point);
		return NULL;
	}
	v = input_json(path, &err);
	if (!v)
		check_differs(c, "snapshot %s cannot be read: %s", point, err.text);
	free(path);
	return v;
}

/* The snapshot of a run that tells which memory there is: ${from} itself, or one that is more talkative. */
static json_t *memory_read(const struct oracle *o, const char *run, json_t *from)
{
	static const char *const points[] = {"SNAP-0-boot", "mem_init_done", "FINAL"};
	struct input_error err;

	if (snapshot_tells_memory(from))
		return json_incref(from);
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		char *path = oracle_snapshot(o, run, points[i]);
		json_t *v = path ? input_json(path, &err) : NULL;

		free(path);
		if (v && snapshot_tells_memory(v))
			return v;
		json_decref(v);
	}
	return json_incref(from);
}

struct mm386 *segment_boot(struct check *c, const struct oracle *o, const char *run, json_t *from)
{
	json_t *facts = facts_of(o, run), *memory = memory_read(o, run, from);
	char *banner = oracle_banner(o, run);
	const struct capture cap = {.name = run, .facts = facts, .banner = banner};
	struct mm386_error err = {.line = 0};
	struct mm386_config cfg;
	struct mm386 *m = NULL;

	if (snapshot_configure(c, &cap, memory, &cfg) && mm386_boot(&cfg, &m, &err))
		check_differs(c, "mm386 refuses the machine: %s %s", err.pointer, err.detail);
	free(banner);
	json_decref(facts);
	json_decref(memory);
	return m;
}
