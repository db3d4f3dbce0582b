// SPDX-License-Identifier: GPL-2.0-or-later
// store.js and worker/frames.js: the law of deltas, and what is refused.
import assert from "node:assert/strict";
import { test } from "node:test";

import { StaleDelta, applyDelta, fromSnapshot, toSnapshot } from "../../web/static/js/store.js";
import { Frames, OUTSIDE, touchedSquares } from "../../web/static/js/worker/frames.js";
import { check } from "../../web/static/js/wire.js";
import { StandinMachine } from "./standin-machine.mjs";

/** A machine at rest, and the deltas that it tells when pushed by hand. */
function machine(frames = 65536) {
	const standin = new StandinMachine({ frames });

	standin.stop();
	return standin;
}

function nextDelta(standin, work) {
	let delta = null;
	const end = standin.onMessage((message) => {
		if (message.type === "delta")
			delta = message;
	});

	work();
	standin.publish();
	end();
	return delta;
}

test("store_snapshot_and_delta_are_the_later_snapshot_byte_for_byte", () => {
	const standin = machine();
	const first = check(standin.snapshot());
	const frames = new Frames(first);
	let state = fromSnapshot(first);
	const ids = [];

	for (let step = 0; step < 150; step++) {
		const delta = nextDelta(standin, () => {
			for (let i = 0; i <= step % 4; i++) {
				const { result } = standin.apply({ op: "alloc_pages", gfp: step % 3 ? "GFP_KERNEL" : "GFP_HIGHUSER", order: (step * 7 + i) % 9 }, "rest");

				if (result)
					ids.push(result.allocation);
			}
			if (step % 2 && ids.length > 3)
				standin.free(ids.splice((step * 5) % ids.length, 1)[0], "rest");
		});

		check(delta);
		state = applyDelta(state, delta);
		frames.apply(delta);
		assert.equal(JSON.stringify(toSnapshot(state, frames.runs())), JSON.stringify(standin.snapshot()));
	}
});

test("store_page_blocks_change_by_runs_of_letters", () => {
	const zone = (rest) => ({ name: "Normal", node: 0, ...rest });
	const state = { seq: 4, zones: [zone({ pageblocks: { order: 10, start_pfn: 0, types: "UMMMMR" } })] };
	const after = (rest) => applyDelta(state, { base: 4, seq: 5, zones: [zone(rest)] }).zones[0].pageblocks;

	assert.deepEqual(after({ free: [1] }), state.zones[0].pageblocks, "absent: as it was");
	assert.equal(after({ pageblocks: { order: 10, start_pfn: 0, runs: [1, 2, "U", 5, 1, "M"] } }).types, "UUUMMM");
});

test("store_counts_follow_the_frames", () => {
	const standin = machine();
	const frames = new Frames(standin.snapshot());

	frames.apply(nextDelta(standin, () => standin.apply({ op: "alloc_pages", order: 5 }, "rest")));
	const counted = new Array(frames.counts.length).fill(0);
	for (const kind of frames.bytes)
		if (kind !== OUTSIDE)
			counted[kind]++;
	assert.deepEqual(frames.counts, counted);
});

test("store_refuses_a_delta_whose_base_is_not_its_seq", () => {
	const standin = machine();
	const snapshot = standin.snapshot();
	const skipped = nextDelta(standin, () => standin.apply({ op: "alloc_pages", order: 0 }, "rest"));
	const later = nextDelta(standin, () => standin.apply({ op: "alloc_pages", order: 0 }, "rest"));
	const frames = new Frames(snapshot);
	const before = frames.bytes.slice();

	assert.ok(skipped);
	assert.throws(() => applyDelta(fromSnapshot(snapshot), later), StaleDelta);
	assert.throws(() => applyDelta(null, later), StaleDelta);
	assert.throws(() => frames.apply(later), StaleDelta);
	assert.deepEqual(frames.bytes, before);
});

test("store_refuses_a_run_past_the_last_frame_and_changes_nothing", () => {
	const frames = new Frames(machine().snapshot());
	const before = frames.bytes.slice();

	assert.throws(() => frames.apply({ base: frames.seq, seq: frames.seq + 1, frames: { runs: [0, 1, 2, 65535, 2, 6] } }), RangeError);
	assert.deepEqual(frames.bytes, before);
});

test("store_leaves_what_a_delta_does_not_mention", () => {
	const standin = machine();
	const state = fromSnapshot(standin.snapshot());
	const next = applyDelta(state, { base: state.seq, seq: state.seq + 1, zones: [{ ...state.zones[1], free_pages: 7 }] });

	assert.equal(next.legend, state.legend);
	assert.equal(next.zones[0], state.zones[0]);
	assert.equal(next.zones[1].free_pages, 7);
	assert.notEqual(state.zones[1].free_pages, 7, "states are not changed in place");
});

test("store_bytes_go_on_to_the_end_of_the_last_row", () => {
	const standin = machine(5 * 1024 + 3);
	const frames = new Frames(standin.snapshot());

	assert.equal(frames.bytes.length, frames.map.across * frames.map.down * 1024);
	assert.equal(frames.bytes[5 * 1024 + 3], OUTSIDE);
});

test("store_touched_squares_are_those_under_the_runs", () => {
	assert.deepEqual([...touchedSquares([5, 1, 0, 1000, 100, 1, 5000, 1, 2])], [0, 1, 4]);
});
