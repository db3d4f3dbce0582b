// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * caption.js - one or two sentences about an operation, out of its events.  Pure.
 *
 * The sentences say what the engine's events say, in their order, and reckon nothing themselves.
 */
import { count, counted, frame, freeWord, often, pages } from "./format.js";

const named = (events, name) => events.filter(({ event }) => event === name);

/** The name of a zone that an event gives by its place in the state's list, or by name. */
function zoneName(zones, zone) {
	return typeof zone === "number" ? zones[zone]?.name ?? `zone ${zone}` : zone;
}

/** [{text, strong}]: the sentence of ${op} (log.js) in pieces; ${state} is store.js's. */
export function describe(op, { zones, machine }) {
	if (!op)
		return [{ text: "The machine has booted. No operation has been applied yet." }];
	const handed = named(op.events, "mm_page_alloc")[0];
	const given = named(op.events, "mm_page_free")[0];

	if (!op.ok)
		return refused(op, zones);
	if (handed)
		return allocated(op, handed, zones);
	if (given)
		return freed(op, given, zones, machine.orders);
	return [{ text: op.text, strong: true }, { text: " was done." }];
}

function allocated(op, { pfn, order, zone }, zones) {
	const splits = named(op.events, "buddy_split").length;
	const passed = named(op.events, "zone_try").filter(({ ok }) => !ok);
	const out = [
		{ text: op.text, strong: true },
		{ text: ` took ${counted(2 ** order, "frame")} (${pages(2 ** order)}) at ${frame(pfn)} from zone ` },
		{ text: zoneName(zones, zone), strong: true },
	];

	if (passed.length)
		out.push({ text: `, past ${passed.map((event) => zoneName(zones, event.zone)).join(" and ")}` });
	out.push({ text: splits
		? `. No order ${order} block was free there: an order ${order + splits} block was halved ${often(splits)}.`
		: `. A free block of order ${order} was there whole.` });
	return out;
}

function freed(op, { pfn, order, zone }, zones, orders) {
	const merges = named(op.events, "buddy_merge").length;
	const out = [
		{ text: op.text, strong: true },
		{ text: ` gave ${counted(2 ** order, "frame")} (${pages(2 ** order)}) at ${frame(pfn)} back to zone ` },
		{ text: zoneName(zones, zone), strong: true },
	];

	if (merges)
		out.push({ text: `. The buddy was free too: merged ${often(merges)}, into an order ${order + merges} block.` });
	else if (order + 1 < orders)
		out.push({ text: ". The buddy is not free, so the block stays as it is." });
	else
		out.push({ text: ". A block of that order is as large as they get." });
	return out;
}

function refused(op, zones) {
	const bad = named(op.events, "bad_page")[0];
	const tried = new Map(named(op.events, "zone_try").filter(({ ok }) => !ok).map((event) => [event.zone, event]));
	const out = [{ text: op.text, strong: true }, { text: " was refused" }];

	if (bad)
		out.push({ text: `: the kernel finds no block of order ${bad.order} to free at ${frame(bad.pfn)}.` });
	else if (tried.size)
		out.push({ text: `. ${[...tried.values()].map((event) => comparison(event, zones)).join("; ")}.` });
	else
		out.push({ text: "." });
	return out;
}

const comparison = ({ zone, order, free, mark, reserve }, zones) =>
	`${zoneName(zones, zone)}: ${freeWord(order)} ${count(free)}, mark ${count(mark)} + reserve ${count(reserve)}`;

/** The pieces as plain text. */
export const plain = (pieces) => pieces.map(({ text }) => text).join("");
