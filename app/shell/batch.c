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
#include "shell/front.h"
#include "shell/session.h"
#include "shell/state.h"
#include "startup/options.h"

/* A byte order mark may stand before the first line, a carriage return behind each. */
#define MARK "\xef\xbb\xbf"
#define MARK_LENGTH (sizeof(MARK) - 1)
#define LINE_ROOM (MARK_LENGTH + GRAMMAR_LINE_MAX + 1)

/* Bytes of a long path, the last ones, that errors begin with. */
#define NAME_SHOWN 200

/* How many files may be within one another. */
#define SOURCES_MAX 16

struct source_reader {
	const char *name;       /* the file's, for errors; NULL: standard input or -e */
	int fd;                 /* -1 for the text of an -e */
	struct event *readable; /* NULL if reading fd never blocks */
	bool at_end;
	bool failed;
	bool within;   /* a command reads: source */
	bool too_long; /* a line is, and what was read of it is not kept */
	unsigned long line_number;
	struct evbuffer *data; /* the line that runs, then what was read after it */
	size_t line_size;      /* bytes of the line that runs, with its newline */
};

/* The one whose line runs, NULL: none; and how many of its callers are commands. */
static const struct source_reader *running;
static unsigned int depth;

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

static ev_ssize_t
find_newline(const struct source_reader *reader)
{
	return evbuffer_search(reader->data, "\n", 1, NULL).pos;
}

/* For loop_until(): has a whole line, or the end of the source, been read? */
static bool
line_ready(void *ctx)
{
	struct source_reader *reader = ctx;
	bool whole = find_newline(reader) >= 0;

	session_end_if_unread();
	if (!whole && evbuffer_get_length(reader->data) > LINE_ROOM) {
		evbuffer_drain(reader->data, evbuffer_get_length(reader->data));
		reader->too_long = true;
	}
	return reader->at_end || whole;
}

/* Read up to the end of a line. Returns 0, or a negative errno if that is not to be. */
static int
read_line(struct source_reader *reader)
{
	int ret = 0;

	reader->too_long = false;
	if (reader->readable != NULL) {
		event_add(reader->readable, NULL);
		ret = loop_until(line_ready, reader, LOOP_FOREVER);
		event_del(reader->readable);
		return ret;
	}
	/* A line may have no end, and signals come with the loop alone. */
	while (!line_ready(reader) && (ret == 0 || ret == -ETIMEDOUT)) {
		on_readable(reader->fd, 0, reader);
		ret = loop_until(line_ready, reader, 0);
	}
	return ret == -ETIMEDOUT ? 0 : ret;
}

/*
 * Get the next line of a source, without its newline. Returns 1, 0 at the end, or a
 * negative errno when no more are to be run. *line is valid until the next call.
 */
static int
next_line(struct source_reader *reader, const char **line, size_t *length)
{
	ev_ssize_t end;
	int ret;

	evbuffer_drain(reader->data, reader->line_size);
	reader->line_size = 0;
	ret = read_line(reader);
	if (ret < 0)
		return ret;
	reader->line_size = evbuffer_get_length(reader->data);
	if (reader->line_size == 0 && !reader->too_long)
		return 0;
	end = find_newline(reader);
	*length = end >= 0 ? (size_t)end : reader->line_size;
	if (end >= 0)
		reader->line_size = end + 1;
	*line = (const char *)evbuffer_pullup(reader->data, reader->line_size);
	if (*line == NULL && reader->line_size != 0) {
		reader->failed = true;
		return -ENOMEM;
	}
	if (reader->line_number++ == 0 && reader->fd >= 0 && *length >= MARK_LENGTH &&
		memcmp(*line, MARK, MARK_LENGTH) == 0) {
		*line += MARK_LENGTH;
		*length -= MARK_LENGTH;
	}
	if (*length > 0 && (*line)[*length - 1] == '\r')
		(*length)--;
	return 1;
}

/* Have errors begin with the place of the line that runs, if it is in a file. */
static void
set_place(const struct source_reader *reader)
{
	struct output_text name;
	char place[NAME_SHOWN + 32];
	const char *end;

	running = reader;
	if (reader == NULL || reader->name == NULL) {
		output_set_place(NULL);
		return;
	}
	name = output_escape(reader->name, strlen(reader->name));
	end = name.text;
	if (strlen(end) > NAME_SHOWN) {
		end += strlen(end) - NAME_SHOWN;
		/* Not from the middle of a character on. */
		while (((unsigned char)*end & 0xc0) == 0x80)
			end++;
	}
	snprintf(place, sizeof(place), "%s%.*s:%lu: ", end != name.text ? "..." : "",
		NAME_SHOWN, end, reader->line_number);
	output_set_place(place);
}

