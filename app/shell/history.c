/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The lines typed before, in memory and in a file that several processes append to.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "shell/editor_state.h"
#include "shell/history.h"
#include "shell/line.h"

/*
 * Bytes read from the end of the file: more than HISTORY_LINES lines of EDITOR_LINE_MAX
 * bytes.
 */
#define HISTORY_READ_MAX (1 << 20)

/*
 * A file locked by a stopped process must not hold up the prompt, so the lock is tried
 * for about 0.5 s. The pause is short, since a lock that other processes take again and
 * again is seldom found free.
 */
#define HISTORY_LOCK_TRIES 4000
#define HISTORY_LOCK_PAUSE_NS 100000

void
history_forget(struct editor *e)
{
	while (e->history_len != 0)
		free(e->history[--e->history_len]);
	e->back = 0;
	free(e->path);
	e->path = NULL;
}

/*
 * Add a line to the history in memory. Returns false if the line is not kept: it is
 * empty, too long, equal to the line before it or holds control characters, or memory
 * is short.
 */
static bool
remember(struct editor *e, const char *line, size_t len)
{
	char *copy;

	if (len == 0 || len > EDITOR_LINE_MAX || !line_may_hold(line, len))
		return false;
	if (e->history_len != 0) {
		const char *last = e->history[e->history_len - 1];

		if (strlen(last) == len && memcmp(last, line, len) == 0)
			return false;
	}
	copy = memory_get(len + 1);
	if (copy == NULL)
		return false;
	memcpy(copy, line, len);
	copy[len] = '\0';
	if (e->history_len == HISTORY_LINES) {
		free(e->history[0]);
		memmove(e->history, e->history + 1,
			(HISTORY_LINES - 1) * sizeof(e->history[0]));
		e->history_len--;
	}
	e->history[e->history_len++] = copy;
	return true;
}

/* May this line be in the history? A damaged file may hold any bytes. */
static bool
is_sound(const char *line, size_t len)
{
	return len != 0 && len <= EDITOR_LINE_MAX && line_may_hold(line, len) &&
		text_is_utf8((const uint8_t *)line, len);
}

/*
 * Open a history file and lock it, without blocking for long: the path may be a FIFO,
 * the holder of the lock may be stopped. Returns the descriptor or a negative errno.
 */
static int
open_locked(const char *path, int flags, int operation)
{
	const struct timespec between_tries = { .tv_nsec = HISTORY_LOCK_PAUSE_NS };
	unsigned int tries = 0;
	struct stat st;
	int fd, ret;

	fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		ret = -EINVAL;
		goto fail;
	}
	while (flock(fd, operation | LOCK_NB) < 0) {
		ret = -errno;
		if ((ret != -EWOULDBLOCK && ret != -EINTR) ||
			++tries == HISTORY_LOCK_TRIES)
			goto fail;
		nanosleep(&between_tries, NULL);
	}
	return fd;
fail:
	close(fd);
	return ret;
}

/*
 * Read the last HISTORY_READ_MAX bytes of a file, from the start of a line on. Returns
 * a buffer that the caller frees, with room for one byte after *len, or NULL. *whole
 * tells whether the buffer holds the whole file.
 */
