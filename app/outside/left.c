/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looks for runtime directories and hugepages without a process. */

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <jansson.h>

#include "base/array.h"
#include "base/json.h"
#include "base/text.h"
#include "host/locks.h"
#include "host/process.h"
#include "host/runtime.h"
#include "host/sockets.h"
#include "outside/left.h"
#include "outside/members.h"

/* Directories that are looked at: hugetlbfs, and of the users and living groups. */
#define LOOKED_MAX 64

/* Hugepages of one prefix on one mount that no process has locked. */
struct pages {
	char *prefix, *mount; /* on the heap */
	uint64_t bytes;
	bool is_named; /* in the entry of a directory */
};

struct left {
	const struct members *members;
	const struct host_locks *locks;
	struct pages *pages;
	size_t n_pages;
	struct {
		dev_t device;
		ino_t inode;
	} looked[LOOKED_MAX];
	unsigned int n_looked;
	unsigned int empty;
	json_t *list;
};

/* ---- hugepages ---- */

/* The length of the prefix in the name of a map file, PREFIXmap_N; 0: it is none. */
static size_t
prefix_length(const char *name)
{
	size_t length = strlen(name), end = length;

	while (end > 0 && isdigit((unsigned char)name[end - 1]))
		end--;
	return end < length && end > 4 && strncmp(name + end - 4, "map_", 4) == 0
		? end - 4
		: 0;
}

static bool
lives(const struct left *left, const char *prefix, size_t length)
{
	size_t i;

	for (i = 0; i < left->members->n; i++) {
		const char *own = member_prefix(&left->members->all[i]);

		if (own != NULL && strncmp(own, prefix, length) == 0 &&
			own[length] == '\0')
			return true;
	}
	return false;
}

static void
add_pages(struct left *left, const char *mount, const char *prefix, size_t length,
	uint64_t bytes)
{
	struct pages *pages;
	size_t i;

	for (i = 0; i < left->n_pages; i++) {
		pages = &left->pages[i];
		if (strcmp(pages->mount, mount) == 0 &&
			strncmp(pages->prefix, prefix, length) == 0 &&
			pages->prefix[length] == '\0') {
			pages->bytes += bytes;
			return;
		}
	}
	pages = array_grow(left->pages, left->n_pages, sizeof(*pages));
	if (pages == NULL)
		return;
	left->pages = pages;
	pages += left->n_pages;
	memset(pages, 0, sizeof(*pages));
	pages->prefix = strndup(prefix, length);
	pages->mount = strdup(mount);
	pages->bytes = bytes;
	if (pages->prefix != NULL && pages->mount != NULL) {
		left->n_pages++;
		return;
	}
	free(pages->prefix);
	free(pages->mount);
}

/* Is this directory new? It may have several names, and be mounted over. */
static bool
is_new_directory(struct left *left, const char *path)
{
	unsigned int i;
	struct stat st;

	if (stat(path, &st) < 0 || left->n_looked == LOOKED_MAX)
		return false;
	for (i = 0; i < left->n_looked; i++)
		if (left->looked[i].device == st.st_dev &&
			left->looked[i].inode == st.st_ino)
			return false;
	left->looked[left->n_looked].device = st.st_dev;
	left->looked[left->n_looked++].inode = st.st_ino;
	return true;
}

static void
look_at_mount(struct left *left, const char *mount)
{
	const struct dirent *entry;
	struct stat st;
	DIR *stream = is_new_directory(left, mount) ? opendir(mount) : NULL;

	while (stream != NULL && (entry = readdir(stream)) != NULL) {
		size_t length = prefix_length(entry->d_name);

		if (length == 0 || lives(left, entry->d_name, length) ||
			fstatat(dirfd(stream), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) <
				0 ||
			host_locker(left->locks, true, st.st_dev, st.st_ino) != 0)
			continue;
		add_pages(
			left, mount, entry->d_name, length, (uint64_t)st.st_blocks * 512);
	}
	if (stream != NULL)
		closedir(stream);
}

static void
look_at_mounts(struct left *left)
{
	struct mntent *entry, buffer;
	char strings[4096];
	FILE *file = setmntent("/proc/mounts", "re");

	while (file != NULL &&
		(entry = getmntent_r(file, &buffer, strings, sizeof(strings))) != NULL)
		if (strcmp(entry->mnt_type, "hugetlbfs") == 0)
			look_at_mount(left, entry->mnt_dir);
	if (file != NULL)
		endmntent(file);
}

/* ---- the entry of a group ---- */

/* Add the words behind rm, and the bytes, of the pages of a prefix. */
static uint64_t
take_pages(struct left *left, const char *prefix, char *line, size_t size)
{
	char path[2 * PATH_MAX], word[4 * PATH_MAX];
	uint64_t bytes = 0;
	size_t i, length;

	for (i = 0; i < left->n_pages; i++) {
		if (strcmp(left->pages[i].prefix, prefix) != 0)
			continue;
		left->pages[i].is_named = true;
		bytes += left->pages[i].bytes;
		snprintf(path, sizeof(path), "%s/%smap_", left->pages[i].mount, prefix);
		length = strlen(line);
		snprintf(line + length, size - length, " %s*",
			text_shell_word(path, word, sizeof(word)));
	}
	return bytes;
}

/* What stands before a command that removes the files of another user. */
static const char *
as_owner(const char *dir)
{
	struct stat st;

	return dir != NULL && stat(dir, &st) == 0 && st.st_uid == geteuid()
		? ""
		: host_as_root();
}

