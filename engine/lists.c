/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lists.c - boot from memblock.memory and memblock.reserved as a real kernel
 * held them, instead of what our own boot allocator would have left.
 */
#include <stdio.h>

#include "boot.h"

#define LIST_MAX 512 /* more than the kernels' lists grew to on any i386 that was seen */

static int list_check(const char *name, const struct mm386_memrange *list, size_t nr,
		      struct mm386_error *err)
{
	char pointer[32];

	if (nr > LIST_MAX || (nr && !list))
		return error_set(err, name, 0, "a list of %zu ranges: at most %d", nr, LIST_MAX);
	for (size_t i = 0; i < nr; i++) {
		snprintf(pointer, sizeof(pointer), "%s/%zu", name, i);
		if (list[i].start >= list[i].end)
			return error_set(err, pointer, 0, "range 0x%llx..0x%llx is empty",
					 (unsigned long long)list[i].start,
					 (unsigned long long)list[i].end);
		if (list[i].end > 1ull << 52)
			return error_set(err, pointer, 0,
					 "end 0x%llx is beyond the 52 address bits of a PC",
					 (unsigned long long)list[i].end);
		if (i && list[i].start < list[i - 1].end)
			return error_set(err, pointer, 0,
					 "start 0x%llx is below the end of the range before",
					 (unsigned long long)list[i].start);
	}
	return 0;
}

int lists_check(const struct boot_lists *lists, struct mm386_error *err)
{
	int ret = list_check("/memory", lists->memory, lists->nr_memory, err);

	if (!ret && lists->nr_memory > E820_TABLE_MAX / 2)
		ret = error_set(err, "/memory", 0, "a list of %zu ranges: at most %d",
				lists->nr_memory, E820_TABLE_MAX / 2);
	if (!ret && !lists->nr_memory)
		ret = error_set(err, "/memory", 0, "there is no usable memory");
	return ret ? ret : list_check("/reserved", lists->reserved, lists->nr_reserved, err);
}

/* From here on RAM is what the list says; what else the table tells stays where it does not. */
void lists_memory(struct boot *b)
{
	struct e820_table *t = &b->map;
	unsigned kept = 0;

	for (unsigned i = 0; i < t->nr; i++)
		if (t->e[i].type != MM386_E820_USABLE)
			t->e[kept++] = t->e[i];
	t->nr = kept;
	for (size_t i = 0; i < b->lists->nr_memory; i++) {
		const struct mm386_memrange *r = &b->lists->memory[i];

		e820_update(t, r->start, r->end - 1, 0, 0);
		if (t->nr < E820_TABLE_MAX)
			e820_add(t, r->start, r->end - 1, MM386_E820_USABLE);
	}
	e820_sanitize(t);
}

/*
 * Our own allocator has placed mem_map and the rest where it would; what is reserved is
 * what the list says, and nothing else.
 */
void lists_reserved(struct boot *b)
{
	const struct boot_facts *f = &b->plan->boot;

	b->nr_taken = 0;
	b->out_of_memory = false;
	b->plan->late_start = b->plan->late_end = 0;
	for (size_t i = 0; i < b->lists->nr_reserved; i++) {
		const struct mm386_memrange *r = &b->lists->reserved[i];
		uint64_t start = r->start > f->image_start ? r->start : f->image_start;
		uint64_t end = r->end < f->image_end ? r->end : f->image_end;

		taken_add(b, start, end, MM386_KIND_KERNEL, "Kernel image");
		taken_add(b, r->start, r->end, MM386_KIND_BOOT, "Reserved");
	}
}
