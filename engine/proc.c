/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc.c - which /proc files each kernel has, and who prints them.
 */
#include "internal.h"

static void proc_iomem(const struct mm386 *m, struct text *t)
{
	long len = iomem_format(m, t->buf, t->size);

	t->len = len > 0 ? (size_t)len : 0;
}

/* A file as a program in the simulated machine would read it. */
static const struct proc_file {
	const char *name;
	void (*print)(const struct mm386 *m, struct text *t);
	bool in[MM386_NR_KERNELS]; /* 2.4, 2.6, 6.1 */
} files[] = {
	{"buddyinfo", proc_buddyinfo, {false, true, true}},
	{"iomem", proc_iomem, {true, true, true}},
	{"meminfo", proc_meminfo, {true, true, true}},
	{"pagetypeinfo", proc_pagetypeinfo, {false, true, true}},
	{"zoneinfo", proc_zoneinfo, {false, true, true}},
};
#define NR_FILES (sizeof(files) / sizeof(files[0]))

const char *mm386_proc_name(const struct mm386 *m, unsigned i)
{
	for (size_t n = 0; n < NR_FILES; n++)
		if (files[n].in[m->s->profile.kernel] && i-- == 0)
			return files[n].name;
	return NULL;
}

long mm386_proc(const struct mm386 *m, const char *file, char *buf, size_t size)
{
	struct text t = {.buf = buf, .size = size};

	if (size > 0)
		buf[0] = '\0';
	for (size_t n = 0; n < NR_FILES; n++) {
		if (!files[n].in[m->s->profile.kernel] || strcmp(files[n].name, file) != 0)
			continue;
		files[n].print(m, &t);
		return (long)t.len;
	}
	return -ENOENT;
}
