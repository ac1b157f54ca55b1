/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Chooses what is looked at, and opens it. */

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/text.h"
#include "host/process.h"
#include "host/runtime.h"
#include "outside/group.h"
#include "outside/look.h"
#include "outside/members.h"
#include "outside/which.h"

/* PID_MAX_LIMIT of Linux. */
#define PID_LAST 4194304

#define LIST_SIZE 256

static struct {
	enum {
		LOOK_OWN, /* the group that this process is in */
		LOOK_PROCESS,
		LOOK_FILES,
		LOOK_DUMP,
	} what;
	pid_t pid;
	int pidfd;           /* so that another process with this pid is none; -1: none */
	char path[PATH_MAX]; /* the runtime directory, empty if there is none; the dump */
	char instead[NAME_MAX +
		1]; /* the prefix that was taken instead of rte, or empty */
} look = { .pidfd = -1 };

bool
look_is_outside(void)
{
	return look.what != LOOK_OWN;
}

bool
look_is_dump(void)
{
	return look.what == LOOK_DUMP;
}

const char *
look_prefix(void)
{
	const char *last = strrchr(look.path, '/');
	char dir[PATH_MAX];
	struct stat own, other;

	if (look.what == LOOK_OWN || look.what == LOOK_DUMP || last == NULL)
		return NULL;
	host_runtime_dir(last + 1, dir, sizeof(dir));
	return stat(look.path, &own) == 0 && stat(dir, &other) == 0 &&
			own.st_dev == other.st_dev && own.st_ino == other.st_ino
		? last + 1
		: NULL;
}

pid_t
look_pid(void)
{
	if (look.what == LOOK_OWN)
		return getpid();
	return look.what == LOOK_PROCESS ? look.pid : 0;
}

int
look_descriptor(void)
{
	return look.what == LOOK_PROCESS ? look.pidfd : -1;
}

static void
forget(void)
{
	if (look.pidfd >= 0)
		close(look.pidfd);
	look.pidfd = -1;
	look.path[0] = '\0';
}

static int
say_no_memory(char *error, size_t size)
{
	snprintf(error, size, "out of memory");
	return -ENOMEM;
}

static bool
has_ended(void)
{
	struct pollfd end = { .fd = look.pidfd, .events = POLLIN };

	if (look.what != LOOK_PROCESS)
		return false;
	if (look.pidfd < 0)
		return host_process_state(look.pid) == 0;
	return poll(&end, 1, 0) > 0;
}

bool
look_ended(void)
{
	if (!has_ended() || look.path[0] == '\0')
		return false;
	look.what = LOOK_FILES;
	return true;
}

/* Is a directory that a process sees the one that has its name here? */
static bool
is_here(const char *dir, pid_t pid)
{
	char path[PATH_MAX + 32];
	struct stat here, there;

	snprintf(path, sizeof(path), "/proc/%d/root%s", (int)pid,
		host_path_below_root(pid, dir));
	return dir[0] != '\0' &&
		(host_compare_namespace(pid, "mnt") == HOST_SAME ||
			(stat(dir, &here) == 0 && stat(path, &there) == 0 &&
				here.st_dev == there.st_dev &&
				here.st_ino == there.st_ino));
}

static int
take_process(pid_t pid, char *error, size_t size)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0), ret;
	struct group group;

	ret = group_open_process(&group, pid, error, size);
	if (ret < 0) {
		if (pidfd >= 0)
			close(pidfd);
		return ret;
	}
	forget();
	look.what = LOOK_PROCESS;
	look.pid = pid;
	look.pidfd = pidfd;
	/* What a process of a container leaves has other names here. */
	if (is_here(group.path, pid))
		memcpy(look.path, group.path, sizeof(look.path));
	group_close(&group);
	return 0;
}

static int
take_files(const char *dir, char *error, size_t size)
{
	struct group group;
	int ret = group_open_files(&group, dir, error, size);

	if (ret < 0)
		return ret;
	forget();
	look.what = LOOK_FILES;
	memcpy(look.path, group.path, sizeof(look.path));
	group_close(&group);
	return 0;
}

static int
take_dump(const char *path, char *error, size_t size)
{
	struct group group;
	int ret = group_open_dump(&group, path, error, size);

	if (ret < 0)
		return ret;
	forget();
	look.what = LOOK_DUMP;
	memcpy(look.path, group.path, sizeof(look.path));
	group_close(&group);
	return 0;
}

/* Is this something that is there, and no directory? */
static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

/*
 * A runtime directory here in which something lives: returns true, and *ret as
 * look_at().
 */
static bool
take_living(const struct members *members, const char *dir, int *ret, char *error,
	size_t size)
{
	size_t at = which_in_directory(members, dir);
	pid_t primary;

	if (at < members->n) {
		*ret = take_process(which_of_group(members, at), error, size);
		return true;
	}
	/* One that /proc does not show, or whose mappings may not be read. */
	primary = host_primary(dir);
	if (primary == 0)
		return false;
	*ret = primary > 0 ? take_process(primary, error, size)
			   : take_files(dir, error, size);
	return true;
}

