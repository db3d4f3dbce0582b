/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

#define PENDING_MAX (64u << 20) /* bytes of one turn, which ends far below */
#define PROBE_BYTES 65536

struct journal {
	int fd;
	off_t good; /* bytes that are known to be on disk */
	struct wbuf pending;
};

/* "log-17.jsonl" -> 17, 0 for any other name. */
static unsigned boot_of(const char *name)
{
	unsigned boot;
	int end = 0;

	if (sscanf(name, "log-%9u.jsonl%n", &boot, &end) != 1 || !end || name[end])
		return 0;
	return boot;
}

static void log_path(char path[PATH_MAX], const char *dir, unsigned boot)
{
	snprintf(path, PATH_MAX, "%s/log-%u.jsonl", dir, boot);
}

static unsigned newest_boot(const char *dir)
{
	DIR *d = opendir(dir);
	unsigned newest = 0;

	if (!d)
		return 0;
	for (struct dirent *e; (e = readdir(d));)
		if (boot_of(e->d_name) > newest)
			newest = boot_of(e->d_name);
	closedir(d);
	return newest;
}

static int sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd))
		err = -errno;
	close(fd);
	return err;
}

static int write_all(int fd, const char *p, size_t len)
{
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int journal_put_file(const char *dir, const char *name, const char *text, size_t len)
{
	char path[PATH_MAX], temp[PATH_MAX];
	int fd, err;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= PATH_MAX ||
	    snprintf(temp, sizeof(temp), "%s/%s.new", dir, name) >= PATH_MAX)
		return -ENAMETOOLONG;
	if (!text)
		return unlink(path) && errno != ENOENT ? -errno : sync_dir(dir);
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	err = write_all(fd, text, len);
	if (!err && fsync(fd))
		err = -errno;
	close(fd);
	if (!err && rename(temp, path))
		err = -errno;
	if (err)
		unlink(temp);
	return err ? err : sync_dir(dir);
}

static struct journal *journal_new(int fd, off_t good)
{
	struct journal *j = calloc(1, sizeof(*j));

	if (!j)
		return NULL;
	j->fd = fd;
	j->good = good;
	wbuf_init(&j->pending, PENDING_MAX);
	return j;
}

static void forget_old(const char *dir, unsigned boot)
{
	char path[PATH_MAX];

	for (unsigned old = boot > JOURNAL_KEEP ? boot - JOURNAL_KEEP - 1 : 0; old > 0; old--) {
		log_path(path, dir, old);
		if (unlink(path))
			break;
	}
}

int journal_create(const char *dir, unsigned boot, const struct wbuf *first, struct journal **out)
{
	char name[32], path[PATH_MAX];
	int fd, err;

	if (mkdir(dir, 0700) && errno != EEXIST)
		return -errno;
	snprintf(name, sizeof(name), "log-%u.jsonl", boot);
	err = journal_put_file(dir, name, first->data, first->len);
	if (err)
		return err;
	log_path(path, dir, boot);
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*out = journal_new(fd, (off_t)first->len);
	if (!*out) {
		close(fd);
		return -ENOMEM;
	}
	forget_old(dir, boot);
	return 0;
}

/* A line that was not finished: no newline, or nothing but zeros that a crashed file system left. */
static bool is_torn(const char *line, size_t len)
{
	return len == 0 || line[len - 1] != '\n' || line[0] == '\0';
}

/* Give the lines of ${f} to ${fn}; *good is then the length of what is whole. */
static int read_lines(FILE *f, const char *path, journal_line_fn fn, void *arg, off_t *good)
{
	char *line = NULL;
	size_t cap = 0;
	unsigned long nr = 0;
	ssize_t len;
	int err = 0;

	*good = 0;
	while (!err && (len = getline(&line, &cap, f)) > 0) {
		nr++;
		err = is_torn(line, (size_t)len) ? -EBADMSG : fn(arg, nr, line, (size_t)len - 1);
		if (!err)
			*good += len;
	}
	if (err == -EBADMSG && getc(f) == EOF) {
		log_warn("%s: line %lu was not finished when the daemon ended: cut", path, nr);
		err = 0;
	} else if (err == -EBADMSG) {
		log_error("%s: line %lu is damaged", path, nr);
	}
	if (!err && ferror(f))
		err = -EIO;
	free(line);
	return err;
}

int journal_resume(const char *dir, journal_line_fn fn, void *arg, unsigned *boot, struct journal **out)
{
	char path[PATH_MAX];
	off_t good;
	FILE *f;
	int fd, err;

	*boot = newest_boot(dir);
	if (!*boot)
		return -ENOENT;
	log_path(path, dir, *boot);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	err = read_lines(f, path, fn, arg, &good);
	fclose(f);
	if (err)
		return err;
	if (!good) {
		log_error("%s: nothing in it", path);
		return -EBADMSG;
	}
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (ftruncate(fd, good) || fdatasync(fd) || !(*out = journal_new(fd, good))) {
		err = errno ? -errno : -ENOMEM;
		close(fd);
	}
	return err;
}

struct wbuf *journal_lines(struct journal *j)
{
	return &j->pending;
}

/* Append and sync.  On failure the file is what it was. */
static int append(struct journal *j, const char *data, size_t len)
{
	int err = write_all(j->fd, data, len);

	if (!err && fdatasync(j->fd))
		err = -errno;
	if (err && ftruncate(j->fd, j->good))
		log_error("a log cannot be shortened: %s", strerror(errno));
	return err;
}

long journal_commit(struct journal *j)
{
	long len = (long)j->pending.len;
	int err = wbuf_ok(&j->pending) ? append(j, j->pending.data, j->pending.len) : -ENOMEM;

	wbuf_reset(&j->pending);
	if (err)
		return err;
	j->good += len;
	return len;
}

/* What is tried are zeros: left behind they are an unfinished line. */
int journal_probe(struct journal *j)
{
	static const char zeros[PROBE_BYTES];
	int err = ftruncate(j->fd, j->good) ? -errno : append(j, zeros, sizeof(zeros));

	if (!err && ftruncate(j->fd, j->good))
		err = -errno;
	return err;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	wbuf_free(&j->pending);
	close(j->fd);
	free(j);
}

void journal_remove(const char *dir)
{
	DIR *d = opendir(dir);

	if (!d)
		return;
	for (struct dirent *e; (e = readdir(d));)
		if (e->d_name[0] != '.' && unlinkat(dirfd(d), e->d_name, 0))
			log_warn("%s/%s: %s", dir, e->d_name, strerror(errno));
	closedir(d);
	if (rmdir(dir))
		log_warn("%s: %s", dir, strerror(errno));
}
