/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gfp.c - what a request for memory may do, and its numbers in each kernel.
 *
 * A set of flags has one bit for every name that a kernel source has, composites
 * too: GFP_KERNEL means other modifiers in other kernels (2.4's contains
 * __GFP_HIGH), so it is kept as written and expanded when a kernel is asked.
 *
 * Kernel: include/linux/mm.h [2.4.22], include/linux/gfp.h [2.6.32],
 * include/linux/gfp_types.h [6.1].
 */
#include <stdio.h>

#include "internal.h"

/*
 * Modifiers: name, bit, the number in 2.4, 2.6 and 6.1 (0: that kernel has no
 * such flag).  Bits never change: they travel in logs.
 */
// clang-format off
#define GFP_MODIFIERS(X)                                            \
	X("__GFP_DMA",             0,   0x01,     0x01,     0x01)   \
	X("__GFP_HIGHMEM",         1,   0x02,     0x02,     0x02)   \
	X("__GFP_MOVABLE",         2,      0,     0x08,     0x08)   \
	X("__GFP_DMA32",           3,      0,     0x04,     0x04)   \
	X("__GFP_RECLAIMABLE",     4,      0,  0x80000,     0x10)   \
	X("__GFP_HIGH",            5,   0x20,     0x20,     0x20)   \
	X("__GFP_IO",              6,   0x40,     0x40,     0x40)   \
	X("__GFP_FS",              7,  0x100,     0x80,     0x80)   \
	X("__GFP_HIGHIO",          8,   0x80,        0,        0)   \
	X("__GFP_WAIT",            9,   0x10,     0x10,        0)   \
	X("__GFP_DIRECT_RECLAIM", 10,      0,        0,    0x400)   \
	X("__GFP_KSWAPD_RECLAIM", 11,      0,        0,    0x800)   \
	X("__GFP_ATOMIC",         12,      0,        0,    0x200)   \
	X("__GFP_ZERO",           13,      0,   0x8000,    0x100)   \
	X("__GFP_COLD",           14,      0,    0x100,        0)   \
	X("__GFP_NOWARN",         15,      0,    0x200,   0x2000)   \
	X("__GFP_REPEAT",         16,      0,    0x400,   0x4000)   \
	X("__GFP_NOFAIL",         17,      0,    0x800,   0x8000)   \
	X("__GFP_NORETRY",        18,      0,   0x1000,  0x10000)   \
	X("__GFP_COMP",           19,      0,   0x4000,  0x40000)   \
	X("__GFP_NOMEMALLOC",     20,      0,  0x10000,  0x80000)   \
	X("__GFP_HARDWALL",       21,      0,  0x20000, 0x100000)   \
	X("__GFP_ACCOUNT",        22,      0,        0, 0x400000)
// clang-format on

#define NR_MODIFIERS 23

struct modifier {
	const char *name;
	uint32_t value[MM386_NR_KERNELS];
};
#define MODIFIER(name, bit, v24, v26, v61) [bit] = {name, {v24, v26, v61}},
static const struct modifier modifiers[NR_MODIFIERS] = {GFP_MODIFIERS(MODIFIER)};

/* The modifiers' bits by short names, for the composites below. */
enum {
	DMA = GFP_BIT_DMA,
	HIGHMEM = GFP_BIT_HIGHMEM,
	MOVABLE = GFP_BIT_MOVABLE,
	HIGH = GFP_BIT_HIGH,
	IO = GFP_BIT_IO,
	FS = GFP_BIT_FS,
	HIGHIO = GFP_BIT_HIGHIO,
	WAIT = GFP_BIT_WAIT,
	DIRECT = GFP_BIT_DIRECT_RECLAIM,
	KSWAPD = GFP_BIT_KSWAPD_RECLAIM,
	ATOMIC = GFP_BIT_ATOMIC,
	HARDWALL = GFP_BIT_HARDWALL,
	ACCOUNT = GFP_BIT_ACCOUNT,
	KERNEL_24 = HIGH | WAIT | IO | HIGHIO | FS,
	USER_24 = WAIT | IO | HIGHIO | FS,
	KERNEL_26 = WAIT | IO | FS,
	KERNEL_61 = DIRECT | KSWAPD | IO | FS,
};

/*
 * Composites: each a bit above the modifiers.  Where a kernel lacks one, the row
 * says what that kernel's own callers pass in its place.
 */
