/* SPDX-License-Identifier: GPL-2.0-or-later */
/* http_answer.h - an answer as libmicrohttpd sends it; between http.c and http_answer.c only. */
#ifndef MM386D_HTTP_ANSWER_H
#define MM386D_HTTP_ANSWER_H

#include <microhttpd.h>

#include "request.h"

/* Queue the answer of ${r}; what it holds (text, file, stream) is then the library's. */
enum MHD_Result http_send(struct MHD_Connection *c, struct request *r);

#endif
