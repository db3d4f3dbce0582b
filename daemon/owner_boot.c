/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "journal.h"
#include "log.h"
#include "owner.h"
#include "registry.h"
#include "stream.h"

#define SCENE_FILE "scene.json"
#define LOG_TEXT_MAX (1u << 30) /* bytes of a log that is written in one go */
#define LINE_MAX_BYTES 65536	/* of an operation in a log; a tree of JSON takes some ten times as many */

/* A machine that is being made, before it takes the place of the one there is. */
struct made {
	struct mm386 *m;
	size_t bytes; /* reserved for it */
	struct oplog *log;
	struct scene *scene;
};

/* Give back what there is of it; it is then as if it had never been begun. */
static void unmake(struct owner *own, struct made *made)
{
	mm386_free(made->m);
	scene_free(made->scene);
	oplog_put(made->log);
	registry_release(own->s->srv->registry, made->bytes);
	memset(made, 0, sizeof(*made));
}

#define GIB (1ull << 30)
#define FRAME_BYTES 40		     /* of host memory, at most */
#define MACHINE_BYTES (256u << 10) /* whatever its size: zones, nodes, and lists of 32 CPUs */

/*
 * What a machine of ${cfg} takes at most, before it is there: so much for each
 * frame up to the end of its memory.  A PC of 3.5G and more has what lies beyond 3G
 * above 4G, and beyond 2G the frames go on to 4G, that the hole there shows.
 *	1024M -> 10 MiB    3072M -> 40 MiB    4096M with PAE -> 50 MiB
 */
static size_t estimate_bytes(const struct mm386_config *cfg)
{
	uint64_t top = cfg->memory_bytes, limit = cfg->pae ? 64 * GIB : 4 * GIB;

	if (top >= 7 * GIB / 2)
		top += GIB;
	for (unsigned i = 0; i < cfg->nr_e820; i++)
		if (cfg->e820[i].end > top && cfg->e820[i].type == MM386_E820_USABLE)
			top = cfg->e820[i].end;
	if (top > 2 * GIB && top < 4 * GIB)
		top = 4 * GIB;
	if (top > limit)
		top = limit;
	return (size_t)(top / MM386_PAGE_SIZE * FRAME_BYTES) + MACHINE_BYTES;
}

/* Boot a machine within the memory that is left for it: what it is reckoned to take, then what it takes. */
static int boot_within(struct owner *own, const struct mm386_config *cfg, struct made *made,
		       struct mm386_error *err)
{
	struct registry *reg = own->s->srv->registry;
	size_t estimate = estimate_bytes(cfg), bytes;
	int bad;

	if (registry_reserve(reg, estimate)) {
		snprintf(err->detail, sizeof(err->detail),
			 "the machine would take about %zu MiB of this server's memory, and its machines together "
			 "may have %llu MiB",
			 estimate >> 20, (unsigned long long)own->s->srv->opt->max_machine_bytes >> 20);
		return -EDQUOT;
	}
	made->bytes = estimate;
	bad = mm386_boot(cfg, &made->m, err);
	if (bad)
		return bad;
	bytes = mm386_host_bytes(made->m);
	assert(bytes <= estimate);
	registry_release(reg, estimate - bytes);
	made->bytes = bytes;
	return 0;
}

/* On failure nothing is left in ${made}. */
static int make(struct owner *own, const struct mm386_config *cfg, struct made *made, struct mm386_error *err)
{
	int bad;

	memset(made, 0, sizeof(*made));
	bad = boot_within(own, cfg, made, err);
	if (!bad) {
		made->log = oplog_new(cfg);
		made->scene = scene_new(made->m);
		bad = made->log && made->scene ? 0 : -ENOMEM;
	}
	if (bad)
		unmake(own, made);
	return bad;
}

/* One operation that a log has, applied to a machine that nobody sees yet. */
static int replay_op(struct made *made, const struct mm386_op *op, enum origin origin, struct mm386_error *err)
{
	struct mm386_result res;
	int bad;

	if (origin == ORIGIN_SCENE) {
		struct mm386_op planned;

		scene_next(made->scene, made->m, &planned);
	}
	bad = mm386_apply(made->m, op, &res, err);
	if (bad)
		return bad;
	if (origin == ORIGIN_SCENE)
		scene_note(made->scene, op, &res);
	return oplog_append(made->log, op, origin);
}

