// SPDX-License-Identifier: GPL-2.0-or-later
// regions.js - the regions of the linear addresses as a table: the text version of the rulers.
import { address, bytes } from "../format.js";
import { TOP } from "../scale.js";
import { html } from "../../vendor/vendor.js";

export function Regions({ segments, go }) {
	return html`<div class="regions" tabindex="0" role="region" aria-label="Regions of the 4 GiB of addresses"><table>
		<thead><tr><th scope="col">Region</th><th scope="col">From</th><th scope="col">To, exclusive</th><th scope="col" class="n">Size</th>
			<th scope="col">What lies behind it</th></tr></thead>
		<tbody>${segments.map((s) => html`<tr key=${s.start} class=${s.gap ? "gap" : undefined}>
			<th scope="row">${s.gap ? "gap" : html`<button class="link" onClick=${() => go(s.start)}>${s.name}</button>`}</th>
			<td class="mono">${address(s.start)}</td><td class="mono">${s.end === TOP ? "end of addresses" : address(s.end)}</td>
			<td class="n">${bytes(s.end - s.start)}</td><td>${s.maps ?? "nothing: an access faults"}</td></tr>`)}</tbody>
	</table></div>`;
}
