/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_wire_fuzz.c - whatever comes in, the parsers say yes or no.
 *
 * Good texts are cut, doubled, mixed and bitten, and every parser is given the
 * result.  A sanitizer makes a wrong step loud; without one these tests still
 * hold what a parser promises: a no says why, and a yes, written again, is read
 * as the same.
 */
#include <errno.h>

#include "support.h"

#define ROUNDS	   40000
#define TEXT_BYTES 4096

#define SEED_CONFIG                                                                                \
	"{\"name\":\"m\",\"kernel\":\"2.6\",\"release\":\"2.6.18\",\"pae\":true,"                  \
	"\"highmem\":\"4g\",\"vmsplit\":\"2g\",\"cpus\":2,\"nr_cpus\":8,\"highpte\":false,"        \
	"\"memory\":\"64M\",\"cmdline\":\"mem=32M vmalloc=128M\",\"swap\":\"1G\",\"seed\":12,"     \
	"\"image\":{\"start\":\"0x100000\",\"text\":\"1M\",\"bss\":7},\"initrd\":1}"
#define SEED_E820                                                                                  \
	"{\"e820\":[{\"start\":\"0x0\",\"end\":\"0x9fbff\",\"type\":\"usable\"},"                  \
	"{\"start\":\"0x9fc00\",\"end\":\"0x9ffff\",\"type\":\"reserved\"},"                       \
	"{\"start\":\"0x100000\",\"end\":\"0x3ffffff\",\"type\":1}],\"kernel\":\"6.1\"}"
#define SEED_DMESG                                                                                 \
	"{\"dmesg\":\"Linux version 2.6.26-2-686 (x)\\n"                                           \
	" BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)\\n"                              \
	" BIOS-e820: 0000000000100000 - 0000000010000000 (usable)\\n"                              \
	"Kernel command line: ro mem=128M\\n\"}"
#define SEED_LIST                                                                                  \
	"[{\"op\":\"free_pages\",\"addr\":\"0xc0100000\",\"order\":1},"                            \
	"{\"op\":\"free_pages\",\"pfn\":256}]"

static const char *const seed_text[] = {
	SEED_CONFIG,
	SEED_E820,
	SEED_DMESG,
	SEED_LIST,
	"{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL|__GFP_DMA\",\"order\":3}",
	"{\"seq\":17,\"op\":\"get_zeroed_page\",\"gfp\":\"0\",\"origin\":\"rest\"}",
	"{\"config\":{\"memory\":\"16M\",\"kernel\":\"2.4\"}}",
	"{\"type\":\"subscribe\",\"sections\":[\"frames\",\"zones\"],\"rate\":5}",
	"{\"name\":\"churn\",\"running\":true,\"rate\":20}",
};
#define NR_SEEDS (sizeof(seed_text) / sizeof(seed_text[0]))

/* One bite: a byte replaced, a stretch cut out, a stretch doubled, or a piece of another text. */
static size_t bite(char *text, size_t len, uint64_t *random)
{
	static const char bytes[] = "{}[]\",:\\0123456789.eE+-xaftn \n\t~/\xff\x80\xc3\x01|_G";
	size_t at = len ? draw(random) % len : 0, n = len ? draw(random) % (len - at) % 24 : 0;
	const char *other = seed_text[draw(random) % NR_SEEDS];
	size_t other_len = strlen(other), from = draw(random) % other_len;

	switch (draw(random) % 4) {
	case 0:
		if (len)
			text[at] = bytes[draw(random) % (sizeof(bytes) - 1)];
		return len;
	case 1:
		memmove(text + at, text + at + n, len - at - n);
		return len - n;
	case 2:
		if (len + n > TEXT_BYTES)
			return len;
		memmove(text + at + n, text + at, len - at);
		return len + n;
	default:
		n = draw(random) % (other_len - from) % 40;
		if (at + n > len)
			n = len - at;
		memcpy(text + at, other + from, n);
		return len;
	}
}

static size_t mutant(char *text, uint64_t *random)
{
	const char *seed = seed_text[draw(random) % NR_SEEDS];
	size_t len = strlen(seed);

	memcpy(text, seed, len);
	for (uint64_t n = draw(random) % 6; n; n--)
		len = bite(text, len, random);
	return len;
}

/* The parser reads exactly ${len} bytes: the copy ends where the text does. */
static char *exact_copy(const char *text, size_t len)
{
	char *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, text, len);
	return copy;
}

static void config_round_trip(const struct mm386_config *cfg)
{
	struct mm386_error err = {.line = 0};
	struct mm386_config again;
	struct wbuf b, c;

	wbuf_init(&b, TEXT_MAX);
	wbuf_init(&c, TEXT_MAX);
	config_write(&b, cfg);
	if (config_parse(b.data, b.len, NULL, &again, &err))
		fail_msg("%.*s: %s: %s", (int)b.len, b.data, err.pointer, err.detail);
	config_write(&c, &again);
	assert_int_equal(b.len, c.len);
	assert_memory_equal(b.data, c.data, b.len);
	wbuf_free(&b);
	wbuf_free(&c);
}

