/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * numbers.h - machines of a given release whose zones are given numbers by hand, for tests
 * that look at nothing but the printing.
 */
#ifndef MM386_TEST_NUMBERS_H
#define MM386_TEST_NUMBERS_H

#include "boot.h"
#include "machine.h"

static inline struct mm386 *boot_release(uint32_t release, unsigned mib, unsigned cpus)
{
	struct mm386_config cfg = release_config(release, (uint64_t)mib << 20);

	cfg.cpus = cpus;
	return boot_config(&cfg);
}

static inline struct zone *zone_called(struct mm386 *m, const char *name)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		if (strcmp(m->s->zone[i].name, name) == 0)
			return &m->s->zone[i];
	fail_msg("no zone %s", name);
	return NULL;
}

/* The zone called ${name}; all others are emptied. */
static inline struct zone *only_zone(struct mm386 *m, const char *name)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		if (strcmp(m->s->zone[i].name, name) != 0)
			m->s->zone[i].present = 0;
	return zone_called(m, name);
}

static inline void set_marks(struct zone *z, uint32_t min, uint32_t low, uint32_t high)
{
	z->watermark[MM386_WMARK_MIN] = min;
	z->watermark[MM386_WMARK_LOW] = low;
	z->watermark[MM386_WMARK_HIGH] = high;
	z->watermark_boost = 0;
}

/* Blocks of each order, all on the lists of ${mt}. */
static inline void set_orders(struct zone *z, enum mm386_migratetype mt, const uint32_t *blocks, unsigned orders)
{
	for (unsigned o = 0; o < orders; o++) {
		z->nr_blocks[o] = blocks[o];
		for (unsigned t = 0; t < MM386_MIGRATETYPES; t++)
			z->free[o][t].nr = t == mt ? blocks[o] : 0;
	}
}

static inline void set_pcp(struct mm386 *m, const struct zone *z, unsigned cpu, uint32_t count, uint32_t high,
			   uint32_t batch)
{
	struct pcp *p = pcp_of(m, z, cpu);

	p->count = count;
	p->high = high;
	p->batch = batch;
	p->cold_count = p->cold_high = p->cold_batch = 0;
}

static inline void tell(struct mm386 *m, const char *name, unsigned index, uint64_t value)
{
	assert_int_equal(mm386_set_counter(m, name, index, value), 0);
}

/* The whole file, until the next call. */
static inline const char *proc_text(const struct mm386 *m, const char *file)
{
	static char buf[32768];
	long len = mm386_proc(m, file, buf, sizeof(buf));

	assert_true(len > 0 && (size_t)len < sizeof(buf));
	assert_int_equal(strlen(buf), len);
	return buf;
}

static inline void assert_in(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\n%s\nis not in\n%s", part, text);
}

#endif
