// SPDX-License-Identifier: GPL-2.0-or-later
/* buddybars.js - how many free blocks of each order a zone has; bars by logarithm, numbers as they are. */
import { html } from "../../vendor/vendor.js";
import { count, pages, short, zoneTitle } from "../format.js";

export function BuddyBars({ zone, orders }) {
	const free = zone.free.slice(0, orders);
	const highest = Math.max(1, ...free.map((n) => Math.log2(n + 1)));

	return html`<div class="buddybars" role="img" aria-label=${`${zoneTitle(zone)}: free blocks ${free.map((n, order) => `${count(n)} of order ${order}`).join(", ")}`}>
		<ol>${free.map((n, order) => html`<li key=${order} class=${n ? "" : "none"}>
			<span class="n">${short(n)}</span>
			<i style=${{ height: `${(100 * Math.log2(n + 1)) / highest}%` }}></i>
		</li>`)}</ol>
		<ol class="orders">${free.map((_, order) => html`<li>${order}</li>`)}</ol>
		<p><span>${pages(1)}</span><span>order</span><span>${pages(2 ** (orders - 1))} blocks</span></p>
	</div>`;
}
