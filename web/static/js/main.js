// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * main.js - the shell: header, stage with one view, caption band, timeline; keys and dialogs.
 *
 * The page shows one machine: ?machine=NAME, else the server's first.
 *
 * A view is a module view/NAME.js, listed in views.js, that exports
 *
 *	id	"memory": its name in the address (#memory)
 *	key	"1": the key that shows it
 *	title	"Memory": what the header says
 *	View	a preact component; it fills the stage and gets
 *
 *	{store}		signals of what is known (live.js); `store.state.value` is never null in a view
 *	{map}		the frames, held by the engine in the worker (map.js): at(pfn), watch(square, fn), attach(canvas)
 *	{select}	frame(pfn), square(t), none(): what store.selection says afterwards
 *	{api}		calls to the server (api.js): get(path), post(path, body), …, curl(method, path, body)
 *	{travel}	through time: to(seq), by(steps), toLive() (live.js)
 *
 * A view works out nothing that the kernel decides; it shows what arrived.  It takes its colours from
 * tokens.css (palette.js for canvases), its text of numbers from format.js, its geometry from layout.js.
 */
import { computed, effect, html, render, signal, useEffect, useSignal } from "../vendor/vendor.js";
import { Api } from "./api.js";
import { bindKeys } from "./keys.js";
import { createSelect, createStore, createTravel, recall, receive } from "./live.js";
import { FrameMap } from "./map.js";
import { kindColours, token } from "./palette.js";
import { Caption } from "./parts/caption.js";
import { Goto } from "./parts/goto.js";
import { Header } from "./parts/header.js";
import { Help } from "./parts/help.js";
import { Panel } from "./parts/panel.js";
import { Timeline } from "./parts/timeline.js";
import { theme } from "./prefs.js";
import { createScene } from "./scene.js";
import { views } from "./views.js";

const RECALLED_OPS = 160; /* as many as the timeline shows */

const NOTICE_MS = 8000; /* so long it says in the band that something did not work */

/** The view that the address names, else the first. */
const viewOf = (hash) => views.find(({ id }) => `#${id}` === hash) ?? views[0];

/** The names of the server's machines; asks until there is one. */
async function listMachines(root) {
	for (;;) {
		try {
			const { machines } = await (await fetch(new URL("machines", root))).json();

			if (machines.length)
				return machines.map(({ name }) => name);
		} catch {
			/* not up yet */
		}
		await new Promise((resolve) => setTimeout(resolve, 1000));
	}
}

function Shell({ ctx }) {
	const view = useSignal(viewOf(location.hash));
	const { store, open, blank } = ctx;

	useEffect(() => {
		const show = () => {
			view.value = viewOf(location.hash);
		};

		addEventListener("hashchange", show);
		const unbind = bindKeys(ctx);
		return () => {
			removeEventListener("hashchange", show);
			unbind();
		};
	}, []);

	const { View, id } = view.value;
	return html`<div class="app">
		<${Header} ctx=${ctx} views=${views} current=${view.value} />
		<main id="stage" class=${`stage view-${id}`}>
			${store.state.value
				? html`<${View} key=${`${id}-${store.life.value}`} store=${store} map=${ctx.map} select=${ctx.select} api=${ctx.api} travel=${ctx.travel} open=${open} />`
				: html`<p class="waiting">Waiting for the machine…</p>`}
		</main>
		<${Caption} store=${store} />
		<${Timeline} ctx=${ctx} />
		${open.value === "help" && html`<${Help} ctx=${ctx} />`}
		${open.value === "goto" && html`<${Goto} ctx=${ctx} />`}
		${open.value === "panel" && html`<${Panel} ctx=${ctx} />`}
		${blank.value && html`<button class="blank" onClick=${() => (blank.value = false)} aria-label="The screen is blanked; show it again"></button>`}
	</div>`;
}

async function start() {
	const page = new URL("./", location.href);
	const store = createStore();
	const map = new FrameMap((message) => receive(store, message));
	const open = signal(null); /* "help", "goto", "panel" or null: what lies over the stage */
	const blank = signal(false);
	const app = document.getElementById("app");
	const machines = await listMachines(new URL("api/v1/", page));
	const api = new Api(page, new URLSearchParams(location.search).get("machine") ?? machines[0]);
	const ctx = { store, map, api, open, blank, machines, select: createSelect(store), views };

	ctx.travel = createTravel(store, map, api);
	ctx.scene = createScene(store, api);
	for (const name of ["online", "offline"])
		addEventListener(name, () => {
			store.online.value = navigator.onLine;
			map.hurry();
		});
	const legend = computed(() => store.live.value?.legend); /* the same object from one delta to the next */
	effect(() => {
		if (legend.value && theme.value)
			map.setColours(kindColours(legend.value).map(({ colour }) => colour), token("bg"));
	});
	effect(() => {
		if (store.life.value > 0)
			recall(store, api, RECALLED_OPS);
	});
	effect(() => {
		if (!store.notice.value)
			return undefined;
		const timer = setTimeout(() => {
			store.notice.value = "";
		}, NOTICE_MS);

		return () => clearTimeout(timer);
	});
	map.open(api.stream, api.url("/machines"));
	await document.fonts.load("1rem Hyperlegible");
	render(html`<${Shell} ctx=${ctx} />`, app);
}

start();
