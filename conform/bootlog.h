/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootlog.h - check 6: records of boot logs, out-of-memory reports and /proc files, 2.4 to 6.x. */
#ifndef CONFORM_BOOTLOG_H
#define CONFORM_BOOTLOG_H

#include <stdio.h>

#include "input.h"
#include "mm386.h"
#include "report.h"
#include "skips.h"

/* Every record of ${dir}.  0, or -errno when it cannot be read. */
int bootlog_checks(struct results *r, const char *dir, const struct skips *skips);

/*
 * The lines that kernel ${version} printed, as far as they are input, written again from record
 * ${v}; NULL with ${why} when they make no machine.  The caller frees it.
 */
char *bootlog_text(const json_t *v, const char *version, size_t *len, const char **why);
/*
 * The ${i}th of the node's ranges, in pfns, into ${range}, which holds the one before, or {0, 0}; false past the
 * last.  They rise: where one does not, its kernel (3.5 .. 3.19) printed addresses of 32 bits, and lost the rest.
 */
bool bootlog_node_range(const json_t *v, size_t i, uint64_t range[2]);
/*
 * The firmware's table of record ${v}, and what options made of it; NULL when the record has none, or a part only:
 * its first line or its last was cut off.
 */
const json_t *bootlog_table(const json_t *v);
const json_t *bootlog_user_map(const json_t *v);
/* Whether the node's ranges are in record ${v}, to their end. */
bool bootlog_ranges_are_whole(const json_t *v);
/* Whether it tells to the page where memory ends; and which frames before are RAM. */
bool bootlog_end_is_told(const json_t *v);
bool bootlog_ram_is_told(const json_t *v);
/* Why mm386 does not model the machine of record ${v}, as the record itself shows; NULL: it does. */
const char *bootlog_foreign(const json_t *v);

/* Whether record ${v} is of a kernel built for NUMA and tells its nodes. */
bool bootlog_has_nodes(const json_t *v);
/* Lines that tell RAM by nodes; false when the record has none. */
bool bootlog_nodes_table(FILE *t, const json_t *v);
/* Lines about nodes; what comes of them in ${m}, which prints ${report}. */
void bootlog_nodes_say(FILE *t, const json_t *v);
void bootlog_nodes_compare(struct check *c, const json_t *v, const struct mm386 *m, const char *report);

/* Whether record ${v} has anything of these checks, and the checks. */
bool bootlog_has_sums(const json_t *v);
void bootlog_sums(struct results *r, const char *name, const json_t *v);
bool bootlog_has_marks(const json_t *v);
void bootlog_marks(struct results *r, const char *name, const json_t *v);
/* Why the marks and zones of record ${v} are not those of ${cfg}'s kernel, mainline and on a PC; NULL: they may be. */
const char *bootlog_patched(const json_t *v, const struct mm386_config *cfg);

#endif
