/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_wire.c - messages of the stream, and the law that holds them together:
 *
 *	snapshot(a) + delta(a -> b) = snapshot(b), byte for byte
 *
 * The applier here is written from docs/PROTOCOL.md alone and knows nothing of
 * the writer: it parses, replaces, and lets jansson print.
 */
#include <jansson.h>

#include "support.h"

/* ---- an applier ------------------------------------------------------------- */

#define FRAMES_MAX (1u << 17)
#define BLOCKS_MAX (FRAMES_MAX >> 9)
static uint8_t frame_kind[FRAMES_MAX];

static uint32_t int_at(const json_t *list, size_t i)
{
	assert_true(json_is_integer(json_array_get(list, i)));
	return (uint32_t)json_integer_value(json_array_get(list, i));
}

/* Frames of a snapshot's pairs; returns how many. */
static uint32_t frames_expand(const json_t *runs)
{
	uint32_t at = 0;

	assert_int_equal(json_array_size(runs) % 2, 0);
	for (size_t i = 0; i < json_array_size(runs); i += 2) {
		uint32_t count = int_at(runs, i), kind = int_at(runs, i + 1);

		assert_true(count > 0);
		assert_true(count <= FRAMES_MAX - at);
		if (i > 0)
			assert_int_not_equal(kind, int_at(runs, i - 1)); /* neighbours differ */
		memset(frame_kind + at, (int)kind, count);
		at += count;
	}
	return at;
}

static void frames_apply(const json_t *triples, uint32_t nr)
{
	uint32_t last = 0;

	assert_int_equal(json_array_size(triples) % 3, 0);
	for (size_t i = 0; i < json_array_size(triples); i += 3) {
		uint32_t first = int_at(triples, i), count = int_at(triples, i + 1);

		assert_true(first >= last); /* rising, not overlapping */
		assert_true(count > 0);
		assert_true(count <= nr - first);
		memset(frame_kind + first, (int)int_at(triples, i + 2), count);
		last = first + count;
	}
}

static json_t *frames_pack(uint32_t nr)
{
	json_t *runs = json_array();
	uint32_t end;

	for (uint32_t at = 0; at < nr; at = end) {
		for (end = at + 1; end < nr && frame_kind[end] == frame_kind[at]; end++)
			;
		json_array_append_new(runs, json_integer(end - at));
		json_array_append_new(runs, json_integer(frame_kind[at]));
	}
	return runs;
}

/* Page blocks are not sent with their zone: runs of letters go into the old ones. */
static void blocks_keep(json_t *old, json_t *zone)
{
	json_t *blocks = json_object_get(old, "pageblocks");
	const json_t *runs = json_object_get(json_object_get(zone, "pageblocks"), "runs");
	char *types;
	size_t nr;

	if (!blocks)
		return;
	types = strdup(json_string_value(json_object_get(blocks, "types")));
	assert_non_null(types);
	nr = strlen(types);
	assert_int_equal(json_array_size(runs) % 3, 0);
	for (size_t i = 0; i < json_array_size(runs); i += 3) {
		uint32_t first = int_at(runs, i), count = int_at(runs, i + 1);
		const char *letter = json_string_value(json_array_get(runs, i + 2));

		assert_int_equal(strlen(letter), 1);
		assert_true(count > 0);
		assert_true(first <= nr && count <= nr - first);
		memset(types + first, letter[0], count);
	}
	json_object_set_new(blocks, "types", json_string(types));
	json_object_set(zone, "pageblocks", blocks);
	free(types);
}

static void zone_replace(json_t *zones, json_t *zone)
{
	for (size_t i = 0; i < json_array_size(zones); i++) {
		json_t *old = json_array_get(zones, i);

		if (json_equal(json_object_get(old, "name"), json_object_get(zone, "name")) &&
		    json_equal(json_object_get(old, "node"), json_object_get(zone, "node"))) {
			blocks_keep(old, zone);
			json_array_set(zones, i, zone);
			return;
		}
	}
	fail_msg("a delta has a zone that the snapshot has not");
}

static json_t *parse(const char *text)
{
	json_error_t err;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &err);

	if (!root)
		fail_msg("not JSON: %s at %d: %.200s", err.text, err.position, text);
	return root;
}

