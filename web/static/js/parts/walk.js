// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * walk.js - the way of one address through the page tables: its 32 bits, cut as the processor cuts
 * them, and under each piece what it found.
 */
import { addressText, bytes, entryText, frame as frameText } from "../format.js";
import { fields } from "../scale.js";
import { html } from "../../vendor/vendor.js";

const names = { pgd: "PGD", pmd: "PMD", pte: "PTE", offset: "offset" };

function Level({ level }) {
	if (level === undefined)
		return html`<span class="quiet">not reached</span>`;
	return html`<span><span class="mono">${entryText(level.entry)}</span>${!level.present && html` <span class="quiet">not present</span>`}</span>`;
}

function Field({ field, level, walk }) {
	return html`<div class="field" data-field=${field.name}>
		<span><b class="name">${names[field.name]}</b> <span class="quiet">${field.width} bits</span></span>
		<span class="cells mono" aria-hidden="true">${[...field.bits].map((bit) => html`<i>${bit}</i>`)}</span>
		<span class="mono">${`0x${field.value.toString(16).toUpperCase()}`} = ${field.value}</span>
		${field.name === "offset"
			? html`<span class="quiet">of ${bytes(walk.page_bytes || 4096)}</span>`
			: html`<${Level} level=${level} />`}
	</div>`;
}

/** ${walk} is the server's answer to translate, ${address} the number it was asked for, ${kind} what the frame holds. */
export function Walk({ walk, address, pae, kind }) {
	const cut = fields(address, pae, walk.present && walk.page_bytes ? walk.page_bytes : 4096);

	return html`<div class="walk">
		<div class="cr3"><b class="name">CR3</b><span class="mono">${addressText(walk.cr3)}</span></div>
		<div class="fields">${cut.map((field) => html`<${Field} key=${field.name} field=${field} walk=${walk}
			level=${walk.levels.find((l) => l.name === field.name)} />`)}</div>
		<div class="found"><b class="name">${walk.present ? "physical" : "nothing there"}</b>
			${walk.present
				? html`<span class="mono">${addressText(walk.phys)}</span><span>frame ${frameText(walk.pfn)}</span><span class="quiet">${kind}</span>`
				: html`<span class="quiet">${walk.why}</span>`}</div>
	</div>`;
}
