// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zonelist.js - which zones an allocation asked, from the highest down, and what each answered.
 *
 * A zone says yes when its free pages are more than the mark plus what it keeps for lower requests.
 * Both sides come with the event; here they are only drawn beside each other.
 */
import { count, freeWord, zoneTitle } from "../format.js";
import { zonelist } from "../story.js";
import { html } from "../../vendor/vendor.js";

/*
 * How ${row} came to its mark: a watermark of ${zone}, halved for each order above 0 in some kernels,
 * or lowered for those who may not wait; then only its value is told.
 */
function markText(zone, row) {
	for (let halved = 0; halved <= row.order; halved++)
		for (const [name, pages] of Object.entries(zone.watermark))
			if (Math.floor(pages / 2 ** halved) === row.mark)
				return `${name}${halved === 0 ? "" : `/${2 ** halved} =`} ${count(row.mark)}`;
	return `mark ${count(row.mark)}`;
}

function sentence(row, zone) {
	const bar = row.mark + row.reserve;
	const limit = `${markText(zone, row)} + reserve ${count(row.reserve)}`;

	const relation = `${freeWord(row.order)} ${count(row.free)} ${row.free > bar ? ">" : "≤"} ${limit}`;

	return row.gave || row.free <= bar ? relation : `${relation}, but no block of order ${row.order}`;
}

/* A request may use the zones up to some place among those of a node. */
const placeOf = (zones, index) => zones[index].type ?? index;

function Bars({ row }) {
	const most = Math.max(row.free, row.mark + row.reserve, 1);

	return html`<span class="bars" aria-hidden="true" style=${{ "--free": row.free / most, "--mark": row.mark / most,
		"--reserve": row.reserve / most }}><i class="free"></i><i class="mark"></i><i class="reserve"></i></span>`;
}

function Row({ zone, row, answer }) {
	return html`<li data-answer=${answer}>
		<b>${zoneTitle(zone)}</b>
		<span class="answer">${{ yes: "yes", no: "no", skipped: "not in the list", unasked: "not asked" }[answer]}</span>
		${row !== undefined && html`<${Bars} row=${row} /><span class="why">${sentence(row, zone)}</span>`}
	</li>`;
}

/** The zones of the machine, highest first, as ${story} went through them. */
export function Zonelist({ story, zones }) {
	const rows = zonelist(story);
	const highest = placeOf(zones, rows[0].zone);
	const walks = Math.max(...rows.map((r) => r.walks));
	const list = zones.map((zone, index) => ({ zone, index })).filter(({ zone }) => zone.spanned > 0).reverse();

	return html`<div class="zonelist">
		<h3>Zones asked${walks > 1 && html` <small>${walks} times</small>`}</h3>
		<ol>${list.map(({ zone, index }) => {
			const row = rows.find((r) => r.zone === index);
			const answer = row === undefined ? (placeOf(zones, index) > highest ? "skipped" : "unasked") : row.gave ? "yes" : "no";
			return html`<${Row} key=${index} zone=${zone} row=${row} answer=${answer} />`;
		})}</ol>
	</div>`;
}
