/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The start of a process in the background of its terminal. Main thread. */

#ifndef MPSH_SHELL_FRONT_H
#define MPSH_SHELL_FRONT_H

#include <stdbool.h>

struct options;

/*
 * Before this process joins a group: is it in front of the terminal that it is to read? A
 * prompt in the background stops with SIGTTIN, as a read would, until it is in front.
 * Returns 0, or -EIO: for a prompt that cannot be stopped, since its process group is
 * orphaned or the parent ignores the signal, and for a batch, which never stops.
 */
int front_check(const struct options *options);

/* Is standard input a terminal in whose background this process is? */
bool front_is_elsewhere(void);

#endif
