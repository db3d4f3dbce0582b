// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * story.js - the events of one operation, read as steps to look at.
 *
 * Pure.  Nothing here knows what a kernel would do: a step is an event that
 * arrived, and a count before a step is the count that arrived, less what the
 * events after it changed.
 *
 * A story:
 *	kind    "alloc", "free", "refused" (an allocation that failed), "bad" (a
 *	        free that was refused) or "none"
 *	order   asked for, or given back
 *	pfn     first frame handed out or given back; null when there is none
 *	zone    index of the zone that it happened in; -1 when none said yes
 *	steps   below, in the order that the kernel did them
 *
 * A step has a kind, and a change {zone, order, by} when it changes a free list:
 *	try     {walk, zone, order, free, mark, reserve, ok}  walk counts from 0
 *	wake    {zone, order}
 *	take    {zone, pfn, order}                   off the list of that order
 *	split   {zone, pfn, order, keep, list}       order is that of the halves
 *	hand    {zone, pfn, order, frameKind}
 *	zero    {pfn, order}
 *	free    {zone, pfn, order}
 *	merge   {zone, pfn, order, buddy, merged}    order is that of the two
 *	list    {zone, pfn, order, tail}             onto the list of that order
 *	fail    {order}
 *	bad     {pfn, order}
 */

function tryStep(ev, before) {
	const last = before.findLast((s) => s.kind === "try");
	// A zonelist only goes down; a zone that is not lower begins another walk.
	const walk = last === undefined ? 0 : last.walk + (ev.zone >= last.zone ? 1 : 0);

	return { kind: "try", walk, zone: ev.zone, order: ev.order, free: ev.free, mark: ev.mark,
		reserve: ev.reserve, ok: Boolean(ev.ok) };
}

const take = (zone, pfn, order) => ({ kind: "take", zone, pfn, order, change: { zone, order, by: -1 } });

/* The first halving is where the block comes off its list: the event of that follows the last halving. */
function splitSteps(ev, before) {
	const order = ev.order - 1; // the event has the order of the whole
	const pfn = Math.min(ev.keep_pfn, ev.list_pfn);
	const split = { kind: "split", zone: ev.zone, pfn, order, keep: ev.keep_pfn, list: ev.list_pfn,
		change: { zone: ev.zone, order, by: 1 } };

	return isTaken(before) ? split : [take(ev.zone, pfn, order + 1), split];
}

const isTaken = (steps) => steps.some((s) => s.kind === "take");

/* The block that grows is the one given back, or what it has become by the merges so far. */
function mergeStep(ev, before) {
	const last = before.findLast((s) => s.kind === "free" || s.kind === "merge");
	const pfn = last.merged ?? last.pfn;
	const order = ev.order - 1; // the event has the order of both together

	return { kind: "merge", zone: ev.zone, pfn, order, buddy: ev.buddy_pfn,
		merged: Math.min(pfn, ev.buddy_pfn), change: { zone: ev.zone, order, by: -1 } };
}

const reader = {
	zone_try: tryStep,
	mm_vmscan_wakeup_kswapd: (ev) => ({ kind: "wake", zone: ev.zone, order: ev.order }),
	mm_page_alloc_zone_locked: (ev, before) => (isTaken(before) ? [] : take(ev.zone, ev.pfn, ev.order)),
	buddy_split: splitSteps,
	mm_page_alloc: (ev) => ({ kind: "hand", zone: ev.zone, pfn: ev.pfn, order: ev.order, frameKind: ev.kind }),
	clear_page: (ev) => ({ kind: "zero", pfn: ev.pfn, order: ev.order }),
	mm_page_free: (ev) => ({ kind: "free", zone: ev.zone, pfn: ev.pfn, order: ev.order }),
	buddy_merge: mergeStep,
	buddy_free: (ev) => ({ kind: "list", zone: ev.zone, pfn: ev.pfn, order: ev.order, tail: Boolean(ev.tail),
		change: { zone: ev.zone, order: ev.order, by: 1 } }),
	page_allocation_failure: (ev) => ({ kind: "fail", order: ev.order }),
	bad_page: (ev) => ({ kind: "bad", pfn: ev.pfn, order: ev.order }),
};

const kindOfStep = { hand: "alloc", free: "free", fail: "refused", bad: "bad" };

/** Read the events of one operation, in their order.  Events that this file does not know are passed over. */
export function storyOf(events) {
	const steps = [];

	for (const ev of events)
		steps.push(...[reader[ev.event]?.(ev, steps) ?? []].flat());
	const end = steps.find((s) => s.kind in kindOfStep);

	return { kind: end === undefined ? "none" : kindOfStep[end.kind], order: end?.order ?? 0,
		pfn: end?.pfn ?? null, zone: end?.zone ?? -1, steps };
}

/** How often the free lists changed by ${steps}: a Map from "zone/order" to the sum. */
function changes(steps) {
	const sum = new Map();

	for (const { change } of steps)
		if (change !== undefined) {
			const key = `${change.zone}/${change.order}`;
			sum.set(key, (sum.get(key) ?? 0) + change.by);
		}
	return sum;
}

/** Undo ${steps} on ${free}, the blocks per order of zone number ${zone}. */
export function undo(free, zone, steps) {
	const sum = changes(steps);

	return free.map((n, order) => n - (sum.get(`${zone}/${order}`) ?? 0));
}

/**
 * Blocks per order of zone number ${zone} when the first ${done} steps are
 * done, and what they changed: from ${after}, the counts after all of them.
 */
