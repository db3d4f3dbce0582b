// SPDX-License-Identifier: GPL-2.0-or-later
// View 2 against the real daemon: what is drawn of an operation is what the server answered to it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { call, launch, noDaemon, openPage, SIZES, startDaemon } from "./harness.mjs";

let browser;
let daemon;

before(async () => {
	if (noDaemon)
		return;
	browser = await launch();
	daemon = await startDaemon();
});

after(async () => {
	await browser?.close();
	await daemon?.stop();
});

const open = (t) => openPage(t, browser, `${daemon.url}#zones`, { ready: ".zones" });
const post = (op) => call("POST", `${daemon.machine}ops`, op);
const frameText = (pfn) => `0x${pfn.toString(16).toUpperCase().padStart(5, "0")}`;

/** Wait until the view shows operation ${seq}. */
const shows = (page, seq) => page.waitForFunction((text) =>
	[...document.querySelectorAll(".zones-head .place")].some((e) => e.textContent === text), `operation ${seq.toLocaleString("en")}`);

/** {blocks, changes} of the orders as the table has them. */
const lists = (page) => page.evaluate(() => {
	const cells = [...document.querySelectorAll(".freelists .bars td")].slice(0, -1);

	return { blocks: cells.map((td) => td.querySelector("b").textContent), changes: cells.map((td) => td.querySelector(".change").textContent) };
});

const zoneNow = async (name) => (await call("GET", `${daemon.machine}snapshot?sections=zones`)).zones.find((z) => z.name === name);

/* Takes the small blocks of the zone until an allocation has to halve at least one; of order 1, for CPUs keep single pages. */
async function allocateWithSplits() {
	for (;;) {
		const answer = await post({ op: "alloc_pages", gfp: "GFP_KERNEL", order: 1 });

		if (answer.events.some((e) => e.event === "buddy_split"))
			return answer;
	}
}

test("zones_draws_an_allocation_as_the_server_answered_it", { skip: noDaemon }, async (t) => {
	const page = await open(t);
	const answer = await allocateWithSplits();

	await shows(page, answer.seq);
	const splits = answer.events.filter((e) => e.event === "buddy_split").length;
	assert.match(await page.textContent(".zones-head h2"), new RegExp(frameText(answer.result.pfn)));
	assert.equal(await page.locator(".block[data-mark=taken]").textContent(), "1");
	const zone = await zoneNow(answer.result.zone);
	const { blocks, changes } = await lists(page);
	assert.deepEqual(blocks, zone.free.map(String));
	assert.equal(changes.filter((c) => c === "+1").length, splits);
	assert.equal(changes.filter((c) => c === "−1").length, 1);
	assert.deepEqual(page.faults, []);
});

test("zones_steps_back_to_the_lists_before_the_operation", { skip: noDaemon }, async (t) => {
	const page = await open(t);
	const before = await zoneNow("Normal");
	const answer = await post({ op: "alloc_pages", gfp: "GFP_KERNEL", order: 1 });

	await shows(page, answer.seq);
	await page.focus(".zones-operation");
	for (let i = 0; i < 16; i++)
		await page.keyboard.press("ArrowLeft");
	assert.deepEqual((await lists(page)).blocks, before.free.map(String));
	assert.deepEqual((await lists(page)).changes, before.free.map(() => ""));
	for (let i = 0; i < 16; i++)
		await page.keyboard.press("ArrowRight");
	assert.deepEqual((await lists(page)).blocks, (await zoneNow("Normal")).free.map(String));
});

test("zones_draws_a_free_with_each_merge", { skip: noDaemon }, async (t) => {
	const page = await open(t);
	const taken = await allocateWithSplits();
	const freed = await post({ op: "free_pages", pfn: taken.result.pfn, order: 1 });
	const merges = freed.events.filter((e) => e.event === "buddy_merge").length;

	await shows(page, freed.seq);
	assert.ok(merges > 0);
	const gap = Number((await page.locator(".arrow.gap").allTextContents()).join("").replace(/\D/g, "") || 0);
	assert.equal(await page.locator("figcaption:has-text('merge')").count() + gap, merges);
	assert.deepEqual((await lists(page)).blocks, (await zoneNow(taken.result.zone)).free.map(String));
});

