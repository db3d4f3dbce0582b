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
 *	        free that was refused), "compact", "drain", "sysctl" or "none"
 *	order   asked for, or given back
 *	pfn     first frame handed out or given back; null when there is none
 *	zone    index of the zone that it happened in; -1 when none said yes
 *	cpu     whose list was used; null when none was
 *	steps   below, in the order that the kernel did them
 *
 * A step has a kind, and changes [{zone, order, type, by}] when it changes free lists; type is the
 * number of the migrate type:
 *	try     {walk, zone, order, free, mark, reserve, ok}  walk counts from 0
 *	wake    {zone, order}
 *	take    {zone, pfn, order}                   off the list of that order
 *	split   {zone, pfn, order, keep, list}       order is that of the halves
 *	got     {zone, pfn, order, refill}           the block is out of the buddy system
 *	refill  {zone, cpu, order, type, count}      so many blocks came onto a CPU's list
 *	pop     {zone, cpu, pfn, order, count}       off a CPU's list; count pages are left
 *	push    {zone, cpu, pfn, order, count}       onto it
 *	drain   {zone, cpu, pfn, order}              off it, back to the buddy system
 *	steal   {pfn, order, found, type, donor, owns}  a block of another type's, found of that order
 *	move    {zone, pfn, order, from, to}         from one type's list to another's
 *	block   {zone, pfn, from, to}                the page block itself changes its type
 *	hand    {zone, pfn, order, frameKind}
 *	zero    {pfn, order}
 *	free    {zone, pfn, order}
 *	merge   {zone, pfn, order, buddy, merged}    order is that of the two
 *	list    {zone, pfn, order, tail}             onto the list of that order
 *	scan    {zone, pfn, end, scanned, taken, free}  compaction looked; free: for room to move to
 *	isolate {zone, pfn, order}                   a free block off its list, for pages to move to
 *	migrate {zone, pfn, to, order}               a page moved
 *	stuck   {zone, pfn, count}                   frames in use that could not be moved
 *	marks   {zone, min, low, high}
 *	set     {name, index, old, now}              a sysctl
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

const change = (zone, order, type, by) => ({ zone, order, type, by });
const take = (zone, pfn, order, type) => ({ kind: "take", zone, pfn, order, changes: [change(zone, order, type, -1)] });

/* The first halving is where the block comes off its list: the event of that follows the last halving. */
function splitSteps(ev, before) {
	const order = ev.order - 1; // the event has the order of the whole
	const pfn = Math.min(ev.keep_pfn, ev.list_pfn);
	const split = { kind: "split", zone: ev.zone, pfn, order, keep: ev.keep_pfn, list: ev.list_pfn,
		changes: [change(ev.zone, order, ev.migratetype, 1)] };

	return isTaken(before) ? split : [take(ev.zone, pfn, order + 1, ev.migratetype), split];
}

/* A refill takes many blocks, one after the other: each ends with its "got". */
const isTaken = (steps) => steps.findLast((s) => s.kind === "take" || s.kind === "got")?.kind === "take";

function gotSteps(ev, before) {
	const got = { kind: "got", zone: ev.zone, pfn: ev.pfn, order: ev.order, refill: Boolean(ev.percpu_refill) };

	return isTaken(before) ? got : [take(ev.zone, ev.pfn, ev.order, ev.migratetype), got];
}

/* The block that grows is the one given back, or what it has become by the merges so far. */
function mergeStep(ev, before) {
	const last = before.findLast((s) => ["free", "drain", "merge"].includes(s.kind));
	const order = ev.order - 1; // the event has the order of both together
	const pfn = last?.merged ?? last?.pfn ?? ev.buddy_pfn ^ (2 ** order);

	return { kind: "merge", zone: ev.zone, pfn, order, buddy: ev.buddy_pfn,
		merged: Math.min(pfn, ev.buddy_pfn), changes: [change(ev.zone, order, ev.migratetype, -1)] };
}

const cpuStep = (kind) => (ev) => ({ kind, zone: ev.zone, cpu: ev.cpu, pfn: ev.pfn, order: ev.order, count: ev.count });
const scanStep = (free) => (ev) => ({ kind: "scan", zone: ev.zone, pfn: ev.start_pfn, end: ev.end_pfn,
	scanned: ev.nr_scanned, taken: ev.nr_taken, free });

