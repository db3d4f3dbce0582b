/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli_machine.c - which machine the arguments name: a configuration, a log, a preset, a boot log.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "config.h"
#include "wire.h"

#define CONFIG_BYTES_MAX (64u << 20) /* a boot log may be inside */

/* What is looked for, and where it goes. */
struct search {
	const struct cli_options *opt;
	struct mm386_config *cfg;
	struct cli_lines *ops; /* of a log that the machine came from */
};

/* ---- messages ---------------------------------------------------------------- */

int cli_complain(const char *path, unsigned long line, const struct mm386_error *err)
{
	fprintf(stderr, "mm386: %s", path);
	if (line)
		fprintf(stderr, ":%lu", line);
	if (err->pointer[0])
		fprintf(stderr, ": %s", err->pointer);
	fprintf(stderr, ": %s\n", err->detail);
	return CLI_FAILED;
}

int cli_complain_errno(const char *path, int err)
{
	fprintf(stderr, "mm386: %s: %s\n", path, strerror(err));
	return CLI_FAILED;
}

/* ---- lines --------------------------------------------------------------------- */

int cli_lines_open(struct cli_lines *l, const char *path)
{
	bool is_stdin = !strcmp(path, "-");

	l->path = is_stdin ? "standard input" : path;
	l->f = is_stdin ? stdin : fopen(path, "re");
	return l->f ? CLI_OK : cli_complain_errno(path, errno);
}

void cli_lines_close(struct cli_lines *l)
{
	if (l->f && l->f != stdin)
		fclose(l->f);
	free(l->text);
	*l = (struct cli_lines){.f = NULL};
}

ssize_t cli_lines_next(struct cli_lines *l)
{
	ssize_t len;

	while ((len = getline(&l->text, &l->cap, l->f)) > 0) {
		l->nr++;
		if (l->text[strspn(l->text, " \t\r\n")])
			return len;
	}
	if (!ferror(l->f))
		return 0;
	cli_complain_errno(l->path, errno);
	return -1;
}

/* ---- which machine --------------------------------------------------------------- */

/* As mm386d takes --machine: what looks like a file's name is one, anything else names a preset. */
static bool is_file(const char *arg)
{
	return !strcmp(arg, "-") || strpbrk(arg, "/.");
}

/* ${line} begins a log: {"config": ... . */
static bool begins_log(const char *line)
{
	line += strspn(line, " \t");
	if (*line++ != '{')
		return false;
	line += strspn(line, " \t");
	return !strncmp(line, "\"config\"", 8);
}

/* The rest of the file after the line that was read, appended to it. */
static int read_whole(struct cli_lines *l, struct wbuf *b)
{
	ssize_t len = (ssize_t)strlen(l->text);

	do
		wbuf_bytes(b, l->text, (size_t)len);
	while ((len = getline(&l->text, &l->cap, l->f)) > 0);
	if (ferror(l->f))
		return cli_complain_errno(l->path, errno);
	return wbuf_ok(b) ? CLI_OK : cli_complain_errno(l->path, EFBIG);
}

static int config_from_text(struct search *s, struct cli_lines *l)
{
	struct mm386_error err = {.line = 0};
	struct wbuf b;
	int rc;

	wbuf_init(&b, CONFIG_BYTES_MAX);
	rc = read_whole(l, &b);
	if (!rc && config_parse(b.data, b.len, s->opt->presets, s->cfg, &err))
		rc = cli_complain(l->path, 0, &err);
	wbuf_free(&b);
	return rc;
}

/* A configuration, or a log, which then also has the operations. */
static int config_from_file(struct search *s)
{
	struct mm386_error err = {.line = 0};
	struct wire_log_line line;
	struct cli_lines l = {.f = NULL};
	ssize_t len;
	int rc = cli_lines_open(&l, s->opt->config);

	if (rc)
		return rc;
	len = cli_lines_next(&l);
	if (len <= 0) {
		if (len == 0)
			fprintf(stderr, "mm386: %s: nothing in it\n", l.path);
		rc = CLI_FAILED;
	} else if (!begins_log(l.text)) {
		rc = config_from_text(s, &l);
	} else if (wire_log_parse(l.text, (size_t)len, s->opt->presets, &line, &err)) {
		rc = cli_complain(l.path, l.nr, &err);
	} else {
		*s->cfg = line.config;
		if (!s->opt->ops) {
			*s->ops = l;
			return CLI_OK;
		}
	}
	cli_lines_close(&l);
	return rc;
}

static int config_from_preset(struct search *s)
{
	struct mm386_error err = {.line = 0};
	int rc = config_preset(s->opt->presets, s->opt->config, s->cfg, &err);

	if (rc == -ENOENT)
		fprintf(stderr, "mm386: %s: no such preset in %s\n", s->opt->config,
			s->opt->presets);
	else if (rc)
		cli_complain(s->opt->config, 0, &err);
	return rc ? CLI_FAILED : CLI_OK;
}

static int config_from_dmesg(struct search *s)
{
	struct mm386_error err = {.line = 0};
	size_t len;
	char *text;
	int rc = config_read_file(s->opt->dmesg, CONFIG_BYTES_MAX, &text, &len);

	if (rc)
		return cli_complain_errno(s->opt->dmesg, -rc);
	mm386_config_init(s->cfg);
	rc = mm386_config_dmesg(s->cfg, text, len, &err);
	free(text);
	if (rc) {
		err.pointer[0] =
			'\0'; /* it points into a configuration, which there is none of here */
		return cli_complain(s->opt->dmesg, 0, &err);
	}
	return CLI_OK;
}

int cli_machine_find(const struct cli_options *opt, struct mm386_config *cfg, struct cli_lines *ops)
{
	struct search s = {.opt = opt, .cfg = cfg, .ops = ops};

	if (opt->dmesg)
		return config_from_dmesg(&s);
	return is_file(opt->config) ? config_from_file(&s) : config_from_preset(&s);
}

int cli_machine_boot(const struct cli_options *opt, const struct mm386_config *cfg,
		     struct mm386 **out)
{
	const char *path = opt->dmesg ? opt->dmesg : opt->config;
	struct mm386_error err = {.line = 0};
	int rc = mm386_boot(cfg, out, &err);

	if (rc == -EINVAL)
		return cli_complain(path, 0, &err);
	return rc ? cli_complain_errno(path, -rc) : CLI_OK;
}
