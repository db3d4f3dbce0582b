/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dmesg_lines.c - the lines of a boot log, whatever carried it here.
 *
 *	> BIOS-e820: 0000000000000000 - 000000000009fc00=	a mail's quoting, split by "="
 *	 (usable)
 *	BIOS-e820: [mem 0x...-0x...]				a mail's line folded at a blank
 *	reserved
 *	Normal 4096 -&gt; 229376<br>				a page of an archive
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dmesg_lines.h"

#define QP_LINE_MAX 76 /* quoted-printable lines are no longer; RFC 2045, 6.7 */
#define QP_LINE_MIN 60 /* and are not split much earlier */

/* The end of the line at ${at}; *${next} is where the one after it begins. */
static const char *line_end(const char *at, const char *end, const char **next)
{
	const char *nl = memchr(at, '\n', (size_t)(end - at));

	*next = nl ? nl + 1 : end;
	end = nl ? nl : end;
	while (end > at && end[-1] == '\r')
		end--;
	return end;
}

static bool is_soft_break(const char *at, const char *end)
{
	return end - at >= QP_LINE_MIN && end - at <= QP_LINE_MAX && end[-1] == '=';
}

void dmesg_lines_init(struct dmesg_lines *d, const char *text, size_t len)
{
	const char *at = text, *next;

	*d = (struct dmesg_lines){.at = text, .end = text + len, .next = 1};
	while (at < d->end && !d->quoted_printable) {
		d->quoted_printable = is_soft_break(at, line_end(at, d->end, &next));
		at = next;
	}
}

/* ---- one line, cleaned ------------------------------------------------------ */

static int hex_digit(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *p = c ? strchr(digits, c) : NULL;

	return p ? (int)(p - digits) : -1;
}

/* "=3D" becomes "=". */
static void decode_quoted_printable(char *s)
{
	char *to = s;

	for (; *s; s++) {
		int high = *s == '=' ? hex_digit(s[1]) : -1;
		int low = high >= 0 ? hex_digit(s[2]) : -1;

		if (low >= 0 && high * 16 + low >= ' ') {
			*to++ = (char)(high * 16 + low);
			s += 2;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

/* The bytes of the HTML tag at ${s}; 0 if it is none, as "<4>", a log level, is. */
static size_t tag_length(const char *s)
{
	size_t n;

	if (*s != '<')
		return 0;
	n = s[1] == '/' ? 2 : 1;
	if ((s[n] | 0x20) < 'a' || (s[n] | 0x20) > 'z')
		return 0;
	n += strcspn(s + n, "<>");
	return s[n] == '>' ? n + 1 : 0;
}

/* Tags go, entities become what they stand for. */
static void decode_html(char *s)
{
	static const struct {
		const char *name;
		char c;
	} entities[] = {
		{"&gt;", '>'}, {"&lt;", '<'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&nbsp;", ' '}};
	char *to = s;

	while (*s) {
		size_t n = tag_length(s);

		if (n) {
			s += n;
			continue;
		}
		*to = *s;
		n = 1;
		for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
			if (strncasecmp(s, entities[i].name, strlen(entities[i].name)) == 0) {
				*to = entities[i].c;
				n = strlen(entities[i].name);
			}
		}
		s += n;
		to++;
	}
	*to = '\0';
}

/* Marks of quoting in front and blanks at both ends go, runs of blanks become one. */
static void squeeze(char *s)
{
	const char *from = s + strspn(s, "> \t");
	char *to = s;

	for (; *from; from++) {
		bool blank = *from == ' ' || *from == '\t';

		if (!blank)
			*to++ = *from;
		else if (to > s && to[-1] != ' ')
			*to++ = ' ';
	}
	while (to > s && to[-1] == ' ')
		to--;
	*to = '\0';
}

/* The line at d->at into ${line}, joined where "=" split it; d->at goes behind it. */
static void line_take(struct dmesg_lines *d, char *line)
{
	size_t used = 0;
	bool more = true;

	while (more && d->at < d->end) {
		const char *next, *stop = line_end(d->at, d->end, &next);
		size_t n;

		more = d->quoted_printable && is_soft_break(d->at, stop);
		n = (size_t)(stop - d->at) - more;
		if (n > DMESG_LINE_BYTES - 1 - used)
			n = DMESG_LINE_BYTES - 1 - used;
		for (size_t i = 0; i < n; i++)
			line[used++] = d->at[i] ? d->at[i] : ' ';
		d->at = next;
		d->next++;
	}
	line[used] = '\0';
	if (d->quoted_printable)
		decode_quoted_printable(line);
	decode_html(line);
	squeeze(line);
}

/* ---- folded lines ----------------------------------------------------------- */

/* Whether ${line} is an entry of a memory table that ends before its type. */
static bool entry_is_cut(const char *line)
{
	static const char *const tables[] = {
		"BIOS-e820:", "BIOS-88:", "BIOS-e801:", "modified:", "user:"};
	const char *at = NULL;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && !at; i++) {
		at = strstr(line, tables[i]);
		at = at ? at + strlen(tables[i]) : NULL;
	}
	if (!at)
		return false;
	at += strspn(at, " ");
	if (strncmp(at, "[mem", 4) == 0)
		at = strchr(at, ']') ? strchr(at, ']') + 1 : "";
	else
		at += strspn(at, "0123456789abcdefABCDEFx-@ ");
	at += strspn(at, " ");
	return *at == '\0' || (*at == '(' && !strchr(at, ')'));
}

static bool is_cut(const char *line)
{
	const char *memory = strstr(line, "Memory: ");
	size_t n = strlen(line);

	if (memory && strstr(memory, "available") && !strchr(memory, ')'))
		return true;
	return (n > 3 && strcmp(line + n - 3, "==>") == 0) || entry_is_cut(line);
}

/* Whether ${line} cannot be the second half of another. */
static bool begins_message(const char *line)
{
	return *line == '[' || *line == '<' || *line == '\0' || strstr(line, "kernel:") ||
	       strstr(line, "e820") || strstr(line, "BIOS-") || strstr(line, "user:") ||
	       strstr(line, "modified:");
}

/* "root=/dev/sda1 ro": options of a command line, that a message does not begin with. */
static bool begins_with_option(const char *line)
{
	size_t n = strcspn(line, " ");

	return memchr(line, '=', n) != NULL;
}

static bool goes_on(const char *line, const char *below)
{
	if (begins_message(below))
		return false;
	if (is_cut(line))
		return true;
	return strstr(line, "ommand line:") && begins_with_option(below);
}

bool dmesg_lines_next(struct dmesg_lines *d, char *line)
{
	char below[DMESG_LINE_BYTES];

	if (d->at >= d->end)
		return false;
	d->line = d->next;
	line_take(d, line);
	while (d->at < d->end && (is_cut(line) || strstr(line, "ommand line:"))) {
		struct dmesg_lines ahead = *d;
		size_t n = strlen(line), more;

		line_take(&ahead, below);
		more = strlen(below);
		if (!goes_on(line, below) || n + 1 + more >= DMESG_LINE_BYTES)
			break;
		line[n] = ' ';
		memcpy(line + n + 1, below, more + 1);
		*d = ahead;
	}
	return true;
}
