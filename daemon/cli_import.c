/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli_import.c - mm386 --import-ftrace: a kernel's own trace becomes an operation log.
 *
 * The trace is read whole, a machine is booted (the one that was named, or one of the size
 * that the trace shows), and each event is done to it by the operation ftrace.  So the log can
 * say where the trace leaves something open: what the machine's answer had to assume is the note of
 * its line.  The machine's own rules choose nothing here; the frames are the kernel's.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "config.h"
#include "trace_file.h"
#include "wire.h"

#define NOTE_BYTES  400
#define OUT_BYTES   65536
#define LEAST_BYTES (48u << 20) /* less than that no kernel of 6.x boots on */
#define FRAMES_STEP 4096u	/* 16 MiB: PCs come in steps of that */

enum word {
	ZONE_LOCKED,
	ALLOC,
	FREE,
	DRAIN,
	FALLBACK,
	CHANGE_TYPE,
	FAILURE
}; /* of the argument "event" */

struct import {
	const struct cli_options *opt;
	struct trace_file trace;
	struct mm386_config cfg;
	struct mm386 *m;
	struct wbuf out;
	size_t mark; /* the next to be told */
	char note[NOTE_BYTES];
	size_t note_len;
	bool lists[MM386_ORDERS]; /* CPUs keep lists of blocks of that order */
	/* Statistics. */
	uint64_t written, refused, with_note;
	uint64_t beyond;    /* events of frames that the machine has not */
	uint64_t told_else; /* left out: another event says the same */
	uint64_t other_cpu; /* done on CPU 0, for the machine has not so many */
	uint64_t gfp_cut;
	uint64_t why[MM386_NR_WHYS];
};

/* ---- notes ------------------------------------------------------------------------- */

/* Add a piece to the note of the operation that comes next; what does not fit is left out. */
static void note_add(struct import *im, const char *text)
{
	int n = snprintf(im->note + im->note_len, NOTE_BYTES - im->note_len, "%s%s",
			 im->note_len ? "; " : "", text);

	if (n > 0 && im->note_len + (size_t)n < NOTE_BYTES)
		im->note_len += (size_t)n;
	im->note[im->note_len] = '\0';
}

/* Marks and losses that stand before event ${i}. */
static void note_marks(struct import *im, size_t i)
{
	const struct trace_file *t = &im->trace;

	for (; im->mark < t->nr_marks && t->mark[im->mark].before <= i; im->mark++)
		note_add(im, t->mark[im->mark].text);
}

static void note_result(struct import *im, const struct mm386_result *res)
{
	char reason[192];

	for (unsigned i = 0; i < res->nr_why; i++) {
		im->why[res->why[i].code]++;
		if (res->why[i].code == MM386_WHY_TOLD)
			continue;
		mm386_why_format(im->m, &res->why[i], reason, sizeof(reason));
		note_add(im, reason);
	}
}

/* ---- an event as an operation -------------------------------------------------------- */

static void set_arg(struct mm386_op *op, const char *name, uint64_t value)
{
	const struct mm386_op_desc *desc = mm386_op_desc(MM386_OP_FTRACE);

	for (unsigned i = 0; i < desc->nr_args; i++) {
		if (!strcmp(desc->arg[i].name, name)) {
			op->arg[i] = value;
			op->given |= (uint16_t)(1u << i);
		}
	}
}

/* The word for the type that the kernel calls ${number}; -1: this machine has none for it. */
static int type_word(const struct mm386 *m, int number)
{
	for (unsigned i = 0; i <= MM386_MIGRATE_RESERVED; i++) {
		enum mm386_migratetype mt = (enum mm386_migratetype)i;
		const char *name = mm386_migratetype_name(m, mt);

		if (name && number >= 0 && mm386_migratetype_number(m, mt) == number)
			return mt == MM386_MIGRATE_RESERVED && name[0] == 'R' ? (int)i + 1 : (int)i;
	}
	return -1;
}

static struct mm386_op op_of(struct import *im, const struct trace_event *e, enum word word)
{
	struct mm386_op op = {.id = MM386_OP_FTRACE};
	int type = type_word(im->m, e->migratetype);

