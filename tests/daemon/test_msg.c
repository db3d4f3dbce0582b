/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_msg.c - a message's frames, read as RFC 6455 and RFC 7692 have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "msg.h"

#define LONGEST (3u * MSG_SLICE)

/* Put together the text of the ${len} bytes of ${frames}, which begin with ${opcode}. */
static size_t read_frames(const unsigned char *frames, size_t len, unsigned opcode, unsigned char *text)
{
	size_t at = 0, text_len = 0;
	bool last = false;

	while (at < len) {
		const unsigned char *p = frames + at;
		size_t n = p[1], head = 2;

		assert_false(last);
		assert_int_equal(at % MSG_SLICE, 0); /* what is sent in slices is whole frames */
		assert_int_equal(p[0] & 0x7f, opcode);
		last = p[0] & 0x80;
		assert_true(n <= 126);
		if (n == 126) {
			n = (size_t)p[2] << 8 | p[3];
			head = 4;
		}
		memcpy(text + text_len, p + head, n);
		text_len += n;
		at += head + n;
		opcode = 0;
	}
	assert_true(last);
	assert_int_equal(at, len);
	return text_len;
}

static void inflate_text(unsigned char *in, size_t len, unsigned char *out, size_t out_len)
{
	z_stream z = { 0 };

	memcpy(in + len, "\0\0\xff\xff", 4);
	assert_int_equal(inflateInit2(&z, -15), Z_OK);
	z.next_in = in;
	z.avail_in = (unsigned)len + 4;
	z.next_out = out;
	z.avail_out = (unsigned)out_len + 1;
	assert_int_equal(inflate(&z, Z_SYNC_FLUSH), Z_OK);
	assert_int_equal(z.total_out, out_len);
	inflateEnd(&z);
}

static void check(const char *text, size_t len)
{
	unsigned char *got = malloc(LONGEST + 4), *plain = malloc(LONGEST + 4);
	struct msg *m = msg_new(text, len, true);

	assert_int_equal(read_frames(m->plain, m->plain_len, 0x01, got), len);
	assert_memory_equal(got, text, len);
	if (len >= 64) {
		inflate_text(got, read_frames(m->deflated, m->deflated_len, 0x41, got), plain, len);
		assert_memory_equal(plain, text, len);
	}
	msg_put(m);
	free(got);
	free(plain);
}

/* Around the lengths where the head grows and where the next frame begins; text that hardly deflates. */
static void test_msg_is_whole_at_any_length(void **state)
{
	static const size_t lens[] = { 0, 1, 63, 64, 125, 126, 127, MSG_SLICE - 5, MSG_SLICE - 4, MSG_SLICE - 3,
				       2 * (MSG_SLICE - 4), 2 * (MSG_SLICE - 4) + 1, LONGEST - 100 };
	char *text = malloc(LONGEST);
	uint32_t x = 1;

	(void)state;
	for (size_t i = 0; i < LONGEST; i++) {
		x = x * 1664525 + 1013904223;
		text[i] = (char)(x >> 24);
	}
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++)
		check(text, lens[i]);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_msg_is_whole_at_any_length) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
