/* SPDX-License-Identifier: GPL-2.0-or-later */
/* releases.h - which release a record is of, where it tells one only by and large. */
#ifndef CONFORM_RELEASES_H
#define CONFORM_RELEASES_H

#include "input.h"
#include "mm386.h"

/* Kernel and release of record ${v}; release 0: nothing tells.  True when it is the version line's, not an estimate. */
bool release_read(struct mm386_config *cfg, const json_t *v);

#define RELEASES_MAX 64
/* The dated releases that were tried already. */
struct releases_tried {
	bool at[RELEASES_MAX];
};

/*
 * Another kernel for an estimate: ${cfg} with the nearest of the dated releases that was not tried yet, into
 * ${next}; false when all were.  2.4 is never mistaken for another: what it prints is of another kind.
 */
bool release_nearest(const struct mm386_config *cfg, struct releases_tried *tried, struct mm386_config *next);

#endif
