/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * op_buddy.c - the operations of the buddy system itself: __rmqueue and
 * __free_one_page, without watermarks and without CPU lists.
 *
 * They are what the kernel's tracepoints tell of (mm_page_alloc_zone_locked,
 * mm_page_pcpu_drain), so that a trace can be replayed operation by operation, and the
 * shortest way to watch blocks split, merge and change their type.
 *
 * Kernel: mm/page_alloc.c, the functions of these names [2.6.32, 6.1]; split_page().
 */
#include "internal.h"

enum { ARG_ZONE, ARG_ORDER, ARG_MT, ARG_OWNERSHIP }; /* of __rmqueue */
enum { ARG_PFN, ARG_FREE_ORDER, ARG_FREE_MT };	     /* of __free_one_page */

/* The fourth type has two names, and a kernel that groups nothing has one type. */
enum mm386_migratetype op_migratetype(const struct mm386 *m, uint64_t word)
{
	if (m->s->info.nr_migratetypes == 1)
		return MM386_MIGRATE_UNMOVABLE;
	return word < MM386_MIGRATE_RESERVED ? (enum mm386_migratetype)word
					     : MM386_MIGRATE_RESERVED;
}

static void refuse(struct mm386 *m, struct mm386_result *res, int err_no, unsigned order,
		   enum mm386_why_code code, const uint64_t abc[3])
{
	event_emit(m, MM386_EVENT_ALLOC_FAIL, order, 0, 0, 0, 0, 0);
	result_refuse(res, err_no, code, abc[0], abc[1], abc[2]);
}

/* Nobody says what the block is for: kernel pages, of which it is not known whether they can move.
 */
static void hand_out(struct mm386 *m, const struct op_call *call, const struct zone *z, pfn_t pfn,
		     unsigned order, enum mm386_migratetype mt)
{
	struct page *p = &m->page[pfn];

	p->flags = PF_HEAD;
	p->order = (uint8_t)order;
	p->owner = (uint32_t)m->cur_seq;
	p->op = call->id;
	p->zone = (uint8_t)z->id;
	p->mt = (uint8_t)mt;
	p->refcount = 1;
	frames_set_kind(m, pfn, 1u << order, MM386_KIND_PAGES);
	m->dirty.zones |= 1u << z->id;
	event_emit(m, MM386_EVENT_PAGE_ALLOC, pfn, order, 0, z->id, MM386_KIND_PAGES, mt);
}

void op_rmqueue(struct mm386 *m, const struct op_call *call, struct mm386_result *res)
{
	unsigned order = (unsigned)call->arg[ARG_ORDER];
	enum mm386_migratetype mt = op_migratetype(m, call->arg[ARG_MT]);
	struct zone *z;
	pfn_t pfn;

	if (call->arg[ARG_ZONE] >= m->s->info.nr_zones) {
		refuse(m, res, EINVAL, order, MM386_WHY_NO_ZONE,
		       (uint64_t[3]){call->arg[ARG_ZONE], m->s->info.nr_zones, 0});
		return;
	}
	if (order >= m->s->info.orders) {
		refuse(m, res, ENOMEM, order, MM386_WHY_ORDER,
		       (uint64_t[3]){order, m->s->info.orders, 0});
		return;
	}
	z = &m->s->zone[call->arg[ARG_ZONE]];
	pfn = buddy_alloc_smallest(m, z, order, mt);
	if (pfn == NO_PFN)
		pfn = mobility_fallback(m, z, order, mt, (unsigned)call->arg[ARG_OWNERSHIP]);
	m->boosted = false; /* here is nobody who would wake kswapd */
	if (pfn == NO_PFN) {
		refuse(m, res, ENOMEM, order, MM386_WHY_NO_DONOR, (uint64_t[3]){order, mt, 0});
		return;
	}
	hand_out(m, call, z, pfn, order, mt);
	result_block(m, res, pfn, order, z->id);
}