const reader = {
	zone_try: tryStep,
	mm_vmscan_wakeup_kswapd: (ev) => ({ kind: "wake", zone: ev.zone, order: ev.order }),
	mm_page_alloc_zone_locked: gotSteps,
	buddy_split: splitSteps,
	rmqueue_bulk: (ev) => ({ kind: "refill", zone: ev.zone, cpu: ev.cpu, order: ev.order, type: ev.migratetype, count: ev.count }),
	pcp_alloc: cpuStep("pop"),
	pcp_free: cpuStep("push"),
	mm_page_pcpu_drain: (ev) => ({ kind: "drain", zone: ev.zone, cpu: ev.cpu, pfn: ev.pfn, order: ev.order }),
	mm_page_alloc_extfrag: (ev) => ({ kind: "steal", pfn: ev.pfn, order: ev.alloc_order, found: ev.fallback_order,
		type: ev.alloc_migratetype, donor: ev.fallback_migratetype, owns: Boolean(ev.change_ownership) }),
	move_freepages: (ev) => ({ kind: "move", zone: ev.zone, pfn: ev.pfn, order: ev.order, from: ev.from_migratetype,
		to: ev.to_migratetype, changes: [change(ev.zone, ev.order, ev.from_migratetype, -1), change(ev.zone, ev.order, ev.to_migratetype, 1)] }),
	set_pageblock_migratetype: (ev) => ({ kind: "block", zone: ev.zone, pfn: ev.pfn, from: ev.from_migratetype, to: ev.to_migratetype }),
	mm_page_alloc: (ev) => ({ kind: "hand", zone: ev.zone, pfn: ev.pfn, order: ev.order, frameKind: ev.kind }),
	clear_page: (ev) => ({ kind: "zero", pfn: ev.pfn, order: ev.order }),
	mm_page_free: (ev) => ({ kind: "free", zone: ev.zone, pfn: ev.pfn, order: ev.order }),
	buddy_merge: mergeStep,
	buddy_free: (ev) => ({ kind: "list", zone: ev.zone, pfn: ev.pfn, order: ev.order, tail: Boolean(ev.tail),
		changes: [change(ev.zone, ev.order, ev.migratetype, 1)] }),
	__isolate_free_page: (ev) => ({ kind: "isolate", zone: ev.zone, pfn: ev.pfn, order: ev.order,
		changes: [change(ev.zone, ev.order, ev.migratetype, -1)] }),
	mm_compaction_isolate_migratepages: scanStep(false),
	mm_compaction_isolate_freepages: scanStep(true),
	mm_compaction_begin: (ev) => ({ kind: "compact", zone: ev.zone, order: ev.order }),
	migrate_page: (ev) => ({ kind: "migrate", zone: ev.zone, pfn: ev.from_pfn, to: ev.to_pfn, order: ev.order }),
	migrate_failed: (ev) => ({ kind: "stuck", zone: ev.zone, pfn: ev.pfn, count: ev.count }),
	setup_per_zone_wmarks: (ev) => ({ kind: "marks", zone: ev.zone, min: ev.min, low: ev.low, high: ev.high }),
	sysctl: (ev) => ({ kind: "set", name: ev.name, index: ev.index, old: ev.old, now: ev.new }),
	page_allocation_failure: (ev) => ({ kind: "fail", order: ev.order }),
	bad_page: (ev) => ({ kind: "bad", pfn: ev.pfn, order: ev.order }),
};

/* What a story is called after, in this order: an allocation may compact, compaction frees, a sysctl may do both. */
const kindOfStep = { hand: "alloc", fail: "refused", bad: "bad", set: "sysctl", compact: "compact", free: "free", drain: "drain" };

/** Read the events of one operation, in their order.  Events that this file does not know are passed over. */
export function storyOf(events) {
	const steps = [];

	for (const ev of events)
		steps.push(...[reader[ev.event]?.(ev, steps) ?? []].flat());
	const kind = Object.keys(kindOfStep).find((name) => steps.some((s) => s.kind === name));
	const end = steps.find((s) => s.kind === kind);

	return { kind: kindOfStep[kind] ?? "none", order: end?.order ?? 0, pfn: end?.pfn ?? null, zone: end?.zone ?? -1,
		cpu: steps.find((s) => s.cpu !== undefined)?.cpu ?? null, steps };
}

