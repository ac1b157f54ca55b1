/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The terminal's mode and size. Whatever way the program ends, the terminal is left as it
 * was found.
 */

#ifndef MPSH_SHELL_TERMINAL_H
#define MPSH_SHELL_TERMINAL_H

/*
 * Take keys one by one, without echo and signals, from the terminal on descriptor 0.
 * Output is still processed, Ctrl-S and Ctrl-Q still work. Returns 0 or -errno. Main
 * thread.
 */
int terminal_raw(void);

/* Put the terminal back as terminal_raw() found it; without that it does nothing.
 * Async-signal-safe. */
void terminal_reset(void);

/* Columns of the terminal on descriptor 1, 80 when it does not say. Main thread. */
unsigned int terminal_columns(void);

#endif
