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
export const letters = signal(load("letters", "on")); /* single-letter keys */

effect(() => {
	document.documentElement.dataset.theme = theme.value;
	save("theme", theme.value);
});
effect(() => {
	document.documentElement.dataset.motion = motion.value;
	save("motion", motion.value);
});
effect(() => save("letters", letters.value));

export const toggleTheme = () => {
	theme.value = theme.value === "light" ? "dark" : "light";
};
export const toggleMotion = () => {
	motion.value = motion.value === "on" ? "off" : "on";
};
