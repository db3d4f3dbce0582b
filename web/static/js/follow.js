// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * follow.js - which of many operations a class should look at, and the free lists right after it.  Pure.
 *
 * A scene makes operations faster than anybody can follow.  Of those that came since the last look one
 * is shown: what somebody asked for by hand before what the scene did, then the one with most to see.
 */
import { storyOf, undo, undoTypes } from "./story.js";

export const byHand = (op) => op.origin === "rest";

const steps = (op) => storyOf(op.events).steps.length;

/** Of the operations of ${log} after ${seq} up to ${now}, the one to look at; undefined when there is none. */
export function mostTelling(log, seq, now = Infinity) {
	const fresh = log.filter((op) => op.seq > seq && op.seq <= now && op.events.length > 0);
	const candidates = fresh.some(byHand) ? fresh.filter(byHand) : fresh;

	// The last of equals: the newest.
	return candidates.reduce((best, op) => (best === undefined || steps(op) >= steps(best) ? op : best), undefined);
}

const pagesOf = (free) => free.reduce((sum, blocks, order) => sum + blocks * 2 ** order, 0);

/**
 * ${zones} as they were right after operation ${seq}: the free lists and their pages, less what the later
 * operations of ${log} did to them.  null when the log does not tell that of all of them up to ${now}.
 */
export function zonesAfter(zones, log, seq, now) {
	const later = log.filter((op) => op.seq > seq && op.seq <= now);

	if (later.length !== now - seq || later.some((op) => op.events.length === 0))
		return null;
	const undone = later.flatMap((op) => storyOf(op.events).steps);
	return zones.map((zone, index) => {
		const free = undo(zone.free, index, undone);

		return { ...zone, free, ...(zone.free_by_type && { free_by_type: undoTypes(zone.free_by_type, index, undone) }),
			free_pages: zone.free_pages - pagesOf(zone.free) + pagesOf(free) };
	});
}
