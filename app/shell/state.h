/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the files of the console share, and nobody else includes. */

#ifndef MPSH_SHELL_STATE_H
#define MPSH_SHELL_STATE_H

#include <stdbool.h>

#include <event2/buffer.h>
#include <event2/event.h>

#include "shell/hooks.h"

struct options;

/* One a process: one terminal. */
struct console_state {
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
	struct evbuffer *typed; /* keys that no one has taken yet */
	bool progress;          /* a line of it stands on the screen */
};

extern struct console_state console;

#endif
