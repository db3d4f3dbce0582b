/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "accept.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "http.h"
#include "log.h"
#include "peers.h"
#include "upgrade.h"
#include "ws.h"

#define EVENTS 128
#define BACKLOG 4096
#define TICK_MS 500    /* how exactly deadlines are kept */
#define PAUSE_MS 20    /* when there are no descriptors left */

/* A connection whose head is awaited; in a list by deadline. */
struct pending {
	struct pending *prev, *next;
	int fd;
	time_t deadline; /* seconds, monotonic */
	struct sockaddr_storage peer;
	socklen_t peer_len;
};

struct acceptor {
	struct server *srv;
	pthread_t thread;
	bool running;
	int epoll_fd, stop_fd;
	unsigned nr;
	int fd[OPTIONS_LISTEN_MAX];
	unsigned nr_pending;
	struct pending list; /* its ends; oldest first */
	struct peers *peers;
};

static time_t now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* ---- heads ---------------------------------------------------------------------- */

/* Forget a connection; its socket stays open. */
static void forget(struct acceptor *acc, struct pending *p)
{
	epoll_ctl(acc->epoll_fd, EPOLL_CTL_DEL, p->fd, NULL);
	p->prev->next = p->next;
	p->next->prev = p->prev;
	acc->nr_pending--;
	peers_remove(acc->peers, &p->peer);
	free(p);
}

static void drop(struct acceptor *acc, struct pending *p)
{
	int fd = p->fd;

	forget(acc, p);
	close(fd);
}

static void pass_on(struct acceptor *acc, struct pending *p, bool stream)
{
	struct sockaddr_storage peer = p->peer;
	socklen_t len = p->peer_len;
	int fd = p->fd;

	forget(acc, p);
	if (stream)
		ws_adopt(acc->srv->ws, fd);
	else
		http_adopt(acc->srv->http, fd, (struct sockaddr *)&peer, len);
}

/*
 * A value that goes on in the next line (RFC 9112, 5.2): nobody sends such heads any more, and
 * what they say depends on who reads them.
 */
static bool is_folded(const char *head, size_t len)
{
	for (size_t i = 0; i + 1 < len; i++)
		if (head[i] == '\n' && (head[i + 1] == ' ' || head[i + 1] == '\t'))
			return true;
	return false;
}

static void refuse_folded(struct acceptor *acc, struct pending *p, char *head, size_t len)
{
	static const char text[] = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

	/* Unread bytes would make the close a reset, which may overtake the answer. */
	if (recv(p->fd, head, len, MSG_DONTWAIT) >= 0)
		send(p->fd, text, sizeof(text) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	drop(acc, p);
}

/* Something came in: is the head complete? */
static void look(struct acceptor *acc, struct pending *p)
{
	char head[HEAD_MAX_BYTES];
	ssize_t n = recv(p->fd, head, sizeof(head), MSG_PEEK | MSG_DONTWAIT);
	const char *end;
	size_t len;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop(acc, p);
		return;
	}
	end = memmem(head, (size_t)n, "\r\n\r\n", 4);
	if (!end) {
		/* One that is too long is complete enough for being refused politely. */
		if (n == (ssize_t)sizeof(head))
			pass_on(acc, p, false);
		return;
	}
	len = (size_t)(end + 4 - head);
	if (is_folded(head, len)) {
		refuse_folded(acc, p, head, len);
		return;
	}
	pass_on(acc, p, upgrade_judge(acc->srv, head, len, p->fd).status == 101);
}

static void drop_late(struct acceptor *acc)
{
	time_t now = now_s();

	while (acc->nr_pending && acc->list.next->deadline <= now) {
		metrics_add(&acc->srv->metrics.head_timeouts, 1);
		drop(acc, acc->list.next);
	}
}

/* ---- connections ------------------------------------------------------------------ */

static void await_head(struct acceptor *acc, int fd, const struct sockaddr_storage *peer, socklen_t len)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET };
	struct pending *p;
	int one = 1;

	if (peers_count(acc->peers, peer) >= HEADS_PER_ADDRESS) {
		metrics_add(&acc->srv->metrics.head_refused, 1);
		close(fd);
		return;
	}
	/* The oldest has had the most time. */
	if (acc->nr_pending >= HEADS_MAX) {
		metrics_add(&acc->srv->metrics.head_refused, 1);
		drop(acc, acc->list.next);
	}
	p = calloc(1, sizeof(*p));
	if (!p || peers_add(acc->peers, peer)) {
		free(p);
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	p->fd = fd;
	p->peer = *peer;
	p->peer_len = len;
	p->deadline = now_s() + HEAD_DEADLINE_S;
	p->prev = acc->list.prev;
	p->next = &acc->list;
	p->prev->next = p->next->prev = p;
	acc->nr_pending++;
	/* Edge triggered: what was peeked at stays there, and would be reported for ever. */
	ev.data.ptr = p;
	if (epoll_ctl(acc->epoll_fd, EPOLL_CTL_ADD, fd, &ev))
		drop(acc, p);
}

