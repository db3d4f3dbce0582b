/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "config.h"
#include "registry.h"
#include "rest.h"
#include "routes.h"
#include "wire.h"

enum request_next rest_health(struct request *r)
{
	wbuf_text(request_answer(r, 200, TYPE_TEXT), "ok\n");
	return REQUEST_ANSWERED;
}

enum request_next rest_metrics(struct request *r)
{
	struct wbuf *b = request_answer(r, 200, "text/plain; version=0.0.4; charset=utf-8");
	struct session *list[OPTIONS_MACHINES_MAX];
	unsigned n = registry_list(r->srv->registry, list);

	metrics_write(b, &r->srv->metrics, routes_name);
	metrics_write_gauge(b, "machines", "Machines being served", n);
	metrics_write_gauge(b, "machine_bytes", "Host memory that machines hold",
			    registry_reserved(r->srv->registry));
	while (n)
		session_put(list[--n]);
	return REQUEST_ANSWERED;
}

enum request_next rest_openapi(struct request *r)
{
	routes_openapi(request_answer(r, 200, TYPE_JSON));
	return REQUEST_ANSWERED;
}

enum request_next rest_ops_table(struct request *r)
{
	wire_ops(request_answer(r, 200, TYPE_JSON));
	return REQUEST_ANSWERED;
}

enum request_next rest_presets(struct request *r)
{
	int err = config_preset_list(request_answer(r, 200, TYPE_JSON), r->srv->presets);

	if (err)
		return request_refuse(r, 503, "", "the presets cannot be read: %s", strerror(-err));
	return REQUEST_ANSWERED;
}
