// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * timeline.js - the last operations as ticks; play and pause, rate, and a cursor that goes back.
 *
 * A tick up is an allocation, down a free, the longer the higher its order; the longest of all, in the
 * colour of "look here", was refused.
 */
import { html, useRef } from "../../vendor/vendor.js";
import { count } from "../format.js";

const SHOWN = 160; /* operations across the line */

function order(op) {
	return op.events.find(({ event }) => event === "mm_page_alloc" || event === "mm_page_free")?.order ?? 0;
}

/* A tick as SVG path data, in a box that is SHOWN wide and 100 high. */
function tick(op, start) {
	const length = 14 + 3 * order(op);
	const isFree = op.events.some(({ event }) => event === "mm_page_free");

	return `M${op.seq - start} 50V${op.ok ? 50 + (isFree ? length : -length) : 8}`;
}

/** Two paths for all ticks: a line has hundreds of them, and they all change many times a second. */
function Ticks({ log, start, end }) {
	const shown = log.filter(({ seq }) => seq > start && seq <= end);
	const path = (ops) => ops.map((op) => tick(op, start)).join("");

	return html`<path class="tick" d=${path(shown.filter(({ ok }) => ok))} />
		<path class="tick refused" d=${path(shown.filter(({ ok }) => !ok))} />`;
}

/**
 * First seq of the line.  Live, it is the newest operations; while somebody looks at an earlier one the line
 * stands still (${before} is where it began), unless that one lies outside.
 */
function windowStart(before, newest, looking) {
	if (looking === null)
		return Math.max(0, newest - SHOWN);
	return looking >= before && looking <= before + SHOWN ? before : Math.max(0, looking - SHOWN / 2);
}

export function Timeline({ ctx }) {
	const { store, scene: control, travel } = ctx;
	const line = useRef();
	const newest = store.live.value?.seq ?? 0;
	const looking = store.looking.value;
	const scene = store.scene.value;
	const before = useRef(0);
	const start = windowStart(before.current, newest, looking);
	const end = Math.min(newest, start + SHOWN);
	const now = looking ?? newest;
	const percent = (seq) => (100 * (seq - start)) / SHOWN;
	const running = scene?.running ?? false;

	before.current = start;

	const seek = (event) => {
		if (event.type === "pointermove" && !line.current.hasPointerCapture(event.pointerId))
			return;
		const { left, width } = line.current.getBoundingClientRect();
		const seq = start + Math.round((SHOWN * (event.clientX - left)) / width);

		line.current.setPointerCapture(event.pointerId);
		if (seq >= newest)
			travel.toLive();
		else
			travel.to(seq);
	};
	const press = (event) => {
		const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: -10, PageDown: 10 }[event.key];

		if (step) {
			event.preventDefault();
			travel.by(step);
		}
	};

	return html`<section class="timeline" aria-label="Operations">
		<button class="play" disabled=${!scene} onClick=${control.toggle} aria-keyshortcuts="K"
			aria-label=${running ? "Pause the scene" : "Run the scene"}>
			<svg viewBox="0 0 20 20" aria-hidden="true">${running
				? html`<path d="M5 3h4v14H5zM11 3h4v14h-4z" />`
				: html`<path d="M5 2l13 8-13 8z" />`}</svg>
		</button>
		<div class="track" ref=${line} tabindex="0" role="slider" aria-label="Operation shown" aria-valuemin="0" aria-valuemax=${newest}
			aria-valuenow=${now} aria-valuetext=${looking === null ? `live, operation ${now}` : `operation ${now} of ${newest}`}
			onPointerDown=${seek} onPointerMove=${seek} onKeyDown=${press}>
			<svg viewBox=${`0 0 ${SHOWN} 100`} preserveAspectRatio="none" aria-hidden="true">
				<line class="rail" x1="0" x2=${SHOWN} y1="50" y2="50" />
				<line class="done" x1="0" x2=${Math.max(0, now - start)} y1="50" y2="50" />
				<${Ticks} log=${store.log.value} start=${start} end=${end} />
			</svg>
			<i class="cursor" style=${{ left: `${percent(now)}%` }}></i>
		</div>
		<p class="ends num"><span>${count(start)}</span><span>${looking === null ? "now" : html`<button onClick=${travel.toLive} aria-keyshortcuts="End">Back to live</button>`} ${count(newest)}</span></p>
		<p class="rate num">${scene && html`
			<button onClick=${() => control.change(-1)} aria-keyshortcuts="[" aria-label="Slower">−</button>
			<span>${scene.running ? `${count(scene.rate)} ops/s` : "paused"}</span>
			<button onClick=${() => control.change(1)} aria-keyshortcuts="]" aria-label="Faster">+</button>`}</p>
	</section>`;
}
