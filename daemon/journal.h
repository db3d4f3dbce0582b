/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * journal.h - a machine's log on disk: STATE_DIR/NAME/log-BOOT.jsonl.
 *
 * The file is what GET .../oplog shows: the configuration in its first line, an
 * operation in each that follows.  Lines are collected while the owner works,
 * and written and synced once a turn, before anybody is answered.  A daemon
 * that was killed leaves at most an unfinished last line behind, which no answer
 * ever spoke of: it is cut.  Anything else that is wrong is damage, and refused.
 * A last line that is no JSON counts as unfinished, newline or not.
 */
#ifndef MM386D_JOURNAL_H
#define MM386D_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "wbuf.h"

#define JOURNAL_KEEP 3 /* logs of earlier boots that are kept */

struct journal;

/*
 * Begin the log of boot ${boot} in folder ${dir} with ${first}, its first
 * lines, and let earlier ones go but the last JOURNAL_KEEP.  0 or -errno.
 */
int journal_create(const char *dir, unsigned boot, const struct wbuf *first, struct journal **out);

/* Take one line, without its newline.  0, or -errno to stop; -EBADMSG (not logged): it cannot be read. */
typedef int (*journal_line_fn)(void *arg, unsigned long line, const char *text, size_t len);

/*
 * Open the newest log in ${dir}, give its lines to ${fn}, and go on at its end.
 * ${boot} is then its number.  0, -ENOENT (there is none), -errno, or what
 * ${fn} returned; why has been logged.
 */
int journal_resume(const char *dir, journal_line_fn fn, void *arg, unsigned *boot, struct journal **out);

/* Where the lines of the turn are collected; each ends with a newline. */
struct wbuf *journal_lines(struct journal *j);
/* Write and sync what was collected, and forget it.  Return the bytes written, or -errno: nothing of it is there. */
long journal_commit(struct journal *j);
/* After a failure: could lines be written now?  0 or -errno. */
int journal_probe(struct journal *j);
void journal_close(struct journal *j); /* NULL is fine */

/* Replace DIR/${name} by ${text}, synced, or remove it when ${text} is NULL.  0 or -errno. */
int journal_put_file(const char *dir, const char *name, const char *text, size_t len);
/* Remove ${dir} and all logs in it. */
void journal_remove(const char *dir);

#endif
