/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_view.c - what one asks a machine about: itself, a frame, an address, its
 * live allocations.
 */
#include <errno.h>
#include <stdlib.h>

#include "config.h"
#include "wire.h"
#include "wire_json.h"

/* ---- a machine ------------------------------------------------------------------ */

/* Usable bytes by its e820 table. */
static uint64_t memory_bytes(const struct mm386_info *info)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < info->nr_e820; i++)
		if (info->e820[i].type == MM386_E820_USABLE)
			bytes += info->e820[i].end - info->e820[i].start + 1;
	return bytes;
}

void wire_machine(struct wbuf *b, const struct wire_machine *mach)
{
	const struct mm386_info *info = mm386_info(mach->m);

	WIRE_LITERAL(b, "{\"name\":");
	wbuf_string(b, mach->name);
	wire_kernel(b, info);
	WIRE_LITERAL(b, ",\"frames\":");
	wbuf_uint(b, info->nr_frames);
	WIRE_LITERAL(b, ",\"memory_bytes\":");
	wbuf_uint(b, memory_bytes(info));
	WIRE_LITERAL(b, ",\"seq\":");
	wbuf_uint(b, mm386_seq(mach->m));
	WIRE_LITERAL(b, ",\"boot\":");
	wbuf_uint(b, mach->boot);
	WIRE_LITERAL(b, ",\"viewers\":");
	wbuf_uint(b, mach->viewers);
	if (mach->token) {
		WIRE_LITERAL(b, ",\"token\":");
		wbuf_string(b, mach->token);
	}
	if (mach->config) {
		WIRE_LITERAL(b, ",\"config\":");
		config_write(b, mach->config);
	}
	wbuf_char(b, '}');
}

/* ---- a frame --------------------------------------------------------------------- */

static void pfn_or_null(struct wbuf *b, mm386_pfn_t pfn)
{
	if (pfn == MM386_NO_PFN)
		WIRE_LITERAL(b, "null");
	else
		wbuf_uint(b, pfn);
}

/* struct page as this kernel's compiler laid it out. */
static void write_fields(struct wbuf *b, const struct mm386_frame_view *f)
{
	WIRE_LITERAL(b, ",\"fields\":[");
	for (unsigned i = 0; i < f->nr_fields; i++) {
		const struct mm386_page_field *field = &f->field[i];

		wbuf_text(b, i ? ",{\"name\":" : "{\"name\":");
		wbuf_string(b, field->name);
		WIRE_LITERAL(b, ",\"offset\":");
		wbuf_uint(b, field->offset);
		WIRE_LITERAL(b, ",\"size\":");
		wbuf_uint(b, field->size);
		WIRE_LITERAL(b, ",\"value\":");
		if (field->known)
			wbuf_hex(b, field->value);
		else
			WIRE_LITERAL(b, "null");
		WIRE_LITERAL(b, ",\"text\":");
		wbuf_string(b, field->text);
		wbuf_char(b, '}');
	}
	wbuf_char(b, ']');
}

/* The members that come from the page descriptor; without one there are none. */
static void write_page(struct wbuf *b, const struct mm386 *m, const struct mm386_frame_view *f)
{
	char flags[256];

	mm386_page_flags(m, f->flags, flags, sizeof(flags));
	WIRE_LITERAL(b, ",\"page\":{\"pa\":");
	wbuf_hex(b, f->page_pa);
	WIRE_LITERAL(b, ",\"va\":");
	wbuf_hex(b, f->page_va);
	WIRE_LITERAL(b, ",\"bytes\":");
	wbuf_uint(b, mm386_info(m)->page_struct_bytes);
	WIRE_LITERAL(b, "},\"flags\":");
	wbuf_string(b, flags);
	WIRE_LITERAL(b, ",\"refcount\":");
	wbuf_int(b, f->refcount);
	WIRE_LITERAL(b, ",\"mapcount\":");
	wbuf_int(b, f->mapcount);
	WIRE_LITERAL(b, ",\"private\":");
	wbuf_uint(b, f->private_);
	WIRE_LITERAL(b, ",\"head\":");
	pfn_or_null(b, f->head);
	WIRE_LITERAL(b, ",\"order\":");
	if (f->head == MM386_NO_PFN)
		WIRE_LITERAL(b, "null");
	else
		wbuf_uint(b, f->order);
	write_fields(b, f);
}

