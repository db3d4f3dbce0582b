/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * taken.c - the list of what is not free when boot hands memory over.
 *
 * One rising list of byte ranges, each with what it became.  bootmem searches
 * it upwards (first fit), memblock downwards; both only within whole usable
 * pages of the direct map.
 */
#include <stdio.h>

#include "boot.h"

/* Keep the list rising; where ${start}..${end} overlaps what is there, what is there stays. */
void taken_add(struct boot *b, uint64_t start, uint64_t end, enum mm386_kind kind, const char *name)
{
	unsigned at = 0;

	for (;;) {
		while (at < b->nr_taken && b->taken[at].end <= start)
			at++;
		if (start >= end)
			return;
		if (at < b->nr_taken && b->taken[at].start <= start) {
			start = b->taken[at].end;
			continue;
		}
		break;
	}
	if (b->nr_taken == TAKEN_MAX) {
		b->out_of_memory = true;
		return;
	}
	uint64_t stop = at < b->nr_taken && b->taken[at].start < end ? b->taken[at].start : end;

	memmove(&b->taken[at + 1], &b->taken[at], (b->nr_taken - at) * sizeof(b->taken[0]));
	b->nr_taken++;
	b->taken[at] = (struct taken){.start = start, .end = stop, .kind = (uint8_t)kind};
	snprintf(b->taken[at].name, sizeof(b->taken[at].name), "%s", name);
	if (stop < end)
		taken_add(b, stop, end, kind, name);
}

/* The first hole of ${size} bytes at or above ${goal}; UINT64_MAX if there is none. */
static uint64_t find_up(const struct boot *b, uint64_t size, uint64_t align, uint64_t goal)
{
	for (unsigned i = 0; i < b->nr_ram; i++) {
		uint64_t at = b->ram[i].start > goal ? b->ram[i].start : goal;

		at = ROUND_UP(at, align);
		for (unsigned k = 0; k < b->nr_taken; k++) {
			if (b->taken[k].end <= at)
				continue;
			if (b->taken[k].start >= at + size)
				break;
			at = ROUND_UP(b->taken[k].end, align);
		}
		if (at + size <= b->ram[i].end)
			return at;
	}
	return UINT64_MAX;
}

/* The highest place of ${size} bytes below ${limit}; UINT64_MAX if there is none. */
static uint64_t find_down(const struct boot *b, uint64_t size, uint64_t align, uint64_t limit)
{
	for (unsigned i = b->nr_ram; i-- > 0;) {
		uint64_t end = b->ram[i].end < limit ? b->ram[i].end : limit;

		for (unsigned k = b->nr_taken; end >= size;) {
			uint64_t at = ROUND_DOWN(end - size, align);

			while (k > 0 && b->taken[k - 1].start >= at + size)
				k--;
			if (at < b->ram[i].start)
				break;
			if (k == 0 || b->taken[k - 1].end <= at)
				return at;
			end = b->taken[k - 1].start;
		}
	}
	return UINT64_MAX;
}

uint64_t taken_alloc_up(struct boot *b, uint64_t size, uint64_t align, uint64_t goal,
			enum mm386_kind kind, const char *name)
{
	uint64_t at = find_up(b, size, align, goal);

	if (at == UINT64_MAX)
		at = find_up(b, size, align, 0);
	if (at == UINT64_MAX) {
		b->out_of_memory = true;
		return 0;
	}
	taken_add(b, at, at + size, kind, name);
	return at;
}

uint64_t taken_alloc_down(struct boot *b, uint64_t size, uint64_t align, uint64_t limit,
			  enum mm386_kind kind, const char *name)
{
	uint64_t at = find_down(b, size, align, limit);

	if (at == UINT64_MAX) {
		b->out_of_memory = true;
		return 0;
	}
	taken_add(b, at, at + size, kind, name);
	return at;
}

void taken_remove(struct boot *b, uint64_t start)
{
	for (unsigned i = 0; i < b->nr_taken; i++) {
		if (b->taken[i].start != start)
			continue;
		memmove(&b->taken[i], &b->taken[i + 1],
			(b->nr_taken - i - 1) * sizeof(b->taken[0]));
		b->nr_taken--;
		return;
	}
}
