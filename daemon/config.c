/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * config.c - a machine's configuration out of JSON.
 *
 * One row a member: its name, who reads it, what a schema says of it.  Members
 * are read in the order of the rows, not of the text, since a row may override
 * what an earlier one found: a preset, then a boot log, then the members that
 * were written out.
 */
#include <errno.h>
#include <stdio.h>

#include "config.h"
#include "config_nodes.h"
#include "wire_json.h"

/* The last byte that an e820 entry may name: past any machine, far from overflow. */
#define E820_END_MAX ((UINT64_C(1) << 52) - 1)
#define MEMORY_MIN   (UINT64_C(4) << 20)
#define MEMORY_MAX   (UINT64_C(1) << 36)
#define SWAP_MAX     (UINT64_C(1) << 40)

struct reader {
	struct mm386_config cfg;
	const char *presets; /* folder, NULL: none */
	bool kernel_given;
	struct mm386_error *err;
};

/* ---- whole machines --------------------------------------------------------- */

static int read_preset(struct reader *r, const json_t *v)
{
	struct mm386_error inner;
	char name[MM386_NAME_MAX];
	int rc;

	if (wire_json_text(v, "", "preset", name, sizeof(name), r->err))
		return -EINVAL;
	if (!r->presets)
		return wire_json_error(r->err, "", "preset", "a preset cannot be used here");
	rc = config_preset(r->presets, name, &r->cfg, &inner);
	if (rc == -EINVAL || rc == -EBADMSG)
		return wire_json_error(r->err, "", "preset", "preset \"%s\": %.60s: %.100s", name,
				       inner.pointer, inner.detail);
	if (rc)
		return wire_json_error(r->err, "", "preset", "preset \"%s\": %s", name,
				       rc == -ENOENT ? "there is none of that name"
						     : strerror(-rc));
	r->kernel_given = true;
	return 0;
}

static int read_dmesg(struct reader *r, const json_t *v)
{
	struct mm386_error inner = {.line = 0};

	if (!json_is_string(v))
		return wire_json_error(r->err, "", "dmesg", "dmesg must be a string, not %s",
				       wire_json_type_name(v));
	r->cfg.memory_bytes = 0;
	r->cfg.nr_e820 = 0;
	if (mm386_config_dmesg(&r->cfg, json_string_value(v), json_string_length(v), &inner)) {
		wire_json_error(r->err, "", "dmesg", "%s", inner.detail);
		if (r->err)
			r->err->line = inner.line;
		return -EINVAL;
	}
	r->kernel_given = true;
	return 0;
}

/* Bytes, as a number or as "512M". */
static int read_size(struct reader *r, const json_t *v, const char *pointer, const char *member,
		     uint64_t lo, uint64_t hi, uint64_t *out)
{
	uint64_t n;

	if (!json_is_string(v))
		return wire_json_uint(v, pointer, member, lo, hi, out, r->err);
	if (mm386_size_parse(json_string_value(v), &n))
		return wire_json_error(r->err, pointer, member,
				       "%s is \"%.40s\", which is no size such as \"512M\"", member,
				       json_string_value(v));
	if (n < lo || n > hi)
		return wire_json_error(
			r->err, pointer, member, "%s is %llu bytes, not in %llu..%llu", member,
			(unsigned long long)n, (unsigned long long)lo, (unsigned long long)hi);
	*out = n;
	return 0;
}

static int read_memory(struct reader *r, const json_t *v)
{
	r->cfg.nr_e820 = 0;
	return read_size(r, v, "", "memory", MEMORY_MIN, MEMORY_MAX, &r->cfg.memory_bytes);
}

static int read_e820_entry(struct reader *r, const json_t *v, const char *pointer,
			   struct mm386_e820_entry *e)
{
	const json_t *start = json_object_get(v, "start"), *end = json_object_get(v, "end");
	const json_t *type = json_object_get(v, "type");
	const char *member;
	uint64_t nr;
	json_t *any;

