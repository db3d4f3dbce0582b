/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dirty.c - which frames and page blocks changed since the last cut.
 *
 * Level 0 has a bit a frame; a bit of level n+1 stands for a word of level n
 * and is set when that word is not zero:
 *
 *	level 2                      1
 *	level 1          0...........10...........0
 *	level 0    ....  word 17: 0011000  ....
 *
 * Marking climbs only when a word was zero before, so that a second mark in the
 * same neighbourhood costs one store.
 */
#include "internal.h"

static uint32_t words_for(uint32_t bits)
{
	return (uint32_t)(((uint64_t)bits + 63) / 64);
}

/* A tree over nothing has a word too, so that it can be cleared like any other. */
size_t dirty_nr_words(uint32_t nr_frames)
{
	uint32_t words = nr_frames ? words_for(nr_frames) : 1;
	size_t total = words;

	while (words > 1) {
		words = words_for(words);
		total += words;
	}
	return total;
}

void dirty_init(struct dirty *d, uint32_t nr_frames, uint64_t *words)
{
	uint32_t n = words_for(nr_frames);

	d->nr_frames = nr_frames;
	d->zones = 0;
	d->sysctl = false;
	d->nr_levels = 0;
	for (;;) {
		assert(d->nr_levels < DIRTY_LEVELS);
		d->level[d->nr_levels++] = words;
		words += n;
		if (n <= 1)
			break;
		n = words_for(n);
	}
}

void dirty_climb(struct dirty *d, uint32_t word)
{
	for (unsigned n = 1; n < d->nr_levels; n++) {
		uint64_t *w = &d->level[n][word / 64];
		uint64_t was = *w;

		*w = was | UINT64_C(1) << (word % 64);
		if (was)
			return;
		word /= 64;
	}
}

void dirty_mark(struct dirty *d, uint32_t first, uint32_t count)
{
	assert(count <= d->nr_frames);
	assert(first <= d->nr_frames - count);
	while (count > 0) {
		uint32_t bit = first % 64, n = count < 64 - bit ? count : 64 - bit;
		uint64_t mask = (n == 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1) << bit;
		uint64_t *w = &d->level[0][first / 64];
		uint64_t was = *w;

		*w = was | mask;
		if (!was)
			dirty_climb(d, first / 64);
		first += n;
		count -= n;
	}
}

/*
 * The first set bit of level ${n} at or after ${bit}: look in its word, else ask
 * the level above which later word is not zero.  False when there is none.
 */
static bool next_bit(const struct dirty *d, unsigned n, uint32_t nr_bits, uint32_t *bit)
{
	uint32_t word = *bit / 64;
	uint64_t w;

	if (*bit >= nr_bits)
		return false;
	w = d->level[n][word] >> (*bit % 64);
	if (w) {
		*bit += (uint32_t)__builtin_ctzll(w);
		return true;
	}
	if (n + 1 >= d->nr_levels)
		return false;
	word++;
	if (!next_bit(d, n + 1, words_for(nr_bits), &word))
		return false;
	*bit = word * 64 + (uint32_t)__builtin_ctzll(d->level[n][word]);
	return true;
}

bool dirty_next(const struct dirty *d, uint32_t *first, uint32_t *count)
{
	uint32_t start = *first, end;

	if (!next_bit(d, 0, d->nr_frames, &start))
		return false;
	for (end = start; end < d->nr_frames;) {
		uint64_t clear = ~(d->level[0][end / 64] >> (end % 64));
		uint32_t n = 64 - end % 64; /* bits left in this word */

		if (clear && (uint32_t)__builtin_ctzll(clear) < n) {
			end += (uint32_t)__builtin_ctzll(clear);
			break;
		}
		end += n;
	}
	*first = start;
	*count = end - start;
	return true;
}

/* Zero what word ${word} of level ${n} stands for, and the word. */
static void clear_below(struct dirty *d, unsigned n, uint32_t word)
{
	uint64_t w = d->level[n][word];

	d->level[n][word] = 0;
	for (; n > 1 && w; w &= w - 1)
		clear_below(d, n - 1, word * 64 + (uint32_t)__builtin_ctzll(w));
	for (; n == 1 && w; w &= w - 1)
		d->level[0][word * 64 + (uint32_t)__builtin_ctzll(w)] = 0;
}

void dirty_clear(struct dirty *d)
{
	clear_below(d, d->nr_levels - 1, 0);
	d->zones = 0;
	d->sysctl = false;
}

/* ---- public ---------------------------------------------------------------- */

bool mm386_next_changed(const struct mm386 *m, mm386_pfn_t *pfn, uint32_t *count)
{
	return dirty_next(&m->dirty, pfn, count);
}

uint32_t mm386_zones_changed(const struct mm386 *m)
{
	return m->dirty.zones;
}

bool mm386_next_pageblock_changed(const struct mm386 *m, uint32_t *i, uint32_t *count)
{
	return dirty_next(&m->dirty_blocks, i, count);
}

bool mm386_sysctl_changed(const struct mm386 *m)
{
	return m->dirty.sysctl;
}

void mm386_cut(struct mm386 *m)
{
	dirty_clear(&m->dirty);
	dirty_clear(&m->dirty_blocks);
}
