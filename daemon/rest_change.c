/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rest.h"
#include "routes.h"
#include "wire.h"

/* The answer to the operation that was applied last. */
static void write_answer(struct wbuf *b, const struct owner *own, const struct mm386_op *op,
			 const struct mm386_result *res)
{
	const struct wire_story story = { own->op_event, own->nr_op_events, own->op_events_omitted };

	wire_answer(b, own->m, op, res, &story);
}

static void batch_free(void *arg)
{
	wire_batch_free(arg);
	free(arg);
}

/* The operations of the body into r->data.  False: refused. */
static bool read_batch(struct request *r, size_t max)
{
	struct wire_batch *batch = malloc(sizeof(*batch));
	struct mm386_error err = { 0 };
	int bad = batch ? wire_batch_parse(r->body, r->body_len, max, batch, &err) : -ENOMEM;

	if (bad) {
		free(batch);
		request_problem(r, request_status_of(bad), &err);
		return false;
	}
	r->data = batch;
	r->data_free = batch_free;
	if (batch->bad && !batch->nr && !batch->list) {
		request_problem(r, 422, &batch->err);
		return false;
	}
	return true;
}

/* The answer's beginning is thrown away: the problem tells how far it got. */
static void refuse_batch(struct request *r, int status, const struct mm386_error *err, const struct wire_batch *batch,
			 size_t applied)
{
	static const char *const title = "Wrong operation";
	struct wbuf *b = &r->answer.text;

	wbuf_reset(b);
	request_answer(r, (unsigned)status, "application/problem+json");
	wire_problem(b, status, status == 507 ? "Log full" : title, err, batch->list ? (long)applied : -1);
}

static enum job_next post_ops(struct session *s, struct request *r)
{
	struct wire_batch *batch = r->data;
	struct wbuf *b = request_answer(r, 200, TYPE_JSON);
	struct mm386_error err = { 0 };
	struct mm386_result res;
	size_t i;

	if (batch->list)
		wire_answers_begin(b);
	for (i = 0; i < batch->nr; i++) {
		int bad = owner_apply(s->own, &batch->op[i], ORIGIN_REST, &res, &err);

		if (bad == -EINVAL) {
			if (batch->list)
				wire_pointer_prefix(&err, i);
			refuse_batch(r, 422, &err, batch, i);
			return JOB_DONE;
		}
		if (bad) {
			int status = owner_log_problem(s->own, bad, &err);

			refuse_batch(r, status, &err, batch, i);
			return JOB_DONE;
		}
		if (i)
			wire_answers_next(b);
		write_answer(b, s->own, &batch->op[i], &res);
	}
	if (batch->bad)
		refuse_batch(r, 422, &batch->err, batch, i);
	else if (batch->list)
		wire_answers_end(b, i);
	return JOB_DONE;
}

enum request_next rest_post_ops(struct request *r)
{
	if (!rest_find_machine(r) || !read_batch(r, OPS_MAX))
		return REQUEST_ANSWERED;
	return request_defer(r, post_ops);
}

/* ---- allocations ---------------------------------------------------------------- */

static enum job_next post_allocation(struct session *s, struct request *r)
{
	struct wire_batch *batch = r->data;
	struct mm386_error err = { 0 };
	struct mm386_result res;
	int bad = owner_apply(s->own, &batch->op[0], ORIGIN_REST, &res, &err);

	if (bad == -EINVAL) {
		request_problem(r, 422, &err);
	} else if (bad) {
		int status = owner_log_problem(s->own, bad, &err);

		request_problem(r, status, &err);
	} else {
		write_answer(request_answer(r, res.ok ? 201 : 200, TYPE_JSON), s->own, &batch->op[0], &res);
		if (res.ok)
			snprintf(r->answer.location, sizeof(r->answer.location),
				 API_PREFIX "/machines/%s/allocations/a%llu", s->name, (unsigned long long)res.seq);
	}
	return JOB_DONE;
}

enum request_next rest_post_allocation(struct request *r)
{
	const struct wire_batch *batch;

