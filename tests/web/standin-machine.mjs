// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * standin-machine.mjs - the made-up machine of standin.mjs: three zones, free lists by order, a churn.
 *
 * Keeps a snapshot of its bytes at every operation of the last KEEP, enough for stepping back in time.
 */
const KINDS = [
	["hole", "", "No memory here"], ["reserved", "R", "Firmware reserved"], ["kernel", "K", "Kernel image"], ["mem_map", "M", "mem_map"],
	["page_tables", "P", "Page tables"], ["boot", "B", "Boot allocations"], ["free", "", "Free (buddy)"], ["free_pcp", "c", "Free, CPU lists"],
	["pages", "G", "Kernel pages"], ["user", "A", "User pages"], ["unused", "x", "RAM this kernel cannot use"],
].map(([name, letter, label]) => ({ name, letter, label }));

const KIND = Object.fromEntries(KINDS.map(({ name }, i) => [name, i]));
const ORDERS = 11;
const PAGE = 4096;
const KEEP = 200;
const TICK_MS = 50;

const hex = (n) => `0x${n.toString(16)}`;

/** A seeded stream of numbers in [0, 1): the same machine at every start. */
function randomStream(seed) {
	let s = seed >>> 0;

	return () => {
		s ^= s << 13;
		s ^= s >>> 17;
		s ^= s << 5;
		return (s >>> 0) / 2 ** 32;
	};
}

export class StandinMachine {
	name = "standin";
	seq = 0;
	scene = { name: "churn", running: true, rate: 20 };
	#random = randomStream(386);
	#listeners = new Set();
	#events = [];
	#told = []; /* the operations that they are of */
	#history = [];
	#live = new Map();
	#changed = new Set();
	#ops = [];
	#cut = 0;
	#owed = 0;

	constructor({ frames = 262144 } = {}) {
		this.frames = frames;
		this.bytes = new Uint8Array(frames).fill(KIND.free);
		this.#layOut();
		this.#handOver();
		this.#churnQuietly(600);
		this.timer = setInterval(() => this.#tick(), TICK_MS);
	}

	stop() {
		clearInterval(this.timer);
	}

	#layOut() {
		const low = Math.min(this.frames, 0x38000);
		const top = this.frames > 0xd0000 ? 0xd0000 : this.frames - 32;
		const fill = (kind, first, end) => this.bytes.fill(KIND[kind], first, end);

		this.ram = top;
		fill("reserved", 0, 1);
		fill("reserved", 0x9f, 0x100);
		fill("boot", 0x100, 0x180);
		fill("kernel", 0x1000, 0x1600);
		fill("mem_map", 0x1600, 0x1600 + Math.ceil((this.frames * 32) / PAGE));
		fill("page_tables", 0x1600 + Math.ceil((this.frames * 32) / PAGE), 0x1680 + Math.ceil((this.frames * 32) / PAGE));
		fill("hole", top, this.frames);
		this.zones = [["DMA", 0, 0x1000], ["Normal", 0x1000, low], ["HighMem", low, top], ["Movable", top, top]]
			.map(([name, start, end]) => ({ name, start, end: Math.max(start, end), lists: Array.from({ length: ORDERS }, () => new Set()) }));
	}

