// SPDX-License-Identifier: GPL-2.0-or-later
/* goto.js - go to a frame number, a physical address or a kernel address. */
import { html, useSignal } from "../../vendor/vendor.js";
import { said } from "../api.js";
import { PAGE_SHIFT } from "../layout.js";
import { Dialog } from "./dialog.js";

/** "0x689FF" or "27135" -> a number, or null. */
function number(text) {
	return /^(0x[0-9a-f]+|\d+)$/i.test(text.trim()) ? Number(text.trim()) : null;
}

export function Goto({ ctx }) {
	const wrong = useSignal("");
	const { store, select, api, open } = ctx;

	async function frameOf(what, value) {
		if (what === "frame")
			return value;
		if (what === "physical")
			return Math.floor(value / 2 ** PAGE_SHIFT);
		const walk = await api.get(`translate?va=0x${value.toString(16)}`);
		if (!walk.present)
			throw new Error(walk.why || "nothing is mapped there");
		return walk.pfn;
	}

	async function go(event) {
		event.preventDefault();
		const form = new FormData(event.target);
		const value = number(form.get("value"));

		try {
			if (value === null)
				throw new Error("not a number: 4096 or 0x1000");
			const pfn = await frameOf(form.get("what"), value);
			if (pfn >= store.state.value.machine.frames)
				throw new Error(`the last frame is 0x${(store.state.value.machine.frames - 1).toString(16)}`);
			select.frame(pfn);
			open.value = null;
		} catch (error) {
			wrong.value = said(error);
		}
	}

	return html`<${Dialog} title="Go to" open=${open}>
		<form class="goto" onSubmit=${go}>
			<fieldset><legend class="vh">What the number is</legend>
				<label><input type="radio" name="what" value="frame" checked /> frame number</label>
				<label><input type="radio" name="what" value="physical" /> physical address</label>
				<label><input type="radio" name="what" value="kernel" /> kernel address</label>
			</fieldset>
			<label>Number <input name="value" class="mono" autocomplete="off" spellcheck="false" autofocus placeholder="0x1000" aria-describedby="goto-wrong" /></label>
			<button class="main" type="submit">Go</button>
			<p id="goto-wrong" class="wrong" role="alert">${wrong}</p>
		</form>
	<//>`;
}
