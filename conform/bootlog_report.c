/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootlog_report.c - the sums of a record's orders. */
#include "bootlog.h"

void bootlog_report(struct report *r, const char *name, const json_t *v)
{
	json_t *oom = json_object_get(v, "oom"), *zone;
	const char *key;
	struct check c;

	if (!oom || !check_begin(&c, r, name, "sums"))
		return;
	json_object_foreach (oom, key, zone) {
		const json_t *orders = json_object_get(zone, "orders");
		uint64_t sum_k = 0;
		size_t i;
		json_t *n;

		if (!orders)
			continue;
		json_array_foreach (orders, i, n)
			sum_k += i < MM386_ORDERS ? input_element(orders, i) * 4 << i : 0;
		check_equal(&c, input_member(zone, "orders_sum_k"), sum_k, "%s sum of the orders in kB", key);
	}
	check_end(&c);
}
