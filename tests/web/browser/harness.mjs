// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * harness.mjs - Chromium, the daemon and the stand-in for the tests of the page.
 *
 * `missing` is a sentence when Chromium or playwright-core is not there, `noDaemon` when mm386d was not built;
 * tests pass them to node:test as `skip`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
 * A page at ${url}, drawn once, closed when test ${t} ends.  page.faults fills with what must not happen: console errors, exceptions,
 * violations of the content security policy, requests that leave the origin.
 */
export async function openPage(t, browser, url, { size = SIZES.projector, theme = "light", ready = ".app .stage > *" } = {}) {
	const context = await browser.newContext({ viewport: { width: size[0], height: size[1] }, reducedMotion: "reduce", deviceScaleFactor: 1 });
	t.after(() => context.close());
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

const CONFIG = { name: "page", kernel: "2.6", memory: "1024M", seed: 386 };

/** mm386d with one machine of 1 GiB, on ${port} of loopback (0: any): {url, port, machine, stop()}. */
export async function startDaemon({ port = 0, scene = "--no-scene" } = {}) {
	const folder = await mkdtemp(join(tmpdir(), "mm386-page-"));
	const file = join(folder, "page.json");

	await writeFile(file, JSON.stringify(CONFIG));
	const child = spawn(MM386D, ["--listen", `127.0.0.1:${port}`, "--machine", file, "--web-root", WEB_ROOT, scene], { stdio: ["ignore", "pipe", "ignore"] });
	const ended = once(child, "exit");
	const [line] = await Promise.race([
		once(createInterface(child.stdout), "line"), /* the one that it says: its address */
		ended.then(([code]) => Promise.reject(new Error(`mm386d ended with ${code}`))),
	]);

	return {
		url: line,
		port: Number(new URL(line).port),
		machine: new URL(`api/v1/machines/${CONFIG.name}/`, line).href,
		async stop() {
			child.kill("SIGTERM");
			await ended;
			await rm(folder, { recursive: true });
		},
	};
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
