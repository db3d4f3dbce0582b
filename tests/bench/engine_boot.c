/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * engine_boot.c - boot of a 4 GiB machine against memset of its arena: memory fresh
 * from the host in both, given back after each turn.  A 64 GiB machine is booted
 * too, against its bounds of one second and 640 MiB.
 */
#include <string.h>
#include <sys/mman.h>

#include "bench.h"
#include "internal.h"

static void configure(struct mm386_config *cfg, unsigned gib)
{
	mm386_config_init(cfg);
	cfg->pae = true;
	cfg->memory_bytes = (uint64_t)gib << 30;
}

static double boot_ms(unsigned gib, size_t *host_bytes)
{
	struct mm386_config cfg;
	struct mm386 *m;
	double start;

	configure(&cfg, gib);
	start = bench_now();
	if (mm386_boot(&cfg, &m, NULL))
		abort();
	start = bench_now() - start;
	*host_bytes = mm386_host_bytes(m);
	mm386_free(m);
	return start * 1e3;
}

static double memset_ms(size_t bytes)
{
	double start = bench_now();
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		abort();
	memset(p, 1, bytes);
	start = bench_now() - start;
	munmap(p, bytes);
	return start * 1e3;
}

int main(void)
{
	double boot[BENCH_TURNS], set[BENCH_TURNS];
	size_t bytes;

	for (unsigned i = 0; i < BENCH_TURNS; i++) {
		boot[i] = boot_ms(4, &bytes);
		set[i] = memset_ms(bytes);
	}
	bench_line("boot of 4 GiB, memset of its arena", bench_median(boot, BENCH_TURNS),
		   bench_median(set, BENCH_TURNS), "ms", "<= 3.0");
	for (unsigned i = 0; i < BENCH_TURNS; i++)
		boot[i] = boot_ms(64, &bytes);
	bench_line("boot of 64 GiB, one second", bench_median(boot, BENCH_TURNS), 1000.0, "ms",
		   "<= 1.0");
	bench_line("host memory of 64 GiB, 640 MiB", (double)bytes / (1 << 20), 640.0, "MiB",
		   "<= 1.0");
	return 0;
}
