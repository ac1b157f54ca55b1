/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The terminal's mode and size. However the program ends, the terminal must be left in
 * the mode in which it was found. Main thread, but for terminal_reset().
 */

#ifndef MPSH_SHELL_TERMINAL_H
#define MPSH_SHELL_TERMINAL_H

#include <stdbool.h>

#include <termios.h>

/* Does the terminal know no escape sequence (TERM is dumb, empty or not set)? */
bool terminal_is_dumb(void);

/*
 * Is this process in the foreground of the terminal on descriptor 0? Also true where that
 * is not this process's controlling terminal. Async-signal-safe.
 */
bool terminal_in_front(void);

/*
 * Set the terminal on descriptor 0 to give each key at once, without echo and without
 * signals. Output is still processed, Ctrl-S and Ctrl-Q still work. May be called again
 * when another process has changed the mode meanwhile. Returns 0 or -errno.
 */
int terminal_raw(void);

/*
 * What to write so that the terminal marks what is pasted, "" on a dumb one; undone by
 * terminal_reset() or terminal_unmark_pastes().
 */
const char *terminal_mark_pastes(void);
void terminal_unmark_pastes(void);

/*
 * For another program in this process: leave the terminal raw, so that what is typed
 * meanwhile is kept and not echoed, but let it send signals. Returns the mode in which
 * the terminal was found, for terminal_adopt() there: from then on terminal_reset() and
 * the signals that end a process restore it. If the other program does not start,
 * terminal_reset() restores it here.
 */
struct termios terminal_hand_over(void);
void terminal_adopt(const struct termios *found);

/*
 * Undo terminal_raw() and terminal_mark_pastes(); does nothing if they were not called.
 * Does not wait for the terminal. Async-signal-safe.
 */
void terminal_reset(void);

/* Of the terminal on descriptor 1; 80 and 24 if unknown, 2 columns at least. */
void terminal_size(unsigned int *columns, unsigned int *rows);
unsigned int terminal_columns(void);

#endif