static int read_op_line(const char *text, size_t len, struct wire_log_line *line, struct mm386_error *err)
{
	int bad;

	if (len > LINE_MAX_BYTES) {
		snprintf(err->detail, sizeof(err->detail), "an operation of more than %u bytes", LINE_MAX_BYTES);
		return -E2BIG;
	}
	bad = wire_log_parse(text, len, NULL, line, err);
	if (!bad && line->is_config) {
		snprintf(err->detail, sizeof(err->detail), "a second configuration");
		bad = -EINVAL;
	}
	return bad;
}

/* The operations of a posted log, one a line. */
static int replay_text(struct made *made, const char *text, size_t len, uint64_t max, struct mm386_error *err)
{
	static _Thread_local struct wire_log_line line; /* large: it can hold a configuration */
	unsigned long nr = 1; /* the configuration was the first */

	while (len) {
		const char *nl = memchr(text, '\n', len);
		size_t line_len = nl ? (size_t)(nl - text) : len;
		int bad;

		nr++;
		if (line_len) {
			bad = read_op_line(text, line_len, &line, err);
			if (!bad && mm386_seq(made->m) >= max) {
				snprintf(err->detail, sizeof(err->detail), "more operations than a log here may have");
				bad = -EINVAL;
			}
			if (!bad)
				bad = replay_op(made, &line.op, origin_find(line.origin), err);
			if (bad) {
				err->line = (unsigned)nr;
				return bad;
			}
		}
		text += line_len + (nl ? 1 : 0);
		len -= line_len + (nl ? 1 : 0);
	}
	return 0;
}

static void on_event(void *arg, const struct mm386_event *ev)
{
	struct owner *own = arg;

	if (own->nr_op_events < own->cap_op_events) {
		own->op_event[own->nr_op_events++] = *ev;
	} else {
		own->op_events_omitted++;
		own->events_omitted++;
	}
}

void owner_drop_machine(struct owner *own)
{
	mm386_free(own->m);
	scene_free(own->scene);
	oplog_put(own->log);
	history_clear(&own->history);
	journal_close(own->journal);
	registry_release(own->s->srv->registry, own->host_bytes);
	own->m = NULL;
	own->scene = NULL;
	own->log = NULL;
	own->journal = NULL;
	own->host_bytes = 0;
}

/* Put what was made in the place of what there is. */
static void install(struct owner *own, struct made *made, unsigned boot, struct journal *journal)
{
	owner_drop_machine(own);
	own->m = made->m;
	own->log = made->log;
	own->scene = made->scene;
	own->host_bytes = made->bytes;
	own->journal = journal;
	own->journal_err = 0;
	own->boot = boot;
	own->nr_events = own->events_omitted = 0;
	own->events_from = own->kept_seq = mm386_seq(own->m);
	mm386_cut(own->m);
	mm386_set_sink(own->m, on_event, own);
	own->cut_seq = mm386_seq(own->m);
	own->publish_due_ns = 0;
	own->scene_due_ns = now_ns();
	stream_restart(own->s->stream);
}

/* The log of a machine that was just made: the configuration, and what was replayed. */
static int write_log(const struct owner *own, const struct made *made, unsigned boot, struct journal **out)
{
	struct oplog_entry entry[256];
	struct wbuf text;
	size_t n;
	int err;

	wbuf_init(&text, LOG_TEXT_MAX);
	wire_log_config(&text, oplog_config(made->log));
	for (uint64_t seq = 1; (n = oplog_read(made->log, seq, entry, 256)) > 0; seq += n)
		for (size_t i = 0; i < n; i++)
			wire_log_op(&text, &entry[i].op, entry[i].seq, origin_name(entry[i].origin), NULL);
	err = wbuf_ok(&text) ? journal_create(own->dir, boot, &text, out) : -ENOMEM;
	wbuf_free(&text);
	return err;
}

int owner_boot(struct owner *own, const struct mm386_config *cfg, const char *log_text, size_t log_len,
	       struct mm386_error *err)
{
	struct journal *journal = NULL;
	struct made made;
	int bad;

	memset(err, 0, sizeof(*err));
	bad = make(own, cfg, &made, err);
	if (bad)
		return bad;
	if (log_text)
		bad = replay_text(&made, log_text, log_len, own->s->srv->opt->max_log_ops, err);
	if (!bad && own->dir[0]) {
		bad = write_log(own, &made, own->boot + 1, &journal);
		if (bad) {
			log_error("%s: %s", own->dir, strerror(-bad));
			snprintf(err->detail, sizeof(err->detail), "the machine's log cannot be written: %s",
				 strerror(-bad));
			bad = -EIO;
		}
	}
	if (bad) {
		unmake(own, &made);
		return bad;
	}
	install(own, &made, own->boot + 1, journal);
	return 0;
}

