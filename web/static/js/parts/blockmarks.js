// SPDX-License-Identifier: GPL-2.0-or-later
/* blockmarks.js - the migrate type of every page block in sight of the map: a corner in its colour, and its letter. */
import { SIDE, place } from "../layout.js";
import { pageRange } from "../ranges.js";
import { html } from "../../vendor/vendor.js";

const CORNER = 0.42; /* of a square's side */
const LETTERED = 24; /* CSS pixels of a square from which on there is room for a letter */

/** The blocks of ${zone} that have memory, and their corner in sight: [{letter, x, y}] in CSS pixels; ${holes} are [first, end) in frames. */
function inSight(zone, holes, { map, camera, width, height }) {
	const { order, start_pfn: start, types } = zone.pageblocks;
	const side = SIDE * camera.scale;
	const out = [];

	for (let i = 0; i < types.length; i++) {
		const end = start + (i + 1) * 2 ** order;
		const pfn = Math.max(end - 2 ** order, zone.start_pfn);
		const [fx, fy] = place(pfn, map);
		const [x, y] = [(fx - camera.x) * camera.scale, (fy - camera.y) * camera.scale];

		if (x > -side && y > -side && x < width && y < height && !holes.some(([from, to]) => from <= pfn && end <= to))
			out.push({ letter: types[i], x, y });
	}
	return out;
}

export function BlockMarks({ zones, holes, types, ...seen }) {
	const empty = holes.map((hole) => pageRange(hole, seen.map.frames));
	const marks = zones.filter(({ pageblocks }) => pageblocks).flatMap((zone) => inSight(zone, empty, seen));
	const side = SIDE * seen.camera.scale;
	const corner = Math.max(3, CORNER * Math.min(side, 3 * LETTERED));
	const path = (letter) => marks.filter((mark) => mark.letter === letter).map(({ x, y }) => `M${x} ${y}h${corner}l${-corner} ${corner}z`).join("");

	return html`<g class="blockmarks">
		${types.map(({ name, letter }) => html`<path key=${letter} data-type=${name} d=${path(letter)} />`)}
		${side >= LETTERED && marks.map(({ letter, x, y }) => html`<text x=${x + corner * 0.1} y=${y + corner * 0.52} style=${{ fontSize: `${corner * 0.55}px` }}>${letter}</text>`)}
	</g>`;
}
