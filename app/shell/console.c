/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/exit.h"
#include "base/loop.h"
#include "grammar/command.h"
#include "grammar/complete.h"
#include "grammar/grammar.h"
#include "grammar/instance.h"
#include "output/output.h"
#include "output/wrap.h"
#include "output/writer.h"
#include "shell/console.h"
#include "shell/editor.h"
#include "shell/terminal.h"

/* While that much waits to be written nothing more is taken from others. */
#define BACKLOG_MAX 65536

/* What may be typed ahead while a command runs. */
#define TYPED_MAX 65536

#define CANDIDATES_MAX 256

/* How long to look for what was received before leaving, and for the next of it. */
#define SETTLE_NS UINT64_C(200000000)
#define SETTLE_STEP_NS UINT64_C(2000000)

#define PROMPT_COLOR "\033[1m"
#define PROMPT_COLOR_END "\033[0m"

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

/* One a process: one terminal. */
static struct {
	const struct options *options;
	struct console_hooks hooks;
	bool is_terminal; /* both descriptors 0 and 1 */
	bool quit;
	bool leaving; /* take all that is there, however much waits to be written */
	bool running; /* a command runs: no prompt */
	bool color;
	int code;
	struct writer *out, *err;
	struct event *signals[4];
	volatile int ended; /* a signal has come that ends a last flush */

	/* The prompt. */
	struct editor *editor;
	struct event *input;
	char prompt[64];
	bool drawn;
	unsigned int cursor_row, drawn_columns;
	char *typed;
	size_t n_typed, n_taken;
	bool progress; /* a line of it stands on the screen */
} console;

/* Drawing. */

/* Take the prompt off the screen; the cursor is left where it began. */
static void
hide_prompt(void)
{
	char up[32];
	int length;

	if (!console.drawn)
		return;
	/* A bare ESC[J in the first cell of the screen makes tmux keep a copy of all of
	 * it. */
	if (console.cursor_row > 0)
		length = snprintf(
			up, sizeof(up), "\r\033[%uA\033[K \033[J\r", console.cursor_row);
	else
		length = snprintf(up, sizeof(up), "\r\033[K \033[J\r");
	writer_put(console.out, up, length);
	console.drawn = false;
}

/*
 * The terminal may have wrapped anew what it shows: then take the prompt off the screen
 * from where it stands now. Before the line changes, since only the line as it was drawn
 * tells where that is; SIGWINCH may come after the key that was typed behind it.
 */
static void
follow_resize(void)
{
	unsigned int columns = terminal_columns();

	if (!console.drawn || columns == console.drawn_columns)
		return;
	console.cursor_row = editor_cursor_row(console.editor, console.prompt, columns);
	hide_prompt();
}

static void
show_prompt(void)
{
	size_t length;
	char *drawing;

	hide_prompt();
	console.drawn_columns = terminal_columns();
	drawing = editor_draw(console.editor, console.prompt,
		console.color ? PROMPT_COLOR : "", console.color ? PROMPT_COLOR_END : "",
		console.drawn_columns, &length, &console.cursor_row);
	if (drawing == NULL)
		return;
	writer_put(console.out, drawing, length);
	free(drawing);
	console.drawn = true;
}

/* Leave the line on the screen as it is and go below it. */
static void
finish_line(const char *after)
{
	size_t length, cursor;

	editor_text(console.editor, &length, &cursor);
	while (cursor++ < length)
		editor_key(
			console.editor, 6); /* Ctrl-F: the end, character by character */
	show_prompt();
	writer_put(console.out, after, strlen(after));
	console.drawn = false;
}

void
console_progress(const char *line)
{
	struct writer *writer = console.err;
	char fitting[256];

	if (!isatty(STDERR_FILENO) || (line == NULL && !console.progress))
		return;
	writer_put(writer, "\r\033[K", 4);
	if (line != NULL) {
		snprintf(fitting, sizeof(fitting), "%s", line);
		wrap_shorten(fitting, terminal_columns() - 1);
		writer_put(writer, fitting, strlen(fitting));
	}
	console.progress = line != NULL;
}

void
console_clear_screen(void)
{
	if (console_is_interactive())
		writer_put(console.out, "\033[H\033[2J", 7);
}

bool
console_take_key(void)
{
	if (console.n_typed <= console.n_taken)
		return false;
	console.n_taken++;
	return true;
}

static void
before_output(void)
{
	console_progress(NULL);
	if (console.is_terminal && console.editor != NULL) {
		follow_resize();
		hide_prompt();
	}
}

