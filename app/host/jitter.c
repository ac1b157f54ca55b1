/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Measures what the host takes away from threads that never sleep. */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/loop.h"
#include "base/memory.h"
#include "base/task.h"
#include "host/jitter.h"

#define MS UINT64_C(1000000)

/* How long after its end a measurement waits for a thread that did not get its CPU. */
#define LATE_NS (1000 * MS)

/* The same after Ctrl-C. */
#define LATE_AFTER_STOP_NS (200 * MS)

/* Readings in which the shortest distance of two is found. */
#define FIRST_READINGS 1000

/* With room for the thread-local data of all libraries. */
#define STACK_BYTES ((size_t)256 * 1024)

/*
 * One CPU and its thread. All are written by that thread and read by the main thread,
 * which may not wait for it: atomic.
 */
struct measured {
	struct measurement *all;
	uint64_t began; /* 0: the thread has not run yet */
	uint64_t last;  /* the last reading */
	uint64_t longest_ns, sum_ns, gaps;
	uint32_t over;
	uint8_t apart[64]; /* no cache line is written by two threads */
};

/* Freed when its last thread has ended, also where the main thread did not wait. */
struct measurement {
	struct task task;
	uint64_t began, until; /* CLOCK_MONOTONIC in ns */
	uint32_t stop;         /* atomic */
	uint32_t running;      /* atomic: threads that have not ended */
	uint8_t apart[64];
	struct measured measured[];
};

static void
put(uint64_t *to, uint64_t value)
{
	__atomic_store_n(to, value, __ATOMIC_RELEASE);
}

static uint64_t
get(const uint64_t *from)
{
	return __atomic_load_n(from, __ATOMIC_ACQUIRE);
}

/* The least time that lies between two readings. */
static uint64_t
shortest_step(void)
{
	uint64_t shortest = UINT64_MAX, last = loop_now(), now;
	int i;

	for (i = 0; i < FIRST_READINGS; i++) {
		now = loop_now();
		if (now - last < shortest)
			shortest = now - last;
		last = now;
	}
	return shortest;
}

static void
take(struct measured *m, uint64_t taken)
{
	if (taken > m->longest_ns)
		put(&m->longest_ns, taken);
	put(&m->sum_ns, m->sum_ns + taken);
	put(&m->gaps, m->gaps + 1);
}

static void
read_clock(struct measured *m)
{
	const struct measurement *all = m->all;
	uint64_t shortest = shortest_step(), last = loop_now(), now;

	put(&m->last, last);
	put(&m->began, last);
	do {
		now = loop_now();
		if (now - last >= shortest + JITTER_GAP_NS)
			take(m, now - last - shortest);
		last = now;
		put(&m->last, now);
	} while (now < all->until && !__atomic_load_n(&all->stop, __ATOMIC_RELAXED));
}

/* One of the threads has ended, or was not started. */
static void
leave(struct measurement *all)
{
	if (__atomic_sub_fetch(&all->running, 1, __ATOMIC_ACQ_REL) == 0)
		task_post_over(&all->task);
}

static void *
thread_main(void *arg)
{
	struct measured *m = arg;
	struct measurement *all = m->all;

	read_clock(m);
	__atomic_store_n(&m->over, 1, __ATOMIC_RELEASE);
	leave(all);
	return NULL;
}

/* Returns 0, or EINVAL if this process may not run on the CPU, or another errno. */
static int
start_thread(struct measured *m, unsigned int cpu)
{
	pthread_attr_t attr;
	pthread_t thread;
	cpu_set_t cpus;
	int ret = pthread_attr_init(&attr);

	if (ret != 0)
		return ret;
	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	pthread_attr_setaffinity_np(&attr, sizeof(cpus), &cpus);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	ret = pthread_create(&thread, &attr, thread_main, m);
	pthread_attr_destroy(&attr);
	return ret;
}

/* Start a thread on each CPU. Returns 0, or a negative errno with none left to wait for.
 */
static int
start(struct measurement *all, struct jitter *list, unsigned int n)
{
	unsigned int i, started = 0;
	int ret, error = 0;

	all->running = n;
	for (i = 0; i < n; i++) {
		all->measured[i].all = all;
		ret = error != 0 ? error : start_thread(&all->measured[i], list[i].cpu);
		list[i].there = ret == 0;
		started += ret == 0;
		/* Where one CPU is not to be had, others may be. */
		if (ret != 0 && ret != EINVAL)
			error = ret;
		if (ret != 0)
			leave(all);
	}
	if (error == 0 && started == 0)
		error = EINVAL;
	/* What is lacking is the memory for its stack. */
	return error == EAGAIN ? -ENOMEM : -error;
}

static void
collect(const struct measurement *all, struct jitter *list, unsigned int n)
{
	uint64_t now = loop_now(), began, end, taken;
	unsigned int i;

	for (i = 0; i < n; i++) {
		const struct measured *m = &all->measured[i];
		bool over = __atomic_load_n(&m->over, __ATOMIC_ACQUIRE);

		if (!list[i].there)
			continue;
		began = get(&m->began);
		end = began != 0 ? get(&m->last) : all->began;
		if (began == 0)
			began = all->began;
		list[i].longest_ns = get(&m->longest_ns);
		list[i].sum_ns = get(&m->sum_ns);
		list[i].gaps = get(&m->gaps);
		if (!over && now > end + JITTER_GAP_NS) {
			taken = now - end;
			end = now;
			list[i].sum_ns += taken;
			list[i].gaps++;
			if (taken > list[i].longest_ns)
				list[i].longest_ns = taken;
		}
		list[i].ns = end - began;
	}
}

static bool
is_over(void *ctx)
{
	return ((const struct measurement *)ctx)->task.over;
}

int
jitter_measure(struct jitter *list, unsigned int n, uint64_t ns)
{
	struct measurement *all =
		memory_zeroed(sizeof(*all) + n * sizeof(all->measured[0]));
	int error, ret = 0;

	if (all == NULL)
		return -ENOMEM;
	all->began = loop_now();
	all->until = all->began + ns;
	error = start(all, list, n);
	if (error == 0)
		ret = loop_until(is_over, all, ns + LATE_NS);
	__atomic_store_n(&all->stop, 1, __ATOMIC_RELAXED);
	if (ret == -EINTR || error != 0)
		loop_until(is_over, all, LATE_AFTER_STOP_NS);
	if (error == 0)
		collect(all, list, n);
	if (task_wait(&all->task, 0) == 0)
		free(all);
	return error != 0 ? error : ret == -ETIMEDOUT ? 0 : ret;
}