/* The snapshot after ${delta_text}, as text; the caller frees it. */
static char *apply(const char *base_text, const char *delta_text)
{
	json_t *state = parse(base_text), *delta = parse(delta_text);
	json_t *frames = json_object_get(delta, "frames"), *zone;
	char *text;
	size_t i;

	assert_string_equal(json_string_value(json_object_get(delta, "type")), "delta");
	assert_true(json_equal(json_object_get(delta, "base"), json_object_get(state, "seq")));
	json_object_set(state, "seq", json_object_get(delta, "seq"));
	if (json_object_get(delta, "machine"))
		json_object_update(json_object_get(state, "machine"),
				   json_object_get(delta, "machine"));
	if (frames) {
		json_t *old = json_object_get(state, "frames");
		uint32_t nr = frames_expand(json_object_get(old, "runs"));

		frames_apply(json_object_get(frames, "runs"), nr);
		json_object_set_new(old, "runs", frames_pack(nr));
	}
	json_array_foreach (json_object_get(delta, "zones"), i, zone)
		zone_replace(json_object_get(state, "zones"), zone);
	if (json_object_get(delta, "vm"))
		json_object_set(state, "vm", json_object_get(delta, "vm"));
	text = json_dumps(state, JSON_COMPACT);
	json_decref(state);
	json_decref(delta);
	return text;
}

/* ---- a stream of operations ---------------------------------------------------- */

#define LIVE_MAX 512

struct churn {
	struct mm386 *m;
	uint64_t random;
	struct mm386_alloc live[LIVE_MAX];
	unsigned nr_live;
};

static void churn_text(struct churn *c, const char *text, struct mm386_result *res)
{
	struct mm386_error err = {.line = 0};
	struct mm386_op op;

	if (wire_op_parse(text, strlen(text), &op, &err))
		fail_msg("%s: %s: %s", text, err.pointer, err.detail);
	assert_int_equal(mm386_apply(c->m, &op, res, &err), 0);
}

/* An allocation of any size, a good free, or a wrong one. */
static void churn_step(struct churn *c)
{
	static const char *const gfp[] = {"GFP_KERNEL",		  "GFP_DMA",
					  "GFP_HIGHUSER_MOVABLE", "GFP_ATOMIC",
					  "GFP_USER|__GFP_ZERO",  "GFP_KERNEL|__GFP_RECLAIMABLE"};
	uint64_t r = draw(&c->random);
	struct mm386_result res;
	char text[160];

	if (c->nr_live && (c->nr_live == LIVE_MAX || r % 5 < 2)) {
		unsigned i = (unsigned)(r >> 8) % c->nr_live;

		snprintf(text, sizeof(text), "{\"op\":\"free_pages\",\"pfn\":%u,\"order\":%u}",
			 c->live[i].pfn, c->live[i].order);
		churn_text(c, text, &res);
		c->live[i] = c->live[--c->nr_live];
		return;
	}
	if (r % 41 == 0) {
		snprintf(text, sizeof(text),
			 "{\"op\":\"sysctl\",\"name\":\"vm.lowmem_reserve_ratio\",\"value\":[%u,%u]"
			 "}",
			 1 + ((unsigned)(r >> 8) & 0xff), 1 + ((unsigned)(r >> 16) & 0x3f));
		churn_text(c, text, &res);
		return;
	}
	if (r % 43 == 0) {
		churn_text(c, "{\"op\":\"drain_all_pages\"}", &res);
		return;
	}
	if (r % 37 == 0) {
		snprintf(text, sizeof(text), "{\"op\":\"free_pages\",\"pfn\":%u,\"order\":1}",
			 (unsigned)(r >> 8) & 0xfff);
		churn_text(c, text, &res);
		assert_false(res.ok && c->nr_live == 0);
		for (unsigned i = 0; res.ok && i < c->nr_live; i++)
			if (c->live[i].pfn == res.pfn)
				c->live[i] = c->live[--c->nr_live];
		return;
	}
	snprintf(text, sizeof(text), "{\"op\":\"alloc_pages\",\"gfp\":\"%s\",\"order\":%u}",
		 gfp[(r >> 8) % 6], (unsigned)((r >> 16) % 12 * (r >> 20 & 1)));
	churn_text(c, text, &res);
	if (res.ok)
		c->live[c->nr_live++] = (struct mm386_alloc){.pfn = res.pfn, .order = res.order};
}

