// SPDX-License-Identifier: GPL-2.0-or-later
/* overview.js - the whole map, small, in the corner of one that is zoomed in: where am I? */
import { html, useLayoutEffect, useRef } from "../../vendor/vendor.js";

const SHARE = 0.24; /* of the map's longer side */

export function Overview({ engine, map, camera, width, height }) {
	const canvas = useRef();
	const scale = (SHARE * Math.max(width, height)) / Math.max(map.width, map.height);
	const [w, h] = [map.width * scale, map.height * scale].map(Math.round);

	useLayoutEffect(() => {
		const surface = engine.attach(canvas.current);
		const ratio = window.devicePixelRatio;

		surface.view({ x: 0, y: 0, scale: scale * ratio }, Math.round(w * ratio), Math.round(h * ratio));
		return () => surface.drop();
	}, [w, h]);

	const box = { left: camera.x * scale, top: camera.y * scale, width: (width / camera.scale) * scale, height: (height / camera.scale) * scale };
	const style = Object.fromEntries(Object.entries(box).map(([name, px]) => [name, `${Math.max(px, name === "width" || name === "height" ? 6 : 0)}px`]));
	return html`<div class="overview" style=${{ width: `${w}px`, height: `${h}px` }} aria-hidden="true">
		<canvas key=${`${w}x${h}`} ref=${canvas}></canvas><i style=${style}></i>
	</div>`;
}
