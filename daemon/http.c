/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http.h"

#include <fcntl.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "auth.h"
#include "http_answer.h"
#include "log.h"
#include "registry.h"
#include "request.h"
#include "rest.h"
#include "routes.h"
#include "static.h"
#include "upgrade.h"
#include "ws.h"

#define THREADS 2
#define CONNECTIONS_MAX 4096
#define CONNECTIONS_PER_ADDRESS 1024
#define IDLE_S 30
#define HEAD_MAX 8192
#define CONNECTION_BYTES 16384   /* a head and an answer's head; zeroed for each request, so no more than needed */
#define BODIES_MAX (256u << 20)  /* bytes of all bodies in memory */
#define SEND_BYTES (256 << 10)	 /* of an unread answer in the system's memory, where nobody counts them */
#define DISCARD_MAX (128u << 20) /* bytes that are read beyond a limit so that the refusal can be sent */

struct http {
	struct server *srv;
	struct MHD_Daemon *mhd;
};

/* A request as this file has it. */
struct call {
	struct request r; /* r.http points back here */
	struct MHD_Connection *c;
	size_t body_max, body_cap;
	int body_refusal; /* a status: the body is read but not kept; 0: it is kept */
	uint64_t discarded;
	bool finished; /* the answer is complete, whoever made it */
};

/* ---- request.h ------------------------------------------------------------ */

const char *request_query(const struct request *r, const char *name)
{
	return MHD_lookup_connection_value(((struct call *)r->http)->c, MHD_GET_ARGUMENT_KIND, name);
}

const char *request_header(const struct request *r, const char *name)
{
	return MHD_lookup_connection_value(((struct call *)r->http)->c, MHD_HEADER_KIND, name);
}

void request_finish(struct request *r)
{
	struct call *call = r->http;

	call->finished = true;
	MHD_resume_connection(call->c);
}

/* ---- one request ------------------------------------------------------------ */

static void drop_body(struct call *call)
{
	metrics_sub(&call->r.srv->metrics.body_bytes, call->body_cap);
	free(call->r.body);
	call->r.body = NULL;
	call->r.body_len = 0;
	call->body_cap = 0;
}

static void call_free(struct call *call)
{
	struct request *r = &call->r;

	if (r->answer.file_fd >= 0)
		close(r->answer.file_fd);
	if (r->answer.stream_free)
		r->answer.stream_free(r->answer.stream_arg);
	wbuf_free(&r->answer.text);
	if (r->data_free)
		r->data_free(r->data);
	session_put(r->session);
	drop_body(call);
	metrics_sub(&r->srv->metrics.answer_bytes, r->answer.counted);
	metrics_sub(&r->srv->metrics.requests_open, 1);
	free(call);
}

static enum MHD_Result send_answer(struct call *call)
{
	struct request *r = &call->r;
	unsigned class = r->answer.status / 100;

	request_count_answer(r);
	metrics_add(&r->srv->metrics.requests[routes_index(r->route)][class < METRICS_STATUS_CLASSES ? class : 0], 1);
	return http_send(call->c, r);
}

/*
 * Send a refusal of the head.  Said before a body it ends the connection; when
 * none will come it waits for the callback that has it all, and the connection lives.
 */
static enum MHD_Result send_early(struct call *call)
{
	call->finished = true;
	if (request_header(&call->r, "Content-Length") || request_header(&call->r, "Transfer-Encoding"))
		return send_answer(call);
	return MHD_YES;
}

static enum MHD_Result refuse(struct call *call, int status, const char *detail)
{
	request_refuse(&call->r, status, "", "%s", detail);
	return send_early(call);
}

static void refuse_body(struct call *call, int status)
{
	if (status == 413)
		request_refuse(&call->r, 413, "", "the body is longer than this call takes: %zu bytes at most",
			       call->body_max);
	else
		request_refuse(&call->r, status, "", "this server has as many bodies in memory as it may");
}

struct head_facts {
	unsigned hosts, lengths, origins;
	const char *host, *origin;
};

static enum MHD_Result look_at_header(void *arg, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct head_facts *f = arg;

	(void)kind;
	if (!strcasecmp(key, "Host")) {
		f->hosts++;
		f->host = value;
	} else if (!strcasecmp(key, "Origin")) {
		f->origins++;
		f->origin = value;
	} else if (!strcasecmp(key, "Content-Length")) {
		f->lengths++;
	}
	return MHD_YES;
}

