// SPDX-License-Identifier: GPL-2.0-or-later
// wire.js: what fits passes, what does not is refused by the path of the member.
import assert from "node:assert/strict";
import { test } from "node:test";

import { WireError, check, parse } from "../../web/static/js/wire.js";
import { StandinMachine } from "./standin-machine.mjs";

function snapshot() {
	const machine = new StandinMachine({ frames: 8192 });

	machine.stop();
	return machine.snapshot();
}

const delta = { v: 1, type: "delta", base: 3, seq: 4, frames: { runs: [0, 1, 2] }, zones: [], ops: [], events: [] };

/** The snapshot with one change made by ${fn}. */
function changed(fn) {
	const message = structuredClone(snapshot());

	fn(message);
	return message;
}

test("wire_passes_a_snapshot_and_a_delta", () => {
	const message = snapshot();

	assert.equal(check(message), message);
	assert.equal(check(delta), delta);
});

test("wire_passes_members_that_stand_beside", () => {
	assert.ok(check(changed((message) => {
		message.extra = 1;
		message.zones[0].extra = 1;
	})));
});

test("wire_does_not_know_other_types_and_says_so", () => {
	assert.equal(check({ v: 1, type: "lesson" }), null);
	assert.equal(check({ v: 1, type: "toString" }), null);
});

test("wire_refuses_what_is_no_json", () => assert.throws(() => parse("{"), WireError));

const refusals = {
	"/v": (m) => (m.v = 2),
	"/seq": (m) => (m.seq = -1),
	"/machine": (m) => delete m.machine,
	"/machine/frames": (m) => (m.machine.frames = "8192"),
	"/legend/0/label": (m) => delete m.legend[0].label,
	"/legend": (m) => (m.legend = []),
	"/physical/holes": (m) => delete m.physical.holes,
	"/physical/e820/0/start": (m) => (m.physical.e820[0].start = 0),
	"/zones/1/watermark/low": (m) => delete m.zones[1].watermark.low,
	"/zones/0/free/2": (m) => (m.zones[0].free[2] = 1.5),
	"/virtual": (m) => (m.virtual = {}),
	"/frames": (m) => (m.frames = []),
	"/frames/runs": (m) => m.frames.runs.pop(),
	"/frames/runs/0": (m) => (m.frames.runs[0] = 0),
	"/frames/runs/1": (m) => (m.frames.runs[1] = m.legend.length),
};

for (const [path, breakIt] of Object.entries(refusals))
	test(`wire_refuses_a_snapshot_wrong_at_${path}`, () => {
		assert.throws(() => check(changed(breakIt)), (error) => error instanceof WireError && error.path === path);
	});

test("wire_refuses_a_snapshot_whose_runs_are_not_all_its_frames", () => {
	assert.throws(() => check(changed((m) => (m.machine.frames += 1))), /8193 frames/);
});

const wrongDeltas = {
	"/base": { ...delta, base: 5 },
	"/frames/runs": { ...delta, frames: { runs: [0, 1] } },
	"/frames/runs/3": { ...delta, frames: { runs: [0, 4, 2, 3, 1, 2] } }, /* overlapping */
	"/frames/runs/1": { ...delta, frames: { runs: [0, 0, 2] } },
	"/frames/runs/2": { ...delta, frames: { runs: [0, 1, 256] } },
	"/zones/0": { ...delta, zones: [null] },
	"/ops/0": { ...delta, ops: [{}] },
	"/events/0": { ...delta, events: [{ seq: "4" }] },
};

for (const [path, message] of Object.entries(wrongDeltas))
	test(`wire_refuses_a_delta_wrong_at_${path}`, () => {
		assert.throws(() => check(message), (error) => error instanceof WireError && error.path === path);
	});
