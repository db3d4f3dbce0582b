/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void log_line(enum log_level level, const char *fmt, ...)
{
	static const char *const word[] = { "", "warning: ", "error: " };
	char line[1024];
	int len = snprintf(line, sizeof(line), "mm386d: %s", word[level]);
	va_list ap;
	ssize_t done;

	va_start(ap, fmt);
	len += vsnprintf(line + len, sizeof(line) - (size_t)len, fmt, ap);
	va_end(ap);
	if ((size_t)len > sizeof(line) - 2)
		len = sizeof(line) - 2;
	line[len++] = '\n';
	/* One write() a line: that is what keeps the lines of several threads apart. */
	done = write(STDERR_FILENO, line, (size_t)len);
	(void)done;
}
