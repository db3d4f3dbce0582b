/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * why.c - reasons of a refusal: how one is noted, and how it reads.
 *
 * A reason is a code and up to four numbers until somebody wants to read it.
 */
#include "internal.h"

/* ---- refusing ---------------------------------------------------------------------- */

void result_refuse(struct mm386_result *res, int err_no, enum mm386_why_code code, uint64_t a,
		   uint64_t b, uint64_t c)
{
	assert(res->nr_why < MM386_WHY_MAX);
	res->err = err_no;
	res->why[res->nr_why++] =
		(struct mm386_why){.zone = -1, .code = (uint16_t)code, .a = a, .b = b, .c = c};
}

void result_refuse_free(struct mm386 *m, struct mm386_result *res, pfn_t pfn, unsigned order,
			enum mm386_why_code code, const uint64_t abc[3])
{
	pfn_t head = pfn < m->s->info.max_mapnr ? buddy_find_block(m, pfn) : NO_PFN;

	event_emit(m, MM386_EVENT_BAD_FREE, pfn, order, code, head,
		   head == NO_PFN ? MM386_NO_ORDER : m->page[head].order,
		   pfn < m->s->nr_frames ? m->kind[pfn] : MM386_KIND_HOLE);
	result_refuse(res, EINVAL, code, abc[0], abc[1], abc[2]);
}

/* ---- in words ----------------------------------------------------------------------- */

const char *mm386_why_name(enum mm386_why_code code)
{
	static const char *const names[MM386_NR_WHYS] = {
		[MM386_WHY_WATERMARK] = "below the mark",
		[MM386_WHY_NO_BLOCK] = "no block large enough",
		[MM386_WHY_NOT_LINEAR] = "no linear address",
		[MM386_WHY_ORDER] = "no such order",
		[MM386_WHY_DOUBLE_FREE] = "free already",
		[MM386_WHY_WRONG_ORDER] = "handed out with another order",
		[MM386_WHY_NOT_HEAD] = "inside a block",
		[MM386_WHY_FOREIGN] = "never handed out",
		[MM386_WHY_NO_FRAME] = "no page descriptor",
		[MM386_WHY_NOT_ALIGNED] = "not page aligned",
		[MM386_WHY_NO_ZONE] = "no such zone",
		[MM386_WHY_NO_DONOR] = "no list has a block",
		[MM386_WHY_MISALIGNED] = "no place for a block of this order",
		[MM386_WHY_NO_CPU_LIST] = "CPUs keep no such blocks",
		[MM386_WHY_NO_GROUPING] = "no page blocks",
		[MM386_WHY_TOLD] = "so the trace says",
		[MM386_WHY_ASSUMED_FREED] = "as if freed before",
		[MM386_WHY_ASSUMED_DRAINED] = "as if drained before",
		[MM386_WHY_ASSUMED_FREE] = "as if handed out before",
		[MM386_WHY_ASSUMED_SPLIT] = "as if split before",
		[MM386_WHY_ASSUMED_GIVEN_BACK] = "as if given back before",
		[MM386_WHY_NO_COMPACTION] = "no compaction",
		[MM386_WHY_NO_SYSCTL] = "no such knob",
		[MM386_WHY_SYSCTL_RANGE] = "value out of range",
		[MM386_WHY_NONE_TO_ASK] = "no zone to ask",
	};

	assert(code < MM386_NR_WHYS);
	return names[code];
}

static const char *const mark_names[MM386_NR_WMARKS] = {"min", "low", "high", "promo"};

/* "min 128", or "min 48 of 128" for a request that may go below it; a boost adds to it. */
static void format_mark(const struct mm386 *m, const struct mm386_why *why, struct text *t)
{
	const struct zone *z;
	uint32_t whole;

	assert(why->zone >= 0 && (unsigned)why->zone < m->s->info.nr_zones);
	assert(why->mark < MM386_NR_WMARKS);
	z = &m->s->zone[why->zone];
	whole = z->watermark[why->mark] + z->watermark_boost;
	text_add(t, " <= %s %llu", mark_names[why->mark], (unsigned long long)why->b);
	if (why->level > 0)
		text_add(t, " for that order");
	else if (why->b < whole)
		text_add(t, " of %u", whole);
	if (z->watermark_boost > 0 && why->b > z->watermark[why->mark])
		text_add(t, " with boost %u", z->watermark_boost);
}

/* Each kernel's own comparison, with the numbers that were compared. */
static void format_watermark(const struct mm386 *m, const struct mm386_why *why, struct text *t)
{
	enum wmark_test_rule test = m->s->profile.wm.test;
	unsigned long long reserve = why->c;
	unsigned order = why->order;
	bool adds_up = test == WMARK_TEST_24 || test == WMARK_TEST_26_0;

	text_add(t, "free %llu", (unsigned long long)why->a);
	if (test == WMARK_TEST_24_23)
		text_add(t, " - 2^%u", order);
	else if (order > 0 && test != WMARK_TEST_24)
		text_add(t, " - (2^%u - 1)", order);
	if (why->d > 0)
		text_add(t, " - %llu kept for atomic requests", (unsigned long long)why->d);
	if (why->level > 0)
		text_add(t, " in blocks of order >= %u", why->level);
	format_mark(m, why, t);
	if (test == WMARK_TEST_24)
		reserve -= 1ull << order;
	if (adds_up && reserve > 0)
		text_add(t, " + %llu of the zones before", reserve);
	else if (!adds_up && why->level == 0)
		text_add(t, " + %s %llu",
			 test == WMARK_TEST_26_6 || test == WMARK_TEST_26_8 ? "protection" : "lowmem_reserve",
			 reserve);
	if (test == WMARK_TEST_24)
		text_add(t, " + 2^%u", order);
}

