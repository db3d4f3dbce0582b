// SPDX-License-Identifier: GPL-2.0-or-later
/* ranges.js - ranges of physical addresses, as the wire has them, in frames and along the map.  Pure. */
import { zoneTitle } from "./format.js";
import { PAGE_BYTES, SQUARE_FRAMES } from "./layout.js";

/** Frames [first, end) of which a wire range {start, end} (end inclusive) holds the whole; at most ${limit}. */
export function pageRange({ start, end }, limit) {
	const first = Math.ceil(Number(start) / PAGE_BYTES);
	const past = Math.floor((Number(end) + 1) / PAGE_BYTES);

	return [Math.min(first, limit), Math.max(Math.min(first, limit), Math.min(past, limit))];
}

/** The holes that take up a row of squares and more, as {name, first, end} in frames. */
export function bigHoles(holes, map) {
	return holes.map((hole) => [hole.name, ...pageRange(hole, map.frames)])
		.map(([name, first, end]) => ({ name, first, end }))
		.filter(({ first, end }) => end - first >= map.across * SQUARE_FRAMES);
}

/**
 * What stands beside the map: the zones that have frames, and the big holes that no zone spans, as
 * {name, pages, hole, top, bottom} in rows of squares (of a zone, the pages that its allocator manages), as they are in column ${column} of squares.  Who ends
 * within a row keeps it and the next begins below, so that names do not fall on each other.
 */
export function brackets(zones, holes, map, column = 0) {
	const row = (pfn) => (pfn / SQUARE_FRAMES - column) / map.across;
	const spanned = (pfn) => zones.some((zone) => pfn >= zone.start_pfn && pfn < zone.end_pfn);
	const all = [
		...zones.filter((zone) => zone.end_pfn > zone.start_pfn)
			.map((zone) => ({ name: zoneTitle(zone), pages: zone.managed, hole: false, first: zone.start_pfn, end: zone.end_pfn })),
		...bigHoles(holes, map).filter(({ first }) => !spanned(first))
			.map(({ name, first, end }) => ({ name, pages: end - first, hole: true, first, end })),
	].sort((a, b) => a.first - b.first);
	let below = 0;

	return all.map(({ first, end, ...rest }) => {
		const top = Math.max(below, Math.floor(row(first)));

		below = Math.max(top, Math.ceil(row(end)));
		return { ...rest, top, bottom: below };
	}).filter(({ top, bottom }) => bottom > top);
}

const MANY_ROWS = 8;

/** A power of two of frames that goes into ${frames} three to six times. */
const roundStep = (frames) => 2 ** Math.max(0, Math.floor(Math.log2(frames / 3)));

/**
 * Addresses worth a label on the map's axis, as {pfn, row, strong}: both ends, edges of zones and big holes
 * (strong), and round addresses where nothing else is near (${apart} rows).  An edge within a row leaves the map's
 * left side below that row, so there its label stands; where rows are few, only what begins one has a label.
 */
export function axisMarks(zones, holes, map, apart) {
	const rowOf = (pfn) => Math.ceil(pfn / SQUARE_FRAMES / map.across);
	const beginsRow = (pfn) => pfn % (SQUARE_FRAMES * map.across) === 0;
	const out = [{ pfn: 0, row: 0, strong: true }, { pfn: map.frames, row: map.down, strong: true }];
	const add = (pfn, strong) => {
		if (pfn >= SQUARE_FRAMES && pfn < map.frames && (map.down >= MANY_ROWS || beginsRow(pfn)) && out.every(({ row }) => Math.abs(row - rowOf(pfn)) >= Math.max(1, apart)))
			out.push({ pfn, row: rowOf(pfn), strong });
	};

	for (const zone of zones.filter(({ start_pfn: start, end_pfn: end }) => end > start)) {
		add(zone.start_pfn, true);
		add(zone.end_pfn, true);
	}
	for (const { first, end } of bigHoles(holes, map)) {
		add(first, true);
		add(end, true);
	}
	for (let pfn = roundStep(map.frames); pfn < map.frames; pfn += roundStep(map.frames))
		add(pfn, false);
	return out.sort((a, b) => a.pfn - b.pfn);
}
