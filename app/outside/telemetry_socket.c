/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Finds the socket and connects. Its path is as the process sees it, and a container may
 * have put any link there since: so it is resolved below the process's root, and what is
 * connected to is the socket that was found and looked at, not its name.
 */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/process.h"
#include "outside/group.h"
#include "outside/telemetry_socket.h"

#define NAME "dpdk_telemetry.v2"

/* Open a path below the root of a process, 0: this one, without using what it is. */
static int
open_below(pid_t pid, const char *path)
{
	const struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	char root[HOST_PROC_SIZE];
	int saved, fd, dir;

	dir = open(pid == 0 ? "/" : host_proc_path(pid, "root", root),
		O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
	saved = errno;
	close(dir);
	return fd < 0 ? -saved : fd;
}

/* Connect to the socket of this path below the root of a process. */
static int
connect_below(pid_t pid, const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int file = open_below(pid, path), fd, ret = 0;
	struct stat st;

	if (file < 0)
		return file;
	/* What became of it since it was opened does no harm: it is no name any more. */
	if (fstat(file, &st) < 0 || !S_ISSOCK(st.st_mode)) {
		close(file);
		return -ENOENT;
	}
	snprintf(to.sun_path, sizeof(to.sun_path), "/proc/self/fd/%d", file);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0)
		ret = -errno;
	close(file);
	if (ret == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return ret;
}

/* ---- the socket of a process ---- */

/* Has the process the socket with this inode open? */
static bool
has_socket(pid_t pid, unsigned long inode)
{
	char path[HOST_PROC_SIZE], link[64], wanted[64];
	const struct dirent *entry;
	bool found = false;
	DIR *stream = opendir(host_proc_path(pid, "fd", path));

	snprintf(wanted, sizeof(wanted), "socket:[%lu]", inode);
	while (stream != NULL && !found && (entry = readdir(stream)) != NULL) {
		ssize_t n =
			readlinkat(dirfd(stream), entry->d_name, link, sizeof(link) - 1);

		link[n > 0 ? n : 0] = '\0';
		found = strcmp(link, wanted) == 0;
	}
	if (stream != NULL)
		closedir(stream);
	return found;
}

/* With --in-memory the socket's name has a number behind it, when others have it too. */
static bool
find_socket(pid_t pid, char found[PATH_MAX])
{
	char path[HOST_PROC_SIZE], line[PATH_MAX + 128];
	unsigned long inode;
	bool is_found = false;
	FILE *sockets = fopen(host_proc_path(pid, "net/unix", path), "re");
	int at;

	while (sockets != NULL && !is_found &&
		fgets(line, sizeof(line), sockets) != NULL) {
		const char *name;

		line[strcspn(line, "\n")] = '\0';
		at = 0;
		if (sscanf(line, "%*s %*s %*s %*s %*s %*s %lu %n", &inode, &at) != 1 ||
			at == 0 || line[at] != '/')
			continue;
		name = strrchr(line, '/') + 1;
		if (strncmp(name, NAME, strlen(NAME)) != 0 || !has_socket(pid, inode))
			continue;
		snprintf(found, PATH_MAX, "%.*s", PATH_MAX - 1, line + at);
		is_found = true;
	}
	if (sockets != NULL)
		fclose(sockets);
	return is_found;
}

/* Is it the process, or another of its group, who has made the socket connected to? */
static bool
is_of_group(int fd, const struct group *group, pid_t pid)
{
	struct ucred maker;
	socklen_t size = sizeof(maker);
	struct group other;
	char error[256];
	bool same;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &maker, &size) < 0)
		return false;
	/* Of another PID namespace, which cannot be seen from here. */
	if (maker.pid == pid || maker.pid == 0)
		return true;
	if (group_open_process(&other, maker.pid, error, sizeof(error)) < 0)
		return false;
	same = other.path[0] != '\0' && strcmp(other.path, group->path) == 0;
	group_close(&other);
	return same;
}

/* Processes without files share a directory, and so may a name be another's. */
static int
connect_to(const struct group *group, pid_t pid, const char *path)
{
	int fd = connect_below(pid, path);

	if (fd < 0 || is_of_group(fd, group, pid))
		return fd;
	close(fd);
	return -ENOENT;
}

int
telemetry_socket_open(const struct group *group, pid_t pid)
{
	char path[PATH_MAX + sizeof(NAME) + 1];

	if (group->kind == GROUP_DUMP)
		return -ENOENT;
	if (pid != 0 && find_socket(pid, path))
		return connect_to(group, pid, path);
	if (group->path[0] == '\0')
		return -ENOENT;
	snprintf(path, sizeof(path), "%s/" NAME, host_path_below_root(pid, group->path));
	return connect_to(group, pid, path);
}
