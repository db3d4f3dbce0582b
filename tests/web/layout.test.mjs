// SPDX-License-Identifier: GPL-2.0-or-later
// layout.js: squares in reading order, Z-order inside; blocks are rectangles and buddies are neighbours.
import assert from "node:assert/strict";
import { test } from "node:test";

import { SIDE, SQUARE_FRAMES, blockSize, columnPart, edgePath, frameAt, freeBlocks, mapOf, place, rectangles, rowPart }
	from "../../web/static/js/layout.js";

const MIB = 256; /* frames */

/** Numbers in 0..limit-1 that are the same in every run. */
function* numbers(limit, count) {
	let s = 386;

	while (count--) {
		s = (Math.imul(s, 1103515245) + 12345) & 0x7fffffff;
		yield s % limit;
	}
}

const area = ({ w, h }) => w * h;

test("layout_map_is_as_square_as_a_power_of_two_allows_or_taller", () => {
	const shape = (mib) => {
		const { across, down } = mapOf(mib * MIB);

		return [across, down];
	};

	assert.deepEqual(shape(16), [2, 2]);
	assert.deepEqual(shape(64), [4, 4]);
	assert.deepEqual(shape(512), [8, 16]);
	assert.deepEqual(shape(1024), [16, 16]);
	assert.deepEqual(shape(4096), [32, 32]);
	assert.deepEqual(shape(65536), [128, 128]);
});

test("layout_896_mib_is_a_row_edge_of_a_4_gib_map", () => {
	assert.deepEqual(place(896 * MIB, mapOf(4096 * MIB)), [0, 7 * SIDE]);
});

test("layout_every_frame_of_4_gib_has_its_own_place_and_back", () => {
	const map = mapOf(4096 * MIB);

	for (let pfn = 0; pfn < map.frames; pfn++) {
		const [x, y] = place(pfn, map);

		if (frameAt(x, y, map) !== pfn || columnPart(x) + rowPart(y, map) !== pfn)
			assert.fail(`frame ${pfn} at ${x}, ${y}`);
	}
});

test("layout_beside_the_map_and_past_its_last_frame_is_no_frame", () => {
	const map = mapOf(5 * SQUARE_FRAMES); /* 2 across, 3 down: the last row is half full */

	assert.equal(frameAt(-1, 0, map), -1);
	assert.equal(frameAt(0, map.height, map), -1);
	assert.equal(frameAt(SIDE, 2 * SIDE, map), -1);
	assert.equal(frameAt(SIDE - 1, 3 * SIDE - 1, map), 5 * SQUARE_FRAMES - 1);
});

test("layout_aligned_block_is_a_rectangle_and_its_buddy_the_other_half", () => {
	for (const mib of [64, 1024, 4096, 65536])
		for (let order = 0; order <= 10; order++)
			for (const n of numbers((mib * MIB) >> order, 40)) {
				const map = mapOf(mib * MIB);
				const pfn = n * 2 ** order;
				const at = Array.from({ length: 2 ** order }, (_, i) => place(pfn + i, map));
				const [x0, y0] = [0, 1].map((c) => Math.min(...at.map((p) => p[c])));
				const [x1, y1] = [0, 1].map((c) => Math.max(...at.map((p) => p[c])));
				const [w, h] = blockSize(order);

				assert.deepEqual([x1 - x0 + 1, y1 - y0 + 1], [w, h]);
				assert.deepEqual(at[0], [x0, y0], "a block's first frame is its top left corner");
				if (order === 10)
					continue;
				const [bx, by] = place(pfn ^ (1 << order), map);
				assert.deepEqual([Math.abs(bx - x0), Math.abs(by - y0)], order % 2 ? [0, h] : [w, 0]);
			}
});

test("layout_rectangles_cover_a_range_once_and_nothing_else", () => {
	const map = mapOf(64 * MIB);
	const ends = [...numbers(map.frames, 120)];

	for (let i = 0; i < ends.length; i += 2) {
		const [first, end] = [ends[i], ends[i + 1]].sort((a, b) => a - b);
		const boxes = rectangles(first, end, map);

		assert.equal(boxes.reduce((sum, box) => sum + area(box), 0), end - first);
		for (const { x, y, w, h } of boxes)
			for (const [dx, dy] of [[0, 0], [w - 1, 0], [0, h - 1], [w - 1, h - 1]]) {
				const pfn = frameAt(x + dx, y + dy, map);

				assert.ok(pfn >= first && pfn < end, `${pfn} in ${first}..${end}`);
			}
	}
});

test("layout_rectangles_of_whole_rows_are_one", () => {
	const map = mapOf(4096 * MIB);

	assert.deepEqual(rectangles(3328 * MIB, 4096 * MIB, map), [{ x: 0, y: 26 * SIDE, w: 32 * SIDE, h: 6 * SIDE }]);
});

test("layout_edge_goes_round_a_zone_that_ends_within_a_row", () => {
	const map = mapOf(4096 * MIB);

	assert.equal(edgePath(896 * MIB, map), `M0 ${7 * SIDE}H${map.width}`);
	assert.equal(edgePath(16 * MIB, map), `M0 ${SIDE}H${4 * SIDE}V0H${map.width}`);
});

test("layout_free_blocks_are_the_largest_that_fit", () => {
	assert.deepEqual(freeBlocks(() => true, 11), [{ index: 0, order: 10 }]);
	assert.deepEqual(freeBlocks(() => true, 10), [{ index: 0, order: 9 }, { index: 512, order: 9 }]);
	assert.deepEqual(freeBlocks((i) => i < 8 && i !== 5, 11), [{ index: 0, order: 2 }, { index: 4, order: 0 }, { index: 6, order: 1 }]);
});

test("layout_free_block_does_not_reach_across_a_zone_edge", () => {
	assert.deepEqual(freeBlocks((i) => i < 4, 11, [2]), [{ index: 0, order: 1 }, { index: 2, order: 1 }]);
	assert.deepEqual(freeBlocks((i) => i < 4, 11, [4]), [{ index: 0, order: 2 }]);
});
