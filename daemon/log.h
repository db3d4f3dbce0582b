/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log.h - one line a fact, to standard error.  Standard output is for the page's address alone. */
#ifndef MM386D_LOG_H
#define MM386D_LOG_H

enum log_level { LOG_NOTE, LOG_WARN, LOG_ERROR };

/* Print "mm386d: [warning: |error: ]..." and a newline.  Lines of several threads do not mix. */
__attribute__((format(printf, 2, 3))) void log_line(enum log_level level, const char *fmt, ...);

#define log_note(...) log_line(LOG_NOTE, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)

#endif
