// SPDX-License-Identifier: GPL-2.0-or-later
// The small pure modules of the page: log, caption, ranges, the link's delays and its words.
import assert from "node:assert/strict";
import { test } from "node:test";

import { describe, plain } from "../../web/static/js/caption.js";
import { describeMap } from "../../web/static/js/describe.js";
import { mapOf } from "../../web/static/js/layout.js";
import { linkState } from "../../web/static/js/linkstate.js";
import { recall } from "../../web/static/js/live.js";
import { LOG_OPS, find, prepend, remember } from "../../web/static/js/log.js";
import { axisMarks, brackets, pageRange } from "../../web/static/js/ranges.js";
import { delayMs } from "../../web/static/js/worker/link.js";

const MIB = 256; /* frames */
const zones = [["DMA", 0, 16], ["Normal", 16, 896], ["HighMem", 896, 3328], ["Movable", 3328, 3328]]
	.map(([name, start, end]) => ({ name, start_pfn: start * MIB, end_pfn: end * MIB, present: (end - start) * MIB, managed: (end - start) * MIB - 20 }));
const state = { zones, machine: { orders: 11, frames: 4096 * MIB } };
const op = (events, rest = {}) => ({ seq: 5, text: "alloc_pages(GFP_KERNEL, 2)", ok: true, events, ...rest });

test("log_keeps_the_newest_and_gives_each_operation_its_events", () => {
	const delta = { ops: [{ seq: 1 }, { seq: 2 }], events: [{ seq: 1, event: "a" }, { seq: 2, event: "b" }, { seq: 2, event: "c" }] };
	const log = remember([], delta);

	assert.deepEqual(find(log, 2).events.map(({ event }) => event), ["b", "c"]);
	assert.equal(remember(log, {}), log);
	let long = log;
	for (let seq = 3; seq < LOG_OPS + 10; seq++)
		long = remember(long, { ops: [{ seq }] });
	assert.equal(long.length, LOG_OPS);
	assert.equal(find(long, 1), undefined);
});

test("log_takes_older_operations_and_sees_from_their_events_whether_they_went_well", () => {
	const log = remember([], { ops: [{ seq: 8, text: "b" }] });
	const answer = { ops: [{ seq: 7, text: "a" }, { seq: 8, text: "not this one" }], events: [{ seq: 7, event: "page_allocation_failure" }] };

	assert.deepEqual(prepend(log, answer).map(({ seq, text, ok }) => [seq, text, ok]), [[7, "a", false], [8, "b", undefined]]);
	assert.equal(prepend(log, { ops: [{ seq: 7 }], events: [{ seq: 7, event: "mm_page_alloc" }] })[0].ok, true);
	assert.equal(prepend(log, { ops: [], events: [] }), log);
});

test("recall_keeps_what_came_while_it_asked", async () => {
	const store = { live: { peek: () => ({ seq: 9 }) }, log: { value: [] } };
	const api = { get: async () => {
		store.log.value = [{ seq: 9 }];
		return { ops: [{ seq: 8 }], events: [{ seq: 8, event: "mm_page_alloc" }] };
	} };

	await recall(store, api, 2);
	assert.deepEqual(store.log.value.map(({ seq }) => seq), [8, 9]);
});

test("caption_tells_of_splits", () => {
	const events = [{ event: "zone_try", zone: 1, ok: 1 }, ...Array(3).fill({ event: "buddy_split" }), { event: "mm_page_alloc", pfn: 0x1000, order: 2, zone: 1 }];

	assert.equal(plain(describe(op(events), state)), "alloc_pages(GFP_KERNEL, 2) took 4 frames (16 KiB) at 0x01000 from zone Normal. " +
		"No order 2 block was free there: an order 5 block was halved 3 times.");
});

test("caption_tells_which_zones_were_passed", () => {
	const events = [{ event: "zone_try", zone: 2, ok: 0 }, { event: "zone_try", zone: 1, ok: 1 }, { event: "mm_page_alloc", pfn: 0, order: 0, zone: 1 }];

	assert.match(plain(describe(op(events), state)), /from zone Normal, past HighMem\. A free block of order 0 was there whole\.$/);
});

test("caption_tells_of_merges", () => {
	const free = { event: "mm_page_free", pfn: 0, order: 3, zone: 0 };

	assert.match(plain(describe(op([free, { event: "buddy_merge" }]), state)), /merged once, into an order 4 block\.$/);
	assert.match(plain(describe(op([free]), state)), /The buddy is not free/);
	assert.match(plain(describe(op([{ ...free, order: 10 }]), state)), /as large as they get/);
});

