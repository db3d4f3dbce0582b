// SPDX-License-Identifier: GPL-2.0-or-later
// The page as a whole, against the stand-in: nothing forbidden, nothing too small, nothing cut off, axe content.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import { startStandin } from "../standin.mjs";
import { SIZES, launch, missing, openPage } from "./harness.mjs";

const VIEWS = ["memory", "zones", "addresses"];
const SMALLEST = { projector: 20, old: 13.8, phone: 11.4 }; /* CSS pixels of text */

let browser;
let server;

before(async () => {
	if (missing)
		return;
	browser = await launch();
	server = await startStandin({ frames: 262144 });
	server.machine.setScene({ rate: 2 }); /* enough to see that nothing jumps about */
});

after(async () => {
	await browser?.close();
	await server?.close();
});

/** In the page: text smaller than ${smallest}, as it is drawn, what reaches beyond the window, and what a box cuts off. */
function measure(smallest) {
	const small = [];
	const outside = [];
	const cut = [];

	for (const element of document.querySelectorAll("body *")) {
		const box = element.getBoundingClientRect();

		if (box.width < 2 || box.height < 2 || getComputedStyle(element).visibility === "hidden" || element.closest(".vh"))
			continue;
		if (box.right > innerWidth + 1 || box.left < -1)
			outside.push(`${element.tagName}.${element.getAttribute("class")} ${Math.round(box.left)}..${Math.round(box.right)}`);
		if (getComputedStyle(element).overflowX === "hidden" && element.scrollWidth > element.clientWidth + 1)
			cut.push(`${element.tagName}.${element.getAttribute("class")} ${element.scrollWidth} of ${element.clientWidth}`);
		if (![...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
			continue;
		const matrix = element.ownerSVGElement ? Math.abs(element.getScreenCTM().d) : 1;
		const size = parseFloat(getComputedStyle(element).fontSize) * matrix;
		if (size < smallest)
			small.push(`${size.toFixed(1)}px "${element.textContent.trim().slice(0, 20)}"`);
	}
	return { small, outside, cut, scrolls: document.documentElement.scrollWidth > innerWidth };
}

for (const [name, size] of Object.entries(SIZES))
	for (const view of VIEWS)
		test(`page_${view}_on_${name}_fits_and_has_nothing_for_axe`, { skip: missing }, async (t) => {
			const page = await openPage(t, browser, `${server.url}#${view}`, { size });

			assert.deepEqual(await page.evaluate(measure, SMALLEST[name]), { small: [], outside: [], cut: [], scrolls: false });
			assert.deepEqual(await violations(page), []);
			if (name === "projector") {
				await page.keyboard.press("t");
				assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
				assert.deepEqual(await violations(page), []);
			}
			assert.deepEqual(page.faults, []);
		});

async function violations(page) {
	const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

	await page.evaluate(axe);
	const found = await page.evaluate(() => globalThis.axe.run(document, {
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	}));
	return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary}`);
}

test("page_dialogs_and_panel_have_nothing_for_axe", { skip: missing }, async (t) => {
	const page = await openPage(t, browser, server.url);

	for (const [key, shown] of [["h", "dialog[open]"], ["g", "dialog[open]"], ["o", ".panel form"]]) {
		await page.keyboard.press(key);
		await page.waitForSelector(shown);
		assert.deepEqual(await violations(page), []);
		assert.deepEqual((await page.evaluate(measure, SMALLEST.projector)).outside, []);
		await page.keyboard.press("Escape");
		await page.waitForSelector(shown, { state: "detached" });
	}
});

for (const [name, size] of Object.entries(SIZES))
	test(`page_with_a_frame_looked_into_fits_${name}`, { skip: missing }, async (t) => {
		const page = await openPage(t, browser, server.url, { size });

		await page.click(".physmap", { position: { x: 40, y: 40 } });
		await page.waitForSelector(".frame dl");
		assert.deepEqual(await page.evaluate(measure, SMALLEST[name]), { small: [], outside: [], cut: [], scrolls: false });
		assert.deepEqual(await violations(page), []);
		assert.deepEqual(page.faults, []);
	});

test("page_draws_without_offscreen_canvas", { skip: missing }, async (t) => {
	const context = await browser.newContext();
	t.after(() => context.close());
	const page = await context.newPage();
	const faults = [];

	page.on("pageerror", (error) => faults.push(error.message));
	await context.addInitScript(() => delete globalThis.OffscreenCanvas);
	await page.goto(server.url);
	await page.waitForSelector(".physmap canvas");
	await page.waitForFunction(() => {
		const canvas = document.querySelector(".physmap canvas");
		const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);

		return new Set(new Uint32Array(data.buffer)).size > 3;
	});
	assert.deepEqual(faults, []);
});

test("page_sends_its_colours_once_and_not_with_every_delta", { skip: missing }, async (t) => {
	const context = await browser.newContext();
	t.after(() => context.close());
	const page = await context.newPage();

	await context.addInitScript(() => {
		const { postMessage } = Worker.prototype;

		globalThis.sent = [];
		Worker.prototype.postMessage = function count(message, ...rest) {
			globalThis.sent.push(message.do);
			return postMessage.call(this, message, ...rest);
		};
	});
	await page.goto(server.url);
	await page.waitForSelector(".physmap");
	const { seq } = server.machine;
	for (let i = 0; i < 5; i++) {
		server.machine.apply({ op: "alloc_pages", order: 0 }, "rest");
		server.machine.publish();
	}
	await page.waitForFunction((n) => Number(document.querySelector(".track").ariaValueNow) >= n, seq + 5);
	assert.equal(await page.evaluate(() => globalThis.sent.filter((what) => what === "colours").length), 1);
});

test("page_makes_room_for_the_panel_in_every_view", { skip: missing }, async (t) => {
	const page = await openPage(t, browser, server.url);

	await page.keyboard.press("o");
	await page.waitForSelector(".panel form");
	for (const view of VIEWS) {
		await page.click(`.top nav a[href='#${view}']`);
		await page.waitForSelector(`#stage.view-${view} > *`);
		const covered = await page.evaluate(() => {
			const { left } = document.querySelector(".panel").getBoundingClientRect();

			return [...document.querySelectorAll("#stage *")]
				.filter((e) => !e.firstElementChild && getComputedStyle(e).visibility === "visible" && e.getBoundingClientRect().right > left + 1)
				.map((e) => `${e.tagName}.${e.getAttribute("class")}`);
		});

		assert.deepEqual(covered, [], view);
	}
});