static unsigned int
output_columns(void)
{
	return console.is_terminal ? terminal_columns() : 0;
}

bool
console_may_take(void)
{
	return console.leaving || writer_backlog(console.out) < BACKLOG_MAX;
}

bool
console_is_interactive(void)
{
	return console.editor != NULL;
}

void
console_quit(void)
{
	console.quit = true;
}

/* Running a line. */

static int
run_command(const struct command *command, const struct args *args, void *ctx)
{
	int ret = console.hooks.may_run(command);

	(void)ctx;
	return ret < 0 ? ret : command->run(args);
}

/* Returns the exit code that this line would give. */
static int
run_line(const char *line, size_t length)
{
	bool usage = false;
	char error[512];
	int ret;

	loop_interrupt_clear();
	console.running = true;
	ret = grammar_parse(
		line, length, run_command, NULL, error, sizeof(error), &usage);
	console.running = false;
	if (usage) {
		output_error("%s", error);
		return EXIT_WRONG_USAGE;
	}
	return ret < 0 ? EXIT_COMMAND_FAILED : 0;
}

/* Signals. */

static void
on_signal(evutil_socket_t number, short what, void *arg)
{
	(void)what;
	(void)arg;
	if (number == SIGWINCH) {
		follow_resize();
		return;
	}
	if (number == SIGINT && console_is_interactive()) {
		loop_interrupt();
		return;
	}
	console.ended = 1;
	loop_stop(128 + number);
}

static int
add_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGWINCH };
	unsigned int i;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	signal(SIGTTIN, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		console.signals[i] =
			evsignal_new(loop_base(), numbers[i], on_signal, NULL);
		if (console.signals[i] == NULL ||
			evsignal_add(console.signals[i], NULL) != 0)
			return -ENOMEM;
	}
	return 0;
}

/* Is nobody there any more to read what we print? */
static void
check_writers(void)
{
	int ret = writer_put(console.out, "", 0);

	if (ret < 0)
		loop_stop(ret == -EPIPE ? 128 + SIGPIPE : EXIT_NOT_STARTED);
}

/* The batch. */

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

	check_writers();
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

static bool
never(void *ctx)
{
	(void)ctx;
	return false;
}

/* Let through what has come, without waiting for more. */
static void
settle(void)
{
	loop_until(never, NULL, 0);
	console.hooks.drain();
}

static bool
has_events(void *ctx)
{
	(void)ctx;
	return console.hooks.has_pending();
}

/*
 * At the end: what was received by now is shown, also what waits in the rings because
 * nobody read what we print. Who goes on sending does not keep us.
 */
