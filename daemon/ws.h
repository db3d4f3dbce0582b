/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ws.h - the streams: one thread of libwebsockets, which has no other door than this. */
#ifndef MM386D_WS_H
#define MM386D_WS_H

#include <stddef.h>

#include "server.h"

#define WS_MESSAGE_MAX                                                                             \
	(64u << 20) /* of ours; a snapshot of 16 M frames with every run different is shorter */
#define WS_RECEIVE_MAX 4096 /* of a viewer's */

struct ws;

/* Start its thread.  NULL, having said why, when that fails. */
struct ws *ws_start(struct server *srv);
/* Take over connection ${fd}, whose next bytes are a head that upgrade_judge() let pass. */
void ws_adopt(struct ws *ws, int fd);
/* The same when the ${len} bytes of ${head} were already read from it. */
void ws_adopt_read(struct ws *ws, int fd, const char *head, size_t len);
/* Something was published: look which viewers it is for.  From any thread. */
void ws_wake(struct ws *ws);
/* Say good bye to every viewer, and take no more. */
void ws_say_bye(struct ws *ws);
/* End the thread, when nobody calls ws_wake() any more. */
void ws_stop(struct ws *ws);

#endif
