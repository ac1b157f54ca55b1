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
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <unistd.h>

#include "host/holders.h"
#include "host/hugepages.h"
#include "host/map_files.h"

/* A file that a process has mapped. */
struct mapped {
	struct file_id id;
	bool deleted;
	char path[PATH_MAX];
};

/* Is this the name of a hugepage file of the prefix: PREFIXmap_ and a number? */
static bool
is_map_file(const char *name, const char *file_prefix)
{
	size_t length = strlen(file_prefix);

	return strncmp(name, file_prefix, length) == 0 &&
		strncmp(name + length, "map_", 4) == 0 &&
		name[length + 4 + strspn(name + length + 4, "0123456789")] == '\0';
}

/* Read a line of /proc/PID/maps; false if it is not of a hugepage file of the prefix. */
static bool
parse_mapping(char *line, const char *file_prefix, struct mapped *mapped)
{
	static const char deleted[] = " (deleted)";
	unsigned int major_number, minor_number;
	unsigned long long inode;
	char *path = strchr(line, '/');
	size_t length;

	if (path == NULL ||
		sscanf(line, "%*s %*s %*s %x:%x %llu", &major_number, &minor_number,
			&inode) != 3)
		return false;
	length = strcspn(path, "\n");
	path[length] = '\0';
	mapped->deleted = length >= sizeof(deleted) &&
		strcmp(path + length - (sizeof(deleted) - 1), deleted) == 0;
	if (mapped->deleted)
		path[length - (sizeof(deleted) - 1)] = '\0';
	if (!is_map_file(strrchr(path, '/') + 1, file_prefix))
		return false;
	mapped->id.device = makedev(major_number, minor_number);
	mapped->id.inode = inode;
	snprintf(mapped->path, sizeof(mapped->path), "%s", path);
	return true;
}

/*
 * Call take(mapped, ctx) for each hugepage file of the prefix that the process has
 * mapped, until it returns false. Returns false if the process's maps cannot be read.
 */
static bool
walk_mapped(pid_t pid, const char *file_prefix,
	bool (*take)(const struct mapped *mapped, void *ctx), void *ctx)
{
	char path[64], line[PATH_MAX + 128];
	struct mapped mapped;
	bool readable;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	maps = pid > 0 ? fopen(path, "re") : NULL;
	if (maps == NULL)
		return false;
	while (fgets(line, sizeof(line), maps) != NULL)
		if (parse_mapping(line, file_prefix, &mapped) && !take(&mapped, ctx))
			break;
	readable = !ferror(maps);
	fclose(maps);
	return readable;
}

static bool
compare_with_here(const struct mapped *mapped, void *ctx)
{
	enum host_map_files *found = ctx;
	char dir[PATH_MAX];
	struct stat st;

	if (mapped->deleted) {
		*found = HOST_MAPS_GONE;
		return false;
	}
	snprintf(dir, sizeof(dir), "%s", mapped->path);
	*strrchr(dir, '/') = '\0';
	if (stat(dir, &st) < 0 || st.st_dev != mapped->id.device)
		*found = HOST_MAPS_ELSEWHERE;
	else if (stat(mapped->path, &st) < 0 || st.st_ino != mapped->id.inode)
		*found = HOST_MAPS_GONE;
	return *found == HOST_MAPS_SAME;
}

enum host_map_files
host_look_at_map_files(pid_t pid, const char *file_prefix)
{
	enum host_map_files found = HOST_MAPS_SAME;

	if (!walk_mapped(pid, file_prefix, compare_with_here, &found))
		return HOST_MAPS_UNKNOWN;
	return found;
}

/* A set of files. */
struct files {
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
add_file(const struct mapped *mapped, void *ctx)
{
	struct files *files = ctx;
	struct file_id *more = realloc(files->ids, (files->n + 1) * sizeof(*files->ids));

	files->incomplete = more == NULL;
	if (more == NULL)
		return false;
	files->ids = more;
	files->ids[files->n++] = mapped->id;
	return true;
}

static bool
look_for_file(const struct mapped *mapped, void *ctx)
{
	struct files *files = ctx;

	if (files->n != 0 &&
		bsearch(&mapped->id, files->ids, files->n, sizeof(*files->ids),
			compare_ids) != NULL)
		return true;
	files->foreign = true;
	if (files->removes && !mapped->deleted)
		unlink(mapped->path);
	return true;
}

bool
host_shares_map_files(pid_t pid, const char *file_prefix, bool removes)
{
	struct files files = { .removes = removes };
	bool readable = walk_mapped(pid, file_prefix, add_file, &files);

	if (readable && !files.incomplete) {
		if (files.n != 0)
			qsort(files.ids, files.n, sizeof(*files.ids), compare_ids);
		walk_mapped(getpid(), file_prefix, look_for_file, &files);
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