static int
take_path(const char *path, char *error, size_t size)
{
	struct members members;
	int ret;

	if (is_file(path))
		return take_dump(path, error, size);
	if (members_find(&members) < 0)
		return say_no_memory(error, size);
	if (!take_living(&members, path, &ret, error, size))
		ret = take_files(path, error, size);
	members_free(&members);
	return ret;
}

/* A group of the prefix elsewhere on this host: in a container, or of another user. */
static bool
take_elsewhere(const struct members *members, const char *prefix, int *ret, char *error,
	size_t size)
{
	char list[LIST_SIZE], shown[TEXT_ESCAPED_SIZE(NAME_MAX)];
	size_t first = 0, n = which_with_prefix(members, prefix, &first);

	if (n == 1)
		*ret = take_process(which_of_group(members, first), error, size);
	if (n <= 1)
		return n == 1;
	text_escape(shown, (const uint8_t *)prefix, strnlen(prefix, NAME_MAX));
	which_list_groups(members, prefix, list, sizeof(list));
	snprintf(error, size, "%zu groups have the prefix %s: %s: name one by -o PID", n,
		shown, list);
	*ret = -EEXIST;
	return true;
}

/* No prefix was named, and rte does not live: the one group that does is taken. */
static bool
take_only_one(const struct members *members, int *ret, char *error, size_t size)
{
	size_t first = 0;

	if (which_with_prefix(members, NULL, &first) != 1)
		return false;
	*ret = take_process(which_of_group(members, first), error, size);
	if (*ret == 0)
		snprintf(look.instead, sizeof(look.instead), "%s",
			member_prefix(&members->all[first]));
	return true;
}

static int
say_no_group(const struct members *members, const char *prefix, char *error, size_t size)
{
	char shown[TEXT_ESCAPED_SIZE(NAME_MAX)], list[LIST_SIZE];

	text_escape(shown, (const uint8_t *)prefix, strnlen(prefix, NAME_MAX));
	which_list_prefixes(members, list, sizeof(list));
	snprintf(error, size, "no group under prefix %s%s%s", shown,
		list[0] == '\0'                      ? ""
			: strstr(list, ", ") != NULL ? "; there are "
						     : "; there is ",
		list);
	return -ENOENT;
}

/* prefix is NULL when none was named. */
static int
take_prefix(const struct members *members, const char *prefix, char *error, size_t size)
{
	const char *name = prefix != NULL ? prefix : "rte";
	char dir[PATH_MAX], list[LIST_SIZE];
	struct stat st;
	int ret;

	host_runtime_dir(name, dir, sizeof(dir));
	if (take_living(members, dir, &ret, error, size) ||
		take_elsewhere(members, name, &ret, error, size) ||
		(prefix == NULL && take_only_one(members, &ret, error, size)))
		return ret;
	which_list_prefixes(members, list, sizeof(list));
	ret = -ENOENT;
	if (stat(dir, &st) == 0 && (prefix != NULL || list[0] == '\0'))
		ret = take_files(dir, error, size);
	else
		prefix = NULL;
	/* Who has not named it does not ask for what is left of it. */
	return ret < 0 && prefix == NULL ? say_no_group(members, name, error, size) : ret;
}

int
look_at_prefix(const char *prefix, char *error, size_t size)
{
	struct members members;
	int ret;

	if (members_find(&members) < 0)
		return say_no_memory(error, size);
	ret = take_prefix(&members, prefix, error, size);
	members_free(&members);
	return ret;
}

const char *
look_instead(void)
{
	return look.instead[0] != '\0' ? look.instead : NULL;
}

int
look_at(const char *what, char *error, size_t size)
{
	uint64_t pid;
	int ret;

	if (what[0] != '\0' && what[strspn(what, "0123456789")] == '\0') {
		if (text_number(what, 1, PID_LAST, &pid) == 0)
			return take_process(pid, error, size);
		snprintf(error, size, "no process %.32s", what);
		return -ESRCH;
	}
	if (strchr(what, '/') != NULL)
		return take_path(what, error, size);
	ret = look_at_prefix(what, error, size);
	if (ret == -ENOENT && is_file(what))
		return take_dump(what, error, size);
	return ret;
}

/* The process that is looked at, or what it has left. */
static int
open_process(struct group *group, char *error, size_t size)
{
	int ret = -ESRCH;

	if (!has_ended())
		ret = group_open_process(group, look.pid, error, size);
	else
		snprintf(error, size, "no process %d", (int)look.pid);
	/* It may end in this moment. */
	if (ret == -ESRCH && look.path[0] != '\0')
		ret = group_open_files(group, look.path, error, size);
	return ret;
}

int
look_open(struct group *group, char *error, size_t size)
{
	switch (look.what) {
	case LOOK_OWN:
		return group_open_process(group, getpid(), error, size);
	case LOOK_PROCESS:
		return open_process(group, error, size);
	case LOOK_DUMP:
		return group_open_dump(group, look.path, error, size);
	default:
		return group_open_files(group, look.path, error, size);
	}
}
