/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The prompt on a terminal: drawing it, typing at it, taking it off the screen. */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_common.h>

#include "base/exit.h"
#include "base/loop.h"
#include "grammar/args.h"
#include "grammar/complete.h"
#include "grammar/grammar.h"
#include "output/output.h"
#include "output/wrap.h"
#include "output/writer.h"
#include "shell/bequest.h"
#include "shell/editor.h"
#include "shell/history.h"
#include "shell/input.h"
#include "shell/line.h"
#include "shell/prompt.h"
#include "shell/screen.h"
#include "shell/session.h"
#include "shell/state.h"
#include "shell/terminal.h"

#define CANDIDATES_MAX 256
#define HELP_COLUMNS 80u /* that the list behind ? takes at most */
#define PROMPT_COLOR "\033[1m"
#define PROMPT_COLOR_END "\033[0m"
#define CLEAR_SCREEN "\033[H\033[2J"

/* Write what screen.c has to say. */
static void
write_screen(void)
{
	writer_put(console.out, console.screen.out, console.screen.out_length);
	console.screen.out_length = 0;
}

void
prompt_hide(void)
{
	screen_hide(&console.screen);
	write_screen();
}

void
prompt_follow_resize(void)
{
	struct screen_size size = { .dumb = terminal_is_dumb() };

	terminal_size(&size.columns, &size.rows);
	screen_resize(&console.screen, &size);
	write_screen();
}

static void
show_prompt(void)
{
	const char *search = editor_search_prompt(console.editor);
	size_t length, cursor;
	const char *line = editor_text(console.editor, &length, &cursor);

	prompt_follow_resize();
	screen_draw(&console.screen, search != NULL ? search : console.prompt, line,
		length, cursor);
	write_screen();
	console.changed = false;
}

/* Leave the whole line on the screen, with after written at its end. */
static void
finish_line(const char *after)
{
	size_t length, cursor;

	editor_text(console.editor, &length, &cursor);
	editor_move(console.editor, length);
	if (input_in_front())
		show_prompt();
	writer_put(console.out, after, strlen(after));
	screen_leave(&console.screen);
}

void
console_progress(const char *line)
{
	struct writer *writer = console.err;
	char fitting[256];

	if ((line == NULL && !console.progress) || !isatty(STDERR_FILENO) ||
		terminal_is_dumb())
		return;
	writer_put(writer, "\r\033[K", 4);
	if (line != NULL) {
		snprintf(fitting, sizeof(fitting), "%s", line);
		wrap_shorten(
			fitting, terminal_columns() - 1, (terminal_columns() - 1) / 2);
		writer_put(writer, fitting, strlen(fitting));
	}
	console.progress = line != NULL;
}

void
console_clear_screen(void)
{
	if (console_is_interactive() && !terminal_is_dumb())
		writer_put(console.out, CLEAR_SCREEN, sizeof(CLEAR_SCREEN) - 1);
}

bool
console_is_interactive(void)
{
	return console.editor != NULL;
}

/* The prompt. */

/*
 * For loop_until(): has something been typed? If output has hidden the prompt in this
 * round of the loop, draw the prompt again.
 */
static bool
typed_ready(void *ctx)
{
	(void)ctx;
	session_end_if_unread();
	if (input_waiting() == 0 && (console.changed || !console.screen.drawn) &&
		loop_stopped() < 0 && !console.quit && input_in_front())
		show_prompt();
	return input_waiting() > 0 || console.quit;
}

static void
put_line(const char *line)
{
	writer_put(console.out, line, strlen(line));
	writer_put(console.out, "\n", 1);
}

/* Each with its help beside it, which is broken at words. */
static void
list_candidates(const struct candidate *candidates, unsigned int n)
{
	unsigned int columns = terminal_columns(), i;
	size_t widest = 0;

	for (i = 0; i < n; i++)
		widest = RTE_MAX(widest, wrap_columns(candidates[i].word));
	finish_line("\n");
	for (i = 0; i < n; i++) {
		const char *word = candidates[i].word;
		char first[2 * sizeof(candidates[i].word) + 4], rest[sizeof(first)];

		snprintf(first, sizeof(first), "  %.*s%*s  ", GRAMMAR_VALUE_MAX, word,
			(int)(widest - wrap_columns(word)), "");
		snprintf(rest, sizeof(rest), "%*s", (int)widest + 4, "");
		wrap_lines(candidates[i].help, first, rest,
			RTE_MIN(columns, HELP_COLUMNS), put_line);
	}
	if (n == CANDIDATES_MAX)
		put_line("  ... and perhaps more");
}