static int fd_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info ? info->connect_fd : -1;
}

/* Who asks, and by what name.  0, or the status of a refusal with ${detail}. */
static int check_sender(struct call *call, const char **detail)
{
	struct head_facts f = { 0 };
	struct auth *auth = call->r.srv->auth;

	MHD_get_connection_values(call->c, MHD_HEADER_KIND, look_at_header, &f);
	if (f.hosts > 1 || f.lengths > 1 || f.origins > 1) {
		*detail = "Host, Origin and Content-Length may be there once";
		return 400;
	}
	if (!auth_host_ok(auth, f.host, fd_of(call->c))) {
		*detail = "the Host of this request is not a name of this server; --host adds one";
		return 421;
	}
	if (f.origins && !auth_origin_ok(auth, f.origin, fd_of(call->c))) {
		*detail = "the Origin of this request is not a page of this server";
		return 403;
	}
	return 0;
}

/* May this request change things?  True, or refused. */
static bool check_token(struct call *call)
{
	struct request *r = &call->r;
	bool owned = r->route->flags & ROUTE_OWNED, ok;
	const struct session *s;

	if (!(r->route->flags & ROUTE_CHANGES))
		return true;
	/* Kept for the call: until the body is there another machine may have got the name. */
	r->session = r->arg[0][0] ? registry_find(r->srv->registry, r->arg[0]) : NULL;
	s = r->session;
	if (!auth_has_token(r->srv->auth) && !(owned && r->srv->opt->open))
		return true;
	/* Without a daemon's token, a machine of the command line is everybody's. */
	ok = !auth_has_token(r->srv->auth) && s && !s->token[0];
	ok = ok || auth_token_ok(r->srv->auth, request_header(r, "Authorization"), s ? s->token : NULL);
	if (!ok)
		request_refuse(r, 401, "", "this call needs Authorization: Bearer TOKEN");
	return ok;
}

struct query_facts {
	struct request *r;
	unsigned seen[ROUTE_PARAMS_MAX];
};

static enum MHD_Result look_at_query(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct query_facts *f = arg;
	const struct route_param *p = f->r->route->param;
	unsigned i = 0;

	(void)kind;
	while (i < ROUTE_PARAMS_MAX && p[i].name && strcmp(p[i].name, name))
		i++;
	if (i == ROUTE_PARAMS_MAX || !p[i].name)
		request_refuse(f->r, 400, "", "this call has no query member %.40s", name);
	else if (!value)
		request_refuse(f->r, 400, "", "query member %s has no value", name);
	else if (f->seen[i]++)
		request_refuse(f->r, 400, "", "query member %s is there more than once", name);
	return f->r->answer.status ? MHD_NO : MHD_YES;
}

/* The query has members that the route knows, each once.  True, or refused. */
static bool check_query(struct call *call)
{
	struct query_facts f = { .r = &call->r };

	MHD_get_connection_values(call->c, MHD_GET_ARGUMENT_KIND, look_at_query, &f);
	return !call->r.answer.status;
}

static bool parse_method(const char *text, struct request *r)
{
	static const char *const names[HTTP_NR_METHODS] = { "GET", "POST", "PUT", "DELETE" };

	r->head = !strcmp(text, "HEAD");
	if (r->head)
		text = "GET";
	for (unsigned i = 0; i < HTTP_NR_METHODS; i++) {
		if (!strcmp(text, names[i])) {
			r->method = (enum http_method)i;
			return true;
		}
	}
	return false;
}

/* ---- a stream on a connection that was used for REST before --------------------- */

struct head_text {
	char text[HEAD_MAX];
	size_t len;
	bool whole;
};

static enum MHD_Result write_header(void *arg, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct head_text *h = arg;
	int n = snprintf(h->text + h->len, sizeof(h->text) - h->len, "%s: %s\r\n", key, value ? value : "");

	(void)kind;
	if (n < 0 || (size_t)n >= sizeof(h->text) - h->len) {
		h->whole = false;
		return MHD_NO;
	}
	h->len += (size_t)n;
	return MHD_YES;
}

/*
 * A proxy may send an Upgrade over a connection that it kept open.  The library
 * has read the head by then: it is written again for the other library, which
 * gets a duplicate of the socket, and this one forgets the connection.
 */
static enum MHD_Result take_over(struct call *call)
{
	struct server *srv = call->r.srv;
	struct head_text h = { .whole = true };
	struct upgrade_verdict verdict;
	const union MHD_ConnectionInfo *info;
	int fd;

