/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* A command's results, painted again and again in one place. */

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/event.h>

#include "base/loop.h"
#include "output/kept.h"
#include "output/output.h"
#include "output/wrap.h"
#include "output/writer.h"
#include "shell/input.h"
#include "shell/onekey.h"
#include "shell/prompt.h"
#include "shell/repaint.h"
#include "shell/session.h"
#include "shell/state.h"
#include "shell/terminal.h"

/* How long a part of a key waits for its rest; the key Escape is such a part alone. */
#define PART_NS UINT64_C(50000000)

static struct {
	bool paints;         /* else results are printed one after another */
	size_t ahead;        /* bytes that were typed before */
	uint64_t part_since; /* loop_now() when a part of a key was seen; 0: none */
	bool pressed;
	struct evbuffer *shown;     /* the picture on the screen, a line each */
	unsigned int columns, rows; /* of the terminal when it was painted */
	struct event *continued;
} repaint;

/* One row is the cursor's, and one at least the picture's. */
static void
look_at_size(unsigned int *columns, unsigned int *rows)
{
	terminal_size(columns, rows);
	if (*rows < 2)
		*rows = 2;
}

/* The line at the begin of lines, without its newline; NULL if there is none. */
static char *
next_line(struct evbuffer *lines)
{
	return evbuffer_readln(lines, NULL, EVBUFFER_EOL_LF);
}

/* The rows that the picture on the screen takes now: a resize may have wrapped it anew.
 */
static unsigned int
rows_shown(unsigned int columns, unsigned int rows)
{
	unsigned int sum = 0;
	char *line;

	while ((line = next_line(repaint.shown)) != NULL) {
		sum += wrap_rows(line, columns);
		free(line);
	}
	return sum < rows ? sum : rows - 1;
}

static void
add_line(struct evbuffer *screen, const char *line, size_t length)
{
	/* Cleared first: behind the last column it would clear the last character. */
	evbuffer_add_printf(screen, "\033[K%.*s\n", (int)length, line);
	evbuffer_add_printf(repaint.shown, "%.*s\n", (int)length, line);
}

/* Add the lines of the picture that fit above the row of the cursor. */
static void
add_lines(struct evbuffer *screen, unsigned int columns, unsigned int rows)
{
	unsigned int left = rows - 1, all = 0, used = 0;
	char note[64];
	size_t i, n;
	char *const *lines = kept_picture(&n);

	for (i = 0; i < n; i++) {
		lines[i][strcspn(lines[i], "\n")] = '\0';
		all += wrap_rows(lines[i], columns);
	}
	if (all > left)
		left--; /* for the note */
	for (i = 0; i < n; i++) {
		used += wrap_rows(lines[i], columns);
		if (used > left)
			break;
		add_line(screen, lines[i], strlen(lines[i]));
	}
	if (i == n)
		return;
	snprintf(note, sizeof(note), "(%zu more line%s)", n - i, n - i == 1 ? "" : "s");
	note[columns - 1 < sizeof(note) - 1 ? columns - 1 : sizeof(note) - 1] = '\0';
	add_line(screen, note, strlen(note));
}

static void
forget_shown(void)
{
	evbuffer_drain(repaint.shown, evbuffer_get_length(repaint.shown));
}

static void
paint(void)
{
	unsigned int columns, rows, up;
	struct evbuffer *screen;

	look_at_size(&columns, &rows);
	/* In the background the screen is another's, and so is where the picture was. */
	if (!input_in_front()) {
		forget_shown();
		return;
	}
	/* The terminal takes nothing (Ctrl-S): only the newest picture is of use then. */
	screen = writer_backlog(console.out) == 0 ? evbuffer_new() : NULL;
	if (screen == NULL)
		return;
	up = rows_shown(columns, rows);
	if (up != 0)
		evbuffer_add_printf(screen, "\r\033[%uA", up);
	add_lines(screen, columns, rows);
	evbuffer_add_printf(screen, "\033[J");
	writer_put(console.out, evbuffer_pullup(screen, -1), evbuffer_get_length(screen));
	evbuffer_free(screen);
	repaint.columns = columns;
	repaint.rows = rows;
}

/* It was stopped, and a shell has written below the picture. */
static void
on_continued(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	forget_shown();
	paint();
}

