/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_config.c - configurations as JSON: what is taken, what is refused and
 * which member the refusal points at.
 */
#include <errno.h>
#include <unistd.h>

#include "support.h"

static void parse_good(const char *text, struct mm386_config *cfg)
{
	struct mm386_error err = {.line = 0};
	int rc = config_parse(text, strlen(text), NULL, cfg, &err);

	if (rc)
		fail_msg("%s: %s: %s", text, err.pointer, err.detail);
}

static char *written(const struct mm386_config *cfg)
{
	struct wbuf b;

	wbuf_init(&b, TEXT_MAX);
	config_write(&b, cfg);
	return text_of(&b);
}

static void test_config_takes_every_member(void **state)
{
	struct mm386_config cfg;

	(void)state;
	parse_good(
		"{\"name\":\"m-1\",\"kernel\":\"2.4\",\"release\":\"2.4.20\",\"pae\":true,"
		"\"highmem\":\"64g\","
		"\"vmsplit\":\"2g\",\"cpus\":2,\"nr_cpus\":16,\"highpte\":true,\"transparent_hugepage\":false,\"memory\":\"64M\","
		"\"cmdline\":\"mem=32M\",\"swap\":\"1G\",\"seed\":7,\"image\":{\"start\":"
		"\"0x100000\",\"text\":\"1M\","
		"\"data\":4096,\"init\":8192,\"bss\":1,\"alternatives\":\"12k\",\"percpu_static\":5000,\"percpu_unit\":\"8k\"},\"initrd\":\"2M\",\"fixaddr_start\":"
		"\"0xffc00000\","
		"\"title\":\"t\",\"comment\":\"c\"}",
		&cfg);
	assert_string_equal(cfg.name, "m-1");
	assert_int_equal(cfg.kernel, MM386_KERNEL_24);
	assert_int_equal(cfg.release, 2 << 16 | 4 << 8 | 20);
	assert_true(cfg.pae);
	assert_int_equal(cfg.highmem, MM386_HIGHMEM_64G);
	assert_int_equal(cfg.vmsplit, MM386_VMSPLIT_2G);
	assert_int_equal(cfg.cpus, 2);
	assert_int_equal(cfg.nr_cpus, 16);
	assert_int_equal(cfg.highpte, 1);
	assert_int_equal(cfg.transparent_hugepage, 0);
	assert_int_equal(cfg.alternatives_bytes, 12u << 10);
	assert_int_equal(cfg.percpu_static_bytes, 5000);
	assert_int_equal(cfg.percpu_unit_bytes, 8192);
	assert_int_equal(cfg.memory_bytes, 64u << 20);
	assert_string_equal(cfg.cmdline, "mem=32M");
	assert_int_equal(cfg.swap_bytes, 1u << 30);
	assert_int_equal(cfg.seed, 7);
	assert_int_equal(cfg.physical_start, 0x100000);
	assert_int_equal(cfg.text_bytes, 1u << 20);
	assert_int_equal(cfg.data_bytes, 4096);
	assert_int_equal(cfg.init_bytes, 8192);
	assert_int_equal(cfg.bss_bytes, 1);
	assert_int_equal(cfg.initrd_bytes, 2u << 20);
	assert_int_equal(cfg.fixaddr_start, 0xffc00000);
}

static void test_config_without_a_member_is_the_kernels_default(void **state)
{
	struct mm386_config cfg, init;

	(void)state;
	mm386_config_init(&init);
	parse_good("{\"memory\":67108864}", &cfg);
	init.memory_bytes = 64u << 20;
	assert_memory_equal(&cfg, &init, sizeof(cfg));
}

