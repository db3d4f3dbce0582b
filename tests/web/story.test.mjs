// SPDX-License-Identifier: GPL-2.0-or-later
// story.js: what a viewer is told about one operation follows from its events alone.
import assert from "node:assert/strict";
import { test } from "node:test";

import { countsAt, cpuChange, pairAt, pictures, storyOf, undo, zonelist } from "../../web/static/js/story.js";

const DMA = 0, NORMAL = 1, HIGHMEM = 2;
const zoneTry = (zone, free, mark, ok, reserve = 0) =>
	({ event: "zone_try", seq: 7, zone, order: 2, free, mark, reserve, ok: Number(ok) });

/*
 * alloc_pages(order 2) out of an order 6 block, the low half kept each time; that
 * the block is off its list is told when it has been cut:
 *
 *	0xa100 ........ 64 frames
 *	       aaaa2222 33333333 4.. 5..
 */
function splitting({ base = 0xa100, from = 6, to = 2, keepHigh = false } = {}) {
	const events = [zoneTry(NORMAL, 1000, 939, true)];
	let keep = base;

	for (let order = from - 1; order >= to; order--) {
		const [low, high] = [keep, keep + 2 ** order];
		keep = keepHigh ? high : low;
		events.push({ event: "buddy_split", seq: 7, pfn: low, order: order + 1, keep_pfn: keep,
			list_pfn: keepHigh ? low : high, zone: NORMAL });
	}
	events.push({ event: "mm_page_alloc_zone_locked", seq: 7, pfn: keep, order: to, zone: NORMAL });
	events.push({ event: "mm_page_alloc", seq: 7, pfn: keep, order: to, gfp: 0xd0, zone: NORMAL, kind: 8 });
	return events;
}

/* The same block given back. */
function merging({ pfn = 0xa100, order = 2, to = 6 } = {}) {
	const events = [{ event: "mm_page_free", seq: 8, pfn, order, zone: NORMAL }];
	let block = pfn;

	for (let o = order; o < to; o++) {
		const buddy = block ^ (2 ** o);
		block = Math.min(block, buddy);
		events.push({ event: "buddy_merge", seq: 8, pfn: block, order: o + 1, buddy_pfn: buddy, zone: NORMAL });
	}
	events.push({ event: "buddy_free", seq: 8, pfn: block, order: to, zone: NORMAL, tail: 0 });
	return events;
}

const after = [12, 7, 1, 1, 1, 1, 2, 1, 0, 1, 168];

test("story_of_an_allocation_names_block_zone_and_each_halving", () => {
	const story = storyOf(splitting());

	assert.equal(story.kind, "alloc");
	assert.deepEqual([story.pfn, story.order, story.zone], [0xa100, 2, NORMAL]);
	assert.deepEqual(story.steps.map((s) => s.kind), ["try", "take", "split", "split", "split", "split", "got", "hand"]);
	assert.deepEqual(story.steps.filter((s) => s.kind === "split").map((s) => [s.order, s.list]),
		[[5, 0xa120], [4, 0xa110], [3, 0xa108], [2, 0xa104]]);
	assert.equal(story.steps[1].order, 6, "the block came off the list of order 6");
});

test("story_counts_before_an_allocation_are_those_after_less_its_changes", () => {
	const story = storyOf(splitting());
	const start = countsAt(story, { free: after }, NORMAL, 0);
	const end = countsAt(story, { free: after }, NORMAL, story.steps.length);

	assert.deepEqual(start.free, [12, 7, 0, 0, 0, 0, 3, 1, 0, 1, 168]);
	assert.deepEqual(start.by, new Array(11).fill(0));
	assert.deepEqual(end.free, after);
	assert.deepEqual(end.by, [0, 0, 1, 1, 1, 1, -1, 0, 0, 0, 0]);
	assert.deepEqual(countsAt(story, { free: after }, NORMAL, 3).by, [0, 0, 0, 0, 0, 1, -1, 0, 0, 0, 0]);
	assert.deepEqual(countsAt(story, { free: after }, DMA, 0).free, after, "another zone's lists are not touched");
});

