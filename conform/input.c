/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input.c - see input.h */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "input.h"

#define FIRST_BYTES (64u << 10)

static __attribute__((format(printf, 2, 3))) void *fail(struct input_error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return NULL;
}

/* All of ${f} into a buffer of its own; NULL with ${err}. */
static char *read_all(gzFile f, size_t *len, struct input_error *err)
{
	size_t size = FIRST_BYTES, used = 0;
	char *text = malloc(size + 1), *more;
	int n, code;

	while (text && (n = gzread(f, text + used, (unsigned)(size - used))) > 0) {
		used += (size_t)n;
		if (used < size)
			continue;
		if (size >= INPUT_BYTES_MAX) {
			free(text);
			return fail(err, "more than %u MiB", INPUT_BYTES_MAX >> 20);
		}
		size *= 2;
		more = realloc(text, size + 1);
		if (!more)
			free(text);
		text = more;
	}
	if (!text)
		return fail(err, "no memory");
	gzerror(f, &code);
	if (code != Z_OK && code != Z_STREAM_END) {
		free(text);
		return fail(err, code == Z_BUF_ERROR ? "it is cut off" : "it cannot be unpacked");
	}
	text[used] = '\0';
	*len = used;
	return text;
}

char *input_text(const char *path, size_t *len, struct input_error *err)
{
	struct stat st;
	gzFile f;
	char *text;

	if (stat(path, &st))
		return fail(err, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(err, "not a file");
	f = gzopen(path, "rbe");
	if (!f)
		return fail(err, "%s", errno ? strerror(errno) : "no memory");
	text = read_all(f, len, err);
	gzclose(f);
	return text;
}

json_t *input_json(const char *path, struct input_error *err)
{
	json_error_t bad;
	size_t len;
	char *text = input_text(path, &len, err);
	json_t *v;

	if (!text)
		return NULL;
	v = json_loadb(text, len, 0, &bad);
	free(text);
	if (!v)
		return fail(err, "line %d: %.160s", bad.line, bad.text);
	if (!json_is_object(v)) {
		json_decref(v);
		return fail(err, "not a JSON object");
	}
	return v;
}

bool input_number(const json_t *v, uint64_t *out)
{
	const char *s;
	char *end;

	if (json_is_integer(v)) {
		*out = (uint64_t)json_integer_value(v);
		return json_integer_value(v) >= 0;
	}
	s = json_string_value(v);
	if (!s || *s < '0' || *s > '9')
		return false;
	errno = 0;
	*out = strtoull(s, &end, s[1] == 'x' ? 16 : 10);
	return !errno && *end == '\0';
}

uint64_t input_member(const json_t *object, const char *name)
{
	uint64_t n;

	return input_number(json_object_get(object, name), &n) ? n : 0;
}

uint64_t input_element(const json_t *list, size_t i)
{
	uint64_t n;

	return input_number(json_array_get(list, i), &n) ? n : 0;
}

const char *input_string(const json_t *object, const char *name)
{
	const char *s = json_string_value(json_object_get(object, name));

	return s ? s : "";
}