static void
add_entry(struct left *left, const char *prefix, const char *dir, unsigned int sockets)
{
	char line[8 * PATH_MAX], word[4 * PATH_MAX];
	uint64_t bytes;

	snprintf(line, sizeof(line), "%srm%s%s", as_owner(dir), dir != NULL ? " -r " : "",
		dir != NULL ? text_shell_word(dir, word, sizeof(word)) : "");
	bytes = take_pages(left, prefix, line, sizeof(line));
	if (bytes == 0 && sockets == 0) {
		left->empty++;
		return;
	}
	json_array_append_new(left->list,
		json_pack("{s:o, s:o, s:I, s:i, s:o}", "prefix", json_of_string(prefix),
			"directory", dir != NULL ? json_of_string(dir) : json_null(),
			"bytes", (json_int_t)bytes, "sockets", (int)sockets, "free",
			json_of_string(line)));
}

/* ---- directories ---- */

static bool
is_of_member(const struct left *left, const char *dir, const struct stat *config)
{
	size_t i;

	for (i = 0; i < left->members->n; i++) {
		const struct member *member = &left->members->all[i];

		/* A file's device may be shown otherwise than it is. */
		if (member->dir != NULL && member->inode == config->st_ino &&
			(member->device == config->st_dev ||
				strcmp(member->dir, dir) == 0))
			return true;
	}
	return false;
}

/*
 * Is anything of a directory in use, by a process that can be seen or not? Else *sockets
 * gets the number of those that nobody reads.
 */
static bool
is_used(const struct left *left, const char *dir, DIR *stream, unsigned int *sockets)
{
	const struct dirent *entry;
	char path[2 * PATH_MAX + NAME_MAX + 2];
	bool used = false;
	struct stat st;

	*sockets = 0;
	while (!used && (entry = readdir(stream)) != NULL) {
		if (fstatat(dirfd(stream), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (strcmp(entry->d_name, "config") == 0)
			used = is_of_member(left, dir, &st);
		if (S_ISREG(st.st_mode))
			used = used ||
				host_locker(left->locks, true, st.st_dev, st.st_ino) !=
					0 ||
				host_locker(left->locks, false, st.st_dev, st.st_ino) !=
					0;
		if (strncmp(entry->d_name, "mp_socket", strlen("mp_socket")) != 0 ||
			!S_ISSOCK(st.st_mode))
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		*sockets += host_look_at_socket(path) == HOST_SOCKET_STALE;
	}
	return used;
}

static void
look_at_directory(struct left *left, int base, const char *path, const char *name)
{
	char dir[2 * PATH_MAX];
	unsigned int sockets;
	DIR *stream;
	bool used;
	int fd = openat(base, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	stream = fd < 0 ? NULL : fdopendir(fd);
	if (stream == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	snprintf(dir, sizeof(dir), "%s/%s", path, name);
	used = is_used(left, dir, stream, &sockets);
	closedir(stream);
	if (!used && !lives(left, name, strlen(name)))
		add_entry(left, name, dir, sockets);
}

static void
look_at_base(struct left *left, const char *path)
{
	const struct dirent *entry;
	DIR *stream;

	if (!is_new_directory(left, path))
		return;
	stream = opendir(path);
	while (stream != NULL && (entry = readdir(stream)) != NULL)
		if (entry->d_name[0] != '\0' && strcmp(entry->d_name, ".") != 0 &&
			strcmp(entry->d_name, "..") != 0)
			look_at_directory(left, dirfd(stream), path, entry->d_name);
	if (stream != NULL)
		closedir(stream);
}

/* Where users have their runtime directories, and where living groups have them. */
static void
look_at_bases(struct left *left)
{
	char path[PATH_MAX + 16];
	const struct dirent *entry;
	DIR *users = opendir("/run/user");
	size_t i;

	host_runtime_dir("", path, sizeof(path));
	path[strlen(path) - 1] = '\0';
	look_at_base(left, path);
	look_at_base(left, "/var/run/dpdk");
	look_at_base(left, "/tmp/dpdk");
	while (users != NULL && (entry = readdir(users)) != NULL) {
		snprintf(path, sizeof(path), "/run/user/%s/dpdk", entry->d_name);
		if (isdigit((unsigned char)entry->d_name[0]))
			look_at_base(left, path);
	}
	if (users != NULL)
		closedir(users);
	for (i = 0; i < left->members->n; i++) {
		const struct member *member = &left->members->all[i];

		if (member->dir == NULL ||
			host_compare_namespace(member->pid, "mnt") != HOST_SAME)
			continue;
		snprintf(path, sizeof(path), "%.*s",
			(int)(strrchr(member->dir, '/') - member->dir), member->dir);
		look_at_base(left, path);
	}
}

json_t *
left_list(const struct members *members, const struct host_locks *locks,
	unsigned int *empty)
{
	struct left left = {
		.members = members,
		.locks = locks,
		.list = json_array(),
	};
	size_t i;

	look_at_mounts(&left);
	look_at_bases(&left);
	for (i = 0; i < left.n_pages; i++)
		if (!left.pages[i].is_named)
			add_entry(&left, left.pages[i].prefix, NULL, 0);
	for (i = 0; i < left.n_pages; i++) {
		free(left.pages[i].prefix);
		free(left.pages[i].mount);
	}
	free(left.pages);
	*empty = left.empty;
	return left.list;
}
