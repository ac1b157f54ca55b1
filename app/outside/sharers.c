/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds the processes that share a group's memory. */

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/memory.h"
#include "outside/group.h"
#include "outside/members.h"
#include "outside/sharers.h"

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

void
sharers_walk(const struct group *group, const struct members *members,
	void (*take)(const struct member *member, void *ctx), void *ctx)
{
	const struct member one = wanted(group, members);
	size_t i;

	for (i = 0; i < members->n; i++)
		if (members->all[i].pid == one.pid ||
			members_share(&one, &members->all[i]))
			take(&members->all[i], ctx);
}

struct pids {
	pid_t *all;
	ssize_t n;
};

static void
take_pid(const struct member *member, void *ctx)
{
	struct pids *pids = ctx;

	pids->all[pids->n++] = member->pid;
}

ssize_t
sharers_find(const struct group *group, pid_t **pids)
{
	struct pids found = { 0 };
	struct members members;

	*pids = NULL;
	if (members_find(&members) < 0)
		return -ENOMEM;
	found.all = memory_get((members.n + 1) * sizeof(found.all[0]));
	if (found.all == NULL) {
		found.n = -ENOMEM;
	} else {
		sharers_walk(group, &members, take_pid, &found);
		/* One that is none of those that were found is looked at all the same. */
		if (found.n == 0 && group->kind == GROUP_PROCESS)
			found.all[found.n++] = group->source.pid;
	}
	members_free(&members);
	*pids = found.all;
	return found.n;
}
