// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * card.js - one frame: its descriptor, its owner, its addresses, and the events that made it so.
 *
 * What it says comes from GET frames/PFN, asked again when the frame's square changes, but not more often
 * than every AGAIN_MS.
 */
import { html, useEffect, useSignal } from "../../vendor/vendor.js";
import { said } from "../api.js";
import { addressText, count, counted, frame as frameText, pages } from "../format.js";
import { free } from "../allocations.js";

const AGAIN_MS = 700;

/** The answer about frame ${pfn}, fresh whenever something near it changes: {frame, owner, error}. */
function useFrame({ store, map, api, pfn }) {
	const known = useSignal({});

	useEffect(() => {
		let timer = 0;
		let ended = false;
		let askedAt = 0;

		async function ask() {
			askedAt = Date.now();
			timer = 0;
			try {
				const frame = await api.get(`frames/${pfn}`);
				const owner = frame.allocation ? await api.get(`allocations/${frame.allocation}`) : null;

				if (!ended)
					known.value = { frame, owner };
			} catch (error) {
				if (!ended)
					known.value = { error: said(error) };
			}
		}
		const unwatch = map.watch(store.selection.value.square, () => {
			timer ||= setTimeout(ask, Math.max(0, askedAt + AGAIN_MS - Date.now()));
		});

		return () => {
			ended = true;
			clearTimeout(timer);
			unwatch();
		};
	}, [pfn]);
	return known.value;
}

function Row({ name, children }) {
	return html`<div><dt>${name}</dt><dd>${children}</dd></div>`;
}

/** The members of this kernel's struct page, as they lie in memory. */
function StructPage({ page, fields }) {
	return html`<details class="struct"><summary>struct page, ${page.bytes} bytes at <span class="mono">${addressText(page.va)}</span></summary>
		<table class="mono"><thead><tr><th scope="col">at</th><th scope="col">member</th><th scope="col">value</th></tr></thead>
			<tbody>${fields.map(({ name, offset, size, value, text }) => html`<tr>
				<td>${offset}${size !== 4 && html` <small>(${size})</small>`}</td><th scope="row">${name}</th>
				<td>${value ?? "?"}${text && html`<small>${text}</small>`}</td></tr>`)}</tbody></table>
	</details>`;
}

/** An event as a line of the kernel's trace: its name, then its arguments. */
function EventLine({ event }) {
	const { event: name, seq, ...args } = event;

	return html`<li><b>${name}</b> ${Object.entries(args).map(([key, value]) => html`<span>${key}=${String(value)} </span>`)}</li>`;
}

export function FrameCard({ store, map, select, api }) {
	const { pfn } = store.selection.value;
	const { frame, owner, error } = useFrame({ store, map, api, pfn });
	const { legend } = store.state.value;
	const kind = legend.find(({ name }) => name === frame?.kind);
	const unfolded = innerWidth / innerHeight >= 1.5; /* else the card would lie over the lens */
	const release = () => free(store, api, frame.allocation);

	return html`<section class="card frame" aria-label="Frame">
		<header><h2>Frame <span class="mono">${frameText(pfn)}</span></h2><button onClick=${select.none} aria-label="Close the frame's card">×</button></header>
		${error && html`<p class="wrong">${error}</p>`}
		${frame && html`
			<dl>
				<${Row} name="is">${kind?.label ?? frame.kind}${frame.zone && `, zone ${frame.zone}`}<//>
				<${Row} name="physical"><span class="mono">${addressText(frame.phys)}</span><//>
				${frame.addresses.map(({ va, region }) => html`<${Row} name=${region}><span class="mono">${addressText(va)}</span><//>`)}
				${frame.addresses.length === 0 && html`<${Row} name="address">none in the kernel's map<//>`}
				${owner && html`<${Row} name="owner">${owner.op}, ${counted(owner.pages, "page")} from <span class="mono">${frameText(owner.pfn)}</span><//>`}
				${!owner && frame.head !== null && frame.kind === "free" && html`<${Row} name="block">order ${frame.order}, from <span class="mono">${frameText(frame.head)}</span><//>`}
				${frame.has_page && html`
					<${Row} name="flags"><span class="mono">${frame.flags || "0"}</span><//>
					<${Row} name="count">${count(frame.refcount)}<//>`}
			</dl>
			${frame.has_page && html`<${StructPage} page=${frame.page} fields=${frame.fields ?? []} />`}
			${frame.events.length === 0 ? html`<p>It has been so since boot.</p>` : html`<details open=${unfolded}><summary>${counted(frame.events.length, "event")} made it so</summary>
				<ol class="events mono">${frame.events.map((event) => html`<${EventLine} event=${event} />`)}</ol></details>`}
			${frame.allocation && store.looking.value === null && html`<button class="main" onClick=${release}>Free it (${pages(owner?.pages ?? 1)})</button>`}`}
	</section>`;
}
