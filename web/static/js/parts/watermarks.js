// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * watermarks.js - free pages of every zone against its min, low and high.
 *
 * The scale ends at four times high: there the marks are apart, and a zone with plenty is simply full.
 */
import { pages } from "../format.js";
import { html } from "../../vendor/vendor.js";

const SPAN = 4;

function Row({ zone }) {
	const most = Math.max(SPAN * zone.watermark.high, 1);
	const marks = Object.entries(zone.watermark);

	return html`<li>
		<b>${zone.name}</b>
		<span class="value"><b>${pages(zone.free_pages)}</b> free</span>
		<span class="gauge" role="img" aria-label=${marks.map(([name, n]) => `${name} ${n} pages`).join(", ")}
			data-over=${zone.free_pages > most ? "" : undefined}
			style=${{ "--free": Math.min(zone.free_pages / most, 1) }}>
			<i></i>${marks.map(([name, n]) => html`<u class=${name} style=${{ "--at": n / most }}></u>`)}</span>
		<span class="numbers">${marks.map(([name, n]) => html`<span class=${name}>${name} ${pages(n)}</span>`)}</span>
	</li>`;
}

export function Watermarks({ zones }) {
	return html`<ul class="watermarks">${zones.filter((z) => z.spanned > 0).map((z) => html`<${Row} key=${z.name} zone=${z} />`)}</ul>`;
}
