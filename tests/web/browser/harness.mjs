// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * harness.mjs - Chromium, the daemon and the stand-in for the tests of the page.
 *
 * `missing` is a sentence when Chromium or playwright-core is not there, `noDaemon` when mm386d was not built;
 * tests pass them to node:test as `skip`.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const TOP = fileURLToPath(new URL("../../../", import.meta.url));
const WEB_ROOT = fileURLToPath(new URL("../../../web/static/", import.meta.url));
const MM386D = process.env.MM386D ?? `${TOP}mm386d`;

const playwright = await import("playwright-core").catch(() => null);

export const missing = !CHROMIUM ? "Chromium is not there (apt: chromium)"
	: !playwright ? "playwright-core is not there (npm ci in tests/web)"
		: !existsSync(`${WEB_ROOT}vendor/vendor.js`) ? "web/static/vendor is not built (make)" : false;

export const noDaemon = missing || (!existsSync(MM386D) && "mm386d is not built");

export const SIZES = { projector: [1920, 1080], old: [1024, 768], phone: [390, 844] };

export function launch() {
	return playwright.chromium.launch({
		executablePath: CHROMIUM,
		args: ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb", "--font-render-hinting=none", "--disable-background-networking"],
	});
}

/**
 * A page at ${url}, drawn once.  page.faults fills with what must not happen: console errors, exceptions,
 * violations of the content security policy, requests that leave the origin.
 */
export async function openPage(browser, url, { size = SIZES.projector, theme = "light", ready = ".app .stage > *" } = {}) {
	const context = await browser.newContext({ viewport: { width: size[0], height: size[1] }, reducedMotion: "reduce", deviceScaleFactor: 1 });
	const page = await context.newPage();
	const { origin } = new URL(url);

	page.faults = [];
	page.on("console", (message) => message.type() === "error" && page.faults.push(`console: ${message.text()}`));
	page.on("pageerror", (error) => page.faults.push(`exception: ${error.stack}`));
	page.on("request", (request) => {
		const to = request.url();

		if (!to.startsWith(origin) && !/^(data|blob):/.test(to))
			page.faults.push(`request: ${to}`);
	});
	await context.addInitScript((chosen) => localStorage.setItem("mm386.theme", chosen), theme);
	await page.goto(url);
	await page.waitForSelector(ready);
	await page.evaluate(() => document.fonts.ready);
	return page;
}

/** mm386d on ${port} of loopback (0: any): {url, machine, stop()}. */
export async function startDaemon({ port = 0, machine = "demo" } = {}) {
	const child = spawn(MM386D, ["--listen", `127.0.0.1:${port}`, "--machine", machine, "--web-root", WEB_ROOT], { stdio: ["ignore", "pipe", "pipe"] });
	const ended = new Promise((resolve) => child.once("exit", resolve));
	const url = await Promise.race([addressOf(child), ended.then((code) => Promise.reject(new Error(`mm386d ended with ${code}`)))]);

	return {
		url,
		machine: new URL(`api/v1/machines/${machine}/`, url).href,
		stop() {
			child.kill("SIGTERM");
			return ended;
		},
	};
}

/* It says its address in one of its first lines. */
async function addressOf(child) {
	for await (const line of merge(child.stdout, child.stderr)) {
		const found = /127\.0\.0\.1:(\d+)/.exec(line);

		if (found)
			return `http://127.0.0.1:${found[1]}/`;
	}
	throw new Error("mm386d did not say where it listens");
}

/* Lines of both streams as they come; they are read to the end, so that the child never blocks. */
async function* merge(...streams) {
	const waiting = [];
	let wake = () => {};

	for (const stream of streams)
		createInterface(stream).on("line", (line) => {
			waiting.push(line);
			wake();
		});
	for (;;) {
		while (waiting.length)
			yield waiting.shift();
		await new Promise((resolve) => {
			wake = resolve;
		});
	}
}

/** JSON of ${method} ${url}. */
export async function call(method, url, body) {
	const answer = await fetch(url, { method, body: body && JSON.stringify(body), headers: body ? { "Content-Type": "application/json" } : {} });

	if (!answer.ok)
		throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
	return answer.json();
}

/** Pixels of a PNG as {width, height, data: Uint8ClampedArray}, decoded by the browser in an empty page. */
export async function decodePng(browser, png) {
	const page = await browser.newPage();
	const decoded = await page.evaluate(async (base64) => {
		const blob = await (await fetch(`data:image/png;base64,${base64}`)).blob();
		const bitmap = await createImageBitmap(blob);
		const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
		const context = canvas.getContext("2d");

		context.drawImage(bitmap, 0, 0);
		const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
		let text = "";
		for (let i = 0; i < data.length; i += 0x8000)
			text += String.fromCharCode(...data.subarray(i, i + 0x8000));
		return { width: bitmap.width, height: bitmap.height, text: btoa(text) };
	}, png.toString("base64"));

	await page.close();
	return { width: decoded.width, height: decoded.height, data: Buffer.from(decoded.text, "base64") };
}
