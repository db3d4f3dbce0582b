/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.h - what the command line asks for. */
#ifndef MM386D_OPTIONS_H
#define MM386D_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define OPTIONS_LISTEN_MAX 16
#define OPTIONS_HOSTS_MAX 32
#define OPTIONS_MACHINES_MAX 64

struct listen_addr {
	struct sockaddr_storage sa;
	socklen_t len;
};

struct options {
	unsigned nr_listen;
	struct listen_addr listen[OPTIONS_LISTEN_MAX];
	unsigned nr_machines;
	const char *machine[OPTIONS_MACHINES_MAX]; /* preset names or files */
	unsigned nr_hosts;
	const char *host[OPTIONS_HOSTS_MAX]; /* names that a proxy or a DNS server has for us */
	const char *state_dir;		     /* NULL: nothing is kept */
	const char *web_root;
	const char *lessons;	/* NULL: none */
	const char *token_file; /* NULL: none */
	unsigned max_viewers, max_viewers_per_address;
	unsigned max_machines;
	uint64_t max_machine_bytes; /* host memory of all machines together */
	uint64_t max_log_ops;	    /* operations in the log of one machine */
	bool open;		    /* listen beyond loopback without a token */
	bool scene;		    /* start the churn on the machines of the command line */
	bool check_config;
};

enum options_verdict {
	OPTIONS_RUN,
	OPTIONS_DONE, /* --help or --version: said, leave with 0 */
	OPTIONS_BAD,  /* said what is wrong on standard error, leave with 2 */
};

/* Read the command line into ${opt}, whose pointers refer into ${argv}. */
enum options_verdict options_parse(struct options *opt, int argc, char **argv);

/* Is every listening address one of this host's own loopback addresses? */
bool options_loopback_only(const struct options *opt);
bool sockaddr_is_loopback(const struct sockaddr_storage *sa);

/* "127.0.0.1:8386" or "[::1]:8386" into ${buf}. */
void sockaddr_format(const struct sockaddr_storage *sa, char *buf, size_t size);

#endif
