// SPDX-License-Identifier: GPL-2.0-or-later
/* format.js - the only place where a number becomes text, its unit included.  Pure. */
import { PAGE_BYTES } from "./layout.js";

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

const grouped = new Intl.NumberFormat("en");

/** 1048576 -> "1,048,576". */
export const count = (n) => grouped.format(n);

/** "1 frame", "2 frames". */
export const counted = (n, noun) => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;

/** A number of bytes to three digits at most: "4 KiB", "2.37 GiB", "896 MiB", "0". */
export function bytes(n) {
	if (n === 0)
		return "0";
	/* What would round up to 1024 of a unit is 1 of the next. */
	const [unit, name] = n >= 1023.5 * MIB ? [GIB, "GiB"] : n >= 1023.5 * KIB ? [MIB, "MiB"] : n >= KIB ? [KIB, "KiB"] : [1, "B"];
	const value = n / unit;
	const digits = value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : 2;
	const text = value.toFixed(digits);

	return `${digits ? text.replace(/\.?0+$/, "") : text} ${name}`;
}

/** Pages as the bytes that they hold. */
export const pages = (n) => bytes(n * PAGE_BYTES);

/** A number of blocks in little room: "999", "1.7k", "24k". */
export function short(n) {
	if (n < 1000)
		return String(n);
	return n < 9950 ? `${(n / 1000).toFixed(1)}k` : `${Math.round(n / 1000)}k`;
}

/** 0xC0000000: an address as the books print it, at least eight digits. */
export const address = (n) => `0x${n.toString(16).toUpperCase().padStart(8, "0")}`;

/** The same for an address that came as text ("0xc0000000"). */
export const addressText = (text) => address(Number(text));

/** A page table's entry that came as text ("0x160001e3"; 64 bits are no number): its digits like those of addresses. */
export const entryText = (text) => `0x${text.slice(2).toUpperCase()}`;

/** 0x689FF: a page frame number. */
export const frame = (pfn) => `0x${pfn.toString(16).toUpperCase().padStart(5, "0")}`;

/** "12:03" of a time in ms. */
export function clock(ms) {
	const at = new Date(ms);

	return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}

/** An address as a mark on an axis: "896 MiB", "3.25 GiB"; "~888 MiB" when it is not a whole number of MiB. */
export function mark(n) {
	return n % MIB === 0 ? bytes(n) : `~${bytes(n)}`;
}

/** What a zone's check compares with its mark: above order 0 not all that is free, but what such a request can use. */
export const freeWord = (order) => (order > 0 ? "usable" : "free");

/** A zone's name, and of a machine with several nodes which one's: "HighMem", "HighMem of node 1". */
export const zoneTitle = ({ name, node }) => (node > 0 ? `${name} of node\u00a0${node}` : name);

const times = ["", "once", "twice"];

/** "once", "twice", "7 times". */
export const often = (n) => times[n] ?? `${count(n)} times`;
