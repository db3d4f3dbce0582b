/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * profile_vmstat.c - the counters of /proc/vmstat and /proc/zoneinfo, in the order of print,
 * and the releases in which each stood at that place.
 *
 * Kernel: mm/vmstat.c vmstat_text [2.6.32, 6.1]; configured as the teaching profiles are.
 */
#include "profile.h"

#define KVER(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))
#define EVER	      UINT32_MAX

// clang-format off
static const struct dated_counter {
	struct counter_desc desc;
	uint32_t since, until; /* until: the first release that has it no more */
} counters[] = {
#define ROW(scope, name, since, until) {{name, COUNTER_##scope, COUNTER_TOLD, 0, NULL}, since, until}
	{{"nr_free_pages", COUNTER_ZONE, COUNTER_FREE_PAGES, 0, NULL}, KVER(2, 6, 21), EVER},
	ROW(ZONE, "nr_zone_inactive_anon", KVER(4, 8, 0), EVER),
	ROW(ZONE, "nr_zone_active_anon", KVER(4, 8, 0), EVER),
#undef ROW
};
// clang-format on
#define NR_COUNTERS (sizeof(counters) / sizeof(counters[0]))
_Static_assert(NR_COUNTERS <= COUNTERS_MAX, "each counter has its place in the state");

const struct counter_desc *profile_counter(const struct profile *p, unsigned i)
{
	static const struct counter_desc none = {.scope = COUNTER_NONE};

	if (i >= NR_COUNTERS)
		return NULL;
	if (p->release < counters[i].since || p->release >= counters[i].until)
		return &none;
	return &counters[i].desc;
}
