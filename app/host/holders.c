/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds the processes that lock EAL's memory lists or have them open. */

#include <ctype.h>
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
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <unistd.h>

#include "host/holders.h"

#define SHARED_FILES_MAX 256

static void
add_holder(struct host_holders *holders, pid_t pid)
{
	unsigned int i;

	if (pid <= 0 || pid == getpid())
		return;
	for (i = 0; i < holders->n; i++)
		if (holders->pids[i] == pid)
			return;
	if (holders->n < HOST_HOLDERS_MAX)
		holders->pids[holders->n++] = pid;
}

bool
holders_is_among(const struct file_id *files, unsigned int n, dev_t device, ino_t inode)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (files[i].device == device && files[i].inode == inode)
			return true;
	return false;
}

unsigned int
holders_list_files(const char *dir, bool (*matches)(const char *name),
	struct file_id *files, unsigned int max)
{
	const struct dirent *entry;
	unsigned int n = 0;
	struct stat st;
	DIR *stream;

	stream = opendir(dir);
	if (stream == NULL)
		return 0;
	while (n < max && (entry = readdir(stream)) != NULL) {
		if (!matches(entry->d_name) ||
			fstatat(dirfd(stream), entry->d_name, &st, 0) < 0)
			continue;
		files[n].device = st.st_dev;
		files[n].inode = st.st_ino;
		n++;
	}
	closedir(stream);
	return n;
}

/*
 * Is this a file of a list that a new primary must make anew? rte_fbarray_init() fails
 * while another process has the file locked. A secondary's own copies, whose names go
 * on with _PID (eal_memalloc.c), do not hinder a primary.
 */
static bool
is_shared_list(const char *name)
{
	static const char start[] = "fbarray_";

	return strncmp(name, start, sizeof(start) - 1) == 0 &&
		strchr(name + sizeof(start) - 1, '_') == NULL;
}

void
holders_walk_locks(
	void (*take)(pid_t pid, dev_t device, ino_t inode, void *arg), void *arg)
{
	unsigned int major_number, minor_number;
	unsigned long long inode;
	char line[256];
	FILE *file;
	int pid;

	file = fopen("/proc/locks", "re");
	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "%*d: FLOCK %*s %*s %d %x:%x:%llu", &pid, &major_number,
			    &minor_number, &inode) == 4)
			take(pid, makedev(major_number, minor_number), inode, arg);
	fclose(file);
}

bool
host_lists_are_held(const char *runtime_dir)
{
	const struct dirent *entry;
	bool held = false;
	DIR *stream;

	stream = opendir(runtime_dir);
	if (stream == NULL)
		return false;
	while (!held && (entry = readdir(stream)) != NULL) {
		int fd;

		if (!is_shared_list(entry->d_name))
			continue;
		fd = openat(dirfd(stream), entry->d_name, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		held = flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
		close(fd);
	}
	closedir(stream);
	return held;
}

struct lock_search {
	const struct file_id *files;
	unsigned int n;
	struct host_holders *holders;
};

static void
take_holder(pid_t pid, dev_t device, ino_t inode, void *arg)
{
	struct lock_search *search = arg;

	if (holders_is_among(search->files, search->n, device, inode))
		add_holder(search->holders, pid);
}

void
host_find_lock_holders(const char *runtime_dir, struct host_holders *holders)
{
	struct file_id files[SHARED_FILES_MAX];
	struct lock_search search = { .files = files, .holders = holders };

	search.n =
		holders_list_files(runtime_dir, is_shared_list, files, SHARED_FILES_MAX);
	if (search.n != 0)
		holders_walk_locks(take_holder, &search);
}

/* Has the process one of the files open? */
static bool
has_open(const char *pid, const struct file_id *files, unsigned int n)
{
	const struct dirent *entry;
	char path[PATH_MAX];
	bool found = false;
	struct stat st;
	ssize_t length;
	DIR *stream;

	snprintf(path, sizeof(path), "/proc/%.16s/fd", pid);
	stream = opendir(path);
	if (stream == NULL)
		return false;
	while (!found && (entry = readdir(stream)) != NULL) {
		/* The name is looked at first, since a stat of any open file may block.
		 */
		length = readlinkat(dirfd(stream), entry->d_name, path, sizeof(path) - 1);
		if (length <= 0)
			continue;
		path[length] = '\0';
		found = strstr(path, "/fbarray_") != NULL &&
			fstatat(dirfd(stream), entry->d_name, &st, 0) == 0 &&
			holders_is_among(files, n, st.st_dev, st.st_ino);
	}
	closedir(stream);
	return found;
}

void
host_find_open_holders(const char *runtime_dir, struct host_holders *holders)
{
	struct file_id files[SHARED_FILES_MAX];
	const struct dirent *entry;
	unsigned int n;
	DIR *proc;

	n = holders_list_files(runtime_dir, is_shared_list, files, SHARED_FILES_MAX);
	if (n == 0)
		return;
	proc = opendir("/proc");
	if (proc == NULL)
		return;
	while ((entry = readdir(proc)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]) &&
			has_open(entry->d_name, files, n))
			add_holder(holders, atoi(entry->d_name));
	closedir(proc);
}
