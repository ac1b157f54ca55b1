/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A sleeper and its wake-up. A worker that has nothing to do says in shared memory
 * that it sleeps and blocks on an eventfd; whoever puts something into one of its
 * rings writes to the eventfd, but only when it sleeps, so that a stream costs no system
 * call and no fence: the sleeper pays with membarrier(2), which makes every
 * process on the way see its word before it looks a last time.
 */

#ifndef MPSH_RING_DOORBELL_H
#define MPSH_RING_DOORBELL_H

#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

/* One cache line in shared memory; another process may write anything into it. */
struct doorbell_flag {
	uint32_t sleeps;
} __attribute__((aligned(64)));

/* One end's view of a doorbell. */
struct doorbell {
	int fd;                     /* an eventfd, not blocking */
	struct doorbell_flag *flag; /* of the process that sleeps on it */
};

/*
 * Register this process for membarrier's global expedited command, which both sleeper and
 * senders must do. Where the kernel has none (doctor says so) sleepers look again every
 * millisecond instead. Main thread, before any other call.
 */
void doorbell_init(void);

/*
 * Say that this thread is about to sleep. After it, look at all sources once more, then
 * call doorbell_sleep() or doorbell_awake(). The owner's worker alone.
 */
void doorbell_prepare(struct doorbell *bell);

/*
 * Sleep until rung, but at most timeout_ms (-1: no limit), and take back the word.
 * The owner's worker alone, after doorbell_prepare().
 */
void doorbell_sleep(struct doorbell *bell, int timeout_ms);

/* Take back the word without sleeping. */
void doorbell_awake(struct doorbell *bell);

/* Write to the eventfd, whatever the flag says. Any thread. */
void doorbell_wake(const struct doorbell *bell);

/*
 * Wake the sleeper if it sleeps. To be called after what it shall find was published
 * (release store). Any thread of any process.
 */
static inline void
doorbell_ring(const struct doorbell *bell)
{
	/* The compiler must not look before the publishing store; the processor may,
	 * which is what the sleeper's membarrier makes up for.
	 */
	__asm__ volatile("" ::: "memory");
	if (__atomic_load_n(&bell->flag->sleeps, __ATOMIC_RELAXED) != 0)
		doorbell_wake(bell);
}

#endif
