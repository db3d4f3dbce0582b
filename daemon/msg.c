/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "msg.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define HEAD_MAX 4
#define SLICE_TEXT (MSG_SLICE - HEAD_MAX)
#define FIN 0x80
#define TEXT 0x01
#define RSV1_TEXT 0x41
#define CONTINUED 0x00
#define DEFLATE_MIN 64 /* below this the frame gets no smaller */

/* The head of an unmasked frame (RFC 6455, 5.2) of ${len} bytes, below 64 Ki; return the head's length. */
static size_t frame_head(unsigned char *p, unsigned first, size_t len)
{
	p[0] = (unsigned char)first;
	if (len < 126) {
		p[1] = (unsigned char)len;
		return 2;
	}
	p[1] = 126;
	p[2] = (unsigned char)(len >> 8);
	p[3] = (unsigned char)len;
	return 4;
}

/*
 * A message of ${len} bytes as fragments (RFC 6455, 5.4) of MSG_SLICE bytes, the last of what is
 * left.  ${opcode} is the first one's.  NULL when out of memory; the caller frees it.
 */
static unsigned char *make_frames(const void *text, size_t len, unsigned opcode, size_t *frames_len)
{
	unsigned char *frames = malloc(len + (len / SLICE_TEXT + 1) * HEAD_MAX), *p = frames;
	const unsigned char *from = text;

	if (!frames)
		return NULL;
	do {
		size_t n = len < SLICE_TEXT ? len : SLICE_TEXT;

		len -= n;
		p += frame_head(p, opcode | (len ? 0 : FIN), n);
		memcpy(p, from, n);
		p += n;
		from += n;
		opcode = CONTINUED;
	} while (len);
	*frames_len = (size_t)(p - frames);
	return frames;
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
	size_t cap;

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
	m->deflated = make_frames(buf, cap - z.avail_out - 4, RSV1_TEXT, &m->deflated_len);
free_buf:
	free(buf);
end_deflate:
	deflateEnd(&z);
}

struct msg *msg_new(const char *text, size_t len, bool deflate_too)
{
	struct msg *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->plain = make_frames(text, len, TEXT, &m->plain_len);
	if (!m->plain) {
		free(m);
		return NULL;
	}
	atomic_init(&m->refs, 1);
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
