/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "peers.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024 /* a power of two */

struct peer {
	struct peer *next;
	uint64_t key;
	unsigned nr;
};

struct peers {
	struct peer *bucket[BUCKETS];
};

struct peers *peers_new(void)
{
	return calloc(1, sizeof(struct peers));
}

void peers_free(struct peers *p)
{
	for (unsigned i = 0; p && i < BUCKETS; i++) {
		while (p->bucket[i]) {
			struct peer *first = p->bucket[i];

			p->bucket[i] = first->next;
			free(first);
		}
	}
	free(p);
}

static uint64_t key_of(const struct sockaddr_storage *sa)
{
	uint64_t key = 0;

	if (sa->ss_family == AF_INET6)
		memcpy(&key, &((const struct sockaddr_in6 *)sa)->sin6_addr, sizeof(key));
	else
		key = ((const struct sockaddr_in *)sa)->sin_addr.s_addr;
	return key;
}

/* The link that points to the peer, or the last one of its bucket. */
static struct peer **find(const struct peers *p, uint64_t key)
{
	struct peer **link = (struct peer **)&p->bucket[key * 0x9e3779b97f4a7c15 >> 54];

	while (*link && (*link)->key != key)
		link = &(*link)->next;
	return link;
}

unsigned peers_count(const struct peers *p, const struct sockaddr_storage *sa)
{
	const struct peer *peer = *find(p, key_of(sa));

	return peer ? peer->nr : 0;
}

int peers_add(struct peers *p, const struct sockaddr_storage *sa)
{
	struct peer **link = find(p, key_of(sa));

	if (!*link) {
		*link = calloc(1, sizeof(**link));
		if (!*link)
			return -ENOMEM;
		(*link)->key = key_of(sa);
	}
	(*link)->nr++;
	return 0;
}

void peers_remove(struct peers *p, const struct sockaddr_storage *sa)
{
	struct peer **link = find(p, key_of(sa)), *peer = *link;

	if (!peer || --peer->nr)
		return;
	*link = peer->next;
	free(peer);
}
