/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * support.h - what the tests of the daemon's parts share: a machine from a line
 * of JSON, a text to look at, and numbers that are random the same way each time.
 */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config.h"
#include "wire.h"

#define TEXT_MAX ((size_t)256 << 20)

static inline struct mm386 *machine_new(const char *config)
{
	struct mm386_error err = {.line = 0};
	struct mm386_config cfg;
	struct mm386 *m = NULL;

	if (config_parse(config, strlen(config), NULL, &cfg, &err) || mm386_boot(&cfg, &m, &err))
		fail_msg("%s: %s: %s", config, err.pointer, err.detail);
	return m;
}

/* The text of a writer, NUL terminated; the caller frees it. */
static inline char *text_of(struct wbuf *b)
{
	assert_true(wbuf_ok(b));
	wbuf_char(b, '\0');
	return wbuf_take(b, NULL);
}

static inline char *snapshot_text(struct mm386 *m, unsigned sections)
{
	struct wbuf b;

	wbuf_init(&b, TEXT_MAX);
	wire_snapshot(&b, m, sections);
	return text_of(&b);
}

/* xorshift64 */
static inline uint64_t draw(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

#endif
