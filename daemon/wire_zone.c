/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_zone.c - zones: their sizes and marks, free lists by order and migrate type, CPU lists,
 * page blocks;
 * and what /proc/sys/vm says.
 *
 * A zone that changed is sent again, but not its page blocks: 16 GiB have thousands of them, and
 * a delta has only those whose type may have changed.
 */
#include "wire.h"
#include "wire_json.h"

static void write_counts(struct wbuf *b, const uint32_t *count, unsigned nr)
{
	wbuf_char(b, '[');
	for (unsigned i = 0; i < nr; i++) {
		if (i)
			wbuf_char(b, ',');
		wbuf_uint(b, count[i]);
	}
	wbuf_char(b, ']');
}

/* ---- sizes, marks, free lists ---------------------------------------------------- */

static void write_marks(struct wbuf *b, const struct mm386_zone_view *z)
{
	WIRE_LITERAL(b, ",\"watermark\":{\"min\":");
	wbuf_uint(b, z->watermark[MM386_WMARK_MIN]);
	WIRE_LITERAL(b, ",\"low\":");
	wbuf_uint(b, z->watermark[MM386_WMARK_LOW]);
	WIRE_LITERAL(b, ",\"high\":");
	wbuf_uint(b, z->watermark[MM386_WMARK_HIGH]);
	WIRE_LITERAL(b, ",\"boost\":");
	wbuf_uint(b, z->watermark_boost);
	if (z->watermark[MM386_WMARK_PROMO]) {
		WIRE_LITERAL(b, ",\"promo\":");
		wbuf_uint(b, z->watermark[MM386_WMARK_PROMO]);
	}
	wbuf_char(b, '}');
}

static void write_figures(struct wbuf *b, const struct mm386 *m, unsigned zone,
			  int (*figure)(const struct mm386 *m, unsigned zone, unsigned order))
{
	wbuf_char(b, '[');
	for (unsigned order = 0; order < mm386_info(m)->orders; order++) {
		if (order)
			wbuf_char(b, ',');
		wbuf_int(b, figure(m, zone, order));
	}
	wbuf_char(b, ']');
}

static void write_fragmentation(struct wbuf *b, const struct mm386 *m, unsigned zone)
{
	WIRE_LITERAL(b, ",\"fragmentation\":{\"index\":");
	write_figures(b, m, zone, mm386_fragmentation_index);
	WIRE_LITERAL(b, ",\"unusable\":");
	write_figures(b, m, zone, mm386_unusable_index);
	wbuf_char(b, '}');
}

/* Where the scanners of the last compaction stood when it ended. */
static void write_compaction(struct wbuf *b, const struct mm386_zone_view *z)
{
	if (z->compact_migrate_pfn == MM386_NO_PFN)
		return;
	WIRE_LITERAL(b, ",\"compaction\":{\"migrate_pfn\":");
	wbuf_uint(b, z->compact_migrate_pfn);
	WIRE_LITERAL(b, ",\"free_pfn\":");
	wbuf_uint(b, z->compact_free_pfn);
	wbuf_char(b, '}');
}

static void write_free_by_type(struct wbuf *b, const struct mm386 *m,
			       const struct mm386_zone_view *z)
{
	bool first = true;

	WIRE_LITERAL(b, ",\"free_by_type\":{");
	for (unsigned mt = 0; mt < MM386_MIGRATETYPES; mt++) {
		const char *name = mm386_migratetype_name(m, (enum mm386_migratetype)mt);

		if (!name)
			continue;
		if (!first)
			wbuf_char(b, ',');
		first = false;
		wbuf_string(b, name);
		wbuf_char(b, ':');
		write_counts(b, z->free_by_type[mt], mm386_info(m)->orders);
	}
	wbuf_char(b, '}');
}

/* ---- CPU lists --------------------------------------------------------------------- */

static void write_limits(struct wbuf *b, uint32_t count, uint32_t high, uint32_t batch)
{
	WIRE_LITERAL(b, "\"count\":");
	wbuf_uint(b, count);
	WIRE_LITERAL(b, ",\"high\":");
	wbuf_uint(b, high);
	WIRE_LITERAL(b, ",\"batch\":");
	wbuf_uint(b, batch);
}

/* Lists that have something on them; a list to itself is a name, an order, a type. */
static void write_cpu_lists(struct wbuf *b, const struct mm386_pcp_view *p)
{
	bool first = true;

	WIRE_LITERAL(b, ",\"lists\":[");
	for (unsigned i = 0; i < p->nr_lists; i++) {
		if (!p->list[i].nr)
			continue;
		wbuf_text(b, first ? "{\"name\":" : ",{\"name\":");
		first = false;
		wbuf_string(b, p->list[i].name);
		WIRE_LITERAL(b, ",\"order\":");
		wbuf_uint(b, p->list[i].order);
		WIRE_LITERAL(b, ",\"migratetype\":");
		wbuf_uint(b, p->list[i].migratetype);
		WIRE_LITERAL(b, ",\"nr\":");
		wbuf_uint(b, p->list[i].nr);
		wbuf_char(b, '}');
	}
	wbuf_char(b, ']');
}