static void accept_some(struct acceptor *acc, int listener)
{
	for (int i = 0; i < EVENTS; i++) {
		struct sockaddr_storage peer = { 0 };
		socklen_t len = sizeof(peer);
		int fd = accept4(listener, (struct sockaddr *)&peer, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0) {
			metrics_add(&acc->srv->metrics.accepted, 1);
			await_head(acc, fd, &peer, len);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE) {
			struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000 };

			nanosleep(&pause, NULL);
		}
		if (errno != ECONNABORTED && errno != EINTR)
			return;
	}
}

/* Which listener an event is of, or -1: it is of a pending connection. */
static int listener_of(const struct acceptor *acc, const void *ptr)
{
	for (unsigned i = 0; i < acc->nr; i++)
		if (ptr == &acc->fd[i])
			return acc->fd[i];
	return -1;
}

static void *acceptor_thread(void *arg)
{
	struct acceptor *acc = arg;
	struct epoll_event ev[EVENTS];

	for (;;) {
		int n = epoll_wait(acc->epoll_fd, ev, EVENTS, acc->nr_pending ? TICK_MS : -1);
		bool stop = false, knock = false;

		/*
		 * New connections last: making room for one may drop another
		 * that has an event further down this list.
		 */
		for (int i = 0; i < n; i++) {
			if (ev[i].data.ptr == &acc->stop_fd)
				stop = true;
			else if (listener_of(acc, ev[i].data.ptr) >= 0)
				knock = true;
			else
				look(acc, ev[i].data.ptr);
		}
		if (stop)
			return NULL;
		for (unsigned i = 0; knock && i < acc->nr; i++)
			accept_some(acc, acc->fd[i]);
		drop_late(acc);
	}
}

/* ---- life ------------------------------------------------------------------------------ */

static int listen_on(struct listen_addr *addr)
{
	int fd = socket(addr->sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;
	socklen_t len = sizeof(addr->sa);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (addr->sa.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&addr->sa, addr->len) || listen(fd, BACKLOG) ||
	    getsockname(fd, (struct sockaddr *)&addr->sa, &len)) {
		int err = errno;

		close(fd);
		return -err;
	}
	return fd;
}

static int watch(struct acceptor *acc, int *fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = fd };

	return epoll_ctl(acc->epoll_fd, EPOLL_CTL_ADD, *fd, &ev);
}

struct acceptor *acceptor_new(struct server *srv, struct listen_addr bound[OPTIONS_LISTEN_MAX])
{
	struct acceptor *acc = calloc(1, sizeof(*acc));

	if (!acc)
		return NULL;
	acc->srv = srv;
	acc->list.next = acc->list.prev = &acc->list;
	acc->peers = peers_new();
	acc->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	acc->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!acc->peers || acc->epoll_fd < 0 || acc->stop_fd < 0 || watch(acc, &acc->stop_fd)) {
		log_error("cannot listen: %s", strerror(errno));
		acceptor_stop(acc);
		return NULL;
	}
	for (unsigned i = 0; i < srv->opt->nr_listen; i++) {
		bound[i] = srv->opt->listen[i];
		acc->fd[i] = listen_on(&bound[i]);
		if (acc->fd[i] < 0) {
			char text[80];

			sockaddr_format(&bound[i].sa, text, sizeof(text));
			log_error("cannot listen on %s: %s", text, strerror(-acc->fd[i]));
			acceptor_stop(acc);
			return NULL;
		}
		acc->nr++;
	}
	return acc;
}

int acceptor_start(struct acceptor *acc)
{
	int err;

	for (unsigned i = 0; i < acc->nr; i++)
		if (watch(acc, &acc->fd[i]))
			return -errno;
	err = pthread_create(&acc->thread, NULL, acceptor_thread, acc);
	if (err)
		return -err;
	acc->running = true;
	return 0;
}

void acceptor_stop(struct acceptor *acc)
{
	uint64_t one = 1;

	if (!acc)
		return;
	if (acc->running && write(acc->stop_fd, &one, sizeof(one)) == (ssize_t)sizeof(one))
		pthread_join(acc->thread, NULL);
	while (acc->nr_pending)
		drop(acc, acc->list.next);
	for (unsigned i = 0; i < acc->nr; i++)
		close(acc->fd[i]);
	if (acc->stop_fd >= 0)
		close(acc->stop_fd);
	if (acc->epoll_fd >= 0)
		close(acc->epoll_fd);
	peers_free(acc->peers);
	free(acc);
}
