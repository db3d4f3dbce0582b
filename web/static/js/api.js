// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * api.js - calls of docs/PROTOCOL.md.  All URLs are relative to the page, so a proxy's prefix does no harm.
 */

/** A 4xx or 5xx (RFC 9457), or no answer at all (status 0). */
export class ApiError extends Error {
	constructor(status, problem) {
		super(problem.detail ?? problem.title ?? `the server answered ${status}`);
		this.name = "ApiError";
		this.status = status;
		this.pointer = problem.pointer ?? "";
	}
}

/** Something that a request failed with, in words. */
export function said(error) {
	if (error.status === 0)
		return "The server does not answer.";
	if (error.status === 401)
		return "The server wants its token first: enter it in the panel (O).";
	return `${error.message}${error.pointer ? ` (${error.pointer})` : ""}`;
}

export class Api {
	#token = "";

	/** ${page} is the address of the page, ${machine} the name of the machine. */
	constructor(page, machine) {
		this.root = new URL("api/v1/", page);
		this.base = new URL(`machines/${encodeURIComponent(machine)}/`, this.root);
	}

	/** The stream's address: ws or wss as the page came. */
	get stream() {
		const url = new URL("stream", this.base);

		url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
		return url.href;
	}

	/** An absolute URL of the machine: url("snapshot?at=3"), or of the server: url("/ops"). */
	url(path) {
		return (path.startsWith("/") ? new URL(path.slice(1), this.root) : new URL(path, this.base)).href;
	}

	/** The token that the server asks for before it lets a page change something. */
	setToken(token) {
		this.#token = token;
	}

	get(path) {
		return this.#request("GET", path);
	}

	post(path, body) {
		return this.#request("POST", path, body);
	}

	put(path, body) {
		return this.#request("PUT", path, body);
	}

	remove(path) {
		return this.#request("DELETE", path);
	}

	/** The same request as a line for a shell. */
	curl(method, path, body) {
		const verb = method === "POST" || method === "GET" ? "" : `-X ${method} `;
		const data = body === undefined ? "" : `-d '${JSON.stringify(body)}' `;

		return `curl ${verb}${data}${this.url(path)}`;
	}

	async #request(method, path, body) {
		const headers = {};
		let answer;

		if (body !== undefined)
			headers["Content-Type"] = "application/json";
		if (this.#token)
			headers.Authorization = `Bearer ${this.#token}`;
		try {
			answer = await fetch(this.url(path), { method, headers, body: body && JSON.stringify(body) });
		} catch {
			throw new ApiError(0, {});
		}
		const parsed = readJson(await answer.text());
		if (!answer.ok)
			throw new ApiError(answer.status, parsed ?? {});
		return parsed;
	}
}

/* A proxy on the way answers in HTML when it is the one that fails. */
function readJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
