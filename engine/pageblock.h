/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pageblock.h - a page block as a whole: its type, what is in it, and its free frames.
 */
#ifndef MM386_PAGEBLOCK_H
#define MM386_PAGEBLOCK_H

#include "internal.h"

/* What is in a page block, in frames. */
struct pageblock_contents {
	uint32_t free;	  /* on the buddy lists */
	uint32_t movable; /* in use, can be moved */
	uint32_t unknown; /* in use, loaded or placed by a replay: nobody said what for */
	uint32_t likely;  /* of these, asked as MOVABLE */
	bool whole;	  /* all of it is the zone's */
};

/* The page block that ${pfn} lies in is ${mt}'s; its free frames stay on the lists they are on. */
void pageblock_retype(struct mm386 *m, struct zone *z, pfn_t pfn, enum mm386_migratetype mt);
/* What is in the page block around ${pfn}; false: nothing of it can be moved, or is free. */
bool pageblock_look(const struct mm386 *m, const struct zone *z, pfn_t pfn,
		    struct pageblock_contents *c);
/* Its free frames go to the lists of ${mt}; false: there were none, or they cannot be moved. */
bool pageblock_move_free(struct mm386 *m, struct zone *z, pfn_t pfn, enum mm386_migratetype mt);
/* The page block is ${mt}'s, and so are its free frames; false: none went with it. */
bool pageblock_give(struct mm386 *m, struct zone *z, pfn_t pfn, enum mm386_migratetype mt);

#endif
