/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_fields.c - struct page of one frame, member by member, as this machine's kernel lays it
 * out: offset, value, and what the value means.
 *
 * Kernel: include/linux/mm.h, mm_types.h, page-flags.h; mm/page_alloc.c set_page_order(),
 * prep_compound_page(), rmqueue_bulk() [2.4.22, 2.6.18, 2.6.32, 6.1].  Not known are values that
 * this model has no use for: where struct zone lies, and so the addresses of list heads; what a
 * frame's last list left behind in it.
 */
#include "internal.h"

/* A frame and what is known of it while its members are filled. */
struct subject {
	const struct mm386 *m;
	const struct mm386_frame_view *view;
	const struct page *page;
	const struct page *head; /* of the block that it is part of; NULL for none */
};

static struct text text_of(struct mm386_page_field *f)
{
	return (struct text){.buf = f->text, .size = sizeof(f->text)};
}

static mm386_va_t descriptor_va(const struct mm386 *m, pfn_t pfn)
{
	mm386_pa_t pa;

	return frame_descriptor(m, pfn, &pa);
}

static bool is_listed(const struct subject *s)
{
	return s->page->flags & (PF_BUDDY | PF_PCP);
}

/* Part of a compound page, and not its first frame. */
static bool is_tail(const struct subject *s)
{
	return s->head && s->head != s->page && (s->head->flags & PF_COMP);
}

static bool is_compound(const struct subject *s)
{
	return s->head && (s->head->flags & PF_COMP);
}

/* ---- flags and counts --------------------------------------------------------------------- */

static void fill_flags(const struct subject *s, struct mm386_page_field *f)
{
	pfn_t next = 0;
	const struct zone *z = frame_page_zone(s->m, s->view->pfn, &next);
	struct text t = text_of(f);

	f->value = s->view->flags;
	mm386_page_flags(s->m, f->value, f->text, sizeof(f->text));
	t.len = strlen(f->text);
	if (!z)
		return;
	text_add(&t, "%szone %s", t.len ? ", " : "", z->name);
	if (s->m->s->info.nr_nodes > 1)
		text_add(&t, ", node %u", z->node);
}

static void fill_count(const struct subject *s, struct mm386_page_field *f)
{
	struct text t = text_of(f);

	f->value = (uint32_t)s->view->refcount;
	if (frame_is_reserved(s->view->kind))
		text_add(&t, "reserved: never counted down");
	else if (s->view->refcount == 0)
		text_add(&t, is_tail(s) ? "its head is counted" : s->head && (s->head->flags & PF_HEAD)
					? "the block's first frame is counted" : "free");
	else
		text_add(&t, "%d user%s", s->view->refcount, s->view->refcount == 1 ? "" : "s");
}

static void fill_mapcount(const struct subject *s, struct mm386_page_field *f)
{
	const struct page_rules *r = &s->m->s->profile.page;
	struct text t = text_of(f);

	f->value = (uint32_t)s->view->mapcount;
	if (r->buddy_mark == BUDDY_MARK_MAPCOUNT && (s->page->flags & PF_BUDDY)) {
		f->value = r->buddy_mapcount;
		text_add(&t, "PageBuddy: heads a free block");
	} else if (s->view->mapcount == -1) {
		text_add(&t, "mapped by no page table");
	} else {
		text_add(&t, "mapped by %d page table entries", s->view->mapcount + 1);
	}
}

/* ---- lists ------------------------------------------------------------------------------- */

/* Where the head of the list is that the frame is on. */
static void name_list(const struct subject *s, struct text *t)
{
	const struct mm386 *m = s->m;
	const struct page *p = s->page;
	const char *type = mm386_migratetype_name(m, (enum mm386_migratetype)p->mt);
	const char *zone = m->s->zone[s->view->zone].name;

	if (p->flags & PF_BUDDY) {
		text_add(t, "%s's free_area[%u].free_list", zone, p->order);
		if (type)
			text_add(t, "[%s]", type);
		return;
	}
	switch (m->s->profile.pcp.layout) {
	case PCP_ORDERS:
		text_add(t, "%s's lists of CPU %u, order %u, %s", zone, p->cpu, p->order, type);
		break;
	case PCP_TYPES:
		text_add(t, "%s's lists[%s] of CPU %u", zone, type, p->cpu);
		break;
	default:
		text_add(t, "%s's list of CPU %u", zone, p->cpu);
		break;
	}
}

/* One of the two links, ${to} being the neighbour; ${offset} that of the pair's first. */
static void fill_link(const struct subject *s, struct mm386_page_field *f, pfn_t to, unsigned offset)
{
	struct text t = text_of(f);

	if (!is_listed(s)) {
		f->known = false;
		text_add(&t, "on no list: what the last one left");
		return;
	}
	if (to != NO_PFN) {
		f->value = descriptor_va(s->m, to) + offset;
		text_add(&t, "frame 0x%x", to);
		return;
	}
	f->known = false;
	text_add(&t, "the head: ");
	name_list(s, &t);
}

