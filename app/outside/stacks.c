/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads the stack pointers of threads that wait. */

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#include "host/process.h"
#include "base/array.h"
#include "outside/stacks.h"

/* A thread that runs just now may wait in a moment. */
#define LOOKS 5
#define PAUSE_NS 200000

/* "NR A0 A1 A2 A3 A4 A5 SP PC", "-1 SP PC", or "running". False if it runs. */
static bool
parse(const char *text, struct stack *stack)
{
	uint64_t pc, *a = stack->arguments;
	long number;

	if (sscanf(text,
		    "%ld %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64
		    " %" SCNx64 " %" SCNx64 " %" SCNx64,
		    &number, &a[0], &a[1], &a[2], &a[3], &a[4], &a[5], &stack->sp,
		    &pc) == 9)
		return true;
	memset(stack->arguments, 0, sizeof(stack->arguments));
	stack->sp = 0;
	return sscanf(text, "-1 %" SCNx64 " %" SCNx64, &stack->sp, &pc) == 2;
}

static void
look(pid_t pid, struct stack *stack)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	char path[HOST_PROC_SIZE], file[40], text[256];
	unsigned int i;

	snprintf(file, sizeof(file), "task/%d/syscall", (int)stack->tid);
	host_proc_path(pid, file, path);
	for (i = 0; i < LOOKS; i++) {
		if (host_read_text(path, text, sizeof(text)) <= 0 || parse(text, stack))
			return;
		nanosleep(&pause, NULL);
	}
}

ssize_t
stacks_read(pid_t pid, struct stack **stacks)
{
	char path[HOST_PROC_SIZE];
	struct stack *all = NULL, *grown;
	struct dirent *entry;
	size_t n = 0;
	DIR *task = opendir(host_proc_path(pid, "task", path));

	*stacks = NULL;
	if (task == NULL)
		return -errno;
	while ((entry = readdir(task)) != NULL) {
		pid_t tid = strtol(entry->d_name, NULL, 10);

		if (tid <= 0)
			continue;
		grown = array_grow(all, n, sizeof(*all));
		if (grown == NULL)
			break;
		all = grown;
		memset(&all[n], 0, sizeof(all[n]));
		all[n].tid = tid;
		look(pid, &all[n++]);
	}
	closedir(task);
	*stacks = all;
	return n;
}
