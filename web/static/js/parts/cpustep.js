// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cpustep.js - what an operation did to a CPU's own list of free pages: filled it from the buddy system, took its
 * head, put a frame onto it, gave some of it back.
 */
import { count, counted, frame, zoneTitle } from "../format.js";
import { cpuChange } from "../story.js";
import { html } from "../../vendor/vendor.js";

function Bar({ before, after, high }) {
	const most = Math.max(high, before, after, 1);
	const [low, top] = [Math.min(before, after), Math.max(before, after)];

	return html`<span class="cpubar" role="img" aria-label=${`${count(before)} pages before, ${count(after)} after, at most ${count(high)}`}
		style=${{ "--low": low / most, "--top": top / most, "--high": high / most }} data-grew=${after >= before ? "" : undefined}>
		<i class="stays"></i><i class="differs"></i><u></u></span>`;
}

/* What happened, in the order in which it did: [{text, step}]; ${types} are the migrate types. */
function lines({ cpu, refill, drained, pop, push, drain }, types) {
	const out = [];

	if (refill)
		out.push({ step: refill, text: `Its list ${types.length ? `of ${types[refill.type].name} pages ` : ""}was empty: ${counted(refill.count, "block")} of order ${refill.order} came in one go.` });
	else if (pop)
		out.push({ step: pop, text: "Its list has some: the buddy system is not asked." });
	if (pop)
		out.push({ step: pop, text: `The head is handed out, frame ${frame(pop.pfn)}.` });
	if (push)
		out.push({ step: push, text: `Frame ${frame(push.pfn)} goes onto the list of CPU ${cpu}${drained ? "." : "; nothing merges."}` });
	if (drained)
		out.push({ step: drain, text: `${counted(drained, "page")} of CPU ${cpu} go back to the buddy system, and merge there.` });
	return out;
}

/** ${zones} are those after the operation; its first ${done} steps are done. */
export function CpuStep({ story, done, zones, types }) {
	const change = cpuChange(story);
	const zone = zones[change.zone];
	const high = zone.pcp?.find(({ cpu }) => cpu === change.cpu)?.high ?? 0;

	return html`<div class="cpustep">
		<h3>CPU ${change.cpu}'s own pages of ${zoneTitle(zone)}<small>${count(change.before)} → ${count(change.after)}${high > 0 && ` of at most ${count(high)}`}</small></h3>
		<${Bar} before=${change.before} after=${change.after} high=${high} />
		<ul>${lines(change, types).map(({ text, step }) => html`<li data-ahead=${story.steps.indexOf(step) >= done ? "" : undefined}>${text}</li>`)}</ul>
	</div>`;
}
