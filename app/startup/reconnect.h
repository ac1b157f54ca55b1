/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Joining a primary anew: EAL cannot be started twice in a process, so the program
 * executes itself again with the same options, without -e and -f. Main thread.
 */

#ifndef MPSH_STARTUP_RECONNECT_H
#define MPSH_STARTUP_RECONNECT_H

#include <stdbool.h>

/* Keep argv, by reference, for reconnect_execute(). */
void reconnect_remember(int argc, char *argv[]);

/* Ask that main() calls reconnect_execute() after the shut-down. */
void reconnect_request(void);
bool reconnect_is_requested(void);

/*
 * Execute the program again with the present environment, with or without the -e and -f
 * of its command line; descriptors from 3 up are closed. Returns only on failure, with a
 * negative errno. Any thread, after the last output.
 */
int reconnect_execute(bool with_sources);

#endif
