/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The threads of a process, and by their names whether it is DPDK's. Any thread. */

#ifndef MPSH_HOST_THREADS_H
#define MPSH_HOST_THREADS_H

#include <stdbool.h>
#include <sys/types.h>

/* Bytes of a thread's name with the NUL. */
#define HOST_THREAD_NAME_SIZE 16

/* How many threads a process has; 0 if it is gone. */
unsigned int host_count_threads(pid_t pid);

/*
 * Call take(tid, name, ctx) for each thread of a process, until it returns false. The
 * name has the bytes that the process gave it.
 */
void host_walk_threads(
	pid_t pid, bool (*take)(pid_t tid, const char *name, void *ctx), void *ctx);

/*
 * Has the process a thread with a name that EAL of any release gives? Every user may
 * see that, and a process that runs EAL has one, also without multi-process.
 */
bool host_has_eal_threads(pid_t pid);

/* The lcore of the worker thread with this name, in any release of DPDK; -1: none. */
int host_lcore_of_thread(const char *name);

#endif
