/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "metrics.h"

static void write_one(struct wbuf *b, const char *name, const char *suffix, const char *type, const char *help,
		      unsigned long long value)
{
	wbuf_text(b, "# HELP mm386d_");
	wbuf_text(b, name);
	wbuf_text(b, suffix);
	wbuf_char(b, ' ');
	wbuf_text(b, help);
	wbuf_text(b, "\n# TYPE mm386d_");
	wbuf_text(b, name);
	wbuf_text(b, suffix);
	wbuf_char(b, ' ');
	wbuf_text(b, type);
	wbuf_text(b, "\nmm386d_");
	wbuf_text(b, name);
	wbuf_text(b, suffix);
	wbuf_char(b, ' ');
	wbuf_uint(b, value);
	wbuf_char(b, '\n');
}

void metrics_write_gauge(struct wbuf *b, const char *name, const char *help, unsigned long long value)
{
	write_one(b, name, "", "gauge", help, value);
}

static void write_requests(struct wbuf *b, struct metrics *m, const char *(*route)(unsigned i))
{
	wbuf_text(b, "# HELP mm386d_requests_total REST requests answered\n# TYPE mm386d_requests_total counter\n");
	for (unsigned i = 0; i < METRICS_ROUTES_MAX && route(i); i++) {
		for (unsigned c = 1; c < METRICS_STATUS_CLASSES; c++) {
			unsigned long long n = metrics_read(&m->requests[i][c]);

			if (!n)
				continue;
			wbuf_text(b, "mm386d_requests_total{route=");
			wbuf_string(b, route(i));
			wbuf_text(b, ",status=\"");
			wbuf_uint(b, c);
			wbuf_text(b, "xx\"} ");
			wbuf_uint(b, n);
			wbuf_char(b, '\n');
		}
	}
}

void metrics_write(struct wbuf *b, struct metrics *m, const char *(*route)(unsigned i))
{
#define METRICS_WRITE(name, help) write_one(b, #name, "_total", "counter", help, metrics_read(&m->name));
	METRICS_COUNTERS(METRICS_WRITE)
#undef METRICS_WRITE
#define METRICS_WRITE(name, help) metrics_write_gauge(b, #name, help, metrics_read(&m->name));
	METRICS_GAUGES(METRICS_WRITE)
#undef METRICS_WRITE
	write_requests(b, m, route);
}
