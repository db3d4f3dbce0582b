// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * freelists.js - the free lists of one zone: blocks per order and migrate type, what a step changed, and the sum
 * that /proc/buddyinfo leaves to its reader, count x 2^order x 4 KiB.
 */
import { pages, short } from "../format.js";
import { html } from "../../vendor/vendor.js";

/* Counts differ by a thousand, and one block more or less must show: log scale. */
const height = (n, most) => Math.log2(n + 1) / Math.log2(most + 1);

function Change({ by }) {
	return html`<em class="change">${by === 0 ? "" : by > 0 ? `+${by}` : `−${-by}`}</em>`;
}

/* "128 KiB" in two lines: eleven of them stand beside each other. */
function Size({ frames }) {
	const [number, unit] = pages(frames).split(" ");

	return html`<td>${number}<small> ${unit}</small></td>`;
}

/* A bar is as long as all blocks of the order; its parts are by migrate type, where the kernel has them. */
function Stack({ byType, order }) {
	const parts = Object.entries(byType ?? {}).filter(([, free]) => free[order] > 0);

	return html`<i>${parts.map(([type, free]) => html`<s data-type=${type} style=${{ flexGrow: free[order] }}></s>`)}</i>`;
}

function Types({ byType }) {
	const shown = Object.entries(byType).filter(([, free]) => free.some((n) => n > 0));

	return html`<p class="types">${shown.map(([type, free]) => html`<span class="chip" data-type=${type}>${type} <b>${pages(free.reduce((sum, n, order) =>
		sum + n * 2 ** order, 0))}</b></span>`)}</p>`;
}

/** ${counts}: {free, byType, by}, blocks per order now and what the steps so far did to them. */
export function FreeLists({ counts, zone }) {
	const { free, byType, by } = counts;
	const most = Math.max(...free, 1);
	const together = free.map((n, order) => n * 2 ** order);
	const sum = together.reduce((a, b) => a + b, 0);

	return html`${byType && html`<${Types} byType=${byType} />`}
	<table class="freelists" aria-label=${`Free blocks of zone ${zone} by order, and what they add up to`}>
		<tbody>
			<tr class="bars"><th scope="row">blocks</th>${free.map((n, order) => html`<td data-changed=${by[order] === 0 ? undefined : ""}
				style=${{ "--height": height(n, most) }}><${Change} by=${by[order]} /><b>${short(n)}</b><${Stack} byType=${byType} order=${order} /></td>`)}<td></td></tr>
			<tr class="orders"><th scope="row">order</th>${free.map((_, order) => html`<th scope="col">${order}</th>`)}<td></td></tr>
			<tr><th scope="row">of each</th>${free.map((_, order) => html`<${Size} frames=${2 ** order} />`)}<td>sum</td></tr>
			<tr class="sum"><th scope="row">together</th>${together.map((n) => html`<${Size} frames=${n} />`)}
				<td><b>${pages(sum)}</b></td></tr>
		</tbody>
	</table>`;
}
