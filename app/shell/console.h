/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The prompt and the batch: they read lines, run commands, and between commands show
 * what other processes do.
 */

#ifndef MPSH_SHELL_CONSOLE_H
#define MPSH_SHELL_CONSOLE_H

#include <stdbool.h>

struct console_hooks;
struct options;

/* Is there a prompt with these options, on these descriptors? All else is a batch. */
bool console_has_prompt(const struct options *options);

/*
 * Make the writers and the output, and catch signals. Call it after loop_init().
 * options is kept by reference, the hooks are copied. Returns 0 or -errno. Main thread,
 * as are all functions here.
 */
int console_init(const struct options *options, const struct console_hooks *hooks);

/* Run the batches and the prompt that the options ask for; returns the exit code. */
int console_run(void);

/* Is there a prompt, or does one come behind the batch? */
bool console_prompts(void);

/*
 * For a batch: end with EXIT_NOT_STARTED, for the reason why, a string that stays. It is
 * printed as an error, unless the command that runs prints one.
 */
void console_lose(const char *why);

/* Write what still waits to be written, restore the terminal, free everything. */
void console_free(void);

#endif