static void test_config_e820_end_is_inclusive(void **state)
{
	struct mm386_config cfg;

	(void)state;
	parse_good("{\"e820\":[{\"start\":\"0x0\",\"end\":\"0x9fbff\",\"type\":\"usable\"},"
		   "{\"start\":1048576,\"end\":67108863,\"type\":1},"
		   "{\"start\":\"0x4000000\",\"end\":\"0x4000fff\",\"type\":\"ACPI NVS\"}]}",
		   &cfg);
	assert_int_equal(cfg.nr_e820, 3);
	assert_int_equal(cfg.memory_bytes, 0);
	assert_int_equal(cfg.e820[0].end, 0x9fbff);
	assert_int_equal(cfg.e820[1].start, 0x100000);
	assert_int_equal(cfg.e820[1].end, 0x3ffffff);
	assert_int_equal(cfg.e820[2].type, MM386_E820_NVS);
}

/* Firmware delivers tables unsorted and overlapping: that is the kernel's to clean up. */
static void test_config_takes_an_untidy_e820(void **state)
{
	struct mm386_config cfg;

	(void)state;
	parse_good("{\"e820\":[{\"start\":\"0x100000\",\"end\":\"0x7ffffff\",\"type\":\"usable\"},"
		   "{\"start\":\"0x0\",\"end\":\"0x9ffff\",\"type\":\"usable\"},"
		   "{\"start\":\"0x9f000\",\"end\":\"0xfffff\",\"type\":\"reserved\"}]}",
		   &cfg);
	assert_int_equal(cfg.nr_e820, 3);
}

static void test_config_release_alone_picks_the_nearest_kernel(void **state)
{
	struct mm386_config cfg;

	(void)state;
	parse_good("{\"memory\":\"64M\",\"release\":\"2.4.31\"}", &cfg);
	assert_int_equal(cfg.kernel, MM386_KERNEL_24);
	parse_good("{\"memory\":\"64M\",\"release\":\"2.6.18-6-686\"}", &cfg);
	assert_int_equal(cfg.kernel, MM386_KERNEL_26);
	assert_int_equal(cfg.release, 2 << 16 | 6 << 8 | 18);
}

static const char boot_log[] =
	"Linux version 2.6.26-2-686 (Debian 2.6.26-19) (dannf@debian.org) #1 SMP\\n"
	"BIOS-provided physical RAM map:\\n"
	" BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)\\n"
	" BIOS-e820: 000000000009fc00 - 00000000000a0000 (reserved)\\n"
	" BIOS-e820: 0000000000100000 - 0000000010000000 (usable)\\n"
	"Kernel command line: root=/dev/hda1 ro vmalloc=192M\\n";

static void test_config_members_override_the_boot_log(void **state)
{
	struct mm386_config cfg;
	char text[2048];

	(void)state;
	snprintf(text, sizeof(text), "{\"dmesg\":\"%s\"}", boot_log);
	parse_good(text, &cfg);
	assert_int_equal(cfg.nr_e820, 3);
	assert_int_equal(cfg.e820[2].end, 0xfffffff);
	assert_int_equal(cfg.kernel, MM386_KERNEL_26);
	assert_int_equal(cfg.release, 2 << 16 | 6 << 8 | 26);
	assert_string_equal(cfg.cmdline, "root=/dev/hda1 ro vmalloc=192M");

	snprintf(text, sizeof(text), "{\"cmdline\":\"mem=64M\",\"dmesg\":\"%s\"}", boot_log);
	parse_good(text, &cfg);
	assert_string_equal(cfg.cmdline, "mem=64M");
	assert_int_equal(cfg.nr_e820, 3);
}

/* ---- refusals ------------------------------------------------------------------ */

