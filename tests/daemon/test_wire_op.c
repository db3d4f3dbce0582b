/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_wire_op.c - operations, answers, the log and what one asks a machine about.
 */
#include <errno.h>
#include <jansson.h>

#include "support.h"

static json_t *parse(const char *text)
{
	json_error_t err;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &err);

	if (!root)
		fail_msg("not JSON: %s at %d: %.300s", err.text, err.position, text);
	return root;
}

static void op_good(const char *text, struct mm386_op *op)
{
	struct mm386_error err = {.line = 0};

	if (wire_op_parse(text, strlen(text), op, &err))
		fail_msg("%s: %s: %s", text, err.pointer, err.detail);
}

/* ---- requests -------------------------------------------------------------------- */

static void test_wire_op_takes_text_and_numbers(void **state)
{
	struct mm386_op a, b;

	(void)state;
	op_good("{\"op\":\"free_pages\",\"addr\":\"0xc0100000\",\"order\":3}", &a);
	op_good("{\"order\":3,\"addr\":3222274048,\"op\":\"free_pages\"}", &b);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_int_equal(a.id, MM386_OP_FREE_PAGES);
	op_good("{\"op\":\"free_pages\",\"addr\":\"0xC0100000\",\"order\":3}", &b);
	assert_memory_equal(&a, &b, sizeof(a));
}

static void test_wire_op_not_given_takes_the_default(void **state)
{
	const struct mm386_op_desc *desc = mm386_op_desc(MM386_OP_ALLOC_PAGES);
	struct mm386_op op;

	(void)state;
	op_good("{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\"}", &op);
	for (unsigned i = 0; i < desc->nr_args; i++)
		if (!(op.given >> i & 1))
			assert_int_equal(op.arg[i], desc->arg[i].def);
}

/* A list of numbers as JSON, as the file has it, and of one; a word; a switch. */
static void test_wire_op_takes_words_switches_and_lists(void **state)
{
	struct mm386_op a, b;

	(void)state;
	op_good("{\"op\":\"sysctl\",\"name\":\"vm.lowmem_reserve_ratio\",\"value\":[256,32,7]}",
		&a);
	op_good("{\"op\":\"sysctl\",\"name\":\"vm.lowmem_reserve_ratio\",\"value\":\" 256\\t32 "
		"7\\n\"}",
		&b);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_int_equal(a.given, 0xf); /* the name, three numbers */
	assert_int_equal(a.arg[3], 7);
	op_good("{\"op\":\"sysctl\",\"name\":\"vm.min_free_kbytes\",\"value\":4096}", &a);
	op_good("{\"op\":\"sysctl\",\"name\":\"vm.min_free_kbytes\",\"value\":\"4096\"}", &b);
	assert_memory_equal(&a, &b, sizeof(a));
	op_good("{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"memalloc\":false}", &a);
	assert_int_equal(a.arg[4], 0);
	op_good("{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"memalloc\":true}", &a);
	assert_int_equal(a.arg[4], 1);
}

static void expect_text(const char *request, const char *want)
{
	struct mm386_op op;
	struct wbuf b;
	char *text;

	op_good(request, &op);
	wbuf_init(&b, TEXT_MAX);
	wire_op_text(&b, &op);
	text = text_of(&b);
	assert_string_equal(text, want);
	free(text);
}

/* As people would write it; who asks is said when that was said. */
static void test_wire_op_text_reads_like_a_call(void **state)
{
	(void)state;
	expect_text("{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\"}",
		    "alloc_pages(GFP_KERNEL, 0)");
	expect_text("{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"order\":2,\"cpu\":1,"
		    "\"memalloc\":true}",
		    "alloc_pages(GFP_KERNEL, 2, cpu 1, memalloc)");
	expect_text("{\"op\":\"sysctl\",\"name\":\"vm.lowmem_reserve_ratio\",\"value\":[256,32]}",
		    "sysctl(vm.lowmem_reserve_ratio, 256 32)");
	expect_text("{\"op\":\"sysctl\",\"name\":\"vm.min_free_kbytes\"}",
		    "sysctl(vm.min_free_kbytes)");
	expect_text("{\"op\":\"drain_all_pages\"}", "drain_all_pages()");
	expect_text("{\"op\":\"ftrace\",\"event\":\"mm_page_free\",\"pfn\":77}",
		    "ftrace(mm_page_free, pfn 77, 0, 0)");
}

