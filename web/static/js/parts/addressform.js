// SPDX-License-Identifier: GPL-2.0-or-later
// addressform.js - type or paste an address; the button beside it shows the regions as a table.
import { address as addressText } from "../format.js";
import { parseAddress } from "../scale.js";
import { html, useEffect, useRef, useState } from "../../vendor/vendor.js";

/** ${note} is a sentence about what is selected, shown where a wrong address is told. */
export function AddressForm({ address, region, note, go, asTable, setTable }) {
	const [wrong, setWrong] = useState("");
	const input = useRef();
	const submit = (event) => {
		const value = parseAddress(input.current.value);

		event.preventDefault();
		setWrong(value === null ? "Up to eight hex digits: C0100000" : "");
		if (value === null)
			return;
		input.current.value = addressText(value);
		go(value);
	};

	useEffect(() => {
		if (document.activeElement !== input.current)
			input.current.value = addressText(address);
	}, [address]);
	return html`<form class="address-form" onSubmit=${submit}>
		<label for="address">Linear address${region && html` in <b>${region}</b>`}</label>
		<span><input id="address" class="mono" ref=${input} size="10" maxlength="24" spellcheck="false" autocomplete="off" aria-describedby="address-wrong" />
			<button>Show</button>
			<button type="button" aria-pressed=${asTable ? "true" : "false"} onClick=${() => setTable(!asTable)}>Table</button></span>
		<small id="address-wrong" role="alert">${wrong}</small>
		<small class="unseen" role="status">${wrong ? "" : note}</small>
	</form>`;
}
