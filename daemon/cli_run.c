/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli_run.c - one run of mm386: find the machine, boot it, apply the operations,
 * print what was asked.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include "cli.h"
#include "config.h"
#include "wire.h"

#define TEXT_BYTES_MAX ((size_t)1 << 31)

struct run {
	const struct cli_options *opt;
	struct mm386_config cfg;
	struct mm386 *m;
	struct cli_lines ops; /* f is NULL: there are none */
	struct wbuf out;
	struct mm386_event *event; /* of the operation in hand */
	size_t nr_event, cap_event;
	bool broken; /* events were lost: the host is out of memory */
};

/* Print the buffer and empty it. */
static int flush(struct run *r)
{
	bool good = wbuf_ok(&r->out) && !r->broken;

	if (good && r->out.len)
		good = fwrite(r->out.data, 1, r->out.len, stdout) == r->out.len;
	else if (!good)
		errno = ENOMEM;
	wbuf_reset(&r->out);
	return good ? CLI_OK : cli_complain_errno("standard output", errno);
}

static int boot(struct run *r)
{
	int rc = cli_machine_find(r->opt, &r->cfg, &r->ops);

	return rc ? rc : cli_machine_boot(r->opt, &r->cfg, &r->m);
}

/* ---- operations ------------------------------------------------------------------------ */

static void keep_event(void *arg, const struct mm386_event *ev)
{
	struct run *r = arg;

	if (r->nr_event == r->cap_event) {
		size_t cap = r->cap_event ? 2 * r->cap_event : 256;
		struct mm386_event *more = realloc(r->event, cap * sizeof(*more));

		if (!more) {
			r->broken = true;
			return;
		}
		r->event = more;
		r->cap_event = cap;
	}
	r->event[r->nr_event++] = *ev;
}

static void print_events(struct run *r)
{
	for (size_t i = 0; i < r->nr_event; i++) {
		wire_event(&r->out, &r->event[i]);
		wbuf_char(&r->out, '\n');
	}
}

static int apply_line(struct run *r, size_t len)
{
	struct mm386_error err = {.line = 0};
	struct wire_log_line line;
	struct mm386_result res;

	if (wire_log_parse(r->ops.text, len, r->opt->presets, &line, &err))
		return cli_complain(r->ops.path, r->ops.nr, &err);
	if (line.is_config)
		return CLI_OK;
	if (line.seq && line.seq != mm386_seq(r->m) + 1) {
		snprintf(err.detail, sizeof(err.detail),
			 "the log says operation %llu, but this is operation %llu",
			 (unsigned long long)line.seq, (unsigned long long)mm386_seq(r->m) + 1);
		snprintf(err.pointer, sizeof(err.pointer), "/seq");
		return cli_complain(r->ops.path, r->ops.nr, &err);
	}
	r->nr_event = 0;
	if (mm386_apply(r->m, &line.op, &res, &err))
		return cli_complain(r->ops.path, r->ops.nr, &err);
	if (r->opt->events)
		print_events(r);
	if (r->opt->answers) {
		wire_answer(&r->out, r->m, &line.op, &res,
			    &(struct wire_story){r->event, r->nr_event, 0});
		wbuf_char(&r->out, '\n');
	}
	return r->out.len > 65536 ? flush(r) : CLI_OK;
}

static int apply_all(struct run *r)
{
	ssize_t len;
	int rc = CLI_OK;

	if (r->opt->events) {
		mm386_boot_events(r->m, keep_event, r);
		print_events(r);
	}
	if (r->opt->ops)
		rc = cli_lines_open(&r->ops, r->opt->ops);
	if (rc || !r->ops.f)
		return rc;
	if (r->opt->events || r->opt->answers)
		mm386_set_sink(r->m, keep_event, r);
	while (!rc && (len = cli_lines_next(&r->ops)) != 0)
		rc = len < 0 ? CLI_FAILED : apply_line(r, (size_t)len);
	mm386_set_sink(r->m, NULL, NULL);
	return rc ? rc : flush(r);
}