test("story_of_a_free_merges_as_often_as_the_events_say", () => {
	const story = storyOf(merging());

	assert.equal(story.kind, "free");
	assert.deepEqual(story.steps.filter((s) => s.kind === "merge").map((s) => [s.order, s.buddy, s.merged]),
		[[2, 0xa104, 0xa100], [3, 0xa108, 0xa100], [4, 0xa110, 0xa100], [5, 0xa120, 0xa100]]);
	assert.deepEqual(countsAt(story, { free: after }, NORMAL, story.steps.length).by, [0, 0, -1, -1, -1, -1, 1, 0, 0, 0, 0]);
});

test("story_of_a_free_follows_the_lower_half_when_the_buddy_lies_below", () => {
	const story = storyOf(merging({ pfn: 0xa13c, order: 2, to: 6 }));

	assert.deepEqual(story.steps.filter((s) => s.kind === "merge").map((s) => [s.pfn, s.buddy, s.merged]),
		[[0xa13c, 0xa138, 0xa138], [0xa138, 0xa130, 0xa130], [0xa130, 0xa120, 0xa120], [0xa120, 0xa100, 0xa100]]);
});

test("story_free_undoes_alloc_in_the_lists", () => {
	const both = [...storyOf(splitting()).steps, ...storyOf(merging()).steps];

	assert.deepEqual(undo(after, NORMAL, both), after);
});

test("story_of_a_refusal_has_every_zone_and_no_picture", () => {
	const story = storyOf([zoneTry(HIGHMEM, 30, 66, false), zoneTry(NORMAL, 900, 939, false, 100), zoneTry(DMA, 20, 17, false, 865),
		{ event: "mm_vmscan_wakeup_kswapd", seq: 7, zone: HIGHMEM, order: 2 },
		zoneTry(HIGHMEM, 30, 32, false), zoneTry(NORMAL, 900, 930, false, 100), zoneTry(DMA, 20, 16, false, 865),
		{ event: "page_allocation_failure", seq: 7, order: 2, gfp: 0x20 }]);

	assert.equal(story.kind, "refused");
	assert.equal(story.zone, -1);
	assert.deepEqual(zonelist(story).map((row) => [row.zone, row.mark, row.walks, row.ok]),
		[[HIGHMEM, 32, 2, false], [NORMAL, 930, 2, false], [DMA, 16, 2, false]]);
	assert.deepEqual(pictures(story, 6), []);
});

test("story_of_a_fallback_stops_where_the_events_stop", () => {
	const rows = zonelist(storyOf([zoneTry(HIGHMEM, 30, 66, false), ...splitting()]));

	assert.deepEqual(rows.map((r) => [r.zone, r.gave]), [[HIGHMEM, false], [NORMAL, true]]);
});

test("story_of_a_zone_above_its_mark_without_a_block_did_not_give", () => {
	const rows = zonelist(storyOf([zoneTry(HIGHMEM, 900, 66, true), ...splitting()]));

	assert.deepEqual(rows.map((r) => [r.zone, r.ok, r.gave]), [[HIGHMEM, true, false], [NORMAL, true, true]]);
});

test("story_of_a_refused_free_is_bad", () => {
	assert.equal(storyOf([{ event: "bad_page", seq: 9, pfn: 5, order: 0, code: 3 }]).kind, "bad");
});

test("story_of_events_that_this_page_does_not_know_is_empty", () => {
	assert.deepEqual(storyOf([{ event: "kmalloc", seq: 9 }]), { kind: "none", order: 0, pfn: null, zone: -1, cpu: null, steps: [] });
});

/* Frames that the blocks of a picture cover, each once: the picture is whole. */
function covers({ root, blocks }) {
	const frames = blocks.flatMap((b) => Array.from({ length: 2 ** b.order }, (_, i) => b.pfn + i)).sort((a, b) => a - b);

	assert.deepEqual(frames, Array.from({ length: 2 ** root.order }, (_, i) => root.pfn + i));
}

