/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * snapshot.h - what lay in a kernel's memory at one point: free lists in list order, page
 * blocks, the CPUs' lists; against a machine of ours, and into one.
 */
#ifndef CONFORM_SNAPSHOT_H
#define CONFORM_SNAPSHOT_H

#include "machine.h"

/* Whether RAM can be read from ${snap}: from the kernel's own map, or from memblock's. */
bool snapshot_tells_memory(const json_t *snap);

/*
 * The machine of a capture: by its facts, or, where a traced run has none, by the zones and
 * memory of ${snap} itself.  False: ${c} is skipped.
 */
bool snapshot_configure(struct check *c, const struct capture *cap, const json_t *snap, struct mm386_config *cfg);

/* memblock.memory or memblock.reserved of ${snap}; the caller frees it.  NULL and 0 when it has none. */
struct mm386_memrange *snapshot_memblock(const json_t *snap, const char *name, size_t *nr);

/* Whether the kernel gave more pages to a zone of ${snap} than it has, and broke its lists; ${c} is skipped then. */
bool snapshot_was_freed_twice(struct check *c, const json_t *snap);
/* A machine that boots from those lists: false with ${c} skipped or differing. */
bool snapshot_boot(struct check *c, const struct capture *cap, struct mm386 **m);

/* Whether our zones lie where the snapshot's do. */
void snapshot_compare_bounds(struct check *c, const json_t *snap, const struct mm386 *m);
/* Every free list of every zone, order and migrate type, in order, and the type of every page block. */
void snapshot_compare_lists(struct check *c, const json_t *snap, const struct mm386 *m);

/* How much of a snapshot mm386_load() is to take over besides free lists and page blocks. */
enum snapshot_load {
	SNAPSHOT_LISTS,	  /* nothing: marks and CPU lists stay as boot made them */
	SNAPSHOT_MANAGED, /* managed pages */
	SNAPSHOT_ALL,	  /* these, CPU lists, marks and reserves */
};
/*
 * Put the state of ${snap} into ${m}; false with ${c} differing when mm386 does not take it.
 * ${movable}: frames in use that can be moved, rising, as no snapshot tells; NULL: nobody knows.
 */
bool snapshot_load(struct check *c, const json_t *snap, struct mm386 *m, enum snapshot_load how,
		   const struct mm386_load_list *movable);

#endif
