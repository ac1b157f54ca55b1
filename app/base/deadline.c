/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Moments on CLOCK_MONOTONIC, and waiting for a semaphore until one. */

#include <errno.h>
#include <semaphore.h>
#include <stdint.h>
#include <time.h>

#include "base/deadline.h"

struct timespec
deadline_after(uint32_t ms)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += ms / 1000;
	at.tv_nsec += ms % 1000 * 1000000L;
	if (at.tv_nsec >= 1000000000) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000;
	}
	return at;
}

int
deadline_wait(sem_t *sem, uint32_t ms)
{
	const struct timespec until = deadline_after(ms);

	while (sem_clockwait(sem, CLOCK_MONOTONIC, &until) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}
