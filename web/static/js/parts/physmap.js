// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * physmap.js - the map of physical memory: the engine's canvas, and over it what must stay sharp.
 *
 * The canvas has the frames and nothing else; grid, zone edges, hatched holes and the selection are an
 * SVG in CSS pixels.  A camera is {x, y, scale}: the frame coordinates of the top left corner and how many
 * CSS pixels wide a frame is.  `moved`(camera) tells the parent, which draws the axis beside it.
 *
 * Keys while it has the focus: arrows (Shift: a square), + - 0, Enter.
 */
import { html, select as d3, useEffect, useLayoutEffect, useMemo, useRef, useSignal, zoom, zoomIdentity } from "../../vendor/vendor.js";
import { SIDE, edgePath, frameAt, mapOf, place, rectangles, squareOf } from "../layout.js";
import { pages } from "../format.js";
import { bigHoles, pageRange } from "../ranges.js";
import { describeMap } from "../describe.js";
import { FrameLabels, LABELLED } from "./framelabels.js";
import { Overview } from "./overview.js";

const DEEPEST = 104; /* CSS pixels a frame when zoomed in all the way */
const STEP = 2; /* of the + and - keys */
const RING = 6; /* no mark is smaller than this, in CSS pixels */
const GRID_FROM = 9; /* CSS pixels that a square, or a frame, is wide before it gets a grid line */

/** The camera that shows all of ${map} in a box: whole pixels a square, or half ones where squares are small. */
export function fit(map, width, height) {
	const square = Math.min(width / map.across, height / map.down);
	const step = square >= 12 ? 1 : 0.5;

	return { x: 0, y: 0, scale: (square >= 2 ? Math.floor(square / step) * step : square) / SIDE };
}

/** From d3-zoom's transform of the fitted map to a camera. */
const cameraOf = ({ x, y, k }, fitted) => ({ x: -x / (fitted.scale * k), y: -y / (fitted.scale * k), scale: fitted.scale * k });

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

const NAMED_HOLE = 40; /* CSS pixels that a hole is high before it gets its name */

