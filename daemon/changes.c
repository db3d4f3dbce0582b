/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "changes.h"

#include <stdlib.h>

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

static size_t count_runs(const struct mm386 *m)
{
	mm386_pfn_t pfn = 0;
	uint32_t count;
	size_t nr = 0;

	for (; nr <= CHANGES_MAX && mm386_next_changed(m, &pfn, &count); pfn += count)
		nr++;
	return nr;
}

static void lose(struct changes *ch)
{
	changes_clear(ch);
	ch->lost = true;
}

void changes_add(struct changes *ch, const struct mm386 *m)
{
	struct wire_run *run;
	mm386_pfn_t pfn = 0;
	uint32_t count;
	size_t nr = 0, old = 0, room;

	ch->zones |= mm386_zones_changed(m);
	room = ch->nr + count_runs(m);
	if (ch->lost || !room)
		return;
	run = room <= CHANGES_MAX ? malloc(room * sizeof(*run)) : NULL;
	if (!run) {
		lose(ch);
		return;
	}
	for (; mm386_next_changed(m, &pfn, &count); pfn += count) {
		for (; old < ch->nr && ch->run[old].first <= pfn; old++)
			append(run, &nr, ch->run[old].first, ch->run[old].count);
		append(run, &nr, pfn, count);
	}
	for (; old < ch->nr; old++)
		append(run, &nr, ch->run[old].first, ch->run[old].count);
	free(ch->run);
	ch->run = run;
	ch->nr = nr;
}

void changes_clear(struct changes *ch)
{
	free(ch->run);
	*ch = (struct changes){ 0 };
}
