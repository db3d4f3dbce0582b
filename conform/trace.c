/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace.c - see trace.h */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace.h"

const char *trace_arguments(const char *line, const char *name)
{
	const char *at = strstr(line, name);

	return at ? at + strlen(name) : NULL;
}

uint32_t trace_number(const char *args, const char *key, int base)
{
	const char *at = strstr(args, key);

	return at ? (uint32_t)strtoul(at + strlen(key), NULL, base) : 0;
}

const char *trace_behind_mark(const char *trace, const char *mark)
{
	static const char name[] = "tracing_mark_write: ";
	size_t len = strlen(mark);

	for (const char *line = trace, *next; line; line = next) {
		size_t n = strcspn(line, "\n");
		const char *at = memmem(line, n, name, strlen(name));

		next = line[n] ? line + n + 1 : NULL;
		if (!at)
			continue;
		at += strlen(name);
		if ((size_t)(line + n - at) == len && strncmp(at, mark, len) == 0)
			return next ? next : line + n;
	}
	return NULL;
}

void trace_between(const char *trace, const char *from, const char *to,
		   void (*fn)(void *arg, const char *line), void *arg)
{
	const char *line = trace_behind_mark(trace, from),
		   *end = line ? trace_behind_mark(line, to) : NULL;
	char copy[512];

	while (line && end && line < end) {
		const char *next = strchr(line, '\n');
		size_t len = next ? (size_t)(next - line) : strlen(line);

		snprintf(copy, sizeof(copy), "%.*s",
			 (int)(len < sizeof(copy) ? len : sizeof(copy) - 1), line);
		fn(arg, copy);
		line = next ? next + 1 : end;
	}
}
