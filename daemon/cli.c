/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli.c - mm386: the engine without a server.  Its arguments.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "config.h"
#include "wire.h"

static const char help[] =
	"Usage: mm386 [OPTION]... MACHINE [OPS.jsonl]\n"
	"       mm386 [OPTION]... --dmesg LOG [OPS.jsonl]\n"
	"       mm386 --import-ftrace TRACE [MACHINE | --dmesg LOG]\n"
	"Boot a simulated i386 machine, apply memory operations, print what was asked.\n"
	"\n"
	"MACHINE is one of\n"
	"  a file       a configuration as JSON, or an operation log, whose first line is\n"
	"               {\"config\": {...}} and whose other lines are applied\n"
	"  -            the same from standard input\n"
	"  a name       without / or . in it, a preset: mm386 --presets lists them\n"
	"OPS.jsonl has one operation a line, {\"op\": \"alloc_pages\", \"order\": 2, \"gfp\":\n"
	"\"GFP_KERNEL\"}; \"-\" reads standard input. A log may stand here too: its {\"config\"}\n"
	"line is passed over, and its \"seq\" must agree.\n"
	"\n"
	"What is printed, in this order, whatever the order of the options:\n"
	"  --config           the configuration in full, as JSON\n"
	"  --boot-report      what the kernel prints about memory while it boots\n"
	"  --events           events of boot, then of each operation, one JSON object a line\n"
	"  --answers          the answer to each operation, one JSON object a line\n"
	"  --proc FILE        /proc/FILE in that kernel's format (may be given again)\n"
	"  --snapshot         the state at the end, as the stream sends it\n"
	"  --delta            what changed since boot, as the stream sends it\n"
	"  --digest           64 bits over the whole state\n"
	"  --check            walk every invariant; \"ok\", or the name of the broken one\n"
	"  --bench N          apply N operations of a seeded churn, print the rate\n"
	"Default: --answers when there are operations, else --boot-report.\n"
	"\n"
	"  --import-ftrace TRACE\n"
	"                     print an operation log that does to a machine what this text\n"
	"                     of a kernel's tracing/trace (or a .gz of it, or \"-\") says of page\n"
	"                     frames: kmem:mm_page_* events. Without MACHINE one of the size\n"
	"                     that the trace shows, with the rules of 6.1 (2.6 if its events\n"
	"                     are so old), since it does not tell its release. Statistics\n"
	"                     go to standard error\n"
	"  --dmesg LOG        boot the machine that this text of a boot log describes\n"
	"  --sections LIST    of --snapshot and --delta: machine, legend, physical, frames,\n"
	"                     zones, vm, virtual, ops, events; default all, commas between\n"
	"  --preset-dir DIR   where presets are; default: \"presets\" beside the program,\n"
	"                     else where they were installed\n"
	"  --presets          list the presets and end\n"
	"  --version, --help\n"
	"\n"
	"A request that the simulated kernel refuses is an answer, not an error.\n"
	"Exit status: 0 all applied; 1 a configuration or operation is malformed (the\n"
	"message names file, line and member), a file cannot be read, or --check found\n"
	"something; 2 wrong usage.\n";

enum {
	OPT_CONFIG = 256,
	OPT_BOOT_REPORT,
	OPT_EVENTS,
	OPT_ANSWERS,
	OPT_PROC,
	OPT_SNAPSHOT,
	OPT_DELTA,
	OPT_DIGEST,
	OPT_CHECK,
	OPT_BENCH,
	OPT_DMESG,
	OPT_IMPORT_FTRACE,
	OPT_SECTIONS,
	OPT_PRESET_DIR,
	OPT_PRESETS,
	OPT_VERSION,
	OPT_HELP,
};

static const struct option long_options[] = {
	{"config", no_argument, NULL, OPT_CONFIG},
	{"boot-report", no_argument, NULL, OPT_BOOT_REPORT},
	{"events", no_argument, NULL, OPT_EVENTS},
	{"answers", no_argument, NULL, OPT_ANSWERS},
	{"proc", required_argument, NULL, OPT_PROC},
	{"snapshot", no_argument, NULL, OPT_SNAPSHOT},
	{"delta", no_argument, NULL, OPT_DELTA},
	{"digest", no_argument, NULL, OPT_DIGEST},
	{"check", no_argument, NULL, OPT_CHECK},
	{"bench", required_argument, NULL, OPT_BENCH},
	{"dmesg", required_argument, NULL, OPT_DMESG},
	{"import-ftrace", required_argument, NULL, OPT_IMPORT_FTRACE},
	{"sections", required_argument, NULL, OPT_SECTIONS},
	{"preset-dir", required_argument, NULL, OPT_PRESET_DIR},
	{"presets", no_argument, NULL, OPT_PRESETS},
	{"version", no_argument, NULL, OPT_VERSION},
	{"help", no_argument, NULL, OPT_HELP},
	{NULL, 0, NULL, 0},
};

