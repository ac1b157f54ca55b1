/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The prompt on a terminal: drawing it, typing at it, and taking it off the screen
 * while something else is printed. Main thread.
 */

#ifndef MPSH_SHELL_PROMPT_H
#define MPSH_SHELL_PROMPT_H

#include <stdbool.h>

/* Is a prompt shown between commands? */
bool console_is_interactive(void);

/*
 * Show a line of progress on standard error, in place of the progress line shown
 * before; NULL removes the line, and so does any other output. Does nothing when
 * standard error is no terminal.
 */
void console_progress(const char *line);

/* At a prompt, clear the screen and go to its top; in a batch do nothing. */
void console_clear_screen(void);

/* Take the prompt off the screen; the cursor is left where the prompt began. */
void prompt_hide(void);

/*
 * If the terminal's size has changed, the terminal has wrapped the prompt anew: compute
 * where the prompt stands now, and take the prompt off the screen. It is done before each
 * drawing too, not only at SIGWINCH, since a key typed after the resize may be read
 * first.
 */
void prompt_follow_resize(void);

/* Run the prompt until quit, the end of the input or a signal. */
void prompt_run(void);

#endif
