/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * auth.h - whom we answer: Host and Origin by exact comparison, tokens.
 *
 * A page elsewhere can make a browser send us requests.  Its Origin gives it
 * away.  A page whose own name was re-bound to our address has the right
 * Origin, but a Host that is none of ours: so both are checked, against the
 * same list, and never by prefix.
 */
#ifndef MM386D_AUTH_H
#define MM386D_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "options.h"

#define TOKEN_MAX 256
#define OWNER_TOKEN_LEN 32 /* hex digits of the token that a new machine's owner gets */

struct auth;

/*
 * Take the names and the token file out of ${opt}, which must outlive the
 * result.  NULL, having said why, when the token file is of no use.
 */
struct auth *auth_new(const struct options *opt);
void auth_free(struct auth *auth);

/* The addresses that we really got, port 0 resolved.  Before any request. */
void auth_set_bound(struct auth *auth, const struct listen_addr *bound, unsigned nr);

/* Read the token file again; keep the old token when that fails. */
void auth_reload(struct auth *auth);

/* Is ${host}, the value of a Host header, ours?  ${fd} is the connection, whose own address is a good name too. */
bool auth_host_ok(struct auth *auth, const char *host, int fd);
/* Is ${origin}, the value of an Origin header, a page that we served? */
bool auth_origin_ok(struct auth *auth, const char *origin, int fd);

/* Does this daemon have a token, so that changes need one? */
bool auth_has_token(const struct auth *auth);
/*
 * Does ${authorization} ("Bearer TOKEN", may be NULL) name the daemon's token
 * or ${owner}, the token of one machine (may be NULL)?
 */
bool auth_token_ok(struct auth *auth, const char *authorization, const char *owner);

/* A token nobody can guess, into ${out}.  0 or -errno. */
int auth_new_token(char out[OWNER_TOKEN_LEN + 1]);

#endif