static const struct composite {
	const char *name;
	uint32_t bits[MM386_NR_KERNELS];
} composites[] = {
	{"GFP_KERNEL", {KERNEL_24, KERNEL_26, KERNEL_61}},
	{"GFP_USER", {USER_24, KERNEL_26 | HARDWALL, KERNEL_61 | HARDWALL}},
	{"GFP_HIGHUSER",
	 {USER_24 | HIGHMEM, KERNEL_26 | HARDWALL | HIGHMEM, KERNEL_61 | HARDWALL | HIGHMEM}},
	{"GFP_HIGHUSER_MOVABLE",
	 {USER_24 | HIGHMEM, KERNEL_26 | HARDWALL | HIGHMEM | MOVABLE,
	  KERNEL_61 | HARDWALL | HIGHMEM | MOVABLE}},
	{"GFP_ATOMIC", {HIGH, HIGH, HIGH | ATOMIC | KSWAPD}},
	{"GFP_NOIO", {HIGH | WAIT, WAIT, DIRECT | KSWAPD}},
	{"GFP_NOFS", {HIGH | WAIT | IO | HIGHIO, WAIT | IO, DIRECT | KSWAPD | IO}},
	{"GFP_NOWAIT", {0, 0, KSWAPD}},
	{"GFP_KERNEL_ACCOUNT", {KERNEL_24, KERNEL_26, KERNEL_61 | ACCOUNT}},
};
/* Rows 1 to 3: the pages are for a process. */
#define USER_COMPOSITES (7u << (NR_MODIFIERS + 1))
#define NR_COMPOSITES	(sizeof(composites) / sizeof(composites[0]))
_Static_assert(NR_MODIFIERS + NR_COMPOSITES == 32, "every bit of GFP_ALL has a name");

/* Other names of the same bits; text is printed with the first name. */
static const struct alias {
	const char *name;
	uint32_t bits;
} aliases[] = {
	{"GFP_DMA", DMA},
	{"__GFP_RECLAIM", DIRECT | KSWAPD},
	{"__GFP_RETRY_MAYFAIL", 1u << 16},
};
#define NR_ALIASES (sizeof(aliases) / sizeof(aliases[0]))

/* The modifiers that each kernel has a number for. */
#define IN_24(name, bit, v24, v26, v61) | ((v24) ? 1u << (bit) : 0)
#define IN_26(name, bit, v24, v26, v61) | ((v26) ? 1u << (bit) : 0)
#define IN_61(name, bit, v24, v26, v61) | ((v61) ? 1u << (bit) : 0)
static const uint32_t known[MM386_NR_KERNELS] = {
	[MM386_KERNEL_24] = 0 GFP_MODIFIERS(IN_24),
	[MM386_KERNEL_26] = 0 GFP_MODIFIERS(IN_26),
	[MM386_KERNEL_61] = 0 GFP_MODIFIERS(IN_61),
};

/*
 * A modifier that ${k} has no number for is left out: 2.4 cannot be asked for a
 * zeroed page by a flag, nor 6.1 by __GFP_WAIT for a request that may sleep.
 */
uint32_t gfp_expand(enum mm386_kernel k, mm386_gfp_t gfp)
{
	uint32_t out = gfp & known[k];

	for (uint32_t rest = gfp >> NR_MODIFIERS; rest; rest &= rest - 1)
		out |= composites[__builtin_ctz(rest)].bits[k];
	return out;
}

bool gfp_is_user(mm386_gfp_t gfp)
{
	return gfp & USER_COMPOSITES;
}

uint32_t mm386_gfp_value(const struct mm386 *m, mm386_gfp_t gfp)
{
	enum mm386_kernel k = m->s->profile.kernel;
	uint32_t out = 0;

	for (uint32_t rest = gfp_expand(k, gfp); rest; rest &= rest - 1)
		out |= modifiers[__builtin_ctz(rest)].value[k];
	return out;
}

const char *mm386_gfp_name(unsigned i)
{
	if (i < NR_COMPOSITES)
		return composites[i].name;
	i -= NR_COMPOSITES;
	if (i < NR_MODIFIERS)
		return modifiers[i].name;
	i -= NR_MODIFIERS;
	return i < NR_ALIASES ? aliases[i].name : NULL;
}

/* The bits of the name ${i} of mm386_gfp_name(). */
static uint32_t name_bits(unsigned i)
{
	if (i < NR_COMPOSITES)
		return 1u << (NR_MODIFIERS + i);
	i -= NR_COMPOSITES;
	return i < NR_MODIFIERS ? 1u << i : aliases[i - NR_MODIFIERS].bits;
}

int mm386_gfp_parse(const char *text, mm386_gfp_t *out, struct mm386_error *err)
{
	uint32_t gfp = 0;

	for (;;) {
		size_t len;
		const char *name;
		unsigned i;

		text += strspn(text, " ");
		len = strcspn(text, " |");
		for (i = 0; (name = mm386_gfp_name(i)); i++)
			if (strlen(name) == len && strncmp(name, text, len) == 0)
				break;
		if (name)
			gfp |= name_bits(i);
		else if (len != 1 || *text != '0')
			return error_set(err, "", 0,
					 "\"%.*s\" is no GFP flag that any of the kernels has",
					 len < 40 ? (int)len : 40, text);
		text += len;
		text += strspn(text, " ");
		if (*text == '\0')
			break;
		if (*text++ != '|')
			return error_set(err, "", 0, "GFP flags are names with \"|\" between them");
	}
	*out = gfp;
	return 0;
}

void mm386_gfp_format(mm386_gfp_t gfp, char *buf, size_t size)
{
	struct text t = {.buf = buf, .size = size};

	if (size > 0)
		buf[0] = '\0';
	for (unsigned i = 0; i < NR_COMPOSITES + NR_MODIFIERS; i++)
		if (gfp & name_bits(i))
			text_add(&t, "%s%s", t.len ? "|" : "", mm386_gfp_name(i));
	if (gfp == 0)
		text_add(&t, "0");
}