static char *delta_text(struct mm386 *m, uint64_t base, unsigned sections,
			const struct wire_explain *explain)
{
	struct wbuf b;

	wbuf_init(&b, TEXT_MAX);
	wire_delta(&b, m, base, sections, explain);
	return text_of(&b);
}

static const char *const machine[] = {
	"{\"memory\":\"16M\",\"kernel\":\"2.4\"}",
	"{\"memory\":\"64M\"}",
	"{\"memory\":\"128M\",\"kernel\":\"6.1\",\"cpus\":3}",
	"{\"memory\":\"256M\",\"vmsplit\":\"1g\",\"pae\":true,\"cmdline\":\"highmem=64M\"}",
};

static void law_holds(const char *config, unsigned sections, uint64_t seed)
{
	struct churn c = {.m = machine_new(config), .random = seed};
	char *before, *after, *delta, *applied;

	mm386_cut(c.m);
	before = snapshot_text(c.m, sections);
	for (unsigned cut = 0; cut < 40; cut++) {
		uint64_t base = mm386_seq(c.m);

		/* Also the delta of nothing. */
		for (uint64_t n = draw(&c.random) % 30; n; n--)
			churn_step(&c);
		delta = delta_text(c.m, base, sections, NULL);
		mm386_cut(c.m);
		after = snapshot_text(c.m, sections);
		applied = apply(before, delta);
		if (strcmp(applied, after))
			fail_msg("%s, sections 0x%x, seed %llu, cut %u: law broken by %.300s",
				 config, sections, (unsigned long long)seed, cut, delta);
		free(before);
		free(delta);
		free(applied);
		before = after;
	}
	free(before);
	mm386_free(c.m);
}

/* What changed, a byte a frame and a byte a page block. */
struct seen {
	uint8_t frame[FRAMES_MAX], block[BLOCKS_MAX];
	uint32_t zones;
	bool sysctl;
};

/* Add what changed since the last cut; cut. */
static void keep_changes(struct mm386 *m, struct seen *seen)
{
	uint32_t i, count;

	for (i = 0; mm386_next_changed(m, &i, &count); i += count)
		memset(seen->frame + i, 1, count);
	for (i = 0; mm386_next_pageblock_changed(m, &i, &count); i += count)
		memset(seen->block + i, 1, count);
	seen->zones |= mm386_zones_changed(m);
	seen->sysctl = seen->sysctl || mm386_sysctl_changed(m);
	mm386_cut(m);
}

static size_t runs_of(const uint8_t *seen, uint32_t nr, struct wire_run *run)
{
	size_t nr_run = 0;

	for (uint32_t at = 0; at < nr; at++) {
		if (!seen[at])
			continue;
		if (nr_run && run[nr_run - 1].first + run[nr_run - 1].count == at)
			run[nr_run - 1].count++;
		else
			run[nr_run++] = (struct wire_run){at, 1};
	}
	return nr_run;
}

/* A viewer who wants fewer deltas: one tells what several cuts found. */
static void test_wire_law_holds_over_several_cuts(void **state)
{
	static struct wire_run run[FRAMES_MAX], block[BLOCKS_MAX];
	static struct seen seen;
	struct churn c = {.m = machine_new(machine[2]), .random = 17};
	struct wire_changes changes = {.run = run, .block = block};
	char *before, *after, *applied;
	struct wbuf b;

	(void)state;
	mm386_cut(c.m);
	for (unsigned round = 0; round < 10; round++) {
		uint64_t base = mm386_seq(c.m);

		before = snapshot_text(c.m, WIRE_ALL);
		memset(&seen, 0, sizeof(seen));
		for (unsigned step = 0; step < 60; step++) {
			churn_step(&c);
			if (step % 15 == 14)
				keep_changes(c.m, &seen);
		}
		changes.zones = seen.zones;
		changes.sysctl = seen.sysctl;
		changes.nr = runs_of(seen.frame, mm386_info(c.m)->nr_frames, run);
		changes.nr_block = runs_of(seen.block, BLOCKS_MAX, block);
		wbuf_init(&b, TEXT_MAX);
		wire_delta_of(&b, c.m, base, WIRE_ALL, NULL, &changes);
		wbuf_char(&b, '\0');
		applied = apply(before, b.data);
		after = snapshot_text(c.m, WIRE_ALL);
		assert_string_equal(applied, after);
		wbuf_free(&b);
		free(applied);
		free(after);
		free(before);
	}
	mm386_free(c.m);
}

