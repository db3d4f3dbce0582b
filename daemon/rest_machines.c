/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "journal.h"
#include "registry.h"
#include "rest.h"
#include "routes.h"
#include "stream.h"
#include "wire.h"

bool rest_changes(const struct request *r)
{
	return r->route && r->route->flags & ROUTE_CHANGES;
}

bool rest_find_machine(struct request *r)
{
	if (!r->session && !rest_changes(r))
		r->session = registry_find(r->srv->registry, r->arg[0]);
	if (!r->session)
		request_refuse(r, 404, "", "no machine is called %.60s", r->arg[0]);
	return r->session != NULL;
}

static void write_machine(struct wbuf *b, const struct owner *own, bool with_config, const char *token)
{
	struct wire_machine mach = {
		.name = own->s->name,
		.m = own->m,
		.config = with_config ? oplog_config(own->log) : NULL,
		.boot = own->boot,
		.viewers = stream_viewers(own->s->stream),
		.token = token,
	};

	wire_machine(b, &mach);
}

/* ---- GET /machines: the request visits each owner in turn -------------------- */

struct tour {
	unsigned nr, at;
	bool began;
	struct session *s[OPTIONS_MACHINES_MAX];
};

static void tour_free(void *arg)
{
	struct tour *t = arg;

	for (unsigned i = 0; i < t->nr; i++)
		session_put(t->s[i]);
	free(t);
}

static enum job_next tour_stop(struct session *s, struct request *r);

/* Go to the next machine that takes the request.  False: that was the last. */
static bool tour_go_on(struct request *r)
{
	struct tour *t = r->data;

	while (t->at < t->nr) {
		r->job.run = tour_stop;
		r->job.r = r;
		if (!session_submit(t->s[t->at++], &r->job))
			return true;
	}
	wbuf_text(&r->answer.text, "],\"limit\":");
	wbuf_uint(&r->answer.text, r->srv->opt->max_machines);
	wbuf_char(&r->answer.text, '}');
	return false;
}

static enum job_next tour_stop(struct session *s, struct request *r)
{
	struct tour *t = r->data;

	if (t->began)
		wbuf_char(&r->answer.text, ',');
	t->began = true;
	write_machine(&r->answer.text, s->own, false, NULL);
	return tour_go_on(r) ? JOB_PASSED_ON : JOB_DONE;
}

static void tour_begin(struct request *r)
{
	if (!tour_go_on(r))
		request_finish(r);
}

enum request_next rest_list_machines(struct request *r)
{
	struct tour *t = calloc(1, sizeof(*t));

	if (!t)
		return request_refuse(r, 503, "", "this server is out of memory");
	t->nr = registry_list(r->srv->registry, t->s);
	r->data = t;
	r->data_free = tour_free;
	wbuf_text(request_answer(r, 200, TYPE_JSON), "{\"machines\":[");
	return request_defer_to(r, tour_begin);
}

/* ---- one machine ---------------------------------------------------------------- */

static enum job_next get_machine(struct session *s, struct request *r)
{
	write_machine(request_answer(r, 200, TYPE_JSON), s->own, true, NULL);
	return JOB_DONE;
}

enum request_next rest_get_machine(struct request *r)
{
	return rest_find_machine(r) ? request_defer(r, get_machine) : REQUEST_ANSWERED;
}

/* The machine ends with the turn in which this runs. */
static enum job_next end_machine(struct session *s, struct request *r)
{
	journal_close(s->own->journal);
	s->own->journal = NULL;
	if (s->own->dir[0])
		journal_remove(s->own->dir);
	s->own->dir[0] = '\0';
	s->own->scene_state.running = false;
	registry_retire(s->srv->registry, s);
	request_answer(r, 204, NULL);
	return JOB_DONE;
}

enum request_next rest_end_machine(struct request *r)
{
	if (!rest_find_machine(r))
		return REQUEST_ANSWERED;
	/* Nobody made it, so nobody but who runs the daemon ends it. */
	if (!r->session->token[0] && !auth_has_token(r->srv->auth))
		return request_refuse(r, 403, "", "a machine of the command line ends with the daemon; reboot it");
	return request_defer(r, end_machine);
}

/* ---- making one, booting one anew ------------------------------------------------- */

/* What a request to boot carries to the thread that does it. */
struct wish {
	struct mm386_config config;
	bool given; /* there is a configuration */
	const char *log_text; /* into the body; NULL: none */
	size_t log_len;
};

