/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What is typed at the terminal. */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/event.h>

#include "base/loop.h"
#include "output/writer.h"
#include "shell/editor.h"
#include "shell/input.h"
#include "shell/keys.h"
#include "shell/screen.h"
#include "shell/state.h"
#include "shell/terminal.h"

/* With so many bytes read ahead no more are read: they wait in the terminal. */
#define AHEAD_MAX (1 << 20)

/* A shell may put this process into the foreground without a signal. */
#define LOOK_US 200000L

static struct {
	bool full; /* AHEAD_MAX bytes wait */
	bool in_front;
	bool in_paste;  /* as of the byte read last */
	size_t matched; /* bytes of the mark that begins or ends a paste */
	struct event *continued, *look;
} input;

/* Follow the marks around pastes: in one Ctrl-C is a character. Is this byte a Ctrl-C? */
static bool
is_interrupt(char byte)
{
	const char *mark = input.in_paste ? PASTE_END : PASTE_BEGIN;

	if (byte == mark[input.matched])
		input.matched++;
	else
		input.matched = byte == ESC;
	if (mark[input.matched] == '\0') {
		input.matched = 0;
		input.in_paste = !input.in_paste;
	}
	return byte == CTRL('C') && !input.in_paste;
}

/* Ctrl-C was read: nothing that was typed before it is run. */
static void
interrupt(void)
{
	static const char key = CTRL('C');

	evbuffer_drain(console.typed, evbuffer_get_length(console.typed));
	editor_forget_keys(console.editor);
	if (console.running)
		loop_interrupt();
	else
		evbuffer_add(console.typed, &key, 1);
}

static void
leave_front(void)
{
	const struct timeval later = { .tv_usec = LOOK_US };

	if (input.in_front) {
		event_del(console.input);
		screen_leave(&console.screen);
	}
	input.in_front = false;
	evtimer_add(input.look, &later);
}

/* Returns 0 or -errno. */
static int
come_to_front(void)
{
	const char *mark = terminal_mark_pastes();
	int ret = terminal_raw();

	if (ret < 0)
		return ret;
	input.in_front = true;
	/* Continued where nobody else has written meanwhile: on the row of the prompt. */
	if (console.screen.drawn)
		writer_put(console.out, terminal_is_dumb() ? "\n" : "\r\033[K",
			terminal_is_dumb() ? 1 : 4);
	screen_leave(&console.screen);
	writer_put(console.out, mark, strlen(mark));
	return input.full || event_add(console.input, NULL) == 0 ? 0 : -ENOMEM;
}

static int
look(void)
{
	if (terminal_in_front())
		return come_to_front();
	leave_front();
	return 0;
}

static void
on_look(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	if (look() < 0)
		loop_stop(128 + SIGHUP);
}

static void
on_input(evutil_socket_t fd, short what, void *arg)
{
	char bytes[4096];
	ssize_t i, from = 0, got = read(fd, bytes, sizeof(bytes));

	(void)what;
	(void)arg;
	if (got < 0 && errno == EIO && !terminal_in_front()) {
		leave_front();
		return;
	}
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
		loop_stop(128 + SIGHUP);
		return;
	}
	for (i = 0; i < got; i++) {
		if (!is_interrupt(bytes[i]))
			continue;
		interrupt();
		from = i + 1;
	}
	if (got > from)
		evbuffer_add(console.typed, bytes + from, got - from);
	if (evbuffer_get_length(console.typed) >= AHEAD_MAX) {
		input.full = true;
		event_del(console.input);
	}
}

int
input_start(void)
{
	console.typed = evbuffer_new();
	console.input = event_new(
		loop_base(), STDIN_FILENO, EV_READ | EV_PERSIST, on_input, NULL);
	input.look = evtimer_new(loop_base(), on_look, NULL);
	input.continued = evsignal_new(loop_base(), SIGCONT, on_look, NULL);
	if (console.typed == NULL || console.input == NULL || input.look == NULL ||
		input.continued == NULL || evsignal_add(input.continued, NULL) != 0)
		return -ENOMEM;
	return look();
}

void
input_stop(void)
{
	loop_free_event(&input.look);
	loop_free_event(&input.continued);
	loop_free_event(&console.input);
	if (console.typed != NULL)
		evbuffer_free(console.typed);
	console.typed = NULL;
}

bool
input_in_front(void)
{
	if (input.in_front && !terminal_in_front())
		leave_front();
	return input.in_front;
}

bool
input_take(char *byte)
{
	if (evbuffer_remove(console.typed, byte, 1) != 1)
		return false;
	if (input.full && evbuffer_get_length(console.typed) < AHEAD_MAX / 2) {
		input.full = false;
		if (input.in_front && event_add(console.input, NULL) != 0)
			loop_stop(128 + SIGHUP);
	}
	return true;
}

size_t
input_waiting(void)
{
	return console.typed != NULL ? evbuffer_get_length(console.typed) : 0;
}