static const char *kind_label(uint64_t kind)
{
	return kind < MM386_NR_KINDS ? mm386_kind_desc((enum mm386_kind)kind)->name : "?";
}

/* About the block that was asked for, or the frame that was to be freed. */
static void format_block(const struct mm386_why *why, struct text *t)
{
	unsigned long long a = why->a, b = why->b, c = why->c;

	switch (why->code) {
	case MM386_WHY_ORDER:
		text_add(t, "order %llu >= MAX_ORDER %llu", a, b);
		break;
	case MM386_WHY_DOUBLE_FREE:
		text_add(t, "frame 0x%llx is free already, in a block of order %llu at 0x%llx", a,
			 b, c);
		break;
	case MM386_WHY_WRONG_ORDER:
		text_add(t, "frame 0x%llx was handed out with order %llu, not %llu", a, b, c);
		break;
	case MM386_WHY_NOT_HEAD:
		text_add(t, "frame 0x%llx is inside the block of order %llu at 0x%llx", a, b, c);
		break;
	case MM386_WHY_FOREIGN:
		text_add(t, "frame 0x%llx was never handed out: it is %s", a, kind_label(b));
		break;
	case MM386_WHY_NO_FRAME:
		text_add(t, "0x%llx has no page descriptor", a);
		break;
	case MM386_WHY_NOT_ALIGNED:
		text_add(t, "address 0x%llx is not page aligned", a);
		break;
	case MM386_WHY_MISALIGNED:
		text_add(t, "frame 0x%llx is no place for a block of order %llu", a, b);
		break;
	case MM386_WHY_NO_CPU_LIST:
		text_add(t, "CPUs keep no blocks of order %llu", a);
		break;
	}
}

/* What operation ftrace took for granted. */
static void format_assumed(const struct mm386_why *why, struct text *t)
{
	unsigned long long a = why->a, b = why->b;

	switch (why->code) {
	case MM386_WHY_ASSUMED_FREED:
		text_add(t, "frame 0x%llx was handed out (%llu in all): as if freed before", a, b);
		break;
	case MM386_WHY_ASSUMED_DRAINED:
		text_add(t, "frame 0x%llx was on a CPU's list (%llu in all): as if drained before", a, b);
		break;
	case MM386_WHY_ASSUMED_FREE:
		text_add(t, "frame 0x%llx is free already (%llu in all): nothing to do", a, b);
		break;
	case MM386_WHY_ASSUMED_SPLIT:
		text_add(t, "frame 0x%llx begins a block of %llu frames: as if that had been split", a, b);
		break;
	case MM386_WHY_ASSUMED_GIVEN_BACK:
		text_add(t, "frame 0x%llx was kept since boot (%llu in all): as if given back", a, b);
		break;
	}
}

/* The zones, the kernel or the knob cannot do it. */
static void format_whole(const struct mm386 *m, const struct mm386_why *why, struct text *t)
{
	unsigned long long a = why->a, b = why->b, c = why->c;
	const char *mt = b < MM386_MIGRATETYPES ? mm386_migratetype_name(m, (unsigned)b) : NULL;
	char gfp[200];

	switch (why->code) {
	case MM386_WHY_NO_BLOCK:
		text_add(t, "above its mark, but no free block of order >= %llu", a);
		break;
	case MM386_WHY_NOT_LINEAR:
		mm386_gfp_format((mm386_gfp_t)a, gfp, sizeof(gfp));
		text_add(t, "%s allows high memory, which has no linear address to return", gfp);
		break;
	case MM386_WHY_NONE_TO_ASK:
		text_add(t, "no zone%s that may be asked has any page", b ? " of that node" : "");
		break;
	case MM386_WHY_NO_ZONE:
		text_add(t, "there is no zone %llu, only %llu of them", a, b);
		break;
	case MM386_WHY_NO_DONOR:
		text_add(t, "no list of order >= %llu has a block for %s", a, mt ? mt : "anybody");
		break;
	case MM386_WHY_NO_GROUPING:
		text_add(t, "this kernel has no page blocks");
		break;
	case MM386_WHY_TOLD:
		text_add(t, "so the trace says");
		break;
	case MM386_WHY_NO_COMPACTION:
		text_add(t, "this kernel has no compaction: it came with 2.6.35");
		break;
	case MM386_WHY_NO_SYSCTL:
		text_add(t, "this release has no %s", a < NR_SYSCTLS ? sysctl_names[a] : "such file");
		break;
	case MM386_WHY_SYSCTL_RANGE:
		text_add(t, "%llu is not within %llu..%llu", a, b, c);
		break;
	}
}

void mm386_why_format(const struct mm386 *m, const struct mm386_why *why, char *buf, size_t size)
{
	struct text t = {.buf = buf, .size = size};

	if (why->code == MM386_WHY_WATERMARK)
		format_watermark(m, why, &t);
	/* Each of these knows some codes and adds nothing for the others. */
	format_block(why, &t);
	format_assumed(why, &t);
	format_whole(m, why, &t);
}
