/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * daemon_rest.c - operations over REST, on 64 connections that stay open, one
 * request under way on each.
 *
 * The limit is libmicrohttpd with two threads that parses the same bodies by
 * jansson and answers constants as long as our answers.  Both see the same
 * requests: a page is allocated, then that page is freed.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <microhttpd.h>
#include <sys/epoll.h>

#include "bench.h"
#include "spawn.h"

#define CONNECTIONS 64
#define SECONDS 1.0
#define ANSWER_MAX 8192

/* ---- the limit ------------------------------------------------------------------ */

struct limit {
	size_t alloc_bytes, free_bytes; /* of the answers */
};

struct body {
	size_t len;
	char text[512];
};

static enum MHD_Result limit_request(void *arg, struct MHD_Connection *c, const char *url, const char *method,
				     const char *version, const char *data, size_t *size, void **state)
{
	static char text[ANSWER_MAX];
	struct limit *limit = arg;
	struct body *body = *state;
	struct MHD_Response *resp;
	enum MHD_Result queued;
	json_t *json;
	size_t len;

	(void)url, (void)method, (void)version;
	if (!body) {
		*state = calloc(1, sizeof(*body));
		return *state ? MHD_YES : MHD_NO;
	}
	if (*size) {
		memcpy(body->text + body->len, data, *size);
		body->len += *size;
		*size = 0;
		return MHD_YES;
	}
	json = json_loadb(body->text, body->len, JSON_REJECT_DUPLICATES, NULL);
	len = json_object_get(json, "pfn") ? limit->free_bytes : limit->alloc_bytes;
	json_decref(json);
	resp = MHD_create_response_from_buffer(len, text, MHD_RESPMEM_PERSISTENT);
	MHD_add_response_header(resp, "Content-Type", "application/json");
	queued = MHD_queue_response(c, 200, resp);
	MHD_destroy_response(resp);
	return queued;
}

static void limit_done(void *arg, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
	(void)arg, (void)c, (void)why;
	free(*state);
}

static void serve_limit(int listener, void *arg)
{
	struct MHD_Daemon *d = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO, 0, NULL, NULL, limit_request, arg,
		MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_THREAD_POOL_SIZE, 2u,
		MHD_OPTION_NOTIFY_COMPLETED, limit_done, NULL, MHD_OPTION_END);

	if (!d)
		spawn_fail("libmicrohttpd");
	pause();
}

/* ---- the load --------------------------------------------------------------------- */

struct client {
	int fd;
	unsigned port;
	bool freeing; /* the request under way frees page pfn */
	unsigned pfn;
	size_t have, body_bytes;
	char answer[ANSWER_MAX + 1];
};

static void ask(struct client *c)
{
	char body[128], text[512];
	int len, n;

	if (c->freeing)
		len = snprintf(body, sizeof(body), "{\"op\":\"free_pages\",\"pfn\":%u,\"order\":0}", c->pfn);
	else
		len = snprintf(body, sizeof(body), "{\"op\":\"alloc_pages\",\"gfp\":\"GFP_KERNEL\",\"order\":0}");
	n = snprintf(text, sizeof(text),
		     "POST /api/v1/machines/bench/ops HTTP/1.1\r\nHost: localhost:%u\r\n"
		     "Content-Length: %d\r\n\r\n%s",
		     c->port, len, body);
	c->have = 0;
	if (write(c->fd, text, (size_t)n) != n)
		spawn_fail("write");
}

/* Read what there is.  True: the answer is complete. */
static bool listen_to(struct client *c)
{
	ssize_t n = read(c->fd, c->answer + c->have, ANSWER_MAX - c->have);
	const char *end, *length;

	if (n < 0 && errno == EAGAIN)
		return false;
	if (n <= 0)
		spawn_fail("an answer");
	c->have += (size_t)n;
	c->answer[c->have] = '\0';
	end = strstr(c->answer, "\r\n\r\n");
	length = end ? strstr(c->answer, "Content-Length: ") : NULL;
	if (!length)
		return false;
	c->body_bytes = strtoul(length + 16, NULL, 10);
	if (c->have < (size_t)(end + 4 - c->answer) + c->body_bytes)
		return false;
	if (strncmp(c->answer, "HTTP/1.1 200", 12)) {
		fprintf(stderr, "%s\n", c->answer);
		exit(1);
	}
	return true;
}

static void next_request(struct client *c)
{
	const char *pfn = c->freeing ? NULL : strstr(c->answer, "\"pfn\":");

	c->pfn = pfn ? (unsigned)strtoul(pfn + 6, NULL, 10) : 0;
	c->freeing = !c->freeing;
	ask(c);
}

