/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "log.h"
#include "stream.h"

#define CONFIG_FILE_MAX (4u << 20) /* bytes; a boot log may be inside */

struct registry {
	struct server *srv;
	int lock_fd; /* of the state folder; -1: none */
	pthread_mutex_t lock; /* of the rest */
	bool closed;
	size_t reserved;
	unsigned nr;
	struct session *at[OPTIONS_MACHINES_MAX]; /* as they came */
	unsigned nr_retired;
	struct session *retired[2 * OPTIONS_MACHINES_MAX]; /* their threads end, and have to be joined */
};

/* Only one daemon may write into a state folder. */
static int lock_state_dir(const char *dir)
{
	char path[PATH_MAX];
	int fd;

	if (mkdir(dir, 0700) && errno != EEXIST) {
		log_error("%s: %s", dir, strerror(errno));
		return -errno;
	}
	snprintf(path, sizeof(path), "%s/.lock", dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB)) {
		int err = errno;

		log_error("%s: %s", path, err == EWOULDBLOCK ? "another daemon uses this folder" : strerror(err));
		if (fd >= 0)
			close(fd);
		return -err;
	}
	return fd;
}

int registry_new(struct server *srv, struct registry **out)
{
	struct registry *reg = calloc(1, sizeof(*reg));

	if (!reg)
		return -ENOMEM;
	reg->srv = srv;
	reg->lock_fd = -1;
	pthread_mutex_init(&reg->lock, NULL);
	if (srv->opt->state_dir) {
		reg->lock_fd = lock_state_dir(srv->opt->state_dir);
		if (reg->lock_fd < 0) {
			int err = reg->lock_fd;

			registry_free(reg);
			return err;
		}
	}
	*out = reg;
	return 0;
}

/* Join the threads of machines that ended. */
static void reap(struct registry *reg)
{
	for (;;) {
		struct session *s = NULL;

		pthread_mutex_lock(&reg->lock);
		if (reg->nr_retired)
			s = reg->retired[--reg->nr_retired];
		pthread_mutex_unlock(&reg->lock);
		if (!s)
			return;
		pthread_join(s->thread, NULL);
		session_put(s);
	}
}

void registry_stop(struct registry *reg)
{
	if (!reg)
		return;
	for (;;) {
		struct session *s = NULL;

		pthread_mutex_lock(&reg->lock);
		reg->closed = true;
		if (reg->nr)
			s = reg->at[--reg->nr];
		pthread_mutex_unlock(&reg->lock);
		if (!s)
			break;
		owner_stop(s);
		session_put(s);
	}
	reap(reg);
}

void registry_free(struct registry *reg)
{
	if (!reg)
		return;
	if (reg->lock_fd >= 0)
		close(reg->lock_fd);
	pthread_mutex_destroy(&reg->lock);
	free(reg);
}

void registry_dir(const struct registry *reg, const char *name, char *buf, size_t size)
{
	buf[0] = '\0';
	if (reg->srv->opt->state_dir)
		snprintf(buf, size, "%s/%s", reg->srv->opt->state_dir, name);
}

/* Where ${name} is, reg->nr when it is not there; under the lock. */
static unsigned place_of(const struct registry *reg, const char *name)
{
	unsigned i = 0;

	while (i < reg->nr && strcmp(reg->at[i]->name, name))
		i++;
	return i;
}

struct session *registry_find(struct registry *reg, const char *name)
{
	struct session *s = NULL;
	unsigned i;

	pthread_mutex_lock(&reg->lock);
	i = place_of(reg, name);
	if (i < reg->nr && atomic_load(&reg->at[i]->up) == SESSION_UP)
		s = session_get(reg->at[i]);
	pthread_mutex_unlock(&reg->lock);
	return s;
}

bool registry_has(struct registry *reg, const char *name)
{
	struct session *s = registry_find(reg, name);

	session_put(s);
	return s != NULL;
}

