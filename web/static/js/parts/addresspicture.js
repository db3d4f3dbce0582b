// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * addresspicture.js - the rulers of the linear addresses, the map of physical memory beside them (on a phone
 * below them), and one arrow between an address and its frame.
 *
 * All of it is placed in px of one box, since arrows have to meet both ends.
 */
import { address as addressText, frame as frameText } from "../format.js";
import { mapOf, place as placeFrame, SIDE } from "../layout.js";
import { moved, PAGE, SQUARE, TOP } from "../scale.js";
import { curve, curveAbove, curveDown, Heads, LookArrow, MapArrow } from "./arrow.js";
import { Brackets } from "./brackets.js";
import { fit, PhysMap } from "./physmap.js";
import { addressAt, anchor, Marks, place, planFor, Rulers } from "./rulers.js";
import { html, useRef } from "../../vendor/vendor.js";

const isPhone = (size) => size.width / size.rem < 30;

const LANE = 5.4; /* rem from the top: where an arrow passes above the finer rulers */
const PHONE_RULERS = 25; /* rem: on a phone the rulers stand above the map */

const rulerSize = (size) => (isPhone(size) ? { ...size, height: PHONE_RULERS * size.rem } : size);

/** Where the map of physical memory stands, beside rulers that end at ${right}: px. */
function mapBox(size, right, map) {
	const { rem } = size;
	const phone = isPhone(size);
	const left = phone ? 0 : right;
	const top = (phone ? PHONE_RULERS + 3 : 1.7) * rem;
	const width = size.width - left - (phone ? 0 : 5.6 * rem);
	const height = size.height - top;
	const { scale } = fit(map, width, height);
	const shown = Math.round(map.width * scale);

	return { left: left + (width - shown) / 2, top, width, height, scale, shown };
}

/** What to point at for frame ${pfn}: {x, y, side} in px; its square while a frame is less than a pixel. */
function targetBox(pfn, map, box) {
	const [x, y] = placeFrame(pfn, map);
	const at = (frames) => Math.floor(frames / SIDE) * SIDE * box.scale;

	if (box.scale < 1)
		return { x: box.left + at(x), y: box.top + at(y), side: SIDE * box.scale };
	return { x: box.left + x * box.scale, y: box.top + y * box.scale, side: box.scale };
}

/** The top of the card at ${left}: below the arrow from the lane to ${target}, above the last ruler. */
function cardTop(left, box, target, rem) {
	const fall = target === null ? 0 : target.y - LANE * rem;
	const way = Math.min((left + CARD.width * rem) / box.left, 1);
	const arrow = LANE * rem + Math.max(fall, 0) * way * way * (3 - 2 * way);

	return Math.min(Math.max(arrow + 0.8 * rem, CARD.highest * rem), CARD.lowest * rem);
}

const CARD = { width: 14, highest: 6.4, lowest: 12.2 }; /* rem */

/* Four facts and no more. */
function Card({ walk, kind, left, top }) {
	return html`<dl class="fact-card" style=${{ left: `${left}px`, top: `${top}px` }}>
		<dt>address</dt><dd class="mono">${addressText(Number(walk.va))}</dd>
		<dt>region</dt><dd>${walk.region || "gap"}</dd>
		<dt>frame</dt><dd class="mono">${walk.present ? frameText(walk.pfn) : "none"}</dd>
		<dt>holds</dt><dd>${walk.present ? kind : walk.why}</dd>
	</dl>`;
}

const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** The path of the one arrow, from where the address stands to the left edge of its frame's square. */
function arrowPath(size, start, target) {
	const end = { x: target.x - 3, y: target.y + target.side / 2 };
	const lane = { x: start.x + size.rem, y: LANE * size.rem };

	if (isPhone(size))
		return curveDown(start, PHONE_RULERS * size.rem, { x: target.x + target.side / 2, y: target.y - 3 }, size.rem);
	return start.isLast || start.y <= lane.y ? curve(start, end) : curveAbove(start, lane, end);
}

/**
 * The grey arrow: the direct map as a whole, from its top to the frames that it shows.  Its formula stands above
 * it, but below where the other arrow, that begins at ${start} or null, would run through.
 */
function directMap(state, rulers, columns, map, box, size, start) {
	const at = rulers.findIndex((r) => r.start === Number(state.machine.page_offset));

	if (at < 0 || isPhone(size))
		return null;
	const { x, width, top } = columns[at];
	const from = { x: x + width, y: top + 1.9 * size.rem };
	const middle = targetBox(Math.floor(state.machine.max_low_pfn / 2), map, box).y;
	const to = { x: box.left - 4, y: Math.min(middle + 1.5 * size.rem, box.top + 4 * size.rem) };

	const crossed = start !== null && start.y < from.y;

	return { path: curve(from, to), x: (from.x + to.x) / 2, y: crossed ? to.y + 1.2 * size.rem : top + 0.9 * size.rem };
}