test("zones_tells_why_each_zone_refused", { skip: noDaemon }, async (t) => {
	const page = await open(t);
	let answer;

	do
		answer = await post({ op: "alloc_pages", gfp: "GFP_KERNEL|GFP_DMA", order: 10 });
	while (answer.ok);
	await shows(page, answer.seq);
	const tried = answer.events.filter((e) => e.event === "zone_try").at(-1);
	const row = page.locator(".zonelist li[data-answer=no]");
	assert.equal(await row.count(), 1);
	assert.match(await row.textContent(), new RegExp(`^DMAnousable ${tried.free}.*${tried.mark} \\+ reserve ${tried.reserve}`));
});

test("zones_goes_back_in_time_with_the_keys", { skip: noDaemon }, async (t) => {
	const page = await open(t);
	const first = await post({ op: "alloc_pages", gfp: "GFP_KERNEL", order: 3 });
	const second = await post({ op: "alloc_pages", gfp: "GFP_KERNEL", order: 0 });

	await shows(page, second.seq);
	await page.keyboard.press("Shift+<");
	await shows(page, first.seq);
	const then = (await call("GET", `${daemon.machine}snapshot?at=${first.seq}&sections=zones`)).zones.find((z) => z.name === first.result.zone);
	assert.deepEqual((await lists(page)).blocks, then.free.map(String));
	await page.keyboard.press("End");
	await shows(page, second.seq);
});

test("zones_tabs_show_another_zone", { skip: noDaemon }, async (t) => {
	const page = await open(t);
	const answer = await post({ op: "alloc_pages", gfp: "GFP_KERNEL", order: 0 });

	await shows(page, answer.seq);
	await page.click("[role=tab]:has-text('DMA')");
	assert.deepEqual((await lists(page)).blocks, (await zoneNow("DMA")).free.map(String));
	assert.equal(await page.getAttribute("[role=tab]:has-text('DMA')", "aria-selected"), "true");
});

test("zones_tells_what_a_cpu_keeps_for_itself", { skip: noDaemon }, async (t) => {
	const page = await open(t);
	const answer = await post({ op: "alloc_pages", gfp: "GFP_KERNEL", order: 0 });
	const freed = await post({ op: "free_pages", pfn: answer.result.pfn, order: 0 });
	const push = freed.events.find((e) => e.event === "pcp_free");

	await shows(page, freed.seq);
	assert.match(await page.textContent(".cpustep h3"), new RegExp(`CPU 0's own pages of ${answer.result.zone}.*→ ${push.count} of at most`));
	assert.equal(await page.locator(".cpustep li").count(), 1);
	await page.click("[role=tab]:has-text('CPU lists')");
	const zone = await zoneNow(answer.result.zone);
	const row = await page.locator(".cpulists tbody tr td.num").allTextContents();
	assert.deepEqual(row, [zone.pcp[0].count, zone.pcp[0].high, zone.pcp[0].batch].map((n) => n.toLocaleString("en")));
	assert.deepEqual(page.faults, []);
});

test("zones_tabs_show_page_blocks_and_fragmentation", { skip: noDaemon }, async (t) => {
	const page = await open(t);
	const { zones: [dma], machine } = await call("GET", `${daemon.machine}snapshot?sections=zones,machine`);

	await page.click("[role=tab]:has-text('DMA')");
	await page.click("[role=tab]:has-text('Page blocks')");
	for (const { name, letter } of machine.migratetypes) {
		const blocks = [...dma.pageblocks.types].filter((l) => l === letter).length;
		const widths = await page.locator(`.pageblocks rect[data-type=${name}]`).evaluateAll((all) => all.map((r) => Math.round(Number(r.getAttribute("width")) + 0.12)));
		assert.equal(widths.reduce((a, b) => a + b, 0), blocks, name);
	}
	await page.focus("[role=tab]:has-text('Page blocks')");
	await page.keyboard.press("ArrowRight");
	const percents = await page.locator(".fragmentation .unusable td b").allTextContents();
	assert.deepEqual(percents, dma.fragmentation.unusable.map((n) => `${Math.round(n / 10)}`));
});

