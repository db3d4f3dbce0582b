// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * memory.js - all of physical memory: the map with its axis and zones, one square through the lens, the legend,
 * and beside them how full the zones are.
 */
import { html, useLayoutEffect, useRef, useSignal } from "../../vendor/vendor.js";
import { count, mark, pages, address } from "../format.js";
import { PAGE_BYTES, SIDE, SQUARE_BYTES, SQUARE_FRAMES, mapOf } from "../layout.js";
import { BuddyBars } from "../parts/buddybars.js";
import { FrameCard } from "../parts/card.js";
import { Gauges } from "../parts/gauges.js";
import { History } from "../parts/history.js";
import { Legend } from "../parts/legend.js";
import { Lens } from "../parts/lens.js";
import { PhysMap, fit } from "../parts/physmap.js";
import { axisMarks, brackets } from "../ranges.js";

export const id = "memory";
export const key = "1";
export const title = "Memory";

/** The size of the element in ${box}, kept up to date: {width, height} in CSS pixels. */
function useSize(box) {
	const size = useSignal({ width: 0, height: 0 });

	useLayoutEffect(() => {
		const observer = new ResizeObserver(([{ contentRect: { width, height } }]) => {
			size.value = { width, height };
		});

		observer.observe(box.current);
		return () => observer.disconnect();
	}, []);
	return size.value;
}

const ROW_TEXT = 26; /* CSS pixels that a label of the axis needs for itself */

function Axis({ zones, map, camera }) {
	const rowHeight = SIDE * camera.scale;
	const marks = axisMarks(zones, map, ROW_TEXT / rowHeight);

	return html`<div class="axis" aria-hidden="true">${marks.map(({ pfn, strong }) => {
		const row = Math.min(map.down, pfn / SQUARE_FRAMES / map.across);
		const top = (Math.floor(row) * SIDE - camera.y) * camera.scale;

		return html`<span class=${strong ? "strong" : ""} style=${{ top: `${top}px` }}>${mark(pfn * PAGE_BYTES)}</span>`;
	})}</div>`;
}

function Brackets({ state, map, camera }) {
	return html`<div class="brackets" aria-hidden="true">${brackets(state.zones, state.physical.holes, map).map((bracket) => {
		const top = (bracket.top * SIDE - camera.y) * camera.scale;
		const height = (bracket.bottom - bracket.top) * SIDE * camera.scale;

		return html`<div class=${bracket.hole ? "hole" : ""} style=${{ top: `${top + 2}px`, height: `${height - 4}px` }}>
			<b>${bracket.name}</b>${height > 44 && html`<small>${pages(bracket.pages)}</small>`}</div>`;
	})}</div>`;
}

export function View({ store, map: engine, select, api }) {
	const box = useRef();
	const { width, height } = useSize(box);
	const state = store.state.value;
	const map = mapOf(state.machine.frames);
	const camera = useSignal(fit(map, 1, 1));
	const zoneName = useSignal(null);
	const zones = state.zones.filter(({ present }) => present > 0);
	const zone = zones.find(({ name }) => name === zoneName.value) ?? zones.find(({ name }) => name === "Normal") ?? zones[0];
	const { pfn, square } = store.selection.value;

	return html`
		<section class="memory-map">
			<h2>Physical memory <small>${count(state.machine.frames)} frames of 4 KiB. One square = ${pages(SQUARE_FRAMES)}</small></h2>
			<div class="mapbox">
				<${Axis} zones=${state.zones} map=${map} camera=${camera.value} />
				<div class="mapspace" ref=${box}>
					${width > 0 && html`<${PhysMap} store=${store} map=${engine} select=${select} width=${width} height=${height}
						moved=${(next) => (camera.value = next)} />`}
				</div>
				<${Brackets} state=${state} map=${map} camera=${camera.value} />
			</div>
		</section>
		<section class="memory-lens">
			<h2>One 4 MiB square <small class="mono">${address(square * SQUARE_BYTES)}</small></h2>
			<${Lens} store=${store} map=${engine} select=${select} side=${352} />
			<${Legend} store=${store} />
		</section>
		<section class="rail">
			${pfn !== null && html`<${FrameCard} store=${store} map=${engine} select=${select} api=${api} />`}
			<${Gauges} store=${store} />
			<section class="card">
				<h2>Buddy free lists
					<span class="choice" role="group" aria-label="Zone">${zones.map(({ name }) => html`
						<button aria-pressed=${name === zone.name} onClick=${() => (zoneName.value = name)}>${name}</button>`)}</span></h2>
				<${BuddyBars} zone=${zone} orders=${state.machine.orders} />
			</section>
			<${History} store=${store} zone=${zone} />
		</section>`;
}
