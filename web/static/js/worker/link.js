// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * link.js - the stream's WebSocket: opened, read, and opened again for ever.
 *
 * ${on.text}(text) gets each message, ${on.status}({status, since}) each change of the link: "live", or
 * "lost" with the time (ms since 1970) from which on it has been.
 */
export const SUBPROTOCOL = "mm386.v1";
const FIRST_MS = 500;
const LONGEST_MS = 10000;
const SILENT_MS = 15000; /* after so long without a message we ask whether the server is there */
const ANSWER_MS = 5000; /* it has so long to say that it is */

/** How long to wait before attempt ${n} (from 0): 0.5, 1, 2, 4, 8, 10, 10 s, minus up to a half by ${random}. */
export function delayMs(n, random) {
	return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(n, 10)) * (1 - random / 2);
}

export class Link {
	#url;
	#probe;
	#on;
	#socket = null;
	#live = false;
	#since = null; /* when the link was lost; null until then and while it is live */
	#attempt = 0;
	#retryTimer = 0;
	#heardAt = 0;

	/** ${url} is the stream's; ${probe} any resource of the server that answers cheaply. */
	constructor(url, probe, on) {
		this.#url = url;
		this.#probe = probe;
		this.#on = on;
		this.#connect();
		setInterval(() => this.#listenForSilence(), SILENT_MS);
	}

	/** Ask the server for a fresh snapshot. */
	resync() {
		this.send({ type: "resync" });
	}

	send(message) {
		if (this.#socket?.readyState === WebSocket.OPEN)
			this.#socket.send(JSON.stringify(message));
	}

	/** Try now instead of when the timer says: the browser is back on the network. */
	hurry() {
		if (this.#socket)
			return;
		clearTimeout(this.#retryTimer);
		this.#connect();
	}

	#connect() {
		const socket = new WebSocket(this.#url, SUBPROTOCOL);

		this.#socket = socket;
		socket.onmessage = (event) => this.#heard(event.data);
		socket.onclose = () => this.#lost();
	}

	#heard(text) {
		this.#heardAt = Date.now();
		if (!this.#live) {
			this.#live = true;
			this.#since = null;
			this.#attempt = 0;
			this.#on.status({ status: "live", since: null });
		}
		this.#on.text(text);
	}

	#lost() {
		this.#socket = null;
		this.#live = false;
		this.#since ??= Date.now();
		this.#retryTimer = setTimeout(() => this.#connect(), delayMs(this.#attempt++, Math.random()));
		this.#on.status({ status: "lost", since: this.#since });
	}

	/* A machine that nobody touches sends nothing; a server that lost its power does not either. */
	async #listenForSilence() {
		const socket = this.#socket;

		if (!this.#live || Date.now() - this.#heardAt < SILENT_MS)
			return;
		try {
			await fetch(this.#probe, { signal: AbortSignal.timeout(ANSWER_MS) });
		} catch {
			if (socket !== this.#socket)
				return;
			socket.onclose = null;
			socket.close();
			this.#lost();
		}
	}
}
