/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc.c - which /proc files each kernel has, and who prints them.
 *
 * A release that is none of the three (2.4.22, 2.6.32, 6.1) has the files that it
 * had then, in the format of the nearest of the three: lines came and went with
 * almost every release.  From 3.9 /proc/zoneinfo is 6.1's.
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
	unsigned bit; /* enum proc_file_bits; 0: every kernel has it */
} files[] = {
	{"buddyinfo", proc_buddyinfo, PROC_BUDDYINFO},
	{"extfrag_index", proc_extfrag_index, PROC_EXTFRAG},
	{"iomem", proc_iomem, 0},
	{"meminfo", proc_meminfo, 0},
	{"pagetypeinfo", proc_pagetypeinfo, PROC_PAGETYPEINFO},
	{"unusable_index", proc_unusable_index, PROC_EXTFRAG},
	{"zoneinfo", proc_zoneinfo, PROC_ZONEINFO},
};
#define NR_FILES (sizeof(files) / sizeof(files[0]))

static bool has_file(const struct mm386 *m, const struct proc_file *f)
{
	return !f->bit || (m->s->profile.proc_files & f->bit);
}

const char *mm386_proc_name(const struct mm386 *m, unsigned i)
{
	for (size_t n = 0; n < NR_FILES; n++)
		if (has_file(m, &files[n]) && i-- == 0)
			return files[n].name;
	return NULL;
}

long mm386_proc(const struct mm386 *m, const char *file, char *buf, size_t size)
{
	struct text t = {.buf = buf, .size = size};

	if (size > 0)
		buf[0] = '\0';
	for (size_t n = 0; n < NR_FILES; n++) {
		if (!has_file(m, &files[n]) || strcmp(files[n].name, file) != 0)
			continue;
		files[n].print(m, &t);
		return (long)t.len;
	}
	return -ENOENT;
}
