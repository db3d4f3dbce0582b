/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "replayer.h"
#include "rest.h"
#include "wire.h"

#define LIST_DEFAULT 1000
#define LIST_MAX 10000
#define PROC_MAX (16u << 20) /* bytes of one file */

/* How many, from ?limit.  False: refused. */
static bool read_limit(struct request *r, uint64_t *out)
{
	*out = LIST_DEFAULT;
	if (!request_query_number(r, "limit", LIST_MAX, out))
		return false;
	if (*out)
		return true;
	request_refuse(r, 422, "", "limit=0 is not a whole number from 1 to %d", LIST_MAX);
	return false;
}

/* Hand a question about the past on.  JOB_DONE: it could not be, and has been refused. */
static enum job_next ask_past(struct session *s, struct request *r, struct replay *ask)
{
	int err;

	ask->r = r;
	ask->s = s;
	ask->bytes = s->own->host_bytes;
	ask->log = oplog_get(s->own->log);
	ask->from = history_find(&s->own->history, ask->want_events ? ask->events_from : ask->to);
	err = replayer_submit(s->srv->replayer, ask);
	if (!err)
		return JOB_PASSED_ON;
	oplog_put(ask->log);
	checkpoint_put(ask->from);
	request_refuse(r, 503, "", "too many questions about the past wait");
	return JOB_DONE;
}

/* ---- snapshot: number[0] is the sections, number[1] the moment (UINT64_MAX: now) ---- */

static void snapshot_then(struct replay *rp, struct mm386 *m)
{
	if (m)
		wire_snapshot(request_answer(rp->r, 200, TYPE_JSON), m, (unsigned)rp->r->number[0]);
	else
		request_refuse(rp->r, rp->status, "", "%s", rp->detail);
	request_finish(rp->r);
}

static enum job_next snapshot(struct session *s, struct request *r)
{
	uint64_t seq = mm386_seq(s->own->m);
	struct replay ask = { .to = r->number[1], .done = snapshot_then };

	if (r->number[1] == UINT64_MAX || r->number[1] == seq) {
		wire_snapshot(request_answer(r, 200, TYPE_JSON), s->own->m, (unsigned)r->number[0]);
		return JOB_DONE;
	}
	if (r->number[1] > seq) {
		request_refuse(r, 422, "", "at=%llu: the last operation is %llu",
			       (unsigned long long)r->number[1], (unsigned long long)seq);
		return JOB_DONE;
	}
	return ask_past(s, r, &ask);
}

enum request_next rest_snapshot(struct request *r)
{
	const char *sections = request_query(r, "sections");
	struct mm386_error err = { 0 };
	unsigned set = WIRE_ALL;

	r->number[1] = UINT64_MAX;
	if (!rest_find_machine(r) || !request_query_number(r, "at", UINT64_MAX - 1, &r->number[1]))
		return REQUEST_ANSWERED;
	if (sections && wire_sections_parse(sections, &set, &err)) {
		err.pointer[0] = '\0'; /* it is no member of a body */
		return request_problem(r, 422, &err);
	}
	r->number[0] = set;
	return request_defer(r, snapshot);
}

/* ---- events: number[0] from, number[1] limit ----------------------------------------- */

#define TOLD_BLOCK 64 /* operations at a time */

/* The operations in ${log} that ${ev} are of, into ${told}[${nr}]; return how many.  Boot's events are of none. */
static size_t operations_of(struct oplog *log, const struct mm386_event *ev, size_t nr, struct wire_told *told)
{
	struct oplog_entry entry[TOLD_BLOCK];
	size_t n = 0, nr_told = 0;

	for (size_t i = 0; i < nr; i++) {
		if (!ev[i].seq || (nr_told && told[nr_told - 1].seq == ev[i].seq))
			continue;
		if (!n || ev[i].seq >= entry[0].seq + n)
			n = oplog_read(log, ev[i].seq, entry, TOLD_BLOCK);
		if (!n)
			break;
		const struct oplog_entry *of = &entry[ev[i].seq - entry[0].seq];
		told[nr_told++] = (struct wire_told){ of->op, of->seq, origin_name(of->origin) };
	}
	return nr_told;
}

static void answer_events(struct request *r, struct oplog *log, const struct mm386_event *ev, size_t nr, uint64_t next)
{
	struct wire_told *told = malloc((nr + 1) * sizeof(*told));

	if (told)
		wire_events(request_answer(r, 200, TYPE_JSON), ev, nr, told, operations_of(log, ev, nr, told), next);
	else
		request_refuse(r, 503, "", "this server is out of memory");
	free(told);
}

static void events_then(struct replay *rp, struct mm386 *m)
{
	if (m)
		answer_events(rp->r, rp->log, rp->event, rp->nr_events, rp->events_next);
	else
		request_refuse(rp->r, rp->status, "", "%s", rp->detail);
	request_finish(rp->r);
}