unsigned registry_list(struct registry *reg, struct session *out[OPTIONS_MACHINES_MAX])
{
	unsigned n = 0;

	pthread_mutex_lock(&reg->lock);
	for (unsigned i = 0; i < reg->nr; i++)
		if (atomic_load(&reg->at[i]->up) == SESSION_UP)
			out[n++] = session_get(reg->at[i]);
	pthread_mutex_unlock(&reg->lock);
	return n;
}

static struct session *session_new(struct server *srv, const char *name)
{
	struct session *s = calloc(1, sizeof(*s));
	pthread_condattr_t attr;

	if (!s)
		return NULL;
	s->stream = stream_new();
	if (!s->stream) {
		free(s);
		return NULL;
	}
	s->srv = srv;
	snprintf(s->name, sizeof(s->name), "%s", name);
	atomic_init(&s->refs, 1);
	s->last = &s->first;
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->wake, &attr);
	pthread_condattr_destroy(&attr);
	return s;
}

/* Put ${s} into the list, under its lock.  0 or -errno. */
static int insert(struct registry *reg, struct session *s)
{
	if (reg->closed)
		return -ESHUTDOWN;
	if (place_of(reg, s->name) < reg->nr)
		return -EEXIST;
	if (reg->nr == reg->srv->opt->max_machines || reg->nr == OPTIONS_MACHINES_MAX)
		return -EUSERS;
	reg->at[reg->nr++] = s;
	return 0;
}

/* Take ${s} out of the list, under its lock.  False: it is not in it. */
static bool take_out(struct registry *reg, struct session *s)
{
	unsigned i = place_of(reg, s->name);

	if (i == reg->nr || reg->at[i] != s)
		return false;
	reg->nr--;
	memmove(&reg->at[i], &reg->at[i + 1], (reg->nr - i) * sizeof(reg->at[0]));
	return true;
}

/* Is there a log of a machine called ${name} in the state folder? */
static bool has_log(const struct registry *reg, const char *name)
{
	char dir[PATH_MAX];
	bool found = false;
	DIR *d;

	registry_dir(reg, name, dir, sizeof(dir));
	d = dir[0] ? opendir(dir) : NULL;
	if (!d)
		return false;
	for (struct dirent *e; !found && (e = readdir(d));)
		found = !strncmp(e->d_name, "log-", 4) && strstr(e->d_name, ".jsonl");
	closedir(d);
	return found;
}

int registry_add(struct registry *reg, const struct owner_start *start, bool owned, struct session **out)
{
	struct session *s;
	int err;

	/* A log that could not be gone on with is somebody's, and stays. */
	if (!start->resume && has_log(reg, start->config.name))
		return -EEXIST;
	s = session_new(reg->srv, start->config.name);
	if (!s)
		return -ENOMEM;
	reap(reg);
	err = owned ? auth_new_token(s->token) : 0;
	if (!err) {
		pthread_mutex_lock(&reg->lock);
		err = insert(reg, s); /* that takes over the first reference */
		if (!err) {
			*out = session_get(s);
			err = owner_start(s, start);
			if (err) {
				take_out(reg, s);
				session_put(s);
			}
		}
		pthread_mutex_unlock(&reg->lock);
	}
	if (err)
		session_put(s);
	return err;
}

void registry_retire(struct registry *reg, struct session *s)
{
	pthread_mutex_lock(&reg->lock);
	if (take_out(reg, s))
		reg->retired[reg->nr_retired++] = s; /* else registry_free() is joining it */
	pthread_mutex_unlock(&reg->lock);
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_mutex_unlock(&s->lock);
}

int registry_reserve(struct registry *reg, size_t bytes)
{
	bool fits;

	pthread_mutex_lock(&reg->lock);
	fits = reg->reserved + bytes <= reg->srv->opt->max_machine_bytes;
	if (fits)
		reg->reserved += bytes;
	pthread_mutex_unlock(&reg->lock);
	return fits ? 0 : -EDQUOT;
}