static const struct refusal {
	const char *text, *pointer, *says;
} refusals[] = {
	{"{\"memory\":\"64M\",\"kernle\":\"2.6\"}", "/kernle", "no member \"kernle\""},
	{"{\"memory\":\"64M\",\"a/b~c\":1}", "/a~1b~0c", "no member"},
	{"{}", "/memory", "needs memory"},
	{"{\"memory\":\"64M\",\"e820\":[]}", "/e820", "only one"},
	{"{\"memory\":\"64M\",\"dmesg\":\"\"}", "/dmesg", "only one"},
	{"{\"memory\":\"64 M\"}", "/memory", "64 M"},
	{"{\"memory\":\"\"}", "/memory", "no size"},
	{"{\"memory\":-1}", "/memory", "not in"},
	{"{\"memory\":64.5}", "/memory", "whole number"},
	{"{\"memory\":4096}", "/memory", "4096"},
	{"{\"memory\":\"128G\"}", "/memory", "not in"},
	{"{\"memory\":null}", "/memory", "null"},
	{"{\"memory\":[64]}", "/memory", "a list"},
	{"{\"e820\":{}}", "/e820", "list"},
	{"{\"e820\":[]}", "/e820", "list"},
	{"{\"e820\":[7]}", "/e820/0", "a number"},
	{"{\"e820\":[{\"start\":0,\"end\":1}]}", "/e820/0/type", "needs"},
	{"{\"e820\":[{\"start\":0,\"type\":1}]}", "/e820/0/end", "needs"},
	{"{\"e820\":[{\"start\":0,\"end\":1,\"type\":1,\"len\":2}]}", "/e820/0/len", "no member"},
	{"{\"e820\":[{\"start\":0,\"end\":1,\"type\":\"RAM\"}]}", "/e820/0/type", "usable"},
	{"{\"e820\":[{\"start\":0,\"end\":1,\"type\":0}]}", "/e820/0/type", "not in"},
	{"{\"e820\":[{\"start\":0,\"end\":1,\"type\":1},{\"start\":\"0x10\",\"end\":\"0xf\","
	 "\"type\":1}]}",
	 "/e820/1/end", "before start"},
	{"{\"e820\":[{\"start\":\"0xfoo\",\"end\":1,\"type\":1}]}", "/e820/0/start", "0xfoo"},
	{"{\"e820\":[{\"start\":\"-1\",\"end\":1,\"type\":1}]}", "/e820/0/start", "-1"},
	{"{\"e820\":[{\"start\":\" 1\",\"end\":1,\"type\":1}]}", "/e820/0/start", "no address"},
	{"{\"e820\":[{\"start\":\"0x0x1\",\"end\":1,\"type\":1}]}", "/e820/0/start", "no address"},
	{"{\"e820\":[{\"start\":0,\"end\":\"0xffffffffffffffff\",\"type\":1}]}", "/e820/0/end",
	 "not in"},
	{"{\"e820\":[{\"start\":0,\"end\":\"0x1ffffffffffffffff\",\"type\":1}]}", "/e820/0/end",
	 "no address"},
	{"{\"memory\":\"64M\",\"nodes\":0}", "/nodes", "not in 1..4"},
	{"{\"memory\":\"64M\",\"nodes\":\"2\"}", "/nodes", "a number or a list"},
	{"{\"memory\":\"64M\",\"nodes\":[]}", "/nodes", "list of 1 to 4"},
	{"{\"memory\":\"64M\",\"nodes\":[{\"start\":0}]}", "/nodes/0", "end inclusive"},
	{"{\"memory\":\"64M\",\"nodes\":[{\"start\":0,\"end\":1,\"node\":0},{\"start\":2,\"end\":3}]}", "/nodes/1",
	 "name their"},
	{"{\"memory\":\"64M\",\"nodes\":[{\"start\":0,\"end\":1,\"node\":4}]}", "/nodes/0/node", "0..3"},
	{"{\"memory\":\"64M\",\"nodes\":[{\"start\":0,\"end\":\"x\"}]}", "/nodes/0/end", "no address"},
	{"{\"memory\":\"64M\",\"kernel\":\"2.2\"}", "/kernel", "6.1"},
	{"{\"memory\":\"64M\",\"kernel\":2.6}", "/kernel", "2.6"},
	{"{\"memory\":\"64M\",\"release\":\"new\"}", "/release", "2.6.32"},
	{"{\"memory\":\"64M\",\"release\":\"2.\"}", "/release", "release"},
	{"{\"memory\":\"64M\",\"pae\":1}", "/pae", "true or false"},
	{"{\"memory\":\"64M\",\"highmem\":\"8g\"}", "/highmem", "64g"},
	{"{\"memory\":\"64M\",\"vmsplit\":\"4g\"}", "/vmsplit", "3g_opt"},
	{"{\"memory\":\"64M\",\"cpus\":0}", "/cpus", "not in 1..32"},
	{"{\"memory\":\"64M\",\"cpus\":33}", "/cpus", "not in 1..32"},
	{"{\"memory\":\"64M\",\"cpus\":\"2\"}", "/cpus", "whole number"},
	{"{\"memory\":\"64M\",\"nr_cpus\":0}", "/nr_cpus", "not in"},
	{"{\"memory\":\"64M\",\"highpte\":\"yes\"}", "/highpte", "true or false"},
	{"{\"memory\":\"64M\",\"cmdline\":7}", "/cmdline", "string"},
	{"{\"memory\":\"64M\",\"name\":\"\"}", "/name", "letters"},
	{"{\"memory\":\"64M\",\"name\":\"../x\"}", "/name", "letters"},
	{"{\"memory\":\"64M\",\"name\":\"a b\"}", "/name", "letters"},
	{"{\"memory\":\"64M\",\"name\":\".hidden\"}", "/name", "letters"},
	{"{\"memory\":\"64M\",\"seed\":-1}", "/seed", "-1"},
	{"{\"memory\":\"64M\",\"seed\":9007199254740992}", "/seed", "not in"},
	{"{\"memory\":\"64M\",\"swap\":true}", "/swap", "true or false"},
	{"{\"memory\":\"64M\",\"image\":1}", "/image", "object"},
	{"{\"memory\":\"64M\",\"image\":{\"size\":1}}", "/image/size", "no member"},
	{"{\"memory\":\"64M\",\"image\":{\"bss\":\"x\"}}", "/image/bss", "no size"},
	{"{\"memory\":\"64M\",\"page_struct\":5000}", "/page_struct", "not in"},
	{"{\"memory\":\"64M\",\"cpu_entry\":1}", "/cpu_entry", "true or false"},
	{"{\"memory\":\"64M\",\"title\":1}", "/title", "strings"},
	{"{\"preset\":\"demo\"}", "/preset", "cannot be used"},
	{"{\"preset\":1}", "/preset", "string"},
	{"{\"dmesg\":1}", "/dmesg", "string"},
	{"{\"dmesg\":\"hello\"}", "/dmesg", "BIOS-e820"},
};

