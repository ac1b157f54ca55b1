/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The sockets of rte_mp in a runtime directory: which process has a socket, and whether
 * the process reads. Any thread.
 */

#ifndef MPSH_HOST_SOCKETS_H
#define MPSH_HOST_SOCKETS_H

#include <stdbool.h>
#include <sys/types.h>

enum host_socket {
	HOST_SOCKET_READ,    /* a process has it open, and there is room */
	HOST_SOCKET_FULL,    /* a process has it open, and there is no room */
	HOST_SOCKET_STALE,   /* no process has it open */
	HOST_SOCKET_UNKNOWN, /* see errno: ENOENT, EACCES, … */
};

/*
 * Look at a socket without sending: a datagram of a wrong size would end the reader's
 * rte_mp thread (fact 1 of app/README.md). Sets errno with HOST_SOCKET_UNKNOWN.
 */
enum host_socket host_look_at_socket(const char *path);

/* Bytes of the name of an rte_mp socket, mp_socket_PID_TIME, with the NUL. */
#define HOST_SOCKET_NAME_SIZE 40

/*
 * The name of a socket, which is who it belongs to: the runtime directory may lie
 * elsewhere for another process, and a pid may be two processes' in two PID namespaces.
 * Points into path.
 */
const char *host_socket_name(const char *path);

/* Is it the name of the primary's socket? */
bool host_is_primary_socket(const char *name);

/* The pid in the name of a secondary's socket; 0 if the path names no such socket. */
pid_t host_socket_pid(const char *path);

/*
 * The process that has the secondary's socket of this path open: the pid in its name, or
 * HOST_PID_UNSEEN when that pid is another process here. Where the process cannot be
 * looked at, its name is believed.
 */
pid_t host_socket_owner(const char *path);

/*
 * Find EAL's rte_mp socket in this process, which EAL has no call for, by the address it
 * is bound to in runtime_dir. Returns the descriptor, with the address's name in name; -1
 * if there is none.
 */
int host_own_socket(const char *runtime_dir, char name[HOST_SOCKET_NAME_SIZE]);

/*
 * The thread id of a process's rte_mp thread; 0 if the process certainly has none. -1
 * if that is not certain: /proc does not show all threads, or there is only one thread.
 */
pid_t host_find_mp_thread(pid_t pid);

/* Does host_find_mp_thread() return 0: the process certainly has no rte_mp thread? */
bool host_lacks_mp_thread(pid_t pid);

#endif
