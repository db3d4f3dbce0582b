// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pageblocks.js - the page blocks of one zone in the order of memory, each in the colour of its migrate type.
 */
import { count, frame, pages, zoneTitle } from "../format.js";
import { runsOf } from "../pageblocks.js";
import { html } from "../../vendor/vendor.js";

const SHAPE = 4; /* width to height of all of them together */
const STEP = 16; /* blocks: a row is a multiple of it */

const across = (blocks) => Math.ceil(Math.sqrt(blocks * SHAPE) / STEP) * STEP;

/* Runs of one type, cut at the ends of rows. */
function cells(types, width) {
	return runsOf(types).flatMap(({ letter, first, end }) => {
		const out = [];

		for (let at = first; at < end;) {
			const stop = Math.min(end, (Math.floor(at / width) + 1) * width);
			out.push({ letter, x: at % width, y: Math.floor(at / width), w: stop - at });
			at = stop;
		}
		return out;
	});
}

export function PageBlocks({ zone, types: names }) {
	if (!zone.pageblocks)
		return html`<p class="quiet">This kernel does not group free pages by mobility: there are no page blocks.</p>`;
	const { order, start_pfn: start, types } = zone.pageblocks;
	const typeOfLetter = (letter) => names.find((type) => type.letter === letter)?.name ?? letter;
	const width = across(types.length);
	const rows = Math.ceil(types.length / width);
	const sums = [...new Set(types)].map((letter) => ({ letter, n: [...types].filter((l) => l === letter).length }));

	return html`<div class="pageblocks">
		<p class="sums">${sums.map(({ letter, n }) => html`<span class="chip" data-type=${typeOfLetter(letter)}>${typeOfLetter(letter)} <b>${count(n)}</b></span>`)}
			<span class="quiet">${count(types.length)} blocks of ${pages(2 ** order)}, from ${frame(start)}</span></p>
		<svg viewBox=${`0 0 ${width} ${rows}`} preserveAspectRatio="xMinYMin meet" role="img"
			aria-label=${`Page blocks of zone ${zoneTitle(zone)}: ${sums.map(({ letter, n }) => `${n} ${typeOfLetter(letter)}`).join(", ")}`}>
			${cells(types, width).map(({ letter, x, y, w }) => html`<rect data-type=${typeOfLetter(letter)} x=${x + 0.06} y=${y + 0.06} width=${w - 0.12} height="0.88" />`)}
			${Array.from({ length: width - 1 }, (_, i) => html`<path class="cut" d=${`M${i + 1} 0V${rows}`} />`)}
		</svg>
	</div>`;
}
