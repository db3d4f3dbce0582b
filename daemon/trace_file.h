/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace_file.h - a whole trace in memory: its events of page frames, in a few bytes each. */
#ifndef MM386_TRACE_FILE_H
#define MM386_TRACE_FILE_H

#include "ftrace.h"

#define TRACE_EVENTS_MAX (1u << 26) /* a gigabyte of them; what comes later is left out */
#define TRACE_MARKS_MAX	 65536

/* Bytes that struct page has had on i386. */
#define TRACE_PAGE_SIZES 6
extern const unsigned trace_page_sizes[TRACE_PAGE_SIZES];

struct trace_event {
	uint32_t pfn, gfp;
	uint8_t event, order, wanted, cpu; /* as in struct ftrace_record */
	int8_t migratetype;
	bool refill, owns, gfp_cut;
};

/* What a line says beside events: a mark, or that events were lost. */
struct trace_mark {
	size_t before; /* it stands before event number ${before} */
	char text[FTRACE_MARK_MAX + 16];
};

struct trace_file {
	size_t nr_events, cap_events;
	struct trace_event *event;
	size_t nr_marks, cap_marks;
	struct trace_mark *mark;

	uint64_t lines, others;	     /* others: tell nothing of frames */
	uint64_t wrong, first_wrong; /* lines that a number is missing in; the first of them */
	uint64_t overlong, far; /* lines of more than 64 KiB; events of frames beyond 32 bits */
	uint64_t lost;		/* events, by what the kernel says */
	uint64_t nr[FTRACE_NR_EVENTS];
	uint32_t highest_pfn;
	/*
	 * Where frame 0's descriptor would lie if one has page_sizes[i] bytes; not 0 as long as all
	 * events agree.  Kernels since 4.15 print another address instead of the true one.
	 */
	uint64_t mem_map[TRACE_PAGE_SIZES];
	uint64_t nr_pages; /* events that told an address */
	unsigned cpus;	   /* that the head tells of, or the highest that did something, and one */
	bool old_names;	   /* events as 2.6.31 .. 3.2 call them */
	bool pae;	   /* page blocks are of 2 MiB */
	bool cut;	   /* it ends within a line, or within the compressed data */
	bool full;	   /* more than TRACE_EVENTS_MAX */
};

/*
 * Read ${path}, plain or gzip, "-" for standard input.  0, or -errno; free with trace_file_free()
 * either way.  ${tell} is called now and then with the number of lines read so far.
 */
int trace_file_read(struct trace_file *t, const char *path, void (*tell)(uint64_t lines));
void trace_file_free(struct trace_file *t);

/*
 * Where the traced kernel's mem_map lay and how many bytes one descriptor had, if the trace tells:
 * else false.
 */
bool trace_file_mem_map(const struct trace_file *t, uint64_t *va, unsigned *page_bytes);

#endif