/* ---- going back --------------------------------------------------------------- */

/* Replay operations 1 to ${last} of ${log} on a machine that was just booted. */
static int replay_log(struct made *made, struct oplog *log, uint64_t last)
{
	struct oplog_entry entry[256];
	int bad = 0;

	while (!bad && mm386_seq(made->m) < last) {
		size_t n = oplog_read(log, mm386_seq(made->m) + 1, entry, 256);

		assert(n);
		for (size_t i = 0; !bad && i < n && entry[i].seq <= last; i++)
			bad = replay_op(made, &entry[i].op, entry[i].origin, NULL);
	}
	return bad;
}

int owner_roll_back(struct owner *own)
{
	const struct mm386_config *cfg = oplog_config(own->log);
	struct journal *journal = own->journal;
	struct made made = { 0 };
	int journal_err = own->journal_err, bad;

	/* For a moment there are two of it, which nobody accounts for. */
	bad = mm386_boot(cfg, &made.m, NULL);
	if (!bad) {
		made.log = oplog_new(cfg);
		made.scene = scene_new(made.m);
		bad = made.log && made.scene ? replay_log(&made, own->log, own->kept_seq) : -ENOMEM;
	}
	if (bad) {
		unmake(own, &made);
		return bad;
	}
	made.bytes = own->host_bytes;
	own->host_bytes = 0;
	own->journal = NULL;
	install(own, &made, own->boot, journal);
	own->journal_err = journal_err;
	return 0;
}

/* ---- going on after a restart -------------------------------------------------- */

struct resuming {
	struct owner *own;
	struct made made;
};

static int gap(struct mm386_error *err, uint64_t seq, uint64_t last)
{
	snprintf(err->detail, sizeof(err->detail), "operation %llu after %llu", (unsigned long long)seq,
		 (unsigned long long)last);
	return -EINVAL;
}

static int resume_line(void *arg, unsigned long nr, const char *text, size_t len)
{
	static _Thread_local struct wire_log_line line;
	struct resuming *r = arg;
	struct mm386_error err = { 0 };
	int bad = wire_log_parse(text, len, NULL, &line, &err);

	if (!bad && line.is_config != (nr == 1)) {
		snprintf(err.detail, sizeof(err.detail), "the configuration belongs in the first line");
		bad = -EINVAL;
	}
	if (!bad && line.is_config)
		bad = make(r->own, &line.config, &r->made, &err);
	else if (!bad && line.seq != mm386_seq(r->made.m) + 1)
		bad = gap(&err, line.seq, mm386_seq(r->made.m));
	else if (!bad)
		bad = replay_op(&r->made, &line.op, origin_find(line.origin), &err);
	if (bad && bad != -EBADMSG)
		log_error("%s: line %lu of its newest log is damaged: %s", r->own->dir, nr,
			  err.detail[0] ? err.detail : strerror(-bad));
	return bad;
}

static void load_scene(struct owner *own)
{
	struct mm386_error err;
	struct wire_scene state = own->scene_state;
	char path[600], *text;
	size_t len;

	snprintf(path, sizeof(path), "%s/" SCENE_FILE, own->dir);
	if (config_read_file(path, 4096, &text, &len))
		return;
	if (wire_scene_parse(text, len, &state, &err))
		log_warn("%s: %s", path, err.detail);
	else if (strcmp(state.name, SCENE_NAME))
		log_warn("%s: there is one scene: " SCENE_NAME, path);
	else
		own->scene_state = state;
	free(text);
}

int owner_resume(struct owner *own)
{
	struct resuming r = { .own = own };
	struct journal *journal;
	unsigned boot;
	int err = journal_resume(own->dir, resume_line, &r, &boot, &journal);

	if (err) {
		unmake(own, &r.made);
		return err;
	}
	install(own, &r.made, boot, journal);
	load_scene(own);
	log_note("%s: goes on after operation %llu", own->s->name, (unsigned long long)mm386_seq(own->m));
	return 0;
}

int owner_save_scene(struct owner *own, const struct wire_scene *state)
{
	struct wbuf text;
	int err;

	if (!own->dir[0])
		return 0;
	wbuf_init(&text, 4096);
	wire_scene(&text, state);
	err = journal_put_file(own->dir, SCENE_FILE, text.data, text.len);
	if (err)
		log_warn("%s/" SCENE_FILE ": %s", own->dir, strerror(-err));
	wbuf_free(&text);
	return err;
}
