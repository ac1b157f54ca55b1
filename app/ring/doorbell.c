/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Waking a worker that sleeps: the sleeper's side, and the system calls. */

#include <errno.h>
#include <linux/membarrier.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ring/doorbell.h"

/* A global, because a process registers once. If false, every sleep ends after 1 ms. */
static bool have_membarrier;

static int
membarrier(int command)
{
	return syscall(SYS_membarrier, command, 0, 0);
}

void
doorbell_init(void)
{
	have_membarrier = membarrier(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED) == 0;
}

void
doorbell_prepare(struct doorbell *bell)
{
	__atomic_store_n(&bell->flag->sleeps, 1, __ATOMIC_SEQ_CST);
	if (have_membarrier)
		membarrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED);
	else
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void
doorbell_sleep(struct doorbell *bell, int timeout_ms)
{
	struct pollfd poller = { .fd = bell->fd, .events = POLLIN };
	uint64_t rung;

	if (!have_membarrier && (timeout_ms < 0 || timeout_ms > 1))
		timeout_ms = 1;
	if (poll(&poller, 1, timeout_ms) > 0 && read(bell->fd, &rung, sizeof(rung)) < 0 &&
		errno != EAGAIN)
		usleep(1000); /* a broken descriptor must not make the worker spin */
	doorbell_awake(bell);
}

void
doorbell_awake(struct doorbell *bell)
{
	__atomic_store_n(&bell->flag->sleeps, 0, __ATOMIC_RELAXED);
}

void
doorbell_wake(const struct doorbell *bell)
{
	const uint64_t one = 1;

	/* EAGAIN: the counter is full, so the sleeper has been rung often enough. */
	if (write(bell->fd, &one, sizeof(one)) < 0)
		return;
}