static char *
read_end(int fd, size_t *len, bool *whole)
{
	size_t size, got = 0;
	off_t from = 0;
	struct stat st;
	char *buf, *start;

	if (fstat(fd, &st) < 0)
		return NULL;
	*whole = st.st_size <= HISTORY_READ_MAX;
	if (!*whole)
		from = st.st_size - HISTORY_READ_MAX;
	size = st.st_size - from;
	buf = memory_get(size + 1);
	if (buf == NULL)
		return NULL;
	while (got < size) {
		ssize_t n = pread(fd, buf + got, size - got, from + got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		got += n;
	}
	if (!*whole) {
		start = memchr(buf, '\n', got);
		start = start != NULL ? start + 1 : buf + got;
		got -= start - buf;
		memmove(buf, start, got);
	}
	*len = got;
	return buf;
}

/* Return the first line of *rest and advance *rest to the next line. */
static const char *
next_line(const char **rest, const char *end, size_t *len)
{
	const char *line = *rest;
	const char *newline = memchr(line, '\n', end - line);

	*len = (newline != NULL ? newline : end) - line;
	*rest = newline != NULL ? newline + 1 : end;
	return line;
}

void
editor_history_load(struct editor *e, const char *path)
{
	const char *rest, *line;
	size_t len, line_len;
	bool whole;
	char *buf;
	int fd;

	history_forget(e);
	if (path == NULL)
		return;
	e->path = strdup(path);
	fd = open_locked(path, O_RDONLY, LOCK_SH);
	if (fd < 0)
		return;
	buf = read_end(fd, &len, &whole);
	close(fd);
	if (buf == NULL)
		return;
	for (rest = buf; rest < buf + len;) {
		line = next_line(&rest, buf + len, &line_len);
		if (is_sound(line, line_len))
			remember(e, line, line_len);
	}
	free(buf);
}

static bool
write_at(int fd, const char *bytes, size_t len, off_t offset)
{
	while (len != 0) {
		ssize_t n = pwrite(fd, bytes, len, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= n;
		offset += n;
	}
	return true;
}

/*
 * Keep only the newest HISTORY_LINES sound lines of a file that has more lines. The
 * file is rewritten in place, since a renamed copy would not have the lock. A process
 * that dies in the middle leaves some lines in the file twice.
 */
static void
shorten(int fd)
{
	size_t len, line_len, lines = 0, sound = 0, skip, kept = 0;
	const char *rest, *line;
	bool whole;
	char *buf = read_end(fd, &len, &whole);

	if (buf == NULL)
		return;
	for (rest = buf; rest < buf + len; lines++) {
		line = next_line(&rest, buf + len, &line_len);
		if (is_sound(line, line_len))
			sound++;
	}
	if (whole && lines <= HISTORY_LINES)
		goto out;
	skip = sound > HISTORY_LINES ? sound - HISTORY_LINES : 0;
	for (rest = buf; rest < buf + len;) {
		line = next_line(&rest, buf + len, &line_len);
		if (!is_sound(line, line_len))
			continue;
		if (skip != 0) {
			skip--;
			continue;
		}
		memmove(buf + kept, line, line_len);
		kept += line_len;
		/*
		 * If the file's last line has no newline, this may be the extra byte
		 * of read_end().
		 */
		buf[kept++] = '\n';
	}
	/* With O_APPEND, pwrite() writes at the end whatever the offset: clear it. */
	if (fcntl(fd, F_SETFL, 0) == 0 && write_at(fd, buf, kept, 0) &&
		ftruncate(fd, kept) < 0)
		goto out; /* harmless: some lines stay in the file twice */
out:
	free(buf);
}

static void
make_directories(const char *path)
{
	char *copy = strdup(path);
	char *slash;

	if (copy == NULL)
		return;
	for (slash = strchr(copy + 1, '/'); slash != NULL;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(copy, 0700); /* open_locked() will notice a failure */
		*slash = '/';
	}
	free(copy);
}

static void
append_to_file(const char *path, const char *line, size_t len)
{
	const int flags = O_RDWR | O_APPEND | O_CREAT;
	char bytes[EDITOR_LINE_MAX + 2];
	struct stat st;
	size_t n = 0;
	char last;
	int fd;

	fd = open_locked(path, flags, LOCK_EX);
	if (fd == -ENOENT) {
		make_directories(path);
		fd = open_locked(path, flags, LOCK_EX);
	}
	if (fd < 0)
		return;
	/* A process that died while writing may have left half a line: end that line
	 * first, so that the new line is not lost with it. */
	if (fstat(fd, &st) == 0 && st.st_size != 0 &&
		pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n')
		bytes[n++] = '\n';
	memcpy(bytes + n, line, len);
	n += len;
	bytes[n++] = '\n';
	if (write(fd, bytes, n) == (ssize_t)n)
		shorten(fd);
	close(fd);
}

void
editor_history_add(struct editor *e, const char *line)
{
	size_t len = strlen(line);

	if (remember(e, line, len) && e->path != NULL && is_sound(line, len))
		append_to_file(e->path, line, len);
}
