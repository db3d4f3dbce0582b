/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * main.c - mm386-conform: what real kernels did, against what mm386 does.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bootlog.h"
#include "fidelity.h"
#include "oracle.h"
#include "skips.h"

enum { CONFORM_OK, CONFORM_DIFFERS, CONFORM_USAGE };

static const char help[] =
	"Usage: mm386-conform [OPTION]...\n"
	"Hold mm386 against what real kernels printed and what lay in their memory.\n"
	"\n"
	"  --oracle DIR       captures of kernels: DIR/facts, DIR/snap, DIR/trace\n"
	"  --bootlogs DIR     records of boot logs and out-of-memory reports, one a file\n"
	"  --list             name the checks that there are, make none\n"
	"  --fidelity         print docs/FIDELITY.md, which counts the checks of the own copy\n"
	"  --version, --help\n"
	"\n"
	"Without --oracle and --bootlogs it takes both of the project's own copy: the folder\n"
	"\"conform-data\" beside the program, else where it was installed.  Names in that folder's\n"
	"file \"skips.txt\" are passed over, each with the reason that stands there.\n"
	"\n"
	"It prints a line a check,\n"
	"  RUN, CHECK, exact\n"
	"  RUN, CHECK, differs: what was expected and what came\n"
	"  RUN, CHECK, skipped: the reason\n"
	"and then \"N exact, N differ, N skipped\".  The checks:\n"
	"  hand-over  memblock's lists in; every free list, in order, and page blocks out\n"
	"  sizing     min_free_kbytes, marks, lowmem_reserve, per-CPU high and batch,\n"
	"             totalreserve from the zones' sizes\n"
	"  replay     a traced segment: each block, each fallback, and the lists at the end\n"
	"  CPU lists  a traced segment with the CPUs' lists: each request, each free, all lists\n"
	"  compaction  of all memory, in a traced segment: what was looked at, taken and moved\n"
	"  boot       zones, layout and totals from the configuration alone\n"
	"  formats    buddyinfo, pagetypeinfo and zoneinfo of a state as the kernel printed it\n"
	"  boot log   the same as boot, from what a boot log shows\n"
	"  sums, marks  of an out-of-memory report or a /proc file\n"
	"\n"
	"Exit status: 0 nothing differs; 1 something does; 2 wrong usage, or a folder that\n"
	"cannot be read.\n";

enum { OPT_ORACLE = 256, OPT_BOOTLOGS, OPT_LIST, OPT_FIDELITY, OPT_VERSION, OPT_HELP };

static const struct option long_options[] = {
	{"oracle", required_argument, NULL, OPT_ORACLE}, {"bootlogs", required_argument, NULL, OPT_BOOTLOGS},
	{"list", no_argument, NULL, OPT_LIST},		 {"fidelity", no_argument, NULL, OPT_FIDELITY},
	{"version", no_argument, NULL, OPT_VERSION},	 {"help", no_argument, NULL, OPT_HELP},
	{NULL, 0, NULL, 0},
};

static int usage(const char *what, const char *value)
{
	fprintf(stderr, "mm386-conform: %s%s\nTry \"mm386-conform --help\".\n", what, value);
	return CONFORM_USAGE;
}

static int unreadable(const char *dir, int error)
{
	fprintf(stderr, "mm386-conform: %s: %s\n", dir, strerror(-error));
	return CONFORM_USAGE;
}

/* The project's own copy: beside the program, or where it was installed. */
static const char *own_data(char *buf, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", buf, size - 1);
	char *slash;

	if (n > 0) {
		buf[n] = '\0';
		slash = strrchr(buf, '/');
		if (slash && (size_t)(slash - buf) + sizeof("/conform-data") <= size) {
			strcpy(slash, "/conform-data");
			if (access(buf, R_OK | X_OK) == 0)
				return buf;
		}
	}
	return MM386_CONFORM_DIR;
}

/* ---- one folder of captures -------------------------------------------------------- */

/* What ${path} holds, or NULL; a file that cannot be read is a line of its own. */
static json_t *part_read(struct results *r, const char *run, const char *part, const char *path)
{
	struct input_error err;
	struct check c;
	json_t *v;

	if (!path)
		return NULL;
	v = input_json(path, &err);
	if (!v && check_begin(&c, r, run, part)) {
		check_differs(&c, "the file cannot be read: %s", err.text);
		check_end(&c);
	}
	return v;
}