	set_arg(&op, "event", word);
	if (word != FAILURE)
		set_arg(&op, "pfn", e->pfn);
	set_arg(&op, "order", e->order);
	if (type >= 0 && word != FREE && word != FAILURE)
		set_arg(&op, "migratetype", (uint64_t)type);
	if (word == ALLOC || word == FAILURE)
		set_arg(&op, "gfp", e->gfp);
	if (e->cpu >= mm386_info(im->m)->cpus)
		im->other_cpu++;
	else if (e->cpu && word <= FREE)
		set_arg(&op, "cpu", e->cpu);
	return op;
}

/* Apply ${op}, write its line.  CLI_OK or CLI_FAILED. */
static int play(struct import *im, const struct mm386_op *op)
{
	struct mm386_error err = {.line = 0};
	struct mm386_result res;
	bool good;

	if (mm386_apply(im->m, op, &res, &err))
		return cli_complain(im->opt->ftrace, 0,
				    &err); /* the event was checked: cannot be */
	if (!res.ok && !(res.nr_why && res.why[0].code == MM386_WHY_TOLD)) {
		im->refused++;
		note_add(im, "refused");
	}
	note_result(im, &res);
	im->with_note += im->note_len > 0;
	wire_log_op(&im->out, op, res.seq, "ftrace", im->note_len ? im->note : NULL);
	im->note_len = 0;
	im->written++;
	if (im->out.len < OUT_BYTES)
		return CLI_OK;
	good = fwrite(im->out.data, 1, im->out.len, stdout) == im->out.len;
	wbuf_reset(&im->out);
	return good ? CLI_OK : cli_complain_errno("standard output", errno);
}

/* Whether the frame is part of a block that was handed out. */
static bool is_live(const struct mm386 *m, uint32_t pfn)
{
	struct mm386_frame_view f;

	return !mm386_frame(m, pfn, &f) && f.alloc_seq;
}

static bool has_list(const struct import *im, unsigned order)
{
	return order < MM386_ORDERS && im->lists[order];
}

/* ---- fallbacks: a block of another type is taken -------------------------------------- */

#define NEAR 64 /* events of other CPUs that come between two of a locked zone, at most */

/* What ${e}'s CPU told next (${step} 1) or just before (-1); NULL: nothing near. */
static const struct trace_event *beside(const struct import *im, const struct trace_event *e,
					int step)
{
	const struct trace_file *t = &im->trace;
	size_t i = (size_t)(e - t->event);
	size_t left = step > 0 ? t->nr_events - 1 - i : i;

	for (left = left < NEAR ? left : NEAR; left; left--) {
		e += step;
		if (e->cpu == t->event[i].cpu)
			return e;
	}
	return NULL;
}

/*
 * A page block changed its type, and one of its pages left the lists before the fallback was told.
 * Kernel: try_to_steal_block() and __rmqueue_claim() of mm/page_alloc.c [6.12], since 6.10; before
 * that the page of a zone_locked is gone, and no fallback finds it.
 */
static bool is_claim(const struct trace_event *locked, const struct trace_event *extfrag)
{
	return locked && extfrag && locked->event == FTRACE_ZONE_LOCKED &&
	       extfrag->event == FTRACE_EXTFRAG && locked->pfn == extfrag->pfn &&
	       locked->order == extfrag->wanted;
}

/*
 * Whether the block only went to other lists, and ${locked} is what was then taken there; else the
 * fallback took its page itself.  Where the trace ends, or has no zone_locked because they were not
 * traced, nothing is known of a page.
 * Kernel: __rmqueue() of mm/page_alloc.c tries again [6.1], up to 6.9; that of 2.6.32 takes the
 * page in the fallback and tells both.
 */
static bool is_taken_next(const struct import *im, const struct trace_event *extfrag,
			  const struct trace_event *locked)
{
	unsigned block = mm386_info(im->m)->pageblock_order;

	if (!locked || !im->trace.nr[FTRACE_ZONE_LOCKED])
		return true;
	if (locked->event != FTRACE_ZONE_LOCKED || locked->order != extfrag->wanted ||
	    locked->migratetype != extfrag->migratetype)
		return false;
	return locked->pfn == extfrag->pfn ||
	       (extfrag->order < block && locked->pfn >> block == extfrag->pfn >> block);
}

