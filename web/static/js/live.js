// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * live.js - what the page knows, as signals.  The rules are in store.js and log.js; here they meet the
 * engine's messages (worker/engine.js) and the server's calls.
 *
 *	state		the state that is shown (store.js), null until the first snapshot
 *	counts		frames of each kind of the legend, of the state that is shown
 *	looking		the seq that is looked at, or null while the page is live
 *	op		the operation that led to what is shown {seq, text, ok, events, …} (log.js), or null
 *	log		the last operations
 *	told		the operation that a view explains just now, null when none does; the caption follows it
 *	link		{status: "connecting" | "live" | "lost", since}; online: the browser's own network
 *	life		rises with each machine that is seen: the first, and each that was booted anew
 *	scene		{name, running, rate} or null, viewers: how many watch
 *	selection	{pfn, square}: the frame that is looked into (null: none) and the square of the lens
 *	allocations	what was allocated from this page and not freed since, newest first
 *	done		the last request of panel or card and its answer (allocations.js)
 *	notice		a sentence about something that did not work, "" when there is none
 */
import { batch, computed, signal } from "../vendor/vendor.js";
import { said } from "./api.js";
import { find, prepend, remember, withEvents } from "./log.js";
import { squareOf } from "./layout.js";
import { applyDelta, fromSnapshot } from "./store.js";

export function createStore() {
	const live = signal(null);
	const liveCounts = signal([]);
	const past = signal(null); /* {state, counts} while an earlier state is looked at */
	const pastOp = signal(null); /* the operation behind it when it is older than the log */
	const log = signal([]);
	const looking = computed(() => past.value?.state.seq ?? null);

	return {
		live,
		liveCounts,
		past,
		pastOp,
		log,
		looking,
		told: signal(null),
		state: computed(() => past.value?.state ?? live.value),
		counts: computed(() => past.value?.counts ?? liveCounts.value),
		op: computed(() => (looking.value === null ? log.value.at(-1) ?? null : find(log.value, looking.value) ?? pastOp.value)),
		link: signal({ status: "connecting", since: null }),
		online: signal(navigator.onLine),
		life: signal(0),
		scene: signal(null),
		viewers: signal(0),
		selection: signal({ pfn: null, square: 0 }),
		allocations: signal([]),
		done: signal(null),
		notice: signal(""),
	};
}

let booted = 0; /* the boot that the last hello told of */

/** Put a message of the engine into ${store}. */
export function receive(store, message) {
	const work = {
		status: () => {
			store.link.value = { status: message.status, since: message.since };
		},
		hello: () => {
			if (message.message.boot !== booted)
				store.live.value = null;
			booted = message.message.boot;
		},
		presence: () => {
			store.viewers.value = message.message.viewers;
			store.scene.value = message.message.scene ?? null;
		},
		snapshot: () => {
			if (!store.live.value || message.message.seq < store.live.value.seq)
				forget(store);
			store.live.value = fromSnapshot(message.message);
			store.liveCounts.value = message.counts;
		},
		delta: () => {
			store.live.value = applyDelta(store.live.value, message.message);
			store.liveCounts.value = message.counts;
			store.log.value = remember(store.log.value, message.message);
		},
		past: () => {
			store.past.value = { state: fromSnapshot(message.message), counts: message.counts };
		},
	}[message.is];

	batch(() => work?.());
}

/* The machine was booted anew, or a server came back without its log: nothing of the old one is left. */
function forget(store) {
	store.life.value++;
	store.log.value = [];
	store.past.value = null;
	store.allocations.value = [];
	store.selection.value = { ...store.selection.value, pfn: null };
}

/** Learn what happened before this page came: the last ${count} operations, from their events. */
export async function recall(store, api, count) {
	const from = Math.max(0, (store.live.peek()?.seq ?? 0) - count);

	try {
		const answer = await api.get(`events?from=${from}`);

		store.log.value = prepend(store.log.value, answer); /* as it is by now */
	} catch {
		/* the log then begins with what is seen from here on */
	}
}

/** What a view may select: a frame (the lens goes to its square), a square, or nothing. */
export function createSelect(store) {
	return {
		frame: (pfn) => {
			store.selection.value = { pfn, square: squareOf(pfn) };
		},
		square: (square) => {
			store.selection.value = { ...store.selection.value, square };
		},
		none: () => {
			store.selection.value = { ...store.selection.value, pfn: null };
		},
	};
}

/** Going through time: to the state after operation ${seq}, by one step, and back to what is live. */
export function createTravel(store, map, api) {
	let wanted = null; /* the newest wish while an answer is awaited */
	let busy = false;

	async function serve() {
		busy = true;
		while (wanted !== null) {
			const seq = wanted;

			wanted = null;
			try {
				await map.look(api.url(`snapshot?at=${seq}`));
				store.pastOp.value = find(store.log.value, seq) ? null : await fetchOp(seq);
			} catch (error) {
				store.notice.value = `Operation ${seq} cannot be shown: ${said(error)}`;
			}
		}
		busy = false;
	}

	async function fetchOp(seq) {
		if (seq === 0)
			return null;
		const { ops, events } = await api.get(`events?from=${seq - 1}&limit=1`);

		return ops[0]?.seq === seq ? withEvents(ops[0], events) : { seq, op: "", ok: true, text: "The operation", origin: "", events: [] };
	}

	function to(seq) {
		const newest = store.live.value?.seq ?? 0;

		wanted = Math.max(0, Math.min(seq, newest));
		if (!busy)
			serve();
	}

	return {
		to,
		by: (steps) => to((wanted ?? store.looking.value ?? store.live.value?.seq ?? 0) + steps),
		toLive: async () => {
			wanted = null;
			await map.look(null);
			store.past.value = null;
		},
	};
}