void op_split_page(struct mm386 *m, pfn_t head)
{
	const struct page whole = m->page[head];

	event_emit(m, MM386_EVENT_SPLIT_PAGE, head, whole.order, whole.zone, 0, 0, 0);
	for (pfn_t pfn = head; pfn < head + (1u << whole.order); pfn++) {
		m->page[pfn] = whole;
		m->page[pfn].order = 0;
		page_touch(m, pfn);
	}
}

/* The frame is nobody's any more. */
static void take_back(struct mm386 *m, pfn_t pfn)
{
	m->page[pfn] = (struct page){0};
	page_touch(m, pfn);
}

static void give_back(struct mm386 *m, struct zone *z, pfn_t pfn)
{
	z->managed++;
	m->s->totalram_pages++;
	if (pfn >= m->s->info.max_low_pfn)
		m->s->totalhigh_pages++;
	event_emit(m, MM386_EVENT_FREE_RESERVED, pfn, z->id, z->managed, 0, 0, 0);
}

/* Whether the frame may be freed; what is wrong with it goes to ${res}. */
static bool may_free(struct mm386 *m, struct mm386_result *res, pfn_t pfn, unsigned order)
{
	pfn_t head = buddy_find_block(m, pfn);

	if (head == NO_PFN ? frame_is_kept((enum mm386_kind)m->kind[pfn])
			   : m->page[head].flags & PF_HEAD)
		return true;
	if (head != NO_PFN)
		result_refuse_free(m, res, pfn, order, MM386_WHY_DOUBLE_FREE,
				   (uint64_t[3]){pfn, m->page[head].order, head});
	else
		result_refuse_free(m, res, pfn, order, MM386_WHY_FOREIGN,
				   (uint64_t[3]){pfn, m->kind[pfn], 0});
	return false;
}

/*
 * Whether every frame from ${pfn} on is handed out, or boot's.  Blocks that reach beyond, or that
 * are smaller, are split into single frames.
 */
static bool own_frames(struct mm386 *m, struct mm386_result *res, struct zone *z, pfn_t pfn,
		       unsigned order)
{
	pfn_t end = pfn + (1u << order);

	if ((m->page[pfn].flags & PF_HEAD) && m->page[pfn].order == order)
		return true; /* as it was handed out */
	for (pfn_t p = pfn; p < end; p++)
		if (!may_free(m, res, p, order))
			return false;
	for (pfn_t p = pfn; p < end; p++) {
		pfn_t head = buddy_find_block(m, p);

		if (head == NO_PFN)
			give_back(m, z, p);
		else if (m->page[head].order > 0 && (head != pfn || m->page[head].order != order))
			op_split_page(m, head);
	}
	return true;
}

static bool fits(const struct mm386 *m, const struct zone *z, pfn_t pfn, unsigned order)
{
	return z && order < m->s->info.orders && !((pfn - z->buddy_base) & ((1u << order) - 1)) &&
	       z->end_pfn - pfn >= 1u << order;
}

void op_free_one_page(struct mm386 *m, const struct op_call *call, struct mm386_result *res)
{
	unsigned order = (unsigned)call->arg[ARG_FREE_ORDER];
	pfn_t pfn = (pfn_t)call->arg[ARG_PFN];
	struct zone *z = zone_of(m, pfn);
	enum mm386_migratetype mt;

	if (!fits(m, z, pfn, order)) {
		result_refuse_free(m, res, pfn, order, MM386_WHY_MISALIGNED,
				   (uint64_t[3]){pfn, order, 0});
		return;
	}
	if (!own_frames(m, res, z, pfn, order))
		return;
	mt = call->given & 1u << ARG_FREE_MT ? op_migratetype(m, call->arg[ARG_FREE_MT])
					     : pageblock_mt(m, z, pfn);
	event_emit(m, MM386_EVENT_PAGE_FREE, pfn, order, z->id, 0, 0, 0);
	for (pfn_t p = pfn; p < pfn + (1u << order); p++)
		take_back(m, p);
	frames_set_kind(m, pfn, 1u << order, MM386_KIND_FREE);
	m->dirty.zones |= 1u << z->id;
	buddy_free(m, z, pfn, order, mt);
	result_block(m, res, pfn, order, z->id);
}
