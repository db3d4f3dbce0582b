// SPDX-License-Identifier: GPL-2.0-or-later
// scale.js: rulers are true to scale, nested, and name what lies on them.
import assert from "node:assert/strict";
import { test } from "node:test";

import { along, apart, fields, innermost, moved, parseAddress, regionsOf, rulers, segments, TOP } from "../../web/static/js/scale.js";

const MIB = 2 ** 20;
const layout = (...rows) => regionsOf(rows.map(([name, start, end]) =>
	({ name, start: `0x${start.toString(16)}`, end: `0x${end.toString(16)}`, maps: "" })));

/* 2.6.32, 8 CPUs, 1 GiB */
const linux26 = layout(["user", 0, 0xc0000000], ["lowmem", 0xc0000000, 0xf77fe000], ["gap", 0xf77fe000, 0xf7ffe000],
	["vmalloc", 0xf7ffe000, 0xff7fe000],
	["pkmap", 0xff800000, 0xffc00000], ["fixmap", 0xfff1e000, 0xfffff000]);
/* 16 MiB: vmalloc takes nearly all of the kernel's part */
const tiny = layout(["user", 0, 0xc0000000], ["lowmem", 0xc0000000, 0xc1000000], ["vmalloc", 0xc1800000, 0xff7fe000],
	["fixmap", 0xfff1e000, 0xfffff000]);
/* a 1G/3G split */
const split1g = layout(["user", 0, 0x40000000], ["lowmem", 0x40000000, 0xf77fe000], ["vmalloc", 0xf7ffe000, 0xff7fe000]);

test("scale_segments_cover_everything_once", () => {
	for (const regions of [linux26, tiny, split1g])
		for (const ruler of rulers(regions, regions[1].start, regions[1].end)) {
			let at = ruler.start;
			for (const s of ruler.segments) {
				assert.equal(s.start, at);
				assert.ok(s.end > s.start);
				at = s.end;
			}
			assert.equal(at, TOP);
		}
});

test("scale_segments_show_the_8_mib_gap_between_lowmem_and_vmalloc", () => {
	const gap = segments(linux26, 0, TOP).find((s) => s.gap);

	assert.deepEqual([gap.start, gap.end - gap.start], [0xf77fe000, 8 * MIB]);
});

test("scale_rulers_are_nested_and_tell_their_factor", () => {
	const list = rulers(linux26, 0xc0000000, 0xf77fe000);

	assert.deepEqual(list.map((r) => r.start), [0, 0xc0000000, 0xf7000000, 0xff400000]);
	assert.equal(list[1].factor, 4);
	assert.equal(list[2].factor, 1024 / 144);
	assert.equal(list[3].factor, 144 / 12);
	assert.equal(rulers(linux26, 0xc0000000, 0xf77fe000, 3).length, 3);
});

test("scale_rulers_hold_everything_above_lowmem", () => {
	const [, , third] = rulers(linux26, 0xc0000000, 0xf77fe000);

	for (const r of linux26.slice(2))
		assert.ok(r.start >= third.start && r.end <= third.end);
});

test("scale_rulers_that_hardly_enlarge_are_left_out", () => {
	assert.deepEqual(rulers(tiny, 0xc0000000, 0xc1000000).map((r) => r.start), [0, 0xc0000000, 0xff400000]);
});

test("scale_rulers_follow_the_split", () => {
	assert.deepEqual(rulers(split1g, 0x40000000, 0xf77fe000).map((r) => r.start), [0, 0x40000000, 0xf7000000, 0xff400000]);
});

test("scale_along_is_linear", () => {
	const [all, kernel] = rulers(linux26, 0xc0000000, 0xf77fe000);

	assert.equal(along(all, 0xc0000000), 0.75);
	assert.equal(along(kernel, 0xe0000000), 0.5);
	assert.equal(along(kernel, TOP), 1);
});

test("scale_innermost_ruler_is_the_finest_that_has_the_address", () => {
	const list = rulers(linux26, 0xc0000000, 0xf77fe000);

	assert.deepEqual([0x8048000, 0xc0100000, 0xf8000000, 0xffffffff].map((a) => innermost(list, a)), [0, 1, 2, 3]);
});

test("scale_apart_keeps_order_gap_and_bounds", () => {
	for (const wanted of [[5], [5, 5, 5], [0, 0, 50, 51, 52, 99, 99], [90, 95, 100], [0, 10, 20]]) {
		const placed = apart(wanted, 10, 0, 100);

		placed.forEach((at, i) => {
			assert.ok(at >= -1e-9 && at <= 100 + 1e-9, `${placed}`);
			assert.ok(i === 0 || at - placed[i - 1] >= 10 - 1e-9, `${placed}`);
		});
	}
});

test("scale_apart_leaves_alone_what_has_room", () => {
	assert.deepEqual(apart([0, 10, 40, 100], 10, 0, 100), [0, 10, 40, 100]);
});

test("scale_apart_moves_two_that_touch_by_the_same", () => {
	assert.deepEqual(apart([50, 50], 10, 0, 100), [45, 55]);
});

test("scale_apart_with_too_many_keeps_equal_distances", () => {
	assert.deepEqual(apart([1, 2, 3], 10, 0, 10), [0, 5, 10]);
});

test("scale_parse_address_takes_what_people_paste", () => {
	for (const text of ["0xc0000000", "C000 0000", " c0000000 ", "0XC0000000", "c000_0000"])
		assert.equal(parseAddress(text), 0xc0000000);
	for (const text of ["", "0x", "lowmem", "0x1c0000000", "-1"])
		assert.equal(parseAddress(text), null);
});

test("scale_moved_stops_at_both_ends", () => {
	assert.equal(moved(0xc0000000, 4096), 0xc0001000);
	assert.equal(moved(0x234, -4096), 0);
	assert.equal(moved(0xfffff234, 4096), 0xfffff234);
	assert.equal(moved(0xffc00000, 4 * MIB), 0xfffff000);
});

test("scale_fields_cut_32_bits_as_the_processor_does", () => {
	const cut = (...args) => fields(...args).map((f) => [f.name, f.width, f.value]);

	assert.deepEqual(cut(0x0804cda4, false, 4096), [["pgd", 10, 32], ["pte", 10, 0x4c], ["offset", 12, 0xda4]]);
	assert.deepEqual(cut(0xc0101234, false, 4 * MIB), [["pgd", 10, 768], ["offset", 22, 0x101234]]);
	assert.deepEqual(cut(0xc0101234, true, 4096), [["pgd", 2, 3], ["pmd", 9, 0], ["pte", 9, 0x101], ["offset", 12, 0x234]]);
	assert.deepEqual(cut(0xc0101234, true, 2 * MIB), [["pgd", 2, 3], ["pmd", 9, 0], ["offset", 21, 0x101234]]);
	for (const size of [4096, 4 * MIB])
		assert.equal(fields(0xdeadbeef, false, size).map((f) => f.bits).join(""), (0xdeadbeef).toString(2));
});
