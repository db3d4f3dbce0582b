/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli.h - what the command mm386 was asked for, and who does it.
 */
#ifndef CLI_H
#define CLI_H

#include <stdio.h>
#include <sys/types.h>

#include "mm386.h"

/* Exit statuses. */
enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

#define CLI_PROC_MAX 16

struct cli_options {
	const char *config; /* file, preset or "-"; NULL with dmesg */
	const char *dmesg;  /* file with a boot log, or NULL */
	const char *ops;    /* file, "-", or NULL */
	const char *presets;
	unsigned sections;

	bool show_config, boot_report, answers, events, snapshot, delta, digest, check;
	const char *proc[CLI_PROC_MAX];
	unsigned nr_proc;
	uint64_t bench;	    /* operations, 0: none */
	const char *ftrace; /* a kernel's trace to make a log of, or NULL */
};

/* ---- cli_machine.c ---- */

/* Say on stderr what is wrong with ${path}, at a line unless that is 0; return CLI_FAILED. */
int cli_complain(const char *path, unsigned long line, const struct mm386_error *err);
int cli_complain_errno(const char *path, int err);

/* A text that is read line by line. */
struct cli_lines {
	const char *path; /* for messages */
	FILE *f;
	char *text; /* of getline() */
	size_t cap;
	unsigned long nr; /* of the line in ${text}, from 1 */
};
int cli_lines_open(struct cli_lines *l, const char *path);
void cli_lines_close(struct cli_lines *l);
/* The next line that is not empty: its length, 0 at the end, -1 after a message. */
ssize_t cli_lines_next(struct cli_lines *l);

/*
 * The configuration of the machine that ${opt} names.  If that is a log and no other operations
 * are named, ${ops} is open behind its first line.  An exit status.
 */
int cli_machine_find(const struct cli_options *opt, struct mm386_config *cfg,
		     struct cli_lines *ops);
/* Boot it; the caller frees ${out} after CLI_OK. */
int cli_machine_boot(const struct cli_options *opt, const struct mm386_config *cfg,
		     struct mm386 **out);

/* ---- what is done ---- */

/* Boot, apply, print; return an exit status.  What went wrong is on stderr. */
int cli_run(const struct cli_options *opt);

/* Print the operation log that a kernel's trace yields; an exit status. */
int cli_import(const struct cli_options *opt);

/* Apply ${nr} operations of a seeded churn and print what they took. */
int cli_bench(struct mm386 *m, uint64_t nr);

#endif