static const struct refusal {
	const char *text, *pointer, *says;
} refusals[] = {
	{"[1]", "", "object"},
	{"7", "", "object"},
	{"{}", "/op", "needs \"op\""},
	{"{\"op\":1}", "/op", "string"},
	{"{\"op\":\"kmalloc2\"}", "/op", "kmalloc2"},
	{"{\"op\":\"alloc_pages\"}", "/gfp", "needs \"gfp\""},
	{"{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"ordre\":1}", "/ordre", "it takes"},
	{"{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"seq\":1}", "/seq", "it takes"},
	{"{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"order\":\"1\"}", "/order",
	 "whole number"},
	{"{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"order\":1.0}", "/order", "whole number"},
	{"{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"order\":-1}", "/order", "-1"},
	{"{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"order\":4294967296}", "/order",
	 "not in"},
	{"{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"order\":null}", "/order", "null"},
	{"{\"op\":\"alloc_pages\",\"gfp\":208}", "/gfp", "GFP_KERNEL"},
	{"{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNAL\"}", "/gfp", "GFP_KERNAL"},
	{"{\"op\":\"alloc_pages\",\"gfp\":\"\"}", "/gfp", ""},
	{"{\"op\":\"free_pages\",\"order\":1}", "/addr", "needs \"addr\" or \"pfn\": give one"},
	{"{\"op\":\"free_pages\",\"addr\":\"0xc0000000\",\"pfn\":1}", "/addr", "takes \"addr\" or \"pfn\", not both"},
	{"{\"op\":\"free_pages\",\"addr\":\"c0000000\"}", "/addr", "no address"},
	{"{\"op\":\"free_pages\",\"addr\":\"0x1c0000000\"}", "/addr", "not in"},
	{"{\"op\":\"free_pages\",\"addr\":-5}", "/addr", "negative"},
	{"{\"op\":\"free_pages\",\"pfn\":\"5\"}", "/pfn", "whole number"},
	{"{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"memalloc\":1}", "/memalloc",
	 "true or false"},
	{"{\"op\":\"sysctl\",\"name\":\"vm.swappiness\"}", "/name", "vm.min_free_kbytes"},
	{"{\"op\":\"sysctl\",\"name\":1}", "/name", "a word"},
	{"{\"op\":\"sysctl\",\"name\":\"vm.min_free_kbytes\",\"value\":[]}", "/value",
	 "0 numbers, not 1..4"},
	{"{\"op\":\"sysctl\",\"name\":\"vm.min_free_kbytes\",\"value\":[1,2,3,4,5]}", "/value",
	 "5 numbers"},
	{"{\"op\":\"sysctl\",\"name\":\"vm.min_free_kbytes\",\"value\":[1,\"2\"]}", "/value",
	 "whole number"},
	{"{\"op\":\"sysctl\",\"name\":\"vm.min_free_kbytes\",\"value\":\"\"}", "/value",
	 "0 numbers"},
	{"{\"op\":\"sysctl\",\"name\":\"vm.min_free_kbytes\",\"value\":\"12x\"}", "/value",
	 "numbers with blanks"},
	{"{\"op\":\"sysctl\",\"name\":\"vm.min_free_kbytes\",\"value\":\"-1\"}", "/value",
	 "numbers with blanks"},
	{"{\"op\":\"sysctl\",\"name\":\"vm.min_free_kbytes\",\"value\":{}}", "/value", "an object"},
	{"{\"op\":\"sysctl\",\"name\":\"vm.min_free_kbytes\",\"value\":99999999999}", "/value",
	 "not in"},
	{"{\"op\":\"sysctl\",\"name\":\"vm.min_free_kbytes\",\"note\":\"x\"}", "/note", "it takes"},
};

static void test_wire_op_refuses_and_points_at_the_member(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *r = &refusals[i];
		struct mm386_error err = {.line = 0};
		struct mm386_op op;

		if (wire_op_parse(r->text, strlen(r->text), &op, &err) != -EINVAL)
			fail_msg("taken: %s", r->text);
		if (strcmp(err.pointer, r->pointer) || !strstr(err.detail, r->says))
			fail_msg("%s: got \"%s\", \"%s\"", r->text, err.pointer, err.detail);
	}
}

/* JSON that is none, whichever way it is read. */
static void test_wire_op_refuses_numbers_that_json_does_not_have(void **state)
{
	static const char *const number[] = {"18446744073709551617",
					     "9223372036854775808",
					     "01",
					     "00",
					     "+1",
					     "0x1",
					     "1.",
					     "",
					     "1 2"};

	(void)state;
	for (size_t i = 0; i < sizeof(number) / sizeof(number[0]); i++) {
		struct mm386_error err = {.line = 0};
		struct mm386_op op;
		char text[128];

		snprintf(text, sizeof(text),
			 "{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"order\":%s}", number[i]);
		if (wire_op_parse(text, strlen(text), &op, &err) != -EBADMSG)
			fail_msg("not refused as malformed: %s", text);
	}
}

#define GOOD_OP "{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\"}"

