/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What EAL and drivers log and print. During rte_eal_init() the log and everything
 * written to descriptors 1 and 2 are kept, to explain a start that fails; afterwards each
 * line logged is given to a callback.
 */

#ifndef MPSH_STARTUP_EALLOG_H
#define MPSH_STARTUP_EALLOG_H

#include <stdio.h>

/* Before rte_eal_init(): begin to keep what is logged and printed. Returns 0 or -errno.
 * Main thread. */
int eallog_start(void);

/*
 * After rte_eal_init(): restore descriptors 1 and 2. Returns what was logged and printed,
 * NUL-terminated, which the caller frees; NULL if there is no memory. Main thread.
 */
char *eallog_stop(void);

/*
 * From now on call notice(line) in the main thread's loop for each line that any thread
 * logs. Lines logged before this call are not given to notice. NULL: drop the lines.
 */
void eallog_notices(void (*notice)(const char *line));

/* Print what --log-level takes: the levels, and the types that this program has. */
void eallog_help(FILE *out);

/* Restore descriptors 1 and 2. Async-signal-safe. */
void eallog_restore(void);

#endif
