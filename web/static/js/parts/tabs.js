// SPDX-License-Identifier: GPL-2.0-or-later
// tabs.js - a row of tabs by the ARIA pattern: one tab stop, arrow keys go along.
import { html } from "../../vendor/vendor.js";

/** ${tabs}: [{key, text}]; ${panel} is the id of the element that they change. */
export function Tabs({ label, tabs, chosen, choose, panel }) {
	const step = (event) => {
		const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];

		if (by === undefined)
			return;
		event.preventDefault();
		event.stopPropagation();
		const at = tabs.findIndex((tab) => tab.key === chosen);
		const next = (at + by + tabs.length) % tabs.length;
		choose(tabs[next].key);
		event.currentTarget.children[next].focus();
	};

	return html`<div class="tabs" role="tablist" aria-label=${label} onKeyDown=${step}>${tabs.map(({ key, text }) =>
		html`<button role="tab" key=${key} aria-selected=${key === chosen ? "true" : "false"} aria-controls=${panel}
			tabindex=${key === chosen ? 0 : -1} onClick=${() => choose(key)}>${text}</button>`)}</div>`;
}