static void run_checks(struct results *r, const struct oracle *o, const struct oracle_run *run,
		       const struct skips *skips)
{
	struct capture cap = {.name = run->name};
	char *banner;

	if (skips_line(skips, r, run->name))
		return;
	cap.banner = banner = run->facts ? NULL : oracle_banner(o, run->name);
	cap.facts = part_read(r, run->name, "facts", run->facts);
	cap.init = part_read(r, run->name, "mem_init_done", run->init);
	cap.final = part_read(r, run->name, "FINAL", run->final);
	check_boot(r, &cap);
	check_handover(r, &cap);
	check_sizing(r, &cap);
	check_formats(r, &cap);
	json_decref(cap.facts);
	json_decref(cap.init);
	json_decref(cap.final);
	free(banner);
}

static void segment_checks(struct results *r, const struct oracle *o, const struct oracle_segment *s)
{
	check_replay(r, o, s);
	check_lists(r, o, s);
	check_compaction(r, o, s);
}

static int oracle_checks(struct results *r, const char *dir, const struct skips *skips)
{
	struct oracle o;
	int ret = oracle_open(&o, dir);

	for (size_t i = 0; !ret && i < o.nr_runs; i++)
		run_checks(r, &o, &o.run[i], skips);
	for (size_t i = 0; !ret && i < o.nr_segments; i++)
		if (!skips_line(skips, r, o.segment[i].run))
			segment_checks(r, &o, &o.segment[i]);
	oracle_free(&o);
	return ret ? unreadable(dir, ret) : CONFORM_OK;
}

/* ---- arguments ----------------------------------------------------------------------- */

/* Both folders as asked, or those of ${data}; CONFORM_OK or CONFORM_USAGE. */
static int all_checks(struct results *r, const char *oracle, const char *bootlogs, const char *data)
{
	char path[2][4200];
	struct skips skips;
	int ret = CONFORM_OK;

	if (!oracle && !bootlogs) {
		snprintf(path[0], sizeof(path[0]), "%s/oracle", data);
		snprintf(path[1], sizeof(path[1]), "%s/bootlogs", data);
		oracle = path[0];
		bootlogs = path[1];
	}
	skips_read(&skips, data);
	if (oracle)
		ret = oracle_checks(r, oracle, &skips);
	if (bootlogs && ret == CONFORM_OK) {
		int error = bootlog_checks(r, bootlogs, &skips);

		ret = error ? unreadable(bootlogs, error) : CONFORM_OK;
	}
	skips_free(&skips);
	return ret;
}

/* Print the page about all that ${data} has; the lines of the checks go nowhere. */
static int fidelity(const char *data)
{
	struct results r = {.out = fopen("/dev/null", "we")};
	int ret;

	if (!r.out)
		return unreadable("/dev/null", -errno);
	ret = all_checks(&r, NULL, NULL, data);
	fclose(r.out);
	if (ret == CONFORM_OK)
		fidelity_write(stdout, &r);
	return ret;
}

int main(int argc, char **argv)
{
	struct results r = {.out = stdout};
	const char *oracle = NULL, *bootlogs = NULL;
	bool page = false;
	char data[4096];
	int id, ret;

	while ((id = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (id) {
		case OPT_ORACLE:
			oracle = optarg;
			break;
		case OPT_BOOTLOGS:
			bootlogs = optarg;
			break;
		case OPT_LIST:
			r.list = true;
			break;
		case OPT_FIDELITY:
			page = true;
			break;
		case OPT_VERSION:
			printf("mm386-conform %s\n", MM386_VERSION);
			return CONFORM_OK;
		case OPT_HELP:
			fputs(help, stdout);
			return CONFORM_OK;
		default:
			return usage("see above", "");
		}
	}
	if (optind < argc)
		return usage("no argument is known: ", argv[optind]);
	if (page && (oracle || bootlogs || r.list))
		return usage("--fidelity is about the own copy alone", "");
	if (page)
		return fidelity(own_data(data, sizeof(data)));
	ret = all_checks(&r, oracle, bootlogs, own_data(data, sizeof(data)));
	if (ret != CONFORM_OK)
		return ret;
	if (!r.list)
		report_sum(&r);
	return r.differ ? CONFORM_DIFFERS : CONFORM_OK;
}