	#handOver() {
		for (const zone of this.zones)
			for (let pfn = zone.start; pfn < zone.end; pfn++)
				if (this.bytes[pfn] === KIND.free)
					this.#merge(zone, pfn, 0, []);
	}

	/* A life before the page opens, so that there is something to see. */
	#churnQuietly(operations) {
		for (let i = 0; i < operations; i++)
			this.apply({ op: "alloc_pages", gfp: this.#random() < 0.4 ? "GFP_KERNEL" : "GFP_HIGHUSER", order: Math.floor(this.#random() ** 2 * 10) }, "scene");
		for (const id of [...this.#live.keys()].filter(() => this.#random() < 0.4))
			this.free(id, "scene");
		this.seq = 0;
		this.#events = [];
		this.#told = [];
		this.#ops = [];
		this.#history = [this.snapshot()];
	}

	#merge(zone, pfn, order, events) {
		while (order < ORDERS - 1 && zone.lists[order].delete(pfn ^ (1 << order))) {
			events.push({ event: "buddy_merge", pfn: Math.min(pfn, pfn ^ (1 << order)), order: order + 1, buddy_pfn: pfn ^ (1 << order), zone: this.zones.indexOf(zone) });
			pfn = Math.min(pfn, pfn ^ (1 << order));
			order++;
		}
		zone.lists[order].add(pfn);
		events.push({ event: "buddy_free", pfn, order, zone: this.zones.indexOf(zone), tail: 0 });
	}

	#free(zone) {
		return zone.lists.reduce((sum, list, order) => sum + list.size * 2 ** order, 0);
	}

	apply({ op, gfp = "GFP_KERNEL", order = 0, pfn }, origin) {
		if (op === "free_pages") {
			const [id] = [...this.#live].find(([, block]) => block.pfn === pfn && block.order === order) ?? [];

			return id ? this.free(id, origin) : this.#refuse(op, `free_pages(${pfn}, ${order})`, origin,
				[{ event: "bad_page", pfn, order, code: 4 }], [{ zone: null, reason: "that frame was never handed out" }]);
		}
		return this.#alloc(op, gfp, order, origin);
	}

	#alloc(op, gfp, order, origin) {
		const text = `${op}(${gfp}, ${order})`;
		const highest = /DMA/.test(gfp) ? 0 : /HIGH/.test(gfp) ? 2 : 1;
		const events = [];
		const why = [];

		for (let z = highest; z >= 0; z--) {
			const zone = this.zones[z];
			const free = this.#free(zone);
			const mark = this.#marks(zone).low;
			const from = zone.lists.findIndex((list, o) => o >= order && list.size);
			const ok = from >= 0 && free > mark + (z === highest ? 0 : 256);

			events.push({ event: "zone_try", zone: z, order, free, mark, reserve: z === highest ? 0 : 256, ok: ok ? 1 : 0 });
			if (ok)
				return this.#take({ zone, z, from, order, op, text, gfp, origin, events });
			why.push({ zone: zone.name, reason: `free ${free} <= low ${mark} + lowmem_reserve ${z === highest ? 0 : 256}` });
		}
		return this.#refuse(op, text, origin, [...events, { event: "page_allocation_failure", order, gfp }], why);
	}

	#take({ zone, z, from, order, op, text, gfp, origin, events }) {
		const pfn = zone.lists[from].values().next().value;
		const id = `a${this.seq + 1}`;

		zone.lists[from].delete(pfn);
		events.push({ event: "mm_page_alloc_zone_locked", pfn, order: from, zone: z });
		for (let o = from - 1; o >= order; o--) {
			zone.lists[o].add(pfn + 2 ** o);
			events.push({ event: "buddy_split", pfn, order: o + 1, keep_pfn: pfn, list_pfn: pfn + 2 ** o, zone: z });
		}
		const kind = /USER/.test(gfp) ? KIND.user : KIND.pages;
		this.#paint(pfn, order, kind);
		events.push({ event: "mm_page_alloc", pfn, order, gfp, zone: z, kind });
		this.#live.set(id, { pfn, order, zone: zone.name, kind: KINDS[kind].name });
		const addr = pfn < 0x38000 ? hex(0xc0000000 + pfn * PAGE) : null;
		return this.#log({ op, ok: true, text, origin }, events,
			{ result: { pfn, order, pages: 2 ** order, zone: zone.name, phys: hex(pfn * PAGE), addr, allocation: id } });
	}

	free(id, origin) {
		const block = this.#live.get(id);

		if (!block)
			return undefined;
		const { pfn, order } = block;
		const z = this.zones.findIndex(({ name }) => name === block.zone);
		const events = [{ event: "mm_page_free", pfn, order, zone: z }];
		this.#live.delete(id);
		this.#paint(pfn, order, KIND.free);
		this.#merge(this.zones[z], pfn, order, events);
		return this.#log({ op: "free_pages", ok: true, text: `free_pages(${hex(pfn)}, ${order})`, origin }, events, { result: { pfn, order, pages: 2 ** order } });
	}

	#refuse(op, text, origin, events, why) {
		return this.#log({ op, ok: false, text, origin }, events, { errno: "ENOMEM", why });
	}

	#log(op, events, rest) {
		const seq = ++this.seq;
		const stamped = events.map(({ event, ...args }) => ({ event, seq, ...args }));

		this.#events = [...this.#events, ...stamped].slice(-20 * KEEP);
		this.#told = [...this.#told, { seq, op: op.op, text: op.text, origin: op.origin }].slice(-20 * KEEP);
		this.#ops.push({ seq, ...op });
		if (this.#history.length)
			this.#history = [...this.#history, this.snapshot()].slice(-KEEP);
		return { seq, op: op.op, ok: op.ok, ...rest, events: stamped };
	}

	#paint(pfn, order, kind) {
		this.bytes.fill(kind, pfn, pfn + 2 ** order);
		for (let i = pfn; i < pfn + 2 ** order; i++)
			this.#changed.add(i);
	}

	#marks({ start, end }) {
		const min = Math.max(16, Math.floor((end - start) / 240));

		return { min, low: Math.floor(min * 1.25), high: Math.floor(min * 1.5) };
	}

	#zoneObjects() {
		return this.zones.map((zone) => ({ name: zone.name, node: 0, start_pfn: zone.start, end_pfn: zone.end, spanned: zone.end - zone.start,
			present: zone.end - zone.start, managed: zone.end - zone.start, free_pages: this.#free(zone),
			watermark: zone.end > zone.start ? this.#marks(zone) : { min: 0, low: 0, high: 0 }, lowmem_reserve: [0, 256, 256, 256], free: zone.lists.map((list) => list.size) }));
	}

	#runs() {
		const out = [];

		for (let first = 0, pfn = 1; pfn <= this.frames; pfn++)
			if (this.bytes[pfn] !== this.bytes[first]) {
				out.push(pfn - first, this.bytes[first]);
				first = pfn;
			}
		return out;
	}

	snapshot() {
		const top = this.ram * PAGE;
		const hole = this.ram < this.frames ? [{ name: "hole", start: hex(top), end: hex(this.frames * PAGE - 1) }] : [];

		return { v: 1, type: "snapshot", seq: this.seq,
			machine: { name: this.name, kernel: "2.6", release: "2.6.32", pae: false, vmsplit: "3g", highmem: "4g", cpus: 1, nr_cpus: 8, cmdline: "", seed: 1,
				orders: ORDERS, page_struct_bytes: 32, frames: this.frames, max_pfn: this.ram, max_low_pfn: Math.min(this.frames, 0x38000), page_offset: "0xc0000000",
				high_memory: "0xf8000000", digest: hex(this.seq) },
			legend: KINDS,
			physical: { e820: [{ start: "0x0", end: "0x9fbff", type: "usable" }, { start: "0x100000", end: hex(top - 1), type: "usable" }],
				kernel_image: { name: "Kernel image", start: "0x1000000", end: "0x15fffff" }, mem_map: { name: "mem_map", start: "0x1600000", end: hex(0x1600000 + this.frames * 32 - 1) },
				boot: [{ name: "initrd", start: "0x100000", end: "0x17ffff" }], mmio: [], holes: hole },
			frames: { runs: this.#runs() },
			zones: this.#zoneObjects(),
			virtual: [
				{ name: "user", start: "0x0", end: "0xc0000000", maps: "the running process" },
				{ name: "lowmem", start: "0xc0000000", end: "0xf8000000", maps: "physical memory from 0, always" },
				{ name: "vmalloc", start: "0xf8800000", end: "0xff7fe000", maps: "areas of scattered frames" },
				{ name: "pkmap", start: "0xff800000", end: "0xffc00000", maps: "high memory frames, one at a time" },
				{ name: "fixmap", start: "0xfff50000", end: "0xfffff000", maps: "fixed slots" },
			] };
	}

	snapshotAt(seq) {
		return this.#history.find((snapshot) => snapshot.seq === seq);
	}

	eventsAfter(seq) {
		const after = (told) => told.filter((own) => own.seq > seq);

		return { events: after(this.#events), ops: after(this.#told), next: null };
	}

	frame(pfn) {
		if (pfn >= this.frames)
			return undefined;
		const [id, block] = [...this.#live].find(([, { pfn: first, order }]) => pfn >= first && pfn < first + 2 ** order) ?? [null, null];
		const kind = KINDS[this.bytes[pfn]];
		const zone = this.zones.find(({ start, end }) => pfn >= start && pfn < end);
		const [head, order] = block ? [block.pfn, block.order] : this.#blockAt(zone, pfn);
		const low = pfn < 0x38000;

		return { pfn, phys: hex(pfn * PAGE), kind: kind.name, letter: kind.letter, zone: zone?.name ?? null, has_page: pfn < this.ram,
			page: { pa: hex(0x1600000 + pfn * 32), va: hex(0xc1600000 + pfn * 32), bytes: 32 }, flags: kind.name === "reserved" ? "PG_reserved" : "",
			refcount: block ? 1 : 0, mapcount: -1, private: order, head, order, allocation: id,
			addresses: low ? [{ va: hex(0xc0000000 + pfn * PAGE), region: "lowmem" }] : [],
			events: id ? this.#events.filter(({ seq }) => `a${seq}` === id) : [] };
	}

	#blockAt(zone, pfn) {
		for (let order = 0; zone && order < ORDERS; order++) {
			const first = pfn - (pfn % 2 ** order);

			if (zone.lists[order].has(first))
				return [first, order];
		}
		return [null, 0];
	}

	allocation(id) {
		const block = this.#live.get(id);

		return block && { id, op: "alloc_pages", ...block, pages: 2 ** block.order, addr: block.pfn < 0x38000 ? hex(0xc0000000 + block.pfn * PAGE) : null };
	}

	translate(va) {
		const pfn = Math.floor((va - 0xc0000000) / PAGE);
		const present = va >= 0xc0000000 && pfn < Math.min(this.frames, 0x38000);
		const level = { name: "pgd", index: va >>> 22, entry_pa: hex(0x1500000 + (va >>> 22) * 4), entry: hex(((pfn >> 10) << 22) | 0x1e3), present };

		return { va: hex(va), region: present ? "lowmem" : "user", cr3: "0x1500000", levels: [level], present, page_bytes: 4194304, pfn: present ? pfn : null,
			phys: present ? hex(pfn * PAGE + (va % PAGE)) : null, why: present ? "" : "no page table maps it" };
	}

	presence() {
		return { v: 1, type: "presence", viewers: this.#listeners.size, scene: this.scene };
	}

	setScene(change) {
		this.scene = { ...this.scene, ...change };
		this.say(this.presence());
		return this.scene;
	}

	/** Call ${fn}(message) with each delta and presence; returns the end of it. */
	onMessage(fn) {
		this.publish();
		this.#listeners.add(fn);
		return () => this.#listeners.delete(fn);
	}

	say(message) {
		for (const fn of this.#listeners)
			fn(message);
	}

	#tick() {
		if (this.scene.running)
			this.#owed += (this.scene.rate * TICK_MS) / 1000;
		for (; this.#owed >= 1; this.#owed--)
			this.#churn();
		this.publish();
	}

	#churn() {
		const ids = [...this.#live.keys()];

		if (this.#random() < Math.min(0.9, ids.length / 900))
			this.free(ids[Math.floor(this.#random() * ids.length)], "scene");
		else
			this.apply({ op: "alloc_pages", gfp: this.#random() < 0.4 ? "GFP_KERNEL" : "GFP_HIGHUSER", order: Math.floor(this.#random() ** 2 * 10) }, "scene");
	}

	/* One delta with everything since the last. */
	publish() {
		if (this.seq === this.#cut)
			return;
		const frames = [...this.#changed].sort((a, b) => a - b);
		const runs = [];

		for (const pfn of frames)
			if (runs.length && runs.at(-3) + runs.at(-2) === pfn && runs.at(-1) === this.bytes[pfn])
				runs[runs.length - 2]++;
			else
				runs.push(pfn, 1, this.bytes[pfn]);
		this.say({ v: 1, type: "delta", base: this.#cut, seq: this.seq, machine: { digest: hex(this.seq) }, ...(runs.length ? { frames: { runs } } : {}),
			zones: this.#zoneObjects(), ops: this.#ops, events: this.#events.filter(({ seq }) => seq > this.#cut), events_omitted: 0 });
		this.#cut = this.seq;
		this.#changed.clear();
		this.#ops = [];
	}
}
