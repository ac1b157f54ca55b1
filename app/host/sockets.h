/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The sockets of rte_mp in a runtime directory: whose they are and whether their owner
 * reads.
 */

#ifndef MPSH_HOST_SOCKETS_H
#define MPSH_HOST_SOCKETS_H

#include <stdbool.h>
#include <sys/types.h>

enum host_socket {
	HOST_SOCKET_READ,    /* someone has it open, and it takes more */
	HOST_SOCKET_FULL,    /* someone has it open, and it takes no more */
	HOST_SOCKET_STALE,   /* nobody has it open */
	HOST_SOCKET_UNKNOWN, /* see errno: ENOENT, EACCES, … */
};

/*
 * Look at the socket without sending: a datagram of a wrong size would end the other's
 * rte_mp thread (app/README.md, fact 1).
 */
enum host_socket host_look_at_socket(const char *path);

/* The pid in the name of a secondary's socket, 0 in any other name or path. */
pid_t host_socket_pid(const char *path);

/*
 * The rte_mp thread of a process; 0 if it certainly has none, -1 if /proc does not show
 * all its threads or it has only one.
 */
pid_t host_find_mp_thread(pid_t pid);

/*
 * True if the process certainly has no rte_mp thread. False if it has one, or if /proc
 * does not show all its threads.
 */
bool host_lacks_mp_thread(pid_t pid);

#endif
