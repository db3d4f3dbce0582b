/* SPDX-License-Identifier: GPL-2.0-or-later */
/* segment.h - the part of a traced run between two snapshots: what both checks of it begin with. */
#ifndef CONFORM_SEGMENT_H
#define CONFORM_SEGMENT_H

#include "machine.h"

/* The snapshot of ${run} at ${point}; NULL with ${c} skipped or differing.  json_decref() it. */
json_t *segment_snapshot(struct check *c, const struct oracle *o, const char *run, const char *point);
/* The machine of ${run}, just booted, by its facts or by the snapshot ${from}; NULL with ${c} skipped or differing. */
struct mm386 *segment_boot(struct check *c, const struct oracle *o, const char *run, json_t *from);

#endif
