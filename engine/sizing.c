/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sizing.c - the formulas of marks and reserves alone, for zones of any size.
 *
 * A report of an out-of-memory kernel shows how large its zones were and which marks they had,
 * but not the machine.  A small machine of that kernel boots, its zones are said to be as large
 * as those, and the same functions run that run at every boot; then it is gone.
 */
#include "internal.h"

#define SMALL_BYTES (64u << 20)

/* The sizes of each zone; one that is not told is empty.  False: a zone that this kernel has not. */
static bool zones_take(struct mm386 *m, const struct mm386_sizing *s)
{
	unsigned found = 0;

	for (unsigned i = 0; i < m->s->info.nr_zones; i++) {
		struct zone *z = &m->s->zone[i];

		z->present = z->managed = 0;
		for (unsigned k = 0; k < s->nr_zones; k++) {
			if (strcmp(s->zone[k].name, z->name) != 0)
				continue;
			z->present = s->zone[k].present;
			z->managed = s->zone[k].managed;
			found++;
		}
	}
	return found == s->nr_zones;
}

static void zones_tell(const struct mm386 *m, struct mm386_sizing *s)
{
	for (unsigned i = 0; i < m->s->info.nr_zones; i++)
		for (unsigned k = 0; k < s->nr_zones; k++) {
			const struct zone *z = &m->s->zone[i];

			if (strcmp(s->zone[k].name, z->name) != 0)
				continue;
			memcpy(s->zone[k].watermark, z->watermark, sizeof(z->watermark));
			memcpy(s->zone[k].lowmem_reserve, z->lowmem_reserve, sizeof(z->lowmem_reserve));
		}
	s->min_free_kbytes = m->s->sysctl.min_free_kbytes;
}

int mm386_size_zones(const struct mm386_config *cfg, struct mm386_sizing *s, struct mm386_error *err)
{
	struct mm386_config small = *cfg;
	struct mm386 *m;
	int ret;

	small.nr_e820 = 0;
	small.memory_bytes = SMALL_BYTES;
	ret = mm386_boot(&small, &m, err);
	if (ret)
		return ret;
	m->s->profile.alternatives_bytes = 0; /* what was managed is told */
	if (s->nr_zones > MM386_ZONE_TYPES || !zones_take(m, s)) {
		ret = error_set(err, "/zones", 0, "zones that this kernel does not have");
	} else {
		watermark_boot(m);
		if (s->min_free_kbytes) {
			m->s->sysctl.min_free_kbytes = s->min_free_kbytes;
			watermark_setup(m);
			reserve_setup(m);
		}
		zones_tell(m, s);
	}
	mm386_free(m);
	return ret;
}
