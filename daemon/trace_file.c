/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_file.c - reading a trace to its end, whatever is in it.
 *
 * Traces are cut off by full disks and killed kernels, and are megabytes of text: lines are read
 * into a buffer of bounded size, a line that does not fit is passed over, and one without a newline
 * at the end is not trusted.
 */
#include "trace_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define LINE_BYTES 65536
#define TELL_LINES 1000000

/* Room for one more of ${size} bytes in ${list}; NULL: no memory. */
static void *grown(void *list, size_t nr, size_t *cap, size_t size)
{
	size_t more = *cap ? 2 * *cap : 1024;
	void *p;

	if (nr < *cap)
		return list;
	p = realloc(list, more * size);
	if (p)
		*cap = more;
	return p;
}

static int add_mark(struct trace_file *t, const struct ftrace_record *r)
{
	struct trace_mark *m;

	if (t->nr_marks == TRACE_MARKS_MAX)
		return 0;
	m = grown(t->mark, t->nr_marks, &t->cap_marks, sizeof(*m));
	if (!m)
		return -ENOMEM;
	t->mark = m;
	m += t->nr_marks++;
	m->before = t->nr_events;
	if (r->event == FTRACE_LOST)
		snprintf(m->text, sizeof(m->text), "%llu events were lost",
			 (unsigned long long)r->lost);
	else
		snprintf(m->text, sizeof(m->text), "mark: %s", r->mark);
	return 0;
}

const unsigned trace_page_sizes[TRACE_PAGE_SIZES] = {32, 36, 40, 44, 56, 64};

static void keep_page(struct trace_file *t, const struct ftrace_record *r)
{
	if (!r->page)
		return;
	for (unsigned i = 0; i < TRACE_PAGE_SIZES; i++) {
		uint64_t base = r->page - r->pfn * trace_page_sizes[i];

		if (!t->nr_pages)
			t->mem_map[i] = base;
		else if (t->mem_map[i] != base)
			t->mem_map[i] = 0;
	}
	t->nr_pages++;
}

#define PAGES_ENOUGH 16 /* events that agree by chance are fewer */

bool trace_file_mem_map(const struct trace_file *t, uint64_t *va, unsigned *page_bytes)
{
	unsigned found = 0;

	for (unsigned i = 0; i < TRACE_PAGE_SIZES; i++) {
		if (!t->mem_map[i])
			continue;
		*va = t->mem_map[i];
		*page_bytes = trace_page_sizes[i];
		found++;
	}
	return found == 1 && t->nr_pages >= PAGES_ENOUGH;
}

static int add_event(struct trace_file *t, const struct ftrace_record *r)
{
	struct trace_event *e;

	if (r->pfn >= UINT32_MAX) {
		t->far++;
		return 0;
	}
	if (t->nr_events == TRACE_EVENTS_MAX) {
		t->full = true;
		return 0;
	}
	e = grown(t->event, t->nr_events, &t->cap_events, sizeof(*e));
	if (!e)
		return -ENOMEM;
	t->event = e;
	e[t->nr_events++] = (struct trace_event){
		.pfn = (uint32_t)r->pfn,
		.gfp = r->gfp,
		.event = r->event,
		.order = r->order,
		.wanted = r->wanted,
		.cpu = r->cpu,
		.migratetype = r->migratetype,
		.refill = r->refill,
		.owns = r->owns,
		.gfp_cut = r->gfp_cut,
	};
	keep_page(t, r);
	if (r->pfn > t->highest_pfn)
		t->highest_pfn = (uint32_t)r->pfn;
	t->pae = t->pae || r->pae;
	if (t->cpus <= r->cpu)
		t->cpus = r->cpu + 1u;
	t->old_names =
		t->old_names || r->event == FTRACE_FREE_DIRECT || r->event == FTRACE_FREE_PAGEVEC;
	return 0;
}

static int take_line(struct trace_file *t, const char *line, size_t len)
{
	struct ftrace_record r;
	unsigned cpus = ftrace_parse_cpus(line, len);

	if (cpus > t->cpus)
		t->cpus = cpus;
	switch (ftrace_parse(line, len, &r)) {
	case FTRACE_WRONG:
		if (!t->wrong++)
			t->first_wrong = t->lines;
		return 0;
	case FTRACE_RECORD:
		t->nr[r.event]++;
		t->lost += r.lost;
		return r.event == FTRACE_MARK || r.event == FTRACE_LOST ? add_mark(t, &r)
									: add_event(t, &r);
	default:
		t->others++;
		return 0;
	}
}

/* Every line, into ${line} of LINE_BYTES.  0 or -errno; the end of damaged data is an end. */
static int take_lines(struct trace_file *t, gzFile f, char *line, void (*tell)(uint64_t lines))
{
	bool within = false; /* a line that did not fit goes on */
	int rc = 0;

	while (!rc && gzgets(f, line, LINE_BYTES)) {
		size_t len = strlen(line); /* what stands behind a NUL is as good as not there */
		bool ends = len && line[len - 1] == '\n';

		if (within || (!ends && len == LINE_BYTES - 1)) {
			t->overlong += !within;
			within = !ends;
			continue;
		}
		t->cut = !ends && gzeof(f);
		if (t->cut)
			break;
		if (++t->lines % TELL_LINES == 0)
			tell(t->lines);
		rc = take_line(t, line, ends ? len - 1 : len);
	}
	return rc;
}

int trace_file_read(struct trace_file *t, const char *path, void (*tell)(uint64_t lines))
{
	char *line = malloc(LINE_BYTES);
	int rc = -ENOMEM, gz = Z_OK;
	gzFile f;

	memset(t, 0, sizeof(*t));
	errno = 0;
	f = strcmp(path, "-") ? gzopen(path, "rb") : gzdopen(dup(STDIN_FILENO), "rb");
	if (!f) {
		rc = errno ? -errno : -ENOMEM;
	} else if (line) {
		rc = take_lines(t, f, line, tell);
		gzerror(f, &gz);
		if (!rc && gz == Z_ERRNO)
			rc = errno ? -errno : -EIO;
		t->cut = t->cut || (gz != Z_OK && gz != Z_STREAM_END);
	}
	if (f)
		gzclose(f);
	free(line);
	return rc;
}

void trace_file_free(struct trace_file *t)
{
	free(t->event);
	free(t->mark);
	memset(t, 0, sizeof(*t));
}
