/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc_meminfo.c - /proc/meminfo.
 *
 * Kernel: fs/proc/proc_misc.c meminfo_read_proc() [2.4.22], fs/proc/meminfo.c
 * meminfo_proc_show() [2.6.32, 6.1].  What this model does not have yet (page
 * cache, slab, swap, processes) is zero.
 */
#include "internal.h"

/* All in pages. */
struct counts {
	uint64_t total, free, high_total, high_free;
	uint64_t available; /* 6.1 */
	uint64_t commit_limit;
	uint64_t vmalloc_kib;
	uint64_t map_small_kib, map_large_kib; /* of the direct map */
};

static unsigned long long kib(uint64_t pages)
{
	return pages << (MM386_PAGE_SHIFT - 10);
}

/*
 * Pages that marks and reserves keep from ordinary use.  Kernel: calculate_totalreserve_pages()
 * [6.1].
 */
static uint64_t total_reserve(const struct mm386 *m)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		const struct zone *z = &m->s->zone[i];
		uint64_t most = 0, keep;

		for (unsigned j = i; j < m->s->info.nr_zones; j++)
			most = z->lowmem_reserve[j] > most ? z->lowmem_reserve[j] : most;
		keep = most + z->watermark[MM386_WMARK_HIGH];
		sum += keep < z->managed ? keep : z->managed;
	}
	return sum;
}

/* The direct map has large pages except for the first one and the end. */
static void count_direct_map(const struct mm386 *m, struct counts *c)
{
	uint32_t large = m->s->info.pae ? 512 : 1024, whole = m->s->info.max_low_pfn / large;
	uint64_t large_pages = whole > 1 ? (uint64_t)(whole - 1) * large : 0;

	c->map_large_kib = kib(large_pages);
	c->map_small_kib = kib(m->s->info.max_low_pfn - large_pages);
}

static struct counts count(const struct mm386 *m)
{
	const struct state *s = m->s;
	struct counts c = {.total = s->totalram_pages, .high_total = s->totalhigh_pages};
	uint64_t reserve = total_reserve(m);

	for (unsigned i = 0; i < s->info.nr_zones; i++) {
		c.free += s->zone[i].nr_free;
		if (s->zone[i].start_pfn >= s->info.max_low_pfn)
			c.high_free += s->zone[i].nr_free;
	}
	c.available = c.free > reserve ? c.free - reserve : 0;
	c.commit_limit = c.total * 50 / 100; /* overcommit_ratio */
	c.vmalloc_kib = (s->info.vmalloc_end - s->info.vmalloc_start) / 1024;
	count_direct_map(m, &c);
	return c;
}

/* One line: the name with its colon is padded to the column of the numbers. */
static void line(struct text *t, const char *name, unsigned long long value_kib)
{
	text_add(t, "%-16s%8llu kB\n", name, value_kib);
}

static void zeros(struct text *t, const char *const *names)
{
	for (; *names; names++)
		line(t, *names, 0);
}

static void line_24(struct text *t, const char *name, unsigned long long value_kib)
{
	text_add(t, "%-14s%8llu kB\n", name, value_kib);
}

static void meminfo_24(const struct counts *c, struct text *t)
{
	static const char *const unused[] = {
		"MemShared:", "Buffers:", "Cached:", "SwapCached:", "Active:", "Inactive:"};
	unsigned long long total = c->total << MM386_PAGE_SHIFT,
			   free_bytes = c->free << MM386_PAGE_SHIFT;

	text_add(t, "        total:    used:    free:  shared: buffers:  cached:\n");
	text_add(t, "Mem:  %8llu %8llu %8llu %8u %8u %8u\n", total, total - free_bytes, free_bytes,
		 0, 0, 0);
	text_add(t, "Swap: %8u %8u %8u\n", 0, 0, 0);
	line_24(t, "MemTotal:", kib(c->total));
	line_24(t, "MemFree:", kib(c->free));
	for (size_t i = 0; i < sizeof(unused) / sizeof(unused[0]); i++)
		line_24(t, unused[i], 0);
	line_24(t, "HighTotal:", kib(c->high_total));
	line_24(t, "HighFree:", kib(c->high_free));
	line_24(t, "LowTotal:", kib(c->total - c->high_total));
	line_24(t, "LowFree:", kib(c->free - c->high_free));
	line_24(t, "SwapTotal:", 0);
	line_24(t, "SwapFree:", 0);
}

