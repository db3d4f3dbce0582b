// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mapoverlay.js - what lies over the frames and must stay sharp: grid, zone edges, hatched holes, the selection.
 *
 * An SVG in CSS pixels; ${camera} is physmap.js's.
 */
import { html, useMemo } from "../../vendor/vendor.js";
import { pages } from "../format.js";
import { SIDE, edgePath, place, rectangles } from "../layout.js";
import { blocks } from "../prefs.js";
import { bigHoles, pageRange } from "../ranges.js";
import { BlockMarks } from "./blockmarks.js";
import { FrameLabels, LABELLED } from "./framelabels.js";

const RING = 6; /* no mark is smaller than this, in CSS pixels */
const NAMED_HOLE = 40; /* CSS pixels that a hole is high before it gets its name */
const GRID_FROM = 9; /* CSS pixels that a square, or a frame, is wide before it gets a grid line */

/** Lines every ${step} frames from the map's corner, as far as they are in sight, as SVG path data. */
function lines(step, map, camera, width, height) {
	const out = [];
	const at = (frame, from) => ((frame - from) * camera.scale).toFixed(1);
	const first = (from) => Math.max(step, Math.ceil(from / step) * step);

	for (let x = first(camera.x); x < map.width && (x - camera.x) * camera.scale < width; x += step)
		out.push(`M${at(x, camera.x)} 0V${height}`);
	for (let y = first(camera.y); y < map.height && (y - camera.y) * camera.scale < height; y += step)
		out.push(`M0 ${at(y, camera.y)}H${width}`);
	return out.join("");
}

function Grid({ map, camera, width, height }) {
	const drawn = [map, camera, width, height];

	return html`<g>
		${camera.scale >= GRID_FROM && html`<path class=${camera.scale >= LABELLED ? "grid frames" : "grid"} d=${lines(1, ...drawn)} />`}
		${SIDE * camera.scale >= GRID_FROM && html`<path class="grid" d=${lines(SIDE, ...drawn)} />`}
	</g>`;
}

function Holes({ map, camera, holes }) {
	const boxes = useMemo(() => holes.flatMap((hole) => rectangles(...pageRange(hole, map.frames), map)), [holes, map.frames]);
	const named = useMemo(() => bigHoles(holes, map)
		.map((hole) => ({ ...hole, box: largest(rectangles(hole.first, hole.end, map)) })), [holes, map.frames]);
	const onScreen = ({ x, y, w, h }) => ({
		x: (x - camera.x) * camera.scale,
		y: (y - camera.y) * camera.scale,
		width: w * camera.scale,
		height: h * camera.scale,
	});

	return html`<g>
		${boxes.map((box) => html`<rect class="hatched" ...${onScreen(box)} />`)}
		${named.map(({ name, first, end, box }) => {
			const { x, y, width, height } = onScreen(box);

			return height > NAMED_HOLE && html`
				<text class="hole-name" x=${x + width / 2} y=${y + height / 2}>${name}<tspan x=${x + width / 2} dy="1.15em">${pages(end - first)}</tspan></text>`;
		})}
	</g>`;
}

const largest = (boxes) => boxes.reduce((best, box) => (box.w * box.h > best.w * best.h ? box : best));

/* The square of the lens and the frame that is looked into: in magenta on white, never less than RING. */
function Marks({ map, camera, selection }) {
	const ring = (x, y, side) => {
		const size = Math.max(side * camera.scale, RING);
		const middle = (at, from) => (at + side / 2 - from) * camera.scale - size / 2;
		const box = { x: middle(x, camera.x), y: middle(y, camera.y), width: size, height: size };

		return html`<rect class="halo" ...${box} /><rect class="ring" ...${box} />`;
	};
	const { pfn, square } = selection;
	const corner = [(square % map.across) * SIDE, Math.floor(square / map.across) * SIDE];

	return html`<g>
		${ring(...corner, SIDE)}
		${pfn !== null && camera.scale >= 1 && ring(...place(pfn, map), 1)}
	</g>`;
}

function Edges({ map, camera, zones }) {
	const inside = zones.filter((zone) => zone.start_pfn > 0 && zone.end_pfn > zone.start_pfn);
	const width = Math.min(3, Math.max(1, (SIDE * camera.scale) / 4)); /* a row of thin squares is to be seen under it */

	return html`<g transform=${`scale(${camera.scale}) translate(${-camera.x} ${-camera.y})`}>
		${inside.map((zone) => html`<path key=${zone.start_pfn} class="edge" style=${{ strokeWidth: `${width}px` }} d=${edgePath(zone.start_pfn, map)} />`)}
	</g>`;
}

export function MapOverlay({ store, engine, map, camera, width, height }) {
	const { zones, physical, legend, machine } = store.state.value;
	const seen = { map, camera, width, height };

	return html`<svg width=${width} height=${height} aria-hidden="true">
		<defs><pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V9" /></pattern></defs>
		<${Holes} ...${seen} holes=${physical.holes} />
		<${Grid} ...${seen} />
		<${Edges} ...${seen} zones=${zones} />
		${blocks.value === "on" && html`<${BlockMarks} ...${seen} zones=${zones} holes=${physical.holes} types=${machine.migratetypes} />`}
		${camera.scale >= LABELLED && html`<${FrameLabels} ...${seen} engine=${engine} legend=${legend} />`}
		<${Marks} ...${seen} selection=${store.selection.value} />
	</svg>`;
}