static int usage(const char *what, const char *value)
{
	fprintf(stderr, "mm386: %s%s\nTry \"mm386 --help\".\n", what, value);
	return CLI_USAGE;
}

static int list_presets(const char *dir)
{
	struct wbuf b;
	int rc;

	wbuf_init(&b, 16 << 20);
	rc = config_preset_list(&b, dir);
	if (rc)
		fprintf(stderr, "mm386: %s: %s\n", dir, strerror(-rc));
	else
		printf("%.*s\n", (int)b.len, b.data);
	wbuf_free(&b);
	return rc ? CLI_FAILED : CLI_OK;
}

static int count_read(const char *text, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 10);
	return errno || *end || *text < '1' || *text > '9' ? -EINVAL : 0;
}

/* An option with a value.  CLI_OK or CLI_USAGE. */
static int take_value(struct cli_options *opt, int id, const char *value)
{
	struct mm386_error err;

	switch (id) {
	case OPT_PROC:
		if (opt->nr_proc == CLI_PROC_MAX)
			return usage("too many --proc", "");
		opt->proc[opt->nr_proc++] = value;
		break;
	case OPT_BENCH:
		if (count_read(value, &opt->bench))
			return usage("--bench needs a number of operations, not ", value);
		break;
	case OPT_DMESG:
		opt->dmesg = value;
		break;
	case OPT_IMPORT_FTRACE:
		opt->ftrace = value;
		break;
	case OPT_SECTIONS:
		if (wire_sections_parse(value, &opt->sections, &err))
			return usage("--sections: ", err.detail);
		break;
	default:
		opt->presets = value;
	}
	return CLI_OK;
}

/* An option without one; false when it is none of these. */
static bool take_flag(struct cli_options *opt, int id)
{
	bool *flag[] = {
		[OPT_CONFIG - OPT_CONFIG] = &opt->show_config,
		[OPT_BOOT_REPORT - OPT_CONFIG] = &opt->boot_report,
		[OPT_EVENTS - OPT_CONFIG] = &opt->events,
		[OPT_ANSWERS - OPT_CONFIG] = &opt->answers,
		[OPT_SNAPSHOT - OPT_CONFIG] = &opt->snapshot,
		[OPT_DELTA - OPT_CONFIG] = &opt->delta,
		[OPT_DIGEST - OPT_CONFIG] = &opt->digest,
		[OPT_CHECK - OPT_CONFIG] = &opt->check,
	};
	int i = id - OPT_CONFIG;

	if (i < 0 || i >= (int)(sizeof(flag) / sizeof(flag[0])) || !flag[i])
		return false;
	*flag[i] = true;
	return true;
}

/* Something is to be printed of the machine. */
static bool asks_for_more(const struct cli_options *opt)
{
	return opt->show_config || opt->boot_report || opt->events || opt->answers ||
	       opt->snapshot || opt->delta || opt->digest || opt->check || opt->nr_proc ||
	       opt->bench;
}

/* What is left of the arguments: the machine and its operations. */
static int take_rest(struct cli_options *opt, int argc, char **argv)
{
	int at = optind;

	if (!opt->dmesg && (!opt->ftrace || at < argc)) {
		if (at == argc)
			return usage("which machine? ",
				     "Give a configuration, a preset or --dmesg LOG.");
		opt->config = argv[at++];
	}
	if (at < argc)
		opt->ops = argv[at++];
	if (at < argc)
		return usage("one argument too many: ", argv[at]);
	if (opt->ftrace && opt->ops)
		return usage("--import-ftrace makes a log, it takes none: ", opt->ops);
	if (opt->ftrace && asks_for_more(opt))
		return usage("--import-ftrace prints a log and nothing else", "");
	if (opt->ftrace && opt->config && !strcmp(opt->ftrace, "-") && !strcmp(opt->config, "-"))
		return usage("standard input cannot be both the machine and the trace", "");
	if (opt->config && opt->ops && !strcmp(opt->config, "-") && !strcmp(opt->ops, "-"))
		return usage("standard input cannot be both the machine and its operations", "");
	return CLI_OK;
}

int main(int argc, char **argv)
{
	struct cli_options opt = {.sections = WIRE_ALL};
	char dir[4096];
	bool list = false;
	int id, rc;

	while ((id = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (take_flag(&opt, id))
			continue;
		switch (id) {
		case OPT_PRESETS:
			list = true;
			break;
		case OPT_VERSION:
			printf("mm386 %s\n", MM386_VERSION);
			return CLI_OK;
		case OPT_HELP:
			fputs(help, stdout);
			return CLI_OK;
		case '?':
			return usage("see above", "");
		default:
			rc = take_value(&opt, id, optarg);
			if (rc)
				return rc;
		}
	}
	opt.presets = config_preset_dir(opt.presets, dir, sizeof(dir));
	if (list)
		return list_presets(opt.presets);
	rc = take_rest(&opt, argc, argv);
	if (rc)
		return rc;
	return opt.ftrace ? cli_import(&opt) : cli_run(&opt);
}
