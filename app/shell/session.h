/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Running a line, and what holds for prompt and batch alike. Main thread. */

#ifndef MPSH_SHELL_SESSION_H
#define MPSH_SHELL_SESSION_H

#include <stdbool.h>

/* For worker_start(): may more be shown (the terminal reads)? */
bool console_may_take(void);

/* `quit` and `reconnect`: run no further command. */
void console_quit(void);

/* Returns the exit code that this line would give. */
int session_run_line(const char *line, size_t length);

/* Is nobody there any more to read what we print? */
void session_check_writers(void);

/* Let through what has come, without waiting for more. */
void session_settle(void);

#endif
