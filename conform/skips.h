/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * skips.h - records that are not compared, by name, each with its reason.
 *
 * A line of skips.txt is a name and, after a blank, the reason; "#" begins a comment.  A
 * reason that a record itself shows (several nodes, another split) is not written down
 * there: the check finds it.
 */
#ifndef CONFORM_SKIPS_H
#define CONFORM_SKIPS_H

#include "report.h"

struct skips {
	char *text; /* the file; NULL when there is none */
};

/* Read ${dir}/skips.txt; skips_free() it.  That there is no such file is no error. */
void skips_read(struct skips *s, const char *dir);
void skips_free(struct skips *s);
/* The reason that stands behind ${name}, up to the end of the line, or NULL. */
const char *skips_reason(const struct skips *s, const char *name);
/* Print a line for ${run} if it is to be passed over; false when it is not. */
bool skips_line(const struct skips *s, struct results *r, const char *run);

#endif
