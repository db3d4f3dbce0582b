// SPDX-License-Identifier: GPL-2.0-or-later
// size.js - how large an element is, for drawings whose parts must meet: px of it and of one rem.
import { useLayoutEffect, useState } from "../../vendor/vendor.js";

/** {width, height, rem} of the element that ${ref} holds; null before it is there.  An element without a width keeps its last size. */
export function useSize(ref) {
	const [size, setSize] = useState(null);

	useLayoutEffect(() => {
		const measure = () => {
			const { clientWidth: width, clientHeight: height } = ref.current;
			const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);

			if (width === 0)
				return; // not laid out: there is nothing to draw on, and nothing to divide by
			setSize((old) => (old?.width === width && old.height === height && old.rem === rem ? old : { width, height, rem }));
		};
		const observer = new ResizeObserver(measure);

		measure();
		observer.observe(ref.current);
		return () => observer.disconnect();
	}, []);
	return size;
}
