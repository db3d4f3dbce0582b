/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "routes.h"

#include <stdio.h>
#include <string.h>

#include "config.h"
#include "rest.h"
#include "wire.h"

#define M "/machines/{machine}"
#define JSON TYPE_JSON
#define CHANGE ROUTE_CHANGES

static const char *const method_names[HTTP_NR_METHODS] = { "GET", "POST", "PUT", "DELETE" };

/* clang-format off */
static const struct route routes[] = {
	{ HTTP_GET, "/healthz", ROUTE_ANYWHERE, ROUTE_NO_BODY, rest_health, "Is the server alive?", "200 " TYPE_TEXT, {{0}} },
	{ HTTP_GET, "/metrics", ROUTE_ANYWHERE, ROUTE_NO_BODY, rest_metrics, "Counters, as Prometheus reads them", "200 " TYPE_TEXT, {{0}} },
	{ HTTP_GET, "/openapi.json", 0, ROUTE_NO_BODY, rest_openapi, "This description", "200 " JSON, {{0}} },
	{ HTTP_GET, "/ops", 0, ROUTE_NO_BODY, rest_ops_table, "The operations and their arguments", "200 " JSON, {{0}} },
	{ HTTP_GET, "/presets", 0, ROUTE_NO_BODY, rest_presets, "The machines that have a name of their own", "200 " JSON, {{0}} },
	{ HTTP_GET, "/machines", 0, ROUTE_NO_BODY, rest_list_machines, "The machines there are", "200 " JSON, {{0}} },
	{ HTTP_POST, "/machines", CHANGE, ROUTE_BODY_CONFIG_OR_LOG, rest_make_machine,
	  "Boot another machine, from a configuration or from a log; the answer has its owner's token", "201 " JSON, {{0}} },
	{ HTTP_GET, M, 0, ROUTE_NO_BODY, rest_get_machine, "A machine and its configuration", "200 " JSON, {{0}} },
	{ HTTP_DELETE, M, CHANGE | ROUTE_OWNED, ROUTE_NO_BODY, rest_end_machine, "End a machine, its log too", "204 " JSON, {{0}} },
	{ HTTP_POST, M "/reboot", CHANGE | ROUTE_OWNED, ROUTE_BODY_CONFIG, rest_reboot,
	  "Boot a machine anew, as it was or with the configuration given", "200 " JSON, {{0}} },
	{ HTTP_POST, M "/ops", CHANGE, ROUTE_BODY_OPS, rest_post_ops, "Apply one operation or a list of them", "200 " JSON, {{0}} },
	{ HTTP_POST, M "/allocations", CHANGE, ROUTE_BODY_OP, rest_post_allocation,
	  "Apply an operation that allocates, as a resource; 200 when the simulated kernel says no", "201 " JSON, {{0}} },
	{ HTTP_GET, M "/allocations", 0, ROUTE_NO_BODY, rest_list_allocations, "The allocations that are live, by frame", "200 " JSON,
	  {{ "from", "integer", "first frame", false }, { "limit", "integer", "how many at most, 1 to 10000 (1000)", false }} },
	{ HTTP_GET, M "/allocations/{allocation}", 0, ROUTE_NO_BODY, rest_get_allocation, "One allocation", "200 " JSON, {{0}} },
	{ HTTP_DELETE, M "/allocations/{allocation}", CHANGE, ROUTE_NO_BODY, rest_free_allocation,
	  "Free it by the call that its kind is freed with", "200 " JSON, {{0}} },
	{ HTTP_GET, M "/snapshot", 0, ROUTE_NO_BODY, rest_snapshot, "The state now, or as it was", "200 " JSON,
	  {{ "at", "integer", "after this operation", false }, { "sections", "string", "such as frames,zones", false }} },
	{ HTTP_GET, M "/events", 0, ROUTE_NO_BODY, rest_events, "The events of the operations after one", "200 " JSON,
	  {{ "from", "integer", "the operation (0: boot)", false }, { "limit", "integer", "how many at most, 1 to 10000 (1000)", false }} },
	{ HTTP_GET, M "/frames/{pfn}", 0, ROUTE_NO_BODY, rest_frame, "A page frame: descriptor, addresses, how it came about", "200 " JSON, {{0}} },
	{ HTTP_GET, M "/translate", 0, ROUTE_NO_BODY, rest_translate, "The walk from CR3 to the byte", "200 " JSON,
	  {{ "va", "string", "linear address", true }, { "pid", "integer", "of a process; 0: the kernel's own map", false }} },
	{ HTTP_GET, M "/proc/{file...}", 0, ROUTE_NO_BODY, rest_proc, "A file of /proc, byte for byte in that kernel's format", "200 " TYPE_TEXT, {{0}} },
	{ HTTP_GET, M "/oplog", 0, ROUTE_NO_BODY, rest_get_oplog, "The configuration and every operation since boot, one a line",
	  "200 application/jsonl", {{0}} },
	{ HTTP_POST, M "/oplog", CHANGE | ROUTE_OWNED, ROUTE_BODY_LOG, rest_post_oplog,
	  "Boot a machine anew as a log has it", "200 " JSON, {{0}} },
	{ HTTP_GET, M "/scene", 0, ROUTE_NO_BODY, rest_get_scene, "The churn", "200 " JSON, {{0}} },
	{ HTTP_PUT, M "/scene", CHANGE, ROUTE_BODY_SCENE, rest_put_scene, "Run, pause or pace the churn", "200 " JSON, {{0}} },
	{ HTTP_GET, M "/stream", ROUTE_STREAM, ROUTE_NO_BODY, NULL, "WebSocket, subprotocol " WIRE_PROTOCOL, "101 " JSON, {{0}} },
};
/* clang-format on */

