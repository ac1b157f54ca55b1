/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The start and the end of the rte_mp transport. */

#ifndef MPSH_MP_MP_H
#define MPSH_MP_MP_H

#include <stdbool.h>
#include <sys/types.h>

struct ipc_callbacks;

/*
 * Register the actions that every mpsh process has. To be called before rte_eal_init(),
 * so that no request meets a process without them. Until ipc_accept_attaches() attaches
 * are refused with ATTACH_NOT_READY. Returns 0 or -errno. Main thread.
 */
int ipc_register(const struct ipc_callbacks *callbacks);

/*
 * After rte_eal_init(): give EAL's rte_mp socket a send timeout of 100 ms (see
 * ipc_sends_are_limited()), find EAL's rte_mp thread, and start the sender thread.
 * runtime_dir is copied. Returns 0 or -errno. Main thread.
 */
int ipc_start(bool is_primary, pid_t primary_pid, const char *runtime_dir);

/*
 * Does EAL's rte_mp socket have a send timeout? If not, ipc_start() could not set it,
 * and a send to a process that does not read may block for ever (app/README.md, fact
 * 2).
 */
bool ipc_sends_are_limited(void);

/*
 * From now on handlers do nothing. Waits until the sender thread has sent what is queued
 * and has ended; what it could not send in LAST_SENDS_MS is dropped, since each send to a
 * process that does not read costs 100 ms. Main thread.
 */
void ipc_stop(void);

/*
 * End EAL's rte_mp thread, without a lock of DPDK's, and wait for its end. Returns false
 * when a handler still keeps it after THREAD_END_MS. Main thread.
 */
bool ipc_end_thread(void);

/* Does EAL's rte_mp thread still run? Any thread. */
bool ipc_thread_lives(void);

#endif