static void print_high_low(const struct mm386 *m, const struct counts *c, struct text *t)
{
	if (m->s->info.highmem == MM386_HIGHMEM_OFF)
		return;
	line(t, "HighTotal:", kib(c->high_total));
	line(t, "HighFree:", kib(c->high_free));
	line(t, "LowTotal:", kib(c->total - c->high_total));
	line(t, "LowFree:", kib(c->free - c->high_free));
}

static void print_huge_pages(const struct mm386 *m, struct text *t)
{
	text_add(t, "HugePages_Total:   %5u\n", 0);
	text_add(t, "HugePages_Free:    %5u\n", 0);
	text_add(t, "HugePages_Rsvd:    %5u\n", 0);
	text_add(t, "HugePages_Surp:    %5u\n", 0);
	text_add(t, "Hugepagesize:   %8u kB\n", m->s->info.pae ? 2048 : 4096);
}

static void print_direct_map(const struct mm386 *m, const struct counts *c, struct text *t)
{
	line(t, "DirectMap4k:", c->map_small_kib);
	line(t, m->s->info.pae ? "DirectMap2M:" : "DirectMap4M:", c->map_large_kib);
}

static const char *const lru_26[] = {"Active:",		"Inactive:",	 "Active(anon):",
				     "Inactive(anon):", "Active(file):", "Inactive(file):",
				     "Unevictable:",	"Mlocked:",	 NULL};

static void meminfo_26(const struct mm386 *m, const struct counts *c, struct text *t)
{
	static const char *const cache[] = {"Buffers:", "Cached:", "SwapCached:", NULL};
	static const char *const use[] = {
		"SwapTotal:",	 "SwapFree:",	"Dirty:",	 "Writeback:",
		"AnonPages:",	 "Mapped:",	"Shmem:",	 "Slab:",
		"SReclaimable:", "SUnreclaim:", "KernelStack:",	 "PageTables:",
		"NFS_Unstable:", "Bounce:",	"WritebackTmp:", NULL};

	line(t, "MemTotal:", kib(c->total));
	line(t, "MemFree:", kib(c->free));
	zeros(t, cache);
	zeros(t, lru_26);
	print_high_low(m, c, t);
	zeros(t, use);
	line(t, "CommitLimit:", kib(c->commit_limit));
	line(t, "Committed_AS:", 0);
	line(t, "VmallocTotal:", c->vmalloc_kib);
	line(t, "VmallocUsed:", 0);
	line(t, "VmallocChunk:", c->vmalloc_kib);
	print_huge_pages(m, t);
	print_direct_map(m, c, t);
}

static void meminfo_61(const struct mm386 *m, const struct counts *c, struct text *t)
{
	static const char *const cache[] = {"Buffers:", "Cached:", "SwapCached:", NULL};
	static const char *const use[] = {
		"SwapTotal:",	  "SwapFree:",	   "Zswap:",	  "Zswapped:",	   "Dirty:",
		"Writeback:",	  "AnonPages:",	   "Mapped:",	  "Shmem:",	   "KReclaimable:",
		"Slab:",	  "SReclaimable:", "SUnreclaim:", "KernelStack:",  "PageTables:",
		"SecPageTables:", "NFS_Unstable:", "Bounce:",	  "WritebackTmp:", NULL};
	static const char *const huge[] = {"AnonHugePages:", "ShmemHugePages:", "ShmemPmdMapped:",
					   "FileHugePages:", "FilePmdMapped:",	NULL};

	line(t, "MemTotal:", kib(c->total));
	line(t, "MemFree:", kib(c->free));
	line(t, "MemAvailable:", kib(c->available));
	zeros(t, cache);
	zeros(t, lru_26);
	print_high_low(m, c, t);
	zeros(t, use);
	line(t, "CommitLimit:", kib(c->commit_limit));
	line(t, "Committed_AS:", 0);
	line(t, "VmallocTotal:", c->vmalloc_kib);
	line(t, "VmallocUsed:", 0);
	line(t, "VmallocChunk:", 0);
	line(t, "Percpu:", 0);
	text_add(t, "HardwareCorrupted: %5u kB\n", 0);
	zeros(t, huge);
	print_huge_pages(m, t);
	line(t, "Hugetlb:", 0);
	print_direct_map(m, c, t);
}

void proc_meminfo(const struct mm386 *m, struct text *t)
{
	struct counts c = count(m);

	switch (m->s->profile.kernel) {
	case MM386_KERNEL_24:
		meminfo_24(&c, t);
		break;
	case MM386_KERNEL_61:
		meminfo_61(m, &c, t);
		break;
	default:
		meminfo_26(m, &c, t);
		break;
	}
}
