/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Waking a worker that sleeps. A worker with nothing to do sets a flag in shared memory
 * and blocks on an eventfd. A sender that puts a message into one of the worker's rings
 * writes to the eventfd only if the flag is set, so a stream costs the sender no system
 * call and no fence. The worker pays instead: between setting the flag and its last
 * look at the rings it calls membarrier(2), which runs a memory barrier in every
 * registered process.
 */

#ifndef MPSH_RING_DOORBELL_H
#define MPSH_RING_DOORBELL_H

#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

/*
 * A cache line in shared memory; every process of the group may write anything into it.
 */
struct doorbell_flag {
	uint32_t sleeps;
} __attribute__((aligned(64)));

/* A doorbell, as the worker that sleeps on it or a sender that rings it sees it. */
struct doorbell {
	int fd;                     /* an eventfd with O_NONBLOCK */
	struct doorbell_flag *flag; /* set by the worker that sleeps on fd */
};

/*
 * Register this process for MEMBARRIER_CMD_GLOBAL_EXPEDITED; the sleeper's process and
 * the senders' must all do it. Where the kernel lacks the command (doctor says so), a
 * sleeper wakes up every 1 ms instead. Main thread, before any other call.
 */
void doorbell_init(void);

/*
 * Set the flag: this thread is about to sleep. The caller then looks at all its rings
 * once more, and calls doorbell_sleep() or doorbell_awake(). Only the worker that owns
 * the bell.
 */
void doorbell_prepare(struct doorbell *bell);

/*
 * Sleep until the bell rings or timeout_ms have passed (-1: no limit), then clear the
 * flag. Only the worker that owns the bell, after doorbell_prepare().
 */
void doorbell_sleep(struct doorbell *bell, int timeout_ms);

/* Clear the flag without sleeping. Only the worker that owns the bell. */
void doorbell_awake(struct doorbell *bell);

/* Write to the eventfd, whatever the flag says. Any thread. */
void doorbell_wake(const struct doorbell *bell);

/*
 * Wake the worker if it sleeps. The caller has published before, with a release store,
 * what the worker is to find. Any thread of any process.
 */
static inline void
doorbell_ring(const struct doorbell *bell)
{
	/* The compiler must not move the load of the flag before the caller's store.
	 * The processor may do so; the sleeper's membarrier makes up for it.
	 */
	__asm__ volatile("" ::: "memory");
	if (__atomic_load_n(&bell->flag->sleeps, __ATOMIC_RELAXED) != 0)
		doorbell_wake(bell);
}

#endif
