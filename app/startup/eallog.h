/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What EAL and drivers log and print. During rte_eal_init() it is kept, with whatever
 * goes past the log stream to descriptors 1 and 2, to explain a start that fails;
 * afterwards each line is a notice.
 */

#ifndef MPSH_STARTUP_EALLOG_H
#define MPSH_STARTUP_EALLOG_H

/* Before rte_eal_init(): keep everything. Returns 0 or -errno. Main thread. */
int eallog_start(void);

/*
 * After rte_eal_init(), or in place of it: give the descriptors back. Returns all that
 * was logged and printed, NUL-terminated, on the heap; the caller frees it. Main thread.
 */
char *eallog_stop(void);

/* From now on call notice(line) in the loop for each line logged; also those of a start
 * that succeeded. */
void eallog_notices(void (*notice)(const char *line));

/* Give the descriptors back. Async-signal-safe. */
void eallog_restore(void);

#endif