static void test_wire_batch_is_good_up_to_the_first_wrong_one(void **state)
{
	static const char text[] =
		"[" GOOD_OP "," GOOD_OP ",{\"op\":\"alloc_pages\",\"gfp\":\"?\"}," GOOD_OP "]";
	struct mm386_error err;
	struct wire_batch batch;

	(void)state;
	assert_int_equal(wire_batch_parse(text, strlen(text), 10, &batch, &err), 0);
	assert_true(batch.list);
	assert_true(batch.bad);
	assert_int_equal(batch.nr, 2);
	assert_string_equal(batch.err.pointer, "/2/gfp");
	wire_batch_free(&batch);
}

static void test_wire_batch_one_empty_too_many_and_none(void **state)
{
	struct mm386_error err = {.line = 0};
	struct wire_batch batch;

	(void)state;
	assert_int_equal(wire_batch_parse(GOOD_OP, strlen(GOOD_OP), 10, &batch, &err), 0);
	assert_false(batch.list);
	assert_false(batch.bad);
	assert_int_equal(batch.nr, 1);
	wire_batch_free(&batch);
	assert_int_equal(wire_batch_parse("[]", 2, 10, &batch, &err), 0);
	assert_true(batch.list);
	assert_int_equal(batch.nr, 0);
	wire_batch_free(&batch);
	assert_int_equal(wire_batch_parse("{\"op\":3}", 8, 10, &batch, &err), 0);
	assert_true(batch.bad);
	assert_string_equal(batch.err.pointer, "/op");
	wire_batch_free(&batch);
	assert_int_equal(wire_batch_parse("[1,2,3]", 7, 2, &batch, &err), -E2BIG);
	assert_int_equal(wire_batch_parse("{", 1, 2, &batch, &err), -EBADMSG);
	assert_int_equal(wire_batch_parse("", 0, 2, &batch, &err), -EBADMSG);
	assert_non_null(strstr(err.detail, "not JSON"));
}

static void test_wire_pointer_prefix_never_overflows(void **state)
{
	struct mm386_error err = {.pointer = "/order"};

	(void)state;
	wire_pointer_prefix(&err, 3);
	assert_string_equal(err.pointer, "/3/order");
	memset(err.pointer, 'x', sizeof(err.pointer) - 1);
	err.pointer[sizeof(err.pointer) - 1] = '\0';
	wire_pointer_prefix(&err, 12345);
	assert_int_equal(strlen(err.pointer), sizeof(err.pointer) - 1);
	assert_memory_equal(err.pointer, "/12345x", 7);
}

/* ---- the log --------------------------------------------------------------------------- */

static void test_wire_log_op_and_back(void **state)
{
	static const char *const text[] = {
		"{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\"}",
		"{\"op\":\"alloc_pages\",\"gfp\":\"GFP_HIGHUSER|__GFP_ZERO\",\"order\":3}",
		"{\"op\":\"alloc_pages\",\"gfp\":\"0\",\"order\":0}",
		"{\"op\":\"__get_free_pages\",\"gfp\":\"GFP_DMA\",\"order\":10}",
		"{\"op\":\"free_pages\",\"addr\":\"0xffffffff\",\"order\":1}",
		"{\"op\":\"free_pages\",\"pfn\":4294967295}",
		"{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"cpu\":3,\"memalloc\":true}",
		"{\"op\":\"sysctl\",\"name\":\"vm.min_free_kbytes\",\"value\":4096}",
		"{\"op\":\"sysctl\",\"name\":\"vm.lowmem_reserve_ratio\",\"value\":[256,32,0]}",
		"{\"op\":\"sysctl\",\"name\":\"vm.lowmem_reserve_ratio\"}",
		("{\"op\":\"ftrace\",\"event\":\"mm_page_free\",\"pfn\":77,\"migratetype\":"
		 "\"Movable\"}"),
		"{\"op\":\"drain_all_pages\",\"cpu\":0}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		struct mm386_error err = {.line = 0};
		struct wire_log_line line;
		struct mm386_op op;
		struct wbuf b;

		op_good(text[i], &op);
		wbuf_init(&b, TEXT_MAX);
		wire_log_op(&b, &op, 17, "scene", NULL);
		if (wire_log_parse(b.data, b.len, NULL, &line, &err))
			fail_msg("%.*s: %s: %s", (int)b.len, b.data, err.pointer, err.detail);
		assert_false(line.is_config);
		assert_int_equal(line.seq, 17);
		assert_string_equal(line.origin, "scene");
		assert_memory_equal(&line.op, &op, sizeof(op));
		wbuf_free(&b);
	}
}

