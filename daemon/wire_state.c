/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_state.c - what a machine is, and what changed: snapshot and delta.
 *
 * A section is written by one function, the same for both, so that a delta
 * put into a snapshot gives the next snapshot byte for byte.
 */
#include "wire.h"
#include "wire_json.h"

/* ---- machine ----------------------------------------------------- */

static void write_digest(struct wbuf *b, struct mm386 *m)
{
	WIRE_LITERAL(b, "\"digest\":");
	wbuf_hex64(b, mm386_digest(m));
}

/* Migrate types by the numbers that the engine gives them: events and lists name them by these. */
static void write_grouping(struct wbuf *b, const struct mm386 *m)
{
	bool first = true;

	WIRE_LITERAL(b, ",\"migratetypes\":[");
	for (unsigned i = 0; i < MM386_MIGRATETYPES; i++) {
		enum mm386_migratetype mt = (enum mm386_migratetype)i;
		char letter[2] = {wire_migratetype_letter(m, mt)};

		if (!mm386_migratetype_name(m, mt))
			continue;
		wbuf_text(b, first ? "{\"name\":" : ",{\"name\":");
		first = false;
		wbuf_string(b, mm386_migratetype_name(m, mt));
		WIRE_LITERAL(b, ",\"letter\":");
		wbuf_string(b, letter);
		WIRE_LITERAL(b, ",\"number\":");
		wbuf_int(b, mm386_migratetype_number(m, mt));
		wbuf_char(b, '}');
	}
	WIRE_LITERAL(b, "],\"pageblock_order\":");
	wbuf_uint(b, mm386_info(m)->pageblock_order);
}

/* Where each node's memory lies, which CPUs are its, and in which order its requests ask the zones.
 */
static void write_nodes(struct wbuf *b, const struct mm386 *m)
{
	struct mm386_node_view n;

	WIRE_LITERAL(b, ",\"nodes\":[");
	for (unsigned i = 0; i < mm386_info(m)->nr_nodes; i++) {
		bool first = true;

		mm386_node(m, i, &n);
		wbuf_text(b, i ? ",{\"start_pfn\":" : "{\"start_pfn\":");
		wbuf_uint(b, n.start_pfn);
		WIRE_LITERAL(b, ",\"end_pfn\":");
		wbuf_uint(b, n.end_pfn);
		WIRE_LITERAL(b, ",\"cpus\":[");
		for (unsigned cpu = 0; cpu < mm386_info(m)->cpus; cpu++) {
			if (!(n.cpus >> cpu & 1))
				continue;
			if (!first)
				wbuf_char(b, ',');
			first = false;
			wbuf_uint(b, cpu);
		}
		WIRE_LITERAL(b, "],\"zonelist\":[");
		for (unsigned k = 0; k < n.nr_zonelist; k++) {
			if (k)
				wbuf_char(b, ',');
			wbuf_uint(b, n.zonelist[k]);
		}
		WIRE_LITERAL(b, "]}");
	}
	wbuf_char(b, ']');
}

static void write_machine(struct wbuf *b, struct mm386 *m)
{
	const struct mm386_info *info = mm386_info(m);

	WIRE_LITERAL(b, ",\"machine\":{\"name\":");
	wbuf_string(b, info->name);
	wire_kernel(b, info);
	WIRE_LITERAL(b, ",\"vmsplit\":");
	wbuf_string(b, mm386_vmsplit_name(info->vmsplit));
	WIRE_LITERAL(b, ",\"highmem\":");
	wbuf_string(b, wire_highmem_name(info->highmem));
	WIRE_LITERAL(b, ",\"cpus\":");
	wbuf_uint(b, info->cpus);
	WIRE_LITERAL(b, ",\"nr_cpus\":");
	wbuf_uint(b, info->nr_cpus);
	WIRE_LITERAL(b, ",\"cmdline\":");
	wbuf_string(b, info->cmdline);
	WIRE_LITERAL(b, ",\"seed\":");
	wbuf_uint(b, info->seed);
	WIRE_LITERAL(b, ",\"orders\":");
	wbuf_uint(b, info->orders);
	WIRE_LITERAL(b, ",\"page_struct_bytes\":");
	wbuf_uint(b, info->page_struct_bytes);
	WIRE_LITERAL(b, ",\"frames\":");
	wbuf_uint(b, info->nr_frames);
	WIRE_LITERAL(b, ",\"max_pfn\":");
	wbuf_uint(b, info->max_pfn);
	WIRE_LITERAL(b, ",\"max_low_pfn\":");
	wbuf_uint(b, info->max_low_pfn);
	write_grouping(b, m);
	write_nodes(b, m);
	WIRE_LITERAL(b, ",\"page_offset\":");
	wbuf_hex(b, info->page_offset);
	WIRE_LITERAL(b, ",\"high_memory\":");
	wbuf_hex(b, info->high_memory);
	wbuf_char(b, ',');
	write_digest(b, m);
	wbuf_char(b, '}');
}

