/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * For LD_PRELOAD: whoever rings for the worker lcore, while the file LOST_RING exists,
 * was killed just before it did. The file is gone then.
 */

#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
is_worker(void)
{
	char name[16];

	return pthread_getname_np(pthread_self(), name, sizeof(name)) == 0 &&
		(strncmp(name, "rte-worker", 10) == 0 ||
			strncmp(name, "dpdk-worker", 11) == 0);
}

int
poll(struct pollfd *fds, nfds_t n, int timeout)
{
	int (*real)(struct pollfd *, nfds_t, int);
	const char *file = getenv("LOST_RING");
	uint64_t rung;
	int ret;

	*(void **)&real = dlsym(RTLD_NEXT, "poll");
	ret = real(fds, n, timeout);
	if (ret != 1 || n != 1 || file == NULL || !is_worker() || unlink(file) != 0 ||
		read(fds->fd, &rung, sizeof(rung)) < 0)
		return ret;
	return real(fds, n, timeout);
}
