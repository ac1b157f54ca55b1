/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The names of system calls. Any thread. */

#ifndef MPSH_OUTSIDE_SYSCALLS_H
#define MPSH_OUTSIDE_SYSCALLS_H

#define SYSCALL_NAME_SIZE 24

/* The name of a system call by its number: returned by value. */
struct syscall_name {
	char text[SYSCALL_NAME_SIZE];
};

/* "recvmsg"; "call 421" for one that nobody waits in. */
struct syscall_name syscall_name(long number);

#endif
