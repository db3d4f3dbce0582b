// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * engine.js - the half of the page that holds the frames: link, bytes, canvases.
 *
 * Runs in a worker (worker/main.js), or on the page's own thread where OffscreenCanvas is missing; either
 * way map.js talks to it in these messages.  In:
 *
 *	{do: "open", stream, probe}		connect
 *	{do: "colours", colours, outside}	of the kinds, in legend order
 *	{do: "canvas", id, canvas}		paint on it; "view" {id, view, width, height}, "drop" {id}
 *	{do: "watch", id, square}		send "square" now and whenever it changes; "unwatch" {id}
 *	{do: "at", call, pfn}			-> {is: "answer", call, value: kind or null}
 *	{do: "look", call, url}			show that snapshot; url null: show what is live
 *	{do: "hurry"}				try the link now
 *
 * Out: {is: "status", …}, {is: "hello" | "presence" | "bye", message}, {is: "snapshot" | "delta", message,
 * counts} (the message without its frames), {is: "past", message, counts}, {is: "square", id, square, bytes},
 * {is: "answer", call, value | error}.
 */
import { SQUARE_FRAMES } from "../layout.js";
import { WireError, check, parse } from "../wire.js";
import { StaleDelta } from "../store.js";
import { Frames, OUTSIDE, touchedSquares } from "./frames.js";
import { Link } from "./link.js";
import { Painter } from "./painter.js";
import { lookup } from "./raster.js";

export class Engine {
	#post;
	#link = null;
	#live = null; /* Frames of the newest state */
	#past = null; /* Frames that are looked at instead, or null */
	#colours = null;
	#painters = new Map();
	#watches = new Map(); /* id -> square */

	constructor(post) {
		this.#post = post;
	}

	/** Do what a message from map.js says. */
	async handle(message) {
		const work = this.#works[message.do];

		if (message.call === undefined) {
			work(message);
			return;
		}
		try {
			this.#post({ is: "answer", call: message.call, value: await work(message) });
		} catch (error) {
			this.#post({ is: "answer", call: message.call, error: error.message });
		}
	}

	#works = {
		open: ({ stream, probe }) => {
			this.#link = new Link(stream, probe, {
				status: (status) => this.#post({ is: "status", ...status }),
				text: (text) => this.#receive(text),
			});
		},
		hurry: () => this.#link?.hurry(),
		colours: ({ colours, outside }) => {
			this.#colours = lookup(colours, outside);
			for (const painter of this.#painters.values())
				painter.setColours(this.#colours);
		},
		canvas: ({ id, canvas }) => {
			const painter = new Painter(canvas);

			this.#painters.set(id, painter);
			if (this.#colours)
				painter.setColours(this.#colours);
			if (this.#shown)
				painter.setFrames(this.#shown);
		},
		view: ({ id, view, width, height }) => {
			const painter = this.#painters.get(id);

			painter?.resize(width, height);
			painter?.setView(view);
		},
		drop: ({ id }) => {
			this.#painters.get(id)?.close();
			this.#painters.delete(id);
		},
		watch: ({ id, square }) => {
			this.#watches.set(id, square);
			this.#sendSquare(id);
		},
		unwatch: ({ id }) => this.#watches.delete(id),
		at: ({ pfn }) => {
			const kind = this.#shown?.bytes[pfn];

			return kind === undefined || kind === OUTSIDE ? null : kind;
		},
		look: ({ url }) => this.#look(url),
	};

	get #shown() {
		return this.#past ?? this.#live;
	}

	/* What does not fit is not shown: a fresh snapshot takes its place. */
	#receive(text) {
		try {
			const message = parse(text);

			if (message)
				this.#take(message);
		} catch (error) {
			if (!(error instanceof WireError || error instanceof StaleDelta || error instanceof RangeError))
				throw error;
			console.warn(`stream: ${error.message}`);
			this.#link.resync();
		}
	}

	#take(message) {
		const { frames, ...rest } = message;

		if (message.type === "snapshot") {
			if (message.seq < this.#live?.seq)
				this.#past = null; /* it was of a machine that is no more */
			this.#live = new Frames(message);
		}
		if (message.type === "delta")
			this.#applyDelta(message);
		this.#post({ is: message.type, message: rest, counts: this.#live?.counts });
		if (message.type === "snapshot" && !this.#past)
			this.#showAll();
	}

	#applyDelta(message) {
		if (!this.#live)
			throw new StaleDelta(undefined, message.base);
		this.#live.apply(message);
		if (this.#past || !message.frames)
			return;
		const squares = touchedSquares(message.frames.runs);
		for (const painter of this.#painters.values())
			painter.touch(squares);
		for (const [id, square] of this.#watches)
			if (squares.has(square))
				this.#sendSquare(id);
	}

	async #look(url) {
		if (url === null) {
			this.#past = null;
			this.#showAll();
			return null;
		}
		const answer = await fetch(url);
		if (!answer.ok)
			throw new Error(`the server answered ${answer.status}`);
		const message = check(await answer.json());
		const { frames, ...rest } = message;
		this.#past = new Frames(message);
		this.#post({ is: "past", message: rest, counts: this.#past.counts });
		this.#showAll();
		return message.seq;
	}

	#showAll() {
		if (!this.#shown)
			return;
		for (const painter of this.#painters.values())
			painter.setFrames(this.#shown);
		for (const id of this.#watches.keys())
			this.#sendSquare(id);
	}

	#sendSquare(id) {
		const square = this.#watches.get(id);
		const frames = this.#shown;

		if (frames && square * SQUARE_FRAMES < frames.map.frames)
			this.#post({ is: "square", id, square, bytes: frames.square(square) });
	}
}
