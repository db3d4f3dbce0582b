// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * history.js - a zone's free pages over the last operations, with its watermarks.
 *
 * The samples are what went by while the page was open; the chart begins with its first.
 */
import { html, uPlot, useEffect, useLayoutEffect, useRef } from "../../vendor/vendor.js";
import { pages, short } from "../format.js";
import { token } from "../palette.js";
import { theme } from "../prefs.js";

const SAMPLES = 600;

/** {seqs, free: Map name -> array}: one entry a state, the newest last. */
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
	for (const { name, free_pages: free } of state.zones)
		samples.free.set(name, [...(samples.free.get(name) ?? []), free].slice(-SAMPLES));
}

const kept = emptySamples(); /* outlives a change of view */

function plotOptions(width, height, font) {
	const axis = { stroke: token("ink2"), font, grid: { stroke: token("line2"), width: 1 }, ticks: { show: false } };

	return {
		width,
		height,
		legend: { show: false },
		cursor: { show: false },
		padding: [6, 6, 0, 0],
		scales: { x: { time: false }, y: { range: (_, low, high) => [low - Math.max(8, (high - low) * 0.1), high + Math.max(8, (high - low) * 0.1)] } },
		axes: [
			{ ...axis, space: 90, size: 1.5 * parseFloat(font.match(/[\d.]+px/)), values: (_, ticks) => ticks.map((n) => (Number.isInteger(n) ? n.toLocaleString("en") : "")) },
			{ ...axis, space: 34, size: 3.4 * parseFloat(font.match(/[\d.]+px/)), values: (_, ticks) => ticks.map(short) },
		],
		series: [{}, { stroke: token("quantity"), width: 2, points: { show: false } }],
	};
}

export function History({ store, zone }) {
	const box = useRef();
	const plot = useRef();

	useEffect(() => store.live.subscribe((state) => state && sample(kept, state)), []);

	useLayoutEffect(() => {
		const { clientWidth, clientHeight } = box.current;
		const small = 0.92 * parseFloat(getComputedStyle(document.documentElement).fontSize);

		plot.current = new uPlot(plotOptions(clientWidth, clientHeight, `${small}px ${token("mono")}`), [[], []], box.current);
		return () => plot.current.destroy();
	}, [theme.value]);

	useLayoutEffect(() => {
		plot.current.setData([kept.seqs, kept.free.get(zone.name) ?? []]);
	}, [store.live.value, zone.name, theme.value]);

	return html`<section class="card history">
		<h2>Free pages <small>${zone.name}, ${pages(zone.free_pages)} now</small></h2>
		<div class="plot" ref=${box} role="img" aria-label=${`Free pages of zone ${zone.name} over the last operations`}></div>
	</section>`;
}
