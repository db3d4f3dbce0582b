/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * op.c - the one way in: the table of operations, and the check of what was asked.
 */
#include <stdio.h>

#include "internal.h"

/* ---- the table --------------------------------------------------------------- */

#define ORDER_MAX 31 /* larger shifts mean nothing; MAX_ORDER itself is the kernel's to refuse */

#define ARG_GFP_FLAGS                                                                              \
	{                                                                                          \
		.name = "gfp", .type = MM386_ARG_GFP, .required = true, .max = GFP_ALL,            \
		.help = "GFP flags, names with | between them; "                                   \
			"what this kernel does not have does nothing"                              \
	}
#define ARG_ON_CPU(text)                                                                           \
	{                                                                                          \
		.name = "cpu", .type = MM386_ARG_CPU, .max = MM386_CPUS_MAX - 1, .help = (text)    \
	}
#define ARG_FROM_NODE                                                                              \
	{                                                                                          \
		.name = "node", .type = MM386_ARG_NODE, .max = MM386_NODES_MAX - 1,                \
		.help = "node whose zones are asked first"                                         \
	}
#define ARG_MEMALLOC                                                                               \
	{                                                                                          \
		.name = "memalloc", .type = MM386_ARG_BOOL, .max = 1,                              \
		.help = "PF_MEMALLOC: the task frees memory for others, the marks do not bind it"  \
	}
#define ARG_THISNODE                                                                               \
	{                                                                                          \
		.name = "thisnode", .type = MM386_ARG_BOOL, .max = 1,                              \
		.help = "__GFP_THISNODE: the zones of that node alone (2.6.19 and later)"          \
	}
#define ARGS_OF_ASKER                                                                              \
	ARG_ON_CPU("CPU that asks, whose own lists are used"), ARG_FROM_NODE, ARG_MEMALLOC, ARG_THISNODE
#define ARG_BLOCK_ORDER(text)                                                                      \
	{                                                                                          \
		.name = "order", .type = MM386_ARG_ORDER, .max = ORDER_MAX, .help = (text)         \
	}

/* In the order of enum mm386_migratetype; the fourth type has two names. */
static const char *const migratetypes[] = {"Unmovable",	 "Movable", "Reclaimable",
					   "HighAtomic", "Reserve", NULL};
static const char *const ownerships[] = {"unknown", "kept", "changed", NULL};

/* What each operation is besides its name, which MM386_OPS has. */
// clang-format off
#define OP_ALLOC_PAGES                                                                             \
	.run = op_alloc_pages,                                                                     \
	.desc.help = "Allocate 2^order contiguous page frames.",                                   \
	.desc.allocates = true,                                                                    \
	.desc.nr_args = 6,                                                                         \
	.desc.arg = {ARG_GFP_FLAGS, ARG_BLOCK_ORDER("2^order page frames"), ARGS_OF_ASKER}

#define OP_GET_FREE_PAGES                                                                          \
	.run = op_get_free_pages,                                                                  \
	.desc.help = "Allocate 2^order frames of low memory, return their linear address.",        \
	.desc.allocates = true,                                                                    \
	.desc.nr_args = 6,                                                                         \
	.desc.arg = {ARG_GFP_FLAGS, ARG_BLOCK_ORDER("2^order page frames"), ARGS_OF_ASKER}

#define OP_GET_ZEROED_PAGE                                                                         \
	.run = op_get_zeroed_page,                                                                 \
	.desc.help = "Allocate a zeroed frame of low memory, return its linear address.",          \
	.desc.allocates = true,                                                                    \
	.desc.nr_args = 5,                                                                         \
	.desc.arg = {ARG_GFP_FLAGS, ARGS_OF_ASKER}

#define OP_FREE_PAGES                                                                              \
	.run = op_free_pages,                                                                      \
	.desc.help = "Give 2^order frames back, by linear address or by first frame.",             \
	.desc.nr_args = 4,                                                                         \
	.desc.arg = {{.name = "addr",                                                              \
		      .type = MM386_ARG_VA,                                                        \
		      .one_of = 1,                                                                 \
		      .max = UINT32_MAX,                                                           \
		      .help = "linear address that the allocation returned"},                      \
		     {.name = "pfn",                                                               \
		      .type = MM386_ARG_PFN,                                                       \
		      .one_of = 1,                                                                 \
		      .max = UINT32_MAX,                                                           \
		      .help = "first frame of the block, for one that has no linear address"},     \
		     ARG_BLOCK_ORDER("the order it was allocated with"),                           \
		     ARG_ON_CPU("CPU that frees, onto whose own lists it goes")}