static void test_wire_snapshot_and_delta_make_the_next_snapshot(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(machine) / sizeof(machine[0]); i++)
		for (uint64_t seed = 1; seed <= 3; seed++)
			law_holds(machine[i], WIRE_ALL, seed);
}

static void test_wire_law_holds_for_every_set_of_sections(void **state)
{
	(void)state;
	for (unsigned sections = 0; sections <= WIRE_ALL; sections++)
		law_holds(machine[sections % 2], sections, sections + 1);
}

static void test_wire_runs_add_up_to_the_frames(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(machine) / sizeof(machine[0]); i++) {
		struct mm386 *m = machine_new(machine[i]);
		char *text = snapshot_text(m, WIRE_ALL);
		json_t *root = parse(text);
		uint32_t nr =
			frames_expand(json_object_get(json_object_get(root, "frames"), "runs"));

		assert_int_equal(nr, mm386_info(m)->nr_frames);
		assert_memory_equal(frame_kind, mm386_kinds(m), nr);
		json_decref(root);
		free(text);
		mm386_free(m);
	}
}

/* What did not change is absent; what always travels is there. */
static void test_wire_delta_of_nothing_is_empty(void **state)
{
	struct mm386 *m = machine_new(machine[1]);
	char *text;

	(void)state;
	mm386_cut(m);
	text = delta_text(m, 0, WIRE_ALL & ~(unsigned)WIRE_MACHINE, NULL);
	assert_string_equal(text, "{\"v\":1,\"type\":\"delta\",\"base\":0,\"seq\":0}");
	free(text);
	mm386_free(m);
}

static void test_wire_snapshot_has_the_sections_that_were_asked(void **state)
{
	static const char *const name[] = {"machine", "legend", "physical", "frames",
					   "zones",   "vm",	"virtual"};
	struct mm386 *m = machine_new(machine[1]);

	(void)state;
	for (unsigned set = 0; set < 128; set++) {
		char *text = snapshot_text(m, set);
		json_t *root = parse(text);

		for (unsigned i = 0; i < 7; i++)
			assert_int_equal(json_object_get(root, name[i]) != NULL, set >> i & 1);
		assert_int_equal(json_object_size(root), 3 + __builtin_popcount(set));
		json_decref(root);
		free(text);
	}
	mm386_free(m);
}

/* Of long explanations the newest travel, and what does not is counted. */
static void test_wire_delta_keeps_the_newest_explanations(void **state)
{
	static const char zeroed[] = "{\"op\":\"get_zeroed_page\",\"gfp\":\"GFP_KERNEL\"}";
	static struct wire_note note[WIRE_DELTA_OPS + 10];
	static struct mm386_event event[WIRE_DELTA_EVENTS + 20];
	struct wire_explain explain = {note,  WIRE_DELTA_OPS + 10,    5,
				       event, WIRE_DELTA_EVENTS + 20, 7};
	struct mm386 *m = machine_new(machine[1]);
	json_t *root, *ops;
	char *text;

	(void)state;
	for (size_t i = 0; i < explain.nr_note; i++) {
		note[i] = (struct wire_note){
			.seq = i + 1, .ok = i % 2 == 0, .err = 12, .origin = "rest"};
		assert_int_equal(wire_op_parse(zeroed, strlen(zeroed), &note[i].op, NULL), 0);
	}
	for (size_t i = 0; i < explain.nr_event; i++)
		event[i] = (struct mm386_event){.seq = i + 1, .type = MM386_EVENT_BUDDY_SPLIT};
	text = delta_text(m, 0, WIRE_ALL, &explain);
	root = parse(text);
	ops = json_object_get(root, "ops");
	assert_int_equal(json_array_size(ops), WIRE_DELTA_OPS);
	assert_int_equal(json_integer_value(json_object_get(json_array_get(ops, 0), "seq")), 11);
	assert_string_equal(json_string_value(json_object_get(json_array_get(ops, 0), "text")),
			    "get_zeroed_page(GFP_KERNEL)");
	assert_string_equal(json_string_value(json_object_get(json_array_get(ops, 1), "errno")),
			    "ENOMEM");
	assert_int_equal(json_integer_value(json_object_get(root, "ops_omitted")), 15);
	assert_int_equal(json_array_size(json_object_get(root, "events")), WIRE_DELTA_EVENTS);
	assert_int_equal(json_integer_value(json_object_get(root, "events_omitted")), 27);
	json_decref(root);
	free(text);
	mm386_free(m);
}

