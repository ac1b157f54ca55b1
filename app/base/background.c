/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Runs calls that may block, each in a thread that is not the main one. */

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "base/background.h"
#include "base/memory.h"

struct call {
	STAILQ_ENTRY(call) next;
	void (*work)(void *arg);
	void *arg;
};

/*
 * The process has one set of threads. A thread never ends: it waits for the next call,
 * until the process ends.
 */
static struct {
	pthread_mutex_t lock;
	STAILQ_HEAD(, call) calls; /* for idle threads that are being woken */
	unsigned int idle;         /* waiting threads that no call was given to */
	sem_t go_on;
	bool go_on_is_ready;
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
			; /* interrupted by a signal */
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
	struct call *call = memory_get(sizeof(*call));
	pthread_t thread;
	bool has_idle_thread;
	int ret;

	if (call == NULL)
		return -ENOMEM;
	*call = (struct call){ .work = work, .arg = arg };
	if (!background.go_on_is_ready)
		background.go_on_is_ready = sem_init(&background.go_on, 0, 0) == 0;
	pthread_mutex_lock(&background.lock);
	has_idle_thread = background.idle != 0;
	if (has_idle_thread) {
		background.idle--;
		STAILQ_INSERT_TAIL(&background.calls, call, next);
	}
	pthread_mutex_unlock(&background.lock);
	if (has_idle_thread) {
		sem_post(&background.go_on);
		return 0;
	}
	ret = pthread_create(&thread, NULL, thread_main, call);
	if (ret != 0) {
		free(call);
		/* What is lacking is the memory for its stack. */
		return ret == EAGAIN ? -ENOMEM : -ret;
	}
	pthread_detach(thread);
	return 0;
}
