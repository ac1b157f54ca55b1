/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Lines from a file, standard input or -e. */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <event2/buffer.h>
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
	struct evbuffer *read; /* and not used yet; it begins with the line that runs */
	size_t taken;          /* how many bytes that line has, with its newline */
};

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct source_reader *reader = arg;
	int got = evbuffer_read(reader->read, fd, 4096);

	(void)what;
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
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
	return reader->at_end || evbuffer_search(reader->read, "\n", 1, NULL).pos >= 0;
}

/*
 * The next line of a source, without its newline. Returns 1, 0 at the end, or a negative
 * errno when the program is to end.
 */
static int
next_line(struct source_reader *reader, const char **line, size_t *length)
{
	ev_ssize_t end;
	int ret;

	evbuffer_drain(reader->read, reader->taken);
	reader->taken = 0;
	if (reader->readable == NULL) {
		while (!line_ready(reader))
			on_readable(reader->fd, 0, reader);
	} else {
		event_add(reader->readable, NULL);
		ret = loop_until(line_ready, reader, LOOP_FOREVER);
		event_del(reader->readable);
		if (ret < 0)
			return ret;
	}
	reader->taken = evbuffer_get_length(reader->read);
	if (reader->taken == 0)
		return 0;
	end = evbuffer_search(reader->read, "\n", 1, NULL).pos;
	*length = end >= 0 ? (size_t)end : reader->taken;
	if (end >= 0)
		reader->taken = end + 1;
	*line = (const char *)evbuffer_pullup(reader->read, reader->taken);
	if (*line == NULL) {
		reader->failed = true;
		return -ENOMEM;
	}
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
	const char *line;
	size_t length;

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
	reader->read = evbuffer_new();
	if (reader->read == NULL)
		return -ENOMEM;
	if (!source->is_file) {
		reader->at_end = true;
		return evbuffer_add(reader->read, source->text, strlen(source->text)) == 0
			? 0
			: -ENOMEM;
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
	if (reader.read != NULL)
		evbuffer_free(reader.read);
}