/* Frees pages of one CPU until it gives some of them back. */
async function freeUntilDrained() {
	const pfns = [];

	for (let i = 0; i < 1000; i++)
		pfns.push((await post({ op: "alloc_pages", gfp: "GFP_KERNEL", order: 0 })).result.pfn);
	for (const pfn of pfns) {
		const answer = await post({ op: "free_pages", pfn, order: 0 });

		if (answer.events.filter((e) => e.event === "mm_page_pcpu_drain").length > 1)
			return answer;
	}
	throw new Error("no CPU gave pages back");
}

test("zones_of_an_old_projector_have_room_for_a_drain_and_every_part_below_it", { skip: noDaemon }, async (t) => {
	const page = await open(t);
	await page.setViewportSize({ width: 1024, height: 768 });
	const { seq } = await freeUntilDrained();

	await shows(page, seq);
	const bottom = (selector) => page.locator(selector).evaluate((e) => e.getBoundingClientRect().bottom);
	for (const part of ["Free blocks", "CPU lists", "Page blocks", "Fragmentation"]) {
		await page.click(`[role=tab]:has-text('${part}')`);
		for (const what of ["#zones-lists > *", ".zones-side > :last-child"]) {
			const [above, caption] = [await bottom(`${what} >> nth=-1`), await page.locator(".caption").evaluate((e) => e.getBoundingClientRect().top)];

			assert.ok(above <= caption, `${part}, ${what}: ${above} is below ${caption}`);
		}
	}
	assert.deepEqual(page.faults, []);
});

test("memory_marks_page_blocks_on_the_map", { skip: noDaemon }, async (t) => {
	const page = await openPage(t, browser, `${daemon.url}#memory`, { ready: ".memory .physmap" });

	assert.equal(await page.locator(".blockmarks").count(), 0);
	await page.keyboard.press("p");
	await page.waitForSelector(".physmap .blockmarks");
	const { zones } = await call("GET", `${daemon.machine}snapshot?sections=zones`);
	const corners = await page.locator(".physmap .blockmarks path").evaluateAll((all) => all.map((p) => p.getAttribute("d").split("M").length - 1).reduce((a, b) => a + b, 0));
	assert.equal(corners, zones.reduce((sum, z) => sum + (z.pageblocks?.types.length ?? 0), 0));
	assert.equal(await page.getAttribute("button.toggle", "aria-pressed"), "true");
	assert.deepEqual(page.faults, []);
});

test("caption_of_a_long_story_stays_in_its_band", { skip: noDaemon }, async (t) => {
	const page = await open(t);

	await call("POST", `${daemon.url}api/v1/machines`, { preset: "numa-2g" });
	await page.goto(`${daemon.url}?machine=numa-2g#zones`);
	const { seq } = await call("POST", `${daemon.url}api/v1/machines/numa-2g/ops`, { op: "alloc_pages", gfp: "GFP_HIGHUSER", order: 0, node: 1, thisnode: true });
	for (const [width, height] of [SIZES.projector, SIZES.old]) {
		await page.setViewportSize({ width, height });
		await page.reload();
		await shows(page, seq);
		const [says, band] = await page.evaluate(() => [".caption .says", ".caption"].map((selector) => document.querySelector(selector).getBoundingClientRect().toJSON()));

		assert.ok(says.top >= band.top && says.bottom <= band.bottom, `${says.top}..${says.bottom} in ${band.top}..${band.bottom}`);
	}
});
