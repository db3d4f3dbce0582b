/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench_wire.c - what it costs to say what a machine is, and what changed.
 */
#include <jansson.h>
#include <string.h>

#include "bench.h"
#include "config.h"
#include "wire.h"

#define FRAMES	  (1u << 20)
#define SPLINTERS 22000 /* single frames taken, every other given back */
#define TEXT_MAX  (64u << 20)

/* 4 GiB without the hole that a PC has below the top: exactly 1 M frames. */
static const char config[] =
	"{\"e820\":[{\"start\":\"0x0\",\"end\":\"0x9fbff\",\"type\":\"usable\"},"
	"{\"start\":\"0x100000\",\"end\":\"0xffffffff\",\"type\":\"usable\"}]}";

static void die(const char *what)
{
	fprintf(stderr, "bench_wire: %s\n", what);
	exit(1);
}

static struct mm386 *boot(void)
{
	struct mm386_error err;
	struct mm386_config cfg;
	struct mm386 *m = NULL;

	if (config_parse(config, strlen(config), NULL, &cfg, &err) || mm386_boot(&cfg, &m, &err))
		die(err.detail);
	return m;
}

static mm386_pfn_t apply(struct mm386 *m, const char *text)
{
	struct mm386_result res;
	struct mm386_error err;
	struct mm386_op op;

	if (wire_op_parse(text, strlen(text), &op, &err) || mm386_apply(m, &op, &res, &err))
		die(err.detail);
	if (!res.ok)
		die("an operation was refused");
	return res.pfn;
}

static mm386_pfn_t take(struct mm386 *m)
{
	return apply(m, "{\"op\":\"alloc_pages\",\"gfp\":\"GFP_HIGHUSER\"}");
}

static void give(struct mm386 *m, mm386_pfn_t pfn)
{
	char text[64];

	snprintf(text, sizeof(text), "{\"op\":\"free_pages\",\"pfn\":%u}", pfn);
	apply(m, text);
}

static mm386_pfn_t taken[SPLINTERS];

/* Break the memory up, until a snapshot has more than 20,000 runs. */
static void splinter(struct mm386 *m)
{
	uint32_t runs = 1;

	for (unsigned i = 0; i < SPLINTERS; i++)
		taken[i] = take(m);
	for (unsigned i = 0; i < SPLINTERS; i += 2)
		give(m, taken[i]);
	for (uint32_t i = 1; i < mm386_info(m)->nr_frames; i++)
		runs += mm386_kinds(m)[i] != mm386_kinds(m)[i - 1];
	if (mm386_info(m)->nr_frames != FRAMES || runs < 20000)
		die("not the machine that was meant");
}

/* What the limit reads: as many bytes as 1 M descriptors have. */
static double read_descriptors(const uint64_t *words)
{
	double start = bench_now();
	uint64_t sum = 0;

	for (size_t i = 0; i < (size_t)FRAMES * 32 / sizeof(*words); i++)
		sum += words[i];
	if (sum == 0) /* never; but so the reading cannot be left out */
		die("nothing was read");
	return (bench_now() - start) * 1e3;
}

static void bench_snapshot(struct mm386 *m)
{
	double ours[BENCH_TURNS], limit[BENCH_TURNS];
	uint64_t *words = malloc((size_t)FRAMES * 32);
	struct wbuf b;

	if (!words)
		die("out of memory");
	memset(words, 1, (size_t)FRAMES * 32);
	wbuf_init(&b, TEXT_MAX);
	for (unsigned i = 0; i < BENCH_TURNS; i++) {
		double start;

		give(m, take(m)); /* so that the digest has something to do */
		limit[i] = read_descriptors(words);
		start = bench_now();
		wbuf_reset(&b);
		wire_snapshot(&b, m, WIRE_ALL);
		ours[i] = (bench_now() - start) * 1e3;
	}
	if (!wbuf_ok(&b))
		die("the snapshot does not fit");
	bench_line("snapshot of 1 M frames, 20000 runs, to text", bench_median(ours, BENCH_TURNS),
		   bench_median(limit, BENCH_TURNS), "ms", "<= 4.0");
	wbuf_free(&b);
	free(words);
}

