/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * daemon_fanout.c - one message to 100, 1,000 and 4,000 viewers, the next when
 * all have it.
 *
 * Ours is the daemon's own stream: acceptor, libwebsockets, channel, shared
 * message, plain and deflated.  The limit is a loop of epoll and write() that
 * sends the same plain frame to as many sockets.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

#include "accept.h"
#include "auth.h"
#include "bench.h"
#include "msg.h"
#include "owner.h"
#include "registry.h"
#include "spawn.h"
#include "stream.h"
#include "ws.h"

#define TEXT_BYTES 65536
#define VIEWERS_MAX 4000
#define WARM_UP 4
#define BYTES_A_TURN (600u << 20) /* what a turn sends in all; decides how many messages */
#define TURNS 3
#define SMALLEST 16384 /* a frame of that payload or more is one that counts */

static const char *machine_file;

/* A delta's worth of numbers, which deflate to a third. */
static struct msg *make_message(bool deflate)
{
	static char text[TEXT_BYTES];
	uint64_t seed = 42;
	size_t len = 0;

	while (len < sizeof(text) - 32)
		len += (size_t)sprintf(text + len, "%u,%u,%u,", (unsigned)(bench_random(&seed) % 1000000),
				       1u << bench_random(&seed) % 6, (unsigned)(bench_random(&seed) % 10));
	return msg_new(text, len, deflate);
}

/* ---- ours ------------------------------------------------------------------------- */

static void wait_trigger(int trigger)
{
	uint64_t n;

	if (read(trigger, &n, sizeof(n)) != (ssize_t)sizeof(n))
		_exit(0);
}

static void serve_ours(int trigger, int say_port)
{
	struct options opt = {
		.nr_listen = 1, .nr_machines = 1, .machine = { machine_file }, .web_root = ".", .max_viewers = 8192,
		.max_viewers_per_address = 8192, .max_machines = 1, .max_machine_bytes = 1u << 30, .max_log_ops = 10,
	};
	struct server srv = { .opt = &opt };
	struct listen_addr bound[OPTIONS_LISTEN_MAX];
	struct sockaddr_in *in4 = (struct sockaddr_in *)&opt.listen[0].sa;
	struct session *s;
	struct msg *m = make_message(true);
	unsigned port;

	in4->sin_family = AF_INET;
	in4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	opt.listen[0].len = sizeof(*in4);
	srv.auth = auth_new(&opt);
	if (registry_new(&srv, &srv.registry) || !(srv.ws = ws_start(&srv)) || registry_start(srv.registry) ||
	    !(srv.acceptor = acceptor_new(&srv, bound)))
		_exit(1);
	auth_set_bound(srv.auth, bound, 1);
	if (acceptor_start(srv.acceptor) || !(s = registry_find(srv.registry, "bench")))
		_exit(1);
	port = ntohs(((struct sockaddr_in *)&bound[0].sa)->sin_port);
	if (write(say_port, &port, sizeof(port)) != (ssize_t)sizeof(port))
		_exit(1);
	for (;;) {
		struct stream_want want[STREAM_CHANNELS];

		wait_trigger(trigger);
		stream_wants(s->stream, want);
		stream_publish_delta(s->stream, &want[0], msg_get(m));
		ws_wake(srv.ws);
	}
}

/* ---- the limit ---------------------------------------------------------------------- */

struct peer {
	int fd;
	size_t sent; /* of the frame under way; all of it: nothing is */
};

