/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds the processes that have the file of a group's configuration mapped. */

#include <stdlib.h>
#include <sys/types.h>

#include "base/memory.h"
#include "outside/group.h"
#include "outside/lcores.h"
#include "outside/members.h"
#include "outside/processes.h"
#include "outside/sharers.h"

/* Ask the process itself for its main lcore. */
static int
read_main_lcore(const struct member *member)
{
	struct lcores *lcores = memory_get(sizeof(*lcores));
	struct group group;
	char error[256];
	int ret = -1;

	if (lcores != NULL &&
		group_open_process(&group, member->pid, error, sizeof(error)) == 0) {
		if (lcores_read(&group, member, lcores) == 0)
			ret = (int)lcores->main_lcore;
		group_close(&group);
	}
	free(lcores);
	return ret;
}

static int
main_lcore(const struct processes *before, const struct member *member)
{
	unsigned int i;

	for (i = 0; i < before->n; i++)
		if (before->all[i].pid == member->pid && before->all[i].main_lcore >= 0)
			return before->all[i].main_lcore;
	return read_main_lcore(member);
}

struct list {
	struct processes *processes;
	const struct processes *before;
};

static void
take(const struct member *member, void *ctx)
{
	const struct list *list = ctx;
	struct processes *processes = list->processes;
	struct process *process = &processes->all[processes->n];

	if (processes->n == PROCESSES_MAX)
		return;
	process->pid = member->pid;
	process->main_lcore = main_lcore(list->before, member);
	processes->n++;
}

void
processes_list(struct processes *processes, const struct group *group)
{
	const struct processes before = *processes;
	struct list list = { .processes = processes, .before = &before };
	struct members members;

	processes->n = 0;
	members_find(&members);
	sharers_walk(group, &members, take, &list);
	members_free(&members);
}
