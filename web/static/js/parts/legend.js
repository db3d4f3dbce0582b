// SPDX-License-Identifier: GPL-2.0-or-later
/* legend.js - every kind of frame that the machine has now: colour, letter, name, size. */
import { html } from "../../vendor/vendor.js";
import { pages } from "../format.js";
import { kindColours } from "../palette.js";
import { theme } from "../prefs.js";

/** The little square of a kind, with its letter. */
export function Swatch({ kind, colour, letter }) {
	return html`<span class=${`swatch ${kind.name === "hole" ? "hole" : ""}`} style=${{ backgroundColor: colour, color: letter }} aria-hidden="true">${kind.letter}</span>`;
}

export function Legend({ store }) {
	const { legend } = store.state.value;
	const colours = theme.value && kindColours(legend);
	const rows = legend.map((kind, i) => ({ kind, frames: store.counts.value[i] ?? 0, ...colours[i] })).filter(({ frames }) => frames > 0);

	return html`<ul class="legend">${rows.map(({ kind, frames, colour, letter }) => html`
		<li key=${kind.name}><${Swatch} kind=${kind} colour=${colour} letter=${letter} /><span>${kind.label}</span><span class="num">${pages(frames)}</span></li>`)}
	</ul>`;
}
