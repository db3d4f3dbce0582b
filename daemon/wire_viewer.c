/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_viewer.c - what viewers say on the stream, and how the scene is set.
 */
#include <errno.h>

#include "wire.h"
#include "wire_json.h"

static int sections_read(const json_t *list, unsigned *out, struct mm386_error *err)
{
	unsigned set = 0, bit;

	if (!json_is_array(list) || json_array_size(list) == 0)
		return wire_json_error(err, "", "sections",
				       "sections must be a list of names such as [\"frames\"]");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *name = json_array_get(list, i);

		/* A comma in the name would make it two. */
		if (!json_is_string(name) || strchr(json_string_value(name), ',') ||
		    wire_sections_parse(json_string_value(name), &bit, NULL))
			return wire_json_error(err, "", "sections",
					       "the %zuth name in the list is no section", i + 1);
		set |= bit;
	}
	*out = set;
	return 0;
}

static int subscribe_read(const json_t *root, struct wire_viewer *out, struct mm386_error *err)
{
	struct wire_viewer v = {
		.type = WIRE_VIEWER_SUBSCRIBE, .sections = WIRE_ALL, .rate = WIRE_RATE_MAX};
	const char *member;
	uint64_t rate;
	json_t *value;

	json_object_foreach ((json_t *)root, member, value) {
		if (!strcmp(member, "sections")) {
			if (sections_read(value, &v.sections, err))
				return -EINVAL;
		} else if (!strcmp(member, "rate")) {
			if (wire_json_uint(value, "", member, 1, WIRE_RATE_MAX, &rate, err))
				return -EINVAL;
			v.rate = (unsigned)rate;
		} else if (strcmp(member, "type")) {
			return wire_json_error(
				err, "", member,
				"subscribe has no member \"%.40s\"; it takes sections, rate",
				member);
		}
	}
	*out = v;
	return 0;
}

static int viewer_read(const json_t *root, struct wire_viewer *out, struct mm386_error *err)
{
	const char *type = json_string_value(json_object_get(root, "type"));

	if (!type)
		return wire_json_error(err, "", "type",
				       "a message needs \"type\": \"subscribe\" or \"resync\"");
	if (!strcmp(type, "subscribe"))
		return subscribe_read(root, out, err);
	if (strcmp(type, "resync") || json_object_size(root) != 1)
		return wire_json_error(err, "", "type", "no such message: \"%.40s\"", type);
	out->type = WIRE_VIEWER_RESYNC;
	return 0;
}

int wire_viewer_parse(const char *text, size_t len, struct wire_viewer *out,
		      struct mm386_error *err)
{
	json_t *root = wire_json_read(text, len, err);
	int rc;

	if (!root)
		return -EBADMSG;
	rc = viewer_read(root, out, err);
	json_decref(root);
	return rc;
}

/* ---- the scene ---------------------------------------------------------------- */

static int scene_read(const json_t *root, struct wire_scene *scene, struct mm386_error *err)
{
	const char *member;
	uint64_t rate;
	json_t *value;
	int rc;

	if (!json_is_object(root))
		return wire_json_error(err, "", NULL, "a scene must be an object, not %s",
				       wire_json_type_name(root));
	json_object_foreach ((json_t *)root, member, value) {
		if (!strcmp(member, "name")) {
			rc = wire_json_text(value, "", member, scene->name, sizeof(scene->name),
					    err);
		} else if (!strcmp(member, "running")) {
			rc = wire_json_flag(value, "", member, &scene->running, err);
		} else if (!strcmp(member, "rate")) {
			rc = wire_json_uint(value, "", member, 1, WIRE_SCENE_RATE_MAX, &rate, err);
			if (!rc)
				scene->rate = (unsigned)rate;
		} else {
			rc = wire_json_error(
				err, "", member,
				"a scene has no member \"%.40s\"; it takes name, running, rate",
				member);
		}
		if (rc)
			return rc;
	}
	return 0;
}

int wire_scene_parse(const char *text, size_t len, struct wire_scene *scene,
		     struct mm386_error *err)
{
	struct wire_scene changed = *scene;
	json_t *root = wire_json_read(text, len, err);
	int rc;

	if (!root)
		return -EBADMSG;
	rc = scene_read(root, &changed, err);
	json_decref(root);
	if (!rc)
		*scene = changed;
	return rc;
}
