// SPDX-License-Identifier: GPL-2.0-or-later
// The page on the real daemon: what is drawn is what the engine has.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { SQUARE_FRAMES, freeBlocks, mapOf, place, squareOf } from "../../../web/static/js/layout.js";
import { SIZES, call, decodePng, launch, missing, noDaemon, openPage, startDaemon } from "./harness.mjs";

/* At this size the map of 1 GiB has one pixel a frame. */
const ONE_TO_ONE = SIZES.old;

let browser;
let daemon;

before(async () => {
	if (noDaemon)
		return;
	browser = missing ? null : await launch();
	daemon = await startDaemon();
	await churn();
});

after(async () => {
	await browser?.close();
	await daemon?.stop();
});

/** Some hundred operations: blocks of all orders, every third given back. */
async function churn() {
	const ops = Array.from({ length: 300 }, (_, i) => ({ op: "alloc_pages", gfp: i % 3 ? "GFP_HIGHUSER" : "GFP_KERNEL", order: (i * 7) % 8 }));
	const { results } = await call("POST", `${daemon.machine}ops`, ops);
	const frees = results.filter((_, i) => i % 3 === 1).map(({ result: { pfn, order } }) => ({ op: "free_pages", pfn, order }));

	await call("POST", `${daemon.machine}ops`, frees);
}

const snapshot = (query = "") => call("GET", `${daemon.machine}snapshot${query}`);

/** One byte a frame, from a snapshot's runs. */
function bytesOf({ frames: { runs }, machine }) {
	const bytes = new Uint8Array(machine.frames);

	for (let i = 0, pfn = 0; i < runs.length; pfn += runs[i], i += 2)
		bytes.fill(runs[i + 1], pfn, pfn + runs[i]);
	return bytes;
}

/** Wait until the page shows the state after operation ${seq}. */
const shows = (page, seq) => page.waitForFunction((n) => document.querySelector(".track")?.ariaValueNow === String(n), seq);

/** How many frames of ${state} are drawn in another colour than tokens.css has for their kind. */
async function wrongFrames(page, state) {
	const map = mapOf(state.machine.frames);
	const colours = await page.evaluate((names) => names.map((name) => getComputedStyle(document.documentElement).getPropertyValue(`--kind-${name}`).trim()),
		state.legend.map(({ name }) => name));

	await page.evaluate(() => {
		document.querySelector(".physmap > svg").style.visibility = "hidden";
	});
	const box = await (await page.$(".physmap")).boundingBox();
	assert.deepEqual([box.width, box.height], [map.width, map.height], "one pixel a frame");
	const { data, width } = await decodePng(browser, await page.screenshot({ clip: box }));
	let wrong = 0;
	bytesOf(state).forEach((kind, pfn) => {
		const [x, y] = place(pfn, map);
		const drawn = data.readUIntBE((y * width + x) * 4, 3);

		if (drawn !== parseInt(colours[kind].slice(1), 16))
			wrong++;
	});
	return wrong;
}

test("drawn_pixels_are_all_the_engine_frames", { skip: noDaemon }, async (t) => {
	const page = await openPage(t, browser, daemon.url, { size: ONE_TO_ONE });
	const state = await snapshot();

	await shows(page, state.seq);
	assert.equal(await wrongFrames(page, state), 0);
	assert.deepEqual(page.faults, []);
});

test("drawn_pixels_follow_the_deltas", { skip: noDaemon }, async (t) => {
	const page = await openPage(t, browser, daemon.url, { size: ONE_TO_ONE });

	await churn();
	const state = await snapshot();
	await shows(page, state.seq);
	assert.equal(await wrongFrames(page, state), 0);
});

test("drawn_pixels_of_an_earlier_state_are_that_state", { skip: noDaemon }, async (t) => {
	const page = await openPage(t, browser, daemon.url, { size: ONE_TO_ONE });

	await page.keyboard.press("Home");
	await page.waitForSelector("text=Looking at operation 0");
	assert.equal(await wrongFrames(page, await snapshot("?at=0")), 0);
	await page.keyboard.press("End");
	await page.waitForSelector(".link.ok");
	assert.equal(await wrongFrames(page, await snapshot()), 0);
});

test("blocks_of_the_lens_are_those_of_the_engine", { skip: noDaemon }, async () => {
	const state = await snapshot();
	const bytes = bytesOf(state);
	const free = state.legend.findIndex(({ name }) => name === "free");
	const squares = [0, 1, ...state.zones.filter(({ spanned }) => spanned).map(({ start_pfn: first }) => squareOf(first)), squareOf(state.machine.frames - 1)];

	for (const square of new Set(squares)) {
		const base = square * SQUARE_FRAMES;
		const edges = state.zones.map((zone) => zone.start_pfn - base);

		for (const { index, order } of freeBlocks((i) => bytes[base + i] === free, state.machine.orders, edges)) {
			const frame = await call("GET", `${daemon.machine}frames/${base + index}`);

			assert.deepEqual([frame.head, frame.order], [base + index, order]);
		}
	}
});

