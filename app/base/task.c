/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Tasks: work that the main thread waits for and may abandon. */

#include <stdlib.h>

#include "base/loop.h"
#include "base/task.h"

void
task_over(struct task *task)
{
	task->over = true;
	if (!task->abandoned)
		return;
	if (task->free != NULL)
		task->free(task);
	else
		free(task);
}

static void
on_posted(void *arg)
{
	task_over(arg);
}

void
task_post_over(struct task *task)
{
	loop_post(on_posted, task);
}

static bool
is_over(void *ctx)
{
	return ((struct task *)ctx)->over;
}

int
task_wait(struct task *task, uint64_t timeout_ns)
{
	int ret = loop_until(is_over, task, timeout_ns);

	if (task->over)
		return 0;
	task->abandoned = true;
	return ret;
}

int
task_wait_through(struct task *task)
{
	while (!task->over && loop_stopped() < 0)
		loop_until(is_over, task, LOOP_FOREVER);
	return task_wait(task, 0);
}
