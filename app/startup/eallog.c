/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Keeps EAL's log during the start, and makes notices of its lines afterwards. */

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <rte_log.h>

#include "base/loop.h"
#include "base/memory.h"
#include "startup/eal_options.h"
#include "startup/eallog.h"

#define LINE_SIZE 1024

/* EAL has one log stream a process. Any thread may log, so the lock guards memfd, line,
 * length and notice. */
static struct {
	pthread_mutex_t lock;
	FILE *stream;
	int memfd;            /* replaces descriptors 1 and 2 while EAL starts; else -1 */
	int saved[2];         /* duplicates of descriptors 1 and 2, -1 if there is none */
	char line[LINE_SIZE]; /* a line whose end has not been logged yet */
	size_t length;
	void (*notice)(const char *line);
} eallog = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.memfd = -1,
	.saved = { -1, -1 },
};

static void
give_notice(void *arg)
{
	eallog.notice(arg);
	free(arg);
}

/* Post the line to the main thread's loop. Call with the lock held. */
static void
end_line(void)
{
	char *copy;

	eallog.line[eallog.length] = '\0';
	copy = eallog.length != 0 && eallog.notice != NULL ? strdup(eallog.line) : NULL;
	eallog.length = 0;
	if (copy != NULL && loop_post(give_notice, copy) < 0)
		free(copy);
}

static ssize_t
write_log(void *cookie, const char *bytes, size_t size)
{
	size_t i;

	(void)cookie;
	pthread_mutex_lock(&eallog.lock);
	if (eallog.memfd >= 0) {
		if (write(eallog.memfd, bytes, size) < 0)
			errno = 0; /* only an explanation is lost: do not fail */
	} else {
		for (i = 0; i < size; i++) {
			if (bytes[i] == '\n' || eallog.length == LINE_SIZE - 1)
				end_line();
			if (bytes[i] != '\n')
				eallog.line[eallog.length++] = bytes[i];
		}
	}
	pthread_mutex_unlock(&eallog.lock);
	return size;
}

int
eallog_start(void)
{
	const cookie_io_functions_t functions = { .write = write_log };
	int fd;

	eallog.memfd = memfd_create("eal", MFD_CLOEXEC);
	if (eallog.memfd < 0)
		return -errno;
	eallog.stream = fopencookie(NULL, "w", functions);
	if (eallog.stream == NULL)
		return -ENOMEM;
	setvbuf(eallog.stream, NULL, _IOLBF, LINE_SIZE);
	rte_openlog_stream(eallog.stream);
	fflush(stdout);
	fflush(stderr);
	for (fd = 1; fd <= 2; fd++) {
		eallog.saved[fd - 1] = dup(fd);
		dup2(eallog.memfd, fd);
	}
	return 0;
}

void
eallog_restore(void)
{
	int fd;

	for (fd = 1; fd <= 2; fd++) {
		if (eallog.saved[fd - 1] < 0)
			continue;
		dup2(eallog.saved[fd - 1], fd);
		close(eallog.saved[fd - 1]);
		eallog.saved[fd - 1] = -1;
	}
}

char *
eallog_stop(void)
{
	off_t size;
	char *text;

	fflush(stdout);
	fflush(stderr);
	eallog_restore();
	fflush(eallog.stream);
	pthread_mutex_lock(&eallog.lock);
	size = lseek(eallog.memfd, 0, SEEK_END);
	text = memory_zeroed(size + 1);
	if (text != NULL && pread(eallog.memfd, text, size, 0) < 0)
		text[0] = '\0';
	close(eallog.memfd);
	eallog.memfd = -1;
	pthread_mutex_unlock(&eallog.lock);
	return text;
}

void
eallog_notices(void (*notice)(const char *line))
{
	pthread_mutex_lock(&eallog.lock);
	eallog.notice = notice;
	pthread_mutex_unlock(&eallog.lock);
}

void
eallog_help(FILE *out)
{
	unsigned int i;

	fputs("--log-level LEVEL, or TYPE:LEVEL with a type or a pattern of types; may "
	      "be "
	      "repeated.\n"
	      "Levels, the least first (warning without the option):\n",
		out);
	for (i = 0; i < EAL_LOG_LEVELS; i++)
		fprintf(out, "  %u, %s\n", i + 1, eal_log_levels[i]);
	fputs("Types (drivers that are loaded later have more):\n", out);
	rte_log_list_types(out, "  ");
}