/* The page goes to the CPU's list; of an order without one, straight to who asked: mm_page_alloc is next. */
static int play_taken(struct import *im, const struct trace_event *e)
{
	struct mm386_op op = op_of(im, e, ZONE_LOCKED);

	if (has_list(im, e->order))
		return play(im, &op);
	im->told_else++;
	return CLI_OK;
}

/* The block goes to the lists of the type that was wanted, its page blocks too if they change. */
static int play_move(struct import *im, const struct trace_event *e)
{
	struct mm386_op op = op_of(im, e, FALLBACK);
	int rc = play(im, &op);

	if (rc || !e->owns || !mm386_info(im->m)->pageblock_order)
		return rc;
	op = op_of(im, e, CHANGE_TYPE);
	return play(im, &op);
}

/* What is left of a block that was only taken from stays on its lists, and a claimed one is all ours. */
static int play_fallback(struct import *im, const struct trace_event *e)
{
	struct trace_event taken = *e;
	int rc = CLI_OK;

	if (is_claim(beside(im, e, -1), e)) {
		im->told_else++;
		return CLI_OK;
	}
	if (is_taken_next(im, e, beside(im, e, 1)))
		return play_move(im, e);
	if (e->owns)
		rc = play_move(im, e);
	taken.order = e->wanted;
	return rc ? rc : play_taken(im, &taken);
}

/* What play_fallback() leaves out: the page block's type, which changed before the page was taken. */
static int play_claim(struct import *im, const struct trace_event *e)
{
	struct mm386_op op = op_of(im, e, CHANGE_TYPE);

	return mm386_info(im->m)->pageblock_order ? play(im, &op) : CLI_OK;
}

/* ---- each event, in order --------------------------------------------------------------- */

static int play_event(struct import *im, const struct trace_event *e)
{
	struct mm386_op op;
	int rc;

	switch ((enum ftrace_event)e->event) {
	case FTRACE_ZONE_LOCKED:
		if (is_claim(e, beside(im, e, 1))) {
			rc = play_claim(im, e);
			if (rc)
				return rc;
		}
		if (!e->refill || !has_list(im, e->order))
			break; /* straight to who asked: mm_page_alloc is next */
		op = op_of(im, e, ZONE_LOCKED);
		return play(im, &op);
	case FTRACE_ALLOC:
		im->gfp_cut += e->gfp_cut;
		op = op_of(im, e, ALLOC);
		return play(im, &op);
	case FTRACE_FREE_BATCHED:
	case FTRACE_FREE_PAGEVEC:
		if (!is_live(im->m, e->pfn))
			break; /* mm_page_free has said it */
		op = op_of(im, e, FREE);
		return play(im, &op);
	case FTRACE_FREE:
	case FTRACE_FREE_DIRECT:
		op = op_of(im, e, FREE);
		return play(im, &op);
	case FTRACE_DRAIN:
		if (!has_list(im, e->order))
			break; /* on the free lists since mm_page_free */
		op = op_of(im, e, DRAIN);
		return play(im, &op);
	case FTRACE_EXTFRAG:
		return play_fallback(im, e);
	case FTRACE_FAILED:
		op = op_of(im, e, FAILURE);
		return play(im, &op);
	default:
		break;
	}
	im->told_else++;
	return CLI_OK;
}

static int play_all(struct import *im)
{
	const struct trace_file *t = &im->trace;
	int rc = CLI_OK;

	for (size_t i = 0; !rc && i < t->nr_events; i++) {
		note_marks(im, i);
		if (t->event[i].event != FTRACE_FAILED &&
		    t->event[i].pfn >= mm386_info(im->m)->nr_frames)
			im->beyond++;
		else
			rc = play_event(im, &t->event[i]);
	}
	return rc;
}

/* ---- the machine ------------------------------------------------------------------------ */

/*
 * A machine as the trace shows it: memory up to the highest frame, the CPUs of its head, the
 * kernel whose events are called so.  What it cannot show (command line, image, holes) is the
 * default.
 */
