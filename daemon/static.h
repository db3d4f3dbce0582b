/* SPDX-License-Identifier: GPL-2.0-or-later */
/* static.h - the page's files. */
#ifndef MM386D_STATIC_H
#define MM386D_STATIC_H

#include "request.h"

/* Answer GET of r->path out of the web root. */
enum request_next static_get(struct request *r);

#endif