#define NR_ROUTES (sizeof(routes) / sizeof(*routes))
_Static_assert(NR_ROUTES + 1 < METRICS_ROUTES_MAX, "each route and the files have a row in the metrics");

unsigned routes_index(const struct route *route)
{
	return route ? (unsigned)(route - routes) : NR_ROUTES;
}

const char *routes_name(unsigned i)
{
	static _Thread_local char name[96];

	if (i == NR_ROUTES)
		return "files";
	if (i > NR_ROUTES)
		return NULL;
	snprintf(name, sizeof(name), "%s %s", method_names[routes[i].method], routes[i].path);
	return name;
}

/* Match ${path} against ${pattern}, the text for each {name} into ${arg}. */
static bool matches(const char *pattern, const char *path, char arg[REQUEST_PATH_ARGS][REQUEST_ARG_MAX])
{
	unsigned nr = 0;

	while (*pattern && *pattern != '{' && *pattern == *path)
		pattern++, path++;
	while (*pattern == '{') {
		bool rest = !strncmp(strchr(pattern, '}') - 3, "...", 3);
		size_t len = rest ? strlen(path) : strcspn(path, "/");

		if (!len || len >= REQUEST_ARG_MAX || nr == REQUEST_PATH_ARGS)
			return false;
		memcpy(arg[nr], path, len);
		arg[nr++][len] = '\0';
		path += len;
		pattern = strchr(pattern, '}') + 1;
		while (*pattern && *pattern != '{' && *pattern == *path)
			pattern++, path++;
	}
	return !*pattern && !*path;
}

/* The path below API_PREFIX, or NULL; a route that is ROUTE_ANYWHERE may be outside it. */
static const char *below_prefix(const char *path)
{
	size_t len = sizeof(API_PREFIX) - 1;

	return !strncmp(path, API_PREFIX, len) && path[len] == '/' ? path + len : NULL;
}

