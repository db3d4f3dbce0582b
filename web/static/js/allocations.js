// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * allocations.js - what this page asks of the server for the panel and the card, and what came of it.
 *
 * store.done is the last of these requests: {curl, answer} or {curl, refused}; the panel shows it.
 */
import { said } from "./api.js";

async function attempt(store, api, method, path, body) {
	const curl = api.curl(method, path, body);

	try {
		const answer = await (method === "POST" ? api.post(path, body) : api.remove(path));

		store.done.value = { curl, answer };
		return answer;
	} catch (error) {
		store.done.value = { curl, failed: said(error) };
		return null;
	}
}

/** Ask for an allocation: {op, gfp, order, …}. */
export async function allocate(store, api, body) {
	const answer = await attempt(store, api, "POST", "allocations", body);

	if (answer?.ok)
		store.allocations.value = [{ id: answer.result.allocation, op: answer.op, ...answer.result }, ...store.allocations.value];
	return answer;
}

/** Give allocation ${id} back. */
export async function free(store, api, id) {
	const answer = await attempt(store, api, "DELETE", `allocations/${id}`);

	if (answer)
		store.allocations.value = store.allocations.value.filter((allocation) => allocation.id !== id);
	return answer;
}

/** Apply an operation that allocates nothing. */
export const apply = (store, api, body) => attempt(store, api, "POST", "ops", body);
