/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.h - one line a check, and their sum.
 *
 *	686-1024M, sizing, exact
 *	686-1024M, replay 3-anon, differs: A 30720 0 1: expected 30720, came 30721
 *	083, boot log, skipped: 4G/4G split: kernel and processes have 4 GiB each
 *	61 exact, 1 differs, 1 skipped
 */
#ifndef CONFORM_REPORT_H
#define CONFORM_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "mm386.h"

enum check_kind {
	CHECK_HANDOVER,
	CHECK_SIZING,
	CHECK_REPLAY,
	CHECK_LISTS,
	CHECK_COMPACTION,
	CHECK_BOOT,
	CHECK_FORMATS,
	CHECK_BOOT_LOG,
	CHECK_SUMS,
	CHECK_MARKS,
	NR_CHECKS
};
/* "hand-over", what the names of such checks begin with. */
const char *check_kind_name(unsigned kind);

struct results {
	FILE *out;
	bool list; /* name the checks, make none */
	unsigned exact, differ, skipped;
	unsigned exact_of[NR_CHECKS][MM386_NR_KERNELS]; /* of checks that know which kernel it was */
};

/* One check while it runs.  What was not compared is never exact: see check_end(). */
struct check {
	struct results *report;
	char run[96], name[64];
	unsigned values, differences; /* compared; not equal */
	int kernel; /* enum mm386_kernel, once that is known; -1 */
	bool skipped;
	char text[640]; /* the first differences, or the reason for skipping */
};

/* False when the report only lists: the line is printed, and nothing more is to be done. */
bool check_begin(struct check *c, struct results *r, const char *run, const char *name);
void check_end(struct check *c);

/* Compare two numbers; ${what} says which. */
__attribute__((format(printf, 4, 5))) void check_equal(struct check *c, uint64_t expected, uint64_t got,
						       const char *what, ...);
/* Compare two texts, up to the first difference. */
__attribute__((format(printf, 4, 5))) void check_same(struct check *c, const char *expected, const char *got,
						      const char *what, ...);
/* Something is wrong that is no pair of values. */
__attribute__((format(printf, 2, 3))) void check_differs(struct check *c, const char *fmt, ...);
/* Nothing of this is to be compared.  The first reason stands. */
__attribute__((format(printf, 2, 3))) void check_skip(struct check *c, const char *fmt, ...);

/* Whether enough differs that looking further tells nothing new. */
bool check_is_lost(const struct check *c);

/* "N exact, N differ, N skipped" */
void report_sum(const struct results *r);

#endif
