/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire.h - the engine's structs as JSON, and requests as the engine's structs.
 *
 * The shapes are those of docs/PROTOCOL.md.  Writers append to a wbuf and
 * cannot fail half way (ask wbuf_ok() at the end).  Parsers return 0 or
 *
 *	-EBADMSG  the text is no JSON object (or list) at all: status 400
 *	-EINVAL   well formed but wrong, ${err} points at the member: status 422
 *	-E2BIG    more than was allowed, ${err} says of what: status 413
 *	-ENOMEM   the host is out of memory: status 503
 *
 * and touch their outputs only on success.  JSON itself (jansson) is known to
 * wire*.c and config.c alone.
 */
#ifndef WIRE_H
#define WIRE_H

#include "mm386.h"
#include "wbuf.h"

#define WIRE_VERSION	  1
#define WIRE_PROTOCOL	  "mm386.v1"
#define WIRE_DELTA_OPS	  256  /* newest operations that travel with one delta */
#define WIRE_DELTA_EVENTS 1024 /* newest events that travel with one delta */
#define WIRE_ORIGIN_MAX	  16   /* "rest", "scene" and so on, with the NUL */

/* ---- sections ------------------------------------------------------------ */

/* id, name; in the order in which a message has them. */
#define WIRE_SECTIONS(X)                                                                           \
	X(MACHINE, "machine")                                                                      \
	X(LEGEND, "legend")                                                                        \
	X(PHYSICAL, "physical")                                                                    \
	X(FRAMES, "frames")                                                                        \
	X(ZONES, "zones")                                                                          \
	X(VM, "vm")                                                                                \
	X(VIRTUAL, "virtual")                                                                      \
	X(OPS, "ops")                                                                              \
	X(EVENTS, "events")

#define WIRE_SECTION_NR(id, name) WIRE_NR_##id,
enum { WIRE_SECTIONS(WIRE_SECTION_NR) WIRE_NR_SECTIONS };
#define WIRE_SECTION_BIT(id, name) WIRE_##id = 1u << WIRE_NR_##id,
/* Set of sections.  OPS and EVENTS explain a delta; a snapshot has none. */
enum { WIRE_SECTIONS(WIRE_SECTION_BIT) WIRE_ALL = (1u << WIRE_NR_SECTIONS) - 1 };

/* "frames,zones" -> a set; "" is refused.  0, or -EINVAL with ${err} naming the word. */
int wire_sections_parse(const char *text, unsigned *out, struct mm386_error *err);

/* ---- what is streamed ------------------------------------------------------ */

/* An operation that was applied, as a delta tells it. */
struct wire_note {
	struct mm386_op op;
	uint64_t seq;
	bool ok;
	int err; /* the guest's errno, when not ok */
	char origin[WIRE_ORIGIN_MAX];
};

struct wire_explain { /* of one delta; of both lists the newest travel */
	const struct wire_note *note;
	size_t nr_note, note_omitted; /* omitted: dropped by the caller before */
	const struct mm386_event *event;
	size_t nr_event, event_omitted;
};

/* The whole machine at mm386_seq(m), sections as asked. */
void wire_snapshot(struct wbuf *b, struct mm386 *m, unsigned sections);
/*
 * What changed since the last mm386_cut(), which was at ${base}.  Does not cut:
 * the caller writes one delta for each set of sections that is wanted, then
 * cuts.  ${explain} may be NULL.
 */
void wire_delta(struct wbuf *b, struct mm386 *m, uint64_t base, unsigned sections,
		const struct wire_explain *explain);

struct wire_run { /* of frames or page blocks */
	uint32_t first, count;
};
struct wire_changes { /* since a moment before the last cut, as the caller kept them */
	const struct wire_run *run; /* of frames: rising, not overlapping */
	size_t nr;
	const struct wire_run *block; /* of page blocks, the same */
	size_t nr_block;
	uint32_t zones; /* bit i: zone i */
	bool sysctl;	/* something of the section vm */
};
/* The same for what changed since ${base} according to ${changes}. */
void wire_delta_of(struct wbuf *b, struct mm386 *m, uint64_t base, unsigned sections,
		   const struct wire_explain *explain, const struct wire_changes *changes);

struct wire_limits {
	unsigned rate;	      /* deltas a second */
	size_t message_bytes; /* longest message */
};
void wire_hello(struct wbuf *b, const struct mm386 *m, const char *name, unsigned boot,
		const char *server, const struct wire_limits *limits);

struct wire_scene {
	char name[24];
	bool running;
	unsigned rate; /* operations a second, 1..WIRE_SCENE_RATE_MAX */
};
#define WIRE_SCENE_RATE_MAX 1000
void wire_presence(struct wbuf *b, unsigned viewers, const struct wire_scene *scene);
void wire_bye(struct wbuf *b, const char *reason);

/* What a viewer says. */
struct wire_viewer {
	enum { WIRE_VIEWER_SUBSCRIBE, WIRE_VIEWER_RESYNC } type;
	unsigned sections; /* of subscribe; WIRE_ALL when not given */
	unsigned rate;	   /* of subscribe; WIRE_RATE_MAX when not given */
};
#define WIRE_RATE_MAX 20
int wire_viewer_parse(const char *text, size_t len, struct wire_viewer *out,
		      struct mm386_error *err);

/* ---- operations ---------------------------------------------------------------- */

