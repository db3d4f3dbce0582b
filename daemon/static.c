/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "static.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *type_of(const char *path)
{
	static const struct {
		const char *ending, *type;
	} types[] = {
		{ ".html", "text/html; charset=utf-8" },
		{ ".js", "text/javascript; charset=utf-8" },
		{ ".mjs", "text/javascript; charset=utf-8" },
		{ ".css", "text/css; charset=utf-8" },
		{ ".json", "application/json" },
		{ ".svg", "image/svg+xml" },
		{ ".png", "image/png" },
		{ ".ico", "image/x-icon" },
		{ ".woff2", "font/woff2" },
		{ ".txt", TYPE_TEXT },
		{ ".map", "application/json" },
		{ ".webmanifest", "application/manifest+json" },
	};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof(types) / sizeof(*types); i++)
		if (!strcmp(dot, types[i].ending))
			return types[i].type;
	return "application/octet-stream";
}

/* No way out of the root and no hidden files: no segment is empty or begins with a dot. */
static bool is_plain(const char *path)
{
	for (const char *p = path; *p; p += *p == '/') {
		if (*p == '.' || *p == '/' || *p == '\\')
			return false;
		p += strcspn(p, "/");
	}
	return true;
}

enum request_next static_get(struct request *r)
{
	const char *path = r->path + 1, *known; /* http.c saw to the slash before it */
	char full[PATH_MAX];
	struct stat st;
	int fd;

	if (!is_plain(path) || snprintf(full, sizeof(full), "%s/%s", r->srv->opt->web_root,
					*path ? path : "index.html") >= PATH_MAX)
		return request_refuse(r, 404, "", "there is no such file");
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		return request_refuse(r, 404, "", "there is no such file");
	}
	r->answer.status = 200;
	r->answer.type = type_of(full);
	r->answer.cacheable = true;
	snprintf(r->answer.etag, sizeof(r->answer.etag), "\"%llx-%llx-%lx\"", (unsigned long long)st.st_size,
		 (unsigned long long)st.st_mtim.tv_sec, (unsigned long)st.st_mtim.tv_nsec);
	known = request_header(r, "If-None-Match");
	if (known && (!strcmp(known, "*") || strstr(known, r->answer.etag))) {
		close(fd);
		r->answer.status = 304;
		return REQUEST_ANSWERED;
	}
	r->answer.file_fd = fd;
	r->answer.file_bytes = (uint64_t)st.st_size;
	return REQUEST_ANSWERED;
}
