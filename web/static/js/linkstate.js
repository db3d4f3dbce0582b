// SPDX-License-Identifier: GPL-2.0-or-later
/* linkstate.js - the link's state in words; a server that is gone is told apart from our own network.  Pure. */
import { clock, count } from "./format.js";

const PATIENCE_MS = 4000; /* a restart is over by then; a server that is gone is not */

/** {tone, text} for store.link, store.online and store.looking at time ${now}. */
export function linkState({ status, since }, online, looking, now) {
	if (!online)
		return { tone: "warn", text: since ? `no network here since ${clock(since)}` : "no network here" };
	if (status === "connecting")
		return { tone: "warn", text: "Connecting…" };
	if (status === "lost" && now - since < PATIENCE_MS)
		return { tone: "warn", text: "Reconnecting…" };
	if (status === "lost")
		return { tone: "warn", text: `server gone since ${clock(since)}, your network is fine` };
	if (looking !== null)
		return { tone: "past", text: `Looking at operation ${count(looking)}` };
	return { tone: "ok", text: "Live" };
}
