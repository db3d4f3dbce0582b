/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * msg.h - one WebSocket message, ready to send, shared by all its viewers.
 *
 * Immutable once made, so that any thread may read it; freed with its last
 * reference.  Deflated at most once, by whoever makes it, not once a viewer.
 *
 *	| head, MSG_SLICE - 4 bytes of text | head, text | ... | head, rest |
 *
 * Every MSG_SLICE bytes begin a frame: a long message can be sent piece by piece,
 * and a ping or a close of the library's may come between any two.
 */
#ifndef MM386D_MSG_H
#define MM386D_MSG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MSG_SLICE 65536

struct msg {
	atomic_uint refs;
	unsigned char *plain; /* its frames: heads and text */
	size_t plain_len;
	unsigned char *deflated; /* the same as permessage-deflate has it (RSV1); NULL: not made */
	size_t deflated_len;
};

/* Frame ${text}, and deflate it too when ${deflate}.  One reference; NULL when out of memory. */
struct msg *msg_new(const char *text, size_t len, bool deflate);
struct msg *msg_get(struct msg *m);
void msg_put(struct msg *m); /* NULL is fine */

#endif