	h.len = (size_t)snprintf(h.text, sizeof(h.text), "GET %.*s HTTP/1.1\r\n", HEAD_MAX / 2, call->r.path);
	MHD_get_connection_values(call->c, MHD_HEADER_KIND, write_header, &h);
	if (!h.whole || h.len + 2 >= sizeof(h.text))
		return refuse(call, 400, "the head of this request is too long");
	memcpy(h.text + h.len, "\r\n", 2);
	h.len += 2;
	/* A folded line loses what follows it, Origin or not, before we see it: but not its length. */
	info = MHD_get_connection_info(call->c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	if (!info || info->header_size != h.len)
		return refuse(call, 400, "the head of this request is not written plainly: a stream's takes no query, "
					 "no folded lines, and one blank before a value");
	verdict = upgrade_judge(srv, h.text, h.len, fd_of(call->c));
	if (verdict.status != 101)
		return refuse(call, verdict.status, verdict.detail);
	fd = fcntl(fd_of(call->c), F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return refuse(call, 503, "this server has no more file descriptors");
	metrics_add(&srv->metrics.upgrades_taken_over, 1);
	ws_adopt_read(srv->ws, fd, h.text, h.len);
	return MHD_NO; /* drop it here, without a word */
}

/* ---- the library's callbacks ------------------------------------------------------ */

/* The head is there.  MHD_YES: go on with the body. */
static enum MHD_Result begin(struct call *call, const char *method)
{
	struct request *r = &call->r;
	const char *detail, *length;
	unsigned long long announced;
	int status;

	status = check_sender(call, &detail);
	if (status)
		return refuse(call, status, detail);
	if (atomic_load(&r->srv->draining))
		return refuse(call, 503, "the server is shutting down");
	if (r->path[0] != '/' && strcmp(r->path, "*"))
		return refuse(call, 400, "this server is no proxy: what is asked for begins with /");
	if (!parse_method(method, r) || r->path[0] != '/') {
		snprintf(r->answer.allow, sizeof(r->answer.allow), "GET, HEAD, POST, PUT, DELETE");
		return refuse(call, 405, "no call here has this method");
	}
	if (routes_owns(r->path)) {
		status = routes_find(r);
		if (status == 405)
			return refuse(call, 405, "this call does not have this method");
		if (status != 200)
			return refuse(call, 404, "there is no such call");
		if (r->route->flags & ROUTE_STREAM && r->head) {
			snprintf(r->answer.allow, sizeof(r->answer.allow), "GET");
			return refuse(call, 405, "a stream begins with GET");
		}
		if (r->route->flags & ROUTE_STREAM)
			return take_over(call);
		if (!check_query(call))
			return send_early(call);
		if (!check_token(call))
			return send_early(call);
	} else if (r->method != HTTP_GET) {
		snprintf(r->answer.allow, sizeof(r->answer.allow), "GET, HEAD");
		return refuse(call, 405, "files are read only");
	}
	call->body_max = r->route && request_has_log(r) ? BODY_LONG_MAX : BODY_MAX;
	length = request_header(r, "Content-Length");
	announced = length ? strtoull(length, NULL, 10) : 0;
	/* Whoever sends without waiting for a yes sees no answer before it is through, unless it is endless. */
	if (announced > call->body_max && (request_header(r, "Expect") || announced > DISCARD_MAX)) {
		refuse_body(call, 413);
		return send_early(call);
	}
	return MHD_YES;
}

/* Make room for ${n} more bytes and a NUL.  False: all bodies together have what they may have. */
static bool grow_body(struct call *call, size_t n)
{
	struct request *r = &call->r;
	atomic_ullong *all = &r->srv->metrics.body_bytes;
	size_t cap = call->body_cap ? call->body_cap : 1024, more;
	char *grown = NULL;

	while (cap <= r->body_len + n)
		cap *= 2;
	more = cap - call->body_cap;
	if (!more)
		return true;
	metrics_add(all, more);
	if (metrics_read(all) <= BODIES_MAX)
		grown = realloc(r->body, cap);
	if (!grown) {
		metrics_sub(all, more);
		return false;
	}
	r->body = grown;
	call->body_cap = cap;
	return true;
}

/* Keep ${n} more bytes of the body.  False: too much of it has come to go on reading. */
static bool take_body(struct call *call, const char *data, size_t n)
{
	struct request *r = &call->r;

	if (!call->body_refusal && r->body_len + n > call->body_max)
		call->body_refusal = 413;
	if (!call->body_refusal && !grow_body(call, n))
		call->body_refusal = 503;
	if (call->body_refusal) {
		drop_body(call);
		call->discarded += n;
		return call->discarded <= DISCARD_MAX;
	}
	memcpy(r->body + r->body_len, data, n);
	r->body_len += n;
	r->body[r->body_len] = '\0';
	return true;
}

/* The request is complete. */
static enum MHD_Result run(struct call *call)
{
	struct request *r = &call->r;

	if (call->body_refusal) {
		refuse_body(call, call->body_refusal);
		return send_answer(call);
	}
	/* Whoever watches the server has to be told how it is all the same. */
	if (r->route && !(r->route->flags & ROUTE_ANYWHERE) && !request_has_room(r))
		return send_answer(call);
	if (!r->body)
		r->body = calloc(1, 1);
	if (!r->body)
		return MHD_NO;
	if ((r->route ? r->route->run(r) : static_get(r)) == REQUEST_ANSWERED)
		return send_answer(call);
	/* In this order: once it is handed on it may be finished before the next line runs. */
	MHD_suspend_connection(call->c);
	r->start(r);
	return MHD_YES;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *c, const char *url, const char *method,
				  const char *version, const char *data, size_t *size, void **con_cls)
{
	struct http *h = arg;
	struct call *call = *con_cls;

	(void)version;
	if (!call) {
		call = calloc(1, sizeof(*call));
		if (!call)
			return MHD_NO;
		*con_cls = call;
		call->c = c;
		call->r.http = call;
		call->r.srv = h->srv;
		call->r.path = url;
		call->r.answer.file_fd = -1;
		wbuf_init(&call->r.answer.text, ANSWER_MAX);
		metrics_add(&h->srv->metrics.requests_open, 1);
		return begin(call, method);
	}
	if (*size) {
		bool ok = take_body(call, data, *size);

		*size = 0;
		return ok ? MHD_YES : MHD_NO;
	}
	return call->finished ? send_answer(call) : run(call);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode %41 where it stands.  %00 stays: it would end the text, and hide what comes after it. */
static size_t unescape(void *arg, struct MHD_Connection *c, char *text)
{
	char *out = text;

	(void)arg;
	(void)c;
	for (const char *p = text; *p; p++) {
		int hi = *p == '%' ? hex_digit(p[1]) : -1, lo = hi < 0 ? -1 : hex_digit(p[2]);

		if (lo < 0 || hi + lo == 0) {
			*out++ = *p;
			continue;
		}
		*out++ = (char)(hi << 4 | lo);
		p += 2;
	}
	*out = '\0';
	return (size_t)(out - text);
}

static void on_completed(void *arg, struct MHD_Connection *c, void **con_cls, enum MHD_RequestTerminationCode why)
{
	(void)arg;
	(void)c;
	(void)why;
	if (*con_cls)
		call_free(*con_cls);
	*con_cls = NULL;
}

/* ---- http.h -------------------------------------------------------------------------- */

struct http *http_start(struct server *srv)
{
	struct http *h = calloc(1, sizeof(*h));
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_TURBO |
			 MHD_ALLOW_SUSPEND_RESUME;

	if (!h)
		return NULL;
	h->srv = srv;
	/* TURBO: a connection that was taken over must not be shut down by this side. */
	h->mhd = MHD_start_daemon(flags, 0, NULL, NULL, on_request, h,
				  MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
				  MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL,
				  MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS,
				  MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
				  MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)CONNECTIONS_PER_ADDRESS,
				  MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
				  MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
				  MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
	if (h->mhd)
		return h;
	log_error("libmicrohttpd does not start");
	free(h);
	return NULL;
}

void http_adopt(struct http *h, int fd, const struct sockaddr *peer, socklen_t len)
{
	static const int send_bytes = SEND_BYTES;

	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_bytes, sizeof(send_bytes));
	/* On failure the library has closed ${fd}. */
	(void)MHD_add_connection(h->mhd, fd, peer, len);
}

void http_drain(struct http *h, unsigned ms)
{
	while (ms && metrics_read(&h->srv->metrics.requests_open)) {
		unsigned step = ms < 10 ? ms : 10;

		poll(NULL, 0, (int)step);
		ms -= step;
	}
}

void http_stop(struct http *h)
{
	if (!h)
		return;
	MHD_stop_daemon(h->mhd);
	free(h);
}
