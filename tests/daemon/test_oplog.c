/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_oplog.c - the packed log gives back what was put in, from any place, while it grows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "oplog.h"

#define MANY 60000 /* operations: several chunks */

static int setup(void **state)
{
	struct mm386_config cfg;

	mm386_config_init(&cfg);
	*state = oplog_new(&cfg);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	oplog_put(*state);
	return 0;
}

/* Operation ${seq}, with arguments of all lengths. */
static struct mm386_op make(uint64_t seq)
{
	struct mm386_op op = { .id = (uint16_t)(seq % MM386_NR_OPS), .given = (uint16_t)(seq % 16) };

	for (unsigned i = 0; i < MM386_OP_ARGS; i++)
		if (op.given & 1u << i)
			op.arg[i] = (seq * 0x9e3779b97f4a7c15) >> (seq + 7 * i) % 64;
	return op;
}

static void check(const struct oplog_entry *e, uint64_t seq)
{
	struct mm386_op want = make(seq);

	assert_int_equal(e->seq, seq);
	assert_int_equal(e->origin, seq % NR_ORIGINS);
	assert_memory_equal(&e->op, &want, sizeof(want));
}

static void append(struct oplog *log, uint64_t seq)
{
	struct mm386_op op = make(seq);

	assert_int_equal(oplog_append(log, &op, (enum origin)(seq % NR_ORIGINS)), 0);
}

static void test_oplog_gives_back_what_was_put_in(void **state)
{
	struct oplog_entry e[100];

	assert_int_equal(oplog_read(*state, 1, e, 100), 0);
	for (uint64_t seq = 1; seq <= MANY; seq++)
		append(*state, seq);
	assert_int_equal(oplog_last(*state), MANY);
	for (uint64_t seq = 1; seq <= MANY; seq += 777) {
		size_t n = oplog_read(*state, seq, e, 100);

		assert_int_equal(n, MANY - seq + 1 < 100 ? MANY - seq + 1 : 100);
		for (size_t i = 0; i < n; i++)
			check(&e[i], seq + i);
	}
	assert_int_equal(oplog_read(*state, MANY + 1, e, 100), 0);
	assert_true(oplog_bytes(*state) < MANY * sizeof(struct mm386_op) / 2);
}

static void *reader(void *arg)
{
	static struct oplog_entry e[512];
	uint64_t next = 1;

	while (next <= MANY) {
		size_t n = oplog_read(arg, next, e, 512);

		for (size_t i = 0; i < n; i++)
			check(&e[i], next + i);
		next += n;
	}
	oplog_put(arg);
	return NULL;
}

static void test_oplog_is_read_while_it_grows(void **state)
{
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, reader, oplog_get(*state)), 0);
	for (uint64_t seq = 1; seq <= MANY; seq++)
		append(*state, seq);
	pthread_join(thread, NULL);
}

static void test_oplog_origins_have_names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NR_ORIGINS; i++)
		assert_int_equal(origin_find(origin_name((enum origin)i)), i);
	assert_int_equal(origin_find("nobody"), ORIGIN_LOG);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_oplog_gives_back_what_was_put_in),
		TEST(test_oplog_is_read_while_it_grows),
		TEST(test_oplog_origins_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
