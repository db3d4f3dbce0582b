/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proc_sysctl.c - the files under /proc/sys/vm that the allocator reads.
 *
 * Kernel: kernel/sysctl.c proc_dointvec(): numbers with a tab between, a newline at the end.
 * Which release has which file is profile_wmark.c's; compact_memory can only be written.
 */
#include "internal.h"

static void print_ratios(const struct mm386 *m, struct text *t)
{
	for (unsigned i = 0; i < m->s->profile.wm.nr_ratios; i++)
		text_add(t, "%s%u", i ? "\t" : "", m->s->sysctl.lowmem_reserve_ratio[i]);
	text_add(t, "\n");
}

static uint32_t knob_value(const struct vm_sysctl *v, enum sysctl_knob knob)
{
	switch (knob) {
	case SYSCTL_MIN_FREE_KBYTES:
		return v->min_free_kbytes;
	case SYSCTL_LOWER_ZONE_PROTECTION:
		return v->lower_zone_protection;
	case SYSCTL_WATERMARK_SCALE_FACTOR:
		return v->watermark_scale_factor;
	case SYSCTL_WATERMARK_BOOST_FACTOR:
		return v->watermark_boost_factor;
	case SYSCTL_EXTFRAG_THRESHOLD:
		return v->extfrag_threshold;
	default:
		return v->percpu_pagelist_fraction;
	}
}

static const struct {
	const char *file;
	enum sysctl_knob knob;
} files[] = {
	{"sys/vm/min_free_kbytes", SYSCTL_MIN_FREE_KBYTES},
	{"sys/vm/lowmem_reserve_ratio", SYSCTL_LOWMEM_RESERVE_RATIO},
	{"sys/vm/lower_zone_protection", SYSCTL_LOWER_ZONE_PROTECTION},
	{"sys/vm/watermark_scale_factor", SYSCTL_WATERMARK_SCALE_FACTOR},
	{"sys/vm/watermark_boost_factor", SYSCTL_WATERMARK_BOOST_FACTOR},
	{"sys/vm/percpu_pagelist_fraction", SYSCTL_PERCPU_PAGELIST_FRACTION},
	{"sys/vm/percpu_pagelist_high_fraction", SYSCTL_PERCPU_PAGELIST_HIGH_FRACTION},
	{"sys/vm/extfrag_threshold", SYSCTL_EXTFRAG_THRESHOLD},
};
#define NR_FILES (sizeof(files) / sizeof(files[0]))

const char *proc_sysctl_name(const struct mm386 *m, unsigned i)
{
	for (unsigned n = 0; n < NR_FILES; n++)
		if (m->s->profile.wm.sysctl[files[n].knob].max && i-- == 0)
			return files[n].file;
	return NULL;
}

bool proc_sysctl(const struct mm386 *m, const char *file, struct text *t)
{
	for (unsigned n = 0; n < NR_FILES; n++) {
		if (strcmp(files[n].file, file) != 0 || !m->s->profile.wm.sysctl[files[n].knob].max)
			continue;
		if (files[n].knob == SYSCTL_LOWMEM_RESERVE_RATIO)
			print_ratios(m, t);
		else
			text_add(t, "%u\n", knob_value(&m->s->sysctl, files[n].knob));
		return true;
	}
	return false;
}