static void write_addresses(struct wbuf *b, const struct mm386_frame_view *f)
{
	WIRE_LITERAL(b, ",\"addresses\":[");
	for (unsigned i = 0; i < f->nr_addrs; i++) {
		wbuf_text(b, i ? ",{\"va\":" : "{\"va\":");
		wbuf_hex(b, f->addr[i].va);
		WIRE_LITERAL(b, ",\"region\":");
		wbuf_string(b, f->addr[i].region);
		wbuf_char(b, '}');
	}
	wbuf_char(b, ']');
}

int wire_frame(struct wbuf *b, const struct mm386 *m, mm386_pfn_t pfn, const struct mm386_event *ev,
	       size_t nr_ev)
{
	const struct mm386_kind_desc *kind;
	struct mm386_frame_view f;

	if (mm386_frame(m, pfn, &f))
		return -ERANGE;
	kind = mm386_kind_desc(f.kind);
	WIRE_LITERAL(b, "{\"pfn\":");
	wbuf_uint(b, pfn);
	WIRE_LITERAL(b, ",\"phys\":");
	wbuf_hex(b, (uint64_t)pfn << MM386_PAGE_SHIFT);
	WIRE_LITERAL(b, ",\"kind\":");
	wbuf_string(b, kind->name);
	WIRE_LITERAL(b, ",\"letter\":");
	wbuf_string(b, kind->letter);
	WIRE_LITERAL(b, ",\"zone\":");
	wire_zone_name(b, m, f.zone);
	WIRE_LITERAL(b, ",\"has_page\":");
	wbuf_bool(b, f.has_page);
	if (f.has_page)
		write_page(b, m, &f);
	WIRE_LITERAL(b, ",\"allocation\":");
	if (f.alloc_seq) {
		WIRE_LITERAL(b, "\"a");
		wbuf_uint(b, f.alloc_seq);
		wbuf_char(b, '"');
	} else {
		WIRE_LITERAL(b, "null");
	}
	write_addresses(b, &f);
	WIRE_LITERAL(b, ",\"events\":");
	wire_event_list(b, ev, nr_ev);
	wbuf_char(b, '}');
	return 0;
}

/* ---- an address -------------------------------------------------------------------- */

static void write_levels(struct wbuf *b, const struct mm386_walk *w)
{
	WIRE_LITERAL(b, ",\"levels\":[");
	for (unsigned i = 0; i < w->nr_levels; i++) {
		const struct mm386_walk_level *l = &w->level[i];

		wbuf_text(b, i ? ",{\"name\":" : "{\"name\":");
		wbuf_string(b, l->name);
		WIRE_LITERAL(b, ",\"index\":");
		wbuf_uint(b, l->index);
		WIRE_LITERAL(b, ",\"entry_pa\":");
		if (l->entry_pa)
			wbuf_hex(b, l->entry_pa);
		else
			WIRE_LITERAL(b, "null");
		WIRE_LITERAL(b, ",\"entry\":");
		wbuf_hex(b, l->entry);
		WIRE_LITERAL(b, ",\"present\":");
		wbuf_bool(b, l->present);
		wbuf_char(b, '}');
	}
	wbuf_char(b, ']');
}