/* A note is for people: any text, passed over; what is no text is no note. */
static void test_wire_log_note_is_passed_over(void **state)
{
	static const char *const note[] = {"", "plain", "\"quoted\" \\ and \n more \xc3\xa4"};
	struct mm386_error err = {.line = 0};
	struct wire_log_line line;
	struct mm386_op op;
	struct wbuf b;

	(void)state;
	op_good("{\"op\":\"get_zeroed_page\",\"gfp\":\"GFP_KERNEL\"}", &op);
	for (size_t i = 0; i < sizeof(note) / sizeof(note[0]); i++) {
		wbuf_init(&b, TEXT_MAX);
		wire_log_op(&b, &op, 3, "ftrace", note[i]);
		assert_int_equal(wire_log_parse(b.data, b.len, NULL, &line, &err), 0);
		assert_memory_equal(&line.op, &op, sizeof(op));
		assert_string_equal(line.origin, "ftrace");
		wbuf_free(&b);
	}
	assert_int_equal(
		wire_log_parse("{\"op\":\"drain_all_pages\",\"note\":1}", 33, NULL, &line, &err),
		-EINVAL);
	assert_string_equal(err.pointer, "/note");
	assert_int_equal(
		wire_log_parse("{\"op\":\"drain_all_pages\",\"note\":\"a\",\"note\":\"b\"}", 46,
			       NULL, &line, &err),
		-EBADMSG);
}

/* Every name of a flag survives the way through the log. */
static void test_wire_log_keeps_every_gfp_flag(void **state)
{
	(void)state;
	for (unsigned i = 0; mm386_gfp_name(i); i++) {
		struct mm386_error err = {.line = 0};
		struct wire_log_line line;
		struct mm386_op op;
		struct wbuf b;
		char text[128];

		snprintf(text, sizeof(text), "{\"op\":\"alloc_pages\",\"gfp\":\"%s\"}",
			 mm386_gfp_name(i));
		op_good(text, &op);
		wbuf_init(&b, TEXT_MAX);
		wire_log_op(&b, &op, 1, "rest", NULL);
		assert_int_equal(wire_log_parse(b.data, b.len, NULL, &line, &err), 0);
		assert_memory_equal(&line.op, &op, sizeof(op));
		wbuf_free(&b);
	}
}

/* All of them at once make a long text: none may get lost. */
static void test_wire_log_keeps_all_gfp_flags_together(void **state)
{
	struct mm386_error err = {.line = 0};
	struct wire_log_line line;
	struct mm386_op op;
	struct wbuf b;

	(void)state;
	wbuf_init(&b, TEXT_MAX);
	wbuf_text(&b, "{\"op\":\"alloc_pages\",\"gfp\":\"0");
	for (unsigned i = 0; mm386_gfp_name(i); i++) {
		wbuf_char(&b, '|');
		wbuf_text(&b, mm386_gfp_name(i));
	}
	wbuf_text(&b, "\"}");
	assert_int_equal(wire_op_parse(b.data, b.len, &op, &err), 0);
	wbuf_reset(&b);
	wire_log_op(&b, &op, 1, "rest", NULL);
	assert_int_equal(wire_log_parse(b.data, b.len, NULL, &line, &err), 0);
	assert_memory_equal(&line.op, &op, sizeof(op));
	wbuf_free(&b);
}

static void test_wire_log_config_and_back(void **state)
{
	struct mm386_error err = {.line = 0};
	struct wire_log_line line;
	struct mm386_config cfg;
	struct wbuf b;

	(void)state;
	mm386_config_init(&cfg);
	cfg.memory_bytes = 64u << 20;
	strcpy(cfg.cmdline, "mem=32M quiet");
	wbuf_init(&b, TEXT_MAX);
	wire_log_config(&b, &cfg);
	assert_int_equal(wire_log_parse(b.data, b.len, NULL, &line, &err), 0);
	assert_true(line.is_config);
	assert_memory_equal(&line.config, &cfg, sizeof(cfg));
	wbuf_free(&b);
	assert_int_equal(wire_log_parse("{\"config\":{\"memory\":\"x\"}}", 25, NULL, &line, &err),
			 -EINVAL);
	assert_string_equal(err.pointer, "/config/memory");
	assert_int_equal(wire_log_parse("{\"config\":{\"e820\":[3]}}", 23, NULL, &line, &err),
			 -EINVAL);
	assert_string_equal(err.pointer, "/config/e820/0");
}

/* ---- answers ------------------------------------------------------------------------------- */

static struct mm386_event event[256];
static size_t nr_event;

static void keep_event(void *arg, const struct mm386_event *ev)
{
	(void)arg;
	assert_true(nr_event < 256);
	event[nr_event++] = *ev;
}