#define OP_DRAIN_ALL_PAGES                                                                         \
	.run = op_drain_all_pages,                                                                 \
	.desc.help = "Give what is on the CPUs' own lists back to the buddy system.",              \
	.desc.nr_args = 1,                                                                         \
	.desc.arg = {{.name = "cpu",                                                               \
		      .type = MM386_ARG_CPU,                                                       \
		      .open = true,                                                                \
		      .max = MM386_CPUS_MAX - 1,                                                   \
		      .help = "this CPU's lists alone; not given: all"}}

#define ARG_MIGRATETYPE(is_open, text)                                                             \
	{                                                                                          \
		.name = "migratetype", .type = MM386_ARG_ENUM, .open = (is_open), .max = 4,        \
		.words = migratetypes, .help = (text)                                              \
	}

#define OP_RMQUEUE                                                                                 \
	.run = op_rmqueue,                                                                         \
	.desc.help = "Take 2^order frames from a zone's free lists, whatever its marks say.",      \
	.desc.allocates = true,                                                                    \
	.desc.nr_args = 4,                                                                         \
	.desc.arg = {{.name = "zone",                                                              \
		      .type = MM386_ARG_UINT,                                                      \
		      .required = true,                                                            \
		      .max = MM386_ZONES_MAX - 1,                                                  \
		      .help = "index of the zone, as they are listed"},                            \
		     ARG_BLOCK_ORDER("2^order page frames"),                                       \
		     ARG_MIGRATETYPE(false, "lists to take from; others give when these are empty"),      \
		     {.name = "ownership",                                                         \
		      .type = MM386_ARG_ENUM,                                                      \
		      .max = 2,                                                                    \
		      .words = ownerships,                                                         \
		      .help = "what a trace says of the page block, should nobody know what is in it"}}

#define OP_FREE_ONE_PAGE                                                                           \
	.run = op_free_one_page,                                                                   \
	.desc.help = "Give 2^order frames to their zone's free lists, past the CPU's own.",        \
	.desc.nr_args = 3,                                                                         \
	.desc.arg = {{.name = "pfn",                                                               \
		      .type = MM386_ARG_PFN,                                                       \
		      .required = true,                                                            \
		      .max = UINT32_MAX,                                                           \
		      .help = "first frame; larger blocks that it lies in are split"},             \
		     ARG_BLOCK_ORDER("2^order page frames"),                                       \
		     ARG_MIGRATETYPE(true, "lists to put them on; not given: their page block's")}

#define OP_COMPACT_MEMORY                                                                          \
	.run = op_compact_memory,                                                                  \
	.desc.help = "Move pages of processes up in their zones, so that free memory comes "       \
		     "together: write to /proc/sys/vm/compact_memory.",                            \
	.desc.nr_args = 2,                                                                         \
	.desc.arg = {{.name = "node",                                                              \
		      .type = MM386_ARG_NODE,                                                      \
		      .max = MM386_NODES_MAX - 1,                                                  \
		      .open = true,                                                                \
		      .help = "this node's zones alone; not given: all"},                          \
		     ARG_ON_CPU("CPU that does it, on whose lists the freed pages land")}

#define ARG_SYSCTL_VALUE                                                                           \
	{                                                                                          \
		.name = "value", .type = MM386_ARG_UINTS, .max = INT32_MAX,                        \
		.help = "number to write, several where the file has several; without: read it"    \
	}
#define OP_SYSCTL                                                                                  \
	.run = op_sysctl,                                                                          \
	.desc.help = "Write a file under /proc/sys/vm, with all that follows from it.",            \
	.desc.nr_args = 5,                                                                         \
	.desc.arg = {{.name = "name",                                                              \
		      .type = MM386_ARG_ENUM,                                                      \
		      .required = true,                                                            \
		      .max = NR_SYSCTLS - 1,                                                       \
		      .words = sysctl_names,                                                       \
		      .help = "file, with . for /"},                                               \
		     ARG_SYSCTL_VALUE, ARG_SYSCTL_VALUE, ARG_SYSCTL_VALUE, ARG_SYSCTL_VALUE}

/* What the kernel's trace says, then what happens without a tracepoint of its own. */
static const char *const ftrace_events[] = {"mm_page_alloc_zone_locked",
					    "mm_page_alloc",
					    "mm_page_free",
					    "mm_page_pcpu_drain",
					    "mm_page_alloc_extfrag",
					    "set_pageblock_migratetype",
					    "page_allocation_failure",
					    NULL};

