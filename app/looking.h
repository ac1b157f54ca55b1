/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* A run of mpsh that joins no group and looks from outside. Main thread. */

#ifndef MPSH_LOOKING_H
#define MPSH_LOOKING_H

#include <stdbool.h>

struct options;

/* Does a run with these options look, or does it join? */
bool looking_is_asked(const struct options *options);

/*
 * Run the batch or the prompt without EAL. Returns the exit code;
 * reconnect_is_requested() is true when the program is to be executed anew.
 */
int looking_run(const struct options *options);

#endif
