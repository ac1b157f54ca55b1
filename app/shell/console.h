/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The prompt and the batch: lines come in, commands run, and between them what others do
 * is shown.
 */

#ifndef MPSH_SHELL_CONSOLE_H
#define MPSH_SHELL_CONSOLE_H

struct console_hooks;
struct options;

/*
 * Make the writers, the signals' events and the output. options is kept by reference, the
 * hooks are copied. Returns 0 or -errno. After loop_init(). Main thread, as all here.
 */
int console_init(const struct options *options, const struct console_hooks *hooks);

/* Run what the options say; returns the exit code. */
int console_run(void);

/* Write out what waits, restore the terminal. */
void console_free(void);

#endif
