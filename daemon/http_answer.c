/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http_answer.h"

#include <stdlib.h>

#define STREAM_BLOCK 65536

static const char policy[] =
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
	"connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/* The library's idea of a long answer around ours. */
struct stream {
	answer_stream_fn next;
	void *arg;
	void (*free_arg)(void *arg);
};

static ssize_t stream_next(void *arg, uint64_t pos, char *buf, size_t max)
{
	struct stream *st = arg;
	ssize_t n = st->next(st->arg, buf, max);

	(void)pos;
	return n > 0 ? n : n == 0 ? MHD_CONTENT_READER_END_OF_STREAM : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void stream_free(void *arg)
{
	struct stream *st = arg;

	if (st->free_arg)
		st->free_arg(st->arg);
	free(st);
}

static struct MHD_Response *from_stream(struct answer *a)
{
	struct stream *st = malloc(sizeof(*st));
	struct MHD_Response *resp;

	if (!st)
		return NULL;
	*st = (struct stream){ a->stream, a->stream_arg, a->stream_free };
	resp = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, stream_next, st, stream_free);
	if (!resp) {
		free(st);
		return NULL;
	}
	a->stream = NULL;
	a->stream_free = NULL;
	return resp;
}

static struct MHD_Response *from_file(struct answer *a)
{
	struct MHD_Response *resp = MHD_create_response_from_fd64(a->file_bytes, a->file_fd);

	if (resp)
		a->file_fd = -1;
	return resp;
}

/* A text that the library has: counted until it is sent, or whoever asked is gone. */
struct text {
	char *data;
	size_t counted;
	struct metrics *metrics;
};

static void text_free(void *arg)
{
	struct text *t = arg;

	metrics_sub(&t->metrics->answer_bytes, t->counted);
	free(t->data);
	free(t);
}

static struct MHD_Response *from_text(struct request *r)
{
	struct answer *a = &r->answer;
	struct MHD_Response *resp;
	size_t len = a->text.len;
	struct text *t;

	if (!len)
		return MHD_create_response_from_buffer(0, (void *)(uintptr_t)"", MHD_RESPMEM_PERSISTENT);
	t = malloc(sizeof(*t));
	if (!t)
		return NULL;
	*t = (struct text){ wbuf_take(&a->text, &len), a->counted, &r->srv->metrics };
	a->counted = 0;
	resp = t->data ? MHD_create_response_from_buffer_with_free_callback_cls(len, t->data, text_free, t) : NULL;
	if (!resp)
		text_free(t);
	return resp;
}

enum MHD_Result http_send(struct MHD_Connection *c, struct request *r)
{
	struct answer *a = &r->answer;
	struct MHD_Response *resp = a->stream ? from_stream(a) : a->file_fd >= 0 ? from_file(a) : from_text(r);
	enum MHD_Result queued;

	if (!resp)
		return MHD_NO; /* out of memory, or an answer without bound: the connection is closed */
	if (a->type && a->status != 204 && a->status != 304)
		MHD_add_response_header(resp, "Content-Type", a->type);
	MHD_add_response_header(resp, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(resp, "Referrer-Policy", "no-referrer");
	MHD_add_response_header(resp, "Cross-Origin-Resource-Policy", "same-origin");
	MHD_add_response_header(resp, "Cache-Control", a->cacheable ? "no-cache" : "no-store");
	if (!r->route) { /* the page */
		MHD_add_response_header(resp, "Content-Security-Policy", policy);
		MHD_add_response_header(resp, "Cross-Origin-Opener-Policy", "same-origin");
	}
	if (a->etag[0])
		MHD_add_response_header(resp, "ETag", a->etag);
	if (a->location[0])
		MHD_add_response_header(resp, "Location", a->location);
	if (a->allow[0])
		MHD_add_response_header(resp, "Allow", a->allow);
	if (a->status == 401)
		MHD_add_response_header(resp, "WWW-Authenticate", "Bearer");
	if (a->status == 426)
		MHD_add_response_header(resp, "Upgrade", "websocket");
	queued = MHD_queue_response(c, a->status, resp);
	MHD_destroy_response(resp);
	return queued;
}
