/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* A thread that waits for the main thread to be done. */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/deadline.h"
#include "base/watchdog.h"

/*
 * The process has one, whose thread never ends: between two watches it sleeps, so that no
 * watch but the first waits for a thread to begin, and none for one to end.
 */
static struct {
	pthread_mutex_t lock; /* held while it bites */
	pthread_cond_t begun;
	bool runs;              /* there is the thread */
	struct timespec until;  /* it bites */
	uint32_t (*bite)(void); /* NULL: nobody is watched */
} watchdog = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.begun = PTHREAD_COND_INITIALIZER,
};

static bool
is_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > watchdog.until.tv_sec ||
		(now.tv_sec == watchdog.until.tv_sec &&
			now.tv_nsec >= watchdog.until.tv_nsec);
}

static void *
watch(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&watchdog.lock);
	for (;;) {
		if (watchdog.bite == NULL)
			pthread_cond_wait(&watchdog.begun, &watchdog.lock);
		else if (is_time())
			watchdog.until = deadline_after(watchdog.bite());
		else
			pthread_cond_clockwait(&watchdog.begun, &watchdog.lock,
				CLOCK_MONOTONIC, &watchdog.until);
	}
	return NULL;
}

int
watchdog_start(uint32_t ms, uint32_t (*bite)(void))
{
	pthread_t thread;
	int ret = 0;

	pthread_mutex_lock(&watchdog.lock);
	watchdog.until = deadline_after(ms);
	watchdog.bite = bite;
	if (watchdog.runs)
		pthread_cond_signal(&watchdog.begun);
	else
		ret = pthread_create(&thread, NULL, watch, NULL);
	watchdog.runs = ret == 0;
	pthread_mutex_unlock(&watchdog.lock);
	if (ret == 0)
		return 0;
	watchdog.bite = NULL;
	return -ret;
}

void
watchdog_stop(void)
{
	pthread_mutex_lock(&watchdog.lock);
	watchdog.bite = NULL;
	/* It sleeps without end now, instead of waking from this watch in vain. */
	pthread_cond_signal(&watchdog.begun);
	pthread_mutex_unlock(&watchdog.lock);
}
