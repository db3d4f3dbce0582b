/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth.h - compare what the engine works out with what a real kernel printed.
 *
 * A record is one JSON file.  Each comparison adds to a list of differences;
 * a record with none is exact.  The programs speak TAP, one line a record:
 *	ok 1 - 001 exact (9 values)
 *	not ok 2 - 011 differs: Normal end (expected 229376, got 227326)
 *	ok 3 - 019 # SKIP NUMA-Q: several nodes
 */
#ifndef TRUTH_H
#define TRUTH_H

#include <jansson.h>

#include "internal.h"

struct truth {
	unsigned values, differences; /* compared; not equal */
	const char *skip;	      /* set: the record lacks what this program compares, and why */
	char text[1024];	      /* the differences in words */
};

void truth_equal(struct truth *t, const char *what, uint64_t expected, uint64_t got);
/* A number, or text in hexadecimal or decimal; false when ${v} is null or neither. */
bool truth_number(const json_t *v, uint64_t *out);
/* Compare start and end of the region ${name} with ${pair}, a list that begins with them. */
void truth_region(struct truth *t, const struct mm386_info *info, const char *name,
		  const json_t *pair);

/*
 * Run ${record}() for each FILE.json in $srcdir/tests/data/${dir}, by name; a
 * name that stands in the file SKIP there, followed by a reason, is passed
 * over.  ${record} returns NULL or why the record cannot be compared.
 * Returns the exit status of the program.
 */
int truth_main(const char *dir, const char *(*record)(const json_t *r, struct truth *t));

#endif