static void write_pcp(struct wbuf *b, const struct mm386 *m, unsigned zone)
{
	struct mm386_pcp_view p;

	for (unsigned cpu = 0; cpu < mm386_info(m)->cpus; cpu++) {
		mm386_pcp(m, zone, cpu, &p);
		if (!p.nr_lists)
			return;
		wbuf_text(b, cpu ? "},{\"cpu\":" : ",\"pcp\":[{\"cpu\":");
		wbuf_uint(b, cpu);
		wbuf_char(b, ',');
		write_limits(b, p.count, p.high, p.batch);
		if (p.cold_high) {
			WIRE_LITERAL(b, ",\"cold\":{");
			write_limits(b, p.cold_count, p.cold_high, p.cold_batch);
			wbuf_char(b, '}');
		}
		write_cpu_lists(b, &p);
	}
	WIRE_LITERAL(b, "}]");
}

/* ---- page blocks --------------------------------------------------------------------- */

char wire_migratetype_letter(const struct mm386 *m, enum mm386_migratetype mt)
{
	const char *name = mm386_migratetype_name(m, mt);

	if (!name)
		return '?';
	return name[0] == 'R' && mt == MM386_MIGRATE_RESERVED ? 'V' : name[0];
}

static void write_types(struct wbuf *b, const struct mm386 *m, unsigned zone, uint32_t nr)
{
	char letter[MM386_MIGRATETYPES], *p;

	for (unsigned mt = 0; mt < MM386_MIGRATETYPES; mt++)
		letter[mt] = wire_migratetype_letter(m, (enum mm386_migratetype)mt);
	WIRE_LITERAL(b, ",\"types\":\"");
	p = wbuf_room(b, nr);
	if (!p)
		return;
	for (uint32_t i = 0; i < nr; i++)
		*p++ = letter[mm386_pageblock(m, zone, i)];
	b->len += nr;
	wbuf_char(b, '"');
}

/* Where the changed page blocks are read from: the machine's marks, or what the caller kept. */
struct blocks {
	const struct mm386 *m;
	const struct wire_changes *changes; /* NULL: the machine's */
	size_t run;			    /* of ${changes}: those before it are behind */
};

/* The next changed blocks at or after *${i}, all zones' counted through. */
static bool next_blocks(struct blocks *s, uint32_t *i, uint32_t *count)
{
	const struct wire_run *run = s->changes ? s->changes->block : NULL;
	uint32_t end;

	if (!s->changes)
		return mm386_next_pageblock_changed(s->m, i, count);
	while (s->run < s->changes->nr_block && run[s->run].first + run[s->run].count <= *i)
		s->run++;
	if (s->run == s->changes->nr_block)
		return false;
	end = run[s->run].first + run[s->run].count;
	*i = *i > run[s->run].first ? *i : run[s->run].first;
	*count = end - *i;
	return true;
}

/* first, count, letter of one run of changed blocks, cut where their type changes. */
static void write_run(struct wbuf *b, const struct mm386 *m, unsigned zone, uint32_t first,
		      uint32_t count, bool *any)
{
	const uint32_t end = first + count;

	while (first < end) {
		enum mm386_migratetype mt = mm386_pageblock(m, zone, first);
		char letter[] = {',', '"', wire_migratetype_letter(m, mt), '"', '\0'};
		uint32_t next = first + 1;

		while (next < end && mm386_pageblock(m, zone, next) == mt)
			next++;
		wbuf_text(b, *any ? "," : ",\"runs\":[");
		*any = true;
		wbuf_uint(b, first);
		wbuf_char(b, ',');
		wbuf_uint(b, next - first);
		wbuf_text(b, letter);
		first = next;
	}
}

/* What changed of the ${nr} blocks of ${zone}, the first of which is number ${from} of all. */
static void write_runs(struct wbuf *b, struct blocks *s, unsigned zone, uint32_t from, uint32_t nr)
{
	uint32_t i = from, count;
	bool any = false;

	for (; next_blocks(s, &i, &count) && i < from + nr; i += count) {
		if (count > from + nr - i)
			count = from + nr - i;
		write_run(b, s->m, zone, i - from, count, &any);
	}
	if (any)
		wbuf_char(b, ']');
}

static bool blocks_changed(struct blocks *s, uint32_t from, uint32_t nr)
{
	uint32_t i = from, count;

	return nr && next_blocks(s, &i, &count) && i < from + nr;
}

/* ---- a zone ------------------------------------------------------------------------------ */

