/* SPDX-License-Identifier: GPL-2.0-or-later */
/* oracle.c - see oracle.h */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "oracle.h"

#define FILES_MAX 20000 /* of one kind; more is no folder of captures */

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return versionsort(a, b);
}

/* "X.json", "X.json.gz" -> length of X; 0 when ${name} does not end so, or is hidden. */
static size_t stem_length(const char *name, const char *ending)
{
	size_t n = strlen(name), e = strlen(ending);

	if (n > 3 && strcmp(name + n - 3, ".gz") == 0)
		n -= 3;
	if (name[0] == '.' || n <= e || strncmp(name + n - e, ending, e) != 0)
		return 0;
	return n - e < ORACLE_NAME_MAX ? n - e : 0;
}

/* "X.POINT" -> length of X, which may have dots; 0 when there is none. */
static size_t run_length(const char *name, size_t stem)
{
	while (stem > 0 && name[stem - 1] != '.')
		stem--;
	return stem > 1 ? stem - 1 : 0;
}

static struct oracle_run *run_of(struct oracle *o, const char *name, size_t len)
{
	struct oracle_run *more;

	for (size_t i = 0; i < o->nr_runs; i++)
		if (strncmp(o->run[i].name, name, len) == 0 && !o->run[i].name[len])
			return &o->run[i];
	more = realloc(o->run, (o->nr_runs + 1) * sizeof(*more));
	if (!more)
		return NULL;
	o->run = more;
	more += o->nr_runs++;
	*more = (struct oracle_run){.name = ""};
	memcpy(more->name, name, len);
	return more;
}

static char *path_of(const char *dir, const char *folder, const char *file)
{
	char *path;

	return asprintf(&path, "%s/%s/%s", dir, folder, file) < 0 ? NULL : path;
}

static int facts_found(struct oracle *o, const char *file)
{
	size_t len = stem_length(file, ".json");
	struct oracle_run *run = len ? run_of(o, file, len) : NULL;

	if (run && !run->facts)
		run->facts = path_of(o->dir, "facts", file);
	return !len || (run && run->facts) ? 0 : -ENOMEM;
}

/* Of a boot's snapshots two are looked at; those of a trace belong to its segments. */
static int snapshot_found(struct oracle *o, const char *file)
{
	size_t stem = stem_length(file, ".json"), len = run_length(file, stem);
	bool init = len && strncmp(file + len, ".mem_init_done.", 15) == 0;
	bool final = len && strncmp(file + len, ".FINAL.", 7) == 0;
	struct oracle_run *run;
	char **to;

	if (!init && !final)
		return 0;
	run = run_of(o, file, len);
	if (!run)
		return -ENOMEM;
	to = init ? &run->init : &run->final;
	if (!*to)
		*to = path_of(o->dir, "snap", file);
	return *to ? 0 : -ENOMEM;
}

static int segment_found(struct oracle *o, const char *file)
{
	size_t stem = stem_length(file, ".ops"), len = run_length(file, stem);
	struct oracle_segment *more;

	if (!len)
		return 0;
	more = realloc(o->segment, (o->nr_segments + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	o->segment = more;
	more += o->nr_segments++;
	*more = (struct oracle_segment){.path = path_of(o->dir, "trace", file)};
	memcpy(more->run, file, len);
	memcpy(more->point, file + len + 1, stem - len - 1);
	return more->path ? 0 : -ENOMEM;
}

/* Call ${found} for each file of ${folder}, by name.  A folder that is not there has none. */
static int folder_read(struct oracle *o, const char *folder, int (*found)(struct oracle *o, const char *file))
{
	char *path = path_of(o->dir, folder, "");
	struct dirent **list;
	int n, ret = 0;

	if (!path)
		return -ENOMEM;
	n = scandir(path, &list, NULL, by_name);
	free(path);
	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		if (!ret && i < FILES_MAX)
			ret = found(o, list[i]->d_name);
		free(list[i]);
	}
	free(list);
	return ret;
}

static int run_by_name(const void *a, const void *b)
{
	return strverscmp(((const struct oracle_run *)a)->name, ((const struct oracle_run *)b)->name);
}

/* What the facts of all runs say of their kernel: the line that all have, or NULL. */
static char *common_banner(const struct oracle *o)
{
	char *banner = NULL;

	for (size_t i = 0; i < o->nr_runs; i++) {
		struct input_error err;
		json_t *facts = o->run[i].facts ? input_json(o->run[i].facts, &err) : NULL;
		const char *its = input_string(facts, "kernel_banner");
		bool other = banner && *its && strcmp(its, banner) != 0;

		if (*its && !banner)
			banner = strdup(its);
		json_decref(facts);
		if (other) {
			free(banner);
			return NULL;
		}
	}
	return banner;
}

int oracle_open(struct oracle *o, const char *dir)
{
	int ret;

	*o = (struct oracle){.dir = dir};
	if (access(dir, R_OK | X_OK))
		return -errno;
	ret = folder_read(o, "facts", facts_found);
	if (!ret)
		ret = folder_read(o, "snap", snapshot_found);
	if (!ret)
		ret = folder_read(o, "trace", segment_found);
	if (o->nr_runs)
		qsort(o->run, o->nr_runs, sizeof(o->run[0]), run_by_name);
	if (o->nr_segments)
		o->banner = common_banner(o);
	return ret;
}

void oracle_free(struct oracle *o)
{
	for (size_t i = 0; i < o->nr_runs; i++) {
		free(o->run[i].facts);
		free(o->run[i].init);
		free(o->run[i].final);
	}
	for (size_t i = 0; i < o->nr_segments; i++)
		free(o->segment[i].path);
	free(o->run);
	free(o->segment);
	free(o->banner);
}

char *oracle_snapshot(const struct oracle *o, const char *run, const char *point)
{
	static const char *const endings[] = {"json.gz", "json"};

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		char *path;

		if (asprintf(&path, "%s/snap/%s.%s.%s", o->dir, run, point, endings[i]) < 0)
			return NULL;
		if (access(path, R_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

char *oracle_trace(const struct oracle *o, const char *run)
{
	static const char *const endings[] = {"trace.gz", "trace"};

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		char *path;

		if (asprintf(&path, "%s/trace/%s.%s", o->dir, run, endings[i]) < 0)
			return NULL;
		if (access(path, R_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

char *oracle_banner(const struct oracle *o, const char *run)
{
	struct input_error err;
	char *path, *text, *banner = NULL;
	const char *at;

	if (asprintf(&path, "%s/raw/%s.log", o->dir, run) < 0)
		return NULL;
	text = input_text(path, &(size_t){0}, &err);
	at = text ? strstr(text, "Linux version ") : NULL;
	if (at)
		banner = strndup(at, strcspn(at, "\r\n"));
	else if (o->banner)
		banner = strdup(o->banner);
	free(text);
	free(path);
	return banner;
}
