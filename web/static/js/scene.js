// SPDX-License-Identifier: GPL-2.0-or-later
/* scene.js - the machine's steady churn of allocations: run, pause, faster, slower. */
import { said } from "./api.js";

const RATES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]; /* operations a second */

export function createScene(store, api) {
	async function put(change) {
		try {
			store.scene.value = await api.put("scene", { ...store.scene.value, ...change });
			store.notice.value = "";
		} catch (error) {
			store.notice.value = `The scene was not changed: ${said(error)}`;
		}
	}

	return {
		/** Learn what the scene is; viewers hear of changes by `presence`. */
		async refresh() {
			try {
				store.scene.value = await api.get("scene");
			} catch {
				store.scene.value = null; /* a machine without a scene */
			}
		},
		toggle: () => store.scene.value && put({ running: !store.scene.value.running }),
		/** One step of RATES up (1) or down (-1). */
		change(step) {
			const scene = store.scene.value;

			if (!scene)
				return;
			const at = RATES.findIndex((rate) => rate >= scene.rate);
			const next = RATES[Math.max(0, Math.min(RATES.length - 1, (at < 0 ? RATES.length - 1 : at) + step))];
			put({ rate: next });
		},
	};
}
