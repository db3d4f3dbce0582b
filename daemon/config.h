/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * config.h - a machine's configuration as JSON, both ways; presets.
 *
 * The members are those of docs/PROTOCOL.md "A machine's configuration".  A
 * member that is not known, or known twice, is an error: a typing mistake must
 * not boot another machine than the one that was meant.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include "mm386.h"
#include "wbuf.h"

#define CONFIG_TITLE_MAX 160

/*
 * Read a configuration from ${text} into ${out}, which need not be initialised
 * and is touched only on success.  ${presets} is the folder in which
 * {"preset": NAME} is looked up; NULL refuses presets.  Whether a kernel can
 * boot on the machine is for mm386_boot() to say.
 *
 * Return 0, -EBADMSG (no JSON object), -EINVAL (${err} points at the member;
 * its line is set when a boot log inside is at fault) or -ENOMEM.
 */
int config_parse(const char *text, size_t len, const char *presets, struct mm386_config *out,
		 struct mm386_error *err);

/* {"name": ..., "kernel": ...}: read again it gives the same configuration. */
void config_write(struct wbuf *b, const struct mm386_config *cfg);

/* The "title" of a configuration, "" when it has none.  0, or -EINVAL when ${text} is none. */
int config_title(const char *text, size_t len, char *buf, size_t size);

/* A JSON Schema of the object that config_parse() reads. */
void config_schema(struct wbuf *b);

/* The letters, digits, '.', '_' and '-' that a machine's name is made of, at most MM386_NAME_MAX
 * - 1. */
bool config_name_is_valid(const char *name);

/* Read preset ${name} from folder ${dir}: as config_parse(), or -ENOENT. */
int config_preset(const char *dir, const char *name, struct mm386_config *out,
		  struct mm386_error *err);
/*
 * {"presets": [{"name", "title", "config"}, ...]} in order of name.  0, or -errno when the
 * folder cannot be read; a file in it that is no configuration is left out.
 */
int config_preset_list(struct wbuf *b, const char *dir);

/*
 * Where the presets are: ${option} when given, else the folder "presets" beside
 * the program, else where they were installed.  ${buf} holds the answer.
 */
const char *config_preset_dir(const char *option, char *buf, size_t size);

/* Read a whole file (or stdin for "-") of at most ${max} bytes; *${text} is freed by the caller.  0
 * or -errno. */
int config_read_file(const char *path, size_t max, char **text, size_t *len);

#endif