	if (!json_is_object(v))
		return wire_json_error(r->err, pointer, NULL, "an entry must be an object, not %s",
				       wire_json_type_name(v));
	json_object_foreach ((json_t *)v, member, any)
		if (strcmp(member, "start") && strcmp(member, "end") && strcmp(member, "type"))
			return wire_json_error(
				r->err, pointer, member,
				"an entry has no member \"%.40s\"; it takes start, end, type",
				member);
	if (!start || !end || !type)
		return wire_json_error(r->err, pointer,
				       !start ? "start"
				       : !end ? "end"
					      : "type",
				       "an entry needs start, end and type");
	if (wire_json_address(start, pointer, "start", 0, E820_END_MAX, &e->start, r->err) ||
	    wire_json_address(end, pointer, "end", 0, E820_END_MAX, &e->end, r->err))
		return -EINVAL;
	if (e->end < e->start)
		return wire_json_error(r->err, pointer, "end",
				       "end (inclusive) 0x%llx lies before start 0x%llx",
				       (unsigned long long)e->end, (unsigned long long)e->start);
	if (json_is_integer(type)) {
		if (wire_json_uint(type, pointer, "type", 1, 255, &nr, r->err))
			return -EINVAL;
		e->type = (uint32_t)nr;
		return 0;
	}
	if (!json_is_string(type) || mm386_e820_type_parse(json_string_value(type), &e->type))
		return wire_json_error(r->err, pointer, "type",
				       "type must be \"usable\", \"reserved\", \"ACPI data\", "
				       "\"ACPI NVS\" or the table's number");
	return 0;
}

static int read_e820(struct reader *r, const json_t *v)
{
	size_t nr = json_array_size(v);
	char pointer[24];

	if (!json_is_array(v) || nr == 0)
		return wire_json_error(
			r->err, "", "e820",
			"e820 must be a list of entries {\"start\", \"end\", \"type\"}");
	if (nr > MM386_E820_MAX)
		return wire_json_error(r->err, "", "e820",
				       "e820 has %zu entries; at most %d are possible", nr,
				       MM386_E820_MAX);
	r->cfg.memory_bytes = 0;
	memset(r->cfg.e820, 0, sizeof(r->cfg.e820));
	for (size_t i = 0; i < nr; i++) {
		snprintf(pointer, sizeof(pointer), "/e820/%zu", i);
		if (read_e820_entry(r, json_array_get(v, i), pointer, &r->cfg.e820[i]))
			return -EINVAL;
	}
	r->cfg.nr_e820 = (unsigned)nr;
	return 0;
}

static int read_nodes(struct reader *r, const json_t *v)
{
	return config_nodes_read(v, &r->cfg, r->err);
}

/* ---- what kernel -------------------------------------------------------------- */

static int read_kernel(struct reader *r, const json_t *v)
{
	if (!json_is_string(v) || mm386_kernel_parse(json_string_value(v), &r->cfg.kernel))
		return wire_json_error(r->err, "", "kernel",
				       "kernel must be \"2.4\", \"2.6\" or \"6.1\"");
	r->kernel_given = true;
	r->cfg.release = 0; /* an overridden preset or log ran another */
	return 0;
}

static int read_release(struct reader *r, const json_t *v)
{
	if (!json_is_string(v) || !wire_release_parse(json_string_value(v), &r->cfg.release))
		return wire_json_error(r->err, "", "release",
				       "release must be a string such as \"2.6.32-5-686\"");
	if (!r->kernel_given)
		r->cfg.kernel = mm386_kernel_of(r->cfg.release);
	return 0;
}

static int read_pae(struct reader *r, const json_t *v)
{
	return wire_json_flag(v, "", "pae", &r->cfg.pae, r->err);
}

static int read_highmem(struct reader *r, const json_t *v)
{
	const char *text = json_string_value(v);

	for (int h = MM386_HIGHMEM_OFF; text && h <= MM386_HIGHMEM_64G; h++)
		if (!strcmp(text, wire_highmem_name((enum mm386_highmem)h))) {
			r->cfg.highmem = (enum mm386_highmem)h;
			return 0;
		}
	return wire_json_error(r->err, "", "highmem", "highmem must be \"off\", \"4g\" or \"64g\"");
}

static int read_vmsplit(struct reader *r, const json_t *v)
{
	if (!json_is_string(v) || mm386_vmsplit_parse(json_string_value(v), &r->cfg.vmsplit))
		return wire_json_error(
			r->err, "", "vmsplit",
			"vmsplit must be \"3g\", \"3g_opt\", \"2g\", \"2g_opt\" or \"1g\"");
	return 0;
}

static int read_count(struct reader *r, const json_t *v, const char *member, uint64_t hi,
		      unsigned *out)
{
	uint64_t n;

	if (wire_json_uint(v, "", member, 1, hi, &n, r->err))
		return -EINVAL;
	*out = (unsigned)n;
	return 0;
}

