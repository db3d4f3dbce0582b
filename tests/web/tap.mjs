// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tap.mjs - a reporter for node --test that prints flat TAP, one line a test at any depth:
 * automake's driver and ./check count lines that are not indented.
 */
const message = (error) => String(error?.cause?.stack ?? error?.stack ?? error ?? "");
const comment = (text) => text.split("\n").map((line) => `# ${line}\n`).join("");

/** A suite or a file is no test; only its own failure (it did not load) is worth a line. */
function isTest(event) {
	const { details, name, file } = event.data;

	return details?.type !== "suite" && !(file && file.endsWith(name)) && !/\.test\.mjs$/.test(name);
}

export default async function* tap(source) {
	let count = 0;

	for await (const event of source) {
		if (event.type !== "test:pass" && event.type !== "test:fail")
			continue;
		if (event.type === "test:pass" && !isTest(event))
			continue;
		const { name, skip, details } = event.data;
		const reason = skip === undefined ? "" : ` # SKIP ${skip === true ? "" : skip}`;
		const title = name.replaceAll("#", "no. ");

		yield `${event.type === "test:pass" ? "" : "not "}ok ${++count} - ${title}${reason}\n`;
		if (event.type === "test:fail")
			yield comment(message(details?.error));
	}
	yield `1..${count}\n`;
}
