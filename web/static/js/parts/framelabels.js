// SPDX-License-Identifier: GPL-2.0-or-later
/* framelabels.js - on a map zoomed in far enough: each frame's letter and its number. */
import { html, useEffect, useSignal } from "../../vendor/vendor.js";
import { SQUARE_FRAMES, frameAt, squareOf } from "../layout.js";
import { kindColours } from "../palette.js";
import { theme } from "../prefs.js";

export const LABELLED = 80; /* CSS pixels a frame from which on there is room */

/** The frames in sight: [{pfn, x, y}] in CSS pixels. */
function inSight(map, camera, width, height) {
	const out = [];

	for (let y = Math.floor(camera.y); (y - camera.y) * camera.scale < height; y++)
		for (let x = Math.floor(camera.x); (x - camera.x) * camera.scale < width; x++) {
			const pfn = frameAt(x, y, map);

			if (pfn >= 0)
				out.push({ pfn, x: (x - camera.x) * camera.scale, y: (y - camera.y) * camera.scale });
		}
	return out;
}

export function FrameLabels({ engine, map, camera, width, height, legend }) {
	const kinds = useSignal(new Map()); /* square -> its bytes */
	const frames = inSight(map, camera, width, height);
	const squares = [...new Set(frames.map(({ pfn }) => squareOf(pfn)))];

	useEffect(() => {
		const ends = squares.map((square) => engine.watch(square, (bytes) => {
			kinds.value = new Map(kinds.value).set(square, bytes);
		}));

		return () => ends.forEach((end) => end());
	}, [squares.join()]);

	const colours = theme.value && kindColours(legend);
	const size = camera.scale * 0.23; /* of the number; the letter is larger */
	return html`<g class="framelabels" font-size=${size}>${frames.map(({ pfn, x, y }) => {
		const kind = kinds.value.get(squareOf(pfn))?.[pfn % SQUARE_FRAMES];

		return kind !== undefined && legend[kind] && html`<g key=${pfn} fill=${colours[kind].letter}>
			<text x=${x + size / 2} y=${y + 1.5 * size} font-size=${1.3 * size} font-weight="700">${legend[kind].letter}</text>
			<text x=${x + size / 2} y=${y + camera.scale - size / 2}>${pfn.toString(16).toUpperCase()}</text>
		</g>`;
	})}</g>`;
}
