/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The rte_mp sockets of the other processes on this prefix. */

#ifndef MPSH_MP_SOCKET_H
#define MPSH_MP_SOCKET_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "mp/callbacks.h"

/* A process and its rte_mp socket. */
struct ipc_socket {
	pid_t pid; /* HOST_PID_UNSEEN in another PID namespace */
	bool is_primary;
	char path[IPC_PATH_SIZE];
	char comm[16];
	char state; /* of /proc/PID/stat, 0 when the process is gone or cannot be seen */
	bool stale; /* no process has the socket open */
	bool full;  /* the socket's queue is full */
};

/*
 * Look at the i-th of the other processes' sockets, in the order of the directory,
 * which rte_mp_request_sync() follows too. Nothing is sent (fact 1 of app/README.md).
 * Returns false when there are not so many sockets. Any thread.
 */
bool ipc_socket(unsigned int i, struct ipc_socket *socket);

/*
 * Is there a secondary's socket whose name is_known() refuses? Only the names in the
 * directory are read, so the socket may be stale; and they are read when the directory
 * has changed, and at every fifth call: whom is_known() knows may change without that.
 * Main thread.
 */
bool ipc_has_stranger(bool (*is_known)(const char *name));

/*
 * Write who has the socket: "pid 4242 (mpsh)", "pid 4242 (gone)". Any thread. Returns
 * text, cut to size bytes.
 */
const char *ipc_describe_socket(const struct ipc_socket *socket, char *text, size_t size);

/*
 * The pid of the process that has the socket of this path, as host_socket_owner(); for
 * the primary's what ipc_start() was told. Main thread: remembers the last answer.
 */
pid_t ipc_socket_owner(const char *path);

#endif
