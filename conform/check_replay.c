/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_replay.c - check 3: the lists of one snapshot, the operations of a traced segment, the
 * lists of the next snapshot.
 *
 * Whether a page block changes its owner can hang on what its frames are used for, which no snapshot
 * tells: there, and only there, the engine believes the trace (event "ownership_told").  Everything
 * else it chooses by its own rules.
 */
#include <stdlib.h>
#include <string.h>

#include "replay.h"
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

static json_t *snapshot_read(struct check *c, const struct oracle *o, const char *run, const char *point)
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

static struct mm386 *boot(struct check *c, const struct oracle *o, const char *run, json_t *from)
{
	json_t *facts = facts_of(o, run), *memory = memory_read(o, run, from);
	const struct capture cap = {.name = run, .facts = facts};
	struct mm386_error err = {.line = 0};
	struct mm386_config cfg;
	struct mm386 *m = NULL;

	if (snapshot_configure(c, &cap, memory, &cfg) && mm386_boot(&cfg, &m, &err))
		check_differs(c, "mm386 refuses the machine: %s %s", err.pointer, err.detail);
	json_decref(facts);
	json_decref(memory);
	return m;
}

static void replay(struct check *c, const struct oracle *o, const struct oracle_segment *s, struct replay *p,
		   const char *text)
{
	json_t *from = snapshot_read(c, o, s->run, p->from);
	json_t *to = from ? snapshot_read(c, o, s->run, p->to) : NULL;
	struct mm386 *m = to ? boot(c, o, s->run, from) : NULL;

	if (m) {
		snapshot_compare_bounds(c, from, m);
		if (!c->differences && snapshot_load(c, from, m, SNAPSHOT_LISTS) && replay_read(c, p, text, m)) {
			replay_compare(c, p, m);
			snapshot_compare_lists(c, to, m);
		}
		mm386_free(m);
	}
	json_decref(from);
	json_decref(to);
}

static void segment(struct check *c, const struct oracle *o, const struct oracle_segment *s)
{
	struct input_error err;
	struct replay p;
	size_t len;
	char *text = input_text(s->path, &len, &err);

	if (!text) {
		check_differs(c, "the file cannot be read: %s", err.text);
		return;
	}
	if (!replay_head(&p, text))
		check_skip(c, "its first line does not say between which snapshots it lies");
	else if (!p.exact)
		check_skip(c, "its first line says that these events do not lead to the next snapshot");
	else
		replay(c, o, s, &p, text);
	replay_free(&p);
	free(text);
}

void check_replay(struct report *r, const struct oracle *o, const struct oracle_segment *s)
{
	char name[ORACLE_NAME_MAX + 8];
	struct check c;

	snprintf(name, sizeof(name), "replay %s", s->point);
	if (!check_begin(&c, r, s->run, name))
		return;
	segment(&c, o, s);
	check_end(&c);
}