for (const keepHigh of [false, true])
	for (let from = 0; from <= 10; from++)
		test(`story_pictures_of_${from}_halvings_are_whole (${keepHigh ? "high" : "low"} half handed out)`, () => {
			const story = storyOf(splitting({ base: 0x8000, from, to: 0, keepHigh }));
			const shown = pictures(story, 6);
			const drawn = shown.filter((p) => !p.gap);
			const hidden = shown.find((p) => p.gap)?.gap ?? 0;

			drawn.forEach(covers);
			assert.ok(drawn.length <= 6);
			assert.equal(drawn.filter((p) => p.text !== "order").length + hidden, Math.max(from, 1), "no halving is lost");
			assert.deepEqual(drawn.at(-1).blocks.filter((b) => b.mark === "taken").map((b) => b.pfn), [story.pfn]);
		});

for (let to = 0; to <= 10; to++)
	test(`story_pictures_of_${to}_merges_are_whole`, () => {
		const shown = pictures(storyOf(merging({ pfn: 0x8000 + 5, order: 0, to })), 6);
		const drawn = shown.filter((p) => !p.gap);
		const hidden = shown.find((p) => p.gap)?.gap ?? 0;

		drawn.forEach(covers);
		assert.ok(drawn.length <= 6);
		assert.equal(drawn.filter((p) => p.text === "merge").length + hidden, to, "no merge is lost");
		assert.equal(drawn.at(-1).blocks.length, 1);
	});

test("story_pair_is_one_xor_apart", () => {
	const story = storyOf(splitting());

	assert.deepEqual(pairAt(story, story.steps.length, 11), { block: 0xa100, order: 2, buddy: 0xa104, joined: true });
	assert.equal(pairAt(story, 1, 11), null);
});

test("story_pair_of_a_block_that_stayed_alone", () => {
	const alone = storyOf(merging({ pfn: 0xa104, order: 2, to: 2 }));
	const largest = storyOf(merging({ pfn: 0xa400, order: 10, to: 10 }));

	assert.deepEqual(pairAt(alone, 1, 11), { block: 0xa104, order: 2, buddy: 0xa100, joined: false });
	assert.equal(pairAt(largest, 1, 11), null);
});

// 2.4 numbers the frames of a zone from its start: 5 and 9 are buddies in a zone that starts at frame 5.
test("story_pair_is_the_one_that_the_events_name", () => {
	const story = storyOf([
		{ event: "buddy_split", seq: 7, pfn: 5, order: 3, keep_pfn: 9, list_pfn: 5, zone: HIGHMEM },
		{ event: "mm_page_alloc", seq: 7, pfn: 9, order: 2, gfp: "GFP_HIGHUSER", zone: HIGHMEM, kind: 9 },
	]);

	assert.deepEqual(pairAt(story, 2, 10), { block: 9, order: 2, buddy: 5, joined: true });
});

/* alloc_pages(order 0) of CPU 1, whose list is empty: three blocks come, two out of one that is cut. */
function refilling() {
	const got = (pfn) => ({ event: "mm_page_alloc_zone_locked", seq: 9, pfn, order: 0, zone: NORMAL, migratetype: 0, percpu_refill: 1 });
	const split = (pfn, list_pfn) => ({ event: "buddy_split", seq: 9, pfn, order: 1, keep_pfn: pfn, list_pfn, zone: NORMAL, migratetype: 0 });

	return [zoneTry(NORMAL, 1000, 939, true), got(0x77), split(0x100, 0x101), got(0x100), got(0x101),
		{ event: "rmqueue_bulk", seq: 9, cpu: 1, zone: NORMAL, order: 0, migratetype: 0, count: 3 },
		{ event: "pcp_alloc", seq: 9, pfn: 0x77, order: 0, zone: NORMAL, cpu: 1, list: 0, count: 2 },
		{ event: "mm_page_alloc", seq: 9, pfn: 0x77, order: 0, gfp: "GFP_KERNEL", zone: NORMAL, kind: 8, migratetype: 0 }];
}

