// SPDX-License-Identifier: GPL-2.0-or-later
// pageblocks.js: runs of equal letters.
import assert from "node:assert/strict";
import { test } from "node:test";

import { runsOf } from "../../web/static/js/pageblocks.js";

test("pageblocks_runs_cover_the_string_once", () => {
	assert.deepEqual(runsOf("UMMMR"), [{ letter: "U", first: 0, end: 1 }, { letter: "M", first: 1, end: 4 }, { letter: "R", first: 4, end: 5 }]);
	assert.deepEqual(runsOf(""), []);
});
