/* SPDX-License-Identifier: GPL-2.0-or-later */
/* changes.h - what changed in several cuts, put together for viewers that want fewer deltas. */
#ifndef MM386D_CHANGES_H
#define MM386D_CHANGES_H

#include <stdbool.h>

#include "wire.h"

#define CHANGES_MAX 65536 /* runs; past that a snapshot is the shorter message */

struct change_runs {
	struct wire_run *run; /* rising, with gaps between */
	size_t nr;
};

struct changes {
	struct change_runs frames, blocks; /* blocks: page blocks */
	uint32_t zones;
	bool sysctl;
	bool lost; /* more than can be kept */
};

/* Add what changed in ${m} since its last cut. */
void changes_add(struct changes *ch, const struct mm386 *m);
/* The same as a delta's writer takes it; valid until ${ch} changes. */
struct wire_changes changes_of(const struct changes *ch);
/* Forget all of it, memory too. */
void changes_clear(struct changes *ch);

#endif
