// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * caption.js - one or two sentences about an operation, out of its events.  Pure.
 *
 * The sentences say what the engine's events say, in their order, and reckon nothing themselves.
 */
import { count, counted, frame, freeWord, often, pages, zoneTitle } from "./format.js";

const named = (events, name) => events.filter(({ event }) => event === name);

/** The name of a zone that an event gives by its place in the state's list, or by name. */
function zoneName(zones, zone) {
	return typeof zone === "number" ? zones[zone] ? zoneTitle(zones[zone]) : `zone ${zone}` : zone;
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
		return allocated(op, handed, zones, machine.migratetypes);
	if (given)
		return freed(op, given, zones, machine.orders);
	if (named(op.events, "sysctl").length)
		return knobTurned(op, zones);
	if (named(op.events, "mm_compaction_begin").length)
		return compacted(op, zones);
	if (named(op.events, "mm_page_pcpu_drain").length)
		return drained(op);
	return [{ text: op.text, strong: true }, { text: " was done." }];
}

function allocated(op, { pfn, order, zone }, zones, types) {
	const passed = named(op.events, "zone_try").filter(({ ok }) => !ok);
	const out = [
		{ text: op.text, strong: true },
		{ text: ` took ${counted(2 ** order, "frame")} (${pages(2 ** order)}) at ${frame(pfn)} from zone ` },
		{ text: zoneName(zones, zone), strong: true },
	];

	if (passed.length)
		out.push({ text: `, past ${passed.map((event) => zoneName(zones, event.zone)).join(" and ")}` });
	return [...out, { text: ". " }, ...whence(op.events, order, types)];
}

/* Where the block came from: a CPU's list as it was, that list filled anew, or the buddy system. */
function whence(events, order, types) {
	const pop = named(events, "pcp_alloc")[0];
	const refill = named(events, "rmqueue_bulk")[0];

	if (pop && !refill)
		return [{ text: `CPU ${pop.cpu} had it on its own list: no lock, no halving.` }];
	if (refill)
		return [{ text: `CPU ${refill.cpu}'s list was empty: ${counted(refill.count, "block")} of order ${refill.order} came from the buddy system in one go` }, ...stolen(events, types)];
	const splits = named(events, "buddy_split").length;
	return [{ text: splits
		? `No order ${order} block was free there: an order ${order + splits} block was halved ${often(splits)}`
		: `A free block of order ${order} was there whole` }, ...stolen(events, types)];
}

/* No free block of its own migrate type was large enough. */
function stolen(events, types) {
	const steal = named(events, "mm_page_alloc_extfrag")[0];

	if (!steal)
		return [{ text: "." }];
	return [{ text: `. No block for ${types[steal.alloc_migratetype].name} pages was left, so one of order ${steal.fallback_order} was ` },
		{ text: `stolen from ${types[steal.fallback_migratetype].name}`, strong: true },
		{ text: steal.change_ownership ? ", and the page block with it." : "; the page block stays what it is." }];
}

/* The kernel only keeps order by hand: every mark of every zone is computed anew. */
function knobTurned(op, zones) {
	const marks = named(op.events, "setup_per_zone_wmarks");
	const texts = marks.map(({ zone, min, low, high }) => `${zoneName(zones, zone)} ${count(min)}/${count(low)}/${count(high)}`);

	return [{ text: op.text, strong: true },
		{ text: texts.length ? ` set the watermarks anew, min/low/high: ${texts.join(", ")}.` : " was set." }];
}

function compacted(op) {
	const moved = named(op.events, "migrate_page").length;
	const stuck = named(op.events, "migrate_failed").reduce((sum, ev) => sum + ev.count, 0);

	return [{ text: op.text, strong: true },
		{ text: ` moved ${counted(moved, "page")} from the bottom of their zones to free room at the top${stuck ? `; ${counted(stuck, "page")} could not be moved` : ""}.` }];
}

function drained(op) {
	const events = named(op.events, "mm_page_pcpu_drain");
	const given = events.reduce((sum, { order }) => sum + 2 ** order, 0);

	return [{ text: op.text, strong: true }, { text: ` gave ${counted(given, "page")} that CPUs kept for themselves back to the buddy system.` }];
}

function freed(op, { pfn, order, zone }, zones, orders) {
	const merges = named(op.events, "buddy_merge").length;
	const push = named(op.events, "pcp_free")[0];
	const back = named(op.events, "mm_page_pcpu_drain").length;
	const out = [
		{ text: op.text, strong: true },
		{ text: ` gave ${counted(2 ** order, "frame")} (${pages(2 ** order)}) at ${frame(pfn)} back to zone ` },
		{ text: zoneName(zones, zone), strong: true },
	];

	if (push)
		out.push({ text: back ? `. CPU ${push.cpu}'s list was full: ${counted(back, "block")} of it went on to the buddy system.`
			: `, onto CPU ${push.cpu}'s own list: nothing merges, and it is the next to be handed out.` });
	else if (merges)
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
