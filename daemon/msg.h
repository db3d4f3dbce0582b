/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * msg.h - one WebSocket message, ready to send, shared by all its viewers.
 *
 * Immutable once made, so that any thread may read it; freed with its last
 * reference.  Deflated at most once, by whoever makes it, not once a viewer.
 */
#ifndef MM386D_MSG_H
#define MM386D_MSG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct msg {
	atomic_uint refs;
	unsigned char *plain; /* whole frame: header and text */
	size_t plain_len;
	unsigned char *deflated; /* the same as permessage-deflate has it (RSV1); NULL: not made */
	size_t deflated_len;
};

/* Frame ${text}, and deflate it too when ${deflate}.  One reference; NULL when out of memory. */
struct msg *msg_new(const char *text, size_t len, bool deflate);
struct msg *msg_get(struct msg *m);
void msg_put(struct msg *m); /* NULL is fine */

#endif