	if (!rest_find_machine(r))
		return REQUEST_ANSWERED;
	if (r->body[strspn(r->body, " \t\r\n")] == '[')
		return request_refuse(r, 422, "", "an allocation is one operation, not a list of them");
	if (!read_batch(r, 1))
		return REQUEST_ANSWERED;
	batch = r->data;
	if (!mm386_op_desc((enum mm386_op_id)batch->op[0].id)->allocates)
		return request_refuse(r, 422, "/op", "%s allocates nothing: post it to ops",
				      mm386_op_desc((enum mm386_op_id)batch->op[0].id)->name);
	return request_defer(r, post_allocation);
}

/* The operation that frees what ${a} is. */
static void freeing_op(struct mm386_op *op, const struct mm386_alloc *a)
{
	const struct mm386_op_desc *desc = mm386_op_desc(MM386_OP_FREE_PAGES);

	memset(op, 0, sizeof(*op));
	op->id = MM386_OP_FREE_PAGES;
	for (unsigned i = 0; i < desc->nr_args; i++) {
		bool is_pfn = !strcmp(desc->arg[i].name, "pfn");

		if (!is_pfn && strcmp(desc->arg[i].name, "order"))
			continue;
		op->arg[i] = is_pfn ? a->pfn : a->order;
		op->given |= (uint16_t)(1u << i);
	}
}

static enum job_next free_allocation(struct session *s, struct request *r)
{
	struct mm386_error err = { 0 };
	struct mm386_result res;
	struct mm386_alloc a;
	struct mm386_op op;
	int bad;

	if (mm386_alloc_find(s->own->m, r->number[0], &a)) {
		request_refuse(r, 404, "", "no live allocation is called %.40s", r->arg[1]);
		return JOB_DONE;
	}
	freeing_op(&op, &a);
	bad = owner_apply(s->own, &op, ORIGIN_REST, &res, &err);
	if (bad) {
		int status = bad == -EINVAL ? 422 : owner_log_problem(s->own, bad, &err);

		request_problem(r, status, &err);
		return JOB_DONE;
	}
	write_answer(request_answer(r, 200, TYPE_JSON), s->own, &op, &res);
	return JOB_DONE;
}

enum request_next rest_free_allocation(struct request *r)
{
	if (!rest_find_machine(r))
		return REQUEST_ANSWERED;
	if (wire_alloc_id_parse(r->arg[1], &r->number[0]))
		return request_refuse(r, 404, "", "no live allocation is called %.40s", r->arg[1]);
	return request_defer(r, free_allocation);
}

/* ---- the scene --------------------------------------------------------------------- */

static enum job_next get_scene(struct session *s, struct request *r)
{
	wire_scene(request_answer(r, 200, TYPE_JSON), &s->own->scene_state);
	return JOB_DONE;
}

enum request_next rest_get_scene(struct request *r)
{
	return rest_find_machine(r) ? request_defer(r, get_scene) : REQUEST_ANSWERED;
}

static enum job_next put_scene(struct session *s, struct request *r)
{
	struct owner *own = s->own;
	struct wire_scene scene = own->scene_state;
	struct mm386_error err = { 0 };
	int bad = wire_scene_parse(r->body, r->body_len, &scene, &err);

	if (bad) {
		request_problem(r, request_status_of(bad), &err);
		return JOB_DONE;
	}
	if (strcmp(scene.name, SCENE_NAME)) {
		request_refuse(r, 422, "/name", "there is one scene: " SCENE_NAME);
		return JOB_DONE;
	}
	if (own->journal_err) {
		request_problem(r, owner_log_problem(own, -EIO, &err), &err);
		return JOB_DONE;
	}
	bad = owner_save_scene(own, &scene);
	if (bad) {
		request_refuse(r, 507, "", "the scene cannot be written down: %s", strerror(-bad));
		return JOB_DONE;
	}
	r->answer.lasting = true;
	own->scene_state = scene;
	own->scene_due_ns = now_ns();
	own->presence_changed = true;
	own->presence_due_ns = 0; /* who pressed the button wants to see it */
	wire_scene(request_answer(r, 200, TYPE_JSON), &own->scene_state);
	return JOB_DONE;
}

enum request_next rest_put_scene(struct request *r)
{
	return rest_find_machine(r) ? request_defer(r, put_scene) : REQUEST_ANSWERED;
}
