/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Letting go of a dead primary's memory and locks, and of files after a failed start.
 */

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "host/lists.h"
#include "host/maps.h"
#include "host/sockets.h"
#include "peers/letgo.h"

/* The mappings to be removed. They are collected first, since munmap() changes the maps.
 */
struct mappings {
	const char *runtime_dir, *file_prefix;
	struct {
		void *from;
		size_t size;
	} * list;
	size_t n;
};

static bool
begins_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* Is path an fbarray file in runtime_dir, or the file of a hugepage of the prefix? */
static bool
is_shared(const char *path, const char *runtime_dir, const char *file_prefix)
{
	char fbarray[300], map[300];
	const char *name;

	snprintf(fbarray, sizeof(fbarray), "%s/fbarray_", runtime_dir);
	if (begins_with(path, fbarray))
		return true;
	/* /var/run is a link to /run, and /proc shows the target. */
	if (begins_with(fbarray, "/var/run/") && begins_with(path, fbarray + 4))
		return true;
	name = strrchr(path, '/');
	snprintf(map, sizeof(map), "/%smap_", file_prefix);
	return name != NULL && begins_with(name, map);
}

static bool
take_mapping(const struct host_mapping *mapping, void *ctx)
{
	struct mappings *mappings = ctx;
	void *more;

	if (!is_shared(mapping->path, mappings->runtime_dir, mappings->file_prefix))
		return true;
	more = memory_resize(mappings->list, (mappings->n + 1) * sizeof(*mappings->list));
	if (more == NULL)
		return false;
	mappings->list = more;
	mappings->list[mappings->n].from = (void *)(uintptr_t)mapping->from;
	mappings->list[mappings->n++].size = mapping->to - mapping->from;
	return true;
}

static void
unmap_shared(const char *runtime_dir, const char *file_prefix)
{
	struct mappings mappings = {
		.runtime_dir = runtime_dir,
		.file_prefix = file_prefix,
	};
	size_t i;

	host_walk_maps(getpid(), take_mapping, &mappings);
	for (i = 0; i < mappings.n; i++)
		munmap(mappings.list[i].from, mappings.list[i].size);
	free(mappings.list);
}

static void
close_shared(const char *runtime_dir, const char *file_prefix)
{
	struct dirent *entry;
	DIR *dir = opendir("/proc/self/fd");

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char link[300], path[300];
		ssize_t length;

		snprintf(link, sizeof(link), "/proc/self/fd/%s", entry->d_name);
		length = readlink(link, path, sizeof(path) - 1);
		if (length <= 0)
			continue;
		path[length] = '\0';
		if (is_shared(path, runtime_dir, file_prefix))
			close(atoi(entry->d_name));
	}
	if (dir != NULL)
		closedir(dir);
}

void
letgo_shared_memory(const char *runtime_dir, const char *file_prefix)
{
	unmap_shared(runtime_dir, file_prefix);
	close_shared(runtime_dir, file_prefix);
	letgo_own_files(runtime_dir, false);
}

/*
 * Is the file in the runtime directory one that this process has left? In another PID
 * namespace a process may have the same pid, and so files of such names.
 */
static bool
is_own_file(const char *name, const char *path, const char *own_socket)
{
	if (host_is_list_of(name, getpid()))
		return host_is_open_here(path) || !host_list_is_held(path);
	return strcmp(name, own_socket) == 0 ||
		(host_socket_pid(name) == getpid() &&
			host_look_at_socket(path) == HOST_SOCKET_STALE);
}

void
letgo_own_files(const char *runtime_dir, bool is_primary)
{
	char own_socket[HOST_SOCKET_NAME_SIZE] = "", path[600];
	struct dirent *entry;
	DIR *dir = opendir(runtime_dir);

	host_own_socket(runtime_dir, own_socket);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", runtime_dir, entry->d_name);
		if (host_is_primary_socket(entry->d_name)
				? is_primary
				: is_own_file(entry->d_name, path, own_socket))
			unlink(path);
	}
	if (dir != NULL)
		closedir(dir);
}