int routes_find(struct request *r)
{
	const char *below = below_prefix(r->path);
	char arg[REQUEST_PATH_ARGS][REQUEST_ARG_MAX] = { { 0 } };
	size_t used = 0;

	for (size_t i = 0; i < NR_ROUTES; i++) {
		const struct route *route = &routes[i];
		const char *path = below ? below : route->flags & ROUTE_ANYWHERE ? r->path : NULL;

		if (!path || !matches(route->path, path, arg))
			continue;
		if (route->method == r->method) {
			r->route = route;
			memcpy(r->arg, arg, sizeof(arg));
			r->answer.allow[0] = '\0';
			return 200;
		}
		used += (size_t)snprintf(r->answer.allow + used, sizeof(r->answer.allow) - used, "%s%s%s",
					 used ? ", " : "",
					 method_names[route->method],
					 route->method == HTTP_GET ? ", HEAD" : "");
	}
	return used ? 405 : 404;
}

bool routes_owns(const char *path)
{
	if (!strcmp(path, "/api") || !strncmp(path, "/api/", 5))
		return true;
	for (size_t i = 0; i < NR_ROUTES; i++)
		if (routes[i].flags & ROUTE_ANYWHERE && !strcmp(routes[i].path, path))
			return true;
	return false;
}

/* ---- openapi.json ----------------------------------------------------------- */

static void write_param(struct wbuf *b, bool *first, const char *name, const char *in, const char *type,
			const char *help, bool required)
{
	wbuf_text(b, *first ? "{\"name\":" : ",{\"name\":");
	*first = false;
	wbuf_string(b, name);
	wbuf_text(b, ",\"in\":");
	wbuf_string(b, in);
	wbuf_text(b, ",\"required\":");
	wbuf_bool(b, required);
	if (help) {
		wbuf_text(b, ",\"description\":");
		wbuf_string(b, help);
	}
	wbuf_text(b, ",\"schema\":{\"type\":");
	wbuf_string(b, type);
	wbuf_text(b, "}}");
}

static void write_params(struct wbuf *b, const struct route *route)
{
	bool first = true;

	wbuf_text(b, ",\"parameters\":[");
	for (const char *p = route->path; (p = strchr(p, '{')); p++) {
		char name[32];
		size_t len = strcspn(p + 1, ".}");

		snprintf(name, sizeof(name), "%.*s", (int)len, p + 1);
		write_param(b, &first, name, "path", "string", NULL, true);
	}
	for (unsigned i = 0; i < ROUTE_PARAMS_MAX && route->param[i].name; i++) {
		const struct route_param *p = &route->param[i];

		write_param(b, &first, p->name, "query", p->type, p->help, p->required);
	}
	wbuf_char(b, ']');
}

#define TEXT_OF(macro) TEXT_OF_TOKEN(macro)
#define TEXT_OF_TOKEN(token) #token

static void write_body(struct wbuf *b, enum route_body body)
{
	static const char *const schema[] = {
		[ROUTE_BODY_CONFIG] = "{\"$ref\":\"#/components/schemas/Configuration\"}",
		[ROUTE_BODY_CONFIG_OR_LOG] = "{\"$ref\":\"#/components/schemas/Configuration\"}",
		[ROUTE_BODY_OPS] = "{\"oneOf\":[{\"$ref\":\"#/components/schemas/Operation\"},"
				   "{\"type\":\"array\",\"maxItems\":" TEXT_OF(OPS_MAX) ","
				   "\"items\":{\"$ref\":\"#/components/schemas/Operation\"}}]}",
		[ROUTE_BODY_OP] = "{\"$ref\":\"#/components/schemas/Operation\"}",
		[ROUTE_BODY_SCENE] = "{\"$ref\":\"#/components/schemas/Scene\"}",
		[ROUTE_BODY_LOG] = "{\"type\":\"string\"}",
	};

	if (body == ROUTE_NO_BODY)
		return;
	wbuf_text(b, ",\"requestBody\":{\"content\":{");
	wbuf_text(b, body == ROUTE_BODY_LOG ? "\"application/jsonl\":{\"schema\":" : "\"application/json\":{\"schema\":");
	wbuf_text(b, schema[body]);
	if (body == ROUTE_BODY_CONFIG_OR_LOG) {
		wbuf_text(b, "},\"application/jsonl\":{\"schema\":");
		wbuf_text(b, schema[ROUTE_BODY_LOG]);
	}
	wbuf_text(b, "}}}");
}