/** How often the free lists changed by ${steps}: a Map from "zone/order" and "zone/order/type" to the sum. */
function changes(steps) {
	const sum = new Map();
	const add = (key, by) => sum.set(key, (sum.get(key) ?? 0) + by);

	for (const { zone, order, type, by } of steps.flatMap((s) => s.changes ?? [])) {
		add(`${zone}/${order}`, by);
		add(`${zone}/${order}/${type}`, by);
	}
	return sum;
}

/** Undo ${steps} on ${free}, the blocks per order of zone number ${zone}; of one migrate type when ${type} is given. */
export function undo(free, zone, steps, type) {
	const sum = changes(steps);
	const end = type === undefined ? "" : `/${type}`;

	return free.map((n, order) => n - (sum.get(`${zone}/${order}${end}`) ?? 0));
}

/** The same on ${byType}, {type: blocks per order} in the order of the types' numbers; undefined stays undefined. */
export const undoTypes = (byType, zone, steps) =>
	byType && Object.fromEntries(Object.entries(byType).map(([name, free], type) => [name, undo(free, zone, steps, type)]));

/**
 * Blocks per order of zone number ${zone} when the first ${done} steps are
 * done, and what they changed: from ${after}, the zone after all of them.
 */
export function countsAt(story, after, zone, done) {
	const ahead = story.steps.slice(done);
	const sum = changes(story.steps.slice(0, done));
	const free = undo(after.free, zone, ahead);

	return { free, byType: undoTypes(after.free_by_type, zone, ahead),
		by: free.map((_, order) => sum.get(`${zone}/${order}`) ?? 0) };
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

/** The steps of ${story} on CPU lists, as one change of how many pages it holds, with the steps that made it. */
export function cpuChange(story) {
	const own = story.steps.filter((s) => s.cpu !== undefined);
	const last = own.findLast((s) => s.count !== undefined && s.kind !== "refill");
	const pages = (kind) => own.filter((s) => s.kind === kind).reduce((sum, s) => sum + 2 ** s.order, 0);
	const refill = own.find((s) => s.kind === "refill");
	const refilled = refill === undefined ? 0 : refill.count * 2 ** refill.order;
	const drained = pages("drain");
	const after = last === undefined ? 0 : last.kind === "push" ? last.count - drained : last.count;

	return { zone: own[0].zone, cpu: own[0].cpu, after, before: after + pages("pop") - pages("push") - refilled + drained, refill, refilled,
		drained, drain: own.findLast((s) => s.kind === "drain"), pop: own.find((s) => s.kind === "pop"), push: own.find((s) => s.kind === "push") };
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
	const got = story.steps.findIndex((s) => s.kind === "got"); // a refill goes on with other blocks behind it
	const pictures = [{ root, blocks: [{ ...root, mark: "whole" }], text: "order", order, done: take + 1, keep: root }];
	let listed = [];

	story.steps.slice(0, got).forEach((s, i) => {
		if (s.kind !== "split")
			return;
		const keep = { pfn: s.keep, order: s.order };
		const half = { pfn: s.list, order: s.order };
		pictures.push({ root, blocks: [{ ...keep, mark: "whole" }, { ...half, mark: "fresh" }, ...listed],
			text: "halve", order: s.order, done: i + 1, keep });
		listed = [{ ...half, mark: "free" }, ...listed];
	});
	const last = pictures.at(-1);
	last.blocks = last.blocks.map((b) => (b.pfn === story.steps[got].pfn ? { ...b, mark: "taken" } : b));
	last.text = "take";
	last.done = story.steps[got].refill ? got + 1 : story.steps.findIndex((s) => s.kind === "hand") + 1;
	return pictures;
}

function mergePictures(story) {
	const first = story.steps.findIndex((s) => s.kind === (story.cpu === null ? "free" : "drain"));
	const listed = story.steps.findIndex((s, i) => i > first && s.kind === "list"); // others are drained behind it
	const merges = story.steps.slice(first, listed).filter((s) => s.kind === "merge");
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
	pictures.at(-1).done = listed + 1;
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
	if (!["alloc", "free", "drain"].includes(story.kind) || !story.steps.some((s) => s.kind === "got" || s.kind === "list"))
		return []; // a CPU's list had it, or took it
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
	if (story.kind === "free" && story.cpu === null && story.order < orders - 1 && !story.steps.some((s) => s.kind === "merge"))
		return { block: story.pfn, order: story.order, buddy: story.pfn ^ (2 ** story.order), joined: false };
	return null;
}