#define OP_FTRACE                                                                                  \
	.run = op_ftrace,                                                                          \
	.desc.help = "Do to a block what a real kernel's trace says was done to it.",              \
	.desc.nr_args = 6,                                                                         \
	.desc.arg = {{.name = "event",                                                             \
		      .type = MM386_ARG_ENUM,                                                      \
		      .required = true,                                                            \
		      .max = 6,                                                                    \
		      .words = ftrace_events,                                                      \
		      .help = "event of the trace"},                                               \
		     {.name = "pfn",                                                               \
		      .type = MM386_ARG_PFN,                                                       \
		      .open = true,                                                                \
		      .max = UINT32_MAX,                                                           \
		      .def = UINT32_MAX,                                                           \
		      .help = "first frame of the block, as the kernel chose it"},                 \
		     ARG_BLOCK_ORDER("2^order page frames"),                                       \
		     ARG_MIGRATETYPE(true, "asked for, or to move to; not given: the page block's"), \
		     {.name = "gfp",                                                               \
		      .type = MM386_ARG_GFP,                                                       \
		      .max = GFP_ALL,                                                              \
		      .help = "GFP flags of who asked"},                                           \
		     ARG_ON_CPU("CPU that did it, whose own lists are used")}

#define OP_ROW(id, wire_name) [MM386_OP_##id] = {.desc.name = (wire_name), OP_##id},
static const struct op_entry {
	struct mm386_op_desc desc;
	op_run_fn *run;
} ops[MM386_NR_OPS] = {MM386_OPS(OP_ROW)};
// clang-format on

const struct mm386_op_desc *mm386_op_desc(enum mm386_op_id id)
{
	assert((unsigned)id < MM386_NR_OPS);
	return &ops[id].desc;
}

int mm386_op_find(const char *name)
{
	for (int i = 0; i < MM386_NR_OPS; i++)
		if (strcmp(ops[i].desc.name, name) == 0)
			return i;
	return -ENOENT;
}

/* ---- checking a call ---------------------------------------------------------- */

__attribute__((cold, noinline)) static int arg_error(struct mm386_error *err, const char *name,
						     const char *what)
{
	char pointer[sizeof(err->pointer)];

	snprintf(pointer, sizeof(pointer), "/%s", name);
	return error_set(err, pointer, 0, "%s %s", name, what);
}

__attribute__((cold, noinline)) static int range_error(struct mm386_error *err,
						       const char *name, uint64_t value,
						       uint64_t min, uint64_t max)
{
	char what[100];

	snprintf(what, sizeof(what), "is %llu, not within %llu..%llu", (unsigned long long)value,
		 (unsigned long long)min, (unsigned long long)max);
	return arg_error(err, name, what);
}

/* What is wrong with ${op}, for which call_check() found no fault-free reading. */
__attribute__((cold, noinline)) static int call_error(const struct op_rule *r,
						      const struct mm386_op *op,
						      struct mm386_error *err)
{
	const struct mm386_op_desc *d = &ops[op->id].desc;
	unsigned seen = 0; /* bit n: group n was given */

	if (op->given >> d->nr_args)
		return error_set(err, "", 0, "%s has only %u arguments", d->name, d->nr_args);
	for (unsigned i = 0; i < d->nr_args; i++) {
		const struct mm386_arg_desc *a = &d->arg[i];

		if (!(op->given & 1u << i)) {
			if (a->required)
				return arg_error(err, a->name, "is missing");
			continue;
		}
		if (op->arg[i] - r->min[i] > r->span[i])
			return range_error(err, a->name, op->arg[i], r->min[i], r->min[i] + r->span[i]);
		if (a->one_of && (seen & 1u << a->one_of))
			return arg_error(err, a->name, "excludes the other way to say the same");
		seen |= 1u << a->one_of;
	}
	for (unsigned i = 0; i < d->nr_args; i++)
		if (d->arg[i].one_of && !(seen & 1u << d->arg[i].one_of))
			return arg_error(err, d->arg[i].name,
					 "or the other way to say it must be given");
	assert(false); /* the two checks disagree */
	return -EINVAL;
}

/* The largest value of ${a}: a CPU or node must be one that the machine has. */
static uint64_t arg_max(const struct mm386_arg_desc *a, const struct mm386_info *info)
{
	if (a->type == MM386_ARG_CPU)
		return info->cpus - 1u;
	if (a->type == MM386_ARG_NODE)
		return info->nr_nodes - 1u;
	return a->max;
}

