// SPDX-License-Identifier: GPL-2.0-or-later
/* pageblocks.js - the string of letters that says which migrate type each page block has.  Pure. */

/** Runs of equal letters: [{letter, first, end}], end exclusive. */
export function runsOf(types) {
	const runs = [];

	for (let i = 0; i < types.length; i++) {
		const last = runs.at(-1);

		if (last?.letter === types[i])
			last.end = i + 1;
		else
			runs.push({ letter: types[i], first: i, end: i + 1 });
	}
	return runs;
}