export function countsAt(story, after, zone, done) {
	const free = undo(after, zone, story.steps.slice(done));
	const sum = changes(story.steps.slice(0, done));

	return { free, by: free.map((_, order) => sum.get(`${zone}/${order}`) ?? 0) };
}

/**
 * The zones that were asked, a row a zone in the order of the first walk, with
 * the last comparison that each of them made.  gave: this one had the block; one
 * that is above its mark (ok) may still have none that is large enough.
 */
export function zonelist(story) {
	const rows = new Map();

	for (const step of story.steps)
		if (step.kind === "try")
			rows.set(step.zone, { ...step, walks: step.walk + 1, gave: step.ok && step.zone === story.zone });
	return [...rows.values()];
}

/* ---- pictures ------------------------------------------------------------- */

/*
 * A picture shows one block of memory (${root}) cut into blocks, each with a mark:
 *	free    on a list, or about to be
 *	whole   the block that the picture is about
 *	fresh   changed by this very step: the half put on its list, the block just merged
 *	taken   handed out, or not given back yet
 *	buddy   the other half, about to be merged
 * done is the number of steps that have happened by then.
 */
function splitPictures(story) {
	const take = story.steps.findIndex((s) => s.kind === "take");
	const { pfn, order } = story.steps[take];
	const root = { pfn, order };
	const hand = story.steps.findIndex((s) => s.kind === "hand");
	const pictures = [{ root, blocks: [{ ...root, mark: "whole" }], text: "order", order, done: take + 1, keep: root }];
	let listed = [];

	story.steps.forEach((s, i) => {
		if (s.kind !== "split")
			return;
		const keep = { pfn: s.keep, order: s.order };
		const half = { pfn: s.list, order: s.order };
		pictures.push({ root, blocks: [{ ...keep, mark: "whole" }, { ...half, mark: "fresh" }, ...listed],
			text: "halve", order: s.order, done: i + 1, keep });
		listed = [{ ...half, mark: "free" }, ...listed];
	});
	const last = pictures.at(-1);
	last.blocks = last.blocks.map((b) => (b.pfn === story.pfn ? { ...b, mark: "taken" } : b));
	last.text = "take";
	last.done = hand + 1;
	return pictures;
}

function mergePictures(story) {
	const first = story.steps.findIndex((s) => s.kind === "free");
	const merges = story.steps.filter((s) => s.kind === "merge");
	const { pfn, order } = story.steps[first];
	const end = merges.at(-1);
	const root = end === undefined ? { pfn, order } : { pfn: end.merged, order: end.order + 1 };
	const buddies = merges.map((s) => ({ pfn: s.buddy, order: s.order, mark: "free" }));
	const mark = (list) => list.map((b, i) => (i === 0 ? { ...b, mark: "buddy" } : b));
	const block = { pfn, order };
	const pictures = [{ root, blocks: [{ ...block, mark: "taken" }, ...mark(buddies)], text: "give back", order,
		done: first + 1, keep: block }];

	merges.forEach((s, i) => {
		const merged = { pfn: s.merged, order: s.order + 1 };
		pictures.push({ root, blocks: [{ ...merged, mark: "fresh" }, ...mark(buddies.slice(i + 1))], text: "merge",
			order: merged.order, done: story.steps.indexOf(s) + 1, keep: merged });
	});
	pictures.at(-1).done = story.steps.length;
	return pictures;
}

/* The same picture, only what lies in ${root}: drawn large. */
function enlarge(picture, root) {
	const last = root.pfn + 2 ** root.order;
	const inside = (b) => b.pfn >= root.pfn && b.pfn + 2 ** b.order <= last;

	return { ...picture, root, blocks: picture.blocks.filter(inside), enlarged: true };
}

/* Ten halvings end in a speck.  Leave out the middle, say how many, and enlarge what is small. */
function abridgeSplit(all, max) {
	const from = all.length - 1 - (max - 3);
	const root = all[from].keep;
	const start = { ...enlarge(all[from], root), text: "order", order: root.order };

	return [all[0], all[1], { gap: from - 1, text: "halvings" }, start,
		...all.slice(from + 1).map((p) => enlarge(p, root))];
}

function abridgeMerge(all, max) {
	const head = max - 3;
	const root = all[head].keep;

	return [...all.slice(0, head + 1).map((p) => enlarge(p, root)),
		{ gap: all.length - 2 - head, text: "merges" }, { ...all.at(-2), text: "order" }, all.at(-1)];
}

/** The pictures of ${story}, at most ${max} (4 or more) and a gap {gap: how many were left out, text}. */
export function pictures(story, max) {
	if (story.kind !== "alloc" && story.kind !== "free")
		return [];
	const all = story.kind === "alloc" ? splitPictures(story) : mergePictures(story);
	if (all.length <= max)
		return all;
	return story.kind === "alloc" ? abridgeSplit(all, max) : abridgeMerge(all, max);
}

/**
 * The two buddies of the split or merge that the first ${done} steps end with, for their arithmetic: {block,
 * order, buddy, joined}.  A block given back that stayed as it is has one too, below ${orders} - 1; else null.
 */
export function pairAt(story, done, orders) {
	const step = story.steps.slice(0, done).findLast((s) => s.kind === "split" || s.kind === "merge");

	if (step?.kind === "split")
		return { block: step.keep, order: step.order, buddy: step.list, joined: true };
	if (step?.kind === "merge")
		return { block: step.pfn, order: step.order, buddy: step.buddy, joined: true };
	if (story.kind === "free" && story.order < orders - 1 && !story.steps.some((s) => s.kind === "merge"))
		return { block: story.pfn, order: story.order, buddy: story.pfn ^ (2 ** story.order), joined: false };
	return null;
}
