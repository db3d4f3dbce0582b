/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine.c - a machine's life: its arena, boot, copy, end; and what is plainly
 * read from it.
 *
 *	arena  | struct state | descriptors | kinds | recent | hashes | touched |
 *	behind | bits of what changed since the last cut |
 *
 * The host's memory comes zeroed, and a descriptor of zeros says "not in the buddy
 * system": boot writes the descriptors of free blocks and none else.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "page_list.h"

#define RECENT_MAX (1u << 20) /* entries; older allocations are found by a walk */
#define RECENT_MIN (1u << 8)

/* ---- the arena ------------------------------------------------------------------ */

static uint64_t take(uint64_t *end, uint64_t bytes)
{
	uint64_t off = *end;

	*end = (off + bytes + 63) / 64 * 64;
	return off;
}

/* Half as many entries as frames, within bounds, a power of two. */
static uint32_t recent_entries(uint32_t nr_frames)
{
	uint32_t n = RECENT_MIN;

	while (n < RECENT_MAX && n < nr_frames / 2)
		n *= 2;
	return n;
}

/* Where the parts of a machine of ${nr_frames} lie. */
static void layout_arena(struct state *s, uint32_t nr_frames)
{
	uint32_t chunks = (nr_frames + DIGEST_CHUNK - 1) / DIGEST_CHUNK;
	uint64_t end = 0;

	s->nr_frames = nr_frames;
	s->mobility_disabled = true;
	s->recent_mask = recent_entries(nr_frames) - 1;
	take(&end, sizeof(struct state));
	s->off_page = take(&end, (uint64_t)nr_frames * sizeof(struct page));
	s->off_kind = take(&end, nr_frames);
	s->off_recent = take(&end, ((uint64_t)s->recent_mask + 1) * sizeof(uint32_t));
	s->off_hash = take(&end, (uint64_t)chunks * sizeof(uint64_t));
	s->off_touched = take(&end, chunks); /* rounded up to words by take() */
	s->off_pageblock = take(&end, s->nr_pageblocks);
	s->off_pcp = take(&end, (uint64_t)s->info.nr_zones * s->info.cpus * sizeof(struct pcp));
	s->arena_bytes = end;
}

/*
 * Host memory for a machine laid out as ${like} says, zeroed; nothing is changed yet.  NULL: no
 * memory.
 */
static struct mm386 *machine_new(const struct state *like)
{
	size_t frame_words = dirty_nr_words(like->nr_frames);
	size_t block_words = dirty_nr_words(like->nr_pageblocks);
	size_t bytes = like->arena_bytes + (frame_words + block_words) * sizeof(uint64_t);
	struct mm386 *m = calloc(1, sizeof(*m));
	uint64_t *marks;
	char *arena;

	if (!m)
		return NULL;
	arena = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (arena == MAP_FAILED) {
		free(m);
		return NULL;
	}
	/* Descriptors are visited in no order: with large pages the host finds them sooner. */
	(void)madvise(arena, bytes, MADV_HUGEPAGE);
	m->s = (struct state *)arena;
	m->page = (struct page *)(arena + like->off_page);
	m->kind = (uint8_t *)(arena + like->off_kind);
	m->recent = (uint32_t *)(arena + like->off_recent);
	m->hash = (uint64_t *)(arena + like->off_hash);
	m->touched = (bool *)(arena + like->off_touched);
	m->pageblock = (uint8_t *)(arena + like->off_pageblock);
	m->pcp = (struct pcp *)(arena + like->off_pcp);
	m->map_bytes = bytes;
	op_rules_init(m->rule, &like->info);
	marks = (uint64_t *)(arena + like->arena_bytes);
	dirty_init(&m->dirty, like->nr_frames, marks);
	dirty_init(&m->dirty_blocks, like->nr_pageblocks, marks + frame_words);
	return m;
}

void mm386_free(struct mm386 *m)
{
	if (!m)
		return;
	munmap(m->s, m->map_bytes);
	free(m);
}

