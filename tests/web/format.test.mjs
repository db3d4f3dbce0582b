// SPDX-License-Identifier: GPL-2.0-or-later
// format.js: numbers as the page writes them.
import assert from "node:assert/strict";
import { test } from "node:test";

import { address, addressText, bytes, clock, count, counted, entryText, frame, mark, often, pages, short } from "../../web/static/js/format.js";

const MIB = 1 << 20;

test("format_bytes_have_at_most_three_digits_and_a_unit", () => {
	assert.equal(bytes(0), "0");
	assert.equal(bytes(512), "512 B");
	assert.equal(bytes(4096), "4 KiB");
	assert.equal(bytes(13.25 * MIB), "13.3 MiB");
	assert.equal(bytes(896 * MIB), "896 MiB");
	assert.equal(bytes(3.25 * 1024 * MIB), "3.25 GiB");
	assert.equal(bytes(2.5 * 1024 * MIB), "2.5 GiB");
	assert.equal(bytes(100 * MIB), "100 MiB");
});

test("format_pages_are_the_bytes_that_they_hold", () => assert.equal(pages(1024), "4 MiB"));

test("format_short_fits_over_a_bar", () => {
	assert.deepEqual([0, 999, 1746, 9949, 9950, 24000].map(short), ["0", "999", "1.7k", "9.9k", "10k", "24k"]);
});

test("format_addresses_have_eight_digits_and_more_when_there_are_more", () => {
	assert.equal(address(0x1000), "0x00001000");
	assert.equal(address(0x100000000), "0x100000000");
	assert.equal(addressText("0xc0000000"), "0xC0000000");
	assert.equal(frame(0x689ff), "0x689FF");
	assert.equal(entryText("0x80000000160001e3"), "0x80000000160001E3");
});

test("format_bytes_that_round_up_to_1024_are_one_of_the_next_unit", () => {
	assert.equal(bytes(262112 * 4096), "1 GiB");
	assert.equal(bytes(1023 * MIB), "1023 MiB");
});

test("format_mark_says_when_it_is_rounded", () => {
	assert.equal(mark(896 * MIB), "896 MiB");
	assert.equal(mark(0), "0");
	assert.equal(mark(227326 * 4096), "~888 MiB");
});

test("format_words_for_counts", () => {
	assert.equal(count(1048576), "1,048,576");
	assert.deepEqual([counted(1, "frame"), counted(2, "frame")], ["1 frame", "2 frames"]);
	assert.deepEqual([1, 2, 7].map(often), ["once", "twice", "7 times"]);
});

test("format_clock_is_local_time", () => assert.equal(clock(new Date(2026, 0, 1, 9, 5)), "09:05"));
