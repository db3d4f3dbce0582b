// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * standin.mjs [PORT] - a server that speaks docs/PROTOCOL.md with a made-up machine, for work on the page
 * and for tests that must see a server misbehave.  Its machine is plausible and nothing more: what a kernel
 * does is the engine's business, and the tests of that run against mm386d.
 *
 * As a module: `const server = await startStandin({ port, frames })` -> {url, close(), machine}.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { StandinMachine } from "./standin-machine.mjs";

const ROOT = fileURLToPath(new URL("../../web/static/", import.meta.url));

const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
	"connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const TYPES = {
	".css": "text/css",
	".html": "text/html; charset=utf-8",
	".js": "text/javascript",
	".svg": "image/svg+xml",
	".txt": "text/plain; charset=utf-8",
	".woff2": "font/woff2",
};

const OPS = [
	{ name: "alloc_pages", help: "Take 2^order frames.", allocates: true, args: [
		{ name: "gfp", type: "gfp", required: true, help: "flags, joined by |" },
		{ name: "order", type: "order", required: true, min: 0, max: 10, help: "the block has 2^order frames" }] },
	{ name: "free_pages", help: "Give a block back.", allocates: false, args: [
		{ name: "pfn", type: "pfn", required: true, help: "its first frame" },
		{ name: "order", type: "order", required: true, min: 0, max: 10, help: "as it was handed out" }] },
];

async function serveFile(path, response) {
	const file = join(ROOT, normalize(path === "/" ? "/index.html" : path));

	try {
		if (!file.startsWith(ROOT) || !(await stat(file)).isFile())
			throw new Error("not a file");
	} catch {
		response.writeHead(404).end();
		return;
	}
	response.writeHead(200, {
		"Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
		"Content-Security-Policy": CSP,
		"X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "no-referrer",
		"Cache-Control": "no-cache",
	});
	createReadStream(file).pipe(response);
}

async function readBody(request) {
	let text = "";

	for await (const chunk of request)
		text += chunk;
	return text ? JSON.parse(text) : {};
}

/** The resources of one machine: method and path to an answer, or undefined for what is not there. */
async function answer(machine, request, path, query) {
	const route = `${request.method} ${path}`;
	const frame = /^GET frames\/(\d+)$/.exec(route);
	const allocation = /^(GET|DELETE) allocations\/(a\d+)$/.exec(route);

	if (frame)
		return machine.frame(Number(frame[1]));
	if (allocation)
		return allocation[1] === "GET" ? machine.allocation(allocation[2]) : machine.free(allocation[2], "rest");
	switch (route) {
	case "GET snapshot":
		return query.has("at") ? machine.snapshotAt(Number(query.get("at"))) : machine.snapshot();
	case "GET events":
		return machine.eventsAfter(Number(query.get("from")));
	case "GET translate":
		return machine.translate(Number(query.get("va")));
	case "GET scene":
		return machine.scene;
	case "PUT scene":
		return machine.setScene(await readBody(request));
	case "POST ops":
	case "POST allocations":
		return machine.apply(await readBody(request), "rest");
	}
	return undefined;
}

async function serveApi(machine, request, url, response) {
	const path = url.pathname.slice("/api/v1/".length);
	const own = `machines/${machine.name}/`;
	let body;

	if (path === "machines")
		body = { machines: [{ name: machine.name, seq: machine.seq, frames: machine.frames }], limit: 1 };
	else if (path === "ops")
		body = { ops: OPS, gfp: ["GFP_KERNEL", "GFP_HIGHUSER", "__GFP_DMA"] };
	else if (path.startsWith(own))
		body = await answer(machine, request, path.slice(own.length), url.searchParams);
	response.writeHead(body ? 200 : 404, { "Content-Type": body ? "application/json" : "application/problem+json" });
	response.end(JSON.stringify(body ?? { title: "Not Found", status: 404, detail: `nothing at ${path}` }));
}

/** Push to one viewer: hello, the snapshot, then whatever the machine says. */
function serveViewer(machine, socket) {
	const send = (message) => socket.send(JSON.stringify(message));

	send({ v: 1, type: "hello", protocol: "mm386.v1", machine: machine.name, boot: 1, seq: machine.seq, server: "standin",
		legend: machine.snapshot().legend, limits: { rate: 20, message_bytes: 67108864 } });
	send(machine.snapshot());
	send(machine.presence());
	const end = machine.onMessage(send);
	socket.on("message", (text) => {
		if (JSON.parse(text).type === "resync")
			send(machine.snapshot());
	});
	socket.on("close", end);
}

export async function startStandin({ port = 0, frames } = {}) {
	const machine = new StandinMachine({ frames });
	const { WebSocketServer } = await import("ws"); /* here: a tarball without node_modules skips whoever calls */
	const viewers = new WebSocketServer({ noServer: true, handleProtocols: () => "mm386.v1" });
	const server = createServer((request, response) => {
		const url = new URL(request.url, "http://localhost");
		const work = url.pathname.startsWith("/api/v1/") ? serveApi(machine, request, url, response) : serveFile(url.pathname, response);

		work.catch((error) => response.writeHead(500).end(error.message));
	});

	server.on("upgrade", (request, socket, head) => {
		viewers.handleUpgrade(request, socket, head, (viewer) => serveViewer(machine, viewer));
	});
	await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
	return {
		machine,
		url: `http://127.0.0.1:${server.address().port}/`,
		close() {
			machine.stop();
			for (const viewer of viewers.clients)
				viewer.terminate();
			server.closeAllConnections();
			return new Promise((resolve) => server.close(resolve));
		},
	};
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const server = await startStandin({ port: Number(process.argv[2] ?? 0), frames: Number(process.argv[3] ?? 262144) });

	console.log(server.url);
}