void registry_release(struct registry *reg, size_t bytes)
{
	pthread_mutex_lock(&reg->lock);
	reg->reserved -= bytes;
	pthread_mutex_unlock(&reg->lock);
}

size_t registry_reserved(struct registry *reg)
{
	size_t n;

	pthread_mutex_lock(&reg->lock);
	n = reg->reserved;
	pthread_mutex_unlock(&reg->lock);
	return n;
}

/* ---- start ------------------------------------------------------------------- */

/* The configuration that --machine names: a file when it looks like one, else a preset. */
static int load_machine(const struct server *srv, const char *text, struct mm386_config *out)
{
	struct mm386_error err = { 0 };
	char *body;
	size_t len;
	int bad;

	if (!strchr(text, '/') && !strchr(text, '.')) {
		bad = config_preset(srv->presets, text, out, &err);
		if (bad)
			log_error("--machine %s: %s", text,
				  bad == -ENOENT ? "no preset has that name" :
				  err.detail[0] ? err.detail : strerror(-bad));
		return bad;
	}
	bad = config_read_file(text, CONFIG_FILE_MAX, &body, &len);
	if (bad) {
		log_error("--machine %s: %s", text, strerror(-bad));
		return bad;
	}
	bad = config_parse(body, len, srv->presets, out, &err);
	if (bad)
		log_error("--machine %s: %s%s%s", text, err.pointer, err.pointer[0] ? ": " : "",
			  err.detail[0] ? err.detail : strerror(-bad));
	free(body);
	return bad;
}

/* The token of the machine's owner is kept beside its log. */
static void load_owner(const struct registry *reg, struct session *s)
{
	char path[PATH_MAX + 16], dir[PATH_MAX];
	FILE *f;

	registry_dir(reg, s->name, dir, sizeof(dir));
	snprintf(path, sizeof(path), "%s/owner", dir);
	f = fopen(path, "re");
	if (!f)
		return;
	if (!fgets(s->token, sizeof(s->token), f) || strlen(s->token) != OWNER_TOKEN_LEN)
		s->token[0] = '\0';
	fclose(f);
}

static int start_one(struct registry *reg, struct owner_start *start)
{
	struct session *s;
	int err;

	start->resume = has_log(reg, start->config.name);
	err = registry_add(reg, start, false, &s);
	if (err) {
		log_error("%s: %s", start->config.name,
			  err == -EUSERS ? "more machines than --max-machines allows" : strerror(-err));
		return err;
	}
	err = owner_wait_up(s);
	if (!err && start->resume)
		load_owner(reg, s);
	session_put(s);
	return err;
}

/*
 * A machine that somebody made over REST before a restart; any other folder is passed
 * over.  One that does not come up keeps nobody else from it, and its folder stays.
 */
static void start_left_over(struct registry *reg, const char *name)
{
	struct owner_start start = { 0 };

	if (name[0] == '.' || !config_name_is_valid(name) || !has_log(reg, name) || registry_has(reg, name))
		return;
	memcpy(start.config.name, name, strlen(name) + 1); /* a name that is valid fits */
	if (start_one(reg, &start))
		log_warn("%s: left as it is in the state folder, not served", name);
}

/* In order of name: when they were made is not kept. */
static int start_all_left_over(struct registry *reg)
{
	struct dirent **entry;
	int n = scandir(reg->srv->opt->state_dir, &entry, NULL, alphasort);

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		start_left_over(reg, entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
	return 0;
}

int registry_start(struct registry *reg)
{
	const struct options *opt = reg->srv->opt;

	for (unsigned i = 0; i < opt->nr_machines; i++) {
		struct owner_start start = { .scene = opt->scene };
		int err = load_machine(reg->srv, opt->machine[i], &start.config);

		if (!err)
			err = start_one(reg, &start);
		if (err)
			return err;
	}
	return opt->state_dir ? start_all_left_over(reg) : 0;
}
