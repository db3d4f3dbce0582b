/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * digest.c - 64 bits over the whole state, the same on every host.
 *
 * Descriptors and kinds are hashed in chunks of 128 frames, and the sum of the
 * chunks' hashes is kept.  A room that changes a descriptor marks its chunk
 * (page_touch()); a digest hashes marked chunks again and puts the difference into
 * the sum.  Each hash begins with its chunk's number, so that equal chunks in
 * other places do not make equal sums.  Fields go in one by one, as numbers: no
 * padding and no byte order of the host gets in.
 */
#include "internal.h"

/* Odd constants with about as many ones as zeros; nothing else is asked of them. */
#define MUL_A UINT64_C(0x9e3779b97f4a7c15)
#define MUL_B UINT64_C(0xc2b2ae3d27d4eb4f)

static inline uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * MUL_A;
	return h ^ h >> 29;
}

static uint64_t finish(uint64_t h)
{
	h = (h ^ h >> 32) * MUL_B;
	return h ^ h >> 31;
}

static inline uint64_t pair(uint32_t low, uint32_t high)
{
	return low | (uint64_t)high << 32;
}

static uint64_t hash_string(uint64_t h, const char *s)
{
	for (; *s; s++)
		h = mix(h, (unsigned char)*s);
	return mix(h, 0x100);
}

/* ---- frames -------------------------------------------------------------------- */

static uint32_t nr_chunks(const struct mm386 *m)
{
	return (m->s->nr_frames + DIGEST_CHUNK - 1) / DIGEST_CHUNK;
}

/* Four lanes, for the multiplications of one do not wait for another's. */
static uint64_t hash_chunk(const struct mm386 *m, uint32_t chunk)
{
	uint32_t first = chunk << DIGEST_CHUNK_SHIFT;
	uint32_t left = m->s->nr_frames - first, n = left < DIGEST_CHUNK ? left : DIGEST_CHUNK;
	uint64_t lane[4] = {chunk, 1, 2, 3};

	for (uint32_t i = 0; i < n; i++) {
		const struct page *p = &m->page[first + i];

		lane[0] = mix(lane[0], pair(p->next, p->prev));
		lane[1] = mix(lane[1], pair(p->owner, (uint32_t)p->refcount));
		lane[2] = mix(lane[2], pair(p->mapped, p->private_));
		lane[3] = mix(lane[3], p->flags | (uint64_t)p->op << 16 | (uint64_t)p->order << 32 |
					       (uint64_t)(p->zone | p->mt << 4) << 40 |
					       (uint64_t)m->kind[first + i] << 48 |
					       (uint64_t)p->cpu << 56);
	}
	return finish(mix(mix(mix(lane[0], lane[1]), lane[2]), lane[3]));
}

static void rehash(struct mm386 *m, uint32_t chunk)
{
	uint64_t hash = hash_chunk(m, chunk);

	m->s->root_hash += hash - m->hash[chunk];
	m->hash[chunk] = hash;
	m->touched[chunk] = false;
}

/* Eight marks at a time: most are zero. */
static void rehash_touched(struct mm386 *m)
{
	uint32_t chunks = nr_chunks(m);

	for (uint32_t first = 0; first < chunks; first += 8) {
		uint64_t eight;

		memcpy(&eight, m->touched + first, sizeof(eight));
		if (!eight)
			continue;
		for (uint32_t chunk = first; chunk < first + 8; chunk++)
			if (m->touched[chunk])
				rehash(m, chunk);
	}
}

bool digest_is_valid(const struct mm386 *m)
{
	for (uint32_t chunk = 0; chunk < nr_chunks(m); chunk++)
		if (!m->touched[chunk] && hash_chunk(m, chunk) != m->hash[chunk])
			return false;
	return true;
}

/* ---- what boot decided ----------------------------------------------------------- */

static uint64_t hash_e820(uint64_t h, const struct mm386_info *info)
{
	h = mix(h, info->nr_e820);
	for (uint32_t i = 0; i < info->nr_e820; i++) {
		const struct mm386_e820_entry *e = &info->e820[i];

		h = mix(mix(mix(h, e->start), e->end), e->type);
	}
	return h;
}

static uint64_t hash_layout(uint64_t h, const struct mm386_info *info)
{
	h = mix(h, info->nr_regions);
	for (uint32_t i = 0; i < info->nr_regions; i++) {
		const struct mm386_region *r = &info->region[i];

		h = mix(mix(hash_string(hash_string(h, r->name), r->maps), r->start), r->end);
	}
	h = mix(h, info->nr_ranges);
	for (uint32_t i = 0; i < info->nr_ranges; i++) {
		const struct mm386_range *r = &info->range[i];

		h = mix(mix(mix(hash_string(h, r->name), r->start), r->end), r->cls);
	}
	return h;
}

/* All that boot decided; the machine's name and its workloads' seed are no part of that. */
static uint64_t hash_info(const struct mm386_info *info)
{
	uint64_t h = hash_string(1, info->cmdline);

	h = mix(h, pair((uint32_t)info->kernel, info->release));
	h = mix(h, pair((uint32_t)info->vmsplit, (uint32_t)info->highmem));
	h = mix(h, pair(info->pae, info->orders));
	h = mix(h, pair(info->cpus, info->nr_cpus));
	h = mix(h, pair(info->page_offset, info->nr_frames));
	h = mix(h, pair(info->max_pfn, info->max_low_pfn));
	h = mix(h, pair(info->highstart_pfn, info->highend_pfn));
	h = mix(h, pair(info->max_mapnr, info->page_struct_bytes));
	h = mix(h, pair(info->vmalloc_start, info->vmalloc_end));
	h = mix(h, pair(info->pkmap_base, info->last_pkmap));
	h = mix(h, pair(info->fixaddr_start, info->fixaddr_top));
	h = mix(h, info->high_memory);
	return hash_layout(hash_e820(h, info), info);
}

