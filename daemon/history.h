/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * history.h - copies of a machine at some past moments, so that going back does
 * not always begin at boot.
 *
 * There are at most HISTORY_MAX of them, and no more bytes than allowed.  When
 * they are full every second one goes and the distance doubles: the whole past
 * stays covered, evenly.
 */
#ifndef MM386D_HISTORY_H
#define MM386D_HISTORY_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "mm386.h"

#define HISTORY_MAX 32
#define HISTORY_FIRST_STEP 8192 /* operations from one to the next, to begin with */

struct checkpoint { /* immutable, shared by reference */
	atomic_uint refs;
	uint64_t seq;
	struct mm386 *m;
};
void checkpoint_put(struct checkpoint *cp); /* NULL is fine */

struct history {
	size_t max_bytes;
	uint64_t step;
	unsigned nr;
	struct checkpoint *at[HISTORY_MAX]; /* rising */
};

void history_init(struct history *h, size_t max_bytes);
void history_clear(struct history *h);
/* Call after operations: takes a copy when one is due.  Out of memory: none is taken. */
void history_note(struct history *h, const struct mm386 *m);
/* The last copy at or before ${seq} with a reference for the caller, or NULL: begin at boot. */
struct checkpoint *history_find(const struct history *h, uint64_t seq);

#endif
