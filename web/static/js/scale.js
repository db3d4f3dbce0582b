// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * scale.js - rulers over the 4 GiB of linear addresses, true to scale.
 *
 * Pure.  An address is a plain number (up to 2^32, so no bit operators on it);
 * a region is {name, start, end, maps, gap}, end exclusive, as the wire delivers
 * it but with numbers.
 */

const MIB = 2 ** 20;
export const TOP = 2 ** 32;
export const PAGE = 4096;
export const SQUARE = 4 * MIB;

const floorTo = (n, step) => n - (n % step);

/** Wire regions with their addresses as numbers; the one that is there to be empty is a gap. */
export function regionsOf(virtual) {
	return virtual.map((r) => ({ ...r, start: Number(r.start), end: Number(r.end), gap: r.name === "gap" }));
}

/** ${regions} between ${start} and ${end}, clipped, and what lies between them as {gap: true}. */
export function segments(regions, start, end) {
	const out = [];
	let at = start;

	for (const r of regions) {
		const from = Math.max(r.start, start);
		const to = Math.min(r.end, end);
		if (from >= to)
			continue;
		if (from > at)
			out.push({ name: "", start: at, end: from, gap: true });
		out.push({ ...r, start: from, end: to, whole: from === r.start && to === r.end, bytes: to - from });
		at = to;
	}
	if (at < end)
		out.push({ name: "", start: at, end, gap: true });
	return out;
}

/* A ruler that enlarges its neighbour by less than this shows nothing new. */
const LEAST_FACTOR = 1.25;

/**
 * The rulers, each a part of the one before it: all addresses; the kernel's;
 * what lies above the direct map; the windows above vmalloc.  One that would
 * hardly enlarge is left out, and the last ones when there are more than ${max}.
 */
export function rulers(regions, pageOffset, highMemory, max = 4) {
	const vmalloc = regions.find((r) => r.name === "vmalloc");
	const starts = [0, pageOffset, floorTo(highMemory, 16 * MIB)];
	const out = [];

	if (vmalloc !== undefined)
		starts.push(floorTo(vmalloc.end, SQUARE));
	for (const start of starts) {
		const factor = out.length === 0 ? 1 : (TOP - out.at(-1).start) / (TOP - start);
		if (out.length === 0 || factor >= LEAST_FACTOR)
			out.push({ start, end: TOP, factor, bytes: TOP - start, segments: segments(regions, start, TOP) });
	}
	return out.slice(0, max);
}

/** Where ${address} lies on ${ruler}: 0 at its start, 1 at its end. */
export function along(ruler, address) {
	return (address - ruler.start) / (ruler.end - ruler.start);
}

/** The innermost of ${rulers} on which ${address} lies; they all end at the top. */
export function innermost(list, address) {
	return list.findLastIndex((r) => address >= r.start && address < r.end);
}

/**
 * Move what is at ${wanted} (rising) apart by at least ${gap}, inside ${low}..${high},
 * as little as possible: neighbours that touch share their move.  A run that
 * does not fit at all keeps equal distances from ${low} to ${high}.
 */
export function apart(wanted, gap, low, high) {
	if ((wanted.length - 1) * gap > high - low)
		return wanted.map((_, i) => low + (i * (high - low)) / (wanted.length - 1));
	const runs = [];

	for (const at of wanted) {
		let run = { sum: at, count: 1 };
		runs.push(run);
		while (runs.length > 1 && startOf(runs.at(-2), gap, low, high) + runs.at(-2).count * gap > startOf(run, gap, low, high)) {
			const left = runs.at(-2);
			/* each member wishes the run's start at its own place less its offset in it */
			run = { sum: left.sum + run.sum - run.count * left.count * gap, count: left.count + run.count };
			runs.splice(-2, 2, run);
		}
	}
	return runs.flatMap((run) => {
		const first = startOf(run, gap, low, high);
		return Array.from({ length: run.count }, (_, i) => first + i * gap);
	});
}

function startOf(run, gap, low, high) {
	const mean = run.sum / run.count;

	return Math.min(Math.max(mean, low), high - (run.count - 1) * gap);
}

/** An address as typed or pasted ("0xc0000000", "C000 0000", "c0000000"); null if it is none. */
export function parseAddress(text) {
	const digits = text.trim().replace(/^0x/i, "").replace(/[\s_:]/g, "");

	return /^[0-9a-f]{1,8}$/i.test(digits) ? parseInt(digits, 16) : null;
}

/** ${address} moved by ${bytes}, kept inside the 4 GiB. */
export function moved(address, bytes) {
	return Math.min(Math.max(address + bytes, 0), TOP - PAGE + (address % PAGE));
}

/**
 * How the processor cuts an address: 10/10/12 bits, with PAE 2/9/9/12; a large
 * page (${pageBytes} of 4 MiB or 2 MiB) leaves the last table out.
 * Intel SDM volume 3, "32-bit paging" and "PAE paging".
 */
export function fields(address, pae, pageBytes) {
	const offset = Math.log2(pageBytes);
	const tables = pae ? [["pgd", 2], ["pmd", 9], ["pte", 9]] : [["pgd", 10], ["pte", 10]];
	const bits = address.toString(2).padStart(32, "0");
	const out = [];
	let at = 0;

	for (const [name, width] of [...tables.filter((_, i) => i === 0 || widthOf(tables, i) <= 32 - offset), ["offset", offset]]) {
		const text = bits.slice(at, at + width);
		out.push({ name, width, bits: text, value: parseInt(text, 2) });
		at += width;
	}
	return out;
}

/* Bits that the tables up to number ${i} use. */
function widthOf(tables, i) {
	return tables.slice(0, i + 1).reduce((sum, [, width]) => sum + width, 0);
}
