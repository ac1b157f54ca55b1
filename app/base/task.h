/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What the main thread waits for and may give up: then it goes on somewhere, and whoever
 * ends it finds that nobody waits and frees it. Main thread, unless said otherwise.
 */

#ifndef MPSH_BASE_TASK_H
#define MPSH_BASE_TASK_H

#include <stdbool.h>
#include <stdint.h>

/* The first member of what outlives its waiter, and lies on the heap. */
struct task {
	bool over, abandoned;
	/* Frees one that was abandoned, when it is over; NULL: free() does. */
	void (*free)(struct task *task);
};

/* The task is over: wakes its waiter, or frees the task if it was abandoned. */
void task_over(struct task *task);

/* The same, from another thread: the main thread is told. */
void task_post_over(struct task *task);

/*
 * Wait until it is over, at most timeout_ns (LOOP_FOREVER). Returns 0, and the task is
 * the caller's; or the negative errno of loop_until(), and it is no longer the caller's.
 */
int task_wait(struct task *task, uint64_t timeout_ns);

/* The same of what takes microseconds: only the end of the program interrupts it. */
int task_wait_through(struct task *task);

#endif
