/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looks at every process once for what makes it one of DPDK's. */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/array.h"
#include "base/memory.h"
#include "host/maps.h"
#include "host/process.h"
#include "host/threads.h"
#include "outside/members.h"
#include "outside/process.h"

struct look {
	struct member *member;
	char program[PATH_MAX]; /* what the process runs */
	uint64_t end;           /* of the last range */
};

/* Does a mapping hold variables of EAL's or of the program's, or what follows such? */
static bool
has_variables(const struct look *look, const struct host_mapping *mapping)
{
	const char *name = strrchr(mapping->path, '/');

	if (!mapping->readable || !mapping->writable || mapping->shared)
		return false;
	if (mapping->path[0] == '\0')
		return mapping->from == look->end;
	return strcmp(mapping->path, look->program) == 0 ||
		(name != NULL &&
			strncmp(name, "/librte_eal", strlen("/librte_eal")) == 0);
}

static bool
take_mapping(const struct host_mapping *mapping, void *ctx)
{
	struct look *look = ctx;
	struct member *member = look->member;
	char dir[PATH_MAX];

	if (member->dir == NULL && process_group_file(mapping, dir)) {
		member->dir = memory_get(strlen(dir) + 1);
		if (member->dir == NULL)
			return false;
		strcpy(member->dir, dir);
		member->device = mapping->device;
		member->inode = mapping->inode;
		member->config = mapping->from;
	}
	if (has_variables(look, mapping) && member->n_ranges < MEMBER_RANGES_MAX) {
		member->ranges[member->n_ranges].from = mapping->from;
		member->ranges[member->n_ranges++].to = mapping->to;
		look->end = mapping->to;
	}
	return true;
}

static void
look_at_mappings(struct member *member)
{
	struct look look = { .member = member };
	char path[HOST_PROC_SIZE];
	ssize_t n = readlink(host_proc_path(member->pid, "exe", path), look.program,
		sizeof(look.program) - 1);

	look.program[n > 0 ? n : 0] = '\0';
	host_walk_all_maps(member->pid, take_mapping, &look);
}

/* Is it one of DPDK's? */
static bool
look_at_process(pid_t pid, struct member *member)
{
	unsigned int threads = host_count_threads(pid);
	int mentioned;

	memset(member, 0, sizeof(*member));
	member->pid = pid;
	if (threads == 0)
		return false;
	mentioned = host_maps_mention(pid, "/config");
	member->is_unreadable = mentioned == -EACCES || mentioned == -EPERM;
	if (mentioned == 1)
		look_at_mappings(member);
	/* One thread alone has a process that still attaches, and one that runs no EAL.
	 */
	if (member->dir == NULL && (threads == 1 || !host_has_eal_threads(pid)))
		return false;
	if (mentioned == 0)
		look_at_mappings(member);
	host_process_name(pid, member->command);
	return true;
}

static int
add(struct members *members, const struct member *member)
{
	struct member *all = array_grow(members->all, members->n, sizeof(*all));

	if (all == NULL)
		return -ENOMEM;
	members->all = all;
	members->all[members->n++] = *member;
	return 0;
}

static int
compare_members(const void *a, const void *b)
{
	const struct member *one = a, *other = b;
	int order;

	/* Those without a group come last. */
	if (one->dir == NULL || other->dir == NULL)
		order = (one->dir == NULL) - (other->dir == NULL);
	else
		order = strcmp(member_prefix(one), member_prefix(other));
	if (order == 0 && one->inode != other->inode)
		order = one->inode < other->inode ? -1 : 1;
	if (order == 0 && one->device != other->device)
		order = one->device < other->device ? -1 : 1;
	return order != 0 ? order : one->pid < other->pid ? -1 : 1;
}

static pid_t
parent_of(pid_t pid)
{
	char path[HOST_PROC_SIZE], text[512];
	const char *end;
	int parent;

	if (host_read_text(host_proc_path(pid, "stat", path), text, sizeof(text)) <= 0)
		return 0;
	end = strrchr(text, ')');
	return end != NULL && sscanf(end + 1, " %*c %d", &parent) == 1 ? parent : 0;
}

/*
 * A child that a member has made by fork() has the same mappings, but no EAL runs in it:
 * a shell command, for a moment, or what became of a daemon's parent.
 */
static bool
is_child_of_member(const struct members *members, const struct member *member)
{
	pid_t parent;
	size_t i;

	if (member->dir == NULL || host_count_threads(member->pid) != 1)
		return false;
	parent = parent_of(member->pid);
	for (i = 0; i < members->n; i++)
		if (members->all[i].pid == parent &&
			members_share(&members->all[i], member))
			return true;
	return false;
}

static void
leave_out_children(struct members *members)
{
	size_t i = 0;

	while (i < members->n) {
		if (!is_child_of_member(members, &members->all[i])) {
			i++;
			continue;
		}
		free(members->all[i].dir);
		members->n--;
		memmove(&members->all[i], &members->all[i + 1],
			(members->n - i) * sizeof(members->all[0]));
	}
}

int
members_find(struct members *members)
{
	const struct dirent *entry;
	struct member member;
	int ret = 0;
	DIR *proc;

	memset(members, 0, sizeof(*members));
	proc = opendir("/proc");
	if (proc == NULL)
		return 0;
	while (ret == 0 && (entry = readdir(proc)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]) ||
			!look_at_process(atoi(entry->d_name), &member))
			continue;
		ret = add(members, &member);
		if (ret < 0)
			free(member.dir);
	}
	closedir(proc);
	leave_out_children(members);
	if (members->n > 0)
		qsort(members->all, members->n, sizeof(members->all[0]), compare_members);
	if (ret < 0)
		members_free(members);
	return ret;
}

void
members_free(struct members *members)
{
	while (members->n > 0)
		free(members->all[--members->n].dir);
	free(members->all);
	members->all = NULL;
}

bool
members_share(const struct member *one, const struct member *other)
{
	return one->dir != NULL && other->dir != NULL && one->inode == other->inode &&
		one->device == other->device;
}

size_t
members_of_group(const struct members *members, size_t first)
{
	size_t n = 1;

	while (first + n < members->n &&
		members_share(&members->all[first], &members->all[first + n]))
		n++;
	return n;
}

const char *
member_prefix(const struct member *member)
{
	const char *last = member->dir == NULL ? NULL : strrchr(member->dir, '/');

	return last != NULL ? last + 1 : NULL;
}
