/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oplog.h - every operation since boot, packed, in memory.
 *
 * The log is the history: replayed on a machine of the same configuration it
 * gives every state that there was.  One thread appends, any may read at the
 * same time; shared by reference, for who reads may be slower than a reboot.
 */
#ifndef MM386D_OPLOG_H
#define MM386D_OPLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mm386.h"

/* Where an operation came from.  The names stand in logs: append, never reorder. */
#define ORIGINS(X)       \
	X(REST, "rest")  \
	X(SCENE, "scene") \
	X(LOG, "log") /* from a posted log that named somebody else */

#define ORIGIN_ENUM(id, name) ORIGIN_##id,
enum origin { ORIGINS(ORIGIN_ENUM) NR_ORIGINS };

const char *origin_name(enum origin origin);
enum origin origin_find(const char *name); /* ORIGIN_LOG if there is none of that name */

struct oplog_entry {
	struct mm386_op op;
	uint64_t seq; /* from 1, without gaps */
	enum origin origin;
};

struct oplog;

/* An empty log of a machine of ${cfg}, with one reference.  NULL when out of memory. */
struct oplog *oplog_new(const struct mm386_config *cfg);
struct oplog *oplog_get(struct oplog *log);
void oplog_put(struct oplog *log);

const struct mm386_config *oplog_config(const struct oplog *log);

/* Make sure that there is room for one more operation.  0 or -ENOMEM. */
int oplog_reserve(struct oplog *log);
/* Append operation number oplog_last() + 1.  0 or -ENOMEM, which does not come after oplog_reserve(). */
int oplog_append(struct oplog *log, const struct mm386_op *op, enum origin origin);
uint64_t oplog_last(struct oplog *log);
size_t oplog_bytes(struct oplog *log);

/* Copy operations from ${seq} on, at most ${max}; return how many. */
size_t oplog_read(struct oplog *log, uint64_t seq, struct oplog_entry *out, size_t max);

#endif