static enum job_next events(struct session *s, struct request *r)
{
	struct replay ask = {
		.to = mm386_seq(s->own->m),
		.want_events = true,
		.events_from = r->number[0],
		.max_events = r->number[1],
		.done = events_then,
	};
	struct mm386_event *event = malloc((r->number[1] + OWNER_OP_EVENTS) * sizeof(*event));
	uint64_t next;
	size_t nr;

	if (event && owner_events_since(s->own, r->number[0], r->number[1], event, &nr, &next)) {
		answer_events(r, s->own->log, event, nr, next);
		free(event);
		return JOB_DONE;
	}
	free(event);
	return ask_past(s, r, &ask);
}

enum request_next rest_events(struct request *r)
{
	if (!rest_find_machine(r) || !request_query_number(r, "from", UINT64_MAX - 1, &r->number[0]) ||
	    !read_limit(r, &r->number[1]))
		return REQUEST_ANSWERED;
	return request_defer(r, events);
}

/* ---- a frame: number[0] pfn, number[1] the operation whose events are in data --------- */

struct frame_story {
	size_t nr;
	struct mm386_event event[];
};

/* The operation that made the frame what it is: that handed its block out, if any. */
static uint64_t frame_cause(const struct mm386 *m, mm386_pfn_t pfn)
{
	struct mm386_frame_view f;

	if (mm386_frame(m, pfn, &f))
		return 0;
	if (!f.alloc_seq && f.head != MM386_NO_PFN && f.head != pfn && mm386_frame(m, f.head, &f))
		return 0;
	return f.alloc_seq;
}

static enum job_next frame_told(struct session *s, struct request *r);

static void frame_then(struct replay *rp, struct mm386 *m)
{
	struct request *r = rp->r;
	struct frame_story *story = m ? malloc(sizeof(*story) + rp->nr_events * sizeof(story->event[0])) : NULL;

	if (!story) {
		request_refuse(r, 503, "", "%s", m ? "this server is out of memory" : rp->detail);
		request_finish(r);
		return;
	}
	story->nr = rp->nr_events;
	memcpy(story->event, rp->event, rp->nr_events * sizeof(story->event[0]));
	r->data = story;
	r->data_free = free;
	r->job.run = frame_told;
	if (session_submit(rp->s, &r->job)) {
		request_refuse(r, 404, "", "this machine has ended");
		request_finish(r);
	}
}

/* Answer with the events in r->data, or find those of the frame's cause first. */
static enum job_next frame_told(struct session *s, struct request *r)
{
	struct mm386_event *event;
	struct frame_story *story = r->data;
	uint64_t cause = frame_cause(s->own->m, (mm386_pfn_t)r->number[0]), next;
	struct replay ask = {
		.to = cause,
		.want_events = true,
		.events_from = cause ? cause - 1 : 0,
		.max_events = WIRE_DELTA_EVENTS,
		.done = frame_then,
	};
	size_t nr = 0;
	bool have = true;

	if (story && r->number[1] == cause) {
		wire_frame(request_answer(r, 200, TYPE_JSON), s->own->m, (mm386_pfn_t)r->number[0], story->event,
			   story->nr);
		return JOB_DONE;
	}
	event = malloc((WIRE_DELTA_EVENTS + OWNER_OP_EVENTS) * sizeof(*event));
	if (cause && event) {
		have = owner_events_since(s->own, cause - 1, WIRE_DELTA_EVENTS, event, &nr, &next);
		while (have && nr && event[nr - 1].seq != cause)
			nr--;
	}
	/* The frame changed hands while its past was looked up: tell what is known. */
	if (have || story) {
		if (wire_frame(request_answer(r, 200, TYPE_JSON), s->own->m, (mm386_pfn_t)r->number[0], event, nr))
			request_refuse(r, 404, "", "this machine has %u frames", mm386_info(s->own->m)->nr_frames);
		free(event);
		return JOB_DONE;
	}
	free(event);
	r->number[1] = cause;
	return ask_past(s, r, &ask);
}

enum request_next rest_frame(struct request *r)
{
	char *end;
	unsigned long long pfn;

	if (!rest_find_machine(r))
		return REQUEST_ANSWERED;
	errno = 0;
	pfn = strtoull(r->arg[1], &end, 0);
	if (r->arg[1][0] < '0' || r->arg[1][0] > '9' || *end || errno || pfn >= MM386_NO_PFN)
		return request_refuse(r, 404, "", "%.40s is no page frame number", r->arg[1]);
	r->number[0] = pfn;
	return request_defer(r, frame_told);
}

/* ---- the rest ---------------------------------------------------------------------------- */

static enum job_next translate(struct session *s, struct request *r)
{
	if (wire_translate(request_answer(r, 200, TYPE_JSON), s->own->m, (mm386_va_t)r->number[0],
			   (unsigned)r->number[1]))
		request_refuse(r, 404, "", "no process has number %llu", (unsigned long long)r->number[1]);
	return JOB_DONE;
}

enum request_next rest_translate(struct request *r)
{
	const char *va = request_query(r, "va");
	unsigned long long n;
	char *end;

