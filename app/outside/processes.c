/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds the processes that have the file of a group's configuration mapped. */

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/memory.h"
#include "outside/group.h"
#include "outside/lcores.h"
#include "outside/members.h"
#include "outside/processes.h"

/* What the group's members share: a file, or with none a process. */
static struct member
wanted(const struct group *group, const struct members *members)
{
	struct member wanted = { .pid = group->source.pid };
	char path[PATH_MAX + 16];
	struct stat st;
	size_t i;

	for (i = 0; i < members->n && group->kind == GROUP_PROCESS; i++)
		if (members->all[i].pid == group->source.pid)
			wanted = members->all[i];
	snprintf(path, sizeof(path), "%s/config", group->path);
	if (group->kind == GROUP_FILES && stat(path, &st) == 0) {
		wanted.dir = (char *)group->path;
		wanted.device = st.st_dev;
		wanted.inode = st.st_ino;
	}
	return wanted;
}

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

void
processes_list(struct processes *processes, const struct group *group)
{
	struct processes before = *processes;
	struct members members;
	struct member one;
	size_t i;

	processes->n = 0;
	members_find(&members);
	one = wanted(group, &members);
	for (i = 0; i < members.n && processes->n < PROCESSES_MAX; i++) {
		const struct member *member = &members.all[i];
		struct process *process = &processes->all[processes->n];

		if (member->pid != one.pid && !members_share(&one, member))
			continue;
		process->pid = member->pid;
		process->main_lcore = main_lcore(&before, member);
		processes->n++;
	}
	members_free(&members);
}
