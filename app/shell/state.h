/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The shell's state, shared by the files of this folder only. */

#ifndef MPSH_SHELL_STATE_H
#define MPSH_SHELL_STATE_H

#include <stdbool.h>

#include <event2/buffer.h>
#include <event2/event.h>

#include "shell/hooks.h"
#include "shell/screen.h"

struct options;

/* There is one, as a process has one terminal. */
struct console_state {
	const struct options *options;
	struct console_hooks hooks;
	bool is_terminal; /* descriptors 0 and 1 are both terminals */
	bool quit;        /* run no further line */
	bool prompts;     /* the prompt comes behind the batch */
	bool cut_short;   /* run no further line of the batch */
	bool leaving;     /* at the end: show all events, however much output waits */
	bool running;     /* a command runs: there is no prompt */
	bool echoes;      /* each command is printed before it runs */
	bool color;
	const char *lost; /* why the batch ends, while a command runs; else NULL */
	int code;         /* the exit code so far */
	int code_within;  /* of the lines that a command that failed has run; 0: none */
	struct writer *out, *err;
	struct event *signals[4];
	volatile int ended; /* a signal has come: console_free() stops its flush */

	/* The prompt. */
	struct editor *editor;
	struct event *input;
	char prompt[64];
	struct screen screen;
	bool changed;           /* the line differs from what is drawn */
	struct evbuffer *typed; /* bytes read from the terminal and not handled yet */
	bool progress;          /* a line of progress is on the screen */
};

extern struct console_state console;

#endif