test("operation_posted_by_hand_is_seen_and_told", { skip: noDaemon }, async (t) => {
	const page = await openPage(t, browser, daemon.url, { size: ONE_TO_ONE });

	await shows(page, (await snapshot()).seq);
	const { seq, result } = await call("POST", `${daemon.machine}allocations`, { op: "alloc_pages", gfp: "GFP_KERNEL", order: 9 });
	await shows(page, seq);
	const state = await snapshot();
	assert.equal(state.legend[bytesOf(state)[result.pfn]].name, "pages");
	assert.equal(await wrongFrames(page, state), 0);
	await page.waitForSelector(".caption .says:has-text('took 512 frames (2 MiB)')");
	await call("DELETE", `${daemon.machine}allocations/${result.allocation}`);
	await page.waitForSelector(".caption .says:has-text('gave 512 frames (2 MiB)')");
});

test("panel_allocates_frees_and_says_the_curl_line", { skip: noDaemon }, async (t) => {
	const page = await openPage(t, browser, daemon.url);

	await page.keyboard.press("o");
	await page.fill(".panel input[name=order]", "3");
	await page.click(".panel button[type=submit]");
	await page.waitForSelector(".mine li");
	assert.equal(await page.inputValue(".panel input[name=order]"), "3", "what was typed stays for the next time");
	assert.match(await page.textContent(".outcome pre"), /^curl -d '\{"op":"alloc_pages","gfp":"GFP_KERNEL","order":3\}' http:\/\/127\.0\.0\.1:\d+\/api\/v1\/machines\/page\/allocations$/);
	await page.click(".mine li button:has-text('Free')");
	await page.waitForSelector(".mine li", { state: "detached" });
	assert.match(await page.textContent(".outcome pre"), /^curl -X DELETE http.*\/allocations\/a\d+$/);
	assert.deepEqual(page.faults, []);
});

test("panel_shows_each_zone_comparison_of_a_refusal", { skip: noDaemon }, async (t) => {
	const page = await openPage(t, browser, daemon.url);
	const taken = [];

	for (;;) { /* until the DMA zone has no block of this order to spare */
		const answer = await call("POST", `${daemon.machine}ops`, { op: "alloc_pages", gfp: "GFP_DMA", order: 10 });

		if (!answer.ok)
			break;
		taken.push({ op: "free_pages", pfn: answer.result.pfn, order: 10 });
	}
	await page.keyboard.press("o");
	await page.fill(".panel input[name=gfp]", "GFP_DMA");
	await page.fill(".panel input[name=order]", "10");
	await page.click(".panel button[type=submit]");
	await page.waitForSelector(".why li");
	assert.match(await page.textContent(".outcome"), /ENOMEM/);
	assert.match(await page.textContent(".why"), /DMA/);
	await call("POST", `${daemon.machine}ops`, taken);
});

test("card_of_a_frame_frees_its_allocation", { skip: noDaemon }, async (t) => {
	const page = await openPage(t, browser, daemon.url);
	const { result } = await call("POST", `${daemon.machine}allocations`, { op: "__get_free_pages", gfp: "GFP_KERNEL", order: 2 });

	await page.keyboard.press("g");
	await page.fill("dialog input[name=value]", `0x${(result.pfn + 1).toString(16)}`);
	await page.keyboard.press("Enter");
	await page.waitForSelector(".frame dl:has-text('__get_free_pages, 4 pages')");
	await page.click(".frame button.main");
	await page.waitForSelector(".frame dl:has-text('Free (buddy)')");
	await assert.rejects(call("GET", `${daemon.machine}allocations/${result.allocation}`), /404/);
});

test("link_comes_back_after_the_daemon_was_restarted", { skip: noDaemon }, async (t) => {
	const first = await startDaemon();
	const page = await openPage(t, browser, first.url);

	await page.waitForSelector(".link.ok");
	await first.stop();
	await page.waitForSelector(".link.warn:has-text('Reconnecting')");
	const second = await startDaemon({ port: first.port });
	t.after(() => second.stop());
	await page.waitForSelector(".link.ok:has-text('Live')");
	const { seq } = await call("POST", `${second.machine}ops`, { op: "alloc_pages", gfp: "GFP_KERNEL", order: 0 });
	await shows(page, seq);
});

test("page_begins_anew_when_the_machine_is_booted_anew", { skip: noDaemon }, async (t) => {
	const own = await startDaemon();
	t.after(() => own.stop());
	const page = await openPage(t, browser, own.url, { size: ONE_TO_ONE });

	await call("POST", `${own.machine}ops`, Array(20).fill({ op: "alloc_pages", gfp: "GFP_KERNEL", order: 3 }));
	await shows(page, 20);
	await page.keyboard.press("<");
	await page.waitForSelector(".link.past");
	await call("POST", `${own.machine}reboot`);
	await shows(page, 0);
	await page.waitForSelector(".link.ok");
	await page.waitForSelector(".caption:has-text('has booted')");
	assert.equal(await wrongFrames(page, await call("GET", `${own.machine}snapshot`)), 0);
	assert.deepEqual(page.faults, []);
});