static void write_zone(struct wbuf *b, const struct mm386 *m, unsigned i,
		       const struct mm386_zone_view *z)
{
	const struct mm386_info *info = mm386_info(m);

	WIRE_LITERAL(b, "{\"name\":");
	wbuf_string(b, z->name);
	WIRE_LITERAL(b, ",\"node\":");
	wbuf_uint(b, z->node);
	WIRE_LITERAL(b, ",\"start_pfn\":");
	wbuf_uint(b, z->start_pfn);
	WIRE_LITERAL(b, ",\"end_pfn\":");
	wbuf_uint(b, z->end_pfn);
	WIRE_LITERAL(b, ",\"spanned\":");
	wbuf_uint(b, z->spanned);
	WIRE_LITERAL(b, ",\"present\":");
	wbuf_uint(b, z->present);
	WIRE_LITERAL(b, ",\"managed\":");
	wbuf_uint(b, z->managed);
	WIRE_LITERAL(b, ",\"free_pages\":");
	wbuf_uint(b, z->free_pages);
	write_marks(b, z);
	WIRE_LITERAL(b, ",\"lowmem_reserve\":");
	write_counts(b, z->lowmem_reserve, info->nr_zones / info->nr_nodes);
	WIRE_LITERAL(b, ",\"free\":");
	write_counts(b, z->free, info->orders);
	WIRE_LITERAL(b, ",\"type\":");
	wbuf_uint(b, z->type);
	WIRE_LITERAL(b, ",\"highatomic\":");
	wbuf_uint(b, z->nr_reserved_highatomic);
	write_fragmentation(b, m, i);
	write_compaction(b, z);
	if (info->nr_migratetypes > 1)
		write_free_by_type(b, m, z);
	write_pcp(b, m, i);
}

/* The zones of the set ${which}, with the changes of their page blocks or, without ${s}, all of
 * them. */
static void write_zones(struct wbuf *b, const struct mm386 *m, uint32_t which, struct blocks *s)
{
	uint32_t block = 0; /* the zone's first, all zones' counted through */
	struct mm386_zone_view z;
	bool any = false;

	for (unsigned i = 0; i < mm386_info(m)->nr_zones; i++, block += z.nr_pageblocks) {
		bool blocks;

		mm386_zone(m, i, &z);
		blocks = s ? blocks_changed(s, block, z.nr_pageblocks) : z.nr_pageblocks > 0;
		if (!(which >> i & 1) && !blocks)
			continue;
		wbuf_text(b, any ? "," : ",\"zones\":[");
		any = true;
		write_zone(b, m, i, &z);
		if (blocks) {
			WIRE_LITERAL(b, ",\"pageblocks\":{\"order\":");
			wbuf_uint(b, mm386_info(m)->pageblock_order);
			WIRE_LITERAL(b, ",\"start_pfn\":");
			wbuf_uint(b, z.pageblock_start);
			if (s)
				write_runs(b, s, i, block, z.nr_pageblocks);
			else
				write_types(b, m, i, z.nr_pageblocks);
			wbuf_char(b, '}');
		}
		wbuf_char(b, '}');
	}
	if (any)
		wbuf_char(b, ']');
}

void wire_zones_whole(struct wbuf *b, const struct mm386 *m)
{
	write_zones(b, m, UINT32_MAX, NULL);
}

void wire_zones_changed(struct wbuf *b, const struct mm386 *m, const struct wire_changes *changes)
{
	struct blocks s = {.m = m, .changes = changes};

	write_zones(b, m, changes ? changes->zones : mm386_zones_changed(m), &s);
}

/* ---- sysctls ---------------------------------------------------------------------------- */

#define SYSCTL_DIR    "sys/vm/"
#define NUMBERS_BYTES 256 /* more than any of these files has */

/* The file is digits with tabs between and a newline at its end. */
void wire_proc_numbers(struct wbuf *b, const struct mm386 *m, const char *file)
{
	char text[NUMBERS_BYTES];
	long len = mm386_proc(m, file, text, sizeof(text));
	bool list;

	if (len <= 0 || len >= NUMBERS_BYTES) {
		WIRE_LITERAL(b, "null");
		return;
	}
	text[--len] = '\0';
	list = strchr(text, '\t');
	if (list)
		wbuf_char(b, '[');
	for (char *p = text; *p; p++)
		wbuf_char(b, *p == '\t' ? ',' : *p);
	if (list)
		wbuf_char(b, ']');
}

void wire_vm(struct wbuf *b, const struct mm386 *m)
{
	const char *file;
	bool first = true;

	WIRE_LITERAL(b, ",\"vm\":{");
	for (unsigned i = 0; (file = mm386_proc_name(m, i)); i++) {
		if (strncmp(file, SYSCTL_DIR, strlen(SYSCTL_DIR)) != 0)
			continue;
		if (!first)
			wbuf_char(b, ',');
		first = false;
		wbuf_string(b, file + strlen(SYSCTL_DIR));
		wbuf_char(b, ':');
		wire_proc_numbers(b, m, file);
	}
	wbuf_char(b, '}');
}
