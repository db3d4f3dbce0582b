// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * layout.js - where a frame lies on the map.  Pure.
 *
 * The map is squares of 4 MiB (32x32 frames) in reading order, `across` of them in a row; inside a
 * square the frames go in Z-order.  So 2^n aligned frames are always a rectangle, and the other
 * half of a buddy pair is the rectangle beside it (even order) or below it (odd order):
 *
 *	order 0  order 1  order 2  order 3
 *	0        0 1      0 1      0 1 4 5
 *	                  2 3      2 3 6 7
 *
 * Units: a pfn counts frames of 4 KiB; x and y count frames from the map's top left corner.
 */

export const PAGE_SHIFT = 12;
export const PAGE_BYTES = 4096;
export const SIDE = 32; /* frames along the side of a square */
export const SQUARE_FRAMES = SIDE * SIDE;
export const SQUARE_ORDER = 10; /* log2(SQUARE_FRAMES) */
export const SQUARE_BYTES = SQUARE_FRAMES * PAGE_BYTES;

/** Five bits abcde to the even bits of a number: 0a0b0c0d0e. */
export function spread(v) {
	v &= 31;
	v = (v | (v << 8)) & 0x00ff00ff;
	v = (v | (v << 4)) & 0x0f0f0f0f;
	v = (v | (v << 2)) & 0x33333333;
	return (v | (v << 1)) & 0x55555555;
}

/** The reverse of spread(): the even bits of ${v}, next to each other. */
export function compact(v) {
	v &= 0x155;
	v = (v | (v >> 1)) & 0x333;
	v = (v | (v >> 2)) & 0x30f;
	return (v | (v >> 4)) & 0x1f;
}

/**
 * The map of a machine of ${frames} frames: as near to a square as a power of two across allows,
 * the taller of two equals: beside a tall map there is room for more than below a wide one.  {frames, squares, across, down, width, height}, the last two in frames.
 */
export function mapOf(frames) {
	const squares = Math.max(1, Math.ceil(frames / SQUARE_FRAMES));
	let across = 1;

	for (let next = 2; next <= 256; next *= 2) {
		const now = Math.max(across, Math.ceil(squares / across));

		if (Math.max(next, Math.ceil(squares / next)) >= now)
			break;
		across = next;
	}
	const down = Math.ceil(squares / across);
	return { frames, squares, across, down, width: across * SIDE, height: down * SIDE };
}

export const squareOf = (pfn) => Math.floor(pfn / SQUARE_FRAMES);

/** Top left corner of frame ${pfn}: [x, y]. */
export function place(pfn, map) {
	const square = squareOf(pfn);
	const inside = pfn % SQUARE_FRAMES;

	return [
		(square % map.across) * SIDE + compact(inside),
		Math.floor(square / map.across) * SIDE + compact(inside >> 1),
	];
}

/* The pfn at x, y is columnPart(x) + rowPart(y): what lets the raster use two short tables. */
export const columnPart = (x) => (x >> 5) * SQUARE_FRAMES + spread(x);
export const rowPart = (y, map) => (y >> 5) * map.across * SQUARE_FRAMES + spread(y) * 2;

/** The frame at ${x}, ${y}, or -1 beside the map or past its last frame. */
export function frameAt(x, y, map) {
	if (x < 0 || y < 0 || x >= map.width || y >= map.height)
		return -1;
	const pfn = columnPart(Math.floor(x)) + rowPart(Math.floor(y), map);
	return pfn < map.frames ? pfn : -1;
}

/** Width and height, in frames, of an aligned block of order ${order} <= SQUARE_ORDER. */
export const blockSize = (order) => [1 << ((order + 1) >> 1), 1 << (order >> 1)];

/**
 * Frames first..end-1 as few rectangles {x, y, w, h}: whole rows of squares, runs of squares within
 * a row, and the aligned blocks that are left at both ends.
 */
export function rectangles(first, end, map) {
	const out = [];
	let pfn = first;

	while (pfn < end) {
		const size = alignedSize(pfn, end);

		if (size < SQUARE_FRAMES) {
			const [x, y] = place(pfn, map);
			const [w, h] = blockSize(Math.log2(size));

			out.push({ x, y, w, h });
			pfn += size;
			continue;
		}
		pfn = pushSquares(out, squareOf(pfn), squareOf(end), map) * SQUARE_FRAMES;
	}
	return out;
}

/** The biggest aligned power of two that starts at ${pfn} and ends by ${end}, at most one square. */
function alignedSize(pfn, end) {
	let size = 1;

	while (size < SQUARE_FRAMES && pfn % (size * 2) === 0 && pfn + size * 2 <= end)
		size *= 2;
	return size;
}

/** Add squares from..end-1 as far as one rectangle reaches; return the first that is left. */
function pushSquares(out, from, end, map) {
	const column = from % map.across;
	const rows = column === 0 ? Math.floor((end - from) / map.across) : 0;
	const w = rows > 0 ? map.across : Math.min(map.across - column, end - from);
	const h = Math.max(rows, 1);

	out.push({ x: column * SIDE, y: Math.floor(from / map.across) * SIDE, w: w * SIDE, h: h * SIDE });
	return from + w * h;
}

/**
 * The line between frame ${pfn}-1 and frame ${pfn} as SVG path data in frames: along the top of the
 * squares from pfn on, down its left edge, along the bottom of those before it.  pfn is rounded
 * down to a square, which is finer than a zone edge ever is in practice.
 */
export function edgePath(pfn, map) {
	const square = squareOf(pfn);
	const x = (square % map.across) * SIDE;
	const y = Math.floor(square / map.across) * SIDE;

	if (x === 0)
		return `M0 ${y}H${map.width}`;
	return `M0 ${y + SIDE}H${x}V${y}H${map.width}`;
}

/**
 * The free blocks of one square: [{index, order}], rising.  A free frame whose buddy is free stands
 * in one block with it, at every order below ${orders}: that is the invariant of a buddy system, so
 * the blocks can be read off the frames.  ${isFree}(i) tells of frame i; no block reaches across
 * ${edges}, the indices where a zone begins.
 */
export function freeBlocks(isFree, orders, edges = []) {
	const out = [];
	let whole = Array.from({ length: SQUARE_FRAMES }, (_, i) => isFree(i)); /* of the order below */

	for (let order = 0; order <= SQUARE_ORDER; order++) {
		const size = 2 << order;
		const merged = Array.from({ length: whole.length >> 1 }, (_, i) =>
			order + 1 < orders && whole[2 * i] && whole[2 * i + 1] &&
			!edges.some((edge) => edge > i * size && edge < (i + 1) * size));

		whole.forEach((free, i) => {
			if (free && !merged[i >> 1])
				out.push({ index: i << order, order });
		});
		whole = merged;
	}
	return out.sort((a, b) => a.index - b.index);
}
