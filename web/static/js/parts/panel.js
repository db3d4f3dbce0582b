// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * panel.js - a sheet at the side: make allocations, free them, see the same as a line for a shell.
 *
 * The forms are made from GET /api/v1/ops, so an operation that the engine learns appears by itself.
 */
import { html, useEffect, useSignal } from "../../vendor/vendor.js";
import { allocate, apply, free } from "../allocations.js";
import { said } from "../api.js";
import { counted, frame } from "../format.js";

const NUMERIC = ["number", "order", "cpu", "node"];
const ASKER = ["cpu", "node", "bool"]; /* who asks, rather than for what */

/** What a field says before anybody typed; nothing where one of several arguments is to be chosen. */
function initial(arg) {
	if (arg.one_of || arg.required)
		return arg.type === "gfp" ? "GFP_KERNEL" : arg.type === "order" ? 0 : "";
	return arg.default ?? "";
}

function Field({ arg }) {
	const id = `arg-${arg.name}`;

	return html`<div class="field">
		<label for=${id}>${arg.name}</label>
		${arg.type === "enum" ? html`<select id=${id} name=${arg.name} class="mono" aria-describedby=${`${id}-help`}>${!arg.required && html`<option></option>`}
			${arg.words.map((word) => html`<option>${word}</option>`)}</select>`
		: arg.type === "bool" ? html`<input id=${id} name=${arg.name} type="checkbox" aria-describedby=${`${id}-help`} />`
		: html`<input id=${id} name=${arg.name} class="mono" autocomplete="off" spellcheck="false" required=${arg.required} list=${arg.type === "gfp" ? "gfps" : null}
			type=${NUMERIC.includes(arg.type) ? "number" : "text"} min=${arg.min} max=${arg.max} defaultValue=${initial(arg)} aria-describedby=${`${id}-help`} />`}
		<small id=${`${id}-help`}>${arg.help}</small>
	</div>`;
}

/** The fields of ${op}: what is asked for, and folded away below it who asks, unless there is nothing else. */
function Fields({ op }) {
	const asker = op.args.filter(({ type }) => ASKER.includes(type));
	const what = op.args.filter((arg) => !asker.includes(arg));
	const folded = what.length > 0 && asker.length > 0;

	return html`
		<div class="fields">${(folded ? what : op.args).map((arg) => html`<${Field} arg=${arg} />`)}</div>
		${folded && html`<details><summary>${asker.map(({ name }) => name).join(", ")}</summary>
			<div class="fields">${asker.map((arg) => html`<${Field} arg=${arg} />`)}</div></details>`}`;
}

/** The arguments that ${form} gives for ${op}: numbers as numbers; empty ones, and what holds anyway, left out. */
function readForm(form, op) {
	const data = new FormData(form);
	const body = { op: op.name };

	for (const arg of op.args) {
		const text = String(data.get(arg.name) ?? "").trim();

		if (text && text !== String(arg.default))
			body[arg.name] = arg.type === "bool" ? true : /^\d+$/.test(text) ? Number(text) : text;
	}
	return body;
}

/** The answer to the last request: the block, or each zone's comparison. */
function Outcome({ done, select }) {
	const { curl, answer, failed } = done;
	const result = answer?.result;

	return html`<section class="outcome" role="status">
		<pre class="mono" translate="no">${curl}</pre>
		${failed && html`<p class="wrong">${failed}</p>`}
		${answer?.ok && result?.pfn === undefined && html`<p>Done.</p>`}
		${answer?.ok && result?.pfn !== undefined && html`<p>${result.allocation ? "" : "Given back: "}${counted(result.pages, "page")}, order ${result.order}, at
			${" "}<button class="link mono" onClick=${() => select.frame(result.pfn)}>${frame(result.pfn)}</button>${result.zone && ` in zone ${result.zone}`}</p>`}
		${answer && !answer.ok && html`<p class="wrong">${answer.errno}: the kernel says no</p>
			<ul class="why">${(answer.why ?? []).map(({ zone, reason }) => html`<li>${zone && html`<b>${zone}</b> `}${reason}</li>`)}</ul>`}
	</section>`;
}

/** A server that is open to more than this computer may want its token before anything is changed. */
function Token({ api }) {
	const set = (event) => {
		event.preventDefault();
		api.setToken(new FormData(event.target).get("token").trim());
		event.target.closest("details").open = false;
	};

	return html`<details class="token"><summary>Token</summary>
		<form onSubmit=${set}>
			<label>The server's token, for as long as this page is open <input name="token" type="password" autocomplete="off" /></label>
			<button type="submit">Use it</button>
		</form>
	</details>`;
}

export function Panel({ ctx }) {
	const { store, api, select, open } = ctx;
	const ops = useSignal([]);
	const gfps = useSignal([]);
	const chosen = useSignal(null);
	const wrong = useSignal("");

	useEffect(() => {
		api.get("/ops").then(({ ops: list, gfp }) => {
			ops.value = list;
			gfps.value = gfp;
			chosen.value = list[0]?.name;
		}, (error) => {
			wrong.value = said(error);
		});
	}, []);

	const op = ops.value.find(({ name }) => name === chosen.value);
	const submit = async (event) => {
		event.preventDefault();
		const body = readForm(event.target, op);
		const answer = await (op.allocates ? allocate : apply)(store, api, body);

		if (answer?.ok && answer.result?.pfn !== undefined)
			select.frame(answer.result.pfn);
	};

	return html`<aside class="panel" aria-label="Allocate and free">
		<header><h2>Allocate and free</h2><button onClick=${() => (open.value = null)} aria-label="Close">×</button></header>
		${wrong.value && html`<p class="wrong">${wrong.value}</p>`}
		<datalist id="gfps">${gfps.value.map((gfp) => html`<option value=${gfp}></option>`)}</datalist>
		${op && html`<form onSubmit=${submit}>
			<div class="field">
				<label for="op">operation</label>
				<select id="op" class="mono" value=${chosen.value} onChange=${(event) => (chosen.value = event.target.value)}>
					${ops.value.map(({ name }) => html`<option value=${name}>${name}</option>`)}
				</select>
				<small>${op.help}</small>
			</div>
			<${Fields} key=${op.name} op=${op} />
			<button class="main" type="submit">${op.allocates ? "Allocate" : "Apply"}</button>
		</form>`}
		${store.done.value && html`<${Outcome} done=${store.done.value} select=${select} />`}
		<section class="mine">
			<h3>Made here <small>${store.allocations.value.length || "none yet"}</small></h3>
			<ul>${store.allocations.value.map((allocation) => html`<li key=${allocation.id}>
				<button class="link mono" onClick=${() => select.frame(allocation.pfn)}>${frame(allocation.pfn)}</button>
				<span>order ${allocation.order}, ${allocation.zone}</span>
				<button onClick=${() => free(store, api, allocation.id)} aria-label=${`Free ${frame(allocation.pfn)}`}>Free</button>
			</li>`)}</ul>
		</section>
		<${Token} api=${api} />
	</aside>`;
}
