/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lists.h - what a kernel's trace says of requests and frees between two marks, as operations: each
 * goes through a CPU's list, if that has its order.
 */
#ifndef CONFORM_LISTS_H
#define CONFORM_LISTS_H

#include "machine.h"

enum lists_kind {
	LISTS_ALLOC, /* mm_page_alloc */
	LISTS_FREE, /* mm_page_free; of many at once mm_page_free_batched, when the page goes to its
		       list */
	LISTS_DRAIN, /* mm_page_pcpu_drain */
	LISTS_TAKEN, /* mm_page_alloc_zone_locked */
};
struct lists_step {
	uint8_t kind, order, cpu;
	bool batched; /* an mm_page_free that a later mm_page_free_batched stands for */
	uint32_t pfn;
	mm386_gfp_t
		gfp; /* of an allocation; flags that mm386 has no name for decide nothing of this */
};
struct lists {
	size_t nr;
	struct lists_step *step;
	const char *open; /* what the trace leaves open or the engine out, or NULL */
};

/* Read what is between ${from} and ${to} of ${trace}; false: nothing, or no memory.  lists_free()
 * it either way. */
bool lists_read(struct lists *l, const char *trace, const char *from, const char *to);
void lists_free(struct lists *l);

/* Apply it to ${m}: every block that we hand out, take for a list or drain must be the kernel's. */
void lists_compare(struct check *c, const struct lists *l, struct mm386 *m);

#endif
