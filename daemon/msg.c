/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "msg.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define FRAME_HEAD_MAX 10
#define FIN_TEXT 0x81
#define FIN_RSV1_TEXT 0xc1
#define DEFLATE_MIN 64 /* below this the frame gets no smaller */

/* The head of an unmasked frame (RFC 6455, 5.2) of ${len} bytes; return the head's length. */
static size_t frame_head(unsigned char *p, unsigned char first, uint64_t len)
{
	unsigned bytes = len < 126 ? 0 : len < 65536 ? 2 : 8;

	p[0] = first;
	p[1] = bytes == 0 ? (unsigned char)len : bytes == 2 ? 126 : 127;
	for (unsigned i = 0; i < bytes; i++)
		p[2 + i] = (unsigned char)(len >> (8 * (bytes - 1 - i)));
	return 2 + bytes;
}

/*
 * Deflate ${text} on its own, without history of earlier messages: that is
 * legal within any window that was negotiated, and what makes it shareable.
 * RFC 7692, 7.2.1: flush, then leave out the last four bytes (00 00 ff ff).
 */
static void add_deflated(struct msg *m, const char *text, size_t len)
{
	z_stream z = { 0 };
	unsigned char *buf;
	size_t cap, out, head;

	if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	cap = deflateBound(&z, len) + 16;
	buf = malloc(cap);
	if (!buf)
		goto end_deflate;
	z.next_in = (unsigned char *)(uintptr_t)text;
	z.avail_in = (unsigned)len;
	z.next_out = buf;
	z.avail_out = (unsigned)cap;
	if (deflate(&z, Z_SYNC_FLUSH) != Z_OK || z.avail_in || !z.avail_out)
		goto free_buf;
	out = cap - z.avail_out - 4;
	m->deflated = malloc(out + FRAME_HEAD_MAX);
	if (!m->deflated)
		goto free_buf;
	head = frame_head(m->deflated, FIN_RSV1_TEXT, out);
	memcpy(m->deflated + head, buf, out);
	m->deflated_len = head + out;
free_buf:
	free(buf);
end_deflate:
	deflateEnd(&z);
}

struct msg *msg_new(const char *text, size_t len, bool deflate_too)
{
	struct msg *m = calloc(1, sizeof(*m));
	size_t head;

	if (!m)
		return NULL;
	m->plain = malloc(len + FRAME_HEAD_MAX);
	if (!m->plain) {
		free(m);
		return NULL;
	}
	atomic_init(&m->refs, 1);
	head = frame_head(m->plain, FIN_TEXT, len);
	memcpy(m->plain + head, text, len);
	m->plain_len = head + len;
	if (deflate_too && len >= DEFLATE_MIN && len < UINT32_MAX)
		add_deflated(m, text, len);
	return m;
}

struct msg *msg_get(struct msg *m)
{
	atomic_fetch_add_explicit(&m->refs, 1, memory_order_relaxed);
	return m;
}

void msg_put(struct msg *m)
{
	if (!m || atomic_fetch_sub_explicit(&m->refs, 1, memory_order_acq_rel) != 1)
		return;
	free(m->plain);
	free(m->deflated);
	free(m);
}