/* Apply and answer; a new reference. */
static json_t *answer(struct mm386 *m, const char *text)
{
	struct mm386_result res;
	struct mm386_op op;
	struct wbuf b;
	json_t *root;
	char *s;

	op_good(text, &op);
	nr_event = 0;
	mm386_set_sink(m, keep_event, NULL);
	assert_int_equal(mm386_apply(m, &op, &res, NULL), 0);
	wbuf_init(&b, TEXT_MAX);
	wire_answer(&b, m, &op, &res, &(struct wire_story){event, nr_event, 0});
	s = text_of(&b);
	root = parse(s);
	free(s);
	return root;
}

static void test_wire_answer_yes(void **state)
{
	struct mm386 *m = machine_new("{\"memory\":\"64M\"}");
	json_t *root =
		answer(m, "{\"op\":\"__get_free_pages\",\"gfp\":\"GFP_KERNEL\",\"order\":2}");
	json_t *result = json_object_get(root, "result"), *events = json_object_get(root, "events");
	json_int_t pfn = json_integer_value(json_object_get(result, "pfn"));
	char addr[24];

	(void)state;
	assert_true(json_is_true(json_object_get(root, "ok")));
	assert_int_equal(json_integer_value(json_object_get(root, "seq")), 1);
	assert_string_equal(json_string_value(json_object_get(root, "op")), "__get_free_pages");
	assert_int_equal(json_integer_value(json_object_get(result, "pages")), 4);
	assert_string_equal(json_string_value(json_object_get(result, "allocation")), "a1");
	snprintf(addr, sizeof(addr), "0x%llx", 0xc0000000ull + ((unsigned long long)pfn << 12));
	assert_string_equal(json_string_value(json_object_get(result, "addr")), addr);
	assert_true(json_array_size(events) > 0);
	assert_string_equal(json_string_value(json_object_get(json_array_get(events, 0), "event")),
			    "zone_try");
	json_decref(root);
	mm386_free(m);
}

/* The simulated kernel's no is an answer: errno, and a reason for each zone. */
static void test_wire_answer_no(void **state)
{
	struct mm386 *m = machine_new("{\"memory\":\"64M\"}");
	json_t *root = answer(m, "{\"op\":\"free_pages\",\"pfn\":0,\"order\":2}"), *why;

	(void)state;
	assert_true(json_is_false(json_object_get(root, "ok")));
	assert_string_equal(json_string_value(json_object_get(root, "errno")), "EINVAL");
	assert_null(json_object_get(root, "result"));
	why = json_array_get(json_object_get(root, "why"), 0);
	assert_true(json_is_null(json_object_get(why, "zone")));
	assert_true(json_string_length(json_object_get(why, "reason")) > 0);
	json_decref(root);
	mm386_free(m);
}

/* High memory has no linear address: null, not "0x0". */
/* A sysctl answers with what the file says then, what was drained with nothing. */
static void test_wire_answer_about_no_block(void **state)
{
	struct mm386 *m = machine_new("{\"memory\":\"64M\",\"kernel\":\"6.1\"}");
	json_t *root = answer(
		m, "{\"op\":\"sysctl\",\"name\":\"vm.lowmem_reserve_ratio\",\"value\":\"64 8\"}");
	json_t *result = json_object_get(root, "result"), *value = json_object_get(result, "value");
	json_t *event0 = json_array_get(json_object_get(root, "events"), 0);

	(void)state;
	assert_string_equal(json_string_value(json_object_get(result, "name")),
			    "vm.lowmem_reserve_ratio");
	assert_int_equal(json_integer_value(json_array_get(value, 0)), 64);
	assert_int_equal(json_integer_value(json_array_get(value, 1)), 8);
	assert_string_equal(json_string_value(json_object_get(event0, "event")), "sysctl");
	assert_string_equal(json_string_value(json_object_get(event0, "name")),
			    "vm.lowmem_reserve_ratio");
	json_decref(root);
	root = answer(m, "{\"op\":\"sysctl\",\"name\":\"vm.min_free_kbytes\",\"value\":2048}");
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(root, "result"), "value")),
		2048);
	json_decref(root);
	root = answer(m, "{\"op\":\"drain_all_pages\"}");
	assert_int_equal(json_object_size(json_object_get(root, "result")), 0);
	assert_true(json_is_object(json_object_get(root, "result")));
	json_decref(root);
	mm386_free(m);
}

