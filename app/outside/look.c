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

/* PID_MAX_LIMIT of Linux. */
#define PID_LAST 4194304

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
} look = { .pidfd = -1 };

bool
look_is_outside(void)
{
	return look.what != LOOK_OWN;
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

static int
take_process(pid_t pid, char *error, size_t size)
{
	struct group group;
	int ret;

	forget();
	look.pidfd = syscall(SYS_pidfd_open, pid, 0);
	ret = group_open_process(&group, pid, error, size);
	if (ret < 0)
		return ret;
	look.what = LOOK_PROCESS;
	look.pid = pid;
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

/* A runtime directory: its primary if it lives, else what is there. */
static int
take_directory(const char *dir, char *error, size_t size)
{
	pid_t primary = host_primary(dir);

	return primary > 0 ? take_process(primary, error, size)
			   : take_files(dir, error, size);
}

int
look_at_prefix(const char *prefix, char *error, size_t size)
{
	char dir[PATH_MAX], shown[TEXT_ESCAPED_SIZE(NAME_MAX)];
	struct stat st;

	if (prefix == NULL)
		prefix = "rte";

	host_runtime_dir(prefix, dir, sizeof(dir));
	if (stat(dir, &st) < 0) {
		text_escape(shown, (const uint8_t *)prefix, strnlen(prefix, NAME_MAX));
		snprintf(error, size, "no group under prefix %s", shown);
		return -ENOENT;
	}
	return take_directory(dir, error, size);
}

int
look_at(const char *what, char *error, size_t size)
{
	uint64_t pid;

	if (what[0] != '\0' && what[strspn(what, "0123456789")] == '\0') {
		if (text_number(what, 1, PID_LAST, &pid) == 0)
			return take_process(pid, error, size);
		snprintf(error, size, "no process %.32s", what);
		return -ESRCH;
	}
	if (strchr(what, '/') != NULL)
		return take_directory(what, error, size);
	return look_at_prefix(what, error, size);
}

int
look_open(struct group *group, char *error, size_t size)
{
	if (look.what == LOOK_PROCESS && has_ended()) {
		if (look.path[0] != '\0')
			return group_open_files(group, look.path, error, size);
		snprintf(error, size, "no process %d", (int)look.pid);
		return -ESRCH;
	}
	switch (look.what) {
	case LOOK_OWN:
		return group_open_process(group, getpid(), error, size);
	case LOOK_PROCESS:
		return group_open_process(group, look.pid, error, size);
	default:
		return group_open_files(group, look.path, error, size);
	}
}
