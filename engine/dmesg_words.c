/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dmesg_words.c - the numbers, ranges and types of a boot log, in all ways that kernels print them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "dmesg_words.h"

/* A number in hexadecimal with or without 0x, moving *${at} behind it. */
bool dmesg_hex(const char **at, uint64_t *out)
{
	char *end;

	while (**at == ' ' || **at == '[')
		(*at)++;
	errno = 0;
	*out = strtoull(*at, &end, 16);
	if (end == *at || errno)
		return false;
	*at = end;
	return true;
}

/* "(usable)", "] usable": the name without brackets, blanks and what follows them. */
bool dmesg_type(const char *at, uint32_t *type)
{
	char word[40];
	size_t n;

	at += strspn(at, " ]");
	if (*at == '(' && at[1] >= '0' && at[1] <= '9') { /* a size, before the type */
		at += strcspn(at, ")");
		at += strspn(at, ") ");
	}
	if (*at == '(')
		n = strcspn(++at, ")");
	else
		n = strcspn(at, "\r\n");
	while (n > 0 && strchr(" .,;\"'`", at[n - 1]))
		n--;
	if (n == 0 || n >= sizeof(word))
		return false;
	memcpy(word, at, n);
	word[n] = '\0';
	return mm386_e820_type_parse(word, type) == 0;
}

/*
 * The three ways to print a range:
 *	0000000000000000 - 000000000009fc00 (usable)		end exclusive
 *	000000000009fc00 @ 0000000000000000 (usable)		size @ start, before 2.4.4
 *	[mem 0x0000000000000000-0x000000000009fbff] usable	end inclusive, 3.5 and later
 */
bool dmesg_range(const char **at, uint64_t *start, uint64_t *end)
{
	uint64_t a, b;
	bool inclusive = false;
	const char *mem = strstr(*at, "[mem ");

	if (mem && mem - *at < 4) {
		inclusive = true;
		*at = mem + 5;
	}
	if (!dmesg_hex(at, &a))
		return false;
	*at += strspn(*at, " ");
	char mark = **at;

	if (mark != '-' && mark != '@')
		return false;
	(*at)++;
	if (!dmesg_hex(at, &b))
		return false;
	if (mark == '@') {
		*start = b;
		*end = a ? b + a - 1 : b - 1;
	} else {
		*start = a;
		*end = inclusive ? b : b - 1;
	}
	return true;
}

/* The number of KiB right before ${word}, in bytes: "1111k kernel code" -> 1137664; 0 if it is not
 * there. */
uint32_t dmesg_bytes_before(const char *line, const char *word)
{
	const char *at = strstr(line, word);

	if (!at)
		return 0;
	while (at > line && (at[-1] == ' ' || at[-1] == 'k' || at[-1] == 'K'))
		at--;
	while (at > line && at[-1] >= '0' && at[-1] <= '9')
		at--;
	uint64_t kib = strtoull(at, NULL, 10);

	return kib < 256 * KIB ? (uint32_t)(kib * KIB) : 0;
}

/* "0xfff1d000 - 0xfffff000": an exclusive end that is above the start. */
bool dmesg_bounds(const char *at, uint64_t *start, uint64_t *end)
{
	at += strspn(at, " :");
	if (!dmesg_hex(&at, start))
		return false;
	at += strspn(at, " -");
	return dmesg_hex(&at, end) && *end > *start;
}

/* "5.10.223-1" of the same two first numbers as ${release}: that, if it is later. */
static uint32_t later_patch(uint32_t release, const char *at)
{
	unsigned a, b, c;

	if (sscanf(at, "%u.%u.%u", &a, &b, &c) != 3 || a > 255 || b > 255 || c > 255)
		return release;
	return KVER(a, b, 0) == KVER(release >> 16, release >> 8 & 0xff, 0) && KVER(a, b, c) > release
		       ? KVER(a, b, c)
		       : release;
}

/*
 * "... #1 SMP Debian 5.10.223-1 (2024-08-10)", "... #27-Ubuntu SMP ... (Ubuntu 4.2.0-22.27-generic 4.2.6)": behind the
 * build's number (before it the compiler is Debian's, too) Debian's stands behind its name, Ubuntu's is the last
 * word in the brackets.
 */
uint32_t mm386_release_stable(uint32_t release, const char *line)
{
	const char *build = strstr(line, " #");
	const char *debian = build ? strstr(build, " Debian ") : NULL;
	const char *ubuntu = build ? strstr(build, "(Ubuntu ") : NULL;

	if (debian)
		return later_patch(release, debian + strlen(" Debian "));
	if (!ubuntu)
		return release;
	ubuntu += strlen("(Ubuntu ");
	return later_patch(release, ubuntu + strcspn(ubuntu, " "));
}