static void test_wire_answer_says_what_was_assumed(void **state)
{
	struct mm386 *m = machine_new("{\"memory\":\"64M\",\"kernel\":\"6.1\"}");
	json_t *root = answer(m, "{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\"}"), *said;
	json_int_t pfn =
		json_integer_value(json_object_get(json_object_get(root, "result"), "pfn"));
	char text[160];

	(void)state;
	assert_null(json_object_get(root, "assumed"));
	json_decref(root);
	snprintf(text, sizeof(text),
		 "{\"op\":\"ftrace\",\"event\":\"mm_page_alloc\",\"pfn\":%lld,\"gfp\":\"GFP_"
		 "ATOMIC\"}",
		 (long long)pfn);
	root = answer(m, text);
	assert_true(json_is_true(json_object_get(root, "ok")));
	assert_null(json_object_get(root, "why"));
	said = json_array_get(json_object_get(root, "assumed"), 0);
	assert_non_null(
		strstr(json_string_value(json_object_get(said, "reason")), "as if freed before"));
	json_decref(root);
	mm386_free(m);
}

static void test_wire_answer_highmem_has_no_address(void **state)
{
	struct mm386 *m = machine_new("{\"memory\":\"128M\",\"cmdline\":\"highmem=32M\"}");
	json_t *root = answer(m, "{\"op\":\"alloc_pages\",\"gfp\":\"GFP_HIGHUSER\"}");
	json_t *result = json_object_get(root, "result");

	(void)state;
	assert_string_equal(json_string_value(json_object_get(result, "zone")), "HighMem");
	assert_true(json_is_null(json_object_get(result, "addr")));
	json_decref(root);
	mm386_free(m);
}

/* ---- what one asks about ----------------------------------------------------------------------
 */

/* The text of a writer as a tree; a new reference. */
static json_t *tree(struct wbuf *b)
{
	char *s = text_of(b);
	json_t *root = parse(s);

	free(s);
	return root;
}

static void test_wire_frame_of_every_kind(void **state)
{
	struct mm386 *m = machine_new("{\"memory\":\"32M\"}");
	struct wbuf b;

	(void)state;
	json_decref(answer(m, "{\"op\":\"alloc_pages\",\"gfp\":\"GFP_USER\",\"order\":1}"));
	for (mm386_pfn_t pfn = 0; pfn < mm386_info(m)->nr_frames; pfn++) {
		json_t *root;

		wbuf_init(&b, TEXT_MAX);
		assert_int_equal(wire_frame(&b, m, pfn, event, nr_event), 0);
		root = tree(&b);
		assert_int_equal(json_integer_value(json_object_get(root, "pfn")), pfn);
		assert_string_equal(json_string_value(json_object_get(root, "kind")),
				    mm386_kind_desc((enum mm386_kind)mm386_kinds(m)[pfn])->name);
		json_decref(root);
	}
	wbuf_init(&b, TEXT_MAX);
	assert_int_equal(wire_frame(&b, m, mm386_info(m)->nr_frames, NULL, 0), -ERANGE);
	assert_int_equal(b.len, 0);
	mm386_free(m);
}

static void test_wire_translate_tells_the_frame_or_why_not(void **state)
{
	struct mm386 *m = machine_new("{\"memory\":\"32M\"}");
	struct wbuf b;
	json_t *root;

	(void)state;
	wbuf_init(&b, TEXT_MAX);
	assert_int_equal(wire_translate(&b, m, 0xc0123456, 0), 0);
	root = tree(&b);
	assert_true(json_is_true(json_object_get(root, "present")));
	assert_string_equal(json_string_value(json_object_get(root, "phys")), "0x123456");
	assert_int_equal(json_integer_value(json_object_get(root, "pfn")), 0x123);
	assert_true(json_is_null(json_object_get(root, "why")));
	json_decref(root);
	assert_int_equal(wire_translate(&b, m, 0, 0), 0);
	root = tree(&b);
	assert_true(json_is_false(json_object_get(root, "present")));
	assert_true(json_is_null(json_object_get(root, "pfn")));
	assert_true(json_string_length(json_object_get(root, "why")) > 0);
	json_decref(root);
	assert_int_equal(wire_translate(&b, m, 0, 4711), -ESRCH);
	wbuf_free(&b);
	mm386_free(m);
}

static void test_wire_allocations_in_pages(void **state)
{
	struct mm386 *m = machine_new("{\"memory\":\"32M\"}");
	uint32_t from = 0, seen = 0;
	struct wbuf b;

	(void)state;
	for (unsigned i = 0; i < 25; i++)
		json_decref(
			answer(m, "{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"order\":1}"));
	for (;;) {
		json_t *root, *list, *next;

		wbuf_init(&b, TEXT_MAX);
		wire_alloc_list(&b, m, from, 10);
		root = tree(&b);
		list = json_object_get(root, "allocations");
		seen += (uint32_t)json_array_size(list);
		assert_true(json_array_size(list) <= 10);
		assert_string_equal(
			json_string_value(json_object_get(json_array_get(list, 0), "op")),
			"alloc_pages");
		next = json_object_get(root, "next");
		if (json_is_integer(next))
			assert_true(json_integer_value(next) > from);
		from = (uint32_t)json_integer_value(next);
		json_decref(root);
		if (!from)
			break;
	}
	assert_int_equal(seen, 25);
	mm386_free(m);
}

