/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc_text.c - see proc_text.h */
#include <stdlib.h>
#include <string.h>

#include "proc_text.h"

/* The next line of ${*at} without its end, into ${line}; false behind the last. */
static bool line_next(const char **at, char *line, size_t size)
{
	size_t n = strcspn(*at, "\n");

	if (!**at)
		return false;
	snprintf(line, size, "%.*s", (int)n, *at);
	*at += n + ((*at)[n] == '\n');
	return true;
}

/* The numbers of ${text}, blanks or commas between them; a word that is none stays text (">100000"). */
static json_t *numbers(const char *text)
{
	json_t *list = json_array();
	char word[32], *end;

	for (text += strspn(text, " ,\t"); *text && *text != ')'; text += strspn(text, " ,\t")) {
		size_t n = strcspn(text, " ,\t)");
		long long value;

		snprintf(word, sizeof(word), "%.*s", (int)n, text);
		value = strtoll(word, &end, 10);
		json_array_append_new(list, end != word && !*end ? json_integer(value) : json_string(word));
		text += n;
	}
	return list;
}

const char *proc_text_zone(char key[PROC_TEXT_ZONE], unsigned node, const char *zone)
{
	if (node)
		snprintf(key, PROC_TEXT_ZONE, "Node %u %s", node, zone);
	else
		snprintf(key, PROC_TEXT_ZONE, "%s", zone);
	return key;
}

json_t *proc_text_buddyinfo(const char *text)
{
	json_t *all = json_object();
	char line[512], zone[32], key[PROC_TEXT_ZONE];
	unsigned node;
	int n;

	while (line_next(&text, line, sizeof(line)))
		if (sscanf(line, "Node %u, zone %31s%n", &node, zone, &n) == 2)
			json_object_set_new(all, proc_text_zone(key, node, zone), numbers(line + n));
	return all;
}

/* ---- pagetypeinfo ------------------------------------------------------------------------ */

/* "Number of blocks type     Unmovable ..." and a line a zone below it. */
static void blocks_line(json_t *blocks, const char *line, const json_t *types)
{
	json_t *of_zone = json_object(), *values;
	char zone[32], key[PROC_TEXT_ZONE];
	unsigned node;
	size_t i;
	json_t *type;
	int n;

	if (sscanf(line, "Node %u, zone %31s%n", &node, zone, &n) != 2) {
		json_decref(of_zone);
		return;
	}
	values = numbers(line + n);
	json_array_foreach (types, i, type)
		if (json_array_get(values, i))
			json_object_set(of_zone, json_string_value(type), json_array_get(values, i));
	json_object_set_new(blocks, proc_text_zone(key, node, zone), of_zone);
	json_decref(values);
}

static void free_line(json_t *by_zone, const char *line)
{
	char zone[32], type[32], key[PROC_TEXT_ZONE];
	unsigned node;
	json_t *of_zone;
	int n;

	if (sscanf(line, "Node %u, zone %31[^,], type %31s%n", &node, zone, type, &n) != 3)
		return;
	of_zone = json_object_get(by_zone, proc_text_zone(key, node, zone));
	if (!of_zone) {
		of_zone = json_object();
		json_object_set_new(by_zone, key, of_zone);
	}
	json_object_set_new(of_zone, type, numbers(line + n));
}

json_t *proc_text_pagetypeinfo(const char *text)
{
	static const char blocks_head[] = "Number of blocks type";
	json_t *all = json_object(), *by_zone = json_object(), *blocks = json_object(), *types = NULL;
	long long number;
	char line[512];

	while (line_next(&text, line, sizeof(line))) {
		if (strncmp(line, blocks_head, strlen(blocks_head)) == 0) {
			json_decref(types);
			types = numbers(line + strlen(blocks_head));
		} else if (sscanf(line, "Page block order: %lld", &number) == 1) {
			json_object_set_new(all, "pageblock_order", json_integer(number));
		} else if (sscanf(line, "Pages per block: %lld", &number) == 1) {
			json_object_set_new(all, "pages_per_block", json_integer(number));
		} else if (types && !strstr(line, ", type")) {
			blocks_line(blocks, line, types);
		} else {
			free_line(by_zone, line);
		}
	}
	json_object_set_new(all, "free", by_zone);
	json_object_set_new(all, "blocks", blocks);
	json_decref(types);
	return all;
}

/* ---- zoneinfo ----------------------------------------------------------------------------- */

struct zone_reading {
	json_t *zone, *pageset; /* the current ones; borrowed */
	bool node_stats;
};

static bool is_one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

static void zone_begin(struct zone_reading *r, json_t *all, long long node, const char *name)
{
	r->zone = json_object();
	r->pageset = NULL;
	r->node_stats = false;
	json_array_append_new(all, r->zone);
	json_object_set_new(r->zone, "node", json_integer(node));
	json_object_set_new(r->zone, "zone", json_string(name));
	json_object_set_new(r->zone, "pagesets", json_array());
	json_object_set_new(r->zone, "stats", json_object());
}

