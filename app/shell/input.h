/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What is typed at the terminal: read as it comes, also while a command runs, and kept
 * until its turn comes. Main thread.
 */

#ifndef MPSH_SHELL_INPUT_H
#define MPSH_SHELL_INPUT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Read from descriptor 0 from now on, while this process is in the foreground of its
 * terminal; set the terminal's mode then. Returns 0 or -errno.
 */
int input_start(void);

/* Free what input_start() made; what was typed is lost. */
void input_stop(void);

/* May the prompt be drawn: is this process in the foreground? */
bool input_in_front(void);

/*
 * Take the next byte that was typed. Returns false if there is none. Ctrl-C is a byte
 * only if no command ran when it came, and then all that was typed before it is dropped;
 * else it ends the command, and what was typed between the two is dropped.
 */
bool input_take(char *byte);

/* Bytes that wait to be taken. */
size_t input_waiting(void);

#endif
