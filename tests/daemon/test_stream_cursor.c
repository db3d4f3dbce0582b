/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_stream_cursor.c - what a viewer gets next, without any socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "stream.h"
#include "wire.h"

#define ALL WIRE_ALL
#define RATE 20

static int setup(void **state)
{
	*state = stream_new();
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	stream_free(*state);
	return 0;
}

static struct msg *text_msg(const char *text)
{
	return msg_new(text, strlen(text), false);
}

/* As the owner does it: for what channel 0 wants now. */
static void publish_delta_msg(struct stream *st, struct msg *m)
{
	struct stream_want want[STREAM_CHANNELS];

	stream_wants(st, want);
	stream_publish_delta(st, &want[0], m);
}

static void publish_delta(struct stream *st, unsigned nr)
{
	char text[32];

	snprintf(text, sizeof(text), "delta %u", nr);
	publish_delta_msg(st, text_msg(text));
}

static void publish_snapshot(struct stream *st, const char *hello, const char *snapshot)
{
	struct stream_want want[STREAM_CHANNELS];

	stream_wants(st, want);
	stream_publish_snapshot(st, &want[0], text_msg(hello), text_msg(snapshot));
}

static struct stream_want want_of(struct stream *st, const struct stream_cursor *cur)
{
	struct stream_want want[STREAM_CHANNELS];

	stream_wants(st, want);
	return want[cur->channel];
}

/* The viewer's next message is ${want}; "" when there is none, "ask" when a snapshot has to be made. */
static void expect_next(struct stream *st, struct stream_cursor *cur, const char *want)
{
	struct msg *m = NULL;
	bool more, skipped;
	char got[64];

	switch (stream_take(st, cur, &m, &more, &skipped)) {
	case STREAM_SEND:
		snprintf(got, sizeof(got), "%.*s", (int)(m->plain_len - 2), (const char *)m->plain + 2);
		msg_put(m);
		break;
	case STREAM_ASK:
		strcpy(got, "ask");
		break;
	case STREAM_ENDED:
		strcpy(got, "ended");
		break;
	default:
		got[0] = '\0';
	}
	assert_string_equal(got, want);
}

static void test_stream_newcomer_gets_hello_snapshot_then_deltas(void **state)
{
	struct stream_cursor cur = { 0 };

	stream_join(*state, ALL, RATE, false, &cur);
	expect_next(*state, &cur, "ask");
	expect_next(*state, &cur, ""); /* asked once is enough */
	publish_snapshot(*state, "hello", "snapshot");
	publish_delta(*state, 0);
	expect_next(*state, &cur, "hello");
	expect_next(*state, &cur, "snapshot");
	expect_next(*state, &cur, "delta 0");
	expect_next(*state, &cur, "");
}

/* A second one is served from the same snapshot and the deltas since. */
static void test_stream_snapshot_is_shared(void **state)
{
	struct stream_cursor a = { 0 }, b = { 0 };

	stream_join(*state, ALL, RATE, false, &a);
	publish_snapshot(*state, "hello", "snapshot");
	publish_delta(*state, 0);
	publish_delta(*state, 1);
	stream_join(*state, ALL, RATE, false, &b);
	assert_int_equal(b.channel, a.channel);
	expect_next(*state, &b, "hello");
	expect_next(*state, &b, "snapshot");
	expect_next(*state, &b, "delta 0");
	expect_next(*state, &b, "delta 1");
	expect_next(*state, &b, "");
}

/*
 *	ring of 64:   0 1 2 ... 63        the viewer is at 0
 *	after 65:       1 2 ... 63 64     what it needs is gone: a snapshot, never a longer queue
 */
static void test_stream_who_falls_off_begins_anew(void **state)
{
	struct stream_cursor cur = { 0 };

	stream_join(*state, ALL, RATE, false, &cur);
	publish_snapshot(*state, "hello", "snapshot");
	expect_next(*state, &cur, "hello");
	expect_next(*state, &cur, "snapshot");
	for (unsigned i = 0; i <= STREAM_RING; i++)
		publish_delta(*state, i);
	expect_next(*state, &cur, "ask"); /* the old snapshot is too old as well */
	publish_snapshot(*state, "hello", "fresh");
	publish_delta(*state, 100);
	expect_next(*state, &cur, "fresh"); /* it knows the machine: no hello */
	expect_next(*state, &cur, "delta 100");
}

static void test_stream_lost_delta_begins_anew(void **state)
{
	struct stream_cursor cur = { 0 };

	stream_join(*state, ALL, RATE, false, &cur);
	publish_snapshot(*state, "hello", "snapshot");
	expect_next(*state, &cur, "hello");
	expect_next(*state, &cur, "snapshot");
	publish_delta_msg(*state, NULL);
	expect_next(*state, &cur, "ask");
}

