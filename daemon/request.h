/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * request.h - one REST request and its answer, without any HTTP library in sight.
 *
 * http.c makes it, a handler of rest_*.c fills in the answer.  A handler runs
 * on one of the HTTP threads and may not touch a machine: what needs one it
 * defers to the machine's owner, and the connection sleeps until the owner says
 * request_finish().
 */
#ifndef MM386D_REQUEST_H
#define MM386D_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "mm386.h"
#include "server.h"
#include "session.h"
#include "wbuf.h"

#define REQUEST_PATH_ARGS 2
#define REQUEST_ARG_MAX 128
#define ANSWER_MAX (64u << 20)   /* bytes of one answer */
#define ANSWERS_MAX (256u << 20) /* of all that are in memory; then requests are answered 503 */

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_NR_METHODS };

struct request;
struct route;

enum request_next {
	REQUEST_ANSWERED, /* the answer is complete */
	REQUEST_DEFERRED, /* request_defer() was called: somebody else will finish it */
};

/* Give the next part of a long answer: bytes put into ${buf} (0: the end), or -1 to break it off. */
typedef ssize_t (*answer_stream_fn)(void *arg, char *buf, size_t size);

struct answer {
	unsigned status;
	const char *type;      /* media type */
	struct wbuf text;      /* the body, unless one of the next two is there */
	size_t counted;	       /* bytes of the text that are in metrics.answer_bytes */
	int file_fd;	       /* -1: none; closed by http.c */
	uint64_t file_bytes;
	answer_stream_fn stream; /* NULL: none */
	void *stream_arg;
	void (*stream_free)(void *arg);
	char location[192];    /* "" : none */
	char etag[48];	       /* "" : none */
	char allow[64];	       /* of 405; "": none */
	bool lasting;	       /* holds even when the turn in which an owner made it is undone */
	bool cacheable;	       /* may be kept and asked for again with its ETag; all else is no-store */
};

struct request {
	struct server *srv;
	const struct route *route;
	enum http_method method;
	bool head; /* HEAD: method is HTTP_GET, the body is not sent */
	const char *path;
	char arg[REQUEST_PATH_ARGS][REQUEST_ARG_MAX]; /* what stood for {names} in the route's path */
	char *body;				      /* NUL terminated for convenience */
	size_t body_len;

	struct answer answer;

	/* Of a deferred request. */
	struct session *session; /* a reference, dropped when the request ends */
	struct job job;
	void (*start)(struct request *r); /* what happens once the connection sleeps */
	uint64_t number[3]; /* what the handler read from the request for the owner */
	void *data;	    /* and what is longer; freed by data_free */
	void (*data_free)(void *data);

	void *http; /* http.c's own */
};

/* A parameter of the query, or NULL. */
const char *request_query(const struct request *r, const char *name);
/* A header, or NULL. */
const char *request_header(const struct request *r, const char *name);

/* Is the body a log, one JSON value a line? */
bool request_has_log(const struct request *r);

/* Let ${fn} run on the owner of r->session, which must be set. */
enum request_next request_defer(struct request *r, job_fn fn);
/* Let ${start} hand the request to somebody, now that it may be finished at any time. */
enum request_next request_defer_to(struct request *r, void (*start)(struct request *r));
/* The owner (or the replayer) is through with a deferred request: send the answer.  Not to be touched afterwards. */
void request_finish(struct request *r);

/* Answer with a problem (RFC 9457).  ${err} (may be NULL) gives detail and pointer. */
enum request_next request_problem(struct request *r, int status, const struct mm386_error *err);
/* The same with a detail and a pointer of our own ("" for none). */
__attribute__((format(printf, 4, 5))) enum request_next request_refuse(struct request *r, int status,
								       const char *pointer, const char *fmt, ...);
/* Is there memory for one more answer?  False: refused. */
bool request_has_room(struct request *r);
/* Count what the answer, which is complete, takes among all; one that could not be written becomes a problem. */
void request_count_answer(struct request *r);
/* Status and type of an ordinary answer; its text goes to r->answer.text. */
struct wbuf *request_answer(struct request *r, unsigned status, const char *type);
/* The status that belongs to an error of a wire.h parser. */
int request_status_of(int err);

/*
 * Read a whole number from query parameter ${name} into ${out}.  True when it
 * is there and right or not there (${out} keeps its value); else false, and the
 * request has been refused.
 */
bool request_query_number(struct request *r, const char *name, uint64_t max, uint64_t *out);

#define TYPE_JSON "application/json"
#define TYPE_TEXT "text/plain; charset=utf-8"

#endif
