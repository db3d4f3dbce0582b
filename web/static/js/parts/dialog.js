// SPDX-License-Identifier: GPL-2.0-or-later
/* dialog.js - a modal dialog: the browser's own, so focus stays inside and Esc closes it. */
import { html, useEffect, useRef } from "../../vendor/vendor.js";

export function Dialog({ title, open, children }) {
	const box = useRef();
	const close = () => {
		open.value = null;
	};

	useEffect(() => {
		const dialog = box.current;

		dialog.showModal();
		return () => dialog.close();
	}, []);
	return html`<dialog ref=${box} aria-label=${title} onCancel=${close} onClick=${(event) => event.target === box.current && close()}>
		<div class="inside">
			<header><h2>${title}</h2><button onClick=${close} aria-label="Close">×</button></header>
			${children}
		</div>
	</dialog>`;
}
