/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rest.h - what answers each row of the table in routes.c. */
#ifndef MM386D_REST_H
#define MM386D_REST_H

#include "owner.h"
#include "request.h"

/* rest_server.c: about the daemon itself */
enum request_next rest_health(struct request *r);
enum request_next rest_metrics(struct request *r);
enum request_next rest_openapi(struct request *r);
enum request_next rest_ops_table(struct request *r);
enum request_next rest_presets(struct request *r);

/* rest_machines.c: their lives */
enum request_next rest_list_machines(struct request *r);
enum request_next rest_make_machine(struct request *r);
enum request_next rest_get_machine(struct request *r);
enum request_next rest_end_machine(struct request *r);
enum request_next rest_reboot(struct request *r);
enum request_next rest_post_oplog(struct request *r);
/* A new machine is up, or not (${bad}): answer who asked for it.  On its owner; ${own} is NULL when there is none. */
void rest_machine_made(struct owner *own, struct request *r, int bad, const struct mm386_error *err);

/* rest_change.c: operations */
enum request_next rest_post_ops(struct request *r);
enum request_next rest_post_allocation(struct request *r);
enum request_next rest_free_allocation(struct request *r);
enum request_next rest_get_scene(struct request *r);
enum request_next rest_put_scene(struct request *r);

/* rest_look.c: what is */
enum request_next rest_snapshot(struct request *r);
enum request_next rest_events(struct request *r);
enum request_next rest_frame(struct request *r);
enum request_next rest_translate(struct request *r);
enum request_next rest_proc(struct request *r);
enum request_next rest_list_allocations(struct request *r);
enum request_next rest_get_allocation(struct request *r);
enum request_next rest_get_oplog(struct request *r);

/* Find the machine that the path names and keep it in r->session.  False: refused. */
bool rest_find_machine(struct request *r);
/* Does this call change a machine? */
bool rest_changes(const struct request *r);

#endif
