/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * input.h - files that somebody else wrote, gzipped or not, and the JSON in them.
 *
 * Whatever they hold must not take more memory than INPUT_BYTES_MAX nor end the
 * program: every getter answers for a member that is missing or of another type.
 */
#ifndef CONFORM_INPUT_H
#define CONFORM_INPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define INPUT_BYTES_MAX (64u << 20)

/* What was wrong, in words. */
struct input_error {
	char text[256];
};

/* The whole of a file, unpacked if it is gzipped, with a NUL behind; NULL with ${err}.  The caller frees it. */
char *input_text(const char *path, size_t *len, struct input_error *err);
/* The JSON object in a file; NULL with ${err}.  json_decref() it. */
json_t *input_json(const char *path, struct input_error *err);

/* A number, or text that is one in decimal or "0x" hexadecimal; false when it is neither, or negative. */
bool input_number(const json_t *v, uint64_t *out);
/* The same of a member; 0 when there is none. */
uint64_t input_member(const json_t *object, const char *name);
/* Element ${i} of a list as a number; 0 when there is none. */
uint64_t input_element(const json_t *list, size_t i);
/* A member that is text, else "". */
const char *input_string(const json_t *object, const char *name);

#endif
