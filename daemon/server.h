/* SPDX-License-Identifier: GPL-2.0-or-later */
/* server.h - what the parts of one running daemon know of each other. */
#ifndef MM386D_SERVER_H
#define MM386D_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>

#include "metrics.h"
#include "options.h"

#define API_PREFIX "/api/v1"
#define SERVER_NAME "mm386d " MM386_VERSION

struct acceptor;
struct auth;
struct http;
struct registry;
struct replayer;
struct ws;

struct server {
	const struct options *opt;
	const char *presets; /* folder */
	struct auth *auth;
	struct registry *registry; /* the machines, by name */
	struct replayer *replayer; /* answers about the past */
	struct http *http;	   /* REST and files: libmicrohttpd */
	struct ws *ws;		   /* streams: libwebsockets */
	struct acceptor *acceptor;
	atomic_bool draining; /* SIGTERM came: finish what is under way, begin nothing */
	struct metrics metrics;
};

#endif
