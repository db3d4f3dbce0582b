/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replay.h - a traced segment as operations:
 *	A pfn order mt		a block left the buddy lists
 *	F pfn order mt		a block came back
 *	X pfn order fallback_order mt fallback_mt change	the A after it took from another type
 * Migrate types are the kernel's own numbers.
 */
#ifndef CONFORM_REPLAY_H
#define CONFORM_REPLAY_H

#include "machine.h"

struct replay_fallback {
	uint32_t pfn, order, fallback_order;
	int mt, fallback_mt; /* enum mm386_migratetype */
	bool change;
};
struct replay_step {
	struct mm386_op op;
	unsigned line;
	bool takes;	     /* an A; else an F */
	bool falls_back;     /* an X stood before it */
	mm386_pfn_t pfn;     /* the kernel's block */
	struct replay_fallback fallback;
};
struct replay {
	char from[64], to[64]; /* snapshots */
	bool exact;	       /* what the first line says */
	size_t nr;
	struct replay_step *step;
};

/* The first line of ${text}: false when it does not name two snapshots. */
bool replay_head(struct replay *p, const char *text);
/* The operations behind it, for ${m}; false with ${c} skipped or differing.  replay_free() it either way. */
bool replay_read(struct check *c, struct replay *p, const char *text, const struct mm386 *m);
void replay_free(struct replay *p);

/* Apply all of it to ${m}, and compare each block and each fallback with the kernel's. */
void replay_compare(struct check *c, const struct replay *p, struct mm386 *m);

#endif