static void fill_next(const struct subject *s, struct mm386_page_field *f)
{
	if (is_tail(s) && s->m->s->profile.page.compound == COMPOUND_HEAD) {
		struct text t = text_of(f);

		f->name = "compound_head";
		f->value = descriptor_va(s->m, s->view->head) + 1;
		text_add(&t, "frame 0x%x, + 1: a tail", s->view->head);
		return;
	}
	fill_link(s, f, s->page->next, f->offset);
}

/*
 * The first tail has the order where others have a link.  Kernel: prep_compound_page(): in
 * lru.prev up to 4.3, then in a byte of its own, the second of that word.
 */
static void fill_prev(const struct subject *s, struct mm386_page_field *f)
{
	struct text t = text_of(f);

	if (!is_tail(s) || s->view->pfn != s->view->head + 1) {
		fill_link(s, f, s->page->prev, f->offset - 4u);
		return;
	}
	f->name = "compound_order";
	f->value = s->head->order;
	if (s->m->s->profile.page.compound == COMPOUND_HEAD) {
		f->offset++;
		f->size = 1;
	}
	text_add(&t, "order %u, of the whole", s->head->order);
}

/* ---- the others --------------------------------------------------------------------------- */

static void fill_listed_type(const struct subject *s, struct mm386_page_field *f)
{
	struct text t = text_of(f);

	f->value = (uint32_t)mm386_migratetype_number(s->m, (enum mm386_migratetype)s->page->mt);
	text_add(&t, "migrate type %s", mm386_migratetype_name(s->m, (enum mm386_migratetype)s->page->mt));
}

static void fill_private(const struct subject *s, struct mm386_page_field *f)
{
	const struct page_rules *r = &s->m->s->profile.page;
	struct text t = text_of(f);
	bool to_head = is_compound(s) && r->compound == COMPOUND_FLAG;

	if (to_head || (is_tail(s) && r->compound == COMPOUND_FIRST_PAGE)) {
		f->name = to_head ? "private" : "first_page";
		f->value = descriptor_va(s->m, s->view->head);
		text_add(&t, "frame 0x%x", s->view->head);
	} else if ((s->page->flags & PF_PCP) && r->listed_type == LISTED_TYPE_PRIVATE) {
		fill_listed_type(s, f);
	} else {
		f->value = s->view->private_;
		if (s->page->flags & PF_BUDDY)
			text_add(&t, "order %u", f->value);
	}
}

/*
 * Nothing is mapped in a file here.  Tails have a mark in this place, the first one the count of
 * mappings of the whole.  Kernel: prep_compound_tail(), prep_compound_head() [6.1].
 */
static void fill_mapping(const struct subject *s, struct mm386_page_field *f)
{
	struct text t = text_of(f);

	if (!is_tail(s) || s->m->s->profile.page.compound != COMPOUND_HEAD)
		return;
	if (s->view->pfn == s->view->head + 1) {
		f->name = "compound_mapcount";
		f->value = (uint32_t)-1;
		text_add(&t, "the whole is mapped by no page table");
	} else {
		f->value = 0x400;
		text_add(&t, "TAIL_MAPPING");
	}
}

static void fill_index(const struct subject *s, struct mm386_page_field *f)
{
	if ((s->page->flags & PF_PCP) && s->m->s->profile.page.listed_type == LISTED_TYPE_INDEX)
		fill_listed_type(s, f);
}

static void fill_virtual(const struct subject *s, struct mm386_page_field *f)
{
	struct text t = text_of(f);

	if (s->view->nr_addrs) {
		f->value = s->view->addr[0].va;
		text_add(&t, "its address in the direct map");
	} else {
		text_add(&t, "high memory: no address of its own");
	}
}

static void fill(const struct subject *s, const struct page_member *member, struct mm386_page_field *f)
{
	*f = (struct mm386_page_field){.name = member->name, .offset = member->offset, .size = 4, .known = true};
	switch ((enum page_content)member->content) {
	case PAGE_FLAGS:
		fill_flags(s, f);
		break;
	case PAGE_COUNT:
		fill_count(s, f);
		break;
	case PAGE_MAPCOUNT:
		fill_mapcount(s, f);
		break;
	case PAGE_PRIVATE:
		fill_private(s, f);
		break;
	case PAGE_MAPPING:
		fill_mapping(s, f);
		break;
	case PAGE_INDEX:
		fill_index(s, f);
		break;
	case PAGE_LIST_NEXT:
		fill_next(s, f);
		break;
	case PAGE_LIST_PREV:
		fill_prev(s, f);
		break;
	case PAGE_VIRTUAL:
		fill_virtual(s, f);
		break;
	case PAGE_ZERO:
		break;
	}
}

void page_fields(const struct mm386 *m, struct mm386_frame_view *out)
{
	const struct page_rules *r = &m->s->profile.page;
	const struct subject s = {
		.m = m,
		.view = out,
		.page = &m->page[out->pfn],
		.head = out->head == MM386_NO_PFN ? NULL : &m->page[out->head],
	};

	_Static_assert(sizeof(out->field) / sizeof(out->field[0]) >= 12, "2.4 has twelve members");
	for (unsigned i = 0; i < r->member_nr; i++)
		if (r->member[i].offset + 4u <= m->s->info.page_struct_bytes)
			fill(&s, &r->member[i], &out->field[out->nr_fields++]);
}
