// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * raster.js - frames to pixels.  Pure: bytes and a view in, pixels out.
 *
 * The layout is separable (pfn = column part + row part), so a pixel is three table look-ups and the
 * cost follows the window, not the memory.  A view is {x, y, scale}: the frame coordinates of the
 * window's top left corner, and how many pixels wide a frame is.  A target is {pixels, width, height}
 * with a Uint32 a pixel; a box {left, top, right, bottom} of it is what gets painted.
 *
 * Below one pixel a frame there are two ways to choose a colour: paint() takes one frame of those
 * under the pixel, by a hash of its block and so the same one while the map is dragged; blend()
 * mixes all of them in linear light, which is calmer and slower.
 */
import { SIDE, columnPart, rowPart } from "../layout.js";

const NOWHERE = -1; /* in a table: beside the map */

/** Pixels, in the canvas's byte order, of the 256 byte values: ${colours} ("#rrggbb"), then ${outside}. */
export function lookup(colours, outside) {
	const out = new Uint32Array(256).fill(pixel(outside));

	colours.forEach((colour, i) => {
		out[i] = pixel(colour);
	});
	return out;
}

function pixel(colour) {
	const v = parseInt(colour.slice(1), 16);

	return ((255 << 24) | ((v & 255) << 16) | (v & 0xff00) | (v >> 16)) >>> 0;
}

/** The box of a target that shows square ${t}; empty (right <= left) when it is out of sight. */
export function squareBox(t, map, view, target) {
	const x = (t % map.across) * SIDE - view.x;
	const y = Math.floor(t / map.across) * SIDE - view.y;

	return {
		left: Math.max(0, Math.floor(x * view.scale)),
		top: Math.max(0, Math.floor(y * view.scale)),
		right: Math.min(target.width, Math.ceil((x + SIDE) * view.scale)),
		bottom: Math.min(target.height, Math.ceil((y + SIDE) * view.scale)),
	};
}

/** For samples ${from}..${to}-1 of a side: what ${part} says of the frame column or row under each. */
function table(from, to, origin, step, limit, part) {
	const out = new Int32Array(to - from);

	for (let i = from; i < to; i++) {
		const at = Math.floor(origin + (i + 0.5) * step);

		out[i - from] = at < 0 || at >= limit ? NOWHERE : part(at);
	}
	return out;
}

/** Paint ${box} of ${target}: each pixel has the colour of one frame. */
export function paint(target, box, frames, view, colours) {
	const { bytes, map } = frames;
	const step = 1 / view.scale;
	/* 2^k x 2^k aligned frames lie under a pixel; their pfns are 4^k in a row from their corner's. */
	const k = Math.min(5, Math.max(0, Math.ceil(Math.log2(step))));
	const corner = -(1 << k);
	const low = (1 << (2 * k)) - 1;
	const columns = table(box.left, box.right, view.x, step, map.width, (x) => columnPart(x & corner));
	const rows = table(box.top, box.bottom, view.y, step, map.height, (y) => rowPart(y & corner, map));

	rows.forEach((row, j) => {
		let at = (box.top + j) * target.width + box.left;

		for (const column of columns) {
			if (row < 0 || column < 0)
				target.pixels[at++] = colours[255];
			else
				target.pixels[at++] = colours[bytes[row + column + (low && hash(row, column) & low)]];
		}
	});
}

/** Two numbers to ten bits that look random and are always the same. */
function hash(a, b) {
	const h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);

	return (Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) >>> 16) & 1023;
}

const GAMMA = 2.2;
const STEPS = 1024;
const toScreen = Uint8Array.from({ length: STEPS + 1 }, (_, i) => Math.round(255 * (i / STEPS) ** (1 / GAMMA)));

/** Red, green and blue of each byte value in linear light, in STEPS. */
function linear(colours) {
	const out = new Float32Array(256 * 3);

	for (let i = 0; i < 256; i++)
		for (let c = 0; c < 3; c++)
			out[i * 3 + c] = STEPS * (((colours[i] >>> (8 * c)) & 255) / 255) ** GAMMA;
	return out;
}

/** Paint ${box} of ${target}, each pixel a mix of the frames under it; for scales below 1. */
export function blend(target, box, frames, view, colours) {
	const { bytes, map } = frames;
	const samples = Math.min(4, Math.max(2, Math.ceil(1 / view.scale))); /* along each side of a pixel */
	const step = 1 / view.scale / samples;
	const columns = table(box.left * samples, box.right * samples, view.x, step, map.width, columnPart);
	const rows = table(box.top * samples, box.bottom * samples, view.y, step, map.height, (y) => rowPart(y, map));
	const light = linear(colours);
	const width = box.right - box.left;

	for (let y = 0; y < box.bottom - box.top; y++)
		for (let x = 0; x < width; x++)
			target.pixels[(box.top + y) * target.width + box.left + x] = mix(x, y);

	function mix(x, y) {
		let r = 0;
		let g = 0;
		let b = 0;

		for (let j = y * samples; j < (y + 1) * samples; j++)
			for (let i = x * samples; i < (x + 1) * samples; i++) {
				const nowhere = rows[j] < 0 || columns[i] < 0;
				const at = nowhere ? 255 * 3 : bytes[rows[j] + columns[i]] * 3;

				r += light[at];
				g += light[at + 1];
				b += light[at + 2];
			}
		const share = 1 / (samples * samples);
		return ((255 << 24) | (toScreen[Math.round(b * share)] << 16) |
			(toScreen[Math.round(g * share)] << 8) | toScreen[Math.round(r * share)]) >>> 0;
	}
}
