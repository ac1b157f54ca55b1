/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * For LD_PRELOAD: while there is a file $CLEANED, which is removed then, a list of memory
 * that this process makes is locked by another, which cleans the runtime directory up.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int
flock(int fd, int operation)
{
	const char *marker = getenv("CLEANED");
	char link[64], path[512] = "", own[32];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	snprintf(own, sizeof(own), "_%d", (int)getpid());
	if (marker != NULL && readlink(link, path, sizeof(path) - 1) > 0 &&
		strstr(path, "fbarray_memseg") != NULL && strstr(path, own) != NULL &&
		unlink(marker) == 0) {
		unlink(path);
		errno = EWOULDBLOCK;
		return -1;
	}
	return syscall(SYS_flock, fd, operation);
}