static const char accepted[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
			       "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

static void push(int ep, struct peer *p, const struct msg *m)
{
	struct epoll_event ev = { .events = EPOLLOUT | EPOLLONESHOT, .data.ptr = p };

	while (p->sent < m->plain_len) {
		ssize_t n = send(p->fd, m->plain + p->sent, m->plain_len - p->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0) {
			epoll_ctl(ep, EPOLL_CTL_MOD, p->fd, &ev);
			return;
		}
		p->sent += (size_t)n;
	}
}

static void serve_limit(int listener, void *arg)
{
	int trigger = *(int *)arg;
	static struct peer peer[VIEWERS_MAX];
	struct msg *m = make_message(false);
	struct epoll_event ev[256], add = { .events = EPOLLIN, .data.ptr = NULL };
	int ep = epoll_create1(0);
	unsigned nr = 0;

	epoll_ctl(ep, EPOLL_CTL_ADD, listener, &add);
	add.data.ptr = &trigger;
	epoll_ctl(ep, EPOLL_CTL_ADD, trigger, &add);
	for (;;) {
		int n = epoll_wait(ep, ev, 256, -1);

		for (int i = 0; i < n; i++) {
			if (!ev[i].data.ptr) {
				char head[4096];

				peer[nr] = (struct peer){ accept(listener, NULL, NULL), m->plain_len };
				if (read(peer[nr].fd, head, sizeof(head)) <= 0 ||
				    write(peer[nr].fd, accepted, sizeof(accepted) - 1) < 0)
					_exit(1);
				add = (struct epoll_event){ .events = 0, .data.ptr = &peer[nr] };
				epoll_ctl(ep, EPOLL_CTL_ADD, peer[nr++].fd, &add);
			} else if (ev[i].data.ptr == &trigger) {
				wait_trigger(trigger);
				for (unsigned k = 0; k < nr; k++) {
					peer[k].sent = 0;
					push(ep, &peer[k], m);
				}
			} else {
				push(ep, ev[i].data.ptr, m);
			}
		}
	}
}

/* ---- the viewers ------------------------------------------------------------------------ */

struct viewer {
	int fd;
	unsigned head_have;
	unsigned char head[10];
	uint64_t left; /* of a payload */
	bool counts;
};

struct room {
	struct server_process server;
	int trigger, ep;
	unsigned nr;
	struct viewer viewer[VIEWERS_MAX];
};

static void enter(struct room *room, struct viewer *v, bool deflate)
{
	char text[1024];
	struct epoll_event add = { .events = EPOLLIN, .data.ptr = v };
	size_t have = 0;
	int n = snprintf(text, sizeof(text),
			 "GET /api/v1/machines/bench/stream HTTP/1.1\r\nHost: localhost:%u\r\nUpgrade: websocket\r\n"
			 "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
			 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mm386.v1\r\n%s\r\n",
			 room->server.port,
			 deflate ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" : "");

	*v = (struct viewer){ .fd = spawn_connect(room->server) };
	if (write(v->fd, text, (size_t)n) != n)
		spawn_fail("a viewer");
	do { /* what follows the head is frames, and stays */
		ssize_t there = recv(v->fd, text, sizeof(text), MSG_PEEK);
		const char *end = there > 0 ? memmem(text, (size_t)there, "\r\n\r\n", 4) : NULL;

		if (there <= 0)
			spawn_fail("a viewer");
		have = end ? (size_t)(end + 4 - text) : 0;
	} while (!have);
	if (read(v->fd, text, have) != (ssize_t)have)
		spawn_fail("a viewer");
	fcntl(v->fd, F_SETFL, O_NONBLOCK);
	epoll_ctl(room->ep, EPOLL_CTL_ADD, v->fd, &add);
}

/* A frame's head as far as it is there; true when it is whole and v->left is set. */
static bool take_head(struct viewer *v)
{
	unsigned need = v->head_have < 2 ? 2 : (v->head[1] & 127) == 126 ? 4 : (v->head[1] & 127) == 127 ? 10 : 2;
	ssize_t n;

	if (v->head_have < need) {
		n = read(v->fd, v->head + v->head_have, need - v->head_have);
		if (n <= 0)
			return false;
		v->head_have += (unsigned)n;
		return take_head(v);
	}
	v->left = v->head[1] & 127;
	if (need > 2)
		v->left = 0;
	for (unsigned i = 2; i < need; i++)
		v->left = v->left << 8 | v->head[i];
	v->counts = v->left >= SMALLEST;
	v->head_have = 0;
	return true;
}

/* Read what there is; how many messages that count became complete. */
static unsigned drain(struct viewer *v)
{
	unsigned messages = 0;

	for (;;) {
		ssize_t n;

		if (!v->left && !take_head(v))
			return messages;
		n = v->left ? recv(v->fd, NULL, v->left, MSG_TRUNC | MSG_DONTWAIT) : 0;
		if (n < 0)
			return messages;
		v->left -= (uint64_t)n;
		messages += !v->left && v->counts;
	}
}

/* Send one message and wait until all have it; in seconds. */
static double round_trip(struct room *room)
{
	struct epoll_event ev[256];
	double start = bench_now();
	unsigned have = 0;
	uint64_t one = 1;

	if (write(room->trigger, &one, sizeof(one)) != (ssize_t)sizeof(one))
		spawn_fail("trigger");
	while (have < room->nr) {
		int n = epoll_wait(room->ep, ev, 256, 10000);

		if (n <= 0)
			spawn_fail("a message did not come");
		for (int i = 0; i < n; i++)
			have += drain(ev[i].data.ptr);
	}
	return bench_now() - start;
}

static struct room *open_room(unsigned nr, bool ours, bool deflate)
{
	struct room *room = calloc(1, sizeof(*room));
	int port[2];

	room->trigger = eventfd(0, 0);
	room->ep = epoll_create1(EPOLL_CLOEXEC);
	room->nr = nr;
	if (pipe(port))
		spawn_fail("pipe");
	if (ours) {
		room->server.pid = fork();
		if (!room->server.pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve_ours(room->trigger, port[1]);
		}
		if (read(port[0], &room->server.port, sizeof(room->server.port)) <= 0)
			spawn_fail("ours does not start");
	} else {
		room->server = spawn_function(serve_limit, &room->trigger);
	}
	close(port[0]);
	close(port[1]);
	for (unsigned i = 0; i < nr; i++)
		enter(room, &room->viewer[i], deflate);
	for (unsigned i = 0; i < WARM_UP; i++)
		round_trip(room);
	return room;
}

static void close_room(struct room *room)
{
	for (unsigned i = 0; i < room->nr; i++)
		close(room->viewer[i].fd);
	kill(room->server.pid, SIGKILL);
	waitpid(room->server.pid, NULL, 0);
	close(room->trigger);
	close(room->ep);
	free(room);
}

struct measured {
	double rate; /* messages a second */
	double last_ms; /* 99th of 100 times until the last viewer has it */
};

static struct measured measure(struct room *room)
{
	unsigned rounds = BYTES_A_TURN / TEXT_BYTES / room->nr + 5;
	double *took = calloc(rounds, sizeof(*took)), sum = 0;
	struct measured out;

	for (unsigned i = 0; i < rounds; i++)
		sum += took[i] = round_trip(room);
	qsort(took, rounds, sizeof(*took), bench_compare);
	out = (struct measured){ rounds / sum, took[rounds * 99 / 100] * 1e3 };
	free(took);
	return out;
}

static void compare(unsigned nr, bool deflate)
{
	struct room *ours = open_room(nr, true, deflate), *bare = open_room(nr, false, false);
	double ours_rate[TURNS], bare_rate[TURNS], ours_last[TURNS], bare_last[TURNS];
	char name[96];

	for (unsigned turn = 0; turn < TURNS; turn++) {
		struct measured a = measure(ours), b = measure(bare);

		ours_rate[turn] = a.rate;
		ours_last[turn] = a.last_ms;
		bare_rate[turn] = b.rate;
		bare_last[turn] = b.last_ms;
	}
	close_room(ours);
	close_room(bare);
	snprintf(name, sizeof(name), "64 KiB to %u viewers%s; limit: epoll and write", nr, deflate ? ", deflated" : "");
	bench_line(name, bench_median(ours_rate, TURNS), bench_median(bare_rate, TURNS), "msg/s",
		   deflate ? ">= 1.2" : ">= 0.85");
	snprintf(name, sizeof(name), "last of %u viewers%s, p99; limit: the same", nr, deflate ? ", deflated" : "");
	bench_line(name, bench_median(ours_last, TURNS), bench_median(bare_last, TURNS), "ms", "<= 1.3");
}

int main(void)
{
	static const unsigned viewers[] = { 100, 1000, 4000 };
	struct rlimit rl;
	char file[] = "/tmp/mm386-bench-XXXXXX.json";
	static const char config[] = "{\"name\":\"bench\",\"memory\":\"64M\"}";
	int fd = mkstemps(file, 5);

	if (fd < 0 || write(fd, config, sizeof(config) - 1) < 0)
		spawn_fail(file);
	close(fd);
	machine_file = file;
	getrlimit(RLIMIT_NOFILE, &rl);
	rl.rlim_cur = rl.rlim_max;
	setrlimit(RLIMIT_NOFILE, &rl);
	for (unsigned i = 0; i < sizeof(viewers) / sizeof(*viewers); i++) {
		compare(viewers[i], false);
		compare(viewers[i], true);
	}
	unlink(file);
	return 0;
}