static void test_config_refuses_and_points_at_the_member(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *r = &refusals[i];
		struct mm386_error err = {.line = 0};
		struct mm386_config cfg, before;

		memset(&cfg, 0x5a, sizeof(cfg));
		before = cfg;
		if (config_parse(r->text, strlen(r->text), NULL, &cfg, &err) != -EINVAL)
			fail_msg("taken: %s", r->text);
		if (strcmp(err.pointer, r->pointer) || !strstr(err.detail, r->says))
			fail_msg("%s: got \"%s\", \"%s\"", r->text, err.pointer, err.detail);
		assert_memory_equal(&cfg, &before, sizeof(cfg));
	}
}

static void test_config_refuses_what_is_no_object(void **state)
{
	static const char *const text[] = {
		"",
		"{",
		"[]",
		"7",
		"null",
		"{\"memory\":\"64M\"} x",
		"{\"memory\":\"64M\",\"memory\":\"32M\"}",
		"{\"memory\":\"\xff\"}",
		"\"x\"",
		"{'memory':1}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		struct mm386_error err = {.line = 0};
		struct mm386_config cfg;

		if (config_parse(text[i], strlen(text[i]), NULL, &cfg, &err) != -EBADMSG)
			fail_msg("not refused as malformed: %s", text[i]);
		assert_true(err.detail[0]);
		assert_string_equal(err.pointer, "");
	}
}

