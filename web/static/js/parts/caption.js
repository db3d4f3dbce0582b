// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * caption.js - the band that says what an operation did.
 *
 * A churn is faster than reading: a sentence stays for at least HOLD_MS, unless somebody acted by hand or
 * steps through time.  A view that explains an operation itself says so in store.told.
 */
import { html, useEffect, useSignal } from "../../vendor/vendor.js";
import { describe } from "../caption.js";
import { byHand, mostTelling } from "../follow.js";
import { count } from "../format.js";

const HOLD_MS = 2500;

/** The operation to talk about while the page is live: {op, until}. */
function useFollowed(store) {
	const held = useSignal({ op: null, until: 0 });
	const log = store.log.value;

	useEffect(() => {
		const follow = () => {
			const op = mostTelling(store.log.value, held.peek().op?.seq ?? -1);

			if (op)
				held.value = { op, until: Date.now() + HOLD_MS };
		};
		const next = mostTelling(log, held.value.op?.seq ?? -1);
		const timer = setTimeout(follow, next && byHand(next) ? 0 : held.value.until - Date.now());

		return () => clearTimeout(timer);
	}, [log]);
	return held.value.op;
}

export function Caption({ store }) {
	const followed = useFollowed(store);
	const op = store.looking.value !== null ? store.op.value : store.told.value ?? followed;
	const state = store.state.value;
	const pieces = state ? describe(op, state) : [];
	const notice = store.notice.value;

	return html`<section class=${`caption ${op && !op.ok ? "refused" : ""}`} aria-label="What happened">
		<p class="step num">${op ? html`<span>operation</span> ${count(op.seq)}` : "boot"}</p>
		<p class="says" role="status">${notice || pieces.map(({ text, strong }) => (strong ? html`<b>${text}</b>` : text))}</p>
		<p class="by">${op?.origin === "scene" ? "by the scene" : op?.origin === "rest" ? "by request" : ""}</p>
	</section>`;
}
