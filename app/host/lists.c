/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* A secondary's copies of EAL's lists of memory. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/compat.h"
#include "host/lists.h"

/*
 * At the end of its start each DPDK process locks the files of others for a moment, to
 * find those that nobody holds (eal_clean_runtime_dir()).
 */
#define CLEANED_MS 20

bool
host_is_list_of(const char *name, pid_t pid)
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

bool
host_list_is_held(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	unsigned int ms;
	bool held = true;

	if (fd < 0)
		return false;
	for (ms = 0; ms < CLEANED_MS && held; ms++) {
		held = flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
		if (held)
			usleep(1000);
	}
	close(fd);
	return held;
}

bool
host_is_open_here(const char *path)
{
	const struct dirent *entry;
	struct stat file, st;
	bool found = false;
	DIR *dir;

	if (stat(path, &file) < 0)
		return false;
	dir = opendir("/proc/self/fd");
	while (dir != NULL && !found && (entry = readdir(dir)) != NULL)
		found = fstat(atoi(entry->d_name), &st) == 0 &&
			st.st_dev == file.st_dev && st.st_ino == file.st_ino;
	if (dir != NULL)
		closedir(dir);
	return found;
}

bool
host_lists_are_taken(const char *runtime_dir)
{
	const struct dirent *entry;
	char path[PATH_MAX];
	bool taken = false;
	DIR *dir;

	if (COMPAT_LIST_HAS_TIME)
		return false;
	dir = opendir(runtime_dir);
	while (dir != NULL && !taken && (entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", runtime_dir, entry->d_name);
		taken = host_is_list_of(entry->d_name, getpid()) &&
			!host_is_open_here(path) && host_list_is_held(path);
	}
	if (dir != NULL)
		closedir(dir);
	return taken;
}
