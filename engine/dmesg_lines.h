/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dmesg_lines.h - the lines of a boot log as the kernel printed them; for dmesg.c. */
#ifndef MM386_DMESG_LINES_H
#define MM386_DMESG_LINES_H

#include <stdbool.h>
#include <stddef.h>

#define DMESG_LINE_BYTES 4096 /* of a line, its end included; what is beyond is dropped */

struct dmesg_lines {
	const char *at, *end;
	unsigned line;	       /* number of the last one handed out, from 1 */
	unsigned next;	       /* number of the one at ${at} */
	bool quoted_printable; /* a mail that splits lines with "=" and writes "=3D" for it */
};

void dmesg_lines_init(struct dmesg_lines *d, const char *text, size_t len);
/*
 * The next line into ${line}, DMESG_LINE_BYTES: without marks of mail and HTML,
 * blanks at both ends and doubled ones, and with what a mail program moved to
 * the line below.  False at the end.
 */
bool dmesg_lines_next(struct dmesg_lines *d, char *line);

#endif
