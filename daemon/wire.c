/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire.c - sections, names, the small messages of the stream, and problems.
 */
#include <errno.h>
#include <stdio.h>

#include "wire.h"
#include "wire_json.h"

_Static_assert(WIRE_VERSION == 1, "the messages say \"v\":1 in their literals");

/* ---- sections ------------------------------------------------------------- */

#define WIRE_SECTION_NAME(id, name) name,
static const char *const section_names[] = {WIRE_SECTIONS(WIRE_SECTION_NAME)};

/* The bit of the section called by the ${len} bytes of ${name}, or 0. */
static unsigned section_bit(const char *name, size_t len)
{
	for (unsigned i = 0; i < WIRE_NR_SECTIONS; i++)
		if (strlen(section_names[i]) == len && !memcmp(section_names[i], name, len))
			return 1u << i;
	return 0;
}

static int sections_error(const char *text, size_t len, struct mm386_error *err)
{
	char names[100] = "";
	size_t at = 0;

	for (unsigned i = 0; i < WIRE_NR_SECTIONS && at < sizeof(names); i++)
		at += (size_t)snprintf(names + at, sizeof(names) - at, "%s%s", i ? ", " : "",
				       section_names[i]);
	return wire_json_error(err, "", "sections", "there is no section \"%.*s\", only %s",
			       len > 40 ? 40 : (int)len, text, names);
}

int wire_sections_parse(const char *text, unsigned *out, struct mm386_error *err)
{
	unsigned set = 0;

	for (;;) {
		size_t len = strcspn(text, ",");
		unsigned bit = section_bit(text, len);

		if (!bit)
			return sections_error(text, len, err);
		set |= bit;
		if (!text[len])
			break;
		text += len + 1;
	}
	*out = set;
	return 0;
}

/* ---- names ------------------------------------------------------------------ */

void wire_release_format(uint32_t release, char *buf, size_t size)
{
	unsigned major = release >> 16, minor = release >> 8 & 0xff, patch = release & 0xff;

	if (major >= 3 && !patch)
		snprintf(buf, size, "%u.%u", major, minor);
	else
		snprintf(buf, size, "%u.%u.%u", major, minor, patch);
}

void wire_kernel(struct wbuf *b, const struct mm386_info *info)
{
	char release[24];

	wire_release_format(info->release, release, sizeof(release));
	WIRE_LITERAL(b, ",\"kernel\":");
	wbuf_string(b, mm386_kernel_name(info->kernel));
	WIRE_LITERAL(b, ",\"release\":");
	wbuf_string(b, release);
	WIRE_LITERAL(b, ",\"pae\":");
	wbuf_bool(b, info->pae);
}

bool wire_release_parse(const char *text, uint32_t *out)
{
	unsigned part[3] = {0, 0, 0};
	unsigned nr = 0;

	for (;;) {
		if (*text < '0' || *text > '9')
			return false;
		for (; *text >= '0' && *text <= '9'; text++) {
			part[nr] = part[nr] * 10 + (unsigned)(*text - '0');
			if (part[nr] > 65535)
				return false;
		}
		if (++nr == 3 || *text != '.')
			break;
		text++;
	}
	if (nr < 2 || part[0] > 255 || part[1] > 255 || (*text && !strchr("-.+ ", *text)))
		return false;
	*out = part[0] << 16 | part[1] << 8 | (part[2] > 255 ? 255 : part[2]);
	return true;
}

const char *wire_highmem_name(enum mm386_highmem h)
{
	return h == MM386_HIGHMEM_64G ? "64g" : h == MM386_HIGHMEM_4G ? "4g" : "off";
}

const char *wire_errno_name(int err)
{
	switch (err) {
	case ENOMEM:
		return "ENOMEM";
	case EINVAL:
		return "EINVAL";
	case EFAULT:
		return "EFAULT";
	case ENOENT:
		return "ENOENT";
	case ESRCH:
		return "ESRCH";
	case EBUSY:
		return "EBUSY";
	case ERANGE:
		return "ERANGE";
	default:
		return "EIO";
	}
}