static void test_wire_alloc_id(void **state)
{
	static const char *const wrong[] = {
		"", "a", "17", "a0", "a01", "a-1", "a1x", "b1", "a99999999999999999999", "a 1"};
	uint64_t seq = 0;

	(void)state;
	assert_int_equal(wire_alloc_id_parse("a17", &seq), 0);
	assert_int_equal(seq, 17);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(wire_alloc_id_parse(wrong[i], &seq), -EINVAL);
	assert_int_equal(seq, 17);
}

static void test_wire_ops_and_schemas_are_json(void **state)
{
	struct wbuf b;
	json_t *root, *image;

	(void)state;
	wbuf_init(&b, TEXT_MAX);
	wire_ops(&b);
	root = tree(&b);
	assert_int_equal(json_array_size(json_object_get(root, "ops")), MM386_NR_OPS);
	assert_true(json_array_size(json_object_get(root, "gfp")) > 5);
	json_decref(root);
	wire_ops_schema(&b);
	root = tree(&b);
	assert_int_equal(json_array_size(json_object_get(root, "oneOf")), MM386_NR_OPS);
	json_decref(root);
	config_schema(&b);
	root = tree(&b);
	assert_non_null(json_object_get(json_object_get(root, "properties"), "memory"));
	image = json_object_get(json_object_get(root, "properties"), "image");
	assert_int_equal(json_object_size(json_object_get(image, "properties")), 8);
	json_decref(root);
}

static void test_wire_problem(void **state)
{
	struct mm386_error err = {.pointer = "/3/gfp", .detail = "a \"wrong\" word\n"};
	struct wbuf b;
	char *text;

	(void)state;
	wbuf_init(&b, TEXT_MAX);
	wire_problem(&b, 422, "Wrong", &err, 3);
	text = text_of(&b);
	assert_string_equal(
		text, "{\"title\":\"Wrong\",\"status\":422,\"detail\":\"a \\\"wrong\\\" word\\n\","
		      "\"pointer\":\"/3/gfp\",\"applied\":3}");
	free(text);
	wire_problem(&b, 404, "Not found", NULL, -1);
	text = text_of(&b);
	assert_string_equal(text, "{\"title\":\"Not found\",\"status\":404}");
	free(text);
}

static void test_wire_numbers_of_every_length(void **state)
{
	struct wbuf b;
	char *text;

	(void)state;
	wbuf_init(&b, TEXT_MAX);
	for (uint64_t v = 1, last = 0; v > last; last = v, v *= 10) {
		char want[128];

		wbuf_uint(&b, v - 1);
		wbuf_char(&b, ' ');
		wbuf_uint(&b, v);
		wbuf_char(&b, ' ');
		wbuf_int(&b, -(int64_t)(v / 2));
		wbuf_hex(&b, v);
		wbuf_hex64(&b, v);
		text = text_of(&b);
		snprintf(want, sizeof(want), "%llu %llu %lld\"0x%llx\"\"0x%016llx\"",
			 (unsigned long long)(v - 1), (unsigned long long)v, -(long long)(v / 2),
			 (unsigned long long)v, (unsigned long long)v);
		assert_string_equal(text, want);
		free(text);
	}
	wbuf_uint(&b, UINT64_MAX);
	wbuf_int(&b, INT64_MIN);
	wbuf_hex(&b, 0);
	wbuf_hex(&b, UINT64_MAX);
	text = text_of(&b);
	assert_string_equal(
		text, "18446744073709551615-9223372036854775808\"0x0\"\"0xffffffffffffffff\"");
	free(text);
}

/* Whatever bytes a text has, what is written is JSON. */
static void test_wire_strings_are_always_json(void **state)
{
	uint64_t random = 99;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		char text[17] = {0};
		struct wbuf b;
		json_t *root;

		for (unsigned i = 0; i < 16; i++)
			text[i] = (char)(draw(&random) % 4 ? 0x80 | draw(&random) : draw(&random));
		wbuf_init(&b, TEXT_MAX);
		wbuf_text(&b, "[");
		wbuf_string(&b, text);
		wbuf_text(&b, "]");
		root = tree(&b);
		json_decref(root);
	}
}

/* ---- viewers and the scene
 * ----------------------------------------------------------------------- */

