/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machine.h - the machine that a capture is of, as a configuration, and what its kernel would print. */
#ifndef CONFORM_MACHINE_H
#define CONFORM_MACHINE_H

#include "mm386.h"
#include "oracle.h"

/*
 * Memory, command line, kernel, CPUs and image sizes as the capture tells them.  False when
 * such a machine is not modelled: ${c} is then skipped, with the reason.
 */
bool machine_configure(struct check *c, const struct capture *cap, struct mm386_config *cfg);

/* "6.1.0-50-686" -> kernel and release of ${cfg}; false when it begins with no release from 2.4 on. */
bool machine_release(struct mm386_config *cfg, const char *version);

/* What mm386_boot_report() writes.  The caller frees it; NULL: no memory. */
char *machine_report(const struct mm386 *m);
/* What mm386_proc() writes; NULL when this kernel has no such file, or no memory. */
char *machine_proc(const struct mm386 *m, const char *file);
/* What stands behind ${prefix} at the beginning of a line of ${text}; NULL when no line begins so. */
const char *machine_line(const char *text, const char *prefix);
/* The number before ${words} in the line at ${line}: "9327K kernel code"; false when it is not there. */
bool machine_number_before(const char *line, const char *words, uint64_t *out);

/* An operation by its name, and its arguments by theirs; false: this build has no such thing. */
bool machine_op(struct mm386_op *op, const char *name);
bool machine_arg(struct mm386_op *op, const char *name, uint64_t value);
bool machine_arg_word(struct mm386_op *op, const char *name, const char *word);

/* Compare the linear region ${name} with ${bounds}, a list that begins with its start and end, if it does. */
void machine_region(struct check *c, const struct mm386_info *info, const char *name, const json_t *bounds);

/* The index in ${m} of node ${node}'s zone called ${name}, or of the zone that a record's ${z} is of; -1: there is none. */
int machine_zone_of(const struct mm386 *m, unsigned node, const char *name);
int machine_zone(const struct mm386 *m, const json_t *z);

/* Which memory and which CPUs are whose, on a machine of several nodes; false: ${c} is skipped. */
bool machine_nodes(struct check *c, const struct capture *cap, struct mm386_config *cfg);

#endif
