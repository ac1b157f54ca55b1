/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Lines from a file, standard input or -e. */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/exit.h"
#include "base/loop.h"
#include "grammar/command.h"
#include "output/output.h"
#include "shell/batch.h"
#include "shell/session.h"
#include "shell/state.h"
#include "startup/options.h"

/* Lines of a batch: a file, standard input or the text of an -e. */
struct source_reader {
	const char *name;       /* for errors, NULL: none */
	int fd;                 /* -1: text alone */
	struct event *readable; /* NULL where reading never blocks */
	bool at_end;
	bool failed;
	unsigned long line;
	char *buffer; /* what was read and not used yet */
	size_t length, start;
};

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct source_reader *reader = arg;
	char *more = realloc(reader->buffer, reader->length + 4096);
	ssize_t got;

	(void)what;
	if (more == NULL) {
		reader->at_end = true;
		return;
	}
	reader->buffer = more;
	got = read(fd, more + reader->length, 4096);
	if (got > 0)
		reader->length += got;
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		reader->at_end = true;
	if (got < 0 && reader->at_end)
		reader->failed = true;
}

/* Is a whole line there, or the end? */
static bool
line_ready(void *ctx)
{
	struct source_reader *reader = ctx;

	session_check_writers();
	return reader->at_end ||
		(reader->length > reader->start &&
			memchr(reader->buffer + reader->start, '\n',
				reader->length - reader->start) != NULL);
}

/*
 * The next line of a source, without its newline. Returns 1, 0 at the end, or a negative
 * errno when the program is to end.
 */
static int
next_line(struct source_reader *reader, char **line, size_t *length)
{
	char *end;

	if (reader->start > 0) {
		memmove(reader->buffer, reader->buffer + reader->start,
			reader->length - reader->start);
		reader->length -= reader->start;
		reader->start = 0;
	}
	if (reader->readable == NULL) {
		while (!line_ready(reader))
			on_readable(reader->fd, 0, reader);
	} else {
		int ret;

		event_add(reader->readable, NULL);
		ret = loop_until(line_ready, reader, LOOP_FOREVER);
		event_del(reader->readable);
		if (ret < 0)
			return ret;
	}
	if (reader->length == 0)
		return 0;
	end = memchr(reader->buffer, '\n', reader->length);
	*line = reader->buffer;
	*length = end != NULL ? (size_t)(end - reader->buffer) : reader->length;
	reader->start = end != NULL ? *length + 1 : reader->length;
	if (*length > 0 && (*line)[*length - 1] == '\r')
		(*length)--;
	reader->line++;
	return 1;
}

static int
run_batch_line(const struct source_reader *reader, const char *line, size_t length)
{
	char place[256];

	snprintf(place, sizeof(place),
		"%s:%lu: ", reader->name != NULL ? reader->name : "", reader->line);
	output_set_place(reader->name != NULL ? place : NULL);
	if (length > GRAMMAR_LINE_MAX) {
		output_error("line is longer than %d bytes; nothing was done",
			GRAMMAR_LINE_MAX);
		return EXIT_WRONG_USAGE;
	}
	if (memchr(line, '\0', length) != NULL) {
		output_error("a line holds any byte but NUL; nothing was done");
		return EXIT_WRONG_USAGE;
	}
	return session_run_line(line, length);
}

static void
run_reader(struct source_reader *reader)
{
	size_t length;
	char *line;

	while (!console.quit && loop_stopped() < 0 &&
		next_line(reader, &line, &length) == 1) {
		int code = run_batch_line(reader, line, length);

		output_set_place(NULL);
		session_settle();
		if (code > console.code)
			console.code = code;
		if (code != 0 && !console.options->keep_going) {
			console.quit = true;
			return;
		}
	}
	if (reader->failed) {
		output_error("%s: cannot be read",
			reader->name != NULL ? reader->name : "standard input");
		console.code = EXIT_NOT_STARTED;
		console.quit = true;
	}
}

/* Asked of epoll itself: libevent would print a warning about what it does not take. */
static bool
can_be_waited_for(int fd)
{
	struct epoll_event event = { .events = EPOLLIN };
	int poller = epoll_create1(EPOLL_CLOEXEC);
	bool can = poller >= 0 && epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) == 0;

	if (poller >= 0)
		close(poller);
	return can;
}

static int
open_source(const struct source *source, struct source_reader *reader)
{
	struct stat status;

	memset(reader, 0, sizeof(*reader));
	reader->fd = -1;
	if (!source->is_file) {
		reader->buffer = strdup(source->text);
		reader->length = strlen(source->text);
		reader->at_end = true;
		return reader->buffer != NULL ? 0 : -ENOMEM;
	}
	if (strcmp(source->text, "-") == 0) {
		reader->fd = dup(STDIN_FILENO);
	} else {
		reader->name = source->text;
		reader->fd =
			open(source->text, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	}
	if (reader->fd < 0 || fstat(reader->fd, &status) < 0)
		return -errno;
	if (S_ISDIR(status.st_mode))
		return -EISDIR;
	if (!can_be_waited_for(reader->fd))
		return 0; /* a file, /dev/null: reading it never blocks */
	reader->readable = event_new(
		loop_base(), reader->fd, EV_READ | EV_PERSIST, on_readable, reader);
	if (reader->readable == NULL)
		return -ENOMEM;
	return 0;
}

void
batch_run(const struct source *source)
{
	struct source_reader reader;
	int ret = open_source(source, &reader);

	if (ret < 0) {
		output_error("%s: %s",
			output_escape(source->text, strlen(source->text)).text,
			strerror(-ret));
		console.code = EXIT_WRONG_USAGE;
		console.quit = !console.options->keep_going;
	} else {
		run_reader(&reader);
	}
	if (reader.readable != NULL)
		event_free(reader.readable);
	if (reader.fd >= 0)
		close(reader.fd);
	free(reader.buffer);
}