/* Microseconds for the delta of ${k} frames that lie apart, cut included. */
static double delta_once(struct mm386 *m, unsigned k, struct wbuf *b)
{
	uint64_t base;
	double start;

	mm386_cut(m);
	mm386_digest(m);
	base = mm386_seq(m);
	for (unsigned i = 0; i < k; i++) /* between two that stay free: no merge, no neighbour */
		give(m, taken[2 * i + 1]);
	start = bench_now();
	wbuf_reset(b);
	wire_delta(b, m, base, WIRE_ALL, NULL);
	mm386_cut(m);
	start = bench_now() - start;
	for (unsigned i = k; i-- > 0;)
		taken[2 * i + 1] = take(m);
	return start * 1e6;
}

static double delta_of(struct mm386 *m, unsigned k)
{
	double us[41];
	struct wbuf b;

	wbuf_init(&b, TEXT_MAX);
	for (unsigned i = 0; i < 41; i++)
		us[i] = delta_once(m, k, &b);
	if (!wbuf_ok(&b))
		die("the delta does not fit");
	wbuf_free(&b);
	return bench_median(us, 41);
}

static void bench_delta(struct mm386 *m)
{
	double few = delta_of(m, 256) / 256, many = delta_of(m, 4096) / 4096;

	bench_line("delta of 1 changed frame, digest and cut included", delta_of(m, 1), 20, "us",
		   "<= 1.0");
	bench_line("delta, a frame of 4096 against one of 256", many, few, "us", "<= 1.5");
}

/* A request as REST gets it, to the text of its answer; beside it jansson alone, reading. */
static void bench_answer(struct mm386 *m)
{
	static const char body[] = "{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"order\":0}";
	double ours[BENCH_TURNS], limit[BENCH_TURNS];
	struct wire_batch batch;
	struct mm386_result res;
	struct mm386_error err;
	struct wbuf b;

	wbuf_init(&b, TEXT_MAX);
	for (unsigned turn = 0; turn < BENCH_TURNS; turn++) {
		double start = bench_now();

		for (unsigned i = 0; i < 10000; i++)
			json_decref(json_loadb(body, sizeof(body) - 1, 0, NULL));
		limit[turn] = (bench_now() - start) * 1e6 / 10000;
		start = bench_now();
		for (unsigned i = 0; i < 10000; i++) {
			if (wire_batch_parse(body, sizeof(body) - 1, 1, &batch, &err) ||
			    mm386_apply(m, batch.op, &res, &err))
				die(err.detail);
			wbuf_reset(&b);
			wire_answer(&b, m, batch.op, &res, &(struct wire_story){NULL, 0, 0});
			wire_batch_free(&batch);
		}
		ours[turn] = (bench_now() - start) * 1e6 / 10000;
	}
	bench_line("operation read, applied, answered; limit: jansson reads",
		   bench_median(ours, BENCH_TURNS), bench_median(limit, BENCH_TURNS), "us",
		   "<= 1.0");
	wbuf_free(&b);
}

#define LOG_LINES 20000

/* A line of a log, read, as a restart reads millions; beside it jansson, reading the same. */
static void bench_log(void)
{
	static const char line[] = "{\"seq\":1,\"op\":\"alloc_pages\",\"gfp\":\"GFP_HIGHUSER\","
				   "\"order\":0,\"origin\":\"scene\"}\n";
	double ours[BENCH_TURNS], limit[BENCH_TURNS];
	struct wire_log_line read;
	struct mm386_error err;

	for (unsigned turn = 0; turn < BENCH_TURNS; turn++) {
		double start = bench_now();

		for (unsigned i = 0; i < LOG_LINES; i++)
			if (wire_log_parse(line, sizeof(line) - 1, NULL, &read, &err))
				die(err.detail);
		ours[turn] = (bench_now() - start) * 1e9 / LOG_LINES;
		start = bench_now();
		for (unsigned i = 0; i < LOG_LINES; i++)
			json_decref(json_loadb(line, sizeof(line) - 1, 0, NULL));
		limit[turn] = (bench_now() - start) * 1e9 / LOG_LINES;
	}
	bench_line("a line of a log, read; limit: jansson reads it",
		   bench_median(ours, BENCH_TURNS), bench_median(limit, BENCH_TURNS), "ns",
		   "<= 0.4");
}

int main(void)
{
	struct mm386 *m = boot();

	splinter(m);
	bench_snapshot(m);
	bench_delta(m);
	bench_answer(m);
	bench_log();
	mm386_free(m);
	return 0;
}
