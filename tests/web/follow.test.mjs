// SPDX-License-Identifier: GPL-2.0-or-later
// follow.js: which operation is shown, and the free lists right after it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { mostTelling, zonesAfter } from "../../web/static/js/follow.js";

const alloc = (seq, splits, origin = "scene") => ({ seq, origin, events: [
	...Array.from({ length: splits }, (_, i) => ({ event: "buddy_split", pfn: 0x100, order: splits - i,
		keep_pfn: 0x100, list_pfn: 0x100 + 2 ** (splits - 1 - i), zone: 0 })),
	{ event: "mm_page_alloc_zone_locked", pfn: 0x100, order: 0, zone: 0 },
	{ event: "mm_page_alloc", pfn: 0x100, order: 0, gfp: 0, zone: 0, kind: 8 },
] });

test("follow_most_telling_is_the_newest_with_most_steps", () => {
	assert.equal(mostTelling([alloc(1, 0), alloc(2, 3), alloc(3, 3), alloc(4, 1)], 0).seq, 3);
});

test("follow_by_hand_comes_before_the_scene", () => {
	assert.equal(mostTelling([alloc(1, 9), alloc(2, 0, "rest"), alloc(3, 9)], 0).seq, 2);
});

test("follow_looks_only_at_what_is_new", () => {
	assert.equal(mostTelling([alloc(1, 9), alloc(2, 0)], 1).seq, 2);
	assert.equal(mostTelling([alloc(1, 9)], 1), undefined);
});

test("follow_waits_for_the_state_that_an_operation_led_to", () => {
	assert.equal(mostTelling([alloc(1, 0), alloc(2, 9)], 0, 1).seq, 1);
});

test("follow_passes_over_operations_whose_events_did_not_travel", () => {
	assert.equal(mostTelling([alloc(1, 2), { seq: 2, origin: "scene", events: [] }], 0).seq, 1);
});

test("follow_zones_after_an_operation_undo_the_later_ones", () => {
	const log = [alloc(1, 2), alloc(2, 0), alloc(3, 1)];
	const zones = [{ name: "DMA", free: [5, 5, 5], free_pages: 35 }];

	assert.deepEqual(zonesAfter(zones, log, 3, 3)[0].free, [5, 5, 5]);
	// operation 3 took an order 1 block and put its upper half back
	assert.deepEqual(zonesAfter(zones, log, 2, 3)[0].free, [4, 6, 5]);
	assert.deepEqual(zonesAfter(zones, log, 1, 3)[0].free, [5, 6, 5]);
	assert.deepEqual([3, 2, 1].map((seq) => zonesAfter(zones, log, seq, 3)[0].free_pages), [35, 36, 37]);
});

test("follow_zones_after_are_unknown_when_an_operation_is_missing", () => {
	const zones = [{ name: "DMA", free: [5, 5, 5] }];

	assert.equal(zonesAfter(zones, [alloc(1, 0), alloc(3, 0)], 1, 3), null);
	assert.equal(zonesAfter(zones, [alloc(1, 0), { seq: 2, events: [] }], 1, 2), null);
});
