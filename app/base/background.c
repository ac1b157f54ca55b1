/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Calls that may block, each in a thread of its own. */

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "base/background.h"

struct call {
	STAILQ_ENTRY(call) next;
	void (*work)(void *arg);
	void *arg;
};

/* One set of threads a process. They wait until it ends. */
static struct {
	pthread_mutex_t lock;
	STAILQ_HEAD(, call) calls; /* one for each thread that was told to go on */
	unsigned int idle;         /* threads that wait and were not told */
	sem_t go_on;
	bool ready; /* go_on is */
} background = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.calls = STAILQ_HEAD_INITIALIZER(background.calls),
};

static void *
thread_main(void *arg)
{
	struct call *call = arg;

	for (;;) {
		call->work(call->arg);
		free(call);
		pthread_mutex_lock(&background.lock);
		background.idle++;
		pthread_mutex_unlock(&background.lock);
		while (sem_wait(&background.go_on) < 0)
			; /* a signal */
		pthread_mutex_lock(&background.lock);
		call = STAILQ_FIRST(&background.calls);
		STAILQ_REMOVE_HEAD(&background.calls, next);
		pthread_mutex_unlock(&background.lock);
	}
	return NULL;
}

int
background_run(void (*work)(void *arg), void *arg)
{
	struct call *call = malloc(sizeof(*call));
	pthread_t thread;
	bool waits;
	int ret;

	if (call == NULL)
		return -ENOMEM;
	*call = (struct call){ .work = work, .arg = arg };
	if (!background.ready)
		background.ready = sem_init(&background.go_on, 0, 0) == 0;
	pthread_mutex_lock(&background.lock);
	waits = background.idle != 0;
	if (waits) {
		background.idle--;
		STAILQ_INSERT_TAIL(&background.calls, call, next);
	}
	pthread_mutex_unlock(&background.lock);
	if (waits) {
		sem_post(&background.go_on);
		return 0;
	}
	ret = pthread_create(&thread, NULL, thread_main, call);
	if (ret != 0) {
		free(call);
		return -ret;
	}
	pthread_detach(thread);
	return 0;
}
