// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * log.js - the last operations and the events of each.  Pure.
 *
 * A log is an array, oldest first, of {seq, op, ok, text, origin, events}: the members of `ops` in a delta
 * with the events that carry the same seq.  It is never changed in place.
 */

export const LOG_OPS = 400; /* more would not be told apart on a timeline */
const REFUSALS = ["page_allocation_failure", "bad_page"];

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

/** ${log} with the operations before its first that ${answer} ({ops, events}) has. */
export function prepend(log, answer) {
	const first = log[0]?.seq ?? Infinity;
	const events = bySeq(answer.events);
	const older = answer.ops.filter(({ seq }) => seq < first).map((op) => withEvents(op, events.get(op.seq)));

	return older.length ? [...older, ...log].slice(-LOG_OPS) : log;
}

/** The operation with sequence number ${seq}, or undefined when it is not in the log. */
export const find = (log, seq) => log.find((op) => op.seq === seq);

/** ${op} as a delta would have told it: whether it went well is seen from its ${events}. */
export const withEvents = (op, events) => ({ ...op, ok: !events.some(({ event }) => REFUSALS.includes(event)), events });