/* ---- physical, virtual ----------------------------------------------------- */

static void write_range(struct wbuf *b, const struct mm386_range *r)
{
	WIRE_LITERAL(b, "{\"name\":");
	wbuf_string(b, r->name);
	WIRE_LITERAL(b, ",\"start\":");
	wbuf_hex(b, r->start);
	WIRE_LITERAL(b, ",\"end\":");
	wbuf_hex(b, r->end);
	wbuf_char(b, '}');
}

/* The first range of a class, or null. */
static void write_range_one(struct wbuf *b, const struct mm386_info *info,
			    enum mm386_range_class cls)
{
	for (uint32_t i = 0; i < info->nr_ranges; i++)
		if (info->range[i].cls == (uint32_t)cls) {
			write_range(b, &info->range[i]);
			return;
		}
	WIRE_LITERAL(b, "null");
}

static void write_range_list(struct wbuf *b, const struct mm386_info *info,
			     enum mm386_range_class cls)
{
	bool first = true;

	wbuf_char(b, '[');
	for (uint32_t i = 0; i < info->nr_ranges; i++) {
		if (info->range[i].cls != (uint32_t)cls)
			continue;
		if (!first)
			wbuf_char(b, ',');
		write_range(b, &info->range[i]);
		first = false;
	}
	wbuf_char(b, ']');
}

static void write_physical(struct wbuf *b, const struct mm386_info *info)
{
	WIRE_LITERAL(b, ",\"physical\":{\"e820\":[");
	for (uint32_t i = 0; i < info->nr_e820; i++) {
		wbuf_text(b, i ? ",{\"start\":" : "{\"start\":");
		wbuf_hex(b, info->e820[i].start);
		WIRE_LITERAL(b, ",\"end\":");
		wbuf_hex(b, info->e820[i].end);
		WIRE_LITERAL(b, ",\"type\":");
		wbuf_string(b, mm386_e820_type_name(info->e820[i].type));
		wbuf_char(b, '}');
	}
	WIRE_LITERAL(b, "],\"kernel_image\":");
	write_range_one(b, info, MM386_RANGE_IMAGE);
	WIRE_LITERAL(b, ",\"mem_map\":");
	write_range_one(b, info, MM386_RANGE_MEM_MAP);
	WIRE_LITERAL(b, ",\"boot\":");
	write_range_list(b, info, MM386_RANGE_BOOT);
	WIRE_LITERAL(b, ",\"mmio\":");
	write_range_list(b, info, MM386_RANGE_MMIO);
	WIRE_LITERAL(b, ",\"holes\":");
	write_range_list(b, info, MM386_RANGE_HOLE);
	wbuf_char(b, '}');
}

static void write_virtual(struct wbuf *b, const struct mm386_info *info)
{
	WIRE_LITERAL(b, ",\"virtual\":[");
	for (uint32_t i = 0; i < info->nr_regions; i++) {
		const struct mm386_region *r = &info->region[i];

		wbuf_text(b, i ? ",{\"name\":" : "{\"name\":");
		wbuf_string(b, r->name);
		WIRE_LITERAL(b, ",\"start\":");
		wbuf_hex(b, r->start);
		WIRE_LITERAL(b, ",\"end\":");
		wbuf_hex(b, r->end);
		WIRE_LITERAL(b, ",\"maps\":");
		wbuf_string(b, r->maps);
		wbuf_char(b, '}');
	}
	wbuf_char(b, ']');
}

