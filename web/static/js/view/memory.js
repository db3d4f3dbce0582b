// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * memory.js - all of physical memory: the map with its axis and zones, one square through the lens, the legend,
 * and beside them how full the zones are.
 */
import { html, useRef, useSignal } from "../../vendor/vendor.js";
import { address, count, mark, pages, zoneTitle } from "../format.js";
import { PAGE_BYTES, SIDE, SQUARE_BYTES, SQUARE_FRAMES, mapOf } from "../layout.js";
import { Brackets } from "../parts/brackets.js";
import { BuddyBars } from "../parts/buddybars.js";
import { FrameCard } from "../parts/card.js";
import { Gauges } from "../parts/gauges.js";
import { History } from "../parts/history.js";
import { Legend } from "../parts/legend.js";
import { Lens } from "../parts/lens.js";
import { PhysMap, fit } from "../parts/physmap.js";
import { useSize } from "../parts/size.js";
import { blocks, toggleBlocks } from "../prefs.js";
import { axisMarks } from "../ranges.js";

export const id = "memory";
export const key = "1";
export const title = "Memory";

const ROW_TEXT = 1.6; /* rem that a label of the axis needs for itself */
const WIDE = 1.5; /* width to height from which on there is room for the rail */

/**
 * Sides in CSS pixels of what is drawn to scale: the box of ${map} and the square of the lens.  Beside the
 * map stand an axis and the brackets (CSS gives them 12 rem), below the lens ${kinds} lines of legend.
 */
function sizes({ width, height, rem }, map, kinds) {
	const phone = width < 600;
	const inside = height - 1.9 * rem; /* below the headings */

	if (phone)
		return { mapWidth: width, mapHeight: 1.4 * width, lens: width };
	const wide = innerWidth / innerHeight >= WIDE;
	const mapWidth = (wide ? 0.525 : 0.71) * width - 12 * rem;
	const room = width - 13.2 * rem - map.width * fit(map, mapWidth, inside).scale;
	return {
		mapWidth,
		mapHeight: inside,
		lens: Math.min(wide ? 19.6 * rem : room, inside - kinds * 1.41 * rem - 0.8 * rem),
	};
}

/* The first and the last label stand inside the map's edge; those that scrolled out of sight are left out. */
function Axis({ state, map, camera, height, rem }) {
	const edge = 0.5 * rem;
	const marks = axisMarks(state.zones, state.physical.holes, map, (ROW_TEXT * rem) / (SIDE * camera.scale))
		.map((at) => ({ ...at, top: (at.row * SIDE - camera.y) * camera.scale }))
		.filter(({ top }) => top >= -1 && top <= height + 1);

	return html`<div class="axis" aria-hidden="true">${marks.map(({ pfn, strong, top }) => html`
		<span key=${pfn} class=${strong ? "strong" : ""} style=${{ top: `${Math.min(Math.max(top, edge), height - edge)}px` }}>${mark(pfn * PAGE_BYTES)}</span>`)}
	</div>`;
}

function Map({ store, map: engine, select, open, width, height, rem }) {
	const state = store.state.value;
	const map = mapOf(state.machine.frames);
	const fitted = fit(map, width, height);
	const camera = useSignal(fitted);
	const grouped = state.machine.migratetypes?.length > 0;
	const on = grouped && blocks.value === "on"; /* what the colours mean then needs the heading's room */
	const aside = { map, camera: camera.value, width: map.width * fitted.scale, height: map.height * fitted.scale, rem };

	return html`<section class="memory-map">
		<h2><span class=${on ? "vh" : ""}>Physical memory</span> ${on
				? html`<small>${state.machine.migratetypes.filter(({ letter }) => state.zones.some((zone) => zone.pageblocks?.types.includes(letter))).map(({ name }) => html`<span class="chip" data-type=${name}>${name}</span>`)}</small>`
				: html`<small>${count(state.machine.frames)} frames of 4 KiB. One square = ${pages(SQUARE_FRAMES)}</small>`}
			${grouped && html`<button class="toggle" aria-pressed=${on} onClick=${toggleBlocks}>Page blocks</button>`}
			<button class="toggle touch" aria-haspopup="dialog" onClick=${() => (open.value = "goto")}>Go to …</button></h2>
		<div class="mapbox">
			<${Axis} state=${state} ...${aside} />
			<${PhysMap} store=${store} map=${engine} select=${select} width=${width} height=${height} moved=${(next) => (camera.value = next)} />
			<${Brackets} state=${state} ...${aside} />
		</div>
	</section>`;
}

function ZoneChoice({ zones, chosen, choose }) {
	return html`<span class="choice" role="group" aria-label="Zone">${zones.map(zoneTitle).map((title) => html`
		<button key=${title} aria-pressed=${title === chosen} onClick=${() => choose(title)}>${title}</button>`)}</span>`;
}

function Rail(props) {
	const { store } = props;
	const { zones: all, machine } = store.state.value;
	const chosen = useSignal("Normal");
	const zones = all.filter(({ present }) => present > 0);
	const zone = zones.find((z) => zoneTitle(z) === chosen.value) ?? zones[0];
	const looksIn = store.selection.value.pfn !== null;

	return html`<section class=${`rail ${looksIn ? "with-frame" : ""}`}>
		${looksIn && html`<${FrameCard} ...${props} />`}
		<${Gauges} store=${store} />
		${!looksIn && html`
			<section class="card">
				<h2>Buddy lists <${ZoneChoice} zones=${zones} chosen=${zoneTitle(zone)} choose=${(title) => (chosen.value = title)} /></h2>
				<${BuddyBars} zone=${zone} orders=${machine.orders} />
			</section>
			<${History} store=${store} zone=${zone} />`}
	</section>`;
}

export function View(props) {
	const { store } = props;
	const box = useRef();
	const size = useSize(box);
	const kinds = store.counts.value.filter((frames) => frames > 0).length;
	const { mapWidth, mapHeight, lens } = size ? sizes(size, mapOf(store.state.value.machine.frames), kinds) : {};

	return html`<div class="memory" ref=${box}>${size && html`
		<${Map} ...${props} width=${mapWidth} height=${mapHeight} rem=${size.rem} />
		<section class="memory-lens">
			<h2>One 4 MiB square <small class="mono">${address(store.selection.value.square * SQUARE_BYTES)}</small></h2>
			<${Lens} ...${props} side=${lens} />
			<${Legend} store=${store} />
		</section>
		<${Rail} ...${props} />`}
	</div>`;
}
