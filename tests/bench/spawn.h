/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spawn.h - for benchmarks: a server in a process of its own, and sockets to it. */
#ifndef MM386_BENCH_SPAWN_H
#define MM386_BENCH_SPAWN_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct server_process {
	pid_t pid;
	unsigned port;
};

static inline void spawn_fail(const char *what)
{
	perror(what);
	exit(1);
}

/* Run ${argv}, which prints "http://127.0.0.1:PORT/" when it is ready. */
static inline struct server_process spawn_program(const char *const argv[])
{
	struct server_process p = { 0 };
	char line[128] = "";
	int fd[2];
	FILE *out;

	if (pipe(fd))
		spawn_fail("pipe");
	p.pid = fork();
	if (p.pid < 0)
		spawn_fail("fork");
	if (!p.pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fd[1], STDOUT_FILENO);
		close(fd[0]);
		close(fd[1]);
		execv(argv[0], (char *const *)argv);
		spawn_fail(argv[0]);
	}
	close(fd[1]);
	out = fdopen(fd[0], "r");
	if (!out || !fgets(line, sizeof(line), out) || sscanf(line, "http://127.0.0.1:%u/", &p.port) != 1)
		spawn_fail("the server does not start");
	fclose(out);
	return p;
}

/* Run ${serve} with a listening socket in a process of its own. */
static inline struct server_process spawn_function(void (*serve)(int listener, void *arg), void *arg)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct server_process p = { 0 };

	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) || listen(fd, 4096) ||
	    getsockname(fd, (struct sockaddr *)&sa, &len))
		spawn_fail("listen");
	p.port = ntohs(sa.sin_port);
	p.pid = fork();
	if (p.pid < 0)
		spawn_fail("fork");
	if (!p.pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(fd, arg);
		_exit(0);
	}
	close(fd);
	return p;
}

static inline void spawn_end(struct server_process p)
{
	kill(p.pid, SIGTERM);
	waitpid(p.pid, NULL, 0);
}

static inline int spawn_connect(struct server_process p)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				  .sin_port = htons((uint16_t)p.port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0 || connect(fd, (struct sockaddr *)&sa, sizeof(sa)))
		spawn_fail("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

#endif
