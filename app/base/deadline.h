/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Waiting in a thread without the loop, at most until a moment. Any thread. */

#ifndef MPSH_BASE_DEADLINE_H
#define MPSH_BASE_DEADLINE_H

#include <semaphore.h>
#include <stdint.h>
#include <time.h>

/* The moment that is so many ms from now, on CLOCK_MONOTONIC. */
struct timespec deadline_after(uint32_t ms);

/*
 * sem_wait(), but at most so many ms, and through signals. Returns 0, -ETIMEDOUT or
 * another negative errno.
 */
int deadline_wait(sem_t *sem, uint32_t ms);

#endif
