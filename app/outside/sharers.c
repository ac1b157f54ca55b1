/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds the processes that share a group's memory. */

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/memory.h"
#include "outside/group.h"
#include "outside/members.h"
#include "outside/sharers.h"

/* The file of the group's configuration: its device and inode are in *file. */
static bool
find_file(const struct group *group, const struct members *members, struct member *file)
{
	char path[PATH_MAX + 32];
	struct stat st;
	size_t i;

	for (i = 0; i < members->n && group->kind == GROUP_PROCESS; i++) {
		*file = members->all[i];
		if (file->pid == group->source.pid)
			return file->dir != NULL;
	}
	snprintf(path, sizeof(path), "%s/config", group->path);
	if (group->kind != GROUP_FILES || stat(path, &st) < 0)
		return false;
	file->device = st.st_dev;
	file->inode = st.st_ino;
	return true;
}

static size_t
take(const struct members *members, const struct member *file, pid_t *pids)
{
	const struct member *member;
	size_t i, n = 0;

	for (i = 0; i < members->n; i++) {
		member = &members->all[i];
		if (member->dir != NULL && member->device == file->device &&
			member->inode == file->inode)
			pids[n++] = member->pid;
	}
	return n;
}

ssize_t
sharers_find(const struct group *group, pid_t **pids)
{
	struct member file = { 0 };
	struct members members;
	ssize_t n = 0;

	*pids = NULL;
	if (members_find(&members) < 0)
		return -ENOMEM;
	*pids = memory_get((members.n + 1) * sizeof(**pids));
	if (*pids == NULL)
		n = -ENOMEM;
	else if (find_file(group, &members, &file))
		n = take(&members, &file, *pids);
	else if (group->kind == GROUP_PROCESS)
		(*pids)[n++] = group->source.pid;
	members_free(&members);
	return n;
}
