// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * painter.js - one canvas that shows the map, painted at most once an animation frame.
 *
 * While the view moves, pixels are picked; 150 ms after it stopped, a map smaller than one pixel a
 * frame is blended, in strips, so that the worker answers in between.  A delta repaints only the
 * squares that it touched, in whichever way the picture was last painted.
 */
import { blend, paint, squareBox } from "./raster.js";

const STILL_MS = 150;
const STRIP = 64; /* rows blended in one go */
const MANY_SQUARES = 300; /* touched: one whole repaint is cheaper */

const nextFrame = globalThis.requestAnimationFrame?.bind(globalThis) ?? ((fn) => setTimeout(fn, 16));

export class Painter {
	#context;
	#image;
	#target;
	#view = { x: 0, y: 0, scale: 1 };
	#frames = null;
	#colours;
	#dirty = new Set(); /* squares to repaint */
	#whole = true; /* everything is to be repainted */
	#blended = false; /* how the picture was last painted */
	#scheduled = false;
	#stillTimer = 0;
	#closed = false;

	constructor(canvas) {
		this.#context = canvas.getContext("2d", { alpha: false });
		this.resize(canvas.width, canvas.height);
	}

	resize(width, height) {
		const { canvas } = this.#context;

		if (canvas.width !== width || canvas.height !== height) {
			canvas.width = width;
			canvas.height = height;
		}
		this.#image = this.#context.createImageData(width, height);
		this.#target = { pixels: new Uint32Array(this.#image.data.buffer), width, height };
		this.#moved();
	}

	setView(view) {
		this.#view = view;
		this.#moved();
	}

	setColours(colours) {
		this.#colours = colours;
		this.#all();
	}

	/** Show other frames: a new snapshot, or a past one. */
	setFrames(frames) {
		this.#frames = frames;
		this.#all();
	}

	/** Frames of these squares changed. */
	touch(squares) {
		if (squares.size > MANY_SQUARES) {
			this.#all();
			return;
		}
		for (const t of squares)
			this.#dirty.add(t);
		this.#schedule();
	}

	close() {
		this.#closed = true;
		clearTimeout(this.#stillTimer);
	}

	#moved() {
		this.#blended = false;
		clearTimeout(this.#stillTimer);
		if (this.#view.scale < 1)
			this.#stillTimer = setTimeout(() => this.#blendStrips(0), STILL_MS);
		this.#all();
	}

	#all() {
		this.#whole = true;
		this.#schedule();
	}

	#schedule() {
		if (this.#scheduled || this.#closed)
			return;
		this.#scheduled = true;
		nextFrame(() => {
			this.#scheduled = false;
			this.#draw();
		});
	}

	#draw() {
		if (this.#closed || !this.#frames || !this.#colours)
			return;
		if (this.#whole)
			this.#box({ left: 0, top: 0, right: this.#target.width, bottom: this.#target.height });
		else
			for (const t of this.#dirty)
				this.#box(squareBox(t, this.#frames.map, this.#view, this.#target));
		this.#whole = false;
		this.#dirty.clear();
	}

	#box(box) {
		const width = box.right - box.left;
		const height = box.bottom - box.top;

		if (width <= 0 || height <= 0)
			return;
		(this.#blended ? blend : paint)(this.#target, box, this.#frames, this.#view, this.#colours);
		this.#context.putImageData(this.#image, 0, 0, box.left, box.top, width, height);
	}

	#blendStrips(top) {
		if (this.#closed || !this.#frames || !this.#colours)
			return;
		this.#blended = true;
		const { width, height } = this.#target;
		const bottom = Math.min(top + STRIP, height);
		this.#box({ left: 0, top, right: width, bottom });
		if (bottom < height)
			this.#stillTimer = setTimeout(() => this.#blendStrips(bottom));
	}
}
