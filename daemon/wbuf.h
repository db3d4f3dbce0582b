/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wbuf.h - a growing text buffer with an upper bound, and the JSON atoms.
 *
 * Long messages are written by hand, not by way of a tree: a snapshot with
 * 20,000 runs takes a fraction of a millisecond.  A writer never fails in the
 * middle: when the bound is reached or the host is out of memory the buffer
 * turns `failed`, further writes do nothing, and who wanted the text asks once,
 * at the end, with wbuf_ok().
 */
#ifndef WBUF_H
#define WBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct wbuf {
	char *data; /* not NUL terminated; NULL while nothing was written */
	size_t len, cap;
	size_t max; /* the text never gets longer than this */
	bool failed;
};

/* An empty buffer that will hold at most ${max} bytes. */
void wbuf_init(struct wbuf *b, size_t max);
/* Give the memory back; the buffer is then as after wbuf_init(). */
void wbuf_free(struct wbuf *b);
/* Forget the text and the failure, keep the memory. */
void wbuf_reset(struct wbuf *b);
/* Everything that was written is there. */
static inline bool wbuf_ok(const struct wbuf *b)
{
	return !b->failed;
}
/* Hand the memory over: the caller frees it with free().  NULL if the buffer failed; ${len} may be
 * NULL. */
char *wbuf_take(struct wbuf *b, size_t *len);

/*
 * Make room for ${n} more bytes and return where they go, or NULL (then the
 * buffer has failed).  The caller adds what it wrote to ${b}->len.
 */
char *wbuf_grow(struct wbuf *b, size_t n);
static inline char *wbuf_room(struct wbuf *b, size_t n)
{
	if (n <= b->cap - b->len && !b->failed)
		return b->data + b->len;
	return wbuf_grow(b, n);
}

void wbuf_bytes(struct wbuf *b, const char *data, size_t n);
static inline void wbuf_text(struct wbuf *b, const char *text)
{
	wbuf_bytes(b, text, strlen(text));
}
static inline void wbuf_char(struct wbuf *b, char c)
{
	wbuf_bytes(b, &c, 1);
}
void wbuf_uint(struct wbuf *b, uint64_t v);
void wbuf_int(struct wbuf *b, int64_t v);
/* A JSON string: quoted and escaped. */
void wbuf_string(struct wbuf *b, const char *text);
/* "0x1f", quoted, lower case, no padding. */
void wbuf_hex(struct wbuf *b, uint64_t v);
/* The same without the quotes. */
void wbuf_hex_bare(struct wbuf *b, uint64_t v);
/* "0x000000000000001f", quoted, 16 digits: digests. */
void wbuf_hex64(struct wbuf *b, uint64_t v);
void wbuf_hex64_bare(struct wbuf *b, uint64_t v);
void wbuf_bool(struct wbuf *b, bool v);

/*
 * Write the decimal digits of ${v} to ${p}, which has room for 20, and return
 * the end.  For loops that made room for many numbers at once.
 */
char *wbuf_digits(char *p, uint64_t v);

#endif