/* A thousand levels of brackets are an error, not a stack overflow. */
static void test_config_refuses_deep_nesting(void **state)
{
	static char text[200001];
	struct mm386_error err;
	struct mm386_config cfg;

	(void)state;
	memset(text, '[', sizeof(text) - 1);
	assert_int_equal(config_parse(text, sizeof(text) - 1, NULL, &cfg, &err), -EBADMSG);
	memcpy(text, "{\"image\":", 9);
	assert_int_equal(config_parse(text, sizeof(text) - 1, NULL, &cfg, &err), -EBADMSG);
}

static void test_config_refuses_too_many_e820_entries(void **state)
{
	struct mm386_error err = {.line = 0};
	struct mm386_config cfg;
	struct wbuf b;

	(void)state;
	wbuf_init(&b, TEXT_MAX);
	wbuf_text(&b, "{\"e820\":[");
	for (int i = 0; i <= MM386_E820_MAX; i++)
		wbuf_text(&b, i ? ",{\"start\":0,\"end\":1,\"type\":1}"
				: "{\"start\":0,\"end\":1,\"type\":1}");
	wbuf_text(&b, "]}");
	assert_int_equal(config_parse(b.data, b.len, NULL, &cfg, &err), -EINVAL);
	assert_string_equal(err.pointer, "/e820");
	wbuf_free(&b);
}

/* ---- back again ------------------------------------------------------------------- */

static void test_config_written_and_read_is_the_same(void **state)
{
	static const char *const text[] = {
		"{\"memory\":\"16M\"}",
		"{\"memory\":\"2G\",\"nodes\":3}",
		"{\"memory\":\"1G\",\"numa\":true}",
		"{\"memory\":\"1G\",\"nodes\":[{\"start\":0,\"end\":\"0x9ffff\",\"node\":0},"
		"{\"start\":\"0x100000\",\"end\":\"0x1fffffff\",\"node\":0},"
		"{\"start\":\"0x20000000\",\"end\":\"0x3fffffff\",\"node\":1}]}",
		"{\"memory\":\"1G\",\"nodes\":[{\"start\":0,\"end\":\"0x1fffffff\"},"
		"{\"start\":\"0x20000000\",\"end\":\"0x3fffffff\"}]}",
		"{\"memory\":\"8G\",\"pae\":true,\"kernel\":\"6.1\",\"name\":\"x\",\"cpus\":4,"
		"\"highpte\":false,\"transparent_hugepage\":true}",
		"{\"e820\":[{\"start\":0,\"end\":4095,\"type\":12},{\"start\":4096,\"end\":"
		"\"0xffffff\",\"type\":7}],"
		"\"cmdline\":\"a \\\"b\\\" \\\\ "
		"\\u00e9\\t\",\"release\":\"2.6.18\",\"seed\":9007199254740991}",
		"{\"memory\":\"1G\",\"image\":{\"start\":\"0x100000\",\"text\":1,\"bss\":2,\"alternatives\":4096,"
		"\"percpu_static\":5000,\"percpu_unit\":8192},"
		"\"initrd\":3,"
		"\"fixaddr_start\":\"0xfff00000\",\"swap\":\"4G\",\"page_struct\":40,\"cpu_entry\":"
		"true,\"highmem\":\"off\",\"vmsplit\":"
		"\"1g\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		struct mm386_config first, again;
		char *one, *two;

		parse_good(text[i], &first);
		one = written(&first);
		parse_good(one, &again);
		two = written(&again);
		assert_string_equal(one, two);
		assert_memory_equal(&first, &again, sizeof(first));
		free(one);
		free(two);
	}
}

