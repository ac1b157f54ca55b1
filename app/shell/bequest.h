/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What the prompt of this program leaves to that of the program which reconnect executes:
 * the line that is half typed, what was read from the terminal and not handled, and the
 * mode in which the terminal was found. Main thread.
 */

#ifndef MPSH_SHELL_BEQUEST_H
#define MPSH_SHELL_BEQUEST_H

#include <stdbool.h>

/*
 * Write it down, and leave the terminal in the mode for the time between. Returns false,
 * and changes nothing, if there is no prompt or no memory.
 */
bool bequest_make(void);

/* At the start, before anything can fail: is there a terminal to restore at the end? */
void bequest_adopt(void);

/* At the prompt: take over what was typed. */
void bequest_take(void);

#endif
