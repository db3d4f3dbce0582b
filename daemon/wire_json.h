/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_json.h - what the files of wire share: small writers, and the checks of
 * a parsed tree.  Beside them only config.c includes this.
 */
#ifndef WIRE_JSON_H
#define WIRE_JSON_H

#include <jansson.h>

#include "mm386.h"
#include "wbuf.h"

struct wire_changes;

/* A constant piece of the text. */
#define WIRE_LITERAL(b, text) wbuf_bytes((b), "" text, sizeof(text) - 1)

/* Room for the names of all GFP flags at once. */
#define WIRE_GFP_BYTES 1024

/* 2 << 16 | 6 << 8 | 32 -> "2.6.32"; from 3.0 on a patch of 0 is not said. */
void wire_release_format(uint32_t release, char *buf, size_t size);
/* The members of a machine that say what kernel it runs, behind others: kernel, release, pae. */
void wire_kernel(struct wbuf *b, const struct mm386_info *info);
/* "2.6.32-24-generic" -> 2 << 16 | 6 << 8 | 32; false when it does not begin like a release. */
bool wire_release_parse(const char *text, uint32_t *out);
const char *wire_highmem_name(enum mm386_highmem h); /* "off", "4g", "64g" */

/* [{"name", "letter", "label"}, ...]: the kinds of frame. */
void wire_legend(struct wbuf *b);
/* ,"zones":[...] of a snapshot. */
void wire_zones_whole(struct wbuf *b, const struct mm386 *m);
/* The same of a delta: zones that changed, page blocks as runs; nothing when none did. */
void wire_zones_changed(struct wbuf *b, const struct mm386 *m, const struct wire_changes *changes);
/* ,"vm":{...}: the files under /proc/sys/vm. */
void wire_vm(struct wbuf *b, const struct mm386 *m);
/* The numbers of /proc/${file}: one, or a list. */
void wire_proc_numbers(struct wbuf *b, const struct mm386 *m, const char *file);
/* What stands for ${mt} in a zone's page blocks. */
char wire_migratetype_letter(const struct mm386 *m, enum mm386_migratetype mt);
/* "op": "alloc_pages", "order": 2, ...: the members of an operation, without braces. */
void wire_op_members(struct wbuf *b, const struct mm386_op *op);
/*
 * The operation that object ${obj} asks for.  A log's line has more members than
 * a request: ${is_log} lets "seq", "origin" and "note" be.  0 or -EINVAL.
 */
int wire_op_read(const json_t *obj, const char *pointer, bool is_log, struct mm386_op *out,
		 struct mm386_error *err);
/*
 * How many arguments the one list has that begins with argument ${i}: 1 for what is no list, 0
 * inside one.
 */
unsigned wire_list_len(const struct mm386_op_desc *desc, unsigned i);
/* Exactly one argument of each group is given, every required one.  0 or -EINVAL. */
int wire_op_complete(const struct mm386_op_desc *desc, unsigned given, const char *pointer,
		     struct mm386_error *err);
/*
 * The operation in ${text}, if it is a plain one and right; false leaves it to jansson.  A log's
 * line is read with ${seq} (0) and ${origin} (WIRE_ORIGIN_MAX zeros), else NULL.
 */
bool wire_scan_op(const char *text, size_t len, struct mm386_op *out, uint64_t *seq, char *origin);
/* config_parse() of an object that was parsed already. */
int config_read(const json_t *obj, const char *presets, struct mm386_config *out,
		struct mm386_error *err);
/* Name of zone ${i} as a JSON string; null for -1. */
void wire_zone_name(struct wbuf *b, const struct mm386 *m, int i);
/* The linear address of frame ${pfn} in the direct map, quoted; null when it has none. */
void wire_lowmem_addr(struct wbuf *b, const struct mm386 *m, mm386_pfn_t pfn);

/* ---- parsed trees ------------------------------------------------------------ */

/* Fill ${err} (may be NULL) and return -EINVAL: ${pointer} as it is, or "${pointer}/${member}". */
__attribute__((format(printf, 4, 5))) int wire_json_error(struct mm386_error *err,
							  const char *pointer, const char *member,
							  const char *fmt, ...);
/* Put "${prefix}", which begins with "/", before the pointer of ${err}. */
void wire_json_prefix(struct mm386_error *err, const char *prefix);
/*
 * Parse ${text}: the whole of it must be one JSON value without duplicate
 * members.  A new reference, or NULL with ${err} saying where it stopped.
 */
json_t *wire_json_read(const char *text, size_t len, struct mm386_error *err);
/* "a string", "a list", ... */
const char *wire_json_type_name(const json_t *v);

/* Whole numbers lo..hi, no fractions; 0 or -EINVAL. */
int wire_json_uint(const json_t *v, const char *pointer, const char *member, uint64_t lo,
		   uint64_t hi, uint64_t *out, struct mm386_error *err);
/* The same, or a string "0x1f" (or decimal). */
int wire_json_address(const json_t *v, const char *pointer, const char *member, uint64_t lo,
		      uint64_t hi, uint64_t *out, struct mm386_error *err);
/* "256 32 0" as a list, a new reference; NULL when it is anything else than numbers and blanks. */
json_t *wire_json_numbers(const char *text);
int wire_json_flag(const json_t *v, const char *pointer, const char *member, bool *out,
		   struct mm386_error *err);
/* A string without NUL inside, shorter than ${size} bytes. */
int wire_json_text(const json_t *v, const char *pointer, const char *member, char *out, size_t size,
		   struct mm386_error *err);

/* The largest whole number that every reader of JSON keeps exact. */
#define WIRE_UINT_MAX ((UINT64_C(1) << 53) - 1)

#endif