static int read_cpus(struct reader *r, const json_t *v)
{
	return read_count(r, v, "cpus", MM386_CPUS_MAX, &r->cfg.cpus);
}

static int read_nr_cpus(struct reader *r, const json_t *v)
{
	return read_count(r, v, "nr_cpus", 4096, &r->cfg.nr_cpus);
}

static int read_highpte(struct reader *r, const json_t *v)
{
	bool on;

	if (wire_json_flag(v, "", "highpte", &on, r->err))
		return -EINVAL;
	r->cfg.highpte = on;
	return 0;
}

static int read_transparent_hugepage(struct reader *r, const json_t *v)
{
	bool on;

	if (wire_json_flag(v, "", "transparent_hugepage", &on, r->err))
		return -EINVAL;
	r->cfg.transparent_hugepage = on;
	return 0;
}

static int read_cmdline(struct reader *r, const json_t *v)
{
	return wire_json_text(v, "", "cmdline", r->cfg.cmdline, sizeof(r->cfg.cmdline), r->err);
}

/* ---- the rest --------------------------------------------------------------------- */

static int read_name(struct reader *r, const json_t *v)
{
	if (wire_json_text(v, "", "name", r->cfg.name, sizeof(r->cfg.name), r->err))
		return -EINVAL;
	if (!config_name_is_valid(r->cfg.name))
		return wire_json_error(
			r->err, "", "name",
			"a name is made of letters, digits, '.', '_' and '-', and begins "
			"with a letter or digit");
	return 0;
}

static int read_swap(struct reader *r, const json_t *v)
{
	return read_size(r, v, "", "swap", 0, SWAP_MAX, &r->cfg.swap_bytes);
}

static int read_seed(struct reader *r, const json_t *v)
{
	return wire_json_uint(v, "", "seed", 0, WIRE_UINT_MAX, &r->cfg.seed, r->err);
}

/* Sizes of the image's parts, in the order of config_write(). */
static int read_image(struct reader *r, const json_t *v)
{
	struct {
		const char *name;
		uint32_t *bytes;
	} part[] = {{"text", &r->cfg.text_bytes},
		    {"data", &r->cfg.data_bytes},
		    {"init", &r->cfg.init_bytes},
		    {"bss", &r->cfg.bss_bytes},
		    {"alternatives", &r->cfg.alternatives_bytes},
		    {"percpu_static", &r->cfg.percpu_static_bytes},
		    {"percpu_unit", &r->cfg.percpu_unit_bytes}};
	const size_t parts = sizeof(part) / sizeof(part[0]);
	const char *member;
	uint64_t n;
	json_t *any;

	if (!json_is_object(v))
		return wire_json_error(r->err, "", "image", "image must be an object, not %s",
				       wire_json_type_name(v));
	json_object_foreach ((json_t *)v, member, any) {
		size_t i = 0;

		if (!strcmp(member, "start")) {
			if (wire_json_address(any, "/image", member, 0, UINT32_MAX,
					      &r->cfg.physical_start, r->err))
				return -EINVAL;
			continue;
		}
		while (i < parts && strcmp(member, part[i].name))
			i++;
		if (i == parts)
			return wire_json_error(r->err, "/image", member,
					       "image has no member \"%.40s\"; it takes start, "
					       "text, data, init, bss, alternatives, "
					       "percpu_static, percpu_unit",
					       member);
		if (read_size(r, any, "/image", member, 0, UINT32_MAX, &n))
			return -EINVAL;
		*part[i].bytes = (uint32_t)n;
	}
	return 0;
}

static int read_initrd(struct reader *r, const json_t *v)
{
	uint64_t n;

	if (read_size(r, v, "", "initrd", 0, UINT32_MAX, &n))
		return -EINVAL;
	r->cfg.initrd_bytes = (uint32_t)n;
	return 0;
}

static int read_fixaddr_start(struct reader *r, const json_t *v)
{
	uint64_t n;

	if (wire_json_address(v, "", "fixaddr_start", 0, UINT32_MAX, &n, r->err))
		return -EINVAL;
	r->cfg.fixaddr_start = (uint32_t)n;
	return 0;
}

static int read_page_struct(struct reader *r, const json_t *v)
{
	uint64_t n;

	if (read_size(r, v, "", "page_struct", 0, 4096, &n))
		return -EINVAL;
	r->cfg.page_struct_bytes = (uint32_t)n;
	return 0;
}

