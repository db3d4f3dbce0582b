// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * brackets.js - the zones beside the map: a bar as long as each, its name, and how much its allocator manages.
 *
 * A name that finds no room beside its bar stands apart from its neighbours, on a line that leads to the bar.
 */
import { html } from "../../vendor/vendor.js";
import { pages } from "../format.js";
import { SIDE } from "../layout.js";
import { brackets } from "../ranges.js";
import { apart } from "../scale.js";

const LINE = 1.2; /* rem of a line of text */
const LEAST = 3; /* CSS pixels that a bar is long */

/** What is in sight, in CSS pixels: of the whole map its first column, of a part the column in its middle. */
function inSight({ state, map, camera, width, height }) {
	const middle = Math.floor((camera.x + width / camera.scale / 2) / SIDE);
	const column = camera.x > 0 || camera.y > 0 ? middle : 0;
	const y = (row) => Math.min(height, Math.max(0, (row * SIDE - camera.y) * camera.scale));

	return brackets(state.zones, state.physical.holes, map, column)
		.map(({ top, bottom, ...rest }) => ({ ...rest, top: y(top), bottom: y(bottom) }))
		.filter(({ top, bottom }) => bottom > top);
}

/** ${style} places it; ${width} and ${height} are the map's, ${camera} physmap.js's. */
export function Brackets({ rem, style, ...seen }) {
	const bars = inSight(seen);
	const middles = bars.map(({ top, bottom }) => (top + bottom) / 2);
	const places = apart(middles, LINE * rem, 0.5 * LINE * rem, seen.height - 0.5 * LINE * rem);

	return html`<div class="brackets" style=${style} aria-hidden="true">
		<svg>${bars.map(({ top, bottom }, i) => (places[i] < top || places[i] > bottom) && html`<path d=${`M${0.3 * rem} ${middles[i]}L${0.8 * rem} ${places[i]}`} />`)}</svg>
		${bars.map(({ name, pages: managed, hole, top, bottom }, i) => {
			const lines = Math.floor((bottom - top) / (LINE * rem));

			return html`
			<i key=${`${name} bar`} class=${hole ? "hole" : ""} style=${{ top: `${top + 1}px`, height: `${Math.max(LEAST, bottom - top - 2)}px` }}></i>
			<p key=${name} class=${hole ? "hole" : ""} style=${{ top: `${places[i]}px` }}>
				<b>${name}</b>${lines > 1 && html`<small>${pages(managed)}</small>`}${lines > 2 && !hole && html`<small>managed</small>`}
			</p>`;
		})}
	</div>`;
}