static void guess(const struct trace_file *t, struct mm386_config *cfg)
{
	uint64_t frames = ((uint64_t)t->highest_pfn / FRAMES_STEP + 1) * FRAMES_STEP;

	mm386_config_init(cfg);
	snprintf(cfg->name, sizeof(cfg->name), "ftrace");
	cfg->kernel = t->old_names ? MM386_KERNEL_26 : MM386_KERNEL_61;
	cfg->memory_bytes = frames << MM386_PAGE_SHIFT;
	if (cfg->memory_bytes < LEAST_BYTES)
		cfg->memory_bytes = LEAST_BYTES;
	cfg->pae = t->pae || cfg->memory_bytes > UINT64_C(4) << 30;
	cfg->cpus = t->cpus < 1 ? 1 : t->cpus > MM386_CPUS_MAX ? MM386_CPUS_MAX : t->cpus;
}

/* Where this machine's mem_map begins. */
static uint64_t mem_map_start(const struct mm386 *m)
{
	const struct mm386_info *info = mm386_info(m);

	for (uint32_t i = 0; i < info->nr_ranges; i++)
		if (info->range[i].cls == MM386_RANGE_MEM_MAP)
			return info->range[i].start;
	return 0;
}

#define LOWMEM_VA 0xc0000000u /* PAGE_OFFSET of the default split */
#define GUESSES	  4

/*
 * A boot takes its memory from the top down, an initrd first, then mem_map; the trace tells
 * where that lay.  What lies above it is taken for an initrd's, as long as that brings it nearer.
 */
static int guess_initrd(struct import *im, struct mm386_error *err)
{
	uint64_t va, want, have;
	unsigned page_bytes;
	int rc = mm386_boot(&im->cfg, &im->m, err);

	if (rc || !trace_file_mem_map(&im->trace, &va, &page_bytes) || va <= LOWMEM_VA)
		return rc;
	im->cfg.page_struct_bytes = page_bytes;
	want = va - LOWMEM_VA;
	for (unsigned i = 0; !rc && i < GUESSES && (have = mem_map_start(im->m)) > want; i++) {
		im->cfg.initrd_bytes += (uint32_t)(have - want);
		mm386_free(im->m);
		im->m = NULL;
		rc = mm386_boot(&im->cfg, &im->m, err);
	}
	if (rc != -EINVAL)
		return rc;
	im->cfg.initrd_bytes = 0; /* no such machine: then without */
	return mm386_boot(&im->cfg, &im->m, err);
}

static int find_machine(struct import *im)
{
	struct cli_lines ops = {.f = NULL};
	struct mm386_error err = {.line = 0};
	char rules[80];
	int rc;

	if (im->opt->config || im->opt->dmesg) {
		rc = cli_machine_find(im->opt, &im->cfg, &ops);
		cli_lines_close(&ops);
		return rc ? rc : cli_machine_boot(im->opt, &im->cfg, &im->m);
	}
	guess(&im->trace, &im->cfg);
	snprintf(rules, sizeof(rules), "the trace does not tell its release: the rules are those of %s",
		 mm386_kernel_name(im->cfg.kernel));
	note_add(im, rules);
	rc = guess_initrd(im, &err);
	if (rc == -EINVAL)
		return cli_complain("the machine that the trace shows", 0, &err);
	return rc ? cli_complain_errno("the machine that the trace shows", -rc) : CLI_OK;
}

static void find_lists(struct import *im)
{
	struct mm386_pcp_view p;

	mm386_pcp(im->m, 0, 0, &p);
	for (unsigned i = 0; i < p.nr_lists; i++)
		im->lists[p.list[i].order] = true;
}

/* ---- what it came to ---------------------------------------------------------------------- */

static void tell_lines(uint64_t lines)
{
	fprintf(stderr, "mm386: %llu lines read\n", (unsigned long long)lines);
}

static void tell(const char *what, uint64_t n)
{
	if (n)
		fprintf(stderr, "%12llu  %s\n", (unsigned long long)n, what);
}

