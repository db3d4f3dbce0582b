// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * play.js - goes through the steps of a story, one at a time, by itself or by hand.
 *
 * A stop is a number of steps done, worth a pause: every zone that was asked and every picture.
 */
import { pictures } from "../story.js";
import { useEffect, useState } from "../../vendor/vendor.js";

const PACE_MS = 700; /* of one stop: cut, slide, number (zones.css) */

/** The stops of ${story} when at most ${max} pictures are drawn; the last is its end. */
export function stopsOf(story, max) {
	const tries = story.steps.flatMap((s, i) => (s.kind === "try" ? [i + 1] : []));
	const drawn = pictures(story, max).flatMap((p) => (p.gap === undefined ? [p.done] : []));

	return [...new Set([...tries, ...drawn, story.steps.length])].sort((a, b) => a - b);
}

/**
 * {done, at, last, playing, to, replay} of ${stops}: steps done, index of the stop.  Starts to play when
 * ${key} changes, unless there is no ${motion}: then it begins at the end.
 */
export function usePlay(stops, key, motion) {
	const last = stops.length - 1;
	const [state, setState] = useState({ key: null, at: 0, playing: false });
	const now = state.key === key ? state : { key, at: motion ? 0 : last, playing: motion };
	const at = Math.min(now.at, last);

	useEffect(() => {
		if (!now.playing || at >= last)
			return undefined;
		const timer = setTimeout(() => setState({ key, at: at + 1, playing: true }), PACE_MS);

		return () => clearTimeout(timer);
	}, [key, at, last, now.playing]);
	return {
		done: stops[at],
		at,
		last,
		playing: now.playing && at < last,
		to: (stop) => setState({ key, at: Math.max(0, Math.min(stop, last)), playing: false }),
		replay: () => setState({ key, at: 0, playing: true }),
	};
}

/** How long ${stops} take to play, in ms. */
export const playMs = (stops) => stops.length * PACE_MS;
