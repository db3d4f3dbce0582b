// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * caption.js - the band that says what an operation did.
 *
 * A churn is faster than reading: a sentence stays for at least HOLD_MS, unless somebody acted by hand or
 * steps through time.  A view that explains an operation itself says so in store.told.
 */
import { html, useEffect, useSignal } from "../../vendor/vendor.js";
import { describe, plain } from "../caption.js";
import { byHand, mostTelling } from "../follow.js";
import { count } from "../format.js";

const HOLD_MS = 2500;
const LONG = 150; /* characters from which on the band holds them in smaller letters, and in still smaller ones */
const LONGEST = 210;

const lengthOf = (text) => (text.length < LONG ? "" : text.length < LONGEST ? "long" : "longest");

/** The operation to talk about while the page is live: at first the newest, then the most telling of those since. */
function useFollowed(store) {
	const held = useSignal({ op: null, seen: store.live.peek().seq - 1, until: 0 });
	const log = store.log.value;

	useEffect(() => {
		const { seen, until } = held.peek();
		const follow = () => {
			const op = mostTelling(store.log.value, seen);

			if (op)
				held.value = { op, seen: store.log.value.at(-1).seq, until: Date.now() + HOLD_MS };
		};
		const wait = log.some((op) => op.seq > seen && byHand(op)) ? 0 : until - Date.now();

		if (wait <= 0) {
			follow();
			return undefined;
		}
		const timer = setTimeout(follow, wait);
		return () => clearTimeout(timer);
	}, [log]);
	return held.value.op;
}

export function Caption({ store }) {
	return store.state.value ? html`<${Band} key=${store.life.value} store=${store} />` : html`<section class="caption"></section>`;
}

function Band({ store }) {
	const followed = useFollowed(store);
	const op = store.looking.value !== null ? store.op.value : store.told.value ?? followed;
	const state = store.state.value;
	const pieces = op || state.seq === 0 ? describe(op, state) : []; /* of what was before us nothing is known yet */
	const notice = store.notice.value;

	return html`<section class=${`caption ${op && !op.ok ? "refused" : ""}`} aria-label="What happened">
		<p class="step num">${state.seq ? html`<span>operation</span> ${count(op?.seq ?? state.seq)}` : "boot"}</p>
		<p class=${`says ${lengthOf(notice || plain(pieces))}`} role="status">${notice || pieces.map(({ text, strong }) => (strong ? html`<b>${text}</b>` : text))}</p>
		<p class="by">${op?.origin === "scene" ? "by the scene" : op?.origin === "rest" ? "by request" : ""}</p>
	</section>`;
}
