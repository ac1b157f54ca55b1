/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* A thread that waits for the main thread to be done. */

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/watchdog.h"

static struct {
	bool runs;
	pthread_t thread;
	sem_t done;
	uint32_t ms;
	uint32_t (*bite)(void);
} watchdog;

/* Wait for watchdog_stop(); false if it has not come in ms. */
static bool
wait_done(uint32_t ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000L;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	while (sem_clockwait(&watchdog.done, CLOCK_MONOTONIC, &until) < 0)
		if (errno != EINTR)
			return false;
	return true;
}

static void *
watch(void *arg)
{
	uint32_t ms = watchdog.ms;

	(void)arg;
	while (!wait_done(ms))
		ms = watchdog.bite();
	return NULL;
}

int
watchdog_start(uint32_t ms, uint32_t (*bite)(void))
{
	int ret;

	watchdog.ms = ms;
	watchdog.bite = bite;
	sem_init(&watchdog.done, 0, 0);
	ret = pthread_create(&watchdog.thread, NULL, watch, NULL);
	watchdog.runs = ret == 0;
	return -ret;
}

void
watchdog_stop(void)
{
	if (!watchdog.runs)
		return;
	sem_post(&watchdog.done);
	pthread_join(watchdog.thread, NULL);
	watchdog.runs = false;
}