test("caption_tells_each_zone_comparison_of_a_refusal", () => {
	const events = [{ event: "zone_try", zone: 1, free: 1120, mark: 1128, reserve: 0, ok: 0 }, { event: "zone_try", zone: 0, free: 12, mark: 16, reserve: 865, ok: 0 }];

	assert.equal(plain(describe(op(events, { ok: false }), state)),
		"alloc_pages(GFP_KERNEL, 2) was refused. Normal: free 1,120, mark 1,128 + reserve 0; DMA: free 12, mark 16 + reserve 865.");
	assert.match(plain(describe(op([{ event: "bad_page", pfn: 16, order: 1 }], { ok: false }), state)), /no block of order 1 to free at 0x00010/);
});

test("caption_before_the_first_operation", () => assert.match(plain(describe(null, state)), /has booted/));

test("ranges_hold_whole_frames_only", () => {
	assert.deepEqual(pageRange({ start: "0x9fc00", end: "0xfffff" }, 1 << 20), [0xa0, 0x100]);
	assert.deepEqual(pageRange({ start: "0x1000", end: "0x17ff" }, 1 << 20), [1, 1]);
	assert.deepEqual(pageRange({ start: "0xd0000000", end: "0xffffffff" }, 0xe0000), [0xd0000, 0xe0000]);
});

const pciHole = [{ name: "No memory", start: "0xd0000000", end: "0xffffffff" }];

test("ranges_brackets_do_not_overlap", () => {
	const rows = (column) => brackets(zones, pciHole, mapOf(4096 * MIB), column).map(({ name, top, bottom }) => [name, top, bottom]);

	assert.deepEqual(rows(0), [["DMA", 0, 1], ["Normal", 1, 7], ["HighMem", 7, 26], ["No memory", 26, 32]]);
	assert.deepEqual(rows(5)[0], ["Normal", 0, 7], "beside the four squares of DMA");
});

test("ranges_brackets_name_a_zone_that_does_not_begin_at_frame_0", () => {
	const late = zones.map((zone) => (zone.name === "DMA" ? { ...zone, start_pfn: 16 } : zone));

	assert.equal(brackets(late, [], mapOf(4096 * MIB))[0].name, "DMA");
});

test("ranges_brackets_leave_a_hole_within_a_zone_to_the_map", () => {
	const spanning = zones.map((zone) => (zone.name === "HighMem" ? { ...zone, end_pfn: 5120 * MIB } : zone));

	assert.ok(!brackets(spanning, pciHole, mapOf(5120 * MIB)).some(({ hole }) => hole));
});

test("ranges_brackets_tell_what_the_allocator_manages", () => {
	const [, normal] = brackets(zones, [], mapOf(4096 * MIB));

	assert.deepEqual([normal.name, normal.pages], ["Normal", 880 * MIB - 20]);
});

test("ranges_axis_ends_with_the_map_and_not_with_a_zone_just_before_it", () => {
	const map = mapOf(512 * MIB);
	const late = [{ start_pfn: 1, end_pfn: 16 * MIB }, { start_pfn: 16 * MIB, end_pfn: map.frames - 16 }];
	const strong = axisMarks(late, [], map, 1).filter((mark) => mark.strong).map(({ pfn, row }) => [pfn, row]);

	assert.deepEqual(strong, [[0, 0], [16 * MIB, 1], [map.frames, map.down]]);
});

test("ranges_axis_has_edges_before_round_addresses", () => {
	const marks = axisMarks(zones, pciHole, mapOf(4096 * MIB), 1.2).map(({ pfn, strong }) => [pfn / MIB, strong]);

	assert.deepEqual(marks, [[0, true], [896, true], [2048, false], [3072, false], [3328, true], [4096, true]]);
});

test("describe_names_the_kinds_by_size", () => {
	const text = describeMap({ machine: { frames: 3 }, legend: [{ label: "Free" }, { label: "Kernel" }, { label: "None" }] }, [1, 2, 0]);

	assert.equal(text, "3 frames of 4 KiB: 8 KiB Kernel, 4 KiB Free.");
});

test("link_waits_longer_each_time_and_never_too_long", () => {
	assert.deepEqual([0, 1, 2, 3, 4, 5, 50].map((n) => delayMs(n, 0)), [500, 1000, 2000, 4000, 8000, 10000, 10000]);
	assert.equal(delayMs(3, 0.999999) > 2000, true);
	assert.equal(delayMs(3, 1), 2000);
});

test("link_tells_a_lost_server_from_a_lost_network", () => {
	const since = new Date(2026, 0, 1, 12, 3).getTime();
	const later = since + 60000;

	assert.equal(linkState({ status: "live", since: null }, true, null, later).text, "Live");
	assert.equal(linkState({ status: "connecting", since: null }, true, null, later).text, "Connecting…");
	assert.equal(linkState({ status: "lost", since }, true, null, since + 500).text, "Reconnecting…");
	assert.equal(linkState({ status: "lost", since }, true, null, later).text, "server gone since 12:03, your network is fine");
	assert.equal(linkState({ status: "lost", since }, false, null, later).text, "no network here since 12:03");
	assert.equal(linkState({ status: "live", since: null }, true, 1234, later).text, "Looking at operation 1,234");
});