/* A machine that was described by chance boots or says which member keeps it from booting. */
static void config_boot(const struct mm386_config *cfg)
{
	struct mm386_error err = {.line = 0};
	struct mm386 *m = NULL;
	int rc = mm386_boot(cfg, &m, &err);

	if (rc == -EINVAL)
		assert_true(err.detail[0]);
	else
		assert_true(rc == 0 || rc == -ENOMEM);
	if (rc)
		return;
	if (mm386_check(m))
		fail_msg("an invariant does not hold after boot: %s", mm386_check(m));
	mm386_free(m);
}

static bool is_small(const struct mm386_config *cfg)
{
	uint64_t end = cfg->memory_bytes;

	for (unsigned i = 0; i < cfg->nr_e820; i++)
		if (cfg->e820[i].end > end)
			end = cfg->e820[i].end;
	return end <= (256u << 20);
}

static void op_round_trip(const struct mm386_op *op)
{
	struct mm386_error err = {.line = 0};
	struct wire_log_line line;
	struct wbuf b;

	wbuf_init(&b, TEXT_MAX);
	wire_log_op(&b, op, 1, "fuzz", NULL);
	if (wire_log_parse(b.data, b.len, NULL, &line, &err))
		fail_msg("%.*s: %s: %s", (int)b.len, b.data, err.pointer, err.detail);
	assert_memory_equal(&line.op, op, sizeof(*op));
	wbuf_free(&b);
}

/*
 * There are two ways to read an operation, a short one and the thorough one that a
 * list takes: what the one says the other says, too.
 */
static void both_ways_agree(const char *text, size_t len)
{
	struct mm386_error err = {.line = 0};
	struct wire_batch batch;
	struct mm386_op op;
	struct wbuf b;
	bool one = !wire_op_parse(text, len, &op, &err);

	wbuf_init(&b, TEXT_MAX);
	wbuf_char(&b, '[');
	wbuf_bytes(&b, text, len);
	wbuf_char(&b, ']');
	if (wire_batch_parse(b.data, b.len, 8, &batch, &err)) {
		assert_false(one);
	} else {
		assert_int_equal(one, batch.nr == 1 && !batch.bad);
		if (one)
			assert_memory_equal(&op, batch.op, sizeof(op));
		wire_batch_free(&batch);
	}
	wbuf_free(&b);
}

static void says_why(int rc, const struct mm386_error *err)
{
	assert_true(rc == -EBADMSG || rc == -EINVAL || rc == -E2BIG);
	assert_true(err->detail[0]);
	assert_non_null(memchr(err->detail, '\0', sizeof(err->detail)));
	assert_non_null(memchr(err->pointer, '\0', sizeof(err->pointer)));
}

static void give_to_all(const char *text, size_t len, bool boot)
{
	struct wire_scene scene = {.name = "churn", .running = true, .rate = 20};
	struct mm386_error err = {.line = 0};
	struct wire_log_line line;
	struct mm386_config cfg;
	struct wire_batch batch;
	struct wire_viewer viewer;
	int rc;

	rc = config_parse(text, len, NULL, &cfg, &err);
	if (rc)
		says_why(rc, &err);
	else
		config_round_trip(&cfg);
	if (!rc && boot && is_small(&cfg))
		config_boot(&cfg);
	rc = wire_batch_parse(text, len, 8, &batch, &err);
	if (rc) {
		says_why(rc, &err);
	} else {
		for (size_t i = 0; i < batch.nr; i++)
			op_round_trip(&batch.op[i]);
		if (batch.bad)
			says_why(-EINVAL, &batch.err);
		wire_batch_free(&batch);
	}
	both_ways_agree(text, len);
	rc = wire_log_parse(text, len, NULL, &line, &err);
	if (rc)
		says_why(rc, &err);
	rc = wire_viewer_parse(text, len, &viewer, &err);
	if (rc)
		says_why(rc, &err);
	rc = wire_scene_parse(text, len, &scene, &err);
	if (rc)
		says_why(rc, &err);
}

static void test_wire_fuzz_bitten_texts(void **state)
{
	static char text[TEXT_BYTES];
	uint64_t random = 0x6d6d333836; /* fixed: the same texts each time */

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		size_t len = mutant(text, &random);
		char *copy = exact_copy(text, len);

		give_to_all(copy, len, round % 8 == 0);
		free(copy);
	}
}

static void test_wire_fuzz_random_bytes(void **state)
{
	uint64_t random = 4711;

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		char text[64];
		size_t len = draw(&random) % sizeof(text);
		char *copy;

		for (size_t i = 0; i < len; i++)
			text[i] = (char)draw(&random);
		copy = exact_copy(text, len);
		give_to_all(copy, len, false);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire_fuzz_bitten_texts),
		cmocka_unit_test(test_wire_fuzz_random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
