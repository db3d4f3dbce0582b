// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zones.js - view 2: one operation step by step, from its events, beside the free lists and watermarks.
 *
 * While the page is live it shows the most telling operation of the last moments and stays with it long
 * enough to be read; while an earlier moment is looked at, the operation that led to it.
 */
import { byHand, mostTelling, zonesAfter } from "../follow.js";
import { count, counted, frame, pages, zoneTitle } from "../format.js";
import { kindColours } from "../palette.js";
import { CpuLists } from "../parts/cpulists.js";
import { CpuStep } from "../parts/cpustep.js";
import { Fragmentation } from "../parts/fragmentation.js";
import { FreeLists } from "../parts/freelists.js";
import { PageBlocks } from "../parts/pageblocks.js";
import { Pair } from "../parts/pair.js";
import { Pictures } from "../parts/pictures.js";
import { playMs, stopsOf, usePlay } from "../parts/play.js";
import { Tabs } from "../parts/tabs.js";
import { Watermarks } from "../parts/watermarks.js";
import { Zonelist } from "../parts/zonelist.js";
import { motion, theme } from "../prefs.js";
import { countsAt, pictures, storyOf } from "../story.js";
import { framePath, useAnswer } from "../translate.js";
import { html, useEffect, useMemo, useRef, useState } from "../../vendor/vendor.js";

export const id = "zones";
export const key = "2";
export const title = "Zones";

const FEW = 4; /* pictures: the fewest that a chain of halvings can be cut down to */
const READ_MS = 1500; /* to look at the end of an operation before the next takes its place */
const HAND_MS = 8000; /* the same for what somebody asked for: it is talked about; the next one by hand takes its place at once */

/** The operation that is on show and the zones right after it: {op, zones}. */
function useShown(store, maxPictures) {
	const held = useRef({ op: null, zones: [], until: 0 });
	const [, again] = useState(0);
	const log = store.log.value;
	const live = store.looking.value === null;
	const { seq, zones } = store.state.value;

	useEffect(() => {
		const wait = held.current.until - Date.now();
		if (!live || wait <= 0)
			return undefined;
		const timer = setTimeout(() => again((n) => n + 1), wait);

		return () => clearTimeout(timer);
	});
	if (!live)
		return { op: store.op.value, zones };
	const next = mostTelling(log, held.current.op?.seq ?? -1, seq);
	const then = next && zonesAfter(zones, log, next.seq, seq);
	if (then && (Date.now() >= held.current.until || byHand(next))) {
		const playing = motion.value === "on" ? playMs(stopsOf(storyOf(next.events), maxPictures)) : 0;

		held.current = { op: next, zones: then, until: Date.now() + playing + (byHand(next) ? HAND_MS : READ_MS) };
	}
	return held.current.op === null ? { op: store.op.value, zones } : held.current;
}

const summaries = {
	alloc: (story, zones) => `${pages(2 ** story.order)} from zone ${zoneTitle(zones[story.zone])}, frame ${frame(story.pfn)}`,
	free: (story, zones) => `${pages(2 ** story.order)} back to zone ${zoneTitle(zones[story.zone])}, frame ${frame(story.pfn)}`,
	refused: (story) => `order ${story.order}: no zone could give it`,
	bad: (story) => `frame ${frame(story.pfn)}: the kernel refuses to free it`,
	drain: () => "pages that CPUs kept go back to the buddy system",
	sysctl: () => "the marks of all zones are computed anew",
	compact: (story) => `${counted(story.steps.filter((s) => s.kind === "migrate").length, "page")} moved`,
	none: () => "",
};

function Head({ op, story, zones, play, travel, live }) {
	return html`<header class="zones-head">
		<h2>${op.text}<small>${summaries[story.kind](story, zones)}</small></h2>
		${play.last > 0 && html`<div class="group" role="group" aria-label="Steps of this operation">
			<button aria-label="Step back" disabled=${play.at === 0} onClick=${() => play.to(play.at - 1)}>‹</button>
			<span class="place">step ${play.at + 1} / ${play.last + 1}</span>
			<button aria-label="Step on" disabled=${play.at === play.last} onClick=${() => play.to(play.at + 1)}>›</button>
			<button onClick=${play.replay}>Replay</button>
		</div>`}
		<div class="group" role="group" aria-label="Operations">
			<button aria-label="Operation before" onClick=${() => travel.to(op.seq - 1)}>‹</button>
			<span class="place">operation ${count(op.seq)}</span>
			<button aria-label="Operation after" disabled=${live} onClick=${() => travel.to(op.seq + 1)}>›</button>
		</div>
	</header>`;
}

/* What the frame of a refused free is now, in the server's words: most often free already. */
function RefusedFree({ story, api, legend }) {
	const bad = story.steps.find((s) => s.kind === "bad");
	const now = useAnswer(api, framePath(bad.pfn))?.answer;
	const label = legend.find(({ name }) => name === now?.kind)?.label ?? now?.kind;

	return html`<div class="zones-operation" data-only><div class="zones-refused">
		<p>No block of order ${bad.order} was handed out at frame <b class="mono">${frame(bad.pfn)}</b>, so there is none to take back.</p>
		${now && html`<p>Now that frame is: ${label}${now.head !== null && html`, in a block of order ${now.order} at ${frame(now.head)}`}.</p>`}
	</div></div>`;
}

