/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The rte_mp sockets of the other processes on this prefix. */

#include <dirent.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

#include "host/process.h"
#include "host/sockets.h"
#include "mp/socket.h"
#include "mp/state.h"

/* ipc_has_stranger() reads the directory at each of so many calls at the latest. */
#define STRANGER_CALLS 5

/*
 * Fill in path and is_primary of the i-th other socket; false when there is none.
 */
static bool
find_socket(unsigned int i, struct ipc_socket *found)
{
	struct dirent *entry;
	bool ok = false;
	DIR *dir;

	memset(found, 0, sizeof(*found));
	dir = opendir(ipc.runtime_dir);
	if (dir == NULL)
		return false;
	while (!ok && (entry = readdir(dir)) != NULL) {
		bool primary = host_is_primary_socket(entry->d_name);

		/* Only a secondary asks the primary's socket, "mp_socket". */
		if ((fnmatch("mp_socket_*", entry->d_name, 0) != 0 &&
			    (ipc.is_primary || !primary)) ||
			strcmp(entry->d_name, ipc.own_name) == 0 || i-- != 0)
			continue;
		if (snprintf(found->path, sizeof(found->path), "%s/%s", ipc.runtime_dir,
			    entry->d_name) >= (int)sizeof(found->path))
			break;
		found->is_primary = primary;
		ok = true;
	}
	closedir(dir);
	return ok;
}

bool
ipc_socket(unsigned int i, struct ipc_socket *found)
{
	enum host_socket look;

	if (!find_socket(i, found))
		return false;
	look = host_look_at_socket(found->path);
	found->stale = look == HOST_SOCKET_STALE;
	found->full = look == HOST_SOCKET_FULL;
	/* The pid of a process that has ended may be another's. */
	found->pid = found->is_primary ? ipc.primary_pid
		: found->stale         ? host_socket_pid(found->path)
				       : host_socket_owner(found->path);
	host_process_name(found->stale ? HOST_PID_UNSEEN : found->pid, found->comm);
	found->state = found->stale ? 0 : host_process_state(found->pid);
	return true;
}

const char *
ipc_describe_socket(const struct ipc_socket *socket, char *text, size_t size)
{
	if (socket->stale && socket->pid > 0)
		snprintf(text, size, "pid %d (gone)", (int)socket->pid);
	else
		host_describe_process(socket->pid, text, size);
	return text;
}

pid_t
ipc_socket_owner(const char *path)
{
	static char last[HOST_SOCKET_NAME_SIZE];
	static pid_t pid;
	const char *name = host_socket_name(path);

	if (host_is_primary_socket(name))
		return ipc.primary_pid;
	if (strcmp(last, name) != 0) {
		snprintf(last, sizeof(last), "%s", name);
		pid = host_socket_owner(path);
	}
	return pid;
}

static bool
find_stranger(bool (*is_known)(const char *name))
{
	struct dirent *entry;
	bool found = false;
	DIR *dir = opendir(ipc.runtime_dir);

	while (dir != NULL && !found && (entry = readdir(dir)) != NULL)
		found = host_socket_pid(entry->d_name) != 0 &&
			strcmp(entry->d_name, ipc.own_name) != 0 &&
			!is_known(entry->d_name);
	if (dir != NULL)
		closedir(dir);
	return found;
}

bool
ipc_has_stranger(bool (*is_known)(const char *name))
{
	static struct timespec changed;
	static unsigned int calls;
	static bool found;
	struct stat look = { 0 };
	bool same = stat(ipc.runtime_dir, &look) == 0 &&
		look.st_mtim.tv_sec == changed.tv_sec &&
		look.st_mtim.tv_nsec == changed.tv_nsec;

	if (!same || calls++ % STRANGER_CALLS == 0) {
		changed = look.st_mtim;
		found = find_stranger(is_known);
	}
	return found;
}
