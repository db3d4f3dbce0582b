/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bootlog_sums.c - the blocks of each order of a report add up to the total beside them, high and low memory
 * of /proc/meminfo to the whole; a kernel has its number of orders.  Who patched 2.4 may have changed that,
 * and other architectures have others.
 *
 * Not compared: "free" with the orders' sum, counters that were read one after the other while
 * the machine ran.
 */
#include "bootlog.h"
#include "releases.h"

/* A row without the sum that ends it, and shorter than ${nr}, was cut off. */
static void compare_orders(struct check *c, const char *zone, const json_t *orders, const json_t *sum, unsigned nr)
{
	uint64_t sum_k = 0, n;
	size_t i;
	json_t *v;

	json_array_foreach (orders, i, v)
		sum_k += i < MM386_ORDERS && input_number(v, &n) ? n * 4 << i : 0;
	if (nr && (sum || i >= nr))
		check_equal(c, i, nr, "%s orders", zone);
	if (input_number(sum, &n))
		check_equal(c, n, sum_k, "%s: kB in all orders", zone);
}

/* Orders that the kernel of a record has, which is a later one where it has /proc/buddyinfo; 0 when nothing tells. */
static unsigned orders_of(const struct mm386_config *cfg, const json_t *v)
{
	struct mm386_config small = *cfg;
	struct mm386 *m;
	unsigned nr;

	small.memory_bytes = 64u << 20;
	if ((!cfg->release && !json_object_get(v, "buddyinfo")) || bootlog_foreign(v) || bootlog_patched(v, cfg) ||
	    mm386_boot(&small, &m, NULL))
		return 0;
	nr = mm386_info(m)->orders;
	mm386_free(m);
	return nr;
}

static void compare_meminfo(struct check *c, const json_t *meminfo)
{
	static const char *const names[][3] = {
		{"MemTotal", "HighTotal", "LowTotal"},
		{"MemFree", "HighFree", "LowFree"},
	};
	uint64_t n[3];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		bool all = true;

		for (unsigned k = 0; k < 3; k++)
			all &= input_number(json_object_get(meminfo, names[i][k]), &n[k]);
		if (all)
			check_equal(c, n[0], n[1] + n[2], "%s: %s and %s", names[i][0], names[i][1], names[i][2]);
	}
}

bool bootlog_has_sums(const json_t *v)
{
	json_t *zones = json_object_get(v, "oom"), *zone;
	const char *key;

	json_object_foreach (zones, key, zone)
		if (json_object_get(zone, "orders"))
			return true;
	return json_object_get(v, "buddyinfo") || json_object_get(v, "meminfo");
}

void bootlog_sums(struct results *r, const char *name, const json_t *v)
{
	json_t *zones = json_object_get(v, "oom"), *lists = json_object_get(v, "buddyinfo"), *zone;
	struct mm386_config cfg;
	const char *key;
	struct check c;
	unsigned nr;

	if (!check_begin(&c, r, name, "sums"))
		return;
	mm386_config_init(&cfg);
	release_read(&cfg, v);
	nr = orders_of(&cfg, v);
	c.kernel = cfg.release ? (int)cfg.kernel : -1;
	json_object_foreach (zones, key, zone)
		if (json_object_get(zone, "orders"))
			compare_orders(&c, key, json_object_get(zone, "orders"), json_object_get(zone, "orders_sum_k"),
				       nr);
	json_object_foreach (lists, key, zone)
		compare_orders(&c, key, zone, NULL, nr);
	compare_meminfo(&c, json_object_get(v, "meminfo"));
	check_end(&c);
}
