// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fragmentation.js - for each order of one zone: which share of what is free lies in blocks that are too small, and
 * whether a request of that order would fail for want of memory or because what is free lies in pieces.
 */
import { zoneTitle } from "../format.js";
import { html } from "../../vendor/vendor.js";

const MET = -1000; /* a block is there: the request would not fail */

/** The index in words; near 0 is want of memory, near 1000 are pieces. */
const reason = (index) => (index === MET ? "met" : index < 500 ? "refused: too little" : "refused: in pieces");

const percent = (thousandths) => Math.round(thousandths / 10);

export function Fragmentation({ zone }) {
	const { index, unusable } = zone.fragmentation;

	return html`<div class="fragmentation"><table aria-label=${`Fragmentation of zone ${zoneTitle(zone)}`}>
		<thead><tr><th scope="row">order</th>${unusable.map((_, order) => html`<th scope="col">${order}</th>`)}</tr></thead>
		<tbody>
			<tr class="unusable"><th scope="row">unusable, %</th>${unusable.map((n) => html`<td style=${{ "--part": n / 1000 }}><b>${percent(n)}</b><i></i></td>`)}</tr>
			<tr class="reasons"><th scope="row">a request is</th>${index.map((n) => html`<td data-met=${n === MET ? "" : undefined}>${reason(n)}</td>`)}</tr>
			<tr><th scope="row">index</th>${index.map((n) => html`<td class="num">${n === MET ? "−1" : (n / 1000).toFixed(3)}</td>`)}</tr>
		</tbody>
	</table>
	<p class="quiet">Unusable: the share of the free pages that lies in blocks smaller than that order.</p></div>`;
}
