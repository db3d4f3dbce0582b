/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dmesg_words.h - the numbers, ranges and types of a boot log; for dmesg.c. */
#ifndef MM386_DMESG_WORDS_H
#define MM386_DMESG_WORDS_H

#include "boot.h"

/* A number in hexadecimal with or without 0x; *${at} goes behind it. */
bool dmesg_hex(const char **at, uint64_t *out);
/* The e820 type that begins at ${at}, in parentheses or up to the line's end. */
bool dmesg_type(const char *at, uint32_t *type);
/* A range of physical addresses, ${end} inclusive; *${at} goes behind it. */
bool dmesg_range(const char **at, uint64_t *start, uint64_t *end);
/* A range of linear addresses as the layout prints it, ${end} exclusive. */
bool dmesg_bounds(const char *at, uint64_t *start, uint64_t *end);
/* "1111k kernel code": the size right before ${word}, in bytes; 0 if it is not there. */
uint32_t dmesg_bytes_before(const char *line, const char *word);

#endif
