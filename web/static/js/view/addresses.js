// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * addresses.js - view 3: the 4 GiB of linear addresses as nested rulers beside the physical memory, and
 * one arrow at a time between an address and its frame.
 *
 * Where an address leads, and at which addresses a frame is seen, the server says.
 */
import { said } from "../api.js";
import { address as addressText, frame as frameText, pages } from "../format.js";
import { mapOf, place as placeFrame, SIDE, SQUARE_FRAMES } from "../layout.js";
import { curve, curveAbove, curveDown, Heads, LookArrow, MapArrow } from "../parts/arrow.js";
import { fit, PhysMap } from "../parts/physmap.js";
import { Regions } from "../parts/regions.js";
import { addressAt, anchor, Marks, place, planFor, Rulers, rulersOf } from "../parts/rulers.js";
import { useSize } from "../parts/size.js";
import { Walk } from "../parts/walk.js";
import { moved, PAGE, parseAddress, regionsOf, rulers as rulersFor, segments, SQUARE, TOP } from "../scale.js";
import { framePath, translatePath, useAnswer } from "../translate.js";
import { html, useEffect, useMemo, useRef, useState } from "../../vendor/vendor.js";

export const id = "addresses";
export const key = "3";
export const title = "Addresses";

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

/** The names of the zones beside the map. */
function ZoneNames({ zones, map, box }) {
	const row = (pfn) => Math.min(pfn / SQUARE_FRAMES / map.across, map.down) * SIDE * box.scale;

	return html`<div class="zone-names" style=${{ left: `${box.left + box.shown}px`, top: `${box.top}px` }}>${zones.filter((z) => z.spanned > 0).map((z) => {
		const top = row(z.start_pfn);
		const height = Math.max(row(z.end_pfn) - top - 2, 3);

		return html`<div key=${z.name} style=${{ top: `${top}px`, height: `${height}px` }} data-thin=${height < 40 ? "" : undefined}>
			<b>${z.name}</b><small>${pages(z.spanned)}</small></div>`;
	})}</div>`;
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

/** What the frame that ${walk} leads to holds, in the legend's words. */
function useKind(engine, walk, legend, seq) {
	const [kind, setKind] = useState("");
	const pfn = walk?.present ? walk.pfn : null;

	useEffect(() => {
		let stale = false;

		if (pfn !== null)
			engine.at(pfn).then((k) => stale || setKind(k === null ? "no memory" : legend[k].label));
		return () => {
			stale = true;
		};
	}, [pfn, seq]);
	return kind;
}

function Form({ address, region, go, asTable, setTable }) {
	const [wrong, setWrong] = useState("");
	const input = useRef();
	const submit = (event) => {
		const value = parseAddress(input.current.value);

		event.preventDefault();
		setWrong(value === null ? "Up to eight hex digits: C0100000" : "");
		if (value !== null)
			go(value);
	};

	useEffect(() => {
		if (document.activeElement !== input.current)
			input.current.value = addressText(address);
	}, [address]);
	return html`<form class="address-form" onSubmit=${submit}>
		<label for="address">Linear address${region && html` in <b>${region}</b>`}</label>
		<span><input id="address" class="mono" ref=${input} size="10" maxlength="24" spellcheck="false" autocomplete="off" aria-describedby="address-wrong" />
			<button>Show</button>
			<button type="button" aria-pressed=${asTable ? "true" : "false"} onClick=${() => setTable(!asTable)}>Table</button></span>
		<small id="address-wrong" role="alert">${wrong}</small>
	</form>`;
}

const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** The path of the one arrow, from where the address stands to the left edge of its frame's square. */
function arrowPath(size, start, target) {
	const end = { x: target.x - 3, y: target.y + target.side / 2 };
	const lane = { x: start.x + 1.2 * size.rem, y: LANE * size.rem };

	if (isPhone(size))
		return curveDown(start, PHONE_RULERS * size.rem, { x: target.x + target.side / 2, y: target.y - 3 }, size.rem);
	return start.isLast || start.y <= lane.y ? curve(start, end) : curveAbove(start, lane, end);
}

/** The grey arrow: the direct map as a whole, from its top to the frames that it shows. */
function directMap(state, rulers, columns, map, box, size) {
	const at = rulers.findIndex((r) => r.start === Number(state.machine.page_offset));

	if (at < 0 || isPhone(size))
		return null;
	const { x, width, top } = columns[at];
	const from = { x: x + width, y: top + 1.9 * size.rem };
	const middle = targetBox(Math.floor(state.machine.max_low_pfn / 2), map, box).y;
	const to = { x: box.left - 4, y: Math.min(middle + 1.5 * size.rem, box.top + 4 * size.rem) };

	return { path: curve(from, to), x: (from.x + to.x) / 2, y: top + 0.9 * size.rem };
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

function Picture({ size, state, store, engine, select, rulers, shown, pinned, others, go, hover, walk, kind }) {
	const plan = planFor(size);
	const { columns, right } = place(rulerSize(size), plan, rulers.length);
	const map = mapOf(state.machine.frames);
	const box = mapBox(size, right, map);
	const target = walk?.present ? targetBox(walk.pfn, map, box) : null;
	const path = target && arrowPath(size, anchor(rulers, columns, shown), target);
	const beside = columns.at(2) ?? columns.at(-1);
	const left = beside.x + beside.width + 1.4 * size.rem;

	return html`
		<h2 class="physical-title" style=${{ left: `${box.left}px`, width: `${box.shown}px`, top: `${box.top - 1.7 * size.rem}px` }}>Physical memory</h2>
		<div class="physical" style=${{ left: `${box.left}px`, top: `${box.top}px` }}>
			<${PhysMap} store=${store} map=${engine} select=${select} width=${box.width} height=${box.height} still=${true} /></div>
		${!isPhone(size) && html`<${ZoneNames} zones=${state.zones} map=${map} box=${box} />`}
		<${Surface} ...${{ rulers, columns, plan, shown, pinned, others, go, hover }} size=${rulerSize(size)} region=${walk?.region || "gap"} />
		<${Over} ...${{ size, state, path, target }} direct=${directMap(state, rulers, columns, map, box, size)} />
		${walk && plan.card && box.left - left > CARD.width * size.rem && html`<${Card} walk=${walk} kind=${kind} left=${left} top=${cardTop(left, box, target, size.rem)} />`}`;
}

/**
 * The address that is pinned, and the frame that goes with it.  An address that somebody goes to selects its
 * frame; a frame that somebody selects pins its first address and lights up the others.
 */
function useAddress(store, select, api, first) {
	const { pfn } = store.selection.value;
	const [pinned, pin] = useState(first);
	const wanted = useRef(pfn === null); /* the frame behind the pinned address is to be selected */
	const own = useRef(null); /* the frame that was selected so: its addresses do not move the pin */
	const seen = useAnswer(api, pfn === null ? null : framePath(pfn));
	const frame = seen?.answer?.pfn === pfn ? seen.answer : null;
	const addresses = frame?.addresses.map((a) => Number(a.va)) ?? [];
	const page = pinned - (pinned % PAGE);

	useEffect(() => {
		if (pfn !== own.current && addresses.length > 0 && !addresses.includes(page))
			pin(addresses[0]);
	}, [frame]);
	return {
		pinned,
		others: addresses.filter((a) => a !== page),
		unseen: frame !== null && addresses.length === 0 ? pfn : null,
		go: (address) => {
			wanted.current = true;
			pin(address);
		},
		found: (walk) => {
			if (wanted.current && walk.present && Number(walk.va) === pinned) {
				wanted.current = false;
				own.current = walk.pfn;
				select.frame(walk.pfn);
			}
		},
	};
}

export function View({ store, map: engine, select, api }) {
	const ref = useRef();
	const size = useSize(ref);
	const [asTable, setTable] = useState(false);
	const [hovered, hover] = useState(null);
	const state = store.state.value;
	const regions = useMemo(() => regionsOf(state.virtual), [state.virtual]);
	const { page_offset: offset, high_memory: high, pae } = state.machine;
	const middle = Number(offset) + Math.floor((Number(high) - Number(offset)) * 0.4 / SQUARE) * SQUARE;
	const { pinned, others, unseen, go, found } = useAddress(store, select, api, middle);
	const shown = hovered ?? pinned;
	const got = useAnswer(api, translatePath(shown));
	const walk = got?.answer ?? null;
	const kind = useKind(engine, walk, state.legend, state.seq);
	const rulers = useMemo(() => (size === null ? [] : rulersFor(regions, Number(offset), Number(high), rulersOf(planFor(size)))),
		[regions, size]);

	useEffect(() => {
		if (walk !== null)
			found(walk);
	}, [walk]);
	return html`<div class="addresses">
		<div class="addresses-picture" ref=${ref}>${asTable
			? html`<${Regions} segments=${segments(regions, 0, TOP)} go=${go} />`
			: size && html`<${Picture} ...${{ size, state, store, engine, select, rulers, shown, pinned, others, go, hover, walk, kind }} />`}</div>
		<section class="addresses-walk" aria-label="The way through the page tables">
			<${Form} address=${shown} region=${walk?.region} go=${go} asTable=${asTable} setTable=${setTable} />
			${walk ? html`<${Walk} walk=${walk} address=${Number(walk.va)} pae=${pae} kind=${kind} />`
				: html`<p class="quiet">${got?.error ? said(got.error) : ""}</p>`}
			${unseen !== null && html`<p class="unseen" role="status">Frame ${frameText(unseen)} has no linear address now: only a window can show it to the kernel.</p>`}
		</section>
	</div>`;
}
