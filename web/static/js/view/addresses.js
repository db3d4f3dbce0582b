// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * addresses.js - view 3: the 4 GiB of linear addresses as nested rulers beside the physical memory, and
 * one arrow at a time between an address and its frame.
 *
 * Where an address leads, and at which addresses a frame is seen, the server says.
 */
import { said } from "../api.js";
import { address as addressText, bytes, frame as frameText, pages } from "../format.js";
import { mapOf, place as placeFrame, SIDE, squareOf } from "../layout.js";
import { curve, curveAbove, Heads, LookArrow, MapArrow } from "../parts/arrow.js";
import { fit, PhysMap } from "../parts/physmap.js";
import { Regions } from "../parts/regions.js";
import { addressAt, anchor, Marks, place, planFor, Rulers, rulersOf, yOf } from "../parts/rulers.js";
import { useSize } from "../parts/size.js";
import { Walk } from "../parts/walk.js";
import { moved, PAGE, parseAddress, regionsOf, rulers as rulersFor, segments, SQUARE, TOP } from "../scale.js";
import { framePath, translatePath, useAnswer } from "../translate.js";
import { html, useEffect, useMemo, useRef, useState } from "../../vendor/vendor.js";

export const id = "addresses";
export const key = "3";
export const title = "Addresses";

const isPhone = (size) => size.width / size.rem < 30;

/** Where the map of physical memory stands beside rulers that end at ${right}: px. */
function mapBox(size, right, map) {
	const phone = isPhone(size);
	const brackets = phone ? 0 : 5.4 * size.rem;
	const left = phone ? 0 : right;
	const width = size.width - left - brackets;
	const height = phone ? size.width : size.height - 1.7 * size.rem;
	const { scale } = fit(map, width, height);
	const shown = Math.round(map.width * scale);

	return { left: left + (width - shown) / 2, top: 1.7 * size.rem, width, height, scale, shown,
		shownHeight: Math.round(map.height * scale) };
}

/** The point of the map where frame ${pfn} is; a block of squares is entered at its left edge. */
function frameAt(pfn, map, box) {
	const [x, y] = placeFrame(pfn, map);

	return { x: box.left + x * box.scale, y: box.top + (y + 0.5) * box.scale };
}

/** The names of the zones beside the map. */
function Brackets({ zones, map, box }) {
	const row = (pfn) => Math.min((squareOf(pfn) / map.across) * SIDE * box.scale, box.shownHeight);

	return html`<div class="brackets" style=${{ left: `${box.left + box.shown}px`, top: `${box.top}px` }}>${zones.filter((z) => z.spanned > 0).map((z) => {
		const top = row(z.start_pfn);
		const height = row(z.end_pfn) - top;

		return html`<div key=${z.name} style=${{ top: `${top}px`, height: `${height}px` }} data-thin=${height < 40 ? "" : undefined}>
			<b>${z.name}</b><small>${pages(z.spanned)}</small></div>`;
	})}</div>`;
}

