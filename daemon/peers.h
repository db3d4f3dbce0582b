/* SPDX-License-Identifier: GPL-2.0-or-later */
/* peers.h - how many of something each address has.  Not for several threads at once. */
#ifndef MM386D_PEERS_H
#define MM386D_PEERS_H

#include <sys/socket.h>

struct peers;

struct peers *peers_new(void); /* NULL when out of memory */
void peers_free(struct peers *p);
/* Ports do not matter; of IPv6 the first 64 bits do, for one host has all the rest. */
unsigned peers_count(const struct peers *p, const struct sockaddr_storage *sa);
int peers_add(struct peers *p, const struct sockaddr_storage *sa); /* 0 or -ENOMEM */
void peers_remove(struct peers *p, const struct sockaddr_storage *sa);

#endif
