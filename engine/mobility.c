/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mobility.c - free blocks grouped by whether what will lie in them can be moved.
 */
#include "internal.h"

const char *mm386_migratetype_name(const struct mm386 *m, enum mm386_migratetype mt)
{
	static const char *const names[MM386_MIGRATETYPES] = {"Unmovable", "Movable", "Reclaimable",
							       "Reserve", "Isolate"};

	if (m->s->info.nr_migratetypes == 1)
		return NULL;
	if (mt == MM386_MIGRATE_RESERVED && m->s->profile.migrate_movable_2nd)
		return "HighAtomic";
	return names[mt];
}

int mm386_migratetype_number(const struct mm386 *m, enum mm386_migratetype mt)
{
	static const int old[MM386_MIGRATETYPES] = {0, 2, 1, 3, 4};

	if (m->s->info.nr_migratetypes == 1)
		return -1;
	return m->s->profile.migrate_movable_2nd ? (int)mt : old[mt];
}