/* Four facts and no more. */
function Card({ walk, kind, style }) {
	return html`<dl class="fact-card" style=${style}>
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

function Form({ address, go }) {
	const [wrong, setWrong] = useState("");
	const input = useRef();
	const submit = (event) => {
		const value = parseAddress(input.current.value);

		event.preventDefault();
		setWrong(value === null ? "Up to eight hex digits, like C0100000" : "");
		if (value !== null)
			go(value);
	};

	useEffect(() => {
		if (document.activeElement !== input.current)
			input.current.value = addressText(address);
	}, [address]);
	return html`<form class="address-form" onSubmit=${submit}>
		<label for="address">Linear address</label>
		<span><input id="address" class="mono" ref=${input} size="11" maxlength="24" spellcheck="false" autocomplete="off" aria-describedby="address-wrong" />
		<button class="btn">Show</button></span>
		<small id="address-wrong" role="alert">${wrong}</small>
	</form>`;
}

const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/* The drawing: rulers, arrows, physical map.  One tab stop for the rulers; arrow keys move the address. */
function Picture({ size, state, store, engine, select, rulers, shown, pinned, others, go, hover, walk, kind }) {
	const plan = planFor(size);
	const { columns, right } = place(size, plan, rulers.length);
	const map = mapOf(state.machine.frames);
	const box = mapBox(size, right, map);
	const phone = isPhone(size);
	const surface = useRef();
	const start = anchor(rulers, columns, shown);
	const under = rulers.length > start.ruler + 1;
	const lane = { x: columns[start.ruler + 1]?.x, y: 3.4 * size.rem };
	const target = walk?.present ? frameAt(walk.pfn, map, box) : null;
	const path = target === null || phone ? null
		: under && start.y > lane.y && lane.x !== undefined ? curveAbove(start, lane, target) : curve(start, target);
	const direct = directMap(state, rulers, columns, map, box, size);
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
	const regionName = walk?.region || "gap";

	return html`
		<div class="physical-title" style=${{ left: `${box.left}px`, width: `${box.shown}px` }}><h2>Physical memory</h2></div>
		<div class="physical" style=${{ left: `${box.left}px`, top: `${box.top}px` }}>
			<${PhysMap} store=${store} map=${engine} select=${select} width=${box.width} height=${box.height} still=${true} /></div>
		${!phone && html`<${Brackets} zones=${state.zones} map=${map} box=${box} />`}
		<div class="surface" ref=${surface} tabindex="0" role="slider" aria-label="Linear address"
			aria-valuemin="0" aria-valuemax=${TOP - 1} aria-valuenow=${pinned} aria-valuetext=${`${addressText(pinned)}, ${regionName}`}
			style=${{ width: `${phone ? size.width : box.left}px`, height: `${size.height}px` }}
			onKeyDown=${press} onPointerMove=${(event) => hover(pointer(event))} onPointerLeave=${() => hover(null)}
			onClick=${(event) => {
				const at = pointer(event);
				if (at !== null)
					go(at);
			}}>
			<svg class="drawing" width=${size.width} height=${size.height} aria-hidden="true">
				<${Heads} />
				<${Rulers} rulers=${rulers} columns=${columns} plan=${plan} size=${size} />
				<${Marks} rulers=${rulers} columns=${columns} addresses=${others} cls="mark other" />
				<${Marks} rulers=${rulers} columns=${columns} addresses=${[shown]} cls="mark" />
			</svg>
		</div>
		<svg class="drawing over" width=${size.width} height=${size.height} aria-hidden="true">
			${direct && !phone && html`<${MapArrow} path=${direct.path} />
				<text class="formula" x=${direct.x} y=${direct.y}>physical = virtual − ${addressText(Number(state.machine.page_offset))}</text>`}
			${path && html`<${LookArrow} path=${path} />`}
			${target && html`<rect class="target" x=${target.x - 4} y=${target.y - 5} width="10" height="10" />`}
		</svg>
		${walk && !phone && rulers.length > 3 && html`<${Card} walk=${walk} kind=${kind}
			style=${{ left: `${columns[2].x + columns[2].width + 1.4 * size.rem}px`, top: `${columns[2].top + 1.2 * size.rem}px` }} />`}`;
}

/** The grey arrow: the direct map as a whole, from near its top to the same place of the map. */
function directMap(state, rulers, columns, map, box, size) {
	const kernel = Number(state.machine.page_offset);
	const at = rulers.findIndex((r) => r.start === kernel);

	if (at < 0 || state.machine.max_low_pfn === 0)
		return null;
	const column = columns[at];
	const from = { x: column.x + column.width, y: yOf(rulers[at], column, kernel + state.machine.max_low_pfn * PAGE * 0.06) };
	const to = frameAt(Math.floor(state.machine.max_low_pfn * 0.5), map, box);

	return { path: curve(from, { x: box.left - 4, y: to.y }), x: (from.x + box.left) / 2, y: Math.min(from.y, to.y) - 0.8 * size.rem };
}

/** The address that is shown, and why: {pinned, shown, others, go, hover}. */
function useAddress(store, select, api, regions) {
	const kernel = regions.find((r) => r.name === "lowmem")?.start ?? 0;
	const [pinned, pin] = useState(kernel + 16 * 2 ** 20);
	const [hovered, hover] = useState(null);
	const { pfn } = store.selection.value;
	const seen = useAnswer(api, pfn === null ? null : framePath(pfn));
	const others = pfn !== null && seen?.path === framePath(pfn) && seen.answer ? seen.answer.addresses.map((a) => Number(a.va)) : [];
	const mine = Math.floor(pinned / PAGE) * PAGE;

	useEffect(() => {
		if (others.length > 0 && !others.includes(mine))
			pin(others[0]);
	}, [seen]);
	return { pinned, shown: hovered ?? pinned, hover, go: pin, others: others.filter((a) => a !== mine),
		pfn, unseen: pfn !== null && seen?.answer !== undefined && seen.answer.pfn === pfn && others.length === 0 };
}

export function View({ store, map: engine, select, api }) {
	const ref = useRef();
	const size = useSize(ref);
	const [asTable, setTable] = useState(false);
	const state = store.state.value;
	const regions = useMemo(() => regionsOf(state.virtual), [state.virtual]);
	const { page_offset: offset, high_memory: high, pae } = state.machine;
	const { pinned, shown, hover, go, others, pfn, unseen } = useAddress(store, select, api, regions);
	const got = useAnswer(api, translatePath(shown));
	const walk = got?.answer ?? null;
	const kind = useKind(engine, walk, state.legend, state.seq);
	const rulers = useMemo(() => (size === null ? [] : rulersFor(regions, Number(offset), Number(high), rulersOf(planFor(size)))),
		[regions, size]);
	const pinAndSelect = (address) => go(address);

	return html`<div class="addresses">
		<header><h2>Linear addresses<small>${bytes(TOP)}, kernel from ${addressText(Number(offset))}</small></h2>
			<button class="btn" aria-pressed=${asTable ? "true" : "false"} onClick=${() => setTable(!asTable)}>Table</button></header>
		<div class="addresses-picture" ref=${ref} data-phone=${size && isPhone(size) ? "" : undefined}>${asTable
			? html`<${Regions} segments=${segments(regions, 0, TOP)} go=${pinAndSelect} />`
			: size && html`<${Picture} ...${{ size, state, store, engine, select, rulers, shown, pinned, others, go: pinAndSelect, hover, walk, kind }} />`}</div>
		<section class="addresses-walk" aria-label="The way through the page tables">
			<${Form} address=${shown} go=${pinAndSelect} />
			${walk ? html`<${Walk} walk=${walk} address=${Number(walk.va)} pae=${pae} />`
				: html`<p class="quiet">${got?.error ? said(got.error) : ""}</p>`}
			${unseen && html`<p class="unseen" role="status">Frame ${frameText(pfn)} has no linear address: the kernel sees it only through a window.</p>`}
		</section>
	</div>`;
}