/* ---- frames ------------------------------------------------------------------ */

/* The first frame in (${from}, ${end}] that is of another kind than ${from}, or ${end}. */
static uint32_t run_end(const uint8_t *kind, uint32_t from, uint32_t end)
{
	const uint64_t all = kind[from] * UINT64_C(0x0101010101010101);
	uint32_t pfn = from + 1;
	uint64_t eight;

	while (end - pfn >= sizeof(eight)) {
		memcpy(&eight, kind + pfn, sizeof(eight));
		if (eight != all)
			break;
		pfn += sizeof(eight);
	}
	while (pfn < end && kind[pfn] == kind[from])
		pfn++;
	return pfn;
}

/* "3 numbers and their commas" is the most that one run takes. */
#define RUN_BYTES (3 * 21)

/* Every frame, as pairs of count and kind. */
static void write_frames(struct wbuf *b, const struct mm386 *m)
{
	const uint8_t *kind = mm386_kinds(m);
	uint32_t end, nr = mm386_info(m)->nr_frames;

	WIRE_LITERAL(b, ",\"frames\":{\"runs\":[");
	for (uint32_t pfn = 0; pfn < nr; pfn = end) {
		char *p = wbuf_room(b, RUN_BYTES);

		end = run_end(kind, pfn, nr);
		if (!p)
			return;
		if (pfn)
			*p++ = ',';
		p = wbuf_digits(p, end - pfn);
		*p++ = ',';
		p = wbuf_digits(p, kind[pfn]);
		b->len = (size_t)(p - b->data);
	}
	WIRE_LITERAL(b, "]}");
}

/* The next run at or after ${pfn}: of ${changes}, whose run ${i} that is, or of the machine's own
 * marks. */
static bool next_changed(const struct mm386 *m, const struct wire_changes *changes, size_t i,
			 mm386_pfn_t *pfn, uint32_t *count)
{
	if (!changes)
		return mm386_next_changed(m, pfn, count);
	if (i == changes->nr)
		return false;
	*pfn = changes->run[i].first;
	*count = changes->run[i].count;
	return true;
}

/* What may have changed, as triples of first frame, count and kind.  Nothing when nothing did. */
static void write_frames_changed(struct wbuf *b, const struct mm386 *m,
				 const struct wire_changes *changes)
{
	const uint8_t *kind = mm386_kinds(m);
	mm386_pfn_t pfn = 0;
	uint32_t count;
	bool first = true;

	for (size_t i = 0; next_changed(m, changes, i, &pfn, &count); i++, pfn += count) {
		uint32_t end, last = pfn + count;

		if (first)
			WIRE_LITERAL(b, ",\"frames\":{\"runs\":[");
		for (uint32_t at = pfn; at < last; at = end) {
			char *p = wbuf_room(b, RUN_BYTES);

			end = run_end(kind, at, last);
			if (!p)
				return;
			if (!first)
				*p++ = ',';
			p = wbuf_digits(p, at);
			*p++ = ',';
			p = wbuf_digits(p, end - at);
			*p++ = ',';
			p = wbuf_digits(p, kind[at]);
			b->len = (size_t)(p - b->data);
			first = false;
		}
	}
	if (!first)
		WIRE_LITERAL(b, "]}");
}

/* ---- what explains a delta -------------------------------------------------------- */