static void test_stream_resync_repeats_the_snapshot(void **state)
{
	struct stream_cursor cur = { 0 };

	stream_join(*state, ALL, RATE, false, &cur);
	publish_snapshot(*state, "hello", "snapshot");
	expect_next(*state, &cur, "hello");
	expect_next(*state, &cur, "snapshot");
	stream_resync(&cur);
	expect_next(*state, &cur, "snapshot");
	publish_delta(*state, 0);
	expect_next(*state, &cur, "delta 0");
	stream_resync(&cur);
	expect_next(*state, &cur, "ask"); /* the one there is was before that delta */
}

static void test_stream_reboot_says_hello_again(void **state)
{
	struct stream_cursor cur = { 0 };

	stream_join(*state, ALL, RATE, false, &cur);
	publish_snapshot(*state, "hello", "snapshot");
	expect_next(*state, &cur, "hello");
	expect_next(*state, &cur, "snapshot");
	stream_restart(*state);
	assert_true(stream_has(*state, &cur));
	assert_true(want_of(*state, &cur).snapshot); /* without anybody asking */
	expect_next(*state, &cur, "");
	publish_snapshot(*state, "hello 2", "snapshot 2");
	expect_next(*state, &cur, "hello 2");
	expect_next(*state, &cur, "snapshot 2");
	stream_end(*state);
	expect_next(*state, &cur, "ended");
}

/*
 * While the owner makes messages for one use of a channel, its last viewer leaves and another
 * comes with other wishes: what was made is not for that one.
 */
static void test_stream_messages_for_an_earlier_use_are_dropped(void **state)
{
	struct stream_cursor cur = { 0 };
	struct stream_want before;

	stream_join(*state, 1, RATE, false, &cur);
	expect_next(*state, &cur, "ask");
	before = want_of(*state, &cur);
	stream_move(*state, 2, RATE, false, &cur);
	assert_int_equal(cur.channel, before.channel);
	expect_next(*state, &cur, "ask");
	stream_publish_snapshot(*state, &before, text_msg("hello"), text_msg("of section 1"));
	expect_next(*state, &cur, "");
	before = want_of(*state, &cur);
	stream_publish_snapshot(*state, &before, text_msg("hello"), text_msg("of section 2"));
	expect_next(*state, &cur, "hello");
	expect_next(*state, &cur, "of section 2");
	stream_move(*state, 4, RATE, false, &cur);
	stream_publish_delta(*state, &before, text_msg("delta"));
	stream_publish_delta(*state, &before, NULL);
	before = want_of(*state, &cur);
	stream_publish_snapshot(*state, &before, text_msg("hello"), text_msg("of section 4"));
	expect_next(*state, &cur, "of section 4");
	expect_next(*state, &cur, "");
}

/* However many different wishes there are, nobody is refused: what is over the room gets all sections. */
static void test_stream_odd_wishes_keep_nobody_out(void **state)
{
	struct stream_cursor cur[STREAM_CHANNELS] = { 0 }, plain = { 0 };
	const unsigned room = STREAM_CHANNELS - STREAM_RATES;

	for (unsigned i = 0; i < STREAM_CHANNELS; i++) {
		stream_join(*state, i + 1, RATE, false, &cur[i]);
		assert_int_equal(want_of(*state, &cur[i]).sections, i < room ? i + 1 : ALL);
		assert_int_equal(want_of(*state, &cur[i]).rate, RATE);
	}
	stream_join(*state, ALL, RATE, false, &plain);
	assert_int_equal(plain.channel, 0);
	assert_int_equal(stream_viewers(*state), STREAM_CHANNELS + 1);
	stream_leave(*state, false, &cur[3]);
	stream_move(*state, 99, 7, false, &plain); /* a place is given back */
	assert_int_equal(want_of(*state, &plain).sections, 99);
	assert_int_equal(want_of(*state, &plain).rate, 5); /* never more deltas than asked for */
	assert_int_equal(stream_viewers(*state), STREAM_CHANNELS);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_stream_newcomer_gets_hello_snapshot_then_deltas),
		TEST(test_stream_snapshot_is_shared),
		TEST(test_stream_who_falls_off_begins_anew),
		TEST(test_stream_lost_delta_begins_anew),
		TEST(test_stream_resync_repeats_the_snapshot),
		TEST(test_stream_reboot_says_hello_again),
		TEST(test_stream_messages_for_an_earlier_use_are_dropped),
		TEST(test_stream_odd_wishes_keep_nobody_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
