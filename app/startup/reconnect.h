/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Joining anew: EAL cannot be started twice in a process, so the program executes itself
 * again with the options it was given, less -e and -f. Main thread.
 */

#ifndef MPSH_STARTUP_RECONNECT_H
#define MPSH_STARTUP_RECONNECT_H

#include <stdbool.h>

/* Remember the words of the command line; kept by reference. */
void reconnect_remember(int argc, char *argv[]);

/* Is the program to be executed anew when it has shut down? */
void reconnect_request(void);
bool reconnect_is_requested(void);

/*
 * Execute it, with the environment as it is now and every descriptor above 2 closed.
 * Returns only when that fails, with a negative errno.
 */
int reconnect_execute(void);

#endif