static void
settle_all(void)
{
	uint64_t until = loop_now() + SETTLE_NS;

	console.leaving = true;
	do
		settle();
	while (loop_now() < until &&
		(has_events(NULL) || loop_until(has_events, NULL, SETTLE_STEP_NS) == 0));
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
	return run_line(line, length);
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
		settle();
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

static void
run_source(const struct source *source)
{
	struct source_reader reader;
	int ret = open_source(source, &reader);

	if (ret < 0) {
		output_error("%s: %s", output_escape(source->text, strlen(source->text)),
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

/* The prompt. */

static void
on_input(evutil_socket_t fd, short what, void *arg)
{
	char bytes[4096];
	ssize_t i, got = read(fd, bytes, sizeof(bytes));
	char *more;

	(void)what;
	(void)arg;
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
		loop_stop(128 + SIGHUP);
		return;
	}
	if (got <= 0)
		return;
	more = realloc(console.typed, console.n_typed + got);
	if (more == NULL)
		return;
	console.typed = more;
	for (i = 0; i < got; i++) {
		if (bytes[i] == 3 && console.running)
			loop_interrupt();
		else if (console.n_typed < TYPED_MAX)
			console.typed[console.n_typed++] = bytes[i];
	}
}

/* Has something been typed? Between rounds the prompt is put back where output hid it. */
static bool
typed_ready(void *ctx)
{
	(void)ctx;
	check_writers();
	if (console.n_typed == 0 && !console.drawn && loop_stopped() < 0 && !console.quit)
		show_prompt();
	return console.n_typed > 0 || console.quit;
}

static void
list_candidates(const struct candidate *candidates, unsigned int n)
{
	size_t widest = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		if (strlen(candidates[i].word) > widest)
			widest = strlen(candidates[i].word);
	finish_line("\n");
	for (i = 0; i < n; i++) {
		char line[256];
		int length = snprintf(line, sizeof(line), "  %-*s  %s\n", (int)widest,
			candidates[i].word, candidates[i].help);

		writer_put(console.out, line, length);
	}
}

/*
 * The candidates that can be inserted, in front of the others; how many they are. *common
 * gets how many bytes they have in common.
 */
static unsigned int
pick_literals(struct candidate *candidates, unsigned int n, size_t *common)
{
	unsigned int i, literals = 0;

	*common = 0;
	for (i = 0; i < n; i++) {
		struct candidate picked = candidates[i];
		size_t at = 0;

		if (!picked.literal)
			continue;
		candidates[i] = candidates[literals];
		candidates[literals] = picked;
		if (literals++ == 0)
			*common = strlen(picked.word);
		while (at < *common && picked.word[at] == candidates[0].word[at])
			at++;
		*common = at;
	}
	return literals;
}

/* Show what may come below the line, and the line again as it was. */
static void
help(const char *text, size_t cursor)
{
	static struct candidate candidates[CANDIDATES_MAX];
	size_t at, length, partial;
	unsigned int n =
		grammar_candidates(text, cursor, candidates, CANDIDATES_MAX, &partial);

	if (n == 0)
		return;
	list_candidates(candidates, n);
	/* The line was finished at its end. */
	for (editor_text(console.editor, &length, &at); at > cursor;
		editor_text(console.editor, &length, &at))
		editor_key(console.editor, 2); /* Ctrl-B */
}

static void
complete(const char *text, size_t cursor)
{
	static struct candidate candidates[CANDIDATES_MAX];
	size_t partial, common;
	unsigned int n =
		grammar_candidates(text, cursor, candidates, CANDIDATES_MAX, &partial);
	unsigned int literals = pick_literals(candidates, n, &common);

	if (n == 0)
		writer_put(console.out, "\a", 1);
	else if (common > partial)
		editor_insert(
			console.editor, candidates[0].word + partial, common - partial);
	else if (literals != 1)
		help(text, cursor);
	if (literals == 1)
		editor_insert(console.editor, " ", 1);
}

static void
enter(void)
{
	size_t length, cursor;
	const char *text = editor_text(console.editor, &length, &cursor);
	char line[EDITOR_LINE_MAX + 1];
	bool spoiled = editor_spoiled(console.editor);

	finish_line("\n");
	text = editor_text(console.editor, &length, &cursor);
	memcpy(line, text, length);
	line[length] = '\0';
	editor_clear(console.editor);
	if (spoiled) {
		output_error("line is longer than %d bytes; nothing was done",
			EDITOR_LINE_MAX);
		return;
	}
	if (line[strspn(line, " \t")] != '\0')
		editor_history_add(console.editor, line);
	run_line(line, length);
}

static void
take_key(char key)
{
	enum editor_result result;
	char line[EDITOR_LINE_MAX + 1];
	size_t length, cursor;
	const char *text;

	follow_resize();
	result = editor_key(console.editor, key);
	switch (result) {
	case EDITOR_NOTHING:
		break;
	case EDITOR_CHANGED:
		hide_prompt();
		break;
	case EDITOR_BELL:
		writer_put(console.out, "\a", 1);
		break;
	case EDITOR_LINE:
		enter();
		break;
	case EDITOR_INTERRUPT:
		finish_line("^C\n");
		editor_clear(console.editor);
		break;
	case EDITOR_EOF:
		finish_line("\n");
		console.quit = true;
		break;
	case EDITOR_COMPLETE:
	case EDITOR_HELP:
		text = editor_text(console.editor, &length, &cursor);
		memcpy(line, text, length + 1);
		if (result == EDITOR_COMPLETE)
			complete(line, cursor);
		else
			help(line, cursor);
		hide_prompt();
		break;
	case EDITOR_REDRAW:
		console.drawn = false;
		writer_put(console.out, "\033[H\033[2J", 7);
		break;
	}
}

static void
take_typed(void)
{
	/* A command may run in here, and more be typed meanwhile. */
	console.n_taken = 0;
	while (console.n_taken < console.n_typed && !console.quit && loop_stopped() < 0)
		take_key(console.typed[console.n_taken++]);
	memmove(console.typed, console.typed + console.n_taken,
		console.n_typed - console.n_taken);
	console.n_typed -= console.n_taken;
	console.n_taken = 0;
}

/* $XDG_STATE_HOME/mpsh/history, on the heap; NULL where there is no home. */
static char *
history_path(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char *path = NULL;
	int ret = -1;

	if (state != NULL && state[0] == '/')
		ret = asprintf(&path, "%s/mpsh/history", state);
	else if (home != NULL && home[0] == '/')
		ret = asprintf(&path, "%s/.local/state/mpsh/history", home);
	return ret < 0 ? NULL : path;
}

static int
start_prompt(void)
{
	char *path = history_path();

	console.editor = editor_new(grammar_in_text);
	if (console.editor == NULL) {
		free(path);
		return -ENOMEM;
	}
	/* A batch has no escape sequences, a prompt that follows it has. */
	output_set_color(console.color && isatty(STDERR_FILENO));
	editor_history_load(console.editor, path);
	free(path);
	snprintf(console.prompt, sizeof(console.prompt), "mpsh:%s> ", console.hooks.name);
	console.input = event_new(
		loop_base(), STDIN_FILENO, EV_READ | EV_PERSIST, on_input, NULL);
	if (console.input == NULL || event_add(console.input, NULL) != 0)
		return -ENOMEM;
	return terminal_raw();
}

static void
run_prompt(void)
{
	int ret = start_prompt();

	if (ret < 0) {
		output_error("no prompt can be had: %s", strerror(-ret));
		loop_stop(EXIT_NOT_STARTED);
		return;
	}
	while (!console.quit && loop_stopped() < 0) {
		ret = loop_until(typed_ready, NULL, LOOP_FOREVER);
		if (ret == -EINTR)
			take_key(3); /* SIGINT is as good as the key */
		take_typed();
	}
	hide_prompt();
}

/* All together. */

int
console_init(const struct options *options, const struct console_hooks *hooks)
{
	struct output_config config = {
		.columns = output_columns,
		.before = before_output,
	};
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

	console.options = options;
	console.hooks = *hooks;
	console.is_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	console.color = isatty(STDOUT_FILENO) && !options->no_color &&
		(no_color == NULL || no_color[0] == '\0') &&
		(term == NULL || strcmp(term, "dumb") != 0);
	console.out = writer_new(STDOUT_FILENO, loop_base());
	console.err = writer_same(STDOUT_FILENO, STDERR_FILENO)
		? console.out
		: writer_new(STDERR_FILENO, loop_base());
	if (console.out == NULL)
		return -ENOMEM;
	config.out = console.out;
	config.err = console.err;
	config.is_terminal = isatty(STDOUT_FILENO);
	config.json = options->json;
	output_init(&config);
	return add_signals();
}

int
console_run(void)
{
	const struct options *options = console.options;
	const struct source input = { .is_file = true, .text = "-" };
	bool prompts =
		console.is_terminal && (options->n_sources == 0 || options->interactive);
	size_t i;

	if (options->n_sources != 0 || !prompts)
		output_notice(json_pack("{s:{s:s, s:s, s:i}}", "event", "type", "ready",
				      "peer", console.hooks.name, "pid", (int)getpid()),
			"* ready as %s (pid %d)", console.hooks.name, getpid());
	for (i = 0; i < options->n_sources && !console.quit && loop_stopped() < 0; i++)
		run_source(&options->sources[i]);
	if (!console.quit && loop_stopped() < 0) {
		if (prompts) {
			run_prompt();
			console.code = 0;
		} else if (options->n_sources == 0 || options->interactive) {
			run_source(&input);
		}
	}
	settle_all();
	return loop_stopped() >= 0 ? loop_stopped() : console.code;
}

static void
on_last_signal(int number)
{
	(void)number;
	console.ended = 1;
}

void
console_free(void)
{
	/* A signal ends a flush that nobody reads; the loop runs no more to tell of it.
	 */
	const struct sigaction last = { .sa_handler = on_last_signal };
	unsigned int i;

	for (i = 0; i < 4; i++)
		if (console.signals[i] != NULL)
			event_free(console.signals[i]);
	sigaction(SIGINT, &last, NULL);
	sigaction(SIGTERM, &last, NULL);
	sigaction(SIGHUP, &last, NULL);
	if (console.out != NULL)
		writer_flush(console.out, &console.ended);
	if (console.err != NULL && console.err != console.out)
		writer_flush(console.err, &console.ended);
	terminal_reset();
	if (console.input != NULL)
		event_free(console.input);
	if (console.editor != NULL)
		editor_free(console.editor);
	if (console.err != NULL && console.err != console.out)
		writer_free(console.err);
	if (console.out != NULL)
		writer_free(console.out);
	free(console.typed);
	console.out = NULL;
	console.err = NULL;
	console.editor = NULL;
}
