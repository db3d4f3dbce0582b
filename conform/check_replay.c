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
#include "segment.h"
#include "snapshot.h"

static void replay(struct check *c, const struct oracle *o, const struct oracle_segment *s, struct replay *p,
		   const char *text)
{
	json_t *from = segment_snapshot(c, o, s->run, p->from);
	json_t *to = from ? segment_snapshot(c, o, s->run, p->to) : NULL;
	struct mm386 *m = to ? segment_boot(c, o, s->run, from) : NULL;

	if (m) {
		snapshot_compare_bounds(c, from, m);
		if (!c->differences && snapshot_load(c, from, m, SNAPSHOT_LISTS, NULL) && replay_read(c, p, text, m)) {
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

void check_replay(struct results *r, const struct oracle *o, const struct oracle_segment *s)
{
	char name[ORACLE_NAME_MAX + 8];
	struct check c;

	snprintf(name, sizeof(name), "replay %s", s->point);
	if (!check_begin(&c, r, s->run, name))
		return;
	segment(&c, o, s);
	check_end(&c);
}
