/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A limit for calls of DPDK's on the main thread that may never return, since they wait
 * for a lock or a socket of another process. One watchdog at a time. Main thread.
 */

#ifndef MPSH_BASE_WATCHDOG_H
#define MPSH_BASE_WATCHDOG_H

#include <stdint.h>

/*
 * Unless watchdog_stop() is called within so many ms, call bite() in another thread,
 * which ends the process, or returns how many ms more the main thread has. Returns 0 or a
 * negative errno: the main thread then goes without a watchdog.
 */
int watchdog_start(uint32_t ms, uint32_t (*bite)(void));

/* After this bite() is not called any more. */
void watchdog_stop(void);

#endif