static int read_cpu_entry(struct reader *r, const json_t *v)
{
	bool on;

	if (wire_json_flag(v, "", "cpu_entry", &on, r->err))
		return -EINVAL;
	r->cfg.cpu_entry = on;
	return 0;
}

static int read_numa(struct reader *r, const json_t *v)
{
	bool on;

	if (wire_json_flag(v, "", "numa", &on, r->err))
		return -EINVAL;
	r->cfg.numa = on;
	return 0;
}

/* For people: whose machine it is, what it teaches. */
static int read_remark(struct reader *r, const json_t *v)
{
	if (!json_is_string(v))
		return wire_json_error(r->err, "", "title", "title and comment must be strings");
	return 0;
}

/* ---- the table ------------------------------------------------------------------------ */

/* What a schema says of a member, in the ways that come again. */
// clang-format off
#define TYPED(type, what) "{\"type\":\"" type "\",\"description\":\"" what "\"}"
#define SIZE(what) "{\"type\":[\"string\",\"integer\"],\"examples\":[\"512M\"],\"description\":\"" what "\"}"
#define ADDRESS(what) "{\"type\":[\"string\",\"integer\"],\"examples\":[\"0x1000000\"],\"description\":\"" what "\"}"
#define COUNT(max, what) "{\"type\":\"integer\",\"minimum\":1,\"maximum\":" max ",\"description\":\"" what "\"}"
#define WORD(words) "{\"enum\":[" words "]}"
#define OBJECT(members) "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{" members "}}"

#define E820_SCHEMA                                                                                  \
	"{\"type\":\"array\",\"maxItems\":128,\"description\":\"The firmware's table\",\"items\":"       \
	OBJECT("\"start\":" ADDRESS("First byte")                                                        \
	       ",\"end\":" ADDRESS("Last byte")                                                          \
	       ",\"type\":{\"type\":[\"string\",\"integer\"],\"examples\":[\"usable\",\"ACPI NVS\"]}") "}"

#define NODES_SCHEMA                                                                                 \
	"{\"oneOf\":[" COUNT("4", "Nodes with the same amount of RAM") ",{\"type\":\"array\",\"minItems\":1,\"maxItems\":16," \
	"\"items\":" OBJECT("\"start\":" ADDRESS("First byte") ",\"end\":" ADDRESS("Last byte")                \
			      ",\"node\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":3,"                           \
			      "\"description\":\"Whose; without it each range is a node\"}") "}]}"

#define IMAGE_SCHEMA                                                                                 \
	OBJECT("\"start\":" ADDRESS("Where the kernel lies")                                             \
	       ",\"text\":" SIZE("Code") ",\"data\":" SIZE("Data")                                       \
	       ",\"init\":" SIZE("Freed after boot") ",\"bss\":" SIZE("Zeroed data")          \
	       ",\"alternatives\":" SIZE("SMP alternatives, freed before the marks are set")                      \
	       ",\"percpu_static\":" SIZE("What is copied for each CPU")                                        \
	       ",\"percpu_unit\":" SIZE("All that each CPU gets, in whole pages"))

static const struct member {
	const char *name;
	int (*read)(struct reader *r, const json_t *v);
	const char *schema;
} members[] = {
	{"preset", read_preset, TYPED("string", "A machine of GET /presets to start from")},
	{"dmesg", read_dmesg, TYPED("string", "Text of a real boot log")},
	{"memory", read_memory, SIZE("A PC of this size, as QEMU's i440FX reports it")},
	{"e820", read_e820, E820_SCHEMA},
	{"nodes", read_nodes, NODES_SCHEMA},
	{"kernel", read_kernel, WORD("\"2.4\",\"2.6\",\"6.1\"")},
	{"release", read_release, TYPED("string", "Exact release whose rules apply, such as 2.6.18")},
	{"pae", read_pae, TYPED("boolean", "CONFIG_X86_PAE")},
	{"highmem", read_highmem, WORD("\"off\",\"4g\",\"64g\"")},
	{"vmsplit", read_vmsplit, WORD("\"3g\",\"3g_opt\",\"2g\",\"2g_opt\",\"1g\"")},
	{"cpus", read_cpus, COUNT("32", "CPUs running")},
	{"nr_cpus", read_nr_cpus, COUNT("4096", "CONFIG_NR_CPUS")},
	{"highpte", read_highpte, TYPED("boolean", "CONFIG_HIGHPTE")},
	{"transparent_hugepage", read_transparent_hugepage,
	 TYPED("boolean", "CONFIG_TRANSPARENT_HUGEPAGE: khugepaged raises min_free_kbytes")},
	{"cmdline", read_cmdline, TYPED("string", "Kernel command line")},
	{"name", read_name, TYPED("string", "What the machine is called")},
	{"swap", read_swap, SIZE("Swap space")},
	{"seed", read_seed, TYPED("integer", "Of the random numbers of scenes")},
	{"image", read_image, IMAGE_SCHEMA},
	{"initrd", read_initrd, SIZE("Initial RAM disk")},
	{"fixaddr_start", read_fixaddr_start, ADDRESS("A bound that a log printed and no option tells")},
	{"page_struct", read_page_struct, SIZE("sizeof(struct page)")},
	{"cpu_entry", read_cpu_entry, TYPED("boolean", "A cpu_entry_area in a release before 4.15")},
	{"numa", read_numa, TYPED("boolean", "CONFIG_NUMA on a machine of one node")},
	{"title", read_remark, TYPED("string", "For people; not read")},
	{"comment", read_remark, TYPED("string", "For people; not read")},
};
// clang-format on
#define NR_MEMBERS (sizeof(members) / sizeof(members[0]))