/* ---- what is printed --------------------------------------------------------------------- */

/* Append a text that the engine writes like snprintf() does; false: there is no such text. */
static bool put_proc(struct run *r, const char *file)
{
	long len = file ? mm386_proc(r->m, file, NULL, 0) : mm386_boot_report(r->m, NULL, 0);
	char *p;

	if (len < 0)
		return false;
	p = wbuf_room(&r->out, (size_t)len + 1);
	if (!p)
		return true;
	if (file)
		mm386_proc(r->m, file, p, (size_t)len + 1);
	else
		mm386_boot_report(r->m, p, (size_t)len + 1);
	r->out.len += (size_t)len;
	return true;
}

static int print_before(struct run *r)
{
	if (r->opt->show_config) {
		config_write(&r->out, &r->cfg);
		wbuf_char(&r->out, '\n');
	}
	if (r->opt->boot_report)
		put_proc(r, NULL);
	return flush(r);
}

static int print_proc(struct run *r)
{
	for (unsigned i = 0; i < r->opt->nr_proc; i++) {
		if (put_proc(r, r->opt->proc[i]))
			continue;
		flush(r);
		fprintf(stderr, "mm386: this kernel has no /proc/%s; it has", r->opt->proc[i]);
		for (unsigned k = 0; mm386_proc_name(r->m, k); k++)
			fprintf(stderr, " %s", mm386_proc_name(r->m, k));
		fputc('\n', stderr);
		return CLI_FAILED;
	}
	return CLI_OK;
}

static int print_check(struct run *r)
{
	const char *broken = mm386_check(r->m);

	wbuf_text(&r->out, broken ? broken : "ok");
	wbuf_char(&r->out, '\n');
	return broken ? CLI_FAILED : CLI_OK;
}

static int print_after(struct run *r)
{
	int flushed, rc = print_proc(r);

	if (rc)
		return rc;
	if (r->opt->snapshot) {
		wire_snapshot(&r->out, r->m, r->opt->sections);
		wbuf_char(&r->out, '\n');
	}
	if (r->opt->delta) {
		wire_delta(&r->out, r->m, 0, r->opt->sections, NULL);
		wbuf_char(&r->out, '\n');
	}
	if (r->opt->digest) {
		wbuf_hex64_bare(&r->out, mm386_digest(r->m));
		wbuf_char(&r->out, '\n');
	}
	if (r->opt->check)
		rc = print_check(r);
	flushed = flush(r);
	return rc ? rc : flushed;
}

/* Nothing was asked for: say what came of the operations, or of the boot. */
static struct cli_options with_default(const struct cli_options *opt, bool has_ops)
{
	struct cli_options o = *opt;

	if (o.show_config || o.boot_report || o.answers || o.events || o.snapshot || o.delta ||
	    o.digest || o.check || o.nr_proc || o.bench)
		return o;
	if (has_ops)
		o.answers = true;
	else
		o.boot_report = true;
	return o;
}

int cli_run(const struct cli_options *opt)
{
	struct run r = {.opt = opt};
	struct cli_options asked;
	int rc;

	wbuf_init(&r.out, TEXT_BYTES_MAX);
	rc = boot(&r);
	if (!rc) {
		asked = with_default(opt, opt->ops || r.ops.f);
		r.opt = &asked;
		mm386_cut(r.m); /* a delta tells what the operations changed, not the boot */
		rc = print_before(&r);
	}
	if (!rc)
		rc = apply_all(&r);
	if (!rc)
		rc = print_after(&r);
	if (!rc && asked.bench)
		rc = cli_bench(r.m, asked.bench);
	if (fflush(stdout) && !rc)
		rc = cli_complain_errno("standard output", errno);
	cli_lines_close(&r.ops);
	wbuf_free(&r.out);
	free(r.event);
	mm386_free(r.m);
	return rc;
}
