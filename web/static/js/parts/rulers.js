// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rulers.js - the nested rulers of the linear addresses as SVG, and where an address lies on them.
 *
 * Addresses grow downwards, as on the map.  A region keeps its true size; one that would be thinner
 * than a line gets LEAST px, and its name on a leader.  Each ruler's bounds stand to its left.
 */
import { bytes } from "../format.js";
import { along, apart, innermost, TOP } from "../scale.js";
import { html } from "../../vendor/vendor.js";

const LEAST = 3; /* px */
const LINE = 1.15; /* rem between two lines of text */

/*
 * In rem: the column of bounds before each ruler, the rulers, the names of thin things behind the last, and
 * how long the line to a bound or name is.  card: there is room for one between the rulers and the map; tight:
 * there is none for the space in an address nor for the word "gap".
 */
const wide = { bounds: [5.6, 6.2, 6.8, 6.2], rulers: [4.6, 5.6, 6.6, 6.6], names: 7, leader: 1.2, card: true };
const narrow = { bounds: [5.6, 6.1, 6.6], rulers: [3.2, 4.6, 5], names: 5.6, leader: 1.2 };
const phone = { bounds: [0, 4.8, 4.8], rulers: [2.2, 3.2, 3.2], names: 4.2, leader: 0.5, tight: true };

/* Where the rulers begin, in parts of the height: the direct map's arrow passes above the later ones. */
const TOPS = [0, 0, 0.28, 0.6];

export function planFor(size) {
	const across = size.width / size.rem;

	return across < 30 ? phone : across < 72 ? narrow : wide;
}

export const rulersOf = (plan) => plan.rulers.length;

/** {columns: [{x, width, top, bottom}], right}: px of each ruler and of where all of it ends. */
export function place(size, plan, count) {
	const head = 1.7 * size.rem;
	const columns = [];
	let x = 0;

	for (let i = 0; i < count; i++) {
		x += plan.bounds[i] * size.rem;
		columns.push({ x, width: plan.rulers[i] * size.rem, top: head + TOPS[i] * (size.height - head), bottom: size.height - 1 });
		x += plan.rulers[i] * size.rem;
	}
	return { columns, right: x + plan.names * size.rem };
}

/* y of ${address} on ${ruler} drawn in ${column}. */
function yOf(ruler, column, address) {
	return column.top + along(ruler, address) * (column.bottom - column.top);
}

/** The point where an arrow from ${address} starts: the right edge of the finest ruler that has it. */
export function anchor(rulers, columns, address) {
	const at = innermost(rulers, address);

	return { isLast: at === rulers.length - 1, x: columns[at].x + columns[at].width, y: yOf(rulers[at], columns[at], address) };
}

/** The address under ${x}, ${y}, or null beside the rulers. */
export function addressAt(rulers, columns, x, y) {
	const at = columns.findIndex((c) => x >= c.x && x <= c.x + c.width && y >= c.top && y <= c.bottom);

	if (at < 0)
		return null;
	const { top, bottom } = columns[at];
	const address = rulers[at].start + ((y - top) / (bottom - top)) * (TOP - rulers[at].start);
	return Math.min(Math.floor(address / 4096) * 4096, TOP - 4096);
}

/** "F77F E000"; the end of everything is the last address that there is. */
function bound(address, tight) {
	const digits = Math.min(address, TOP - 1).toString(16).toUpperCase().padStart(8, "0");

	return [digits.slice(0, 4), digits.slice(4)].join(tight ? "" : " ");
}

/* The part of ${ruler} that the next one enlarges, as a trapezoid between the two. */
function Zoom({ from, column, to, next, factor }) {
	const y = yOf(from, column, to.start);
	const left = column.x + column.width;
	const shape = `M${left} ${y}L${next.x} ${next.top}V${next.bottom}L${left} ${column.bottom}Z`;
	const text = factor >= 10 ? Math.round(factor) : Math.round(factor * 10) / 10;

	return html`<g class="zoom"><path class="area" d=${shape} /><path class="edge" d=${`M${left} ${y}L${next.x} ${next.top}`} />
		<text x=${(left + next.x) / 2} y=${next.top} dy="-.65rem" class="factor">×${text}</text></g>`;
}

function Name({ segment, x, y, height, rem, tight }) {
	const lines = segment.gap ? [[`${bytes(segment.end - segment.start)}${tight ? "" : " gap"}`, "quiet"]]
		: [[segment.name, "name"], ...(segment.whole ? [[bytes(segment.bytes), "quiet"]] : [])];
	const fits = lines.slice(0, Math.floor(height / (LINE * rem)));

	return fits.map(([text, kind], i) =>
		html`<text class=${kind} x=${x} y=${y + (i - (fits.length - 1) / 2) * LINE * rem}>${text}</text>`);
}

const hasName = (box, rem) => box.height >= LINE * rem;

