// SPDX-License-Identifier: GPL-2.0-or-later
/* lens.js - one 4 MiB square, frame by frame, its free blocks outlined with their order. */
import { html, useEffect, useLayoutEffect, useRef, useSignal } from "../../vendor/vendor.js";
import { SIDE, SQUARE_FRAMES, blockSize, compact, freeBlocks, spread } from "../layout.js";
import { kindColours, token } from "../palette.js";
import { theme } from "../prefs.js";

const NUMBERED = 3; /* the lowest order that has room for its number */

const corner = (index) => [compact(index), compact(index >> 1)];

/** Indices of the square at which a zone begins. */
function zoneEdges(zones, square) {
	return zones.map((zone) => zone.start_pfn - square * SQUARE_FRAMES).filter((edge) => edge > 0 && edge < SQUARE_FRAMES);
}

function drawFrames(context, bytes, colours, px) {
	const gap = px > 5 ? 1 : 0;

	bytes.forEach((kind, i) => {
		const [x, y] = corner(i);

		context.fillStyle = colours[kind]?.colour ?? token("bg");
		context.fillRect(x * px, y * px, px - gap, px - gap);
	});
}

/* No memory here: a stroke across each frame, as the map hatches it. */
function drawHoles(context, bytes, hole, px) {
	context.strokeStyle = token("hatch");
	context.lineWidth = 2;
	context.beginPath();
	bytes.forEach((kind, i) => {
		const [x, y] = corner(i);

		if (kind === hole) {
			context.moveTo(x * px, (y + 1) * px - 1);
			context.lineTo((x + 1) * px - 1, y * px);
		}
	});
	context.stroke();
}

/* One letter for each 4x4 area of one kind: enough to name it, not so many that they are a pattern. */
function drawLetters(context, bytes, legend, colours, px) {
	context.font = `700 ${Math.round(px * 1.5)}px ${token("mono")}`;
	for (let i = 0; i < SQUARE_FRAMES; i += 16) {
		const kind = bytes[i];
		const [x, y] = corner(i);

		if (!legend[kind]?.letter || bytes.subarray(i, i + 16).some((other) => other !== kind))
			continue;
		context.fillStyle = colours[kind].letter;
		context.fillText(legend[kind].letter, (x + 2) * px, (y + 2.1) * px);
	}
}

function drawBlocks(context, blocks, free, px) {
	for (const { index, order } of blocks) {
		const [x, y] = corner(index);
		const [w, h] = blockSize(order).map((frames) => frames * px);

		context.fillStyle = free.colour;
		context.fillRect(x * px, y * px, w - 1, h - 1);
		context.lineWidth = order > 1 ? 2 : 1;
		context.globalAlpha = order > 1 ? 1 : 0.55;
		context.strokeStyle = token("ink");
		context.strokeRect(x * px + 1, y * px + 1, w - 3, h - 3);
		context.globalAlpha = 1;
		if (order < NUMBERED)
			continue;
		context.fillStyle = token("ink");
		context.font = `700 ${Math.round(Math.min(h * 0.62, px * 3.2))}px ${token("mono")}`;
		context.fillText(String(order), x * px + w / 2, y * px + h / 2 + 1);
	}
}

export function Lens({ store, map, select, side, enter }) {
	const canvas = useRef();
	const bytes = useSignal(null);
	const { pfn, square } = store.selection.value;
	const { legend, zones, machine } = store.state.value;
	const ratio = window.devicePixelRatio;
	const px = Math.floor((side * ratio) / SIDE); /* device pixels a frame */
	const shown = (px * SIDE) / ratio; /* CSS pixels of the whole */

	useEffect(() => map.watch(square, (fresh) => {
		bytes.value = fresh;
	}), [square]);

	useLayoutEffect(() => {
		if (!bytes.value)
			return;
		const context = canvas.current.getContext("2d", { alpha: false });
		const colours = kindColours(legend);
		const free = legend.findIndex(({ name }) => name === "free");
		const blocks = freeBlocks((i) => bytes.value[i] === free, machine.orders, zoneEdges(zones, square));

		context.textAlign = "center";
		context.textBaseline = "middle";
		context.fillStyle = token("panel");
		context.fillRect(0, 0, px * SIDE, px * SIDE);
		drawFrames(context, bytes.value, colours, px);
		drawHoles(context, bytes.value, legend.findIndex(({ name }) => name === "hole"), px);
		drawLetters(context, bytes.value, legend, colours, px);
		drawBlocks(context, blocks, colours[free], px);
	}, [bytes.value, px, theme.value]);

	const pick = (event) => {
		const { left, top } = canvas.current.getBoundingClientRect();
		const x = Math.floor(((event.clientX - left) / shown) * SIDE);
		const y = Math.floor(((event.clientY - top) / shown) * SIDE);
		const next = square * SQUARE_FRAMES + spread(x) + 2 * spread(y);

		if (x < SIDE && y < SIDE && next < machine.frames) {
			select.frame(next);
			enter?.();
		}
	};
	const [x, y] = pfn === null ? [0, 0] : corner(pfn % SQUARE_FRAMES);
	const frame = shown / SIDE;

	return html`<div class="lens" style=${{ width: `${shown}px`, height: `${shown}px` }} onClick=${pick}>
		<canvas ref=${canvas} width=${px * SIDE} height=${px * SIDE} style=${{ width: `${shown}px`, height: `${shown}px` }} role="img"
			aria-label="One square of the map, frame by frame; free blocks are outlined and carry their order"></canvas>
		${pfn !== null && html`<i class="ring" style=${{ left: `${x * frame}px`, top: `${y * frame}px`, width: `${frame}px`, height: `${frame}px` }}></i>`}
	</div>`;
}
