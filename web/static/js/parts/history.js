// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * history.js - a zone's free pages over the last operations, with its watermarks.
 *
 * The samples are what went by while the page was open; the chart begins with its first.  The watermarks are
 * lines that come into sight when the free pages come near them.
 */
import { html, uPlot, useEffect, useLayoutEffect, useRef } from "../../vendor/vendor.js";
import { count, pages, zoneTitle } from "../format.js";
import { token } from "../palette.js";
import { theme } from "../prefs.js";

const SAMPLES = 600;

/** {seqs, free: Map zoneTitle -> array}: one entry a state, the newest last. */
export function emptySamples() {
	return { seqs: [], free: new Map() };
}

/** Add ${state} to ${samples}; a state of the same or an earlier seq begins anew. */
export function sample(samples, state) {
	if (state.seq === samples.seqs.at(-1))
		return;
	if (state.seq < samples.seqs.at(-1)) {
		samples.seqs = [];
		samples.free.clear();
	}
	samples.seqs = [...samples.seqs, state.seq].slice(-SAMPLES);
	for (const zone of state.zones)
		samples.free.set(zoneTitle(zone), [...(samples.free.get(zoneTitle(zone)) ?? []), zone.free_pages].slice(-SAMPLES));
}

const kept = emptySamples(); /* outlives a change of view */

const MARKS = ["min", "low", "high"];

/** Room above and below the free pages: a tenth of what they span. */
function freeRange(plot) {
	const free = plot.data[1];
	const low = Math.min(...free);
	const high = Math.max(...free);
	const room = Math.max(8, (high - low) * 0.1);

	return free.length ? [low - room, high + room] : [0, 1];
}

function plotOptions(width, height, px) {
	const axis = { stroke: token("ink2"), font: `${px}px ${token("mono")}`, grid: { stroke: token("line2"), width: 1 }, ticks: { show: false } };
	const whole = (_, ticks) => ticks.map((n) => (Number.isInteger(n) ? count(n) : ""));

	return {
		width,
		height,
		legend: { show: false },
		cursor: { show: false },
		padding: [px / 2, 2 * px, 0, 0],
		scales: { x: { time: false }, y: { range: freeRange } },
		axes: [
			{ ...axis, space: 6 * px, size: 2.1 * px, gap: 0.7 * px, values: whole }, /* below the lowest label of the other axis */
			{ ...axis, space: 2 * px, size: 4.8 * px, values: whole },
		],
		series: [
			{},
			{ stroke: token("quantity"), width: 2, points: { show: false } },
			...MARKS.map((mark) => ({ stroke: token(mark === "min" ? "hi" : "ink"), width: 2, dash: [6, 4], points: { show: false } })),
		],
	};
}

/** The plot's columns: seq, free pages, and each watermark all along. */
function columns(zone) {
	const free = kept.free.get(zoneTitle(zone)) ?? [];

	return [kept.seqs, free, ...MARKS.map((mark) => free.map(() => zone.watermark[mark]))];
}

export function History({ store, zone }) {
	const box = useRef();
	const plot = useRef();

	useEffect(() => store.live.subscribe((state) => state && sample(kept, state)), []);

	useLayoutEffect(() => {
		const { clientWidth, clientHeight } = box.current;
		const px = 0.92 * parseFloat(getComputedStyle(document.documentElement).fontSize);

		plot.current = new uPlot(plotOptions(clientWidth, clientHeight, px), columns(zone), box.current);
		return () => plot.current.destroy();
	}, [theme.value]);

	useLayoutEffect(() => {
		plot.current.setData(columns(zone));
	}, [store.live.value, zoneTitle(zone), theme.value]);

	return html`<section class="card history">
		<h2>Free pages <small>${zoneTitle(zone)}: ${pages(zone.free_pages)}</small></h2>
		${kept.seqs.length < 2 && html`<p class="quiet">Drawn from the next operation on.</p>`}
		<div class="plot" ref=${box} style=${{ visibility: kept.seqs.length < 2 ? "hidden" : "" }} role="img" aria-label=${`Free pages of zone ${zoneTitle(zone)} over the last operations`}></div>
	</section>`;
}
