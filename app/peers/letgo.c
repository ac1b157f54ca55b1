/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Letting go of a dead primary's memory and locks, and of files after a failed start.
 */

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/compat.h"
#include "peers/letgo.h"

struct mapping {
	void *from;
	size_t size;
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

static void
unmap_shared(const char *runtime_dir, const char *file_prefix)
{
	struct mapping *mappings = NULL;
	size_t i, n = 0;
	char line[512];
	FILE *maps = fopen("/proc/self/maps", "re");

	/* Read all of the file before the first munmap(), which changes its lines. */
	while (maps != NULL && fgets(line, sizeof(line), maps) != NULL) {
		unsigned long from, to;
		char *path = strchr(line, '/');
		struct mapping *more;

		if (path == NULL || sscanf(line, "%lx-%lx", &from, &to) != 2)
			continue;
		path[strcspn(path, "\n")] = '\0';
		if (!is_shared(path, runtime_dir, file_prefix))
			continue;
		more = realloc(mappings, (n + 1) * sizeof(*mappings));
		if (more == NULL)
			break;
		mappings = more;
		mappings[n].from = (void *)from;
		mappings[n++].size = to - from;
	}
	if (maps != NULL)
		fclose(maps);
	for (i = 0; i < n; i++)
		munmap(mappings[i].from, mappings[i].size);
	free(mappings);
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
 * Is this file a copy of one of EAL's memory lists by the secondary with this pid? The
 * name ends in _PID, from DPDK 24.11 on in _PID_TIME (base/compat.h).
 */
static bool
is_list_of(const char *name, pid_t pid)
{
	const char *end = strrchr(name, '_');
	int of;

	if (strncmp(name, "fbarray_", 8) != 0)
		return false;
	if (COMPAT_LIST_HAS_TIME) {
		do
			end--;
		while (end > name && *end != '_');
	}
	return sscanf(end, "_%d", &of) == 1 && of == pid;
}

void
letgo_own_files(const char *runtime_dir, bool is_primary)
{
	char socket_name[32], path[600];
	struct dirent *entry;
	DIR *dir = opendir(runtime_dir);

	snprintf(socket_name, sizeof(socket_name), "mp_socket_%d_", getpid());
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (!(is_primary && strcmp(entry->d_name, "mp_socket") == 0) &&
			!is_list_of(entry->d_name, getpid()) &&
			strncmp(entry->d_name, socket_name, strlen(socket_name)) != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", runtime_dir, entry->d_name);
		unlink(path);
	}
	if (dir != NULL)
		closedir(dir);
}
