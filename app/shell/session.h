/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Running a line, and what else prompt and batch share. Main thread. */

#ifndef MPSH_SHELL_SESSION_H
#define MPSH_SHELL_SESSION_H

#include <stdbool.h>

/*
 * For worker_start(): may an event be shown now? Not while too much output waits,
 * because the terminal or pipe is not being read.
 */
bool console_may_show(void);

/* Run no further line: for quit and reconnect. */
void console_quit(void);

/* What session_run_line() returns for a blank line or a comment. */
#define SESSION_NO_COMMAND (-1)

/*
 * Parse and run a line. Returns 0, SESSION_NO_COMMAND, or the exit code of its error
 * (base/exit.h).
 */
int session_run_line(const char *line, size_t length);

/* The command that runs fails, and its exit code is this one, not 1. */
void session_fail(int code);

/* End the program if writing to standard output has failed, as to a closed pipe. */
void session_end_if_unread(void);

/* Handle and show what has arrived by now, without waiting for more. */
void session_settle(void);

#endif
