/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The batch: lines from a file, standard input or -e. */

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

struct source_reader {
	const char *name;       /* the file's, for errors; NULL: standard input or -e */
	int fd;                 /* -1 for the text of an -e */
	struct event *readable; /* NULL if reading fd never blocks */
	bool at_end;
	bool failed;
	unsigned long line_number;
	struct evbuffer *data; /* the line that runs, then what was read after it */
	size_t line_size;      /* bytes of the line that runs, with its newline */
};

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct source_reader *reader = arg;
	int got = evbuffer_read(reader->data, fd, 4096);

	(void)what;
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
		reader->at_end = true;
	if (got < 0 && reader->at_end)
		reader->failed = true;
}

/* For loop_until(): has a whole line, or the end of the source, been read? */
static bool
line_ready(void *ctx)
{
	struct source_reader *reader = ctx;

	session_end_if_unread();
	return reader->at_end || evbuffer_search(reader->data, "\n", 1, NULL).pos >= 0;
}

/*
 * Get the next line of a source, without its newline. Returns 1, 0 at the end, or a
 * negative errno when the program is to end. *line is valid until the next call.
 */
static int
next_line(struct source_reader *reader, const char **line, size_t *length)
{
	ev_ssize_t end;
	int ret;

	evbuffer_drain(reader->data, reader->line_size);
	reader->line_size = 0;
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
	reader->line_size = evbuffer_get_length(reader->data);
	if (reader->line_size == 0)
		return 0;
	end = evbuffer_search(reader->data, "\n", 1, NULL).pos;
	*length = end >= 0 ? (size_t)end : reader->line_size;
	if (end >= 0)
		reader->line_size = end + 1;
	*line = (const char *)evbuffer_pullup(reader->data, reader->line_size);
	if (*line == NULL) {
		reader->failed = true;
		return -ENOMEM;
	}
	if (*length > 0 && (*line)[*length - 1] == '\r')
		(*length)--;
	reader->line_number++;
	return 1;
}

static int
run_batch_line(const struct source_reader *reader, const char *line, size_t length)
{
	char place[256];

	snprintf(place, sizeof(place),
		"%s:%lu: ", reader->name != NULL ? reader->name : "",
		reader->line_number);
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

	while (!console.quit && !console.cut_short && loop_stopped() < 0 &&
		next_line(reader, &line, &length) == 1) {
		int code;

		output_forget_error();
		code = run_batch_line(reader, line, length);
		output_set_place(NULL);
		session_settle();
		if (code == SESSION_NO_COMMAND)
			continue;
		output_outcome(code);
		if (code > console.code)
			console.code = code;
		if (code != 0 && !console.options->keep_going) {
			console.cut_short = true;
			return;
		}
	}
	if (reader->failed) {
		output_error("%s: cannot be read",
			reader->name != NULL ? reader->name : "standard input");
		console.code = EXIT_NOT_STARTED;
		console.cut_short = true;
	}
}

/* Ask epoll itself: libevent prints a warning for a descriptor that epoll refuses. */
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
	reader->data = evbuffer_new();
	if (reader->data == NULL)
		return -ENOMEM;
	if (!source->is_file) {
		reader->at_end = true;
		return evbuffer_add(reader->data, source->text, strlen(source->text)) == 0
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
		return 0; /* a file or /dev/null: reading never blocks */
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

	console.echoes = console.options->echo;
	if (ret < 0) {
		output_error("%s: %s",
			output_escape(source->text, strlen(source->text)).text,
			strerror(-ret));
		console.code = EXIT_WRONG_USAGE;
		console.cut_short = !console.options->keep_going;
	} else {
		run_reader(&reader);
	}
	console.echoes = false;
	if (reader.readable != NULL)
		event_free(reader.readable);
	if (reader.fd >= 0)
		close(reader.fd);
	if (reader.data != NULL)
		evbuffer_free(reader.data);
}
