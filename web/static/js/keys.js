// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * keys.js - the keyboard of the whole page.  KEYS is also what the help dialog lists.
 *
 * Single letters can be switched off (WCAG 2.1.4), and are off while somebody types.  Keys of the map itself
 * (arrows, + - 0, Enter) are in parts/physmap.js.
 */
import { tinykeys } from "../vendor/vendor.js";
import { letters, toggleBlocks, toggleMotion, toggleTheme } from "./prefs.js";

function fullscreen() {
	if (document.fullscreenElement)
		document.exitFullscreen();
	else
		document.documentElement.requestFullscreen?.();
}

const toggle = (name) => ({ open }) => {
	open.value = open.value === name ? null : name;
};

const blank = (ctx) => {
	ctx.blank.value = !ctx.blank.value;
};

/** keys as tinykeys names them, how the help dialog writes them, what they do, and how. */
export const KEYS = [
	{ keys: ["k"], shown: "K", does: "pause or run the scene", run: ({ scene }) => scene.toggle() },
	{ keys: ["[", "]"], shown: "[ ]", does: "scene slower, faster", run: ({ scene }, event) => scene.change(event.key === "]" ? 1 : -1) },
	{ keys: ["<", ">"], shown: "< >", does: "one operation back, forward", run: ({ travel }, event) => travel.by(event.key === ">" ? 1 : -1) },
	{ keys: ["Home"], shown: "Home", does: "the state after boot", run: ({ travel }) => travel.to(0) },
	{ keys: ["End"], shown: "End", does: "back to what is live", run: ({ travel }) => travel.toLive() },
	{ keys: ["o"], shown: "O", does: "panel: allocate and free", run: toggle("panel") },
	{ keys: ["g"], shown: "G", does: "go to a frame or an address", run: toggle("goto") },
	{ keys: ["p"], shown: "P", does: "page blocks on the map: by migrate type", run: toggleBlocks },
	{ keys: ["t"], shown: "T", does: "light or dark", run: toggleTheme },
	{ keys: ["m"], shown: "M", does: "motion on or off", run: toggleMotion },
	{ keys: ["f"], shown: "F", does: "full screen", run: fullscreen },
	{ keys: ["b", "."], shown: "B .", does: "blank the screen", run: blank },
	{ keys: ["h", "?"], shown: "H ?", does: "this list", run: toggle("help") },
	{
		keys: ["Escape"],
		shown: "Esc",
		does: "close what is open",
		run: ({ open, blank: dark, select }) => {
			if (dark.value)
				dark.value = false;
			else if (open.value)
				open.value = null;
			else
				select.none();
		},
	},
];

/** What the help dialog says of the keys that work while the map has the focus. */
export const MAP_KEYS = [
	{ shown: "arrows", does: "move by a frame; with Shift by a square" },
	{ shown: "+ − 0", does: "zoom in, out, the whole memory" },
	{ shown: "Enter", does: "look into the frame" },
];

/** The same for what the other views show. */
export const VIEW_KEYS = [
	{ shown: "← →", does: "on an operation's pictures: a step back, on" },
	{ shown: "↑ ↓", does: "on the rulers: a page back, on; with Shift 4 MiB" },
];

const isTyping = ({ target }) => target.closest?.("input, select, textarea, [contenteditable]");

/** Listen on the window; returns the end of it. */
export function bindKeys(ctx) {
	const bindings = {};
	const bind = (key, run) => {
		const isLetter = key.length === 1;

		const pressed = (event) => {
			if ((isLetter && letters.value === "off") || (key !== "Escape" && isTyping(event)))
				return;
			event.preventDefault();
			run(ctx, event);
		};

		bindings[key] = pressed;
		if (/[^a-z0-9]/.test(key)) /* a sign may need Shift on this keyboard and not on that one */
			bindings[`Shift+${key}`] = pressed;
	};

	for (const { keys, run } of KEYS)
		keys.forEach((key) => bind(key, run));
	for (const { id, key } of ctx.views)
		bind(key, () => {
			location.hash = id;
		});
	return tinykeys(window, bindings);
}
