/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli.h - what the command mm386 was asked for, and who does it.
 */
#ifndef CLI_H
#define CLI_H

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
	uint64_t bench; /* operations, 0: none */
};

/* Boot, apply, print; return an exit status.  What went wrong is on stderr. */
int cli_run(const struct cli_options *opt);

/* Apply ${nr} operations of a seeded churn and print what they took. */
int cli_bench(struct mm386 *m, uint64_t nr);

#endif
