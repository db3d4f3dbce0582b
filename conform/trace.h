/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace.h - ftrace's text, line by line. */
#ifndef CONFORM_TRACE_H
#define CONFORM_TRACE_H

#include <stdint.h>

/* "name: arguments" of a line, at the arguments; NULL: it is another event's. */
const char *trace_arguments(const char *line, const char *name);
/* The number in base ${base} behind ${key}, or 0. */
uint32_t trace_number(const char *args, const char *key, int base);
/* Behind "tracing_mark_write: ${mark}" and the end of that line, or NULL. */
const char *trace_behind_mark(const char *trace, const char *mark);
/* Call ${fn} for each line between the marks ${from} and ${to}, without its end; long ones are cut.
 */
void trace_between(const char *trace, const char *from, const char *to,
		   void (*fn)(void *arg, const char *line), void *arg);

#endif
