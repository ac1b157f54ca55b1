/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Threads of a process and how much of their stacks is in use. Any thread. */

#ifndef MPSH_OUTSIDE_STACKS_H
#define MPSH_OUTSIDE_STACKS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct stack {
	pid_t tid;
	uint64_t sp;           /* what lies below it is not in use; 0: not known */
	uint64_t arguments[6]; /* of the system call that the thread waits in */
};

/*
 * Read where the threads of a process are: *stacks gets a new array for the caller to
 * free. Of a thread that runs nobody can tell. Returns their number, or a negative errno.
 */
ssize_t stacks_read(pid_t pid, struct stack **stacks);

#endif
