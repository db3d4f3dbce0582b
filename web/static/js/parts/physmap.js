// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * physmap.js - the map of physical memory: the engine's canvas with mapoverlay.js over it.
 *
 * A camera is {x, y, scale}: the frame coordinates of the top left corner and how many CSS pixels wide a frame
 * is.  `moved`(camera) tells the parent, which draws the axis beside it; `still` maps cannot be moved.
 *
 * Keys while it has the focus: arrows (Shift: a square), + - 0, Enter.
 */
import { html, select as d3, useEffect, useLayoutEffect, useRef, useSignal, zoom, zoomIdentity } from "../../vendor/vendor.js";
import { describeMap } from "../describe.js";
import { SIDE, SQUARE_FRAMES, frameAt, mapOf, place } from "../layout.js";
import { MapOverlay } from "./mapoverlay.js";
import { Overview } from "./overview.js";

const DEEPEST = 104; /* CSS pixels a frame when zoomed in all the way */
const STEP = 2; /* of the + and - keys */

/** The camera that shows all of ${map} in a box: whole pixels a square, or half ones where squares are small. */
export function fit(map, width, height) {
	const square = Math.max(1, Math.min(width / map.across, height / map.down)); // a pixel at least: a scale is divided by
	const step = square >= 12 ? 1 : 0.5;

	return { x: 0, y: 0, scale: (square >= 2 ? Math.floor(square / step) * step : square) / SIDE };
}

/** From d3-zoom's transform of the fitted map to a camera. */
const cameraOf = ({ x, y, k }, fitted) => ({ x: -x / (fitted.scale * k), y: -y / (fitted.scale * k), scale: fitted.scale * k });

/**
 * A camera on the map in ${box} that wheel, fingers and drag move:
 * {camera, isZoomed(), zoomBy(factor), whole(), show(x, y)}; show() brings a frame into sight.
 */
function useCamera({ box, fitted, width, height, still }) {
	const camera = useSignal(fitted);
	const behaviour = useRef();
	const isZoomed = () => camera.value.scale > fitted.scale * 1.01;

	useLayoutEffect(() => {
		const all = [[0, 0], [width, height]];

		camera.value = fitted;
		behaviour.current = zoom()
			.scaleExtent([1, Math.max(1, DEEPEST / fitted.scale)])
			.translateExtent(all)
			.extent(all)
			.filter((event) => !still && !event.button && !(event.touches?.length === 1 && !isZoomed()))
			.on("zoom", ({ transform }) => {
				camera.value = cameraOf(transform, fitted);
			});
		d3(box.current).call(behaviour.current).call(behaviour.current.transform, zoomIdentity).on("dblclick.zoom", null);
	}, [width, height]);

	return {
		camera: camera.value,
		isZoomed,
		/* Round frame ${x}, ${y} where that is in sight, else round the middle. */
		zoomBy(factor, [x, y]) {
			const { x: left, y: top, scale } = camera.value;
			const at = [(x - left) * scale, (y - top) * scale];
			const inSight = at[0] >= 0 && at[1] >= 0 && at[0] <= width && at[1] <= height;

			d3(box.current).call(behaviour.current.scaleBy, factor, inSight ? at : undefined);
		},
		whole: () => d3(box.current).call(behaviour.current.transform, zoomIdentity),
		show(x, y) {
			const { x: left, y: top, scale } = camera.value;
			const inSight = x >= left && y >= top && x + 1 <= left + width / scale && y + 1 <= top + height / scale;

			if (!inSight)
				d3(box.current).call(behaviour.current.translateTo, x * fitted.scale, y * fitted.scale);
		},
	};
}

/** Let the engine paint what ${camera} sees on ${canvas}, in device pixels. */
function usePainting({ engine, canvas, camera, width, height }) {
	const surface = useRef();

	useLayoutEffect(() => {
		surface.current = engine.attach(canvas.current);
		return () => surface.current.drop();
	}, []);
	useEffect(() => {
		const ratio = window.devicePixelRatio;

		surface.current.view({ ...camera, scale: camera.scale * ratio }, Math.round(width * ratio), Math.round(height * ratio));
	}, [camera, width, height]);
}

/** What the keys do on the map, by their names; ${step}(dx, dy) moves the selection. */
const keyWork = ({ step, eye, look, far, focus }) => ({
	ArrowLeft: () => step(-far, 0),
	ArrowRight: () => step(far, 0),
	ArrowUp: () => step(0, -far),
	ArrowDown: () => step(0, far),
	"+": () => eye.zoomBy(STEP, focus()),
	"=": () => eye.zoomBy(STEP, focus()),
	"-": () => eye.zoomBy(1 / STEP, focus()),
	0: eye.whole,
	Enter: look,
});

export function PhysMap({ store, map: engine, select, width: maxWidth, height: maxHeight, moved, enter, still = false }) {
	const state = store.state.value;
	const map = mapOf(state.machine.frames);
	const fitted = fit(map, maxWidth, maxHeight);
	const [width, height] = [map.width, map.height].map((frames) => Math.round(frames * fitted.scale));
	const box = useRef();
	const canvas = useRef();
	const eye = useCamera({ box, fitted, width, height, still });
	const { camera } = eye;

	usePainting({ engine, canvas, camera, width, height });
	useEffect(() => {
		moved?.(camera);
	}, [camera]);

	const pick = (event) => {
		const { left, top } = box.current.getBoundingClientRect();
		const pfn = frameAt(camera.x + (event.clientX - left) / camera.scale, camera.y + (event.clientY - top) / camera.scale, map);

		if (pfn >= 0) {
			select.frame(pfn);
			enter?.();
		}
	};
	/* Corner of the frame that is looked into, else of the lens's square. */
	const focus = () => place(store.selection.value.pfn ?? store.selection.value.square * SQUARE_FRAMES, map);
	const step = (dx, dy) => {
		const [x, y] = focus();
		const next = frameAt(x + dx, y + dy, map);

		if (next >= 0) {
			select.frame(next);
			eye.show(x + dx, y + dy);
		}
	};
	const look = () => {
		step(0, 0);
		enter?.();
	};
	const press = (event) => {
		const work = keyWork({ step, eye, look, focus, far: event.shiftKey ? SIDE : 1 })[event.key];

		if (work && !event.ctrlKey && !event.metaKey && !event.altKey) {
			event.preventDefault();
			work();
		}
	};

	return html`<div class=${eye.isZoomed() ? "physmap zoomed" : "physmap"} ref=${box} style=${{ width: `${width}px`, height: `${height}px` }}
		tabindex="0" role="application" aria-label=${`Map of physical memory. ${describeMap(state, store.counts.value)}`} onClick=${pick} onKeyDown=${press}>
		<canvas ref=${canvas} aria-hidden="true"></canvas>
		<${MapOverlay} store=${store} engine=${engine} map=${map} camera=${camera} width=${width} height=${height} />
		${eye.isZoomed() && html`<${Overview} engine=${engine} map=${map} camera=${camera} width=${width} height=${height} />`}
	</div>`;
}
