// SPDX-License-Identifier: GPL-2.0-or-later
// View 3 against the real daemon: bounds, walk and arrow are the server's answers, and true to scale.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { call, launch, noDaemon, openPage, SIZES, startDaemon } from "./harness.mjs";

/* One of each kernel, with PAE, without high memory, with another split. */
const MACHINES = ["demo", "debian-1g", "kernel24-1g", "pae-8g", "nohighmem-2g", "split-2g", "tiny-16m"];
const LEAST = 3; /* px: what thinner things get */

let browser;
let daemon;

before(async () => {
	if (noDaemon)
		return;
	browser = await launch();
	daemon = await startDaemon();
	for (const preset of MACHINES)
		await call("POST", `${daemon.url}api/v1/machines`, { preset });
});

after(async () => {
	await browser?.close();
	await daemon?.stop();
});

const base = (machine) => `${daemon.url}api/v1/machines/${machine}/`;
const open = (t, machine, options = {}) =>
	openPage(t, browser, `${daemon.url}?machine=${machine}#addresses`, { ready: ".addresses .walk", ...options });

async function goTo(page, text) {
	await page.fill("#address", text);
	await page.keyboard.press("Enter");
	await page.locator("#address").blur();
}

const bitsOf = (va) => va.toString(2).padStart(32, "0");

/** Wait until the walk shown is that of ${va}, and leads to this physical address (null: nothing there). */
const leadsTo = (page, va, phys) => page.waitForFunction(([bits, text]) => {
	const found = document.querySelector(".walk .found .mono");
	const shown = [...document.querySelectorAll(".walk .cells i")].map((i) => i.textContent).join("");

	return shown === bits && (text === null ? found === null : Number(found?.textContent) === Number(text));
}, [bitsOf(va), phys]);

for (const machine of MACHINES)
	test(`addresses_of_${machine}_are_true_to_scale`, { skip: noDaemon }, async (t) => {
		const page = await open(t, machine);
		const { virtual } = await call("GET", `${base(machine)}snapshot?sections=virtual`);
		const rulers = await page.evaluate(() => [...document.querySelectorAll(".ruler")].map((g) =>
			[...g.querySelectorAll("rect")].map((r) => ({ name: r.dataset.region, height: Number(r.getAttribute("height")) }))));

		assert.ok(rulers.length >= 3);
		rulers.forEach((boxes, i) => {
			const whole = virtual.filter((r) => r.name !== "gap" && boxes.filter((b) => b.name === r.name).length === 1);
			const scaled = whole.map((r) => ({ bytes: r.end - r.start, height: boxes.find((b) => b.name === r.name).height }));
			const thick = scaled.filter((s) => s.height > LEAST);
			// The first and the last of a ruler may be cut off by it; every other height is its bytes at one scale.
			const perByte = thick.map((s) => s.height / s.bytes).sort((a, b) => b - a);
			const same = perByte.filter((p) => Math.abs(p / perByte[0] - 1) < 1e-6).length;
			assert.ok(same >= perByte.length - 1, `ruler ${i}: ${perByte}`);
			assert.ok(scaled.every((s) => s.height >= LEAST));
		});
		assert.deepEqual(page.faults, []);
		});

test("addresses_table_has_every_region_with_its_bounds", { skip: noDaemon }, async (t) => {
	const page = await open(t, "debian-1g");
	const { virtual } = await call("GET", `${base("debian-1g")}snapshot?sections=virtual`);

	await page.click("button:has-text('Table')");
	const rows = await page.evaluate(() => [...document.querySelectorAll(".regions tbody tr")].map((tr) =>
		[...tr.children].slice(0, 2).map((td) => td.textContent)));
	for (const { name, start } of virtual)
		assert.ok(rows.some(([n, from]) => n === name && Number(from) === Number(start)), `${name} ${start}`);
	await page.click(".regions button:has-text('vmalloc')");
	await page.waitForSelector(".address-form b:has-text('vmalloc')");
});

for (const machine of ["demo", "debian-1g", "kernel24-1g"])
	test(`addresses_walk_of_${machine}_is_the_servers`, { skip: noDaemon }, async (t) => {
		const page = await open(t, machine);

		for (const va of [0xc0101234, 0xc1000000, 0x08048000, 0xffffe000]) {
			const walk = await call("GET", `${base(machine)}translate?va=0x${va.toString(16)}`);
			await goTo(page, va.toString(16));
			await leadsTo(page, va, walk.phys);
			for (const level of walk.levels)
				assert.match(await page.textContent(`.field[data-field=${level.name}]`), new RegExp(`= ${level.index}${level.entry}`, "i"));
			if (!walk.present)
				assert.match(await page.textContent(".walk .found"), new RegExp(walk.why.replace(/[()]/g, "\\$&")));
		}
		});

test("addresses_arrow_ends_at_the_frames_square", { skip: noDaemon }, async (t) => {
	const page = await open(t, "demo");

	for (const va of [0xc0800000, 0xd0000000, 0xf0000000]) {
		const { phys } = await call("GET", `${base("demo")}translate?va=0x${va.toString(16)}`);
		await goTo(page, va.toString(16));
		await leadsTo(page, va, phys);
		await page.waitForFunction(() => {
			const path = document.querySelector(".look-arrow .line");
			const { x, y } = path.getPointAtLength(path.getTotalLength()).matrixTransform(path.getScreenCTM());
			const { left, top, bottom } = document.querySelector(".physmap .ring").getBoundingClientRect();

			return Math.abs(x - left) < 8 && y > top && y < bottom;
		});
	}
});

test("addresses_keys_move_by_page_and_by_4_mib", { skip: noDaemon }, async (t) => {
	const page = await open(t, "demo");
	const value = (text) => page.waitForFunction((t) => document.querySelector("#address").value === t, text);

	await goTo(page, "c0800000");
	await leadsTo(page, 0xc0800000, "0x800000");
	await page.focus(".surface");
	await page.keyboard.press("ArrowDown");
	await value("0xC0801000");
	await page.keyboard.press("Shift+ArrowDown");
	await value("0xC0C01000");
	await page.keyboard.press("ArrowUp");
	await page.keyboard.press("Shift+ArrowUp");
	await value("0xC0800000");
	assert.match(await page.getAttribute(".surface", "aria-valuetext"), /^0xC0800000, lowmem$/);
});

test("addresses_lights_up_where_a_selected_frame_is_seen", { skip: noDaemon }, async (t) => {
	const page = await open(t, "demo");
	const box = await page.locator(".physmap").boundingBox();
	const before = await page.inputValue("#address");

	await page.mouse.click(box.x + box.width / 2, box.y + 6);
	await page.waitForFunction((old) => document.querySelector("#address").value !== old, before);
	const { pfn } = await call("GET", `${base("demo")}translate?va=${await page.inputValue("#address")}`);
	const { addresses } = await call("GET", `${base("demo")}frames/${pfn}`);
	assert.equal(Number(await page.inputValue("#address")), Number(addresses[0].va));
	// high memory has no address of its own
	await page.mouse.click(box.x + box.width / 2, box.y + box.height - 4);
	await page.waitForSelector(".unseen:has-text('no linear address')");
});

test("addresses_says_what_is_no_address", { skip: noDaemon }, async (t) => {
	const page = await open(t, "demo", { size: SIZES.old });

	await goTo(page, "lowmem");
	assert.match(await page.textContent("#address-wrong"), /eight hex digits/);
});
