/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_json.c - reading JSON: the tree, the checks of a member, the sentence
 * that says what was wrong with it.
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "wire.h"
#include "wire_json.h"

/* Append "/${member}" to a JSON pointer, written as RFC 6901 wants it. */
static void pointer_append(char *pointer, size_t size, const char *member)
{
	size_t at = strlen(pointer);

	if (at + 1 < size)
		pointer[at++] = '/';
	for (; *member && at + 2 < size; member++) {
		if (*member == '~' || *member == '/') {
			pointer[at++] = '~';
			pointer[at++] = *member == '~' ? '0' : '1';
		} else {
			pointer[at++] = *member;
		}
	}
	pointer[at < size ? at : size - 1] = '\0';
}

int wire_json_error(struct mm386_error *err, const char *pointer, const char *member,
		    const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return -EINVAL;
	memset(err, 0, sizeof(*err));
	snprintf(err->pointer, sizeof(err->pointer), "%s", pointer);
	if (member)
		pointer_append(err->pointer, sizeof(err->pointer), member);
	va_start(ap, fmt);
	vsnprintf(err->detail, sizeof(err->detail), fmt, ap);
	va_end(ap);
	return -EINVAL;
}

void wire_json_prefix(struct mm386_error *err, const char *prefix)
{
	size_t len = strlen(prefix), size = sizeof(err->pointer);

	assert(len < size);
	memmove(err->pointer + len, err->pointer, size - len);
	memcpy(err->pointer, prefix, len);
	err->pointer[size - 1] = '\0'; /* a pointer that does not fit loses its end */
}

void wire_pointer_prefix(struct mm386_error *err, size_t index)
{
	char prefix[24];

	snprintf(prefix, sizeof(prefix), "/%zu", index);
	wire_json_prefix(err, prefix);
}

json_t *wire_json_read(const char *text, size_t len, struct mm386_error *err)
{
	json_error_t why;
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);

	if (!root)
		wire_json_error(err, "", NULL, "not JSON: %.120s (line %d, column %d)", why.text,
				why.line, why.column);
	return root;
}

const char *wire_json_type_name(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "a list";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
		return "a number";
	case JSON_REAL:
		return "a number with a fraction or exponent";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	default:
		return "null";
	}
}

static int range_check(uint64_t v, bool negative, const char *pointer, const char *member,
		       uint64_t lo, uint64_t hi, struct mm386_error *err)
{
	if (!negative && v >= lo && v <= hi)
		return 0;
	return wire_json_error(err, pointer, member,
			       "%s is %s%" PRIu64 ", not in %" PRIu64 "..%" PRIu64, member,
			       negative ? "-" : "", v, lo, hi);
}

int wire_json_uint(const json_t *v, const char *pointer, const char *member, uint64_t lo,
		   uint64_t hi, uint64_t *out, struct mm386_error *err)
{
	json_int_t n = json_integer_value(v);

	if (!json_is_integer(v))
		return wire_json_error(err, pointer, member, "%s must be a whole number, not %s",
				       member, wire_json_type_name(v));
	if (range_check(n < 0 ? -(uint64_t)n : (uint64_t)n, n < 0, pointer, member, lo, hi, err))
		return -EINVAL;
	*out = (uint64_t)n;
	return 0;
}

int wire_json_address(const json_t *v, const char *pointer, const char *member, uint64_t lo,
		      uint64_t hi, uint64_t *out, struct mm386_error *err)
{
	const char *text = json_string_value(v);
	bool hex = text && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = hex ? text + 2 : text;
	char *end;
	uint64_t n;

	if (json_is_integer(v) && json_integer_value(v) >= 0) {
		n = (uint64_t)json_integer_value(v);
	} else if (!text) {
		return wire_json_error(
			err, pointer, member,
			"%s must be a string such as \"0xc0000000\" or a number, not %s", member,
			json_is_integer(v) ? "a negative number" : wire_json_type_name(v));
	} else {
		errno = 0;
		n = strtoull(digits, &end, hex ? 16 : 10);
		/* strtoull() also takes blanks, a sign and a second "0x". */
		if (errno || *end || end == digits ||
		    strspn(digits, "0123456789abcdefABCDEF") != strlen(digits) ||
		    json_string_length(v) != strlen(text))
			return wire_json_error(
				err, pointer, member,
				"%s is \"%.40s\", which is no address such as \"0xc0000000\"",
				member, text);
	}
	if (n < lo || n > hi)
		return wire_json_error(err, pointer, member,
				       "%s is 0x%" PRIx64 ", not in 0x%" PRIx64 "..0x%" PRIx64,
				       member, n, lo, hi);
	*out = n;
	return 0;
}

json_t *wire_json_numbers(const char *text)
{
	json_t *list = json_array();

	text += strspn(text, " \t\n");
	while (list && *text) {
		size_t digits = strspn(text, "0123456789");
		char *end;

		if (!digits || digits > 18 ||
		    json_array_append_new(list, json_integer(strtoll(text, &end, 10)))) {
			json_decref(list);
			return NULL;
		}
		text = end + strspn(end, " \t\n");
		if (text == end && *text) { /* "12x" */
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

int wire_json_flag(const json_t *v, const char *pointer, const char *member, bool *out,
		   struct mm386_error *err)
{
	if (!json_is_boolean(v))
		return wire_json_error(err, pointer, member, "%s must be true or false, not %s",
				       member, wire_json_type_name(v));
	*out = json_is_true(v);
	return 0;
}

int wire_json_text(const json_t *v, const char *pointer, const char *member, char *out, size_t size,
		   struct mm386_error *err)
{
	if (!json_is_string(v))
		return wire_json_error(err, pointer, member, "%s must be a string, not %s", member,
				       wire_json_type_name(v));
	if (json_string_length(v) >= size)
		return wire_json_error(err, pointer, member,
				       "%s is %zu bytes long; at most %zu are possible", member,
				       json_string_length(v), size - 1);
	/* Without JSON_ALLOW_NUL the reader has refused \u0000. */
	memset(out, 0, size);
	memcpy(out, json_string_value(v), json_string_length(v));
	return 0;
}