/* ---- presets ------------------------------------------------------------------------ */

static const char *preset_dir(void)
{
	static char dir[4096];
	const char *srcdir = getenv("srcdir");

	snprintf(dir, sizeof(dir), "%s/presets", srcdir ? srcdir : ".");
	return dir;
}

static void test_config_every_preset_has_a_title_and_boots(void **state)
{
	static const char *const name[] = {
		"demo",	     "seed-1547m",  "tiny-16m", "classic-512m", "pae-8g",
		"debian-1g", "kernel24-1g", "split-2g", "nohighmem-2g", "pae-64g",
		"isa-dma",   "numa-2g",	    "movable-1g"};

	(void)state;
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		struct mm386_error err = {.line = 0};
		struct mm386_config cfg;
		struct mm386 *m = NULL;

		if (config_preset(preset_dir(), name[i], &cfg, &err) || mm386_boot(&cfg, &m, &err))
			fail_msg("%s: %s: %s", name[i], err.pointer, err.detail);
		assert_string_equal(cfg.name, name[i]);
		mm386_free(m);
	}
}

static void test_config_preset_list_is_sorted_and_titled(void **state)
{
	struct wbuf b;
	char *text, *at;
	unsigned nr = 0;

	(void)state;
	wbuf_init(&b, TEXT_MAX);
	assert_int_equal(config_preset_list(&b, preset_dir()), 0);
	text = text_of(&b);
	assert_true(strstr(text, "\"classic-512m\"") < strstr(text, "\"demo\""));
	for (at = text; (at = strstr(at, "\"title\":\"")); at += 9, nr++)
		assert_int_not_equal(at[9], '"');
	assert_true(nr >= 10);
	free(text);
	wbuf_init(&b, TEXT_MAX);
	assert_int_equal(config_preset_list(&b, "/nonexistent"), -ENOENT);
}

static void test_config_preset_with_members_beside_it(void **state)
{
	static const char text[] = "{\"preset\":\"classic-512m\",\"memory\":\"256M\",\"seed\":3}";
	struct mm386_error err = {.line = 0};
	struct mm386_config cfg;

	(void)state;
	assert_int_equal(config_parse(text, strlen(text), preset_dir(), &cfg, &err), 0);
	assert_string_equal(cfg.name, "classic-512m");
	assert_int_equal(cfg.memory_bytes, 256u << 20);
	assert_int_equal(cfg.seed, 3);
}

static void test_config_preset_names_stay_in_their_folder(void **state)
{
	static const char *const name[] = {"../presets/demo", "/etc/passwd", "",
					   "no-such",	      ".",	     "demo.json"};

	(void)state;
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		struct mm386_error err;
		struct mm386_config cfg;

		assert_int_equal(config_preset(preset_dir(), name[i], &cfg, &err), -ENOENT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_config_takes_every_member),
		cmocka_unit_test(test_config_without_a_member_is_the_kernels_default),
		cmocka_unit_test(test_config_e820_end_is_inclusive),
		cmocka_unit_test(test_config_takes_an_untidy_e820),
		cmocka_unit_test(test_config_release_alone_picks_the_nearest_kernel),
		cmocka_unit_test(test_config_members_override_the_boot_log),
		cmocka_unit_test(test_config_refuses_and_points_at_the_member),
		cmocka_unit_test(test_config_refuses_what_is_no_object),
		cmocka_unit_test(test_config_refuses_deep_nesting),
		cmocka_unit_test(test_config_refuses_too_many_e820_entries),
		cmocka_unit_test(test_config_written_and_read_is_the_same),
		cmocka_unit_test(test_config_every_preset_has_a_title_and_boots),
		cmocka_unit_test(test_config_preset_list_is_sorted_and_titled),
		cmocka_unit_test(test_config_preset_with_members_beside_it),
		cmocka_unit_test(test_config_preset_names_stay_in_their_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
