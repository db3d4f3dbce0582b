/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - the daemon: start the parts in order, wait for a signal, stop them in the other order. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "accept.h"
#include "auth.h"
#include "config.h"
#include "http.h"
#include "log.h"
#include "registry.h"
#include "replayer.h"
#include "ws.h"

#define DRAIN_MS 5000 /* requests under way may take that long after SIGTERM */

static bool is_dir(const char *path, const char *option)
{
	struct stat st;

	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return true;
	log_error("--%s %s: %s", option, path, errno ? strerror(errno) : "not a directory");
	return false;
}

/* Block the signals that main waits for, in this thread and all it starts. */
static void take_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, set, NULL);
	signal(SIGPIPE, SIG_IGN); /* a peer that is gone, */
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow: write() says so */
}

/* The one line on standard output: where the page is. */
static void say_ready(const struct listen_addr *bound, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++) {
		char text[80];

		sockaddr_format(&bound[i].sa, text, sizeof(text));
		printf("%shttp://%s/", i ? " " : "", text);
	}
	putchar('\n');
	fflush(stdout);
}

static void wait_for_end(struct server *srv, const sigset_t *set)
{
	int sig;

	while (!sigwait(set, &sig) && sig == SIGHUP)
		auth_reload(srv->auth);
}

/*
 * Nobody new; what is under way is answered, which needs the owners; viewers
 * are told; then the owners write what is left of their logs.  Each part is
 * stopped when nobody calls it any more.
 */
static void stop(struct server *srv)
{
	atomic_store(&srv->draining, true);
	acceptor_stop(srv->acceptor);
	if (srv->http)
		http_drain(srv->http, DRAIN_MS);
	ws_say_bye(srv->ws);
	registry_stop(srv->registry);
	replayer_stop(srv->replayer);
	http_stop(srv->http);
	ws_stop(srv->ws);
	registry_free(srv->registry);
	auth_free(srv->auth);
}

static int run(struct server *srv)
{
	struct listen_addr bound[OPTIONS_LISTEN_MAX];
	sigset_t signals;

	take_signals(&signals);
	srv->auth = auth_new(srv->opt);
	if (!srv->auth || registry_new(srv, &srv->registry))
		return EXIT_FAILURE;
	srv->replayer = replayer_start(srv);
	srv->ws = ws_start(srv);
	srv->http = http_start(srv);
	if (!srv->replayer || !srv->ws || !srv->http || registry_start(srv->registry))
		return EXIT_FAILURE;
	if (srv->opt->check_config)
		return EXIT_SUCCESS;
	srv->acceptor = acceptor_new(srv, bound);
	if (!srv->acceptor)
		return EXIT_FAILURE;
	auth_set_bound(srv->auth, bound, srv->opt->nr_listen);
	if (acceptor_start(srv->acceptor))
		return EXIT_FAILURE;
	say_ready(bound, srv->opt->nr_listen);
	wait_for_end(srv, &signals);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static struct options opt;
	static struct server srv;
	char presets[4096];
	int status;

	switch (options_parse(&opt, argc, argv)) {
	case OPTIONS_DONE:
		return EXIT_SUCCESS;
	case OPTIONS_BAD:
		return 2;
	case OPTIONS_RUN:
		break;
	}
	errno = 0;
	if (!is_dir(opt.web_root, "web-root") || (opt.lessons && !is_dir(opt.lessons, "lessons")))
		return 2;
	if (opt.check_config)
		opt.state_dir = NULL; /* looking must not change what is kept there */
	srv.opt = &opt;
	srv.presets = config_preset_dir(NULL, presets, sizeof(presets));
	status = run(&srv);
	stop(&srv);
	return status;
}
