/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* A thread that waits for the main thread to be done. */

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/deadline.h"
#include "base/watchdog.h"

static struct {
	bool runs;
	pthread_t thread;
	sem_t done;
	uint32_t ms;
	uint32_t (*bite)(void);
} watchdog;

static void *
watch(void *arg)
{
	uint32_t ms = watchdog.ms;

	(void)arg;
	while (deadline_wait(&watchdog.done, ms) < 0)
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
