/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * config_write.c - a configuration back as JSON: the first line of a log.
 *
 * Members that say "the kernel's own default" are left out, so that what is
 * read again is the same struct.
 */
#include "config.h"
#include "config_nodes.h"
#include "wire_json.h"

static void write_e820(struct wbuf *b, const struct mm386_config *cfg)
{
	WIRE_LITERAL(b, ",\"e820\":[");
	for (unsigned i = 0; i < cfg->nr_e820; i++) {
		const struct mm386_e820_entry *e = &cfg->e820[i];
		const char *type = mm386_e820_type_name(e->type);
		uint32_t again;

		wbuf_text(b, i ? ",{\"start\":" : "{\"start\":");
		wbuf_hex(b, e->start);
		WIRE_LITERAL(b, ",\"end\":");
		wbuf_hex(b, e->end);
		WIRE_LITERAL(b, ",\"type\":");
		/* A type that has no name of its own travels as its number. */
		if (!mm386_e820_type_parse(type, &again) && again == e->type)
			wbuf_string(b, type);
		else
			wbuf_uint(b, e->type);
		wbuf_char(b, '}');
	}
	wbuf_char(b, ']');
}

/* ,"${name}": ${v}, unless ${v} is 0. */
static void write_uint(struct wbuf *b, const char *name, uint64_t v)
{
	if (!v)
		return;
	wbuf_char(b, ',');
	wbuf_string(b, name);
	wbuf_char(b, ':');
	wbuf_uint(b, v);
}

static void write_text(struct wbuf *b, const char *name, const char *text)
{
	wbuf_char(b, ',');
	wbuf_string(b, name);
	wbuf_char(b, ':');
	wbuf_string(b, text);
}

static void write_image(struct wbuf *b, const struct mm386_config *cfg)
{
	if (!cfg->physical_start && !cfg->text_bytes && !cfg->data_bytes && !cfg->init_bytes &&
	    !cfg->bss_bytes && !cfg->alternatives_bytes && !cfg->percpu_unit_bytes)
		return;
	WIRE_LITERAL(b, ",\"image\":{\"start\":");
	wbuf_hex(b, cfg->physical_start);
	write_uint(b, "text", cfg->text_bytes);
	write_uint(b, "data", cfg->data_bytes);
	write_uint(b, "init", cfg->init_bytes);
	write_uint(b, "bss", cfg->bss_bytes);
	write_uint(b, "alternatives", cfg->alternatives_bytes);
	write_uint(b, "percpu_static", cfg->percpu_static_bytes);
	write_uint(b, "percpu_unit", cfg->percpu_unit_bytes);
	wbuf_char(b, '}');
}

static void write_kernel(struct wbuf *b, const struct mm386_config *cfg)
{
	char release[24];

	WIRE_LITERAL(b, "\"kernel\":");
	wbuf_string(b, mm386_kernel_name(cfg->kernel));
	if (cfg->release) {
		wire_release_format(cfg->release, release, sizeof(release));
		write_text(b, "release", release);
	}
	WIRE_LITERAL(b, ",\"pae\":");
	wbuf_bool(b, cfg->pae);
	if (cfg->highmem != MM386_HIGHMEM_DEFAULT)
		write_text(b, "highmem", wire_highmem_name(cfg->highmem));
	write_text(b, "vmsplit", mm386_vmsplit_name(cfg->vmsplit));
	write_uint(b, "cpus", cfg->cpus);
	write_uint(b, "nr_cpus", cfg->nr_cpus);
	if (cfg->highpte >= 0) {
		WIRE_LITERAL(b, ",\"highpte\":");
		wbuf_bool(b, cfg->highpte);
	}
	if (cfg->transparent_hugepage >= 0) {
		WIRE_LITERAL(b, ",\"transparent_hugepage\":");
		wbuf_bool(b, cfg->transparent_hugepage);
	}
}

void config_write(struct wbuf *b, const struct mm386_config *cfg)
{
	wbuf_char(b, '{');
	if (cfg->name[0]) {
		WIRE_LITERAL(b, "\"name\":");
		wbuf_string(b, cfg->name);
		wbuf_char(b, ',');
	}
	write_kernel(b, cfg);
	write_uint(b, "memory", cfg->memory_bytes);
	if (cfg->nr_e820)
		write_e820(b, cfg);
	config_nodes_write(b, cfg);
	if (cfg->cmdline[0])
		write_text(b, "cmdline", cfg->cmdline);
	write_uint(b, "swap", cfg->swap_bytes);
	WIRE_LITERAL(b, ",\"seed\":");
	wbuf_uint(b, cfg->seed);
	write_image(b, cfg);
	write_uint(b, "initrd", cfg->initrd_bytes);
	if (cfg->fixaddr_start) {
		WIRE_LITERAL(b, ",\"fixaddr_start\":");
		wbuf_hex(b, cfg->fixaddr_start);
	}
	write_uint(b, "page_struct", cfg->page_struct_bytes);
	if (cfg->numa)
		WIRE_LITERAL(b, ",\"numa\":true");
	if (cfg->cpu_entry)
		WIRE_LITERAL(b, ",\"cpu_entry\":true");
	wbuf_char(b, '}');
}
