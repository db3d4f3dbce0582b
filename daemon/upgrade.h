/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * upgrade.h - may this request head become a stream?
 *
 * Asked for each head before a socket is handed to libwebsockets, which so sees
 * nothing but complete requests that are allowed: what it would refuse it
 * closes without a word, and what it is lenient about (any version, any value
 * of Upgrade) never reaches it.
 */
#ifndef MM386D_UPGRADE_H
#define MM386D_UPGRADE_H

#include <stdbool.h>
#include <stddef.h>

#include "mm386.h"
#include "server.h"

#define STREAM_PREFIX API_PREFIX "/machines/"
#define STREAM_SUFFIX "/stream"

struct upgrade_verdict {
	int status;	    /* 101: let it become one; else the answer's status */
	const char *detail; /* why not */
};

/*
 * Judge a complete head of ${len} bytes that came over ${fd}.  Checks in this
 * order: path, Host, Upgrade, version, subprotocol, Origin, machine, room.
 */
struct upgrade_verdict upgrade_judge(struct server *srv, const char *head, size_t len, int fd);

/* Machine name out of a stream's path ("/api/v1/machines/NAME/stream", a query may follow).  False: no such path. */
bool upgrade_machine(const char *target, size_t len, char name[MM386_NAME_MAX]);

#endif
