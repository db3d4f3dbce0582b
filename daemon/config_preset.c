/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * config_preset.c - configurations that have a name: files in a folder.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"

#define PRESET_BYTES_MAX (64 << 10)

bool config_name_is_valid(const char *name)
{
	size_t len =
		strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

	return len > 0 && len < MM386_NAME_MAX && !name[len] && !strchr("._-", name[0]);
}

/* Read ${f} to its end; it may be a pipe, whose size nobody knows before. */
static int read_stream(FILE *f, size_t max, struct wbuf *b)
{
	char *p;

	wbuf_init(b, max + 1); /* one more, to see that there is more */
	while (!feof(f) && !ferror(f)) {
		size_t n = b->max - b->len < 16384 ? b->max - b->len : 16384;

		if (n == 0)
			return -EFBIG;
		p = wbuf_room(b, n);
		if (!p)
			return -ENOMEM;
		b->len += fread(p, 1, n, f);
	}
	if (ferror(f))
		return -EIO;
	return b->len > max ? -EFBIG : 0;
}

int config_read_file(const char *path, size_t max, char **text, size_t *len)
{
	bool is_stdin = !strcmp(path, "-");
	FILE *f = is_stdin ? stdin : fopen(path, "re");
	struct wbuf b;
	int rc;

	if (!f)
		return -errno;
	rc = read_stream(f, max, &b);
	if (!is_stdin)
		fclose(f);
	if (rc)
		wbuf_free(&b);
	else
		*text = wbuf_take(&b, len);
	return rc ? rc : *text ? 0 : -ENOMEM;
}

/* The text of preset ${name}: 0, -ENOENT or -errno. */
static int preset_read(const char *dir, const char *name, char **text, size_t *len)
{
	char path[4096];

	if (!config_name_is_valid(name))
		return -ENOENT;
	if ((size_t)snprintf(path, sizeof(path), "%s/%s.json", dir, name) >= sizeof(path))
		return -ENAMETOOLONG;
	return config_read_file(path, PRESET_BYTES_MAX, text, len);
}

/* A preset's machine is called as its file is, until somebody names it otherwise. */
static int preset_parse(const char *text, size_t len, const char *name, struct mm386_config *out,
			struct mm386_error *err)
{
	int rc = config_parse(text, len, NULL, out, err);

	if (!rc)
		snprintf(out->name, sizeof(out->name), "%s", name);
	return rc;
}

int config_preset(const char *dir, const char *name, struct mm386_config *out,
		  struct mm386_error *err)
{
	size_t len;
	char *text;
	int rc = preset_read(dir, name, &text, &len);

	if (rc)
		return rc;
	rc = preset_parse(text, len, name, out, err);
	free(text);
	return rc;
}

/* {"name", "title", "config"}; false when the file is no configuration. */
static bool preset_write(struct wbuf *b, const char *dir, const char *name, bool first)
{
	struct mm386_config cfg;
	char title[CONFIG_TITLE_MAX];
	size_t len;
	char *text;
	bool good;

	if (preset_read(dir, name, &text, &len))
		return false;
	good = !preset_parse(text, len, name, &cfg, NULL) &&
	       !config_title(text, len, title, sizeof(title));
	free(text);
	if (!good)
		return false;
	wbuf_text(b, first ? "{\"name\":" : ",{\"name\":");
	wbuf_string(b, name);
	wbuf_text(b, ",\"title\":");
	wbuf_string(b, title);
	wbuf_text(b, ",\"config\":");
	config_write(b, &cfg);
	wbuf_char(b, '}');
	return true;
}

static int is_preset(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 5 && len - 5 < MM386_NAME_MAX && !strcmp(entry->d_name + len - 5, ".json");
}

/* By bytes, not by the locale's rules: the same list everywhere. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int config_preset_list(struct wbuf *b, const char *dir)
{
	struct dirent **entry;
	bool first = true;
	int nr = scandir(dir, &entry, is_preset, by_name);

	if (nr < 0)
		return -errno;
	wbuf_text(b, "{\"presets\":[");
	for (int i = 0; i < nr; i++) {
		entry[i]->d_name[strlen(entry[i]->d_name) - 5] = '\0';
		if (preset_write(b, dir, entry[i]->d_name, first))
			first = false;
		free(entry[i]);
	}
	free(entry);
	wbuf_text(b, "]}");
	return 0;
}

/* "${folder of the running program}/presets" into ${buf}, if there is such a folder. */
static bool dir_beside_program(char *buf, size_t size)
{
	struct stat st;
	ssize_t len = readlink("/proc/self/exe", buf, size - 1);
	char *slash;

	if (len <= 0)
		return false;
	buf[len] = '\0';
	slash = strrchr(buf, '/');
	if (!slash || (size_t)(slash - buf) + sizeof("/presets") > size)
		return false;
	memcpy(slash, "/presets", sizeof("/presets"));
	return !stat(buf, &st) && S_ISDIR(st.st_mode);
}

const char *config_preset_dir(const char *option, char *buf, size_t size)
{
	if (option)
		return option;
	return dir_beside_program(buf, size) ? buf : MM386_PRESET_DIR;
}
