/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "history.h"

#include <stdlib.h>

void checkpoint_put(struct checkpoint *cp)
{
	if (!cp || atomic_fetch_sub_explicit(&cp->refs, 1, memory_order_acq_rel) != 1)
		return;
	mm386_free(cp->m);
	free(cp);
}

void history_init(struct history *h, size_t max_bytes)
{
	*h = (struct history){ .max_bytes = max_bytes, .step = HISTORY_FIRST_STEP };
}

void history_clear(struct history *h)
{
	for (unsigned i = 0; i < h->nr; i++)
		checkpoint_put(h->at[i]);
	history_init(h, h->max_bytes);
}

/* Keep the 2nd, 4th, ... one: they lie at multiples of the doubled distance. */
static void thin_out(struct history *h)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < h->nr; i++) {
		if (i % 2)
			h->at[kept++] = h->at[i];
		else
			checkpoint_put(h->at[i]);
	}
	h->nr = kept;
	h->step *= 2;
}

void history_note(struct history *h, const struct mm386 *m)
{
	uint64_t last = h->nr ? h->at[h->nr - 1]->seq : 0;
	struct checkpoint *cp;
	size_t one;

	if (mm386_seq(m) < last + h->step)
		return;
	one = mm386_host_bytes(m);
	if (one > h->max_bytes)
		return;
	if (h->nr == HISTORY_MAX || (h->nr + 1) * one > h->max_bytes) {
		thin_out(h);
		if (mm386_seq(m) < (h->nr ? h->at[h->nr - 1]->seq : 0) + h->step || (h->nr + 1) * one > h->max_bytes)
			return;
	}
	cp = calloc(1, sizeof(*cp));
	if (!cp || mm386_copy(m, &cp->m)) {
		free(cp);
		return;
	}
	atomic_init(&cp->refs, 1);
	cp->seq = mm386_seq(m);
	h->at[h->nr++] = cp;
}

struct checkpoint *history_find(const struct history *h, uint64_t seq)
{
	struct checkpoint *best = NULL;

	for (unsigned i = 0; i < h->nr && h->at[i]->seq <= seq; i++)
		best = h->at[i];
	if (best)
		atomic_fetch_add_explicit(&best->refs, 1, memory_order_relaxed);
	return best;
}