/* One operation object.  0, -EBADMSG or -EINVAL. */
int wire_op_parse(const char *text, size_t len, struct mm386_op *out, struct mm386_error *err);

/*
 * A request's body: one operation or a list.  A list is good up to its first
 * wrong member, so that what comes before can be applied: `bad` is then set,
 * and `err` points at the wrong one ("/3/gfp").
 */
struct wire_batch {
	bool list; /* answer with a list, even if it has one member */
	bool bad;
	size_t nr;
	struct mm386_op *op; /* wire_batch_free() */
	struct mm386_error err;
};
/* 0, -EBADMSG, -E2BIG (more than ${max} members) or -ENOMEM; only after 0 must ${out} be freed. */
int wire_batch_parse(const char *text, size_t len, size_t max, struct wire_batch *out,
		     struct mm386_error *err);
void wire_batch_free(struct wire_batch *batch);
/* Put "/${index}" before the pointer of an error that mm386_apply() gave. */
void wire_pointer_prefix(struct mm386_error *err, size_t index);

/* What an operation did; ${omitted} of its events, the last, are not there. */
struct wire_story {
	const struct mm386_event *event;
	size_t nr;
	uint64_t omitted;
};
/* {"seq", "op", "ok", "result" | "errno", "why", "events"} */
void wire_answer(struct wbuf *b, const struct mm386 *m, const struct mm386_op *op,
		 const struct mm386_result *res, const struct wire_story *story);
/* Before the first answer of a list, between two, and after the last. */
void wire_answers_begin(struct wbuf *b);
void wire_answers_next(struct wbuf *b);
void wire_answers_end(struct wbuf *b, size_t applied);

/* "alloc_pages(GFP_KERNEL, 2)", not quoted. */
void wire_op_text(struct wbuf *b, const struct mm386_op *op);
/* {"ops": [...]}: the table of operations, with their arguments. */
void wire_ops(struct wbuf *b);
/* A JSON Schema (oneOf) of one operation, out of the same table. */
void wire_ops_schema(struct wbuf *b);

/* ---- the log -------------------------------------------------------------------- */

/*
 * {"seq": 17, "op": "alloc_pages", ..., "origin": "rest", "note": "..."} and a newline.  A note is for
 * people, who reads the log passes it over; ${note} NULL: none.
 */
void wire_log_op(struct wbuf *b, const struct mm386_op *op, uint64_t seq, const char *origin, const char *note);
/* {"config": {...}} and a newline. */
void wire_log_config(struct wbuf *b, const struct mm386_config *cfg);

struct wire_log_line {
	bool is_config; /* else an operation, and ${config} says nothing */
	struct mm386_config config;
	struct mm386_op op;
	uint64_t seq; /* 0 when the line has none */
	char origin[WIRE_ORIGIN_MAX];
};
/* One line of a log, with or without its newline.  ${presets}: see config_parse(). */
int wire_log_parse(const char *text, size_t len, const char *presets, struct wire_log_line *out,
		   struct mm386_error *err);

/* ---- answers to GET -------------------------------------------------------------- */

/* One of the list below, and GET /machines/M: {"name", "kernel", ..., "config": {...}}. */
struct wire_machine {
	const char *name;
	const struct mm386 *m;
	const struct mm386_config *config; /* NULL: leave out */
	unsigned boot, viewers;
	const char *token; /* NULL: leave out */
};
void wire_machine(struct wbuf *b, const struct wire_machine *mach);

/* 0, or -ERANGE when there is no such frame (nothing is written then). */
int wire_frame(struct wbuf *b, const struct mm386 *m, mm386_pfn_t pfn, const struct mm386_event *ev,
	       size_t nr_ev);
/* 0, or -ESRCH when there is no such task. */
int wire_translate(struct wbuf *b, const struct mm386 *m, mm386_va_t va, unsigned pid);

/* "a17" -> 17.  0 or -EINVAL. */
int wire_alloc_id_parse(const char *text, uint64_t *seq);
void wire_alloc(struct wbuf *b, const struct mm386 *m, const struct mm386_alloc *a);
/* {"allocations": [...], "next": PFN or null}: at most ${limit} from frame ${from} on. */
void wire_alloc_list(struct wbuf *b, const struct mm386 *m, mm386_pfn_t from, size_t limit);

struct wire_told { /* an operation that events are of */
	struct mm386_op op;
	uint64_t seq;
	const char *origin;
};

/* {"events": [...], "ops": [{"seq", "op", "text", "origin"}, ...], "next": SEQ or null}; ${next} 0: null. */
void wire_events(struct wbuf *b, const struct mm386_event *ev, size_t nr, const struct wire_told *told, size_t nr_told,
		 uint64_t next);
/* {"event", "seq", ...} */
void wire_event(struct wbuf *b, const struct mm386_event *ev);
/* [...] */
void wire_event_list(struct wbuf *b, const struct mm386_event *ev, size_t nr);

void wire_scene(struct wbuf *b, const struct wire_scene *scene);
/* Members that the body does not have stay as they are in ${scene}; touched only on success. */
int wire_scene_parse(const char *text, size_t len, struct wire_scene *scene,
		     struct mm386_error *err);

/* {"title", "status", "detail", "pointer", "applied"}; ${err} may be NULL, ${applied} < 0 leaves it
 * out. */
void wire_problem(struct wbuf *b, int status, const char *title, const struct mm386_error *err,
		  long applied);

/* The name of a guest's errno: "ENOMEM". */
const char *wire_errno_name(int err);

#endif
