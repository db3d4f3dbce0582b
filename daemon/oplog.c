/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oplog.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/*
 * Packed form, 3 to 44 bytes, mostly 5: id, given, origin, then the given
 * arguments as base-128 numbers, low groups first.
 */
#define PACKED_MAX (3 + MM386_OP_ARGS * 10)
#define CHUNK_BYTES 65536

struct chunk {
	uint64_t first; /* seq of its first operation */
	uint32_t nr, used;
	uint8_t data[];
};

struct oplog {
	atomic_uint refs;
	struct mm386_config cfg;
	pthread_mutex_t lock; /* of the rest */
	uint64_t last;
	size_t nr_chunks, cap_chunks;
	struct chunk **chunk;
};

#define ORIGIN_NAME(id, name) name,
static const char *const origin_names[] = { ORIGINS(ORIGIN_NAME) };

const char *origin_name(enum origin origin)
{
	return origin_names[origin];
}

enum origin origin_find(const char *name)
{
	for (unsigned i = 0; i < NR_ORIGINS; i++)
		if (!strcmp(name, origin_names[i]))
			return (enum origin)i;
	return ORIGIN_LOG;
}

struct oplog *oplog_new(const struct mm386_config *cfg)
{
	struct oplog *log = calloc(1, sizeof(*log));

	if (!log)
		return NULL;
	atomic_init(&log->refs, 1);
	log->cfg = *cfg;
	pthread_mutex_init(&log->lock, NULL);
	return log;
}

struct oplog *oplog_get(struct oplog *log)
{
	atomic_fetch_add_explicit(&log->refs, 1, memory_order_relaxed);
	return log;
}

void oplog_put(struct oplog *log)
{
	if (!log || atomic_fetch_sub_explicit(&log->refs, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < log->nr_chunks; i++)
		free(log->chunk[i]);
	free(log->chunk);
	pthread_mutex_destroy(&log->lock);
	free(log);
}

const struct mm386_config *oplog_config(const struct oplog *log)
{
	return &log->cfg;
}

static uint8_t *pack(uint8_t *p, const struct mm386_op *op, enum origin origin)
{
	*p++ = (uint8_t)op->id;
	*p++ = (uint8_t)op->given;
	*p++ = (uint8_t)origin;
	for (unsigned i = 0; i < MM386_OP_ARGS; i++) {
		uint64_t v = op->arg[i];

		if (!(op->given & 1u << i))
			continue;
		for (; v >= 0x80; v >>= 7)
			*p++ = (uint8_t)(v | 0x80);
		*p++ = (uint8_t)v;
	}
	return p;
}

static const uint8_t *unpack(const uint8_t *p, struct oplog_entry *out)
{
	memset(&out->op, 0, sizeof(out->op));
	out->op.id = *p++;
	out->op.given = *p++;
	out->origin = (enum origin)*p++;
	for (unsigned i = 0; i < MM386_OP_ARGS; i++) {
		if (!(out->op.given & 1u << i))
			continue;
		for (unsigned shift = 0;; shift += 7) {
			out->op.arg[i] |= (uint64_t)(*p & 0x7f) << shift;
			if (!(*p++ & 0x80))
				break;
		}
	}
	return p;
}

/* A chunk with room for one more operation, or NULL. */
static struct chunk *room(struct oplog *log)
{
	struct chunk *c = log->nr_chunks ? log->chunk[log->nr_chunks - 1] : NULL;

	if (c && c->used + PACKED_MAX <= CHUNK_BYTES - sizeof(*c))
		return c;
	if (log->nr_chunks == log->cap_chunks) {
		size_t cap = log->cap_chunks ? 2 * log->cap_chunks : 16;
		struct chunk **grown = realloc(log->chunk, cap * sizeof(struct chunk *));

		if (!grown)
			return NULL;
		log->chunk = grown;
		log->cap_chunks = cap;
	}
	c = malloc(CHUNK_BYTES);
	if (!c)
		return NULL;
	c->first = log->last + 1;
	c->nr = c->used = 0;
	log->chunk[log->nr_chunks++] = c;
	return c;
}

int oplog_reserve(struct oplog *log)
{
	bool there;

	pthread_mutex_lock(&log->lock);
	there = room(log) != NULL;
	pthread_mutex_unlock(&log->lock);
	return there ? 0 : -ENOMEM;
}

int oplog_append(struct oplog *log, const struct mm386_op *op, enum origin origin)
{
	struct chunk *c;

	assert(op->id <= UINT8_MAX);
	assert(op->given < 1u << MM386_OP_ARGS);
	pthread_mutex_lock(&log->lock);
	c = room(log);
	if (c) {
		c->used = (uint32_t)(pack(c->data + c->used, op, origin) - c->data);
		c->nr++;
		log->last++;
	}
	pthread_mutex_unlock(&log->lock);
	return c ? 0 : -ENOMEM;
}

uint64_t oplog_last(struct oplog *log)
{
	uint64_t last;

	pthread_mutex_lock(&log->lock);
	last = log->last;
	pthread_mutex_unlock(&log->lock);
	return last;
}

size_t oplog_bytes(struct oplog *log)
{
	size_t n;

	pthread_mutex_lock(&log->lock);
	n = log->nr_chunks * CHUNK_BYTES;
	pthread_mutex_unlock(&log->lock);
	return n;
}

/* The chunk that has operation ${seq}: the last one that begins at or before it. */
static size_t find_chunk(const struct oplog *log, uint64_t seq)
{
	size_t lo = 0, hi = log->nr_chunks;

	while (hi - lo > 1) {
		size_t mid = (lo + hi) / 2;

		if (log->chunk[mid]->first <= seq)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

size_t oplog_read(struct oplog *log, uint64_t seq, struct oplog_entry *out, size_t max)
{
	size_t n = 0;

	pthread_mutex_lock(&log->lock);
	if (seq < 1)
		seq = 1;
	for (size_t i = find_chunk(log, seq); n < max && i < log->nr_chunks; i++) {
		const struct chunk *c = log->chunk[i];
		const uint8_t *p = c->data;

		for (uint64_t at = c->first; n < max && at < c->first + c->nr; at++) {
			p = unpack(p, &out[n]);
			out[n].seq = at;
			n += at >= seq;
		}
	}
	pthread_mutex_unlock(&log->lock);
	return n;
}
