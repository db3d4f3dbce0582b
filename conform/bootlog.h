/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootlog.h - check 6: records of boot logs, out-of-memory reports and /proc files, 2.4 to 6.x. */
#ifndef CONFORM_BOOTLOG_H
#define CONFORM_BOOTLOG_H

#include "input.h"
#include "mm386.h"
#include "report.h"
#include "skips.h"

/* Every record of ${dir}.  0, or -errno when it cannot be read. */
int bootlog_checks(struct results *r, const char *dir, const struct skips *skips);

/*
 * The lines that the kernel printed, as far as they are input, written again from record
 * ${v}; NULL with ${why} when they make no machine.  The caller frees it.
 */
char *bootlog_text(const json_t *v, size_t *len, const char **why);
/* Why mm386 does not model the machine of record ${v}, as the record itself shows; NULL: it does. */
const char *bootlog_foreign(const json_t *v);

/* The sums, marks and reserves of one record. */
void bootlog_report(struct results *r, const char *name, const json_t *v);

#endif
