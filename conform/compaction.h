/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compaction.h - what a kernel's trace says of one write to /proc/sys/vm/compact_memory, step by
 * step.  Pages isolated to be moved are not traced, only that their old frames are freed.
 */
#ifndef CONFORM_COMPACTION_H
#define CONFORM_COMPACTION_H

#include "machine.h"

enum compaction_kind {
	COMPACTION_BEGIN, /* mm_compaction_begin: a, b: the scanners' frames */
	COMPACTION_ROOM,  /* mm_compaction_isolate_freepages: a, b: range; scanned, taken */
	COMPACTION_FREE,  /* mm_page_free: a: frame */
	COMPACTION_DRAIN, /* mm_page_pcpu_drain: a: frame */
	COMPACTION_END,	  /* mm_compaction_end: a, b: the scanners' frames; status */
};
struct compaction_step {
	enum compaction_kind kind;
	uint32_t a, b, scanned, taken;
	char status[24];
};
struct compaction {
	size_t nr;
	struct compaction_step *step;
	bool whole;   /* the segment begins with it, and no kernel thread does it */
	bool settled; /* nothing reaches the buddy system after it */
};

/*
 * Read the compaction between the marks ${from} and ${to} out of ${trace}, ftrace's text.  False when
 * there is none.  compaction_free() it either way.
 */
bool compaction_read(struct compaction *k, const char *trace, const char *from, const char *to);
void compaction_free(struct compaction *k);

/* Apply compact_memory to ${m}, and compare it with ${k} step by step. */
void compaction_compare(struct check *c, const struct compaction *k, struct mm386 *m);

#endif