/* Which arguments may be given together.  An operation has at most one group of alternatives. */
static uint64_t together(const struct mm386_op_desc *d)
{
	unsigned needed = 0, one_of = 0;
	uint64_t sets = 0;

	assert(d->nr_args <= MM386_OP_ARGS);
	for (unsigned i = 0; i < MM386_OP_ARGS; i++) { /* rows that are not there need nothing */
		assert(d->arg[i].one_of <= 1);
		needed |= (unsigned)d->arg[i].required << i;
		one_of |= (unsigned)d->arg[i].one_of << i;
	}
	for (unsigned given = 0; given < 1u << d->nr_args; given++) {
		bool one = one_of == 0 || __builtin_popcount(given & one_of) == 1;

		if (one && (needed & ~given) == 0)
			sets |= UINT64_C(1) << given;
	}
	return sets;
}

/* The rules that follow from the rows. */
void op_rules_init(struct op_rule rule[MM386_NR_OPS], const struct mm386_info *info)
{
	for (unsigned id = 0; id < MM386_NR_OPS; id++) {
		const struct mm386_op_desc *d = &ops[id].desc;
		struct op_rule *r = &rule[id];

		*r = (struct op_rule){.together = together(d)};
		for (unsigned i = 0; i < d->nr_args; i++) {
			r->min[i] = d->arg[i].min;
			r->span[i] = arg_max(&d->arg[i], info) - d->arg[i].min;
			r->def[i] = d->arg[i].def;
			if (d->arg[i].type == MM386_ARG_PFN)
				r->frame_arg = (uint8_t)i;
			if (d->arg[i].type == MM386_ARG_ORDER)
				r->order_arg = (uint8_t)i;
		}
	}
}

/* Required arguments are there, others get their default, values are in range. */
static inline int call_check(const struct mm386 *m, const struct mm386_op *op, struct op_call *call,
			     struct mm386_error *err)
{
	const struct op_rule *r = &m->rule[op->id];
	unsigned given = op->given % (1u << MM386_OP_ARGS);
	/* One branch at the end: which operation it is, is hard to foresee. */
	bool bad = (given != op->given) | !(r->together >> given & 1);

	memcpy(call->arg, r->def, sizeof(call->arg));
	for (; given; given &= given - 1) {
		unsigned i = (unsigned)__builtin_ctz(given);

		bad |= op->arg[i] - r->min[i] > r->span[i];
		call->arg[i] = op->arg[i];
	}
	return bad ? call_error(r, op, err) : 0;
}

int mm386_apply(struct mm386 *m, const struct mm386_op *op, struct mm386_result *res,
		struct mm386_error *err)
{
	struct op_call call;

	if (op->id >= MM386_NR_OPS)
		return error_set(err, "/op", 0, "there is no operation number %u", op->id);
	if (call_check(m, op, &call, err))
		return -EINVAL;
	call.id = op->id;
	call.given = op->given;

	m->cur_seq = ++m->s->seq;
	res->seq = m->cur_seq;
	res->ok = false;
	res->err = 0;
	res->pfn = NO_PFN;
	res->va = 0;
	res->order = 0;
	res->zone = -1;
	res->nr_why = 0;
	ops[op->id].run(m, &call, res);
	m->recent[m->cur_seq & m->s->recent_mask] = res->pfn;
#ifdef MM386_CHECKS
	assert(mm386_check(m) == NULL);
#endif
	return 0;
}

/*
 * The descriptors of the frame and of the two that its block may merge with first.  The kind of
 * operation makes no branch here: it could not be foreseen either.
 */
void mm386_expect(const struct mm386 *m, const struct mm386_op *op)
{
	uint64_t frame;
	unsigned order;

	if (op->id >= MM386_NR_OPS)
		return;
	frame = op->arg[m->rule[op->id].frame_arg];
	frame = frame < m->s->info.max_mapnr ? frame : 0;
	order = op->arg[m->rule[op->id].order_arg] % 16; /* a mask; what is larger is refused anyway */
	__builtin_prefetch(&m->page[frame], 1);
	__builtin_prefetch(&m->page[frame ^ 1u << order], 1);
	__builtin_prefetch(&m->page[frame ^ 2u << order], 1);
	__builtin_prefetch(&m->kind[frame], 1);
	__builtin_prefetch(&m->dirty.level[0][frame / 64], 1);
}
