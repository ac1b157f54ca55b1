/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The terminal's mode and size. However the program ends, the terminal must be left in
 * the mode in which it was found.
 */

#ifndef MPSH_SHELL_TERMINAL_H
#define MPSH_SHELL_TERMINAL_H

/*
 * Set the terminal on descriptor 0 to give each key at once, without echo and without
 * signals. Output is still processed, Ctrl-S and Ctrl-Q still work. Returns 0 or
 * -errno. Main thread.
 */
int terminal_raw(void);

/* Undo terminal_raw(); does nothing if terminal_raw() was not called.
 * Async-signal-safe. */
void terminal_reset(void);

/* Columns of the terminal on descriptor 1, or 80 if unknown. Main thread. */
unsigned int terminal_columns(void);

#endif
