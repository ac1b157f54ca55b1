/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Sockets of rte_mp as this process sees them: which is whose. */

#ifndef MPSH_MP_SOCKET_H
#define MPSH_MP_SOCKET_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "mp/callbacks.h"

/* A process with an rte_mp socket on the prefix. */
struct ipc_socket {
	pid_t pid; /* of a secondary: from the name; of the primary: its lock */
	bool is_primary;
	char path[IPC_PATH_SIZE];
	char comm[16];
	char state; /* of /proc/PID/stat, 0 when the process is gone */
	bool stale; /* nobody reads it */
	bool full;  /* it takes no more */
};

/*
 * The i-th other process's socket, in the directory's order, which is the one that
 * rte_mp_request_sync() asks in; false when there is none. Looking never sends. Any
 * thread.
 */
bool ipc_socket(unsigned int i, struct ipc_socket *socket);

/*
 * Is there a socket of a process that is_known() does not know? One look through the
 * directory, none at the sockets. Any thread.
 */
bool ipc_has_stranger(bool (*is_known)(pid_t pid));

#endif
