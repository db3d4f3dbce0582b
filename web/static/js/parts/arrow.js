// SPDX-License-Identifier: GPL-2.0-or-later
// arrow.js - arrows from an address to its frame, as SVG.
import { html } from "../../vendor/vendor.js";

/** Arrow heads, once in each drawing: url(#head-look), url(#head-map). */
export function Heads() {
	return html`<defs>
		<marker id="head-look" class="head look" viewBox="0 0 10 10" refX="8.5" refY="5" markerWidth="5" markerHeight="5" orient="auto"><path d="M0 0L10 5L0 10Z" /></marker>
		<marker id="head-map" class="head map" viewBox="0 0 10 10" refX="7" refY="5" markerWidth="2.6" markerHeight="2.6" orient="auto"><path d="M0 0L10 5L0 10Z" /></marker>
	</defs>`;
}

/** A curve that leaves ${from} and reaches ${to} level. */
export function curve(from, to) {
	const reach = (to.x - from.x) * 0.45;

	return `M${from.x} ${from.y}C${from.x + reach} ${from.y} ${to.x - reach} ${to.y} ${to.x} ${to.y}`;
}

/** The same past what stands between: up to ${lane}'s height before x = ${lane.x}, then on. */
export function curveAbove(from, lane, to) {
	const rise = (lane.x - from.x) / 2;
	const reach = (to.x - lane.x) * 0.45;

	return `M${from.x} ${from.y}C${from.x + rise} ${from.y} ${lane.x - rise} ${lane.y} ${lane.x} ${lane.y}` +
		`C${lane.x + reach} ${lane.y} ${to.x - reach} ${to.y} ${to.x} ${to.y}`;
}

/** From a ruler down to a map that stands below it: beside the ruler as far as ${bottom}, then on. */
export function curveDown(from, bottom, to, step) {
	const x = from.x + step;

	return `M${from.x} ${from.y}C${x} ${from.y} ${x} ${from.y + step} ${x} ${bottom}` +
		`C${x} ${bottom + step} ${to.x} ${to.y - 2 * step} ${to.x} ${to.y}`;
}

/** The one arrow that says "look here". */
export function LookArrow({ path }) {
	return html`<g class="look-arrow"><path class="halo" d=${path} /><path class="line" d=${path} marker-end="url(#head-look)" /></g>`;
}

/** The direct map as a whole. */
export function MapArrow({ path }) {
	return html`<path class="map-arrow" d=${path} marker-end="url(#head-map)" />`;
}
