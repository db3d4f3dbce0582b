// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * map.js - the page's side of the engine in the worker: questions, canvases, watched squares.
 *
 * Without OffscreenCanvas the same Engine runs here, behind the same calls.
 */

const canOffscreen = typeof OffscreenCanvas === "function" &&
	typeof HTMLCanvasElement.prototype.transferControlToOffscreen === "function";

export class FrameMap {
	#send = () => {};
	#listen;
	#calls = new Map();
	#watchers = new Map();
	#next = 1;

	/** ${listen}(message) gets what is not an answer of ours: status, hello, snapshot, delta, … */
	constructor(listen) {
		this.#listen = listen;
		if (canOffscreen)
			this.#startWorker();
		else
			this.#startHere();
	}

	#startWorker() {
		const worker = new Worker(new URL("./worker/main.js", import.meta.url), { type: "module" });

		worker.onmessage = (event) => this.#receive(event.data);
		this.#send = (message, transfer = []) => worker.postMessage(message, transfer);
	}

	#startHere() {
		const waiting = [];

		this.#send = (message) => waiting.push(message);
		import("./worker/engine.js").then(({ Engine }) => {
			const engine = new Engine((message) => this.#receive(message));

			this.#send = (message) => engine.handle(message);
			waiting.forEach(this.#send);
		});
	}

	#receive(message) {
		if (message.is === "answer") {
			const { resolve, reject } = this.#calls.get(message.call);

			this.#calls.delete(message.call);
			if (message.error === undefined)
				resolve(message.value);
			else
				reject(new Error(message.error));
		} else if (message.is === "square") {
			this.#watchers.get(message.id)?.(message.bytes, message.square);
		} else {
			this.#listen(message);
		}
	}

	#call(message) {
		const call = this.#next++;

		return new Promise((resolve, reject) => {
			this.#calls.set(call, { resolve, reject });
			this.#send({ ...message, call });
		});
	}

	open(stream, probe) {
		this.#send({ do: "open", stream, probe });
	}

	hurry() {
		this.#send({ do: "hurry" });
	}

	/** Colours ("#rrggbb") of the kinds in legend order, and of where there is no memory at all. */
	setColours(colours, outside) {
		this.#send({ do: "colours", colours, outside });
	}

	/** The kind (index into the legend) of frame ${pfn} as shown, or null. */
	at(pfn) {
		return this.#call({ do: "at", pfn });
	}

	/** Show the snapshot at ${url} until look(null); resolves to its seq. */
	look(url) {
		return this.#call({ do: "look", url });
	}

	/** Call ${fn}(bytes, square) with the 1024 kinds of ${square} now and on change; returns the end of it. */
	watch(square, fn) {
		const id = this.#next++;

		this.#watchers.set(id, fn);
		this.#send({ do: "watch", id, square });
		return () => {
			this.#watchers.delete(id);
			this.#send({ do: "unwatch", id });
		};
	}

	/**
	 * Let the engine paint ${canvas} from now on (a canvas can be given away once).  Returns
	 * {view(view, width, height), drop()}: view is {x, y, scale} in frames and device pixels a frame.
	 */
	attach(canvas) {
		const id = this.#next++;
		const surface = canOffscreen ? canvas.transferControlToOffscreen() : canvas;

		this.#send({ do: "canvas", id, canvas: surface }, [surface]);
		return {
			view: (view, width, height) => this.#send({ do: "view", id, view, width, height }),
			drop: () => this.#send({ do: "drop", id }),
		};
	}
}
