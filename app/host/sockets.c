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
#include <limits.h>
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

pid_t
host_socket_pid(const char *path)
{
	const char *name = strrchr(path, '/');
	int pid = 0;

	if (sscanf(name != NULL ? name + 1 : path, "mp_socket_%d_", &pid) != 1 || pid < 0)
		return 0;
	return pid;
}

pid_t
host_find_mp_thread(pid_t pid)
{
	/* The first name is that before DPDK 23.11, the others are newer. */
	static const char *const names[] = { "rte_mp_handle", "mp-msg", "dpdk-mp-msg" };
	const struct dirent *entry;
	char path[PATH_MAX], name[32];
	bool seen_all = true;
	pid_t found = 0;
	unsigned int threads = 0, i;
	DIR *stream;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	stream = pid > 0 ? opendir(path) : NULL;
	if (stream == NULL)
		return -1;
	while (found == 0 && (entry = readdir(stream)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%.16s/comm", (int)pid,
			entry->d_name);
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
