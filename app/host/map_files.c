/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Compares the hugepage files of a prefix with what processes have mapped and locked. */

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

#include "host/holders.h"
#include "host/hugepages.h"
#include "host/map_files.h"
#include "host/maps.h"

/* Is this the name of a hugepage file of the prefix: PREFIXmap_ and a number? */
static bool
is_map_file(const char *name, const char *file_prefix)
{
	size_t length = strlen(file_prefix);

	return strncmp(name, file_prefix, length) == 0 &&
		strncmp(name + length, "map_", 4) == 0 &&
		name[length + 4 + strspn(name + length + 4, "0123456789")] == '\0';
}

/* Is this the mapping of a hugepage file of the prefix? */
static bool
is_of_prefix(const struct host_mapping *mapping, const char *file_prefix)
{
	return is_map_file(strrchr(mapping->path, '/') + 1, file_prefix);
}

/* What the names of a prefix's files here are compared with, and what came of it. */
struct comparison {
	const char *file_prefix;
	enum host_map_files found;
};

static bool
compare_with_here(const struct host_mapping *mapping, void *ctx)
{
	struct comparison *comparison = ctx;
	char dir[PATH_MAX];
	struct stat st;

	if (!is_of_prefix(mapping, comparison->file_prefix))
		return true;
	if (mapping->deleted) {
		comparison->found = HOST_MAPS_GONE;
		return false;
	}
	snprintf(dir, sizeof(dir), "%s", mapping->path);
	*strrchr(dir, '/') = '\0';
	if (stat(dir, &st) < 0 || st.st_dev != mapping->device)
		comparison->found = HOST_MAPS_ELSEWHERE;
	else if (stat(mapping->path, &st) < 0 || st.st_ino != mapping->inode)
		comparison->found = HOST_MAPS_GONE;
	return comparison->found == HOST_MAPS_SAME;
}

enum host_map_files
host_look_at_map_files(pid_t pid, const char *file_prefix)
{
	struct comparison comparison = {
		.file_prefix = file_prefix,
		.found = HOST_MAPS_SAME,
	};

	if (!host_walk_shared_maps(pid, "map_", 0, compare_with_here, &comparison))
		return HOST_MAPS_UNKNOWN;
	return comparison.found;
}

/* The hugepage files of a prefix that a process has mapped. */
struct files {
	const char *file_prefix;
	struct file_id *ids;
	size_t n;
	bool incomplete; /* no memory for all of them */
	bool foreign;    /* a file was found that is not in the set */
	bool removes;    /* such a file */
};

static int
compare_ids(const void *a, const void *b)
{
	const struct file_id *one = a, *other = b;

	if (one->inode != other->inode)
		return one->inode < other->inode ? -1 : 1;
	return one->device < other->device ? -1 : one->device > other->device;
}

static bool
add_file(const struct host_mapping *mapping, void *ctx)
{
	struct files *files = ctx;
	struct file_id *more;

	if (!is_of_prefix(mapping, files->file_prefix))
		return true;
	more = realloc(files->ids, (files->n + 1) * sizeof(*files->ids));
	files->incomplete = more == NULL;
	if (more == NULL)
		return false;
	files->ids = more;
	files->ids[files->n].device = mapping->device;
	files->ids[files->n++].inode = mapping->inode;
	return true;
}

static bool
look_for_file(const struct host_mapping *mapping, void *ctx)
{
	const struct file_id id = { .device = mapping->device, .inode = mapping->inode };
	struct files *files = ctx;

	if (!is_of_prefix(mapping, files->file_prefix) ||
		(files->n != 0 &&
			bsearch(&id, files->ids, files->n, sizeof(id), compare_ids) !=
				NULL))
		return true;
	files->foreign = true;
	if (files->removes && !mapping->deleted)
		unlink(mapping->path);
	return true;
}

bool
host_shares_map_files(pid_t pid, const char *file_prefix, uint64_t end, bool removes)
{
	struct files files = { .file_prefix = file_prefix, .removes = removes };
	bool readable = host_walk_shared_maps(pid, "map_", end, add_file, &files);

	if (readable && !files.incomplete) {
		if (files.n != 0)
			qsort(files.ids, files.n, sizeof(*files.ids), compare_ids);
		host_walk_shared_maps(getpid(), "map_", end, look_for_file, &files);
	}
	free(files.ids);
	return !files.foreign;
}

/* The process that has locked a file. */
struct locker {
	struct file_id id;
	pid_t pid;
};

static void
find_locker(pid_t pid, dev_t device, ino_t inode, void *arg)
{
	struct locker *locker = arg;

	if (locker->pid == 0 && pid > 0 && device == locker->id.device &&
		inode == locker->id.inode)
		locker->pid = pid;
}

/* Is the file of this name locked by another? *locker then says who. */
static bool
is_locked(int dir, const char *name, struct locker *locker)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	bool locked;

	if (fd < 0)
		return false;
	locked = flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK &&
		fstat(fd, &st) == 0;
	if (locked) {
		locker->id.device = st.st_dev;
		locker->id.inode = st.st_ino;
		holders_walk_locks(find_locker, locker);
	}
	close(fd);
	return locked;
}

bool
host_map_files_are_held(
	const struct host_hugepages *hugepages, const char *file_prefix, pid_t *pid)
{
	struct locker locker = { .pid = 0 };
	const struct dirent *entry;
	bool held = false;
	unsigned int i;

	for (i = 0; i < hugepages->n_mounts && !held; i++) {
		DIR *stream = opendir(hugepages->mounts[i].dir);

		while (stream != NULL && !held && (entry = readdir(stream)) != NULL)
			held = is_map_file(entry->d_name, file_prefix) &&
				is_locked(dirfd(stream), entry->d_name, &locker);
		if (stream != NULL)
			closedir(stream);
	}
	*pid = locker.pid;
	return held;
}
