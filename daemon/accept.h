/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * accept.h - one port for page, REST and streams.
 *
 * A thread of its own accepts, and looks at the first request of a connection
 * without consuming it (MSG_PEEK) until its head is complete.  Only then does
 * the untouched socket go to one of the two libraries: a head that comes byte
 * by byte, or never, costs a descriptor for HEAD_DEADLINE_S and no more.
 */
#ifndef MM386D_ACCEPT_H
#define MM386D_ACCEPT_H

#include "server.h"

#define HEAD_MAX_BYTES 8192
#define HEAD_DEADLINE_S 10
#define HEADS_MAX 1024		 /* connections whose head is awaited */
#define HEADS_PER_ADDRESS 256

/*
 * Listen as the options say; port 0 is filled in with the port that it became.
 * NULL, having said why, when that fails.
 */
struct acceptor *acceptor_new(struct server *srv, struct listen_addr bound[OPTIONS_LISTEN_MAX]);
/* Begin to take connections.  0 or -errno. */
int acceptor_start(struct acceptor *acc);
/* Take no more, close those whose head was awaited, free it. */
void acceptor_stop(struct acceptor *acc);

#endif
