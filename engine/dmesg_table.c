/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dmesg_table.c - the memory tables of a boot log.
 *
 *	BIOS-e820: ...		the firmware's
 *	e820: update ...	a work-around changed it
 *	modified: ...		printed again after that
 *	user: ...		after the command line's options
 */
#include <stdio.h>

#include "dmesg.h"
#include "dmesg_words.h"

#define PA_BITS 52 /* of a physical address, on any x86 */

static bool table_has(const struct e820_table *t, uint64_t start, uint64_t end, uint32_t type)
{
	for (unsigned i = 0; i < t->nr; i++)
		if (t->e[i].start == start && t->e[i].end == end && t->e[i].type == type)
			return true;
	return false;
}

static int entry_read(struct reading *r, struct e820_table *t, const char *line, const char *at)
{
	uint64_t start, end;
	uint32_t type;

	if (!dmesg_range(&at, &start, &end))
		return dmesg_refuse(r, "no range of addresses", line);
	if (!dmesg_type(at, &type))
		return dmesg_refuse(r, "no e820 type", line);
	if (end + 1 == start)
		return 0; /* empty, as some firmware has it */
	if (end < start)
		return dmesg_refuse(r, "the end is below the start", line);
	if (end >> PA_BITS)
		return dmesg_refuse(r, "an address of more than 52 bits", line);
	if (table_has(t, start, end, type))
		return 0; /* printed twice, by a boot console and again */
	if (t->nr == MM386_E820_MAX)
		return dmesg_refuse(r, "more than 128 entries", line);
	e820_add(t, start, end, type);
	return 0;
}

/* "e820: update [mem ...] usable ==> reserved", "e820 update range: A - B (usable) ==> (reserved)"
 */
int dmesg_update(struct reading *r, const char *line, const char *at)
{
	uint64_t start, end;
	uint32_t from, to = 0;
	char left[80];
	const char *arrow = strstr(at, "==>");

	(void)line;
	if (!dmesg_range(&at, &start, &end) || end < start || start >> PA_BITS)
		return 0;
	if (end >> PA_BITS) /* "to the top", as mem= has it */
		end = (UINT64_C(1) << PA_BITS) - 1;
	if (arrow) {
		snprintf(left, sizeof(left), "%.*s", (int)(arrow - at), at);
		if (!dmesg_type(left, &from) || !dmesg_type(arrow + 3, &to) || from == to)
			return 0;
	} else if (!dmesg_type(at, &from)) {
		return 0;
	}
	if (r->bios.nr)
		e820_update(&r->bios, start, end, from, to);
	return 0;
}

int dmesg_bios(struct reading *r, const char *line, const char *at)
{
	r->inclusive |= strstr(at, "[mem ") != NULL;
	if (strstr(at, "[gap "))
		return 0; /* newer kernels print what lies between, too */
	return entry_read(r, &r->bios, line, at);
}

int dmesg_user(struct reading *r, const char *line, const char *at)
{
	uint64_t start, end;
	const char *probe = at;

	/* "user:" is a word that other drivers print too. */
	if (!dmesg_range(&probe, &start, &end))
		return 0;
	return entry_read(r, &r->user, line, at);
}

int dmesg_modified(struct reading *r, const char *line, const char *at)
{
	uint64_t start, end;
	const char *probe = at;

	if (!dmesg_range(&probe, &start, &end))
		return 0;
	return entry_read(r, &r->modified, line, at);
}

int dmesg_modified_start(struct reading *r, const char *line, const char *at)
{
	(void)line;
	(void)at;
	r->modified.nr = 0; /* printed again after each change: the last one holds */
	return 0;
}
