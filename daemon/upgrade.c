/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "upgrade.h"

#include <string.h>
#include <strings.h>

#include "auth.h"
#include "config.h"
#include "registry.h"
#include "wire.h"

struct span {
	const char *p;
	size_t len;
};

static bool span_is(struct span s, const char *text)
{
	return s.len == strlen(text) && !strncasecmp(s.p, text, s.len);
}

/* The value of header ${name}, blanks trimmed.  Return how often the header is there; the first counts. */
static unsigned find_header(const char *head, size_t len, const char *name, struct span *out)
{
	const char *end = head + len, *line = memchr(head, '\n', len), *nl;
	size_t name_len = strlen(name);
	unsigned found = 0;

	for (line = line ? line + 1 : end; line < end; line = nl + 1) {
		const char *v, *z;

		nl = memchr(line, '\n', (size_t)(end - line));
		if (!nl)
			break;
		if ((size_t)(nl - line) <= name_len || line[name_len] != ':' || strncasecmp(line, name, name_len))
			continue;
		if (found++)
			continue;
		for (v = line + name_len + 1; v < nl && (*v == ' ' || *v == '\t'); v++)
			;
		for (z = nl; z > v && (z[-1] == '\r' || z[-1] == ' ' || z[-1] == '\t'); z--)
			;
		*out = (struct span){ v, (size_t)(z - v) };
	}
	return found;
}

/* Is ${word} one of the comma separated words of ${list}? */
static bool list_has(struct span list, const char *word)
{
	while (list.len) {
		const char *comma = memchr(list.p, ',', list.len);
		struct span item = { list.p, comma ? (size_t)(comma - list.p) : list.len };

		list.p += item.len + (comma ? 1 : 0);
		list.len -= item.len + (comma ? 1 : 0);
		for (; item.len && (*item.p == ' ' || *item.p == '\t'); item.p++, item.len--)
			;
		for (; item.len && (item.p[item.len - 1] == ' ' || item.p[item.len - 1] == '\t'); item.len--)
			;
		if (span_is(item, word))
			return true;
	}
	return false;
}

bool upgrade_machine(const char *target, size_t len, char name[MM386_NAME_MAX])
{
	static const size_t before = sizeof(STREAM_PREFIX) - 1, after = sizeof(STREAM_SUFFIX) - 1;
	const char *query = memchr(target, '?', len);
	size_t name_len;

	if (query)
		len = (size_t)(query - target);
	if (len <= before + after || memcmp(target, STREAM_PREFIX, before) ||
	    memcmp(target + len - after, STREAM_SUFFIX, after))
		return false;
	name_len = len - before - after;
	if (name_len >= MM386_NAME_MAX)
		return false;
	memcpy(name, target + before, name_len);
	name[name_len] = '\0';
	return config_name_is_valid(name);
}

static bool copy_span(struct span s, char *buf, size_t size)
{
	if (s.len >= size)
		return false;
	memcpy(buf, s.p, s.len);
	buf[s.len] = '\0';
	return true;
}

struct upgrade_verdict upgrade_judge(struct server *srv, const char *head, size_t len, int fd)
{
	const char *sp = memchr(head, ' ', len), *target_end;
	char name[MM386_NAME_MAX], text[256];
	struct span v = { NULL, 0 };
	unsigned n;

	if (!sp || sp - head != 3 || memcmp(head, "GET", 3))
		return (struct upgrade_verdict){ 405, "a stream begins with GET" };
	target_end = memchr(sp + 1, ' ', len - (size_t)(sp + 1 - head));
	if (!target_end || !upgrade_machine(sp + 1, (size_t)(target_end - sp - 1), name))
		return (struct upgrade_verdict){ 404, "no such stream" };
	if (find_header(head, len, "Host", &v) != 1 || !copy_span(v, text, sizeof(text)) ||
	    !auth_host_ok(srv->auth, text, fd))
		return (struct upgrade_verdict){ 421, "the Host of this request is not a name of this server" };
	if (find_header(head, len, "Upgrade", &v) != 1 || !span_is(v, "websocket"))
		return (struct upgrade_verdict){ 426, "this is a WebSocket: ask for Upgrade: websocket" };
	if (find_header(head, len, "Connection", &v) != 1 || !list_has(v, "upgrade"))
		return (struct upgrade_verdict){ 426, "this is a WebSocket: ask for Connection: Upgrade" };
	if (find_header(head, len, "Sec-WebSocket-Version", &v) != 1 || !span_is(v, "13"))
		return (struct upgrade_verdict){ 426, "this server speaks WebSocket version 13" };
	if (find_header(head, len, "Sec-WebSocket-Key", &v) != 1 || v.len != 24)
		return (struct upgrade_verdict){ 400, "Sec-WebSocket-Key is not 24 characters" };
	if (find_header(head, len, "Sec-WebSocket-Protocol", &v) != 1 || !list_has(v, WIRE_PROTOCOL))
		return (struct upgrade_verdict){ 400, "the subprotocol must be " WIRE_PROTOCOL };
	n = find_header(head, len, "Origin", &v);
	if (n > 1 || (n && (!copy_span(v, text, sizeof(text)) || !auth_origin_ok(srv->auth, text, fd))))
		return (struct upgrade_verdict){ 403, "the Origin of this request is not a page of this server" };
	if (!registry_has(srv->registry, name))
		return (struct upgrade_verdict){ 404, "no machine has that name" };
	if (atomic_load(&srv->draining))
		return (struct upgrade_verdict){ 503, "the server is shutting down" };
	if (metrics_read(&srv->metrics.viewers) >= srv->opt->max_viewers)
		return (struct upgrade_verdict){ 429, "as many viewers as this server takes are watching" };
	return (struct upgrade_verdict){ 101, NULL };
}
