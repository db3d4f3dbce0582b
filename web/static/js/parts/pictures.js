// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pictures.js - a split or a merge as a row of pictures, one a step.
 *
 * A block of an even order is a square and one of an odd order two of them side by side, as on the
 * map, so the buddy is always the other half.  What has not happened yet is an empty outline.
 */
import { blockSize, compact } from "../layout.js";
import { count, frame } from "../format.js";
import { pictures } from "../story.js";
import { html } from "../../vendor/vendor.js";

/** ${block} inside ${root}, in parts of its width and height. */
function place(block, root) {
	const [width, height] = blockSize(root.order);
	const [w, h] = blockSize(block.order);
	const index = block.pfn - root.pfn;

	return { left: compact(index) / width, top: compact(index >> 1) / height, width: w / width, height: h / height };
}

const percent = (part) => `${part * 100}%`;

function Block({ block, root }) {
	const at = place(block, root);
	const [w, h] = blockSize(root.order);
	// As parts of the picture's own width: what limits a digit's size.
	const room = Math.min(at.width, (at.height * h) / w);

	return html`<span class="block" data-mark=${block.mark} data-small=${room < 1 / 4 ? "" : undefined}
		style=${{ left: percent(at.left), top: percent(at.top), width: percent(at.width), height: percent(at.height),
			"--room": room }}>${room >= 1 / 10 && html`<b>${block.order}</b>`}</span>`;
}

const captions = {
	order: (p) => `order ${p.order}, ${p.enlarged ? "enlarged" : "free"}`,
	halve: (p) => `halve: ${p.order} + ${p.order}`,
	take: (p) => `take order ${p.order}`,
	"give back": (p) => `give back order ${p.order}`,
	merge: (p) => `merge: order ${p.order}`,
};

function spoken(picture) {
	const parts = picture.blocks.map((b) => `order ${b.order} at ${frame(b.pfn)} ${b.mark}`);

	return `${captions[picture.text](picture)}: ${parts.join(", ")}`;
}

function Picture({ picture, state, final }) {
	const [w, h] = blockSize(picture.root.order);

	return html`<figure class="picture" data-state=${state} style=${{ "--shape": w / h }}>
		<div class="memory" role="img" aria-label=${spoken(picture)}>
			${state !== "ahead" && picture.blocks.map((b) => html`<${Block} key=${b.pfn} block=${b} root=${picture.root} />`)}
		</div>
		<figcaption data-final=${final ? "" : undefined}>${captions[picture.text](picture)}</figcaption>
	</figure>`;
}

function Between({ gap }) {
	if (gap === undefined)
		return html`<span class="arrow" aria-hidden="true"></span>`;
	return html`<span class="arrow gap"><span>${count(gap.gap)} more<br />${gap.text}</span></span>`;
}

/** ${story} up to its first ${done} steps, in at most ${max} pictures. */
export function Pictures({ story, done, max }) {
	const shown = pictures(story, max);
	const drawn = shown.filter((p) => p.gap === undefined);
	const now = drawn.findLast((p) => p.done <= done);
	const row = [];

	shown.forEach((p, i) => {
		if (p.gap !== undefined)
			return;
		if (i > 0)
			row.push(html`<${Between} gap=${shown[i - 1].gap === undefined ? undefined : shown[i - 1]} />`);
		const state = p.done > done ? "ahead" : p === now ? "now" : "past";
		row.push(html`<${Picture} picture=${p} state=${state} final=${p === drawn.at(-1)} />`);
	});
	return html`<div class="pictures" style=${{ "--pictures": drawn.length }}>${row}</div>`;
}
