/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Holds the directories of a living primary, and opens its files when it has ended. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/memory.h"
#include "base/text.h"
#include "host/process.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/mounts.h"
#include "outside/salvage.h"

/* EAL's own files are smaller; hugepage_data of --legacy-mem has 4 KiB for each page. */
#define COPY_MAX ((off_t)1 << 30)

#define BLOCK 65536

struct kept {
	char *path; /* as the primary had it */
	int fd;
};

struct salvage {
	char dir[PATH_MAX], prefix[NAME_MAX + 1];
	int runtime; /* the directory's descriptor */
	struct mounts mounts;
	int mount_fds[MOUNTS_MAX];
	bool locks;
	struct kept *files; /* by path, after salvage_take() */
	size_t n_files;
};

static int
open_dir(pid_t pid, const char *dir)
{
	char path[HOST_PROC_SIZE + PATH_MAX] = "";

	if (pid != 0)
		host_proc_path(pid, "root", path);
	snprintf(path + strlen(path), sizeof(path) - strlen(path), "%.*s", PATH_MAX - 1,
		dir);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* A page each may need a descriptor: take as many as are allowed. */
static void
raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/*
 * A new primary of this prefix removes a file of its that is there before it makes its
 * own, so that a lock costs it nothing, but not with --legacy-mem, not with
 * --single-file-segments and not before 22.03: there it would take over a locked file
 * with what is in it for one of zeroes.
 */
static bool
may_lock(const struct group *group)
{
	const struct layout *layout = group->layout;
	uint32_t legacy = 1, single = 1;

	group_read(group, group->config + layout->rte_mem_config_legacy_mem, &legacy,
		sizeof(legacy));
	group_read(group, group->config + layout->rte_mem_config_single_file_segments,
		&single, sizeof(single));
	return legacy == 0 && single == 0 && group->version >> 16 >= (22 << 8 | 3);
}

static void
hold_mounts(struct salvage *left, const struct group *group, pid_t pid)
{
	int fd = openat(left->runtime, "hugepage_info",
		O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	unsigned int i;

	if (fd >= 0) {
		mounts_read(group->layout, fd, &left->mounts);
		close(fd);
	}
	for (i = 0; i < left->mounts.n; i++)
		left->mount_fds[i] = open_dir(pid, left->mounts.all[i].dir);
}

int
salvage_hold(struct salvage **held, const struct group *group, pid_t pid, char *error,
	size_t size)
{
	struct salvage *left = memory_zeroed(sizeof(*left));
	char shown[TEXT_ESCAPED_SIZE(PATH_MAX)];
	int ret;

	if (left == NULL) {
		snprintf(error, size, "out of memory");
		return -ENOMEM;
	}
	snprintf(left->dir, sizeof(left->dir), "%s", group->path);
	snprintf(left->prefix, sizeof(left->prefix), "%s", group->prefix);
	left->runtime = open_dir(pid, host_path_below_root(pid, group->path));
	if (left->runtime < 0) {
		ret = -errno;
		text_escape(shown, (const uint8_t *)group->path, strlen(group->path));
		snprintf(error, size, "%s cannot be read: %s", shown, strerror(-ret));
		free(left);
		return ret;
	}
	left->locks = may_lock(group);
	hold_mounts(left, group, pid);
	raise_limit();
	*held = left;
	return 0;
}

void
salvage_free(struct salvage *left)
{
	size_t i;

	if (left == NULL)
		return;
	for (i = 0; i < left->n_files; i++) {
		close(left->files[i].fd);
		free(left->files[i].path);
	}
	free(left->files);
	for (i = 0; i < left->mounts.n; i++)
		if (left->mount_fds[i] >= 0)
			close(left->mount_fds[i]);
	close(left->runtime);
	free(left);
}

/* Call take(name, ctx) for each name in a directory that is held, until it is false. */
static void
walk_names(int dir, bool (*take)(const char *name, void *ctx), void *ctx)
{
	/* With a place in the directory of its own. */
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (directory == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(directory)) != NULL)
		if (!take(entry->d_name, ctx))
			break;
	closedir(directory);
}

struct look_for {
	const char *prefix;
	bool found;
};

static bool
find_page(const char *name, void *ctx)
{
	struct look_for *look = ctx;

	look->found = mounts_is_map_file(name, look->prefix);
	return !look->found;
}

bool
salvage_has_pages(const struct salvage *left)
{
	struct look_for look = { .prefix = left->prefix };
	unsigned int i;

	for (i = 0; i < left->mounts.n && !look.found; i++)
		if (left->mount_fds[i] >= 0)
			walk_names(left->mount_fds[i], find_page, &look);
	return look.found;
}

struct take {
	struct salvage *left;
	int dir;
	const char *path; /* of that directory */
	int ret;
};

/* Remember a file by its path; its descriptor is left's then. */
static void
keep(struct take *take, const char *name, int fd)
{
	struct salvage *left = take->left;
	struct kept *files = array_grow(left->files, left->n_files, sizeof(*files));
	char path[PATH_MAX + NAME_MAX + 2];

	if (files != NULL)
		left->files = files;
	snprintf(path, sizeof(path), "%s/%s", take->path, name);
	if (files != NULL)
		files[left->n_files].path = strdup(path);
	if (files == NULL || files[left->n_files].path == NULL) {
		take->ret = -ENOMEM;
		close(fd);
		return;
	}
	files[left->n_files++].fd = fd;
}

static int
open_file(const struct take *take, const char *name)
{
	int fd = openat(take->dir, name,
		O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool
take_page(const char *name, void *ctx)
{
	struct take *take = ctx;
	int fd;

	if (!mounts_is_map_file(name, take->left->prefix))
		return true;
	fd = open_file(take, name);
	if (fd < 0)
		return true;
	if (take->left->locks)
		flock(fd, LOCK_SH | LOCK_NB);
	keep(take, name, fd);
	return take->ret == 0;
}

/* Copy what of a file is data into memory. Returns its descriptor, below 0: an error. */
static int
copy_of(int from)
{
	int to = memfd_create("mpsh-left", MFD_CLOEXEC);
	char block[BLOCK];
	off_t at = 0, end;
	ssize_t n = 1;
	struct stat st;

	if (to < 0 || fstat(from, &st) < 0 || st.st_size > COPY_MAX ||
		ftruncate(to, st.st_size) < 0) {
		if (to >= 0)
			close(to);
		return -1;
	}
	while (n > 0 && at < st.st_size) {
		off_t data = lseek(from, at, SEEK_DATA);

		if (data < 0 && errno == ENXIO)
			break;
		at = data < 0 ? at : data;
		end = data < 0 ? st.st_size : lseek(from, at, SEEK_HOLE);
		for (; n > 0 && at < end; at += n) {
			n = pread(from, block, sizeof(block), at);
			if (n > 0)
				n = pwrite(to, block, n, at);
		}
	}
	return to;
}

static bool
take_copy(const char *name, void *ctx)
{
	struct take *take = ctx;
	int from = open_file(take, name), to;

	if (from < 0)
		return true;
	to = copy_of(from);
	close(from);
	if (to >= 0)
		keep(take, name, to);
	return take->ret == 0;
}

static bool
take_list(const char *name, void *ctx)
{
	return (strcmp(name, "hugepage_info") != 0 &&
		       strcmp(name, "hugepage_data") != 0 &&
		       strncmp(name, "fbarray_", 8) != 0) ||
		take_copy(name, ctx);
}

static int
compare(const void *a, const void *b)
{
	const struct kept *one = a, *other = b;

	return strcmp(one->path, other->path);
}

int
salvage_take(struct salvage *left)
{
	struct take take = { .left = left, .dir = left->runtime, .path = left->dir };
	unsigned int i;

	/*
	 * In the order in which others take it away: a new primary of this prefix begins
	 * with the configuration, any other with the pages.
	 */
	take_copy("config", &take);
	for (i = 0; i < left->mounts.n && take.ret == 0; i++) {
		take.dir = left->mount_fds[i];
		take.path = left->mounts.all[i].dir;
		if (take.dir >= 0)
			walk_names(take.dir, take_page, &take);
	}
	take.dir = left->runtime;
	take.path = left->dir;
	if (take.ret == 0)
		walk_names(take.dir, take_list, &take);
	if (left->n_files > 0)
		qsort(left->files, left->n_files, sizeof(left->files[0]), compare);
	return take.ret;
}

int
salvage_find(const struct salvage *left, const char *path)
{
	const struct kept key = { .path = (char *)path }, *found;

	if (left->n_files == 0)
		return -1;
	found = bsearch(&key, left->files, left->n_files, sizeof(key), compare);
	return found != NULL ? found->fd : -1;
}
