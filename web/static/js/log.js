// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * log.js - the last operations and the events of each.  Pure.
 *
 * A log is an array, oldest first, of {seq, op, ok, text, origin, events}: the members of `ops` in a delta
 * with the events that carry the same seq.  It is never changed in place.
 */

export const LOG_OPS = 400; /* more would not be told apart on a timeline */

/** ${log} with what ${delta} tells. */
export function remember(log, delta) {
	const events = bySeq(delta.events ?? []);
	const fresh = (delta.ops ?? []).map((op) => ({ ...op, events: events.get(op.seq) ?? [] }));

	return fresh.length ? [...log, ...fresh].slice(-LOG_OPS) : log;
}

function bySeq(events) {
	const out = new Map();

	for (const event of events) {
		if (!out.has(event.seq))
			out.set(event.seq, []);
		out.get(event.seq).push(event);
	}
	return out;
}

/** ${log} with the operations before its first, as far as ${events} tell of them. */
export function prepend(log, events) {
	const first = log[0]?.seq ?? Infinity;
	const older = [...bySeq(events)].filter(([seq]) => seq < first).map(([seq, own]) => fromEvents(seq, own));

	return older.length ? [...older, ...log].slice(-LOG_OPS) : log;
}

/** The operation with sequence number ${seq}, or undefined when it is not in the log. */
export const find = (log, seq) => log.find((op) => op.seq === seq);

/** An operation from its events alone, for one that is older than the log. */
export function fromEvents(seq, events) {
	const own = events.filter((event) => event.seq === seq);
	const has = (...names) => own.some(({ event }) => names.includes(event));
	const text = has("mm_page_free", "bad_page") ? "A free" : has("mm_page_alloc", "page_allocation_failure") ? "An allocation" : "The operation";

	return { seq, op: "", ok: !has("page_allocation_failure", "bad_page"), text, origin: "", events: own };
}
