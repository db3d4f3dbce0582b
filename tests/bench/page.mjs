// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * page.mjs - from an operation posted to pixels changed in Chromium.
 *
 * The page itself posts, so that one clock measures both ends; the map's own canvas is read once an
 * animation frame.  The limit beside it is what no page can beat: one frame of the screen, in the same run.
 */
import { launch, noDaemon, openPage, startDaemon, call, SIZES } from "../web/browser/harness.mjs";

const ROUNDS = 60;

/** In the page: milliseconds from each of ${rounds} posts to its pixel, and between animation frames. */
async function measure({ rounds, machine }) {
	const canvas = document.querySelector(".physmap > canvas");
	const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
	const frame = () => new Promise(requestAnimationFrame);
	const colourAt = (x, y) => {
		pixel.drawImage(canvas, x, y, 1, 1, 0, 0, 1, 1);
		return pixel.getImageData(0, 0, 1, 1).data.join();
	};
	const { place, mapOf } = await import("./js/layout.js");
	const { machine: { frames } } = await (await fetch(`${machine}snapshot?sections=machine`)).json();
	const map = mapOf(frames);
	const post = async (op) => (await fetch(`${machine}ops`, { method: "POST", body: JSON.stringify(op) })).json();
	const spent = [];
	const gaps = [];

	for (let i = 0; i < rounds; i++) {
		/* Taken and given back, the same block is the next to be taken: so its place is known before. */
		const { result: { pfn } } = await post({ op: "alloc_pages", gfp: "GFP_KERNEL", order: 9 });
		const [x, y] = place(pfn, map);
		for (let n = 0; n < 12; n++)
			await frame();
		const before = colourAt(x, y);
		const start = performance.now();
		post({ op: "free_pages", pfn, order: 9 });
		let last = start;
		while (colourAt(x, y) === before) {
			await frame();
			gaps.push(performance.now() - last);
			last = performance.now();
		}
		spent.push(performance.now() - start);
	}
	return { spent, gaps };
}

const share = (numbers, part) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length * part)];

if (noDaemon) {
	console.log(`# page: ${noDaemon}`);
} else {
	const browser = await launch();
	const daemon = await startDaemon();
	const page = await openPage({ after() {} }, browser, daemon.url, { size: SIZES.old });
	const { seq } = await call("GET", `${daemon.machine}snapshot?sections=machine`);

	await page.waitForFunction((n) => document.querySelector(".track")?.ariaValueNow === String(n), seq);
	const { spent, gaps } = await page.evaluate(measure, { rounds: ROUNDS, machine: daemon.machine });
	const [p95, gap] = [share(spent, 0.95), share(gaps, 0.5)];

	console.log(["operation posted to pixels, p95", `${p95.toFixed(1)} ms`, `${gap.toFixed(1)} ms`, `${(p95 / gap).toFixed(1)}x`, "<= 50 ms"].join("\t"));
	await browser.close();
	await daemon.stop();
}
