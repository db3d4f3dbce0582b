/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc.c - which /proc files each kernel has, and who prints them.
 *
 * Each release has the files that it had, in the format that it had: profile_proc.c,
 * profile_vmstat.c.
 */
#include "internal.h"

static void proc_iomem(const struct mm386 *m, struct text *t)
{
	long len = iomem_format(m, t->buf, t->size);

	t->len = len > 0 ? (size_t)len : 0;
}

/* A file as a program in the simulated machine would read it; show_mem is none, but a report. */
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
	{"show_mem", proc_show_mem, 0},
	{"unusable_index", proc_unusable_index, PROC_EXTFRAG},
	{"vmstat", proc_vmstat, PROC_VMSTAT},
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
	return proc_sysctl_name(m, i);
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
	return proc_sysctl(m, file, &t) ? (long)t.len : -ENOENT;
}
