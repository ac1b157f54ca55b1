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
 * Register the actions of every console; before rte_eal_init(), so that no request meets
 * a process that does not know them. Until ipc_start() the answer is "not ready". Returns
 * 0 or -errno.
 */
int ipc_register(const struct ipc_callbacks *callbacks);

/*
 * After rte_eal_init(): give EAL's socket a send timeout of 100 ms, find its thread,
 * start the sender. runtime_dir is copied. Returns 0 or -errno. Main thread.
 */
int ipc_start(bool is_primary, pid_t primary_pid, const char *runtime_dir);

/*
 * Does a send give up on a process that does not read? Otherwise EAL's socket was not
 * found, and each send may block for ever (app/README.md, fact 2).
 */
bool ipc_sends_are_limited(void);

/* Handlers do nothing from now on; the sender ends. Main thread. */
void ipc_stop(void);

/* Does EAL's rte_mp thread still run? Any thread. */
bool ipc_thread_lives(void);

#endif
