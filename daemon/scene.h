/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scene.h - the churn: a steady, seeded life on a machine, one operation at a time.
 *
 * Processes are born page by page and die at once, files fill what is left,
 * the kernel takes and gives blocks of a few pages, a driver wants its DMA
 * memory now and then, and sometimes somebody asks for something big.  The
 * share of memory in use rises and falls slowly, so that holes come and go.
 *
 * Its operations are ordinary ones.  What it does next follows from the seed,
 * from how many operations it has done and from what became of them: fed with
 * the operations of a log it goes on as if it had never stopped.
 */
#ifndef MM386D_SCENE_H
#define MM386D_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include "mm386.h"

#define SCENE_NAME "churn"
#define SCENE_RATE_DEFAULT 100 /* operations a second */

struct scene;

/* A churn for ${m}, which was just booted.  NULL when out of memory. */
struct scene *scene_new(const struct mm386 *m);
void scene_free(struct scene *sc);

/* Make up the next operation.  It must be applied and scene_note()d before the next call. */
void scene_next(struct scene *sc, const struct mm386 *m, struct mm386_op *op);
/* The operation of the last scene_next() was applied: as it was, or as a log says that it was. */
void scene_note(struct scene *sc, const struct mm386_op *op, const struct mm386_result *res);

/* Is the machine still being filled to begin with?  That part is not paced. */
bool scene_is_filling(const struct scene *sc);

#endif
