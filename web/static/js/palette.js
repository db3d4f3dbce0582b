// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * palette.js - the colours of tokens.css as numbers for the canvases.
 *
 * The functions on colours are pure and tested against WCAG 2.2; kindColours() reads the live style sheet.
 */

/** Red, green and blue of "#rrggbb", 0..255. */
export function rgb(hex) {
	const v = parseInt(hex.slice(1), 16);

	return [v >> 16, (v >> 8) & 255, v & 255];
}

/** Relative luminance by WCAG 2.2, 0..1. */
export function luminance(hex) {
	const [r, g, b] = rgb(hex).map((v) => {
		const c = v / 255;

		return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
	});

	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast of two colours by WCAG 2.2, 1..21. */
export function contrast(a, b) {
	const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);

	return (high + 0.05) / (low + 0.05);
}

/** Of ${letters}, the one that reads best on ${ground}. */
export function bestLetter(ground, letters) {
	return letters.reduce((best, next) => (contrast(next, ground) > contrast(best, ground) ? next : best));
}

/** The value of custom property --${name} now. */
export function token(name) {
	return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** [{colour, letter}] for the kinds of ${legend}: the colour of the kind and of a letter on it. */
export function kindColours(legend) {
	const letters = [token("letter-dark"), token("letter-light")];

	return legend.map(({ name }) => {
		const colour = token(`kind-${name}`) || token("kind-other");

		return { colour, letter: bestLetter(colour, letters) };
	});
}
