// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * addresses.js - view 3: the 4 GiB of linear addresses as nested rulers beside the physical memory, and
 * one arrow at a time between an address and its frame.
 *
 * Where an address leads, and at which addresses a frame is seen, the server says.
 */
import { said } from "../api.js";
import { frame as frameText } from "../format.js";
import { AddressForm } from "../parts/addressform.js";
import { AddressPicture } from "../parts/addresspicture.js";
import { Regions } from "../parts/regions.js";
import { planFor, rulersOf } from "../parts/rulers.js";
import { useSize } from "../parts/size.js";
import { Walk } from "../parts/walk.js";
import { PAGE, regionsOf, rulers as rulersFor, segments, SQUARE, TOP } from "../scale.js";
import { framePath, translatePath, useAnswer } from "../translate.js";
import { html, useEffect, useMemo, useRef, useState } from "../../vendor/vendor.js";

export const id = "addresses";
export const key = "3";
export const title = "Addresses";

/** What the frame that ${walk} leads to holds, in the legend's words. */
function useKind(engine, walk, legend, seq) {
	const [kind, setKind] = useState("");
	const pfn = walk?.present ? walk.pfn : null;

	useEffect(() => {
		let stale = false;

		if (pfn !== null)
			engine.at(pfn).then((k) => stale || setKind(k === null ? "no memory" : legend[k].label));
		return () => {
			stale = true;
		};
	}, [pfn, seq]);
	return kind;
}

/**
 * The address that is pinned, and the frame that goes with it.  An address that somebody goes to selects its
 * frame; a frame that somebody selects pins its first address and lights up the others.
 */
function useAddress(store, select, api, first) {
	const { pfn } = store.selection.value;
	const [pinned, pin] = useState(first);
	const wanted = useRef(pfn === null); /* the frame behind the pinned address is to be selected */
	const own = useRef(null); /* the frame that was selected so: its addresses do not move the pin */
	const seen = useAnswer(api, pfn === null ? null : framePath(pfn));
	const frame = seen?.answer?.pfn === pfn ? seen.answer : null;
	const addresses = frame?.addresses.map((a) => Number(a.va)) ?? [];
	const page = pinned - (pinned % PAGE);

	useEffect(() => {
		if (pfn !== own.current && addresses.length > 0 && !addresses.includes(page))
			pin(addresses[0]);
	}, [frame]);
	return {
		pinned,
		others: addresses.filter((a) => a !== page),
		unseen: frame !== null && addresses.length === 0 ? pfn : null,
		go: (address) => {
			wanted.current = true;
			pin(address);
		},
		found: (walk) => {
			if (!wanted.current || Number(walk.va) !== pinned)
				return;
			wanted.current = false;
			own.current = walk.pfn;
			if (walk.present)
				select.frame(walk.pfn);
			else
				select.none();
		},
	};
}

const noAddress = (pfn) => `Frame ${frameText(pfn)} has no linear address now: it takes a window to see it.`;

export function View({ store, map: engine, select, api }) {
	const ref = useRef();
	const size = useSize(ref);
	const [asTable, setTable] = useState(false);
	const [hovered, hover] = useState(null);
	const state = store.state.value;
	const regions = useMemo(() => regionsOf(state.virtual), [state.virtual]);
	const { page_offset: offset, high_memory: high, pae } = state.machine;
	const middle = Number(offset) + Math.floor((Number(high) - Number(offset)) * 0.4 / SQUARE) * SQUARE;
	const { pinned, others, unseen, go, found } = useAddress(store, select, api, middle);
	const shown = hovered ?? pinned;
	const got = useAnswer(api, translatePath(shown));
	const walk = got?.answer ?? null;
	const kind = useKind(engine, walk, state.legend, state.seq);
	const rulers = useMemo(() => (size === null ? [] : rulersFor(regions, Number(offset), Number(high), rulersOf(planFor(size)))),
		[regions, size]);

	useEffect(() => {
		if (walk !== null)
			found(walk);
	}, [walk]);
	return html`<div class="addresses">
		<div class="addresses-picture" ref=${ref} data-table=${asTable ? "" : undefined}>${asTable
			? html`<${Regions} segments=${segments(regions, 0, TOP)} go=${go} />`
			: size && html`<${AddressPicture} ...${{ size, state, store, engine, select, rulers, shown, pinned, others, go, hover, walk, kind }}
				pointed=${hovered !== null || unseen === null} />`}</div>
		<section class="addresses-walk" aria-label="The way through the page tables">
			<${AddressForm} address=${shown} region=${walk?.region} note=${unseen === null ? "" : noAddress(unseen)} go=${go} asTable=${asTable} setTable=${setTable} />
			${walk ? html`<${Walk} walk=${walk} address=${Number(walk.va)} pae=${pae} kind=${kind} />`
				: html`<p class="quiet">${got?.error ? said(got.error) : ""}</p>`}
		</section>
	</div>`;
}
