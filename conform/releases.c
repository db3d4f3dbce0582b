/* SPDX-License-Identifier: GPL-2.0-or-later */
/* releases.c - see releases.h */
#include <stdio.h>

#include "machine.h"
#include "releases.h"

/* One release of each set of rules, of marks or of the machine's layout. */
static const char *const dated[] = {
	"2.4.16", "2.4.22", "2.4.24", "2.5.60", "2.6.0",  "2.6.3",  "2.6.7",  "2.6.9",	"2.6.10", "2.6.11", "2.6.14",
	"2.6.16", "2.6.18", "2.6.20", "2.6.22", "2.6.24", "2.6.26", "2.6.27", "2.6.28", "2.6.31", "2.6.32", "2.6.34",
	"2.6.36", "2.6.38", "3.2.0",  "3.6.0",	"3.10.0", "3.13.0", "3.16.0", "4.0.0",	"4.2.0",  "4.4.0",  "4.9.0",
	"4.15.0", "4.16.0", "4.18.0", "4.19.0", "5.4.0",  "5.7.0",  "5.10.0", "5.15.0", "6.1.0",  "6.6.0",  "6.10.0",
	"6.12.0", "6.15.0"};
#define NR_DATED (sizeof(dated) / sizeof(dated[0]))
_Static_assert(NR_DATED <= RELEASES_MAX, "each has its mark");

/* "2.6.3x-era" is 2.6.30 and later, "4" is 4.0. */
static bool estimate_read(struct mm386_config *cfg, const char *hint)
{
	char version[64];
	size_t n = 0;
	bool dot = false;

	for (; hint[n] && n + 3 < sizeof(version); n++) {
		version[n] = (char)(hint[n] == 'x' ? '0' : hint[n]);
		dot |= hint[n] == '.';
	}
	snprintf(version + n, sizeof(version) - n, "%s", dot ? "" : ".0");
	return machine_release(cfg, version);
}

bool release_read(struct mm386_config *cfg, const json_t *v)
{
	if (machine_release(cfg, input_string(v, "kernel_version")))
		return true;
	if (!estimate_read(cfg, input_string(v, "kernel_version_hint")))
		estimate_read(cfg, input_string(v, "kernel_major"));
	return false;
}

static unsigned distance(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

bool release_nearest(const struct mm386_config *cfg, struct releases_tried *tried, struct mm386_config *next)
{
	struct mm386_config other = *cfg;
	size_t best = NR_DATED;

	for (size_t i = 0; i < NR_DATED; i++) {
		machine_release(&other, dated[i]);
		if (tried->at[i] || (other.kernel == MM386_KERNEL_24) != (cfg->kernel == MM386_KERNEL_24))
			continue;
		if (best < NR_DATED && distance(other.release, cfg->release) >= distance(next->release, cfg->release))
			continue;
		best = i;
		*next = other;
	}
	if (best < NR_DATED)
		tried->at[best] = true;
	return best < NR_DATED;
}
