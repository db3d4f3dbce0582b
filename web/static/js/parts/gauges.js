// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gauges.js - each zone's free pages against its watermarks, from 0 to four times "high".
 *
 * Linear: what matters to the allocator happens near the marks, so a zone far above them is simply full to
 * the edge, and the number says by how much.
 */
import { html } from "../../vendor/vendor.js";
import { count, pages, zoneTitle } from "../format.js";

const MARKS = ["min", "low", "high"];

function Gauge({ zone }) {
	const { free_pages: free, managed, watermark } = zone;
	const full = 4 * watermark.high || 1;
	const percent = (n) => `${Math.min(100, (100 * n) / full)}%`;
	const below = MARKS.find((mark) => free <= watermark[mark]);

	return html`<li class=${`gauge ${below ?? ""}`}>
		<p><b>${zoneTitle(zone)}</b><span class="num"><b>${pages(free)}</b> of ${pages(managed)}</span></p>
		<div class="bar" role="meter" aria-label=${`${zoneTitle(zone)}: free pages`} aria-valuemin="0" aria-valuemax=${Math.max(full, free)} aria-valuenow=${free}
			aria-valuetext=${`${count(free)} free pages; min ${count(watermark.min)}, low ${count(watermark.low)}, high ${count(watermark.high)}`}>
			<i class="fill" style=${{ width: percent(free) }}></i>
			${MARKS.map((mark) => html`<i class=${`mark ${mark}`} style=${{ left: percent(watermark[mark]) }}></i>`)}
			${free > full && html`<i class="over" aria-hidden="true">›</i>`}
		</div>
	</li>`;
}

export function Gauges({ store }) {
	const zones = store.state.value.zones.filter(({ present }) => present > 0);

	return html`<section class="card">
		<h2>Free against watermarks</h2>
		<ul class="gauges">${zones.map((zone) => html`<${Gauge} key=${zoneTitle(zone)} zone=${zone} />`)}</ul>
		<p class="marks"><i class="mark min"></i>min <i class="mark low"></i>low <i class="mark high"></i>high <span>bars end at 4 × high</span></p>
	</section>`;
}
