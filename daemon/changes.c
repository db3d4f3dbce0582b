/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "changes.h"

#include <stdlib.h>

/* The machine's own marks: of frames, or of page blocks. */
typedef bool next_fn(const struct mm386 *m, uint32_t *first, uint32_t *count);

/* Append a run that begins no earlier than the last one, joined with it where they meet. */
static void append(struct wire_run *run, size_t *nr, uint32_t first, uint32_t count)
{
	struct wire_run *last = *nr ? &run[*nr - 1] : NULL;

	if (!last || first > last->first + last->count) {
		run[(*nr)++] = (struct wire_run){ first, count };
		return;
	}
	if (first + count > last->first + last->count)
		last->count = first + count - last->first;
}

static size_t count_runs(const struct mm386 *m, next_fn *next)
{
	uint32_t first = 0, count;
	size_t nr = 0;

	for (; nr <= CHANGES_MAX && next(m, &first, &count); first += count)
		nr++;
	return nr;
}

/* Merge what ${next} finds into ${list}.  False: that is more than can be kept. */
static bool add_runs(struct change_runs *list, const struct mm386 *m, next_fn *next)
{
	size_t nr = 0, old = 0, room = list->nr + count_runs(m, next);
	uint32_t first = 0, count;
	struct wire_run *run;

	if (!room)
		return true;
	run = room <= CHANGES_MAX ? malloc(room * sizeof(*run)) : NULL;
	if (!run)
		return false;
	for (; next(m, &first, &count); first += count) {
		for (; old < list->nr && list->run[old].first <= first; old++)
			append(run, &nr, list->run[old].first, list->run[old].count);
		append(run, &nr, first, count);
	}
	for (; old < list->nr; old++)
		append(run, &nr, list->run[old].first, list->run[old].count);
	free(list->run);
	list->run = run;
	list->nr = nr;
	return true;
}

void changes_add(struct changes *ch, const struct mm386 *m)
{
	ch->zones |= mm386_zones_changed(m);
	ch->sysctl = ch->sysctl || mm386_sysctl_changed(m);
	if (ch->lost)
		return;
	if (add_runs(&ch->frames, m, mm386_next_changed) &&
	    add_runs(&ch->blocks, m, mm386_next_pageblock_changed))
		return;
	changes_clear(ch);
	ch->lost = true;
}

struct wire_changes changes_of(const struct changes *ch)
{
	return (struct wire_changes){
		.run = ch->frames.run,
		.nr = ch->frames.nr,
		.block = ch->blocks.run,
		.nr_block = ch->blocks.nr,
		.zones = ch->zones,
		.sysctl = ch->sysctl,
	};
}

void changes_clear(struct changes *ch)
{
	free(ch->frames.run);
	free(ch->blocks.run);
	*ch = (struct changes){ 0 };
}