/* The copy has no sink, and counts as cut: nothing changed since it was made. */
int mm386_copy(const struct mm386 *m, struct mm386 **out)
{
	struct mm386 *copy = machine_new(m->s);

	if (!copy)
		return -ENOMEM;
	memcpy(copy->s, m->s, m->s->arena_bytes);
	copy->cur_seq = m->cur_seq;
	*out = copy;
	return 0;
}

size_t mm386_host_bytes(const struct mm386 *m)
{
	return m->map_bytes + sizeof(*m);
}

/* ---- boot ------------------------------------------------------------------------- */

static void boot_zones(struct mm386 *m, const struct boot_plan *plan)
{
	for (unsigned i = 0; i < plan->info.nr_zones; i++) {
		const struct plan_zone *pz = &plan->zone[i];
		struct zone *z = &m->s->zone[i];

		z->id = i;
		z->node = pz->node;
		z->type = pz->type;
		z->start_pfn = pz->start;
		z->end_pfn = pz->end;
		z->spanned = pz->spanned;
		z->present = pz->present;
		z->buddy_base = plan->profile.buddy_from_zone ? pz->start : 0;
		memcpy(z->name, pz->name, sizeof(z->name));
		for (unsigned o = 0; o < MM386_ORDERS; o++)
			for (unsigned mt = 0; mt < MM386_MIGRATETYPES; mt++)
				page_list_init(&z->free[o][mt]);
	}
}

static void boot_kinds(struct mm386 *m, const struct boot_plan *plan)
{
	pfn_t end = 0;

	for (size_t i = 0; i < plan->nr_run; i++) {
		const struct boot_run *r = &plan->run[i];

		assert(r->start == end);
		assert(r->end <= m->s->nr_frames);
		memset(m->kind + r->start, r->kind, r->end - r->start);
		end = r->end;
	}
	assert(end == m->s->nr_frames);
}

/* The pages that the kernel calls its own: those it gave to the buddy system. */
static void boot_totals(struct mm386 *m)
{
	struct state *s = m->s;

	s->totalram_pages = s->totalhigh_pages = 0;
	for (unsigned i = 0; i < s->info.nr_zones; i++) {
		struct zone *z = &s->zone[i];

		z->managed = z->nr_free + pcp_nr_pages(m, z);
		s->totalram_pages += z->managed;
		if (z->start_pfn >= s->info.max_low_pfn &&
		    s->info.highend_pfn > s->info.max_low_pfn)
			s->totalhigh_pages += z->managed;
	}
}

static int machine_boot(const struct mm386_config *cfg, const struct boot_lists *lists, struct mm386 **out,
			struct mm386_error *err)
{
	struct state shape = {0};
	struct boot_plan plan;
	struct mm386 *m;
	int ret;

	ret = boot_plan_make_from(cfg, lists, &plan, err);
	if (ret)
		return ret;
	pageblock_layout(&plan.profile, &plan.info);
	shape.info = plan.info;
	for (unsigned i = 0; i < plan.info.nr_zones; i++)
		shape.nr_pageblocks += pageblock_count(&plan.profile, &plan.info,
							      plan.zone[i].start, plan.zone[i].end);
	layout_arena(&shape, plan.info.nr_frames);
	m = machine_new(&shape);
	if (!m) {
		ret = -ENOMEM;
		goto free_plan;
	}
	*m->s = shape;
	m->s->profile = plan.profile;
	m->s->boot = plan.boot;
	boot_zones(m, &plan);
	zone_setup(m);
	pcp_init(m);
	boot_kinds(m, &plan);
	pageblock_boot(m);
	boot_handover(m, &plan);
	boot_totals(m);
	zonelist_setup(m);
	watermark_boot(m);
	digest_init(m);
	mm386_cut(m); /* nobody has looked at it yet */
	*out = m;
free_plan:
	boot_plan_free(&plan);
	return ret;
}

int mm386_boot(const struct mm386_config *cfg, struct mm386 **out, struct mm386_error *err)
{
	return machine_boot(cfg, NULL, out, err);
}

int mm386_boot_memblock(const struct mm386_config *cfg, const struct mm386_memrange *memory, size_t nr_memory,
			const struct mm386_memrange *reserved, size_t nr_reserved, struct mm386 **out,
			struct mm386_error *err)
{
	const struct boot_lists lists = {.memory = memory,
					 .reserved = reserved,
					 .nr_memory = nr_memory,
					 .nr_reserved = nr_reserved};