static void write_note(struct wbuf *b, const struct wire_note *note)
{
	WIRE_LITERAL(b, "{\"seq\":");
	wbuf_uint(b, note->seq);
	WIRE_LITERAL(b, ",\"op\":");
	wbuf_string(b, mm386_op_desc((enum mm386_op_id)note->op.id)->name);
	WIRE_LITERAL(b, ",\"ok\":");
	wbuf_bool(b, note->ok);
	if (!note->ok) {
		WIRE_LITERAL(b, ",\"errno\":");
		wbuf_string(b, wire_errno_name(note->err));
	}
	WIRE_LITERAL(b, ",\"text\":\""); /* names and numbers: nothing in it needs an escape */
	wire_op_text(b, &note->op);
	WIRE_LITERAL(b, "\",\"origin\":");
	wbuf_string(b, note->origin);
	wbuf_char(b, '}');
}

static void write_notes(struct wbuf *b, const struct wire_explain *explain)
{
	size_t skip = explain->nr_note > WIRE_DELTA_OPS ? explain->nr_note - WIRE_DELTA_OPS : 0;
	size_t omitted = explain->note_omitted + skip;

	WIRE_LITERAL(b, ",\"ops\":[");
	for (size_t i = skip; i < explain->nr_note; i++) {
		if (i > skip)
			wbuf_char(b, ',');
		write_note(b, &explain->note[i]);
	}
	WIRE_LITERAL(b, "],\"ops_omitted\":");
	wbuf_uint(b, omitted);
}

static void write_events(struct wbuf *b, const struct wire_explain *explain)
{
	size_t skip =
		explain->nr_event > WIRE_DELTA_EVENTS ? explain->nr_event - WIRE_DELTA_EVENTS : 0;
	size_t omitted = explain->event_omitted + skip;

	WIRE_LITERAL(b, ",\"events\":");
	wire_event_list(b, explain->event + skip, explain->nr_event - skip);
	WIRE_LITERAL(b, ",\"events_omitted\":");
	wbuf_uint(b, omitted);
}

/* ---- the two messages ---------------------------------------------------------------- */

void wire_snapshot(struct wbuf *b, struct mm386 *m, unsigned sections)
{
	const struct mm386_info *info = mm386_info(m);

	WIRE_LITERAL(b, "{\"v\":1,\"type\":\"snapshot\",\"seq\":");
	wbuf_uint(b, mm386_seq(m));
	if (sections & WIRE_MACHINE)
		write_machine(b, m);
	if (sections & WIRE_LEGEND) {
		WIRE_LITERAL(b, ",\"legend\":");
		wire_legend(b);
	}
	if (sections & WIRE_PHYSICAL)
		write_physical(b, info);
	if (sections & WIRE_FRAMES)
		write_frames(b, m);
	if (sections & WIRE_ZONES)
		wire_zones_whole(b, m);
	if (sections & WIRE_VM)
		wire_vm(b, m);
	if (sections & WIRE_VIRTUAL)
		write_virtual(b, info);
	wbuf_char(b, '}');
}

/*
 * Legend, map, regions and all of the machine but its digest were decided at
 * boot: a delta never has them.
 */
void wire_delta_of(struct wbuf *b, struct mm386 *m, uint64_t base, unsigned sections,
		   const struct wire_explain *explain, const struct wire_changes *changes)
{
	WIRE_LITERAL(b, "{\"v\":1,\"type\":\"delta\",\"base\":");
	wbuf_uint(b, base);
	WIRE_LITERAL(b, ",\"seq\":");
	wbuf_uint(b, mm386_seq(m));
	if (sections & WIRE_MACHINE) {
		WIRE_LITERAL(b, ",\"machine\":{");
		write_digest(b, m);
		wbuf_char(b, '}');
	}
	if (sections & WIRE_FRAMES)
		write_frames_changed(b, m, changes);
	if (sections & WIRE_ZONES)
		wire_zones_changed(b, m, changes);
	if (sections & WIRE_VM && (changes ? changes->sysctl : mm386_sysctl_changed(m)))
		wire_vm(b, m);
	if (explain && sections & WIRE_OPS)
		write_notes(b, explain);
	if (explain && sections & WIRE_EVENTS)
		write_events(b, explain);
	wbuf_char(b, '}');
}

void wire_delta(struct wbuf *b, struct mm386 *m, uint64_t base, unsigned sections,
		const struct wire_explain *explain)
{
	wire_delta_of(b, m, base, sections, explain, NULL);
}
