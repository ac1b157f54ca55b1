/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* EAL's log: kept during the start, notices afterwards. */

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
#include "startup/eallog.h"

#define LINE_SIZE 1024

/* One a process: so is EAL's stream. Any thread logs. */
static struct {
	pthread_mutex_t lock;
	FILE *stream;
	int memory; /* a memfd in place of 1 and 2 while EAL starts */
	int saved[2];
	char line[LINE_SIZE]; /* not ended yet */
	size_t length;
	void (*notice)(const char *line);
} eallog = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.memory = -1,
	.saved = { -1, -1 },
};

static void
say(void *arg)
{
	eallog.notice(arg);
	free(arg);
}

/* With the lock held: hand over the line that has ended. */
static void
end_line(void)
{
	char *copy;

	eallog.line[eallog.length] = '\0';
	copy = eallog.length != 0 && eallog.notice != NULL ? strdup(eallog.line) : NULL;
	eallog.length = 0;
	if (copy != NULL && loop_post(say, copy) < 0)
		free(copy);
}

static ssize_t
write_log(void *cookie, const char *bytes, size_t size)
{
	size_t i;

	(void)cookie;
	pthread_mutex_lock(&eallog.lock);
	if (eallog.memory >= 0) {
		if (write(eallog.memory, bytes, size) < 0)
			errno = 0; /* an explanation less, no reason to fail */
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

	eallog.memory = memfd_create("eal", MFD_CLOEXEC);
	if (eallog.memory < 0)
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
		dup2(eallog.memory, fd);
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
	size = lseek(eallog.memory, 0, SEEK_END);
	text = calloc(1, size + 1);
	if (text != NULL && pread(eallog.memory, text, size, 0) < 0)
		text[0] = '\0';
	close(eallog.memory);
	eallog.memory = -1;
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