/* What has no room for its name has it behind the last ruler, on a line. */
function Leaders({ boxes, column, rem, size, leader }) {
	const nameless = boxes.filter((b) => !b.segment.gap && !hasName(b, rem));
	const middles = nameless.map((b) => b.y + b.height / 2);
	const placed = apart(middles, LINE * rem, column.top + rem, size.height - 0.6 * rem);
	const right = column.x + column.width;

	return nameless.map((b, i) => html`<g class="leader">
		<path d=${`M${right} ${middles[i]}L${right + leader * rem} ${placed[i]}`} />
		<text x=${right + (leader + 0.2) * rem} y=${placed[i]}>${b.segment.name}</text></g>`);
}

function Bounds({ boxes, ruler, column, rem, plan: { leader, tight } }) {
	const addresses = [...new Set(boxes.flatMap((b) => [b.segment.start, b.segment.end]))];
	const wanted = addresses.map((a) => yOf(ruler, column, a));
	const placed = apart(wanted, 1.02 * rem, column.top + 0.3 * rem, column.bottom - 0.3 * rem);

	return addresses.map((a, i) => html`<g class="bound">
		<path d=${`M${column.x - leader * 0.5 * rem} ${placed[i]}L${column.x} ${wanted[i]}`} />
		<text x=${column.x - (leader * 0.5 + 0.15) * rem} y=${placed[i]}>${bound(a, tight)}</text></g>`);
}

/* What is drawn of ${ruler}: its segments up to where the next ruler shows them better, and that rest as one. */
function boxesOf(ruler, column) {
	const rest = ruler.inner === null ? [] : ruler.segments.filter((s) => s.start >= ruler.inner);
	const own = ruler.segments.slice(0, ruler.segments.length - rest.length);
	const drawn = rest.length === 0 ? own : [...own, { name: "", start: rest[0].start, end: TOP, rest: true }];

	return drawn.map((segment) => {
		const y = yOf(ruler, column, segment.start);
		const scaled = yOf(ruler, column, segment.end) - y;
		const height = segment.gap ? scaled : Math.max(scaled, LEAST);

		return { segment, y: Math.min(y, column.bottom - height), height };
	});
}

/* Thin ones last: they are drawn over their neighbours. */
const thinLast = (a, b) => b.height - a.height;

const classOf = (segment) => (segment.rest ? "rest" : segment.gap ? "gap" : "region");

function Ruler({ ruler, column, title, rem, size, plan, bounds, last }) {
	const boxes = boxesOf(ruler, column);
	const middle = column.x + column.width / 2;
	const named = boxes.filter((b) => hasName(b, rem) && !b.segment.rest);

	return html`<g class="ruler">
		<text class="title" x=${middle} y=${column.top} dy="-.65rem">${title}</text>
		${[...boxes].sort(thinLast).map(({ segment, y, height }) => html`<rect key=${segment.start} x=${column.x} y=${y}
			width=${column.width} height=${height} class=${classOf(segment)} data-region=${segment.name} />`)}
		${named.map((b) => html`<${Name} segment=${b.segment} x=${middle} y=${b.y + b.height / 2} height=${b.height} rem=${rem} tight=${plan.tight} />`)}
		${bounds && html`<${Bounds} boxes=${boxes} ruler=${ruler} column=${column} rem=${rem} plan=${plan} />`}
		${last && html`<${Leaders} boxes=${boxes} column=${column} rem=${rem} size=${size} leader=${plan.leader} />`}
	</g>`;
}

/** All ${rulers} in ${columns}; ${bounds} false leaves out the addresses of the first. */
export function Rulers({ rulers, columns, plan, size }) {
	const { rem } = size;
	const titles = rulers.map((r, i) => (i === 0 ? "4 GiB" : i === 1 ? `kernel ${bytes(r.bytes)}` : `last ${bytes(r.bytes)}`));

	return html`<g class="rulers">
		${rulers.slice(1).map((r, i) => html`<${Zoom} from=${rulers[i]} column=${columns[i]} to=${r} next=${columns[i + 1]} factor=${r.factor} />`)}
		${rulers.map((r, i) => html`<${Ruler} ruler=${{ ...r, inner: rulers[i + 1]?.start ?? null }} column=${columns[i]} title=${titles[i]}
			rem=${rem} size=${size} bounds=${plan.bounds[i] > 0} last=${i === rulers.length - 1} plan=${plan} />`)}
	</g>`;
}

/** A mark at ${address} on every ruler that has it. */
export function Marks({ rulers, columns, addresses, cls }) {
	return addresses.flatMap((address) => rulers.map((r, i) => address >= r.start && html`<rect class=${cls}
		x=${columns[i].x - 3} y=${yOf(r, columns[i], address) - 2} width=${columns[i].width + 6} height="4" />`));
}
