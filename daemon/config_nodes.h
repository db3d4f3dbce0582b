/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config_nodes.h - "nodes" of a configuration, both ways. */
#ifndef CONFIG_NODES_H
#define CONFIG_NODES_H

#include <jansson.h>

#include "mm386.h"
#include "wbuf.h"

/* A number of nodes, or a list of their ranges.  0, or -EINVAL with ${err} pointing at the member.
 */
int config_nodes_read(const json_t *v, struct mm386_config *cfg, struct mm386_error *err);
/* ,"nodes": ..., or nothing when the configuration names none. */
void config_nodes_write(struct wbuf *b, const struct mm386_config *cfg);

#endif
