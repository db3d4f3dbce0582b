// SPDX-License-Identifier: GPL-2.0-or-later
/* header.js - name and facts of the machine, the numbered views, the link's state, theme and help. */
import { html, useEffect, useSignal } from "../../vendor/vendor.js";
import { pages } from "../format.js";
import { linkState } from "../linkstate.js";
import { theme, toggleTheme } from "../prefs.js";

const splits = { "3g": "3G/1G", "3g_opt": "2.75G/1.25G", "2g": "2G/2G", "2g_opt": "1.75G/2.25G", "1g": "1G/3G" };

function Brand() {
	return html`<div class="brand">
		<svg viewBox="0 0 32 32" aria-hidden="true">
			<rect class="kind-user" x="2" y="2" width="13" height="13" rx="2" />
			<rect class="accent" x="17" y="2" width="13" height="13" rx="2" />
			<rect class="kind-pages" x="2" y="17" width="13" height="13" rx="2" />
			<rect class="open" x="18" y="18" width="11" height="11" rx="1.5" />
		</svg>
		<h1>mm386</h1>
	</div>`;
}

/** The link's state in words; looked at every second while the link is lost, since the words change with time. */
function LinkState({ store }) {
	const link = store.link.value;
	const now = useSignal(Date.now());

	useEffect(() => {
		now.value = Date.now();
		if (link.status !== "lost")
			return undefined;
		const timer = setInterval(() => {
			now.value = Date.now();
		}, 1000);

		return () => clearInterval(timer);
	}, [link]);
	const { tone, text } = linkState(link, store.online.value, store.looking.value, now.value);

	return html`<p class=${`link ${tone}`} role="status"><i></i>${text}</p>`;
}

/** The machine's name; a choice where the server has several. */
function MachineName({ name, machines }) {
	const go = (event) => {
		location.search = new URLSearchParams({ machine: event.target.value });
	};

	if (machines.length < 2)
		return name;
	return html`<select aria-label="Machine" value=${name} onChange=${go}>${machines.map((other) => html`<option>${other}</option>`)}</select>`;
}

export function Header({ ctx, views, current }) {
	const { store, open } = ctx;
	const machine = store.state.value?.machine;

	return html`<header class="top">
		<${Brand} />
		<nav aria-label="Views">
			${views.map(({ id, key, title }) => html`
				<a href=${`#${id}`} aria-current=${id === current.id ? "page" : null}><kbd>${key}</kbd> <span>${title}</span></a>`)}
		</nav>
		<p class="facts" translate="no">${machine && html`<${MachineName} name=${machine.name} machines=${ctx.machines} />
			${["", `Linux ${machine.release}${machine.pae ? " PAE" : ""}`, pages(machine.frames), splits[machine.vmsplit]].join(" · ")}`}</p>
		<${LinkState} store=${store} />
		<div class="buttons">
			<button onClick=${() => (open.value = open.value === "panel" ? null : "panel")} aria-expanded=${open.value === "panel" ? "true" : "false"} aria-keyshortcuts="O">Allocate</button>
			<button onClick=${toggleTheme} aria-keyshortcuts="T" aria-label=${theme.value === "light" ? "Dark colours" : "Light colours"}>
				${theme.value === "light" ? "Dark" : "Light"}</button>
			<button onClick=${() => (open.value = "help")} aria-keyshortcuts="H" aria-label="Help: the keys">?</button>
		</div>
	</header>`;
}