	return machine_boot(cfg, &lists, out, err);
}

/* ---- what other rooms change -------------------------------------------------------- */

void frames_set_kind_run(struct mm386 *m, pfn_t pfn, uint32_t count, enum mm386_kind kind)
{
	pfn_t last = pfn + count - 1;

	assert(count > 0);
	assert(count <= m->s->nr_frames);
	assert(pfn <= m->s->nr_frames - count);
	memset(m->kind + pfn, (int)kind, count);
	dirty_mark(&m->dirty, pfn, count);
	for (pfn_t p = pfn; p < last; p += DIGEST_CHUNK)
		page_touch(m, p);
	page_touch(m, last);
}

/* ---- reading --------------------------------------------------------------------------- */

#define KIND_DESC(id, kind_name, kind_letter, kind_label)                                          \
	[MM386_KIND_##id] = {.name = (kind_name), .letter = (kind_letter), .label = (kind_label)},
static const struct mm386_kind_desc kinds[MM386_NR_KINDS] = {MM386_KINDS(KIND_DESC)};

const struct mm386_kind_desc *mm386_kind_desc(enum mm386_kind k)
{
	assert((unsigned)k < MM386_NR_KINDS);
	return &kinds[k];
}

uint64_t mm386_seq(const struct mm386 *m)
{
	return m->s->seq;
}

const uint8_t *mm386_kinds(const struct mm386 *m)
{
	return m->kind;
}

const struct mm386_info *mm386_info(const struct mm386 *m)
{
	return &m->s->info;
}

void mm386_zone(const struct mm386 *m, unsigned i, struct mm386_zone_view *out)
{
	const struct zone *z = &m->s->zone[i];

	assert(i < m->s->info.nr_zones);
	*out = (struct mm386_zone_view){
		.name = z->name,
		.node = z->node,
		.type = z->type,
		.start_pfn = z->start_pfn,
		.end_pfn = z->end_pfn,
		.spanned = z->spanned,
		.present = z->present,
		.managed = z->managed,
		.free_pages = z->nr_free,
		.watermark_boost = z->watermark_boost,
		.nr_reserved_highatomic = z->nr_reserved_highatomic,
		.pageblock_start = z->pageblock_start,
		.nr_pageblocks = z->nr_pageblocks,
		.compact_migrate_pfn = z->compact.ran ? z->compact.last_migrate_pfn : NO_PFN,
		.compact_free_pfn = z->compact.ran ? z->compact.last_free_pfn : NO_PFN,
	};
	memcpy(out->watermark, z->watermark, sizeof(out->watermark));
	memcpy(out->lowmem_reserve, z->lowmem_reserve, sizeof(out->lowmem_reserve));
	for (unsigned o = 0; o < MM386_ORDERS; o++) {
		out->free[o] = z->nr_blocks[o];
		for (unsigned mt = 0; mt < MM386_MIGRATETYPES; mt++)
			out->free_by_type[mt][o] = z->free[o][mt].nr;
	}
}

enum mm386_migratetype mm386_pageblock(const struct mm386 *m, unsigned zone, uint32_t i)
{
	const struct zone *z = &m->s->zone[zone];

	assert(zone < m->s->info.nr_zones);
	assert(i < z->nr_pageblocks);
	return (enum mm386_migratetype)(m->pageblock[z->first_pageblock + i] & PAGEBLOCK_MT);
}

size_t mm386_free_list(const struct mm386 *m, unsigned zone, unsigned order,
		       enum mm386_migratetype mt, mm386_pfn_t *out, size_t max)
{
	size_t n = 0;

	assert(zone < m->s->info.nr_zones);
	assert(order < MM386_ORDERS);
	assert(mt < MM386_MIGRATETYPES);
	for (pfn_t pfn = m->s->zone[zone].free[order][mt].head; pfn != NO_PFN && n < max;
	     pfn = m->page[pfn].next)
		out[n++] = pfn;
	return n;
}
