// SPDX-License-Identifier: GPL-2.0-or-later
/* describe.js - the map as a sentence, for those who do not see it.  Pure. */
import { count, pages } from "./format.js";

/** "1,048,576 frames of 4 KiB: 2.4 GiB free (buddy), …": kinds by size, those that there are. */
export function describeMap(state, counts) {
	const kinds = state.legend
		.map(({ label }, i) => ({ label, frames: counts[i] ?? 0 }))
		.filter(({ frames }) => frames > 0)
		.sort((a, b) => b.frames - a.frames)
		.map(({ label, frames }) => `${pages(frames)} ${label}`);

	return `${count(state.machine.frames)} frames of 4 KiB: ${kinds.join(", ")}.`;
}
