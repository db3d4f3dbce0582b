/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "mm386.h"

#define DEFAULT_LISTEN "127.0.0.1:8386"

enum {
	OPT_LISTEN = 256, OPT_MACHINE, OPT_STATE_DIR, OPT_WEB_ROOT, OPT_LESSONS, OPT_TOKEN_FILE, OPT_HOST,
	OPT_MAX_VIEWERS, OPT_MAX_PER_ADDRESS, OPT_MAX_MACHINES, OPT_MAX_MEMORY, OPT_MAX_LOG, OPT_OPEN,
	OPT_SCENE, OPT_NO_SCENE, OPT_CHECK, OPT_VERSION, OPT_HELP,
};

static const struct option long_options[] = {
	{ "listen", required_argument, NULL, OPT_LISTEN },
	{ "machine", required_argument, NULL, OPT_MACHINE },
	{ "state-dir", required_argument, NULL, OPT_STATE_DIR },
	{ "web-root", required_argument, NULL, OPT_WEB_ROOT },
	{ "lessons", required_argument, NULL, OPT_LESSONS },
	{ "token-file", required_argument, NULL, OPT_TOKEN_FILE },
	{ "host", required_argument, NULL, OPT_HOST },
	{ "max-viewers", required_argument, NULL, OPT_MAX_VIEWERS },
	{ "max-viewers-per-address", required_argument, NULL, OPT_MAX_PER_ADDRESS },
	{ "max-machines", required_argument, NULL, OPT_MAX_MACHINES },
	{ "max-memory", required_argument, NULL, OPT_MAX_MEMORY },
	{ "max-log-ops", required_argument, NULL, OPT_MAX_LOG },
	{ "open", no_argument, NULL, OPT_OPEN },
	{ "scene", no_argument, NULL, OPT_SCENE },
	{ "no-scene", no_argument, NULL, OPT_NO_SCENE },
	{ "check-config", no_argument, NULL, OPT_CHECK },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static const char help_text[] =
	"Usage: mm386d [OPTION]...\n"
	"Serve simulated i386 Linux machines: a page, a REST interface and a stream on one port.\n"
	"\n"
	"  --listen ADDR:PORT     where to listen, may be repeated; port 0 takes a free one\n"
	"                         (default " DEFAULT_LISTEN ")\n"
	"  --machine NAME|FILE    boot this preset or configuration, may be repeated (default demo)\n"
	"  --state-dir DIR        keep each machine's log there and go on from it after a restart\n"
	"  --web-root DIR         the page's files\n"
	"  --lessons DIR          for lessons, which this version does not serve yet: only looked at\n"
	"  --token-file FILE      its first line is needed as a bearer token to change anything\n"
	"  --host NAME[:PORT]     accept this Host and Origin too, may be repeated\n"
	"  --open                 listen beyond loopback without a token\n"
	"  --scene, --no-scene    start the machines with the churn running, or paused (default)\n"
	"  --max-machines N       machines at a time (default 8)\n"
	"  --max-memory SIZE      host memory of all machines together (default 2G)\n"
	"  --max-log-ops N        operations in the log of one machine (default 4000000)\n"
	"  --max-viewers N        streams at a time (default 4096)\n"
	"  --max-viewers-per-address N  of these from one address (default 512)\n"
	"  --check-config         look at the options and the machines, start nothing\n"
	"  --version, --help\n";

static bool parse_count(const char *name, const char *text, uint64_t max, uint64_t *out)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || n < 1 || n > max) {
		log_error("--%s %s: not a number from 1 to %llu", name, text, (unsigned long long)max);
		return false;
	}
	*out = n;
	return true;
}

static bool parse_limit(const char *name, const char *text, unsigned max, unsigned *out)
{
	uint64_t n;

	if (!parse_count(name, text, max, &n))
		return false;
	*out = (unsigned)n;
	return true;
}

/* "127.0.0.1:8386", "[::1]:0": literals only, for a name may mean other addresses tomorrow. */
static bool parse_listen(const char *text, struct listen_addr *out)
{
	const char *colon = strrchr(text, ':');
	struct sockaddr_in *in4 = (struct sockaddr_in *)&out->sa;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&out->sa;
	char addr[64], *end;
	unsigned long port;
	size_t len;

	memset(out, 0, sizeof(*out));
	if (!colon || (size_t)(colon - text) >= sizeof(addr))
		goto bad;
	errno = 0;
	port = strtoul(colon + 1, &end, 10);
	if (colon[1] < '0' || colon[1] > '9' || *end || errno || port > 65535)
		goto bad;
	len = (size_t)(colon - text);
	memcpy(addr, text, len);
	addr[len] = '\0';
	if (len > 2 && addr[0] == '[' && addr[len - 1] == ']') {
		addr[len - 1] = '\0';
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons((uint16_t)port);
		out->len = sizeof(*in6);
		if (inet_pton(AF_INET6, addr + 1, &in6->sin6_addr) != 1)
			goto bad;
		return true;
	}
	in4->sin_family = AF_INET;
	in4->sin_port = htons((uint16_t)port);
	out->len = sizeof(*in4);
	if (inet_pton(AF_INET, strcmp(addr, "localhost") ? addr : "127.0.0.1", &in4->sin_addr) != 1)
		goto bad;
	return true;
bad:
	log_error("--listen %s: not ADDR:PORT, such as 127.0.0.1:8386 or [::1]:8386", text);
	return false;
}

