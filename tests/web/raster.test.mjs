// SPDX-License-Identifier: GPL-2.0-or-later
// worker/raster.js: every pixel has the colour of its frame, or a mix of those under it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { SIDE, frameAt, mapOf } from "../../web/static/js/layout.js";
import { blend, lookup, paint, squareBox } from "../../web/static/js/worker/raster.js";

const COLOURS = lookup(["#112233", "#445566", "#778899"], "#ffffff");
const OUTSIDE_PIXEL = 0xffffffff;

function setUp(squares, kindOf) {
	const map = mapOf(squares * 1024);
	const bytes = new Uint8Array(map.across * map.down * 1024).fill(255);

	for (let pfn = 0; pfn < map.frames; pfn++)
		bytes[pfn] = kindOf(pfn);
	return { map, bytes };
}

const target = (width, height) => ({ pixels: new Uint32Array(width * height), width, height });
const whole = ({ width, height }) => ({ left: 0, top: 0, right: width, bottom: height });

test("raster_pixels_are_in_the_canvas_byte_order", () => {
	assert.deepEqual([...new Uint8Array(COLOURS.buffer, 0, 4)], [0x11, 0x22, 0x33, 0xff]);
});

for (const scale of [1, 2, 3])
	test(`raster_at_${scale}_pixels_a_frame_every_pixel_is_its_frame`, () => {
		const frames = setUp(5, (pfn) => (pfn * 7 + (pfn >> 5)) % 3);
		const view = { x: 3, y: 40, scale };
		const out = target(150, 190);

		paint(out, whole(out), frames, view, COLOURS);
		out.pixels.forEach((pixel, i) => {
			const pfn = frameAt(view.x + Math.floor((i % out.width) / scale), view.y + Math.floor(Math.floor(i / out.width) / scale), frames.map);

			assert.equal(pixel, pfn < 0 ? OUTSIDE_PIXEL : COLOURS[frames.bytes[pfn]]);
		});
	});

test("raster_pick_takes_a_frame_under_the_pixel_and_always_the_same", () => {
	const frames = setUp(4, (pfn) => (pfn % 1024 < 512 ? 0 : 1)); /* upper and lower half of each square */
	const out = target(16, 16);
	const again = target(16, 16);

	paint(out, whole(out), frames, { x: 0, y: 0, scale: 0.25 }, COLOURS);
	paint(again, whole(again), frames, { x: 0, y: 0, scale: 0.25 }, COLOURS);
	assert.deepEqual(out.pixels, again.pixels);
	out.pixels.forEach((pixel, i) => {
		const y = Math.floor(i / 16) % 8;

		assert.equal(pixel, COLOURS[y < 4 ? 0 : 1]);
	});
});

test("raster_blend_of_one_kind_is_its_colour_and_of_two_lies_between", () => {
	const even = setUp(4, () => 1);
	const mixed = setUp(4, (pfn) => (pfn % 2 ? 0 : 2));
	const out = target(16, 16);

	blend(out, whole(out), even, { x: 0, y: 0, scale: 0.25 }, COLOURS);
	assert.ok(out.pixels.every((pixel) => pixel === COLOURS[1]));
	blend(out, whole(out), mixed, { x: 0, y: 0, scale: 0.25 }, COLOURS);
	for (const pixel of out.pixels) {
		const red = pixel & 255;

		assert.ok(red > 0x11 && red < 0x77, red.toString(16));
	}
});

test("raster_paints_its_box_and_nothing_else", () => {
	const frames = setUp(4, () => 1);
	const out = target(64, 64);
	const box = squareBox(3, frames.map, { x: 0, y: 0, scale: 1 }, out);

	assert.deepEqual(box, { left: SIDE, top: SIDE, right: 64, bottom: 64 });
	paint(out, box, frames, { x: 0, y: 0, scale: 1 }, COLOURS);
	out.pixels.forEach((pixel, i) => assert.equal(pixel !== 0, i % 64 >= SIDE && i >= 64 * SIDE));
});

test("raster_box_of_a_square_out_of_sight_is_empty", () => {
	const frames = setUp(4, () => 1);
	const box = squareBox(3, frames.map, { x: 0, y: 0, scale: 1 }, { width: 20, height: 20 });

	assert.ok(box.right <= box.left || box.bottom <= box.top);
});