/* Answers a second. */
static double load(struct server_process server)
{
	static struct client client[CONNECTIONS];
	struct epoll_event ev[CONNECTIONS];
	int ep = epoll_create1(EPOLL_CLOEXEC);
	unsigned long answers = 0;
	double start = bench_now(), end = start + SECONDS;

	for (unsigned i = 0; i < CONNECTIONS; i++) {
		struct epoll_event add = { .events = EPOLLIN, .data.ptr = &client[i] };

		client[i] = (struct client){ .fd = spawn_connect(server), .port = server.port };
		fcntl(client[i].fd, F_SETFL, O_NONBLOCK);
		epoll_ctl(ep, EPOLL_CTL_ADD, client[i].fd, &add);
		ask(&client[i]);
	}
	while (bench_now() < end) {
		int n = epoll_wait(ep, ev, CONNECTIONS, 1000);

		for (int i = 0; i < n; i++) {
			if (!listen_to(ev[i].data.ptr))
				continue;
			answers++;
			next_request(ev[i].data.ptr);
		}
	}
	for (unsigned i = 0; i < CONNECTIONS; i++)
		close(client[i].fd);
	close(ep);
	return (double)answers / (bench_now() - start);
}

/* The length of the answer's body. */
static size_t measure(struct client *c)
{
	ask(c);
	while (!listen_to(c))
		;
	return c->body_bytes;
}

/* Bare writes of what 64 operations put into a log, each synced, in operations a second. */
static double sync_rate(const char *dir)
{
	static char lines[CONNECTIONS * 80];
	double start, end;
	unsigned long ops = 0;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/limit", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		spawn_fail(path);
	start = bench_now();
	for (end = start + SECONDS / 4; bench_now() < end; ops += CONNECTIONS)
		if (write(fd, lines, sizeof(lines)) < 0 || fdatasync(fd))
			spawn_fail(path);
	close(fd);
	return (double)ops / (bench_now() - start);
}

static struct limit measure_answers(struct server_process server)
{
	struct client one = { .fd = spawn_connect(server), .port = server.port };
	struct limit limit;

	limit.alloc_bytes = measure(&one);
	one.pfn = (unsigned)strtoul(strstr(one.answer, "\"pfn\":") + 6, NULL, 10);
	one.freeing = true;
	limit.free_bytes = measure(&one);
	close(one.fd);
	return limit;
}

int main(void)
{
	static const char config[] = "{\"name\":\"bench\",\"memory\":\"512M\"}";
	char dir[] = "/tmp/mm386-bench-XXXXXX", file[64], state[64], web[4096], clean[80];
	const char *srcdir = getenv("srcdir"), *program = getenv("MM386D");
	double ours_rate[BENCH_TURNS], bare_rate[BENCH_TURNS], kept_rate[BENCH_TURNS], disk_rate[BENCH_TURNS];
	struct server_process ours, kept, bare;
	struct limit limit;
	FILE *f;

	snprintf(web, sizeof(web), "%s/web/static", srcdir ? srcdir : ".");
	if (!program)
		program = "./mm386d";
	if (!mkdtemp(dir))
		spawn_fail(dir);
	snprintf(file, sizeof(file), "%s/bench.json", dir);
	snprintf(state, sizeof(state), "%s/state", dir);
	f = fopen(file, "w");
	if (!f || fputs(config, f) < 0 || fclose(f))
		spawn_fail(file);
	ours = spawn_program((const char *[]){ program, "--listen", "127.0.0.1:0", "--web-root", web, "--machine",
					       file, NULL });
	kept = spawn_program((const char *[]){ program, "--listen", "127.0.0.1:0", "--web-root", web, "--machine",
					       file, "--state-dir", state, NULL });
	limit = measure_answers(ours);
	bare = spawn_function(serve_limit, &limit);
	for (unsigned turn = 0; turn < BENCH_TURNS; turn++) {
		ours_rate[turn] = load(ours);
		bare_rate[turn] = load(bare);
		kept_rate[turn] = load(kept);
		disk_rate[turn] = sync_rate(dir);
	}
	spawn_end(ours);
	spawn_end(kept);
	spawn_end(bare);
	bench_line("REST operation, 64 connections; limit: bare MHD+jansson", bench_median(ours_rate, BENCH_TURNS),
		   bench_median(bare_rate, BENCH_TURNS), "/s", ">= 0.8");
	bench_line("the same, log on disk; limit: syncs of 64 bare", bench_median(kept_rate, BENCH_TURNS),
		   bench_median(disk_rate, BENCH_TURNS), "/s", ">= 0.5");
	snprintf(clean, sizeof(clean), "rm -rf '%s'", dir);
	return system(clean) ? 1 : 0;
}
