// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * prefs.js - what a person chose for this browser: theme, motion, single-letter keys.
 *
 * Kept in localStorage where there is one (a browser may refuse it), shown on the root element as data-theme
 * and data-motion, which tokens.css reads.
 */
import { effect, signal } from "../vendor/vendor.js";

function load(name, fallback) {
	try {
		return localStorage.getItem(`mm386.${name}`) ?? fallback;
	} catch {
		return fallback;
	}
}

function save(name, value) {
	try {
		localStorage.setItem(`mm386.${name}`, value);
	} catch {
		/* then it lasts as long as the page */
	}
}

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

export const theme = signal(load("theme", "light"));
export const motion = signal(load("motion", calm ? "off" : "on"));
export const blocks = signal("off"); /* page blocks on the map, for as long as the page is open */
export const letters = signal(load("letters", "on")); /* single-letter keys */

effect(() => {
	document.documentElement.dataset.theme = theme.value;
});
effect(() => {
	document.documentElement.dataset.motion = motion.value;
});

/* Only what somebody chose is kept: the system's own wish may change. */
function choose(name, pref, value) {
	pref.value = value;
	save(name, value);
}

export const toggleTheme = () => choose("theme", theme, theme.value === "light" ? "dark" : "light");
export const toggleMotion = () => choose("motion", motion, motion.value === "on" ? "off" : "on");
export const toggleLetters = () => choose("letters", letters, letters.value === "on" ? "off" : "on");
export const toggleBlocks = () => {
	blocks.value = blocks.value === "on" ? "off" : "on";
};
