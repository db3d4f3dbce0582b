/* SPDX-License-Identifier: GPL-2.0-or-later */
/* registry.h - the machines that are being served, by name, and what they may cost together. */
#ifndef MM386D_REGISTRY_H
#define MM386D_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "owner.h"
#include "session.h"

struct registry;

/* 0, or -errno having said why: the state folder cannot be used. */
int registry_new(struct server *srv, struct registry **out);
/* End all machines, when what waits is answered and their logs are written; no more are taken. */
void registry_stop(struct registry *reg);
/* After registry_stop(), and when nobody asks it anything any more. */
void registry_free(struct registry *reg);

/*
 * Boot or resume the machines of the command line and all that have a log in
 * the state folder.  0 or -errno, having said why.
 */
int registry_start(struct registry *reg);

/* A reference to the machine called ${name}, or NULL. */
struct session *registry_find(struct registry *reg, const char *name);
bool registry_has(struct registry *reg, const char *name);
/* References to all of them, the oldest first; return how many (at most OPTIONS_MACHINES_MAX). */
unsigned registry_list(struct registry *reg, struct session *out[OPTIONS_MACHINES_MAX]);

/*
 * Make a machine.  ${start}->config.name is its name; with ${owned} its session
 * gets a token.  0 with a reference in ${out}; -EEXIST, -EUSERS (as many as may
 * be), -EDQUOT (their memory), -ESHUTDOWN, -ENOMEM.
 */
int registry_add(struct registry *reg, const struct owner_start *start, bool owned, struct session **out);
/*
 * Take ${s} out of the list: its name is free, and it takes no more jobs.  From
 * its own thread, which then ends.
 */
void registry_retire(struct registry *reg, struct session *s);

/* Take ${bytes} out of the host memory that machines may have.  0 or -EDQUOT. */
int registry_reserve(struct registry *reg, size_t bytes);
void registry_release(struct registry *reg, size_t bytes);
size_t registry_reserved(struct registry *reg);

/* The folder of a machine's log, "" without a state folder. */
void registry_dir(const struct registry *reg, const char *name, char *buf, size_t size);

#endif
