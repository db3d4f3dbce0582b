// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * caption.js - the band that says what the last operation did.
 *
 * A churn is faster than reading: a sentence stays for at least HOLD_MS, unless somebody acted by hand or
 * steps through time.
 */
import { html, useEffect, useRef, useSignal } from "../../vendor/vendor.js";
import { describe } from "../caption.js";
import { count } from "../format.js";

const HOLD_MS = 2500;

/** The operation to talk about: the newest, but none sooner than HOLD_MS after the one before. */
function useHeld(store) {
	const held = useSignal(null);
	const changedAt = useRef(0);
	const op = store.op.value;
	const looking = store.looking.value;

	useEffect(() => {
		const now = Date.now();
		const wait = looking !== null || op?.origin !== "scene" ? 0 : Math.max(0, changedAt.current + HOLD_MS - now);
		const timer = setTimeout(() => {
			held.value = store.op.value;
			changedAt.current = Date.now();
		}, wait);

		return () => wait === 0 || clearTimeout(timer);
	}, [op, looking]);
	return held.value;
}

export function Caption({ store }) {
	const op = useHeld(store);
	const state = store.state.value;
	const pieces = state ? describe(op, state) : [];
	const notice = store.notice.value;

	return html`<section class=${`caption ${op && !op.ok ? "refused" : ""}`} aria-label="What happened">
		<p class="step num">${op ? html`<span>operation</span> ${count(op.seq)}` : "boot"}</p>
		<p class="says" role="status">${notice || pieces.map(({ text, strong }) => (strong ? html`<b>${text}</b>` : text))}</p>
		<p class="by">${op?.origin === "scene" ? "by the scene" : op?.origin === "rest" ? "by request" : ""}</p>
	</section>`;
}
