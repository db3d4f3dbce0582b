/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * op_compact.c - the operation compact_memory.
 *
 * Kernel: writing to /proc/sys/vm/compact_memory, or for one node to
 * /sys/devices/system/node/node?/compact [2.6.35 and later].
 */
#include "internal.h"

enum { ARG_NODE, ARG_CPU };

void op_compact_memory(struct mm386 *m, const struct op_call *call, struct mm386_result *res)
{
	unsigned cpu = (unsigned)call->arg[ARG_CPU];

	if (!m->s->profile.compaction) {
		result_refuse(res, ENOENT, MM386_WHY_NO_COMPACTION, 0, 0, 0);
		return;
	}
	if (call->given & 1u << ARG_NODE)
		compact_node(m, (unsigned)call->arg[ARG_NODE], cpu);
	else
		compact_memory(m, cpu);
	res->ok = true;
}
