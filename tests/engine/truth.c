/* SPDX-License-Identifier: GPL-2.0-or-later */
/* truth.c - see truth.h */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "truth.h"

void truth_equal(struct truth *t, const char *what, uint64_t expected, uint64_t got)
{
	size_t used = strlen(t->text);

	t->values++;
	if (expected == got)
		return;
	t->differences++;
	snprintf(t->text + used, sizeof(t->text) - used,
		 "%s%s (expected %llu 0x%llx, got %llu 0x%llx)", used ? "; " : "", what,
		 (unsigned long long)expected, (unsigned long long)expected,
		 (unsigned long long)got, (unsigned long long)got);
}

bool truth_number(const json_t *v, uint64_t *out)
{
	char *end;

	if (json_is_integer(v)) {
		*out = (uint64_t)json_integer_value(v);
		return true;
	}
	if (!json_is_string(v))
		return false;
	*out = strtoull(json_string_value(v), &end, 0);
	return end != json_string_value(v) && *end == '\0';
}

void truth_region(struct truth *t, const struct mm386_info *info, const char *name,
		  const json_t *pair)
{
	const struct mm386_region *found = NULL;
	uint64_t start, end;
	char what[48];

	if (!truth_number(json_array_get(pair, 0), &start) ||
	    !truth_number(json_array_get(pair, 1), &end))
		return;
	for (unsigned i = 0; i < info->nr_regions; i++)
		if (strcmp(info->region[i].name, name) == 0)
			found = &info->region[i];
	snprintf(what, sizeof(what), "%s start", name);
	truth_equal(t, what, start, found ? found->start : 0);
	snprintf(what, sizeof(what), "%s end", name);
	truth_equal(t, what, end, found ? found->end : 0);
}

static int is_json(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && strcmp(d->d_name + n - 5, ".json") == 0;
}

/* The reason that stands behind ${name} in ${path}, or "". */
static void skip_reason(const char *path, const char *name, char *reason, size_t size)
{
	char line[512];
	FILE *f = fopen(path, "r");

	reason[0] = '\0';
	while (f && fgets(line, sizeof(line), f)) {
		size_t n = strcspn(line, " \t\n");

		if (n != strlen(name) || strncmp(line, name, n) != 0)
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(reason, size, "%s", line + n + strspn(line + n, " \t"));
	}
	if (f)
		fclose(f);
}

static bool record_run(const char *path, const char *skip, const char *name, unsigned number,
		       const char *(*record)(const json_t *r, struct truth *t))
{
	struct truth t = {.values = 0};
	char reason[512];
	json_error_t bad;
	json_t *r;
	const char *why;

	skip_reason(skip, name, reason, sizeof(reason));
	if (reason[0]) {
		printf("ok %u - %s # SKIP %s\n", number, name, reason);
		return true;
	}
	r = json_load_file(path, 0, &bad);
	why = r ? record(r, &t) : bad.text;
	if (why)
		printf("not ok %u - %s cannot be compared: %s\n", number, name, why);
	else if (t.skip)
		printf("ok %u - %s # SKIP %s\n", number, name, t.skip);
	else if (t.differences)
		printf("not ok %u - %s differs: %s\n", number, name, t.text);
	else
		printf("ok %u - %s exact (%u values)\n", number, name, t.values);
	json_decref(r);
	return !why && t.differences == 0;
}

int truth_main(const char *dir, const char *(*record)(const json_t *r, struct truth *t))
{
	const char *srcdir = getenv("srcdir");
	char folder[1024], path[2048], skip[2048], name[256];
	struct dirent **list;
	bool good = true;
	int n;

	snprintf(folder, sizeof(folder), "%s/tests/data/%s", srcdir ? srcdir : ".", dir);
	snprintf(skip, sizeof(skip), "%s/SKIP", folder);
	n = scandir(folder, &list, is_json, alphasort);
	if (n <= 0) {
		printf("1..1\nnot ok 1 - no records in %s\n", folder);
		return 1;
	}
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, list[i]->d_name);
		snprintf(name, sizeof(name), "%.*s", (int)strlen(list[i]->d_name) - 5,
			 list[i]->d_name);
		good &= record_run(path, skip, name, (unsigned)i + 1, record);
		free(list[i]);
	}
	free(list);
	return good ? 0 : 1;
}
