/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The sockets of rte_mp in a runtime directory: which process has a socket, and whether
 * the process reads.
 */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <unistd.h>

#include <rte_common.h>

#include "host/process.h"
#include "host/sockets.h"

enum host_socket
host_look_at_socket(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct pollfd poller = { .events = POLLOUT };
	enum host_socket found = HOST_SOCKET_UNKNOWN;
	int saved;

	if (snprintf(to.sun_path, sizeof(to.sun_path), "%s", path) >=
		(int)sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return found;
	}
	poller.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (poller.fd < 0)
		return found;
	if (connect(poller.fd, (const struct sockaddr *)&to, sizeof(to)) == 0) {
		int n = poll(&poller, 1, 0);

		if (n >= 0)
			found = n == 0 ? HOST_SOCKET_FULL : HOST_SOCKET_READ;
	} else if (errno == ECONNREFUSED) {
		found = HOST_SOCKET_STALE;
	}
	saved = errno;
	close(poller.fd);
	errno = saved;
	return found;
}

const char *
host_socket_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

bool
host_is_primary_socket(const char *name)
{
	return strcmp(name, "mp_socket") == 0;
}

pid_t
host_socket_pid(const char *path)
{
	int pid = 0;

	if (sscanf(host_socket_name(path), "mp_socket_%d_", &pid) != 1 || pid < 0)
		return 0;
	return pid;
}

/* The inode of the socket of this name in the process's network namespace; 0: none. */
static unsigned long
find_inode(pid_t pid, const char *name)
{
	char path[HOST_PROC_SIZE], line[256];
	unsigned long inode = 0;
	FILE *sockets = fopen(host_proc_path(pid, "net/unix", path), "re");

	while (sockets != NULL && inode == 0 &&
		fgets(line, sizeof(line), sockets) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(host_socket_name(line), name) != 0 ||
			sscanf(line, "%*s %*s %*s %*s %*s %*s %lu", &inode) != 1)
			inode = 0;
	}
	if (sockets != NULL)
		fclose(sockets);
	return inode;
}

pid_t
host_socket_owner(const char *path)
{
	pid_t pid = host_socket_pid(path);
	char list[HOST_PROC_SIZE], file[HOST_PROC_SIZE + 256], link[32], wanted[32];
	const struct dirent *entry;
	bool found = false;
	DIR *stream;

	snprintf(wanted, sizeof(wanted), "socket:[%lu]",
		find_inode(pid, host_socket_name(path)));
	stream = opendir(host_proc_path(pid, "fd", list));
	if (stream == NULL)
		return errno == ENOENT ? HOST_PID_UNSEEN : pid;
	while (!found && (entry = readdir(stream)) != NULL) {
		ssize_t length;

		snprintf(file, sizeof(file), "%s/%s", list, entry->d_name);
		length = readlink(file, link, sizeof(link) - 1);
		link[length > 0 ? length : 0] = '\0';
		found = strcmp(link, wanted) == 0;
	}
	closedir(stream);
	return found ? pid : HOST_PID_UNSEEN;
}

int
host_own_socket(const char *runtime_dir, char name[HOST_SOCKET_NAME_SIZE])
{
	char prefix[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 16];
	const struct dirent *entry;
	int found = -1;
	DIR *dir;

	snprintf(prefix, sizeof(prefix), "%s/mp_socket", runtime_dir);
	dir = opendir("/proc/self/fd");
	while (dir != NULL && found < 0 && (entry = readdir(dir)) != NULL) {
		struct sockaddr_un address = { 0 };
		socklen_t length = sizeof(address);
		int fd = atoi(entry->d_name);

		if (getsockname(fd, (struct sockaddr *)&address, &length) < 0 ||
			address.sun_family != AF_UNIX ||
			strncmp(address.sun_path, prefix, strlen(prefix)) != 0)
			continue;
		found = fd;
		snprintf(name, HOST_SOCKET_NAME_SIZE, "%.39s",
			host_socket_name(address.sun_path));
	}
	if (dir != NULL)
		closedir(dir);
	return found;
}

pid_t
host_find_mp_thread(pid_t pid)
{
	/* The first name is that before DPDK 23.11, the others are newer. */
	static const char *const names[] = { "rte_mp_handle", "mp-msg", "dpdk-mp-msg" };
	const struct dirent *entry;
	char path[HOST_PROC_SIZE], file[32], name[32];
	bool seen_all = true;
	pid_t found = 0;
	unsigned int threads = 0, i;
	DIR *stream;

	stream = pid > 0 ? opendir(host_proc_path(pid, "task", path)) : NULL;
	if (stream == NULL)
		return -1;
	while (found == 0 && (entry = readdir(stream)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(file, sizeof(file), "task/%.16s/comm", entry->d_name);
		host_proc_path(pid, file, path);
		threads++;
		if (host_read_text(path, name, sizeof(name)) <= 0) {
			seen_all = false;
			continue;
		}
		name[strcspn(name, "\n")] = '\0';
		for (i = 0; i < RTE_DIM(names); i++)
			if (strcmp(name, names[i]) == 0)
				found = atoi(entry->d_name);
	}
	closedir(stream);
	/* A process of a single thread may be a script that made the socket itself. */
	return found != 0 ? found : seen_all && threads > 1 ? 0 : -1;
}

bool
host_lacks_mp_thread(pid_t pid)
{
	return host_find_mp_thread(pid) == 0;
}
