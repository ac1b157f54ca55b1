/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The rte_mp sockets of the other processes on this prefix. */

#include <dirent.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "host/process.h"
#include "host/sockets.h"
#include "mp/socket.h"
#include "mp/state.h"

/*
 * Fill in path, pid and is_primary of the i-th other socket; false when there is none.
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
		bool primary = strcmp(entry->d_name, "mp_socket") == 0;

		/* Only a secondary asks the primary's socket, "mp_socket". */
		if ((fnmatch("mp_socket_*", entry->d_name, 0) != 0 &&
			    (ipc.is_primary || !primary)) ||
			host_socket_pid(entry->d_name) == getpid() || i-- != 0)
			continue;
		if (snprintf(found->path, sizeof(found->path), "%s/%s", ipc.runtime_dir,
			    entry->d_name) >= (int)sizeof(found->path))
			break;
		found->is_primary = primary;
		found->pid = primary ? ipc.primary_pid : host_socket_pid(entry->d_name);
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
	host_process_name(found->pid, found->comm);
	found->state = host_process_state(found->pid);
	look = host_look_at_socket(found->path);
	found->stale = look == HOST_SOCKET_STALE;
	found->full = look == HOST_SOCKET_FULL;
	return true;
}

bool
ipc_has_stranger(bool (*is_known)(pid_t pid))
{
	struct dirent *entry;
	bool found = false;
	DIR *dir = opendir(ipc.runtime_dir);

	while (dir != NULL && !found && (entry = readdir(dir)) != NULL) {
		pid_t pid = host_socket_pid(entry->d_name);

		found = pid != 0 && pid != getpid() && !is_known(pid);
	}
	if (dir != NULL)
		closedir(dir);
	return found;
}
