/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_dirty.c - the tree of bits against an array of flags.
 */
#include "machine.h"

struct pair {
	struct dirty tree;
	uint64_t *words;
	bool *plain;
};

static void make(struct pair *p, uint32_t n)
{
	p->words = calloc(dirty_nr_words(n), sizeof(*p->words));
	p->plain = calloc(n, sizeof(*p->plain));
	assert_non_null(p->words);
	assert_non_null(p->plain);
	dirty_init(&p->tree, n, p->words);
}

static void unmake(struct pair *p)
{
	free(p->words);
	free(p->plain);
}

static void mark(struct pair *p, uint32_t first, uint32_t count)
{
	if (count == 1)
		dirty_mark_one(&p->tree, first);
	else
		dirty_mark(&p->tree, first, count);
	for (uint32_t i = 0; i < count; i++)
		p->plain[first + i] = true;
}

/* The runs of the tree are exactly the runs of the array, in order. */
static void assert_same(const struct pair *p)
{
	uint32_t n = p->tree.nr_frames, at = 0, first = 0, count;

	while (dirty_next(&p->tree, &first, &count)) {
		while (at < n && !p->plain[at])
			at++;
		assert_int_equal(first, at);
		for (uint32_t i = 0; i < count; i++)
			assert_true(p->plain[at + i]);
		at += count;
		assert_true(at == n || !p->plain[at]);
		first += count;
	}
	while (at < n)
		assert_false(p->plain[at++]);
}

/* Sizes around the words of each level. */
static const uint32_t sizes[] = {1, 63, 64, 65, 4095, 4096, 4097, 262143, 262144, 262145};

static void test_dirty_finds_what_was_marked(void **state)
{
	uint64_t rng = 88172645463325252u;

	(void)state;
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		struct pair p;
		uint32_t n = sizes[s];

		make(&p, n);
		assert_same(&p);
		for (unsigned i = 0; i < 40; i++) {
			rng ^= rng << 13;
			rng ^= rng >> 7;
			rng ^= rng << 17;
			uint32_t first = (uint32_t)(rng % n), most = n - first;
			uint32_t count = 1 + (uint32_t)(rng >> 40) % (i % 3 ? 3 : 300);

			mark(&p, first, count < most ? count : most);
			assert_same(&p);
		}
		mark(&p, 0, n);
		assert_same(&p);
		unmake(&p);
	}
}

static void test_dirty_clear_leaves_nothing(void **state)
{
	(void)state;
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		struct pair p;
		uint32_t n = sizes[s], first = 0, count;

		make(&p, n);
		mark(&p, 0, 1);
		mark(&p, n - 1, 1);
		mark(&p, n / 2, n - n / 2);
		p.tree.zones = 3;
		dirty_clear(&p.tree);
		assert_false(dirty_next(&p.tree, &first, &count));
		assert_int_equal(p.tree.zones, 0);
		for (size_t w = 0; w < dirty_nr_words(n); w++)
			assert_true(p.words[w] == 0);
		unmake(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dirty_finds_what_was_marked),
		cmocka_unit_test(test_dirty_clear_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
