// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * watermarks.js - free pages of every zone against its min, low and high, in pages.
 *
 * The scale of a gauge ends at twice high: there the marks are apart, and a zone with plenty is simply full.
 */
import { count, zoneTitle } from "../format.js";
import { html } from "../../vendor/vendor.js";

const SPAN = 2;
const marks = ["min", "low", "high"];

function Row({ zone }) {
	const most = Math.max(SPAN * zone.watermark.high, 1);

	return html`<tr>
		<th scope="row">${zoneTitle(zone)}</th>
		<td><span class="gauge" aria-hidden="true" data-over=${zone.free_pages > most ? "" : undefined}
			style=${{ "--free": Math.min(zone.free_pages / most, 1) }}>
			<i></i>${marks.map((name) => html`<u class=${name} style=${{ "--at": zone.watermark[name] / most }}></u>`)}</span></td>
		<td><b>${count(zone.free_pages)}</b></td>
		${marks.map((name) => html`<td class=${name}>${count(zone.watermark[name])}</td>`)}
	</tr>`;
}

export function Watermarks({ zones }) {
	return html`<table class="watermarks">
		<thead><tr><th scope="col">zone</th><td></td><th scope="col">free</th>${marks.map((name) =>
			html`<th scope="col" class=${name}>${name}</th>`)}</tr></thead>
		<tbody>${zones.filter((z) => z.spanned > 0).map((z) => html`<${Row} key=${zoneTitle(z)} zone=${z} />`)}</tbody>
	</table>`;
}
