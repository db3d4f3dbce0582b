/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wbuf.c - a growing text buffer with an upper bound, and the JSON atoms.
 */
#include <stdlib.h>

#include "wbuf.h"

#define WBUF_FIRST 4096

void wbuf_init(struct wbuf *b, size_t max)
{
	*b = (struct wbuf){.max = max};
}

void wbuf_free(struct wbuf *b)
{
	free(b->data);
	wbuf_init(b, b->max);
}

void wbuf_reset(struct wbuf *b)
{
	b->len = 0;
	b->failed = false;
}

char *wbuf_take(struct wbuf *b, size_t *len)
{
	char *data;

	if (!b->failed && !b->data)
		wbuf_grow(b, 1); /* an empty text is a text */
	data = b->failed ? NULL : b->data;
	if (len)
		*len = data ? b->len : 0;
	if (!data)
		free(b->data);
	wbuf_init(b, b->max);
	return data;
}

char *wbuf_grow(struct wbuf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : b->max < WBUF_FIRST ? b->max : WBUF_FIRST;
	char *data;

	if (b->failed)
		return NULL;
	if (n > b->max - b->len)
		goto fail;
	while (cap - b->len < n)
		cap = cap > b->max / 2 ? b->max : cap * 2;
	data = realloc(b->data, cap);
	if (!data)
		goto fail;
	b->data = data;
	b->cap = cap;
	return data + b->len;
fail:
	b->failed = true;
	return NULL;
}

void wbuf_bytes(struct wbuf *b, const char *data, size_t n)
{
	char *p = wbuf_room(b, n);

	if (!p)
		return;
	memcpy(p, data, n);
	b->len += n;
}

/* The two digits of 0..99, so that a number costs one division for two of them. */
static const char digit_pairs[] =
	"00010203040506070809101112131415161718192021222324252627282930313233343536373839"
	"40414243444546474849505152535455565758596061626364656667686970717273747576777879"
	"8081828384858687888990919293949596979899";

char *wbuf_digits(char *p, uint64_t v)
{
	char text[20];
	unsigned at = sizeof(text);

	if (v < 10) { /* kinds, orders, counts of one: most numbers on the wire */
		*p = (char)('0' + v);
		return p + 1;
	}
	for (; v >= 100; v /= 100) {
		at -= 2;
		memcpy(text + at, digit_pairs + 2 * (v % 100), 2);
	}
	if (v >= 10) {
		at -= 2;
		memcpy(text + at, digit_pairs + 2 * v, 2);
	} else {
		text[--at] = (char)('0' + v);
	}
	memcpy(p, text + at, sizeof(text) - at);
	return p + (sizeof(text) - at);
}

void wbuf_uint(struct wbuf *b, uint64_t v)
{
	char *p = wbuf_room(b, 20);

	if (p)
		b->len = (size_t)(wbuf_digits(p, v) - b->data);
}

void wbuf_int(struct wbuf *b, int64_t v)
{
	if (v < 0)
		wbuf_char(b, '-');
	wbuf_uint(b, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

/* ${nr} digits after "0x". */
static void hex_digits(struct wbuf *b, uint64_t v, unsigned nr)
{
	char *p = wbuf_room(b, nr + 2);

	if (!p)
		return;
	*p++ = '0';
	*p++ = 'x';
	while (nr--)
		*p++ = "0123456789abcdef"[v >> (4 * nr) & 15];
	b->len = (size_t)(p - b->data);
}

void wbuf_hex_bare(struct wbuf *b, uint64_t v)
{
	unsigned nr = 1;

	while (nr < 16 && v >> (4 * nr))
		nr++;
	hex_digits(b, v, nr);
}

void wbuf_hex(struct wbuf *b, uint64_t v)
{
	wbuf_char(b, '"');
	wbuf_hex_bare(b, v);
	wbuf_char(b, '"');
}

void wbuf_hex64_bare(struct wbuf *b, uint64_t v)
{
	hex_digits(b, v, 16);
}

void wbuf_hex64(struct wbuf *b, uint64_t v)
{
	wbuf_char(b, '"');
	hex_digits(b, v, 16);
	wbuf_char(b, '"');
}

void wbuf_bool(struct wbuf *b, bool v)
{
	wbuf_text(b, v ? "true" : "false");
}

/*
 * Bytes of the UTF-8 sequence at ${p} (a NUL ends the text), or 0 if it is none:
 * a boot log may hold anything, and a sentence may have been cut in the middle.
 */
static unsigned utf8_bytes(const unsigned char *p)
{
	unsigned nr = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;

	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	for (unsigned i = 1; i < nr; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0; /* written longer than need be, a surrogate, or past the last code point
			   */
	return nr;
}

/* How JSON wants a character that does not stand for itself. */
static void escape(struct wbuf *b, unsigned char c)
{
	char code[] = "\\u0000";

	switch (c) {
	case '"':
		wbuf_text(b, "\\\"");
		break;
	case '\\':
		wbuf_text(b, "\\\\");
		break;
	case '\n':
		wbuf_text(b, "\\n");
		break;
	case '\t':
		wbuf_text(b, "\\t");
		break;
	default:
		code[4] = "0123456789abcdef"[c >> 4];
		code[5] = "0123456789abcdef"[c & 15];
		wbuf_text(b, c < 0x80 ? code : "\\ufffd");
	}
}

void wbuf_string(struct wbuf *b, const char *text)
{
	const unsigned char *p = (const unsigned char *)text, *from = p;

	wbuf_char(b, '"');
	while (*p) {
		unsigned nr = *p >= 0x80 ? utf8_bytes(p)
					 : *p >= 0x20 && *p != '"' && *p != '\\' && *p != 0x7f;

		if (nr) {
			p += nr;
			continue;
		}
		wbuf_bytes(b, (const char *)from, (size_t)(p - from));
		escape(b, *p++);
		from = p;
	}
	wbuf_bytes(b, (const char *)from, (size_t)(p - from));
	wbuf_char(b, '"');
}
