/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * routes.h - the table of REST calls: what dispatches requests, checks their
 * parameters, names them in the metrics and writes openapi.json.
 */
#ifndef MM386D_ROUTES_H
#define MM386D_ROUTES_H

#include "request.h"

#define ROUTE_PARAMS_MAX 4

enum route_flags {
	ROUTE_CHANGES = 1,     /* needs the token, when there is one */
	ROUTE_OWNED = 2,       /* ends or reboots a machine: its owner's business, see check_token() */
	ROUTE_ANYWHERE = 4,    /* is outside API_PREFIX too */
	ROUTE_STREAM = 8,      /* a WebSocket */
};

#define OPS_MAX 1000		  /* operations in one request: their answer has all their events */
#define BODY_MAX (1u << 20)	  /* bytes; a tree of JSON takes some ten times as many */
#define BODY_LONG_MAX (64u << 20) /* of a log, which is read line by line */

enum route_body {
	ROUTE_NO_BODY,
	ROUTE_BODY_CONFIG,
	ROUTE_BODY_CONFIG_OR_LOG, /* a log when its Content-Type says so */
	ROUTE_BODY_OPS,
	ROUTE_BODY_OP,
	ROUTE_BODY_SCENE,
	ROUTE_BODY_LOG,
};

struct route_param {
	const char *name; /* of the query */
	const char *type; /* of JSON Schema */
	const char *help;
	bool required;
};

struct route {
	enum http_method method;
	const char *path; /* below API_PREFIX; "{name}" matches one segment, a "{name...}" at the end the rest */
	unsigned flags;
	enum route_body body;
	enum request_next (*run)(struct request *r);
	const char *summary;
	const char *answers; /* "200 application/json": statuses and type of the good answers */
	struct route_param param[ROUTE_PARAMS_MAX];
};

/*
 * Find the route of r->method and r->path, set r->route and r->arg.  Return 200,
 * 404, or 405 with the methods that there are in r->answer.allow.
 */
int routes_find(struct request *r);
/* Does any route with a path of its own begin here, so that it is no file? */
bool routes_owns(const char *path);

/* "GET /machines" of route ${i} for the metrics, NULL past the last. */
const char *routes_name(unsigned i);
unsigned routes_index(const struct route *route);

/* The description of all of it. */
void routes_openapi(struct wbuf *b);

#endif