static void test_wire_message_that_does_not_fit_fails_as_a_whole(void **state)
{
	struct mm386 *m = machine_new(machine[1]);
	struct wbuf b;

	(void)state;
	wbuf_init(&b, 1000);
	wire_snapshot(&b, m, WIRE_ALL);
	assert_false(wbuf_ok(&b));
	assert_null(wbuf_take(&b, NULL));
	mm386_free(m);
}

static void test_wire_hello_presence_bye(void **state)
{
	struct wire_limits limits = {.rate = 20, .message_bytes = 67108864};
	struct wire_scene scene = {.name = "churn", .running = true, .rate = 20};
	struct mm386 *m = machine_new(machine[1]);
	struct wbuf b;
	json_t *root;
	char *text;

	(void)state;
	wbuf_init(&b, TEXT_MAX);
	wire_hello(&b, m, "demo", 3, "mm386d 0.1.0", &limits);
	text = text_of(&b);
	root = parse(text);
	assert_int_equal(json_array_size(json_object_get(root, "legend")), MM386_NR_KINDS);
	assert_int_equal(json_integer_value(json_object_get(root, "boot")), 3);
	assert_string_equal(json_string_value(json_object_get(root, "protocol")), "mm386.v1");
	json_decref(root);
	free(text);
	wire_presence(&b, 12, &scene);
	wire_bye(&b, "shutdown");
	text = text_of(&b);
	assert_string_equal(
		text,
		"{\"v\":1,\"type\":\"presence\",\"viewers\":12,\"scene\":{\"name\":\"churn\","
		"\"running\":true,\"rate\":20}}{\"v\":1,\"type\":\"bye\",\"reason\":\"shutdown\"}");
	free(text);
	mm386_free(m);
}

static void test_wire_sections_by_name(void **state)
{
	struct mm386_error err;
	unsigned set = 0;

	(void)state;
	assert_int_equal(wire_sections_parse("frames,zones", &set, &err), 0);
	assert_int_equal(set, WIRE_FRAMES | WIRE_ZONES);
	assert_int_equal(wire_sections_parse("events", &set, &err), 0);
	assert_int_equal(set, WIRE_EVENTS);
	assert_true(wire_sections_parse("", &set, &err) < 0);
	assert_true(wire_sections_parse("frames,", &set, &err) < 0);
	assert_true(wire_sections_parse("frames zones", &set, &err) < 0);
	assert_true(wire_sections_parse("Frames", &set, &err) < 0);
	assert_non_null(strstr(err.detail, "Frames"));
	assert_int_equal(set, WIRE_EVENTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire_snapshot_and_delta_make_the_next_snapshot),
		cmocka_unit_test(test_wire_law_holds_for_every_set_of_sections),
		cmocka_unit_test(test_wire_law_holds_over_several_cuts),
		cmocka_unit_test(test_wire_runs_add_up_to_the_frames),
		cmocka_unit_test(test_wire_delta_of_nothing_is_empty),
		cmocka_unit_test(test_wire_snapshot_has_the_sections_that_were_asked),
		cmocka_unit_test(test_wire_delta_keeps_the_newest_explanations),
		cmocka_unit_test(test_wire_message_that_does_not_fit_fails_as_a_whole),
		cmocka_unit_test(test_wire_hello_presence_bye),
		cmocka_unit_test(test_wire_sections_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