static bool member_is_known(const char *name)
{
	for (size_t i = 0; i < NR_MEMBERS; i++)
		if (!strcmp(members[i].name, name))
			return true;
	return false;
}

/* The RAM is described once. */
static int memory_is_told_once(const json_t *obj, struct mm386_error *err)
{
	static const char *const way[] = {"memory", "e820", "dmesg"};
	unsigned nr = 0;

	for (size_t i = 0; i < 3; i++) {
		nr += json_object_get(obj, way[i]) != NULL;
		if (nr > 1)
			return wire_json_error(
				err, "", way[i],
				"only one of memory, e820 and dmesg can describe the RAM");
	}
	if (nr == 0 && !json_object_get(obj, "preset"))
		return wire_json_error(err, "", "memory",
				       "a machine needs memory, e820, dmesg or a preset");
	return 0;
}

int config_read(const json_t *obj, const char *presets, struct mm386_config *out,
		struct mm386_error *err)
{
	struct reader r = {.presets = presets, .err = err};
	const char *name;
	json_t *v;

	if (!json_is_object(obj))
		return wire_json_error(err, "", NULL, "a configuration must be an object, not %s",
				       wire_json_type_name(obj));
	json_object_foreach ((json_t *)obj, name, v)
		if (!member_is_known(name))
			return wire_json_error(err, "", name,
					       "a configuration has no member \"%.40s\"", name);
	if (memory_is_told_once(obj, err))
		return -EINVAL;
	mm386_config_init(&r.cfg);
	for (size_t i = 0; i < NR_MEMBERS; i++) {
		v = json_object_get(obj, members[i].name);
		if (v && members[i].read(&r, v))
			return -EINVAL;
	}
	if (r.cfg.nr_e820 == 0 && r.cfg.memory_bytes == 0)
		return wire_json_error(err, "", "dmesg",
				       "the boot log shows no memory map (BIOS-e820 lines)");
	*out = r.cfg;
	return 0;
}

int config_parse(const char *text, size_t len, const char *presets, struct mm386_config *out,
		 struct mm386_error *err)
{
	json_t *root = wire_json_read(text, len, err);
	int rc;

	if (!root)
		return -EBADMSG;
	rc = json_is_object(root) ? config_read(root, presets, out, err) : -EBADMSG;
	if (rc == -EBADMSG)
		wire_json_error(err, "", NULL, "a configuration must be an object, not %s",
				wire_json_type_name(root));
	json_decref(root);
	return rc;
}

void config_schema(struct wbuf *b)
{
	WIRE_LITERAL(b, "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
	for (size_t i = 0; i < NR_MEMBERS; i++) {
		if (i)
			wbuf_char(b, ',');
		wbuf_string(b, members[i].name);
		wbuf_char(b, ':');
		wbuf_text(b, members[i].schema);
	}
	WIRE_LITERAL(b, "}}");
}

int config_title(const char *text, size_t len, char *buf, size_t size)
{
	json_t *root = wire_json_read(text, len, NULL);
	const json_t *title = json_object_get(root, "title");
	int rc = -EINVAL;

	buf[0] = '\0';
	if (json_is_object(root))
		rc = title ? wire_json_text(title, "", "title", buf, size, NULL) : 0;
	json_decref(root);
	return rc;
}