void digest_init(struct mm386 *m)
{
	memset(m->hash, 0, nr_chunks(m) * sizeof(uint64_t));
	memset(m->touched, 1, nr_chunks(m));
	m->s->root_hash = 0;
	m->s->info_hash = hash_info(&m->s->info);
}

/* ---- zones and the whole ------------------------------------------------------------ */

static uint64_t hash_list(uint64_t h, const struct free_list *l)
{
	return mix(mix(h, pair(l->head, l->tail)), l->nr);
}

static uint64_t hash_compact(uint64_t h, const struct compact_marks *k)
{
	h = mix(h, pair(k->migrate_pfn[0], k->migrate_pfn[1]));
	h = mix(h, pair(k->free_pfn, k->init_free_pfn));
	h = mix(h, pair(k->init_migrate_pfn, k->considered));
	h = mix(h, pair(k->defer_shift, k->order_failed));
	h = mix(h, k->flush | k->ran << 1);
	return mix(h, pair(k->last_migrate_pfn, k->last_free_pfn));
}

static uint64_t hash_zone(uint64_t h, const struct zone *z)
{
	h = hash_string(h, z->name);
	h = mix(mix(h, pair(z->id, z->node)), z->type);
	h = mix(h, pair(z->start_pfn, z->end_pfn));
	h = mix(h, pair(z->spanned, z->present));
	h = mix(h, pair(z->managed, z->nr_free));
	for (unsigned i = 0; i < MM386_NR_WMARKS; i++)
		h = mix(h, z->watermark[i]);
	for (unsigned i = 0; i < MM386_ZONE_TYPES; i++)
		h = mix(h, z->lowmem_reserve[i]);
	h = mix(h, pair(z->watermark_boost, z->nr_reserved_highatomic));
	if (z->below_high)
		h = mix(h, 1);
	h = hash_compact(h, &z->compact);
	for (unsigned o = 0; o < MM386_ORDERS; o++)
		for (unsigned mt = 0; mt < MM386_MIGRATETYPES; mt++)
			h = hash_list(h, &z->free[o][mt]);
	return h;
}

static uint64_t hash_numa(uint64_t h, const struct zone *z)
{
	for (unsigned i = 0; i < NR_NUMA_EVENTS; i++)
		h = mix(h, z->numa_event[i]);
	return h;
}

static uint64_t hash_pcp(uint64_t h, const struct pcp *p)
{
	h = mix(h, pair(p->count, p->high));
	h = mix(h, pair(p->batch, p->free_factor));
	h = mix(h, pair(p->cold_count, p->cold_high));
	h = mix(h, p->cold_batch);
	if (p->tune.high_max) {
		h = mix(h, pair(p->tune.high_min, p->tune.high_max));
		h = mix(h, pair(p->tune.alloc_factor, p->tune.prev_small));
	}
	for (unsigned i = 0; i < PCP_LISTS; i++)
		h = hash_list(h, &p->list[i]);
	return h;
}

static uint64_t hash_sysctl(uint64_t h, const struct vm_sysctl *v)
{
	h = mix(h, v->min_free_kbytes);
	h = mix(h, (uint64_t)v->user_min_free_kbytes);
	for (unsigned i = 0; i < MM386_ZONE_TYPES; i++)
		h = mix(h, v->lowmem_reserve_ratio[i]);
	h = mix(h, v->lower_zone_protection);
	h = mix(h, pair(v->watermark_scale_factor, v->watermark_boost_factor));
	return mix(h, pair(v->percpu_pagelist_fraction, v->extfrag_threshold));
}

/* A byte a page block: 4096 of them on a 16 GiB machine. */
static uint64_t hash_pageblocks(uint64_t h, const struct mm386 *m)
{
	for (uint32_t i = 0; i < m->s->nr_pageblocks; i++)
		h = mix(h, m->pageblock[i]);
	return h;
}

/* Told once after a load, by nobody in a machine that booted here. */
static uint64_t hash_counters(uint64_t h, const struct state *s)
{
	for (unsigned i = 0; i < COUNTERS_MAX && s->counters_told; i++)
		for (unsigned j = 0; j < s->info.nr_zones; j++)
			h = mix(h, s->counter[i][j]);
	for (unsigned i = 0; i < s->info.nr_nodes && s->counters_told; i++)
		h = mix(h, s->node[i].unreclaimable);
	return h;
}

uint64_t mm386_digest(struct mm386 *m)
{
	uint64_t h;

	rehash_touched(m);
	h = mix(m->s->root_hash, m->s->info_hash);
	h = mix(h, m->s->seq);
	h = mix(h, pair(m->s->totalreserve_pages, m->s->info.nr_zones));
	h = mix(mix(h, m->s->totalram_pages), m->s->totalhigh_pages);
	h = hash_sysctl(h, &m->s->sysctl);
	for (unsigned i = 0; i < NR_VM_EVENTS; i++)
		h = mix(h, m->s->vm_event[i]);
	h = hash_counters(h, m->s);
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		h = hash_zone(h, &m->s->zone[i]);
	for (unsigned i = 0; i < m->s->info.nr_zones && m->s->info.nr_nodes > 1; i++)
		h = hash_numa(h, &m->s->zone[i]);
	for (unsigned i = 0; i < (unsigned)m->s->info.nr_zones * m->s->info.cpus; i++)
		h = hash_pcp(h, &m->pcp[i]);
	h = hash_pageblocks(h, m);
	return finish(h);
}
