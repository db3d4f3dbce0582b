// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cpulists.js - the free pages that each CPU keeps for itself, of one zone: how many, how many at most, how many
 * travel at a time, and on which list.
 */
import { count, pages, zoneTitle } from "../format.js";
import { html } from "../../vendor/vendor.js";

function Lists({ lists }) {
	const filled = lists.filter(({ nr }) => nr > 0);

	return filled.length === 0 ? html`<span class="none">empty</span>`
		: filled.map(({ name, order, nr }) => html`<span class="chip" data-type=${name}>${name}${order > 0 && html` <small>order ${order}</small>`} <b>${count(nr)}</b></span>`);
}

function Row({ pcp }) {
	const { cpu, count: held, high, batch, lists } = pcp;
	const most = Math.max(high, held, 1);

	return html`<tr>
		<th scope="row">CPU ${cpu}</th>
		<td><span class="cpubar" aria-hidden="true" style=${{ "--low": held / most, "--top": held / most, "--high": high / most }}><i class="stays"></i><u></u></span></td>
		<td class="num"><b>${count(held)}</b></td><td class="num">${count(high)}</td><td class="num">${count(batch)}</td>
		<td class="lists"><${Lists} lists=${lists} /></td>
	</tr>`;
}

export function CpuLists({ zone }) {
	if (!zone.pcp)
		return html`<p class="quiet">This kernel gives CPUs no pages of their own: every request asks the buddy system.</p>`;
	return html`<div class="cpulists"><table aria-label=${`Pages that CPUs keep for themselves, zone ${zoneTitle(zone)}`}>
		<thead><tr><th scope="col">CPU</th><td></td><th scope="col">pages</th><th scope="col">high</th><th scope="col">batch</th><th scope="col" class="lists">on the lists</th></tr></thead>
		<tbody>${zone.pcp.map((pcp) => html`<${Row} key=${pcp.cpu} pcp=${pcp} />`)}</tbody>
	</table>
	<p class="quiet">${pages(zone.pcp.reduce((sum, { count: held }) => sum + held, 0))} that count as used for the zone, though nobody has them.</p></div>`;
}