function Holes({ map, camera, holes }) {
	const boxes = useMemo(() => holes.flatMap((hole) => rectangles(...pageRange(hole, map.frames), map)), [holes, map.frames]);
	const named = useMemo(() => bigHoles(holes, map).map((hole) => ({ ...hole, box: largest(rectangles(hole.first, hole.end, map)) })), [holes, map.frames]);
	const place = ({ x, y, w, h }) => ({ x: (x - camera.x) * camera.scale, y: (y - camera.y) * camera.scale, width: w * camera.scale, height: h * camera.scale });

	return html`<g>
		${boxes.map((box) => html`<rect class="hatched" ...${place(box)} />`)}
		${named.map(({ first, end, box }) => {
			const { x, y, width, height } = place(box);

			return height > NAMED_HOLE && html`<text class="hole-name" x=${x + width / 2} y=${y + height / 2} dy=".35em">no RAM here, ${pages(end - first)}</text>`;
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

export function PhysMap({ store, map: engine, select, width, height, moved, enter, still = false }) {
	const state = store.state.value;
	const map = mapOf(state.machine.frames);
	const fitted = fit(map, width, height);
	const box = useRef();
	const canvas = useRef();
	const surface = useRef();
	const behaviour = useRef();
	const camera = useSignal(fitted);
	const shownWidth = Math.round(map.width * fitted.scale);
	const shownHeight = Math.round(map.height * fitted.scale);

	const isZoomed = () => camera.peek().scale > fitted.scale * 1.01;

	useLayoutEffect(() => {
		surface.current = engine.attach(canvas.current);
		return () => surface.current.drop();
	}, []);

	useLayoutEffect(() => {
		camera.value = fitted;
		behaviour.current = zoom()
			.scaleExtent([1, Math.max(1, DEEPEST / fitted.scale)])
			.translateExtent([[0, 0], [shownWidth, shownHeight]])
			.extent([[0, 0], [shownWidth, shownHeight]])
			.filter((event) => !still && !event.button && !(event.touches?.length === 1 && !isZoomed()))
			.on("zoom", ({ transform }) => {
				camera.value = cameraOf(transform, fitted);
			});
		d3(box.current).call(behaviour.current).call(behaviour.current.transform, zoomIdentity).on("dblclick.zoom", null);
	}, [shownWidth, shownHeight]);

	useEffect(() => {
		const ratio = window.devicePixelRatio;
		const { x, y, scale } = camera.value;

		surface.current.view({ x, y, scale: scale * ratio }, Math.round(shownWidth * ratio), Math.round(shownHeight * ratio));
		moved?.(camera.value);
	}, [camera.value, shownWidth, shownHeight]);

	const pick = (event) => {
		const { left, top } = box.current.getBoundingClientRect();
		const { x, y, scale } = camera.value;
		const pfn = frameAt(x + (event.clientX - left) / scale, y + (event.clientY - top) / scale, map);

		if (pfn >= 0) {
			select.frame(pfn);
			enter?.();
		}
	};
	const step = (dx, dy, far) => {
		const { pfn, square } = store.selection.value;
		const [x, y] = place(pfn ?? square * SIDE * SIDE, map);
		const by = far ? SIDE : 1;
		const next = frameAt(x + dx * by, y + dy * by, map);

		if (next >= 0)
			select.frame(next);
	};
	const zoomBy = (factor) => d3(box.current).call(behaviour.current.scaleBy, factor);
	const press = (event) => {
		const work = {
			ArrowLeft: () => step(-1, 0, event.shiftKey),
			ArrowRight: () => step(1, 0, event.shiftKey),
			ArrowUp: () => step(0, -1, event.shiftKey),
			ArrowDown: () => step(0, 1, event.shiftKey),
			"+": () => zoomBy(STEP),
			"=": () => zoomBy(STEP),
			"-": () => zoomBy(1 / STEP),
			0: () => d3(box.current).call(behaviour.current.transform, zoomIdentity),
			Enter: () => {
				if (store.selection.value.pfn === null)
					step(0, 0);
				enter?.();
			},
		}[event.key];

		if (work && !event.ctrlKey && !event.metaKey && !event.altKey) {
			event.preventDefault();
			work();
		}
	};
	const edges = state.zones.filter((zone) => zone.start_pfn > 0 && zone.end_pfn > zone.start_pfn);

	return html`<div class=${isZoomed() ? "physmap zoomed" : "physmap"} ref=${box} style=${{ width: `${shownWidth}px`, height: `${shownHeight}px` }} tabindex="0" role="application"
		aria-label=${`Map of physical memory. ${describeMap(state, store.counts.value)}`} onClick=${pick} onKeyDown=${press}>
		<canvas ref=${canvas} aria-hidden="true"></canvas>
		<svg width=${shownWidth} height=${shownHeight} aria-hidden="true">
			<defs><pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V9" /></pattern></defs>
			<${Holes} map=${map} camera=${camera.value} holes=${state.physical.holes} />
			<${Grid} map=${map} camera=${camera.value} width=${shownWidth} height=${shownHeight} />
			<g transform=${`scale(${camera.value.scale}) translate(${-camera.value.x} ${-camera.value.y})`}>
				${edges.map((zone) => html`<path class="edge" d=${edgePath(zone.start_pfn, map)} />`)}
			</g>
			${camera.value.scale >= LABELLED && html`<${FrameLabels} engine=${engine} map=${map} camera=${camera.value}
				width=${shownWidth} height=${shownHeight} legend=${state.legend} />`}
			<${Marks} map=${map} camera=${camera.value} selection=${store.selection.value} />
		</svg>
		${isZoomed() && html`<${Overview} engine=${engine} map=${map} camera=${camera.value} width=${shownWidth} height=${shownHeight} />`}
	</div>`;
}
