/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fidelity.h - docs/FIDELITY.md: what of each kernel is real here, and what holds it against real ones. */
#ifndef CONFORM_FIDELITY_H
#define CONFORM_FIDELITY_H

#include "report.h"

/* Write the page; ${r} has the sums of the checks of the project's own copy. */
void fidelity_write(FILE *out, const struct results *r);

#endif
