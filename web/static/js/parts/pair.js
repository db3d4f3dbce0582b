// SPDX-License-Identifier: GPL-2.0-or-later
// pair.js - why a block finds its buddy by one XOR, with the numbers of the step that is shown.
import { frame } from "../format.js";
import { pairAt } from "../story.js";
import { html } from "../../vendor/vendor.js";

const BITS = 12; /* of the frame number: enough for order 10 and one more digit of context */

function Bits({ pfn, order }) {
	const low = (pfn % 2 ** BITS).toString(2).padStart(BITS, "0");

	return html`<span class="bits mono">…${[...low].map((bit, i) =>
		html`<span data-flipped=${BITS - 1 - i === order ? "" : undefined}>${bit}</span>`)}</span>`;
}

/** The arithmetic of the last split or merge among the first ${done} steps of ${story}; ${orders} there are. */
export function Pair({ story, done, orders }) {
	const pair = pairAt(story, done, orders) ?? pairAt(story, story.steps.length, orders);

	if (pair === null)
		return html`<p class="quiet">${story.kind === "none" ? "Two buddies differ in one bit of their frame number."
			: "This operation neither halved nor joined a block."}</p>`;
	const size = 2 ** pair.order;
	return html`<dl class="pair">
		<dt>block</dt><dd class="mono">${frame(pair.block)} <${Bits} pfn=${pair.block} order=${pair.order} /></dd>
		<dt>order ${pair.order}</dt><dd class="mono">${`1 << ${pair.order} = 0x${size.toString(16)}`}</dd>
		<dt>block ^ ${size}</dt><dd class="mono"><b>${frame(pair.buddy)}</b> <${Bits} pfn=${pair.buddy} order=${pair.order} /></dd>
	</dl>
	${!pair.joined && html`<p class="quiet">The buddy is not free as a whole: the two stay apart.</p>`}`;
}