static int
run_batch_line(const struct source_reader *reader, const char *line, size_t length)
{
	if (reader->too_long || length > GRAMMAR_LINE_MAX) {
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

/* Run the next line. Returns its exit code, or a negative number: no more are to be run.
 */
static int
run_next(struct source_reader *reader)
{
	const struct source_reader *outer = running;
	const char *line;
	size_t length;
	int code;

	if (console.quit || loop_stopped() >= 0 ||
		next_line(reader, &line, &length) != 1 || loop_stopped() >= 0)
		return -1;
	set_place(reader);
	if (!reader->within)
		output_forget_error();
	code = run_batch_line(reader, line, length);
	set_place(outer);
	session_settle();
	if (code == SESSION_NO_COMMAND)
		return 0;
	if (!reader->within)
		output_outcome(code != 0 && loop_stopped() >= 0 ? loop_stopped() : code);
	return code;
}

static void
say_unread(const struct source_reader *reader)
{
	const char *name = reader->name != NULL ? reader->name : "standard input";

	if (reader->name == NULL && front_is_elsewhere())
		output_error("no terminal: this is a background process");
	else
		output_error(
			"%s: cannot be read", output_escape(name, strlen(name)).text);
}

static void
run_reader(struct source_reader *reader)
{
	int code;

	while (!console.cut_short && (code = run_next(reader)) >= 0) {
		if (code > console.code)
			console.code = code;
		if (code != 0 && !console.options->keep_going) {
			console.cut_short = true;
			return;
		}
	}
	if (reader->failed) {
		say_unread(reader);
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

/* Open a file to read lines from, or standard input for NULL. */
static int
open_reader(struct source_reader *reader, const char *path)
{
	struct stat status;

	if (path == NULL)
		reader->fd = dup(STDIN_FILENO);
	else
		reader->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	reader->name = path;
	if (reader->fd < 0 || fstat(reader->fd, &status) < 0)
		return -errno;
	if (S_ISDIR(status.st_mode))
		return -EISDIR;
	if (!can_be_waited_for(reader->fd))
		return 0; /* a file or /dev/null: reading never blocks */
	reader->readable = event_new(
		loop_base(), reader->fd, EV_READ | EV_PERSIST, on_readable, reader);
	return reader->readable == NULL ? -ENOMEM : 0;
}

/* Begin a reader, also after an error to be ended with end_reader(). */
static int
begin_reader(struct source_reader *reader)
{
	memset(reader, 0, sizeof(*reader));
	reader->fd = -1;
	reader->data = evbuffer_new();
	return reader->data == NULL ? -ENOMEM : 0;
}

static void
end_reader(struct source_reader *reader)
{
	if (reader->readable != NULL)
		event_free(reader->readable);
	if (reader->fd >= 0)
		close(reader->fd);
	if (reader->data != NULL)
		evbuffer_free(reader->data);
}

static int
open_source(const struct source *source, struct source_reader *reader)
{
	int ret = begin_reader(reader);

	if (ret < 0)
		return ret;
	if (source->is_file)
		return open_reader(
			reader, strcmp(source->text, "-") == 0 ? NULL : source->text);
	reader->at_end = true;
	return evbuffer_add(reader->data, source->text, strlen(source->text)) == 0
		? 0
		: -ENOMEM;
}

static void
say_unopened(const char *path, int error)
{
	output_error("%s: %s", output_escape(path, strlen(path)).text, strerror(-error));
}

void
batch_run(const struct source *source)
{
	struct source_reader reader;
	int ret = open_source(source, &reader);

	console.echoes = console.options->echo;
	if (ret < 0) {
		say_unopened(source->text, ret);
		console.code = EXIT_WRONG_USAGE;
		console.cut_short = !console.options->keep_going;
	} else {
		run_reader(&reader);
	}
	console.echoes = false;
	end_reader(&reader);
}

/* Ctrl-C came between two lines. */
static void
say_interrupted(const struct source_reader *reader)
{
	const struct source_reader *outer = running;

	if (reader->line_number != 0)
		set_place(reader);
	output_error("interrupted");
	set_place(outer);
}

/* Run the lines of a file that is open. Returns the highest exit code of one. */
static int
run_within(struct source_reader *reader)
{
	const unsigned int interrupts = loop_interrupts();
	int code = 0, highest = 0;

	reader->within = true;
	while (code == 0 || console.options->keep_going) {
		code = run_next(reader);
		if (loop_interrupts() != interrupts) {
			if (code <= 0)
				say_interrupted(reader);
			return code > highest ? code : highest;
		}
		if (code < 0)
			break;
		if (code > highest)
			highest = code;
	}
	if (reader->failed) {
		say_unread(reader);
		highest = EXIT_COMMAND_FAILED;
	}
	return highest;
}

int
batch_source(const char *path)
{
	struct source_reader reader;
	const unsigned int interrupts = loop_interrupts();
	int ret, code;

	if (depth == SOURCES_MAX) {
		output_error("files are nested %d deep already: %s is not run",
			SOURCES_MAX, output_escape(path, strlen(path)).text);
		return -ELOOP;
	}
	ret = begin_reader(&reader);
	if (ret == 0)
		ret = open_reader(&reader, path);
	if (ret < 0) {
		say_unopened(path, ret);
	} else {
		depth++;
		code = run_within(&reader);
		depth--;
		console.code_within = code;
		ret = code != 0 || loop_stopped() >= 0 ? -ECANCELED : 0;
		if (loop_interrupts() != interrupts)
			ret = -EINTR;
	}
	end_reader(&reader);
	return ret;
}
