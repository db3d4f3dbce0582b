// SPDX-License-Identifier: GPL-2.0-or-later
/* help.js - the keys, and the switches that belong to them. */
import { html } from "../../vendor/vendor.js";
import { KEYS, MAP_KEYS, VIEW_KEYS } from "../keys.js";
import { letters, motion, theme, toggleLetters, toggleMotion, toggleTheme } from "../prefs.js";
import { Dialog } from "./dialog.js";

function KeyList({ title, rows }) {
	return html`<section>
		<h3>${title}</h3>
		<dl class="keys">${rows.map(({ shown, does }) => html`
			<div><dt>${shown.split(" ").map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${does}</dd></div>`)}</dl>
	</section>`;
}

function Switch({ label, on, toggle }) {
	return html`<label class="switch"><input type="checkbox" checked=${on} onChange=${toggle} /> ${label}</label>`;
}

export function Help({ ctx }) {
	const views = ctx.views.map(({ key, title }) => ({ shown: key, does: `view ${title}` }));

	return html`<${Dialog} title="Keys" open=${ctx.open}>
		<div class="columns">
			<${KeyList} title="Everywhere" rows=${[...views, ...KEYS]} />
			<div>
				<${KeyList} title="On the map" rows=${MAP_KEYS} />
				<${KeyList} title="In views 2 and 3" rows=${VIEW_KEYS} />
				<section>
					<h3>For this browser</h3>
					<${Switch} label="Keys of one letter or sign" on=${letters.value === "on"} toggle=${toggleLetters} />
					<${Switch} label="Motion" on=${motion.value === "on"} toggle=${toggleMotion} />
					<${Switch} label="Dark colours" on=${theme.value === "dark"} toggle=${toggleTheme} />
				</section>
			</div>
		</div>
	<//>`;
}
