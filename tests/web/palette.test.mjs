// SPDX-License-Identifier: GPL-2.0-or-later
// tokens.css and palette.js: contrasts by WCAG 2.2, in both themes, from the style sheet itself.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { bestLetter, contrast, luminance, rgb } from "../../web/static/js/palette.js";

const css = readFileSync(new URL("../../web/static/css/tokens.css", import.meta.url), "utf8");

/** The colours of the first block after ${selector}: {name: "#RRGGBB"}. */
function colours(selector) {
	const from = css.indexOf(`${selector} {`);
	const block = css.slice(from, css.indexOf("}", from));

	return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9A-F]{6});/g)].map(([, name, value]) => [name, value]));
}

const themes = { light: colours(":root"), dark: colours(':root[data-theme="dark"]') };
const KINDS = ["hole", "reserved", "kernel", "mem_map", "page_tables", "boot", "free", "free_pcp", "pages", "user", "unused", "other"];
const GROUND = ["hole", "free"]; /* kinds that are the ground on which the others stand */
const TYPES = ["unmovable", "movable", "reclaimable", "reserve", "isolate"];
const SHADES = ["reserved", "free_pcp"]; /* near to "free" on purpose: hatched or lettered as well */

test("palette_contrast_is_that_of_wcag", () => {
	assert.deepEqual(rgb("#FF8000"), [255, 128, 0]);
	assert.equal(contrast("#000000", "#FFFFFF"), 21);
	assert.equal(contrast("#777777", "#FFFFFF").toFixed(2), "4.48");
	assert.ok(luminance("#00FF00") > luminance("#FF0000"));
});

for (const [name, theme] of Object.entries(themes)) {
	const letters = [theme["letter-dark"], theme["letter-light"]];

	test(`palette_${name}_has_every_colour`, () => {
		assert.deepEqual(Object.keys(theme).sort(), Object.keys(themes.light).sort());
		for (const kind of KINDS)
			assert.ok(theme[`kind-${kind}`], kind);
	});

	test(`palette_${name}_text_reads_at_seven_to_one`, () => {
		for (const ink of ["ink", "ink2"])
			for (const ground of ["bg", "panel"])
				assert.ok(contrast(theme[ink], theme[ground]) >= 7, `${ink} on ${ground}: ${contrast(theme[ink], theme[ground])}`);
		assert.ok(contrast(theme["band-ink"], theme.band) >= 7);
	});

	test(`palette_${name}_signs_read_at_four_and_a_half_to_one`, () => {
		for (const sign of ["accent", "hi", "ok", "warn"])
			for (const ground of ["bg", "panel"])
				assert.ok(contrast(theme[sign], theme[ground]) >= 4.5, `${sign} on ${ground}: ${contrast(theme[sign], theme[ground])}`);
	});

	test(`palette_${name}_controls_stand_out_at_three_to_one`, () => {
		for (const ground of ["bg", "panel"])
			assert.ok(contrast(theme.control, theme[ground]) >= 3, ground);
	});

	test(`palette_${name}_kinds_stand_out_from_free_at_three_to_one`, () => {
		for (const kind of KINDS.filter((k) => !GROUND.includes(k) && !SHADES.includes(k)))
			assert.ok(contrast(theme[`kind-${kind}`], theme["kind-free"]) >= 3, `${kind}: ${contrast(theme[`kind-${kind}`], theme["kind-free"])}`);
	});

	test(`palette_${name}_migrate_types_stand_out_at_three_to_one`, () => {
		for (const type of TYPES)
			for (const ground of ["bg", "panel"])
				assert.ok(contrast(theme[`type-${type}`], theme[ground]) >= 3, `${type}: ${contrast(theme[`type-${type}`], theme[ground])}`);
	});

	test(`palette_${name}_letters_read_on_their_kind`, () => {
		for (const kind of KINDS) {
			const ground = theme[`kind-${kind}`];

			assert.ok(contrast(bestLetter(ground, letters), ground) >= 4.4, `${kind}: ${contrast(bestLetter(ground, letters), ground)}`);
		}
	});
}

test("palette_letter_is_the_one_that_reads_better", () => {
	assert.equal(bestLetter("#FFFFFF", ["#000000", "#FFFFFF"]), "#000000");
	assert.equal(bestLetter("#00489B", ["#000000", "#FFFFFF"]), "#FFFFFF");
});
