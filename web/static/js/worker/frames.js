// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * frames.js - the kind of every frame, one byte each, and how many there are of each kind.  Pure.
 *
 * The bytes go on past the last frame to the end of the map's last row of squares; those are OUTSIDE,
 * so that the raster never has to ask where memory ends.
 */
import { SQUARE_FRAMES, mapOf } from "../layout.js";
import { StaleDelta } from "../store.js";

export const OUTSIDE = 255; /* a byte that stands for no frame */

export class Frames {
	/** From a checked snapshot message. */
	constructor(message) {
		const { runs } = message.frames;
		let pfn = 0;

		this.seq = message.seq;
		this.map = mapOf(message.machine.frames);
		this.bytes = new Uint8Array(this.map.across * this.map.down * SQUARE_FRAMES).fill(OUTSIDE);
		this.counts = new Array(message.legend.length).fill(0);
		for (let i = 0; i < runs.length; i += 2) {
			this.bytes.fill(runs[i + 1], pfn, pfn + runs[i]);
			this.counts[runs[i + 1]] += runs[i];
			pfn += runs[i];
		}
	}

	/** Apply a checked delta message.  Throws StaleDelta, and RangeError for a frame that is not there. */
	apply(message) {
		const runs = message.frames?.runs ?? [];

		if (message.base !== this.seq)
			throw new StaleDelta(this.seq, message.base);
		if (runs.length && runs.at(-3) + runs.at(-2) > this.map.frames)
			throw new RangeError(`frame ${runs.at(-3) + runs.at(-2) - 1} of ${this.map.frames}`);
		for (let i = 0; i < runs.length; i += 3)
			this.#fill(runs[i], runs[i] + runs[i + 1], runs[i + 2]);
		this.seq = message.seq;
	}

	#fill(first, end, kind) {
		for (let pfn = first; pfn < end; pfn++)
			this.counts[this.bytes[pfn]]--;
		this.bytes.fill(kind, first, end);
		this.counts[kind] += end - first;
	}

	/** The 1024 bytes of one square, a copy. */
	square(t) {
		return this.bytes.slice(t * SQUARE_FRAMES, (t + 1) * SQUARE_FRAMES);
	}

	/** The frames as a snapshot has them: flat pairs `count, kind`. */
	runs() {
		const { bytes, map: { frames } } = this;
		const out = [];
		let first = 0;

		for (let pfn = 1; pfn <= frames; pfn++)
			if (pfn === frames || bytes[pfn] !== bytes[first]) {
				out.push(pfn - first, bytes[first]);
				first = pfn;
			}
		return out;
	}
}

/** The squares that a delta's runs touch, as a Set. */
export function touchedSquares(runs) {
	const out = new Set();

	for (let i = 0; i < runs.length; i += 3) {
		const last = Math.floor((runs[i] + runs[i + 1] - 1) / SQUARE_FRAMES);

		for (let t = Math.floor(runs[i] / SQUARE_FRAMES); t <= last; t++)
			out.add(t);
	}
	return out;
}