static bool add_listen(struct options *opt, const char *text)
{
	if (opt->nr_listen == OPTIONS_LISTEN_MAX) {
		log_error("--listen %s: more than %d addresses", text, OPTIONS_LISTEN_MAX);
		return false;
	}
	return parse_listen(text, &opt->listen[opt->nr_listen++]);
}

static bool add_text(const char *name, const char **list, unsigned *nr, unsigned max, const char *text)
{
	if (*nr == max) {
		log_error("--%s %s: more than %u of them", name, text, max);
		return false;
	}
	list[(*nr)++] = text;
	return true;
}

/* Take one option.  False: it was wrong and that has been said. */
static bool take(struct options *opt, int which, const char *arg)
{
	uint64_t n;

	switch (which) {
	case OPT_LISTEN:
		return add_listen(opt, arg);
	case OPT_MACHINE:
		return add_text("machine", opt->machine, &opt->nr_machines, OPTIONS_MACHINES_MAX, arg);
	case OPT_HOST:
		return add_text("host", opt->host, &opt->nr_hosts, OPTIONS_HOSTS_MAX, arg);
	case OPT_STATE_DIR:
		opt->state_dir = arg;
		return true;
	case OPT_WEB_ROOT:
		opt->web_root = arg;
		return true;
	case OPT_LESSONS:
		opt->lessons = arg;
		return true;
	case OPT_TOKEN_FILE:
		opt->token_file = arg;
		return true;
	case OPT_MAX_VIEWERS:
		return parse_limit("max-viewers", arg, 60000, &opt->max_viewers);
	case OPT_MAX_PER_ADDRESS:
		return parse_limit("max-viewers-per-address", arg, 60000, &opt->max_viewers_per_address);
	case OPT_MAX_MACHINES:
		return parse_limit("max-machines", arg, OPTIONS_MACHINES_MAX, &opt->max_machines);
	case OPT_MAX_LOG:
		return parse_count("max-log-ops", arg, 1000000000, &opt->max_log_ops);
	case OPT_MAX_MEMORY:
		if (mm386_size_parse(arg, &n) || n < 1 << 20) {
			log_error("--max-memory %s: not a size of at least 1M", arg);
			return false;
		}
		opt->max_machine_bytes = n;
		return true;
	case OPT_OPEN:
		opt->open = true;
		return true;
	case OPT_SCENE:
		opt->scene = true;
		return true;
	case OPT_NO_SCENE:
		opt->scene = false;
		return true;
	case OPT_CHECK:
		opt->check_config = true;
		return true;
	}
	return false; /* getopt has said it */
}

enum options_verdict options_parse(struct options *opt, int argc, char **argv)
{
	int which;

	*opt = (struct options){
		.web_root = MM386_WEB_ROOT,
		.max_viewers = 4096,
		.max_viewers_per_address = 512,
		.max_machines = 8,
		.max_machine_bytes = 2ull << 30,
		.max_log_ops = 4000000,
	};
	while ((which = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (which == OPT_HELP) {
			fputs(help_text, stdout);
			return OPTIONS_DONE;
		}
		if (which == OPT_VERSION) {
			puts("mm386d " MM386_VERSION);
			return OPTIONS_DONE;
		}
		if (!take(opt, which, optarg))
			return OPTIONS_BAD;
	}
	if (optind < argc) {
		log_error("%s: not an option", argv[optind]);
		return OPTIONS_BAD;
	}
	if (!opt->nr_listen && !add_listen(opt, DEFAULT_LISTEN))
		return OPTIONS_BAD;
	if (!opt->nr_machines)
		opt->machine[opt->nr_machines++] = "demo";
	if (!opt->open && !opt->token_file && !options_loopback_only(opt)) {
		log_error("listening beyond loopback lets anybody change the machines: "
			  "give --token-file FILE, or --open if that is meant");
		return OPTIONS_BAD;
	}
	return OPTIONS_RUN;
}

bool sockaddr_is_loopback(const struct sockaddr_storage *sa)
{
	if (sa->ss_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)sa)->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)sa)->sin6_addr);
}

bool options_loopback_only(const struct options *opt)
{
	for (unsigned i = 0; i < opt->nr_listen; i++)
		if (!sockaddr_is_loopback(&opt->listen[i].sa))
			return false;
	return true;
}

void sockaddr_format(const struct sockaddr_storage *sa, char *buf, size_t size)
{
	char addr[INET6_ADDRSTRLEN] = "?";

	if (sa->ss_family == AF_INET) {
		const struct sockaddr_in *in4 = (const struct sockaddr_in *)sa;

		inet_ntop(AF_INET, &in4->sin_addr, addr, sizeof(addr));
		snprintf(buf, size, "%s:%u", addr, ntohs(in4->sin_port));
	} else {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)sa;

		inet_ntop(AF_INET6, &in6->sin6_addr, addr, sizeof(addr));
		snprintf(buf, size, "[%s]:%u", addr, ntohs(in6->sin6_port));
	}
}
