// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * wire.js - the shapes of docs/PROTOCOL.md, checked once where they come in.  Pure.
 *
 * Everything behind this file may trust that members exist and have their type.  What does not fit
 * throws WireError with the path of the member; the link then asks for a fresh snapshot.
 */

export const VERSION = 1;

export class WireError extends Error {
	constructor(path, expected) {
		super(`${path}: expected ${expected}`);
		this.name = "WireError";
		this.path = path;
	}
}

function need(ok, path, expected) {
	if (!ok)
		throw new WireError(path, expected);
}

const isCount = (n) => Number.isSafeInteger(n) && n >= 0;
const isObject = (v) => typeof v === "object" && v !== null && !Array.isArray(v);

function array(value, path, check) {
	need(Array.isArray(value), path, "an array");
	value.forEach((item, i) => check(item, `${path}/${i}`));
}

function counts(value, path) {
	array(value, path, (n, at) => need(isCount(n), at, "a count"));
}

function zone(value, path) {
	need(isObject(value), path, "a zone");
	need(typeof value.name === "string", `${path}/name`, "text");
	for (const member of ["node", "start_pfn", "end_pfn", "spanned", "present", "managed", "free_pages"])
		need(isCount(value[member]), `${path}/${member}`, "a count");
	need(isObject(value.watermark), `${path}/watermark`, "watermarks");
	for (const mark of ["min", "low", "high"])
		need(isCount(value.watermark[mark]), `${path}/watermark/${mark}`, "a count");
	counts(value.lowmem_reserve, `${path}/lowmem_reserve`);
	counts(value.free, `${path}/free`);
	for (const [type, free] of Object.entries(value.free_by_type ?? {}))
		counts(free, `${path}/free_by_type/${type}`);
	if (value.pcp !== undefined)
		array(value.pcp, `${path}/pcp`, cpuLists);
	if (value.pageblocks !== undefined)
		pageblocks(value.pageblocks, `${path}/pageblocks`);
}

function cpuLists(value, path) {
	need(isObject(value), path, "a CPU's lists");
	for (const member of ["cpu", "count", "high", "batch"])
		need(isCount(value[member]), `${path}/${member}`, "a count");
	array(value.lists, `${path}/lists`, (list, at) => need(isObject(list) && isCount(list.order) && isCount(list.nr), at, "a list"));
}

/* A snapshot has a letter for each block; a delta runs of those that changed. */
function pageblocks({ types, runs }, path) {
	if (runs === undefined) {
		need(typeof types === "string", `${path}/types`, "letters");
		return;
	}
	need(Array.isArray(runs) && runs.length % 3 === 0, `${path}/runs`, "triples of first, count and letter");
	for (let i = 0; i < runs.length; i += 3)
		need(isCount(runs[i]) && isCount(runs[i + 1]) && /^[A-Z]$/.test(runs[i + 2]), `${path}/runs/${i}`, "first, count and a letter");
}

function range(value, path) {
	need(isObject(value), path, "a range");
	need(/^0x[0-9a-f]+$/.test(value.start), `${path}/start`, "a hex address");
	need(/^0x[0-9a-f]+$/.test(value.end), `${path}/end`, "a hex address");
}

function physical(value, path) {
	need(isObject(value), path, "an object");
	for (const list of ["e820", "boot", "mmio", "holes"])
		array(value[list], `${path}/${list}`, range);
}

function legend(value, path) {
	array(value, path, (kind, at) => {
		need(isObject(kind), at, "a kind");
		for (const member of ["name", "letter", "label"])
			need(typeof kind[member] === "string", `${at}/${member}`, "text");
	});
	need(value.length > 0 && value.length < 256, path, "1 to 255 kinds");
}

function machine(value, path) {
	need(isObject(value), path, "an object");
	need(typeof value.name === "string", `${path}/name`, "text");
	for (const member of ["frames", "orders", "max_pfn", "max_low_pfn"])
		need(isCount(value[member]), `${path}/${member}`, "a count");
}

/** Pairs `count, kind` from frame 0; return how many frames they cover. */
function snapshotRuns(runs, kinds, path) {
	let frames = 0;

	need(Array.isArray(runs) && runs.length % 2 === 0, path, "pairs of count and kind");
	for (let i = 0; i < runs.length; i += 2) {
		need(isCount(runs[i]) && runs[i] > 0, `${path}/${i}`, "a count above 0");
		need(isCount(runs[i + 1]) && runs[i + 1] < kinds, `${path}/${i + 1}`, "a kind of the legend");
		frames += runs[i];
	}
	return frames;
}

/** Triples `first, count, kind`, rising and not overlapping. */
function deltaRuns(runs, path) {
	let next = 0;

	need(Array.isArray(runs) && runs.length % 3 === 0, path, "triples of first, count and kind");
	for (let i = 0; i < runs.length; i += 3) {
		need(isCount(runs[i]) && runs[i] >= next, `${path}/${i}`, "a frame past the run before");
		need(isCount(runs[i + 1]) && runs[i + 1] > 0, `${path}/${i + 1}`, "a count above 0");
		need(isCount(runs[i + 2]) && runs[i + 2] < 256, `${path}/${i + 2}`, "a kind");
		next = runs[i] + runs[i + 1];
	}
}

function snapshot(message) {
	machine(message.machine, "/machine");
	legend(message.legend, "/legend");
	physical(message.physical, "/physical");
	array(message.zones, "/zones", zone);
	array(message.virtual, "/virtual", range);
	need(isObject(message.frames), "/frames", "an object");
	const frames = snapshotRuns(message.frames.runs, message.legend.length, "/frames/runs");
	need(frames === message.machine.frames, "/frames/runs", `${message.machine.frames} frames, got ${frames}`);
}

function delta(message) {
	need(isCount(message.base), "/base", "a count");
	need(message.base <= message.seq, "/base", "at most seq");
	if (message.machine !== undefined)
		need(isObject(message.machine), "/machine", "an object");
	if (message.frames !== undefined)
		deltaRuns(message.frames?.runs, "/frames/runs");
	if (message.zones !== undefined)
		array(message.zones, "/zones", zone);
	for (const list of ["ops", "events"])
		if (message[list] !== undefined)
			array(message[list], `/${list}`, (item, at) => need(isObject(item) && isCount(item.seq), at, "an object with seq"));
}

const checks = {
	snapshot,
	delta,
	hello: (message) => need(isCount(message.boot), "/boot", "a count"),
	presence: (message) => need(isCount(message.viewers), "/viewers", "a count"),
	bye: () => {},
};

/** The message that ${text} is; throws WireError.  A type that this page does not know is null. */
export function parse(text) {
	let message;

	try {
		message = JSON.parse(text);
	} catch {
		throw new WireError("", "JSON");
	}
	return check(message);
}

/** ${message} itself when its shape is right; throws WireError.  Unknown types are null. */
export function check(message) {
	need(isObject(message), "", "an object");
	need(message.v === VERSION, "/v", `version ${VERSION}`);
	need(typeof message.type === "string", "/type", "text");
	if (!Object.hasOwn(checks, message.type))
		return null;
	if (message.type === "snapshot" || message.type === "delta")
		need(isCount(message.seq), "/seq", "a count");
	checks[message.type](message);
	return message;
}
