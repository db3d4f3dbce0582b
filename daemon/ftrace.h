/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ftrace.h - one line of a kernel's own trace, as far as it tells of page frames.
 *
 * The text is that of /sys/kernel/tracing/trace, or of trace-cmd and perf, which print the
 * same events behind another head.  Nothing is known here of a machine.
 */
#ifndef MM386_FTRACE_H
#define MM386_FTRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* id, the event's name in the text.  FAILED and LOST have none of their own. */
#define FTRACE_EVENTS(X)                              \
	X(ZONE_LOCKED, "mm_page_alloc_zone_locked")   \
	X(ALLOC, "mm_page_alloc")                     \
	X(FREE, "mm_page_free")                       \
	X(FREE_DIRECT, "mm_page_free_direct") /* 2.6.31 .. 3.2 */ \
	X(FREE_BATCHED, "mm_page_free_batched")       \
	X(FREE_PAGEVEC, "mm_pagevec_free") /* the same, 2.6.31 .. 3.2 */ \
	X(DRAIN, "mm_page_pcpu_drain")                \
	X(EXTFRAG, "mm_page_alloc_extfrag")           \
	X(MARK, "tracing_mark_write")                 \
	X(FAILED, "")                                 \
	X(LOST, "")

#define FTRACE_EVENT_ENUM(id, name) FTRACE_##id,
enum ftrace_event { FTRACE_EVENTS(FTRACE_EVENT_ENUM) FTRACE_NR_EVENTS };

#define FTRACE_MARK_MAX 96 /* bytes of a mark that are kept, with the NUL */

struct ftrace_record {
	uint8_t event; /* enum ftrace_event */
	uint8_t order; /* of EXTFRAG: of the block that was found */
	uint8_t wanted; /* EXTFRAG: the order that was asked for */
	int8_t migratetype; /* the kernel's number, of EXTFRAG the one that was wanted; -1: not told */
	uint8_t cpu;
	bool refill; /* ZONE_LOCKED: on its way to a CPU's list */
	bool owns;   /* EXTFRAG: the page block goes to that type */
	bool pae;    /* EXTFRAG: page blocks are of 2 MiB, as large pages are with PAE */
	bool hex;    /* pfn was written in hex, as since 5.12 */
	bool gfp_cut; /* some of the flags have no name here */
	uint32_t gfp;
	uint64_t pfn;
	uint64_t page; /* linear address of its descriptor, as printed; 0: not told */
	uint64_t lost; /* LOST: events */
	char mark[FTRACE_MARK_MAX]; /* MARK: printable, nothing in it needs an escape */
};

enum ftrace_line {
	FTRACE_NOTHING, /* a comment, or an event that says nothing of frames */
	FTRACE_RECORD,
	FTRACE_WRONG, /* such an event, but a number in it is missing or out of range */
};
/* Read one line, without its newline.  ${out} is filled when it is a RECORD. */
enum ftrace_line ftrace_parse(const char *line, size_t len, struct ftrace_record *out);

/* "#P:4": the CPUs that a trace's head tells of; 0 when this line does not. */
unsigned ftrace_parse_cpus(const char *line, size_t len);

const char *ftrace_event_name(enum ftrace_event event);

#endif
