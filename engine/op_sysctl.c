/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * op_sysctl.c - operation sysctl: writing and reading the files under /proc/sys/vm that the
 * page allocator goes by.
 *
 * Kernel: mm/page_alloc.c min_free_kbytes_sysctl_handler(),
 * lower_zone_protection_sysctl_handler() [2.6.9], lowmem_reserve_ratio_sysctl_handler(),
 * watermark_scale_factor_sysctl_handler(), percpu_pagelist_fraction_sysctl_handler() [3.16],
 * percpu_pagelist_high_fraction_sysctl_handler() [6.1].  Bounds and dates: profile_wmark.c.
 */
#include "internal.h"

enum { ARG_NAME, ARG_VALUE };

const char *const sysctl_names[NR_SYSCTLS + 1] = {
	[SYSCTL_MIN_FREE_KBYTES] = "vm.min_free_kbytes",
	[SYSCTL_LOWMEM_RESERVE_RATIO] = "vm.lowmem_reserve_ratio",
	[SYSCTL_LOWER_ZONE_PROTECTION] = "vm.lower_zone_protection",
	[SYSCTL_WATERMARK_SCALE_FACTOR] = "vm.watermark_scale_factor",
	[SYSCTL_WATERMARK_BOOST_FACTOR] = "vm.watermark_boost_factor",
	[SYSCTL_PERCPU_PAGELIST_FRACTION] = "vm.percpu_pagelist_fraction",
	[SYSCTL_PERCPU_PAGELIST_HIGH_FRACTION] = "vm.percpu_pagelist_high_fraction",
	[SYSCTL_EXTFRAG_THRESHOLD] = "vm.extfrag_threshold",
	[SYSCTL_COMPACT_MEMORY] = "vm.compact_memory",
	[NR_SYSCTLS] = NULL,
};

/* Where value ${i} of ${knob} is kept; NULL: nowhere, it only does something. */
static uint32_t *place_of(struct mm386 *m, enum sysctl_knob knob, unsigned i)
{
	struct vm_sysctl *v = &m->s->sysctl;

	switch (knob) {
	case SYSCTL_MIN_FREE_KBYTES:
		return &v->min_free_kbytes;
	case SYSCTL_LOWMEM_RESERVE_RATIO:
		return &v->lowmem_reserve_ratio[i];
	case SYSCTL_LOWER_ZONE_PROTECTION:
		return &v->lower_zone_protection;
	case SYSCTL_WATERMARK_SCALE_FACTOR:
		return &v->watermark_scale_factor;
	case SYSCTL_WATERMARK_BOOST_FACTOR:
		return &v->watermark_boost_factor;
	case SYSCTL_PERCPU_PAGELIST_FRACTION:
	case SYSCTL_PERCPU_PAGELIST_HIGH_FRACTION:
		return &v->percpu_pagelist_fraction;
	case SYSCTL_EXTFRAG_THRESHOLD:
		return &v->extfrag_threshold;
	case SYSCTL_COMPACT_MEMORY:
	case NR_SYSCTLS:
		break;
	}
	return NULL;
}

static void set_value(struct mm386 *m, enum sysctl_knob knob, unsigned i, uint32_t value)
{
	uint32_t *place = place_of(m, knob, i);

	event_emit(m, MM386_EVENT_SYSCTL, knob, i, place ? *place : 0, value, 0, 0);
	if (place)
		*place = value;
	m->dirty.sysctl = true;
}

/* What follows from a write, as the file's handler does it. */
static void take_effect(struct mm386 *m, enum sysctl_knob knob)
{
	switch (knob) {
	case SYSCTL_MIN_FREE_KBYTES:
		m->s->sysctl.user_min_free_kbytes = m->s->sysctl.min_free_kbytes;
		watermark_setup(m);
		if (m->s->profile.wm.reserve != RESERVE_RATIO)
			reserve_setup(m); /* it follows from the marks */
		break;
	case SYSCTL_WATERMARK_SCALE_FACTOR:
		watermark_setup(m);
		break;
	case SYSCTL_LOWMEM_RESERVE_RATIO:
	case SYSCTL_LOWER_ZONE_PROTECTION:
		reserve_setup(m);
		break;
	case SYSCTL_PERCPU_PAGELIST_FRACTION:
	case SYSCTL_PERCPU_PAGELIST_HIGH_FRACTION:
		pcp_setup(m);
		break;
	case SYSCTL_COMPACT_MEMORY:
		compact_memory(m, 0);
		break;
	case SYSCTL_WATERMARK_BOOST_FACTOR:
	case SYSCTL_EXTFRAG_THRESHOLD:
	case NR_SYSCTLS:
		break;
	}
}

static bool in_range(const struct sysctl_range *range, uint64_t value)
{
	return (value >= range->min && value <= range->max) || (value == 0 && range->or_zero);
}

/* Numbers that the file has: one, or a ratio for each zone but (up to 4.16) the highest. */
static unsigned nr_values(const struct mm386 *m, enum sysctl_knob knob)
{
	return knob == SYSCTL_LOWMEM_RESERVE_RATIO ? m->s->profile.wm.nr_ratios : 1;
}

/*
 * Without a value the file is read: whoever reads lowmem_reserve_ratio has the reserves
 * worked out anew.  Numbers behind the last that the file has are passed over.
 */
void op_sysctl(struct mm386 *m, const struct op_call *call, struct mm386_result *res)
{
	enum sysctl_knob knob = (enum sysctl_knob)call->arg[ARG_NAME];
	const struct sysctl_range *range = &m->s->profile.wm.sysctl[knob];
	unsigned nr = 0;

	if (range->max == 0) {
		result_refuse(res, ENOENT, MM386_WHY_NO_SYSCTL, knob, 0, 0);
		return;
	}
	while (nr < nr_values(m, knob) && (call->given & 1u << (ARG_VALUE + nr))) {
		if (!in_range(range, call->arg[ARG_VALUE + nr])) {
			result_refuse(res, EINVAL, MM386_WHY_SYSCTL_RANGE,
				      call->arg[ARG_VALUE + nr], range->min, range->max);
			return;
		}
		nr++;
	}
	res->ok = true;
	for (unsigned i = 0; i < nr; i++)
		set_value(m, knob, i, (uint32_t)call->arg[ARG_VALUE + i]);
	if (nr > 0)
		take_effect(m, knob);
	else if (knob == SYSCTL_LOWMEM_RESERVE_RATIO)
		reserve_setup(m);
}
