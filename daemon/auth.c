/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "auth.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "log.h"

struct auth {
	const struct options *opt;
	pthread_mutex_t lock; /* of token */
	char token[TOKEN_MAX];
	unsigned nr_bound;
	char bound[OPTIONS_LISTEN_MAX][80]; /* "127.0.0.1:8386" */
};

/* The first line of ${path}, without blanks at its ends.  Empty or unreadable: false, and it has been said. */
static bool read_token(const char *path, char out[TOKEN_MAX])
{
	char line[TOKEN_MAX + 2];
	FILE *f = fopen(path, "re");
	char *start = line, *end;

	if (!f) {
		log_error("%s: %s", path, strerror(errno));
		return false;
	}
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	fclose(f);
	start += strspn(start, " \t\r\n");
	end = start + strcspn(start, " \t\r\n");
	*end = '\0';
	if (!*start || (size_t)(end - start) >= TOKEN_MAX) {
		log_error("%s: its first line is no token of 1 to %d characters", path, TOKEN_MAX - 1);
		return false;
	}
	memcpy(out, start, (size_t)(end - start) + 1);
	return true;
}

struct auth *auth_new(const struct options *opt)
{
	struct auth *auth = calloc(1, sizeof(*auth));

	if (!auth)
		return NULL;
	auth->opt = opt;
	pthread_mutex_init(&auth->lock, NULL);
	if (opt->token_file && !read_token(opt->token_file, auth->token)) {
		auth_free(auth);
		return NULL;
	}
	return auth;
}

void auth_free(struct auth *auth)
{
	if (!auth)
		return;
	pthread_mutex_destroy(&auth->lock);
	free(auth);
}

void auth_set_bound(struct auth *auth, const struct listen_addr *bound, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++)
		sockaddr_format(&bound[i].sa, auth->bound[i], sizeof(auth->bound[i]));
	auth->nr_bound = nr;
}

void auth_reload(struct auth *auth)
{
	char token[TOKEN_MAX];

	if (!auth->opt->token_file || !read_token(auth->opt->token_file, token))
		return;
	pthread_mutex_lock(&auth->lock);
	memcpy(auth->token, token, sizeof(token));
	pthread_mutex_unlock(&auth->lock);
	log_note("token read again");
}

/* Where the port of "name:port" begins, past the colon; the end of the text when there is none. */
static const char *port_of(const char *host)
{
	const char *colon = strrchr(host, ':');

	if (!colon || strchr(colon, ']'))
		return host + strlen(host);
	return colon + 1;
}

/* A name for loopback, with a port that we listen on. */
static bool is_loopback_name(const struct auth *auth, const char *host)
{
	static const char *const name[] = { "127.0.0.1", "localhost", "[::1]" };
	const char *port = port_of(host);
	size_t len = (size_t)(port - host) - (*port ? 1 : 0);
	bool known = false;

	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++)
		known |= strlen(name[i]) == len && !strncasecmp(name[i], host, len);
	if (!known)
		return false;
	for (unsigned i = 0; i < auth->nr_bound; i++)
		if (!strcmp(port_of(auth->bound[i]), *port ? port : "80"))
			return true;
	return false;
}

/* A --host: with its port exactly that, without one any port. */
static bool is_configured(const struct options *opt, const char *host)
{
	size_t len = (size_t)(port_of(host) - host) - (*port_of(host) ? 1 : 0);

	for (unsigned i = 0; i < opt->nr_hosts; i++) {
		const char *name = opt->host[i];

		if (!strcasecmp(name, host))
			return true;
		if (!*port_of(name) && strlen(name) == len && !strncasecmp(name, host, len))
			return true;
	}
	return false;
}

/*
 * The address that the client connected to, as a literal.  When we listen on
 * 0.0.0.0 a class types 192.168.1.5:8386, and no list of ours has that; a
 * literal cannot be re-bound, so it is safe.
 */
static bool is_own_address(const char *host, int fd)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof(sa);
	char text[80];

	if (fd < 0 || getsockname(fd, (struct sockaddr *)&sa, &len))
		return false;
	if (sa.ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&sa;

		if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
			struct sockaddr_in in4 = { .sin_family = AF_INET, .sin_port = in6->sin6_port };

			memcpy(&in4.sin_addr, &in6->sin6_addr.s6_addr[12], 4);
			memcpy(&sa, &in4, sizeof(in4));
		}
	}
	sockaddr_format(&sa, text, sizeof(text));
	return !strcasecmp(text, host);
}

bool auth_host_ok(struct auth *auth, const char *host, int fd)
{
	if (!host || !*host)
		return false;
	return is_loopback_name(auth, host) || is_configured(auth->opt, host) || is_own_address(host, fd);
}

bool auth_origin_ok(struct auth *auth, const char *origin, int fd)
{
	if (!strncasecmp(origin, "http://", 7))
		return auth_host_ok(auth, origin + 7, fd);
	if (!strncasecmp(origin, "https://", 8))
		return auth_host_ok(auth, origin + 8, fd);
	return false;
}

bool auth_has_token(const struct auth *auth)
{
	return auth->opt->token_file != NULL;
}

/* The time it takes tells the length of ${want} at most, not how much of it was right. */
static bool same_secret(const char *given, const char *want)
{
	size_t len = strlen(want);
	unsigned char diff = strlen(given) != len;

	for (size_t i = 0; i < len; i++)
		diff |= (unsigned char)(want[i] ^ given[diff ? 0 : i]);
	return diff == 0;
}

bool auth_token_ok(struct auth *auth, const char *authorization, const char *owner)
{
	bool ok = false;

	if (!authorization || strncasecmp(authorization, "Bearer ", 7))
		return false;
	authorization += 7;
	authorization += strspn(authorization, " ");
	if (!*authorization)
		return false;
	if (auth_has_token(auth)) {
		pthread_mutex_lock(&auth->lock);
		ok = same_secret(authorization, auth->token);
		pthread_mutex_unlock(&auth->lock);
	}
	return ok || (owner && *owner && same_secret(authorization, owner));
}

int auth_new_token(char out[OWNER_TOKEN_LEN + 1])
{
	unsigned char raw[OWNER_TOKEN_LEN / 2];

	if (getrandom(raw, sizeof(raw), 0) != (ssize_t)sizeof(raw))
		return -errno;
	for (size_t i = 0; i < sizeof(raw); i++)
		snprintf(out + 2 * i, 3, "%02x", raw[i]);
	return 0;
}
