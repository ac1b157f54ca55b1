/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Says on a terminal what a start waits for, when that takes over a second. */

#ifndef MPSH_STARTUP_WAITING_H
#define MPSH_STARTUP_WAITING_H

#include <stdbool.h>

/*
 * From now on say on standard output, as a notice, what waiting_for() names, once it has
 * taken a second. Uses a thread and a descriptor until waiting_end(), since EAL's start
 * blocks and has standard output. Without either nothing is said. Main thread, as are all
 * functions here.
 */
void waiting_begin(bool json);

/* What the start waits for from now on; of any length, cut when it is said. */
void waiting_for(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The start is over, or has failed. */
void waiting_end(void);

#endif