static void tell_trace(const struct trace_file *t)
{
	tell("lines", t->lines);
	for (unsigned i = 0; i < FTRACE_FAILED; i++)
		tell(ftrace_event_name((enum ftrace_event)i), t->nr[i]);
	tell("allocations that failed", t->nr[FTRACE_FAILED]);
	tell("events lost by the tracer", t->lost);
	tell("other lines", t->others);
	if (t->wrong)
		fprintf(stderr, "%12llu  lines with a number missing, the first is line %llu\n",
			(unsigned long long)t->wrong, (unsigned long long)t->first_wrong);
	tell("lines that are too long, passed over", t->overlong);
	tell("events of frames that no i386 has", t->far);
	if (t->cut)
		fprintf(stderr, "              the file is cut off: its last line is not used\n");
	if (t->full)
		fprintf(stderr, "              more than %u events: those after are not used\n",
			TRACE_EVENTS_MAX);
}

static void tell_frames(const struct mm386 *m)
{
	const uint8_t *kind = mm386_kinds(m);
	uint64_t nr[MM386_NR_KINDS] = {0};

	for (uint32_t i = 0; i < mm386_info(m)->nr_frames; i++)
		nr[kind[i]]++;
	for (unsigned k = 0; k < MM386_NR_KINDS; k++)
		if (nr[k])
			fprintf(stderr, "%12llu  frames at the end: %s\n",
				(unsigned long long)nr[k],
				mm386_kind_desc((enum mm386_kind)k)->label);
}

static void tell_all(const struct import *im)
{
	static const struct {
		enum mm386_why_code code;
		const char *what;
	} assumed[] = {
		{MM386_WHY_ASSUMED_FREED, "that a frame had been freed before"},
		{MM386_WHY_ASSUMED_DRAINED, "that it had left the CPU's list before"},
		{MM386_WHY_ASSUMED_FREE,
		 "that it was handed out before the trace began; here it is free"},
		{MM386_WHY_ASSUMED_SPLIT, "that a larger block had been split into its pages"},
		{MM386_WHY_ASSUMED_GIVEN_BACK,
		 "that the kernel gave it back, who had it since boot"},
	};

	fprintf(stderr, "mm386: %s\n", im->opt->ftrace);
	tell_trace(&im->trace);
	tell("operations written", im->written);
	tell("of them refused: the frame is another's here", im->refused);
	tell("of them with a note", im->with_note);
	for (size_t i = 0; i < sizeof(assumed) / sizeof(assumed[0]); i++)
		if (im->why[assumed[i].code])
			fprintf(stderr, "%12llu  times assumed %s\n",
				(unsigned long long)im->why[assumed[i].code], assumed[i].what);
	tell("events left out: another says the same", im->told_else);
	tell("events left out: this machine has not so much memory", im->beyond);
	tell("events done on CPU 0, for this machine has fewer", im->other_cpu);
	tell("allocations with flags that have no name here", im->gfp_cut);
	tell_frames(im->m);
}

static int nothing_in(const struct import *im)
{
	fprintf(stderr, "mm386: %s: no events of page frames (kmem:mm_page_*) in its %llu lines\n",
		im->opt->ftrace, (unsigned long long)im->trace.lines);
	return CLI_FAILED;
}

int cli_import(const struct cli_options *opt)
{
	struct import im = {.opt = opt};
	int rc = trace_file_read(&im.trace, opt->ftrace, tell_lines);

	wbuf_init(&im.out, 4 * OUT_BYTES);
	if (rc)
		rc = cli_complain_errno(opt->ftrace, -rc);
	else if (!im.trace.nr_events)
		rc = nothing_in(&im);
	else
		rc = find_machine(&im);
	if (!rc) {
		find_lists(&im);
		wire_log_config(&im.out, &im.cfg);
		rc = play_all(&im);
	}
	if (!rc && (fwrite(im.out.data, 1, im.out.len, stdout) != im.out.len || fflush(stdout)))
		rc = cli_complain_errno("standard output", errno);
	if (!rc)
		tell_all(&im);
	wbuf_free(&im.out);
	trace_file_free(&im.trace);
	mm386_free(im.m);
	return rc;
}