/* What lies over rulers and map and takes no pointer. */
function Over({ size, state, direct, path, target }) {
	return html`<svg class="drawing over" width=${size.width} height=${size.height} aria-hidden="true">
		${direct && html`<${MapArrow} path=${direct.path} />`}
		${path && html`<${LookArrow} path=${path} />`}
		${target && html`<rect class="target" x=${target.x} y=${target.y} width=${target.side} height=${target.side} />`}
		${direct && html`<text class="formula" x=${direct.x} y=${direct.y}>physical = virtual − ${addressText(Number(state.machine.page_offset))}</text>`}
	</svg>`;
}

/* One tab stop for all rulers; arrow keys move the address, the pointer looks and pins. */
function Surface({ size, rulers, columns, plan, shown, pinned, others, region, go, hover }) {
	const surface = useRef();
	const pointer = (event) => {
		const { left, top } = surface.current.getBoundingClientRect();

		return addressAt(rulers, columns, event.clientX - left, event.clientY - top);
	};
	const press = (event) => {
		const by = steps[event.key];

		if (by === undefined || event.ctrlKey || event.altKey || event.metaKey)
			return;
		event.preventDefault();
		event.stopPropagation();
		go(moved(pinned, by * (event.shiftKey ? SQUARE : PAGE)));
	};
	const click = (event) => {
		const at = pointer(event);

		if (at !== null)
			go(at);
	};
	const last = columns.at(-1);

	return html`<div class="surface" ref=${surface} tabindex="0" role="slider" aria-label="Linear address"
		aria-valuemin="0" aria-valuemax=${TOP - 1} aria-valuenow=${pinned} aria-valuetext=${`${addressText(pinned)}, ${region}`}
		style=${{ width: `${last.x + last.width}px`, height: `${size.height}px` }}
		onKeyDown=${press} onPointerMove=${(event) => hover(pointer(event))} onPointerLeave=${() => hover(null)} onClick=${click}>
		<svg class="drawing" width=${last.x + last.width} height=${size.height} aria-hidden="true">
			<${Heads} />
			<${Rulers} rulers=${rulers} columns=${columns} plan=${plan} size=${size} />
			<${Marks} rulers=${rulers} columns=${columns} addresses=${others} cls="mark other" />
			<${Marks} rulers=${rulers} columns=${columns} addresses=${[shown]} cls="mark" />
		</svg>
	</div>`;
}

/** The whole of it; ${shown} is the address that the arrow starts from when it is ${pointed} at, ${others} are marked too. */
export function AddressPicture({ size, state, store, engine, select, rulers, shown, pinned, others, go, hover, walk, kind, pointed }) {
	const plan = planFor(size);
	const { columns, right } = place(rulerSize(size), plan, rulers.length);
	const map = mapOf(state.machine.frames);
	const box = mapBox(size, right, map);
	const target = pointed && walk?.present ? targetBox(walk.pfn, map, box) : null;
	const start = target && anchor(rulers, columns, shown);
	const path = target && arrowPath(size, start, target);
	const beside = columns.at(2) ?? columns.at(-1);
	const left = beside.x + beside.width + 1.4 * size.rem;

	return html`
		<h2 class="physical-title" style=${{ left: `${box.left}px`, width: `${box.shown}px`, top: `${box.top - 1.7 * size.rem}px` }}>Physical memory</h2>
		<div class="physical" style=${{ left: `${box.left}px`, top: `${box.top}px` }}>
			<${PhysMap} store=${store} map=${engine} select=${select} width=${box.width} height=${box.height} still=${true} /></div>
		${!isPhone(size) && html`<${Brackets} ...${{ state, map }} rem=${size.rem} camera=${{ x: 0, y: 0, scale: box.scale }} width=${box.shown} height=${map.height * box.scale}
			style=${{ left: `${box.left + box.shown + 0.5 * size.rem}px`, top: `${box.top}px` }} />`}
		<${Surface} ...${{ rulers, columns, plan, shown, pinned, others, go, hover }} size=${rulerSize(size)} region=${walk?.region || "gap"} />
		<${Over} ...${{ size, state, path, target }} direct=${directMap(state, rulers, columns, map, box, size, start)} />
		${pointed && walk && plan.card && box.left - left > CARD.width * size.rem && html`<${Card} walk=${walk} kind=${kind} left=${left} top=${cardTop(left, box, target, size.rem)} />`}`;
}