static void write_route(struct wbuf *b, const struct route *route)
{
	static const char *const key[HTTP_NR_METHODS] = { "\"get\"", "\"post\"", "\"put\"", "\"delete\"" };

	wbuf_text(b, key[route->method]);
	wbuf_text(b, ":{\"summary\":");
	wbuf_string(b, route->summary);
	write_params(b, route);
	write_body(b, route->body);
	if (route->flags & ROUTE_CHANGES)
		wbuf_text(b, ",\"security\":[{},{\"token\":[]}]");
	wbuf_text(b, ",\"responses\":{\"");
	wbuf_bytes(b, route->answers, 3);
	wbuf_text(b, "\":{\"description\":\"as the summary says\"");
	if (memcmp(route->answers, "204", 3) && memcmp(route->answers, "101", 3)) {
		wbuf_text(b, ",\"content\":{");
		wbuf_string(b, route->answers + 4);
		wbuf_text(b, ":{}}");
	}
	wbuf_text(b, "},\"default\":{\"$ref\":\"#/components/responses/Problem\"}}}");
}

/* Is there an earlier route with the path of ${i}?  Then it has been written with that one. */
static bool is_repeated(size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(routes[k].path, routes[i].path))
			return true;
	return false;
}

static void write_paths(struct wbuf *b)
{
	bool first = true;

	for (size_t i = 0; i < NR_ROUTES; i++) {
		char path[96];
		char *dots;

		if (is_repeated(i))
			continue;
		snprintf(path, sizeof(path), "%s", routes[i].path);
		dots = strstr(path, "...");
		if (dots)
			memmove(dots, dots + 3, strlen(dots + 3) + 1);
		wbuf_text(b, first ? "" : ",");
		first = false;
		wbuf_string(b, path);
		wbuf_text(b, ":{");
		for (size_t k = i; k < NR_ROUTES; k++) {
			if (strcmp(routes[k].path, routes[i].path))
				continue;
			wbuf_text(b, k == i ? "" : ",");
			write_route(b, &routes[k]);
		}
		wbuf_char(b, '}');
	}
}

void routes_openapi(struct wbuf *b)
{
	wbuf_text(b, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"mm386d\",\"version\":\"" MM386_VERSION "\","
		     "\"description\":\"Simulated i386 Linux memory management\"},"
		     "\"servers\":[{\"url\":\"" API_PREFIX "\"}],\"paths\":{");
	write_paths(b);
	wbuf_text(b, "},\"components\":{\"schemas\":{\"Configuration\":");
	config_schema(b);
	wbuf_text(b, ",\"Operation\":");
	wire_ops_schema(b);
	wbuf_text(b, ",\"Scene\":{\"type\":\"object\",\"properties\":{\"name\":{\"const\":\"churn\"},"
		     "\"running\":{\"type\":\"boolean\"},"
		     "\"rate\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":");
	wbuf_uint(b, WIRE_SCENE_RATE_MAX);
	wbuf_text(b, "}}},\"Problem\":{\"type\":\"object\",\"properties\":{\"title\":{\"type\":\"string\"},"
		     "\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},"
		     "\"pointer\":{\"type\":\"string\"},\"applied\":{\"type\":\"integer\"}}}},"
		     "\"responses\":{\"Problem\":{\"description\":\"what is wrong with the request\","
		     "\"content\":{\"application/problem+json\":"
		     "{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}}},"
		     "\"securitySchemes\":{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}}}}");
}