static void test_wire_viewer_subscribes(void **state)
{
	static const char text[] =
		"{\"type\":\"subscribe\",\"sections\":[\"frames\",\"zones\"],\"rate\":5}";
	struct mm386_error err;
	struct wire_viewer v;

	(void)state;
	assert_int_equal(wire_viewer_parse(text, strlen(text), &v, &err), 0);
	assert_int_equal(v.type, WIRE_VIEWER_SUBSCRIBE);
	assert_int_equal(v.sections, WIRE_FRAMES | WIRE_ZONES);
	assert_int_equal(v.rate, 5);
	assert_int_equal(wire_viewer_parse("{\"type\":\"subscribe\"}", 20, &v, &err), 0);
	assert_int_equal(v.sections, WIRE_ALL);
	assert_int_equal(v.rate, WIRE_RATE_MAX);
	assert_int_equal(wire_viewer_parse("{\"type\":\"resync\"}", 17, &v, &err), 0);
	assert_int_equal(v.type, WIRE_VIEWER_RESYNC);
}

static void test_wire_viewer_refuses(void **state)
{
	static const char *const text[] = {
		"",
		"[]",
		"{}",
		"{\"type\":1}",
		"{\"type\":\"hello\"}",
		"{\"type\":\"resync\",\"x\":1}",
		"{\"type\":\"subscribe\",\"sections\":[]}",
		"{\"type\":\"subscribe\",\"sections\":\"frames\"}",
		"{\"type\":\"subscribe\",\"sections\":[\"frames,zones\"]}",
		"{\"type\":\"subscribe\",\"sections\":[7]}",
		"{\"type\":\"subscribe\",\"rate\":0}",
		"{\"type\":\"subscribe\",\"rate\":21}",
		"{\"type\":\"subscribe\",\"machine\":\"x\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		struct mm386_error err = {.line = 0};
		struct wire_viewer v;

		if (!wire_viewer_parse(text[i], strlen(text[i]), &v, &err))
			fail_msg("taken: %s", text[i]);
		assert_true(err.detail[0]);
	}
}

static void test_wire_scene_changes_what_is_given(void **state)
{
	struct wire_scene scene = {.name = "churn", .running = true, .rate = 20}, before;
	struct mm386_error err;

	(void)state;
	assert_int_equal(wire_scene_parse("{\"running\":false}", 17, &scene, &err), 0);
	assert_false(scene.running);
	assert_int_equal(scene.rate, 20);
	before = scene;
	assert_int_equal(wire_scene_parse("{\"running\":true,\"rate\":0}", 25, &scene, &err),
			 -EINVAL);
	assert_string_equal(err.pointer, "/rate");
	assert_memory_equal(&scene, &before, sizeof(scene));
	assert_int_equal(wire_scene_parse("{\"speed\":1}", 11, &scene, &err), -EINVAL);
	assert_string_equal(err.pointer, "/speed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire_op_takes_text_and_numbers),
		cmocka_unit_test(test_wire_op_not_given_takes_the_default),
		cmocka_unit_test(test_wire_op_takes_words_switches_and_lists),
		cmocka_unit_test(test_wire_op_text_reads_like_a_call),
		cmocka_unit_test(test_wire_op_refuses_and_points_at_the_member),
		cmocka_unit_test(test_wire_op_refuses_numbers_that_json_does_not_have),
		cmocka_unit_test(test_wire_batch_is_good_up_to_the_first_wrong_one),
		cmocka_unit_test(test_wire_batch_one_empty_too_many_and_none),
		cmocka_unit_test(test_wire_pointer_prefix_never_overflows),
		cmocka_unit_test(test_wire_log_op_and_back),
		cmocka_unit_test(test_wire_log_note_is_passed_over),
		cmocka_unit_test(test_wire_log_keeps_every_gfp_flag),
		cmocka_unit_test(test_wire_log_keeps_all_gfp_flags_together),
		cmocka_unit_test(test_wire_log_config_and_back),
		cmocka_unit_test(test_wire_answer_yes),
		cmocka_unit_test(test_wire_answer_no),
		cmocka_unit_test(test_wire_answer_about_no_block),
		cmocka_unit_test(test_wire_answer_says_what_was_assumed),
		cmocka_unit_test(test_wire_answer_highmem_has_no_address),
		cmocka_unit_test(test_wire_frame_of_every_kind),
		cmocka_unit_test(test_wire_translate_tells_the_frame_or_why_not),
		cmocka_unit_test(test_wire_allocations_in_pages),
		cmocka_unit_test(test_wire_alloc_id),
		cmocka_unit_test(test_wire_ops_and_schemas_are_json),
		cmocka_unit_test(test_wire_problem),
		cmocka_unit_test(test_wire_numbers_of_every_length),
		cmocka_unit_test(test_wire_strings_are_always_json),
		cmocka_unit_test(test_wire_viewer_subscribes),
		cmocka_unit_test(test_wire_viewer_refuses),
		cmocka_unit_test(test_wire_scene_changes_what_is_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
