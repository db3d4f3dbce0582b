/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench.h - clock, random numbers and the line that a row of a benchmark prints:
 * name, ours, limit, ratio, goal, a tab between.
 *
 * Ours and the limit are measured in turns within one process, and the median is
 * taken, so that a slow host slows both.
 */
#ifndef MM386_BENCH_H
#define MM386_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BENCH_TURNS 7

static inline double bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The same of this thread on a CPU: for loops that never wait, on a shared host. */
static inline double bench_cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* xorshift64*: the same stream for ours and the limit. */
static inline uint64_t bench_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static inline int bench_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static inline double bench_median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), bench_compare);
	return v[n / 2];
}

/*
 * The turn whose ratio of ours to the limit is the median of all: on a host that is
 * busy by fits and starts, what was measured side by side is compared.
 */
static inline size_t bench_median_turn(const double *ours, const double *limit, size_t n)
{
	double ratio[64], median;
	size_t i;

	for (i = 0; i < n; i++)
		ratio[i] = ours[i] / limit[i];
	median = bench_median(ratio, n);
	for (i = 0; i + 1 < n && ours[i] / limit[i] != median; i++)
		;
	return i;
}

/* The line of one row; ${unit} goes with both times, ${goal} says "<= 2.0". */
static inline void bench_line(const char *name, double ours, double limit, const char *unit,
			      const char *goal)
{
	printf("%s\t%.2f %s\t%.2f %s\t%.2f\t%s\n", name, ours, unit, limit, unit, ours / limit,
	       goal);
	fflush(stdout);
}

#endif
