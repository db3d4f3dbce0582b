// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * translate.js - asks the server where an address leads and where a frame is seen; the newest question wins.
 *
 * A pointer moves faster than answers come: one question is under way at a time, and of those that
 * came meanwhile only the last is asked.
 */
import { useEffect, useRef, useState } from "../vendor/vendor.js";

/** The answer to GET ${path}: {path, answer} or {path, error}; null while there is none. ${path} null asks nothing. */
export function useAnswer(api, path) {
	const [got, setGot] = useState(null);
	const wanted = useRef(null);
	const busy = useRef(false);

	useEffect(() => {
		wanted.current = path;
		if (!busy.current)
			serve();
		return undefined;

		async function serve() {
			busy.current = true;
			while (wanted.current !== null) {
				const next = wanted.current;

				wanted.current = null;
				try {
					setGot({ path: next, answer: await api.get(next) });
				} catch (error) {
					setGot({ path: next, error });
				}
			}
			busy.current = false;
		}
	}, [path]);
	return got;
}

export const translatePath = (address) => `translate?va=0x${address.toString(16)}`;
export const framePath = (pfn) => `frames/${pfn}`;
