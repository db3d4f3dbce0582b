/* SPDX-License-Identifier: GPL-2.0-or-later */
/* http.h - REST and files: libmicrohttpd, which has no other door than this and request.h. */
#ifndef MM386D_HTTP_H
#define MM386D_HTTP_H

#include <sys/socket.h>

#include "server.h"

struct http;

/* Start its threads.  NULL, having said why, when that fails. */
struct http *http_start(struct server *srv);
/* Take over connection ${fd} from ${peer}. */
void http_adopt(struct http *h, int fd, const struct sockaddr *peer, socklen_t len);
/* Wait until no request is being worked on, at most ${ms}; new ones are refused by then (srv->draining). */
void http_drain(struct http *h, unsigned ms);
void http_stop(struct http *h);

#endif
