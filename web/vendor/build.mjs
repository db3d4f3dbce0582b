// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * build.mjs [OUT] - bundle the third-party code of the page into OUT (default ../static/vendor):
 *
 *	vendor.js, uPlot.min.css, fonts/*.woff2, LICENSES.txt
 *
 * Runs on node 18 after `npm ci --ignore-scripts` in this folder; fetches nothing itself.
 */
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "../static/vendor"));
const modules = join(here, "node_modules");

const fonts = [
	["@fontsource-variable/atkinson-hyperlegible-next", "atkinson-hyperlegible-next-latin-wght-normal.woff2"],
	["@fontsource-variable/atkinson-hyperlegible-mono", "atkinson-hyperlegible-mono-latin-wght-normal.woff2"],
];

/** The packages whose files esbuild took, and the fonts, by name; a build tool is not shipped. */
function shipped(metafile) {
	const names = new Set(fonts.map(([name]) => name).concat("uplot"));

	for (const path of Object.keys(metafile.inputs)) {
		const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);

		if (match)
			names.add(match[1]);
	}
	return [...names].sort();
}

/** Name, version, licence and the licence's own text of one package. */
async function licence(name) {
	const folder = join(modules, name);
	const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
	const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|ofl)/i.test(file));
	const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));

	return [`${name} ${about.version} (${about.license})`, ...texts.map((text) => text.trim())].join("\n\n");
}

await mkdir(join(out, "fonts"), { recursive: true });
const result = await build({
	absWorkingDir: here,
	entryPoints: ["entry.js"],
	outfile: join(out, "vendor.js"),
	bundle: true,
	format: "esm",
	minify: true,
	target: "es2022",
	legalComments: "inline",
	metafile: true,
	logLevel: "warning",
});
await copyFile(join(modules, "uplot/dist/uPlot.min.css"), join(out, "uPlot.min.css"));
for (const [name, file] of fonts)
	await copyFile(join(modules, name, "files", file), join(out, "fonts", file));
const texts = await Promise.all(shipped(result.metafile).map(licence));
await writeFile(join(out, "LICENSES.txt"), `${texts.join(`\n\n${"-".repeat(72)}\n\n`)}\n`);