void
repaint_begin(void)
{
	repaint.shown = evbuffer_new();
	repaint.paints = console_is_interactive() && !output_is_json() &&
		!terminal_is_dumb() && repaint.shown != NULL;
	repaint.ahead = console.typed != NULL ? evbuffer_get_length(console.typed) : 0;
	repaint.part_since = 0;
	repaint.columns = 0;
	if (!repaint.paints)
		return;
	prompt_hide();
	kept_set(KEPT_ALL);
	repaint.continued = evsignal_new(loop_base(), SIGCONT, on_continued, NULL);
	if (repaint.continued != NULL)
		evsignal_add(repaint.continued, NULL);
}

void
repaint_open(void)
{
	if (!repaint.paints)
		return;
	kept_forget_picture();
	kept_set(KEPT_OTHERS);
}

void
repaint_close(void)
{
	if (!repaint.paints)
		return;
	kept_set(KEPT_ALL);
	paint();
}

void
repaint_drop(void)
{
	if (repaint.paints)
		kept_set(KEPT_ALL);
}

/* Take out length bytes of what was typed, from at on. */
static void
take_out(size_t at, size_t length)
{
	struct evbuffer *before = evbuffer_new();

	if (before == NULL)
		return;
	evbuffer_remove_buffer(console.typed, before, at);
	evbuffer_drain(console.typed, length);
	evbuffer_prepend_buffer(console.typed, before);
	evbuffer_free(before);
}

/*
 * Look for a key behind what was typed before repaint_begin(), and take it out. Sets
 * part_since when there is a part of one, and takes that out when its rest has had time
 * to come.
 */
static bool
take_key(void)
{
	size_t at = 0, n = evbuffer_get_length(console.typed), length = 0;
	const char *bytes = (const char *)evbuffer_pullup(console.typed, n);
	enum onekey found = ONEKEY_ANSWER;

	if (n < repaint.ahead)
		repaint.ahead = n; /* Ctrl-C has dropped it */
	for (; bytes != NULL && at < n; at += length) {
		found = onekey_look(bytes + at, n - at, &length);
		if (found != ONEKEY_ANSWER && at + length > repaint.ahead)
			break;
		found = ONEKEY_ANSWER;
	}
	if (found != ONEKEY_PART)
		repaint.part_since = 0;
	else if (repaint.part_since == 0)
		repaint.part_since = loop_now();
	if (found == ONEKEY_ANSWER ||
		(found == ONEKEY_PART && loop_now() - repaint.part_since < PART_NS))
		return false;
	/* What is pasted ends it too, but is more than a key, and stays. */
	if (found != ONEKEY_PASTE)
		take_out(at, length);
	return true;
}

/* For loop_until(): was a key pressed, or has the wait for the rest of one begun? */
static bool
key_came(void *ctx)
{
	uint64_t part_since = repaint.part_since;
	unsigned int columns, rows;

	(void)ctx;
	if (!console_is_interactive())
		return false;
	look_at_size(&columns, &rows);
	if (repaint.columns != 0 && (repaint.columns != columns || repaint.rows != rows))
		paint();
	repaint.pressed = take_key();
	return repaint.pressed || (part_since == 0 && repaint.part_since != 0);
}

int
repaint_wait(uint64_t timeout)
{
	uint64_t until = loop_now() + timeout, now;
	int ret;

	session_end_if_unread();
	repaint.pressed = false;
	do {
		now = loop_now();
		timeout = until > now ? until - now : 0;
		if (repaint.part_since != 0 && timeout > PART_NS)
			timeout = PART_NS;
		ret = loop_until(key_came, NULL, timeout);
	} while ((ret == 0 && !repaint.pressed) ||
		(ret == -ETIMEDOUT && loop_now() < until));
	return ret;
}

void
repaint_end(void)
{
	unsigned int dropped;

	kept_forget_picture();
	loop_free_event(&repaint.continued);
	if (repaint.shown != NULL)
		evbuffer_free(repaint.shown);
	repaint.shown = NULL;
	kept_set(KEPT_NOTHING);
	dropped = kept_dropped();
	if (dropped != 0)
		output_notice(json_pack("{s:{s:s, s:n, s:n, s:i}}", "event", "type",
				      "dropped", "peer", "pid", "count", (int)dropped),
			"* %u older notices were dropped", dropped);
	kept_release();
}
