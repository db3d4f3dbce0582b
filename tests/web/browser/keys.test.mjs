// SPDX-License-Identifier: GPL-2.0-or-later
// Everything by keyboard, against the stand-in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startStandin } from "../standin.mjs";
import { launch, missing, openPage } from "./harness.mjs";

let browser;
let server;

before(async () => {
	if (missing)
		return;
	browser = await launch();
	server = await startStandin({ frames: 262144 });
});

after(async () => {
	await browser?.close();
	await server?.close();
});

/** The heading of the frame's card: "Frame 0x01000". */
const frameShown = async (page) => (await page.textContent(".frame h2")).trim();

test("keys_walk_through_the_whole_page_by_tab", { skip: missing }, async (t) => {
	const page = await openPage(t, browser, server.url);
	const seen = [];

	await page.waitForSelector(".physmap");
	for (let i = 0; i < 20; i++) {
		await page.keyboard.press("Tab");
		seen.push(await page.evaluate(() => document.activeElement.getAttribute("class") || document.activeElement.textContent.trim() || document.activeElement.ariaLabel));
	}
	for (const stop of ["1 Memory", "2 Zones", "Allocate", "physmap", "play", "track"])
		assert.ok(seen.includes(stop), `${stop} among ${seen}`);
});

test("keys_of_the_map_move_look_and_zoom", { skip: missing }, async (t) => {
	const page = await openPage(t, browser, server.url);

	await page.focus(".physmap");
	await page.keyboard.press("ArrowRight"); /* from frame 0 */
	assert.equal(await frameShown(page), "Frame 0x00001");
	await page.keyboard.press("ArrowDown");
	assert.equal(await frameShown(page), "Frame 0x00003");
	await page.keyboard.press("Shift+ArrowRight"); /* the same place in the next square */
	assert.equal(await frameShown(page), "Frame 0x00403");
	await page.keyboard.press("+");
	await page.waitForSelector(".overview");
	await page.keyboard.press("0");
	await page.waitForSelector(".overview", { state: "detached" });
	await page.keyboard.press("Escape");
	await page.waitForSelector(".frame", { state: "detached" });
	assert.deepEqual(page.faults, []);
});

test("keys_choose_views_theme_motion_and_blank", { skip: missing }, async (t) => {
	const page = await openPage(t, browser, server.url);
	const root = (name) => page.evaluate((key) => document.documentElement.dataset[key], name);

	for (const [key, id] of [["2", "zones"], ["3", "addresses"], ["1", "memory"]]) {
		await page.keyboard.press(key);
		await page.waitForSelector(`.view-${id}`);
	}
	await page.keyboard.press("t");
	assert.equal(await root("theme"), "dark");
	const before = await root("motion");
	await page.keyboard.press("m");
	assert.notEqual(await root("motion"), before);
	await page.keyboard.press("b");
	await page.waitForSelector(".blank");
	await page.keyboard.press("Escape");
	await page.waitForSelector(".blank", { state: "detached" });
});

test("keys_pause_the_scene_and_change_its_rate", { skip: missing }, async (t) => {
	const page = await openPage(t, browser, server.url);

	server.machine.setScene({ running: true, rate: 20 });
	await page.waitForSelector(".rate:has-text('20 ops/s')");
	await page.keyboard.press("]");
	await page.waitForSelector(".rate:has-text('50 ops/s')");
	await page.keyboard.press("[");
	await page.waitForSelector(".rate:has-text('20 ops/s')");
	await page.keyboard.press("k");
	await page.waitForSelector(".rate:has-text('paused')");
	assert.equal(server.machine.scene.running, false);
});

test("keys_step_through_time_and_back_to_live", { skip: missing }, async (t) => {
	const page = await openPage(t, browser, server.url);

	server.machine.setScene({ running: false });
	server.machine.apply({ op: "alloc_pages", order: 1 }, "rest");
	server.machine.apply({ op: "alloc_pages", order: 1 }, "rest");
	server.machine.publish();
	await page.waitForFunction((seq) => document.querySelector(".track").ariaValueNow === String(seq), server.machine.seq);
	await page.keyboard.press("<");
	await page.waitForSelector(`.link.past:has-text('operation ${(server.machine.seq - 1).toLocaleString("en")}')`);
	await page.keyboard.press(">");
	await page.waitForSelector(`.link.past:has-text('operation ${server.machine.seq.toLocaleString("en")}')`);
	await page.keyboard.press("End");
	await page.waitForSelector(".link.ok");
});

test("keys_of_one_letter_can_be_switched_off", { skip: missing }, async (t) => {
	const page = await openPage(t, browser, server.url);

	await page.keyboard.press("?");
	await page.click("text=Keys of one letter or sign");
	await page.keyboard.press("Escape");
	await page.waitForSelector("dialog", { state: "detached" });
	await page.keyboard.press("g");
	await page.keyboard.press("3");
	assert.equal(await page.$("dialog"), null);
	assert.equal(await page.$(".view-addresses"), null);
});

test("keys_typed_into_a_field_do_nothing_else", { skip: missing }, async (t) => {
	const page = await openPage(t, browser, server.url);

	await page.keyboard.press("g");
	await page.fill("dialog input[name=value]", "");
	await page.keyboard.type("t3");
	assert.equal(await page.inputValue("dialog input[name=value]"), "t3");
	assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "light");
	await page.keyboard.press("Enter");
	await page.waitForSelector(".wrong:has-text('not a number')");
});

test("keys_reconnect_after_the_stand_in_sent_nonsense", { skip: missing }, async (t) => {
	const page = await openPage(t, browser, server.url);
	const { seq } = server.machine;

	server.machine.say({ v: 1, type: "delta", base: seq + 5, seq: seq + 6 }); /* does not continue what the page has */
	server.machine.apply({ op: "alloc_pages", order: 0 }, "rest");
	server.machine.publish();
	await page.waitForFunction((n) => document.querySelector(".track").ariaValueNow === String(n), server.machine.seq);
	assert.deepEqual(page.faults, []);
});
