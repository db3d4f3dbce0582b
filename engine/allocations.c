/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * allocations.c - blocks that are handed out, by the operation that took them.
 *
 * The descriptor of a block's first frame says who took it; nothing else is kept.
 * For the newest operations an index tells the frame they were about; it is never
 * corrected, for the descriptor has the last word.
 */
#include "internal.h"

/* Operation number of a block, from its low 32 bits and the machine's present number. */
static uint64_t owner_seq(const struct mm386 *m, const struct page *p)
{
	uint64_t seq = m->s->seq - ((m->s->seq - p->owner) & UINT32_MAX);

	return seq;
}

static struct mm386_alloc describe(const struct mm386 *m, pfn_t pfn)
{
	const struct page *p = &m->page[pfn];

	return (struct mm386_alloc){
		.seq = owner_seq(m, p),
		.pfn = pfn,
		.order = p->order,
		.kind = m->kind[pfn],
		.op = p->op,
	};
}

static bool is_handed_out(const struct mm386 *m, pfn_t pfn)
{
	return m->kind[pfn] == MM386_KIND_PAGES || m->kind[pfn] == MM386_KIND_USER;
}

/*
 * The first block handed out at or after ${pfn}, NO_PFN if there is none.  Whole
 * blocks are stepped over; frames outside the buddy system one by one, by kind.
 */
static pfn_t next_block(const struct mm386 *m, pfn_t pfn)
{
	while (pfn < m->s->nr_frames) {
		const struct page *p;

		if (m->kind[pfn] != MM386_KIND_FREE && !is_handed_out(m, pfn)) {
			pfn++;
			continue;
		}
		p = &m->page[pfn];
		if (p->flags & PF_HEAD)
			return pfn;
		pfn += p->flags & PF_BUDDY ? 1u << p->order : 1;
	}
	return NO_PFN;
}

int mm386_alloc_find(const struct mm386 *m, uint64_t seq, struct mm386_alloc *out)
{
	if (seq == 0 || seq > m->s->seq)
		return -ENOENT;
	if (m->s->seq - seq <= m->s->recent_mask) {
		pfn_t pfn = m->recent[seq & m->s->recent_mask];

		if (pfn == NO_PFN || !(m->page[pfn].flags & PF_HEAD) ||
		    owner_seq(m, &m->page[pfn]) != seq)
			return -ENOENT;
		*out = describe(m, pfn);
		return 0;
	}
	for (pfn_t pfn = next_block(m, 0); pfn != NO_PFN;
	     pfn = next_block(m, pfn + (1u << m->page[pfn].order))) {
		if (owner_seq(m, &m->page[pfn]) != seq)
			continue;
		*out = describe(m, pfn);
		return 0;
	}
	return -ENOENT;
}

size_t mm386_alloc_list(const struct mm386 *m, mm386_pfn_t from, struct mm386_alloc *out,
			size_t max)
{
	size_t n = 0;

	for (pfn_t pfn = from; n < max; pfn += 1u << m->page[pfn].order) {
		pfn = next_block(m, pfn);
		if (pfn == NO_PFN)
			break;
		out[n++] = describe(m, pfn);
	}
	return n;
}
