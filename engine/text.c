/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text.c - printing into a buffer of the caller's, in pieces.
 */
#include <stdarg.h>
#include <stdio.h>

#include "internal.h"

void text_add(struct text *t, const char *fmt, ...)
{
	bool fits = t->len < t->size;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(fits ? t->buf + t->len : NULL, fits ? t->size - t->len : 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	t->len += (size_t)n;
}
