/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The event loop of the main thread, over libevent. */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/loop.h"
#include "base/memory.h"

struct post {
	STAILQ_ENTRY(post) next;
	void (*fn)(void *arg);
	void *arg;
};

/* The process has one loop, so that any thread can wake it without a pointer to it. */
static struct {
	struct event_base *base;
	struct event *wake_event;
	struct event *timer;
	int wake_fd;
	uint32_t woken; /* atomic; 1: wake_fd was written and not read yet */
	void (*drain)(void);
	pthread_mutex_t lock; /* of posts */
	STAILQ_HEAD(, post) posts;
	bool interrupted;
	unsigned int interrupts; /* how often so far */
	int stop_code;
} loop = {
	.wake_fd = -1,
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.stop_code = -1,
};

static void
run_posts(void)
{
	STAILQ_HEAD(, post) taken = STAILQ_HEAD_INITIALIZER(taken);
	struct post *post;

	pthread_mutex_lock(&loop.lock);
	STAILQ_CONCAT(&taken, &loop.posts);
	pthread_mutex_unlock(&loop.lock);
	while ((post = STAILQ_FIRST(&taken)) != NULL) {
		STAILQ_REMOVE_HEAD(&taken, next);
		post->fn(post->arg);
		free(post);
	}
}

static void
on_wake(evutil_socket_t fd, short what, void *arg)
{
	uint64_t count;

	(void)what;
	(void)arg;
	if (read(fd, &count, sizeof(count)) < 0 && errno != EAGAIN)
		return;
	/* Cleared before the queues are read, so that a later entry wakes the loop. */
	__atomic_store_n(&loop.woken, 0, __ATOMIC_SEQ_CST);
	if (loop.drain != NULL)
		loop.drain();
	run_posts();
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	/* The timer only ends a round of the loop; loop_until() looks at the clock. */
	(void)fd;
	(void)what;
	(void)arg;
}

int
loop_init(void)
{
	struct event_config *config;

	STAILQ_INIT(&loop.posts);
	config = event_config_new();
	if (config == NULL)
		return -ENOMEM;
	/* With libevent's coarse clock, timers would end milliseconds early. */
	event_config_set_flag(
		config, EVENT_BASE_FLAG_PRECISE_TIMER | EVENT_BASE_FLAG_NO_CACHE_TIME);
	loop.base = event_base_new_with_config(config);
	event_config_free(config);
	if (loop.base == NULL)
		return -ENOMEM;
	loop.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (loop.wake_fd < 0)
		return -errno;
	loop.wake_event =
		event_new(loop.base, loop.wake_fd, EV_READ | EV_PERSIST, on_wake, NULL);
	loop.timer = evtimer_new(loop.base, on_timer, NULL);
	if (loop.wake_event == NULL || loop.timer == NULL ||
		event_add(loop.wake_event, NULL) != 0)
		return -ENOMEM;
	return 0;
}

void
loop_free(void)
{
	loop_free_event(&loop.wake_event);
	loop_free_event(&loop.timer);
	if (loop.base != NULL)
		event_base_free(loop.base);
	/* wake_fd stays: a thread that still waits in DPDK may post at any time. */
	loop.base = NULL;
}

void
loop_free_event(struct event **event)
{
	if (*event != NULL)
		event_free(*event);
	*event = NULL;
}

struct event_base *
loop_base(void)
{
	return loop.base;
}

uint64_t
loop_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int
loop_until(bool (*done)(void *ctx), void *ctx, uint64_t timeout)
{
	uint64_t now = loop_now();
	uint64_t deadline = timeout > UINT64_MAX - now ? UINT64_MAX : now + timeout;
	bool has_run = false;
	int ret = 0;

	while (!done(ctx)) {
		if (loop.stop_code >= 0) {
			ret = -ECANCELED;
			break;
		}
		if (loop.interrupted) {
			ret = -EINTR;
			break;
		}
		if (deadline != UINT64_MAX) {
			struct timeval left;

			now = loop_now();
			if (now >= deadline && has_run) {
				ret = -ETIMEDOUT;
				break;
			}
			now = now < deadline ? now : deadline;
			left.tv_sec = (deadline - now) / 1000000000;
			left.tv_usec = (deadline - now) % 1000000000 / 1000 + 1;
			evtimer_add(loop.timer, &left);
		}
		event_base_loop(
			loop.base, now < deadline ? EVLOOP_ONCE : EVLOOP_NONBLOCK);
		has_run = true;
		/*
		 * Drain may have left events in its queue while the terminal did not
		 * read; perhaps the terminal reads again.
		 */
		if (loop.drain != NULL)
			loop.drain();
	}
	evtimer_del(loop.timer);
	/* An interrupt in the round in which done() came true is for the next wait. */
	if (ret == -EINTR)
		loop.interrupted = false;
	return ret;
}

static bool
never(void *ctx)
{
	(void)ctx;
	return false;
}

int
loop_pause(uint64_t timeout)
{
	return loop_until(never, NULL, timeout);
}

void
loop_interrupt(void)
{
	loop.interrupted = true;
	loop.interrupts++;
}

unsigned int
loop_interrupts(void)
{
	return loop.interrupts;
}

void
loop_interrupt_clear(void)
{
	loop.interrupted = false;
}

void
loop_stop(int code)
{
	if (loop.stop_code < 0)
		loop.stop_code = code;
}

int
loop_stopped(void)
{
	return loop.stop_code;
}

int
loop_post(void (*fn)(void *arg), void *arg)
{
	struct post *post = memory_get(sizeof(*post));

	if (post == NULL)
		return -ENOMEM;
	post->fn = fn;
	post->arg = arg;
	pthread_mutex_lock(&loop.lock);
	STAILQ_INSERT_TAIL(&loop.posts, post, next);
	pthread_mutex_unlock(&loop.lock);
	loop_wake();
	return 0;
}

void
loop_wake(void)
{
	const uint64_t one = 1;

	if (__atomic_exchange_n(&loop.woken, 1, __ATOMIC_SEQ_CST) == 0 &&
		write(loop.wake_fd, &one, sizeof(one)) < 0)
		return; /* the counter is full, so the loop is awake already */
}

void
loop_set_drain(void (*drain)(void))
{
	loop.drain = drain;
}
