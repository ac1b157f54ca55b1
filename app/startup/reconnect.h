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

/*
 * Keep argv, by reference, and the CPUs (lcores_remember_cpus()) for reconnect_execute().
 * Before there are other threads.
 */
void reconnect_remember(char *argv[]);

/* Was this program executed by reconnect_execute() without its sources? */
bool reconnect_has_run(void);

/* Ask that main() calls reconnect_execute() after the shut-down. */
void reconnect_request(void);
bool reconnect_is_requested(void);

/*
 * Let the program that is executed have this descriptor, -1: none. There reconnect_kept()
 * is its number, or -1: what is in it must be proved before it is believed, since the
 * number comes from the environment.
 */
void reconnect_keep(int fd);
int reconnect_kept(void);

/*
 * Execute the program again with the present environment, and tell it whether to run what
 * its command line gives to run, which it never does twice; descriptors from 3 up are
 * closed, but for the one of reconnect_keep(), and it may run where this one could before
 * EAL was started. Returns only on failure, with a negative errno. Any thread, after the
 * last output.
 */
int reconnect_execute(bool with_sources);

#endif
