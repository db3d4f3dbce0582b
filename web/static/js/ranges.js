// SPDX-License-Identifier: GPL-2.0-or-later
/* ranges.js - ranges of physical addresses, as the wire has them, in frames and along the map.  Pure. */
import { PAGE_BYTES, SQUARE_FRAMES } from "./layout.js";

/** Frames [first, end) of which a wire range {start, end} (end inclusive) holds the whole; at most ${limit}. */
export function pageRange({ start, end }, limit) {
	const first = Math.ceil(Number(start) / PAGE_BYTES);
	const past = Math.floor((Number(end) + 1) / PAGE_BYTES);

	return [Math.min(first, limit), Math.max(Math.min(first, limit), Math.min(past, limit))];
}

/**
 * What stands beside the map: the zones that have frames, and the holes that no zone spans, as
 * {name, pages, hole, top, bottom} in rows of squares, as they are in column ${column} of squares.
 */
export function brackets(zones, holes, map, column = 0) {
	const row = (pfn) => Math.ceil((pfn / SQUARE_FRAMES - column) / map.across);
	const rows = zones.filter((zone) => zone.end_pfn > zone.start_pfn)
		.map((zone) => ({ name: zone.name, pages: zone.present, hole: false, top: row(zone.start_pfn), bottom: row(zone.end_pfn) }));

	for (const hole of holes) {
		const [first, end] = pageRange(hole, map.frames);
		const spanned = zones.some((zone) => first >= zone.start_pfn && first < zone.end_pfn);

		if (!spanned && row(end) - row(first) >= 1)
			rows.push({ name: "no RAM", pages: end - first, hole: true, top: row(first), bottom: row(end) });
	}
	return rows.filter(({ top, bottom }) => bottom > top).sort((a, b) => a.top - b.top);
}

/**
 * Addresses worth a label on the map's axis, as {pfn, strong}: both ends, the zone edges (strong), and
 * quarters of the whole where nothing else is near (${apart} rows).
 */
export function axisMarks(zones, map, apart) {
	const rowOf = (pfn) => pfn / SQUARE_FRAMES / map.across;
	const out = [{ pfn: 0, strong: true }];
	const add = (pfn, strong) => {
		if (pfn > 0 && pfn <= map.frames && out.every((mark) => Math.abs(rowOf(mark.pfn) - rowOf(pfn)) >= apart))
			out.push({ pfn, strong });
	};

	for (const zone of zones)
		if (zone.end_pfn > zone.start_pfn) {
			add(zone.start_pfn, true);
			add(zone.end_pfn, true);
		}
	add(map.frames, false);
	for (let part = 1; part < 4; part++)
		add((map.squares * SQUARE_FRAMES * part) / 4, false);
	return out.sort((a, b) => a.pfn - b.pfn);
}
