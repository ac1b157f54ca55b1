/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Threads that are on their way and have no CPU. One that waits for its turn in the midst
 * of an operation holds objects in its registers, or where nobody looks, for as long as
 * it waits: that is no place where they stay. Any thread.
 */

#ifndef MPSH_OUTSIDE_TURNS_H
#define MPSH_OUTSIDE_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct turn {
	pid_t pid, tid;
	uint64_t run_ns; /* how long it had run */
};

struct turns {
	struct turn *all; /* on the heap */
	size_t n;
};

/* Note how long each thread of these processes that is running has run. Free it. */
void turns_note(struct turns *turns, const pid_t pids[], size_t n);
void turns_free(struct turns *turns);

/* Has each of them run since, or gone to sleep? */
bool turns_are_over(const struct turns *turns);

#endif
