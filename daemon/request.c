/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "request.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "rest.h"
#include "routes.h"
#include "wire.h"

static const char *title_of(int status)
{
	switch (status) {
	case 400: return "Malformed request";
	case 401: return "Token needed";
	case 403: return "Forbidden";
	case 404: return "Not found";
	case 405: return "Method not allowed";
	case 409: return "Name taken";
	case 410: return "Gone";
	case 413: return "Too large";
	case 421: return "Foreign host";
	case 422: return "Wrong request";
	case 426: return "Upgrade required";
	case 429: return "Over a limit";
	case 503: return "Not now";
	case 507: return "Log full";
	default: return "Error";
	}
}

struct wbuf *request_answer(struct request *r, unsigned status, const char *type)
{
	r->answer.status = status;
	r->answer.type = type;
	return &r->answer.text;
}

enum request_next request_problem(struct request *r, int status, const struct mm386_error *err)
{
	struct wbuf *b = request_answer(r, (unsigned)status, "application/problem+json");

	wbuf_free(b); /* it may be long, and a problem is kept in little */
	if (r->answer.stream_free)
		r->answer.stream_free(r->answer.stream_arg);
	r->answer.stream = NULL;
	r->answer.stream_free = NULL;
	r->answer.location[0] = '\0';
	wire_problem(b, status, title_of(status), err, -1);
	return REQUEST_ANSWERED;
}

enum request_next request_refuse(struct request *r, int status, const char *pointer, const char *fmt, ...)
{
	struct mm386_error err = { 0 };
	va_list ap;

	snprintf(err.pointer, sizeof(err.pointer), "%s", pointer);
	va_start(ap, fmt);
	vsnprintf(err.detail, sizeof(err.detail), fmt, ap);
	va_end(ap);
	return request_problem(r, status, &err);
}

bool request_has_room(struct request *r)
{
	if (metrics_read(&r->srv->metrics.answer_bytes) < ANSWERS_MAX)
		return true;
	request_refuse(r, 503, "", "this server has as many answers in memory as it may");
	return false;
}

void request_count_answer(struct request *r)
{
	struct answer *a = &r->answer;

	if (!wbuf_ok(&a->text))
		request_refuse(r, 503, "", "%s, but the answer is longer than one may be",
			       rest_changes(r) ? "done" : "found");
	metrics_add(&r->srv->metrics.answer_bytes, a->text.cap);
	metrics_sub(&r->srv->metrics.answer_bytes, a->counted);
	a->counted = a->text.cap;
}

int request_status_of(int err)
{
	switch (err) {
	case -EBADMSG: return 400;
	case -E2BIG: return 413;
	case -ENOMEM: return 503;
	default: return 422;
	}
}

bool request_has_log(const struct request *r)
{
	static const char jsonl[] = "application/jsonl";
	const char *type = request_header(r, "Content-Type");

	if (r->route->body == ROUTE_BODY_LOG)
		return true;
	return r->route->body == ROUTE_BODY_CONFIG_OR_LOG && type &&
	       !strncasecmp(type, jsonl, sizeof(jsonl) - 1) && strchr(" \t;", type[sizeof(jsonl) - 1]);
}

static void submit(struct request *r)
{
	int err = session_submit(r->session, &r->job);

	if (!err)
		return;
	if (err == -EAGAIN)
		request_refuse(r, 503, "", "too many requests wait for this machine");
	else
		request_refuse(r, 404, "", "this machine has ended");
	request_finish(r);
}

enum request_next request_defer_to(struct request *r, void (*start)(struct request *r))
{
	r->start = start;
	return REQUEST_DEFERRED;
}

enum request_next request_defer(struct request *r, job_fn fn)
{
	r->job.run = fn;
	r->job.r = r;
	return request_defer_to(r, submit);
}

bool request_query_number(struct request *r, const char *name, uint64_t max, uint64_t *out)
{
	const char *text = request_query(r, name);
	unsigned long long n;
	char *end;

	if (!text)
		return true;
	errno = 0;
	n = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || n > max) {
		request_refuse(r, 422, "", "%s=%.40s is not a whole number from 0 to %llu", name, text,
			       (unsigned long long)max);
		return false;
	}
	*out = n;
	return true;
}