/* "name: value" */
static void zone_label(struct zone_reading *r, const char *name, long long value)
{
	static const char *const of_set[] = {"count", "high", "batch", "vm stats threshold", NULL};

	if (strcmp(name, "cpu") == 0) {
		r->pageset = json_object();
		json_array_append_new(json_object_get(r->zone, "pagesets"), r->pageset);
	}
	if (r->pageset && (strcmp(name, "cpu") == 0 || is_one_of(name, of_set)))
		json_object_set_new(r->pageset, name, json_integer(value));
	else
		json_object_set_new(r->zone, name, json_integer(value));
}

/* "name   value" */
static void zone_value(struct zone_reading *r, const char *name, long long value)
{
	static const char *const of_zone[] = {"boost",	 "min",	    "low",     "high", "promo",
					      "spanned", "present", "managed", "cma",  NULL};

	if (strcmp(name, "pages free") == 0) {
		r->node_stats = false;
		json_object_set_new(r->zone, "free", json_integer(value));
	} else if (!r->node_stats && is_one_of(name, of_zone)) {
		json_object_set_new(r->zone, name, json_integer(value));
	} else {
		json_object_set_new(json_object_get(r->zone, r->node_stats ? "node_stats" : "stats"), name,
				    json_integer(value));
	}
}

static void zone_line(struct zone_reading *r, json_t *all, const char *line)
{
	char name[64];
	long long value;

	if (sscanf(line, "Node %lld, zone %63s", &value, name) == 2) {
		zone_begin(r, all, value, name);
		return;
	}
	line += strspn(line, " ");
	if (!r->zone)
		return;
	if (strcmp(line, "per-node stats") == 0) {
		r->node_stats = true;
		json_object_set_new(r->zone, "node_stats", json_object());
	} else if (strncmp(line, "protection: (", 13) == 0) {
		json_object_set_new(r->zone, "protection", numbers(line + 13));
	} else if (sscanf(line, "%63[a-z_ ]: %lld", name, &value) == 2) {
		zone_label(r, name, value);
	} else if (sscanf(line, "pages free %lld", &value) == 1) {
		zone_value(r, "pages free", value);
	} else if (sscanf(line, "%63s %lld", name, &value) == 2) {
		zone_value(r, name, value);
	}
}

json_t *proc_text_zoneinfo(const char *text)
{
	struct zone_reading r = {.zone = NULL};
	json_t *all = json_array();
	char line[512];

	while (line_next(&text, line, sizeof(line)))
		zone_line(&r, all, line);
	return all;
}

/* ---- compare --------------------------------------------------------------------------------- */

/* Counters stand in the order of print. */
static void compare_order(struct check *c, const char *path, json_t *expected, json_t *ours)
{
	void *a = json_object_iter(expected), *b = json_object_iter(ours);

	for (; a && b; a = json_object_iter_next(expected, a), b = json_object_iter_next(ours, b))
		if (strcmp(json_object_iter_key(a), json_object_iter_key(b)) != 0) {
			check_same(c, json_object_iter_key(a), json_object_iter_key(b), "%s: the next line", path);
			return;
		}
}

static void compare_objects(struct check *c, const char *path, json_t *expected, json_t *ours)
{
	const char *name;
	char below[200];
	json_t *v;

	json_object_foreach (expected, name, v) {
		snprintf(below, sizeof(below), "%.120s %.60s", path, name);
		if (json_object_get(ours, name))
			proc_text_compare(c, below, v, json_object_get(ours, name));
		else if (!json_is_null(v) && (!json_is_object(v) || json_object_size(v)))
			check_differs(c, "%s: mm386 prints no such line", below);
	}
	json_object_foreach (ours, name, v)
		if (!json_object_get(expected, name))
			check_differs(c, "%.120s %.60s: the kernel printed no such line", path, name);
	if (strstr(path, "stats"))
		compare_order(c, path, expected, ours);
}

void proc_text_compare(struct check *c, const char *path, const json_t *expected, const json_t *ours)
{
	char below[200];
	size_t i;
	json_t *v;

	if (json_typeof(expected) != json_typeof(ours)) {
		check_differs(c, "%s: the kernel printed something else", path);
	} else if (json_is_object(expected)) {
		compare_objects(c, path, (json_t *)expected, (json_t *)ours);
	} else if (json_is_array(expected)) {
		check_equal(c, json_array_size(expected), json_array_size(ours), "%s: how many", path);
		json_array_foreach (expected, i, v) {
			const char *zone = input_string(v, "zone");

			if (*zone)
				snprintf(below, sizeof(below), "%.120s %.32s", path, zone);
			else
				snprintf(below, sizeof(below), "%.120s[%zu]", path, i);
			if (json_array_get(ours, i))
				proc_text_compare(c, below, v, json_array_get(ours, i));
		}
	} else if (json_is_integer(expected)) {
		check_equal(c, (uint64_t)json_integer_value(expected), (uint64_t)json_integer_value(ours), "%s", path);
	} else if (json_is_string(expected)) {
		check_same(c, json_string_value(expected), json_string_value(ours), "%s", path);
	}
}