int wire_translate(struct wbuf *b, const struct mm386 *m, mm386_va_t va, unsigned pid)
{
	struct mm386_walk w;

	if (mm386_translate(m, va, pid, &w))
		return -ESRCH;
	WIRE_LITERAL(b, "{\"va\":");
	wbuf_hex(b, va);
	WIRE_LITERAL(b, ",\"region\":");
	wbuf_string(b, w.region);
	WIRE_LITERAL(b, ",\"cr3\":");
	wbuf_hex(b, w.cr3);
	write_levels(b, &w);
	WIRE_LITERAL(b, ",\"present\":");
	wbuf_bool(b, w.present);
	if (w.present) {
		WIRE_LITERAL(b, ",\"page_bytes\":");
		wbuf_uint(b, w.page_bytes);
		WIRE_LITERAL(b, ",\"pfn\":");
		wbuf_uint(b, w.pfn);
		WIRE_LITERAL(b, ",\"phys\":");
		wbuf_hex(b, w.pa);
	} else {
		WIRE_LITERAL(b, ",\"page_bytes\":null,\"pfn\":null,\"phys\":null");
	}
	WIRE_LITERAL(b, ",\"why\":");
	if (w.present)
		WIRE_LITERAL(b, "null");
	else
		wbuf_string(b, w.why);
	wbuf_char(b, '}');
	return 0;
}

/* ---- allocations ------------------------------------------------------------------------ */

int wire_alloc_id_parse(const char *text, uint64_t *seq)
{
	uint64_t n = 0;

	if (text[0] != 'a' || text[1] < '1' || text[1] > '9')
		return -EINVAL;
	for (text++; *text >= '0' && *text <= '9' && n <= WIRE_UINT_MAX / 10; text++)
		n = n * 10 + (uint64_t)(*text - '0');
	if (*text)
		return -EINVAL;
	*seq = n;
	return 0;
}

void wire_lowmem_addr(struct wbuf *b, const struct mm386 *m, mm386_pfn_t pfn)
{
	const struct mm386_info *info = mm386_info(m);

	if (pfn < info->max_low_pfn)
		wbuf_hex(b, info->page_offset + ((mm386_va_t)pfn << MM386_PAGE_SHIFT));
	else
		WIRE_LITERAL(b, "null");
}

void wire_alloc(struct wbuf *b, const struct mm386 *m, const struct mm386_alloc *a)
{
	struct mm386_frame_view f;

	WIRE_LITERAL(b, "{\"id\":\"a");
	wbuf_uint(b, a->seq);
	WIRE_LITERAL(b, "\",\"op\":");
	wbuf_string(b, mm386_op_desc((enum mm386_op_id)a->op)->name);
	WIRE_LITERAL(b, ",\"pfn\":");
	wbuf_uint(b, a->pfn);
	WIRE_LITERAL(b, ",\"order\":");
	wbuf_uint(b, a->order);
	WIRE_LITERAL(b, ",\"pages\":");
	wbuf_uint(b, UINT64_C(1) << a->order);
	WIRE_LITERAL(b, ",\"kind\":");
	wbuf_string(b, mm386_kind_desc((enum mm386_kind)a->kind)->name);
	WIRE_LITERAL(b, ",\"zone\":");
	wire_zone_name(b, m, mm386_frame(m, a->pfn, &f) ? -1 : f.zone);
	WIRE_LITERAL(b, ",\"addr\":");
	wire_lowmem_addr(b, m, a->pfn);
	wbuf_char(b, '}');
}

void wire_alloc_list(struct wbuf *b, const struct mm386 *m, mm386_pfn_t from, size_t limit)
{
	struct mm386_alloc one;

	WIRE_LITERAL(b, "{\"allocations\":[");
	for (size_t i = 0; i < limit && mm386_alloc_list(m, from, &one, 1); i++) {
		if (i)
			wbuf_char(b, ',');
		wire_alloc(b, m, &one);
		from = one.pfn + (1u << one.order);
	}
	WIRE_LITERAL(b, "],\"next\":");
	if (mm386_alloc_list(m, from, &one, 1))
		wbuf_uint(b, one.pfn);
	else
		WIRE_LITERAL(b, "null");
	wbuf_char(b, '}');
}