	if (!rest_find_machine(r) || !request_query_number(r, "pid", UINT32_MAX, &r->number[1]))
		return REQUEST_ANSWERED;
	if (!va)
		return request_refuse(r, 422, "", "va=ADDRESS is missing");
	errno = 0;
	n = strtoull(va, &end, 0);
	if (*va < '0' || *va > '9' || *end || errno || n > UINT32_MAX)
		return request_refuse(r, 422, "", "va=%.40s is no linear address, such as 0xc0000000", va);
	r->number[0] = n;
	return request_defer(r, translate);
}

static enum job_next proc(struct session *s, struct request *r)
{
	struct wbuf *b = request_answer(r, 200, TYPE_TEXT);
	long len = mm386_proc(s->own->m, r->arg[1], NULL, 0);
	char *room;

	if (len < 0 || len > (long)PROC_MAX) {
		request_refuse(r, 404, "", "this kernel has no /proc/%.60s", r->arg[1]);
		return JOB_DONE;
	}
	room = wbuf_room(b, (size_t)len + 1);
	if (room) {
		mm386_proc(s->own->m, r->arg[1], room, (size_t)len + 1);
		b->len += (size_t)len;
	}
	return JOB_DONE;
}

enum request_next rest_proc(struct request *r)
{
	return rest_find_machine(r) ? request_defer(r, proc) : REQUEST_ANSWERED;
}

/* number[0] from, number[1] limit */
static enum job_next list_allocations(struct session *s, struct request *r)
{
	wire_alloc_list(request_answer(r, 200, TYPE_JSON), s->own->m, (mm386_pfn_t)r->number[0], r->number[1]);
	return JOB_DONE;
}

enum request_next rest_list_allocations(struct request *r)
{
	if (!rest_find_machine(r) || !request_query_number(r, "from", MM386_NO_PFN - 1, &r->number[0]) ||
	    !read_limit(r, &r->number[1]))
		return REQUEST_ANSWERED;
	return request_defer(r, list_allocations);
}

static enum job_next get_allocation(struct session *s, struct request *r)
{
	struct mm386_alloc a;

	if (mm386_alloc_find(s->own->m, r->number[0], &a))
		request_refuse(r, 404, "", "no live allocation is called %.40s", r->arg[1]);
	else
		wire_alloc(request_answer(r, 200, TYPE_JSON), s->own->m, &a);
	return JOB_DONE;
}

enum request_next rest_get_allocation(struct request *r)
{
	if (!rest_find_machine(r))
		return REQUEST_ANSWERED;
	if (wire_alloc_id_parse(r->arg[1], &r->number[0]))
		return request_refuse(r, 404, "", "no live allocation is called %.40s", r->arg[1]);
	return request_defer(r, get_allocation);
}

/* ---- the log, as long as it may be: read while it is sent ------------------------------- */

#define LOG_BLOCK 512 /* operations at a time */

struct log_reader {
	struct oplog *log;
	uint64_t next, last; /* next is 0 before the configuration */
	struct wbuf text;
	size_t sent; /* of text */
};

static void log_fill(struct log_reader *lr)
{
	struct oplog_entry entry[LOG_BLOCK];
	size_t n;

	wbuf_reset(&lr->text);
	lr->sent = 0;
	if (!lr->next) {
		wire_log_config(&lr->text, oplog_config(lr->log));
		lr->next = 1;
		return;
	}
	n = oplog_read(lr->log, lr->next, entry, LOG_BLOCK);
	for (size_t i = 0; i < n && entry[i].seq <= lr->last; i++)
		wire_log_op(&lr->text, &entry[i].op, entry[i].seq, origin_name(entry[i].origin), NULL);
	lr->next += n;
}

static ssize_t log_next(void *arg, char *buf, size_t size)
{
	struct log_reader *lr = arg;

	if (lr->sent == lr->text.len && lr->next <= lr->last)
		log_fill(lr);
	if (!wbuf_ok(&lr->text))
		return -1;
	if (size > lr->text.len - lr->sent)
		size = lr->text.len - lr->sent;
	memcpy(buf, lr->text.data + lr->sent, size);
	lr->sent += size;
	return (ssize_t)size;
}

static void log_free(void *arg)
{
	struct log_reader *lr = arg;

	oplog_put(lr->log);
	wbuf_free(&lr->text);
	free(lr);
}

static enum job_next get_oplog(struct session *s, struct request *r)
{
	struct log_reader *lr = calloc(1, sizeof(*lr));

	if (!lr) {
		request_refuse(r, 503, "", "this server is out of memory");
		return JOB_DONE;
	}
	wbuf_init(&lr->text, 16u << 20);
	lr->log = oplog_get(s->own->log);
	lr->last = mm386_seq(s->own->m);
	request_answer(r, 200, "application/jsonl");
	r->answer.stream = log_next;
	r->answer.stream_arg = lr;
	r->answer.stream_free = log_free;
	return JOB_DONE;
}

enum request_next rest_get_oplog(struct request *r)
{
	return rest_find_machine(r) ? request_defer(r, get_oplog) : REQUEST_ANSWERED;
}
