/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The prompt and the batch: lines come in, commands run, and between them what others do
 * is shown.
 */

#ifndef MPSH_SHELL_CONSOLE_H
#define MPSH_SHELL_CONSOLE_H

#include <stdbool.h>

#include "startup/command_line.h"

struct command;

/* What the console asks of the rest of the program, which it does not know. */
struct console_hooks {
	const char *name; /* of this process, for the prompt; kept by reference */
	/* May this command run now? 0, or a negative errno after the reason was printed.
	 */
	int (*may_run)(const struct command *command);
	void (*drain)(void);       /* show what other processes have sent by now */
	bool (*has_pending)(void); /* does anything wait that drain() would show? */
};

/*
 * Make the writers, the signals' events and the output. options is kept by reference, the
 * hooks are copied. Returns 0 or -errno. After loop_init(). Main thread, as all here.
 */
int console_init(const struct options *options, const struct console_hooks *hooks);

/* For worker_start(): may more be shown (the terminal reads)? */
bool console_may_take(void);

/* Run what the options say; returns the exit code. */
int console_run(void);

/* `quit` and `reconnect`: run no further command. */
void console_quit(void);

/* Is a prompt shown between commands? */
bool console_is_interactive(void);

/*
 * Show a line of progress in place, on standard error and only where that is a terminal;
 * NULL takes it away. What is printed meanwhile takes it away too.
 */
void console_progress(const char *line);

/* For a command that ends at a key: has one been pressed since it began? It is swallowed.
 */
bool console_take_key(void);

/* Begin to paint anew at the top of the screen; nothing in a batch. */
void console_clear_screen(void);

/* Write out what waits, restore the terminal. */
void console_free(void);

#endif
