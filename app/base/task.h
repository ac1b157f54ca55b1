/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Tasks: work that the main thread waits for and may abandon (on a timeout or Ctrl-C).
 * An abandoned task goes on elsewhere and is freed when it is over. Main thread, unless
 * said otherwise.
 */

#ifndef MPSH_BASE_TASK_H
#define MPSH_BASE_TASK_H

#include <stdbool.h>
#include <stdint.h>

/* The first member of a task's struct, which lies on the heap. */
struct task {
	bool over, abandoned;
	/* Frees an abandoned task when it is over; NULL: free() is called. */
	void (*free)(struct task *task);
};

/* The task is over: task_wait() returns, or the task is freed if it was abandoned. */
void task_over(struct task *task);

/* Have the main thread call task_over(). Any thread. */
void task_post_over(struct task *task);

/*
 * Wait until the task is over, at most timeout_ns (or LOOP_FOREVER). Returns 0: the
 * task is over and is the caller's to free. Or returns the negative errno of
 * loop_until(): the task is abandoned, and the caller must not touch it again.
 */
int task_wait(struct task *task, uint64_t timeout_ns);

/*
 * As task_wait(), for a task that takes microseconds: Ctrl-C does not end the wait,
 * only loop_stop() does.
 */
int task_wait_through(struct task *task);

#endif
