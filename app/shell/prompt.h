/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The prompt on a terminal: drawn, typed at, taken away for what others print. Main
 * thread.
 */

#ifndef MPSH_SHELL_PROMPT_H
#define MPSH_SHELL_PROMPT_H

#include <stdbool.h>

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

/* Take the prompt off the screen; the cursor is left where it began. */
void prompt_hide(void);

/*
 * The terminal may have wrapped anew what it shows: then take the prompt off the screen
 * from where it stands now. Before the line changes, since only the line as it was drawn
 * tells where that is; SIGWINCH may come after the key that was typed behind it.
 */
void prompt_follow_resize(void);

/* The prompt, until quit, the end of the input or a signal. */
void prompt_run(void);

#endif