/* ---- messages of the stream ---------------------------------------------------- */

void wire_legend(struct wbuf *b)
{
	wbuf_char(b, '[');
	for (unsigned k = 0; k < MM386_NR_KINDS; k++) {
		const struct mm386_kind_desc *desc = mm386_kind_desc((enum mm386_kind)k);

		wbuf_text(b, k ? ",{\"name\":" : "{\"name\":");
		wbuf_string(b, desc->name);
		WIRE_LITERAL(b, ",\"letter\":");
		wbuf_string(b, desc->letter);
		WIRE_LITERAL(b, ",\"label\":");
		wbuf_string(b, desc->label);
		wbuf_char(b, '}');
	}
	wbuf_char(b, ']');
}

void wire_hello(struct wbuf *b, const struct mm386 *m, const char *name, unsigned boot,
		const char *server, const struct wire_limits *limits)
{
	WIRE_LITERAL(b,
		     "{\"v\":1,\"type\":\"hello\",\"protocol\":\"" WIRE_PROTOCOL "\",\"machine\":");
	wbuf_string(b, name);
	WIRE_LITERAL(b, ",\"boot\":");
	wbuf_uint(b, boot);
	WIRE_LITERAL(b, ",\"seq\":");
	wbuf_uint(b, mm386_seq(m));
	WIRE_LITERAL(b, ",\"server\":");
	wbuf_string(b, server);
	WIRE_LITERAL(b, ",\"legend\":");
	wire_legend(b);
	WIRE_LITERAL(b, ",\"limits\":{\"rate\":");
	wbuf_uint(b, limits->rate);
	WIRE_LITERAL(b, ",\"message_bytes\":");
	wbuf_uint(b, limits->message_bytes);
	WIRE_LITERAL(b, "}}");
}

void wire_scene(struct wbuf *b, const struct wire_scene *scene)
{
	WIRE_LITERAL(b, "{\"name\":");
	wbuf_string(b, scene->name);
	WIRE_LITERAL(b, ",\"running\":");
	wbuf_bool(b, scene->running);
	WIRE_LITERAL(b, ",\"rate\":");
	wbuf_uint(b, scene->rate);
	wbuf_char(b, '}');
}

void wire_presence(struct wbuf *b, unsigned viewers, const struct wire_scene *scene)
{
	WIRE_LITERAL(b, "{\"v\":1,\"type\":\"presence\",\"viewers\":");
	wbuf_uint(b, viewers);
	WIRE_LITERAL(b, ",\"scene\":");
	wire_scene(b, scene);
	wbuf_char(b, '}');
}

void wire_bye(struct wbuf *b, const char *reason)
{
	WIRE_LITERAL(b, "{\"v\":1,\"type\":\"bye\",\"reason\":");
	wbuf_string(b, reason);
	wbuf_char(b, '}');
}

/* ---- problems -------------------------------------------------------------------- */

void wire_problem(struct wbuf *b, int status, const char *title, const struct mm386_error *err,
		  long applied)
{
	WIRE_LITERAL(b, "{\"title\":");
	wbuf_string(b, title);
	WIRE_LITERAL(b, ",\"status\":");
	wbuf_int(b, status);
	if (err && err->detail[0]) {
		WIRE_LITERAL(b, ",\"detail\":");
		wbuf_string(b, err->detail);
	}
	if (err && err->pointer[0]) {
		WIRE_LITERAL(b, ",\"pointer\":");
		wbuf_string(b, err->pointer);
	}
	if (err && err->line) {
		WIRE_LITERAL(b, ",\"line\":");
		wbuf_uint(b, err->line);
	}
	if (applied >= 0) {
		WIRE_LITERAL(b, ",\"applied\":");
		wbuf_int(b, applied);
	}
	wbuf_char(b, '}');
}
