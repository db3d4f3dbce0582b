// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * store.js - the state of one machine as the page holds it.  Pure: messages in, new states out.
 *
 * A state is a snapshot without its frames: {v, seq, machine, legend, physical, zones, vm, virtual}.
 * Frames are a byte each and live where the map is drawn (worker/frames.js).  States are never
 * changed in place, and a section that a delta does not mention stays the same object, so a view
 * may compare by identity.
 *
 * Law (docs/PROTOCOL.md): snapshot at base + delta = snapshot at seq, byte for byte.
 */

/** A delta that does not continue what we hold; a fresh snapshot mends it. */
export class StaleDelta extends Error {
	constructor(seq, base) {
		super(`have seq ${seq}, delta starts at ${base}`);
		this.name = "StaleDelta";
	}
}

/** The state that a snapshot message tells. */
export function fromSnapshot(message) {
	const { type, frames, ...state } = message;

	return state;
}

/** ${state} after ${delta}; throws StaleDelta when the delta's base is not the state's seq. */
export function applyDelta(state, delta) {
	if (!state || delta.base !== state.seq)
		throw new StaleDelta(state?.seq, delta.base);
	return {
		...state,
		seq: delta.seq,
		machine: delta.machine ? { ...state.machine, ...delta.machine } : state.machine,
		zones: delta.zones ? replaceZones(state.zones, delta.zones) : state.zones,
		vm: delta.vm ?? state.vm,
	};
}

/** Each of ${changed} takes the place of the zone with the same node and name. */
function replaceZones(zones, changed) {
	return zones.map((zone) => {
		const now = changed.find((z) => z.node === zone.node && z.name === zone.name);

		return now ? withPageblocks(now, zone.pageblocks) : zone;
	});
}

/* Of the page blocks only those that changed travel: runs of letters to write into what there ${was}. */
function withPageblocks(zone, was) {
	const { pageblocks: { runs = [] } = {}, ...rest } = zone;
	let { types } = was ?? {};

	if (!was)
		return zone;
	for (let i = 0; i < runs.length; i += 3)
		types = types.slice(0, runs[i]) + runs[i + 2].repeat(runs[i + 1]) + types.slice(runs[i] + runs[i + 1]);
	return { ...rest, pageblocks: { ...was, types } };
}

/** The snapshot message again, its members in the wire's order; ${runs} are the frames'. */
export function toSnapshot(state, runs) {
	const { v, seq, machine, legend, physical, zones, vm, virtual } = state;

	return { v, type: "snapshot", seq, machine, legend, physical, frames: { runs }, zones, vm, virtual };
}
