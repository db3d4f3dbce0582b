/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oracle.h - a folder of captures, found by the names of its files:
 *	facts/RUN.json			what one boot printed
 *	snap/RUN.POINT.json.gz		memory and lists of that boot, or of a traced one, at a point
 *	trace/RUN.POINT.ops.gz		operations that lead to the snapshot of that point
 *	trace/RUN.trace.gz		the same and more, as ftrace prints it
 *	raw/RUN.log			that boot's console
 * Any of them may be missing.  Every .json may be gzipped.
 */
#ifndef CONFORM_ORACLE_H
#define CONFORM_ORACLE_H

#include <stddef.h>

#include "input.h"
#include "report.h"

#define ORACLE_NAME_MAX 96

struct oracle_run {
	char name[ORACLE_NAME_MAX];
	char *facts, *init, *final; /* paths; NULL when there is no such file */
};
struct oracle_segment {
	char run[ORACLE_NAME_MAX], point[ORACLE_NAME_MAX];
	char *path;
};
struct oracle {
	const char *dir;
	size_t nr_runs, nr_segments;
	struct oracle_run *run;		/* by name */
	struct oracle_segment *segment; /* by name; numbers within it count as numbers */
	char *banner; /* the kernel's line "Linux version ", if all facts are of one kernel; else NULL */
};

/* What there is in ${dir}.  0 or -errno; oracle_free() it either way. */
int oracle_open(struct oracle *o, const char *dir);
void oracle_free(struct oracle *o);

/* The path of the snapshot of ${run} at ${point}, or NULL.  The caller frees it. */
char *oracle_snapshot(const struct oracle *o, const char *run, const char *point);

/* The path of the trace of ${run} as the kernel's own text, or NULL.  The caller frees it. */
char *oracle_trace(const struct oracle *o, const char *run);

/* The kernel's line "Linux version ..." by the console of ${run}, or by all facts there are, or NULL; the caller frees it. */
char *oracle_banner(const struct oracle *o, const char *run);

/* What the files of one run hold; what is missing is NULL. */
struct capture {
	const char *name;
	const char *banner; /* the kernel's, for a run without facts */
	json_t *facts, *init, *final;
};

/*
 * The checks.  Each prints its line, or none when the run has nothing for it.
 */
void check_handover(struct results *r, const struct capture *cap);
void check_sizing(struct results *r, const struct capture *cap);
void check_boot(struct results *r, const struct capture *cap);
void check_formats(struct results *r, const struct capture *cap);
void check_replay(struct results *r, const struct oracle *o, const struct oracle_segment *s);
void check_lists(struct results *r, const struct oracle *o, const struct oracle_segment *s);
void check_compaction(struct results *r, const struct oracle *o, const struct oracle_segment *s);

#endif