/* Read a log's first line.  False: refused. */
static bool wish_log(struct request *r, struct wish *w)
{
	struct wire_log_line *line = malloc(sizeof(*line));
	const char *nl = memchr(r->body, '\n', r->body_len);
	size_t len = nl ? (size_t)(nl - r->body) : r->body_len;
	struct mm386_error err = { 0 };
	int bad = !line ? -ENOMEM : len > BODY_MAX ? -E2BIG : 0;

	if (bad == -E2BIG)
		snprintf(err.detail, sizeof(err.detail), "the first line has more than %u bytes", BODY_MAX);
	if (!bad)
		bad = wire_log_parse(r->body, len, r->srv->presets, line, &err);
	if (!bad && !line->is_config) {
		snprintf(err.detail, sizeof(err.detail), "the first line of a log is its configuration");
		bad = -EINVAL;
	}
	if (bad) {
		request_problem(r, request_status_of(bad), &err);
	} else {
		w->config = line->config;
		w->given = true;
		w->log_text = nl ? nl + 1 : r->body + r->body_len;
		w->log_len = r->body_len - (size_t)(w->log_text - r->body);
	}
	free(line);
	return !bad;
}

static bool wish_config(struct request *r, struct wish *w)
{
	struct mm386_error err = { 0 };
	int bad = config_parse(r->body, r->body_len, r->srv->presets, &w->config, &err);

	if (bad)
		request_problem(r, request_status_of(bad), &err);
	w->given = !bad;
	return !bad;
}

/* The boot failed: what the client is told. */
static void answer_failed_boot(struct request *r, int bad, const struct mm386_error *err)
{
	int status = bad == -EDQUOT ? 429 : bad == -EIO ? 507 : request_status_of(bad);

	request_problem(r, status, err);
}

void rest_machine_made(struct owner *own, struct request *r, int bad, const struct mm386_error *err)
{
	if (bad) {
		answer_failed_boot(r, bad, err);
	} else {
		write_machine(request_answer(r, 201, TYPE_JSON), own, true, own->s->token);
		snprintf(r->answer.location, sizeof(r->answer.location), API_PREFIX "/machines/%s", own->s->name);
	}
	request_finish(r);
}

static void make_machine(struct request *r)
{
	const struct wish *w = r->data;
	struct owner_start start = { .config = w->config, .r = r, .log_text = w->log_text, .log_len = w->log_len };
	char name[MM386_NAME_MAX];
	int err;

	memcpy(name, w->config.name, sizeof(name));
	err = registry_add(r->srv->registry, &start, true, &r->session);
	if (!err)
		return; /* its owner answers */
	if (err == -EEXIST)
		request_refuse(r, 409, "/name", "there is a machine called %s, or the log of one", name);
	else if (err == -EUSERS)
		request_refuse(r, 429, "", "this server has the %u machines that it may have",
			       r->srv->opt->max_machines);
	else
		request_refuse(r, 503, "", "%s", strerror(-err));
	request_finish(r);
}

enum request_next rest_make_machine(struct request *r)
{
	struct wish *w = calloc(1, sizeof(*w));

	if (!w)
		return request_refuse(r, 503, "", "this server is out of memory");
	r->data = w;
	r->data_free = free;
	if (request_has_log(r) ? !wish_log(r, w) : !wish_config(r, w))
		return REQUEST_ANSWERED;
	if (!config_name_is_valid(w->config.name) || w->config.name[0] == '.')
		return request_refuse(r, 422, "/name",
				      "a machine needs a name of letters, digits, '.', '_' and '-' that does not "
				      "begin with '.'");
	return request_defer_to(r, make_machine);
}

static enum job_next reboot(struct session *s, struct request *r)
{
	struct wish *w = r->data;
	struct owner *own = s->own;
	struct mm386_error err;
	int bad;

	if (!w->given)
		w->config = *oplog_config(own->log);
	/* The machine keeps its name: addresses of it are in use. */
	snprintf(w->config.name, sizeof(w->config.name), "%s", s->name);
	bad = owner_boot(own, &w->config, w->log_text, w->log_len, &err);
	if (bad)
		answer_failed_boot(r, bad, &err);
	else
		write_machine(request_answer(r, 200, TYPE_JSON), own, true, NULL);
	r->answer.lasting = true;
	return JOB_DONE;
}

static enum request_next ask_reboot(struct request *r, bool (*read)(struct request *r, struct wish *w))
{
	struct wish *w;

	if (!rest_find_machine(r))
		return REQUEST_ANSWERED;
	w = calloc(1, sizeof(*w));
	if (!w)
		return request_refuse(r, 503, "", "this server is out of memory");
	r->data = w;
	r->data_free = free;
	if (read && !read(r, w))
		return REQUEST_ANSWERED;
	return request_defer(r, reboot);
}

enum request_next rest_reboot(struct request *r)
{
	return ask_reboot(r, strspn(r->body, " \t\r\n") == r->body_len ? NULL : wish_config);
}

enum request_next rest_post_oplog(struct request *r)
{
	return ask_reboot(r, wish_log);
}