test("story_of_a_refill_takes_each_block_off_its_own_list", () => {
	const story = storyOf(refilling());

	assert.deepEqual([story.kind, story.cpu, story.pfn], ["alloc", 1, 0x77]);
	assert.deepEqual(story.steps.map((s) => s.kind), ["try", "take", "got", "take", "split", "got", "take", "got", "refill", "pop", "hand"]);
	assert.deepEqual(countsAt(story, { free: after }, NORMAL, story.steps.length).by.slice(0, 2), [-1, -1]);
});

test("story_counts_go_by_migrate_type_too", () => {
	const events = [{ event: "move_freepages", seq: 9, pfn: 0x400, order: 3, zone: NORMAL, from_migratetype: 1, to_migratetype: 0 }];
	const zone = { free: [0, 0, 0, 5], free_by_type: { Unmovable: [0, 0, 0, 2], Movable: [0, 0, 0, 3] } };
	const before = countsAt(storyOf(events), zone, NORMAL, 0);

	assert.deepEqual(before.free, [0, 0, 0, 5], "a move leaves the sum as it is");
	assert.deepEqual(before.byType, { Unmovable: [0, 0, 0, 1], Movable: [0, 0, 0, 4] });
});

test("story_of_a_cpu_list_shows_what_the_list_held_before_and_after", () => {
	const { before, after: left, refilled } = cpuChange(storyOf(refilling()));

	assert.deepEqual([before, refilled, left], [0, 3, 2]);
	assert.deepEqual(pictures(storyOf(refilling()), 6).length, 1, "the first block came whole: one picture");
	const drained = storyOf([{ event: "mm_page_free", seq: 9, pfn: 0x10, order: 0, zone: DMA },
		{ event: "pcp_free", seq: 9, pfn: 0x10, order: 0, zone: DMA, cpu: 0, list: 0, count: 186 },
		...[0x20, 0x30].flatMap((pfn) => [{ event: "mm_page_pcpu_drain", seq: 9, pfn, order: 0, zone: DMA, cpu: 0, migratetype: 1 },
			{ event: "buddy_free", seq: 9, pfn, order: 0, zone: DMA, tail: 0, migratetype: 1 }])]);
	assert.deepEqual([cpuChange(drained).before, cpuChange(drained).after], [185, 184]);
	assert.equal(drained.kind, "free");
	assert.equal(pictures(drained, 6)[0].root.pfn, 0x20, "the picture is of the block that left the list");
});

/*
 * compact_memory: a free block of two goes, a page moves into it, the page's old frame and the rest
 * of the block are freed.  That it frees does not make it a free.
 */
test("story_of_compaction_is_no_free", () => {
	const story = storyOf([
		{ event: "mm_compaction_begin", seq: 9, zone: NORMAL, order: null, migrate_pfn: 0x1000, free_pfn: 0x3c00, mode: 2 },
		{ event: "mm_compaction_isolate_migratepages", seq: 9, zone: NORMAL, start_pfn: 0x1000, end_pfn: 0x1400, nr_scanned: 1024, nr_taken: 1 },
		{ event: "__isolate_free_page", seq: 9, zone: NORMAL, pfn: 0x3c10, order: 1, migratetype: 1 },
		{ event: "mm_compaction_isolate_freepages", seq: 9, zone: NORMAL, start_pfn: 0x3c00, end_pfn: 0x3c12, nr_scanned: 18, nr_taken: 2 },
		{ event: "migrate_page", seq: 9, zone: NORMAL, from_pfn: 0x1004, to_pfn: 0x3c11, order: 0 },
		{ event: "mm_page_free", seq: 9, zone: NORMAL, pfn: 0x1004, order: 0 },
		{ event: "migrate_failed", seq: 9, zone: NORMAL, pfn: 0x1400, count: 8, reason: 0 },
		{ event: "mm_compaction_end", seq: 9, zone: NORMAL, order: null, migrate_pfn: 0x3c00, free_pfn: 0x3c12, status: 5 },
	]);

	assert.equal(story.kind, "compact");
	assert.deepEqual(story.steps.map((s) => s.kind), ["compact", "scan", "isolate", "scan", "migrate", "free", "stuck"]);
	assert.deepEqual(undo([0, 4, 0], NORMAL, story.steps), [0, 5, 0]);
	assert.equal(story.steps.at(-1).count, 8);
});
