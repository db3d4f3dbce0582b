/* SPDX-License-Identifier: GPL-2.0-or-later */
/* skips.c - see skips.h */
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "skips.h"

void skips_read(struct skips *s, const char *dir)
{
	struct input_error err;
	char path[4200];
	size_t len;

	snprintf(path, sizeof(path), "%s/skips.txt", dir);
	s->text = input_text(path, &len, &err);
}

void skips_free(struct skips *s)
{
	free(s->text);
}

const char *skips_reason(const struct skips *s, const char *name)
{
	const char *line = s->text;
	size_t n = strlen(name);

	while (line && *line) {
		if (*line != '#' && strncmp(line, name, n) == 0 && (line[n] == ' ' || line[n] == '\t'))
			return line + n + strspn(line + n, " \t");
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return NULL;
}

bool skips_line(const struct skips *s, struct results *r, const char *run)
{
	const char *reason = skips_reason(s, run);
	struct check c;

	if (!reason)
		return false;
	if (check_begin(&c, r, run, "all")) {
		check_skip(&c, "%.*s", (int)strcspn(reason, "\n"), reason);
		check_end(&c);
	}
	return true;
}