/*
 * Move the candidates that can be inserted in front of the others and return their
 * number. *common gets the length in bytes of their common prefix.
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
		/* Of a character all bytes or none. */
		while (at > 0 && ((unsigned char)picked.word[at] & 0xc0) == 0x80)
			at--;
		*common = at;
	}
	return literals;
}

/* Nothing may come next: say what is wrong with the line up to here. */
static void
say_why_nothing(const char *text, size_t length)
{
	char line[640], error[512];
	struct args *args;

	if (grammar_parse(text, length, &args, error, sizeof(error)) == 0) {
		args_free(args);
		return;
	}
	finish_line("\n");
	writer_put(console.out, line, snprintf(line, sizeof(line), "  %s\n", error));
}

/* List what may come next; the line is drawn again below the list. */
static void
help(const char *text, size_t cursor)
{
	static struct candidate candidates[CANDIDATES_MAX];
	size_t partial;
	unsigned int n =
		grammar_candidates(text, cursor, candidates, CANDIDATES_MAX, &partial);

	if (n == 0)
		say_why_nothing(text, cursor);
	else
		list_candidates(candidates, n);
	editor_move(console.editor, cursor); /* finish_line() moved it to the end */
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
	else if (common > partial && n < CANDIDATES_MAX)
		editor_insert(
			console.editor, candidates[0].word + partial, common - partial);
	else if (literals != 1)
		help(text, cursor);
	if (literals == 1 && candidates[0].goes_on)
		return;
	/* One blank follows, which may be there already. */
	if (literals == 1 && text[cursor] == ' ')
		editor_move(console.editor, cursor + common - partial + 1);
	else if (literals == 1)
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
	if (!line_may_hold(line, length)) {
		output_error("the line holds control bytes, shown as \\xNN; nothing was "
			     "done");
		return;
	}
	if (line[strspn(line, " \t")] != '\0')
		editor_history_add(console.editor, line);
	session_run_line(line, length);
}

static void
clear_screen(void)
{
	if (terminal_is_dumb())
		finish_line("\n");
	else
		console_clear_screen();
	screen_leave(&console.screen);
}

/* Tab or ?. */
static void
suggest(enum editor_result key)
{
	char line[EDITOR_LINE_MAX + 1];
	size_t length, cursor;
	const char *text = editor_text(console.editor, &length, &cursor);

	memcpy(line, text, length + 1);
	if (key == EDITOR_COMPLETE)
		complete(line, cursor);
	else
		help(line, cursor);
}

static void
take_key(char key)
{
	enum editor_result result = editor_key(console.editor, key);

	if (result != EDITOR_NOTHING)
		console.changed = true;
	switch (result) {
	case EDITOR_NOTHING:
	case EDITOR_CHANGED:
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
		suggest(result);
		break;
	case EDITOR_REDRAW:
		clear_screen();
		break;
	}
}

static void
take_typed(void)
{
	char key;

	/* take_key() may run a command, and more may be typed meanwhile. */
	while (!console.quit && loop_stopped() < 0 && input_take(&key)) {
		take_key(key);
		/* Between lines what others do is shown, and a Ctrl-C is seen. */
		if (key == '\r' || key == '\n')
			session_settle();
	}
}

/* The path of the history file, which the caller frees; NULL if there is no home. */
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
	int ret;

	console.editor = editor_new(grammar_in_text);
	if (console.editor == NULL) {
		free(path);
		return -ENOMEM;
	}
	/*
	 * There may be colours from here on; a batch before the prompt prints none.
	 */
	output_set_color(console.color && isatty(STDERR_FILENO), console.color);
	editor_history_load(console.editor, path);
	free(path);
	snprintf(console.prompt, sizeof(console.prompt), "mpsh:%s> ", console.hooks.name);
	console.screen.color = console.color ? PROMPT_COLOR : "";
	console.screen.color_end = console.color ? PROMPT_COLOR_END : "";
	ret = input_start();
	if (ret == 0)
		bequest_take();
	return ret;
}

void
prompt_run(void)
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
			take_key(3); /* SIGINT acts as the key Ctrl-C */
		take_typed();
	}
	prompt_hide();
}