function Operation({ story, play, zones, legend, types, maxPictures }) {
	const colours = useMemo(() => kindColours(legend), [legend, theme.value]);
	const asked = story.steps.some((s) => s.kind === "try");
	const drawn = pictures(story, maxPictures).length > 0;
	const cpu = story.cpu !== null;
	const only = [asked, drawn, cpu].filter(Boolean).length === 1;
	const keys = (event) => {
		const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];

		if (by !== undefined) {
			event.preventDefault();
			event.stopPropagation();
			play.to(play.at + by);
		}
	};

	if (!asked && !drawn && !cpu)
		return null;
	const taken = colours[story.steps.find((s) => s.kind === "hand")?.frameKind];
	return html`<div class="zones-operation" tabindex="0" role="group" aria-label="The operation step by step; arrow keys step"
		data-only=${only ? "" : undefined} onKeyDown=${keys}
		style=${{ "--taken": taken?.colour, "--taken-letter": taken?.letter }}>
		${asked && html`<${Zonelist} story=${story} zones=${zones} />`}
		${cpu && html`<${CpuStep} story=${story} done=${play.done} zones=${zones} types=${types} />`}
		${drawn && html`<${Pictures} story=${story} done=${play.done} max=${maxPictures} />`}
	</div>`;
}

const PARTS = [
	{ key: "free", text: "Free blocks" },
	{ key: "cpus", text: "CPU lists" },
	{ key: "blocks", text: "Page blocks" },
	{ key: "pieces", text: "Fragmentation" },
];

function Lists({ story, play, zones, types }) {
	const [chosen, choose] = useState({ story: null, zone: -1 });
	const [part, show] = useState("free");
	const present = zones.map((zone, index) => ({ index, name: zoneTitle(zone), present: zone.spanned > 0 })).filter((z) => z.present);
	const own = story.zone >= 0 ? story.zone : story.steps[0]?.zone ?? present.at(-1).index;
	const zone = chosen.story === story ? chosen.zone : own;

	return html`<section class="zones-lists">
		<div class="head">
			<${Tabs} label="What of the zone" panel="zones-lists" chosen=${part} choose=${show} tabs=${PARTS} />
			<${Tabs} label="Zone" panel="zones-lists" chosen=${zone} choose=${(index) => choose({ story, zone: index })}
				tabs=${present.map((z) => ({ key: z.index, text: z.name }))} />
		</div>
		<div id="zones-lists" class=${part} role="tabpanel" aria-label=${`${PARTS.find(({ key }) => key === part).text} of zone ${zoneTitle(zones[zone])}`}>
			${part === "free" && html`<${FreeLists} counts=${countsAt(story, zones[zone], zone, play.done)} zone=${zoneTitle(zones[zone])} />`}
			${part === "cpus" && html`<${CpuLists} zone=${zones[zone]} />`}
			${part === "blocks" && html`<${PageBlocks} zone=${zones[zone]} types=${types} />`}
			${part === "pieces" && html`<${Fragmentation} zone=${zones[zone]} />`}
		</div>
	</section>`;
}

function Empty({ zones }) {
	return html`<header class="zones-head"><h2>No operation yet<small>${counted(zones.filter((z) => z.spanned > 0).length, "zone")} as the boot left them</small></h2></header>`;
}

const nothing = storyOf([]);

export function View({ store, api, travel }) {
	const maxPictures = innerWidth / innerHeight < 1.5 ? 5 : 6;
	const { op, zones } = useShown(store, maxPictures);
	const story = useMemo(() => (op === null ? nothing : storyOf(op.events)), [op]);
	const most = story.cpu === null ? maxPictures : FEW; /* a CPU's list stands beside them */
	const stops = useMemo(() => stopsOf(story, most), [story, most]);
	const play = usePlay(stops, op?.seq ?? 0, motion.value === "on");
	const { legend, machine: { migratetypes: types = [] }, zones: now } = store.state.value;
	const live = store.looking.value === null;

	useEffect(() => {
		store.told.value = op;
	}, [op]);
	useEffect(() => () => {
		store.told.value = null;
	}, []);
	return html`<div class="zones">
		${op === null ? html`<${Empty} zones=${now} />` : html`<${Head} ...${{ op, story, zones, play, travel, live }} />`}
		${story.kind === "bad" ? html`<${RefusedFree} ...${{ story, api, legend }} />`
			: html`<${Operation} ...${{ story, play, zones, legend, types, maxPictures: most }} />`}
		<${Lists} ...${{ story, play, zones, types }} />
		<div class="zones-side">
			<section><h2>Why a block finds its buddy in one XOR</h2><${Pair} story=${story} done=${play.done} orders=${now[0].free.length} /></section>
			<section><h2>Free against watermarks<small>in pages, after it</small></h2><${Watermarks} zones=${zones} /></section>
		</div>
	</div>`;
}
